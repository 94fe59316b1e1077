"""Targets against their outcome: who is in the base, who meets it, and the verdict.

One question per spell (`answer`): meets it, does not, has no answer, or stands outside the
base. The counting is the same for the insats's own page and for a release; what a release
may show of it is `tracking.outcomes.releases`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.domain.capacity import person_days, year_places
from tracking.domain.endings import Outcome
from tracking.domain.figures import TargetResult
from tracking.domain.payback import (
    GroupChange,
    PaybackAssumptions,
    monthly_gain,
    payback_months,
)
from tracking.domain.periods import Period
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.swedish import decimal, kronor, percent, whole
from tracking.domain.targets import (
    Measure,
    PointInTime,
    Population,
    TargetOutcome,
    TargetSpec,
    chance_text,
    judge_share,
    judge_value,
    verdict_sentence,
)
from tracking.domain.wording import listed
from tracking.outcomes.asked import (
    MONTHS,
    Answer,
    Context,
    occasion_of,
    question_of,
    stands_outside,
)
from tracking.outcomes.cohorts import Cohort, SpellRow, follow_up_of
from tracking.outcomes.facts import payback_group
from tracking.outcomes.volumes import days_of
from tracking.store.tables import Target

__all__ = [
    "MONTHS",
    "Answer",
    "Context",
    "Counts",
    "StoredTarget",
    "count",
    "evaluate",
    "population_of",
    "read_targets",
    "slips_of",
    "stored_target",
    "value_of",
]


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
        assumptions=_assumptions(row),
    )
    return StoredTarget(row.id, row.wording, spec)


def _assumptions(row: Target) -> PaybackAssumptions | None:
    if row.support_month_kr is None or row.production_month_kr is None:
        return None
    return PaybackAssumptions(
        row.support_month_kr,
        row.production_month_kr,
        row.deadweight_percent or 0,
        row.discount_hundredths or 0,
        row.assumptions_from or "",
    )


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
    ask = question_of(spec, context)
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
        said = (verdict_sentence(outcome, spec.measure), _chance_words(outcome), basis)
        sentence = " ".join(filter(None, said))
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
        _chance_words(outcome),
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
        come = cohort.period.until(cohort.due_by)
        days = person_days((days_of(row) for row in cohort.active), come)
        so_far = "" if come == cohort.period else " hittills"
        words = f"{whole(days)} persondagar på {whole(come.days)} dagar{so_far}, {label}."
        return year_places(days, come), words
    if spec.measure is Measure.COST_PER_PARTICIPANT:
        return volumes.cost_per_participant
    return _payback(spec, context)


def _payback(spec: TargetSpec, context: Context) -> tuple[Fraction | None, str]:
    """The months that the gain of the population takes to pay the year's utfall."""
    assumed, volumes = spec.assumptions, context.volumes
    if assumed is None:
        return None, "Antagandena om vad en månad är värd är inte inlagda på målet."
    if not volumes.is_calendar_year:
        return None, "Återbetalningstiden räknas per kalenderår; välj ett helt år."
    if volumes.actual_kr is None:
        return None, "Årets utfall är inte inlagt."
    group = payback_of(context.cohort, spec)
    gain = monthly_gain(group, assumed)
    months = payback_months(volumes.actual_kr, gain, assumed.discount_hundredths)
    why = "" if months is not None else f" {NEVER_PAID[gain > 0]}"
    return months, (
        f"Utfall {kronor(volumes.actual_kr)} delat på vinsten {_kr(gain)} i månaden.{why} "
        f"Antaganden{f' ({assumed.name})' if assumed.name else ''}: "
        f"{whole(group.left)} färre i offentlig försörjning à "
        f"{kronor(assumed.support_month_kr)} och {decimal(group.full_time)} fler heltider à "
        f"{kronor(assumed.production_month_kr)} i månaden{_careful(assumed)}. "
        f"Bas: {spec.population.label}, {spec.point.label}, {context.cohort.period.label}: "
        f"{whole(group.known)}; {whole(group.missing)} saknar uppgift och räknas utan vinst."
    )


def payback_of(cohort: Cohort, spec: TargetSpec) -> GroupChange:
    """What the population of a target on återbetalningstid gained; the dead and the moved and
    those who have not ended are not in it.
    """
    rows = [row for row in population_of(cohort, spec) if not stands_outside(row, spec)]
    return payback_group(rows, occasion_of(spec.point))


NEVER_PAID = {
    False: "Vinsten är inte positiv, så tiden går inte att beräkna.",
    True: "Med kalkylräntan betalas kostnaden aldrig, så tiden går inte att beräkna.",
}
"""Why there are no months, by whether there is a gain at all."""


def _careful(assumed: PaybackAssumptions) -> str:
    """What is taken off the gain, where anything is."""
    parts = []
    if assumed.deadweight_percent:
        parts.append(f"{whole(assumed.deadweight_percent)}\u202f% hade skett ändå")
    if assumed.discount_hundredths:
        rate = decimal(Fraction(assumed.discount_hundredths, 100), 2).rstrip("0").rstrip(",")
        parts.append(f"kalkylränta {rate}\u202f% om året")
    return f"; {', '.join(parts)}" if parts else ""


def _kr(amount: Fraction) -> str:
    return f"{decimal(amount, 0)}\u202fkr"


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


def _chance_words(outcome: TargetOutcome) -> str:
    """How likely it is that the true share meets the target."""
    chance = chance_text(outcome)
    return "" if chance is None else f"Chansen att den sanna andelen når målet är {chance}."


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
