"""What one spell says of one target: meets it, does not, has no answer, or stands outside.

One short function for each measure. Who is in the population, the counting and the words are
`tracking.outcomes.targets`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from tracking.domain.change import Thresholds, began_below, classify, crossed_cutoff
from tracking.domain.endings import Outcome
from tracking.domain.ladder import StepMove, sustained
from tracking.domain.records import FollowUpStatus
from tracking.domain.targets import Measure, PointInTime, TargetSpec
from tracking.outcomes.cohorts import Cohort, SpellRow, follow_up_of
from tracking.outcomes.facts import (
    Standing,
    grew,
    level,
    move_of,
    ors_cutoff,
    ors_pair,
    works_or_studies,
)
from tracking.outcomes.volumes import Volumes

MONTHS = {PointInTime.M6: 6, PointInTime.M12: 12, PointInTime.M18: 18}


class Answer(Enum):
    """What one spell says of one target."""

    MEETS = "meets"
    FAILS = "fails"
    MISSING = "missing"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Context:
    """What targets are evaluated against: spells, thresholds, answers, slips and volumes.

    ``answers`` are by question, then spell and occasion: positive or not, None for *vet ej*;
    ``improved`` likewise whether the answer is better than at the start, None when one of the
    two is lacking. ``slips`` are by question: positive answers and all answers.
    """

    cohort: Cohort
    thresholds: Thresholds
    threshold_k: int
    volumes: Volumes
    answers: dict[int, dict[tuple[int, str], bool | None]] = field(default_factory=dict)
    improved: dict[int, dict[tuple[int, str], bool | None]] = field(default_factory=dict)
    slips: dict[int, tuple[int, int]] = field(default_factory=dict)


def question_of(spec: TargetSpec, context: Context) -> Callable[[SpellRow], Answer]:
    """Return the question that a target puts to each spell of its population."""
    ask = _ASKED[spec.measure]

    def answer(row: SpellRow) -> Answer:
        if stands_outside(row, spec):
            return Answer.OUTSIDE
        return ask(row, spec, context)

    return answer


def occasion_of(point: PointInTime) -> str:
    """The occasion whose situation and answers a point in time looks at."""
    if point in MONTHS:
        return point.value
    return "start" if point is PointInTime.AT_START else "end"


def stands_outside(row: SpellRow, spec: TargetSpec) -> bool:
    """Whether the target asks nothing of a spell: moved, dead, or not ended yet."""
    if row.outcome == Outcome.OUTSIDE:
        return True
    if spec.point in MONTHS:
        return follow_up_of(row, MONTHS[spec.point]).status == FollowUpStatus.DECEASED
    if spec.point is PointInTime.AT_START:
        return False
    # What is looked at when the spell ends is not missing while it runs. ORS has a last
    # score all along.
    return row.ended_on is None and spec.measure not in _ASKED_WHILE_ONGOING


_ASKED_WHILE_ONGOING = frozenset({Measure.ORS_RELIABLY_IMPROVED, Measure.ORS_OVER_CUTOFF})


def _known(met: bool | None) -> Answer:
    if met is None:
        return Answer.MISSING
    return Answer.MEETS if met else Answer.FAILS


def _after(row: SpellRow, spec: TargetSpec) -> Standing:
    return Standing.after(row, occasion_of(spec.point))


def _step_forward(row: SpellRow, _spec: TargetSpec, _context: Context) -> Answer:
    move = move_of(row)
    return _known(move is StepMove.FORWARD if move.in_base else None)


def _step_kept(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    later = follow_up_of(row, MONTHS[spec.point]).step
    return _known(sustained(level(row.step_end), level(later)))


def _end_reason(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    return _known(None if row.end_reason_key is None else row.end_reason_key in spec.codes)


def _work_or_studies(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    return _known(works_or_studies(_after(row, spec)))


def _work_or_studies_increased(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    return _known(grew(row, _after(row, spec)))


def _support_ended(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    if row.start_support == "none":
        return Answer.OUTSIDE
    later = _after(row, spec).support
    if row.start_support != "some" or later not in ("none", "some"):
        return Answer.MISSING
    return _known(later == "none")


def _ors_improved(row: SpellRow, _spec: TargetSpec, context: Context) -> Answer:
    pair = ors_pair(row)
    if pair is None:
        return Answer.MISSING
    found = classify(*pair, context.thresholds, cutoff_mm=ors_cutoff(row, context.thresholds))
    return _known(found.is_reliable_improvement)


def _ors_over(row: SpellRow, _spec: TargetSpec, context: Context) -> Answer:
    pair = ors_pair(row)
    if pair is None:
        return Answer.MISSING
    cutoff = ors_cutoff(row, context.thresholds)
    if not began_below(pair[0], cutoff):
        return Answer.OUTSIDE
    return _known(crossed_cutoff(*pair, cutoff))


def _positive_answer(row: SpellRow, spec: TargetSpec, context: Context) -> Answer:
    return _known(_answered(context.answers, row, spec))


def _improved_answer(row: SpellRow, spec: TargetSpec, context: Context) -> Answer:
    return _known(_answered(context.improved, row, spec))


def _answered(
    answers: dict[int, dict[tuple[int, str], bool | None]], row: SpellRow, spec: TargetSpec
) -> bool | None:
    assert spec.question_id is not None
    return answers.get(spec.question_id, {}).get((row.spell_id, occasion_of(spec.point)))


def _active_planning(row: SpellRow, _spec: TargetSpec, _context: Context) -> Answer:
    known = {"yes": True, "no": False}
    return _known(known.get(row.active_planning or ""))


_ASKED: dict[Measure, Callable[[SpellRow, TargetSpec, Context], Answer]] = {
    Measure.STEP_FORWARD: _step_forward,
    Measure.STEP_SAME_OR_HIGHER: _step_kept,
    Measure.END_REASON_IN: _end_reason,
    Measure.WORK_OR_STUDIES: _work_or_studies,
    Measure.WORK_OR_STUDIES_INCREASED: _work_or_studies_increased,
    Measure.SUPPORT_ENDED: _support_ended,
    Measure.ORS_RELIABLY_IMPROVED: _ors_improved,
    Measure.ORS_OVER_CUTOFF: _ors_over,
    Measure.POSITIVE_ANSWERS: _positive_answer,
    Measure.ANSWERS_IMPROVED: _improved_answer,
    Measure.ACTIVE_PLANNING: _active_planning,
}
