"""The arrays behind a release hold what was added to them, whoever met a cell first."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.records import Gender
from tracking.outcomes.releasing.catalogue_cells import Cells, Tallies, added

PERIODS = 3
ADDED = st.lists(
    st.tuples(
        st.integers(0, 2),  # whose
        st.integers(0, PERIODS - 1),
        st.sampled_from(["age", "stay", "sum:ors_first"]),
        st.sampled_from(["", "yes", "no"]),
        st.sampled_from([gender.value for gender in Gender]),
        st.integers(1, 9),
    ),
    max_size=40,
)
Cell = tuple[int, str, str, str]


def said(tallies: Tallies) -> Counter[Cell]:
    """Every number that is not 0, by period, measure, category and kön."""
    return Counter(
        {
            (place, measure, category, gender): number
            for place in range(PERIODS)
            for measure, category, gender, number in tallies.counted(place)
        }
    )


@given(ADDED)
def test_tallies_give_back_what_was_added_and_all_together_the_sum(
    records: list[tuple[int, int, str, str, str, int]],
) -> None:
    cells = Cells()
    units = [Tallies.none(cells, PERIODS) for _ in range(3)]
    expected: list[Counter[Cell]] = [Counter() for _ in units]
    for whose, place, measure, category, gender, number in records:
        units[whose].add(place, measure, category, gender, number)
        expected[whose][place, measure, category, gender] += number
    assert [said(unit) for unit in units] == expected
    assert said(added(cells, PERIODS, units)) == sum(expected, Counter())


@given(ADDED, st.sets(st.integers(0, PERIODS - 1), min_size=1))
def test_longer_period_is_the_sum_of_its_smallest_ones_in_every_cell(
    records: list[tuple[int, int, str, str, str, int]], inside: set[int]
) -> None:
    cells = Cells()
    unit = Tallies.none(cells, PERIODS)
    cells.row("met by another insats", "")
    expected: Counter[tuple[str, str, str]] = Counter()
    for _, place, measure, category, gender, number in records:
        unit.add(place, measure, category, gender, number)
        if place in inside:
            expected[measure, category, gender] += number
    numbers = unit.inside(sorted(inside))
    assert len(numbers) == len(cells)
    found = {
        (*cells.name(row), gender.value): number
        for row, by_gender in enumerate(numbers)
        for gender, number in by_gender.items()
    }
    assert +Counter(found) == expected
