"""All targets of an insats as one table: what the targets' own drawings say, to count with.

Judging is `tracking.outcomes.targets`; here its outcomes are laid out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tracking.domain.change import Thresholds
from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table, TargetResult
from tracking.domain.records import Gender
from tracking.domain.swedish import decimal
from tracking.domain.targets import (
    Comparison,
    Measure,
    TargetOutcome,
    TargetUnit,
    Verdict,
    bounds_text,
    chance_text,
    with_unit,
)
from tracking.domain.wording import EN_DASH, capitalised
from tracking.outcomes.cohorts import Cohort
from tracking.outcomes.parts import Anonymous, base_note, thresholds_text

HEADINGS = (
    "mål",
    "bas",
    "utfall",
    "95 % intervall, procent",
    "saknar uppgift",
    "om ingen och om alla av dem når målet, procent",
    "chans att målet är nått",
    "omdöme",
)
_ON_ORS = frozenset({Measure.ORS_RELIABLY_IMPROVED, Measure.ORS_OVER_CUTOFF})


def targets_table(
    results: Sequence[TargetResult], cohort: Cohort, thresholds: Thresholds, anonymous: Anonymous
) -> Table:
    """One row a target: aim, base, outcome, interval, missing, bounds, chance, verdict, kön."""
    unknown = any(_counted(r.by_gender.get(Gender.UNKNOWN.value)) for r in results)
    genders = tuple(Gender) if unknown else (Gender.WOMAN, Gender.MAN)
    uses_ors = any(result.spec.measure in _ON_ORS for result in results)
    notes = [*base_note(cohort.active, "deltaganden", cohort)]
    if not results:
        notes.append("Inga mål gäller i perioden.")
    return Table(
        key="targets",
        title="Mål",
        definition=(
            "Varje mål som gäller i perioden, i planens ordalydelse. En andel räknas bland dem med "
            "svar; intill står intervallet (Wilson), hur många som saknar uppgift och vad andelen "
            "vore om ingen, och om alla, av dem når målet. Mål på 0 eller 100 procent, och mål som "
            "inte är en andel, bedöms på värdet allena."
        ),
        row_heading="Målets ordalydelse",
        columns=(*HEADINGS, *(gender.plural for gender in genders)),
        rows=tuple(_row(result, genders) for result in results),
        period=cohort.period,
        population="den som varje mål anger",
        funnel=(
            FunnelStep("Startade", len(cohort.started)),
            FunnelStep("Avslutade", len(cohort.ended)),
            FunnelStep("Fullföljda", len(cohort.completed)),
        ),
        thresholds=thresholds_text(thresholds) if uses_ors else None,
        notes=(*notes, anonymous.note),
    )


def _counted(outcome: TargetOutcome | None) -> bool:
    return outcome is not None and bool((outcome.denominator or 0) + outcome.missing)


def _row(result: TargetResult, genders: Sequence[Gender]) -> Row:
    spec, outcome = result.spec, result.outcome
    aim = with_unit(Fraction(spec.value), spec.unit)
    if spec.comparison is Comparison.AT_MOST:
        aim = f"högst {aim}"
    of_spells = spec.is_share and spec.measure is not Measure.POSITIVE_SLIPS
    base = spec.measure.label
    if of_spells:
        base = f"{base}: {spec.population.label}, {spec.point.label}"
    chance, bounds = chance_text(outcome), bounds_text(outcome)
    told = outcome.verdict not in (Verdict.TOO_FEW, Verdict.NO_DATA)
    cells = (
        Cell.of_text(aim),
        Cell.of_text(base),
        _outcome(outcome, spec.unit),
        Cell.of_text(_interval(outcome)) if told and outcome.interval else EMPTY,
        Cell.of_count(outcome.missing) if of_spells else EMPTY,
        EMPTY if bounds is None else Cell.of_text(bounds),
        EMPTY if chance is None else Cell.of_text(chance),
        Cell.of_text(outcome.verdict.label),
        *(_by_gender(result, gender) for gender in genders),
    )
    return Row(capitalised(result.wording), cells)


def _by_gender(result: TargetResult, gender: Gender) -> Cell:
    outcome = result.by_gender.get(gender.value)
    return EMPTY if outcome is None else _outcome(outcome, result.spec.unit)


def _outcome(outcome: TargetOutcome, unit: TargetUnit) -> Cell:
    """A share with its count, else the value in the target's unit."""
    if unit is TargetUnit.PERCENT:
        return Cell.of_share(outcome.numerator or 0, outcome.denominator or 0)
    return EMPTY if outcome.value is None else Cell.of_text(with_unit(outcome.value, unit))


def _interval(outcome: TargetOutcome) -> str:
    assert outcome.interval is not None, "asked only of shares with an interval"
    low, high = (decimal(100 * end, 0) for end in outcome.interval)
    return f"{low}{EN_DASH}{high}"
