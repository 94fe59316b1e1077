"""Which cells of the linked set a target reads, and which targets are not released.

A target reads the cells of a breakdown that asks the same; else it has a table of its own, whose
name says all that decides its numbers. The argument is in `tracking.outcomes.releasing.catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tracking.domain.endings import EndGroup
from tracking.domain.ladder import StepMove
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.outcomes.divisions import KEPT, MISSING, YES
from tracking.outcomes.releasing.catalogue_heads import (
    COMPLETED,
    ENDED,
    SCOPES,
    STARTED,
    scoped,
    slips_head,
)

OCCUPATION = "end_occupation"


@dataclass(frozen=True, slots=True)
class Reads:
    """Which cells of the linked set a target reads."""

    measure: str
    numerator: frozenset[str]
    missing: tuple[str, str] | None


def _reads(measure: str, *categories: str) -> Reads:
    return Reads(measure, frozenset(categories), (f"{measure}?", MISSING))


BREAKDOWN_OF: dict[tuple[Measure, PointInTime], Reads] = {
    (Measure.STEP_FORWARD, PointInTime.DURING): _reads("step_move", StepMove.FORWARD.value),
    (Measure.STEP_FORWARD, PointInTime.AT_END): _reads("step_move", StepMove.FORWARD.value),
    (Measure.STEP_SAME_OR_HIGHER, PointInTime.M6): _reads("sustained_6", KEPT),
    (Measure.STEP_SAME_OR_HIGHER, PointInTime.M12): _reads("sustained_12", KEPT),
    (Measure.STEP_SAME_OR_HIGHER, PointInTime.M18): _reads("sustained_18", KEPT),
    (Measure.WORK_OR_STUDIES, PointInTime.AT_END): _reads(OCCUPATION, YES),
    (Measure.ACTIVE_PLANNING, PointInTime.AT_END): _reads("active_planning", YES),
    (Measure.ORS_RELIABLY_IMPROVED, PointInTime.DURING): Reads(
        "ors_class", frozenset({"improved"}), ("ors_start?", MISSING)
    ),
    (Measure.ORS_RELIABLY_IMPROVED, PointInTime.AT_END): Reads(
        "ors_class", frozenset({"improved"}), ("ors_start?", MISSING)
    ),
    (Measure.END_REASON_IN, PointInTime.AT_END): Reads("end_reason", frozenset(), None),
}
"""What a target reads that a breakdown asks as well. The groups of END_REASON_IN follow from
its codes."""

NEVER = frozenset(
    {
        (Measure.ORS_OVER_CUTOFF, PointInTime.DURING),
        (Measure.ORS_OVER_CUTOFF, PointInTime.AT_END),
        (Measure.WORK_OR_STUDIES_INCREASED, PointInTime.AT_END),
    }
)
"""Shares whose base, or number, would follow from a breakdown together with the target."""

FIXED_AT_START = frozenset({PointInTime.AT_START})


def reads_of(spec: TargetSpec, groups: Mapping[str, str]) -> Reads | None:
    """Return what a share target reads; None when it is not released.

    ``groups`` maps every code of avslutsanledning that stands in a base to its group.
    """
    at = (spec.measure, spec.point)
    if at in NEVER or not spec.is_share:
        return None
    started = spec.population is Population.STARTED
    # One spell starts in one period and ends in another: what came of the started would, over
    # time, be told twice.
    if started and spec.point not in FIXED_AT_START and spec.measure is not Measure.POSITIVE_SLIPS:
        return None
    reads = BREAKDOWN_OF.get(at)
    if reads is None:
        name = own_measure(spec)
        missing = None if spec.measure is Measure.POSITIVE_SLIPS else (f"{name}?", MISSING)
        return Reads(name, frozenset({YES}), missing)
    if spec.measure is Measure.END_REASON_IN:
        chosen = {groups.get(code, "") for code in spec.codes}
        whole = {code for code, group in groups.items() if group in chosen}
        if EndGroup.OTHER.value in chosen or whole != set(spec.codes):
            return None
        reads = replace(reads, numerator=frozenset(chosen))
    own = COMPLETED if reads.measure == "step_move" else "ended"
    scope = spec.population.value
    if scope == own:
        return reads
    missing = reads.missing and (scoped(reads.missing[0], scope), reads.missing[1])
    return Reads(scoped(reads.measure, scope), reads.numerator, missing)


_OWN = "target"


def own_measure(spec: TargetSpec) -> str:
    """The name of a target's own table: all that decides its numbers."""
    return ":".join((_OWN, spec.measure, spec.point, spec.population, str(spec.question_id or 0)))


def is_own(measure: str) -> bool:
    """Say whether a measure is a target's own table, or the one around it."""
    return measure.startswith(f"{_OWN}:")


def spec_of(measure: str) -> TargetSpec:
    """The question behind a target's own table; its aim is not in the name."""
    _, asked, point, population, question = measure.removesuffix("?").split(":")
    return TargetSpec(
        measure=Measure(asked),
        population=Population(population),
        point=PointInTime(point),
        comparison=Comparison.AT_LEAST,
        value=Decimal(0),
        question_id=int(question) or None,
    )


def family_of(spec: TargetSpec) -> str:
    """The name of the targets of one insats that ask the same, of whomever."""
    if spec.measure in (Measure.WORK_OR_STUDIES, Measure.WORK_OR_STUDIES_INCREASED):
        return f"occupation {spec.point.value}"
    if spec.question_id is not None:
        return f"question {spec.question_id} {spec.point.value}"
    point = spec.point.value if spec.point.is_follow_up else "end"
    return f"{spec.measure.value} {point}"


def own_head(spec: TargetSpec) -> str:
    """The head count that a target's own table divides."""
    if spec.measure is Measure.POSITIVE_SLIPS:
        return slips_head(spec.question_id or 0)
    if spec.population is Population.STARTED:
        return STARTED.measure
    whole = f"due_{spec.point.value[1:]}" if spec.point.is_follow_up else ENDED
    return SCOPES[whole][0] if spec.population is Population.COMPLETED else whole
