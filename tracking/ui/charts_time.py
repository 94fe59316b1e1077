"""Time in the insats as Kaplan–Meier curves: who is still there after so many days.

Totalt with its band and with marks where somebody is followed no further; kvinnor and män as
lines of their own. What a curve is, is `tracking.domain.time_band`.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from tracking.domain.swedish import whole
from tracking.outcomes.time_curves import TimeCurve
from tracking.ui.charts import QUARTERS, SIZE, Palette, blank, thin
from tracking.ui.charts_months import NAMES

HEIGHT = 330
"""Of the curves and their axis, in pixels; the names stand above."""
NAME = 20
"""Height of a name."""
STEPS = (7, 14, 30, 60, 90, 180, 365)
"""Days between two marks of the axis."""
DASHES = {"woman": "solid", "man": "dash"}


def time_curves(curves: Sequence[TimeCurve], colours: Palette) -> go.Figure:
    """The curves that have points, on one scale of days from the start."""
    drawn = [curve for curve in curves if curve.points]
    above = 12 + NAME * len(drawn)
    figure = blank(colours, height=HEIGHT + above, left=56, right=20)
    figure.update_layout(margin_t=above, margin_b=56)
    last = max((curve.points[-1].days for curve in drawn), default=1)
    step = next((days for days in STEPS if last / days <= 6), 365)
    ticks = list(range(0, last + 1, step))
    figure.update_xaxes(
        range=[0, last * 1.02],
        tickvals=ticks,
        ticktext=[whole(tick) for tick in ticks],
        title={"text": "Dagar sedan start", "font": {"size": SIZE - 1, "color": colours.second}},
    )
    figure.update_yaxes(
        range=[0, 101],
        **QUARTERS,
        showgrid=True,
        gridcolor=colours.rule,
    )
    for curve in drawn:
        if curve.gender is None:
            _band(figure, curve, colours)
    for curve in drawn:
        _curve(figure, curve, colours)
    figure.add_shape(
        type="line", x0=0, x1=last, y0=50, y1=50,
        line={"color": colours.second, "width": 1, "dash": "dot"},
    )  # fmt: skip
    _names(figure, drawn, last, colours)
    return figure


FALLS = "hv"
"""How a curve goes from one of its days to the next: each share holds until then."""


def _falling(days: Sequence[int], shares: Sequence[float]) -> dict[str, list[float]]:
    """A curve that falls on its days, all at first."""
    return {"x": [0, *days], "y": [100, *(100 * share for share in shares)]}


def _band(figure: go.Figure, curve: TimeCurve, colours: Palette) -> None:
    known = [p for p in curve.points if p.low is not None and p.high is not None]
    if not known:
        return
    days = [p.days for p in known]
    edge = {"mode": "lines", "line": {"width": 0, "shape": FALLS}}
    figure.add_scatter(**_falling(days, [p.low or 0.0 for p in known]), **edge)
    figure.add_scatter(
        **_falling(days, [p.high or 0.0 for p in known]),
        **edge,
        fill="tonexty",
        fillcolor=thin(colours.rule, 0.7),
    )


def _curve(figure: go.Figure, curve: TimeCurve, colours: Palette) -> None:
    ink = colours.genders[curve.gender]
    figure.add_scatter(
        **_falling([p.days for p in curve.points], [p.share for p in curve.points]),
        mode="lines",
        line={
            "shape": FALLS,
            "color": ink,
            "width": 2.5 if curve.gender is None else 1.6,
            "dash": "solid" if curve.gender is None else DASHES.get(curve.gender, "dot"),
        },
    )
    if curve.gender is None:
        share_on = {p.days: 100 * p.share for p in curve.points}
        figure.add_scatter(
            x=list(curve.censored),
            y=[share_on[day] for day in curve.censored],
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 9, "color": ink, "line": {"width": 1.5}},
        )


def _names(figure: go.Figure, curves: Sequence[TimeCurve], last: int, colours: Palette) -> None:
    """The names above the curves, which they would hide on a telephone, by their medians."""
    ordered = sorted(curves, key=lambda curve: -(curve.median or last + 1))
    for place, curve in enumerate(ordered):
        median = "" if curve.median is None else f", hälften efter {whole(curve.median)} dagar"
        dash = {"woman": "──", "man": "╌╌"}.get(curve.gender or "", "━━")
        figure.add_annotation(
            x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom", align="left",
            yshift=6 + NAME * (len(ordered) - 1 - place), showarrow=False,
            text=f"{dash} {NAMES[curve.gender]}{median}",
            font={"size": SIZE - 1, "color": colours.genders[curve.gender]},
        )  # fmt: skip
