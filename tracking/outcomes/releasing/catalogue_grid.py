"""The periods that a release counts: its own, and those that any release before it spoke of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from tracking.domain.disclosure import ProtectedTables
from tracking.domain.ladder import follow_up_due
from tracking.domain.periods import (
    Calendar,
    Period,
    add_months,
    latest_12_months,
    parse_period_key,
    smallest_periods,
    year,
)
from tracking.domain.situation import Occasion
from tracking.outcomes.releasing.catalogue_heads import FAMILIES, HeadCount


@dataclass(frozen=True)
class Grid:
    """The periods of a release and all before it: smallest ones in order, and longer ones."""

    now: Period
    window: Period
    smallest: tuple[Period, ...]
    years: tuple[Period, ...]
    windows: tuple[Period, ...]

    def starts(self, head: HeadCount) -> tuple[date, ...]:
        """The first day of each smallest period, and the day after the last one, for the days
        that a head's spells are counted by (`HeadCount.day`)."""
        return self._starts[head.months]

    @cached_property
    def _starts(self) -> dict[int | None, tuple[date, ...]]:
        days = (*(short.start for short in self.smallest), self.now.end + timedelta(days=1))
        return {
            head.months: tuple(_first_due(day, head.months) for day in days) for head in FAMILIES
        }

    @property
    def closes_year(self) -> bool:
        """Say whether the release's period ends a calendar year."""
        return self.window == year(self.now.end.year)

    def inside(self, longer: Period) -> list[int]:
        """The places of the smallest periods in a longer one."""
        return [
            n
            for n, short in enumerate(self.smallest)
            if longer.start <= short.start and short.end <= longer.end
        ]


def _first_due(day: date, months: int | None) -> date:
    """The first day of an end whose follow-up falls due on ``day`` or later."""
    if months is None:
        return day
    first = add_months(day, -months) - timedelta(days=3)  # months differ by 3
    while follow_up_due(first, Occasion(f"m{months}")) < day:
        first += timedelta(days=1)
    return first


def grid_of(calendar: Calendar, now: Period, published: Sequence[ProtectedTables]) -> Grid:
    """Return the periods that a release of ``now`` has to know."""
    window = latest_12_months(now.end)
    said = {parse_period_key(key.period) for release in published for key in release.cells}
    longer = {period for period in said if period.months == 12}
    first = min([window.start, *(period.start for period in said)])
    smallest = [
        period
        for y in range(first.year, now.end.year + 1)
        for period in smallest_periods(calendar, y)
        if first <= period.start and period.end <= now.end
    ]
    years = {period for period in longer if period == year(period.end.year)}
    windows = longer - years
    if window == year(now.end.year):
        years.add(window)
    else:
        windows.add(window)
    return Grid(now, window, tuple(smallest), tuple(sorted(years)), tuple(sorted(windows)))
