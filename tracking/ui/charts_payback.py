"""The tornado of återbetalningstid: a bar for each assumption, from its lower to its higher value.

A line across stands at the answer itself. A side that is never paid back runs to the edge, is
says so. What is moved, and how far, is `tracking.domain.payback_sensitivity`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from tracking.domain.swedish import decimal
from tracking.ui.charts import AXIS, SIZE, Palette, blank, number_ticks

ROW = 62
"""Height of an assumption in pixels: its name above its bar."""
TOP = 26
NEVER = "aldrig"


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """One assumption: its name, its two values in words, and the months of each (None: never)."""

    label: str
    low_at: str
    high_at: str
    low: float | None
    high: float | None


def tornado(rows: Sequence[TornadoRow], middle: float, colours: Palette) -> go.Figure:
    """Bars around ``middle``, the months with every assumption as it is."""
    known = [v for row in rows for v in (row.low, row.high) if v is not None] + [middle]
    first, last = min(known), max(known)
    room = max(last - first, 1.0)
    never = any(None in (row.low, row.high) for row in rows)
    left = max(0.0, first - 0.28 * room)
    right = last + (0.45 if never else 0.28) * room
    figure = blank(colours, height=TOP + ROW * len(rows) + AXIS, left=8, right=8)
    figure.update_layout(margin_t=TOP, margin_b=AXIS)
    figure.update_xaxes(
        range=[left, right],
        **number_ticks(left, right, whole_steps=False),
        showgrid=True,
        gridcolor=colours.rule,
        tickfont={"size": SIZE - 2, "color": colours.second},
    )
    figure.update_yaxes(range=[-0.5, len(rows) - 0.5], showticklabels=False)
    for place, row in enumerate(rows):
        y = len(rows) - 1 - place
        figure.add_annotation(
            x=0, xref="paper", y=y + 0.42, xanchor="left", yanchor="top", showarrow=False,
            text=f"<b>{row.label}</b>: {row.low_at} – {row.high_at}",
            font={"size": SIZE - 1, "color": colours.ink}, bgcolor=colours.ground,
        )  # fmt: skip
        _bar(figure, row, y - 0.2, middle, right, colours)
    figure.add_shape(
        type="line", x0=middle, x1=middle, y0=-0.5, y1=len(rows) - 0.5,
        line={"color": colours.ink, "width": 2, "dash": "dash"},
    )  # fmt: skip
    figure.add_annotation(
        x=middle, y=len(rows) - 0.5, yanchor="bottom", showarrow=False,
        text=f"{decimal(middle)} månader", font={"size": SIZE - 1, "color": colours.ink},
    )  # fmt: skip
    return figure


def _bar(
    figure: go.Figure, row: TornadoRow, y: float, middle: float, edge: float, colours: Palette
) -> None:
    """The two sides: shorter than the answer in the full colour, longer in the pale one."""
    for months in (row.low, row.high):
        end = edge if months is None else months
        shorter = end < middle
        figure.add_shape(
            type="rect", x0=middle, x1=end, y0=y - 0.15, y1=y + 0.15, layer="below",
            fillcolor=colours.primary if shorter else colours.classes[1],
            line={"width": 0},
        )  # fmt: skip
    known = [months for months in (row.low, row.high) if months is not None]
    # The names stand outside the bar, which begins at the answer at the latest.
    least, most = min([*known, middle]), max([*known, middle])
    if known and min(known) < middle:
        _text(figure, decimal(least), least, y, "right", colours)
    if len(known) < 2:
        _text(figure, NEVER, edge, y, "right", colours)
    elif most > middle:
        _text(figure, decimal(most), most, y, "left", colours)


def _text(figure: go.Figure, words: str, x: float, y: float, anchor: str, colours: Palette) -> None:
    figure.add_annotation(
        x=x, y=y, xanchor=anchor, xshift=-5 if anchor == "right" else 5, showarrow=False,
        text=words, font={"size": SIZE - 1, "color": colours.ink},
    )  # fmt: skip
