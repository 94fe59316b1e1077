"""A death belongs to the person: it stops the follow-ups of every spell, in whatever insats.

Whoever records it may not see the other spells and is told nothing of them; they are only no
longer to be contacted. Taking a wrong death back opens all of them again.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import col, func, select

from tracking.access.log import Entry
from tracking.domain.endings import END_REASONS, Outcome
from tracking.domain.records import FollowUpStatus
from tracking.services._writing import Writing, edit
from tracking.store.tables import Code, FollowUp, Spell

STANDING = (FollowUpStatus.DUE, FollowUpStatus.NOT_REACHED)
"""A follow-up in one of these may still be done: somebody not reached may call back."""

_DEATHS = tuple(
    key
    for key, reason in END_REASONS.items()
    if reason.stops_follow_up and reason.proposes is Outcome.OUTSIDE
)


def hold_everyone_of(write: Writing, spell_id: int) -> None:
    """Lock every spell of a spell's participant, in one order, before any of them is written."""
    person = select(Spell.participant_id).where(Spell.id == spell_id).scalar_subquery()
    write.session.exec(
        select(Spell.id)
        .where(col(Spell.participant_id) == person)
        .order_by(col(Spell.id))
        .with_for_update(key_share=True)
    ).all()


def died_on(write: Writing, participant_id: int) -> date | None:
    """The first day from which the records say that the participant is dead, or None."""
    ended = write.session.exec(
        select(func.min(Spell.ended_on))
        .join(Code, col(Code.id) == col(Spell.end_reason_id))
        .where(
            Spell.participant_id == participant_id,
            col(Code.key).in_(_DEATHS),
            col(Spell.outcome) != Outcome.MISREGISTERED,
        )
    ).one()
    closed = write.session.exec(
        select(func.min(FollowUp.closed_on))
        .join(Spell, col(Spell.id) == col(FollowUp.spell_id))
        .where(Spell.participant_id == participant_id, FollowUp.status == FollowUpStatus.DECEASED)
    ).one()
    return min((day for day in (ended, closed) if day is not None), default=None)


def close_all(write: Writing, participant_id: int, on: date) -> tuple[Entry, ...]:
    """Close every follow-up of the participant that still stands.

    Answers with what is to be logged: one entry for each spell that was touched.
    """
    touched: dict[int, int] = {}
    for follow_up, insats_id in _of_participant(write, participant_id):
        if follow_up.status in STANDING:
            follow_up.status = FollowUpStatus.DECEASED
            follow_up.closed_on = on
            follow_up.version += 1
            write.session.add(follow_up)
            touched[follow_up.spell_id] = insats_id
    return _entries("close_follow_ups", touched)


def open_all(write: Writing, participant_id: int, why: str) -> tuple[Entry, ...]:
    """Let every follow-up that a death closed stand again; answers as `close_all`."""
    touched: dict[int, int] = {}
    for follow_up, insats_id in _of_participant(write, participant_id):
        if follow_up.status is FollowUpStatus.DECEASED:
            edit(
                write.work,
                write.actor,
                follow_up,
                {"status": FollowUpStatus.DUE, "done_on": None, "closed_on": None},
                why=why,
                spell_id=follow_up.spell_id,
            )
            touched[follow_up.spell_id] = insats_id
    return _entries("open_follow_ups", touched)


def _of_participant(write: Writing, participant_id: int) -> list[tuple[FollowUp, int]]:
    rows = write.session.exec(
        select(FollowUp, Spell.insats_id)
        .join(Spell, col(Spell.id) == col(FollowUp.spell_id))
        .where(Spell.participant_id == participant_id)
        .order_by(col(FollowUp.id))
        .with_for_update(of=FollowUp)
    ).all()
    return [(follow_up, insats_id) for follow_up, insats_id in rows]


def _entries(action: str, touched: dict[int, int]) -> tuple[Entry, ...]:
    return tuple(
        Entry(action, insats_id=insats_id, spell_id=spell_id, detail="avliden")
        for spell_id, insats_id in touched.items()
    )
