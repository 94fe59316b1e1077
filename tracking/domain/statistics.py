"""Intervals, tests and effect sizes; SciPy computes, this module says what is meant.

Shares are given as whole numbers (successes of n) and come back as 0–1. Nothing here knows
what was counted, and nothing here returns NaN: what can't be computed is None or refused.
Rounding is `rounding`, which is reached from here as well. SciPy is imported when first
needed, since most pages never need it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from numbers import Real
from typing import TYPE_CHECKING, Any

from tracking.domain.definitions import Part, defined
from tracking.domain.errors import InvalidValue
from tracking.domain.paired import moments, rank_and_sign_p, t_quantile, with_changes
from tracking.domain.rounding import percent, round_half_up, sums_to_hundred, whole_counts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "CONFIDENCE",
    "UNCERTAIN_BELOW_PAIRS",
    "Difference",
    "Interval",
    "MeanChange",
    "TimeInProgramme",
    "chance_of_meeting",
    "hedges_factor",
    "mean_change",
    "newcombe_difference",
    "percent",
    "round_half_up",
    "sums_to_hundred",
    "time_in_programme",
    "wilson_interval",
]

CONFIDENCE = 0.95
NORMAL_QUANTILE = 1.959963984540054
"""Of `CONFIDENCE`, two-sided, to the last bit: what needs no more should not wait for SciPy."""

UNCERTAIN_BELOW_PAIRS = 30
FEWEST_PAIRS_OF_EFFECT = 3
"""Hedges' factor for two pairs is zero: it would print "no change" whatever had changed."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; ``low`` and ``high`` in the unit of what was estimated."""

    low: float
    high: float

    def contains(self, value: float | Fraction) -> bool:
        """Say whether the value lies in the interval, ends included."""
        return self.low <= value <= self.high

    def __iter__(self) -> Iterator[float]:
        """Give low and high, so that ``low, high = interval`` reads."""
        return iter((self.low, self.high))


def _stats() -> Any:
    return import_module("scipy.stats")


def _normal_quantile(confidence: float) -> float:
    if confidence == CONFIDENCE:
        return NORMAL_QUANTILE
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


@defined(
    "andel",
    part=Part.SHARES,
    heading="Konfidensintervall för en andel",
    says=(
        "Wilsons intervall: de andelar som antalet i basen är förenligt med, på 95 procents "
        "nivå. Det går aldrig utanför 0–100 procent och duger också för små grupper."
    ),
    formula="(p + z²/2n ± z · √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), z = 1,960",
    unit="andel, visas i procent",
    source="Newcombe 1998, Statistics in Medicine 17:857, metod 3 (Wilson 1927).",
    checked="Newcombes tabell I: 81 av 263 ger 25,5–36,6 %, 0 av 20 ger 0–16,1 %.",
)
def wilson_interval(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval (no continuity correction) of a share, as 0–1.

    Newcombe 1998, Stat Med 17:857, method 3. Raises InvalidValue when n is 0, when successes
    are not within 0–n, or on a confidence outside 0–1. Checked against his Table I (81 of 263
    gives 0.2553–0.3662) and against SciPy's ``binomtest`` on random counts.
    """
    successes, n = whole_counts(successes, n)
    _check_confidence(confidence)
    z = _normal_quantile(confidence)
    share, scale = successes / n, 2 * (n + z**2)
    middle = (2 * n * share + z**2) / scale
    reach = z / scale * math.sqrt(4 * n * share * (1 - share) + z**2)
    # At 0 and n the formula gives the end exactly; rounding in the last bit must not show.
    low = 0.0 if successes == 0 else max(0.0, middle - reach)
    high = 1.0 if successes == n else min(1.0, middle + reach)
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

    def __iter__(self) -> Iterator[float]:
        """Give difference, low and high, so that the three can be unpacked."""
        return iter((self.difference, self.low, self.high))


@defined(
    "skillnad",
    part=Part.SHARES,
    heading="Skillnad mellan två andelar",
    says=(
        "Den ena andelen minus den andra, till exempel kvinnor minus män, med Newcombes "
        "intervall. Ligger noll i intervallet går de två inte att skilja åt."
    ),
    formula=(
        "d = p₁ − p₂; från d − √((p₁ − l₁)² + (u₂ − p₂)²) till d + √((u₁ − p₁)² + (p₂ − l₂)²), "
        "där l och u är Wilsons gränser för var andel"
    ),
    unit="procentenheter",
    source="Newcombe 1998, Statistics in Medicine 17:873, metod 10.",
    checked="Hans tabell II, alla åtta fallen: 56 av 70 mot 48 av 80 ger 20,0 (5,2–33,4).",
)
def newcombe_difference(
    k1: int, n1: int, k2: int, n2: int, confidence: float = CONFIDENCE
) -> Difference:
    """Return k1/n1 − k2/n2 with Newcombe's hybrid score interval, all as −1 to 1.

    ``k1`` of ``n1`` and ``k2`` of ``n2`` are whole numbers, ``confidence`` lies within 0–1.
    Newcombe 1998, Stat Med 17:873, method 10, without continuity correction. Raises
    InvalidValue as ``wilson_interval``: an n of 0, a k outside 0–n, a count that is not whole.
    Checked against all eight cases of his Table II, with 0 of n and n of n among them
    (56/70 against 48/80 gives 0.2, 0.0524–0.3339), and against statsmodels.
    """
    k1, n1 = whole_counts(k1, n1)
    k2, n2 = whole_counts(k2, n2)
    first = wilson_interval(k1, n1, confidence)
    second = wilson_interval(k2, n2, confidence)
    p1, p2 = k1 / n1, k2 / n2
    difference = float(Fraction(k1, n1) - Fraction(k2, n2))
    low = difference - math.hypot(p1 - first.low, second.high - p2)
    high = difference + math.hypot(first.high - p1, p2 - second.low)
    return Difference(difference, max(-1.0, low), min(1.0, high))


@defined(
    "chans",
    part=Part.SHARES,
    heading="Chansen att målet är uppnått",
    says=(
        "Hur troligt det är att den verkliga andelen når målet, när man från början inte håller "
        "någon andel för troligare än en annan."
    ),
    formula="P(andel ≥ mål), där andelen följer Beta(1 + antal, 1 + bas − antal)",
    unit="procent",
    source="Bayes sats med jämn förhandsfördelning (Gelman m.fl., Bayesian Data Analysis, 2.1).",
    checked="Slutna uttryck för 0 av n och n av n samt symmetrin vid hälften.",
)
def chance_of_meeting(
    successes: int, n: int, target: float | Fraction, at_least: bool = True
) -> float:
    """Return the chance (0–1) that the true share meets a target share (0–1).

    Beta posterior from a uniform prior (Gelman et al., Bayesian Data Analysis, 2.1).
    ``at_least=False`` asks for at most. Raises InvalidValue on impossible counts or a target
    outside 0–1. Checked against the closed forms at 0 and n of n and SciPy's distribution.
    """
    successes, n = whole_counts(successes, n)
    if not isinstance(target, Real) or not 0 <= target <= 1:
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
    change (None below two pairs, and when all changed alike: nothing to estimate from).
    ``effect_size`` is mean change / ``sd_first`` with Hedges' factor (None below three pairs
    and when the first scores don't vary). ``p_value`` is Wilcoxon's signed rank test,
    two-sided; 1 when nobody changed. ``p_sign`` is the exact sign test, two-sided.
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


@defined(
    "medelforandring",
    part=Part.MEANS,
    heading="Medelförändring och effektstorlek d",
    says=(
        "Medelvärdet av sista minus första skattning bland dem som har båda, med 95 procents "
        "t-intervall. d är förändringen delad med standardavvikelsen i de första skattningarna, "
        f"krympt med Hedges faktor. Under {UNCERTAIN_BELOW_PAIRS} par står det osäkert, under "
        "det minsta antalet visas inget. Wilcoxons teckenrangtest och teckentestet följer med som "
        "stöd. Förändringen säger inte vad som orsakat den."
    ),
    formula="d = (m₂ − m₁) / s₁ · (1 − 3/(4n − 5)), n = antal par",
    unit="poäng; d är utan enhet",
    source="Hedges 1981, Journal of Educational Statistics 6:107; Becker 1988 för par.",
    checked="Faktorn för tio par är 0,914; testen mot publicerade exempel och mot SciPy.",
)
def mean_change(
    first: Sequence[int] | NDArray[np.int16],
    last: Sequence[int] | NDArray[np.int16],
    confidence: float = CONFIDENCE,
) -> MeanChange:
    """Return mean, spread, interval, effect size and robust tests of paired scores (mm).

    d = (mean last − mean first) / SD of first, times 1 − 3/(4n − 5) for n pairs (Hedges 1981
    with n − 1 degrees of freedom). Wilcoxon leaves out pairs without change; it is exact
    up to 50 pairs without ties and up to 13 with them, else normal without continuity
    correction. The sign test is exact. Raises InvalidValue on no pairs, unequal lengths or
    scores that are no numbers.
    Checked against the depression scores in Hollander & Wolfe (p = 0.0391) and by hand.
    """
    if len(first) != len(last) or len(first) == 0:
        raise InvalidValue("Förändring räknas på minst ett par av första och sista värde.")
    rows = with_changes(first, last)
    _check_confidence(confidence)
    n = len(first)
    before, after, change = moments(rows)
    p_value, p_sign = rank_and_sign_p(rows[2])
    interval = effect = None
    if change.sd:
        half = t_quantile((1 + confidence) / 2, n - 1) * change.sd / math.sqrt(n)
        interval = Interval(change.mean - half, change.mean + half)
    if before.sd and n >= FEWEST_PAIRS_OF_EFFECT:
        effect = change.mean / before.sd * hedges_factor(n)
    return MeanChange(
        n=n,
        mean_first=before.mean,
        mean_last=after.mean,
        mean_change=change.mean,
        median_first=before.median,
        median_last=after.median,
        median_change=change.median,
        sd_first=before.sd,
        sd_last=after.sd,
        sd_change=change.sd,
        interval=interval,
        effect_size=effect,
        p_value=p_value,
        p_sign=p_sign,
    )


def hedges_factor(pairs: int) -> float:
    """Return Hedges' factor for n pairs, 1 − 3/(4n − 5): 0.914 for ten. Needs two pairs."""
    if pairs < 2:
        raise InvalidValue("En effektstorlek kräver minst två par.")
    return 1 - 3 / (4 * pairs - 5)


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


@defined(
    "tid",
    part=Part.TIME,
    heading="Tid i insatsen",
    says=(
        "Kaplan–Meiers kurva: hur stor andel som är kvar efter så många dagar. Pågående "
        "deltaganden räknas med så långt de kommit, i stället för att lämnas utanför. Kvartilerna "
        "är de dagar då en fjärdedel, hälften och tre fjärdedelar har slutat; har färre slutat "
        "saknas siffran."
    ),
    formula="S(t) = produkten av (1 − slutade vid t / kvar vid t)",
    unit="dagar",
    source="Kaplan & Meier 1958, Journal of the American Statistical Association 53:457.",
    checked="Freireichs data om 6-MP (1963): median 23 mot 8 veckor.",
)
def time_in_programme(durations: Sequence[int], ended: Sequence[bool]) -> TimeInProgramme:
    """Return Kaplan–Meier's estimate of time in the insats; open spells are censored.

    ``durations`` in days, ``ended`` says which spells have ended; one that ends on a day is
    counted before one that is censored on it. Raises InvalidValue on no spells, unequal
    lengths or negative days. Kaplan & Meier 1958; checked against Freireich's 6-MP data of
    1963 (median 23 weeks with treatment, 8 without) and by hand.
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


def _check_confidence(confidence: float) -> None:
    if not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise InvalidValue("Konfidensgraden ska ligga mellan 0 och 1.")
