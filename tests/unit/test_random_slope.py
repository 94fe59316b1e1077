"""The mixed model against lme4's printed fit, a REML of our own, and the density written out."""

from __future__ import annotations

import csv
import math
import random
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from tests.unit import own_reml
from tracking.domain.errors import InvalidValue
from tracking.domain.random_slope import FitNotSettled, MixedFit, fit_random_slope

REFERENCE = Path(__file__).parent / "reference"


def sleepstudy() -> tuple[list[str], list[float], list[float]]:
    with (REFERENCE / "sleepstudy.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return (
        [row["subject"] for row in rows],
        [float(row["day"]) for row in rows],
        [float(row["reaction_ms"]) for row in rows],
    )


def test_the_fit_of_sleepstudy_is_the_one_that_lme4_prints() -> None:
    # summary(lmer(Reaction ~ Days + (Days | Subject), sleepstudy)), Bates et al. 2015.
    subjects, days, reaction = sleepstudy()
    fit = fit_random_slope(subjects, [(1.0, day) for day in days], days, reaction)
    (g00, g01), (g10, g11) = fit.random_covariance
    assert [round(b, 3) for b in fit.fixed] == [251.405, 10.467]
    # lme4 prints 612.10 or 612.09, nlme 24.7404² = 612.09.
    assert g00 == pytest.approx(612.095, abs=0.008)
    assert round(g11, 2) == 35.07
    assert math.sqrt(g00) == pytest.approx(24.7405, abs=3e-4)
    assert round(math.sqrt(g11), 3) == 5.922
    assert round(g01 / math.sqrt(g00 * g11), 2) == 0.07
    assert g01 == g10
    assert round(fit.residual_sd, 3) == 25.592
    assert round(-2 * fit.log_likelihood, 3) == 1743.628


def restricted_log_likelihood(
    fit: MixedFit, groups: list[int], x: list[list[float]], slope: list[float], y: list[float]
) -> float:
    """Straight from the definition, one covariance matrix for all rows (Harville 1974), with
    lme4's constant, which leaves out log |XᵀX|.
    """
    design = np.array(x)
    z = np.column_stack([np.ones(len(y)), slope])
    same = np.equal.outer(groups, groups)
    v = np.where(same, z @ np.array(fit.random_covariance) @ z.T, 0.0)
    v = v + fit.residual_sd**2 * np.eye(len(y))
    dense = multivariate_normal(design @ np.array(fit.fixed), v).logpdf(y)
    information = design.T @ np.linalg.solve(v, design)
    k = design.shape[1]
    return float(
        dense + k / 2 * math.log(2 * math.pi) - np.linalg.slogdet(information).logabsdet / 2
    )


def world(seed: int, spread: float = 12.0) -> tuple[list[int], list[list[float]], list[float]]:
    dice = random.Random(seed)
    groups: list[int] = []
    x: list[list[float]] = []
    y: list[float] = []
    for group in range(12):
        start, slope = dice.gauss(200, spread), dice.gauss(15, spread / 2)
        background = dice.gauss(0, 50)
        for talk in range(2, 2 + dice.randint(1, 7)):
            groups.append(group)
            x.append([1.0, math.log(talk), background])
            y.append(start + slope * math.log(talk) + 0.5 * background + dice.gauss(0, 8))
    return groups, x, y


@pytest.mark.parametrize("seed", range(6))
def test_the_likelihood_is_that_of_the_definition_and_nothing_near_by_is_likelier(
    seed: int,
) -> None:
    groups, x, y = world(seed, spread=0.0 if seed == 5 else 12.0)
    slope = [row[1] for row in x]
    fit = fit_random_slope(groups, x, slope, y)
    best = restricted_log_likelihood(fit, groups, x, slope, y)
    assert fit.log_likelihood == pytest.approx(best, abs=1e-6)
    (g00, g01), (_, g11) = fit.random_covariance
    for d00, d01, d11, factor in (
        (1.03, 1.0, 1.0, 1.0),
        (0.97, 1.0, 1.0, 1.0),
        (1.0, 1.0, 1.03, 1.0),
        (1.0, 1.0, 0.97, 1.0),
        (1.0, 0.97, 1.0, 1.0),
        (1.0, 1.0, 1.0, 1.01),
        (1.0, 1.0, 1.0, 0.99),
    ):
        near = MixedFit(
            fit.fixed,
            ((g00 * d00, g01 * d01), (g01 * d01, g11 * d11)),
            fit.residual_sd * factor,
            0.0,
        )
        g = np.array(near.random_covariance)
        if np.linalg.eigvalsh(g).min() < 0:
            continue
        assert restricted_log_likelihood(near, groups, x, slope, y) <= best + 1e-5


def test_a_change_of_unit_changes_only_the_unit() -> None:
    groups, x, y = world(7)
    slope = [row[1] for row in x]
    in_mm = fit_random_slope(groups, x, slope, y)
    in_points = fit_random_slope(groups, x, slope, [score / 10 for score in y])
    assert in_points.fixed == pytest.approx([b / 10 for b in in_mm.fixed], rel=1e-5)
    assert in_points.residual_sd == pytest.approx(in_mm.residual_sd / 10, rel=1e-5)


@pytest.mark.parametrize(
    ("start_sd", "slope_sd"),
    [(12.0, 6.0), (12.0, 0.0), (0.0, 6.0), (0.0, 0.0)],
    ids=["both", "no_slope", "no_start", "neither"],
)
def test_a_fit_at_the_boundary_is_as_likely_as_any(start_sd: float, slope_sd: float) -> None:
    # Where a random part is none, MixedLM's own search stops too early in most of these worlds
    # and in some of them says that it converged.
    groups, x, y = spread_world(2, start_sd, slope_sd)
    slope = [row[1] for row in x]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_random_slope(groups, x, slope, y)
    other = own_reml.fit_random_slope(groups, x, slope, y)
    assert fit.log_likelihood >= other.log_likelihood - 1e-5
    written_out = restricted_log_likelihood(fit, groups, x, slope, y)
    assert fit.log_likelihood == pytest.approx(written_out, abs=1e-5)
    assert np.linalg.eigvalsh(np.array(fit.random_covariance)).min() >= -1e-9


def spread_world(
    seed: int, start_sd: float, slope_sd: float
) -> tuple[list[int], list[list[float]], list[float]]:
    dice = random.Random(seed)
    groups: list[int] = []
    x: list[list[float]] = []
    y: list[float] = []
    for group in range(30):
        own, pace = dice.gauss(0, start_sd), dice.gauss(0, slope_sd)
        for talk in range(2, 2 + dice.randint(2, 6)):
            groups.append(group)
            x.append([1.0, math.log(talk)])
            y.append(200 + own + (15 + pace) * math.log(talk) + dice.gauss(0, 8))
    return groups, x, y


def test_a_start_changes_the_way_and_not_the_end() -> None:
    groups, x, y = spread_world(3, 12.0, 6.0)
    slope = [row[1] for row in x]
    cold = fit_random_slope(groups, x, slope, y)
    for near in (
        (cold.random_covariance, cold.residual_sd),
        (((400.0, 0.0), (0.0, 0.0)), 20.0),
        (((0.0, 0.0), (0.0, 0.0)), 1.0),
    ):
        warm = fit_random_slope(groups, x, slope, y, near)
        assert warm.fixed == pytest.approx(cold.fixed, rel=1e-5)
        assert warm.residual_sd == pytest.approx(cold.residual_sd, rel=1e-5)
        assert warm.log_likelihood == pytest.approx(cold.log_likelihood, abs=1e-6)


def test_a_fit_is_plain_numbers_and_the_same_every_time() -> None:
    groups, x, y = spread_world(4, 12.0, 6.0)
    found = [fit_random_slope(groups, x, [row[1] for row in x], y) for _ in range(2)]
    assert found[0] == found[1]
    numbers = [*found[0].fixed, found[0].residual_sd, found[0].log_likelihood]
    numbers += [value for row in found[0].random_covariance for value in row]
    assert {type(value) for value in numbers} == {float}


@pytest.mark.parametrize("fault", ["no_end", "no_inverse"])
def test_a_search_without_an_end_is_refused_in_words(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    true_score = MixedLM.score

    def broken(model: MixedLM, *given: object, **more: object) -> object:
        if fault == "no_inverse":
            raise np.linalg.LinAlgError
        return true_score(model, *given, **more) + 1.0

    monkeypatch.setattr(MixedLM, "score", broken)
    groups, x, y = spread_world(5, 12.0, 6.0)
    with pytest.raises(FitNotSettled) as caught:
        fit_random_slope(groups, x, [row[1] for row in x], y)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("groups", "x", "y"),
    [
        ([], [], []),
        ([1] * 6, [[1.0, k] for k in range(6)], [1.0, 3, 2, 5, 4, 6]),
        ([1, 1, 2], [[1.0, 0], [1, 1], [1, 2]], [1.0, 2, 3]),
        ([1, 1, 1, 2, 2, 2], [[1.0, k % 3] for k in range(6)], [7.0] * 6),
        ([1, 1, 1, 2, 2, 2], [[1.0, k] for k in range(6)], [2.0 * k for k in range(6)]),
        ([1, 1, 1, 2, 2, 2], [[1.0, 2.0]] * 6, [1.0, 3, 2, 5, 4, 6]),
        ([1, 1, 1, 2, 2, 2], [[1.0, k] for k in range(6)], [1.0, math.nan, 2, 5, 4, 6]),
    ],
    ids=["nothing", "one", "few", "alike", "exact", "repeats", "nan"],
)
def test_what_the_data_cannot_tell_is_refused_in_words(
    groups: list[int], x: list[list[float]], y: list[float]
) -> None:
    with pytest.raises(InvalidValue):
        fit_random_slope(groups, x, [row[1] for row in x], y)
