"""Discounting, what would have come anyway, and how the months move with each assumption."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue
from tracking.domain.payback import (
    GroupChange,
    PaybackAssumptions,
    monthly_gain,
    payback_months,
)
from tracking.domain.payback_sensitivity import Varied, months_of, sensitivity

ASSUMED = PaybackAssumptions(12_000, 40_000)
GROUP = GroupChange(left=5, work_percent=250, known=20, missing=5)


def present_value(gain: float, hundredths: int, months: int) -> float:
    """Month by month, as one would do it in a spreadsheet."""
    month = (1 + hundredths / 10_000) ** (-1 / 12)
    return sum(gain * month**n for n in range(1, months + 1))


@given(st.integers(1, 240), st.integers(1, 2000), st.integers(1_000, 500_000))
def test_discounted_months_are_those_whose_present_value_is_the_cost(
    months: int, hundredths: int, gain: int
) -> None:
    cost = Fraction(present_value(gain, hundredths, months))
    found = payback_months(cost, Fraction(gain), hundredths)
    assert found is not None
    assert float(found) == pytest.approx(months, rel=1e-6)


def test_a_cost_that_discounting_never_pays_has_no_months() -> None:
    # At 20 % a year all months to come of 1 kr are worth 1 / (1.2 ** (1/12) - 1) = 65.3 kr.
    assert payback_months(65, Fraction(1), 2000) is not None
    assert payback_months(66, Fraction(1), 2000) is None


def test_what_would_have_come_anyway_is_taken_off_the_gain() -> None:
    careful = PaybackAssumptions(12_000, 40_000, deadweight_percent=25)
    assert monthly_gain(GROUP, ASSUMED) == 160_000
    assert monthly_gain(GROUP, careful) == 120_000
    all_of_it = PaybackAssumptions(12_000, 40_000, deadweight_percent=100)
    assert months_of(GROUP, 1_000_000, all_of_it) is None


def test_missing_that_are_filled_in_gain_as_much_as_the_known() -> None:
    assert months_of(GROUP, 1_600_000, ASSUMED) == 10
    assert months_of(GROUP, 1_600_000, ASSUMED, fill_in=True) == 8


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"deadweight_percent": 101}, "deadweight_percent"),
        ({"deadweight_percent": -1}, "deadweight_percent"),
        ({"discount_hundredths": 2001}, "discount_hundredths"),
        ({"discount_hundredths": -1}, "discount_hundredths"),
    ],
)
def test_impossible_care_is_refused_at_its_field(more: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        PaybackAssumptions(12_000, 40_000, **more)
    assert caught.value.field == field


def test_each_swing_moves_one_assumption_and_the_widest_comes_first() -> None:
    swings = sensitivity(GROUP, 1_600_000, ASSUMED, 20)
    assert {swing.what for swing in swings} == set(Varied)
    widths = [swing.width for swing in swings]
    assert widths == sorted(widths, key=lambda w: -(w or 0))
    cost = next(swing for swing in swings if swing.what is Varied.COST)
    assert (cost.low_at, cost.high_at) == (1_280_000, 1_920_000)
    assert (cost.low, cost.high) == (8, 12)
    support = next(swing for swing in swings if swing.what is Varied.SUPPORT)
    assert support.low == Fraction(1_600_000, 148_000)


def test_side_that_is_never_paid_comes_first_and_is_none() -> None:
    losing = GroupChange(left=4, work_percent=-100, known=20, missing=0)
    swings = sensitivity(losing, 1_000_000, PaybackAssumptions(11_000, 40_000), 20)
    assert swings[0].width is None
    assert {swings[0].what, swings[1].what} == {Varied.SUPPORT, Varied.PRODUCTION}


def test_what_counts_nothing_is_not_moved() -> None:
    swings = sensitivity(GroupChange(5, 0, 20, 0), 1_000_000, PaybackAssumptions(12_000, 0), 20)
    assert {s.what for s in swings} == {
        Varied.SUPPORT, Varied.COST, Varied.DEADWEIGHT, Varied.DISCOUNT
    }  # fmt: skip


@given(
    st.integers(-20, 20), st.integers(-2000, 2000), st.integers(0, 10_000_000),
    st.integers(0, 100), st.integers(0, 2000),
)  # fmt: skip
def test_no_swing_is_ever_negative(left: int, work: int, cost: int, anyway: int, rate: int) -> None:
    group = GroupChange(left, work, 30, 3)
    assumed = PaybackAssumptions(12_000, 40_000, anyway, rate)
    for swing in sensitivity(group, cost, assumed, 20):
        assert all(months is None or months >= 0 for months in (swing.low, swing.high))
