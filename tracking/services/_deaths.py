"""A death belongs to the person: it stops the follow-ups of every spell, in whatever insats.

Whoever records it may not see the other spells and is told nothing of them; they are only no
longer to be contacted. Taking a wrong death back opens those that it closed, and no others.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlmodel import col, select

from tracking.access.log import Entry
from tracking.domain.endings import END_REASONS, Outcome
from tracking.domain.errors import RuleBroken
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


class Death(NamedTuple):
    """The day from which a participant is dead, and the spell at which that was recorded."""

    on: date
    spell_id: int


def recorded_death(write: Writing, participant_id: int) -> Death | None:
    """The first death that the records tell of, or None."""
    closed = [
        Death(follow_up.closed_on, follow_up.death_spell_id or follow_up.spell_id)
        for follow_up, _ in _of_participant(write, participant_id)
        if follow_up.status is FollowUpStatus.DECEASED and follow_up.closed_on is not None
    ]
    return min((*_ended_by_death(write, participant_id), *closed), default=None)


def _ended_by_death(write: Writing, participant_id: int) -> list[Death]:
    rows = write.session.exec(
        select(Spell)
        .join(Code, col(Code.id) == col(Spell.end_reason_id))
        .where(
            Spell.participant_id == participant_id,
            col(Spell.ended_on).is_not(None),
            col(Code.key).in_(_DEATHS),
            col(Spell.outcome) != Outcome.MISREGISTERED,
        )
    ).all()
    return [Death(row.ended_on, row.id) for row in rows if row.ended_on and row.id]


def check_no_end_says_so(write: Writing, participant_id: int) -> None:
    """Raise `RuleBroken` while a spell of the participant is ended by death."""
    if _ended_by_death(write, participant_id):
        raise RuleBroken(
            "Ett deltagande är avslutat som avliden. Ta tillbaka det avslutet, så står "
            "uppföljningarna på tur igen."
        )


def close_all(write: Writing, participant_id: int, death: Death) -> tuple[Entry, ...]:
    """Close every follow-up of the participant that still stands.

    Answers with what is to be logged: one entry for each spell that was touched.
    """
    touched: dict[int, int] = {}
    for follow_up, insats_id in _of_participant(write, participant_id):
        if follow_up.status in STANDING:
            follow_up.status = FollowUpStatus.DECEASED
            follow_up.closed_on = death.on
            follow_up.death_spell_id = death.spell_id
            follow_up.version += 1
            write.session.add(follow_up)
            touched[follow_up.spell_id] = insats_id
    return _entries("close_follow_ups", touched)


def open_all(write: Writing, participant_id: int, why: str, *, death: int) -> tuple[Entry, ...]:
    """Let the follow-ups that one death closed stand again; answers as `close_all`.

    ``death`` is the spell at which it was recorded. Where another spell is ended by death they
    stay closed, by that one. Those closed before it was kept by what count as closed by this.
    """
    others = [one for one in _ended_by_death(write, participant_id) if one.spell_id != death]
    touched: dict[int, int] = {}
    for follow_up, insats_id in _of_participant(write, participant_id):
        if follow_up.status is not FollowUpStatus.DECEASED:
            continue
        if follow_up.death_spell_id not in (death, None):
            continue
        if others:
            follow_up.death_spell_id = min(others).spell_id
            write.session.add(follow_up)
            continue
        values = {"status": FollowUpStatus.DUE, "done_on": None, "closed_on": None}
        edit(write.work, write.actor, follow_up, values, why=why, spell_id=follow_up.spell_id)
        follow_up.death_spell_id = None
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
