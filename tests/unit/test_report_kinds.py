"""Which kinds of report fit which calendar, and what they are about."""

from __future__ import annotations

import pytest

from tracking.domain.periods import Calendar, Period, half_year, tertial, year
from tracking.domain.report_kinds import (
    ReportKind,
    SectionKey,
    kinds_offered,
    left_out_at_first,
)

SIMPLE, INTERIM, TERTIAL, YEAR = (
    ReportKind.SIMPLE_HALF_YEAR,
    ReportKind.INTERIM,
    ReportKind.TERTIAL,
    ReportKind.YEAR,
)


@pytest.mark.parametrize(
    ("calendar", "released", "offered"),
    [
        (Calendar.HALF_YEAR, half_year(2026, 1), (SIMPLE, INTERIM)),
        (Calendar.HALF_YEAR, half_year(2026, 2), (SIMPLE, YEAR)),
        (Calendar.TERTIAL, tertial(2026, 1), (TERTIAL,)),
        (Calendar.TERTIAL, tertial(2026, 2), (TERTIAL,)),
        (Calendar.TERTIAL, tertial(2026, 3), (TERTIAL, YEAR)),
    ],
)
def test_a_kind_that_does_not_fit_the_calendar_is_not_offered(
    calendar: Calendar, released: Period, offered: tuple[ReportKind, ...]
) -> None:
    assert kinds_offered(calendar, released) == offered


def test_a_year_report_is_about_the_year_and_the_others_about_their_period() -> None:
    assert YEAR.period(half_year(2026, 2)) == year(2026)
    assert SIMPLE.period(half_year(2026, 2)) == half_year(2026, 2)


def test_every_kind_has_a_name_and_every_section_a_heading_of_its_own() -> None:
    assert len({kind.label for kind in ReportKind}) == len(ReportKind)
    assert len({key.heading for key in SectionKey}) == len(SectionKey) == 11


def test_a_simple_report_begins_without_what_a_whole_one_has() -> None:
    assert left_out_at_first(SIMPLE) == {
        SectionKey.GENDER,
        SectionKey.DEVIATIONS,
        SectionKey.ECONOMY,
    }
    assert not left_out_at_first(YEAR)
