"""Tests and spread of paired scores, as `tracking.domain.statistics` needs them.

Whole millimetres have few values and exact sums, which is what makes these quick. SciPy does the
arithmetic where it is not in the way of that, and is imported when first needed.
"""

from __future__ import annotations

import math
import statistics as plain
from collections import Counter
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from numbers import Integral, Real
from operator import gt, lt, mul

from tracking.domain.errors import InvalidValue

EXACT_PAIRS, EXACT_TIED_PAIRS = 50, 13
"""Up to so many changes the signed rank test is exact, without ties and with them."""


def plain_numbers(scores: Sequence[int]) -> Sequence[int]:
    """The scores as Python's own numbers, of which a table of data may have others."""
    if set(map(type, scores)) == {int}:
        return scores
    found = [int(s) if isinstance(s, Integral) else s for s in scores]
    if not all(isinstance(s, Real) and math.isfinite(s) for s in found):
        raise InvalidValue("Förändring räknas på skattningar som är tal.")
    return found


def spread(values: Sequence[int]) -> float:
    """The standard deviation (n − 1). Of whole numbers the sums are exact, so that equal ones
    vary by nothing at all."""
    n = len(values)
    if set(map(type, values)) != {int}:
        return plain.stdev(values)
    squares = n * sum(map(mul, values, values)) - sum(values) ** 2
    return math.sqrt(squares / (n * (n - 1)))


def t_quantile(share: float, freedom: int) -> float:
    """The quantile of Student's t at a share (0–1)."""
    # scipy.stats asks scipy.special for this and the next, and takes fifty times as long.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def signed_rank_p(changes: Sequence[int]) -> float:
    """The two-sided signed rank test; 1 when nobody changed."""
    moved = list(filter(None, changes))
    if not moved:
        return 1.0
    tied = len(set(map(abs, moved))) < len(moved)
    if len(moved) <= (EXACT_TIED_PAIRS if tied else EXACT_PAIRS):
        return float(import_module("scipy.stats").wilcoxon(moved).pvalue)
    return _signed_rank_normal(moved)


def _signed_rank_normal(moved: Sequence[int]) -> float:
    """The normal approximation of the signed rank test with its correction for ties.

    SciPy's, to the last digits that count; written out because a page with means would spend
    most of its time in SciPy's checks of its arguments. Whole millimetres have few values, so
    ranks are shared by all who moved equally far: n of them fill ranks k + 1 to k + n.
    """
    by_change = Counter(moved)
    before, doubled_up, ties = 0, 0, 0
    for size in sorted(set(map(abs, by_change))):
        up = by_change.get(size, 0)
        n = up + by_change.get(-size, 0)
        doubled_up += up * (2 * before + n + 1)
        ties += n**3 - n
        before += n
    n = len(moved)
    from_the_middle = doubled_up / 2 - n * (n + 1) / 4
    variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24
    return math.erfc(abs(from_the_middle) / math.sqrt(2 * variance))


def sign_p(changes: Sequence[int]) -> float:
    """The exact two-sided sign test; 1 when nobody changed."""
    up, down = sum(map(partial(lt, 0), changes)), sum(map(partial(gt, 0), changes))
    if not up + down:
        return 1.0
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(up, down), up + down, 0.5)))
