"""Secondary hiding: what else must be hidden so that a hidden cell does not follow from the rest.

The heuristic for large sets, known as incremental linear programming in the cell suppression
problem (after Robertson 1994 and Kelly, Golden & Assad 1992): as long as some cell has too few
possible values, find the cheapest way in which the published numbers would have to move to give
it one more set of values, and hide what would move. Cost is the usefulness of the cell times how
far it moves, so few and little useful cells are hidden. Then look again. What is hidden is never
shown again, so each step only takes from the attacker. Small sets are solved to the optimum in
`optimal`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import hstack

from tracking.domain.disclosure.bounds import (
    FEW,
    Knowledge,
    Part,
    Witnesses,
    around,
    loose_heads,
    part,
)
from tracking.domain.disclosure.cells import LinkedSet

WIDER = (400, 2500)
"""How many cells around one may take part when its own slice cannot protect it."""

_NEARLY_FREE = 1e-3


@dataclass(frozen=True)
class _Move:
    """The least cost of moving a cell, the shown cells that move with it, and the world."""

    cost: float
    moved: np.ndarray
    loose: Part
    world: np.ndarray | None


class System:
    """One attacker's knowledge while a release is drafted, and what each cell needs.

    ``open`` are the cells that the release may still show or hide. ``low`` and ``high`` limit a
    cell once it is hidden: what follows from the head counts, or a range that is published.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        needed: np.ndarray,
        may_hide: np.ndarray,
        window: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.may_hide = may_hide
        self.low, self.high = knowledge.low.copy(), knowledge.high.copy()
        self.witnesses = Witnesses(knowledge, needed, window)
        values = knowledge.linked.values
        self.shown = may_hide.copy()
        knowledge.low[may_hide] = knowledge.high[may_hide] = values[may_hide]

    @property
    def linked(self) -> LinkedSet:
        """Return the linked set that is drafted."""
        return self.knowledge.linked

    def hide(self, cells: np.ndarray) -> None:
        """Hide cells of the release; others are left as they are."""
        cells = cells[self.shown[cells]]
        self.shown[cells] = False
        self.knowledge.low[cells], self.knowledge.high[cells] = self.low[cells], self.high[cells]

    def limit(self, cell: int, low: int, high: int) -> None:
        """Set what a cell is known to lie in once it is hidden: a range that is published."""
        self.low[cell], self.high[cell] = low, high
        if not self.shown[cell]:
            self.knowledge.low[cell], self.knowledge.high[cell] = low, high

    def stage(self, cell: int) -> int:
        """Return when a cell's turn comes: the kön of head counts moves all, so it is first."""
        if self._is_part_of_head(cell):
            return 0
        return 2 if self.linked.keys[cell].gender else 1

    def unsettled(self) -> np.ndarray:
        """Return the cells with too few possible values, as far as a look nearby tells."""
        return self.witnesses.settle((), all_loose=False)

    def partners(self, cell: int) -> np.ndarray | None:
        """Return the shown cells to hide for one cell's sake, cheapest; None if none would do."""
        for cells in self._neighbourhoods(cell):
            found = self._cheapest(cells, cell)
            if found is not None:
                if found.world is not None:
                    # It holds once these are hidden, and they will be.
                    self.witnesses.see(found.loose, found.world)
                return found.moved
        return None

    def _neighbourhoods(self, cell: int) -> Iterator[np.ndarray]:
        """Yield cells that could move together with one: its family, then all, then the nearest."""
        allowed = np.flatnonzero(self.knowledge.loose | self.shown)
        keys, family = self.linked.keys, self.linked.family
        key = keys[cell]
        around_it = [set(longer) for longer in self.linked.inside.values() if key.period in longer]
        for longer in around_it:
            own = [
                i
                for i in allowed
                if keys[i].period in longer and family[keys[i].measure] == family[key.measure]
            ]
            yield np.array(own, dtype=np.int64)
        if not key.gender:
            yield np.array(
                [i for i in allowed if family[keys[i].measure] == family[key.measure]],
                dtype=np.int64,
            )
        # The kön of a head count moves every table that divides it.
        for longer in (*around_it, set(self.linked.inside) | {p for q in around_it for p in q}):
            near = [int(i) for i in allowed if keys[i].period in longer]
            others = sorted(loose_heads(self.knowledge, near) - {key.unit})
            for units in ({key.unit, *others[:FEW]}, {key.unit, *others}):
                yield np.array([i for i in near if keys[i].unit in units], dtype=np.int64)
        for limit in WIDER:
            yield around(self.knowledge, cell, limit, self.knowledge.loose | self.shown)

    def _is_part_of_head(self, cell: int) -> bool:
        linked = self.linked
        is_part = linked.base[cell] >= 0 and linked.base[cell] == linked.root[cell]
        return bool(is_part and not linked.keys[cell].category)

    def _cheapest(self, cells: np.ndarray, cell: int) -> _Move | None:
        seen = self.witnesses
        value, low, high = (int(a[cell]) for a in (self.linked.values, seen.low, seen.high))
        down, up = (int(goal[0]) for goal in seen.goals(np.array([cell])))
        goals = [goal for goal in (up, down) if self.low[cell] <= goal <= self.high[cell]]
        if seen.aims[cell]:
            goals = [goal for goal in goals if not low <= goal <= high]
        elif not goals:
            # Neither way is there room for all: first as far as one way goes.
            ends = (min(up, int(self.high[cell])), max(down, int(self.low[cell])))
            goals = [goal for goal in ends if not low <= goal <= high]
        best: _Move | None = None
        for goal in goals:
            found = self._move_to(cells, cell, goal - value)
            if found is not None and (best is None or found.cost < best.cost):
                best = found
        return best

    def _move_to(self, cells: np.ndarray, cell: int, by: int) -> _Move | None:
        loose = part(self.knowledge, cells)
        shown = self.shown[cells]
        truth, at = self.linked.values[cells], int(np.searchsorted(cells, cell))
        rise = np.where(shown, self.high[cells] - truth, loose.high)
        fall = np.where(shown, truth - self.low[cells], -loose.low)
        fall_least, rise_least = np.zeros(len(cells)), np.zeros(len(cells))
        rise_least[at], fall_least[at] = max(by, 0), max(-by, 0)
        rise[at], fall[at] = max(by, 0), max(-by, 0)
        cost = np.where(shown, self.linked.weight[cells], _NEARLY_FREE)
        exact = False
        for whole in (0, 1):
            solved = milp(
                np.concatenate([cost, cost]),
                constraints=LinearConstraint(hstack([loose.matrix, -loose.matrix]), 0, 0),
                bounds=Bounds(
                    np.concatenate([rise_least, fall_least]), np.concatenate([rise, fall])
                ),
                integrality=np.full(2 * len(cells), whole),
            )
            if solved.x is None:
                return None
            deviation = solved.x[: len(cells)] - solved.x[len(cells) :]
            world = np.rint(deviation).astype(np.int64)
            exact = np.abs(deviation - world).max() < 1e-6 and not np.any(loose.matrix @ world)
            if exact:
                break
        moved = cells[shown & (np.abs(deviation) > 1e-6)]
        return _Move(float(solved.fun), moved, loose, world if exact else None)
