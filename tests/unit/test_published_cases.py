"""More published numbers, and the edges at which code of this kind is known to err.

Orthodont: Potthoff & Roy 1964, and its fit as Pinheiro & Bates print it (Mixed-Effects Models in
S and S-PLUS, 2000; nlme). Newcombe: the mirror and shift that his formula implies. Jacobson &
Truax: unequal spreads, both directions of a scale.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from tests.unit import own_reml
from tracking.domain.change import (
    DEFAULT_THRESHOLDS,
    ChangeClass,
    classify,
    cutoffs,
    reliable_change_index,
)
from tracking.domain.course import fit
from tracking.domain.errors import InvalidValue
from tracking.domain.random_slope import fit_random_slope
from tracking.domain.statistics import (
    chance_of_meeting,
    mean_change,
    newcombe_difference,
    time_in_programme,
    wilson_interval,
)
from tracking.domain.targets import Verdict, judge_share

AGES = (8, 10, 12, 14)
# Distance in mm from pituitary to pterygomaxillary fissure: 16 boys, then 11 girls.
ORTHODONT = """26 25 29 31; 21.5 22.5 23 26.5; 23 22.5 24 27.5; 25.5 27.5 26.5 27; 20 23.5 22.5 26;
24.5 25.5 27 28.5; 22 22 24.5 26.5; 24 21.5 24.5 25.5; 23 20.5 31 26; 27.5 28 31 31.5;
23 23 23.5 25; 21.5 23.5 24 28; 17 24.5 26 29.5; 22.5 25.5 25.5 26; 23 24.5 26 30;
22 21.5 23.5 25; 21 20 21.5 23; 21 21.5 24 25.5; 20.5 24 24.5 26; 23.5 24.5 25 26.5;
21.5 23 22.5 23.5; 20 21 21 22.5; 21.5 22.5 23 25; 23 23 23.5 24; 20 21 22 21.5;
16.5 19 19 19.5; 24.5 25 28 28"""


def orthodont() -> list[list[float]]:
    return [[float(x) for x in row.split()] for row in ORTHODONT.replace("\n", " ").split(";")]


def test_the_fit_of_orthodont_is_the_one_that_nlme_prints() -> None:
    """lme(distance ~ age, random = ~ age | Subject): a model near its boundary."""
    rows = [
        (child, age, far)
        for child, distances in enumerate(orthodont())
        for age, far in zip(AGES, distances, strict=True)
    ]
    assert len(rows) == 108
    found = fit_random_slope(
        [child for child, _, _ in rows],
        [(1.0, age) for _, age, _ in rows],
        [age for _, age, _ in rows],
        [far for _, _, far in rows],
    )
    (g00, g01), (_, g11) = found.random_covariance
    assert found.fixed == pytest.approx((16.761111, 0.660185), abs=1e-6)
    assert math.sqrt(g00) == pytest.approx(2.3270, abs=2e-4)
    assert math.sqrt(g11) == pytest.approx(0.2264, abs=1e-4)
    assert g01 / math.sqrt(g00 * g11) == pytest.approx(-0.609, abs=1e-3)
    assert found.residual_sd == pytest.approx(1.3100, abs=1e-4)
    assert found.log_likelihood == pytest.approx(-221.3183, abs=1e-4)


def sessions(seed: int, spells: int, most: int, unit: float = 1.0) -> list[tuple[int, int, float]]:
    dice = np.random.default_rng(seed)
    rows = []
    for spell in range(spells):
        first = dice.normal(200, 50)
        own, pace = dice.normal(0, 25), dice.normal(0, 8)
        rows.append((spell, 1, float(first) * unit))
        for talk in range(2, 2 + int(dice.integers(1, most))):
            middle = 195 + 18 * math.log(talk) + 0.9 * (first - 200)
            score = middle + own + pace * math.log(talk) + dice.normal(0, 18)
            rows.append((spell, talk, float(score) * unit))
    return rows


@pytest.mark.parametrize("most", [6, 12], ids=["few_talks", "unbalanced"])
def test_the_usual_course_is_the_model_of_the_formula(most: int) -> None:
    """The columns 1, ln s, c and c ln s of each later talk, by a likelihood of the test's own."""
    rows = sessions(11, 60, most)
    found = fit(rows)
    firsts = {spell: score for spell, talk, score in rows if talk == 1}
    mean = sum(firsts.values()) / len(firsts)
    later = [(s, math.log(talk), firsts[s] - mean, y) for s, talk, y in rows if talk > 1]
    own = own_reml.fit_random_slope(
        [s for s, *_ in later],
        [(1.0, log, c, c * log) for _, log, c, _ in later],
        [log for _, log, _, _ in later],
        [y for *_, y in later],
    )
    assert found.mean_first == pytest.approx(mean)
    assert (found.spells, found.scores) == (60, len(later))
    assert found.log_likelihood == pytest.approx(own.log_likelihood, abs=1e-4)
    assert found.fixed_effects == pytest.approx(own.fixed, rel=1e-3, abs=1e-2)
    assert found.residual_sd == pytest.approx(own.residual_sd, rel=2e-3)
    for place in itertools.product((0, 1), repeat=2):
        ours = found.random_covariance[place[0]][place[1]]
        theirs = own.random_covariance[place[0]][place[1]]
        assert ours == pytest.approx(theirs, rel=2e-2, abs=0.5)


def test_the_usual_course_in_points_is_the_one_in_millimetres_divided() -> None:
    millimetres, points = fit(sessions(3, 40, 6)), fit(sessions(3, 40, 6, unit=0.1))
    assert points.residual_sd == pytest.approx(millimetres.residual_sd / 10, rel=1e-4)
    b0, b1, b2, b3 = millimetres.fixed_effects
    assert points.fixed_effects == pytest.approx((b0 / 10, b1 / 10, b2, b3), rel=1e-3, abs=1e-4)


def test_spells_without_a_spread_of_their_own_have_a_covariance_of_nothing() -> None:
    dice = np.random.default_rng(5)
    rows = [
        (spell, talk, 200 + 10 * math.log(talk) + float(dice.normal(0, 20)))
        for spell in range(60)
        for talk in range(1, 6)
    ]
    found = fit(rows)
    assert found.on_boundary
    (g00, g01), (g10, g11) = found.random_covariance
    assert g01 == g10
    assert np.linalg.eigvalsh([[g00, g01], [g10, g11]]).min() >= -1e-9
    assert math.isfinite(found.log_likelihood)


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 2)],
        [1, 2, 3],
        [(1, 2, 3, 4)],
        [(spell, 1, 200.0 + spell) for spell in range(30)],
        [(spell, 5, 200.0 + spell) for spell in range(30)],
    ],
    ids=["pairs", "numbers", "four", "first_talk_only", "one_talk_each"],
)
def test_sessions_that_are_none_or_one_each_are_refused_in_words(rows: list[object]) -> None:
    with pytest.raises(InvalidValue):
        fit(rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_nobody_and_everybody_have_closed_intervals(level: float) -> None:
    """0 of n: Wilson's upper end is z² / (n + z²), his lower one 0; n of n mirrors it."""
    squared = NormalDist().inv_cdf((1 + level) / 2) ** 2
    for n in (1, 5, 20, 400):
        assert tuple(wilson_interval(0, n, level)) == (0.0, pytest.approx(squared / (n + squared)))
        assert tuple(wilson_interval(n, n, level)) == (pytest.approx(n / (n + squared)), 1.0)
        found = newcombe_difference(n, n, 0, n, confidence=level)
        assert (found.difference, found.high) == (1.0, 1.0)
        reach = math.hypot(squared / (n + squared), squared / (n + squared))
        assert found.low == pytest.approx(max(-1.0, 1 - reach))


def test_a_wider_confidence_has_a_wider_interval_and_more_people_a_narrower() -> None:
    widths = [newcombe_difference(8, 20, 5, 20, level) for level in (0.8, 0.9, 0.95, 0.99)]
    assert [w.high - w.low for w in widths] == sorted(w.high - w.low for w in widths)
    sizes = [newcombe_difference(8 * n, 20 * n, 5 * n, 20 * n) for n in (1, 2, 5, 50)]
    assert [w.high - w.low for w in sizes] == sorted((w.high - w.low for w in sizes), reverse=True)


@pytest.mark.parametrize(
    "counts",
    [
        (1, 0, 1, 2),
        (1, 2, 1, 0),
        (3, 2, 1, 2),
        (1, 2, -1, 2),
        (1.0, 2, 1, 2),
        (1, math.nan, 1, 2),
        (math.nan, 2, 1, 2),
        ("1", 2, 1, 2),
        (None, 2, 1, 2),
        (True, 2, 1, 2),
    ],
)
def test_counts_that_are_none_are_refused_as_a_wrong_value(counts: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue):
        newcombe_difference(*counts)
    with pytest.raises(ValueError, match=r"\.$"):
        newcombe_difference(*counts)
    with pytest.raises(InvalidValue):
        newcombe_difference(1, 2, 1, 2, confidence=counts[0] if counts[0] != 1 else "95")  # type: ignore[arg-type]


def test_the_third_cutoff_is_as_far_from_both_means_in_their_own_spreads() -> None:
    for m_clinical, sd_clinical, m_norm, sd_norm in (
        (84.7, 14.8, 114.8, 17.8),
        (40, 7.5, 60, 7.5),
        (60, 7.5, 40, 15),
        (-3.5, 0.25, 12.25, 4),
    ):
        found = cutoffs(m_clinical, sd_clinical, m_norm, sd_norm)
        assert (found.c - m_clinical) / sd_clinical == pytest.approx((m_norm - found.c) / sd_norm)
        assert found.a == pytest.approx(m_clinical + 2 * sd_clinical)
        assert found.b == pytest.approx(m_norm - 2 * sd_norm)
        # With a scale turned round, the third keeps its place on it.
        assert cutoffs(-m_clinical, sd_clinical, -m_norm, sd_norm).c == pytest.approx(-found.c)


def test_jacobson_and_truaxs_marital_scale_has_their_cutoff() -> None:
    # Means 84.7 and 114.8, SD 14.8 and 17.8 (Jacobson & Truax 1991, p. 13): by their formula.
    assert cutoffs(84.7, 14.8, 114.8, 17.8).c == pytest.approx(98.37, abs=0.01)


def test_the_reliable_change_grows_with_spread_and_confidence_and_falls_with_reliability() -> None:
    assert reliable_change_index(7.5, 0.8, 0.95) == pytest.approx(9.29693, abs=1e-5)
    assert reliable_change_index(15, 0.8) == pytest.approx(2 * reliable_change_index(7.5, 0.8))
    assert reliable_change_index(7.5, 0.8, 0.9) < reliable_change_index(7.5, 0.8)
    assert reliable_change_index(7.5, 0.9) < reliable_change_index(7.5, 0.8)
    assert reliable_change_index(7.5, 1) == 0
    assert reliable_change_index(1, 0) == pytest.approx(1.959964 * math.sqrt(2), abs=1e-6)


@pytest.mark.parametrize("wrong", ["7", None, True, math.nan, -math.inf])
def test_what_is_no_number_has_no_reliable_change_and_no_cutoff(wrong: float) -> None:
    for values in ((wrong, 0.8, 0.95), (7.5, wrong, 0.95), (7.5, 0.8, wrong)):
        if wrong is True and values[0] is not True:
            continue
        with pytest.raises(InvalidValue):
            reliable_change_index(*values)
    for place in range(4):
        numbers = [40.0, 7.5, 60.0, 7.5]
        numbers[place] = wrong
        with pytest.raises(InvalidValue):
            cutoffs(*numbers)


def test_a_class_may_be_asked_with_limits_of_ones_own() -> None:
    limits = replace(DEFAULT_THRESHOLDS, reliable_change_mm=50, ors_cutoff_adult_mm=200)
    assert classify(150, 200, limits) is ChangeClass.RECOVERED
    assert classify(150, 199, limits) is ChangeClass.UNCHANGED
    assert classify(195, 200, limits) is ChangeClass.CROSSED
    assert classify(200, 250, limits) is ChangeClass.IMPROVED
    assert classify(np.int64(250), np.int64(200), limits) is ChangeClass.DETERIORATED
    assert classify(150, 200, replace(limits, tie_counts=False)) is ChangeClass.CROSSED


def test_a_mean_of_tables_of_data_is_that_of_plain_numbers() -> None:
    first, last = [100, 200, 180, 90], [160, 200, 250, 80]
    plain = mean_change(first, last)
    assert mean_change(np.array(first), np.array(last)) == plain
    assert plain.interval is not None
    assert plain.interval.contains(plain.mean_change)


def test_everybody_still_there_or_gone_on_one_day_have_a_curve() -> None:
    assert time_in_programme([0, 0], [True, True]).quartiles == (0, 0, 0)
    assert time_in_programme([5], [False]).curve == ((5, 1.0),)
    assert time_in_programme([5] * 4, [True, False, False, False]).quartiles == (5, None, None)


def test_a_target_of_no_number_is_refused_and_its_chance_too() -> None:
    for wrong in (math.nan, math.inf, -1, 100.5):
        with pytest.raises(InvalidValue):
            judge_share(1, 10, 0, wrong)
    for wrong in (math.nan, "0.5", None):
        with pytest.raises(InvalidValue):
            chance_of_meeting(1, 10, wrong)  # type: ignore[arg-type]
    assert judge_share(60, 60, 0, 100).verdict is Verdict.MET
    assert judge_share(59, 60, 0, 100).verdict is Verdict.NOT_MET
    assert judge_share(0, 60, 0, 0).verdict is Verdict.MET
