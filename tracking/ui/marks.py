"""Small drawings without words: a target's outcome on its scale, and its way over the releases.

They stand beside the words in a tile and carry nothing that the words do not say. Each is an
SVG in an address of its own, so that it prints and asks nobody for anything; the charts that
can be taken as files are in `charts_targets` and `charts_overview`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from tracking.ui.tokens import Tokens

WIDE, LOW = 280, 26
TALL = 56
EDGE = 6


@dataclass(frozen=True, slots=True)
class Span:
    """What is shown of one outcome on its axis: a value with its interval, or a range.

    ``low``–``high`` without ``value`` is what has been published; all None is nothing at all.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.value is None and self.low is None


NOTHING = Span()


def bullet_mark(span: Span, *, target: float, top: float, colours: Tokens, alt: str) -> str:
    """The outcome on a scale from 0 to ``top`` with the target as a line across, as HTML."""

    def x(value: float) -> float:
        return EDGE + (WIDE - 2 * EDGE) * min(max(value / top, 0), 1) if top else EDGE

    middle = LOW / 2
    parts = [_line(EDGE, middle, WIDE - EDGE, middle, colours.rule, 8)]
    if span.value is not None:
        parts.append(_line(EDGE, middle, x(span.value), middle, colours.primary, 8))
        if span.low is not None and span.high is not None:
            parts.append(_line(x(span.low), middle, x(span.high), middle, colours.ground, 4.5))
            parts.append(_line(x(span.low), middle, x(span.high), middle, colours.ink, 1.8))
    elif span.low is not None and span.high is not None:
        parts.append(_hatched(x(span.low), middle - 6, x(span.high), middle + 6, colours))
    parts.append(_line(x(target), 1, x(target), LOW - 1, colours.ink, 3))
    return _picture(WIDE, LOW, parts, colours, alt)


def trend_mark(
    spans: Sequence[Span], *, target: float | None, top: float, colours: Tokens, alt: str
) -> str:
    """The outcomes of the releases, oldest first, from 0 to ``top``; the target as a dashed line.

    A release that shows nothing leaves a gap; a range is a hatched box.
    """

    def y(value: float) -> float:
        return TALL - EDGE - (TALL - 2 * EDGE) * min(max(value / top, 0), 1) if top else TALL - EDGE

    step = (WIDE - 2 * EDGE - 16) / max(len(spans) - 1, 1)
    places = [EDGE + 8 + step * n for n in range(len(spans))]
    parts = [_line(EDGE, TALL - EDGE, WIDE - EDGE, TALL - EDGE, colours.rule, 1)]
    if target is not None:
        across = y(target)
        parts.append(_line(EDGE, across, WIDE - EDGE, across, colours.ink, 1.4, dashed=True))
    for n in range(1, len(spans)):
        before, after = spans[n - 1].value, spans[n].value
        if before is not None and after is not None:
            parts.append(_line(places[n - 1], y(before), places[n], y(after), colours.primary, 2))
    for x, span in zip(places, spans, strict=True):
        if span.value is not None:
            if span.low is not None and span.high is not None:
                parts.append(_line(x, y(span.low), x, y(span.high), colours.second, 1.4))
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y(span.value):.1f}" r="4.5" fill="{colours.primary}"'
                f' stroke="{colours.ground}" stroke-width="1.5"/>'
            )
        elif span.low is not None and span.high is not None:
            parts.append(_hatched(x - 7, y(span.high), x + 7, y(span.low), colours))
    return _picture(WIDE, TALL, parts, colours, alt)


def pair_mark(spans: Sequence[tuple[Span, str, str]], *, colours: Tokens, alt: str) -> str:
    """Shares beneath each other on one scale from 0 to 100, each with its interval.

    Each is a span, the colour and the form of its mark (``circle`` or ``square``).
    """
    high = LOW * len(spans)
    parts = []
    for place, (span, ink, form) in enumerate(spans):
        y = LOW * (place + 0.5)
        parts.append(_line(EDGE, y, WIDE - EDGE, y, colours.rule, 3))
        if span.value is None or span.low is None or span.high is None:
            continue
        ends = (span.low, span.value, span.high)
        low, at, top = (EDGE + (WIDE - 2 * EDGE) * end / 100 for end in ends)
        parts.append(_line(low, y, top, y, ink, 3.5))
        edge = f'fill="{ink}" stroke="{colours.ground}" stroke-width="1.5"'
        parts.append(
            f'<circle cx="{at:.1f}" cy="{y:.1f}" r="7" {edge}/>'
            if form == "circle"
            else f'<rect x="{at - 6:.1f}" y="{y - 6:.1f}" width="12" height="12" {edge}/>'
        )
    return _picture(WIDE, high, parts, colours, alt)


def line_mark(values: Sequence[int | None], *, top: float, colours: Tokens, alt: str) -> str:
    """Counts over the releases from 0 to ``top``, oldest first; None leaves a gap."""
    return trend_mark(
        [Span(None if value is None else float(value)) for value in values],
        target=None,
        top=top,
        colours=colours,
        alt=alt,
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, ink: str, width: float, *, dashed: bool = False
) -> str:
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        f' stroke="{ink}" stroke-width="{width}"{dash}/>'
    )


def _hatched(x1: float, y1: float, x2: float, y2: float, colours: Tokens) -> str:
    wide, high = max(x2 - x1, 3), max(y2 - y1, 3)
    return (
        f'<rect x="{x1:.1f}" y="{y1:.1f}" width="{wide:.1f}" height="{high:.1f}"'
        f' fill="url(#h)" stroke="{colours.second}" stroke-width="1.2"/>'
    )


def _picture(wide: float, high: float, parts: Sequence[str], colours: Tokens, alt: str) -> str:
    hatch = (
        '<defs><pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{colours.ground}"/>'
        f'<line x1="0" y1="0" x2="0" y2="5" stroke="{colours.second}" stroke-width="2"/>'
        "</pattern></defs>"
    )
    needed = hatch if any("url(#h)" in part for part in parts) else ""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}"'
        f' width="{wide:g}" height="{high:g}">{needed}{"".join(parts)}</svg>'
    )
    # Only what an address may not hold is written as codes: a page has hundreds of these.
    address = quote(drawn, safe=" =:/'()<>;,.-_")
    return (
        f'<img src="data:image/svg+xml,{escape(address)}" alt="{escape(alt)}"'
        f' width="{wide:g}" height="{high:g}">'
    )
