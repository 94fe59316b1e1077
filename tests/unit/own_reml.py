"""REML for a random intercept and slope in closed form: what the library's fit is held against.

Profiled over all but the relative Cholesky factor of the random covariance, whose diagonal may
be zero (Bates, Mächler, Bolker & Walker 2015, J Stat Softw 67:1), with sums of products by
group. It shares no code with the product.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize


@dataclass(frozen=True, slots=True)
class OwnFit:
    """The same four figures as the product's fit."""

    fixed: tuple[float, ...]
    random_covariance: tuple[tuple[float, float], tuple[float, float]]
    residual_sd: float
    log_likelihood: float


def fit_random_slope(
    groups: Sequence[Hashable],
    fixed: Sequence[Sequence[float]],
    slope: Sequence[float],
    outcome: Sequence[float],
) -> OwnFit:
    """The REML fit of outcome = fixed · b + u0 + u1 · slope + e, (u0, u1) by group."""
    rows, k = len(outcome), len(fixed[0])
    names: dict[Hashable, int] = {}
    index = np.array([names.setdefault(group, len(names)) for group in groups], dtype=np.intp)
    x = np.asarray(fixed, dtype=float)
    z = np.column_stack([np.ones(rows), np.asarray(slope, dtype=float)])
    y = np.asarray(outcome, dtype=float)
    # Columns of one size keep the arithmetic exact whatever unit they come in.
    size = np.abs(x).max(axis=0)
    size[size == 0] = 1.0
    x = x / size
    explained = np.linalg.lstsq(x, y, rcond=None)
    left = y - x @ explained[0]
    # The part that the columns explain is put back at the end; what is left is of size one.
    scale = float(np.sqrt(np.mean(left**2)))

    together = np.column_stack([z, x, left / scale])
    order = np.argsort(index, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(index[order]) > 0])
    sums = _sums_of_products(together[order], starts)
    zz, zw, ww = sums[:, :2, :2], sums[:, :2, 2:], sums[:, 2:, 2:].sum(axis=0)

    def reduced(theta: Any) -> tuple[Any, float]:
        """The cross-products with the random part projected out, and the log-determinant."""
        a, b, c = theta
        # (I + LᵀZᵀZL) by its own 2 × 2 Cholesky factor, for all groups at once.
        p, q, r = zz[:, 0, 0], zz[:, 0, 1], zz[:, 1, 1]
        m00 = 1 + a * a * p + 2 * a * b * q + b * b * r
        m01 = c * (a * q + b * r)
        m11 = 1 + c * c * r
        first = np.sqrt(m00)
        below = m01 / first
        second = np.sqrt(np.maximum(m11 - below**2, 1.0))
        u = (a * zw[:, 0] + b * zw[:, 1]) / first[:, None]
        v = (c * zw[:, 1] - below[:, None] * u) / second[:, None]
        return ww - u.T @ u - v.T @ v, float(2 * (np.log(first) + np.log(second)).sum())

    def deviance(theta: Any) -> float:
        kept, log_determinant = reduced(theta)
        factor = np.linalg.cholesky(kept)
        free = rows - k
        return float(
            log_determinant
            + 2 * np.log(np.diagonal(factor)[:k]).sum()
            + free * (1 + math.log(2 * math.pi * factor[k, k] ** 2 / free))
        )

    best = minimize(
        # By row, so that what counts as settled does not depend on how many rows there are.
        lambda theta: deviance(theta) / rows,
        _start(zz),
        method="L-BFGS-B",
        jac="3-point",
        bounds=[(0, None), (None, None), (0, None)],
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
    )
    kept, _ = reduced(best.x)
    coefficients = np.linalg.solve(kept[:k, :k], kept[:k, k])
    variance = float(kept[k, k] - kept[k, :k] @ coefficients) / (rows - k)
    a, b, c = (float(value) for value in best.x)
    g = scale**2 * variance
    covariance = ((g * a * a, g * a * b), (g * a * b, g * (b * b + c * c)))
    whole = (coefficients * scale + explained[0]) / size
    # The deviance was that of rescaled columns and outcome; both change it by a constant.
    shift = 2 * (rows - k) * math.log(scale) + 2 * float(np.log(size).sum())
    return OwnFit(
        fixed=tuple(float(value) for value in whole),
        random_covariance=covariance,
        residual_sd=math.sqrt(variance) * scale,
        log_likelihood=-(deviance(best.x) + shift) / 2,
    )


def _start(zz: Any) -> Any:
    """Random parts as large as the residual: a slope counts by the size of its variable."""
    typical = math.sqrt(float(zz[:, 1, 1].sum() / zz[:, 0, 0].sum())) or 1.0
    return np.array([1.0, 0.0, 1.0 / typical])


def _sums_of_products(rows: Any, starts: Any) -> Any:
    """For each group the sum over its rows of the products of every two columns."""
    width = rows.shape[1]
    sums = np.empty((len(starts), width, width))
    for i in range(width):
        for j in range(i, width):
            sums[:, i, j] = sums[:, j, i] = np.add.reduceat(rows[:, i] * rows[:, j], starts)
    return sums
