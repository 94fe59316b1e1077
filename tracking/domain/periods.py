"""Periods of follow-up: half-years, tertials, years, twelve months, free dates, and ages.

A förbund chooses one calendar (half-years or tertials); everything that leaves the insats
zone lies on its grid. Which releases exist for a period is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from tracking.domain.errors import InvalidValue

MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
MONTHS_SHORT = tuple(m if len(m) <= 4 else m[:3] for m in MONTHS)
FIRST_YEAR, LAST_YEAR = 1990, 2100

# Domain: the groups of ages that every table uses.
AGE_GROUPS = ((16, 18), (19, 24), (25, 29), (30, 44), (45, 64))
AGE_UNDER = "under 16"
AGE_OVER = "över 64"
AGE_GROUP_LABELS = (AGE_UNDER, *(f"{a}–{b}" for a, b in AGE_GROUPS), AGE_OVER)


class Calendar(StrEnum):
    """The smallest period in which anything leaves the insats zone."""

    HALF_YEAR = "half_year"
    TERTIAL = "tertial"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return "halvår" if self is Calendar.HALF_YEAR else "tertial"

    @property
    def months(self) -> int:
        """Return the length of its smallest period in months."""
        return 6 if self is Calendar.HALF_YEAR else 4

    @property
    def per_year(self) -> int:
        """Return how many of its smallest periods make a year."""
        return 12 // self.months


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` to ``end``, both included. Raises InvalidValue on end before start."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidValue("Periodens slut ligger före dess början.", field="end")

    def contains(self, day: date) -> bool:
        """Say whether the day lies in the period."""
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.end - self.start).days + 1

    def until(self, day: date) -> Period:
        """Return the part that has come by a day, that day included: the whole once it is over.

        A period that has not begun is its first day, in which nobody has been yet.
        """
        return Period(self.start, max(self.start, min(self.end, day)))

    @property
    def months(self) -> int | None:
        """Return the number of whole calendar months, or None for free dates."""
        if self.start.day != 1 or (self.end + timedelta(days=1)).day != 1:
            return None
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    @property
    def key(self) -> str:
        """Return the stable name used in addresses and releases; ``parse_period_key`` reads it.

        ``2026-H1``, ``2026-T2``, ``2026``, ``2025-07--2026-06``, ``2026-01-15--2026-03-02``.
        """
        months, year_, month = self.months, self.start.year, self.start.month
        if months is None:
            return f"{self.start:%Y-%m-%d}--{self.end:%Y-%m-%d}"
        if months == 12 and month == 1:
            return f"{year_:04d}"
        if months == 6 and month in (1, 7):
            return f"{year_:04d}-H{(month + 5) // 6}"
        if months == 4 and month in (1, 5, 9):
            return f"{year_:04d}-T{(month + 3) // 4}"
        return f"{self.start:%Y-%m}--{self.end:%Y-%m}"

    @property
    def label(self) -> str:
        """Return the Swedish name: ``jan–juni 2026``, ``januari–december 2026``."""
        months = self.months
        if months is None:
            if self.start == self.end:
                return f"{self.start:%Y-%m-%d}"
            return f"{self.start:%Y-%m-%d} till {self.end:%Y-%m-%d}"
        first, last = self.start.month - 1, self.end.month - 1
        if months == 1:
            return f"{MONTHS[first]} {self.start.year}"
        if self.start.year != self.end.year:
            return f"{MONTHS[first]} {self.start.year}–{MONTHS[last]} {self.end.year}"
        names = MONTHS if months == 12 else MONTHS_SHORT
        return f"{names[first]}–{names[last]} {self.end.year}"


def add_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it is shorter."""
    return day + relativedelta(months=months)


def month_span(year: int, month: int, months: int) -> Period:
    """Return ``months`` whole months from the given one."""
    _check_year(year)
    start = date(year, month, 1)
    return Period(start, add_months(start, months) - timedelta(days=1))


def half_year(year: int, n: int) -> Period:
    """Return half-year 1 or 2 of a year; raises InvalidValue on another number."""
    return _nth(Calendar.HALF_YEAR, year, n)


def tertial(year: int, n: int) -> Period:
    """Return tertial 1, 2 or 3 of a year; raises InvalidValue on another number."""
    return _nth(Calendar.TERTIAL, year, n)


def year(y: int) -> Period:
    """Return a calendar year."""
    return month_span(y, 1, 12)


def latest_12_months(end: date) -> Period:
    """Return the twelve months that end on ``end``: from the day after the same day last year."""
    after = end + timedelta(days=1)
    # From the day after, so that the end of a month stays one: 30 June goes back to 1 July.
    return Period(add_months(after, -12), end)


def smallest_periods(calendar: Calendar, year: int) -> list[Period]:
    """Return a year's half-years or tertials in order."""
    return [_nth(calendar, year, n) for n in range(1, calendar.per_year + 1)]


def closed_periods(calendar: Calendar, today: date, first_year: int) -> list[Period]:
    """Return the smallest periods that have ended before ``today``, oldest first."""
    return [
        period
        for y in range(first_year, today.year + 1)
        for period in smallest_periods(calendar, y)
        if period.end < today
    ]


def previous(period: Period) -> Period:
    """Return the period of the same length just before: last half-year, last year, last weeks."""
    end = period.start - timedelta(days=1)
    months = period.months
    if months is not None:
        return Period(add_months(period.start, -months), end)
    return Period(end - timedelta(days=period.days - 1), end)


_PART_KEY = re.compile(r"([0-9]{4})-([HT])([1-3])")
_YEAR_KEY = re.compile(r"[0-9]{4}")
_MONTHS_KEY = re.compile(r"([0-9]{4})-([0-9]{2})--([0-9]{4})-([0-9]{2})")
_DATES_KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})--([0-9]{4}-[0-9]{2}-[0-9]{2})")


def parse_period_key(key: str) -> Period:
    """Return the period of a key; raises InvalidValue with one sentence on anything else."""
    unreadable = InvalidValue(
        "Perioden går inte att läsa: välj en period i listan.", field="period"
    )
    try:
        if match := _PART_KEY.fullmatch(key):
            calendar = Calendar.HALF_YEAR if match[2] == "H" else Calendar.TERTIAL
            return _nth(calendar, int(match[1]), int(match[3]))
        if _YEAR_KEY.fullmatch(key):
            return year(int(key))
        if match := _MONTHS_KEY.fullmatch(key):
            last = month_span(int(match[3]), int(match[4]), 1)
            return Period(month_span(int(match[1]), int(match[2]), 1).start, last.end)
        if match := _DATES_KEY.fullmatch(key):
            start, end = date.fromisoformat(match[1]), date.fromisoformat(match[2])
            _check_year(start.year)
            _check_year(end.year)
            return Period(start, end)
    except InvalidValue:
        raise
    except ValueError:
        raise unreadable from None
    raise unreadable


def _nth(calendar: Calendar, year: int, n: int) -> Period:
    if not 1 <= n <= calendar.per_year:
        raise InvalidValue(f"Ett år har {calendar.per_year} {calendar.label}.", field="period")
    return month_span(year, (n - 1) * calendar.months + 1, calendar.months)


def _check_year(y: int) -> None:
    if not FIRST_YEAR <= y <= LAST_YEAR:
        raise InvalidValue(f"Året ska ligga mellan {FIRST_YEAR} och {LAST_YEAR}.", field="period")


def age_in_year(birth_year: int, on: date) -> int:
    """Return the age that counts in tables: the year of the date less the birth year."""
    return on.year - birth_year


def age_group(age: int) -> str:
    """Return the label of the age group: ``under 16``, ``16–18`` … ``45–64``, ``över 64``."""
    if age < AGE_GROUPS[0][0]:
        return AGE_UNDER
    for low, high in AGE_GROUPS:
        if age <= high:
            return f"{low}–{high}"
    return AGE_OVER
