"""A linear mixed model with a random intercept and a random slope, fitted by REML.

The fitting is statsmodels' ``MixedLM``; here it is given columns of one size, good starting
values and a second optimiser, and its warnings become an answer or a refusal. What the rows are
about is not known here (the usual course is `course`). The libraries are imported when first
needed, since no page fits a model and statsmodels alone takes more than a second.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tracking.domain.errors import InvalidValue, StegvisError

# What is smaller than this beside the spread of the outcome is rounding and not spread.
NOTHING_LEFT = 1e-12
# Random parts are counted in residual standard deviations. MixedLM takes a variance below 1e-10
# for one without bounds; at this floor it is already nothing in the figures.
FLOOR = 1e-4
# The gradient of the likelihood by row: what a search aims at, and what is taken for its end.
GRADIENT, SETTLED = 1e-7, 1e-5
MOST_STEPS = 300


Covariance = tuple[tuple[float, float], tuple[float, float]]


class FitNotSettled(StegvisError):
    """The optimisers found no end, so there is no model to show."""

    def __init__(self) -> None:
        super().__init__(
            "Modellen gick inte att anpassa till underlaget: beräkningen nådde inget slut. Försök "
            "igen när fler deltaganden har avslutats."
        )


@dataclass(frozen=True, slots=True)
class MixedFit:
    """A fitted model, everything in the unit of the outcome.

    ``fixed`` are the coefficients of the fixed columns in their order, ``random_covariance``
    the 2 × 2 covariance of random intercept and slope, ``residual_sd`` the residual standard
    deviation, ``log_likelihood`` the restricted one (lme4's REML criterion is −2 times it).
    A random part that the data cannot tell from none is a ten-thousandth of the residual's.
    """

    fixed: tuple[float, ...]
    random_covariance: Covariance
    residual_sd: float
    log_likelihood: float


def fit_random_slope(
    groups: Sequence[Hashable],
    fixed: Sequence[Sequence[float]],
    slope: Sequence[float],
    outcome: Sequence[float],
    start: tuple[Covariance, float] | None = None,
) -> MixedFit:
    """Return the REML fit of outcome = fixed · b + u0 + u1 · slope + e, (u0, u1) by group.

    ``groups`` names each row's group, ``fixed`` holds its fixed columns (the constant among
    them), ``slope`` the variable whose coefficient varies between groups; ``start`` is the
    covariance and the residual SD of a fit of nearly the same rows, to begin the search from.

    Raises InvalidValue where the model can't be told from the data: fewer than two groups, not
    more rows than coefficients, columns that repeat one another, or an outcome that the columns
    explain wholly; FitNotSettled where neither optimiser ends. Checked against lme4's printed
    fit of its sleepstudy data and against a likelihood written out in the tests.
    """
    import numpy as np

    rows, k = len(outcome), len(fixed[0]) if len(fixed) else 0
    names: dict[Hashable, int] = {}
    index = np.array([names.setdefault(group, len(names)) for group in groups], dtype=np.intp)
    if len(names) < 2 or rows <= k + 1 or k == 0:
        raise InvalidValue("Underlaget är för litet för att räkna fram ett vanligt förlopp.")
    x, z, y = (np.asarray(values, dtype=float) for values in (fixed, slope, outcome))
    if not (np.isfinite(x).all() and np.isfinite(z).all() and np.isfinite(y).all()):
        raise InvalidValue("Alla värden i underlaget måste vara tal.")
    # Columns of one size keep the arithmetic exact whatever unit they come in, and a slope
    # counted from its middle is the easiest to tell from the intercept.
    size = np.abs(x).max(axis=0)
    size[size == 0] = 1.0
    x = x / size
    explained, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    left = y - x @ explained
    spread = float(np.abs(y - y.mean()).max())
    middle, width = float(z.mean()), float(z.std())
    nothing = spread == 0 or float(np.abs(left).max()) <= NOTHING_LEFT * spread
    if rank < k or width == 0 or nothing:
        raise InvalidValue("Underlaget varierar för lite för att räkna fram ett vanligt förlopp.")
    # The part that the columns explain is put back at the end; what is left is of size one.
    scale = float(np.sqrt(np.mean(left**2)))
    own = np.column_stack([np.ones(rows), (z - middle) / width])
    turned = np.array([[1.0, middle], [0.0, width]])
    relative = np.eye(2)
    if start is not None:
        # A part that was none there gets a slope to climb from.
        relative = turned @ np.array(start[0]) @ turned.T / start[1] ** 2 + np.eye(2) / 100
    found = _settled(left / scale, x, index, own, relative)
    back = np.linalg.inv(turned) * scale
    (g00, g01), (_, g11) = (back @ found.covariance @ back.T).tolist()
    # The likelihood was that of rescaled columns and outcome; both change it by a constant.
    shift = (rows - k) * math.log(scale) + float(np.log(size).sum())
    return MixedFit(
        fixed=tuple(((found.fixed * scale + explained) / size).tolist()),
        random_covariance=((g00, g01), (g01, g11)),
        residual_sd=math.sqrt(found.variance) * scale,
        log_likelihood=found.log_likelihood - shift,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    fixed: Any
    covariance: Any
    variance: float
    log_likelihood: float


def _settled(outcome: Any, x: Any, groups: Any, own: Any, relative: Any) -> _Found:
    """MixedLM's answer, searched from a relative covariance; raises FitNotSettled.

    MixedLM's own search comes first. Where a random part is none it may stop far from the end
    and say that it converged (a covariance without an inverse is taken for one without bounds),
    so a search is believed only where the gradient is nothing; if not, the same likelihood is
    searched again with a floor under the random parts.
    """
    import numpy as np
    from statsmodels.regression.mixed_linear_model import MixedLM

    rows = len(outcome)
    with warnings.catch_warnings():
        # What they tell (a boundary, a search that stopped) is asked of the gradient instead.
        warnings.simplefilter("ignore")
        model = MixedLM(outcome, x, groups=groups, exog_re=own, use_sqrt=True)
        for search in (partial(_own_search, relative=relative), _floored):
            try:
                factor = search(model)
                gradient = -model.score(factor) / rows
                # A part that presses against the floor is none.
                gradient[np.array([True, False, True]) & (factor <= FLOOR) & (gradient > 0)] = 0.0
                if not np.abs(gradient).max() <= SETTLED:
                    continue
                lower = np.array([[factor[0], 0.0], factor[1:]])
                covariance = lower @ lower.T
                fixed, _ = model.get_fe_params(covariance, np.empty(0))
                variance = float(model.get_scale(fixed, covariance, np.empty(0)))
                likelihood = float(model.loglike(factor))
            except np.linalg.LinAlgError:
                continue
            return _Found(fixed, covariance * variance, variance, likelihood)
    raise FitNotSettled


def _own_search(model: Any, relative: Any) -> Any:
    """The search that MixedLM has itself."""
    import numpy as np
    from statsmodels.regression.mixed_linear_model import MixedLMParams

    begin = MixedLMParams.from_components(
        fe_params=np.zeros(model.k_fe), cov_re_sqrt=_factor(relative)
    )
    found = model.fit(
        reml=True, method="bfgs", start_params=begin, gtol=GRADIENT, maxiter=MOST_STEPS
    )
    return _factor(found.cov_re_unscaled)[np.tril_indices(2)]


def _floored(model: Any) -> Any:
    """SciPy's bounded search of MixedLM's likelihood: a, b, c of the factor [[a, 0], [b, c]]."""
    import numpy as np
    from scipy.optimize import minimize

    rows = model.n_totobs

    def downhill(factor: Any) -> tuple[float, Any]:
        return -float(model.loglike(factor)) / rows, -model.score(factor) / rows

    found = minimize(
        downhill,
        np.array([0.5, 0.0, 0.5]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(FLOOR, None), (None, None), (FLOOR, None)],
        options={"ftol": 1e-15, "gtol": GRADIENT, "maxiter": MOST_STEPS},
    )
    return found.x


def _factor(covariance: Any) -> Any:
    """The lower triangular square root; a part that is none stands at the floor."""
    import numpy as np

    values, vectors = np.linalg.eigh(covariance)
    kept = (vectors * np.maximum(values, FLOOR**2)) @ vectors.T
    return np.linalg.cholesky(kept)
