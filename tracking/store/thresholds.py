"""The thresholds that the förbund has set, as the domain's value."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.change import DEFAULT_THRESHOLDS, Thresholds
from tracking.store.tables import ThresholdSet

_ON = (
    select(ThresholdSet)
    .where(ThresholdSet.valid_from <= bindparam("day"))
    .order_by(col(ThresholdSet.valid_from).desc())
    .limit(1)
)


def thresholds_on(session: DbSession, day: date) -> Thresholds:
    """The thresholds that apply on a day; the default ones when the förbund has set none."""
    row = session.exec(_ON, params={"day": day}).one_or_none()
    if row is None:
        return DEFAULT_THRESHOLDS
    return as_thresholds(row)


def every_version(session: DbSession) -> tuple[Thresholds, ...]:
    """Every dated version that was ever set, the latest first; coming ones too."""
    rows = session.exec(select(ThresholdSet).order_by(col(ThresholdSet.valid_from).desc()))
    return tuple(map(as_thresholds, rows)) or (DEFAULT_THRESHOLDS,)


def as_thresholds(row: ThresholdSet) -> Thresholds:
    """A stored version as the domain's value."""
    return Thresholds(
        valid_from=row.valid_from,
        source=row.source,
        ors_cutoff_adult_mm=row.ors_cutoff_adult_mm,
        ors_cutoff_young_mm=row.ors_cutoff_young_mm,
        reliable_change_mm=row.reliable_change_mm,
        alternative_reliable_change_mm=row.alternative_reliable_change_mm,
        srs_total_mm=row.srs_total_mm,
        srs_scale_mm=row.srs_scale_mm,
        srs_fall_mm=row.srs_fall_mm,
        gsrs_total_mm=row.gsrs_total_mm,
        tie_counts=row.tie_counts,
    )
