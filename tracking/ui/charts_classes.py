"""Charts of how a group divides: classes of change, step moves, what was kept afterwards.

Each group is a whole, its classes in one order, with counts inside; what is not known is
hatched. No pies. What the classes mean is told by their table.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from tracking.domain.swedish import whole
from tracking.ui.charts import AXIS, SIZE, Palette, blank, per_cent_axis

CLASS_ROW = 56
"""Height in pixels of a class or a group: its name, and its bar below."""
SEGMENT_LABEL = 13
"""Narrowest segment, in per cent of the whole, that holds its own number."""


@dataclass(frozen=True, slots=True)
class Part:
    """One class: its name, how many, and whether it stands for missing knowledge.

    ``tone`` is its place among the palette's classes where that is not its place in the group.
    """

    label: str
    count: int
    unknown: bool = False
    tone: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A population divided into classes, all groups in the same order of classes."""

    label: str
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """How many the parts add to."""
        return sum(part.count for part in self.parts)


def _write(
    figure: go.Figure,
    x: float,
    y: float,
    text: str,
    colours: Palette,
    *,
    above: bool = False,
    shift: int = 0,
) -> None:
    figure.add_annotation(
        x=x,
        y=y,
        xanchor="left",
        yanchor="bottom" if above else "middle",
        xshift=shift,
        showarrow=False,
        text=text,
        font={"size": SIZE, "color": colours.ink},
    )


def _fill(colour: str, unknown: bool, colours: Palette) -> dict[str, object]:
    if not unknown:
        return {"color": colour, "line": {"color": colours.ground, "width": 1.5}}
    return {
        "color": colours.ground,
        "line": {"color": colours.second, "width": 1.2},
        "pattern": {"shape": "/", "fgcolor": colours.quiet, "size": 7, "solidity": 0.25},
    }


def divided(groups: tuple[Group, ...], colours: Palette) -> go.Figure:
    """Each group as a whole of 100 per cent, its classes in one order, counts inside.

    What a colour and a pattern mean stands above it, see `legend`.
    """
    height = CLASS_ROW * len(groups) + AXIS
    figure = blank(colours, height=height, right=28)
    per_cent_axis(figure, colours)
    positions = list(range(len(groups)))[::-1]
    figure.update_yaxes(range=[-0.5, len(groups) - 0.5], showticklabels=False)
    classes = groups[0].parts if groups else ()
    for index, (part, colour) in enumerate(zip(classes, _colours(classes, colours), strict=True)):
        shares = [
            100 * group.parts[index].count / group.size if group.size else 0 for group in groups
        ]
        figure.add_bar(
            x=shares,
            y=[at - 0.14 for at in positions],
            orientation="h",
            width=[0.44] * len(groups),
            marker=_fill(colour, part.unknown, colours),
            text=[
                whole(group.parts[index].count) if share >= SEGMENT_LABEL else ""
                for group, share in zip(groups, shares, strict=True)
            ],
            textposition="inside",
            insidetextanchor="middle",
            constraintext="none",
            textangle=0,
            textfont={
                "size": SIZE,
                "color": colours.ink if part.unknown else _reading(colour),
            },
        )
    for at, group in zip(positions, groups, strict=True):
        title = f"{group.label} (n\u202f=\u202f{whole(group.size)})"
        _write(figure, 0, at + 0.1, title, colours, above=True)
    figure.update_layout(barmode="stack")
    return figure


def legend(parts: tuple[Part, ...], colours: Palette) -> str:
    """The classes of `divided` as a line of HTML that folds on a narrow screen."""
    return "".join(
        f'<span style="display:inline-block;margin:0 1.1em 0.2em 0;white-space:nowrap">'
        f'<span aria-hidden="true" style="display:inline-block;width:0.9em;height:0.9em;'
        f"margin-right:0.4em;vertical-align:-0.08em;{_swatch(colour, part.unknown, colours)}"
        f'"></span>{escape(part.label)}</span>'
        for part, colour in zip(parts, _colours(parts, colours), strict=True)
    )


def _swatch(colour: str, unknown: bool, colours: Palette) -> str:
    if not unknown:
        return f"background:{colour}"
    stripes = f"{colours.quiet} 0 1px,transparent 1px 4px"
    return (
        f"border:1px solid {colours.second};background:repeating-linear-gradient(135deg,{stripes})"
    )


def _colours(parts: tuple[Part, ...], colours: Palette) -> list[str]:
    last = len(colours.classes) - 1
    return [
        colours.classes[min(n if part.tone is None else part.tone, last)]
        for n, part in enumerate(parts)
    ]


def _reading(colour: str) -> str:
    """Black or white, whichever reads better on the colour (WCAG relative luminance)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#1a1a1a"
