"""Where a sheet's headings are: one row or two, below whatever title people put first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracking.exchange.importing.kinds import is_known_heading
from tracking.exchange.importing.shapes import MOST_COLUMNS, Cell, Merged, Row

Read = Callable[[], Iterator[Row]]
LONGEST_HEADING = 240
_VALUE = re.compile(r"[\d\s.,/:%-]+|x|ja|nej|vet ej|man|kvinna|k|m", re.IGNORECASE)


@dataclass(frozen=True)
class Headings:
    """The headings, the row that they stand in, and the first row below them."""

    names: tuple[str, ...]
    row: int
    first_row: int


def find(first: Sequence[Row], merged: Sequence[Merged]) -> Headings | None:
    """The headings among a sheet's first rows, or None where there is no table.

    The first row with headings that are known, or else the first that may be headings: above the
    table people tell what it is and when it was made, in fewer cells than the table has columns.
    Two rows of headings become one: what stands above several columns is put before each.
    """
    likely = [place for place, (_, cells) in enumerate(first) if _is_heading_row(cells)]
    if not likely:
        return None
    known = next((one for one in likely if known_headings(first[one][1]) >= 2), likely[0])
    # A row as wide above one with known words is the headings, and that one holds values.
    place = next(one for one in likely if _filled(first[one][1]) >= _filled(first[known][1]))
    if place - 1 in likely and _is_second_row(first[place - 1][1], first[place][1]):
        place -= 1
    number, cells = first[place]
    below = first[place + 1] if place + 1 < len(first) else None
    if below is not None and _is_second_row(cells, below[1]):
        names = _joined(cells, below[1], [one for one in merged if one.first_row == number])
        return Headings(_trimmed(names), number, below[0] + 1)
    return Headings(_trimmed([_text(cell) for cell in cells]), number, number + 1)


def _filled(cells: Sequence[Cell]) -> int:
    return sum(cell is not None for cell in cells)


def known_headings(cells: Sequence[Cell]) -> int:
    """How many cells are headings that some kind of file has."""
    return sum(isinstance(cell, str) and is_known_heading(cell) for cell in cells)


def _text(cell: Cell) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, str | int | float):
        return " ".join(str(cell).split())[:LONGEST_HEADING]
    return ""


def _is_heading_row(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if cell is not None]
    words = [cell for cell in filled if isinstance(cell, str) and not _VALUE.fullmatch(cell)]
    if len(filled) < 2 or len(words) < 1:
        return False
    known = known_headings(words)
    # A column for each talk has its day for a heading, and beside them stands whose row it is.
    days = [cell for cell in filled if isinstance(cell, date)]
    if known == 1 and len(days) + 1 == len(filled) and filled[0] == words[0]:
        return True
    return known >= 2 or (len(words) >= 2 and 2 * len(words) >= len(filled))


def _is_second_row(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Headings of their own where the row above has gaps, and nothing that is a value."""
    filled = [(place, cell) for place, cell in enumerate(below) if cell is not None]
    words = [
        cell for _, cell in filled if isinstance(cell, str) and not re.fullmatch(r"[\d.,]+", cell)
    ]
    numbers = [cell for _, cell in filled if isinstance(cell, int) and 0 < cell < 10]
    if len(words) + len(numbers) < len(filled) or len(filled) < 2 or not words:
        return False
    gaps = sum(place >= len(above) or above[place] is None for place, _ in filled)
    known = sum(is_known_heading(word) for word in words)
    return gaps > 0 and known >= max(1, len(words) // 2) and not any(map(_VALUE.fullmatch, words))


def _joined(above: Sequence[Cell], below: Sequence[Cell], merged: Sequence[Merged]) -> list[str]:
    width = max(len(above), len(below))
    groups = [_text(above[place]) if place < len(above) else "" for place in range(width)]
    under = [_text(below[place]) if place < len(below) else "" for place in range(width)]
    for one in merged:
        for place in range(one.first_column - 1, min(one.last_column, width)):
            groups[place] = groups[one.first_column - 1]
    group = ""
    names = []
    for place in range(width):
        if groups[place]:
            group = groups[place]
        names.append(
            " ".join(part for part in (group, under[place]) if part)
            if under[place]
            else groups[place]
        )
    return names


def _trimmed(names: list[str]) -> tuple[str, ...]:
    while names and not names[-1]:
        names.pop()
    return tuple(names[: MOST_COLUMNS + 1])
