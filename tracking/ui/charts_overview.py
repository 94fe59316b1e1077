"""The charts of the styrelse's overview: shares with their intervals, and a target's way.

Shares stand as points on one scale, each under its own words, so that long names are never cut
and a telephone shows the same as a projector. What is only known as a range is a hatched box.
The order of the rows is the caller's; nothing here sorts by a value.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from tracking.domain.records import Gender
from tracking.ui.charts import AXIS, QUARTERS, SIZE, Palette, blank, number_ticks, per_cent_axis
from tracking.ui.marks import Span

LINE = 19
"""Height of a line of words above its points, in pixels."""
BAND = 22
"""Height of one point with its interval, in pixels."""
GAP = 10
ACROSS = 42
"""So many characters of a row's words stand on a line: what a telephone holds."""
_COUNT = re.compile(r"(\w) (?=\d)")
"""A number goes on in the next line together with the word that it counts."""
SYMBOLS = {Gender.WOMAN: "circle", Gender.MAN: "square", None: "diamond"}
TALL = 240
MANY = 4
"""From so many releases on only the last point has words: the table has them all."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One share of a row, 0–100, with its interval or range. ``gender`` None is totalt."""

    span: Span
    gender: Gender | None = None


@dataclass(frozen=True, slots=True)
class DotRow:
    """A row: its words (with the counts), and its points from the top."""

    words: str
    dots: tuple[Dot, ...]
    target: float | None = None


def dot_rows(rows: Sequence[DotRow], colours: Palette) -> go.Figure:
    """Rows of shares in the order given, each with an interval; targets as a short line."""
    lines = [textwrap.wrap(_COUNT.sub("\\1\u00a0", row.words), ACROSS) for row in rows]
    heights = [
        LINE * len(words) + BAND * len(row.dots) + GAP
        for row, words in zip(rows, lines, strict=True)
    ]
    figure = blank(colours, height=sum(heights) + AXIS + 4, left=10, right=26)
    per_cent_axis(figure, colours)
    # One unit of the y axis is one pixel, downwards.
    figure.update_yaxes(range=[sum(heights), 0], showticklabels=False)
    top = 0.0
    for row, words, height in zip(rows, lines, heights, strict=True):
        figure.add_annotation(
            x=0,
            y=top + 2,
            xanchor="left",
            yanchor="top",
            align="left",
            showarrow=False,
            text="<br>".join(words),
            font={"size": SIZE - 1, "color": colours.ink},
            bgcolor=colours.ground,
            borderpad=0,
        )
        first = top + LINE * len(words) + BAND / 2
        if row.target is not None:
            _across(figure, row.target, first - BAND / 2, len(row.dots) * BAND, colours)
        for place, dot in enumerate(row.dots):
            _dot(figure, dot, first + place * BAND, colours, alone=len(row.dots) == 1)
        top += height
    return figure


def _across(figure: go.Figure, at: float, top: float, height: float, colours: Palette) -> None:
    figure.add_shape(
        type="line", x0=at, x1=at, y0=top, y1=top + height,
        line={"color": colours.ink, "width": 3},
    )  # fmt: skip


def _dot(figure: go.Figure, dot: Dot, at: float, colours: Palette, *, alone: bool) -> None:
    # Beside kvinnor and män, totalt has its own grey, as in every chart by kön.
    ink = colours.primary if alone else colours.genders[dot.gender]
    span = dot.span
    if span.value is None:
        if span.low is not None and span.high is not None:
            _range(figure, (span.low, span.high), (at, 14), colours, flat=True)
        return
    if span.low is not None and span.high is not None:
        figure.add_scatter(
            x=[span.low, span.high],
            y=[at, at],
            mode="lines",
            line={"color": ink, "width": 3},
            cliponaxis=False,
        )
    figure.add_scatter(
        x=[span.value],
        y=[at],
        mode="markers",
        marker={
            "size": 13,
            "symbol": SYMBOLS[dot.gender],
            "color": ink,
            "line": {"color": colours.ground, "width": 2},
        },
        cliponaxis=False,
    )


def _range(
    figure: go.Figure,
    ends: tuple[float, float],
    place: tuple[float, float],
    colours: Palette,
    *,
    flat: bool,
) -> None:
    """What has been published leaves open, hatched. ``place`` is the middle and the width."""
    low, high = ends
    middle, width = place
    figure.add_bar(
        **{
            "x" if flat else "y": [max(high - low, 0.8)],
            "y" if flat else "x": [middle],
            "base": [low],
            "orientation": "h" if flat else "v",
            "width": [width],
            "marker": {
                "color": colours.ground,
                "line": {"color": colours.second, "width": 1.4},
                "pattern": {"shape": "/", "fgcolor": colours.quiet, "size": 7, "solidity": 0.25},
            },
        }
    )


@dataclass(frozen=True, slots=True)
class WayPoint:
    """One release of a target: whose twelve months, what it says, and its span."""

    window: str
    says: str
    span: Span


def way_chart(
    points: Sequence[WayPoint],
    *,
    target: float,
    target_text: str,
    top: float,
    is_share: bool,
    colours: Palette,
) -> go.Figure:
    """A target over the releases: points with intervals, hatched ranges, the target dashed."""
    figure = blank(colours, height=TALL, left=44, right=16)
    places = list(range(len(points)))
    shown = sorted({0, len(points) // 2 if len(points) > 4 else 0, len(points) - 1})
    figure.update_xaxes(
        range=[-0.5, max(len(points) - 0.5, 0.5)],
        tickvals=shown,
        ticktext=[points[n].window for n in shown],
        tickangle=0,
    )
    figure.update_yaxes(
        range=[0, top * 1.06],
        showgrid=True,
        gridcolor=colours.rule,
        **(QUARTERS if is_share else number_ticks(0, top * 1.06)),
    )
    figure.update_layout(margin_b=AXIS, margin_t=30)
    figure.add_shape(
        type="line", x0=-0.5, x1=len(points) - 0.5, y0=target, y1=target,
        line={"color": colours.ink, "width": 2, "dash": "dash"},
    )  # fmt: skip
    figure.add_annotation(
        xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=6,
        showarrow=False, text=f"– – {target_text}",
        font={"size": SIZE - 1, "color": colours.ink},
    )  # fmt: skip
    known = [(n, one.span.value) for n, one in zip(places, points, strict=True)]
    figure.add_scatter(
        x=places,
        y=[value for _, value in known],
        mode="lines",
        line={"color": colours.primary, "width": 2},
        connectgaps=False,
        cliponaxis=False,
    )
    for n, one in zip(places, points, strict=True):
        _way_point(figure, n, one, colours)
    for n in {0, places[-1]} if len(points) < MANY else {places[-1]}:
        _way_words(figure, n, points[n], top, colours)
    return figure


def _way_point(figure: go.Figure, at: int, point: WayPoint, colours: Palette) -> None:
    span = point.span
    ends = (span.low, span.high)
    if span.value is None and ends[0] is not None and ends[1] is not None:
        _range(figure, (ends[0], ends[1]), (at, 0.16), colours, flat=False)
    elif span.value is not None:
        if ends[0] is not None and ends[1] is not None:
            figure.add_scatter(
                x=[at, at],
                y=list(ends),
                mode="lines",
                line={"color": colours.second, "width": 1.6},
                cliponaxis=False,
            )
        figure.add_scatter(
            x=[at],
            y=[span.value],
            mode="markers",
            marker={
                "size": 12,
                "color": colours.primary,
                "line": {"color": colours.ground, "width": 2},
            },
            cliponaxis=False,
        )


def _way_words(figure: go.Figure, at: int, point: WayPoint, top: float, colours: Palette) -> None:
    """What a point says, above it or, at the top of the chart, beneath."""
    levels = [v for v in (point.span.value, point.span.low, point.span.high) if v is not None]
    highest, lowest = max(levels, default=0.0), min(levels, default=0.0)
    beneath = highest > 0.85 * top
    figure.add_annotation(
        x=at,
        y=lowest if beneath else highest,
        yanchor="top" if beneath else "bottom",
        yshift=-6 if beneath else 6,
        showarrow=False,
        text=f"<b>{point.says}</b>",
        bgcolor=colours.ground,
        font={"size": SIZE - 2, "color": colours.ink},
    )
