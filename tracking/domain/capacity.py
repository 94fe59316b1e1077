"""Capacity: days that spells take up, and årsplatser.

Exact fractions come out; rounding and words are the page's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from tracking.domain.errors import InvalidValue
from tracking.domain.periods import Period

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365


def person_days(spells: Iterable[tuple[date, date | None]], period: Period) -> int:
    """Return the days of spells inside the period; both first and last day count.

    A spell is (start, end); end None is ongoing.
    """
    days = 0
    for start, end in spells:
        first = max(start, period.start)
        last = period.end if end is None else min(end, period.end)
        days += max(0, (last - first).days + 1)
    return days


def year_places(days: int, period: Period) -> Fraction:
    """Return årsplatser in use: person-days of the period / days of the period."""
    if days < 0:
        raise InvalidValue("Antalet dagar kan inte vara negativt.")
    return Fraction(days, period.days)


def places_of_weeks(places: int, weeks: int, days_in_year: int = DAYS_PER_YEAR) -> Fraction:
    """Return the årsplatser of places of so many weeks: 50 × 16 weeks is 50 · 112 / 365.

    Raises InvalidValue on negative numbers.
    """
    if places < 0 or weeks < 0:
        raise InvalidValue("Platser och veckor kan inte vara negativa.", field="planned_places")
    return Fraction(places * weeks * DAYS_PER_WEEK, days_in_year)
