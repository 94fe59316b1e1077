"""Reviews of the access log: that they happened, and by which rule rows stood out.

Rows are only added (triggers refuse the rest). No word about a person or a member of staff: the
revisor reads this table.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from tracking.domain.log_review import ReviewOutcome
from tracking.store.tables.base import (
    NEVER_REUSED,
    Base,
    date,
    datetime,
    day,
    instant,
    key,
    refers,
    string,
    words,
)


class LogReview(Base, table=True):
    """A granskare has gone through an insats's rows of a period.

    ``head_id`` and ``head_hash`` are the newest link of the log when it was read: everything up
    to it is what was reviewed, and a chain that lacks it has been cut off or made anew.
    """

    __tablename__ = "log_review"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period_in_order"),
        CheckConstraint("rows_n >= 0", name="rows_counted"),
        CheckConstraint("length(head_hash) = 64", name="head_is_digest"),
        NEVER_REUSED,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    starts_on: date = day()
    ends_on: date = day()
    rows_n: int
    head_id: int
    head_hash: str = string()
    outcome: ReviewOutcome = words(ReviewOutcome)
    reviewed_at: datetime = instant()
    reviewed_by: int = refers("account.id", index=False)


class LogReviewRule(Base, table=True):
    """What stands out in an insats's log from a moment on; the newest row holds."""

    __tablename__ = "log_review_rule"
    __table_args__ = (
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 24", name="hours_in_order"),
        CheckConstraint("many BETWEEN 2 AND 500", name="many_range"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_range"),
        NEVER_REUSED,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    opens: int
    closes: int
    many: int
    minutes: int
    set_at: datetime = instant()
    set_by: int = refers("account.id", index=False)
