"""Targets in a release: the ranges they are promised, and the verdicts these allow.

A verdict is published information, so only one is published that follows from the numbers that
are. How a target by itself is shown is in `coarse`; here it is one with everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tracking.domain.disclosure.cells import CellKey, LinkedSet
from tracking.domain.disclosure.coarse import (
    ProtectedCount,
    ProtectedTarget,
    Shown,
    TargetView,
    judged_view,
    protect_target,
    target_view,
)
from tracking.domain.disclosure.published import ProtectedTables
from tracking.domain.disclosure.tables import ReleaseTables, TargetLine


class TargetRanges:
    """The ranges promised to targets, and taken back where they do not go with the rest."""

    def __init__(self, tables: ReleaseTables, linked: LinkedSet, k: int) -> None:
        self.linked, self.k = linked, k
        self.promised: dict[str, list[tuple[int, int, int]]] = {}
        self.lines = {target.key: target for target in tables.targets}
        for target in tables.targets:
            if limits := self._limits(target):
                self.promised[target.key] = limits

    def limits(self) -> Iterator[tuple[int, int, int]]:
        """Yield cell, low and high of every range that is promised."""
        for limits in self.promised.values():
            yield from limits

    def withdraw(self, near: CellKey) -> list[int]:
        """Take back one target's range of the same family, its own insats first."""
        family = self.linked.family
        related = [
            key for key in self.promised if family[self.lines[key].measure] == family[near.measure]
        ]
        if not related:
            return []
        related.sort(key=lambda key: (self.lines[key].unit != near.unit, key))
        return [cell for cell, _, _ in self.promised.pop(related[0])]

    def _limits(self, target: TargetLine) -> list[tuple[int, int, int]]:
        counts = target_counts(target, self.linked)
        if len(target.numerator) != 1 or target_view(*counts, self.k).shown is Shown.TOO_FEW:
            return []
        view, limits = target_view(*counts, self.k), []
        if view.missing_below is not None and target.missing is not None:
            missing = self.linked.index[_at(target, *target.missing)]
            limits.append((missing, 0, self.k - 1))
        if view.count is not None and not view.count.is_exact:
            (category,) = target.numerator
            numerator = self.linked.index[_at(target, target.measure, category)]
            limits.append((numerator, view.count.low, view.count.high))
        return limits


def target_counts(target: TargetLine, linked: LinkedSet) -> tuple[int, int, int]:
    """Return numerator, denominator and missing of a target, exact."""
    numerator = sum(
        int(linked.values[linked.index[_at(target, target.measure, category)]])
        for category in target.numerator
    )
    some = linked.index[_at(target, target.measure, next(iter(target.numerator)))]
    missing = 0
    if target.missing is not None:
        missing = int(linked.values[linked.index[_at(target, *target.missing)]])
    return numerator, int(linked.values[linked.base[some]]), missing


def judged_targets(
    tables: ReleaseTables,
    cells: Mapping[CellKey, ProtectedCount],
    ranges: TargetRanges,
    k: int,
) -> dict[str, ProtectedTarget]:
    """Return every target judged on nothing but what the release publishes."""
    return {target.key: _judged(target, cells, ranges, k) for target in tables.targets}


def _judged(
    target: TargetLine,
    cells: Mapping[CellKey, ProtectedCount],
    ranges: TargetRanges,
    k: int,
) -> ProtectedTarget:
    counts = target_counts(target, ranges.linked)
    view = target_view(*counts, k)
    shown = [cells[_at(target, target.measure, category)] for category in target.numerator]
    missing = None if target.missing is None else cells[_at(target, *target.missing)]
    exact = all(cell.is_exact for cell in shown)
    if view.shown is not Shown.TOO_FEW:
        base = counts[1] + counts[2]
        lacking = 0 if missing is None else missing.high
        known = missing is None or missing.is_exact
        if exact and known and view.shown is Shown.EXACT:
            return protect_target(*counts, k, target.percent, target.comparison)
        low, high = sum(c.low for c in shown), min(sum(c.high for c in shown), base)
        if known:
            answered = base - lacking
            count = ProtectedCount(low, min(high, answered), answered)
            view = TargetView(Shown.RANGE, count, missing=lacking)
        else:
            count = ProtectedCount(low, high, base)
            view = TargetView(Shown.RANGE, count, missing_below=lacking + 1)
        if not (count.is_exact or count.says_something):
            view = TargetView(Shown.LINKED)
    return judged_view(view, target.percent, target.comparison)


def _at(target: TargetLine, measure: str, category: str) -> CellKey:
    return CellKey(target.unit, target.period.key, measure, category)


def implied_verdict(target: TargetLine, protected: ProtectedTables, k: int) -> bool:
    """Say whether a target's numbers and verdict follow from the cells that are published."""
    said = protected.targets[target.key]
    shown = [protected.cells[_at(target, target.measure, c)] for c in target.numerator]
    if said.outcome is not None:
        missing = target.missing is None or protected.cells[_at(target, *target.missing)].is_exact
        return missing and all(cell.is_exact for cell in shown)
    count = said.view.count
    if count is not None and (
        count.low > sum(cell.low for cell in shown)
        or count.high < min(sum(cell.high for cell in shown), count.base)
    ):
        return False
    return said.verdict is judged_view(said.view, target.percent, target.comparison).verdict
