"""Reading the records of one insats as the plain facts that the checks of data quality look at.

No code and no memory word is read here; who a finding is about is `quality_lists`'s business.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import and_, col, select

from tracking.domain.instruments import RatingStatus
from tracking.domain.quality_facts import Facts, FollowUpFact, SpellFact, StepFact, TalkFact
from tracking.domain.records import AttendanceStatus
from tracking.store.tables import (
    Attendance,
    FollowUp,
    Insats,
    LadderStep,
    Rating,
    Session,
    Spell,
    SpellSummary,
    StepAssessment,
)

_columns: Any = select
"""`select` of more columns than its types have words for."""


def read_facts(session: DbSession, insats: Insats) -> Facts:
    """Everything that is recorded and not voided in an insats, without names."""
    assert insats.id is not None
    return Facts(
        spells=[_spell(row) for row in session.execute(_spells(insats.id))],
        talks=_talks(session, insats.id),
        steps=[
            StepFact(row[0], row[1], row[2], row[3] or row[4] is not None)
            for row in session.execute(_steps(insats.id))
        ],
        follow_ups=[FollowUpFact(*row) for row in session.execute(_follow_ups(insats.id))],
        uses_ors=insats.uses_ors,
        uses_srs=insats.uses_srs,
    )


def _spell(row: Any) -> SpellFact:
    return SpellFact(
        spell_id=row.spell_id,
        participant_id=row.participant_id,
        started_on=row.started_on,
        ended_on=row.ended_on,
        outcome=row.outcome,
        end_reason=row.end_reason_key,
        has_ladder=row.ladder_version_id is not None,
        has_start_step=row.step_start is not None,
        has_end_step=row.step_end is not None,
        has_start_situation=row.start_support is not None,
        has_end_situation=row.end_support is not None,
        has_planning=row.active_planning is not None,
        last_seen_on=row.last_seen_on,
    )


def _spells(insats_id: int) -> Any:
    s = SpellSummary
    return _columns(
        s.spell_id,
        s.participant_id,
        s.started_on,
        s.ended_on,
        s.outcome,
        s.end_reason_key,
        s.ladder_version_id,
        s.step_start,
        s.step_end,
        s.start_support,
        s.end_support,
        s.active_planning,
        s.last_seen_on,
    ).where(s.insats_id == insats_id)


def _talks(session: DbSession, insats_id: int) -> list[TalkFact]:
    """Every session that a participant came to, with what became of its forms."""
    marks: dict[int, list[tuple[str, RatingStatus, int | None]]] = defaultdict(list)
    of_insats = and_(
        col(Attendance.insats_id) == insats_id,
        col(Attendance.status) == AttendanceStatus.PRESENT,
        col(Attendance.voided_at).is_(None),
        col(Session.voided_at).is_(None),
    )
    joined = _columns(Rating.attendance_id, Rating.instrument, Rating.status, Rating.total).join(
        Attendance, col(Attendance.id) == col(Rating.attendance_id)
    )
    ratings = joined.join(Session, col(Session.id) == col(Attendance.session_id)).where(
        of_insats, col(Rating.voided_at).is_(None)
    )
    for attendance_id, instrument, status, total in session.execute(ratings):
        marks[attendance_id].append((instrument, status, total))
    rows = session.execute(
        _columns(Attendance.id, Attendance.spell_id, Session.held_on, Session.kind)
        .join(Session, col(Session.id) == col(Attendance.session_id))
        .where(of_insats)
    )
    return [
        TalkFact(
            row[0],
            row[1],
            row[2],
            row[3],
            handed_in=frozenset(
                name for name, status, _ in marks[row[0]] if status is not RatingStatus.NOT_FILLED
            ),
            scored=frozenset(name for name, _, total in marks[row[0]] if total is not None),
            marked=frozenset(name for name, _, _ in marks[row[0]]),
        )
        for row in rows
    ]


def _steps(insats_id: int) -> Any:
    a = StepAssessment
    return (
        _columns(a.spell_id, a.assessed_on, a.occasion, a.no_prospects, LadderStep.position)
        .join(Spell, col(Spell.id) == col(a.spell_id))
        .join(
            LadderStep,
            and_(
                col(LadderStep.ladder_version_id) == col(Spell.ladder_version_id),
                col(LadderStep.position) == col(a.position),
            ),
            isouter=True,
        )
        .where(Spell.insats_id == insats_id, col(a.voided_at).is_(None))
    )


def _follow_ups(insats_id: int) -> Any:
    f = FollowUp
    return (
        _columns(f.spell_id, f.months, f.due_on, f.status, f.done_on)
        .join(Spell, col(Spell.id) == col(f.spell_id))
        .where(Spell.insats_id == insats_id)
    )
