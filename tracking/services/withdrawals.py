"""A whole spell that leaves the results: felregistrering keeps it, withdrawn consent erases it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, exists, text
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, NotFound, RuleBroken
from tracking.domain.records import WithdrawalReason
from tracking.domain.swedish import iso
from tracking.services._rules import GONE, check_day, check_reason, hold_spell
from tracking.services._writing import Writing, check_version, edit, writing
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLogPayload,
    Attendance,
    Participant,
    Session,
    Spell,
    Withdrawal,
)


@dataclass(frozen=True)
class ClosedSpell:
    """A spell that was closed as felregistrering."""

    spell_id: int
    version: int


@dataclass(frozen=True)
class Withdrawn:
    """A spell was turned into an anonymous one in this insats, counted in these years."""

    insats_id: int
    years: tuple[int, ...]


def close_as_misregistered(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    why: str,
    version: int,
    key: str,
) -> ClosedSpell:
    """Close a spell that should never have been registered: it leaves every result and stays.

    ``why`` is a code of `void_reason`. Raises `Conflict` when the spell has changed since
    ``version`` or is closed so already.
    """
    with writing(database, actor, "close_as_misregistered", key) as write:
        held = hold_spell(write, spell_id, misregistered_too=True)
        spell = held.spell
        if not write.repeated:
            if spell.outcome is Outcome.MISREGISTERED:
                raise Conflict("Deltagandet är redan avslutat som felregistrering.")
            check_version(
                spell.version,
                version,
                theirs="pågår" if spell.outcome is None else spell.outcome.label,
                mine=Outcome.MISREGISTERED.label,
            )
            close_spell(write, spell, check_reason(write, "void_reason", why))
            write.finish(
                spell_id,
                Entry("close_as_misregistered", insats_id=held.insats_id, spell_id=spell_id),
            )
        return ClosedSpell(spell_id, spell.version)


def close_spell(write: Writing, spell: Spell, reason: str) -> None:
    """Close a held spell as felregistrering within a write."""
    edit(
        write.work,
        write.actor,
        spell,
        {
            "outcome": Outcome.MISREGISTERED,
            "ended_on": spell.ended_on or write.today,
            "misregistered_reason": reason,
        },
        why=reason,
        spell_id=spell.id,
    )


_COUNT = text(
    "INSERT INTO anonymous_count (insats_id, year, gender, number, converted, version)"
    " VALUES (:insats_id, :year, :gender, 0, 1, 1)"
    " ON CONFLICT (insats_id, year, gender) DO UPDATE"
    " SET converted = anonymous_count.converted + 1, version = anonymous_count.version + 1"
)


def withdraw_consent(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    reason: WithdrawalReason,
    on: date,
    key: str,
) -> Withdrawn:
    """Turn a spell into an anonymous one and erase everything that was recorded of it.

    Every calendar year from the start to ``on`` (or to the end, if that was earlier) counts one
    more anonymous participant: the spell leaves the volume of all of them, and an anonymous
    participant holds for one calendar year at a time. Years to come are entered as for
    everybody who is anonymous. A felregistrering is not counted. The participant goes as well
    when no other spell is left. It cannot be undone. Raises `RuleBroken` with the field.
    """
    with writing(database, actor, "withdraw_consent", key) as write:
        if write.repeated:
            return _withdrawn(write, spell_id)
        held = hold_spell(write, spell_id, misregistered_too=True)
        spell = held.spell
        check_day(on, write.today, field="on")
        if on < spell.started_on:
            raise RuleBroken(
                f"Dagen kan inte ligga före starten {iso(spell.started_on)}.", field="on"
            )
        withdrawal = Withdrawal(
            insats_id=held.insats_id,
            withdrawn_on=on,
            reason=WithdrawalReason(reason),
            recorded_at=write.now,
            recorded_by=actor.account_id,
        )
        write.session.add(withdrawal)
        write.session.flush()
        assert withdrawal.id is not None
        years: tuple[int, ...] = ()
        if spell.outcome is not Outcome.MISREGISTERED:
            last = min(on, spell.ended_on or on)
            years = tuple(range(spell.started_on.year, last.year + 1))
        for year in years:
            write.session.execute(
                _COUNT,
                {
                    "insats_id": held.insats_id,
                    "year": year,
                    "gender": held.participant.gender.value,
                },
            )
        _erase(write, spell)
        write.finish(
            withdrawal.id,
            Entry(
                "withdraw_consent",
                insats_id=held.insats_id,
                spell_id=spell_id,
                detail=" ".join(map(str, years)) or None,
            ),
        )
        return Withdrawn(held.insats_id, years)


def _erase(write: Writing, spell: Spell) -> None:
    session = write.session
    assert spell.id is not None
    participant_id = spell.participant_id
    meetings = session.exec(
        select(Attendance.session_id).where(Attendance.spell_id == spell.id)
    ).all()
    session.expunge(spell)
    # The database takes with it all that hangs on the spell, history and summary included.
    session.execute(delete(Spell).where(col(Spell.id) == spell.id))
    if meetings:
        session.execute(
            delete(Session).where(
                col(Session.id).in_(set(meetings)),
                ~exists().where(col(Attendance.session_id) == col(Session.id)),
            )
        )
    others = session.exec(
        select(Spell.id).where(Spell.participant_id == participant_id).limit(1)
    ).first()
    if others is None:
        session.execute(delete(Participant).where(col(Participant.id) == participant_id))


def _withdrawn(write: Writing, spell_id: int) -> Withdrawn:
    withdrawal = write.session.get(Withdrawal, write.earlier)
    if withdrawal is None or withdrawal.recorded_by != write.actor.account_id:
        raise NotFound(GONE)
    # The spell is gone; what it was counted as stands in the log alone.
    told = write.session.exec(
        select(AccessLogPayload.detail).where(
            AccessLogPayload.action == write.action, AccessLogPayload.spell_id == spell_id
        )
    ).first()
    years = tuple(int(year) for year in (told or "").split())
    return Withdrawn(withdrawal.insats_id, years)
