"""Periods, their keys and labels, follow-up dates and age groups."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue
from tracking.domain.periods import (
    AGE_GROUP_LABELS,
    Calendar,
    Period,
    add_months,
    age_group,
    age_in_year,
    closed_periods,
    half_year,
    latest_12_months,
    parse_period_key,
    previous,
    smallest_periods,
    tertial,
    year,
)

days = st.dates(date(1991, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("period", "key", "label"),
    [
        (half_year(2026, 1), "2026-H1", "jan–juni 2026"),
        (half_year(2026, 2), "2026-H2", "juli–dec 2026"),
        (tertial(2026, 1), "2026-T1", "jan–apr 2026"),
        (tertial(2026, 2), "2026-T2", "maj–aug 2026"),
        (tertial(2026, 3), "2026-T3", "sep–dec 2026"),
        (year(2026), "2026", "januari–december 2026"),
        (latest_12_months(date(2026, 6, 30)), "2025-07--2026-06", "juli 2025–juni 2026"),
        (latest_12_months(date(2026, 12, 31)), "2026", "januari–december 2026"),
        (
            Period(date(2026, 1, 15), date(2026, 3, 2)),
            "2026-01-15--2026-03-02",
            "2026-01-15 till 2026-03-02",
        ),
        (Period(date(2026, 2, 1), date(2026, 2, 28)), "2026-02--2026-02", "februari 2026"),
        (Period(date(2026, 1, 1), date(2026, 3, 31)), "2026-01--2026-03", "jan–mars 2026"),
    ],
)
def test_key_and_label(period: Period, key: str, label: str) -> None:
    assert (period.key, period.label) == (key, label)
    assert parse_period_key(key) == period


@given(days, days)
def test_every_period_is_found_again_by_its_key(a: date, b: date) -> None:
    period = Period(min(a, b), max(a, b))
    assert parse_period_key(period.key) == period


@pytest.mark.parametrize(
    "key",
    [
        "",
        "2026-H3",
        "2026-T4",
        "2026-H0",
        "26",
        "2026-13--2026-14",
        "2026-02-30--2026-03-01",
        "2026-06-30--2026-01-01",
        "0000",
        "9999",
        "2026-H1; drop",
        "٢٠٢٦",
    ],
)
def test_a_bad_key_is_refused_with_a_sentence(key: str) -> None:
    with pytest.raises(InvalidValue):
        parse_period_key(key)


def test_end_before_start_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Period(date(2026, 2, 1), date(2026, 1, 31))


@pytest.mark.parametrize("calendar", Calendar)
@pytest.mark.parametrize("y", [2024, 2025, 2026])
def test_the_smallest_periods_cover_the_year_once(calendar: Calendar, y: int) -> None:
    periods = smallest_periods(calendar, y)
    assert sum(p.days for p in periods) == year(y).days
    day = date(y, 1, 1)
    while day.year == y:
        assert sum(p.contains(day) for p in periods) == 1
        day += timedelta(days=1)


def test_a_period_is_closed_the_day_after_its_end() -> None:
    keys = lambda today: [p.key for p in closed_periods(Calendar.HALF_YEAR, today, 2025)]  # noqa: E731
    assert keys(date(2026, 6, 30)) == ["2025-H1", "2025-H2"]
    assert keys(date(2026, 7, 1)) == ["2025-H1", "2025-H2", "2026-H1"]
    assert keys(date(2024, 7, 1)) == []


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (half_year(2026, 1), half_year(2025, 2)),
        (tertial(2026, 1), tertial(2025, 3)),
        (year(2026), year(2025)),
        (latest_12_months(date(2026, 6, 30)), latest_12_months(date(2025, 6, 30))),
        (
            Period(date(2026, 1, 8), date(2026, 1, 14)),
            Period(date(2026, 1, 1), date(2026, 1, 7)),
        ),
    ],
)
def test_previous_has_the_same_length_and_ends_the_day_before(
    period: Period, before: Period
) -> None:
    assert previous(period) == before


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), 18, date(2027, 7, 15)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@given(days)
def test_latest_twelve_months_is_a_year_long(end: date) -> None:
    period = latest_12_months(end)
    assert period.end == end
    assert period.days in (365, 366)


def test_age_groups_cover_every_age_once() -> None:
    groups = [age_group(a) for a in range(10, 80)]
    assert sorted(set(groups), key=groups.index) == list(AGE_GROUP_LABELS)
    assert [age_group(a) for a in (15, 16, 18, 19, 24, 25, 29, 30, 44, 45, 64, 65)] == [
        "under 16",
        "16–18",
        "16–18",
        "19–24",
        "19–24",
        "25–29",
        "25–29",
        "30–44",
        "30–44",
        "45–64",
        "45–64",
        "över 64",
    ]
    assert age_in_year(2000, date(2026, 1, 1)) == 26


@pytest.mark.parametrize("call", [lambda: half_year(2026, 3), lambda: tertial(2026, 0)])
def test_a_year_has_no_more_parts_than_its_calendar(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValue):
        call()
