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
from tracking.domain.instruments import Unit
from tracking.exchange.importing import values, words
from tracking.exchange.importing.fields import Field, ValueKind, fold
from tracking.exchange.importing.kinds import FIELDS
from tracking.exchange.importing.mapping import MappedColumn, Mapping
from tracking.exchange.importing.questions import fields_for
from tracking.exchange.importing.shapes import Cell, FileRefused, Formula, Table
from tracking.exchange.importing.summing_rows import is_of_another_table
from tracking.exchange.importing.talk_columns import talk_columns
from tracking.outcomes.imports import AskedQuestion

SURE = 1000
"""How like a heading is to a field when it is one of its spellings."""
_BY_OCCASION = frozenset([ImportKind.STEPS, ImportKind.SITUATIONS, ImportKind.FOLLOW_UPS])
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_GENDERS = {"kvinnor": "kvinna", "kvinna": "kvinna", "man": "man", "totalt": "", "alla": ""}


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
    best = _with_faulty(table, best, fields_for(best.kind, questions))
    if not best.columns:
        raise FileRefused(
            "no_known_headings",
            "Ingen rubrik i filen känns igen. Jämför med mallen för det som ska läsas in.",
        )
    return best


def _with_faulty(table: Table, mapping: Mapping, known: Sequence[Field]) -> Mapping:
    """A heading that is a field's own is that field, though its cells cannot be read as it: then
    the rows are told to be at fault, and not that the column is lacking.
    """
    taken = {column.index for column in mapping.columns}
    more = list(mapping.columns)
    for index, heading in enumerate(table.headings):
        lacking = [one for one in known if one.key not in {column.field for column in more}]
        best = max(lacking, key=lambda one: _likeness(fold(heading), one), default=None)
        if index in taken or not heading or best is None:
            continue
        if _likeness(fold(heading), best) >= SURE:
            more.append(MappedColumn(index, heading, best.key))
    return replace(mapping, columns=tuple(sorted(more, key=lambda column: column.index)))


def _fitness(mapping: Mapping) -> float:
    """How many columns are known, less where what must be told is not."""
    needed = sum(one.required for one in FIELDS[mapping.kind])
    return len(mapping.columns) * (needed - len(mapping.missing())) / needed


def _proposed(table: Table, kind: ImportKind, fields: Sequence[Field]) -> Mapping:
    columns: dict[int, MappedColumn] = {}
    if kind is ImportKind.RATINGS:
        columns = talk_columns(table)
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
            return SURE + len(plain)
        if len(plain) >= 3 and f" {plain} " in f" {heading} ":
            best = max(best, 100 + len(plain))
    return best


def _sample(table: Table, index: int) -> Iterator[Cell]:
    for _, cells in table.sample:
        if is_of_another_table(cells, table.headings):
            return
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
        slot = _of_history(heading)
        return None if slot is None else MappedColumn(index, table.headings[index], "number", slot)
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


def _of_history(heading: str) -> str | None:
    """A kön, a year, or both: ``kvinna``, ``2019``, ``2019 kvinna``."""
    year = _YEAR.search(heading)
    rest = heading if year is None else " ".join(heading.replace(year[0], " ").split())
    if rest not in _GENDERS and (rest or year is None):
        return None
    return " ".join(part for part in ("" if year is None else year[0], rest) if part)


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
