"""A guess at which column is what, from the headings and a sample of what stands below them.

A guess is shown and confirmed before anything is read. What cannot be told is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import INSTRUMENTS, Unit
from tracking.exchange.importing import values, words
from tracking.exchange.importing.fields import Field, ValueKind, fold
from tracking.exchange.importing.kinds import FIELDS
from tracking.exchange.importing.mapping import MappedColumn, Mapping
from tracking.exchange.importing.questions import fields_for
from tracking.exchange.importing.shapes import Cell, FileRefused, Formula, Table
from tracking.outcomes.imports import AskedQuestion

_INSTRUMENT = re.compile(r"\b(g ?srs|ors|srs)\b ?")
_TALK = re.compile(
    r"\b(?:samtal|traff|tillfalle|gang|session|besok|mote|matning|s)(?:et)? ?(?:nr )?(\d{1,3})\b"
)
_TOTAL = re.compile(r"\b(total|totalt|tot|summa|sum|totalpoang|totalsumma)\b")
_MARK = re.compile(r"\b(ifylld|ej ifylld|status)\b")
_DAY_IN_HEADING = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}[ -/]\d{2,4}")
_BY_OCCASION = frozenset([ImportKind.STEPS, ImportKind.SITUATIONS, ImportKind.FOLLOW_UPS])
_GENDERS = {"kvinnor": "kvinna", "kvinna": "kvinna", "man": "man", "totalt": "", "alla": ""}
_TOPICS = {
    "individuellt": 1, "nara relationer": 2, "relationer": 2, "socialt": 3, "allmant": 4,
    "relation": 1, "mal och amne": 2, "mal": 2, "satt att arbeta": 3, "metod": 3, "helhet": 4,
}  # fmt: skip


def propose_mapping(
    table: Table,
    *,
    kind: ImportKind | None = None,
    questions: Sequence[AskedQuestion] = (),
) -> Mapping:
    """The likeliest mapping of a table, of one kind or of whichever fits best.

    ``questions`` are the insats's own, which a column may answer. Raises `FileRefused` when no
    heading is like anything that can be read in.
    """
    kinds = (kind,) if kind is not None else tuple(ImportKind)
    proposed = [_proposed(table, one, fields_for(one, questions)) for one in kinds]
    best = max(proposed, key=_fitness)
    if not best.columns:
        raise FileRefused(
            "no_known_headings",
            "Ingen rubrik i filen känns igen. Jämför med mallen för det som ska läsas in.",
        )
    return best


def _fitness(mapping: Mapping) -> float:
    """How many columns are known, less where what must be told is not."""
    needed = sum(one.required for one in FIELDS[mapping.kind])
    return len(mapping.columns) * (needed - len(mapping.missing())) / needed


def _proposed(table: Table, kind: ImportKind, fields: Sequence[Field]) -> Mapping:
    columns: dict[int, MappedColumn] = {}
    if kind is ImportKind.RATINGS:
        columns = _ratings(table)
    plain = [fold(heading) for heading in table.headings]
    for index, heading in enumerate(plain):
        if index not in columns and heading:
            found = _slotted(table, kind, fields, index, heading)
            if found is not None:
                columns[index] = found
    columns |= _single(table, fields, plain, columns)
    ordered = tuple(columns[index] for index in sorted(columns))
    mapping = Mapping(kind, ordered)
    return replace(mapping, unit=_unit(table, mapping))


# ---------------------------------------------------------------------------------------
# Fields that have one column


def _single(
    table: Table, known: Sequence[Field], headings: Sequence[str], taken: dict[int, MappedColumn]
) -> dict[int, MappedColumn]:
    """The best column of each field, the most certain first."""
    slotted = {column.field for column in taken.values()}
    tries = sorted(
        (
            (-score, index, field)
            for index, heading in enumerate(headings)
            if index not in taken and heading
            for field in known
            if field.key not in slotted and (score := _likeness(heading, field)) > 0
        ),
        key=lambda found: found[:2],
    )
    chosen: dict[int, MappedColumn] = {}
    fields: set[str] = set()
    for _, index, field in tries:
        if index in chosen or field.key in fields or not _fits(table, index, field):
            continue
        chosen[index] = MappedColumn(index, table.headings[index], field.key)
        fields.add(field.key)
    return chosen


def _likeness(heading: str, field: Field) -> int:
    """How like a heading is to a field's spellings: the same, or holding one as whole words."""
    best = 0
    for spelling in (*field.spellings, field.title):
        plain = fold(spelling)
        if heading == plain:
            return 1000 + len(plain)
        if len(plain) >= 3 and f" {plain} " in f" {heading} ":
            best = max(best, 100 + len(plain))
    return best


def _sample(table: Table, index: int) -> Iterator[Cell]:
    for _, cells in table.sample:
        if index < len(cells) and cells[index] is not None:
            yield cells[index]


def _fits(table: Table, index: int, field: Field) -> bool:
    """Whether most of what stands in a column can be read as the field wants it."""
    today = clock.today()
    readers: dict[ValueKind, Callable[[Cell], object]] = {
        ValueKind.DAY: lambda cell: values.day(cell, epoch=table.epoch, today=today),
        ValueKind.BIRTH_YEAR: lambda cell: values.birth_year(cell, today=today),
        ValueKind.GENDER: words.gender,
        ValueKind.YES: words.yes,
        ValueKind.ANSWER: words.answer,
        ValueKind.OCCASION: words.occasion,
        ValueKind.MONTHS: words.months,
        ValueKind.SESSION_KIND: words.session_kind,
        ValueKind.ATTENDANCE: words.attendance,
        ValueKind.FOLLOW_UP: words.follow_up,
        ValueKind.OUTCOME: words.outcome,
        ValueKind.SUPPORT: words.support,
        ValueKind.SUPPORT_TIME: lambda cell: words.support_time(cell, {}),
    }
    reader = readers.get(field.value)
    if reader is None or field.value is ValueKind.SUPPORT_TIME:
        return True
    right = wrong = 0
    for cell in _sample(table, index):
        try:
            reader(cell)
            right += 1
        except StegvisError:
            wrong += 1
    return right >= wrong


# ---------------------------------------------------------------------------------------
# Fields that stand in several columns beside one another


def _slotted(
    table: Table, kind: ImportKind, known: Sequence[Field], index: int, heading: str
) -> MappedColumn | None:
    """A column for one occasion or one kön, when the heading says which."""
    if kind is ImportKind.HISTORY:
        if heading in _GENDERS:
            return MappedColumn(index, table.headings[index], "number", heading)
        return None
    if kind not in _BY_OCCASION:
        return None
    for word in sorted(words.OCCASION_WORDS, key=len, reverse=True):
        padded = f" {heading} "
        if f" {word} " not in padded or heading == word:
            continue
        rest = padded.replace(f" {word} ", " ").strip()
        rest = re.sub(r"^(?:vid|i|for|datum (?=datum)) | (?:vid|i|for|efter)$", "", rest).strip()
        occasion = words.OCCASION_WORDS[word]
        if kind is ImportKind.FOLLOW_UPS and occasion.value not in ("m6", "m12", "m18"):
            return None
        fields = [one for one in known if one.slotted and _likeness(rest, one) > 0]
        if fields:
            field = max(fields, key=lambda one: _likeness(rest, one))
            return MappedColumn(index, table.headings[index], field.key, occasion.value)
    return None


def _ratings(table: Table) -> dict[int, MappedColumn]:
    """Columns of scores: scales or totals, of one talk a row or of several beside one another."""
    parts: dict[int, tuple[str, str | None, str | None, str | None]] = {}
    for index, heading in enumerate(table.headings):
        part = _rating_part(heading)
        if part is not None:
            parts[index] = part
    talks = _numbers_are_talks(parts, table)
    found: dict[int, MappedColumn] = {}
    for index, (instrument, what, number, slot) in parts.items():
        key = what
        if number is not None and what is None:
            if talks and slot is None:
                key, slot = "total", number
            elif 1 <= int(number) <= 4:
                key = number
        field = f"{instrument}_{key or 'total'}"
        found[index] = MappedColumn(index, table.headings[index], field, slot)
    return found | _dates_of_talks(table, found)


def _rating_part(heading: str) -> tuple[str, str | None, str | None, str | None] | None:
    """Instrument, part of it, a number that may be either, and the talk that is named."""
    day = _DAY_IN_HEADING.search(heading)
    slot = None
    if day is not None:
        try:
            slot = values.day(day[0], epoch=None, today=clock.today()).isoformat()
        except StegvisError:
            return None
        heading = heading.replace(day[0], " ")
    plain = re.sub(r"\b(ors|srs|gsrs)(\d)", r"\1 \2", fold(heading))
    match = _INSTRUMENT.search(plain)
    if match is None:
        return ("ors", "total", None, slot) if slot and not plain else None
    instrument = match[1].replace(" ", "")
    rest = (plain[: match.start()] + plain[match.end() :]).strip()
    if instrument.upper() not in INSTRUMENTS:
        return None
    talk = _TALK.search(rest)
    if talk is not None:
        slot = slot or talk[1]
        rest = (rest[: talk.start()] + rest[talk.end() :]).strip()
    if _TOTAL.search(rest):
        number = re.search(r"\d+", rest)
        return (instrument, "total", None, slot or (number[0] if number else None))
    if _MARK.search(rest):
        return (instrument, "mark", None, slot)
    for topic, place in _TOPICS.items():
        if f" {topic} " in f" {rest} ":
            return (instrument, str(place), None, slot)
    number = re.search(r"\d+", rest)
    return (instrument, None, number[0] if number else None, slot)


def _numbers_are_talks(
    parts: dict[int, tuple[str, str | None, str | None, str | None]], table: Table
) -> bool:
    """``ORS 1`` to ``ORS 4`` are the scales of one talk; with dates beside, or more, talks."""
    numbers = {
        (instrument, int(number))
        for instrument, what, number, slot in parts.values()
        if what is None and number is not None and slot is None
    }
    dated = sum(bool(re.fullmatch(r"datum(?: samtal)? ?\d+", fold(h))) for h in table.headings)
    top = max((number for _, number in numbers), default=0)
    scales = all({1, 2, 3, 4} <= {n for i, n in numbers if i == one} for one, _ in numbers)
    return bool(numbers) and (dated > 1 or top > 4 or not scales)


def _dates_of_talks(table: Table, found: dict[int, MappedColumn]) -> dict[int, MappedColumn]:
    """The days of numbered talks: *Datum 3*, *Samtal 3 datum*, or *Samtal 3* over days."""
    slots = {column.slot for column in found.values() if column.slot}
    dates = {}
    for index, heading in enumerate(table.headings):
        plain = fold(heading)
        match = re.fullmatch(r"(?:datum|samtal|traff|dag)(?: (?:samtal|traff))? ?(\d{1,3})", plain)
        match = match or re.fullmatch(r"(?:samtal|traff) ?(\d{1,3})(?: (?:datum|dag))", plain)
        if match is None or index in found or match[1] not in slots:
            continue
        cells = list(_sample(table, index))
        field = Field("held_on", "", ValueKind.DAY)
        if cells and _fits(table, index, field):
            dates[index] = MappedColumn(index, heading, "held_on", match[1])
    return dates


def _unit(table: Table, mapping: Mapping) -> Unit:
    """Millimetres when the numbers can be nothing else: whole, and some above the scale's end."""
    whole, above = True, False
    for column in mapping.columns:
        top = 40 if column.field.endswith("_total") else 10
        if not column.field.endswith(("_1", "_2", "_3", "_4", "_total")):
            continue
        for cell in _sample(table, column.index):
            said = "" if isinstance(cell, Formula) else values.text_of(cell)
            match = re.fullmatch(r"(\d+)(?:[.,](\d+))?", said)
            if match is not None:
                whole &= match[2] is None or not match[2].strip("0")
                above |= int(match[1]) > top
    return Unit.MM if whole and above else Unit.POINTS
