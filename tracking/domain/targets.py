"""Targets (mål): when one is well formed, how it is judged, and how that is said.

Counting who meets a target is done where results are read; here stands what a count means
against its target. Verdicts follow measurement rules of the field: share, Wilson's interval
and the size of the base; 0 and 100 per cent, and what is no share, by the value alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracking.domain.errors import InvalidValue, RuleBroken
from tracking.domain.measures import Comparison, Measure, PointInTime, Population, TargetUnit
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.statistics import (
    Interval,
    chance_of_meeting,
    round_half_up,
    wilson_interval,
)
from tracking.domain.wording import (
    EN_DASH,
    NO_BREAK_SPACE,
    THIN_SPACE,
    counted,
    decimal_comma,
    grouped,
    per_cent,
)

__all__ = [
    "Comparison",
    "Measure",
    "PointInTime",
    "Population",
    "TargetOutcome",
    "TargetSpec",
    "TargetUnit",
    "Verdict",
    "bounds_text",
    "chance_text",
    "judge_share",
    "judge_value",
    "verdict_sentence",
]

SMALLEST_BASE = 5

_HIGHEST_VALUE = {
    TargetUnit.PERCENT: 100,
    TargetUnit.MONTHS: 1200,
    TargetUnit.NUMBER: 1_000_000,
    TargetUnit.KRONOR: 10_000_000_000,
    TargetUnit.YEAR_PLACES: 100_000,
}


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """What a target asks for, checked once.

    ``value`` is in the measure's unit (``Measure.unit``). ``codes`` are the avslutsanledningar
    that END_REASON_IN counts, or the question of the anonymous slips; ``question_id`` is the
    question that is answered. ``assumptions`` are what återbetalningstid is computed with; a
    target without them is kept and says that they are lacking. Raises InvalidValue or
    RuleBroken with the field at fault.
    """

    measure: Measure
    population: Population
    point: PointInTime
    comparison: Comparison
    value: Decimal
    codes: frozenset[str] = field(default_factory=frozenset)
    question_id: int | None = None
    assumptions: PaybackAssumptions | None = None

    def __post_init__(self) -> None:
        # A whole number or the float of a database column becomes the decimal it prints as.
        value = self.value if isinstance(self.value, Decimal) else Decimal(str(self.value))
        object.__setattr__(self, "value", value)
        unit = self.measure.unit
        highest = _HIGHEST_VALUE[unit]
        if not value.is_finite() or not 0 <= value <= highest:
            raise InvalidValue(
                f"Målets värde ({unit.label}) ska vara mellan 0 och {grouped(highest)}.",
                field="value",
            )
        if self.point not in self.measure.points:
            raise RuleBroken(
                f"{self.measure.label} kan inte mätas {self.point.label}.", field="point_in_time"
            )
        if self.point.is_follow_up and self.population is Population.STARTED:
            raise RuleBroken(
                "En uppföljning gäller avslutade eller fullföljda, inte startade.",
                field="population",
            )
        if self.assumptions is not None and self.measure is not Measure.PAYBACK_MONTHS:
            raise RuleBroken(
                "Antaganden om kronor hör till återbetalningstid.", field="support_month_kr"
            )
        if self.measure is Measure.END_REASON_IN and not self.codes:
            raise RuleBroken("Välj de avslutsanledningar som målet räknar.", field="codes")
        if self.measure.asks_a_question and self.question_id is None:
            raise RuleBroken("Välj den fråga som målet gäller.", field="question_id")

    @property
    def unit(self) -> TargetUnit:
        """Return the unit of ``value``."""
        return self.measure.unit

    @property
    def is_share(self) -> bool:
        """Say whether the target is a share of a base."""
        return self.measure.is_share


class Verdict(StrEnum):
    """How an outcome stands against its target. The sign is never shown without the label."""

    MET = "met"
    MET_UNCERTAIN = "met_uncertain"
    NOT_MET_UNCERTAIN = "not_met_uncertain"
    NOT_MET = "not_met"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"
    UNDECIDED = "undecided"

    @property
    def label(self) -> str:
        """Return the Swedish judgement on the screen."""
        return _VERDICTS[self][0]

    @property
    def sign(self) -> str:
        """Return the sign beside the label: ✓ ~ ✕ –."""
        return _VERDICTS[self][1]


_VERDICTS = {
    Verdict.MET: ("uppnått", "✓"),
    Verdict.MET_UNCERTAIN: ("uppnått, osäkert", "~"),
    Verdict.NOT_MET_UNCERTAIN: ("ej uppnått, osäkert", "~"),
    Verdict.NOT_MET: ("ej uppnått", "✕"),
    Verdict.TOO_FEW: ("för få för att bedöma", "–"),
    Verdict.NO_DATA: ("ingen uppgift", "–"),
    # Only of a protected figure: what is published allows both.
    Verdict.UNDECIDED: ("går inte att avgöra", "–"),
}


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """A target's outcome, exact.

    A share: ``numerator`` of ``denominator`` (those with a known answer), ``missing`` without
    one, ``share`` exact 0–1 (None on an empty base), ``interval`` 95 % as 0–1, the bounds with
    the missing once as none and once as all meeting it, and the ``chance`` (0–1) that the true
    share meets the target. No share: ``value`` alone, in the target's unit.
    """

    verdict: Verdict
    target: Decimal
    comparison: Comparison
    numerator: int | None = None
    denominator: int | None = None
    missing: int = 0
    share: Fraction | None = None
    interval: Interval | None = None
    low_bound: Fraction | None = None
    high_bound: Fraction | None = None
    chance: float | None = None
    value: Fraction | None = None


def judge_share(
    successes: int,
    n: int,
    missing: int,
    target_percent: Decimal | int | float,
    comparison: Comparison = Comparison.AT_LEAST,
    threshold_k: int = SMALLEST_BASE,
) -> TargetOutcome:
    """Return the outcome of ``successes`` of ``n`` known answers against a percentage 0–100.

    *för få* when n is below ``threshold_k`` or 5. A target of 0 or 100 is judged by the share
    alone, since an interval can never say yes to it. Raises InvalidValue on impossible counts.
    """
    if missing < 0 or not 0 <= successes <= n:
        raise InvalidValue("Antalen i måluppföljningen går inte ihop.")
    percentage = Decimal(str(target_percent))
    if not percentage.is_finite() or not 0 <= percentage <= 100:
        raise InvalidValue("Målets värde ska vara mellan 0 och 100 procent.", field="value")
    everyone = n + missing
    low = Fraction(successes, everyone) if everyone else None
    high = Fraction(successes + missing, everyone) if everyone else None
    if n == 0:
        return TargetOutcome(
            Verdict.NO_DATA, percentage, comparison, 0, 0, missing, low_bound=low, high_bound=high
        )
    share, target = Fraction(successes, n), Fraction(percentage) / 100
    interval = wilson_interval(successes, n)
    return TargetOutcome(
        verdict=_judge(share, interval, n, target, comparison, threshold_k),
        target=percentage,
        comparison=comparison,
        numerator=successes,
        denominator=n,
        missing=missing,
        share=share,
        interval=interval,
        low_bound=low,
        high_bound=high,
        chance=chance_of_meeting(successes, n, target, comparison is Comparison.AT_LEAST),
    )


def _judge(
    share: Fraction,
    interval: Interval,
    n: int,
    target: Fraction,
    comparison: Comparison,
    threshold_k: int,
) -> Verdict:
    if n < max(threshold_k, SMALLEST_BASE):
        return Verdict.TOO_FEW
    met = comparison.holds(share, target)
    if target in (0, 1):
        return Verdict.MET if met else Verdict.NOT_MET
    least_favourable, most_favourable = (
        (interval.low, interval.high)
        if comparison is Comparison.AT_LEAST
        else (interval.high, interval.low)
    )
    if met:
        certain = comparison.holds(least_favourable, target)
        return Verdict.MET if certain else Verdict.MET_UNCERTAIN
    reaches = comparison.holds(most_favourable, target)
    return Verdict.NOT_MET_UNCERTAIN if reaches else Verdict.NOT_MET


def judge_value(
    value: Fraction | Decimal | int | float | None,
    target: Decimal | int | float,
    comparison: Comparison = Comparison.AT_LEAST,
) -> TargetOutcome:
    """Return the outcome of a number that is no share, judged by the value alone."""
    wanted = Decimal(str(target))
    if value is None:
        return TargetOutcome(Verdict.NO_DATA, wanted, comparison)
    exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    verdict = Verdict.MET if comparison.holds(exact, wanted) else Verdict.NOT_MET
    return TargetOutcome(verdict, wanted, comparison, value=exact)


def verdict_sentence(outcome: TargetOutcome, measure: Measure) -> str:
    """Return the finding in calm Swedish, with count, base, interval, target and verdict.

    ``62 % (21 av 34, 95 % KI 45–76) tog steg framåt; målet är 80 %. Ej uppnått. 3 saknar
    bedömning.`` Too few are given as counts alone.
    """
    judgement = f"{outcome.verdict.label.capitalize()}."
    aim = f"målet är {_stated(outcome.target, outcome.comparison, measure.unit)}"
    if not measure.is_share:
        if outcome.value is None:
            return f"Värdet går inte att beräkna; {aim}. {judgement}"
        found = with_unit(outcome.value, measure.unit)
        return f"{measure.label}: {found}; {aim}. {judgement}"
    lacking = f" {counted_missing(outcome.missing, measure)}" if outcome.missing else ""
    if outcome.share is None or outcome.interval is None:
        return f"Inga uppgifter; {aim}. {judgement}{lacking}"
    of_all = f"{outcome.numerator} av {outcome.denominator}"
    if outcome.verdict is Verdict.TOO_FEW:
        return f"{of_all} {measure.verb}; {aim}. {judgement}{lacking}"
    low, high = (round_half_up(x * 100) for x in (outcome.interval.low, outcome.interval.high))
    return (
        f"{per_cent(round_half_up(outcome.share * 100))} "
        f"({of_all}, {per_cent(95)} KI {low}{EN_DASH}{high}) "
        f"{measure.verb}; {aim}. {judgement}{lacking}"
    )


def chance_text(outcome: TargetOutcome) -> str | None:
    """Return the chance that the true share meets the target, in words: ``3 %``.

    None where it would say too much: of too few, and of 0 and 100 %, which are judged by the
    value alone.
    """
    told = outcome.verdict not in (Verdict.TOO_FEW, Verdict.NO_DATA)
    if outcome.chance is None or not told or outcome.target in (0, 100):
        return None
    if outcome.chance < 0.01:
        return f"mindre än {per_cent(1)}"
    if outcome.chance > 0.99:
        return f"mer än {per_cent(99)}"
    return per_cent(round_half_up(outcome.chance * 100))


def bounds_text(outcome: TargetOutcome) -> str | None:
    """Return the share if none and if all of the unanswered met it, in per cent: ``38–88``.

    None without anybody unanswered: then the share itself is the only value.
    """
    if not outcome.missing or outcome.low_bound is None or outcome.high_bound is None:
        return None
    low, high = (round_half_up(b * 100) for b in (outcome.low_bound, outcome.high_bound))
    return f"{low}{EN_DASH}{high}"


def counted_missing(missing: int, measure: Measure) -> str:
    """Return ``3 saknar bedömning.``"""
    return f"{grouped(missing)} {measure.missing_phrase}."


def _stated(target: Decimal, comparison: Comparison, unit: TargetUnit) -> str:
    # "Målet är 80 %" is read as at least; only the other direction has to be said.
    lead = "" if comparison is Comparison.AT_LEAST else "högst "
    return lead + with_unit(Fraction(target), unit)


def with_unit(value: Fraction, unit: TargetUnit) -> str:
    """Return a value in its unit with at most one decimal: ``80 %``, ``37,5 månader``."""
    whole = value.denominator == 1 or unit is TargetUnit.KRONOR
    rounded = round_half_up(value, 0 if whole else 1)
    if unit is TargetUnit.PERCENT:
        return per_cent(rounded)
    number = grouped(int(rounded)) if whole else decimal_comma(rounded)
    if unit is TargetUnit.KRONOR:
        return f"{number}{THIN_SPACE}kr"
    if unit is TargetUnit.NUMBER:
        return number
    if unit is TargetUnit.MONTHS:
        return counted(int(rounded), "månad", "månader") if whole else f"{number} månader"
    places = "årsplats" if rounded == 1 else "årsplatser"
    return f"{number}{NO_BREAK_SPACE}{places}"
