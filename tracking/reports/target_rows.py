"""Targets as rows of a table, the same in Word and in Excel."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tracking.domain.figures import EMPTY, Cell, TargetResult
from tracking.domain.swedish import cell_text, decimal, whole
from tracking.domain.targets import TargetOutcome, bounds_text, chance_text, with_unit
from tracking.outcomes.releasing.shapes import ReleasedTarget

HEADINGS = (
    "Mål",
    "Population och tidpunkt",
    "Målnivå",
    "Utfall",
    "Saknar uppgift",
    "Gränser, procent",
    "Bedömning",
    "Chans",
)
"""*Gränser* is the share if none, and if all, of the unanswered meet the target; *Chans* that
the true share meets it. Neither stands beside a range.
"""

OUTCOME = HEADINGS.index("Utfall")
NOTHING = "–"
"""Stands where there is nothing to say."""


def target_row(target: TargetResult | ReleasedTarget) -> tuple[str, ...]:
    """The texts of a target's row, one per heading."""
    if isinstance(target, ReleasedTarget):
        measure, population, point = target.measure, target.population, target.point
        value, comparison, verdict = target.value, target.comparison, target.verdict
        missing = target.missing or NOTHING
    else:
        spec = target.spec
        measure, population, point = spec.measure, spec.population, spec.point
        value, comparison, verdict = spec.value, spec.comparison, target.outcome.verdict
        missing = whole(target.outcome.missing) if measure.is_share else NOTHING
    outcome = cell_text(outcome_cell(target))
    found = _value(target)
    if not measure.is_share and found is not None:
        # As on the screen: a whole number without a decimal that nobody counted.
        outcome = with_unit(found, measure.unit)
    about = f"{population.label}, {point.label}" if measure.is_share else point.label
    return (
        target.wording,
        about,
        f"{comparison.label} {with_unit(Fraction(value), measure.unit)}",
        outcome,
        missing,
        _exact(target, bounds_text),
        f"{verdict.sign} {verdict.label}",
        _exact(target, chance_text),
    )


def _exact(
    target: TargetResult | ReleasedTarget, words: Callable[[TargetOutcome], str | None]
) -> str:
    """What is said of an exact outcome alone."""
    said = None if isinstance(target, ReleasedTarget) else words(target.outcome)
    return said or NOTHING


def _value(target: TargetResult | ReleasedTarget) -> Fraction | None:
    value = target.outcome if isinstance(target, ReleasedTarget) else target.outcome.value
    return None if value is None else Fraction(str(value))


def outcome_cell(target: TargetResult | ReleasedTarget) -> Cell:
    """The outcome of a target as one cell."""
    if isinstance(target, ReleasedTarget):
        return target.cell
    found = target.outcome
    if not target.spec.is_share:
        return EMPTY if found.value is None else Cell.of_number(float(found.value), 1)
    if not found.denominator or found.numerator is None:
        return EMPTY
    return Cell.of_share(found.numerator, found.denominator)


def interval_text(target: TargetResult | ReleasedTarget) -> str:
    """The 95 % interval in per cent, where there is one."""
    if isinstance(target, ReleasedTarget) or target.outcome.interval is None:
        return ""
    low, high = (decimal(end * 100, 0) for end in _ends(target))
    return f"{low}–{high}"


def _ends(target: TargetResult) -> tuple[float, float]:
    assert target.outcome.interval is not None
    return target.outcome.interval.low, target.outcome.interval.high
