"""The sentence that answers a saved talk, from what is stored.

Made anew from the records, so that the same form sent twice is answered alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session as DbSession
from sqlmodel import and_, col, or_, select

from tracking.domain.instruments import GSRS, ORS, SRS, RatingStatus, RatingValue, Scales
from tracking.domain.periods import age_in_year
from tracking.domain.records import AttendanceStatus
from tracking.domain.signals import saved_sentence
from tracking.services._rules import Held
from tracking.store.tables import Attendance, Rating, Session
from tracking.store.thresholds import thresholds_on

# Columns instead of objects: a long spell has many ratings and the answer is waited for.
_COLUMNS: tuple[Any, ...] = (
    Rating.attendance_id,
    Rating.instrument,
    Rating.status,
    Rating.scale_1,
    Rating.scale_2,
    Rating.scale_3,
    Rating.scale_4,
    Rating.total,
    Session.held_on,
)
_UP_TO_NOW = (
    select(*_COLUMNS)
    .join(Attendance, col(Attendance.id) == col(Rating.attendance_id))
    .join(Session, col(Session.id) == col(Attendance.session_id))
    .where(
        col(Attendance.spell_id) == bindparam("spell_id"),
        col(Attendance.voided_at).is_(None),
        col(Session.voided_at).is_(None),
        col(Rating.voided_at).is_(None),
        or_(
            col(Session.held_on) < bindparam("held_on"),
            and_(
                col(Session.held_on) == bindparam("held_on"),
                col(Session.order_in_day) <= bindparam("order_in_day"),
            ),
        ),
    )
    .order_by(col(Session.held_on), col(Session.order_in_day), col(Rating.id))
)


@dataclass(frozen=True, slots=True)
class StoredTalk:
    """A participant's part in a talk, and the talk's place among the others."""

    attendance_id: int
    status: AttendanceStatus
    held_on: date
    order_in_day: int


def stored_talk(session: DbSession, attendance_id: int) -> StoredTalk:
    """The talk of an attendance that is there."""
    attendance = session.get_one(Attendance, attendance_id)
    talk = session.get_one(Session, attendance.session_id)
    return StoredTalk(attendance_id, attendance.status, talk.held_on, talk.order_in_day)


def saved_message(session: DbSession, held: Held, talk: StoredTalk) -> str:
    """What staff read when a talk is saved: how ORS stands, and what SRS says to raise."""
    if talk.status is not AttendanceStatus.PRESENT:
        return f"Samtalet är sparat som {talk.status.label}."
    rows = session.connection().execute(
        _UP_TO_NOW,
        {
            "spell_id": held.spell_id,
            "held_on": talk.held_on,
            "order_in_day": talk.order_in_day,
        },
    )
    before: dict[str, list[RatingValue]] = {ORS.key: [], SRS.key: [], GSRS.key: []}
    here: dict[str, RatingValue] = {}
    first_on: date | None = None
    for rating in rows:
        value, day = value_of(rating), rating.held_on
        if rating.instrument == ORS.key and value.total is not None:
            first_on = first_on or day
        if rating.attendance_id == talk.attendance_id:
            here[rating.instrument] = value
        elif value.total is not None:
            before[rating.instrument].append(value)
    thresholds = thresholds_on(session, talk.held_on)
    instrument = GSRS if GSRS.key in here else SRS
    return saved_sentence(
        here.get(ORS.key),
        _totals(before[ORS.key]),
        here.get(instrument.key),
        before[instrument.key][-1] if before[instrument.key] else None,
        thresholds,
        cutoff_mm=thresholds.ors_cutoff_for(
            None if first_on is None else age_in_year(held.participant.birth_year, first_on)
        ),
        instrument=instrument,
    )


def _totals(values: Sequence[RatingValue]) -> list[int]:
    return [value.total for value in values if value.total is not None]


def value_of(rating: Any) -> RatingValue:
    """A stored rating, or a row with its columns, as the domain's value."""
    scales: Scales | None = None
    if rating.status is RatingStatus.FILLED:
        scales = (rating.scale_1, rating.scale_2, rating.scale_3, rating.scale_4)
    return RatingValue(rating.status, scales, rating.total)
