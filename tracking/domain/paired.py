"""Tests and spread of paired scores, as `tracking.domain.statistics` needs them.

Whole millimetres have sums that are exact, since 64 bits have room for them: that is what makes
these quick, and equal scores vary by nothing at all. NumPy and SciPy do the arithmetic and are
imported when first needed.
"""

from __future__ import annotations

import math
import statistics as plain
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, NamedTuple

from tracking.domain.errors import InvalidValue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.int64] | NDArray[np.float64]
    """Whole numbers, or others."""
    Given = Sequence[int] | NDArray[np.int16]

EXACT_PAIRS, EXACT_TIED_PAIRS = 50, 13
"""Up to so many changes the signed rank test is exact, without ties and with them."""


class Moments(NamedTuple):
    """Mean, median and standard deviation (n − 1; None below two) in the unit of the scores."""

    mean: float
    median: float
    sd: float | None


def packed(scores: Iterable[int]) -> bytes:
    """Whole numbers within ±32 767 in 16 bits each; what is packed can be compared and joined."""
    return array("h", scores).tobytes()


def unpacked(pieces: Iterable[bytes]) -> NDArray[np.int16]:
    """The scores of all pieces that were `packed`."""
    import numpy as np

    return np.frombuffer(b"".join(pieces), np.int16)


def with_changes(first: Given, last: Given) -> Scores:
    """Three rows: the first scores, the last and the changes from the one to the other.

    Whole numbers where all scores are, and none is beyond ±32 767: so small that all their sums,
    and those of their squares, are exact. Raises InvalidValue when one is no finite number.
    """
    import numpy as np

    both = _as_array(first), _as_array(last)
    whole = all(scores.dtype.kind == "i" for scores in both)
    rows: Any = np.empty((3, len(both[0])), np.int64 if whole else np.float64)
    rows[0], rows[1] = both
    np.subtract(rows[1], rows[0], out=rows[2])
    found: Scores = rows
    return found


def _as_array(scores: Given) -> NDArray[np.int16] | NDArray[np.float64]:
    import numpy as np

    if isinstance(scores, np.ndarray) and scores.dtype == np.int16:
        return scores
    listed: Sequence[float] | NDArray[np.int16] = scores
    if set(map(type, scores)) != {int}:
        # A table of data may have others than Python's own numbers.
        listed = [int(s) if isinstance(s, Integral) else s for s in scores]
        if not all(isinstance(s, Real) and math.isfinite(s) for s in listed):
            raise InvalidValue("Förändring räknas på skattningar som är tal.")
        if not all(isinstance(s, int) for s in listed):
            return np.array(listed, dtype=np.float64)
    try:
        return np.array(listed, dtype=np.int16)
    except OverflowError:
        return np.array(listed, dtype=np.float64)


def moments(rows: Scores) -> list[Moments]:
    """Mean, median and spread of each row, which has one score at least."""
    n = rows.shape[1]
    if rows.dtype.kind != "i":
        # Equal numbers vary by nothing here either, which sums of floats would not hold.
        return [
            Moments(math.fsum(row) / n, plain.median(row), plain.stdev(row) if n > 1 else None)
            for row in rows.tolist()
        ]
    totals, squares = rows.sum(axis=1).tolist(), (rows * rows).sum(axis=1).tolist()
    ordered = rows.copy()
    ordered.sort(axis=1)
    middles = ordered[:, (n - 1) // 2 : n // 2 + 1].tolist()
    return [
        Moments(
            total / n,
            sum(middle) / len(middle),
            math.sqrt((n * square - total**2) / (n * (n - 1))) if n > 1 else None,
        )
        for total, square, middle in zip(totals, squares, middles, strict=True)
    ]


@lru_cache(maxsize=1024)
def t_quantile(share: float, freedom: int) -> float:
    """The quantile of Student's t at a share (0–1)."""
    # scipy.stats asks scipy.special for this and the next, and takes fifty times as long.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def rank_and_sign_p(changes: Scores) -> tuple[float, float]:
    """The two-sided signed rank test and the exact two-sided sign test; 1 when nobody changed.

    The normal approximation of the first is SciPy's with its correction for ties, to the last
    digits that count; written out because a page with means would spend most of its time in
    SciPy's checks of its arguments. All who moved equally far share their ranks.
    """
    import numpy as np

    ups = changes > 0
    sizes = _ordinals(changes)
    alike, up = np.bincount(sizes), np.bincount(sizes[ups], minlength=1)
    alike[0] = 0
    upto = alike.cumsum()
    n, n_up = int(upto[-1]), int(up.sum())
    if not n:
        return 1.0, 1.0
    sign_p = _sign_p(min(n_up, n - n_up), n)
    if n <= (EXACT_TIED_PAIRS if alike.max() > 1 else EXACT_PAIRS):
        moved = changes[changes != 0]
        return float(import_module("scipy.stats").wilcoxon(moved).pvalue), sign_p
    # Who moved equally far fill ranks upto - alike + 1 to upto: this is twice their mean.
    doubled = (2 * upto - alike + 1)[: len(up)]
    from_the_middle = int(up @ doubled) / 2 - n * (n + 1) / 4
    ties = int(alike @ (alike * alike)) - n
    variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24
    return math.erfc(abs(from_the_middle) / math.sqrt(2 * variance)), sign_p


def _ordinals(changes: Scores) -> NDArray[np.intp]:
    """How far each has moved, or whole numbers in the same order; 0 for who has not."""
    import numpy as np

    sizes: NDArray[Any] = abs(changes)
    if sizes.dtype.kind == "i":
        return sizes
    return np.searchsorted(np.unique(np.append(sizes, 0)), sizes)


@lru_cache(maxsize=1024)
def _sign_p(fewer: int, moved: int) -> float:
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(fewer, moved, 0.5)))
