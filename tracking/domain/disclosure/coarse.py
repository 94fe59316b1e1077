"""Disclosure control, the coarse and safe rule: what a count becomes when it leaves the insats.

Undivided head counts and money are exact and are not touched here. Two things are: a set of
parts with its sum (``coarse_protect``), and targets (``protect_target``, ``protect_targets``).
The yardstick: an attacker who knows everything published, every head count and *k* is left
with at least *k* possible values for each number that was hidden. The tests enumerate every
composition of every base up to 60 and count them.

**One target.** A head count B divides into three: s meet the target, f do not, m lack an
answer. What is published depends on nothing else, and the verdict only on what is published:

=================================  =======================================================
B < floor, or m >= k and n < floor  nothing but *för få* (n = B − m; floor = max(10, 2k))
m >= k, s and f >= k                s, n and m exactly, with interval and chance
m >= k, s < k or f < k              n and m exactly; s as 0…k−1 or n−k+1…n
m < k                               B, *färre än k saknas*, and s out of B: exactly when s and
                                    B − s are >= k, else as 0…k−1 or B−k+1…B
=================================  =======================================================

In the last row m keeps the k values 0…k−1 and f with it, since f + m = B − s >= k; when
B − s < k, s itself keeps k values. 2k in the floor makes both ranges of s disjoint and
leaves k values of n where only *för få* stands.

**Several targets** are linked when they count parts of the same people: shares of several
avslutsanledningar, or one measure over avslutade and fullföljda. See ``protect_targets``.

Not here, but in the fine rule of the full catalogue: breakdowns, and differences between
releases of overlapping periods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracking.domain.errors import InvalidValue
from tracking.domain.statistics import round_half_up
from tracking.domain.targets import (
    Comparison,
    Measure,
    TargetOutcome,
    Verdict,
    counted_missing,
    judge_share,
    verdict_sentence,
    with_unit,
)
from tracking.domain.wording import EN_DASH, capitalised, per_cent

DEFAULT_K = 5
ALLOWED_K = range(3, 11)
SMALLEST_RELEASED_BASE = 10
HIDDEN_MARK = "dolt"
HIDDEN_REASON = "Dolt för att enskilda inte ska kunna kännas igen."


def check_k(k: int) -> None:
    """Raise InvalidValue unless k, the smallest count that is shown, is 3–10."""
    if k not in ALLOWED_K:
        raise InvalidValue("Gränsen för små tal ska vara mellan 3 och 10.", field="k")


def released_base(k: int) -> int:
    """Return the smallest base of a released target, mean or sum: 10, or 2k if larger."""
    check_k(k)
    return max(SMALLEST_RELEASED_BASE, 2 * k)


def is_small(count: int, base: int, k: int) -> bool:
    """Say whether a count, or its complement in its base, is 0…k−1 (0 and 100 % included)."""
    if not 0 <= count <= base:
        raise InvalidValue("Antalet ska ligga mellan 0 och basen.")
    return count < k or base - count < k


@dataclass(frozen=True, slots=True)
class ProtectedCount:
    """A count as it may be published: ``low``–``high`` of ``base``, equal when exact."""

    low: int
    high: int
    base: int

    @property
    def is_exact(self) -> bool:
        """Say whether the number itself is shown."""
        return self.low == self.high

    @property
    def says_something(self) -> bool:
        """Say whether the range is narrower than what the base tells anyway."""
        return self.low > 0 or self.high < self.base

    @property
    def text(self) -> str:
        """Return ``21``, ``12–16 av 16`` or ``dolt``."""
        if self.is_exact:
            return f"{self.low}"
        if self.says_something:
            return f"{self.low}{EN_DASH}{self.high} av {self.base}"
        return HIDDEN_MARK


@dataclass(frozen=True, slots=True)
class ProtectedSet:
    """A total and its parts; the parts are all exact or all hidden."""

    total: int
    parts: Mapping[str, ProtectedCount]

    @property
    def is_hidden(self) -> bool:
        """Say whether the parts are hidden."""
        return any(not part.is_exact for part in self.parts.values())


def coarse_protect(parts: Mapping[str, int], total: int, k: int) -> ProtectedSet:
    """Return the parts exactly, or all as 0…total when any of them is small.

    ``total`` is an undivided head count and stays exact. All parts have to be given, those
    of 0 as well; at least two. A hidden set tells that some part is small, not which: every
    part is left with all values 0…k−1 and total−k+1…total. Of a total below k − 1 no more
    than its own total + 1 values exist; nothing is published of it beside the head count.
    Raises InvalidValue when the parts don't add up.
    """
    check_k(k)
    if len(parts) < 2 or sum(parts.values()) != total or min(parts.values()) < 0:
        raise InvalidValue("Delarna stämmer inte med summan.")
    if any(is_small(count, total, k) for count in parts.values()):
        return ProtectedSet(total, {name: ProtectedCount(0, total, total) for name in parts})
    return ProtectedSet(total, {name: ProtectedCount(n, n, total) for name, n in parts.items()})


class Shown(StrEnum):
    """How much of a target is published."""

    EXACT = "exact"
    RANGE = "range"
    TOO_FEW = "too_few"
    LINKED = "linked"


@dataclass(frozen=True, slots=True)
class TargetView:
    """The counts of a target that are published; what is hidden is None.

    ``count`` is s, stated out of those with an answer (``missing`` exact) or out of all
    (``missing_below`` k). Equal inputs to an attacker are equal views.
    """

    shown: Shown
    count: ProtectedCount | None = None
    missing: int | None = None
    missing_below: int | None = None

    @property
    def share_range(self) -> tuple[Fraction, Fraction] | None:
        """Return the lowest and highest share among the answered that the view allows."""
        if self.count is None:
            return None
        count = self.count
        if self.missing_below is None:
            return Fraction(count.low, count.base), Fraction(count.high, count.base)
        # Fewest answered when as many as can be lack an answer, with s at its highest.
        lacking = min(self.missing_below - 1, count.base - count.high)
        return Fraction(count.low, count.base), Fraction(count.high, count.base - lacking)


_TOO_FEW = TargetView(Shown.TOO_FEW)
_LINKED = TargetView(Shown.LINKED)


def target_view(numerator: int, denominator: int, missing: int, k: int) -> TargetView:
    """Return what may be published of ``numerator`` of ``denominator`` with ``missing`` beside.

    See the table at the top of the module.
    """
    if missing < 0 or not 0 <= numerator <= denominator:
        raise InvalidValue("Antalen i måluppföljningen går inte ihop.")
    floor, base = released_base(k), denominator + missing
    if base < floor or (missing >= k and denominator < floor):
        return _TOO_FEW
    if missing >= k:
        count = _two_sided(numerator, denominator, k)
        return TargetView(Shown.EXACT if count.is_exact else Shown.RANGE, count, missing=missing)
    return TargetView(Shown.RANGE, _two_sided(numerator, base, k), missing_below=k)


def _two_sided(count: int, base: int, k: int) -> ProtectedCount:
    if count < k:
        return ProtectedCount(0, k - 1, base)
    if base - count < k:
        return ProtectedCount(base - k + 1, base, base)
    return ProtectedCount(count, count, base)


@dataclass(frozen=True, slots=True)
class ProtectedTarget:
    """A target as it may be released: the view, the verdict that follows, and the aim.

    ``outcome`` is there only when everything is exact; beside a range stand no interval and
    no chance, and the verdict is by value: *uppnått* or *ej uppnått* where every possible
    share says so, else *går inte att avgöra*.
    """

    view: TargetView
    verdict: Verdict
    target: Decimal
    comparison: Comparison
    outcome: TargetOutcome | None = None

    def sentence(self, measure: Measure, *, can_lack: bool = True) -> str:
        """Return the finding in Swedish; ``can_lack`` False where nobody can lack an answer.

        ``Minst 12 av 16, alltså minst 75 %, tog steg framåt; målet är 70 %. Uppnått.``
        """
        if self.outcome is not None:
            return verdict_sentence(self.outcome, measure)
        limit = "högst " if self.comparison is Comparison.AT_MOST else ""
        aim = f"målet är {limit}{with_unit(Fraction(self.target), measure.unit)}"
        shares = self.view.share_range
        if self.view.count is None or shares is None:
            what = "För få för att visa" if self.view.shown is Shown.TOO_FEW else "Dolt"
            return f"{what}; {aim}. {self.verdict.label.capitalize()}."
        found = capitalised(_found(self.view.count, shares))
        lacking = ""
        if not can_lack:
            lacking = ""
        elif self.view.missing is not None:
            lacking = f" {counted_missing(self.view.missing, measure)}"
        elif self.view.missing_below is not None and self.view.missing_below > 1:
            lacking = f" Färre än {self.view.missing_below} {measure.missing_phrase}."
        verdict = self.verdict.label.capitalize()
        return f"{found}, {measure.verb}; {aim}. {verdict}.{lacking}"


def _found(count: ProtectedCount, shares: tuple[Fraction, Fraction]) -> str:
    low, high = shares
    # Outwards, so that the sentence stays true: down for at least, up for at most.
    least = per_cent(Decimal(int(low * 100)))
    most = per_cent(Decimal(-int(-high * 100 // 1)))
    if count.high == count.base and not count.is_exact:
        return f"minst {count.low} av {count.base}, alltså minst {least}"
    if count.low == 0 and not count.is_exact:
        return f"högst {count.high} av {count.base}, alltså högst {most}"
    if low == high:
        return f"{count.low} av {count.base}, alltså {per_cent(round_half_up(low * 100))}"
    return f"{count.low} av {count.base}, alltså {least.split()[0]}{EN_DASH}{most}"


def protect_target(
    numerator: int,
    denominator: int,
    missing: int,
    k: int,
    target_percent: Decimal | int | float,
    comparison: Comparison = Comparison.AT_LEAST,
) -> ProtectedTarget:
    """Return one target as it may be released, judged on nothing but what is shown.

    ``numerator`` of ``denominator`` known answers, ``missing`` without one; ``target_percent``
    0–100. Raises InvalidValue on impossible counts or k.
    """
    view = target_view(numerator, denominator, missing, k)
    percentage = Decimal(str(target_percent))
    if view.shown is Shown.EXACT:
        outcome = judge_share(numerator, denominator, missing, percentage, comparison, k)
        return ProtectedTarget(view, outcome.verdict, percentage, comparison, outcome)
    return judged_view(view, percentage, comparison)


def judged_view(view: TargetView, percentage: Decimal, comparison: Comparison) -> ProtectedTarget:
    """Return a target that shows a view and the verdict that follows from it, and no more."""
    return ProtectedTarget(view, _verdict_of(view, percentage, comparison), percentage, comparison)


def _verdict_of(view: TargetView, percentage: Decimal, comparison: Comparison) -> Verdict:
    shares = view.share_range
    if shares is None:
        return Verdict.TOO_FEW if view.shown is Shown.TOO_FEW else Verdict.UNDECIDED
    answers = {comparison.holds(share, Fraction(percentage) / 100) for share in shares}
    if len(answers) == 2:
        return Verdict.UNDECIDED
    return Verdict.MET if answers == {True} else Verdict.NOT_MET


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """The exact counts of a target before protection.

    ``family`` names the targets of one insats and period that count parts of the same
    people: the measure, and for follow-ups the point in time. ``categories`` are the answers
    that count as meeting it (END_REASON_IN), empty for a yes or no.
    """

    key: str
    numerator: int
    denominator: int
    missing: int
    target_percent: Decimal | int | float
    comparison: Comparison
    family: str
    categories: frozenset[str] = field(default_factory=frozenset)


def protect_targets(figures: Sequence[TargetFigure], k: int) -> dict[str, ProtectedTarget]:
    """Return all targets of one insats and period as they may be released together, by key.

    A target alone in its family is protected by itself. In a family, parts of one base with
    no category in common (8 to work, 2 to studies, of 51) are a set with its sum: if one of
    them, or the rest, is small, all are *dolt*. Any other family (one measure over two
    populations, overlapping categories) could be subtracted: only its first is shown.
    """
    check_k(k)
    families: dict[str, list[TargetFigure]] = {}
    for figure in figures:
        families.setdefault(figure.family, []).append(figure)
    released: dict[str, ProtectedTarget] = {}
    for family in families.values():
        if len(family) > 1 and _are_parts(family):
            released |= _protect_parts(family, k)
        else:
            released |= {family[0].key: _protect_alone(family[0], k)}
            released |= {figure.key: _linked(figure) for figure in family[1:]}
    return {figure.key: released[figure.key] for figure in figures}


def _protect_alone(figure: TargetFigure, k: int) -> ProtectedTarget:
    return protect_target(
        figure.numerator,
        figure.denominator,
        figure.missing,
        k,
        figure.target_percent,
        figure.comparison,
    )


def _linked(figure: TargetFigure, view: TargetView = _LINKED) -> ProtectedTarget:
    percentage = Decimal(str(figure.target_percent))
    return judged_view(view, percentage, figure.comparison)


def _are_parts(family: Sequence[TargetFigure]) -> bool:
    bases = {(figure.denominator, figure.missing) for figure in family}
    named = [category for figure in family for category in figure.categories]
    return len(bases) == 1 and all(f.categories for f in family) and len(named) == len(set(named))


def _protect_parts(family: Sequence[TargetFigure], k: int) -> dict[str, ProtectedTarget]:
    first = family[0]
    if target_view(0, first.denominator, first.missing, k) == _TOO_FEW:
        return {figure.key: _linked(figure, _TOO_FEW) for figure in family}
    # Those without an answer are part of the rest unless their number is shown.
    base = first.denominator + (first.missing if first.missing < k else 0)
    rest = base - sum(figure.numerator for figure in family)
    if any(is_small(part, base, k) for part in (*(f.numerator for f in family), rest)):
        return {figure.key: _linked(figure) for figure in family}
    return {figure.key: _protect_alone(figure, k) for figure in family}
