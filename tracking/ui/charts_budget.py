"""For what the money of a year is: a bar a purpose, its share of the budget and of the utfall.

Whose money it is, and who may see it, is decided where it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from tracking.domain.swedish import percent
from tracking.ui.charts import SIZE, Palette, blank

LEFT, RIGHT = 108, 96
FOOT, BAR, GAP = 12, 24, 14


@dataclass(frozen=True, slots=True)
class Money:
    """What a purpose has of the budget and of the utfall, in kronor; None is not told."""

    label: str
    budget_kr: int | None
    actual_kr: int | None


def shares_of_money(purposes: Sequence[Money], colours: Palette) -> go.Figure:
    """A bar a purpose and, where there is one, another for the utfall: its share of all."""
    series = (
        ("budget", colours.bar, [one.budget_kr for one in purposes]),
        ("utfall", colours.second, [one.actual_kr for one in purposes]),
    )
    shown = [one for one in series if any(amount is not None for amount in one[2])]
    height = FOOT + len(purposes) * (BAR * len(shown) + GAP)
    figure = blank(colours, height=height, left=LEFT, right=RIGHT)
    for name, tint, amounts in shown:
        total = sum(amount or 0 for amount in amounts) or 1
        figure.add_bar(
            orientation="h",
            y=[one.label for one in purposes],
            x=[100 * (amount or 0) / total for amount in amounts],
            marker={"color": tint},
            text=[f"{name} {percent(amount or 0, total)}" for amount in amounts],
            textposition="outside",
            textfont={"color": colours.ink, "size": SIZE - 1},
            cliponaxis=False,
        )
    figure.update_layout(barmode="group", bargap=0.3)
    figure.update_xaxes(range=[0, 100], showticklabels=False)
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=6)
    return figure
