"""What of an insats's figures may leave it: the coarse rule, over one release and over all.

The catalogue is fixed: per insats undivided head counts of the period, exactly, and every
target on twelve months with a base of 10 or more; for all insatser together the head counts.
No breakdowns. How one target and a family of linked targets are protected is
`tracking.domain.disclosure`; here is what makes that hold for real insatser and for one
release after another:

* **Twelve months never overlap.** Two windows that share half a year would, subtracted, tell
  of one half-year's few. So targets are released for calendar years, each insats and year
  once and for all; the other releases of the calendar repeat the latest year. A spell stands
  in at most one released value of each target, so releases say nothing of each other and
  what holds for one holds for all.
* **The base is a head count that is out anyway.** Those who left the base (avlidna, flytt,
  not yet ended, began above the cut-off) are counted with those who lack an answer. Else
  the base subtracted from the head count would tell how many of them there are. For the same
  reason released *avslutade* are all endings, flytt and avliden included.
* **Linked targets are a family**: those that ask the same thing of the same people
  (avslutsanledning; stegförflyttning of avslutade and of fullföljda; the two of ORS, which
  have the same missing). Only a set of parts is shown whole, or one of the family.
* **Started or ended, not both over the years.** One spell starts in one year and may end in
  the next; a family that has been released for one of them is not shown for the other.
* A verdict follows from what is shown and from nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tracking.domain.disclosure import (
    ProtectedTarget,
    Shown,
    TargetFigure,
    TargetView,
    protect_targets,
    released_base,
)
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period
from tracking.domain.statistics import round_half_up
from tracking.domain.swedish import whole
from tracking.domain.targets import (
    Measure,
    Population,
    TargetSpec,
    Verdict,
    judge_value,
    verdict_sentence,
)
from tracking.outcomes.cohorts import Cohort
from tracking.outcomes.parts import Anonymous, thresholds_text
from tracking.outcomes.release_shapes import ReleasedTarget
from tracking.outcomes.targets import (
    MONTHS,
    Context,
    Counts,
    StoredTarget,
    count,
    population_of,
    slips_of,
    value_of,
)

RULE = "grov-1"
LACKING = "saknar uppgift eller står utanför basen"

Origin = tuple[str, bool]
"""A family and whether it has been released for the started (else for the ended)."""

ONGOING_BEFORE = "Pågående vid periodens början"
STARTED = "Startade"
ENDED = "Avslutade, alla avslut"
COMPLETED = "därav fullföljda"
ONGOING_AFTER = "Pågående vid periodens slut"
ANONYMOUS = "Anonyma deltagare, hittills under året"


def head_counts(cohort: Cohort, anonymous: Anonymous) -> dict[str, int]:
    """The undivided head counts of a period, by row label."""
    endings = len(cohort.ended) + len(cohort.outside)
    return {
        ONGOING_BEFORE: len(cohort.ongoing_at_start),
        STARTED: len(cohort.started),
        ENDED: endings,
        COMPLETED: len(cohort.completed),
        ONGOING_AFTER: len(cohort.ongoing_at_end),
        ANONYMOUS: anonymous.total,
    }


def heads_table(counts: dict[str, int], period: Period, name: str, *, whole_forbund: bool) -> Table:
    """The released table of head counts."""
    several = (
        "En person kan ha deltaganden i flera insatser; här räknas deltaganden, inte personer.",
    )
    return Table(
        key="heads",
        title=f"Deltagare, {name}",
        definition=(
            "Deltaganden, alltså en person i en insats från start till avslut. I avslutade ingår "
            "alla avslut, även flytt och avliden; felregistrerade ingår inte."
        ),
        row_heading="Deltaganden, antal",
        columns=("totalt",),
        rows=tuple(Row(label, (Cell.of_count(number),)) for label, number in counts.items()),
        period=period,
        population="alla deltaganden",
        notes=(
            f"Anonyma deltagare gäller kalenderåret {period.end.year} hittills och ingår inte i "
            "deltagandena.",
            *(several if whole_forbund else ()),
        ),
    )


ON_ORS = frozenset({Measure.ORS_RELIABLY_IMPROVED, Measure.ORS_OVER_CUTOFF})
"""What is judged by thresholds, which are printed beside it."""

ON_WORK = frozenset({Measure.WORK_OR_STUDIES, Measure.WORK_OR_STUDIES_INCREASED})
"""Whoever began or increased is among those who work or study."""


def family_of(spec: TargetSpec) -> str:
    """The name of the targets of one insats that are linked with this one."""
    if spec.measure in ON_ORS:
        return "ors"
    if spec.measure is Measure.POSITIVE_SLIPS:
        return f"slips {spec.question_id}"
    # Step forward during the insats and at its end is the same question.
    point = spec.point.value if spec.point in MONTHS else "end"
    if spec.measure.asks_a_question:
        # Whoever improved is among those who answered: the two tell of each other.
        return f"answers {spec.question_id} {point}"
    if spec.measure in ON_WORK:
        return f"work {point}"
    return f"{spec.measure.value} {point}"


def release_targets(
    targets: Sequence[StoredTarget],
    context: Context,
    outside_due: dict[int, int],
    released_before: Collection[Origin],
) -> tuple[ReleasedTarget, ...]:
    """Protect all targets of one insats and calendar year together.

    ``outside_due`` is how many flytt and avliden would have been due 6, 12 and 18 months after;
    ``released_before`` are the origins of what earlier years have released.
    """
    k = context.threshold_k
    shares = [target for target in targets if target.spec.is_share]
    figures = [_figure(target, context, outside_due) for target in shares]
    protected = protect_targets(figures, k)
    found: dict[int, ReleasedTarget] = {}
    for target in targets:
        spec = target.spec
        if not spec.is_share:
            found[target.target_id] = _value(target, context)
            continue
        shown = protected[str(target.target_id)]
        of_started = spec.population is Population.STARTED
        if (family_of(spec), not of_started) in released_before:
            shown = replace(
                shown,
                view=TargetView(Shown.LINKED),
                verdict=Verdict.UNDECIDED,
                outcome=None,
            )
        found[target.target_id] = _share(target, shown, context)
    return tuple(found[target.target_id] for target in targets)


def _figure(target: StoredTarget, context: Context, outside_due: dict[int, int]) -> TargetFigure:
    spec = target.spec
    if spec.measure is Measure.POSITIVE_SLIPS:
        positive, answered = slips_of(spec, context)
        counts = Counts(meets=positive, fails=answered - positive)
    else:
        counts = count(population_of(context.cohort, spec), spec, context)
        if spec.population is Population.ENDED:
            apart = (
                outside_due[MONTHS[spec.point]]
                if spec.point in MONTHS
                else len(context.cohort.outside)
            )
            counts = replace(counts, outside=counts.outside + apart)
    return TargetFigure(
        key=str(target.target_id),
        numerator=counts.meets,
        denominator=counts.known,
        missing=counts.missing + counts.outside,
        target_percent=spec.value,
        comparison=spec.comparison,
        family=family_of(spec),
        categories=spec.codes if spec.measure is Measure.END_REASON_IN else frozenset(),
    )


def _share(target: StoredTarget, shown: ProtectedTarget, context: Context) -> ReleasedTarget:
    spec, period = target.spec, context.cohort.period
    sentence = shown.sentence(spec.measure).replace(spec.measure.missing_phrase, LACKING)
    base_words = f"Bas: {_population_words(spec)}, {spec.point.label}, {period.label}."
    if spec.measure in ON_ORS:
        # The ones it was made with, for as long as the release is read.
        base_words = f"{base_words} {thresholds_text(context.thresholds)}"
    released = ReleasedTarget(
        target_id=target.target_id,
        wording=target.wording,
        measure=spec.measure,
        population=spec.population,
        point=spec.point,
        comparison=spec.comparison,
        value=spec.value,
        period=period,
        cell=Cell.hidden(),
        verdict=shown.verdict,
        sentence=f"{sentence} {base_words}",
        family=family_of(spec),
    )
    range_ = shown.view.share_range
    seen = shown.view.count
    if seen is None or range_ is None:
        return released
    if shown.outcome is not None:
        cell = Cell.of_share(seen.low, seen.base)
    elif seen.is_exact:
        # No per cent: those without an answer are in the base, and the share is a range.
        cell = Cell.of_text(f"{whole(seen.low)} av {whole(seen.base)}")
    else:
        cell = Cell.hidden(seen.low, seen.high, seen.base)
    return replace(
        released,
        cell=cell,
        exact=shown.outcome is not None,
        low=seen.low,
        high=seen.high,
        base=seen.base,
        share_low=float(range_[0]),
        share_high=float(range_[1]),
        missing=_lacking(shown.view),
    )


def _lacking(view: TargetView) -> str:
    if view.missing is not None:
        return whole(view.missing)
    return "" if view.missing_below is None else f"färre än {view.missing_below}"


def _population_words(spec: TargetSpec) -> str:
    if spec.measure is Measure.POSITIVE_SLIPS:
        return "svar på anonyma lappar"
    return spec.population.label


def _value(target: StoredTarget, context: Context) -> ReleasedTarget:
    spec, period = target.spec, context.cohort.period
    value, basis = value_of(spec, context)
    enough = True
    if spec.measure is Measure.YEAR_PLACES:
        # A sum over persons: of few, it tells how long one of them stayed.
        enough = len(context.cohort.active) >= released_base(context.threshold_k)
        basis = f"{period.label}."
    if spec.measure is Measure.PAYBACK_MONTHS:
        # Cost and assumptions are known, so the months tell exactly how many left their
        # försörjning: a count that may be as small as it likes.
        enough = False
        basis = "Återbetalningstiden visas bara inom insatsen."
    # Judged as it is printed, so that the verdict says nothing more than the figure.
    shown = None if value is None or not enough else Fraction(round_half_up(value, 1))
    outcome = judge_value(shown, spec.value, spec.comparison)
    verdict = outcome.verdict if enough else Verdict.TOO_FEW
    if spec.measure is Measure.PAYBACK_MONTHS:
        verdict = Verdict.UNDECIDED
    sentence = f"{verdict_sentence(outcome, spec.measure)} {basis}"
    if spec.measure is Measure.PAYBACK_MONTHS:
        sentence = basis
    elif not enough:
        sentence = f"För få för att visa. {basis}"
    return ReleasedTarget(
        target_id=target.target_id,
        wording=target.wording,
        measure=spec.measure,
        population=spec.population,
        point=spec.point,
        comparison=spec.comparison,
        value=Decimal(spec.value),
        period=period,
        cell=Cell.of_number(None if shown is None else float(shown), 1),
        verdict=verdict,
        sentence=sentence,
        family=family_of(spec),
        exact=shown is not None,
        outcome=None if shown is None else float(shown),
    )
