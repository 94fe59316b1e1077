"""Named assumptions for återbetalningstid, version by version. No results are kept here."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint

from tracking.domain.targets import Population
from tracking.store.tables.base import STRICT, Base, datetime, instant, key, refers, string, words


class PaybackCalculation(Base, table=True):
    """One version of a calculation's assumptions, saved with a name. A version never changes.

    Money in whole kronor; ``cost_kr`` None means the year's utfall. ``discount_hundredths`` is
    hundredths of a per cent a year, 0 for none. ``deadweight_percent`` is the part of the change
    that would have come anyway, set by hand.
    """

    __tablename__ = "payback_calculation"
    __table_args__ = (
        UniqueConstraint("insats_id", "name", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("support_month_kr BETWEEN 0 AND 1000000", name="support_range"),
        CheckConstraint("production_month_kr BETWEEN 0 AND 1000000", name="production_range"),
        CheckConstraint("cost_kr >= 0", name="cost_not_negative"),
        CheckConstraint("discount_hundredths BETWEEN 0 AND 2000", name="discount_range"),
        CheckConstraint("deadweight_percent BETWEEN 0 AND 100", name="deadweight_range"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    name: str = string()
    number: int = 1
    population: Population = words(Population)
    support_month_kr: int
    production_month_kr: int
    cost_kr: int | None = None
    discount_hundredths: int = 0
    deadweight_percent: int = 0
    saved_at: datetime = instant()
    saved_by: int = refers("account.id", index=False)
