"""What an attacker can conclude: whole-number bounds of a cell from everything that is known.

`Knowledge` is a linked set with limits for every cell (equal where a cell is shown).
`Witnesses` collects worlds that agree with the knowledge and keeps, per cell, the least and
greatest number seen; a cell is settled as soon as enough numbers have been seen. It looks in
small parts of the set first with everything else held at the truth: that can only make an
attacker look stronger than he is, never weaker. `exact_bounds` is what remains when that does
not settle it: the whole of what is connected, by integer programming (HiGHS through SciPy).

A part that consists of one measure, one smallest period with the longer periods around it, and
one kön is a two-way table of insatser and categories, a network, in which the simplex method
ends in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tracking.domain.disclosure.cells import LinkedSet

NEIGHBOURHOODS = (60, 250, 1000)
"""How many cells around one are let loose before the whole of what is connected is."""

FEW = 4
"""How many insatser are let loose over all periods at once."""

ROUNDS = 20
IDLE = 2
_WHOLE = 1e-6


@dataclass
class Knowledge:
    """A linked set and the limits within which each cell is known to lie."""

    linked: LinkedSet
    low: np.ndarray
    high: np.ndarray

    @property
    def loose(self) -> np.ndarray:
        """Say which cells are not known exactly."""
        return self.low < self.high


def narrow(knowledge: Knowledge, passes: int = 6) -> None:
    """Tighten the limits by every equation, a few times over (interval propagation).

    Limits found so hold for every world that agrees; they need not be the tightest.
    """
    matrix = knowledge.linked.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    at, sign = matrix.indices, matrix.data
    for _ in range(passes):
        before = knowledge.low.copy(), knowledge.high.copy()
        low, high = before
        # Each term's least and greatest; the others' sum bounds the one that is left.
        least = np.where(sign > 0, low[at], -high[at])
        most = np.where(sign > 0, high[at], -low[at])
        all_least = np.bincount(rows, least, matrix.shape[0])
        all_most = np.bincount(rows, most, matrix.shape[0])
        term_high = -(all_least[rows] - least)
        term_low = -(all_most[rows] - most)
        cell_low = np.where(sign > 0, term_low, -term_high)
        cell_high = np.where(sign > 0, term_high, -term_low)
        np.maximum.at(knowledge.low, at, np.ceil(cell_low - _WHOLE).astype(np.int64))
        np.minimum.at(knowledge.high, at, np.floor(cell_high + _WHOLE).astype(np.int64))
        if (before[0] == knowledge.low).all() and (before[1] == knowledge.high).all():
            return


@dataclass(frozen=True)
class Part:
    """Some cells let loose, as ways to deviate from the truth, and the equations they touch."""

    cells: np.ndarray
    matrix: csr_array
    low: np.ndarray
    high: np.ndarray

    def best(
        self, direction: np.ndarray, low: np.ndarray, high: np.ndarray, whole: bool = False
    ) -> np.ndarray | None:
        """Return the deviation furthest in a direction, or None when no whole one was found."""
        constraints = LinearConstraint(self.matrix, 0, 0) if self.matrix.shape[0] else ()
        found = milp(
            -direction,
            constraints=constraints,
            bounds=Bounds(low, high),
            integrality=np.full(len(direction), int(whole)),
        )
        if found.x is None:
            return None
        rounded = np.rint(found.x)
        if np.abs(found.x - rounded).max() > _WHOLE or np.any(self.matrix @ rounded):
            return None
        deviation: np.ndarray = rounded.astype(np.int64)
        return deviation


def part(knowledge: Knowledge, cells: np.ndarray) -> Part:
    """Return the part of the knowledge in which only these cells may deviate."""
    linked = knowledge.linked
    touched = linked.columns[cells].indices
    rows = np.unique(touched)
    matrix = csr_array(linked.matrix[rows][:, cells]) if len(rows) else csr_array((0, len(cells)))
    truth = linked.values[cells]
    return Part(cells, matrix, knowledge.low[cells] - truth, knowledge.high[cells] - truth)


class Witnesses:
    """The least and greatest number seen of every cell in worlds that agree with the knowledge."""

    def __init__(
        self,
        knowledge: Knowledge,
        needed: np.ndarray,
        window: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        """``needed`` is how many possible values each cell has to keep, 0 for no demand.

        With a ``window`` it is to be seen with the least and the greatest there, in place of any
        so many values, where ``aims`` says so.
        """
        self.knowledge = knowledge
        self.needed = needed
        self.low = knowledge.linked.values.copy()
        self.high = knowledge.linked.values.copy()
        self.window = window or (self.low.copy(), self.high.copy())
        self.aims = (needed > 0) if window is not None else np.zeros(len(needed), dtype=bool)
        # Parts in which nothing moved any more; once more is hidden they are other parts.
        self.exhausted: set[bytes] = set()

    @property
    def unsettled(self) -> np.ndarray:
        """Say which cells have not yet been seen with as many values as needed."""
        unsettled: np.ndarray = np.where(
            self.aims,
            (self.low > self.window[0]) | (self.high < self.window[1]),
            self.high - self.low + 1 < self.needed,
        )
        return unsettled

    def goals(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far down and how far up each of some cells has to be seen."""
        aims, needed = self.aims[cells], self.needed[cells]
        down = np.where(aims, self.window[0][cells], self.high[cells] - needed + 1)
        return down, np.where(aims, self.window[1][cells], self.low[cells] + needed - 1)

    def see(self, loose: Part, deviation: np.ndarray) -> None:
        """Take in one world."""
        world = self.knowledge.linked.values[loose.cells] + deviation
        self.low[loose.cells] = np.minimum(self.low[loose.cells], world)
        self.high[loose.cells] = np.maximum(self.high[loose.cells], world)

    def settle(
        self, limits: tuple[int, ...] = NEIGHBOURHOODS, all_loose: bool = True
    ) -> np.ndarray:
        """Look for worlds until every cell is settled; return the cells that were not.

        With ``all_loose`` everything connected with a cell is let loose before it is given up.
        """
        for cells in slices(self.knowledge, self.unsettled):
            name = cells.tobytes()
            if name in self.exhausted or not self.unsettled[cells].any():
                continue
            if not self._push(part(self.knowledge, cells)):
                self.exhausted.add(name)
        if all_loose:
            limits = (*limits, len(self.needed))
        for cell in np.flatnonzero(self.unsettled):
            self._settle_one(int(cell), limits)
        return np.flatnonzero(self.unsettled)

    def _push(self, loose: Part) -> bool:
        """Move as many unsettled cells of a part at once as go together, a few times.

        Say whether there may be more to find.
        """
        rng = np.random.default_rng(len(loose.cells))
        idle = 0
        for _ in range(ROUNDS):
            wanted = self.unsettled[loose.cells]
            left = wanted.sum()
            if not left or idle == IDLE:
                return False
            direction = np.where(wanted, rng.uniform(0.5, 1.5, len(wanted)), 0.0)
            direction *= rng.choice([-1.0, 1.0], len(wanted))
            deviation = self._towards(loose, direction)
            if deviation is not None:
                self.see(loose, deviation)
            idle = idle + 1 if self.unsettled[loose.cells].sum() == left else 0
        return True

    def _towards(self, loose: Part, direction: np.ndarray) -> np.ndarray | None:
        # No further than is needed, so that the movement suffices for more cells.
        cells = loose.cells
        truth = self.knowledge.linked.values[cells]
        down, up = (goal - truth for goal in self.goals(cells))
        low = np.where(direction < 0, np.maximum(loose.low, np.minimum(down, 0)), loose.low)
        high = np.where(direction > 0, np.minimum(loose.high, np.maximum(up, 0)), loose.high)
        return loose.best(direction, low, high)

    def _move(self, loose: Part, at: int) -> bool:
        """Move one cell up, then down, as far as needed; say whether it is settled."""
        for sign in (1.0, -1.0):
            direction = np.zeros(len(loose.cells))
            direction[at] = sign
            low, high = loose.low.copy(), loose.high.copy()
            cell = loose.cells[at]
            down, up = (int(goal[at]) for goal in self.goals(loose.cells))
            truth = int(self.knowledge.linked.values[cell])
            if sign > 0:
                high[at] = min(high[at], max(up - truth, 0))
            else:
                low[at] = max(low[at], min(down - truth, 0))
            deviation = loose.best(direction, low, high, whole=True)
            if deviation is not None:
                self.see(loose, deviation)
            if not self.unsettled[cell]:
                return True
        return False

    def _settle_one(self, cell: int, limits: tuple[int, ...]) -> None:
        smaller = 0
        for limit in limits:
            cells = around(self.knowledge, cell, limit)
            if not self.unsettled[cell] or len(cells) == smaller:
                return
            smaller = len(cells)
            loose = part(self.knowledge, cells)
            self._move(loose, int(np.searchsorted(cells, cell)))


def exact_bounds(knowledge: Knowledge, cell: int) -> tuple[int, int]:
    """Return the least and greatest whole number of a cell that agree with everything known."""
    cells = around(knowledge, cell, len(knowledge.linked.keys))
    if not len(cells):
        value = int(knowledge.linked.values[cell])
        return value, value
    loose = part(knowledge, cells)
    at, value = int(np.searchsorted(cells, cell)), int(knowledge.linked.values[cell])
    ends = []
    for sign in (-1.0, 1.0):
        direction = np.zeros(len(cells))
        direction[at] = sign
        deviation = loose.best(direction, loose.low, loose.high, whole=True)
        limit = loose.low if sign < 0 else loose.high
        ends.append(value + int(limit[at] if deviation is None else deviation[at]))
    return ends[0], ends[1]


def around(
    knowledge: Knowledge, cell: int, limit: int, allowed: np.ndarray | None = None
) -> np.ndarray:
    """Return up to ``limit`` loose cells connected with one, nearest first, in rising order.

    ``allowed`` are the cells that may be let loose, else those not known exactly.
    """
    linked = knowledge.linked
    loose = knowledge.loose if allowed is None else allowed
    if not loose[cell]:
        return np.array([], dtype=np.int64)
    taken = np.zeros(len(loose), dtype=bool)
    taken[cell] = True
    front, size = np.array([cell]), 1
    while len(front) and size < limit:
        rows = np.unique(linked.columns[front].indices)
        reached = np.unique(linked.matrix[rows].indices)
        front = reached[loose[reached] & ~taken[reached]][: limit - size]
        taken[front] = True
        size += len(front)
    return np.flatnonzero(taken)


def slices(knowledge: Knowledge, wanted: np.ndarray) -> Iterator[np.ndarray]:
    """Yield parts in which wanted cells may move, small ones first.

    The loose cells of a family in one smallest period with the longer ones around it, one kön
    at a time where totals may move, then all together; then of all periods; and last, of all
    families at once, those insatser where the kön of a head count is loose, since it moves all.
    """
    linked, loose = knowledge.linked, knowledge.loose
    groups: dict[tuple[str, str], dict[str, list[int]]] = {}
    sought: dict[str, set[str]] = {}
    for i in np.flatnonzero(loose):
        key = linked.keys[i]
        family = linked.family[key.measure]
        groups.setdefault((family, key.gender), {}).setdefault(key.period, []).append(int(i))
        if wanted[i]:
            sought.setdefault(family, set()).add(key.gender)
    for family, genders in sought.items():
        found = {g for m, g in groups if m == family}
        apart = [(g, "") for g in sorted(found - {""})] if "" in genders else []
        for chosen in [*apart, tuple(sorted(found))]:
            kinds = [groups.get((family, g), {}) for g in chosen]
            periods = {period for kind in kinds for period in kind}
            for period in sorted(periods):
                if longer := linked.inside.get(period):
                    yield _gather(kinds, longer)
            yield _gather(kinds, periods)
    yield from _divided_heads(knowledge, wanted)


def _divided_heads(knowledge: Knowledge, wanted: np.ndarray) -> Iterator[np.ndarray]:
    linked = knowledge.linked
    by_period: dict[str, list[int]] = {}
    for i in np.flatnonzero(knowledge.loose):
        by_period.setdefault(linked.keys[i].period, []).append(int(i))
    every: set[str] = set()
    for period in sorted(by_period):
        if cells := [i for p in linked.inside.get(period, ()) for i in by_period.get(p, [])]:
            units = loose_heads(knowledge, cells)
            every |= units
            yield np.array(sorted(i for i in cells if linked.keys[i].unit in units), dtype=np.int64)
    # Periods that overlap in time move together; a few insatser are enough to give and take.
    order = sorted(every)
    for first in range(0, len(order), FEW):
        few = set(order[first : first + FEW])
        cells = [i for members in by_period.values() for i in members if linked.keys[i].unit in few]
        yield np.array(sorted(cells), dtype=np.int64)


def loose_heads(knowledge: Knowledge, cells: Iterable[int]) -> set[str]:
    """Return the units that have, among some cells, the kön of a head count that is not known."""
    linked, units = knowledge.linked, set()
    for i in cells:
        key = linked.keys[i]
        is_head = key.gender and not key.category and linked.base[i] == linked.root[i]
        if is_head and knowledge.low[i] < knowledge.high[i]:
            units.add(key.unit)
    return units


def _gather(kinds: Iterable[dict[str, list[int]]], periods: Iterable[str]) -> np.ndarray:
    chosen = [i for period in set(periods) for kind in kinds for i in kind.get(period, [])]
    return np.array(sorted(chosen), dtype=np.int64)
