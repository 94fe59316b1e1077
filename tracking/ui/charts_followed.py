"""Charts of figures from elsewhere: two years of indicators, and panels of half-years.

Drawn from rows that are already worked out; every value stands as text beside its mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from tracking.domain.swedish import decimal
from tracking.ui.charts import AXIS, SIZE, Palette, blank, per_cent_axis

ROW = 52
PANEL = 128
FOOT = 40


@dataclass(frozen=True, slots=True)
class TwoYears:
    """One indicator: its share in per cent the year before and now (None: not told), in words."""

    label: str
    before: float | None
    now: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One item over the half-years; None where nothing is told."""

    title: str
    values: tuple[float | None, ...]


def two_years(rows: Sequence[TwoYears], colours: Palette) -> go.Figure:
    """A line an indicator: hollow the year before, filled the latest."""
    figure = blank(colours, height=ROW * len(rows) + AXIS, left=8, right=34)
    per_cent_axis(figure, colours)
    figure.update_yaxes(range=[-0.5, len(rows) - 0.5], showticklabels=False)
    for place, row in enumerate(rows):
        y = len(rows) - 1 - place
        figure.add_annotation(
            x=0, xref="paper", y=y + 0.42, xanchor="left", yanchor="top", showarrow=False,
            text=f"<b>{row.label}</b>: {row.text}", bgcolor=colours.ground,
            font={"size": SIZE - 1, "color": colours.ink},
        )  # fmt: skip
        at = y - 0.22
        if row.before is not None and row.now is not None:
            figure.add_shape(
                type="line", x0=row.before, x1=row.now, y0=at, y1=at, layer="below",
                line={"color": colours.quiet, "width": 3},
            )  # fmt: skip
        for share, symbol in ((row.before, "circle-open"), (row.now, "circle")):
            if share is not None:
                figure.add_scatter(
                    x=[share], y=[at], mode="markers", cliponaxis=False,
                    marker={"size": 12, "symbol": symbol, "color": colours.primary,
                            "line": {"width": 2, "color": colours.primary}},
                )  # fmt: skip
    return figure


def panels(labels: Sequence[str], items: Sequence[Panel], colours: Palette) -> go.Figure:
    """A panel an item, each on a scale of its own from zero, with every value in figures."""
    height = PANEL * len(items) + FOOT
    figure = blank(colours, height=height, left=10, right=10)
    figure.update_layout(margin_t=0, margin_b=FOOT)
    drawn = PANEL * len(items)
    for place, panel in enumerate(items):
        top = 1 - place * PANEL / drawn
        name = "" if not place else str(place + 1)
        high = max((value for value in panel.values if value is not None), default=0) or 1
        figure.update_layout({
            f"yaxis{name}": {
                "domain": [top - (PANEL - 4) / drawn, top - 26 / drawn],
                "range": [0, high * 1.35], "showgrid": False, "showticklabels": False,
                "zeroline": True, "zerolinecolor": colours.rule, "fixedrange": True,
            }
        })  # fmt: skip
        figure.add_annotation(
            x=0, y=top, xref="paper", yref="paper", xanchor="left", yanchor="top",
            showarrow=False, text=f"<b>{panel.title}</b>",
            font={"size": SIZE - 1, "color": colours.ink},
        )  # fmt: skip
        figure.add_scatter(
            x=list(range(len(labels))), y=list(panel.values), yaxis=f"y{name}",
            mode="lines+markers+text", textposition="top center", cliponaxis=False,
            text=["" if value is None else decimal(value, 0) for value in panel.values],
            textfont={"size": SIZE - 2, "color": colours.ink},
            line={"color": colours.primary, "width": 2.2},
            marker={"size": 7, "color": colours.primary},
        )  # fmt: skip
    figure.update_xaxes(
        range=[-0.45, max(len(labels) - 1, 1) + 0.45],
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        tickfont={"size": SIZE - 3, "color": colours.second},
        anchor=f"y{len(items)}" if len(items) > 1 else "y",
    )
    return figure
