"""Person-days and årsplatser."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.capacity import person_days, places_of_weeks, year_places
from tracking.domain.errors import InvalidValue
from tracking.domain.periods import Period, half_year, year


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), 1),
        (date(2025, 6, 1), None, 181),
        (date(2026, 6, 30), None, 1),
        (date(2026, 7, 1), None, 0),
        (date(2025, 6, 1), date(2025, 12, 31), 0),
        (date(2025, 6, 1), date(2026, 1, 31), 31),
    ],
)
def test_days_inside_the_period_count_both_ends(start: date, end: date | None, days: int) -> None:
    assert person_days([(start, end)], half_year(2026, 1)) == days


dates = st.dates(date(2025, 6, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(dates, st.none() | st.integers(0, 300)), max_size=8))
def test_person_days_are_what_counting_day_by_day_gives(
    spells: list[tuple[date, int | None]],
) -> None:
    period = half_year(2026, 1)
    ended = [
        (start, None if days is None else start + timedelta(days=days)) for start, days in spells
    ]
    days = 0
    for offset in range(period.days):
        day = period.start + timedelta(days=offset)
        days += sum(start <= day <= (end or date.max) for start, end in ended)
    assert person_days(ended, period) == days


def test_one_place_held_the_whole_year_is_one_year_place() -> None:
    spells = [(date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 7, 1), None)]
    assert year_places(person_days(spells, year(2026)), year(2026)) == 1


def test_fifty_places_of_sixteen_weeks() -> None:
    assert places_of_weeks(50, 16) == Fraction(50 * 112, 365)


def test_negative_numbers_are_refused() -> None:
    for call in (
        lambda: places_of_weeks(-1, 2),
        lambda: places_of_weeks(1, 2, 0),
        lambda: year_places(-1, year(2026)),
    ):
        with pytest.raises(InvalidValue):
            call()


@pytest.mark.parametrize(
    ("today", "days", "places"),
    [
        (date(2026, 3, 31), 90, 1),
        (date(2026, 12, 31), 365, 1),
        (date(2027, 5, 1), 365, 1),
        (date(2026, 1, 1), 1, 1),
        (date(2025, 12, 1), 1, 1),
    ],
)
def test_days_that_have_not_come_are_neither_held_nor_free(
    today: date, days: int, places: int
) -> None:
    come = year(2026).until(today)
    held = person_days([(date(2025, 6, 1), None)], come)
    assert (held, year_places(held, come)) == (days, places)


def test_a_planned_end_after_today_holds_no_days_yet() -> None:
    come = half_year(2026, 1).until(date(2026, 1, 10))
    assert come == Period(date(2026, 1, 1), date(2026, 1, 10))
    assert person_days([(date(2026, 1, 6), date(2026, 5, 31))], come) == 5
    assert year_places(5, come) == Fraction(1, 2)
