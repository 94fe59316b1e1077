"""The attacker on disclosure control: everything published, turned into whole-number programs.

Written apart from the protection: it imports what goes in and what comes out, and builds its own
picture. Its unknowns are people per insats, half-year, category and kön; every published number
is a sum of unknowns. It solves for the least and greatest of every small cell in every release,
today's and before, and for what a release lets it subtract about half-years already released.

Long mode: ``python -m tests.attack.disclosure --worlds 10000 [--seconds 600] [--seed 0]``.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.attack.disclosure_worlds import World, random_world, release_tables
from tracking.domain.disclosure import (
    ALL,
    CellKey,
    CountTable,
    ProtectedTables,
    ReleaseTables,
    audit,
    protect,
)
from tracking.domain.periods import Period
from tracking.domain.records import Gender

MANY = 100_000
"""More people than any world has, so that no direction is endless."""


class Atom(NamedTuple):
    """People that no published number divides further."""

    unit: str
    period: str
    measure: str
    category: str
    gender: str


@dataclass(frozen=True)
class Breach:
    """A small cell with too few possible values."""

    what: str
    key: CellKey
    low: int
    high: int


@dataclass
class Puzzle:
    """Unknowns and what is known of their sums."""

    truth: dict[Atom, int] = field(default_factory=dict)
    sums: list[tuple[list[Atom], float, float]] = field(default_factory=list)
    equal: list[tuple[list[Atom], list[Atom]]] = field(default_factory=list)


class Solver:
    """The part of a puzzle that hangs together with some unknowns."""

    def __init__(self, puzzle: Puzzle, atoms: Iterable[Atom]) -> None:
        touching: dict[Atom, list[int]] = defaultdict(list)
        lines = [(members, [], low, high) for members, low, high in puzzle.sums]
        lines += [(left, right, 0.0, 0.0) for left, right in puzzle.equal]
        for row, (left, right, _, _) in enumerate(lines):
            for atom in (*left, *right):
                touching[atom].append(row)
        todo, self.atoms, rows = list(atoms), set(), set()
        while todo:
            atom = todo.pop()
            if atom in self.atoms:
                continue
            self.atoms.add(atom)
            for row in touching[atom]:
                if row not in rows:
                    rows.add(row)
                    todo += [*lines[row][0], *lines[row][1]]
        self.order = sorted(self.atoms)
        self.at = {atom: i for i, atom in enumerate(self.order)}
        where: tuple[list[int], list[int], list[float]] = ([], [], [])
        chosen = [lines[row] for row in sorted(rows)]
        for row, (left, right, _, _) in enumerate(chosen):
            for atom, sign in (*((a, 1.0) for a in left), *((a, -1.0) for a in right)):
                where[0].append(row)
                where[1].append(self.at[atom])
                where[2].append(sign)
        shape = (len(chosen), len(self.order))
        matrix = csr_array((where[2], (where[0], where[1])), shape)
        self.constraints = LinearConstraint(
            matrix, [line[2] for line in chosen], [line[3] for line in chosen]
        )

    def extreme(self, members: Iterable[Atom], sign: int) -> tuple[int, np.ndarray]:
        cost = np.zeros(len(self.order))
        for atom in members:
            cost[self.at[atom]] += sign
        found = milp(
            cost,
            constraints=self.constraints,
            bounds=Bounds(0, np.inf),
            integrality=np.ones(len(cost)),
        )
        if found.x is None:
            raise RuntimeError(f"the truth itself was not found: {found.message}")
        return round(sign * found.fun), np.rint(found.x)

    def wander(self) -> Iterator[np.ndarray]:
        """Some worlds in random directions, found faster than the extremes of one cell."""
        rng = np.random.default_rng(len(self.order))
        for _ in range(10):
            found = milp(
                rng.normal(size=len(self.order)),
                constraints=self.constraints,
                bounds=Bounds(0, MANY),
                integrality=np.ones(len(self.order)),
                options={"mip_rel_gap": 0.3},
            )
            if found.x is not None:
                yield np.rint(found.x)


@dataclass(frozen=True)
class Release:
    """What was made once: the tables of that day, and what was published."""

    tables: ReleaseTables
    protected: ProtectedTables


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

    def __call__(self, key: CellKey) -> list[Atom]:
        genders = [key.gender] if key.gender else [g.value for g in Gender]
        return [
            Atom(unit, period, key.measure, key.category, g)
            for unit in (self.units if key.unit == ALL else [key.unit])
            for period in self.inside[key.period]
            if (unit, period, key.measure) in self.there
            for g in genders
        ]


def _is_part(short: Period, long: Period) -> bool:
    return long.start <= short.start and short.end <= long.end


def _is_proper(short: Period, long: Period) -> bool:
    return short != long and _is_part(short, long)


def picture(tables: ReleaseTables) -> tuple[Puzzle, dict[tuple[str, str, str], CountTable]]:
    """What anyone knows before a release: what divides what, and where no kön is missing."""
    by_key = {(t.unit, t.period.key, t.measure): t for t in tables.counts}
    puzzle = Puzzle()
    spans = {p: t.period for (_, p, _), t in by_key.items()}
    small = {p for p in spans if not any(_is_proper(s, spans[p]) for s in spans.values())}
    for (unit, period, measure), table in by_key.items():
        if unit == ALL or period not in small:
            continue
        for category in table.counts:
            for g in Gender:
                atom = Atom(unit, period, measure, category, g.value)
                puzzle.truth[atom] = table.count(category, g)
        head = table
        while head.within is not None:
            head = by_key[unit, period, head.within[0]]
        for g in Gender:
            parts = [Atom(unit, period, measure, c, g.value) for c in table.counts]
            if table.within is not None:
                puzzle.equal.append(([Atom(unit, period, *table.within, g.value)], parts))
            if g is Gender.UNKNOWN and not head.count("", g):
                puzzle.sums.append((parts, 0, 0))
    return puzzle, by_key


def linked_attack(history: list[Release], k: int) -> list[Breach]:
    """All releases at once, told of each number how far at most it was corrected since.

    The newest release is to blame for what it takes beyond its head counts and what was known.
    """
    puzzle, tables = picture(history[-1].tables)
    pieces = Pieces(tables)
    before = Puzzle(puzzle.truth, list(puzzle.sums), puzzle.equal)
    wanted: dict[CellKey, list[Atom]] = {}
    for release in history:
        for key, cell in release.protected.cells.items():
            members = pieces(key)
            value = sum(puzzle.truth[atom] for atom in members)
            if cell.is_exact or cell.says_something:
                line = (members, min(cell.low, value), max(cell.high, value))
                puzzle.sums.append(line)
                if release is not history[-1] or _is_head(key, tables):
                    before.sums.append(line)
        wanted |= {key: pieces(key) for key in _small_cells(release, k)}
    wanted |= {key: pieces(key) for key in _remainders(history[-1].tables, tables, k)}
    return _too_few("small", puzzle, before, wanted, k)


def _is_head(key: CellKey, tables: Mapping[tuple[str, str, str], CountTable]) -> bool:
    return not key.gender and tables[key.unit, key.period, key.measure].within is None


def _small_cells(release: Release, k: int) -> Iterator[CellKey]:
    """The cells of a release that were small, or nearly all, when it was made."""
    by_key = {(t.unit, t.period.key, t.measure): t for t in release.tables.newest}
    for key in release.protected.cells:
        table = by_key[key.unit, key.period, key.measure]
        genders = [Gender(key.gender)] if key.gender else list(Gender)
        value = sum(table.count(key.category, g) for g in genders)
        if table.within is not None:
            above = by_key[key.unit, key.period, table.within[0]]
            base = sum(above.count(table.within[1], g) for g in genders)
        elif key.gender:
            base = sum(table.count("", g) for g in Gender)
        else:
            continue
        if value < k or base - value < k:
            yield key


def _remainders(
    newest: ReleaseTables,
    tables: Mapping[tuple[str, str, str], CountTable],
    k: int,
) -> Iterator[CellKey]:
    """Nobody's kön is published where it is missing, but it follows where the rest stand."""
    end = max(t.period.end for t in newest.counts)
    for (unit, period, measure), table in tables.items():
        if table.period.end != end:
            continue
        head = table
        while head.within is not None:
            head = tables[unit, period, head.within[0]]
        if head.count("", Gender.UNKNOWN):
            for category in table.counts:
                if table.count(category, Gender.UNKNOWN) < k:
                    yield CellKey(unit, period, measure, category, Gender.UNKNOWN.value)


def _too_few(
    what: str, puzzle: Puzzle, heads: Puzzle, wanted: Mapping[CellKey, list[Atom]], k: int
) -> list[Breach]:
    breaches = []
    low = {key: sum(puzzle.truth[a] for a in members) for key, members in wanted.items()}
    high = dict(low)
    solvers: list[Solver] = []
    for key, members in wanted.items():
        solver = next((s for s in solvers if all(atom in s.at for atom in members)), None)
        for sign in (-1, 1):
            if high[key] - low[key] + 1 >= k:
                break
            if solver is None:
                solver = Solver(puzzle, members)
                solvers.append(solver)
                for world in solver.wander():
                    _take_in(world, solver, wanted, low, high)
                if high[key] - low[key] + 1 >= k:
                    break
            _, world = solver.extreme(members, sign)
            # What one world shows of the other cells need not be asked again.
            _take_in(world, solver, wanted, low, high)
        values = high[key] - low[key] + 1
        if values < k:
            bare = Solver(heads, members)
            most, least = bare.extreme(members, -1)[0], bare.extreme(members, 1)[0]
            if values < min(k, most - least + 1):
                breaches.append(Breach(what, key, low[key], high[key]))
    return breaches


def _take_in(
    world: np.ndarray,
    solver: Solver,
    wanted: Mapping[CellKey, list[Atom]],
    low: dict[CellKey, int],
    high: dict[CellKey, int],
) -> None:
    for key, atoms in wanted.items():
        if all(atom in solver.at for atom in atoms):
            value = int(sum(world[solver.at[atom]] for atom in atoms))
            low[key], high[key] = min(low[key], value), max(high[key], value)


def subtraction(history: list[Release], k: int) -> list[Breach]:
    """The newest release alone: what it says anew about a half-year that was released before."""
    newest = history[-1]
    puzzle, tables = picture(newest.tables)
    pieces = Pieces(tables)
    heads = Puzzle(puzzle.truth, list(puzzle.sums), puzzle.equal)
    for key, cell in newest.protected.cells.items():
        puzzle.sums.append((pieces(key), cell.low, cell.high))
        if _is_head(key, tables):
            heads.sums.append(puzzle.sums[-1])
    before = {key: cell for old in history[:-1] for key, cell in old.protected.cells.items()}
    end = newest.tables.newest[0].period.end
    longest = max((t.period for t in newest.tables.newest), key=lambda p: p.days)
    differences: dict[tuple[str, str, str], dict[CellKey, int]] = defaultdict(dict)
    for key, cell in before.items():
        table = tables[key.unit, key.period, key.measure]
        is_old_part = longest.start <= table.period.start and table.period.end < end
        if key.period not in pieces.smallest or not is_old_part:
            continue
        if cell.is_exact:
            value = sum(puzzle.truth[a] for a in pieces(key))
            differences[key.unit, key.period, key.measure][key] = value - cell.low
    wanted = {}
    for block in differences.values():
        if any(block.values()):
            for key, difference in block.items():
                if abs(difference) < k and not _is_head(key, tables):
                    wanted[key] = pieces(key)
    return _too_few("corrected", puzzle, heads, wanted, k)


def play(world: World, releases: int, k: int) -> tuple[list[Breach], list[str]]:
    """Let a world pass through some releases; return what was found, and what the audit said."""
    history: list[Release] = []
    breaches: list[Breach] = []
    said: list[str] = []
    for t in range(releases):
        world.half_year_passes(t)
        tables = release_tables(world, t)
        published = [release.protected for release in history]
        protected = protect(tables, k, published)
        findings = audit(tables, protected, published, k)
        if findings:
            # A release that fails is not stored.
            said += [f"{finding.fault}: {finding.key}" for finding in findings]
            continue
        history.append(Release(tables, protected))
        breaches += [*linked_attack(history, k), *subtraction(history, k)]
    return breaches, said


@dataclass
class Tally:
    """How far an attack came."""

    worlds: int = 0
    releases: int = 0
    refused: list[str] = field(default_factory=list)
    breaches: list[tuple[int, Breach]] = field(default_factory=list)


def campaign(worlds: int, seconds: float, seed: int = 0) -> Tally:
    """Attack up to so many worlds for so long, the first one always."""
    tally, until = Tally(), time.monotonic() + seconds
    while tally.worlds < worlds and (not tally.worlds or time.monotonic() < until):
        number = seed + tally.worlds
        rng = random.Random(number)
        world = random_world(rng)
        releases = rng.choices((1, 2, 3, 8), (8, 8, 3, 1))[0]
        breaches, refused = play(world, releases, rng.choice((3, 5, 5, 5, 8)))
        tally.worlds += 1
        tally.releases += releases
        tally.refused += [f"world {number}: {line}" for line in refused]
        tally.breaches += [(number, breach) for breach in breaches]
    return tally


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    start = time.monotonic()
    tally = campaign(options.worlds, options.seconds, options.seed)
    print(
        f"{tally.worlds} worlds, {tally.releases} releases in {time.monotonic() - start:.0f} s "
        f"({os.cpu_count()} cores, one used): {len(tally.breaches)} breaches, "
        f"{len(tally.refused)} findings of the audit"
    )
    for line in (*tally.breaches, *tally.refused):
        print(line)
    return bool(tally.breaches)


if __name__ == "__main__":
    sys.exit(main())
