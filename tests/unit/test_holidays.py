"""Swedish holidays, against days that stand in printed calendars."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.holidays import holiday_name

PRINTED = {
    date(2024, 3, 29): "långfredagen",
    date(2024, 4, 1): "annandag påsk",
    date(2024, 5, 9): "Kristi himmelsfärdsdag",
    date(2024, 6, 21): "midsommarafton",
    date(2024, 11, 2): "alla helgons dag",
    date(2025, 4, 20): "påskdagen",
    date(2025, 6, 8): "pingstdagen",
    date(2025, 6, 21): "midsommardagen",
    date(2025, 11, 1): "alla helgons dag",
    date(2026, 1, 6): "trettondedag jul",
    date(2026, 4, 3): "långfredagen",
    date(2026, 5, 14): "Kristi himmelsfärdsdag",
    date(2026, 6, 19): "midsommarafton",
    date(2026, 10, 31): "alla helgons dag",
    date(2026, 12, 24): "julafton",
    date(2027, 6, 6): "nationaldagen",
}


@pytest.mark.parametrize(("day", "name"), PRINTED.items(), ids=lambda found: str(found))
def test_holiday_has_the_name_of_the_calendar(day: date, name: str) -> None:
    assert holiday_name(day) == name


@pytest.mark.parametrize(
    "day", [date(2026, 6, 5), date(2026, 6, 22), date(2026, 4, 2), date(2026, 11, 2)]
)
def test_ordinary_day_beside_a_holiday_is_none(day: date) -> None:
    assert holiday_name(day) is None


@given(st.integers(1990, 2100))
def test_every_year_has_thirteen_public_holidays_and_three_eves(year: int) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range(366) if (first + timedelta(n)).year == year]
    names = [holiday_name(day) for day in days if holiday_name(day)]
    # Two may fall on one day (första maj on Kristi himmelsfärd, nationaldagen on pingst).
    assert 14 <= len(names) <= 16
    assert len(set(names)) == len(names)
    assert {"midsommarafton", "midsommardagen", "alla helgons dag", "påskdagen"} <= set(names)
