"""The releases of the demo: the latest two half-years whose day of release has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid5

from tracking.access.actors import Actor
from tracking.domain.periods import Calendar, Period, closed_periods
from tracking.outcomes.releases import prepare_and_publish
from tracking.services import proposed_release_days
from tracking.store.database import Database

KEYS = UUID("0d0b0f5e-6a1c-4b57-8f0e-5f7f5c1d2a90")
KEPT = 2


def make_demo_releases(
    database: Database,
    actor: Actor,
    *,
    first: date,
    today: date,
    most: int = KEPT,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[str, ...]:
    """Make the latest releases that are due on ``today``, oldest first; their periods' keys.

    ``first`` is the demo's first day: what ended before it has no data. ``most`` is how many.
    """
    due = [
        period
        for period in closed_periods(Calendar.HALF_YEAR, today, first.year)
        if period.end >= first and _release_day(period) <= today
    ]
    made = due[max(0, len(due) - most) :]
    for number, period in enumerate(made, start=1):
        prepare_and_publish(database, actor, period.key, key=str(uuid5(KEYS, period.key)))
        if progress is not None:
            progress(number, len(made))
    return tuple(period.key for period in made)


def _release_day(period: Period) -> date:
    choice = proposed_release_days(Calendar.HALF_YEAR)[0 if period.end.month == 6 else 1]
    return date(period.end.year + choice.years_after, choice.month, choice.day)
