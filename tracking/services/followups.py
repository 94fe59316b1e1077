"""The follow-ups 6, 12 and 18 months after the end: attempts, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import func, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from tracking.domain.ladder import StepLevel
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import FOLLOW_UPS, Occasion, SituationValue, follow_up_months
from tracking.services._answers import NO_ANSWERS, Choices, add_answers
from tracking.services._deaths import STANDING, Death, close_all, hold_everyone_of
from tracking.services._rules import GONE, Held, check_day, code_of, hold_spell
from tracking.services._standing import (
    add_situation,
    add_step,
    check_follow_up_day,
    late_warning,
)
from tracking.services._writing import Writing, check_version, edit, writing
from tracking.store.database import Database
from tracking.store.tables import Attempt, FollowUp, Spell

CONTACT_WITHDRAWN = "contact_withdrawn"
"""Why a spell's consent to contact changed, in the history."""


@dataclass(frozen=True)
class RecordedFollowUp:
    """A follow-up with what came of it; ``warnings`` tell what was let pass."""

    follow_up_id: int
    status: FollowUpStatus
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordedAttempt:
    """An attempt to reach somebody, and how many there are now."""

    attempt_id: int
    follow_up_id: int
    attempts: int


def record_follow_up(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    months: int,
    status: FollowUpStatus,
    on: date,
    situation: SituationValue | None = None,
    step: StepLevel | None = None,
    answers: Mapping[int, Choices] = NO_ANSWERS,
    version: int,
    key: str,
) -> RecordedFollowUp:
    """Record what came of a follow-up, on the day it was done or closed.

    DONE needs the situation; the step may come later and stands on the to-do list till then.
    NOT_REACHED needs at least one attempt. NO_CONTACT_CONSENT closes the spell's other
    follow-ups as well, DECEASED those of all the participant's spells. Raises
    `RuleBroken` or `InvalidValue` with the field, `Conflict` when the follow-up has changed
    since ``version`` or is answered already.
    """
    with writing(database, actor, "record_follow_up", key) as write:
        if status is FollowUpStatus.DECEASED:
            hold_everyone_of(write, spell_id)
        held = hold_spell(write, spell_id)
        follow_up = _follow_up(write, spell_id, months)
        assert follow_up.id is not None
        if write.repeated:
            return _recorded(follow_up)
        check_version(follow_up.version, version, theirs=follow_up.status.label, mine=status.label)
        elsewhere = settle(
            write, held, follow_up, status, on, situation=situation, step=step, answers=answers
        )
        write.session.flush()
        write.finish(
            follow_up.id,
            Entry(
                "record_follow_up",
                insats_id=held.insats_id,
                spell_id=spell_id,
                detail=f"{months} {status.value}",
            ),
            *elsewhere,
        )
        return _recorded(follow_up)


def settle(
    write: Writing,
    held: Held,
    follow_up: FollowUp,
    status: FollowUpStatus,
    on: date,
    *,
    situation: SituationValue | None = None,
    step: StepLevel | None = None,
    answers: Mapping[int, Choices] = NO_ANSWERS,
) -> tuple[Entry, ...]:
    """Say of a held spell's follow-up what came of it, within a write.

    Answers with what is to be logged about the person's other spells; raises as
    `record_follow_up`.
    """
    spell = held.spell
    assert follow_up.id is not None
    if follow_up.status not in STANDING:
        raise Conflict(
            f"Uppföljningen är redan {follow_up.status.label}; du ville spara {status.label}. "
            "Makulera den först om den är fel."
        )
    check_day(on, write.today, field="on")
    elsewhere: list[Entry] = []
    if spell.ended_on is not None and on < spell.ended_on:
        raise RuleBroken("Uppföljningen kan inte ligga före avslutet.", field="on")
    told = situation is not None or step is not None or bool(answers)
    if status is not FollowUpStatus.DONE and told:
        raise RuleBroken(
            "Situation, steg och svar sparas bara när uppföljningen är genomförd.",
            field="status",
        )
    if status is FollowUpStatus.DONE:
        _do(write, spell, follow_up, on, situation, step)
        write.session.flush()
        add_answers(write, spell, occasion_of(follow_up.months), on, answers)
    elif status is FollowUpStatus.NOT_REACHED:
        check_follow_up_day(write, spell, follow_up.months, on, field="on")
        _check_attempted(write, follow_up.id)
        _close(write, follow_up, status, on)
    elif status is FollowUpStatus.DECLINED:
        _close(write, follow_up, status, on)
    elif status is FollowUpStatus.NO_CONTACT_CONSENT:
        close_for_want_of_consent(write, spell, on)
    elif status is FollowUpStatus.DECEASED:
        elsewhere = [
            entry
            for entry in close_all(write, spell.participant_id, Death(on, held.spell_id))
            if entry.spell_id != held.spell_id
        ]
    else:
        raise InvalidValue("Välj vad uppföljningen ledde till.", field="status")
    return tuple(elsewhere)


def _recorded(follow_up: FollowUp) -> RecordedFollowUp:
    assert follow_up.id is not None
    warnings = () if follow_up.done_on is None else late_warning(follow_up, follow_up.done_on)
    return RecordedFollowUp(follow_up.id, follow_up.status, warnings)


def _follow_up(write: Writing, spell_id: int, months: int) -> FollowUp:
    follow_up = write.session.exec(
        select(FollowUp)
        .where(FollowUp.spell_id == spell_id, FollowUp.months == months)
        .with_for_update()
    ).one_or_none()
    if follow_up is None:
        raise NotFound(f"Deltagandet har ingen uppföljning efter {months} månader.")
    return follow_up


def occasion_of(months: int) -> Occasion:
    """The occasion of the follow-up after so many months."""
    return next(occasion for occasion in FOLLOW_UPS if follow_up_months(occasion) == months)


def _do(
    write: Writing,
    spell: Spell,
    follow_up: FollowUp,
    on: date,
    situation: SituationValue | None,
    step: StepLevel | None,
) -> None:
    check_follow_up_day(write, spell, follow_up.months, on, field="on")
    if situation is None:
        raise InvalidValue(
            "En genomförd uppföljning behöver situationen: försörjning och sysselsättning.",
            field="sources",
        )
    occasion = occasion_of(follow_up.months)
    add_situation(write, spell, situation, occasion, on)
    if step is not None:
        add_step(write, spell, step, occasion, on)
    follow_up.status = FollowUpStatus.DONE
    follow_up.done_on = on
    follow_up.closed_on = None
    follow_up.version += 1
    write.session.add(follow_up)


def _check_attempted(write: Writing, follow_up_id: int) -> None:
    attempts = write.session.exec(
        select(func.count()).select_from(Attempt).where(Attempt.follow_up_id == follow_up_id)
    ).one()
    if attempts == 0:
        raise RuleBroken(
            "Registrera minst ett försök innan uppföljningen sparas som inte nådd.", field="status"
        )


def _close(write: Writing, follow_up: FollowUp, status: FollowUpStatus, on: date) -> None:
    follow_up.status = status
    follow_up.closed_on = on
    follow_up.version += 1
    write.session.add(follow_up)


def close_for_want_of_consent(write: Writing, spell: Spell, on: date) -> None:
    """Note that the spell's participant is not to be contacted, and close what still stands."""
    edit(
        write.work,
        write.actor,
        spell,
        {"consent_contact": False},
        why=CONTACT_WITHDRAWN,
        spell_id=spell.id,
    )
    standing = write.session.exec(
        select(FollowUp).where(FollowUp.spell_id == spell.id).with_for_update()
    ).all()
    for follow_up in standing:
        if follow_up.status in STANDING:
            _close(write, follow_up, FollowUpStatus.NO_CONTACT_CONSENT, on)


def record_attempt(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    months: int,
    way: str,
    on: date,
    key: str,
) -> RecordedAttempt:
    """Record one attempt to reach somebody; ``way`` is a code of `attempt_way`.

    Raises `Conflict` when the follow-up is no longer to be done.
    """
    with writing(database, actor, "record_attempt", key) as write:
        held = hold_spell(write, spell_id)
        follow_up = _follow_up(write, spell_id, months)
        assert follow_up.id is not None
        attempt_id = write.earlier
        if not write.repeated:
            if follow_up.status not in STANDING:
                raise Conflict(f"Uppföljningen är redan {follow_up.status.label}.")
            check_day(on, write.today, field="on")
            check_follow_up_day(write, held.spell, months, on, field="on")
            attempt = Attempt(
                follow_up_id=follow_up.id,
                tried_on=on,
                way=code_of(write, "attempt_way", way, field="way").key,
                recorded_at=write.now,
                recorded_by=actor.account_id,
            )
            write.session.add(attempt)
            write.session.flush()
            assert attempt.id is not None
            attempt_id = attempt.id
            write.finish(
                attempt_id,
                Entry("record_attempt", insats_id=held.insats_id, spell_id=spell_id),
            )
        if attempt_id is None:
            raise NotFound(GONE)
        attempts = write.session.exec(
            select(func.count()).select_from(Attempt).where(Attempt.follow_up_id == follow_up.id)
        ).one()
        return RecordedAttempt(attempt_id, follow_up.id, attempts)
