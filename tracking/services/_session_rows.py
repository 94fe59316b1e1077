"""The rows of a session as they are stored: the session itself, who came, what they rated.

Recording by hand and imports add them here, as rows and not as objects: for one talk the mapper's
bookkeeping cost several times what the database did. What may be added is the callers' to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Insert, bindparam, func, insert, select
from sqlmodel import col

from tracking.domain.instruments import RatingValue
from tracking.domain.records import AttendanceStatus, SessionKind
from tracking.services._writing import Writing
from tracking.store.tables import Attendance, Rating, Session
from tracking.store.tables.base import Base

_LAST_IN_DAY = (
    select(func.max(col(Session.order_in_day)))
    .join(Attendance, col(Attendance.session_id) == col(Session.id))
    .where(
        col(Attendance.spell_id).in_(bindparam("spell_ids", expanding=True)),
        col(Session.held_on) == bindparam("held_on"),
        col(Session.id) != bindparam("but"),
    )
)
_NO_SESSION = 0


def next_order(
    write: Writing, held_on: date, spell_ids: Sequence[int], *, but: int = _NO_SESSION
) -> int:
    """The place of one more session in the day of these spells (session ``but`` left out)."""
    write.session.flush()
    found = write.session.connection().execute(
        _LAST_IN_DAY, {"spell_ids": tuple(spell_ids), "held_on": held_on, "but": but}
    )
    return (found.scalar_one() or 0) + 1


def session_row(
    write: Writing, insats_id: int, held_on: date, order_in_day: int, kind: SessionKind
) -> dict[str, Any]:
    """A session that this write records."""
    return {
        "insats_id": insats_id,
        "held_on": held_on,
        "order_in_day": order_in_day,
        "kind": kind,
        "recorded_at": write.now,
        "recorded_by": write.actor.account_id,
        "version": 1,
    }


def attendance_row(
    session_id: int, spell_id: int, insats_id: int, status: AttendanceStatus
) -> dict[str, Any]:
    """A participant's part in a session."""
    return {
        "session_id": session_id,
        "spell_id": spell_id,
        "insats_id": insats_id,
        "status": status,
        "version": 1,
    }


def rating_rows(
    write: Writing, attendance_id: int, ratings: Mapping[str, RatingValue]
) -> Iterable[dict[str, Any]]:
    """What somebody rated, by instrument."""
    for instrument, value in ratings.items():
        one, two, three, four = value.scales or (None, None, None, None)
        yield {
            "attendance_id": attendance_id,
            "instrument": instrument,
            "status": value.status,
            "scale_1": one,
            "scale_2": two,
            "scale_3": three,
            "scale_4": four,
            "total": value.total,
            "recorded_at": write.now,
            "recorded_by": write.actor.account_id,
            "version": 1,
        }


def add(write: Writing, made: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Add whole rows of one table."""
    if rows:
        write.session.connection().execute(_into(made), rows)


def add_numbered(
    write: Writing, made: type[Session] | type[Attendance] | type[Rating], rows: Sequence[Any]
) -> list[int]:
    """Add whole rows and give the numbers that the database gave them, in their order."""
    if not rows:
        return []
    # One row goes as itself: a bundle of one would be prepared as a bundle.
    given = rows if len(rows) > 1 else rows[0]
    return list(write.session.connection().execute(_into_numbered(made), given).scalars())


@cache
def _into(made: type[Base]) -> Insert:
    """An insert of whole rows: the mapper would part a bundle wherever another column is empty."""
    return insert(made.__table__)  # type: ignore[attr-defined]


@cache
def _into_numbered(made: type[Session] | type[Attendance] | type[Rating]) -> Any:
    return _into(made).returning(col(made.id), sort_by_parameter_order=True)
