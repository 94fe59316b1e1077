"""A sheet to draw a chart on: lines, boxes, words and marks as SVG, with the look's colours.

What a chart shows is decided by the modules beside this one. A mark carries its value in words,
so that a reader of the web page can step through a chart; on paper those words do no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

from tracking.reports.metrics import FAMILY, printable, text_width, wrapped

WIDTH = 605
"""The width of a chart; one unit is three quarters of a point, so it fills 16 cm."""
NARROW = 328
"""The width of the same chart on a telephone in portrait, with letters of the same size."""
TALLEST = 800
"""A chart that is taller is parted, so that each part fits on a page with its words."""
SIZE, SMALL = 13.0, 12.0
LINE = 16.0

INK, SECOND, RULE, GRID = "#1a1a1a", "#4a4f57", "#868c94", "#dedbd4"
PRIMARY = "#00507f"
WOMEN, MEN, TOTAL = "#7a3b8f", "#0f6e84", "#3b4149"
SERIES = ("#5b6470", "#8a5a00", "#8fbad3")
"""What further columns are drawn in, after the förbund's own colour."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture: its SVG and its size in units of three quarters of a point."""

    svg: str
    width: int
    height: int


class Sheet:
    """A growing drawing. ``key`` keeps its hatching apart from that of other charts."""

    def __init__(self, key: str, width: int = WIDTH) -> None:
        self.key = key
        self.width = width
        self._parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = SIZE,
        bold: bool = False,
        colour: str = INK,
        anchor: str = "start",
        clear: bool = False,
    ) -> None:
        """One line of words with its base line at ``y``; ``clear`` keeps grid lines off it."""
        weight = ' font-weight="600"' if bold else ""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        halo = ' stroke="#ffffff" stroke-width="4" paint-order="stroke"' if clear else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{weight}{place} '
            f'fill="{colour}"{halo}>{escape(_drawable(words))}</text>'
        )

    def lines(
        self,
        x: float,
        y: float,
        words: str,
        width: float,
        *,
        size: float = SIZE,
        bold: bool = False,
        colour: str = INK,
        anchor: str = "start",
    ) -> float:
        """Words in as many lines as they need; returns the base line after the last."""
        for line in wrapped(printable(words), size, width, bold=bold):
            self.text(x, y, line, size=size, bold=bold, colour=colour, anchor=anchor)
            y += LINE
        return y

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        colour: str = RULE,
        width: float = 1,
        dash: str = "",
    ) -> None:
        """A straight line."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width:g}"{dashes}/>'
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled box."""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
            f'fill="{colour}"/>'
        )

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """A hatched box: somewhere in here, and nobody is told where."""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 2):.1f}" height="{height:.1f}" '
            f'fill="url(#{self.key}-hatch)" stroke="{SECOND}" stroke-width="1"/>'
        )

    def shape(self, x: float, y: float, colour: str, *, form: int = 0, size: float = 4.5) -> None:
        """A point. ``form`` 0 is a disc, 1 a square, 2 a diamond, 3 a ring."""
        rim = 'stroke="#ffffff" stroke-width="1.5"'
        if form % 4 in (0, 3):
            inside = f'fill="{colour}" {rim}'
            if form % 4 == 3:
                inside = f'fill="#ffffff" stroke="{colour}" stroke-width="2"'
            self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" {inside}/>')
            return
        side = 2 * size
        turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if form % 4 == 2 else ""
        self._parts.append(
            f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{side:g}" height="{side:g}" '
            f'fill="{colour}" {rim}{turn}/>'
        )

    def path(self, points: list[tuple[float, float]], colour: str, *, dash: str = "") -> None:
        """A line through points."""
        steps = " ".join(f"{'L' if n else 'M'}{x:.1f} {y:.1f}" for n, (x, y) in enumerate(points))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="{steps}" fill="none" stroke="{colour}" stroke-width="2.2" '
            f'stroke-linejoin="round"{dashes}/>'
        )

    @contextmanager
    def mark(self, words: str) -> Iterator[None]:
        """Everything drawn within stands for one value, which ``words`` tell."""
        self._parts.append(
            f'<g class="mark" role="img" aria-label="{escape(printable(words), quote=True)}">'
        )
        yield
        self._parts.append("</g>")

    def done(self, height: float) -> Drawing:
        """The finished drawing."""
        tall = round(height)
        hatch = (
            f'<defs><pattern id="{self.key}-hatch" width="5" height="5" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<rect width="5" height="5" fill="#ffffff"/>'
            f'<line x1="0" y1="0" x2="0" y2="5" stroke="{RULE}" stroke-width="2"/></pattern></defs>'
        )
        body = "".join(self._parts)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {tall}" '
            f'width="{self.width}" height="{tall}" font-family="{FAMILY}">'
            f"{hatch if '-hatch)' in body else ''}{body}</svg>"
        )
        return Drawing(svg, self.width, tall)


def _drawable(words: str) -> str:
    # A picture has one typeface alone, and the sign of "ej uppnått" isn't in it.
    return printable(words).replace("✕", "×")


def widest(texts: list[str], size: float = SIZE, *, bold: bool = False) -> float:
    """The width of the widest of some texts; 0 of none."""
    return max((text_width(printable(text), size, bold=bold) for text in texts), default=0.0)
