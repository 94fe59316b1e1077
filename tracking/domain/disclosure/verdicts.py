"""Targets in a release: the ranges they are promised, and the verdicts these allow.

A verdict is published information, so only one is published that follows from the numbers that
are. How a target by itself is shown is in `coarse`; here it is one with everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tracking.domain.disclosure.cells import CellKey, LinkedSet, judged_lines, target_keys
from tracking.domain.disclosure.coarse import (
    ProtectedCount,
    ProtectedTarget,
    Shown,
    TargetView,
    judged_view,
    released_base,
    target_view,
)
from tracking.domain.disclosure.published import ProtectedTables
from tracking.domain.disclosure.tables import ReleaseTables, TargetLine
from tracking.domain.targets import Comparison, judge_share


@dataclass(frozen=True, slots=True)
class Promise:
    """The range that is published of a cell once it is hidden, and whether it is at once."""

    cell: int
    low: int
    high: int
    at_once: bool


class TargetRanges:
    """The ranges promised to targets, each taken back for a wider one where it can't stand.

    1. A number that the coarse rule would not show has that rule's range. One that it would is
       promised, in case it has to be hidden for the others' sake, the k numbers of a fixed grid
       that it lies among. The grid starts at the target, so that no range lies on both sides.
    2. The side of the target that it lies on, where that is not narrower than what it replaces.
    3. Nothing.
    """

    def __init__(self, tables: ReleaseTables, linked: LinkedSet, k: int) -> None:
        self.linked, self.k = linked, k
        self.levels = {target.key: self._levels(target) for target in judged_lines(tables, k)}

    def promises(self) -> Iterator[Promise]:
        """Yield all that is promised at first."""
        for levels in self.levels.values():
            yield from levels[0]

    def withdraw(self, block: Collection[int], near: CellKey) -> list[Promise]:
        """Take back one target's ranges in a block for its next ones, its own insats first."""
        cells, keys = set(block), self.linked.keys
        related = [
            (-len(levels), keys[levels[0][0].cell].unit != near.unit, name)
            for name, levels in self.levels.items()
            if len(levels) > 1 and levels[0][0].cell in cells
        ]
        if not related:
            return []
        name = min(related, key=lambda found: (found[1], found[0], found[2]))[2]
        self.levels[name] = self.levels[name][1:]
        return self.levels[name][0]

    def _levels(self, target: TargetLine) -> list[list[Promise]]:
        key, lacking = target_keys(target)
        numerator, denominator, missing = target_counts(target, self.linked)
        view = target_view(numerator, denominator, missing, self.k)
        base, at = denominator + missing, self.linked.index[key]
        nothing = [Promise(at, 0, base, False)]
        if lacking is not None:
            nothing.append(Promise(self.linked.index[lacking], 0, base, False))
        if view.count is None:
            return [[Promise(at, 0, base, True), *nothing[1:]]]
        first, side = [], []
        if lacking is not None:
            few = view.missing_below is not None
            low = 0 if few else missing // self.k * self.k
            first.append(Promise(self.linked.index[lacking], low, low + self.k - 1, few))
            side.append(Promise(self.linked.index[lacking], low, low + self.k - 1, False))
        # Who meets the target among those with an answer meets it however few lack one.
        most_missing = side[0].high if side else 0
        limits = [
            sum(not meets(target, s, n) for s in range(n + 1))
            if target.comparison is Comparison.AT_LEAST
            else sum(meets(target, s, n) for s in range(n + 1))
            for n in (base if view.missing is None else view.count.base, base - most_missing)
        ]
        origin = limits[0] if numerator >= limits[0] else limits[1]
        low = numerator - (numerator - origin) % self.k
        count = view.count
        if count.is_exact:
            first.insert(0, Promise(at, low, low + self.k - 1, False))
        else:
            first.insert(0, Promise(at, count.low, count.high, True))
        levels = [first]
        low, high = (limits[0], base) if numerator >= limits[0] else (0, limits[1] - 1)
        if low <= first[0].low and first[0].high <= high and (low, high) != (0, base):
            levels.append([Promise(at, low, high, False), *side])
        return [*levels, nothing]


def meets(target: TargetLine, numerator: int, base: int) -> bool:
    """Say whether so many of so many meet a target."""
    return target.comparison.holds(Fraction(numerator, base), Fraction(target.percent) / 100)


def target_counts(target: TargetLine, linked: LinkedSet) -> tuple[int, int, int]:
    """Return numerator, denominator and missing of a target, exact."""
    key, lacking = target_keys(target)
    at = linked.index[key]
    missing = 0 if lacking is None else int(linked.values[linked.index[lacking]])
    return int(linked.values[at]), int(linked.values[linked.base[at]]), missing


def judged_targets(
    tables: ReleaseTables,
    cells: Mapping[CellKey, ProtectedCount],
    linked: LinkedSet,
    k: int,
) -> dict[str, ProtectedTarget]:
    """Return every target judged on nothing but what the release publishes."""
    return {target.key: _judged(target, cells, linked, k) for target in tables.targets}


def _judged(
    target: TargetLine, cells: Mapping[CellKey, ProtectedCount], linked: LinkedSet, k: int
) -> ProtectedTarget:
    numerator, lacking = target_keys(target)
    if numerator not in cells:
        return judged_view(TargetView(Shown.TOO_FEW), target.percent, target.comparison)
    base = int(linked.values[linked.root[linked.index[numerator]]])
    cell = cells[numerator]
    missing = ProtectedCount(0, 0, base) if lacking is None else cells[lacking]
    view = published_view(cell, missing, base, k)
    if view.shown is Shown.EXACT:
        counts = cell.low, base - missing.low, missing.low
        outcome = judge_share(*counts, target.percent, target.comparison, k)
        return ProtectedTarget(view, outcome.verdict, target.percent, target.comparison, outcome)
    return judged_view(view, target.percent, target.comparison)


def published_view(cell: ProtectedCount, missing: ProtectedCount, base: int, k: int) -> TargetView:
    """Return how a target shows, given its numerator and those without an answer as published."""
    if missing.is_exact:
        answered = base - missing.low
        if answered < released_base(k):
            return TargetView(Shown.TOO_FEW)
        count = ProtectedCount(cell.low, min(cell.high, answered), answered)
        if count.is_exact:
            return TargetView(Shown.EXACT, count, missing=missing.low)
        view = TargetView(Shown.RANGE, count, missing=missing.low)
    else:
        count = ProtectedCount(cell.low, cell.high, base)
        view = TargetView(Shown.RANGE, count, missing_below=missing.high + 1)
    return view if count.is_exact or count.says_something else TargetView(Shown.LINKED)


def implied_verdict(
    target: TargetLine, protected: ProtectedTables, linked: LinkedSet, k: int
) -> bool:
    """Say whether a target's numbers and verdict follow from the cells that are published."""
    return protected.targets[target.key] == _judged(target, protected.cells, linked, k)
