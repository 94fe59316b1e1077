"""Targets against their outcome: who is in the base, who meets it, and the verdict.

One question per spell (`answer`): meets it, does not, has no answer, or stands outside the
base. The counting is the same for the insats's own page and for a release; what a release
may show of it is `tracking.outcomes.releases`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.domain.capacity import person_days, year_places
from tracking.domain.change import (
    Thresholds,
    began_below,
    classify,
    crossed_cutoff,
)
from tracking.domain.endings import Outcome
from tracking.domain.figures import TargetResult
from tracking.domain.ladder import StepLevel, StepMove, step_move, sustained
from tracking.domain.periods import Period
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.swedish import percent, whole
from tracking.domain.targets import (
    Measure,
    PointInTime,
    Population,
    TargetOutcome,
    TargetSpec,
    judge_share,
    judge_value,
    verdict_sentence,
)
from tracking.domain.wording import listed
from tracking.outcomes.cohorts import Cohort, SpellRow, follow_up_of
from tracking.outcomes.volumes import Volumes, days_of
from tracking.store.tables import Target

MONTHS = {PointInTime.M6: 6, PointInTime.M12: 12, PointInTime.M18: 18}


class Answer(Enum):
    """What one spell says of one target."""

    MEETS = "meets"
    FAILS = "fails"
    MISSING = "missing"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many spells give each answer. ``outside`` stand in the population, not in the base."""

    meets: int = 0
    fails: int = 0
    missing: int = 0
    outside: int = 0

    @property
    def known(self) -> int:
        """The base: those with an answer."""
        return self.meets + self.fails

    @property
    def everyone(self) -> int:
        """The whole population."""
        return self.known + self.missing + self.outside


@dataclass(frozen=True, slots=True)
class StoredTarget:
    """A target of an insats, ready to be evaluated."""

    target_id: int
    wording: str
    spec: TargetSpec


@dataclass(frozen=True, slots=True)
class Context:
    """What targets are evaluated against: spells, thresholds, answers, slips and volumes.

    ``answers`` are by question, then spell and occasion: positive or not, None for *vet ej*.
    ``slips`` are by question: positive answers and all answers.
    """

    cohort: Cohort
    thresholds: Thresholds
    threshold_k: int
    volumes: Volumes
    answers: dict[int, dict[tuple[int, str], bool | None]] = field(default_factory=dict)
    slips: dict[int, tuple[int, int]] = field(default_factory=dict)


def read_targets(session: DbSession, insats_id: int, period: Period) -> tuple[StoredTarget, ...]:
    """Read the targets that are valid on any day of the period, in the insats's order."""
    rows = session.exec(
        select(Target)
        .where(
            Target.insats_id == insats_id,
            col(Target.voided_at).is_(None),
            col(Target.valid_from) <= period.end,
            or_(col(Target.valid_to).is_(None), col(Target.valid_to) >= period.start),
        )
        .order_by(col(Target.sort), col(Target.id))
    ).all()
    return tuple(stored_target(row) for row in rows)


def stored_target(row: Target) -> StoredTarget:
    """The target of a row, as the domain knows it."""
    assert row.id is not None
    spec = TargetSpec(
        measure=Measure(row.measure),
        population=row.population,
        point=PointInTime(row.point_in_time),
        comparison=row.comparison,
        value=Decimal(str(row.value)),
        codes=frozenset((row.codes or "").split()),
        question_id=row.question_id,
    )
    return StoredTarget(row.id, row.wording, spec)


def population_of(cohort: Cohort, spec: TargetSpec) -> Sequence[SpellRow]:
    """The spells that a target is about in the period; the dead and the moved as well where
    they began in it, since they leave the base one by one.
    """
    if spec.point in MONTHS:
        due = cohort.due(MONTHS[spec.point])
        if spec.population is Population.COMPLETED:
            return tuple(row for row in due if row.outcome == Outcome.COMPLETED)
        return due
    if spec.population is Population.STARTED:
        return cohort.started
    return cohort.completed if spec.population is Population.COMPLETED else cohort.ended


def count(rows: Sequence[SpellRow], spec: TargetSpec, context: Context) -> Counts:
    """Count the answers of some spells."""
    ask = _question(spec, context)
    answers = [ask(row) for row in rows]
    return Counts(
        meets=answers.count(Answer.MEETS),
        fails=answers.count(Answer.FAILS),
        missing=answers.count(Answer.MISSING),
        outside=answers.count(Answer.OUTSIDE),
    )


def evaluate(target: StoredTarget, context: Context) -> TargetResult:
    """Return a target's exact outcome in the period, also by kön, with its sentence."""
    spec, cohort = target.spec, context.cohort
    if spec.measure is Measure.POSITIVE_SLIPS:
        positive, n = slips_of(spec, context)
        outcome = judge_share(positive, n, 0, spec.value, spec.comparison, context.threshold_k)
        basis = f"Bas: svar på anonyma lappar, {cohort.period.label}."
        sentence = f"{verdict_sentence(outcome, spec.measure)} {basis}"
        return TargetResult(target.target_id, spec, target.wording, outcome, sentence)
    if not spec.is_share:
        value, basis = value_of(spec, context)
        outcome = judge_value(value, spec.value, spec.comparison)
        sentence = f"{verdict_sentence(outcome, spec.measure)} {basis}"
        return TargetResult(target.target_id, spec, target.wording, outcome, sentence)
    rows = population_of(cohort, spec)
    counts = count(rows, spec, context)
    outcome = _judged(counts, spec, context)
    by_gender = {
        gender.value: _judged(
            count([row for row in rows if row.gender == gender], spec, context), spec, context
        )
        for gender in Gender
    }
    words = (
        verdict_sentence(outcome, spec.measure),
        _bounds_words(outcome),
        _base_words(rows, counts, spec, cohort),
    )
    sentence = " ".join(filter(None, words))
    return TargetResult(
        target.target_id, spec, target.wording, outcome, sentence, by_gender=by_gender
    )


def slips_of(spec: TargetSpec, context: Context) -> tuple[int, int]:
    """Positive answers and all answers on the anonymous slips that a target counts."""
    return context.slips.get(spec.question_id or 0, (0, 0))


def value_of(spec: TargetSpec, context: Context) -> tuple[Fraction | None, str]:
    """The value of a target that is no share, and what it rests on in words."""
    cohort, volumes = context.cohort, context.volumes
    label = cohort.period.label
    if spec.measure is Measure.PARTICIPANTS:
        return Fraction(volumes.participants), f"{volumes.participants_words}, {label}."
    if spec.measure is Measure.YEAR_PLACES:
        days = person_days((days_of(row) for row in cohort.active), cohort.period)
        words = f"{whole(days)} persondagar på {whole(cohort.period.days)} dagar, {label}."
        return year_places(days, cohort.period), words
    if spec.measure is Measure.COST_PER_PARTICIPANT:
        return volumes.cost_per_participant
    return None, "Underlag för beräkningen saknas ännu."


def _judged(counts: Counts, spec: TargetSpec, context: Context) -> TargetOutcome:
    return _judge(
        counts.meets,
        counts.known,
        counts.missing,
        spec.value,
        spec.comparison,
        context.threshold_k,
    )


# Intervals cost more than all the counting, and the same counts come back with every rerun.
_judge = lru_cache(maxsize=4096)(judge_share)


def _bounds_words(outcome: TargetOutcome) -> str:
    """What the share would be if none, and if all, of those without an answer meet it."""
    if not outcome.missing or not outcome.denominator or outcome.numerator is None:
        return ""
    everyone = outcome.denominator + outcome.missing
    low = percent(outcome.numerator, everyone)
    high = percent(outcome.numerator + outcome.missing, everyone)
    return (
        f"Bland alla {whole(everyone)}: {low} om ingen av de {whole(outcome.missing)} utan svar "
        f"når målet, {high} om alla gör det."
    )


def _base_words(rows: Sequence[SpellRow], counts: Counts, spec: TargetSpec, cohort: Cohort) -> str:
    """The denominator in words; of a follow-up also what came of it."""
    base = f"Bas: {spec.population.label}, {spec.point.label}, {cohort.period.label}."
    outside = f" {whole(counts.outside)} står utanför basen." if counts.outside else ""
    if spec.point not in MONTHS:
        return base + outside
    statuses = [follow_up_of(row, MONTHS[spec.point]).status for row in rows]
    said = [
        f"{whole(statuses.count(status))} {words}"
        for status, words in (
            (FollowUpStatus.DONE, "svarade"),
            (FollowUpStatus.NOT_REACHED, "inte nådda"),
            (FollowUpStatus.DECLINED, "avböjde"),
            (FollowUpStatus.NO_CONTACT_CONSENT, "utan samtycke till kontakt"),
            (FollowUpStatus.DUE, "ännu inte gjorda"),
            (FollowUpStatus.DECEASED, "avlidna"),
        )
        if status in statuses
    ]
    follow_ups = f" Av {whole(len(rows))} att följa upp: {listed(said)}." if said else ""
    return base + follow_ups + outside


# One question per measure


def _question(spec: TargetSpec, context: Context) -> Callable[[SpellRow], Answer]:
    ask = _ASKED[spec.measure]

    def answer(row: SpellRow) -> Answer:
        if _stands_outside(row, spec):
            return Answer.OUTSIDE
        return ask(row, spec, context)

    return answer


def _stands_outside(row: SpellRow, spec: TargetSpec) -> bool:
    if row.outcome == Outcome.OUTSIDE:
        return True
    if spec.point in MONTHS:
        return follow_up_of(row, MONTHS[spec.point]).status == FollowUpStatus.DECEASED
    # What is looked at when the spell ends is not missing while it runs. ORS has a last
    # score all along.
    return row.ended_on is None and spec.measure not in _ASKED_WHILE_ONGOING


_ASKED_WHILE_ONGOING = frozenset({Measure.ORS_RELIABLY_IMPROVED, Measure.ORS_OVER_CUTOFF})


def _known(met: bool | None) -> Answer:
    if met is None:
        return Answer.MISSING
    return Answer.MEETS if met else Answer.FAILS


def level(step: int | None) -> StepLevel | None:
    """A step of the summary as the domain's level; −1 is *inga utsikter för arbete*."""
    if step is None:
        return None
    return StepLevel(None if step < 0 else step)


def move_of(row: SpellRow) -> StepMove:
    """The stegförflyttning of an ended spell."""
    return step_move(level(row.step_start), level(row.step_end))


def _step_forward(row: SpellRow, _spec: TargetSpec, _context: Context) -> Answer:
    move = move_of(row)
    return _known(move is StepMove.FORWARD if move.in_base else None)


def _step_kept(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    later = follow_up_of(row, MONTHS[spec.point]).step
    return _known(sustained(level(row.step_end), level(later)))


def _end_reason(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    return _known(None if row.end_reason_key is None else row.end_reason_key in spec.codes)


def _work_or_studies(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    if spec.point in MONTHS:
        later = follow_up_of(row, MONTHS[spec.point])
        either = (later.work, later.studies)
    else:
        either = (row.end_work, row.end_studies)
    if "yes" in either:
        return Answer.MEETS
    return Answer.FAILS if either == ("no", "no") else Answer.MISSING


def _support_ended(row: SpellRow, spec: TargetSpec, _context: Context) -> Answer:
    if row.start_support == "none":
        return Answer.OUTSIDE
    later = (
        follow_up_of(row, MONTHS[spec.point]).support if spec.point in MONTHS else row.end_support
    )
    if row.start_support != "some" or later not in ("none", "some"):
        return Answer.MISSING
    return _known(later == "none")


def ors_cutoff(row: SpellRow, thresholds: Thresholds) -> int:
    """The ORS cut-off in millimetres at the age of the spell's first ORS."""
    age = None if row.ors_first_on is None else int(row.ors_first_on[:4]) - row.birth_year
    return thresholds.ors_cutoff_for(age)


def ors_pair(row: SpellRow) -> tuple[int, int] | None:
    """First and last ORS in millimetres; None without two scores."""
    if row.ors_n < 2 or row.ors_first_mm is None or row.ors_last_mm is None:
        return None
    return row.ors_first_mm, row.ors_last_mm


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
    assert spec.question_id is not None
    occasion = spec.point.value if spec.point in MONTHS else "end"
    return _known(context.answers.get(spec.question_id, {}).get((row.spell_id, occasion)))


def _active_planning(row: SpellRow, _spec: TargetSpec, _context: Context) -> Answer:
    known = {"yes": True, "no": False}
    return _known(known.get(row.active_planning or ""))


_ASKED: dict[Measure, Callable[[SpellRow, TargetSpec, Context], Answer]] = {
    Measure.STEP_FORWARD: _step_forward,
    Measure.STEP_SAME_OR_HIGHER: _step_kept,
    Measure.END_REASON_IN: _end_reason,
    Measure.WORK_OR_STUDIES: _work_or_studies,
    Measure.SUPPORT_ENDED: _support_ended,
    Measure.ORS_RELIABLY_IMPROVED: _ors_improved,
    Measure.ORS_OVER_CUTOFF: _ors_over,
    Measure.POSITIVE_ANSWERS: _positive_answer,
    Measure.ACTIVE_PLANNING: _active_planning,
}
