"""One person's curves: ORS with cut-off and reliable-change band, SRS beneath, the staircase.

Figures from plain dates and millimetres; the finding in words and the table behind stand in
`participant_curves`. The time axis and the margins are the same in all of them, so that they can
be read down. The smaller charts are in `charts_person_strips`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise, product

import plotly.graph_objects as go

from tracking.domain.instruments import format_points
from tracking.domain.periods import add_months
from tracking.domain.swedish import short_day, short_month
from tracking.ui.charts import SIZE, Palette, blank

FULL = 40
LEFT, RIGHT = 30, 46
"""Margins in pixels that all a person's charts share, so that they can be read down."""

MOST_TICKS = 5
MANY = 25
"""From more points than so many, each is drawn small."""

TOO_HIGH_MM = 370
NOTE_WIDE, NOTE_TALL = 0.45, 3.2
"""What a note at the left end covers: a share of the width on a telephone, points of the scale."""

OUTSIDE = -1
"""Where *inga utsikter för arbete* is drawn: beneath the steps, never between them."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that the time axis covers."""

    first: date
    last: date

    @classmethod
    def around(cls, days: Sequence[date]) -> Span:
        """From the first day to the last, with air at both ends."""
        first, last = min(days), max(days)
        air = max(timedelta(days=7), (last - first) / 25)
        return cls(first - air, last + air)

    def ticks(self) -> tuple[list[str], list[str]]:
        """Where the axis is marked and with what: the first of some months, at most five; in a
        span with fewer than two of them, two of its days.
        """
        start = self.first.replace(day=1)
        months = (self.last.year - start.year) * 12 + self.last.month - start.month
        step = next(n for n in (1, 2, 3, 6, 12, 24, 60) if months / n <= MOST_TICKS or n == 60)
        days = [add_months(start, n) for n in range(0, months + 1, step)]
        days = [day for day in days if day >= self.first]
        if len(days) > 1:
            return [day.isoformat() for day in days], [short_month(day) for day in days]
        quarter = (self.last - self.first) / 4
        days = [self.first + quarter, self.last - quarter]
        return [day.isoformat() for day in days], [short_day(day) for day in days]


def ors_curve(
    points: Sequence[tuple[date, int]],
    *,
    span: Span,
    cutoff_mm: int,
    band: tuple[int, int] | None,
    reliable_mm: int,
    colours: Palette,
) -> go.Figure:
    """The ORS totals (mm) over time, the cut-off, and the band inside which nothing is sure."""
    figure = _frame(span, colours, height=300)
    if band is not None:
        low, high = (value / 10 for value in band)
        figure.add_hrect(
            y0=low, y1=high, fillcolor=colours.rule, opacity=0.45, line_width=0, layer="below"
        )
    _line_across(figure, cutoff_mm / 10, colours)
    beside = _course_of(points, span)
    notes = [(cutoff_mm / 10, cutoff_mm / 10, f"gränsvärde {format_points(cutoff_mm)}")]
    if band is not None:
        notes.append((low, high, f"±{format_points(reliable_mm)} från start"))
    for at, (_, _, words) in zip(_free_places(notes, beside), notes, strict=True):
        _side_note(figure, at, "middle", words, colours)
    _curve(figure, points, colours.primary, colours)
    return figure


def own_curve(points: Sequence[tuple[date, int]], *, span: Span, colours: Palette) -> go.Figure:
    """The totals (mm) over time and nothing else: what the participant is shown."""
    figure = _frame(span, colours, height=260)
    _curve(figure, points, colours.primary, colours)
    return figure


def course_curve(
    points: Sequence[tuple[date, int]],
    *,
    span: Span,
    days: Sequence[date],
    inner: Sequence[tuple[float, float]],
    outer: Sequence[tuple[float, float]],
    colours: Palette,
) -> go.Figure:
    """The ORS totals (mm) over the bands (mm, low and high on each of ``days``) in which half
    and four of five of earlier participants lay.
    """
    figure = _frame(span, colours, height=300)
    for band, opacity in ((outer, 0.16), (inner, 0.26)):
        figure.add_trace(
            go.Scatter(
                x=[day.isoformat() for day in (*days, *reversed(days))],
                y=[*(high / 10 for _, high in band), *(low / 10 for low, _ in reversed(band))],
                mode="lines",
                fill="toself",
                fillcolor=_see_through(colours.bar, opacity),
                # An edge as well: one talk alone has no surface, and print has no shades.
                line={"color": _see_through(colours.bar, 0.7), "width": 1},
            )
        )
    for words, (_, high) in (("4 av 5", outer[-1]), ("hälften", inner[-1])):
        figure.add_annotation(
            x=days[-1].isoformat(),
            y=high / 10,
            text=words,
            showarrow=False,
            xanchor="right",
            yanchor="top",
            font={"size": SIZE - 2, "color": colours.second},
        )
    _curve(figure, points, colours.primary, colours)
    return figure


def srs_curve(
    points: Sequence[tuple[date, int]], *, span: Span, limit_mm: int, colours: Palette
) -> go.Figure:
    """The SRS totals (mm) over time and the limit beneath which there is something to raise."""
    figure = _frame(span, colours, height=200)
    _line_across(figure, limit_mm / 10, colours)
    _curve(figure, points, colours.primary, colours)
    return figure


def staircase(
    assessments: Sequence[tuple[date, int | None]],
    *,
    span: Span,
    positions: Sequence[int],
    colours: Palette,
) -> go.Figure:
    """Step assessments as a staircase; None is the exit, drawn beneath the lowest step."""
    exits = any(level is None for _, level in assessments)
    figure = _frame(span, colours, height=70 + 34 * (len(positions) + exits))
    places = [OUTSIDE if level is None else level for _, level in assessments]
    days = [day for day, _ in assessments]
    figure.add_trace(
        go.Scatter(
            # The last level holds until the end of the axis: nobody has said otherwise.
            x=[*days, span.last],
            y=[*places, places[-1]],
            mode="lines",
            line={"shape": "hv", "color": colours.primary, "width": 3},
        )
    )
    figure.add_trace(
        go.Scatter(x=days, y=places, mode="markers", marker={"size": 9, "color": colours.primary})
    )
    shown = [*([OUTSIDE] if exits else []), *positions]
    figure.update_yaxes(
        range=[min(shown) - 0.5, max(shown) + 0.5],
        tickvals=shown,
        ticktext=["–" if p == OUTSIDE else str(p) for p in shown],
    )
    if exits:
        _side_note(figure, OUTSIDE, "bottom", "inga utsikter för arbete", colours)
    return figure


def enlarged(figure: go.Figure, by: float) -> go.Figure:
    """The same figure with its words, marks and height ``by`` times as large, to be seen across
    a table or by somebody who reads with difficulty.
    """
    layout = figure.layout
    for annotation in layout.annotations:
        annotation.font.size = round(annotation.font.size * by)
    for axis in (layout.xaxis, layout.yaxis):
        axis.tickfont.size = round(axis.tickfont.size * by)
    for side in ("l", "r", "t", "b"):
        layout.margin[side] = round(layout.margin[side] * by)
    layout.height = round(layout.height * by)
    for trace in figure.data:
        if trace.marker.size is not None:
            trace.marker.size = round(trace.marker.size * by)
    return figure


def _see_through(colour: str, opacity: float) -> str:
    """A colour #rrggbb as Plotly wants it with an opacity."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def time_axis(figure: go.Figure, span: Span, colours: Palette) -> None:
    """The days from left to right, as all of a person's charts have them."""
    places, words = span.ticks()
    figure.update_xaxes(
        type="date",
        range=[span.first.isoformat(), span.last.isoformat()],
        tickvals=places,
        ticktext=words,
        showline=True,
        linecolor=colours.quiet,
    )


def _frame(span: Span, colours: Palette, *, height: int) -> go.Figure:
    figure = blank(colours, height=height, left=LEFT, right=RIGHT)
    figure.update_layout(margin_b=30, margin_t=14)
    time_axis(figure, span, colours)
    figure.update_yaxes(
        range=[0, FULL + 1.5],
        tickvals=[0, 10, 20, 30, 40],
        showgrid=True,
        gridcolor=colours.rule,
    )
    return figure


def _curve(
    figure: go.Figure, points: Sequence[tuple[date, int]], colour: str, colours: Palette
) -> None:
    days = [day.isoformat() for day, _ in points]
    totals = [mm / 10 for _, mm in points]
    figure.add_trace(
        go.Scatter(
            x=days,
            y=totals,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            marker={"size": 8 if len(points) <= MANY else 4, "color": colour},
        )
    )
    if len(points) > 1:
        # Near the top of the scale there is no room above the point.
        under = points[0][1] > TOO_HIGH_MM
        _label(
            figure,
            points[0],
            colours,
            xanchor="center",
            yanchor="top" if under else "bottom",
            yshift=-8 if under else 8,
        )
    _label(figure, points[-1], colours, xanchor="left", yanchor="middle", xshift=9)


def _label(
    figure: go.Figure, point: tuple[date, int], colours: Palette, **where: str | int
) -> None:
    """The value of a point, on the page's own ground so that no line runs through it."""
    day, mm = point
    figure.add_annotation(
        x=day.isoformat(),
        y=mm / 10,
        text=f"<b>{format_points(mm)}</b>",
        showarrow=False,
        bgcolor=colours.ground,
        borderpad=1,
        font={"size": SIZE, "color": colours.ink},
        **where,
    )


def _course_of(points: Sequence[tuple[date, int]], span: Span) -> list[float]:
    """Where the curve runs in the part of the chart that a note at the left end covers."""
    reach = span.first + (span.last - span.first) * NOTE_WIDE
    found = [mm / 10 for day, mm in points if day <= reach]
    for (day, mm), (after, later) in pairwise(points):
        if day <= reach < after:
            share = (reach - day) / (after - day)
            found.append((mm + share * (later - mm)) / 10)
        found += [(mm + later) / 20] if after <= reach else []
    return found


def _free_places(notes: Sequence[tuple[float, float, str]], course: Sequence[float]) -> list[float]:
    """The heights of the notes: each above or under its line or its band, or inside the band;
    never on each other, and where they are the farthest from the curve.
    """

    def room(at: Sequence[float]) -> tuple[bool, float]:
        legible = all(abs(one - other) >= NOTE_TALL for one, other in combinations(at, 2))
        return legible, min((abs(one - y) for one in at for y in course), default=0.0)

    half = NOTE_TALL / 2
    offered = [
        [y for y in (low + half, high - half, low - half, high + half) if half <= y <= FULL]
        for low, high, _ in notes
    ]
    return max((list(places) for places in product(*offered)), key=room)


def _line_across(figure: go.Figure, at: float, colours: Palette) -> None:
    figure.add_hline(y=at, line={"color": colours.second, "width": 1.25, "dash": "6px 4px"})


def _side_note(figure: go.Figure, at: float, anchor: str, words: str, colours: Palette) -> None:
    """Words at the left end: above ``at`` (bottom), under it (top) or on it (middle)."""
    figure.add_annotation(
        xref="paper",
        x=0.005,
        y=at,
        text=words,
        showarrow=False,
        xanchor="left",
        yanchor=anchor,
        font={"size": SIZE - 2, "color": colours.second},
    )
