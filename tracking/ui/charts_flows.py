"""Before and after as one picture: how a group moves from where it stood to where it stands.

Bands from left to right, as wide as they are many; each place is named beside its bar with its
count. At most seven places a side: who groups finer joins them before. The table behind has
every number. Plotly's own Sankey lays labels over the bands, hence our own bands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from tracking.domain.swedish import whole
from tracking.ui.charts import SIZE, Palette, blank, thin

MOST_PLACES = 7
GAP = 0.03
"""Space between two places, as a share of the height."""
THICK = 0.02
LEFT, RIGHT = 132, 132
"""Room for the names, in pixels: what leaves some for the bands on a telephone."""
ACROSS = 18
"""So many characters of a name stand on a line."""
NUMBERED = 21
"""As many when a number begins it: a number alone on a line says nothing."""
LINE = 17
"""Height of a line of a name, in pixels."""
FRAME = 34
"""What the margins above and below take, in pixels."""
BEND = np.linspace(0, 1, 24)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went from one place to another; places are numbered from the top."""

    before: int
    after: int
    count: int


@dataclass(frozen=True, slots=True)
class Flows:
    """A group before and after: the names of the places on each side, and the flows.

    ``quiet`` are the places that stand for missing knowledge. Raises ValueError for more than
    seven places a side or a flow from a place that is not there.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    flows: tuple[Flow, ...]
    before_title: str = "Före"
    after_title: str = "Efter"
    quiet: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if max(len(self.before), len(self.after)) > MOST_PLACES:
            raise ValueError("more places than a reader can follow")
        for flow in self.flows:
            if flow.before >= len(self.before) or flow.after >= len(self.after) or flow.count < 0:
                raise ValueError(f"{flow} leads nowhere")

    @property
    def size(self) -> int:
        """How many there are in all."""
        return sum(flow.count for flow in self.flows)


def flow_bands(group: Flows, colours: Palette) -> go.Figure:
    """The bands. A group of nobody is an empty figure."""
    figure = blank(colours, height=_height(group), left=LEFT, right=RIGHT)
    figure.update_layout(margin_t=30)
    figure.update_xaxes(range=[0, 1], showticklabels=False)
    figure.update_yaxes(range=[0, 1], showticklabels=False)
    if not group.size:
        return figure
    left = _places(len(group.before), group, lambda flow: flow.before)
    right = _places(len(group.after), group, lambda flow: flow.after)
    _draw_bands(figure, group, left, right, colours)
    for names, spans, x, anchor in (
        (group.before, left, 0.0, "right"),
        (group.after, right, 1.0, "left"),
    ):
        there = [
            (name, low, high, count)
            for name, (low, high, count) in zip(names, spans, strict=True)
            if count
        ]
        for (name, low, high, count), at in zip(there, _label_places(there, group), strict=True):
            _draw_place(figure, name, (low, high), count, x, anchor, group, colours, label_at=at)
    for words, x, anchor in ((group.before_title, 0.0, "right"), (group.after_title, 1.0, "left")):
        figure.add_annotation(
            x=x, y=1.0, text=words, showarrow=False, xanchor=anchor, yanchor="bottom", yshift=8,
            xshift=-6 if anchor == "right" else 6,
            font={"size": SIZE - 2, "color": colours.second},
        )  # fmt: skip
    return figure


def _height(group: Flows) -> int:
    """So high that the names of either side stand beneath one another."""
    rooms = 60 + 52 * max(len(group.before), len(group.after), 3)
    return max(
        rooms,
        FRAME + LINE * _lines_of(group.before, [flow.before for flow in group.flows if flow.count]),
        FRAME + LINE * _lines_of(group.after, [flow.after for flow in group.flows if flow.count]),
    )


def _lines_of(names: Sequence[str], places: Sequence[int]) -> int:
    """How many lines the names of some places take, with room for a count of four digits."""
    return sum(_broken(names[place], 1000).count("<br>") + 1 for place in set(places))


def _places(
    number: int, group: Flows, side: Callable[[Flow], int]
) -> list[tuple[float, float, int]]:
    """From, to and count of each place, from the top down; both sides have the same scale."""
    counts = [sum(f.count for f in group.flows if side(f) == place) for place in range(number)]
    scale = _scale(group)
    there = sum(1 for count in counts if count)
    at = 1 - (1 - scale * group.size - GAP * (there - 1)) / 2
    spans = []
    for count in counts:
        spans.append((at - scale * count, at, count))
        at -= scale * count + (GAP if count else 0)
    return spans


def _scale(group: Flows) -> float:
    most = max(
        len({flow.before for flow in group.flows if flow.count}),
        len({flow.after for flow in group.flows if flow.count}),
    )
    return (1 - GAP * (most - 1)) / group.size


def _draw_bands(
    figure: go.Figure,
    group: Flows,
    left: Sequence[tuple[float, float, int]],
    right: Sequence[tuple[float, float, int]],
    colours: Palette,
) -> None:
    scale = _scale(group)
    leaves = [high for _, high, _ in left]
    arrives = [high for _, high, _ in right]
    s = 3 * BEND**2 - 2 * BEND**3
    x = THICK + (1 - 2 * THICK) * BEND
    for flow in sorted(group.flows, key=lambda f: (f.before, f.after)):
        if not flow.count:
            continue
        start, end, wide = leaves[flow.before], arrives[flow.after], scale * flow.count
        top = start + (end - start) * s
        leaves[flow.before] -= wide
        arrives[flow.after] -= wide
        quiet = {group.before[flow.before], group.after[flow.after]} & group.quiet
        figure.add_trace(
            go.Scatter(
                # As lists: arrays are written with all their decimals.
                x=np.concatenate([x, x[::-1]]).tolist(),
                y=np.concatenate([top, (top - wide)[::-1]]).tolist(),
                fill="toself",
                mode="lines",
                line={"width": 0.5, "color": colours.ground},
                fillcolor=thin(colours.quiet if quiet else colours.bar, 0.28 if quiet else 0.45),
                hoverinfo="skip",
            )
        )


def _draw_place(
    figure: go.Figure,
    name: str,
    span: tuple[float, float],
    count: int,
    x: float,
    anchor: str,
    group: Flows,
    colours: Palette,
    *,
    label_at: float,
) -> None:
    inner = x + THICK if x == 0 else x - THICK
    figure.add_shape(
        type="rect", x0=x, x1=inner, y0=span[0], y1=span[1], line_width=0,
        fillcolor=colours.quiet if name in group.quiet else colours.primary,
    )  # fmt: skip
    figure.add_annotation(
        x=x, y=label_at, text=_broken(name, count), showarrow=False,
        xanchor=anchor, yanchor="middle", xshift=-6 if anchor == "right" else 6,
        align=anchor, font={"size": SIZE - 2, "color": colours.ink},
    )  # fmt: skip


def _label_places(there: Sequence[tuple[str, float, float, int]], group: Flows) -> list[float]:
    """The heights of the names: at the middle of their places, moved down where they would
    touch, and up again from the foot.
    """
    inside = _height(group) - FRAME
    tall = [(_broken(name, count).count("<br>") + 1) * LINE / inside for name, *_, count in there]
    at = [(low + high) / 2 for _, low, high, _ in there]
    if at:
        at[0] = min(at[0], 1 - tall[0] / 2)
    for n in range(1, len(at)):
        at[n] = min(at[n], at[n - 1] - (tall[n - 1] + tall[n]) / 2)
    foot = 0.0
    for n in range(len(at) - 1, -1, -1):
        at[n] = max(at[n], foot + tall[n] / 2)
        foot = at[n] + tall[n] / 2
    return at


def _broken(name: str, count: int, most: int = ACROSS) -> str:
    """A name and its count on as many lines as they need, broken between words: the count is
    one of them, since what is wider than the margin is cut by the edge of a telephone.
    """
    lines: list[list[str]] = [[]]
    for word in (*name.split(), whole(count)):
        room = NUMBERED if lines[-1] and lines[-1][0].isdecimal() else most
        if lines[-1] and len(" ".join((*lines[-1], word))) > room:
            lines.append([])
        lines[-1].append(word)
    lines[-1][-1] = f"<b>{lines[-1][-1]}</b>"
    return "<br>".join(" ".join(line) for line in lines)
