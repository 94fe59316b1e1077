"""Years told by an earlier system and years counted here, in one drawing and never one line.

Earlier years are open marks that nothing joins; our own are filled marks on a line. Between the
two stands a rule where the one ends before the other begins.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from tracking.domain.swedish import whole
from tracking.ui.charts import AXIS, SIZE, Palette, blank, number_ticks

HEIGHT = 220
MANY = 8
"""Above this many years only every other is named, and no mark has its number beside it."""

LEGEND = (
    '<p class="stegvis-base"><span aria-hidden="true">◇</span> tidigare uppgifter, SUS &nbsp; '
    '<span aria-hidden="true">●</span> räknat i Stegvis</p>'
)


def years_apart(
    earlier: Sequence[tuple[int, int]], own: Sequence[tuple[int, int]], colours: Palette
) -> go.Figure:
    """``earlier`` and ``own`` are (year, number) from the oldest; either may be empty."""
    years = sorted({year for year, _ in (*earlier, *own)})
    figure = blank(colours, height=HEIGHT, left=48, right=24)
    top = max((number for _, number in (*earlier, *own)), default=0) or 1
    shown = years if len(years) <= MANY else years[::2]
    figure.update_xaxes(
        range=[years[0] - 0.5, years[-1] + 0.5],
        tickvals=shown,
        ticktext=[str(year) for year in shown],
        tickangle=0,
    )
    numbered = len(years) <= MANY
    figure.update_yaxes(
        range=[0, top * 1.2],
        # Where every mark has its number, lines behind would only run through them.
        showgrid=not numbered,
        showticklabels=not numbered,
        gridcolor=colours.rule,
        zeroline=True,
        zerolinecolor=colours.rule,
        **number_ticks(0, top * 1.2),
    )
    figure.update_layout(margin_b=AXIS, margin_t=10, margin_l=8 if numbered else 48)
    for points, mode, symbol, ink in (
        (earlier, "markers", "diamond-open", colours.second),
        (own, "lines+markers", "circle", colours.primary),
    ):
        if not points:
            continue
        figure.add_scatter(
            x=[year for year, _ in points],
            y=[number for _, number in points],
            mode=f"{mode}+text" if numbered else mode,
            text=[whole(number) for _, number in points],
            textposition="top center",
            textfont={"size": SIZE - 1, "color": colours.ink},
            marker={"size": 10, "symbol": symbol, "color": ink, "line": {"width": 2, "color": ink}},
            line={"color": ink, "width": 2},
            cliponaxis=False,
        )
    if earlier and own and earlier[-1][0] < own[0][0]:
        between = (earlier[-1][0] + own[0][0]) / 2
        figure.add_shape(
            type="line", x0=between, x1=between, y0=0, y1=1, yref="paper",
            line={"color": colours.rule, "width": 2, "dash": "dot"},
        )  # fmt: skip
    return figure
