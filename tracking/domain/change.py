"""Change from first to last ORS of a spell: thresholds, reliable change, exclusive classes.

Scores are whole millimetres. Jacobson & Truax 1991 (J Consult Clin Psychol 59:12), with
``>=`` at the threshold as the FIT manuals have it; one setting changes that. A change before
and after is a change, never an effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import NormalDist

from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import SCALE_MAX_MM, TOTAL_MAX_MM

YOUNG_AGES = (13, 17)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits that apply from a day, all in millimetres, with their source.

    ``tie_counts``: a change equal to the limit counts as change. No Swedish norms exist,
    and every page that uses these says so. Raises InvalidValue on a limit out of range.
    """

    valid_from: date
    source: str
    ors_cutoff_adult_mm: int = 250
    ors_cutoff_young_mm: int = 280
    reliable_change_mm: int = 60
    alternative_reliable_change_mm: int = 50
    srs_total_mm: int = 360
    srs_scale_mm: int = 90
    srs_fall_mm: int = 10
    gsrs_total_mm: int = 360
    tie_counts: bool = True

    def __post_init__(self) -> None:
        totals = {
            "ors_cutoff_adult_mm": self.ors_cutoff_adult_mm,
            "ors_cutoff_young_mm": self.ors_cutoff_young_mm,
            "reliable_change_mm": self.reliable_change_mm,
            "alternative_reliable_change_mm": self.alternative_reliable_change_mm,
            "srs_total_mm": self.srs_total_mm,
            "gsrs_total_mm": self.gsrs_total_mm,
            "srs_fall_mm": self.srs_fall_mm,
        }
        for name, value in totals.items():
            if not 0 < value <= TOTAL_MAX_MM:
                raise InvalidValue("Gränsvärdet ska ligga mellan 0,1 och 40 poäng.", field=name)
        if not 0 < self.srs_scale_mm <= SCALE_MAX_MM:
            raise InvalidValue(
                "Gränsvärdet ska ligga mellan 0,1 och 10 poäng.", field="srs_scale_mm"
            )
        if not self.source.strip():
            raise InvalidValue("Ange källan till gränsvärdena.", field="source")

    def ors_cutoff_for(self, age: int | None) -> int:
        """Return the ORS cut-off in mm: ages 13–17 have their own, all others the adults'."""
        if age is not None and YOUNG_AGES[0] <= age <= YOUNG_AGES[1]:
            return self.ors_cutoff_young_mm
        return self.ors_cutoff_adult_mm

    def is_gain(self, change_mm: int) -> bool:
        """Say whether the change is a reliable improvement."""
        if self.tie_counts:
            return change_mm >= self.reliable_change_mm
        return change_mm > self.reliable_change_mm

    def is_loss(self, change_mm: int) -> bool:
        """Say whether the change is a reliable deterioration."""
        return self.is_gain(-change_mm)


DEFAULT_THRESHOLDS = Thresholds(
    valid_from=date(2000, 1, 1),
    source=(
        "ORS- och SRS-manualernas amerikanska gränsvärden; svenska normer saknas. "
        "Tillförlitlig förändring 6 poäng, det andra tryckta värdet är 5."
    ),
)


def reliable_change_index(sd: float, reliability: float, confidence: float = 0.95) -> float:
    """Return the smallest change beyond measurement error, in the unit of ``sd``.

    z · √2 · SD · √(1 − r) with z the exact normal quantile (Jacobson & Truax 1991): SD 7.5
    and r 0.80 give 9.29693. Raises InvalidValue on sd <= 0, r outside 0–1 or a confidence
    outside 0–1.
    """
    if not sd > 0 or not math.isfinite(sd):
        raise InvalidValue("Standardavvikelsen ska vara större än noll.", field="sd")
    if not 0 <= reliability <= 1:
        raise InvalidValue("Reliabiliteten ska ligga mellan 0 och 1.", field="reliability")
    if not 0 < confidence < 1:
        raise InvalidValue("Konfidensgraden ska ligga mellan 0 och 1.", field="confidence")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return z * math.sqrt(2) * sd * math.sqrt(1 - reliability)


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Jacobson & Truax's three cut-offs, for scales where higher is better."""

    a: float
    b: float
    c: float


def cutoffs(m_clinical: float, sd_clinical: float, m_norm: float, sd_norm: float) -> Cutoffs:
    """Return cut-offs a, b and c in the unit of the scores (Jacobson & Truax 1991).

    a = M_clin + 2 SD_clin; b = M_norm − 2 SD_norm; c = (SD_clin · M_norm + SD_norm · M_clin)
    / (SD_clin + SD_norm). Higher is better. Means 40 and 60, SD 7.5: 55, 45, 50. Raises
    InvalidValue when an SD isn't positive.
    """
    if not (sd_clinical > 0 and sd_norm > 0):
        raise InvalidValue("Standardavvikelsen ska vara större än noll.", field="sd")
    return Cutoffs(
        a=m_clinical + 2 * sd_clinical,
        b=m_norm - 2 * sd_norm,
        c=(sd_clinical * m_norm + sd_norm * m_clinical) / (sd_clinical + sd_norm),
    )


class ChangeClass(StrEnum):
    """Exclusive classes that add up to the measured spells, best first."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    CROSSED = "crossed"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "recovered": "tillförlitligt förbättrad och över gränsvärdet",
            "improved": "tillförlitligt förbättrad",
            "crossed": "över gränsvärdet utan tillförlitlig förändring",
            "unchanged": "oförändrad",
            "deteriorated": "tillförlitligt försämrad",
        }[self.value]

    @property
    def is_reliable_improvement(self) -> bool:
        """Say whether the class counts as reliably improved."""
        return self in (ChangeClass.RECOVERED, ChangeClass.IMPROVED)

    @property
    def is_over_cutoff(self) -> bool:
        """Say whether the spell crossed the cut-off from below."""
        return self in (ChangeClass.RECOVERED, ChangeClass.CROSSED)


def began_below(first_mm: int, cutoff_mm: int) -> bool:
    """Say whether the first score lies below the cut-off: strictly, 24.9 does and 25.0 not."""
    return first_mm < cutoff_mm


def crossed_cutoff(first_mm: int, last_mm: int, cutoff_mm: int) -> bool:
    """Say whether the spell went from below the cut-off to it or above."""
    return began_below(first_mm, cutoff_mm) and last_mm >= cutoff_mm


def classify(
    first_mm: int,
    last_mm: int,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    cutoff_mm: int | None = None,
) -> ChangeClass:
    """Return the class of change between two totals in millimetres (0–400).

    ``cutoff_mm`` is the cut-off of the person's age (``Thresholds.ors_cutoff_for``), the
    adults' when left out. Raises InvalidValue on a score out of range.
    """
    for score in (first_mm, last_mm):
        if not 0 <= score <= TOTAL_MAX_MM:
            raise InvalidValue("En totalsumma ska vara mellan 0 och 40 poäng.")
    cutoff = thresholds.ors_cutoff_adult_mm if cutoff_mm is None else cutoff_mm
    change = last_mm - first_mm
    crossed = crossed_cutoff(first_mm, last_mm, cutoff)
    if thresholds.is_gain(change):
        return ChangeClass.RECOVERED if crossed else ChangeClass.IMPROVED
    if thresholds.is_loss(change):
        return ChangeClass.DETERIORATED
    return ChangeClass.CROSSED if crossed else ChangeClass.UNCHANGED


def cannot_improve_reliably(first_mm: int, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """Say whether even the highest score would be no reliable improvement."""
    return not thresholds.is_gain(TOTAL_MAX_MM - first_mm)
