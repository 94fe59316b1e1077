"""The band around a Kaplan–Meier curve: how sure it is who is still in the insats after a time.

The curve itself and its quartiles are `tracking.domain.statistics.time_in_programme`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from tracking.domain.definitions import Part, defined
from tracking.domain.errors import InvalidValue

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class BandPoint:
    """From a day on: the share still in the insats, its interval, and how many are followed.

    ``low`` and ``high`` are None where the curve is 1 or 0, which the formula knows nothing
    about; ``at_risk`` are those who were still there, and followed, the day before.
    """

    days: int
    share: float
    low: float | None
    high: float | None
    at_risk: int


@defined(
    "tid-band",
    part=Part.TIME,
    heading="Osäkerhet kring kurvan över tid i insatsen",
    says=(
        "Bandet rymmer de kurvor som antalet deltaganden är förenligt med, på 95 procents nivå "
        "i varje punkt. Det vidgas där få är kvar att följa."
    ),
    formula="S^exp(± z · √(Σ d/(n(n − d))) / ln S), z = 1,960",
    unit="andel, visas i procent",
    source="Greenwood 1926; Kalbfleisch & Prentice 1980 (log-log-intervall).",
    checked="SciPys ecdf med confidence_interval('log-log') på slumpade fall.",
)
def time_band(
    durations: Sequence[int], ended: Sequence[bool], confidence: float = CONFIDENCE
) -> tuple[BandPoint, ...]:
    """Return Kaplan–Meier's curve with Greenwood's interval on the log-log scale.

    ``durations`` in days, ``ended`` says which spells have ended; the others are followed as
    far as they came. One point for each day on which somebody ended or was last seen, in order.
    Raises InvalidValue on no spells, unequal lengths or negative days.
    """
    if len(durations) != len(ended) or not durations or min(durations) < 0:
        raise InvalidValue("Tid i insatsen räknas på minst ett deltagande med kända dagar.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    ends: dict[int, int] = {}
    leaves: dict[int, int] = {}
    for days, over in zip(durations, ended, strict=True):
        leaves[days] = leaves.get(days, 0) + 1
        if over:
            ends[days] = ends.get(days, 0) + 1
    at_risk, share, spread = len(durations), 1.0, 0.0
    points = []
    for days in sorted(leaves):
        left = ends.get(days, 0)
        share *= (at_risk - left) / at_risk
        if left < at_risk:
            spread += left / (at_risk * (at_risk - left))
        points.append(BandPoint(days, share, *_interval(share, spread, z), at_risk))
        at_risk -= leaves[days]
    return tuple(points)


def _interval(share: float, spread: float, z: float) -> tuple[float | None, float | None]:
    if not 0 < share < 1:
        return None, None
    reach = z * math.sqrt(spread) / math.log(share)
    # The logarithm is negative, so the smaller exponent gives the higher share.
    return share ** math.exp(-reach), share ** math.exp(reach)


def median_interval(points: Sequence[BandPoint]) -> tuple[int, int | None] | None:
    """Return the days between which half have ended, by the band around the curve.

    The first day on which the band's lower end is at most a half, and the first on which its
    upper end is; None for the second where it never comes, and for both without the first.
    Brookmeyer & Crowley 1982.
    """

    def first(ends: Sequence[tuple[int, float | None]]) -> int | None:
        return next((days for days, end in ends if end is not None and end <= 0.5), None)

    # Where everybody has ended the curve is 0, and so are both ends of its band.
    low = first([(p.days, p.low if p.share else 0.0) for p in points])
    high = first([(p.days, p.high if p.share else 0.0) for p in points])
    return None if low is None else (low, high)
