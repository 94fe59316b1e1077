"""Intervals, effect sizes and rounding against published numbers."""

from __future__ import annotations

import itertools
import math
import statistics as plain
import subprocess
import sys
from dataclasses import astuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binomtest, wilcoxon
from scipy.stats import t as student_t
from statsmodels.stats.proportion import confint_proportions_2indep

from tracking.domain.errors import InvalidValue
from tracking.domain.paired import packed, unpacked
from tracking.domain.statistics import (
    chance_of_meeting,
    hedges_factor,
    mean_change,
    newcombe_difference,
    percent,
    round_half_up,
    sums_to_hundred,
    time_in_programme,
    wilson_interval,
)

# Newcombe 1998, Stat Med 17:857, Table I.
WILSON = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("k", "n", "low", "high"), WILSON)
def test_wilson_agrees_with_newcombe_table_1(k: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(k, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_of_all_sixty_never_reaches_one_from_below() -> None:
    interval = wilson_interval(60, 60)
    assert round(interval.low, 3) == 0.940
    assert interval.high == 1.0


@given(st.integers(1, 500), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_holds_the_share_and_mirrors(n: int, data: st.DataObject, level: float) -> None:
    k = data.draw(st.integers(0, n))
    interval, mirrored = wilson_interval(k, n, level), wilson_interval(n - k, n, level)
    assert 0 <= interval.low <= k / n + 1e-12
    assert k / n - 1e-12 <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-9)


@pytest.mark.parametrize(
    ("k", "n"), [(0, 0), (1, 0), (-1, 5), (6, 5), (1, -1), (1.5, 3), (True, 3)]
)
def test_impossible_counts_are_refused(k: int, n: int) -> None:
    for call in (
        lambda: wilson_interval(k, n),
        lambda: newcombe_difference(k, n, 1, 2),
        lambda: newcombe_difference(1, 2, k, n),
        lambda: percent(k, n),
        lambda: chance_of_meeting(k, n, 0.5),
    ):
        with pytest.raises(InvalidValue):
            call()


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 1.5, math.nan])
def test_an_impossible_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(InvalidValue):
        wilson_interval(1, 2, confidence)


# Newcombe 1998, Stat Med 17:873, Table II, method 10, columns (a) to (h).
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]


@pytest.mark.parametrize(("k1", "n1", "k2", "n2", "low", "high"), NEWCOMBE)
def test_newcombe_method_10_agrees_with_his_table_2(
    k1: int, n1: int, k2: int, n2: int, low: float, high: float
) -> None:
    difference, *interval = newcombe_difference(k1, n1, k2, n2)
    assert difference == pytest.approx(k1 / n1 - k2 / n2)
    assert [round(x, 4) for x in interval] == [low, high]
    assert newcombe_difference(k1, n1, k2, n2).tells_apart == (low > 0)


@given(st.integers(1, 400), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_its_formula(n: int, data: st.DataObject, level: float) -> None:
    k = data.draw(st.integers(0, n))
    z = plain.NormalDist().inv_cdf((1 + level) / 2)
    p, squared = k / n, z * z
    half = z * math.sqrt(p * (1 - p) / n + squared / (4 * n * n))
    low, high = wilson_interval(k, n, level)
    assert low == pytest.approx((p + squared / (2 * n) - half) / (1 + squared / n), abs=1e-9)
    assert high == pytest.approx((p + squared / (2 * n) + half) / (1 + squared / n), abs=1e-9)


@given(st.integers(1, 5000), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_scipys_to_the_last_bit(n: int, data: st.DataObject, level: float) -> None:
    k = data.draw(st.integers(0, n))
    theirs = binomtest(k, n).proportion_ci(level, "wilson")
    low, high = wilson_interval(k, n, level)
    assert low == (0.0 if k == 0 else max(0.0, float(theirs.low)))
    assert high == (1.0 if k == n else min(1.0, float(theirs.high)))


def test_counts_from_a_table_of_data_are_counts() -> None:
    k, n = np.int64(81), np.int32(263)
    assert wilson_interval(k, n) == wilson_interval(81, 263)
    assert newcombe_difference(k, n, k, n).difference == 0
    assert percent(k, n) == percent(81, 263)
    assert round_half_up(np.float64(2.675), 2) == Decimal("2.68")


def test_women_and_men_of_the_fourth_journey_cannot_be_told_apart() -> None:
    result = newcombe_difference(13, 20, 8, 14)
    assert [percent_points(x) for x in astuple(result)] == [8, -23, 38]
    assert not result.tells_apart


def percent_points(x: float) -> int:
    return int(round_half_up(x * 100))


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_newcombe_turns_its_sign_with_the_order(n1: int, n2: int, data: st.DataObject) -> None:
    k1, k2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    a, b = newcombe_difference(k1, n1, k2, n2), newcombe_difference(k2, n2, k1, n1)
    assert a.low == pytest.approx(-b.high, abs=1e-9)
    assert -1 <= a.low <= a.difference + 1e-9
    assert a.difference <= a.high + 1e-9


def test_chance_follows_the_beta_posterior() -> None:
    # With a uniform prior and no success in n, P(p > t) = (1 − t) ** (n + 1).
    assert chance_of_meeting(0, 3, 0.5) == pytest.approx(0.5**4)
    assert chance_of_meeting(3, 3, 0.5, at_least=False) == pytest.approx(0.5**4)
    assert chance_of_meeting(5, 10, Fraction(1, 2)) == pytest.approx(0.5)
    assert chance_of_meeting(5, 10, 0) == 1
    for k, n, target in ((0, 20, 0.1), (34, 55, 0.8), (60, 60, 0.95)):
        posterior = beta(1 + k, 1 + n - k)
        assert chance_of_meeting(k, n, target) == pytest.approx(posterior.sf(target))
        assert chance_of_meeting(k, n, target, at_least=False) == pytest.approx(
            posterior.cdf(target)
        )
    with pytest.raises(InvalidValue):
        chance_of_meeting(1, 2, 80)


def test_hedges_factor_of_ten_pairs() -> None:
    assert round(hedges_factor(10), 3) == 0.914
    with pytest.raises(InvalidValue):
        hedges_factor(1)


def test_mean_change_of_known_pairs() -> None:
    first = [100, 150, 200, 250, 180, 220, 160, 140, 210, 190]
    last = [180, 170, 260, 250, 240, 230, 150, 220, 290, 200]
    result = mean_change(first, last)
    assert result.mean_change == pytest.approx(39)
    assert result.effect_size == pytest.approx(39 / plain.stdev(first) * (1 - 3 / 35))
    assert result.interval is not None
    # t(0.975, 9) = 2.262157.
    half = 2.262157 * plain.stdev(b - a for a, b in zip(first, last, strict=True)) / math.sqrt(10)
    assert result.interval.high - 39 == pytest.approx(half, abs=1e-4)
    assert result.p_sign == pytest.approx(2 * (1 + 9) / 2**9)
    assert 0 < result.p_value < 0.05
    assert result.is_uncertain


@pytest.mark.parametrize(
    ("first", "last"),
    [([200], [260]), ([200, 200], [200, 200]), ([200, 200], [260, 260]), ([1, 2], [2, 3])],
)
def test_mean_change_never_returns_nan(first: list[int], last: list[int]) -> None:
    result = mean_change(first, last)
    numbers = [x for x in astuple(result) if isinstance(x, float)]
    assert all(math.isfinite(x) for x in numbers)
    assert (result.sd_first is None) == (len(first) < 2)
    if result.sd_first in (None, 0):
        assert result.effect_size is None
    if result.sd_change in (None, 0):
        assert result.interval is None


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=40))
def test_mean_change_is_finite_on_any_pairs(pairs: list[tuple[int, int]]) -> None:
    result = mean_change([a for a, _ in pairs], [b for _, b in pairs])
    assert 0 <= result.p_value <= 1
    assert all(math.isfinite(x) for x in astuple(result) if isinstance(x, float))


def test_wilcoxon_agrees_with_hollander_and_wolfe() -> None:
    # Depression before and after a tranquiliser (1973, p. 29), in thousandths: V = 40, n = 9.
    before = [1830, 500, 1620, 2480, 1680, 1880, 1550, 3060, 1300]
    after = [878, 647, 598, 2050, 1060, 1290, 1060, 3140, 1290]
    assert mean_change(before, after).p_value == pytest.approx(0.0390625)


def test_wilcoxon_leaves_out_pairs_without_change_and_bears_ties() -> None:
    first = [200] * 9
    last = [200, 200, 210, 210, 220, 190, 230, 240, 250]
    # Seven moved, absolute ranks 2 2 2 4 5 6 7: of the 2⁷ signings 6 leave at most rank 2 on
    # one side, counting both sides doubled.
    signings = [
        sum(rank for rank, up in zip([2, 2, 2, 4, 5, 6, 7], signs, strict=True) if not up)
        for signs in itertools.product([True, False], repeat=7)
    ]
    one_side = sum(fell <= 2 for fell in signings) / 2**7
    assert mean_change(first, last).p_value == pytest.approx(2 * one_side)
    assert mean_change(first, first).p_value == 1


def test_two_pairs_have_no_effect_size() -> None:
    # Hedges' factor for two pairs is zero and would print a change as none.
    assert hedges_factor(2) == 0
    assert mean_change([100, 200], [150, 300]).effect_size is None


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidValue):
        mean_change([1, math.nan], [2, 3])  # type: ignore[list-item]


def test_mean_change_needs_pairs() -> None:
    for first, last in (([], []), ([1], []), ([1, 2], [1])):
        with pytest.raises(InvalidValue):
            mean_change(first, last)


def test_kaplan_meier_counts_ongoing_spells_as_far_as_they_have_come() -> None:
    # By hand: S(10) = 4/5, S(20) = 4/5 · 3/4 = 0.6, 25 censored, S(30) = 0.6 · 1/2 = 0.3.
    result = time_in_programme([10, 20, 25, 30, 40], [True, True, False, True, False])
    assert [(d, round(s, 9)) for d, s in result.curve] == [
        (10, 0.8),
        (20, 0.6),
        (25, 0.6),
        (30, 0.3),
        (40, 0.3),
    ]
    assert result.quartiles == (20, 30, None)
    assert result.median == 30
    assert (result.n, result.ended) == (5, 3)


# Freireich et al. 1963: weeks of remission with 6-MP (False: still in remission) and placebo.
SIX_MP = [
    *((weeks, True) for weeks in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *((weeks, False) for weeks in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_kaplan_meier_of_freireichs_remissions() -> None:
    treated = time_in_programme([weeks for weeks, _ in SIX_MP], [over for _, over in SIX_MP])
    falls = {week: round(share, 4) for week, share in treated.curve}
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {week: falls[week] for week in published} == published
    assert (treated.n, treated.ended, treated.quartiles) == (21, 9, (13, 23, None))
    untreated = time_in_programme(PLACEBO, [True] * len(PLACEBO))
    assert untreated.quartiles == (4, 8, 12)


def test_time_without_an_end_has_no_median() -> None:
    assert time_in_programme([10, 20], [False, False]).median is None
    assert time_in_programme([10, 20], [True, True]).median == 10
    for durations, ended in (([], []), ([-1], [True]), ([1, 2], [True])):
        with pytest.raises(InvalidValue):
            time_in_programme(durations, ended)


@pytest.mark.parametrize(
    ("x", "digits", "result"),
    [
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(5, 2), 0, "3"),
        (2.675, 2, "2.68"),
        (Decimal("0.05"), 1, "0.1"),
        (Decimal("-0.05"), 1, "-0.1"),
        (7, 1, "7.0"),
        (1250, -2, "1.3E+3"),
        (Fraction(1, 3), 1, "0.3"),
        (Fraction(-1, 30), 1, "0.0"),
    ],
)
def test_rounding_is_half_away_from_zero(
    x: Fraction | Decimal | float, digits: int, result: str
) -> None:
    assert round_half_up(x, digits) == Decimal(result)
    assert f"{round_half_up(x, digits)}" != "-0.0"


@given(st.fractions(), st.integers(0, 3))
def test_rounding_moves_at_most_half_a_unit(x: Fraction, digits: int) -> None:
    assert abs(Fraction(round_half_up(x, digits)) - x) * 10**digits <= Fraction(1, 2)


def test_infinity_is_not_rounded() -> None:
    for x in (math.inf, math.nan, Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(InvalidValue):
            round_half_up(x)


def test_vasteras_2017_in_per_cent() -> None:
    shares = [percent(k, 95) for k in (8, 2, 41, 44)]
    assert shares == [Decimal("8.4"), Decimal("2.1"), Decimal("43.2"), Decimal("46.3")]
    assert sums_to_hundred(shares)
    assert not sums_to_hundred([percent(1, 3)] * 3)


def test_scipy_is_not_imported_before_it_is_needed() -> None:
    script = "import sys, tracking.domain.statistics; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=120).filter(
        lambda pairs: any(a != b for a, b in pairs)
    )
)
def test_the_tests_of_pairs_are_those_of_scipy(pairs: list[tuple[int, int]]) -> None:
    """The normal approximation, the sign test, the spread and the interval, on any pairs."""
    first, last = [a for a, _ in pairs], [b for _, b in pairs]
    changes = [b - a for a, b in pairs if a != b]
    result = mean_change(first, last)
    assert result.p_value == pytest.approx(wilcoxon(changes, correction=False).pvalue, rel=1e-9)
    ups = sum(change > 0 for change in changes)
    assert result.p_sign == pytest.approx(binomtest(ups, len(changes)).pvalue, rel=1e-9)
    assert result.sd_first == pytest.approx(plain.stdev(first), rel=1e-12)
    assert result.sd_change == pytest.approx(plain.stdev([b - a for a, b in pairs]), rel=1e-12)
    if result.sd_change:
        half = student_t.ppf(0.975, len(pairs) - 1) * result.sd_change / math.sqrt(len(pairs))
        assert result.interval is not None
        assert result.interval.high - result.mean_change == pytest.approx(half, rel=1e-9)


def of_the_plain_way(first: list[float], last: list[float]) -> dict[str, float | None]:
    """Sums, middles, spreads and the normal signed rank test, each as its definition has it."""
    changes = [b - a for a, b in zip(first, last, strict=True)]
    n = len(changes)
    sizes = sorted(abs(change) for change in changes if change)
    ranks = {size: plain.mean(i for i, s in enumerate(sizes, 1) if s == size) for size in {*sizes}}
    up = sum(ranks[change] for change in changes if change > 0)
    moved = len(sizes)
    alike = sum(count**3 - count for count in (sizes.count(size) for size in ranks))
    spread = (moved * (moved + 1) * (2 * moved + 1) - alike / 2) / 24
    from_the_middle = abs(up - moved * (moved + 1) / 4)
    return {
        "n": n,
        "mean_first": math.fsum(first) / n,
        "mean_last": math.fsum(last) / n,
        "mean_change": math.fsum(changes) / n,
        "median_first": plain.median(first),
        "median_last": plain.median(last),
        "median_change": plain.median(changes),
        "sd_first": plain.stdev(first) if n > 1 else None,
        "sd_last": plain.stdev(last) if n > 1 else None,
        "sd_change": plain.stdev(changes) if n > 1 else None,
        "p_value": math.erfc(from_the_middle / math.sqrt(2 * spread)) if moved else 1.0,
    }


@settings(max_examples=60)
@given(
    st.integers(1, 400).flatmap(
        lambda most: st.lists(
            st.tuples(st.integers(0, most), st.integers(0, most)), min_size=1, max_size=150
        )
    ),
    # The last is more than the 16 bits that whole millimetres are counted in.
    st.sampled_from([1, 0.1, 0.25, 1000]),
)
def test_mean_change_is_the_one_of_plain_definitions(
    pairs: list[tuple[int, int]], unit: float
) -> None:
    first, last = ([unit * pair[n] for pair in pairs] for n in (0, 1))
    result = mean_change(first, last)  # type: ignore[arg-type]
    expected = of_the_plain_way(first, last)
    moved = [b - a for a, b in zip(first, last, strict=True) if a != b]
    if len(moved) <= (50 if len({*map(abs, moved)}) == len(moved) else 13):
        expected["p_value"] = float(wilcoxon(moved).pvalue) if moved else 1.0
    for name, number in expected.items():
        close = None if number is None else pytest.approx(number, rel=1e-9, abs=1e-12)
        assert getattr(result, name) == close, name


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=80))
def test_packed_scores_have_the_same_change_in_any_pieces_and_order(
    pairs: list[tuple[int, int]],
) -> None:
    first, last = [a for a, _ in pairs], [b for _, b in pairs]
    expected = mean_change(first, last)
    half = len(pairs) // 2
    pieces = [(packed(of[half:]), packed([]), packed(of[:half])) for of in (first, last)]
    assert mean_change(*map(unpacked, pieces)) == expected
    assert all(type(number) is not np.float64 for number in astuple(expected))


def test_scores_beyond_sixteen_bits_are_counted_all_the_same() -> None:
    first, last = [40_000, 41_000, 3_000_000_000], [40_500, 40_900, 3_000_000_700]
    result = mean_change(first, last)
    assert (result.mean_change, result.median_change) == (pytest.approx(1100 / 3), 500)
    assert result.sd_change == pytest.approx(plain.stdev([500, -100, 700]))
    alike = mean_change([40_000] * 3, [40_100] * 3)
    assert (alike.sd_first, alike.sd_change, alike.interval, alike.effect_size) == (
        0,
        0,
        None,
        None,
    )


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n2", [1, 3, 17, 60])
@pytest.mark.parametrize("n1", [1, 4, 20, 95])
def test_newcombe_is_the_one_of_statsmodels(n1: int, n2: int, level: float) -> None:
    for k1, k2 in itertools.product({0, 1, n1 // 2, n1}, {0, 1, n2 // 3, n2}):
        found = newcombe_difference(k1, n1, k2, n2, confidence=level)
        theirs = confint_proportions_2indep(
            k1, n1, k2, n2, method="newcomb", compare="diff", alpha=1 - level
        )
        assert (found.low, found.high) == pytest.approx(theirs, abs=1e-9)
        assert found.difference == pytest.approx(k1 / n1 - k2 / n2, abs=1e-15)
