"""The bullet chart: an outcome as a bar (or a point where few are counted), its interval as
a thin line, the target as a line across.

It draws rows that are already judged; what a verdict is, is `tracking.domain.targets`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from tracking.domain.records import Gender
from tracking.domain.swedish import decimal
from tracking.ui.charts import AXIS, ROW, SIZE, Palette, at_once, per_cents

FEW = 20
"""Below this base a share is drawn as a point: a bar looks surer than it is."""
TOP = 26


@dataclass(frozen=True, slots=True)
class BulletRow:
    """One outcome: a value with its interval, or the range that has been published.

    All in the unit of the axis. ``gender`` colours the row; None is totalt. ``low`` and
    ``high`` with no ``value`` are a range: everything between is equally possible.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    base: int | None = None
    gender: Gender | None = None


def bullet(
    rows: list[BulletRow],
    *,
    target: float,
    target_text: str,
    colours: Palette,
    top: float | None = None,
) -> go.Figure:
    """Rows against one target. ``top`` is the end of a number axis; None is 0–100 per cent."""
    labelled = len(rows) > 1
    longest = max((len(row.label) for row in rows), default=0)
    if top is None:
        axis, end = per_cents(colours), 100.0
    else:
        axis, end = _numbers(colours, top)
    positions = list(range(len(rows)))[::-1]
    few = any(row.base is not None and row.base < FEW for row in rows)
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for position, row in zip(positions, rows, strict=True):
        # Beside kvinnor and män, totalt has its own grey; alone, that of every outcome.
        alone = colours.genders[None] if labelled else colours.primary
        ink = alone if row.gender is None else colours.genders[row.gender]
        if row.value is not None and not few:
            shapes.append(_bar(position, row.value, ink))
        traces += _marks(position, row, colours, ink, few=few)
    shapes.append(
        {
            "type": "line", "x0": target, "x1": target, "y0": -0.5, "y1": len(rows) - 0.5,
            "line": {"color": colours.ink, "width": 3},
        }
    )  # fmt: skip
    return at_once(
        colours,
        *traces,
        height=TOP + ROW * len(rows) + AXIS,
        left=max(96, 8 * longest) if labelled else 8,
        right=28,
        top=TOP,
        bottom=AXIS,
        xaxis=axis,
        yaxis={
            "range": [-0.55, len(rows) - 0.45],
            "tickvals": positions,
            "ticktext": [row.label if labelled else "" for row in rows],
            "tickfont": {"size": SIZE, "color": colours.ink},
            "ticklabelstandoff": 6,
        },
        shapes=shapes,
        annotations=[_target_words(len(rows), target, target_text, colours, end)],
    )


def _numbers(colours: Palette, top: float) -> tuple[dict[str, Any], float]:
    """An x axis with round numbers from 0 to at least ``top``, and where it ends."""
    rough = max(top, 1e-6) / 4
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough)
    ticks = [step * n for n in range(math.ceil(top / step) + 1)]
    axis = {
        "range": [0, ticks[-1] * 1.006],
        "tickvals": ticks,
        "ticktext": [decimal(tick, 0 if step >= 1 and step % 1 == 0 else 1) for tick in ticks],
        "showgrid": True,
        "gridcolor": colours.rule,
    }
    return axis, ticks[-1]


def _bar(at: int, value: float, colour: str) -> dict[str, Any]:
    return {
        "type": "rect", "x0": 0, "x1": value, "y0": at - 0.26, "y1": at + 0.26,
        "fillcolor": colour, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _marks(
    at: int, row: BulletRow, colours: Palette, colour: str, *, few: bool
) -> list[dict[str, Any]]:
    """What stands on a row beside its bar: the interval, and a point where few are counted; or
    the range that has been published."""
    known = row.low is not None and row.high is not None
    if row.value is None:
        return [_range(at, row.low or 0.0, row.high or 0.0, colours)] if known else []
    marks = _interval(at, row.low or 0.0, row.high or 0.0, colours) if known else []
    if few:
        rim = {"color": colours.ground, "width": 2}
        marks.append(
            {
                "type": "scatter",
                "x": [row.value],
                "y": [at],
                "mode": "markers",
                "marker": {"size": 14, "color": colour, "line": rim},
                "cliponaxis": False,
            }
        )
    return marks


def _interval(at: int, low: float, high: float, colours: Palette) -> list[dict[str, Any]]:
    # A rim of the ground keeps the thin line visible where it crosses the bar.
    return [
        {
            "type": "scatter",
            "x": [low, low, low, high, high, high],
            "y": [at - 0.1, at + 0.1, at, at, at + 0.1, at - 0.1],
            "mode": "lines",
            "line": {"color": colour, "width": width},
            "cliponaxis": False,
        }
        for width, colour in ((4, colours.ground), (1.6, colours.ink))
    ]


def _range(at: int, low: float, high: float, colours: Palette) -> dict[str, Any]:
    """What has been published leaves open: a hatched box with both ends drawn."""
    return {
        "type": "bar",
        "x": [max(high - low, 0.6)],
        "base": [low],
        "y": [at],
        "orientation": "h",
        "width": [0.52],
        "marker": {
            "color": colours.ground,
            "line": {"color": colours.second, "width": 1.4},
            "pattern": {"shape": "/", "fgcolor": colours.quiet, "size": 7, "solidity": 0.25},
        },
    }


def _target_words(
    count: int, target: float, text: str, colours: Palette, end: float
) -> dict[str, Any]:
    # The words stay inside the figure whichever end of the axis the target is at.
    share = target / end if end else 0
    return {
        "x": target,
        "y": count - 0.5,
        "yanchor": "bottom",
        "xanchor": "right" if share > 0.85 else "left" if share < 0.15 else "center",
        "text": text,
        "showarrow": False,
        "font": {"size": SIZE - 1, "color": colours.ink},
    }
