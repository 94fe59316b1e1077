"""The attacker on disclosure control: everything published, turned into whole-number programs.

Written apart from the protection: it imports what goes in and what comes out, and builds its own
picture. Its unknowns are people per insats, smallest period, category and kön; every published
number, range and verdict is a statement on sums of unknowns. It solves for the least and greatest
of every small cell in every release, today's and before, published or only behind what is; and
for what a release lets it subtract about periods already released. Means are in `means`.

Long mode: ``python -m tests.attack.disclosure --worlds 10000 [--seconds 600] [--seed 0]``.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.attack.disclosure_means import mean_attack
from tests.attack.disclosure_picture import (
    Atom,
    Pieces,
    Puzzle,
    Release,
    by_key,
    picture,
    view_lines,
)
from tests.attack.disclosure_worlds import World, random_world, release_tables
from tracking.domain.disclosure import CellKey, CountTable, audit, protect
from tracking.domain.records import Gender

Tables = Mapping[tuple[str, str, str], CountTable]

MANY = 100_000
"""More people than any world has, so that no direction is endless."""

PUSHES = 12


@dataclass(frozen=True)
class Breach:
    """A small cell with too few possible values."""

    what: str
    key: CellKey
    low: int
    high: int


class Solver:
    """The part of a puzzle that hangs together with some unknowns."""

    def __init__(self, puzzle: Puzzle, atoms: Iterable[Atom]) -> None:
        touching = puzzle.touching()
        todo, self.atoms, rows = list(atoms), set(), set()
        while todo:
            atom = todo.pop()
            if atom in self.atoms:
                continue
            self.atoms.add(atom)
            for row in touching[atom]:
                if row not in rows:
                    rows.add(row)
                    todo += puzzle.lines[row].weights
        self.order = sorted(self.atoms)
        self.at = {atom: i for i, atom in enumerate(self.order)}
        where: tuple[list[int], list[int], list[float]] = ([], [], [])
        chosen = [puzzle.lines[row] for row in sorted(rows)]
        for row, line in enumerate(chosen):
            for atom, weight in line.weights.items():
                where[0].append(row)
                where[1].append(self.at[atom])
                where[2].append(weight)
        shape = (len(chosen), len(self.order))
        matrix = csr_array((where[2], (where[0], where[1])), shape)
        self.constraints = LinearConstraint(
            matrix, [line.low for line in chosen], [line.high for line in chosen]
        )

    def vector(self, members: Iterable[Atom]) -> np.ndarray:
        """Return which unknowns a cell is the sum of."""
        chosen = np.zeros(len(self.order))
        for atom in members:
            chosen[self.at[atom]] += 1
        return chosen

    def world(self, cost: np.ndarray, gap: float = 0.0, high: float = np.inf) -> np.ndarray | None:
        """Return a world of least cost, within a gap."""
        found = milp(
            cost,
            constraints=self.constraints,
            bounds=Bounds(0, high),
            integrality=np.ones(len(cost)),
            options={"mip_rel_gap": gap},
        )
        return None if found.x is None else np.rint(found.x)

    def extreme(self, members: Iterable[Atom], sign: int) -> tuple[int, np.ndarray]:
        """Return the least (1) or greatest (−1) of a cell, and a world where it is so."""
        chosen = self.vector(members)
        world = self.world(sign * chosen)
        if world is None:
            raise RuntimeError("the truth itself was not found")
        return round(float(chosen @ world)), world


class Seen:
    """The least and greatest of each wanted cell in the worlds found so far."""

    def __init__(self, puzzle: Puzzle, wanted: Mapping[CellKey, list[Atom]], k: int) -> None:
        self.keys = list(wanted)
        self.wanted = wanted
        self.low = np.array([sum(puzzle.truth[a] for a in wanted[key]) for key in self.keys])
        self.high = self.low.copy()
        self.demand = np.full(len(self.keys), k)

    def lacking(self) -> np.ndarray:
        """Return the numbers of the cells with too few values so far."""
        return np.flatnonzero(self.high - self.low + 1 < self.demand)

    def take_in(self, world: np.ndarray, inside: tuple[np.ndarray, csr_array]) -> None:
        """What one world shows of the other cells need not be asked again."""
        at, sums = inside
        values = np.rint(sums @ world).astype(int)
        self.low[at] = np.minimum(self.low[at], values)
        self.high[at] = np.maximum(self.high[at], values)

    def inside(self, solver: Solver) -> tuple[np.ndarray, csr_array]:
        """Return the cells that a solver knows all of, and which unknowns they are sums of."""
        at = [i for i, key in enumerate(self.keys) if all(a in solver.at for a in self.wanted[key])]
        rows = [solver.vector(self.wanted[self.keys[i]]) for i in at]
        return np.array(at), csr_array(np.array(rows))


def linked_attack(history: list[Release], k: int) -> list[Breach]:
    """All releases at once, told of each number how far at most it was corrected since.

    The newest release is to blame for what it takes beyond its head counts and what was known.
    """
    tables = by_key(history[-1].tables.counts)
    puzzle, pieces = picture(history[-1].tables.counts)
    before = Puzzle(puzzle.truth, list(puzzle.lines))
    wanted: dict[CellKey, list[Atom]] = {}
    for release in history:
        for key, cell in release.protected.cells.items():
            members = pieces(key)
            value = sum(puzzle.truth[atom] for atom in members)
            if cell.is_exact or cell.says_something:
                limits = (members, min(cell.low, value), max(cell.high, value))
                puzzle.add(*limits)
                if release is not history[-1] or _is_head(key, tables):
                    before.add(*limits)
        puzzle.lines += view_lines(release, pieces, puzzle.truth)
        if release is not history[-1]:
            before.lines += view_lines(release, pieces, puzzle.truth)
        wanted |= {key: pieces(key) for key in small_cells(release, pieces, k)}
    return _too_few("small", puzzle, before, wanted, _roots(tables, pieces, puzzle), k)


def _roots(tables: Tables, pieces: Pieces, puzzle: Puzzle) -> Callable[[CellKey], int]:
    """Return the undivided head count behind a cell, as it is today."""

    def root(key: CellKey) -> int:
        head = _head(key, tables)._replace(category="", gender="")
        return sum(puzzle.truth[atom] for atom in pieces(head))

    return root


def _is_head(key: CellKey, tables: Tables) -> bool:
    return not key.gender and tables[key.unit, key.period, key.measure].within is None


def small_cells(release: Release, pieces: Pieces, k: int) -> Iterator[CellKey]:
    """The cells of a release that were small, or nearly all, when it was made; shown or not."""
    tables = by_key(release.tables.newest)
    for (unit, period, measure), table in tables.items():
        genders = ("",)
        if measure in pieces.split and (
            (table.divided and table.shown) or period in pieces.smallest
        ):
            genders = ("", *(g.value for g in Gender))
        joined = {
            "+".join(sorted(line.numerator))
            for line in release.tables.targets
            if (line.unit, line.period.key, line.measure) == (unit, period, measure)
        }
        for category in {*table.counts, *joined}:
            for gender in genders:
                key = CellKey(unit, period, measure, category, gender)
                if table.within is None and not gender:
                    continue
                if gender == Gender.UNKNOWN and not _number(_head(key, tables), tables):
                    continue
                value, base = _number(key, tables), _number(_told_base(key, release), tables)
                if value < k or base - value < k:
                    yield key


def _number(key: CellKey, tables: Tables) -> int:
    genders = [Gender(key.gender)] if key.gender else list(Gender)
    table = tables[key[:3]]
    return sum(table.count(c, g) for c in key.category.split("+") for g in genders)


def _head(key: CellKey, tables: Tables) -> CellKey:
    while (within := tables[key[:3]].within) is not None:
        key = CellKey(key.unit, key.period, *within, key.gender)
    return key


def _told_base(key: CellKey, release: Release) -> CellKey:
    """The nearest cell that a count is a part of and that is published as it is."""
    tables = by_key(release.tables.newest)
    while (within := tables[key[:3]].within) is not None:
        key = CellKey(key.unit, key.period, *within, key.gender)
        cell = release.protected.cells.get(key)
        if cell is not None and cell.is_exact:
            return key
    return key._replace(gender="", category="")


def _too_few(
    what: str,
    puzzle: Puzzle,
    bare: Puzzle,
    wanted: Mapping[CellKey, list[Atom]],
    roots: Callable[[CellKey], int],
    k: int,
) -> list[Breach]:
    breaches = []
    seen = Seen(puzzle, wanted, k)
    # Undivided head counts, always exact, may be so small that there are no k values at all.
    seen.demand = np.minimum(k, [roots(key) + 1 for key in seen.keys] or k)
    while len(left := seen.lacking()):
        solver = Solver(puzzle, wanted[seen.keys[left[0]]])
        inside = seen.inside(solver)
        _push(solver, seen, inside)
        for i in inside[0]:
            members = wanted[seen.keys[i]]
            for sign in (-1, 1):
                if seen.high[i] - seen.low[i] + 1 < seen.demand[i]:
                    seen.take_in(solver.extreme(members, sign)[1], inside)
            if seen.high[i] - seen.low[i] + 1 < seen.demand[i]:
                alone = Solver(bare, members)
                most, least = alone.extreme(members, -1)[0], alone.extreme(members, 1)[0]
                if seen.high[i] - seen.low[i] < most - least:
                    low, high = int(seen.low[i]), int(seen.high[i])
                    breaches.append(Breach(what, seen.keys[i], low, high))
                seen.demand[i] = 0
    return breaches


def _push(solver: Solver, seen: Seen, inside: tuple[np.ndarray, csr_array]) -> None:
    """Some worlds in random directions, found faster than the extremes of one cell."""
    rng = np.random.default_rng(len(solver.order))
    at, sums = inside
    for _ in range(PUSHES):
        lacking = seen.high[at] - seen.low[at] + 1 < seen.demand[at]
        if not lacking.any():
            return
        cost = sums.T @ (lacking * rng.normal(size=len(at)))
        world = solver.world(cost, gap=0.3, high=MANY)
        if world is not None:
            seen.take_in(world, inside)


def subtraction(history: list[Release], k: int) -> list[Breach]:
    """The newest release alone: what it says anew about a period that was released before."""
    newest = history[-1]
    tables = by_key(newest.tables.counts)
    puzzle, pieces = picture(newest.tables.counts)
    bare = Puzzle(puzzle.truth, list(puzzle.lines))
    for key, cell in newest.protected.cells.items():
        puzzle.add(pieces(key), cell.low, cell.high)
        if _is_head(key, tables):
            bare.lines.append(puzzle.lines[-1])
    before = {key: cell for old in history[:-1] for key, cell in old.protected.cells.items()}
    end = newest.tables.newest[0].period.end
    longest = max((t.period for t in newest.tables.newest if t.shown), key=lambda p: p.days)
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
    return _too_few("corrected", puzzle, bare, wanted, _roots(tables, pieces, puzzle), k)


def play(world: World, releases: int, k: int) -> tuple[list[Breach], list[str], int]:
    """Let a world pass through some releases; return breaches, findings, and cells attacked."""
    history: list[Release] = []
    breaches: list[Breach] = []
    said: list[str] = []
    cells = 0
    for t in range(releases):
        world.period_passes(t)
        tables = release_tables(world, t)
        published = [release.protected for release in history]
        protected = protect(tables, k, published)
        findings = audit(tables, protected, published, k)
        if findings:
            # A release that fails is not stored.
            said += [f"{finding.fault}: {finding.key}" for finding in findings]
            continue
        history.append(Release(tables, protected))
        cells += len(protected.cells)
        breaches += [*linked_attack(history, k), *subtraction(history, k)]
        breaches += [
            Breach("mean", key, round(low), round(high))
            for key, low, high in mean_attack(history, k)
        ]
    return breaches, said, cells


@dataclass
class Tally:
    """How far an attack came."""

    worlds: int = 0
    releases: int = 0
    cells: int = 0
    refused: list[str] = field(default_factory=list)
    breaches: list[tuple[int, Breach]] = field(default_factory=list)


def one_world(number: int) -> tuple[World, int, int]:
    """Return the world of a number, how many releases it passes through, and its k."""
    rng = random.Random(number)
    world = random_world(rng)
    return world, rng.choices((1, 2, 3, 8), (24, 16, 5, 1))[0], rng.choice((3, 5, 5, 5, 8, 10))


def campaign(worlds: int, seconds: float, seed: int = 0, every: int = 0) -> Tally:
    """Attack up to so many worlds for so long, the first one always."""
    tally, start = Tally(), time.monotonic()
    while tally.worlds < worlds and (not tally.worlds or time.monotonic() < start + seconds):
        number = seed + tally.worlds
        world, releases, k = one_world(number)
        breaches, refused, cells = play(world, releases, k)
        tally.worlds += 1
        tally.releases += releases
        tally.cells += cells
        tally.refused += [f"world {number}: {line}" for line in refused]
        tally.breaches += [(number, breach) for breach in breaches]
        if every and tally.worlds % every == 0:
            print(f"… {said_of(tally)} in {time.monotonic() - start:.0f} s", flush=True)
    return tally


def said_of(tally: Tally) -> str:
    """Return the figures of an attack on one line."""
    return (
        f"{tally.worlds} worlds, {tally.releases} releases, {tally.cells} published cells: "
        f"{len(tally.breaches)} breaches, {len(tally.refused)} findings of the audit"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    start = time.monotonic()
    tally = campaign(options.worlds, options.seconds, options.seed, every=100)
    seconds = time.monotonic() - start
    print(f"{said_of(tally)}; {seconds:.0f} s ({os.cpu_count()} cores, one used)")
    for line in (*tally.breaches, *tally.refused):
        print(line)
    return bool(tally.breaches)


if __name__ == "__main__":
    sys.exit(main())
