"""One person's smaller charts: the four scales as small multiples, and the time line as a strip.

Figures from plain dates and millimetres over the same months as `charts_person`; what they say
in words is `participant_curves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from tracking.domain.instruments import SCALE_MAX_MM, Scales, format_points
from tracking.domain.swedish import short_month
from tracking.outcomes.participant_events import Event, Lane
from tracking.ui.charts import SIZE, Palette, blank
from tracking.ui.charts_person import LEFT, MANY, RIGHT, Span, time_axis

LANE = 46
TOO_HIGH_MM = 85
"""Above this there is no room over the first point of a small panel."""

MARKS = {
    Lane.TALK: "circle",
    Lane.GROUP: "hexagon",
    Lane.STEP: "triangle-up",
    Lane.SITUATION: "square",
    Lane.FOLLOW_UP: "diamond",
}
"""Each kind has a shape of its own; what did not come about is hollow."""

_COLUMNS = ((0.0, 0.42), (0.58, 1.0))
_ROWS = ((0.56, 0.92), (0.0, 0.36))


def scales_chart(
    points: Sequence[tuple[date, Scales]],
    *,
    names: Sequence[str],
    span: Span,
    colours: Palette,
) -> go.Figure:
    """The four scales (mm) as four equal panels: same days, same 0–10, first and last said."""
    figure = blank(colours, height=380, left=LEFT, right=RIGHT)
    figure.update_layout(margin_b=28, margin_t=4)
    days = [day.isoformat() for day, _ in points]
    ends = [span.first, span.last]
    for place, name in enumerate(names):
        which = "" if place == 0 else str(place + 1)
        bottom = place >= 2
        figure.update_layout(
            {
                f"xaxis{which}": {
                    **figure.layout.xaxis.to_plotly_json(),
                    "type": "date",
                    "domain": _COLUMNS[place % 2],
                    "anchor": f"y{which}",
                    "range": [day.isoformat() for day in ends],
                    "tickvals": [day.isoformat() for day, _ in (points[0], points[-1])],
                    "ticktext": [short_month(day) for day, _ in (points[0], points[-1])]
                    if bottom
                    else ["", ""],
                    "showline": True,
                    "linecolor": colours.quiet,
                },
                f"yaxis{which}": {
                    **figure.layout.yaxis.to_plotly_json(),
                    "domain": _ROWS[place // 2],
                    "anchor": f"x{which}",
                    "range": [0, SCALE_MAX_MM / 10 + 0.4],
                    "tickvals": [0, 5, 10],
                    # The same for both columns, and so said once.
                    "showticklabels": place % 2 == 0,
                    "showgrid": True,
                    "gridcolor": colours.rule,
                },
            }
        )
        own = [scales[place] for _, scales in points]
        figure.add_trace(
            go.Scatter(
                x=days,
                y=[mm / 10 for mm in own],
                mode="lines+markers",
                line={"color": colours.primary, "width": 2},
                marker={"size": 6 if len(own) <= MANY else 3, "color": colours.primary},
                xaxis=f"x{which}",
                yaxis=f"y{which}",
            )
        )
        high = own[0] > TOO_HIGH_MM
        beside = {"xanchor": "left", "yanchor": "middle", "xshift": 7}
        above = {"xanchor": "center", "yanchor": "bottom", "yshift": 5}
        under = {"xanchor": "center", "yanchor": "top", "yshift": -5}
        said = [(0, under if high else above)] if len(own) > 1 else []
        for index, where in (*said, (len(own) - 1, beside)):
            figure.add_annotation(
                x=days[index],
                y=own[index] / 10,
                xref=f"x{which}",
                yref=f"y{which}",
                text=format_points(own[index]),
                showarrow=False,
                font={"size": SIZE - 1, "color": colours.ink},
                **where,
            )
        figure.add_annotation(
            x=_COLUMNS[place % 2][0],
            y=_ROWS[place // 2][1] + 0.01,
            xref="paper",
            yref="paper",
            text=f"<b>{name}</b>",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font={"size": SIZE - 1, "color": colours.ink},
        )
    return figure


def strip(
    events: Sequence[Event], *, span: Span, ended_on: date | None, colours: Palette
) -> go.Figure:
    """What has happened, a lane for each kind that has; what did not come about is hollow."""
    lanes = [lane for lane in Lane if any(event.lane is lane for event in events)]
    figure = blank(colours, height=LANE * len(lanes) + 34, left=LEFT, right=RIGHT)
    figure.update_layout(margin_b=30, margin_t=4)
    time_axis(figure, span, colours)
    figure.update_yaxes(range=[len(lanes) - 0.6, -0.7], tickvals=[])
    for place, lane in enumerate(lanes):
        figure.add_hline(y=place, line={"color": colours.rule, "width": 1}, layer="below")
        figure.add_annotation(
            xref="paper",
            x=0,
            y=place,
            text=lane.label,
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            yshift=6,
            font={"size": SIZE - 2, "color": colours.second},
        )
        for happened in (True, False):
            own = [e.on.isoformat() for e in events if e.lane is lane and e.happened is happened]
            if own:
                figure.add_trace(
                    go.Scatter(
                        x=own,
                        y=[place] * len(own),
                        mode="markers",
                        marker={
                            "symbol": f"{MARKS[lane]}{'' if happened else '-open'}",
                            "size": 10,
                            "color": colours.primary if happened else colours.second,
                            "line": {"width": 1.5},
                        },
                    )
                )
    if ended_on is not None:
        figure.add_vline(
            x=ended_on.isoformat(), line={"color": colours.second, "width": 1.25, "dash": "2px 3px"}
        )
        figure.add_annotation(
            x=ended_on.isoformat(),
            yref="paper",
            y=1,
            text="avslut",
            showarrow=False,
            xanchor="left",
            yanchor="top",
            xshift=4,
            font={"size": SIZE - 2, "color": colours.second},
        )
    return figure
