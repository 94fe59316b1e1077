"""How wide a table's columns are on paper: measured from its texts, before anybody sets them.

The same widths go to Word and to the PDF; the web page lets the browser decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracking.reports.metrics import printable, text_width

PORTRAIT, LANDSCAPE = 453.5, 700.0
"""The room for a table in points: 16 cm, and 24,7 cm on a page that lies down."""
TABLE_SIZE, PADDING = 9.0, 9.0
AIR, SMALLEST = 10.0, 0.55
"""Air beside each column in points, and the least share of the room that a table takes."""
LONGEST_WORD = 110.0
"""A longer word may be broken, so that one can't push the other columns off the paper."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How a table stands on paper: its columns' shares of its width (sum 1), how much of the
    room it takes (0–1), and whether it needs a page that lies down.
    """

    widths: tuple[float, ...]
    extent: float
    wide: bool


def columns_of(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> Columns:
    """How a table of these texts stands on paper.

    Each column gets at least its longest word, and the rest goes to where the most text is. A
    small table doesn't stretch over the page, where the eye would lose the row.
    """
    columns = list(zip(headings, *rows, strict=True))
    least = [_longest_word(column) for column in columns]
    most = [max(_width(text, at == 0) for at, text in enumerate(column)) for column in columns]
    wide = sum(least) > PORTRAIT
    room = LANDSCAPE if wide else PORTRAIT
    spare = room - sum(least)
    wanted = [high - low for low, high in zip(least, most, strict=True)]
    if spare <= 0:
        widths = [low * room / sum(least) for low in least]
    elif sum(wanted) <= spare:
        # Some air between the columns, and what is left of it after the first.
        widths = [most[0] + AIR, *(width + AIR for width in most[1:])]
        taken = min(max(sum(widths), SMALLEST * room), room)
        widths[0] += taken - sum(widths)
    else:
        level = _level(wanted, spare)
        widths = [low + min(more, level) for low, more in zip(least, wanted, strict=True)]
    return Columns(tuple(width / sum(widths) for width in widths), sum(widths) / room, wide)


def _level(wanted: list[float], spare: float) -> float:
    """How much more each column may have at most, so that those with small wants get them whole."""
    left = spare
    for place, more in enumerate(sorted(wanted)):
        share = left / (len(wanted) - place)
        if more >= share:
            return share
        left -= more
    return max(wanted, default=0.0)


def _longest_word(column: tuple[str, ...]) -> float:
    # Split at ordinary spaces alone: "110 årsplatser" is kept together by another space.
    words = [(word, at == 0) for at, text in enumerate(column) for word in re.split("[ \n]", text)]
    return min(max(_width(word, bold) for word, bold in words), LONGEST_WORD)


def _width(text: str, bold: bool) -> float:
    return text_width(printable(text), TABLE_SIZE, bold=bold) + PADDING
