"""Assessing steps, describing situations, and ending a spell. Follow-ups have their own module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.endings import END_REASONS, Outcome, check_outcome
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from tracking.domain.ladder import StepLevel
from tracking.domain.periods import add_months
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import (
    FOLLOW_UPS,
    Occasion,
    SituationValue,
    YesNoUnknown,
    follow_up_months,
)
from tracking.domain.swedish import iso
from tracking.services._answers import NO_ANSWERS, Choices, add_answers
from tracking.services._deaths import Death, close_all, hold_everyone_of, recorded_death
from tracking.services._rules import (
    GONE,
    check_day,
    check_reason,
    check_within_insats,
    code_of,
    hold_spell,
)
from tracking.services._standing import add_situation, add_step
from tracking.services._writing import Writing, check_version, edit, writing
from tracking.store.database import Database
from tracking.store.tables import (
    Attendance,
    Code,
    FollowUp,
    Insats,
    Session,
    Spell,
    StepAssessment,
)

MISREGISTERED_REASON = "misregistered"


@dataclass(frozen=True)
class AssessedStep:
    """The step assessment that was recorded."""

    assessment_id: int


@dataclass(frozen=True)
class RecordedSituation:
    """The situation that was recorded."""

    situation_id: int


@dataclass(frozen=True)
class EndedSpell:
    """The spell that was ended, what it counts as, and the months that it will be followed up."""

    spell_id: int
    outcome: Outcome
    follow_up_months: tuple[int, ...]


@dataclass(frozen=True)
class CompletedEnd:
    """The spell whose end was completed, with its new version."""

    spell_id: int
    version: int


def assess_step(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    level: StepLevel,
    assessed_on: date,
    occasion: Occasion = Occasion.DURING,
    key: str,
) -> AssessedStep:
    """Record where a participant stands on the spell's ladder, on a day that fits the occasion.

    Raises `RuleBroken` or `InvalidValue` with the field; see `_standing.add_step`.
    """
    with writing(database, actor, "assess_step", key) as write:
        held = hold_spell(write, spell_id)
        if write.repeated:
            return AssessedStep(_there(write))
        if occasion in FOLLOW_UPS:
            _check_answered(write, spell_id, follow_up_months(occasion))
        assessment = add_step(write, held.spell, level, occasion, assessed_on)
        assert assessment.id is not None
        write.finish(
            assessment.id, Entry("assess_step", insats_id=held.insats_id, spell_id=spell_id)
        )
        return AssessedStep(assessment.id)


def _check_answered(write: Writing, spell_id: int, months: int) -> None:
    """A step of somebody who was never reached would count among the answered."""
    status = write.session.exec(
        select(FollowUp.status).where(FollowUp.spell_id == spell_id, FollowUp.months == months)
    ).one_or_none()
    if status is not None and status is not FollowUpStatus.DONE:
        raise RuleBroken(
            f"Steget efter {months} månader sparas när uppföljningen är genomförd. Gör den först "
            "under Uppföljningar.",
            field="occasion",
        )


def record_situation(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    occasion: Occasion,
    value: SituationValue,
    described_on: date,
    key: str,
) -> RecordedSituation:
    """Describe försörjning and sysselsättning at the start or the end of a spell.

    The situation of a follow-up comes with `record_follow_up`. Raises `Conflict` when the
    occasion already has one, which is voided first when it is wrong.
    """
    with writing(database, actor, "record_situation", key) as write:
        held = hold_spell(write, spell_id)
        if write.repeated:
            return RecordedSituation(_there(write))
        if occasion not in (Occasion.START, Occasion.END):
            raise RuleBroken("Situationen vid en uppföljning sparas med uppföljningen.")
        situation = add_situation(write, held.spell, value, occasion, described_on)
        assert situation.id is not None
        write.finish(
            situation.id, Entry("record_situation", insats_id=held.insats_id, spell_id=spell_id)
        )
        return RecordedSituation(situation.id)


def _there(write: Writing) -> int:
    if write.earlier is None:
        raise NotFound(GONE)
    return write.earlier


def proposed_outcome(reason: Code) -> Outcome:
    """What an avslutsanledning proposes; what is counted apart stands in neither base."""
    if reason.proposes in (Outcome.COMPLETED.value, Outcome.INTERRUPTED.value):
        return Outcome(reason.proposes)
    return Outcome.OUTSIDE


def stops_follow_up(reason: Code) -> bool:
    """Whether nobody is to be followed up after this avslutsanledning (death)."""
    known = END_REASONS.get(reason.key)
    return known is not None and known.stops_follow_up


def end_spell(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    on: date,
    reason: str,
    outcome: Outcome | None = None,
    outcome_reason: str | None = None,
    active_planning: YesNoUnknown | None = None,
    situation: SituationValue | None = None,
    step: StepLevel | None = None,
    answers: Mapping[int, Choices] = NO_ANSWERS,
    version: int,
    key: str,
) -> EndedSpell:
    """End a spell with its avslutsanledning, and plan the follow-ups.

    ``outcome`` None takes what the reason proposes; another needs ``outcome_reason``, a code.
    Situation and step left out come on the to-do list. *Avliden* closes the follow-ups of all
    the person's spells, and a spell of somebody known to be dead plans none to be done.
    Raises `RuleBroken` on a day before the start or before something that is recorded already,
    and `Conflict` when the spell has ended or changed since ``version``.
    """
    with writing(database, actor, "end_spell", key) as write:
        hold_everyone_of(write, spell_id)
        held = hold_spell(write, spell_id)
        spell = held.spell
        if write.repeated:
            return _ended(write, spell)
        if spell.ended_on is not None:
            raise Conflict(
                f"Deltagandet är redan avslutat {iso(spell.ended_on)}; du ville avsluta det "
                f"{iso(on)}. Inget sparades."
            )
        check_version(spell.version, version, theirs="pågår", mine=f"avslutat {iso(on)}")
        check_day(on, write.today, field="on")
        if on < spell.started_on:
            raise RuleBroken(
                f"Slutet kan inte ligga före starten {iso(spell.started_on)}.", field="on"
            )
        check_within_insats(on, held.insats, field="on", what="Slutet")
        _check_nothing_later(write, spell_id, on)
        code = code_of(write, "end_reason", reason, field="reason")
        if code.key == MISREGISTERED_REASON:
            raise RuleBroken("En felregistrering avslutas för sig.", field="reason")
        proposed = proposed_outcome(code)
        chosen = outcome or proposed
        check_outcome(proposed, chosen, outcome_reason)
        spell.ended_on = on
        spell.outcome = chosen
        spell.end_reason_id = code.id
        spell.outcome_reason = (
            check_reason(write, "outcome_reason", outcome_reason or "", field="outcome_reason")
            if chosen is not proposed
            else None
        )
        spell.active_planning = active_planning
        spell.version += 1
        write.session.add(spell)
        write.session.flush()
        if situation is not None:
            add_situation(write, spell, situation, Occasion.END, on)
        if step is not None:
            add_step(write, spell, step, Occasion.END, on)
        add_answers(write, spell, Occasion.END, on, answers)
        elsewhere = plan_after_end(write, spell, held.insats, code)
        write.finish(
            spell_id,
            Entry("end_spell", insats_id=held.insats_id, spell_id=spell_id),
            *elsewhere,
        )
        return _ended(write, spell)


def complete_end(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    active_planning: YesNoUnknown,
    why: str | None = None,
    version: int,
    key: str,
) -> CompletedEnd:
    """Answer afterwards whether the participant left with a clear plan.

    Replacing an answer is a correction and needs ``why``, a code of `correction_reason`. Raises
    `RuleBroken` while the spell is ongoing and `Conflict` when it has changed since ``version``.
    """
    with writing(database, actor, "complete_end", key) as write:
        held = hold_spell(write, spell_id)
        spell = held.spell
        if write.repeated:
            return CompletedEnd(spell_id, spell.version)
        if spell.ended_on is None:
            raise RuleBroken("Deltagandet är inte avslutat än.", field="active_planning")
        kept = spell.active_planning
        theirs = "inget" if kept is None else kept.label
        check_version(spell.version, version, theirs=theirs, mine=active_planning.label)
        if kept is active_planning:
            raise InvalidValue("Svaret är detsamma som förut.", field="active_planning")
        if kept is not None:
            why = check_reason(write, "correction_reason", why or "")
        values = {"active_planning": active_planning}
        edit(write.work, actor, spell, values, why=why or "completed", spell_id=spell_id)
        write.finish(spell_id, Entry("complete_end", insats_id=held.insats_id, spell_id=spell_id))
        return CompletedEnd(spell_id, spell.version)


def _ended(write: Writing, spell: Spell) -> EndedSpell:
    assert spell.id is not None
    if spell.outcome is None:
        raise NotFound(GONE)
    months = write.session.exec(
        select(FollowUp.months)
        .where(FollowUp.spell_id == spell.id, FollowUp.status != FollowUpStatus.NO_CONTACT_CONSENT)
        .order_by(col(FollowUp.months))
    ).all()
    return EndedSpell(spell.id, spell.outcome, tuple(months))


def _check_nothing_later(write: Writing, spell_id: int, on: date) -> None:
    last_session = write.session.exec(
        select(func.max(Session.held_on))
        .join(Attendance, col(Attendance.session_id) == col(Session.id))
        .where(
            Attendance.spell_id == spell_id,
            col(Attendance.voided_at).is_(None),
            col(Session.voided_at).is_(None),
        )
    ).one()
    if last_session is not None and last_session > on:
        raise RuleBroken(
            f"Det finns ett samtal eller en träff {iso(last_session)}, efter slutet {iso(on)}. "
            "Ändra slutdatumet, eller makulera det som är fel.",
            field="on",
        )
    last_step = write.session.exec(
        select(func.max(StepAssessment.assessed_on)).where(
            StepAssessment.spell_id == spell_id, col(StepAssessment.voided_at).is_(None)
        )
    ).one()
    if last_step is not None and last_step > on:
        raise RuleBroken(
            f"Det finns en stegbedömning {iso(last_step)}, efter slutet {iso(on)}. "
            "Ändra slutdatumet, eller makulera det som är fel.",
            field="on",
        )


def plan_after_end(write: Writing, spell: Spell, insats: Insats, reason: Code) -> tuple[Entry, ...]:
    """Plan the follow-ups of a spell that has just ended; a death closes all the person's.

    Answers with what is to be logged about the person's other spells.
    """
    assert spell.ended_on is not None
    assert spell.id is not None
    if stops_follow_up(reason):
        return close_all(write, spell.participant_id, Death(spell.ended_on, spell.id))
    died = recorded_death(write, spell.participant_id)
    _plan_follow_ups(write, spell, insats, spell.ended_on)
    if died is None:
        return ()
    on = max(died.on, spell.ended_on)
    return close_all(write, spell.participant_id, Death(on, died.spell_id))


def _plan_follow_ups(write: Writing, spell: Spell, insats: Insats, on: date) -> None:
    assert spell.id is not None
    for months in (6, 12, 18) if insats.follow_up_12 else (6, 18):
        write.session.add(
            FollowUp(
                spell_id=spell.id,
                months=months,
                due_on=add_months(on, months),
                status=FollowUpStatus.DUE
                if spell.consent_contact
                else FollowUpStatus.NO_CONTACT_CONSENT,
                closed_on=None if spell.consent_contact else on,
            )
        )
    write.session.flush()
