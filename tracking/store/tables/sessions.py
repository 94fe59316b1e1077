"""Sessions (talks and group meetings), who came, and what they rated.

One shape for a talk and a group: session → attendance → rating. A rating is whole in one
of four ways and the database holds it so.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from tracking.domain.instruments import RatingStatus
from tracking.domain.records import AttendanceStatus, SessionKind
from tracking.store.tables.base import (
    STRICT,
    Base,
    Voidable,
    date,
    datetime,
    day,
    instant,
    key,
    millimetres,
    refers,
    string,
    unique_while,
    void_whole,
    words,
)

_NO_SCALES = "scale_1 IS NULL AND scale_2 IS NULL AND scale_3 IS NULL AND scale_4 IS NULL"
_ALL_SCALES = (
    "scale_1 IS NOT NULL AND scale_2 IS NOT NULL AND scale_3 IS NOT NULL AND scale_4 IS NOT NULL"
)
RATING_WHOLE = (
    f"(status = 'filled' AND {_ALL_SCALES} AND total IS NOT NULL"
    " AND total = scale_1 + scale_2 + scale_3 + scale_4)"
    f" OR (status = 'total_only' AND {_NO_SCALES} AND total IS NOT NULL)"
    f" OR (status IN ('incomplete', 'not_filled') AND {_NO_SCALES} AND total IS NULL)"
)
"""A rating is four scales with their sum, or a total alone, or a fact without numbers."""


class Session(Voidable, Base, table=True):
    """One talk or one group meeting of an insats."""

    __tablename__ = "session"
    __table_args__ = (
        void_whole(),
        UniqueConstraint("id", "insats_id"),
        CheckConstraint("order_in_day >= 1", name="order_from_one"),
        Index("ix_session_insats_day", "insats_id", "held_on"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id", index=False)
    held_on: date = day()
    order_in_day: int = 1
    kind: SessionKind = words(SessionKind)
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1


class Attendance(Voidable, Base, table=True):
    """One participant's part in one session of the same insats."""

    __tablename__ = "attendance"
    __table_args__ = (
        void_whole(),
        ForeignKeyConstraint(["session_id", "insats_id"], ["session.id", "session.insats_id"]),
        ForeignKeyConstraint(
            ["spell_id", "insats_id"], ["spell.id", "spell.insats_id"], ondelete="CASCADE"
        ),
        unique_while("uq_attendance_once", ["session_id", "spell_id"], "voided_at IS NULL"),
        Index("ix_attendance_spell", "spell_id", "session_id"),
        Index("ix_attendance_session", "session_id"),
        STRICT,
    )

    id: int | None = key()
    session_id: int
    spell_id: int
    insats_id: int
    status: AttendanceStatus = words(AttendanceStatus)
    version: int = 1


class Rating(Voidable, Base, table=True):
    """One instrument at one session, in whole millimetres."""

    __tablename__ = "rating"
    __table_args__ = (
        void_whole(),
        CheckConstraint("instrument IN ('ORS', 'SRS', 'GSRS')", name="instrument_known"),
        CheckConstraint(RATING_WHOLE, name="rating_whole"),
        unique_while("uq_rating_once", ["attendance_id", "instrument"], "voided_at IS NULL"),
        STRICT,
    )

    id: int | None = key()
    attendance_id: int = refers("attendance.id", on_delete="CASCADE")
    instrument: str = string()
    status: RatingStatus = words(RatingStatus)
    scale_1: int | None = millimetres(100, default=None)
    scale_2: int | None = millimetres(100, default=None)
    scale_3: int | None = millimetres(100, default=None)
    scale_4: int | None = millimetres(100, default=None)
    total: int | None = millimetres(400, default=None)
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1
