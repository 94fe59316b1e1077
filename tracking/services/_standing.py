"""Where a person stands: adding a step assessment or a situation to a held spell.

Both are used by the start, the end, the follow-ups and by themselves. On which days an
occasion may be assessed is decided here.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import col, select

from tracking.domain.errors import Conflict, InvalidValue, RuleBroken
from tracking.domain.ladder import (
    END_WINDOW_AFTER,
    END_WINDOW_BEFORE,
    FOLLOW_UP_WINDOW_AFTER,
    FOLLOW_UP_WINDOW_BEFORE,
    START_WINDOW_DAYS,
    StepLevel,
)
from tracking.domain.situation import FOLLOW_UPS, Occasion, SituationValue, follow_up_months
from tracking.domain.swedish import iso
from tracking.services._rules import check_day, check_within_spell
from tracking.services._writing import Writing
from tracking.services.entries import FieldErrors
from tracking.store.tables import (
    FollowUp,
    LadderStep,
    Situation,
    SituationSupport,
    Spell,
    StepAssessment,
)


def add_step(
    write: Writing, spell: Spell, level: StepLevel, occasion: Occasion, on: date
) -> StepAssessment:
    """Add a step assessment on the spell's own ladder version.

    Raises `RuleBroken` when the spell has no ladder or the day does not go with the occasion,
    `InvalidValue` when the ladder has no such step, and `Conflict` when a follow-up already
    has its assessment.
    """
    assert spell.id is not None
    if spell.ladder_version_id is None:
        raise RuleBroken("Insatsen har ingen processtrappa att bedöma steg på.", field="step")
    check_day(on, write.today, field="assessed_on")
    if occasion in FOLLOW_UPS:
        check_follow_up_day(write, spell, follow_up_months(occasion), on, field="assessed_on")
    else:
        check_step_day(spell, occasion, on)
    if level.position is not None:
        step = write.session.get(LadderStep, (spell.ladder_version_id, level.position))
        if step is None:
            raise InvalidValue("Välj ett steg på deltagandets trappa.", field="step")
    if occasion in FOLLOW_UPS:
        _refuse_second(write, spell.id, occasion)
    assessment = StepAssessment(
        spell_id=spell.id,
        ladder_version_id=spell.ladder_version_id,
        position=level.position,
        no_prospects=level.no_prospects,
        occasion=occasion,
        assessed_on=on,
        recorded_at=write.now,
        recorded_by=write.actor.account_id,
    )
    write.session.add(assessment)
    write.session.flush()
    return assessment


def _refuse_second(write: Writing, spell_id: int, occasion: Occasion) -> None:
    found = write.session.exec(
        select(col(StepAssessment.assessed_on)).where(
            StepAssessment.spell_id == spell_id,
            StepAssessment.occasion == occasion,
            col(StepAssessment.voided_at).is_(None),
        )
    ).first()
    if found is not None:
        raise Conflict(
            f"Steget {occasion.label} är redan bedömt ({iso(found)}). Makulera det först om det "
            "är fel.",
            field="step",
        )


def check_step_day(spell: Spell, occasion: Occasion, on: date) -> None:
    """Raise `RuleBroken` when the day does not go with start, during or end of the spell."""
    if occasion is Occasion.START:
        if abs((on - spell.started_on).days) > START_WINDOW_DAYS:
            raise RuleBroken(
                f"En bedömning vid start ligger högst {START_WINDOW_DAYS} dagar från starten "
                f"{iso(spell.started_on)}. Välj under insatsen för en senare dag.",
                field="assessed_on",
            )
        if spell.ended_on is not None and on > spell.ended_on:
            check_within_spell(on, spell, field="assessed_on", what="Bedömningen")
    elif occasion is Occasion.DURING:
        check_within_spell(on, spell, field="assessed_on", what="Bedömningen")
    elif occasion is Occasion.END:
        ended = _ended(spell)
        if not -END_WINDOW_BEFORE <= (on - ended).days <= END_WINDOW_AFTER:
            raise RuleBroken(
                f"En bedömning vid avslut ligger högst {END_WINDOW_AFTER} dagar från slutet "
                f"{iso(ended)}.",
                field="assessed_on",
            )
        if on < spell.started_on:
            check_within_spell(on, spell, field="assessed_on", what="Bedömningen")


def _ended(spell: Spell) -> date:
    if spell.ended_on is None:
        raise RuleBroken("Deltagandet är inte avslutat än.", field="occasion")
    return spell.ended_on


def check_follow_up_day(
    write: Writing, spell: Spell, months: int, on: date, *, field: str
) -> FollowUp:
    """The spell's follow-up, if the day is not too early for it.

    A late day passes: the follow-up was done, though it counts as unanswered in the results.
    Raises `RuleBroken`.
    """
    _ended(spell)
    follow_up = write.session.exec(
        select(FollowUp).where(FollowUp.spell_id == spell.id, FollowUp.months == months)
    ).one_or_none()
    if follow_up is None:
        raise RuleBroken(
            f"Deltagandet har ingen uppföljning efter {months} månader.", field="occasion"
        )
    check_not_early(follow_up, on, field=field)
    return follow_up


def check_not_early(follow_up: FollowUp, on: date, *, field: str) -> None:
    """Raise `RuleBroken` on a day before the follow-up can be made."""
    earliest = follow_up.due_on - timedelta(days=FOLLOW_UP_WINDOW_BEFORE)
    if on < earliest:
        raise RuleBroken(
            f"Uppföljningen efter {follow_up.months} månader kan göras tidigast {iso(earliest)}.",
            field=field,
        )


def late_warning(follow_up: FollowUp, on: date) -> tuple[str, ...]:
    """What to tell when a follow-up is done after the days in which it counts."""
    last = follow_up.due_on + timedelta(days=FOLLOW_UP_WINDOW_AFTER)
    if on <= last:
        return ()
    return (
        f"Uppföljningen görs efter {iso(last)}: den sparas men räknas som obesvarad i resultatet.",
    )


def check_situation(value: SituationValue) -> None:
    """Raise `FieldErrors` with every question that has no answer; *vet ej* is one."""
    if missing := value.unanswered:
        raise FieldErrors(missing)


def add_situation(
    write: Writing, spell: Spell, value: SituationValue, occasion: Occasion, on: date
) -> Situation:
    """Add the situation of an occasion, with its sources.

    Raises `FieldErrors` on unanswered questions, `RuleBroken` on an occasion or day that
    does not go with the spell, and `Conflict` when the occasion already has a situation.
    """
    assert spell.id is not None
    check_situation(value)
    check_day(on, write.today, field="described_on")
    if occasion is Occasion.DURING:
        raise RuleBroken("Situationen beskrivs vid start, avslut och uppföljning.")
    if occasion is not Occasion.START:
        _ended(spell)
    found = write.session.exec(
        select(col(Situation.described_on)).where(
            Situation.spell_id == spell.id,
            Situation.occasion == occasion,
            col(Situation.voided_at).is_(None),
        )
    ).first()
    if found is not None:
        raise Conflict(
            f"Situationen {occasion.label} är redan beskriven ({iso(found)}). Makulera den först "
            "om den är fel."
        )
    # As `check_situation` has seen to.
    assert value.work is not None
    assert value.studies is not None
    assert value.seeking is not None
    assert value.registered_af is not None
    situation = Situation(
        spell_id=spell.id,
        occasion=occasion,
        described_on=on,
        no_support=value.no_support is True,
        support_unknown=value.support_unknown,
        work=value.work,
        work_percent=value.work_percent,
        work_kind=value.work_kind,
        studies=value.studies,
        studies_percent=value.studies_percent,
        seeking=value.seeking,
        registered=value.registered_af,
        recorded_at=write.now,
        recorded_by=write.actor.account_id,
    )
    write.session.add(situation)
    write.session.flush()
    assert situation.id is not None
    for source in sorted(value.sources):
        write.session.add(SituationSupport(situation_id=situation.id, source=source))
    return situation
