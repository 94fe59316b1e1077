"""How whole the data are: what is missing, of how many, and where it is mended.

The strip above an insats's figures. What stands here and on the page of data quality is the same
number by the same rule (`tracking.domain.quality_checks`), read from the summary.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.endings import END_REASONS
from tracking.domain.periods import Period
from tracking.domain.records import FollowUpStatus
from tracking.domain.swedish import count_and_share
from tracking.outcomes.cohorts import Cohort, SpellRow, follow_up_of
from tracking.outcomes.ratings import measured
from tracking.outcomes.selection import EVERYBODY, Selection
from tracking.outcomes.shapes import DataQuality, QualityItem
from tracking.outcomes.steps import FOLLOW_UP_MONTHS
from tracking.store.types import IsoDate

TO_DO = "att_gora"
_TALKS = text(
    "SELECT m.gender, m.birth_year, m.started_on, count(*), sum(CASE WHEN EXISTS"
    " (SELECT 1 FROM rating r WHERE r.attendance_id = a.id AND r.instrument = 'ORS'"
    " AND r.voided_at IS NULL AND r.status <> 'not_filled') THEN 0 ELSE 1 END)"
    " FROM session s JOIN attendance a ON a.session_id = s.id"
    " JOIN spell_summary m ON m.spell_id = a.spell_id"
    " WHERE s.insats_id = :insats_id AND s.held_on BETWEEN :first AND :last"
    " AND s.kind = 'individual' AND s.voided_at IS NULL AND a.voided_at IS NULL"
    " AND a.status = 'present' AND (m.outcome IS NULL OR m.outcome <> 'misregistered')"
    " GROUP BY m.gender, m.birth_year, m.started_on"
).bindparams(bindparam("first", type_=IsoDate()), bindparam("last", type_=IsoDate()))


def read_ors_coverage(
    session: DbSession, insats_id: int, period: Period, *, only: Selection = EVERYBODY
) -> tuple[int, int]:
    """Individual talks of a period where no ORS form was handed in, and all of them.

    A form that was filled incompletely was handed in.
    """
    bound = {"insats_id": insats_id, "first": period.start, "last": period.end}
    kept = [
        (int(talks), int(without))
        for gender, birth_year, started_on, talks, without in session.execute(_TALKS, bound)
        if only.keeps(gender, birth_year, str(started_on))
    ]
    return sum(without for _, without in kept), sum(talks for talks, _ in kept)


def data_quality(
    cohort: Cohort,
    *,
    today: date,
    uses_ors: bool,
    has_ladder: bool,
    ors_coverage: tuple[int, int],
) -> DataQuality:
    """What the period's spells lack, of what their insats asks for: one without ORS or without
    a processtrappa is not told that all of it is missing. ``ors_coverage`` is that of
    `read_ors_coverage`.
    """
    started = cohort.started
    ended = [row for row in cohort.ended if not _stops(row)]
    stepped_start, stepped_end = (
        [row for row in rows if row.ladder_version_id is not None] for rows in (started, ended)
    )
    waiting, due = _late(cohort, today)
    without, talks = ors_coverage
    asked = {"step_start": has_ladder, "step_end": has_ladder}
    asked |= {"ors_pair": uses_ors, "talks_without_ors": uses_ors}
    every = (
        QualityItem(
            "start_details",
            "Startade där startuppgifter saknas",
            sum(row.start_details_missing > 0 for row in started),
            len(started),
            TO_DO,
        ),
        QualityItem(
            "step_start",
            "Startade utan stegbedömning vid start",
            sum(row.step_start is None for row in stepped_start),
            len(stepped_start),
            TO_DO,
        ),
        QualityItem(
            "step_end",
            "Avslutade utan stegbedömning vid avslut",
            sum(row.step_end is None for row in stepped_end),
            len(stepped_end),
            TO_DO,
        ),
        QualityItem(
            "situation_end",
            "Avslutade utan situation vid avslut",
            sum(row.end_support is None for row in ended),
            len(ended),
            TO_DO,
        ),
        QualityItem(
            "ors_pair",
            "Avslutade utan två ORS",
            len(cohort.ended) - len(measured(cohort)),
            len(cohort.ended),
        ),
        QualityItem(
            "talks_without_ors",
            "Periodens enskilda samtal utan ORS-blankett",
            without,
            talks,
        ),
        QualityItem("follow_ups", "Försenade uppföljningar", waiting, due, "uppfoljningar"),
    )
    items = tuple(item for item in every if asked.get(item.key, True))
    lacking = [item for item in items if item.lacking]
    if not lacking:
        return DataQuality(items, "Inga uppgifter saknas i perioden.")
    worst = max(lacking, key=lambda item: item.lacking / item.base)
    said = count_and_share(worst.lacking, worst.base)
    return DataQuality(items, f"Mest saknas här: {worst.label.lower()}, {said}.")


def _stops(row: SpellRow) -> bool:
    """Whether nothing more is asked of somebody, who has died."""
    known = END_REASONS.get(row.end_reason_key or "")
    return known is not None and known.stops_follow_up


def _late(cohort: Cohort, today: date) -> tuple[int, int]:
    """Follow-ups that fell due in the period and are not done, and all that fell due."""
    first, last = cohort.period.start.isoformat(), cohort.due_by.isoformat()
    found = [follow_up_of(row, months) for months in FOLLOW_UP_MONTHS for row in cohort.rows]
    due = [
        value
        for value in found
        if value.due_on is not None
        and first <= value.due_on <= last
        and value.status != FollowUpStatus.DECEASED
    ]
    late = [v for v in due if v.status == FollowUpStatus.DUE and str(v.due_on) < today.isoformat()]
    return len(late), len(due)
