"""Återbetalningstid: cost by gain, and no answer where there is no gain."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue
from tracking.domain.payback import (
    PaybackAssumptions,
    PersonChange,
    monthly_gain,
    payback_months,
)

ASSUMED = PaybackAssumptions(support_month_kr=12_000, production_month_kr=40_000)

changes = st.builds(
    PersonChange, st.booleans(), st.booleans(), st.integers(0, 100), st.integers(0, 100)
)


def test_a_case_worked_by_hand() -> None:
    people = [
        PersonChange(True, False, 0, 50),  # 12 000 + 20 000
        PersonChange(True, True, 0, 25),  # 10 000
        PersonChange(False, True, 50, 0),  # -12 000 - 20 000
        PersonChange(True, False, 0, 0),  # 12 000
    ]
    gain = monthly_gain(people, ASSUMED)
    assert gain == 22_000
    assert payback_months(880_000, gain) == 40


@pytest.mark.parametrize("gain", [Fraction(0), Fraction(-1), Fraction(-12_000)])
def test_without_a_gain_it_cannot_be_computed(gain: Fraction) -> None:
    assert payback_months(100_000, gain) is None


def test_an_insats_that_cost_nothing_is_paid_at_once() -> None:
    assert payback_months(0, Fraction(1)) == 0


def test_a_negative_cost_is_refused() -> None:
    with pytest.raises(InvalidValue):
        payback_months(-1, Fraction(1))


@pytest.mark.parametrize(
    ("support", "production", "field"),
    [
        (-1, 1, "support_month_kr"),
        (1, -1, "production_month_kr"),
        (1_000_001, 1, "support_month_kr"),
        (0, 0, "support_month_kr"),
    ],
)
def test_impossible_assumptions_are_refused_at_their_field(
    support: int, production: int, field: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        PaybackAssumptions(support, production)
    assert caught.value.field == field


@given(st.lists(changes), st.lists(changes))
def test_the_gain_of_two_groups_is_the_sum_of_theirs(
    some: list[PersonChange], others: list[PersonChange]
) -> None:
    together = monthly_gain([*others, *some], ASSUMED)
    assert together == monthly_gain(some, ASSUMED) + monthly_gain(others, ASSUMED)


@given(st.lists(changes), st.integers(0, 10**9))
def test_months_are_never_negative_and_pay_the_cost(people: list[PersonChange], cost: int) -> None:
    gain = monthly_gain(people, ASSUMED)
    months = payback_months(cost, gain)
    assert (months is None) is (gain <= 0)
    if months is not None:
        assert months >= 0
        assert months * gain == cost


@given(st.lists(changes))
def test_the_same_change_backwards_loses_what_it_gained(people: list[PersonChange]) -> None:
    back = [
        PersonChange(p.support_after, p.support_before, p.work_after, p.work_before) for p in people
    ]
    assert monthly_gain(back, ASSUMED) == -monthly_gain(people, ASSUMED)
