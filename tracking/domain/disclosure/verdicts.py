"""Targets in a release: the ranges they are promised, and the verdicts these allow.

A verdict is published information, so only one is published that follows from the numbers that
are. How a target by itself is shown is in `coarse`; here it is one with everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

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
from tracking.domain.targets import judge_share


@dataclass(frozen=True, slots=True)
class Promise:
    """The range that is published of a cell once it is hidden, and whether it is at once."""

    cell: int
    low: int
    high: int
    at_once: bool


class TargetRanges:
    """The ranges promised to targets, and taken back where they do not go with the rest.

    A number that the coarse rule would not show has that rule's range. One that it would is
    promised, in case it has to be hidden for the others' sake, the k numbers of a fixed grid
    (0–4, 5–9, 10–14 …) that it lies among.
    """

    def __init__(self, tables: ReleaseTables, linked: LinkedSet, k: int) -> None:
        self.linked, self.k = linked, k
        self.promised = {target.key: self._promises(target) for target in judged_lines(tables, k)}

    def promises(self) -> Iterator[Promise]:
        """Yield all that is promised."""
        for promises in self.promised.values():
            yield from promises

    def withdraw(self, block: Collection[int], near: CellKey) -> list[int]:
        """Take back one target's ranges in a block, those of the same insats first."""
        cells, keys = set(block), self.linked.keys
        related = [
            (keys[promises[0].cell].unit != near.unit, name)
            for name, promises in self.promised.items()
            if any(promise.cell in cells for promise in promises)
        ]
        if not related:
            return []
        return [promise.cell for promise in self.promised.pop(min(related)[1])]

    def _promises(self, target: TargetLine) -> list[Promise]:
        numerator, missing = target_keys(target)
        counts = target_counts(target, self.linked)
        view, base = target_view(*counts, self.k), counts[1] + counts[2]
        at = self.linked.index[numerator]
        if view.count is None:
            return [Promise(at, 0, base, True)]
        found = [self._promise(at, view.count, base)]
        if missing is not None:
            lacking = ProtectedCount(counts[2], counts[2], base)
            if view.missing_below is not None:
                lacking = ProtectedCount(0, self.k - 1, base)
            found.append(self._promise(self.linked.index[missing], lacking, base))
        return found

    def _promise(self, cell: int, count: ProtectedCount, base: int) -> Promise:
        if not count.is_exact:
            return Promise(cell, count.low, count.high, True)
        low = count.low // self.k * self.k
        return Promise(cell, low, min(low + self.k - 1, base), False)


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
