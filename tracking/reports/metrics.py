"""How wide a text is in the reports' typeface, and which signs that typeface has.

Charts and columns are laid out before anybody draws them, so they have to know. Read once from
the font files that lie in ``fonts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Source Sans Pro"
SECOND_FAMILY = "DejaVu Sans Mono"
"""Comes with Typst and is embedded like the first; has the sign of *ej uppnått*."""

_ALSO = "✕\ufffd"


@dataclass(frozen=True, slots=True)
class _Face:
    advances: dict[int, float]
    usual: float


@cache
def _face(bold: bool) -> _Face:
    from fontTools.ttLib import TTFont

    name = "Semibold" if bold else "Regular"
    with TTFont(FONTS / f"SourceSansPro-{name}.ttf", lazy=True) as font:
        per_em = float(font["head"].unitsPerEm)
        widths = font["hmtx"].metrics
        advances = {sign: widths[glyph][0] / per_em for sign, glyph in font.getBestCmap().items()}
    return _Face(advances, advances[ord("n")])


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line of text, in the unit of ``size``."""
    face = _face(bold)
    return size * sum(face.advances.get(ord(sign), face.usual) for sign in text)


@cache
def _has(sign: str) -> bool:
    return (
        sign in _ALSO
        or sign in "\n\t"
        or all(ord(sign) in _face(bold).advances for bold in (False, True))
    )


def printable(text: str) -> str:
    """The text with every sign that the typeface lacks written as its number: ``[U+1F600]``."""
    if all(_has(sign) for sign in set(text)):
        return text
    return "".join(sign if _has(sign) else f"[U+{ord(sign):04X}]" for sign in text)


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than ``width``; a word that is wider is broken."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, size, width, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, bold=bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _pieces(text: str, size: float, width: float, *, bold: bool) -> list[str]:
    pieces = []
    for whole_word in text.split(" "):
        word = whole_word
        while text_width(word, size, bold=bold) > width and len(word) > 1:
            end = len(word) - 1
            while end > 1 and text_width(word[:end], size, bold=bold) > width:
                end -= 1
            pieces.append(word[:end])
            word = word[end:]
        pieces.append(word)
    return pieces
