"""Charts of how a group divides: classes of change, step moves, reasons for an end.

A class is always named beside its mark with its count; where few are counted the chart has
one dot a person instead of a bar. No pies. What the classes mean is told by their table.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from tracking.domain.swedish import percent, whole
from tracking.ui.charts import AXIS, SIZE, Palette, blank, per_cent_axis

FEW = 12
"""Up to this many are drawn one by one."""
DOTS_ACROSS = 20
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


def class_bars(parts: tuple[Part, ...], base: int, colours: Palette) -> go.Figure:
    """One bar a class from zero, its name above and its count and share beside.

    Where no class has more than `FEW`, each of them is a dot. ``base`` is what the shares are
    of; a share of part of the base is not for this chart.
    """
    figure = blank(colours, height=CLASS_ROW * len(parts) + 8, left=0, right=84)
    largest = max((part.count for part in parts), default=0)
    dots = largest <= FEW
    figure.update_xaxes(range=[0, DOTS_ACROSS if dots else largest], showticklabels=False)
    figure.update_yaxes(range=[-0.5, len(parts) - 0.5], showticklabels=False)
    for index, part in enumerate(parts):
        at = len(parts) - 1 - index
        _bar(figure, at - 0.14, part, colours, dots=dots)
        share = f"  {percent(part.count, base)}" if base else ""
        _write(figure, 0, at + 0.1, part.label, colours, above=True)
        _write(
            figure,
            part.count,
            at - 0.14,
            f"<b>{whole(part.count)}</b>{share}",
            colours,
            shift=0 if part.count == 0 else 8,
        )
    return figure


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


def _bar(figure: go.Figure, at: float, part: Part, colours: Palette, *, dots: bool) -> None:
    if not part.count:
        return
    if dots:
        figure.add_scatter(
            x=[n + 0.5 for n in range(part.count)],
            y=[at] * part.count,
            mode="markers",
            cliponaxis=False,
            marker={
                "size": 10,
                "symbol": "circle-open" if part.unknown else "circle",
                "color": colours.second if part.unknown else colours.bar,
                "line": {"width": 2, "color": colours.second if part.unknown else colours.bar},
            },
        )
        return
    figure.add_bar(
        x=[part.count],
        y=[at],
        orientation="h",
        width=[0.36],
        marker=_fill(colours.bar, part.unknown, colours),
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
