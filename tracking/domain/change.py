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
from numbers import Real
from statistics import NormalDist

from tracking.domain.definitions import Part, defined
from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import SCALE_MAX_MM, TOTAL_MAX_MM, format_points

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


LIMIT_LABELS = {
    "ors_cutoff_adult_mm": "Gränsvärde ORS, vuxna",
    "ors_cutoff_young_mm": "Gränsvärde ORS, 13–17 år",
    "reliable_change_mm": "Tillförlitlig förändring på ORS",
    "alternative_reliable_change_mm": "Det andra tryckta värdet för tillförlitlig förändring",
    "srs_total_mm": "Gräns SRS, summa",
    "srs_scale_mm": "Gräns SRS, en skala",
    "srs_fall_mm": "Fall på SRS sedan förra gången",
    "gsrs_total_mm": "Gräns G-SRS, summa",
    "tie_counts": "En förändring lika med gränsen",
}
"""The Swedish name of each limit of `Thresholds`, in the order of its fields."""


LIMIT_MEANINGS = {
    "ors_cutoff_adult_mm": "Strikt under gränsen liknar summan deras som söker hjälp, från 18 år.",
    "ors_cutoff_young_mm": "Som för vuxna, för den som fyller 13 till 17 år det år ORS började.",
    "reliable_change_mm": "En så stor förändring är större än instrumentets egen osäkerhet.",
    "alternative_reliable_change_mm": "Tabellerna säger hur många som byter klass med det värdet.",
    "srs_total_mm": "Strikt under är ett tecken att tala om, aldrig ett omdöme om personalen.",
    "srs_scale_mm": "Som summan, för en enda av de fyra skalorna.",
    "srs_fall_mm": "Ett så stort fall sedan förra samtalet är ett tecken att tala om.",
    "gsrs_total_mm": "Samma tecken som SRS, men inte prövat för grupper.",
    "tie_counts": "Om en förändring som är exakt så stor som gränsen räknas.",
}
"""What each limit of `Thresholds` is for, in a sentence."""


def limit_words(thresholds: Thresholds, name: str) -> str:
    """Return one limit as the page prints it: ``Gränsvärde ORS, vuxna: 25,0 poäng``.

    ``name`` is a field of Thresholds. Raises KeyError on any other name.
    """
    value = getattr(thresholds, name) if name in LIMIT_LABELS else None
    if name == "tie_counts":
        return f"{LIMIT_LABELS[name]}: räknas {'' if value else 'inte '}som förändring"
    return f"{LIMIT_LABELS[name]}: {format_points(int(value or 0))} poäng"


@defined(
    "rci",
    part=Part.CHANGE,
    heading="Tillförlitlig förändring (RCI)",
    says=(
        "Den minsta förändring som är större än instrumentets egen osäkerhet. Programmet "
        "använder det värde som är fastställt nedan; formeln visar hur ett sådant värde "
        "räknas fram ur ett urvals spridning och reliabilitet."
    ),
    formula="1,960 · √2 · standardavvikelsen · √(1 − reliabiliteten)",
    unit="poäng",
    source="Jacobson & Truax 1991, Journal of Consulting and Clinical Psychology 59:12.",
    checked="Deras exempel: standardavvikelse 7,5 och reliabilitet 0,80 ger 9,297.",
    limits=("reliable_change_mm", "alternative_reliable_change_mm", "tie_counts"),
)
def reliable_change_index(sd: float, reliability: float, confidence: float = 0.95) -> float:
    """Return the smallest change beyond measurement error, in the unit of ``sd``.

    z · √2 · SD · √(1 − r) with z the exact normal quantile (Jacobson & Truax 1991): SD 7.5
    and r 0.80 give 9.29693. ``sd`` is the standard deviation and ``reliability`` (0–1) that
    of the same scale. Raises InvalidValue on sd <= 0, r outside 0–1 or a confidence outside
    0–1. Checked against the printed cases of CECPfuns and suddengains.
    """
    if not _is_number(sd) or sd <= 0:
        raise InvalidValue("Standardavvikelsen ska vara större än noll.", field="sd")
    if not _is_number(reliability) or not 0 <= reliability <= 1:
        raise InvalidValue("Reliabiliteten ska ligga mellan 0 och 1.", field="reliability")
    if not _is_number(confidence) or not 0 < confidence < 1:
        raise InvalidValue("Konfidensgraden ska ligga mellan 0 och 1.", field="confidence")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return z * math.sqrt(2) * sd * math.sqrt(1 - reliability)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Jacobson & Truax's three cut-offs in the unit of the scores; higher is better.

    ``a`` lies two standard deviations above the clinical mean, ``b`` two below the norm's, and
    ``c`` where a score is as likely in the one group as in the other.
    """

    a: float
    b: float
    c: float


@defined(
    "gransvarde",
    part=Part.CHANGE,
    heading="Gränsvärde",
    says=(
        "Summan som skiljer dem som söker hjälp från andra. Under gränsvärdet är strikt under: "
        "24,9 är under 25, 25,0 är det inte. Värdet är fastställt nedan; formlerna visar de tre "
        "sätt som ett gränsvärde kan räknas fram på ur två urval, när högre är bättre."
    ),
    formula=(
        "a = m + 2s i den egna gruppen; b = M − 2S i normgruppen; c = (s · M + S · m) / (s + S)"
    ),
    unit="poäng",
    source="Jacobson & Truax 1991, Journal of Consulting and Clinical Psychology 59:12.",
    checked="Medelvärden 40 och 60, standardavvikelse 7,5: a 55, b 45 och c 50.",
    limits=("ors_cutoff_adult_mm", "ors_cutoff_young_mm"),
)
def cutoffs(m_clinical: float, sd_clinical: float, m_norm: float, sd_norm: float) -> Cutoffs:
    """Return cut-offs a, b and c in the unit of the scores (Jacobson & Truax 1991).

    a = M_clin + 2 SD_clin; b = M_norm − 2 SD_norm; c = (SD_clin · M_norm + SD_norm · M_clin)
    / (SD_clin + SD_norm). Higher is better; for a scale where lower is better a and b need
    their signs turned, c is the same. Raises InvalidValue when an SD isn't positive or a value
    is no finite number. Checked: means 40 and 60, SD 7.5 give 55, 45, 50, and the BDI summary
    printed by clinicalsignificance gives c 21.02.
    """
    if not all(map(_is_number, (m_clinical, sd_clinical, m_norm, sd_norm))):
        raise InvalidValue("Medelvärden och standardavvikelser ska vara tal.")
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


@defined(
    "forandringsklass",
    part=Part.CHANGE,
    heading="Förändringsklass",
    says=(
        "Första och sista ORS i deltagandet jämförs, även i pågående deltaganden; det behövs två "
        "skattningar. Klasserna utesluter varandra och blir tillsammans alla mätta: "
        "tillförlitligt förbättrad och över gränsvärdet, tillförlitligt förbättrad, över "
        "gränsvärdet utan tillförlitlig förändring, oförändrad, tillförlitligt försämrad. "
        "Förbättring räknas bland alla med två skattningar, över gränsvärdet bland dem som "
        "började under det. Klassen räknas med dagens gränser; en utgåva eller rapport behåller "
        "de gränser den gjordes med."
    ),
    formula="sista − första jämförs med tillförlitlig förändring; första < gränsvärdet ≤ sista",
    unit="antal och andel deltaganden",
    source=(
        "Jacobson & Truax 1991; nämnarna följer NHS Talking Therapies manual. Källorna skiljer "
        "sig om en förändring lika med gränsen; här räknas den, som i FIT-manualerna."
    ),
    checked="Klasserna prövade vid varje gräns och på alla par av värden mot en enkel omskrivning.",
    limits=(
        "reliable_change_mm",
        "tie_counts",
        "ors_cutoff_adult_mm",
        "ors_cutoff_young_mm",
    ),
)
def classify(
    first_mm: int,
    last_mm: int,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    cutoff_mm: int | None = None,
) -> ChangeClass:
    """Return the class of change between two totals in millimetres (0–400).

    ``cutoff_mm`` is the cut-off of the person's age (``Thresholds.ors_cutoff_for``), the
    adults' when left out. Raises InvalidValue on a score that is none or out of range.
    Jacobson & Truax 1991 with the tie as ``thresholds`` say; checked against the class counts
    printed by CECPfuns and against a plain rewriting on every pair of scores.
    """
    for score in (first_mm, last_mm):
        # A whole number is asked for first: it is what there is, and the cheap question.
        known = type(score) is int or isinstance(score, Real)
        if not known or not 0 <= score <= TOTAL_MAX_MM:
            raise InvalidValue("En totalsumma ska vara mellan 0 och 40 poäng.")
    cutoff = thresholds.ors_cutoff_adult_mm if cutoff_mm is None else cutoff_mm
    change = last_mm - first_mm
    crossed = crossed_cutoff(first_mm, last_mm, cutoff)
    if thresholds.is_gain(change):
        return ChangeClass.RECOVERED if crossed else ChangeClass.IMPROVED
    if thresholds.is_loss(change):
        return ChangeClass.DETERIORATED
    return ChangeClass.CROSSED if crossed else ChangeClass.UNCHANGED


@defined(
    "taket",
    part=Part.CHANGE,
    heading="Började för högt för att kunna förbättras",
    says=(
        "Den som börjar så högt att inte ens 40 poäng vore en tillförlitlig förbättring. De räknas "
        "med bland de mätta, och tabellen säger hur många de är."
    ),
    formula="första + tillförlitlig förändring > 40",
    unit="antal deltaganden",
    source="Följer av skalans tak.",
    checked="Samma svar som klassningen ger med 40 som sista värde, för alla startvärden.",
    limits=("reliable_change_mm", "tie_counts"),
)
def cannot_improve_reliably(first_mm: int, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """Say whether even the highest score would be no reliable improvement."""
    return not thresholds.is_gain(TOTAL_MAX_MM - first_mm)
