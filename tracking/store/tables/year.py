"""The dates of a förbund's year that somebody has set: meetings, and standing days moved."""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from tracking.domain.year_wheel import EventKind
from tracking.store.tables.base import (
    STRICT,
    Base,
    Voidable,
    date,
    datetime,
    day,
    instant,
    key,
    refers,
    string,
    unique_while,
    void_whole,
    words,
)


class YearEvent(Voidable, Base, table=True):
    """One date of the årshjul. ``standing`` names the standing day that it takes the place of
    in ``year``; None for a date of its own.
    """

    __tablename__ = "year_event"
    __table_args__ = (
        void_whole(),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        CheckConstraint("length(title) BETWEEN 1 AND 120", name="title_length"),
        unique_while(
            "uq_year_event_standing",
            ("standing", "year"),
            "standing IS NOT NULL AND voided_at IS NULL",
        ),
        STRICT,
    )

    id: int | None = key()
    kind: EventKind = words(EventKind)
    title: str = string()
    on_day: date = day(index=True)
    year: int
    standing: str | None = string(default=None)
    created_at: datetime = instant()
    created_by: int = refers("account.id", index=False)
    version: int = 1
