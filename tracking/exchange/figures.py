"""Figures from elsewhere out of a file: the network's indicators, and kommun tables.

The file is opened by `read_workbook`, which refuses what is unsafe and what holds people; here
its columns are recognised and every row is read or refused with its number. Kommun tables come
in two habits, a row for each period or a column for each. Nothing is stored here, and of an
indicator only its number is read: its wording belongs to the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tracking.domain.context_figures import (
    INDICATORS,
    FigureKind,
    FigureRow,
    IndicatorRow,
    KommunRow,
)
from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.identifiers import clean_text
from tracking.domain.periods import MONTHS, Calendar, Period, month_span, smallest_periods
from tracking.domain.periods import year as calendar_year
from tracking.domain.records import Gender
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.opening import read_workbook
from tracking.exchange.importing.shapes import Cell, FileRefused, Table
from tracking.exchange.importing.values import text_of

MOST_ROWS = 20_000
MOST_FAULTS = 200
MOST_BYTES = 20_000_000
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_HEADINGS = {
    "group": ("grupp", "malgrupp", "svarsgrupp", "respondentgrupp"),
    "number": ("indikator", "indikatornummer", "indikator nr", "nr", "nummer"),
    "n": ("n", "antal svar", "antal svarande", "svar", "antal"),
    "share": ("andel", "andel procent", "procent", "andel i procent", "resultat"),
    "year": ("ar", "matar", "undersokningsar"),
    "municipality": ("kommun", "region", "hemkommun", "kommunnamn", "omrade"),
    "item": ("ersattning", "ersattningsslag", "bidragsslag", "ersattningstyp", "slag", "grupp",
             "forsorjningsgrupp", "delmatt", "typ av ersattning", "sociala ersattningar"),
    "gender": ("kon",),
    "period": ("period", "manad", "kvartal", "halvar", "ar", "tid"),
    "value": ("varde", "antal", "helarsekvivalenter", "antal helarsekvivalenter", "personer",
              "antal personer"),
}  # fmt: skip
_WANTED = {
    FigureKind.INDICATORS: ("group", "number", "n", "share", "year"),
    FigureKind.YEAR_EQUIVALENTS: ("municipality", "item"),
    FigureKind.SUPPORT_MEASURE: ("municipality", "item"),
}
_NAMES = {
    "group": "grupp", "number": "indikator", "n": "n", "share": "andel", "year": "år",
    "municipality": "kommun", "item": "ersättning eller grupp",
}  # fmt: skip
_GENDERS = {
    "kvinnor": Gender.WOMAN, "kvinna": Gender.WOMAN, "man": Gender.MAN,
    "totalt": None, "bada": None, "samtliga": None, "bada konen": None, "": None,
}  # fmt: skip
_UNKNOWN = frozenset({"", "..", ".", "-", "–", "x", "saknas"})
"""How a statistical table marks a figure that is not told."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that cannot be read, by its number in the file, and why. Nothing of it is repeated."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it would be taken in: its rows, what is refused, and its checksum.

    ``left_out`` are cells that the file itself marks as not told; ``more_faults`` those beyond
    the ones that are listed.
    """

    kind: FigureKind
    rows: tuple[FigureRow, ...]
    faults: tuple[RowFault, ...]
    left_out: int
    sha256: str
    more_faults: int = 0

    @property
    def may_be_taken_in(self) -> bool:
        """Say whether all of it can be read, and there is something."""
        return bool(self.rows) and not self.faults


def read_figures(content: bytes, name: str, kind: FigureKind) -> Reading:
    """Read a file of one kind. Raises `FileRefused`, or `PersonalData`, when it cannot be used."""
    if len(content) > MOST_BYTES:
        raise FileRefused("too_large", "Filen är större än 20 MB. Dela den och läs in delarna.")
    book = read_workbook(content, name=name)
    table = _fitting(book.tables, kind)
    if table.row_count > MOST_ROWS:
        raise FileRefused("too_many_rows", "Filen har fler än 20 000 rader. Dela den.")
    columns = _columns(table.headings, kind)
    read = _indicators(table, columns) if kind is FigureKind.INDICATORS else _kommun(table, columns)
    rows: list[FigureRow] = []
    faults: list[RowFault] = []
    seen: dict[tuple[str, ...], int] = {}
    left_out = 0
    for number, row in read:
        if row is None:
            left_out += 1
        elif isinstance(row, str):
            faults.append(RowFault(number, row))
        elif row.cell in seen:
            faults.append(RowFault(number, f"Samma uppgift står redan på rad {seen[row.cell]}."))
        else:
            seen[row.cell] = number
            rows.append(row)
    shown = tuple(faults[:MOST_FAULTS])
    return Reading(kind, tuple(rows), shown, left_out, book.file_hash, len(faults) - len(shown))


def _fitting(tables: Sequence[Table], kind: FigureKind) -> Table:
    """The sheet that has the columns. Raises `FileRefused` with those that are lacking."""
    lacking: list[str] = []
    for table in tables:
        found = _columns(table.headings, kind)
        missing = [_NAMES[name] for name in _WANTED[kind] if name not in found]
        if kind is not FigureKind.INDICATORS and not missing:
            long = {"period", "value"} <= found.keys()
            if not long and not _period_columns(table.headings):
                missing = ["period och värde, eller en kolumn för varje period"]
        if not missing:
            return table
        lacking = lacking or missing
    raise FileRefused("columns", f"Filen saknar kolumner: {', '.join(lacking)}.")


def _columns(headings: Sequence[str], kind: FigureKind) -> dict[str, int]:
    """Name → place, for what the kind knows; a heading is what the first name says of it."""
    names = ("group", "number", "n", "share", "year")
    if kind is not FigureKind.INDICATORS:
        names = ("municipality", "item", "gender", "period", "value")
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        plain = " ".join(re.sub(r"[^a-z0-9 ]", " ", fold(heading)).split())
        for name in names:
            if name not in found and place not in found.values() and plain in _HEADINGS[name]:
                found[name] = place
    return found


Read = Iterator[tuple[int, FigureRow | str | None]]


def _indicators(table: Table, columns: dict[str, int]) -> Read:
    shares = [_at(cells, columns["share"]) for _, cells in table.rows()]
    numbers = [cell for cell in shares if isinstance(cell, int | float)]
    # Excel keeps 80 % as 0,8; a file is one or the other throughout.
    times = 100 if numbers and all(0 <= cell <= 1 for cell in numbers) else 1

    def read(cells: Sequence[Cell]) -> FigureRow | None:
        told = text_of(_at(cells, columns["share"]))
        share = None
        if told.casefold() not in _UNKNOWN:
            found = _number(told.removesuffix("%"), "Andelen")
            share = round(found * (100 if told.endswith("%") else 100 * times))
            if not 0 <= share <= 10_000:
                raise InvalidValue("Andelen ska vara mellan 0 och 100 procent.")
        return IndicatorRow(
            group=clean_text(
                text_of(_at(cells, columns["group"])), field="group", max_length=80, required=True
            ),
            number=_indicator(text_of(_at(cells, columns["number"]))),
            year=_whole(_at(cells, columns["year"]), 2000, 2100, "Året"),
            n=_whole(_at(cells, columns["n"]), 0, 1_000_000, "n"),
            share_hundredths=share,
        )

    for number, cells in table.rows():
        yield number, _read(lambda cells=cells: read(cells))  # type: ignore[misc]


def _kommun(table: Table, columns: dict[str, int]) -> Read:
    wide = _period_columns(table.headings)
    long = {"period", "value"} <= columns.keys() and not wide
    for number, cells in table.rows():
        places = [(None, columns["value"])] if long else list(wide.items())
        for period, place in places:
            yield (
                number,
                _read(
                    lambda cells=cells, period=period, place=place: _kommun_row(  # type: ignore[misc]
                        cells, columns, period, place
                    )
                ),
            )


def _kommun_row(
    cells: Sequence[Cell], columns: dict[str, int], period: Period | None, place: int
) -> FigureRow | None:
    told = text_of(_at(cells, place))
    if told.casefold() in _UNKNOWN:
        return None
    if period is None:
        said = text_of(_at(cells, columns["period"]))
        period = period_of(said)
        if period is None:
            raise InvalidValue("Perioden går inte att läsa: skriv 2024M01, 2024K1 eller 2024-H1.")
    gender = None
    if "gender" in columns:
        who = fold(text_of(_at(cells, columns["gender"]))).strip()
        if who not in _GENDERS:
            raise InvalidValue("Könet ska vara kvinnor, män eller totalt.")
        gender = _GENDERS[who]
    value = _number(told, "Talet")
    if not 0 <= value <= 10_000_000:
        raise InvalidValue("Talet ska vara noll eller större.")
    # "1493 Mariestad": the code is the register's, the name is what people know.
    name = re.sub(r"^\d{2,4}\s+", "", text_of(_at(cells, columns["municipality"])))
    return KommunRow(
        municipality=clean_text(name, field="municipality", max_length=60, required=True),
        item=clean_text(
            text_of(_at(cells, columns["item"])), field="item", max_length=80, required=True
        ),
        gender=gender,
        period_key=period.key,
        value=float(value),
    )


def _read(row: Callable[[], FigureRow | None]) -> FigureRow | str | None:
    try:
        return row()
    except StegvisError as error:
        return str(error)


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


def _number(text: str, what: str) -> float:
    plain = _SPACES.sub("", text).replace(",", ".").replace("\u2212", "-")
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", plain):
        raise InvalidValue(f"{what} ska vara ett tal.")
    return float(plain)


def _whole(cell: Cell, low: int, high: int, what: str) -> int:
    number = _number(text_of(cell), what)
    if number != int(number) or not low <= number <= high:
        raise InvalidValue(f"{what} ska vara ett helt tal mellan {low} och {high}.")
    return int(number)


def _indicator(text: str) -> int:
    """The number that the text begins or ends with, or stands alone; never its wording."""
    found = re.match(r"(?:indikator\s*)?(\d{1,2})\b", text.strip(), re.IGNORECASE)
    if found is None or not 1 <= int(found[1]) <= INDICATORS:
        raise InvalidValue(f"Indikatorn ska vara ett nummer mellan 1 och {INDICATORS}.")
    return int(found[1])


def _period_columns(headings: Sequence[str]) -> dict[Period, int]:
    found: dict[Period, int] = {}
    for place, heading in enumerate(headings):
        period = period_of(re.sub(r"^(antal|helårsekvivalenter|personer)\s+", "", heading.lower()))
        if period is not None and period not in found:
            found[period] = place
    return found


_YEAR = r"((?:19|20)\d{2})"
_MONTH_NAMES = {name[:3]: number for number, name in enumerate(MONTHS, start=1)}


def period_of(text: str) -> Period | None:
    """Read a period as tables name them: 2024M01, 2024-01, 2024K1, 2024-H1, jan–juni 2024, 2024.

    None when it is none of these.
    """
    plain = " ".join(text.strip().lower().replace("–", "-").split())
    try:
        if found := re.fullmatch(rf"{_YEAR}(?:m|-)(\d{{2}})", plain):
            return month_span(int(found[1]), int(found[2]), 1)
        if found := re.fullmatch(rf"{_YEAR} ?-?(?:k|q|kv)([1-4])", plain):
            return month_span(int(found[1]), 3 * int(found[2]) - 2, 3)
        if found := re.fullmatch(rf"{_YEAR} ?-?h([12])|h([12]) {_YEAR}", plain):
            year, half = (found[1], found[2]) if found[1] else (found[4], found[3])
            return smallest_periods(Calendar.HALF_YEAR, int(year))[int(half) - 1]
        if found := re.fullmatch(rf"([a-z]{{3,9}})\.? ?- ?([a-z]{{3,9}})\.? {_YEAR}", plain):
            first, last = (_MONTH_NAMES[found[n][:3]] for n in (1, 2))
            return month_span(int(found[3]), first, last - first + 1)
        if found := re.fullmatch(rf"([a-z]{{3,9}})\.? {_YEAR}", plain):
            return month_span(int(found[2]), _MONTH_NAMES[found[1][:3]], 1)
        if re.fullmatch(_YEAR, plain):
            return calendar_year(int(plain))
    except (KeyError, ValueError, StegvisError):
        return None
    return None
