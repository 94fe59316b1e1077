"""What must not be in a file: personal identity numbers, names, addresses.

Every cell of every sheet is looked at once, while the rows are counted. What is found is told
by its place alone; the file is then refused whole and nothing of it is kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from tracking.domain.identifiers import looks_like_personal_identity_number
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.kinds import is_known_heading
from tracking.exchange.importing.shapes import Cell, PersonalData, Row, column_letter

LOOKED_AT_FOR_NAMES = 400
LEAST_NAMES = 3

_ABOUT_PEOPLE = frozenset(
    [
        *("namn", "fornamn", "efternamn", "tilltalsnamn", "deltagarnamn", "name", "personnummer"),
        *("personnr", "pnr", "samordningsnummer", "adress", "gatuadress", "mailadress"),
        *("telefon", "telefonnummer", "tfn", "mobil", "mobilnummer", "mobilnr"),
        *("epost", "mejl", "mail", "email"),
    ]
)
_ABOUT_PEOPLE_PAIRS = frozenset(
    ["deltagarens namn", "p nr", "e post", "for och efternamn", "namn deltagare", "person nr"]
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MANY_DIGITS = re.compile(r"(?:\d[^\d]{0,3}){6}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}")
_WORD = r"[A-ZÅÄÖÉÜÓÍ][a-zåäöéüóíáèôëø]+(?:-[A-ZÅÄÖÉ][a-zåäöéü]+)?"
_FULL_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{1,3}}|{_WORD}, ?{_WORD}(?: {_WORD})?")
_ONE_NAME = re.compile(_WORD)
_PLACES = frozenset(
    [
        *("region", "kommun", "kommunen", "landsting", "vastra", "ostra", "norra", "sodra"),
        *("stora", "lilla", "arbete", "studier", "eget", "foretag", "ingen", "annan", "vet"),
        *("ej", "ja", "nej"),
    ]
)


@dataclass
class Counted:
    """How many rows there are below the headings, and the first of them."""

    rows: int = 0
    sample: tuple[Row, ...] = ()


@dataclass
class _Column:
    texts: int = 0
    names: int = 0
    single: int = 0
    first: int = 0
    different: set[str] = field(default_factory=set)


def look_over(
    name: str,
    headings: Sequence[str],
    rows: Iterator[Row],
    *,
    sample_from: int = 1,
    keep: int = 0,
    words: Collection[str] = (),
) -> Counted:
    """Go through a sheet once; ``words``, folded, are known to be nobody.

    Raises `PersonalData` with row and column, never with a value.
    """
    for place, heading in enumerate(headings):
        _check_heading(name, place, heading)
    columns: dict[int, _Column] = defaultdict(_Column)
    sample: list[Row] = []
    counted = Counted()
    for number, cells in rows:
        filled = False
        for place, cell in enumerate(cells):
            if cell is None:
                continue
            filled = True
            if isinstance(cell, str | int | float) and not isinstance(cell, bool):
                _check_cell(name, number, place, cell)
                below = number >= sample_from and counted.rows < LOOKED_AT_FOR_NAMES
                if below and isinstance(cell, str) and fold(cell) not in words:
                    _count_names(columns[place], number, cell)
        if filled and number >= sample_from:
            counted.rows += 1
            if len(sample) < keep:
                sample.append((number, cells))
    for place, column in columns.items():
        _check_names(name, headings, place, column)
    counted.sample = tuple(sample)
    return counted


def _check_heading(name: str, place: int, heading: str) -> None:
    plain = fold(heading)
    if looks_like_personal_identity_number(heading):
        raise _numbers(name, place, None)
    if set(plain.split()) & _ABOUT_PEOPLE or any(
        f" {pair} " in f" {plain} " for pair in _ABOUT_PEOPLE_PAIRS
    ):
        raise PersonalData(
            "names",
            f"Kolumn {column_letter(place)} har en rubrik för namn, personnummer eller "
            "kontaktuppgifter. Ta bort kolumnen ur filen och försök igen. Inget är sparat.",
        )


def _check_cell(name: str, number: int, place: int, cell: Cell) -> None:
    if isinstance(cell, float):
        if not cell.is_integer() or abs(cell) >= 1e13:
            return
        cell = int(cell)
    text = str(cell)
    if len(text) < 10 or _ISO_DAY.fullmatch(text):
        return
    if _MANY_DIGITS.search(text) and looks_like_personal_identity_number(text):
        raise _numbers(name, place, number)
    if "@" in text and _EMAIL.search(text):
        raise PersonalData(
            "contact",
            f"Rad {number}, kolumn {column_letter(place)} innehåller en e-postadress. Ta bort "
            "den ur filen och försök igen. Inget är sparat.",
            row=number,
        )


def _numbers(name: str, place: int, number: int | None) -> PersonalData:
    where = "Rubriken i" if number is None else f"Rad {number},"
    return PersonalData(
        "identity_numbers",
        f"{where} kolumn {column_letter(place)} innehåller något som liknar ett personnummer "
        "eller samordningsnummer. Ta bort det ur filen och försök igen. Inget är sparat.",
        row=number,
    )


def _count_names(column: _Column, number: int, text: str) -> None:
    column.texts += 1
    if len(text) > 60 or set(fold(text).split()) & _PLACES or is_known_heading(text):
        return
    if _FULL_NAME.fullmatch(text):
        column.names += 1
    elif _ONE_NAME.fullmatch(text):
        column.single += 1
    else:
        return
    column.first = column.first or number
    column.different.add(text)


def _check_names(name: str, headings: Sequence[str], place: int, column: _Column) -> None:
    """A column mostly of capitalised words that seldom come again is a column of names."""
    heading = headings[place] if place < len(headings) else ""
    found = column.names
    # First names alone look like any word, so what a known heading stands above is let be.
    if not is_known_heading(heading) or fold(heading) in ("deltagare", "person", "klient"):
        found += column.single
    different = len(column.different)
    if found < LEAST_NAMES or different < LEAST_NAMES or 10 * found < 6 * column.texts:
        return
    if column.names >= LEAST_NAMES or 10 * different >= 8 * found:
        raise PersonalData(
            "names",
            f"Kolumn {column_letter(place)} ser ut att innehålla namn på personer, först på rad "
            f"{column.first}. Ta bort kolumnen ur filen och försök igen. Inget är sparat.",
            row=column.first,
        )
