"""Steps, situations and follow-ups of one spell, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.ladder import FOLLOW_UP_WINDOW_AFTER, FOLLOW_UP_WINDOW_BEFORE, StepLevel
from tracking.domain.situation import SituationValue, SupportSource
from tracking.outcomes.participant_views import (
    AttemptRow,
    FollowUpRow,
    LadderStepRow,
    SituationRow,
    StepRow,
)
from tracking.store.tables import (
    Attempt,
    FollowUp,
    LadderStep,
    Situation,
    SituationSupport,
    StepAssessment,
)


def ladder_of(session: DbSession, version_id: int | None) -> tuple[LadderStepRow, ...]:
    """The steps of a ladder version, from the lowest."""
    if version_id is None:
        return ()
    return tuple(
        LadderStepRow(step.position, step.name, step.needs, step.manages, step.activity, step.goal)
        for step in session.exec(
            select(LadderStep)
            .where(LadderStep.ladder_version_id == version_id)
            .order_by(col(LadderStep.position))
        )
    )


def steps_of(
    session: DbSession,
    spell_id: int,
    ladder: Sequence[LadderStepRow],
    titles: dict[int | None, str],
) -> tuple[StepRow, ...]:
    """Every step assessment of a spell, voided ones included, oldest first."""
    names = {step.position: step.name for step in ladder}
    rows = session.exec(
        select(StepAssessment)
        .where(StepAssessment.spell_id == spell_id)
        .order_by(col(StepAssessment.assessed_on), col(StepAssessment.id))
    )
    return tuple(
        StepRow(
            assessment_id=row.id or 0,
            version=row.version,
            assessed_on=row.assessed_on,
            level=StepLevel(row.position),
            name="Inga utsikter för arbete" if row.position is None else names[row.position],
            occasion=row.occasion,
            by=titles.get(row.recorded_by, ""),
            voided=row.voided_at is not None,
        )
        for row in rows
    )


def situations_of(session: DbSession, spell_id: int) -> tuple[SituationRow, ...]:
    """Every situation of a spell with its sources, voided ones included."""
    sources: dict[int, set[SupportSource]] = {}
    for support in session.exec(
        select(SituationSupport)
        .join(Situation, col(Situation.id) == col(SituationSupport.situation_id))
        .where(Situation.spell_id == spell_id)
    ):
        sources.setdefault(support.situation_id, set()).add(support.source)
    rows = session.exec(
        select(Situation)
        .where(Situation.spell_id == spell_id)
        .order_by(col(Situation.described_on), col(Situation.id))
    )
    return tuple(
        SituationRow(
            situation_id=row.id or 0,
            version=row.version,
            occasion=row.occasion,
            described_on=row.described_on,
            value=SituationValue(
                no_support=None if row.support_unknown else row.no_support,
                sources=frozenset(sources.get(row.id or 0, ())),
                support_unknown=row.support_unknown,
                work=row.work,
                work_percent=row.work_percent,
                work_kind=row.work_kind,
                studies=row.studies,
                studies_percent=row.studies_percent,
                seeking=row.seeking,
                registered_af=row.registered,
            ),
            voided=row.voided_at is not None,
        )
        for row in rows
    )


def follow_ups_of(
    session: DbSession,
    spell_id: int,
    words: dict[tuple[str, str], str],
    titles: dict[int | None, str],
) -> tuple[FollowUpRow, ...]:
    """A spell's follow-ups with the attempts to reach somebody."""
    attempts: dict[int, list[AttemptRow]] = {}
    for attempt in session.exec(
        select(Attempt)
        .join(FollowUp, col(FollowUp.id) == col(Attempt.follow_up_id))
        .where(FollowUp.spell_id == spell_id)
        .order_by(col(Attempt.tried_on), col(Attempt.id))
    ):
        attempts.setdefault(attempt.follow_up_id, []).append(
            AttemptRow(
                attempt.tried_on,
                words.get(("attempt_way", attempt.way), attempt.way),
                titles.get(attempt.recorded_by, ""),
            )
        )
    rows = session.exec(
        select(FollowUp).where(FollowUp.spell_id == spell_id).order_by(col(FollowUp.months))
    )
    return tuple(
        FollowUpRow(
            follow_up_id=row.id or 0,
            version=row.version,
            months=row.months,
            due_on=row.due_on,
            opens_on=row.due_on - timedelta(days=FOLLOW_UP_WINDOW_BEFORE),
            closes_on=row.due_on + timedelta(days=FOLLOW_UP_WINDOW_AFTER),
            status=row.status,
            done_on=row.done_on,
            closed_on=row.closed_on,
            attempts=tuple(attempts.get(row.id or 0, ())),
        )
        for row in rows
    )
