"""How whole the data are: what is missing, of how many, and where it is mended."""

from __future__ import annotations

from tracking.domain.records import FollowUpStatus
from tracking.domain.swedish import count_and_share
from tracking.outcomes.cohorts import Cohort, follow_up_of
from tracking.outcomes.ratings import measured
from tracking.outcomes.shapes import DataQuality, QualityItem
from tracking.outcomes.steps import FOLLOW_UP_MONTHS

TO_DO = "att_gora"


def data_quality(cohort: Cohort, *, uses_ors: bool, has_ladder: bool) -> DataQuality:
    """What the period's spells lack, of what their insats asks for: one without ORS or without
    a processtrappa is not told that all of it is missing.
    """
    started, ended = cohort.started, cohort.ended
    due = [follow_up_of(row, months) for months in FOLLOW_UP_MONTHS for row in cohort.due(months)]
    waiting = sum(value.status == FollowUpStatus.DUE for value in due)
    talks = sum(row.talks_n for row in cohort.active)
    without = sum(row.talks_without_ors_n for row in cohort.active)
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
            sum(row.step_start is None for row in started),
            len(started),
            TO_DO,
        ),
        QualityItem(
            "step_end",
            "Avslutade utan stegbedömning vid avslut",
            sum(row.step_end is None for row in ended),
            len(ended),
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
            len(ended) - len(measured(ended)),
            len(ended),
        ),
        QualityItem(
            "talks_without_ors",
            "Enskilda samtal utan ORS, sedan deltagandets start",
            without,
            talks,
        ),
        QualityItem(
            "follow_ups", "Uppföljningar som skulle ha gjorts", waiting, len(due), "uppfoljningar"
        ),
    )
    items = tuple(item for item in every if asked.get(item.key, True))
    lacking = [item for item in items if item.lacking]
    if not lacking:
        return DataQuality(items, "Inga uppgifter saknas i perioden.")
    worst = max(lacking, key=lambda item: item.lacking / item.base)
    said = count_and_share(worst.lacking, worst.base)
    return DataQuality(items, f"Mest saknas här: {worst.label.lower()}, {said}.")
