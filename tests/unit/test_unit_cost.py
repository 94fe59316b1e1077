"""What a deltagande or årsplats costs, and the cost of several insatser together."""

from __future__ import annotations

from fractions import Fraction

from tracking.domain.cost import unit_cost
from tracking.outcomes.released_costs import CostLine, together


def line(actual: int | None, participants: int | None, budget: int | None = None) -> CostLine:
    return CostLine("Stegen", 1, 2025, budget, actual, participants, None)


def test_a_cost_is_exact_and_there_only_where_both_are_known_and_somebody_counts() -> None:
    assert unit_cost(1_000_000, 3) == Fraction(1_000_000, 3)
    assert unit_cost(900, Fraction(9, 2)) == 200
    assert unit_cost(0, 3) == 0
    assert unit_cost(None, 3) is None
    assert unit_cost(1_000, None) is None
    assert unit_cost(1_000, 0) is None


def test_insatser_together_cost_what_they_spent_by_those_who_were_in_the_same() -> None:
    found = together([line(600, 10, 700), line(500, None, 400), line(None, 20), line(300, 5)])
    assert (found.spent, found.planned) == (1_400, 1_100)
    assert (found.with_spent, found.insatser, found.participants) == (3, 2, 15)
    assert found.each == Fraction(900, 15)


def test_together_nothing_is_known_where_nobody_has_entered_any() -> None:
    found = together([line(None, 10), line(None, None)])
    assert (found.spent, found.planned, found.each) == (None, None, None)
