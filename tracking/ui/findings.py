"""Findings: the sentence that stands as the title of a target or a chart, made from its figures.

Pure text from numbers, so that a title can never say anything else than its chart. What a
target's verdict is, and how the long sentence with its base goes, is the domain's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from tracking.domain.figures import TargetResult
from tracking.domain.records import Gender
from tracking.domain.statistics import newcombe_difference, round_half_up
from tracking.domain.swedish import count_and_share, percent, whole
from tracking.domain.targets import (
    Comparison,
    TargetOutcome,
    TargetSpec,
    TargetUnit,
    Verdict,
    with_unit,
)
from tracking.domain.wording import EN_DASH, capitalised, decimal_comma, listed, per_cent

SMALLEST_BASE = 5
"""Below this a share is not put in words: the counts say it better."""


def aim(spec: TargetSpec) -> str:
    """What a target asks for, with its direction: ``minst 80 %``, ``högst 40 månader``."""
    return aim_of(spec.comparison, spec.value, spec.unit)


def aim_of(comparison: Comparison, value: Decimal, unit: TargetUnit) -> str:
    """The same from its parts."""
    return f"{comparison.label} {with_unit(Fraction(value), unit)}"


def verdict_words(verdict: Verdict) -> str:
    """Sign and word together, as everywhere: ``✓ Uppnått``."""
    return f"{verdict.sign} {capitalised(verdict.label)}"


def target_finding(result: TargetResult) -> str:
    """The outcome against the aim: ``62 % tog steg framåt; målet är 80 %``."""
    spec, outcome = result.spec, result.outcome
    limit = "högst " if spec.comparison is Comparison.AT_MOST else ""
    goal = f"målet är {limit}{with_unit(Fraction(spec.value), spec.unit)}"
    if not spec.is_share:
        if outcome.value is None:
            return f"{spec.measure.label} går inte att beräkna; {goal}"
        return f"{spec.measure.label}: {with_unit(outcome.value, spec.unit)}; {goal}"
    if not outcome.denominator or outcome.numerator is None:
        return f"Inga uppgifter om målet i perioden; {goal}"
    if outcome.denominator < SMALLEST_BASE:
        share = f"{whole(outcome.numerator)} av {whole(outcome.denominator)}"
    else:
        share = percent(outcome.numerator, outcome.denominator)
    return f"{share} {spec.measure.verb}; {goal}"


def target_alt(result: TargetResult) -> str:
    """The bullet chart for somebody who does not see it."""
    outcome, spec = result.outcome, result.spec
    words = [f"{target_finding(result)}. {capitalised(outcome.verdict.label)}."]
    if outcome.interval is not None:
        low, high = (
            round_half_up(end * 100) for end in (outcome.interval.low, outcome.interval.high)
        )
        words.append(f"Osäkerhetsintervall {low} till {high} procent.")
    if spec.is_share and outcome.denominator:
        words.append(f"Bas {whole(outcome.denominator)}.")
    return " ".join(words)


def outcome_words(outcome: TargetOutcome, unit: TargetUnit) -> str:
    """The outcome for a cell: ``21 av 34 (62 %)``, ``37,5 månader`` or an en dash."""
    if outcome.numerator is not None and outcome.denominator:
        if outcome.denominator < SMALLEST_BASE:
            return f"{whole(outcome.numerator)} av {whole(outcome.denominator)}"
        return count_and_share(outcome.numerator, outcome.denominator)
    return EN_DASH if outcome.value is None else with_unit(outcome.value, unit)


def interval_words(outcome: TargetOutcome) -> str:
    """The 95 % interval of a share in whole per cent, ``45–76``, or an en dash."""
    if outcome.interval is None or (outcome.denominator or 0) < SMALLEST_BASE:
        return EN_DASH
    low, high = (round_half_up(end * 100) for end in (outcome.interval.low, outcome.interval.high))
    return f"{low}{EN_DASH}{high}"


def targets_finding(verdicts: Sequence[Verdict]) -> str:
    """How many targets are met, how many are not, and how many can't be said."""
    if not verdicts:
        return "Insatsen har inga mål som gäller i perioden."
    if len(verdicts) == 1:
        return f"Insatsens enda mål: {verdicts[0].label}."
    groups = (
        ({Verdict.MET}, "uppnått", "uppnådda"),
        ({Verdict.MET_UNCERTAIN}, "uppnått men osäkert", "uppnådda men osäkra"),
        ({Verdict.NOT_MET_UNCERTAIN}, "ej uppnått men osäkert", "ej uppnådda men osäkra"),
        ({Verdict.NOT_MET}, "ej uppnått", "ej uppnådda"),
        (
            {Verdict.TOO_FEW, Verdict.NO_DATA, Verdict.UNDECIDED},
            "går inte att bedöma",
            "går inte att bedöma",
        ),
    )
    said = []
    for members, one, many in groups:
        number = sum(verdict in members for verdict in verdicts)
        if number:
            said.append(f"{whole(number)} {one if number == 1 else many}")
    return f"Av {whole(len(verdicts))} mål: {listed(said)}."


def gender_finding(by_gender: Mapping[str, TargetOutcome]) -> str | None:
    """Kvinnor against män with the interval of the difference; None where one has no base.

    ``Kvinnor 13 av 20 (65 %), män 8 av 14 (57 %). Skillnaden är 8 procentenheter (95 % KI
    −23 till 38): går inte att skilja åt.``
    """
    women, men = (by_gender.get(gender.value) for gender in (Gender.WOMAN, Gender.MAN))
    pairs = []
    for outcome in (women, men):
        if outcome is None or outcome.numerator is None or not outcome.denominator:
            return None
        pairs.append((outcome.numerator, outcome.denominator))
    return difference_finding(*pairs)


def difference_finding(women: tuple[int, int], men: tuple[int, int]) -> str:
    """The same of two counts with their bases; of few it says the counts alone."""
    (k1, n1), (k2, n2) = women, men
    counts = f"Kvinnor {_of(k1, n1)}, män {_of(k2, n2)}."
    if min(n1, n2) < SMALLEST_BASE:
        return f"{counts} För få för att jämföra."
    found = newcombe_difference(k1, n1, k2, n2)
    points = round_half_up(Fraction(k1, n1) * 100 - Fraction(k2, n2) * 100)
    low, high = (decimal_comma(round_half_up(end * 100)) for end in (found.low, found.high))
    unit = "procentenhet" if abs(points) == 1 else "procentenheter"
    told = "går att skilja åt" if found.tells_apart else "går inte att skilja åt"
    return (
        f"{counts} Skillnaden är {decimal_comma(points)} {unit} "
        f"({per_cent(95)} KI {low} till {high}): {told}."
    )


def _of(count: int, base: int) -> str:
    if base < SMALLEST_BASE:
        return f"{whole(count)} av {whole(base)}"
    return f"{whole(count)} av {whole(base)} ({percent(count, base)})"
