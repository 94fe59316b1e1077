"""Intervals, tests, effect sizes and rounding; SciPy computes, this module says what is meant.

Shares are given as whole numbers (successes of n) and come back as 0–1. Nothing here knows
what was counted, and nothing here returns NaN: what can't be computed is None or refused.
SciPy is imported when first needed, since most pages never need it.
"""

from __future__ import annotations

import math
import statistics as plain
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

from tracking.domain.errors import InvalidValue

CONFIDENCE = 0.95
UNCERTAIN_BELOW_PAIRS = 30


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; ``low`` and ``high`` in the unit of what was estimated."""

    low: float
    high: float

    def contains(self, value: float | Fraction) -> bool:
        """Say whether the value lies in the interval, ends included."""
        return self.low <= value <= self.high


def _stats() -> Any:
    return import_module("scipy.stats")


def wilson_interval(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval (no continuity correction) of a share, as 0–1.

    81 of 263 gives 0.2553–0.3662. Newcombe 1998, Stat Med 17:857, method 3. Raises
    InvalidValue when n is 0, when successes are not within 0–n, or on a confidence
    outside 0–1.
    """
    _check_counts(successes, n)
    _check_confidence(confidence)
    result = (
        _stats()
        .binomtest(int(successes), int(n))
        .proportion_ci(confidence_level=confidence, method="wilson")
    )
    # At 0 and n the formula gives the end exactly; rounding in the last bit must not show.
    low = 0.0 if successes == 0 else max(0.0, float(result.low))
    high = 1.0 if successes == n else min(1.0, float(result.high))
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares (first minus second) with its interval, all as −1 to 1."""

    difference: float
    low: float
    high: float

    @property
    def tells_apart(self) -> bool:
        """Say whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def newcombe_difference(
    k1: int, n1: int, k2: int, n2: int, confidence: float = CONFIDENCE
) -> Difference:
    """Return k1/n1 − k2/n2 with Newcombe's hybrid score interval.

    56/70 against 48/80 gives 0.2, 0.0524–0.3339. Newcombe 1998, Stat Med 17:873, method 10.
    Raises InvalidValue as ``wilson_interval``.
    """
    first = wilson_interval(k1, n1, confidence)
    second = wilson_interval(k2, n2, confidence)
    p1, p2 = k1 / n1, k2 / n2
    difference = float(Fraction(k1, n1) - Fraction(k2, n2))
    low = difference - math.hypot(p1 - first.low, second.high - p2)
    high = difference + math.hypot(first.high - p1, p2 - second.low)
    return Difference(difference, max(-1.0, low), min(1.0, high))


def chance_of_meeting(
    successes: int, n: int, target: float | Fraction, at_least: bool = True
) -> float:
    """Return the chance (0–1) that the true share meets a target share (0–1).

    Beta posterior from a uniform prior. ``at_least=False`` asks for at most. Raises
    InvalidValue on impossible counts or a target outside 0–1.
    """
    _check_counts(successes, n)
    if not 0 <= target <= 1:
        raise InvalidValue("Målet ska vara en andel mellan 0 och 100 procent.")
    # The regularised incomplete beta function is the posterior's distribution function, at a
    # hundredth of what scipy.stats takes to build a distribution first.
    from scipy.special import betainc

    met, not_met, share = 1 + successes, 1 + n - successes, float(target)
    return float(betainc(not_met, met, 1 - share) if at_least else betainc(met, not_met, share))


@dataclass(frozen=True, slots=True)
class MeanChange:
    """Change of pairs of scores, in the unit of the scores (millimetres).

    ``sd_first`` is the standard deviation of the first scores, ``sd_change`` that of the
    changes (both n − 1; None below two pairs). ``interval`` is the t-interval of the mean
    change (None below two pairs). ``effect_size`` is mean change / ``sd_first`` with Hedges'
    factor (None when the first scores don't vary). ``p_value`` is Wilcoxon's signed rank
    test, two-sided; 1 when nobody changed. ``p_sign`` is the sign test.
    """

    n: int
    mean_first: float
    mean_last: float
    mean_change: float
    median_first: float
    median_last: float
    median_change: float
    sd_first: float | None
    sd_last: float | None
    sd_change: float | None
    interval: Interval | None
    effect_size: float | None
    p_value: float
    p_sign: float

    @property
    def is_uncertain(self) -> bool:
        """Say whether the page has to say *osäkert*: fewer than 30 pairs."""
        return self.n < UNCERTAIN_BELOW_PAIRS


def mean_change(
    first: Sequence[int], last: Sequence[int], confidence: float = CONFIDENCE
) -> MeanChange:
    """Return mean, spread, interval, effect size and robust tests of paired scores (mm).

    d = (mean last − mean first) / SD of first, times 1 − 3/(4n − 5) for n pairs (Hedges 1981
    with n − 1 degrees of freedom). Raises InvalidValue on no pairs or unequal lengths.
    """
    if len(first) != len(last) or not first:
        raise InvalidValue("Förändring räknas på minst ett par av första och sista värde.")
    _check_confidence(confidence)
    n = len(first)
    changes = [b - a for a, b in zip(first, last, strict=True)]
    mean = plain.fmean(changes)
    sd_first = sd_last = sd_change = effect = None
    interval = None
    if n >= 2:
        sd_first, sd_last, sd_change = (plain.stdev(xs) for xs in (first, last, changes))
        half = float(_stats().t.ppf((1 + confidence) / 2, n - 1)) * sd_change / math.sqrt(n)
        interval = Interval(mean - half, mean + half)
        if sd_first > 0:
            effect = mean / sd_first * hedges_factor(n)
    return MeanChange(
        n=n,
        mean_first=plain.fmean(first),
        mean_last=plain.fmean(last),
        mean_change=mean,
        median_first=float(plain.median(first)),
        median_last=float(plain.median(last)),
        median_change=float(plain.median(changes)),
        sd_first=sd_first,
        sd_last=sd_last,
        sd_change=sd_change,
        interval=interval,
        effect_size=effect,
        p_value=_wilcoxon(changes),
        p_sign=_sign_test(changes),
    )


def hedges_factor(pairs: int) -> float:
    """Return Hedges' factor for n pairs, 1 − 3/(4n − 5): 0.914 for ten. Needs two pairs."""
    if pairs < 2:
        raise InvalidValue("En effektstorlek kräver minst två par.")
    return 1 - 3 / (4 * pairs - 5)


def _wilcoxon(changes: Sequence[int]) -> float:
    moved = [c for c in changes if c != 0]
    return float(_stats().wilcoxon(moved).pvalue) if moved else 1.0


def _sign_test(changes: Sequence[int]) -> float:
    up, down = sum(c > 0 for c in changes), sum(c < 0 for c in changes)
    return float(_stats().binomtest(up, up + down).pvalue) if up + down else 1.0


@dataclass(frozen=True, slots=True)
class TimeInProgramme:
    """Time in the insats in days, ongoing spells counted as far as they have come.

    ``quartiles`` are the days after which a quarter, half and three quarters have ended;
    None where fewer have. ``curve`` is (days, share still in the insats).
    """

    n: int
    ended: int
    quartiles: tuple[int | None, int | None, int | None]
    curve: tuple[tuple[int, float], ...]

    @property
    def median(self) -> int | None:
        """Return the median time in days, or None when more than half are still ongoing."""
        return self.quartiles[1]


def time_in_programme(durations: Sequence[int], ended: Sequence[bool]) -> TimeInProgramme:
    """Return Kaplan–Meier's estimate of time in the insats; open spells are censored.

    ``durations`` in days, ``ended`` says which spells have ended. Raises InvalidValue on no
    spells, unequal lengths or negative days.
    """
    if len(durations) != len(ended) or not durations or min(durations) < 0:
        raise InvalidValue("Tid i insatsen räknas på minst ett deltagande med kända dagar.")
    stats = _stats()
    data = stats.CensoredData(
        uncensored=[d for d, e in zip(durations, ended, strict=True) if e],
        right=[d for d, e in zip(durations, ended, strict=True) if not e],
    )
    survival = stats.ecdf(data).sf
    curve = tuple(
        (int(days), float(share))
        for days, share in zip(survival.quantiles, survival.probabilities, strict=True)
    )

    def first_at_most(share: float) -> int | None:
        # A product of fractions may end a hair above the share it equals on paper.
        return next((days for days, still in curve if still <= share + 1e-9), None)

    quartiles = (first_at_most(0.75), first_at_most(0.5), first_at_most(0.25))
    return TimeInProgramme(len(durations), sum(map(bool, ended)), quartiles, curve)


def round_half_up(x: Fraction | Decimal | int | float, ndigits: int = 0) -> Decimal:
    """Return x rounded half away from zero to ``ndigits`` decimals, exactly.

    Fractions and decimals are exact; a float counts as the decimal it prints as (2.675 is
    2.675). Round once, at the very end. Raises InvalidValue on NaN or infinity.
    """
    if isinstance(x, float):
        if not math.isfinite(x):
            raise InvalidValue("Talet går inte att avrunda.")
        x = Decimal(repr(x))
    exact = Fraction(x) * Fraction(10) ** ndigits
    doubled = abs(exact) * 2
    whole = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    # Built digit by digit: arithmetic on Decimal would round to its context's 28 digits.
    digits = tuple(int(digit) for digit in str(whole))
    return Decimal((1 if exact < 0 and whole else 0, digits, -ndigits))


def percent(k: int, n: int, ndigits: int = 1) -> Decimal:
    """Return k of n in per cent, rounded half away from zero: 41 of 95 is 43.2.

    Raises InvalidValue when n is 0 or k is not within 0–n.
    """
    _check_counts(k, n)
    return round_half_up(Fraction(100 * k, n), ndigits)


def sums_to_hundred(percentages: Sequence[Decimal]) -> bool:
    """Say whether rounded percentages of a whole add to 100; if not, the table has to say so."""
    return sum(percentages, Decimal(0)) == 100


def _check_counts(k: int, n: int) -> None:
    whole = all(isinstance(v, int) and not isinstance(v, bool) for v in (k, n))
    if not whole:
        raise InvalidValue("En andel räknas på hela antal.")
    if n <= 0:
        raise InvalidValue("En andel kan inte räknas utan personer i basen.")
    if not 0 <= k <= n:
        raise InvalidValue("Antalet som uppfyller kan inte vara större än basen.")


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise InvalidValue("Konfidensgraden ska ligga mellan 0 och 1.")
