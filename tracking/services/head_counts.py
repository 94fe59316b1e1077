"""Heads at an occasion of a strukturövergripande insats: several organisations in one go.

An occasion is corrected or struck out as a whole, with a reason; what was there stays in the
history. Reads are in `tracking.outcomes.head_counts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_record_heads
from tracking.domain.errors import Conflict, InvalidValue, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.records import Gender, InsatsKind
from tracking.domain.swedish import iso, whole
from tracking.services._rules import check_day, check_reason, check_within_insats
from tracking.services._setup import check_unchanged, found, insats_of
from tracking.services._writing import Writing, edit, writing
from tracking.store.database import Database
from tracking.store.tables import HeadCount, Insats, StructuralOccasion

MOST_HEADS = 10_000
MOST_ORGANISATIONS = 60
LONGEST_TITLE, LONGEST_NAME = 120, 80
HeadsOf = Mapping[str, Mapping[Gender, int]]
"""Organisation → kön → how many came. A kön that is left out is nobody."""


@dataclass(frozen=True, slots=True)
class SavedOccasion:
    """An occasion that was saved, with all who were there and its version."""

    occasion_id: int
    heads: int
    version: int


def record_occasion(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    held_on: date,
    title: str,
    heads: HeadsOf,
    key: str,
) -> SavedOccasion:
    """Record how many came to an occasion, by organisation and kön.

    Raises `RuleBroken` for an insats with persons, `InvalidValue` at the field, and `Conflict`
    when the day has an occasion of that title.
    """
    with writing(database, actor, "record_occasion", key) as write:
        check_can_record_heads(actor, insats_id)
        if write.earlier is not None:
            return _saved(write.session, write.earlier)
        insats = insats_of(write.session, insats_id)
        if insats.kind is not InsatsKind.STRUCTURAL:
            raise RuleBroken(
                "Antal vid tillfällen läggs in för strukturövergripande insatser. "
                "I insatser med deltagare registreras var och en."
            )
        words = _title(title)
        _check_day(write, insats, held_on)
        _check_once(write.session, insats_id, held_on, words)
        numbers = _numbers(write.session, heads)
        occasion = StructuralOccasion(
            insats_id=insats_id,
            held_on=held_on,
            title=words,
            recorded_at=write.now,
            recorded_by=actor.account_id,
        )
        write.session.add(occasion)
        write.session.flush()
        assert occasion.id is not None
        _add(write.session, occasion.id, numbers)
        write.finish(occasion.id, _entry(occasion, "record_occasion"))
        return _saved(write.session, occasion.id)


def correct_occasion(
    database: Database,
    actor: Actor,
    *,
    occasion_id: int,
    held_on: date,
    title: str,
    heads: HeadsOf,
    why: str,
    version: int,
    key: str,
) -> SavedOccasion:
    """Replace an occasion's day, title and numbers; an organisation that is left out had nobody.

    ``why`` is a code of `correction_reason`. Raises `Conflict` when somebody else has saved the
    occasion since ``version``.
    """
    with writing(database, actor, "correct_occasion", key) as write:
        occasion, insats = _held(write, occasion_id)
        if not write.repeated:
            reason = check_reason(write, "correction_reason", why)
            words = _title(title)
            _check_day(write, insats, held_on)
            values = {"held_on": held_on, "title": words}
            check_unchanged(occasion, version, values)
            if (held_on, words) != (occasion.held_on, occasion.title):
                _check_once(write.session, occasion.insats_id, held_on, words)
            changed = bool(edit(write.work, actor, occasion, values, why=reason))
            if _change(write, occasion, _numbers(write.session, heads), reason) and not changed:
                occasion.version += 1
                write.session.add(occasion)
            elif not changed:
                raise InvalidValue("Allt är som förut: inget att rätta.")
            write.finish(occasion_id, _entry(occasion, "correct_occasion"))
        return _saved(write.session, occasion_id)


def void_occasion(
    database: Database, actor: Actor, *, occasion_id: int, why: str, version: int, key: str
) -> SavedOccasion:
    """Strike out an occasion: it leaves every count and stays in the history.

    ``why`` is a code of `void_reason`.
    """
    with writing(database, actor, "void_occasion", key) as write:
        occasion, _ = _held(write, occasion_id, voided_too=write.repeated)
        if not write.repeated:
            reason = check_reason(write, "void_reason", why)
            check_unchanged(occasion, version, {})
            occasion.voided_at, occasion.voided_by = write.now, actor.account_id
            occasion.void_reason = reason
            occasion.version += 1
            write.session.add(occasion)
            write.finish(occasion_id, _entry(occasion, "void_occasion"))
        return _saved(write.session, occasion_id)


def _held(
    write: Writing, occasion_id: int, *, voided_too: bool = False
) -> tuple[StructuralOccasion, Insats]:
    occasion = found(write.session, StructuralOccasion, occasion_id, what="Tillfället")
    check_can_record_heads(write.actor, occasion.insats_id)
    if occasion.voided_at is not None and not voided_too:
        raise RuleBroken("Tillfället är makulerat och kan inte ändras.")
    return occasion, insats_of(write.session, occasion.insats_id)


def _title(title: str) -> str:
    return clean_text(title, field="title", max_length=LONGEST_TITLE, required=True)


def _check_day(write: Writing, insats: Insats, day: date) -> None:
    check_day(day, write.today, field="held_on")
    check_within_insats(day, insats, field="held_on", what="Tillfället")


def _check_once(session: DbSession, insats_id: int, day: date, title: str) -> None:
    there = session.exec(
        select(StructuralOccasion.id).where(
            StructuralOccasion.insats_id == insats_id,
            StructuralOccasion.held_on == day,
            StructuralOccasion.title == title,
            col(StructuralOccasion.voided_at).is_(None),
        )
    ).first()
    if there is not None:
        raise Conflict(
            f"”{title}” {iso(day)} är redan inlagt. Rätta det, eller skilj tillfällena åt i "
            "rubriken, till exempel förmiddag och eftermiddag.",
            field="title",
        )


def _numbers(session: DbSession, heads: HeadsOf) -> dict[str, dict[Gender, int]]:
    if len(heads) > MOST_ORGANISATIONS:
        raise InvalidValue(f"Högst {MOST_ORGANISATIONS} organisationer får plats.", field="heads")
    known = {
        name.casefold(): name
        for name in session.exec(select(HeadCount.organisation).distinct().order_by("organisation"))
    }
    found: dict[str, dict[Gender, int]] = {}
    for typed, numbers in heads.items():
        name = clean_text(typed, field="heads", max_length=LONGEST_NAME)
        if not name:
            raise InvalidValue("Skriv organisationens namn, eller ta bort talen.", field="heads")
        # The same organisation is spelled in one way, whoever writes it.
        name = known.setdefault(name.casefold(), name)
        if name in found:
            raise InvalidValue(f"{name} står på två rader: lägg ihop dem.", field="heads")
        found[name] = {gender: _number(numbers.get(gender, 0)) for gender in Gender}
    if not any(number for numbers in found.values() for number in numbers.values()):
        raise InvalidValue("Skriv hur många som kom, från minst en organisation.", field="heads")
    return found


def _number(number: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_HEADS:
        raise InvalidValue(
            f"Antalet ska vara ett helt tal mellan 0 och {whole(MOST_HEADS)}.", field="heads"
        )
    return number


def _add(session: DbSession, occasion_id: int, heads: HeadsOf) -> None:
    session.add_all(
        HeadCount(occasion_id=occasion_id, organisation=name, gender=gender, number=number)
        for name, numbers in heads.items()
        for gender, number in numbers.items()
        if number
    )


def _change(write: Writing, occasion: StructuralOccasion, heads: HeadsOf, why: str) -> bool:
    assert occasion.id is not None
    there = {
        (row.organisation, row.gender): row
        for row in write.session.exec(select(HeadCount).where(HeadCount.occasion_id == occasion.id))
    }
    wanted = {
        (name, gender): number
        for name, numbers in heads.items()
        for gender, number in numbers.items()
    }
    changed = False
    for place, row in there.items():
        new = {"number": wanted.pop(place, 0)}
        changed |= bool(edit(write.work, write.actor, row, new, why=why))
    fresh: dict[str, dict[Gender, int]] = {}
    for (name, gender), number in wanted.items():
        if number:
            fresh.setdefault(name, {})[gender] = number
    _add(write.session, occasion.id, fresh)
    return changed or bool(fresh)


def _entry(occasion: StructuralOccasion, action: str) -> Entry:
    return Entry(
        action, insats_id=occasion.insats_id, page="tillfallen", detail=iso(occasion.held_on)
    )


def _saved(session: DbSession, occasion_id: int) -> SavedOccasion:
    session.flush()
    occasion = session.get_one(StructuralOccasion, occasion_id)
    numbers = session.exec(select(HeadCount.number).where(HeadCount.occasion_id == occasion_id))
    return SavedOccasion(occasion_id, sum(numbers), occasion.version)
