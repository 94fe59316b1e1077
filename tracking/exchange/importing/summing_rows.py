"""Rows that are nobody's: sums and words between the rows, headings that come again.

Sums are shown in the dry run as not read, each with its row, and never change a figure; headings
further down are at fault, for what stands below them may mean something else. A row that is half
filled in is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from tracking.domain.errors import StegvisError
from tracking.domain.import_records import participant_key
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.kinds import is_known_heading
from tracking.exchange.importing.shapes import Cell, Formula

_SUM = re.compile(
    r"(?:(?:del|tot|total|slut)?(?:summa|summor)|sum|total(?:t|er|en)?|antal|varav|medel(?:varde)?"
    r"|medeltal|snitt|genomsnitt|median|min|max|minimum|maximum|andel|procent)"
    r"(?: [a-z%]+){0,3}(?: \d+)*"
)
_PLAIN_KEY = re.compile(r"[A-ZÅÄÖ]{0,4}[ -]?\d{1,7}")
_IN_BRACKETS = re.compile(r"[(\[].*[)\]]")
SUMS = "Raden är en summering."
HEADINGS_AGAIN = "Raden upprepar rubrikerna. Ta bort den och försök igen."
EXPLAINS = "Raden förklarar rubrikerna. Ta bort den och försök igen."
PARTS = "Raden är en rubrik mellan raderna."
ANOTHER_TABLE = (
    "Här börjar en annan tabell på samma blad. Lägg varje tabell på ett eget blad och läs in dem "
    "var för sig."
)


def nobodys(cells: Sequence[Cell], key: int | None, read: Collection[int]) -> str | None:
    """Why a row is nobody's, or None when it is to be read.

    ``key`` is the column that tells whose a row is and ``read`` are the columns that are read.
    """
    if key is None:
        return None
    whose = cells[key] if key < len(cells) else None
    if whose is not None and (not isinstance(whose, str) or _PLAIN_KEY.fullmatch(whose)):
        return None
    filled = {place: cell for place, cell in enumerate(cells) if cell is not None}
    if whose is None:
        first = next(iter(filled.values()), None)
        if isinstance(first, str) and _SUM.fullmatch(fold(first)):
            return SUMS
        of_it = [cell for place, cell in filled.items() if place in read]
        return SUMS if of_it and all(isinstance(cell, Formula) for cell in of_it) else None
    if not isinstance(whose, str) or _is_key(whose):
        return None
    if _SUM.fullmatch(fold(whose)):
        return SUMS
    return PARTS if len(filled) == 1 else None


def _is_key(text: str) -> bool:
    try:
        participant_key(text)
    except StegvisError:
        return False
    return True


def headings_once_more(cells: Sequence[Cell], headings: Sequence[str]) -> str | None:
    """What a row below the headings says of them, if it is of them at all, or None."""
    filled = {place: cell for place, cell in enumerate(cells) if cell is not None}
    if _repeats(filled, headings):
        return HEADINGS_AGAIN
    texts = [cell for cell in filled.values() if isinstance(cell, str)]
    if len(texts) == len(filled) and all(map(_IN_BRACKETS.fullmatch, texts)):
        return EXPLAINS
    return ANOTHER_TABLE if is_of_another_table(cells, headings) else None


def _repeats(filled: Mapping[int, Cell], headings: Sequence[str]) -> bool:
    return len(filled) > 1 and all(
        isinstance(cell, str) and place < len(headings) and fold(cell) == fold(headings[place])
        for place, cell in filled.items()
    )


def is_of_another_table(cells: Sequence[Cell], headings: Sequence[str]) -> bool:
    """Whether a row holds the headings of another table than the one above it."""
    filled = {place: cell for place, cell in enumerate(cells) if cell is not None}
    texts = [cell for cell in filled.values() if isinstance(cell, str)]
    if len(texts) < 3 or len(texts) < len(filled) or _repeats(filled, headings):
        return False
    return all(map(is_known_heading, texts))
