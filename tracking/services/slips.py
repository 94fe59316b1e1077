"""Anonymous slips, keyed as counts per answer: never tied to a person, a talk or a participant.

A day's slips are one table: question × answer. A question that was not on the slips is left
blank and nothing is stored; 0 is stored, since it says that nobody answered so. All of a day
is corrected or voided together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_record_slips
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from tracking.domain.swedish import iso, whole
from tracking.services._rules import check_day, check_reason, check_within_insats
from tracking.services._setup import found, insats_of
from tracking.services._writing import Writing, check_version, edit, writing
from tracking.store.database import Database
from tracking.store.tables import Insats, Question, QuestionOption, SlipCount

MOST_SLIPS = 10_000
Counts = Mapping[int, Mapping[int, int]]
"""Question → answer → how many slips."""


@dataclass(frozen=True, slots=True)
class SavedSlips:
    """The slips of an insats and day. ``sums`` is question → (positive answers, all answers)."""

    insats_id: int
    collected_on: date
    sums: Mapping[int, tuple[int, int]]
    version: int


def slip_field(question_id: int, value: int) -> str:
    """The form field of one answer's count."""
    return f"slip_{question_id}_{value}"


def record_slips(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    collected_on: date,
    counts: Counts,
    key: str,
) -> SavedSlips:
    """Record the slips that were collected on a day (or summed up on it).

    Every answer of a question in ``counts`` has its number, 0 included. Raises `InvalidValue`
    at the field, and `Conflict` when the day's slips of a question are there already.
    """
    with writing(database, actor, "record_slips", key) as write:
        insats = _insats(write, insats_id)
        if not write.repeated:
            _check_day(write, insats, collected_on)
            if not counts:
                raise InvalidValue("Fyll i minst en frågas svar.")
            _add(write, insats, collected_on, counts)
            _finish(write, insats_id, collected_on)
        return _saved(write, insats_id, collected_on)


def correct_slips(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    collected_on: date,
    counts: Counts,
    why: str,
    version: int,
    key: str,
) -> SavedSlips:
    """Replace a day's numbers; the old ones stay in the history. Questions may be added.

    ``why`` is a code of `correction_reason`, ``version`` the day's as it was read. Raises
    `Conflict` when somebody else has changed the day since.
    """
    with writing(database, actor, "correct_slips", key) as write:
        insats = _insats(write, insats_id)
        rows = _standing(write, insats_id, collected_on)
        if not write.repeated:
            reason = check_reason(write, "correction_reason", why)
            _check_there(rows, collected_on)
            _check_version(rows, version)
            changed = False
            for row in rows:
                numbers = counts.get(row.question_id)
                if numbers is None:
                    raise InvalidValue(
                        "Frågan har svar den dagen: skriv 0 där det inte finns några, eller "
                        "makulera dagens lappar.",
                        field=slip_field(row.question_id, row.value),
                    )
                number = _number(row.question_id, row.value, numbers)
                changed |= bool(edit(write.work, actor, row, {"number": number}, why=reason))
            there = {row.question_id for row in rows}
            new = {question: given for question, given in counts.items() if question not in there}
            _add(write, insats, collected_on, new)
            if not changed and not new:
                raise InvalidValue("Antalen är desamma som förut: inget att rätta.")
            _finish(write, insats_id, collected_on)
        return _saved(write, insats_id, collected_on)


def void_slips(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    collected_on: date,
    why: str,
    version: int,
    key: str,
) -> SavedSlips:
    """Strike out a day's slips: they leave every result and stay in the history.

    ``why`` is a code of `void_reason`.
    """
    with writing(database, actor, "void_slips", key) as write:
        _insats(write, insats_id)
        rows = _standing(write, insats_id, collected_on)
        if not write.repeated:
            reason = check_reason(write, "void_reason", why)
            _check_there(rows, collected_on)
            _check_version(rows, version)
            for row in rows:
                row.voided_at, row.voided_by = write.now, actor.account_id
                row.void_reason = reason
                row.version += 1
                write.session.add(row)
            _finish(write, insats_id, collected_on)
        return _saved(write, insats_id, collected_on)


def day_version(versions: Sequence[int]) -> int:
    """A day's version, from those of its rows: it grows with every change and added row."""
    return sum(versions)


def _insats(write: Writing, insats_id: int) -> Insats:
    check_can_record_slips(write.actor, insats_id)
    return insats_of(write.session, insats_id)


def _check_day(write: Writing, insats: Insats, day: date) -> None:
    check_day(day, write.today, field="collected_on")
    if day < insats.starts_on:
        check_within_insats(day, insats, field="collected_on", what="Lapparna")


def _standing(write: Writing, insats_id: int, day: date) -> list[SlipCount]:
    return list(
        write.session.exec(
            select(SlipCount)
            .where(
                SlipCount.insats_id == insats_id,
                SlipCount.collected_on == day,
                col(SlipCount.voided_at).is_(None),
            )
            .order_by(col(SlipCount.question_id), col(SlipCount.value))
            .with_for_update()
        )
    )


def _check_there(rows: Sequence[SlipCount], day: date) -> None:
    if not rows:
        raise NotFound(f"Det finns inga lappar inlagda för {iso(day)}: läs in sidan igen.")


def _check_version(rows: Sequence[SlipCount], version: int) -> None:
    check_version(
        day_version([row.version for row in rows]),
        version,
        theirs=f"{whole(sum(row.number for row in rows))} svar",
        mine="dina antal",
    )


def _add(write: Writing, insats: Insats, day: date, counts: Counts) -> None:
    assert insats.id is not None
    there = {row.question_id for row in _standing(write, insats.id, day)}
    for question_id, numbers in counts.items():
        options = _options(write, insats.id, question_id, day)
        first = slip_field(question_id, options[0])
        if question_id in there:
            raise Conflict(
                f"Lappar för {iso(day)} är redan inlagda. Rätta dem, eller välj en annan dag.",
                field=first,
            )
        for value in options:
            write.session.add(
                SlipCount(
                    insats_id=insats.id,
                    question_id=question_id,
                    value=value,
                    collected_on=day,
                    number=_number(question_id, value, numbers),
                    recorded_at=write.now,
                    recorded_by=write.actor.account_id,
                )
            )
    write.session.flush()


def _options(write: Writing, insats_id: int, question_id: int, day: date) -> tuple[int, ...]:
    question = found(write.session, Question, question_id, what="Frågan")
    if question.insats_id not in (None, insats_id) or not question.on_slips:
        raise RuleBroken("Frågan står inte på insatsens anonyma lappar.")
    if day < question.valid_from or (question.valid_to is not None and day > question.valid_to):
        raise RuleBroken(f"Frågan stod inte på lapparna {iso(day)}.", field="collected_on")
    return tuple(
        write.session.exec(
            select(QuestionOption.value)
            .where(QuestionOption.question_id == question_id)
            .order_by(col(QuestionOption.value))
        ).all()
    )


def _number(question_id: int, value: int, numbers: Mapping[int, int]) -> int:
    field = slip_field(question_id, value)
    number = numbers.get(value)
    if number is None:
        raise InvalidValue("Skriv 0 om ingen lapp har det svaret.", field=field)
    if isinstance(number, bool) or not 0 <= number <= MOST_SLIPS:
        raise InvalidValue(
            f"Antalet ska vara ett helt tal mellan 0 och {whole(MOST_SLIPS)}.", field=field
        )
    return number


def _finish(write: Writing, insats_id: int, day: date) -> None:
    write.session.flush()
    write.finish(insats_id, Entry(write.action, insats_id=insats_id, detail=iso(day)))


def _saved(write: Writing, insats_id: int, day: date) -> SavedSlips:
    rows = _standing(write, insats_id, day)
    sums: dict[int, tuple[int, int]] = {}
    for row in rows:
        option = write.session.get_one(QuestionOption, (row.question_id, row.value))
        positive, n = sums.get(row.question_id, (0, 0))
        gained = row.number if option.positive else 0
        sums[row.question_id] = (positive + gained, n + row.number)
    return SavedSlips(insats_id, day, sums, day_version([row.version for row in rows]))
