"""Worlds that agree with what is known, looked for in many cells at once.

`Witnesses` keeps, per cell, the least and greatest number seen in any such world; a cell is
settled as soon as enough numbers have been seen. First the families of a group by themselves,
with the kön of the head counts held at the truth; then worlds in which it moves, where each
family has to go along. What is not settled so is left to `bounds.exact_bounds`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from tracking.domain.disclosure.blocks import Group
from tracking.domain.disclosure.bounds import Knowledge, part
from tracking.domain.disclosure.programs import Cheapest, Part
from tracking.domain.disclosure.tables import ALL

ROUNDS = 20
"""How often the cells of a block are pushed in new directions."""

IDLE = 3
"""After so many pushes in vain they are taken one by one."""

FEW_ROUNDS = 5
SLICED = 250
"""Of as many cells or more, those of one year are looked at before all."""

WORLDS_TRIED = 6
_WHOLE = 1e-6


def _years(period: str) -> tuple[int, int]:
    found = [int(year) for year in re.findall(r"\d{4}", period)]
    return min(found), max(found)


class Witnesses:
    """The least and greatest number seen of every cell in worlds that agree with the knowledge."""

    def __init__(
        self,
        knowledge: Knowledge,
        needed: np.ndarray,
        window: tuple[np.ndarray, np.ndarray] | None = None,
        aims: np.ndarray | None = None,
    ) -> None:
        """``needed`` is how many possible values each cell has to keep, 0 for no demand.

        Where ``aims`` says so it is to be seen with the least and the greatest of ``window``, in
        place of any so many values.
        """
        self.knowledge = knowledge
        self.needed = needed
        self.low = knowledge.linked.values.copy()
        self.high = knowledge.linked.values.copy()
        self.window = window or (self.low.copy(), self.high.copy())
        self.aims = np.zeros(len(needed), dtype=bool) if aims is None else aims
        self.worlds: dict[int, list[np.ndarray]] = {}
        keys = knowledge.linked.keys
        self._by_gender = np.array([bool(key.gender) for key in keys])
        self._of_all = np.array([key.unit == ALL for key in keys])
        self._years = np.array([_years(key.period) for key in keys]).reshape(-1, 2)
        self._rng = np.random.default_rng(1)

    def unsettled(self, cells: np.ndarray | int) -> np.ndarray:
        """Say which of some cells have not yet been seen with as many values as needed."""
        low, high = self.low[cells], self.high[cells]
        unsettled: np.ndarray = np.where(
            self.aims[cells],
            (low > self.window[0][cells]) | (high < self.window[1][cells]),
            high - low + 1 < self.needed[cells],
        )
        return unsettled

    def lacking(self, cells: np.ndarray) -> np.ndarray:
        """Return those of some cells that are not settled."""
        lacking: np.ndarray = cells[self.unsettled(cells)]
        return lacking

    def goals(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far down and how far up each of some cells has to be seen."""
        aims, needed = self.aims[cells], self.needed[cells]
        down = np.where(aims, self.window[0][cells], self.high[cells] - needed + 1)
        return down, np.where(aims, self.window[1][cells], self.low[cells] + needed - 1)

    def see(self, cells: np.ndarray, deviation: np.ndarray) -> None:
        """Take in one world."""
        world = self.knowledge.linked.values[cells] + deviation
        self.low[cells] = np.minimum(self.low[cells], world)
        self.high[cells] = np.maximum(self.high[cells], world)

    def settle(self, groups: Iterable[Group]) -> np.ndarray:
        """Look for worlds until every cell is settled; return the cells that were not."""
        left = [np.array([], dtype=np.int64)]
        for group in groups:
            if not len(self.lacking(group.cells)):
                continue
            for block in group.blocks:
                self.settle_block(block)
            self.settle_heads(group)
            for block in group.blocks:
                for cells in (*self.slices(block), block):
                    self._one_by_one(cells, self.lacking(cells), None)
                for world in self.worlds.get(int(group.cells[0]), [])[:WORLDS_TRIED]:
                    self._one_by_one(block, self.lacking(self._beside(block)), world)
            left.append(self.lacking(group.cells))
        return np.sort(np.concatenate(left))

    def settle_block(self, block: np.ndarray) -> None:
        """Push the cells of a family, the kön of its head counts held at the truth."""
        for cells in (*self.slices(block), block):
            if len(self.lacking(cells)):
                self._push(self.loose_part(cells), ROUNDS)

    def slices(self, cells: np.ndarray) -> list[np.ndarray]:
        """Return what of many cells lies in each calendar year; none of few."""
        years = self._years[cells]
        first, last = int(years[:, 0].min()), int(years[:, 1].max())
        if len(cells) < SLICED or first == last:
            return []
        return [
            cells[(years[:, 0] <= year) & (year <= years[:, 1])]
            for year in range(last, first - 1, -1)
        ]

    def _beside(self, block: np.ndarray) -> np.ndarray:
        """Return the cells by kön of a family that divide a head count that is not known."""
        loose = self.knowledge.loose[self.knowledge.linked.head[block]]
        near: np.ndarray = block[self._by_gender[block] & loose]
        return near

    def around_heads(self, block: np.ndarray) -> np.ndarray:
        """Return the cells of a family of insatser where a head count by kön is not known."""
        linked = self.knowledge.linked
        moving = np.zeros(len(self.needed), dtype=bool)
        moving[linked.root[linked.at_head & self.knowledge.loose]] = True
        near: np.ndarray = block[moving[linked.root[block]] | self._of_all[block]]
        return near

    def push_heads(self, group: Group) -> None:
        """Push head counts by kön as if every family went along."""
        self._push(self.loose_part(group.heads, heads_only=True), ROUNDS)

    def settle_heads(self, group: Group) -> None:
        """Look for worlds in which the kön of head counts moves and every family goes along."""
        heads = self.loose_part(group.heads, heads_only=True)
        if not len(heads.cells):
            return
        idle = 0
        while idle < IDLE and (before := len(self.lacking(group.heads))):
            self._admit_some(group, heads, self.lacking(group.heads))
            idle = idle + 1 if len(self.lacking(group.heads)) == before else 0
        for cell in self.lacking(group.heads):
            self._move_head(group, heads, int(cell))
        beside = [(block, self._beside(block)) for block in group.blocks]
        for world in self.worlds.get(int(group.cells[0]), [])[-WORLDS_TRIED:]:
            self._push_beside(beside, world)
        idle = 0
        while idle < IDLE and len(left := self._lacking_beside(beside)):
            if self._admit_some(group, heads, self.knowledge.linked.head[left]):
                self._push_beside(beside, self.worlds[int(group.cells[0])][-1])
            idle = idle + 1 if len(self._lacking_beside(beside)) == len(left) else 0

    def _admit_some(self, group: Group, heads: Part, wanted: np.ndarray) -> bool:
        """Take in a world in which some head counts move at random; say whether there is one."""
        number, rng = len(heads.cells), self._rng
        chosen = np.isin(heads.cells, wanted)
        direction = np.where(chosen, rng.uniform(0.5, 1.5, number), 0.0)
        deviation = self._towards(heads, direction * self._signs(heads.cells))
        if deviation is None or not deviation.any():
            return False
        world = np.zeros(len(self.needed), dtype=np.int64)
        world[heads.cells] = deviation
        return self.admit(group, world)

    def _lacking_beside(self, beside: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        left = [self.lacking(near) for _, near in beside]
        found: np.ndarray = np.concatenate([np.array([], dtype=np.int64), *left])
        return found

    def _move_head(self, group: Group, heads: Part, cell: int) -> None:
        cheapest = Cheapest(heads, np.ones(len(heads.cells)), heads.low, heads.high, cell)
        for goal in self.goals(np.array([cell])):
            by = int(goal[0]) - int(self.knowledge.linked.values[cell])
            found = least_move(heads, cheapest, by)
            if found is not None and found.is_whole:
                world = np.zeros(len(self.needed), dtype=np.int64)
                world[heads.cells] = found.deviation
                self.admit(group, world)

    def admit(self, group: Group, world: np.ndarray) -> bool:
        """Take in a world of head counts if every family can go along; say whether."""
        beside = self.knowledge.linked.matrix @ world != 0
        moves = []
        for block in group.blocks:
            for cells in (self.around_heads(block), block):
                loose = self.loose_part(cells, world)
                deviation = self._somewhere(loose) if loose.right.any() else None
                if deviation is not None:
                    beside[loose.rows] = False
                    moves.append((loose.cells, deviation))
                    break
        if beside.any():
            return False
        moved = np.flatnonzero(world)
        self.see(moved, world[moved])
        for cells, deviation in moves:
            self.see(cells, deviation)
        self.worlds.setdefault(int(group.cells[0]), []).append(world)
        return True

    def _push_beside(self, beside: list[tuple[np.ndarray, np.ndarray]], world: np.ndarray) -> None:
        for block, near in beside:
            if not len(self.lacking(near)):
                continue
            for cells in (self.around_heads(block), block):
                loose = self.loose_part(cells, world)
                if loose.right.any():
                    self._push(loose, FEW_ROUNDS, near)

    def loose_part(
        self, cells: np.ndarray, world: np.ndarray | None = None, heads_only: bool = False
    ) -> Part:
        """Return the part of some cells that are not known exactly."""
        loose = cells[self.knowledge.low[cells] < self.knowledge.high[cells]]
        return part(
            self.knowledge, loose, world, self.knowledge.linked.head_rows if heads_only else None
        )

    def _push(self, loose: Part, rounds: int, near: np.ndarray | None = None) -> None:
        """Move as many unsettled cells of a part at once as go together, a few times.

        With ``near`` only those of some cells.
        """
        rng, idle = self._rng, 0
        among = True if near is None else np.isin(loose.cells, near)
        for _ in range(rounds):
            wanted = self.unsettled(loose.cells)
            wanted &= among
            left = wanted.sum()
            if not left or idle == IDLE:
                return
            direction = np.where(wanted, rng.exponential(1.0, len(wanted)), 0.0)
            deviation = self._towards(loose, direction * self._signs(loose.cells))
            if deviation is not None:
                self.see(loose.cells, deviation)
            still = self.unsettled(loose.cells[wanted]).sum()
            idle = idle + 1 if still == left else 0

    def _signs(self, cells: np.ndarray) -> np.ndarray:
        """Return a way to push each cell: at random, but not where it has been to the end."""
        known = self.knowledge
        signs = self._rng.choice([-1.0, 1.0], len(cells))
        signs = np.where(self.high[cells] >= known.high[cells], -1.0, signs)
        found: np.ndarray = np.where(self.low[cells] <= known.low[cells], 1.0, signs)
        return found

    def _towards(self, loose: Part, direction: np.ndarray) -> np.ndarray | None:
        # No further than is needed, so that the movement suffices for more cells.
        cells = loose.cells
        truth = self.knowledge.linked.values[cells]
        down, up = (goal - truth for goal in self.goals(cells))
        low = np.where(direction < 0, np.maximum(loose.low, np.minimum(down, 0)), loose.low)
        high = np.where(direction > 0, np.minimum(loose.high, np.maximum(up, 0)), loose.high)
        if loose.right.any():
            # Where other cells deviate, standing still may not be possible.
            low, high = loose.low, loose.high
        return loose.best(direction, low, high)

    def _somewhere(self, loose: Part) -> np.ndarray | None:
        wanted = self.unsettled(loose.cells)
        direction = np.where(wanted, self._rng.exponential(1.0, len(wanted)), 0.0)
        direction *= self._signs(loose.cells)
        found = loose.best(direction, loose.low, loose.high)
        if found is None:
            found = loose.best(np.zeros(len(wanted)), loose.low, loose.high, whole=True)
        return found

    def _one_by_one(self, cells: np.ndarray, lacking: np.ndarray, world: np.ndarray | None) -> None:
        if not len(lacking):
            return
        loose = self.loose_part(cells, world)
        if world is not None and not loose.right.any():
            return
        for cell in lacking:
            at = int(np.searchsorted(loose.cells, cell))
            if at == len(loose.cells) or loose.cells[at] != cell:
                continue
            direction = np.zeros(len(loose.cells))
            for sign in (1.0, -1.0):
                direction[at] = sign
                for whole in (False, True):
                    if not self.unsettled(cell):
                        break
                    deviation = loose.best(direction, loose.low, loose.high, whole)
                    if deviation is not None:
                        self.see(loose.cells, deviation)
                        break


class Move:
    """The cheapest way of moving a cell: what it costs and how each cell deviates."""

    def __init__(self, loose: Part, cost: float, deviation: np.ndarray) -> None:
        self.cost = cost
        self.moved = np.abs(deviation) > _WHOLE
        self.deviation = np.rint(deviation).astype(np.int64)
        self.is_whole = bool(
            np.abs(deviation - self.deviation).max(initial=0) < _WHOLE
            and loose.holds(self.deviation)
        )


def least_move(loose: Part, cheapest: Cheapest, by: int = 0) -> Move | None:
    """Return the cheapest way to move a cell so far, or, without one, to fit the world at all.

    In whole numbers if one is found.
    """
    found = None
    for whole in (False, True):
        solved = cheapest.solved(by, whole)
        if solved is None:
            break
        found = Move(loose, *solved)
        if found.is_whole:
            break
    return found
