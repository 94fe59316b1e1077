"""What the titles of charts with figures from elsewhere say."""

from __future__ import annotations

import pytest

from tracking.domain.periods import half_year
from tracking.ui.charts_followed import Panel, TwoYears
from tracking.ui.findings_context import most_apart, risen

HALVES = (half_year(2024, 1), half_year(2024, 2), half_year(2025, 1))
NOW, THEN = HALVES[-1].label, HALVES[0].label


def one(number: int, before: float | None, now: float | None) -> TwoYears:
    return TwoYears(f"Indikator {number}", before, now, f"2024 {before}, 2025 {now}")


def test_the_indicator_that_moved_most_is_named_with_both_years_up_or_down() -> None:
    drawn = [one(1, 50.0, 60.0), one(2, 70.0, 40.0), one(3, None, 99.0), one(4, 10.0, None)]
    assert most_apart(drawn) == "Störst skillnad har indikator 2: 2024 70.0, 2025 40.0"


@pytest.mark.parametrize(
    "drawn", [[], [one(1, None, 50.0)], [one(1, 50.0, 50.0), one(2, 40.0, 40.0)]]
)
def test_nothing_is_called_most_apart_where_nothing_differs(drawn: list[TwoYears]) -> None:
    assert most_apart(drawn) == ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([(10, 0, 12)], f"Kurvan ligger högre {NOW} än {THEN}"),
        ([(10, 0, 8)], f"Kurvan ligger lägre {NOW} än {THEN}"),
        ([(10, 0, 10.4)], f"Kurvan ligger lika {NOW} och {THEN}"),
        ([(10, 0, 12), (1, 0, 2)], f"Alla 2 kurvor ligger högre {NOW} än {THEN}"),
        ([(10, 0, 8), (2, 0, 1)], f"Alla 2 kurvor ligger lägre {NOW} än {THEN}"),
        (
            [(10, 0, 12), (10, 0, 8), (5, 0, 5)],
            f"1 av 3 kurvor ligger högre {NOW} än {THEN} och 1 lägre",
        ),
        # What is not told in either half-year is not among those counted.
        ([(10, 0, 12), (None, 0, 9), (9, 0, None)], f"Kurvan ligger högre {NOW} än {THEN}"),
        ([(None, 0, 12)], f"{NOW} kan inte jämföras med året före"),
    ],
)
def test_curves_are_compared_with_the_same_half_year_before_as_whole_numbers(
    values: list[tuple[float | None, ...]], said: str
) -> None:
    assert risen(HALVES, [Panel("x", each) for each in values]) == said


def test_without_the_year_before_nothing_is_compared() -> None:
    assert risen(HALVES[1:], [Panel("x", (1, 2))]) == f"{NOW} kan inte jämföras med året före"
