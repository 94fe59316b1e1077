"""Head counts over periods: lines from zero, each named at its end.

What a period holds and who may read it is decided where the counts are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from tracking.domain.swedish import whole
from tracking.ui.charts import AXIS, SIZE, Palette, blank, number_ticks

DASHES = ("solid", "dash", "dot")
SYMBOLS = ("circle", "square", "diamond")
CLOSEST = 0.1
"""The least distance between two names, as a share of the height."""


@dataclass(frozen=True, slots=True)
class Series:
    """One count over all periods, oldest first; None where a period has no number."""

    label: str
    values: tuple[int | None, ...]


def over_periods(periods: Sequence[str], series: Sequence[Series], colours: Palette) -> go.Figure:
    """Lines over ``periods``, told apart by dash and mark as well as by colour."""
    figure = blank(colours, height=258, left=48, right=150)
    top = max((v for one in series for v in one.values if v is not None), default=0) or 1
    places = list(range(len(periods)))
    # The two ends are enough on a telephone; the table beneath names every period.
    shown = sorted({0, len(periods) - 1})
    figure.update_xaxes(
        range=[-0.1, max(len(periods) - 1, 1) + 0.05],
        tickvals=shown,
        ticktext=[periods[n] for n in shown],
        tickangle=0,
        # Lower than the axis's nought, which the first name would touch on a telephone.
        ticklabelstandoff=8,
    )
    figure.update_yaxes(
        range=[0, top * 1.08],
        showgrid=True,
        gridcolor=colours.rule,
        zeroline=True,
        zerolinecolor=colours.rule,
        # Nobody is half a deltagande.
        **number_ticks(0, top * 1.08),
    )
    figure.update_layout(margin_b=AXIS + 8, margin_t=10)
    inks = (colours.primary, colours.second, colours.bar)
    for one, dash, symbol, ink in zip(series, DASHES, SYMBOLS, inks, strict=False):
        figure.add_scatter(
            x=places,
            y=list(one.values),
            mode="lines+markers",
            line={"color": ink, "width": 2, "dash": dash},
            marker={"size": 8, "symbol": symbol, "color": ink},
            cliponaxis=False,
        )
    for one, at in zip(series, _spread(series, top), strict=True):
        last = one.values[-1]
        figure.add_annotation(
            x=len(periods) - 1,
            y=at,
            xshift=10,
            xanchor="left",
            showarrow=False,
            align="left",
            text=f"<b>{'–' if last is None else whole(last)}</b> {one.label}",
            font={"size": SIZE - 1, "color": colours.ink},
        )
    return figure


def _spread(series: Sequence[Series], top: int) -> list[float]:
    """Where the names stand: at the last value, moved apart where they would touch."""
    ends = [float(one.values[-1] or 0) for one in series]
    gap = CLOSEST * top
    placed = list(ends)
    below: float | None = None
    for index in sorted(range(len(ends)), key=lambda n: ends[n]):
        placed[index] = ends[index] if below is None else max(ends[index], below + gap)
        below = placed[index]
    return placed
