"""Targets in a release: which of them are released, and what the protected ones say in words.

A share is one or more cells of the linked set (`catalogue`), protected with all others; the
verdict follows from what is shown and from nothing else. A target that is no share is exact where
it follows from exact numbers: money, head counts, and days of at least ten people in each smallest
period, since windows that overlap can be subtracted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tracking.domain.disclosure import ProtectedTarget, Shown, TargetView, released_base
from tracking.domain.disclosure.coarse import judged_view
from tracking.domain.figures import Cell
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
from tracking.outcomes.asked import Context
from tracking.outcomes.parts import thresholds_text
from tracking.outcomes.releasing.catalogue_reads import family_of, is_own, reads_of, spec_of
from tracking.outcomes.releasing.catalogue_tables import Asked
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.outcomes.targets import StoredTarget, value_of

LACKING = "saknar uppgift eller står utanför basen"
NOT_RELEASED = (
    "Målet visas bara inom insatsen, eftersom det tillsammans med andra släppta tal skulle kunna "
    "peka ut enskilda."
)
_ON_ORS = frozenset({Measure.ORS_RELIABLY_IMPROVED, Measure.ORS_OVER_CUTOFF})


def released_among(
    unit: str,
    targets: Iterable[StoredTarget],
    groups: Mapping[str, str],
    said: Iterable[str],
) -> list[Asked]:
    """Return the share targets of one insats that are released, with what they read.

    ``groups`` maps the codes of avslutsanledning to their groups; ``said`` are the measures that
    earlier releases have published of the insats. Of targets that ask the same of different
    people, and that no breakdown ties together, the first ever is released.
    """
    first = {family_of(spec_of(name)): name for name in said if is_own(name)}
    first = {family: name.removesuffix("?") for family, name in first.items()}
    found = []
    for target in targets:
        reads = reads_of(target.spec, groups)
        if reads is None:
            continue
        if is_own(reads.measure):
            name = first.setdefault(family_of(target.spec), reads.measure)
            if name != reads.measure:
                continue
        found.append(Asked(unit, target, reads))
    return found


def shown_share(
    target: StoredTarget, protected: ProtectedTarget | None, window: Period, context: Context
) -> ReleasedTarget:
    """Return a share as it is released; ``protected`` is None for one that is not."""
    spec = target.spec
    shown = protected or judged_view(TargetView(Shown.LINKED), spec.value, spec.comparison)
    told = shown.sentence(spec.measure, can_lack=not _none_can_lack(spec))
    sentence = told.replace(spec.measure.missing_phrase, LACKING)
    base_words = f"Bas: {_population_words(spec)}, {spec.point.label}, {window.label}."
    if protected is None:
        base_words = NOT_RELEASED
    elif spec.measure in _ON_ORS:
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
        period=window,
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
        missing="" if _none_can_lack(spec) else _lacking(shown.view),
    )


def _none_can_lack(spec: TargetSpec) -> bool:
    """Whether everybody in the base has an answer by the nature of what is asked."""
    if spec.measure is Measure.POSITIVE_SLIPS:
        return True
    return spec.measure is Measure.END_REASON_IN and spec.population is Population.COMPLETED


def _lacking(view: TargetView) -> str:
    if view.missing is not None:
        return whole(view.missing)
    return "" if view.missing_below is None else f"färre än {view.missing_below}"


def _population_words(spec: TargetSpec) -> str:
    if spec.measure is Measure.POSITIVE_SLIPS:
        return "svar på anonyma lappar"
    return spec.population.label


def shown_value(
    target: StoredTarget, context: Context, smallest: Sequence[Period]
) -> ReleasedTarget:
    """Return a target that is no share, over the context's twelve months.

    ``smallest`` are the smallest periods of these.
    """
    spec, period = target.spec, context.cohort.period
    value, basis = value_of(spec, context)
    verdict: Verdict | None = None
    if spec.measure is Measure.YEAR_PLACES:
        # A sum over persons: of few, it tells how long one of them stayed. Windows overlap, so
        # that it has to hold for each part of them.
        basis = f"{period.label}."
        if not _enough(context, smallest):
            value, verdict, basis = None, Verdict.TOO_FEW, f"För få för att visa. {basis}"
    elif spec.measure is Measure.PAYBACK_MONTHS:
        # Cost and assumptions are known, so the months tell exactly how many left their
        # försörjning: a count that may be as small as it likes.
        value, verdict = None, Verdict.UNDECIDED
        basis = "Återbetalningstiden visas bara inom insatsen."
    # Judged as it is printed, so that the verdict says nothing more than the figure.
    shown = None if value is None else Fraction(round_half_up(value, 1))
    outcome = judge_value(shown, spec.value, spec.comparison)
    sentence = basis if verdict else f"{verdict_sentence(outcome, spec.measure)} {basis}"
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
        verdict=verdict or outcome.verdict,
        sentence=sentence,
        family=family_of(spec),
        exact=shown is not None,
        outcome=None if shown is None else float(shown),
    )


def _enough(context: Context, smallest: Sequence[Period]) -> bool:
    floor = released_base(context.threshold_k)
    sizes = [len(replace(context.cohort, period=short).active) for short in smallest]
    return max(sizes) >= floor and all(size == 0 or size >= floor for size in sizes)
