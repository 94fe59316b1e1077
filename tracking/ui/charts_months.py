"""Months: small panels from zero above one another, and places in use against the plan.

A line each for kvinnor, män and totalt, told apart by colour, mark and the name at its end.
What a month holds is counted in `tracking.outcomes.monthly`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from tracking.domain.periods import MONTHS
from tracking.domain.records import Gender
from tracking.domain.swedish import decimal, whole
from tracking.ui.charts import SIZE, Palette, blank

PANEL = 165
PLACES = 280
TITLE = 26
"""Height of a panel's title, in pixels."""
FOOT = 44
LEFT, RIGHT = 40, 112
MANY = 18
"""Above this many months only the years are named."""
CLOSEST = 17
"""The least distance between two names, in pixels."""
SYMBOLS: dict[Gender | None, str] = {
    Gender.WOMAN: "circle",
    Gender.MAN: "square",
    None: "diamond",
}
NAMES: dict[Gender | None, str] = {**{gender: gender.plural for gender in Gender}, None: "totalt"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: kvinnor, män, or (None) totalt."""

    gender: Gender | None
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One notion over the months, on a scale of its own from zero."""

    title: str
    lines: tuple[Line, ...]


def over_months(
    months: Sequence[tuple[int, int]], panels: Sequence[Panel], colours: Palette
) -> go.Figure:
    """Panels above one another; ``months`` are (year, month) from the oldest."""
    height = PANEL * len(panels) + FOOT
    figure = blank(colours, height=height, left=LEFT, right=RIGHT)
    figure.update_layout(margin_b=FOOT, margin_t=0)
    drawn = PANEL * len(panels)
    for place, panel in enumerate(panels):
        top = 1 - place * PANEL / drawn
        name = "y" if not place else f"y{place + 1}"
        high = max((v for line in panel.lines for v in line.values), default=0) or 1
        figure.update_layout(
            {
                f"yaxis{name[1:]}": _count_axis(high, colours)
                | {"domain": [top - (PANEL - TITLE) / drawn, top - TITLE / drawn]}
            }
        )
        _title(figure, panel.title, top, colours)
        _lines(figure, panel.lines, name, high, PANEL - 2 * TITLE, colours)
    _month_axis(figure, months, colours, anchor=f"y{len(panels)}" if len(panels) > 1 else "y")
    return figure


def places_over_months(
    months: Sequence[tuple[int, int]],
    lines: Sequence[Line],
    planned: float | None,
    colours: Palette,
) -> go.Figure:
    """Årsplatser in use, from zero, and the plan as a dashed line across."""
    figure = blank(colours, height=PLACES + FOOT, left=LEFT, right=RIGHT)
    figure.update_layout(margin_b=FOOT, margin_t=TITLE)
    high = max([v for line in lines for v in line.values] + [planned or 0]) or 1
    figure.update_layout(yaxis=_count_axis(high, colours))
    _month_axis(figure, months, colours, anchor="y")
    if planned is not None:
        last = max(len(months) - 1, 1)
        figure.add_shape(
            type="line", x0=-0.3, x1=last + 0.3, y0=planned, y1=planned,
            line={"color": colours.ink, "width": 2, "dash": "dash"},
        )  # fmt: skip
        figure.add_annotation(
            x=-0.3, y=planned, xanchor="left", yanchor="bottom", showarrow=False,
            text=f"{decimal(planned)} planerade årsplatser".replace(",0 ", " "),
            font={"size": SIZE - 1, "color": colours.ink},
        )  # fmt: skip
    _lines(figure, lines, "y", high, PLACES - TITLE, colours, decimals=1)
    return figure


def _count_axis(high: float, colours: Palette) -> dict[str, object]:
    step = _step(high)
    ticks = [step * n for n in range(int(high // step) + 2) if step * n <= high * 1.12]
    return {
        "range": [0, high * 1.15],
        "tickvals": ticks,
        "ticktext": [whole(int(tick)) for tick in ticks],
        "tickfont": {"size": SIZE - 2, "color": colours.second},
        "showgrid": True,
        "gridcolor": colours.rule,
        "zeroline": True,
        "zerolinecolor": colours.rule,
        "fixedrange": True,
    }


def _step(high: float) -> int:
    """A round step with which two to four lines stand beneath ``high``."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if high / step <= 4:
                return step
        size *= 10


def _month_axis(
    figure: go.Figure, months: Sequence[tuple[int, int]], colours: Palette, *, anchor: str
) -> None:
    """Initials of the months, the year beneath its first; only the years of many months."""
    values, texts = [], []
    january = next((place for place, (_, month) in enumerate(months) if month == 1), len(months))
    for place, (year, month) in enumerate(months):
        # Two years side by side would run together on a telephone.
        begins = month == 1 or (place == 0 and january > 2)
        if len(months) > MANY and month != 1:
            continue
        initial = "" if len(months) > MANY else MONTHS[month - 1][0]
        values.append(place)
        texts.append(f"{initial}<br>{year}" if begins else initial)
    figure.update_xaxes(
        range=[-0.4, max(len(months) - 1, 1) + 0.4],
        tickvals=values,
        ticktext=texts,
        tickangle=0,
        tickfont={"size": SIZE - 2, "color": colours.second},
        anchor=anchor,
    )


def _title(figure: go.Figure, words: str, top: float, colours: Palette) -> None:
    figure.add_annotation(
        x=0, y=top, xref="paper", yref="paper", xanchor="left", yanchor="top", xshift=-LEFT + 4,
        showarrow=False, text=words, font={"size": SIZE - 1, "color": colours.ink},
    )  # fmt: skip


def _lines(
    figure: go.Figure,
    lines: Sequence[Line],
    axis: str,
    high: float,
    pixels: float,
    colours: Palette,
    *,
    decimals: int = 0,
) -> None:
    names = _spread([line.values[-1] for line in lines], high * 1.15 * CLOSEST / pixels)
    for line, name in zip(lines, names, strict=True):
        ink = colours.genders[line.gender]
        few = len(line.values) <= MANY
        figure.add_scatter(
            x=list(range(len(line.values))),
            y=list(line.values),
            yaxis=axis,
            mode="lines+markers" if few else "lines",
            line={"color": ink, "width": 2.5 if line.gender is None else 1.6},
            marker={"size": 6, "symbol": SYMBOLS[line.gender], "color": ink},
            cliponaxis=False,
        )
        last = decimal(line.values[-1], decimals)
        figure.add_annotation(
            x=len(line.values) - 1, y=name, yref=axis, xshift=9, xanchor="left",
            showarrow=False, text=f"<b>{last}</b> {NAMES[line.gender]}",
            font={"size": SIZE - 1, "color": ink},
        )  # fmt: skip


def _spread(ends: Sequence[float], gap: float) -> list[float]:
    """Where the names stand: at the last value, moved apart where they would touch."""
    placed = list(ends)
    below: float | None = None
    for index in sorted(range(len(ends)), key=lambda n: ends[n]):
        placed[index] = ends[index] if below is None else max(ends[index], below + gap)
        below = placed[index]
    return placed
