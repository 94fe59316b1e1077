"""The attacker's picture of a förbund: unknowns, and what everybody knows of their sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tracking.domain.disclosure import (
    ALL,
    CellKey,
    CountTable,
    ProtectedTables,
    ReleaseTables,
    TargetLine,
)
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.domain.targets import Comparison, Verdict


class Atom(NamedTuple):
    """People that no published number divides further."""

    unit: str
    period: str
    measure: str
    category: str
    gender: str


@dataclass(frozen=True)
class Release:
    """What was made once: the tables of that day, and what was published."""

    tables: ReleaseTables
    protected: ProtectedTables


class Line(NamedTuple):
    """A weighted sum of unknowns and the limits it is known to lie in."""

    weights: Mapping[Atom, float]
    low: float
    high: float


@dataclass
class Puzzle:
    """Unknowns and what is known of their sums."""

    truth: dict[Atom, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def add(self, members: Iterable[Atom], low: float, high: float) -> None:
        weights: dict[Atom, float] = defaultdict(float)
        for atom in members:
            weights[atom] += 1
        self.lines.append(Line(weights, low, high))

    def equal(self, left: Iterable[Atom], right: Iterable[Atom]) -> None:
        weights: dict[Atom, float] = defaultdict(float)
        for atom in left:
            weights[atom] += 1
        for atom in right:
            weights[atom] -= 1
        self.lines.append(Line(weights, 0, 0))

    def touching(self) -> dict[Atom, list[int]]:
        """Return the lines that each unknown is in."""
        if getattr(self, "_known", None) != len(self.lines):
            self._touching: dict[Atom, list[int]] = defaultdict(list)
            for row, line in enumerate(self.lines):
                for atom in line.weights:
                    self._touching[atom].append(row)
            self._known = len(self.lines)
        return self._touching


def by_key(tables: Iterable[CountTable]) -> dict[tuple[str, str, str], CountTable]:
    """Return tables by unit, period and measure."""
    return {(t.unit, t.period.key, t.measure): t for t in tables}


class Pieces:
    """Which unknowns each cell is a sum of."""

    def __init__(self, tables: Mapping[tuple[str, str, str], CountTable]) -> None:
        spans = {period: table.period for (_, period, _), table in tables.items()}
        longer = {p for p in spans if any(_is_proper(o, spans[p]) for o in spans.values())}
        self.smallest = spans.keys() - longer
        self.inside = {
            p: [q for q in sorted(self.smallest) if _is_part(spans[q], spans[p])] for p in spans
        }
        self.there = set(tables)
        self.units = sorted({unit for unit, _, _ in tables if unit != ALL})
        self.split = _split(tables)

    def __call__(self, key: CellKey) -> list[Atom]:
        return [
            Atom(unit, period, key.measure, category, g)
            for unit in (self.units if key.unit == ALL else [key.unit])
            for period in self.inside[key.period]
            if (unit, period, key.measure) in self.there
            for category in key.category.split("+")
            for g in self.genders(key.measure, key.gender)
        ]

    def genders(self, measure: str, gender: str = "") -> list[str]:
        """Return the kön that a measure's unknowns are divided by."""
        if gender or measure not in self.split:
            return [gender]
        return [g.value for g in Gender]


def _split(tables: Mapping[tuple[str, str, str], CountTable]) -> set[str]:
    """Return the measures of which anything by kön may be published, and what these rest on."""
    found = {t.measure for t in tables.values() if t.shown and t.divided}
    while True:
        more = set(found)
        for table in tables.values():
            tied = {table.measure, *table.combines}
            if tied & found:
                more |= tied
            if table.measure in found and table.within is not None:
                more.add(table.within[0])
        if more == found:
            return found
        found = more


def _is_part(short: Period, long: Period) -> bool:
    return long.start <= short.start and short.end <= long.end


def _is_proper(short: Period, long: Period) -> bool:
    return short != long and _is_part(short, long)


def picture(counts: Iterable[CountTable]) -> tuple[Puzzle, Pieces]:
    """What anyone knows before a release: what divides what, and where no kön is missing."""
    tables = by_key(counts)
    puzzle, pieces = Puzzle(), Pieces(tables)
    for (unit, period, measure), table in tables.items():
        if unit == ALL or period not in pieces.smallest:
            continue
        genders = pieces.genders(measure)
        for category in table.counts:
            for g in genders:
                count = (
                    table.count(category, Gender(g)) if g else sum(table.counts[category].values())
                )
                puzzle.truth[Atom(unit, period, measure, category, g)] = count
            for g in genders if table.combines else ():
                parts = [Atom(unit, period, m, category, g) for m in table.combines]
                puzzle.equal([Atom(unit, period, measure, category, g)], parts)
        head = table
        while head.within is not None:
            head = tables[unit, period, head.within[0]]
        for g in genders:
            parts = [Atom(unit, period, measure, c, g) for c in table.counts]
            if table.within is not None:
                above, category = table.within
                whole = [g] if g else pieces.genders(above)
                puzzle.equal([Atom(unit, period, above, category, h) for h in whole], parts)
            if g == Gender.UNKNOWN and not head.count("", Gender.UNKNOWN):
                puzzle.add(parts, 0, 0)
    return puzzle, pieces


def view_lines(release: Release, pieces: Pieces, truth: Mapping[Atom, int]) -> Iterator[Line]:
    """What the targets of a release say, as far as it still holds."""
    for target in release.tables.targets:
        said = release.protected.targets[target.key]
        met = pieces(_cell(target, "+".join(sorted(target.numerator))))
        lacking = (
            []
            if target.missing is None
            else pieces(CellKey(target.unit, target.period.key, *target.missing))
        )
        every = pieces(_root(target, release))
        weights: dict[Atom, float] = defaultdict(float)
        found: list[Line] = []
        view = said.view
        if view.count is not None:
            found.append(Line(dict.fromkeys(met, 1.0), view.count.low, view.count.high))
        if view.missing is not None and lacking:
            found.append(Line(dict.fromkeys(lacking, 1.0), view.missing, view.missing))
        if view.missing_below is not None and lacking:
            found.append(Line(dict.fromkeys(lacking, 1.0), 0, view.missing_below - 1))
        # Met: as many as the share asks of all but those without an answer.
        share = float(target.percent) / 100
        for atom in met:
            weights[atom] += 1
        for atom in every:
            weights[atom] -= share
        for atom in lacking:
            weights[atom] += share
        sign = 1 if target.comparison is Comparison.AT_LEAST else -1
        if said.verdict in (Verdict.MET, Verdict.MET_UNCERTAIN):
            found.append(Line({a: sign * w for a, w in weights.items()}, -1e-6, np.inf))
        if said.verdict in (Verdict.NOT_MET, Verdict.NOT_MET_UNCERTAIN):
            found.append(Line({a: sign * w for a, w in weights.items()}, -np.inf, -1e-6))
        for line in found:
            value = sum(weight * truth[atom] for atom, weight in line.weights.items())
            if line.low <= value <= line.high:
                yield line


def _cell(target: TargetLine, category: str) -> CellKey:
    return CellKey(target.unit, target.period.key, target.measure, category)


def _root(target: TargetLine, release: Release) -> CellKey:
    tables = by_key(release.tables.newest)
    key = _cell(target, "")
    while (within := tables[key[:3]].within) is not None:
        key = CellKey(key.unit, key.period, *within)
    return key
