"""The rows of a table, by a mapping, as records of the domain, or what is wrong with each.

A wide row gives a record for each slot that has anything in it: each talk, occasion or kön.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.import_records import (
    AnswerSaid,
    FaultyRow,
    FollowUpRecord,
    HistoryRecord,
    ImportKind,
    ImportRecord,
    SituationRecord,
    SpellRecord,
    StepRecord,
    TalkRecord,
    participant_key,
)
from tracking.domain.instruments import (
    INSTRUMENTS,
    SCALES_PER_INSTRUMENT,
    RatingStatus,
    RatingValue,
)
from tracking.domain.records import AttendanceStatus, Gender, SessionKind
from tracking.domain.situation import (
    FOLLOW_UPS,
    Occasion,
    SituationValue,
    SupportSource,
    follow_up_months,
)
from tracking.exchange.importing import values, words
from tracking.exchange.importing.fields import Field, ValueKind, fold
from tracking.exchange.importing.mapping import Mapping, year_of
from tracking.exchange.importing.questions import known_fields
from tracking.exchange.importing.shapes import Cell, Table
from tracking.exchange.importing.summing_rows import headings_once_more, nobodys
from tracking.outcomes.imports import Vocabulary

Values = dict[str, Any]
_SITUATION = {"support", "support_none", "work", "studies", "seeking", "registered_af"} | {
    f"support_{one.value}" for one in SupportSource
}
MOST_SAID = 1000


TOO_WIDE = (
    "Raden har fler värden än tabellen har rubriker. Är det ett decimalkomma i en fil med komma "
    "mellan värdena, så spara filen med semikolon emellan."
)


@dataclass(frozen=True, slots=True)
class NotRead:
    """A row that is nobody's, as a sum at the bottom, and why."""

    row: int
    said: str


@dataclass(frozen=True)
class Reader:
    """Reads the cells of one table by one mapping."""

    table: Table
    mapping: Mapping
    vocabulary: Vocabulary
    today: date

    @cached_property
    def _fields(self) -> dict[str, Field]:
        return known_fields(self.mapping.kind, self.vocabulary.questions)

    @cached_property
    def _questions(self) -> dict[str, str]:
        """Every way to name a question, and its key."""
        named = {fold(asked.key): asked.key for asked in self.vocabulary.questions}
        for asked in reversed(self.vocabulary.questions):
            named |= {fold(wording): asked.key for wording in asked.wordings}
        return named

    def records(self) -> Iterator[ImportRecord | FaultyRow | NotRead]:
        """Every record of the table, in the order of the rows."""
        fields = self._fields
        shared = [c for c in self.mapping.columns if c.slot is None]
        slots = [
            (slot, [c for c in self.mapping.columns if c.slot == slot])
            for slot in self.mapping.slots
        ]
        constants: Values = {}
        fault: StegvisError | None = None
        for key, said in self.mapping.constants.items():
            if key in fields:
                try:
                    constants[key] = self._value(fields[key], said)
                except StegvisError as found:
                    fault = InvalidValue(f"{fields[key].title}: {found}")
        whose = next((c.index for c in self.mapping.columns if c.field == "key"), None)
        read = {column.index for column in self.mapping.columns}
        for number, cells in self.table.rows():
            if (why := nobodys(cells, whose, read)) is not None:
                yield NotRead(number, why)
                continue
            try:
                if fault is not None:
                    raise fault
                self._check_shape(cells)
                common = constants | self._values(shared, cells)
                if not slots:
                    if len(common) > len(constants):
                        yield self._record(number, common, None)
                    continue
                for slot, columns in slots:
                    here = self._values(columns, cells)
                    if here:
                        yield self._record(number, common | here, slot)
            except StegvisError as found:
                yield FaultyRow(number, found.sentence, field=found.field)

    def _check_shape(self, cells: tuple[Cell, ...]) -> None:
        if said := headings_once_more(cells, self.table.headings):
            raise InvalidValue(said)
        beyond = cells[len(self.table.headings) :]
        if self.table.from_text and any(cell is not None for cell in beyond):
            raise InvalidValue(TOO_WIDE)

    def _values(self, columns: Any, cells: tuple[Cell, ...]) -> Values:
        fields = self._fields
        found: Values = {}
        for column in columns:
            cell = cells[column.index] if column.index < len(cells) else None
            if cell is None or (isinstance(cell, str) and cell in ("-", "–", "—")):
                continue
            field = fields.get(column.field)
            if field is None:
                raise InvalidValue(f"{column.heading}: Frågan ställs inte längre i insatsen.")
            try:
                found[column.field] = self._value(field, cell)
            except StegvisError as fault:
                where = column.heading or field.title
                raise InvalidValue(f"{where}: {fault.sentence}", field=field.key) from None
        return found

    def _value(self, field: Field, cell: Cell) -> Any:
        kind, lists = field.value, self.vocabulary.lists
        if kind is ValueKind.KEY:
            return participant_key(values.text_of(cell))
        if kind in (ValueKind.DAY, ValueKind.CONSENT_DAY):
            return values.day(cell, epoch=self.table.epoch, today=self.today)
        if kind is ValueKind.BIRTH_YEAR:
            return values.birth_year(cell, today=self.today)
        if kind is ValueKind.YEAR:
            return values.whole(cell, low=values.FIRST_YEAR, high=self.today.year, what="Året")
        if kind is ValueKind.COUNT:
            return values.whole(cell, low=0, high=1_000_000, what="Antalet")
        if kind is ValueKind.PERCENT:
            return values.percent(cell)
        if kind is ValueKind.PLACE:
            return values.whole(cell, low=1, high=99, what="Ordningen")
        if kind is ValueKind.TEXT:
            return values.text(cell)
        if kind is ValueKind.SAID:
            return values.text(cell, most=MOST_SAID)
        if kind is ValueKind.CODE:
            key = field.list_key or ""
            return words.code(cell, lists.get(key, {}), words.SHORT_FORMS.get(key))
        if kind is ValueKind.SUPPORT_TIME:
            return words.support_time(cell, lists.get("support_band", {}))
        if kind is ValueKind.STEP:
            return words.step(cell, self.vocabulary.steps)
        if kind in (ValueKind.SCORE, ValueKind.TOTAL):
            total = kind is ValueKind.TOTAL
            return values.score(cell, self.mapping.unit, total=total)
        return _PLAIN[kind](cell)

    def _record(self, row: int, told: Values, slot: str | None) -> ImportRecord:
        for field in self._fields.values():
            if field.required and field.key not in told and not _from_slot(field.key, slot):
                raise InvalidValue(f"{field.title} saknas.", field=field.key)
        kind = self.mapping.kind
        if kind is ImportKind.HISTORY:
            return _history(row, told, slot)
        if kind is ImportKind.SPELLS:
            return replace(_spell(row, told), answers=self._answers(told, None))
        person = {"row": row, "key": told["key"], "started_on": told.get("spell_start")}
        if kind is ImportKind.RATINGS:
            return _talk(person, told, slot)
        if kind is ImportKind.FOLLOW_UPS:
            record = _follow_up(person, told, slot)
            when = next(one for one in FOLLOW_UPS if follow_up_months(one) == record.months)
            return replace(record, answers=self._answers(told, when))
        occasion = Occasion(slot) if slot else told.get("occasion")
        if kind is ImportKind.STEPS:
            return StepRecord(
                **person,
                occasion=occasion or Occasion.DURING,
                level=told["step"],
                on=told.get("on"),
            )
        if occasion is None:
            raise InvalidValue("Tillfälle saknas: start eller avslut.", field="occasion")
        answers = self._answers(told, occasion) + self._one_answer(told, occasion)
        # With answers alone nothing is said of the situation; with nothing at all it is lacking.
        value = situation_of(told) if _SITUATION & set(told) or not answers else None
        return SituationRecord(
            **person, occasion=occasion, value=value, answers=answers, on=told.get("on")
        )

    def _answers(self, told: Values, occasion: Occasion | None) -> tuple[AnswerSaid, ...]:
        """What the columns of questions say; those of a start or an end say themselves when."""
        found = []
        for key, said in told.items():
            field = self._fields[key]
            when = field.occasion or occasion
            if field.question is not None and when is not None:
                found.append(AnswerSaid(field.question, when, said))
        return tuple(found)

    def _one_answer(self, told: Values, occasion: Occasion) -> tuple[AnswerSaid, ...]:
        """The answer of a file that has one question a row."""
        if "answer" not in told:
            return ()
        key = self._questions.get(fold(told.get("question", "")))
        if key is None:
            raise InvalidValue("Frågan är ingen av insatsens frågor.", field="question")
        return (AnswerSaid(key, occasion, told["answer"]),)


_PLAIN: AnyMapping[ValueKind, Any] = {
    ValueKind.GENDER: words.gender,
    ValueKind.YES: words.yes,
    ValueKind.TICK: words.yes,
    ValueKind.ANSWER: words.answer,
    ValueKind.OUTCOME: words.outcome,
    ValueKind.SUPPORT: words.support,
    ValueKind.WORK_KIND: words.work_kind,
    ValueKind.OCCASION: words.occasion,
    ValueKind.MONTHS: words.months,
    ValueKind.FOLLOW_UP: words.follow_up,
    ValueKind.SESSION_KIND: words.session_kind,
    ValueKind.ATTENDANCE: words.attendance,
    ValueKind.MARK: words.mark,
}


def _from_slot(key: str, slot: str | None) -> bool:
    """Whether the heading itself tells what a column would."""
    if slot is None:
        return False
    if key == "year":
        return year_of(slot) is not None
    return key in ("months", "occasion") or (key == "held_on" and slot.count("-") == 2)


def _history(row: int, told: Values, slot: str | None) -> HistoryRecord:
    gender = told.get("gender")
    year = None if slot is None else year_of(slot)
    if slot is not None:
        word = slot.split()[-1]
        if not word.isdigit():
            gender = {"kvinnor": Gender.WOMAN, "kvinna": Gender.WOMAN, "man": Gender.MAN}.get(word)
    return HistoryRecord(
        row=row,
        year=told["year"] if year is None else year,
        measure=told["measure"],
        number=told["number"],
        gender=gender,
        base=told.get("base"),
        definition=told["definition"],
        source=told["source"],
    )


def _spell(row: int, told: Values) -> SpellRecord:
    known, months, band = told.get("support_time", (None, None, None))
    same = (
        "key",
        "birth_year",
        "gender",
        "started_on",
        "referrer",
        "consent_follow_up",
        "consent_contact",
        "consent_disclosure_on",
        "municipality",
        "education",
        "need_group",
        "step",
        "ended_on",
        "end_reason",
        "outcome",
        "outcome_reason",
        "active_planning",
    )
    values_told: Values = {name: told.get(name) for name in same}
    return SpellRecord(
        row=row,
        support_months_known=known,
        support_months=months,
        support_band=band,
        **values_told,
    )


def _talk(person: Values, told: Values, slot: str | None) -> TalkRecord:
    held_on = told.get("held_on")
    if held_on is None and slot is not None and slot.count("-") == 2:
        held_on = date.fromisoformat(slot)
    if held_on is None:
        raise InvalidValue("Datum saknas för samtalet.", field="held_on")
    ratings = {}
    for name in INSTRUMENTS:
        value = _rating(name, told)
        if value is not None:
            ratings[name] = value
    kind = told.get("session_kind")
    if kind is None:
        kind = SessionKind.GROUP if set(ratings) == {"GSRS"} else SessionKind.INDIVIDUAL
    return TalkRecord(
        **person,
        held_on=held_on,
        kind=kind,
        attendance=told.get("attendance", AttendanceStatus.PRESENT),
        ratings=ratings,
        place=told.get("place"),
    )


def _rating(name: str, told: Values) -> RatingValue | None:
    instrument, small = INSTRUMENTS[name], name.lower()
    scales = [told.get(f"{small}_{place + 1}") for place in range(SCALES_PER_INSTRUMENT)]
    total, status = told.get(f"{small}_total"), told.get(f"{small}_mark")
    hint = status if status in (RatingStatus.NOT_FILLED, RatingStatus.INCOMPLETE) else None
    if total is None and hint is None and all(value is None for value in scales):
        return None
    if total is not None and None not in scales:
        # People keep the sum beside the scales; it says nothing new, and must not say otherwise.
        added = sum(value for value in scales if value is not None)
        if added != total:
            raise InvalidValue(
                f"{instrument.title}: totalsumman är en annan än summan av de fyra skalorna.",
                field=instrument.total_field,
            )
        total = None
    return RatingValue.from_entry(scales, total, hint, instrument=instrument)


def situation_of(told: Values) -> SituationValue:
    """The situation that a row tells, from a list of sources and from ticked columns."""
    sources, none, unknown = told.get("support", (frozenset(), False, False))
    ticked = {one for one in SupportSource if told.get(f"support_{one.value}")}
    return SituationValue(
        no_support=True if none or told.get("support_none") else None,
        sources=sources | ticked,
        support_unknown=unknown,
        work=told.get("work"),
        work_percent=told.get("work_percent"),
        work_kind=told.get("work_kind"),
        studies=told.get("studies"),
        studies_percent=told.get("studies_percent"),
        seeking=told.get("seeking"),
        registered_af=told.get("registered_af"),
    )


def _follow_up(person: Values, told: Values, slot: str | None) -> FollowUpRecord:
    months = follow_up_months(Occasion(slot)) if slot else told["months"]
    return FollowUpRecord(
        **person,
        months=months,
        status=told["status"],
        on=told["on"],
        way=told.get("way"),
        situation=situation_of(told) if _SITUATION & set(told) else None,
        step=told.get("step"),
    )
