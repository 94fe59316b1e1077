"""Secondary hiding: what else must be hidden so that a hidden cell does not follow from the rest.

The heuristic for large sets, known as incremental linear programming in the cell suppression
problem (after Robertson 1994 and Kelly, Golden & Assad 1992): as long as some cell has too few
possible values, find the cheapest way in which the published numbers would have to move to give
it one more set of values, and hide what would move. Cost is the usefulness of the cell times how
far it moves, so few and little useful cells are hidden. Then look again. What is hidden is never
shown again, so each step only takes from the attacker. Small blocks are solved to the optimum in
`optimal`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from tracking.domain.disclosure.blocks import Group, groups
from tracking.domain.disclosure.bounds import Knowledge, part
from tracking.domain.disclosure.cells import LinkedSet
from tracking.domain.disclosure.programs import Cheapest, Part
from tracking.domain.disclosure.witnesses import WORLDS_TRIED, Move, Witnesses, least_move

SLICED = 150
"""In a block of more cells, those of the same time are tried before all."""

AIMED = 2
"""In how many neighbourhoods a cell is helped to more values than are demanded."""

_NEARLY_FREE = 1e-3


class System:
    """One attacker's knowledge while a release is drafted, and what each cell needs.

    ``may_hide`` are the cells that the release may show or hide. ``low`` and ``high`` limit a
    cell once it is hidden: what follows from the head counts, or a range that is published.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        needed: np.ndarray,
        may_hide: np.ndarray,
        window: tuple[np.ndarray, np.ndarray] | None = None,
        aims: np.ndarray | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.may_hide = may_hide
        self.low, self.high = knowledge.low.copy(), knowledge.high.copy()
        linked = knowledge.linked
        self.groups = groups(linked, knowledge.loose | may_hide, may_hide)
        self.shown = may_hide.copy()
        knowledge.low[may_hide] = knowledge.high[may_hide] = linked.values[may_hide]
        touched = np.zeros(len(needed), dtype=bool)
        self._block = np.full(len(needed), -1)
        for group in self.groups:
            touched[group.cells] = True
            for number, block in enumerate(group.blocks):
                self._block[block] = number
        names = {period: i for i, period in enumerate(dict.fromkeys(k.period for k in linked.keys))}
        self._period = np.array([names[key.period] for key in linked.keys])
        self._around = [
            np.array([names[p] for p in longer if p in names]) for longer in linked.inside.values()
        ]
        self.witnesses = Witnesses(knowledge, np.where(touched, needed, 0), window, aims)

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
        """Return when a cell's turn comes."""
        return 1 if self.linked.keys[cell].gender else 0

    def depends(self, cell: int) -> bool:
        """Say whether a cell by kön moves with a head count by kön that is not known."""
        head = self.linked.head[cell]
        return bool(self.linked.keys[cell].gender) and bool(self.knowledge.loose[head])

    def block_of(self, group: Group, cell: int) -> np.ndarray:
        """Return the cells of the family that a cell is in."""
        block: np.ndarray = group.blocks[int(self._block[cell])]
        return block

    def head_partners(self, hoped: Witnesses, group: Group, cell: int) -> np.ndarray | None:
        """Return the head counts by kön to hide for one of them, families left aside.

        ``hoped`` collects what would be possible if every family went along.
        """
        found = [
            move
            for by in self._ways(hoped, cell)
            if (move := self._head_move(hoped, group, cell, by)) is not None
        ]
        if not found:
            return None
        best, loose = min(found, key=lambda pair: pair[0].cost)
        if best.is_whole:
            hoped.see(loose.cells, best.deviation)
        moved: np.ndarray = loose.cells[best.moved & self.shown[loose.cells]]
        return moved

    def partners(self, group: Group, cell: int) -> np.ndarray | None:
        """Return the shown cells to hide for one cell's sake, cheapest; None if none would do."""
        if self.linked.at_head[cell]:
            found = self._with_families(group, self._ways(self.witnesses, cell), cell)
            shorter = [] if found is not None else self._shorter_ways(cell)
            return next(
                (m for by in shorter if (m := self._with_families(group, [by], cell)) is not None),
                found,
            )
        # All from 0 to k − 1 is an aim, not a demand: it is not sought for far and wide.
        most = AIMED if self.witnesses.aims[cell] else None
        for cells, world in islice(self._neighbourhoods(group, cell), most):
            loose = self._part(cells, world)
            cheapest = self._cheapest(loose, cell)
            moves = [
                move
                for by in self._ways(self.witnesses, cell)
                if (move := least_move(loose, cheapest, by)) is not None
            ]
            if moves:
                return self._taken(loose, min(moves, key=lambda move: move.cost))
        for by in self._shorter_ways(cell):
            move = least_move(loose, cheapest, by)
            if move is not None:
                return self._taken(loose, move)
        return None

    def _taken(self, loose: Part, move: Move) -> np.ndarray:
        if move.is_whole:
            # It holds once these are hidden, and they will be.
            self.witnesses.see(loose.cells, move.deviation)
        moved: np.ndarray = loose.cells[move.moved & self.shown[loose.cells]]
        return moved

    def _shorter_ways(self, cell: int) -> list[int]:
        """Return how far a cell may move where no way is long enough, longest first.

        Both ways together may do.
        """
        seen = self.witnesses
        if seen.aims[cell]:
            return []
        value = int(self.linked.values[cell])
        most = int(seen.needed[cell]) - 1 - int(seen.high[cell] - seen.low[cell])
        up, down = int(seen.high[cell]) - value, int(seen.low[cell]) - value
        return [by for step in range(most - 1, 0, -1) for by in (up + step, down - step)]

    def _neighbourhoods(
        self, group: Group, cell: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """Yield cells that could move together with one, and the world of head counts beside."""
        block = self.block_of(group, cell)
        block = block[self.knowledge.loose[block] | self.shown[block]]
        if len(block) > SLICED:
            for around in self._around:
                if self._period[cell] in around:
                    near = block[np.isin(self._period[block], around)]
                    if len(near) < len(block):
                        yield near, None
        for year in self.witnesses.slices(block):
            if cell in year:
                yield year, None
        yield block, None
        worlds = self.witnesses.worlds.get(int(group.cells[0]), [])
        head = self.linked.head[cell]
        for world in [w for w in worlds if w[head]][:WORLDS_TRIED]:
            yield block, world

    def _with_families(self, group: Group, ways: list[int], cell: int) -> np.ndarray | None:
        """Return what to hide so that a head count by kön moves and every family goes along."""
        best: tuple[float, np.ndarray] | None = None
        for by in ways:
            found = self._head_move(self.witnesses, group, cell, by)
            if found is None or not found[0].is_whole:
                continue
            move, heads = found
            world = np.zeros(len(self.shown), dtype=np.int64)
            world[heads.cells] = move.deviation
            cost, moved = move.cost, [heads.cells[move.moved]]
            beside = self.linked.matrix @ world != 0
            for block in group.blocks:
                loose = self._part(block, world)
                if not loose.right.any():
                    continue
                beside[loose.rows] = False
                along = least_move(loose, self._cheapest(loose))
                if along is None:
                    cost = np.inf
                    break
                cost += along.cost
                moved.append(loose.cells[along.moved])
            every = np.concatenate(moved)
            if cost < np.inf and not beside.any() and (best is None or cost < best[0]):
                best = cost, every[self.shown[every]]
        return None if best is None else best[1]

    def _head_move(
        self, seen: Witnesses, group: Group, cell: int, by: int
    ) -> tuple[Move, Part] | None:
        heads = group.heads[self.knowledge.loose[group.heads] | self.shown[group.heads]]
        loose = part(self.knowledge, heads, None, self.linked.head_rows)
        move = least_move(loose, self._cheapest(loose, cell), by)
        return None if move is None else (move, loose)

    def _ways(self, seen: Witnesses, cell: int) -> list[int]:
        """Return how far a cell is to move, up or down."""
        value, low, high = (int(a[cell]) for a in (self.linked.values, seen.low, seen.high))
        down, up = (int(goal[0]) for goal in seen.goals(np.array([cell])))
        goals = [goal for goal in (up, down) if self.low[cell] <= goal <= self.high[cell]]
        if seen.aims[cell]:
            goals = [goal for goal in goals if not low <= goal <= high]
        elif not goals:
            # Neither way is there room for all: first as far as one way goes.
            ends = (min(up, int(self.high[cell])), max(down, int(self.low[cell])))
            goals = [goal for goal in ends if not low <= goal <= high]
        return [goal - value for goal in goals]

    def _part(self, cells: np.ndarray, world: np.ndarray | None) -> Part:
        return part(self.knowledge, cells[self.knowledge.loose[cells] | self.shown[cells]], world)

    def _cheapest(self, loose: Part, cell: int | None = None) -> Cheapest:
        cells = loose.cells
        shown, truth = self.shown[cells], self.linked.values[cells]
        low = np.where(shown, self.low[cells] - truth, loose.low)
        high = np.where(shown, self.high[cells] - truth, loose.high)
        cost = np.where(shown, self.linked.weight[cells], _NEARLY_FREE)
        return Cheapest(loose, cost, low, high, cell)
