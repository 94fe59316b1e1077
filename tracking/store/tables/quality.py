"""What an insatsansvarig has asked the staff to mend: a check and a period, never a person."""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from tracking.domain.quality import Check
from tracking.store.tables.base import (
    STRICT,
    Base,
    datetime,
    instant,
    key,
    refers,
    string,
    unique_while,
    words,
)


class MendRequest(Base, table=True):
    """A request to mend what a check finds in a period; it stands until it is taken back.

    ``lacking`` is how many there were when it was sent. When nothing lacks any more it is simply
    not shown.
    """

    __tablename__ = "mend_request"
    __table_args__ = (
        CheckConstraint("lacking > 0", name="something_lacking"),
        unique_while(
            "uq_mend_request_open",
            ["insats_id", "item", "period_key"],
            "taken_back_at IS NULL",
        ),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    item: Check = words(Check)
    period_key: str = string()
    lacking: int
    sent_at: datetime = instant()
    sent_by: int = refers("account.id", index=False)
    taken_back_at: datetime | None = instant(default=None)
