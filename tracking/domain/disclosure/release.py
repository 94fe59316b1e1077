"""Protecting a release: the steps of the fine rule in their order.

Small cells are hidden, splits by kön that can't stand are collapsed, targets get the ranges that
the coarse rule would give them, and then, block by block, cells are hidden for the others' sake
in both attackers' systems until every cell has the values it needs. A target whose range does
not go with the rest loses it. What is shown instead of hidden cells is worked out last, from this
release alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from tracking.domain.disclosure.blocks import Group
from tracking.domain.disclosure.cells import CellKey, link, released_keys
from tracking.domain.disclosure.coarse import ProtectedCount, check_k
from tracking.domain.disclosure.means import protect_sums
from tracking.domain.disclosure.optimal import solve_optimally
from tracking.domain.disclosure.primary import (
    changed_since,
    demanded,
    newest_periods,
    small_cells,
    windows,
)
from tracking.domain.disclosure.published import (
    ProtectedTables,
    TableKey,
    add_published,
    blank_knowledge,
    joined_keys,
)
from tracking.domain.disclosure.ranges import implied_ranges
from tracking.domain.disclosure.secondary import System
from tracking.domain.disclosure.tables import ALL, ReleaseTables
from tracking.domain.disclosure.verdicts import TargetRanges, judged_targets
from tracking.domain.disclosure.witnesses import Witnesses

BATCH = 60
"""After so many cells a block is looked at again, since much was protected on the way."""

TARGET_WORTH = 12
"""How much more a target's cell is worth than another of its kind: boards come for them."""

Progress = Callable[[int, int], None]


def protect(
    tables: ReleaseTables,
    threshold: int,
    published: Sequence[ProtectedTables] = (),
    *,
    progress: Progress | None = None,
) -> ProtectedTables:
    """Return the release as it may be published beside everything published before.

    ``tables`` as they stand today, those of earlier periods included; ``threshold`` is k, 3–10;
    ``published`` every earlier release; ``progress`` is told how many blocks of how many are
    done. Deterministic. Raises InvalidValue on a k out of range or on tables whose parts and sums
    differ. `audit` has to be asked before it is stored.
    """
    check_k(threshold)
    draft = Draft(tables, threshold, published)
    draft.hide(np.flatnonzero(draft.small & draft.may_hide))
    draft.collapse()
    draft.promise_targets()
    draft.hide_lone_parts()
    draft.secure(progress or (lambda done, of: None))
    draft.collapse()
    return draft.finished()


class Draft:
    """A release being made: what is hidden so far, in both attackers' systems.

    ``today`` is the attacker who links all releases; ``now`` the one who believes in this release
    alone and asks what was corrected.
    """

    def __init__(self, tables: ReleaseTables, k: int, published: Sequence[ProtectedTables]) -> None:
        self.tables, self.k, self.published = tables, k, published
        self.released = released_keys(tables, k)
        joined = joined_keys(tables, published)
        all_cells = link(tables.counts, joined)
        new_cells = link(tables.newest, joined)
        self.newest = newest_periods(tables, all_cells)
        self.may_hide = np.array([key in self.released for key in all_cells.keys])
        self.may_hide &= ~all_cells.is_head
        knowledge = blank_knowledge(all_cells)
        add_published(knowledge, published)
        needed = demanded(all_cells, self.newest, published, k)
        self.small = small_cells(all_cells, k)
        self.ranges = TargetRanges(tables, all_cells, k)
        for promise in self.ranges.promises():
            all_cells.weight[promise.cell] *= TARGET_WORTH
        undivided = np.array([not key.gender for key in all_cells.keys])
        aims = (needed > 0) & self.may_hide & undivided
        self.today = System(knowledge, needed, self.may_hide, windows(all_cells, needed, k), aims)
        changed = changed_since(new_cells, all_cells, published, k)
        may_hide_now = np.array([key in self.released for key in new_cells.keys])
        may_hide_now &= ~new_cells.is_head
        self.now = System(blank_knowledge(new_cells), changed, may_hide_now)
        self.systems = [self.today, self.now]
        self.collapsed: set[TableKey] = set()
        self._to_now = np.array([new_cells.index.get(key, -1) for key in all_cells.keys])
        self._to_today = np.array([all_cells.index.get(key, -1) for key in new_cells.keys])
        self._splits = self._find_splits()

    def hide(self, cells: np.ndarray) -> None:
        """Hide cells, numbered as in ``today``, in both systems."""
        self.today.hide(cells)
        # What is left of a longer period is in one system only, and never shown.
        self.now.hide(self._to_now[cells[self.may_hide[cells]]])

    def _find_splits(self) -> dict[TableKey, tuple[np.ndarray, np.ndarray, int]]:
        """Return the cells by kön of each table, the head counts of its kön, and its categories."""
        linked = self.today.linked
        members: dict[TableKey, list[int]] = defaultdict(list)
        for i in np.flatnonzero(self.may_hide):
            if linked.keys[i].gender:
                members[linked.keys[i][:3]].append(int(i))
        splits = {}
        for table, cells in members.items():
            categories = {linked.keys[i].category for i in cells}
            splits[table] = np.array(cells), np.unique(linked.head[cells]), len(categories)
        return splits

    def collapse(self) -> None:
        """Take away the split by kön of a table where half of it or more is hidden.

        And where the kön of its head count is hidden, since a part needs its base; and, before
        any number of it is looked at, where the undivided head count is below 2k a category.
        """
        linked, shown = self.today.linked, self.today.shown
        for table, (cells, heads, categories) in self._splits.items():
            if table in self.collapsed:
                continue
            too_few = linked.values[linked.root[cells[0]]] < 2 * self.k * categories
            of_head = heads[self.may_hide[heads]]
            if too_few or 2 * shown[cells].sum() <= len(cells) or not shown[of_head].all():
                self.hide(cells)
                self.collapsed.add(table)

    def hide_lone_parts(self) -> None:
        """Hide a longer period's cell where one small part is all of it that is not known.

        It would follow by subtraction; that is so common that it is not left to programs.
        """
        linked, loose = self.today.linked, self.today.knowledge.loose
        longer: dict[str, list[str]] = defaultdict(list)
        for short, around in linked.inside.items():
            for period in around[1:]:
                longer[period].append(short)
        needed = self.today.witnesses.needed
        lone = []
        for i in np.flatnonzero(self.today.shown):
            key = linked.keys[i]
            if key.period in longer:
                parts = [key._replace(period=p) for p in longer[key.period]]
                there = [linked.index[part] for part in parts if part in linked.index]
                unknown = [part for part in there if loose[part]]
                if len(unknown) == 1 and needed[unknown[0]]:
                    lone.append(i)
        self.hide(np.array(lone, dtype=np.int64))

    def promise_targets(self) -> None:
        """Publish of each target the range of the coarse rule, until it proves impossible."""
        for promise in self.ranges.promises():
            self._limit(promise.cell, promise.low, promise.high)
            if promise.at_once:
                self.hide(np.array([promise.cell]))

    def _limit(self, cell: int, low: int, high: int) -> None:
        self.today.limit(cell, low, high)
        self.now.limit(int(self._to_now[cell]), low, high)

    def secure(self, progress: Progress) -> None:
        """Hide for the others' sake until every cell has enough possible values."""
        todo = [
            (system, group)
            for system in self.systems
            for group in system.groups
            if system.witnesses.needed[group.cells].any()
        ]
        done, of = 0, sum(len(group.blocks) + 1 for _, group in todo)
        for system, group in todo:
            self._secure_heads(system, group)
            self.collapse()
            for block in group.blocks:
                self._secure_block(system, group, block)
                done += 1
                progress(done, of)
            self.collapse()
            self._secure_beside(system, group)
            done += 1
            progress(done, of)
        # What the second system hid takes from both attackers, so the first need not look again.

    def _hide_in(self, system: System, cells: np.ndarray) -> None:
        self.hide(cells if system is self.today else self._to_today[cells])

    def _secure_heads(self, system: System, group: Group) -> None:
        """Hide among head counts by kön as if every family went along."""
        seen = system.witnesses
        hoped = Witnesses(system.knowledge, seen.needed, seen.window, seen.aims)
        hopeless: set[int] = set()
        while True:
            hoped.push_heads(group)
            left = [int(c) for c in hoped.lacking(group.heads) if int(c) not in hopeless]
            if not left:
                return
            for cell in left[:BATCH]:
                if not hoped.unsettled(cell):
                    continue
                before = system.shown.sum(), hoped.low[cell], hoped.high[cell]
                moved = system.head_partners(hoped, group, cell)
                if moved is not None:
                    self._hide_in(system, moved)
                if before == (system.shown.sum(), hoped.low[cell], hoped.high[cell]):
                    hopeless.add(cell)

    def _secure_block(self, system: System, group: Group, block: np.ndarray) -> None:
        """Hide in one family, with what is not known of the kön of head counts left aside."""
        self._hide_in(system, solve_optimally(system, block))
        hopeless: set[int] = set()
        while True:
            system.witnesses.settle_block(block)
            left = [
                int(c)
                for c in system.witnesses.lacking(block)
                if int(c) not in hopeless and not system.depends(int(c))
            ]
            if not left:
                return
            self._protect_some(system, group, left, hopeless)

    def _secure_beside(self, system: System, group: Group) -> None:
        """Hide so that the kön of head counts moves and every family goes along."""
        hopeless: set[int] = set()
        while True:
            system.witnesses.settle_heads(group)
            left = [int(c) for c in system.witnesses.lacking(group.cells) if int(c) not in hopeless]
            if not left:
                return
            heads = [cell for cell in left if system.linked.at_head[cell]]
            self._protect_some(system, group, heads or left, hopeless)

    def _protect_some(
        self, system: System, group: Group, left: list[int], hopeless: set[int]
    ) -> None:
        first = min(system.stage(cell) for cell in left)
        for cell in [c for c in left if system.stage(c) == first][:BATCH]:
            if system.witnesses.unsettled(cell) and not self._protect(system, group, cell):
                hopeless.add(cell)

    def _protect(self, system: System, group: Group, cell: int) -> bool:
        """Hide what one cell needs; say whether there was a way."""
        seen = system.witnesses
        before = system.shown.sum(), seen.low[cell], seen.high[cell]
        while (moved := system.partners(group, cell)) is None:
            if seen.aims[cell]:
                # Any k values will do where not all from 0 to k − 1 can be had.
                seen.aims[cell] = False
                if not seen.unsettled(cell):
                    return True
            elif not self._withdraw_range(system, group, cell):
                self._hide_in(system, self._rest_of_block(system, group, cell))
                return False
        self._hide_in(system, moved)
        return bool(before != (system.shown.sum(), seen.low[cell], seen.high[cell]))

    def _withdraw_range(self, system: System, group: Group, cell: int) -> bool:
        """Give a target near a cell a wider range; say whether there was one."""
        if system.linked.at_head[cell]:
            return False
        block = system.block_of(group, cell)
        block = block if system is self.today else self._to_today[block]
        withdrawn = self.ranges.withdraw(block.tolist(), system.linked.keys[cell])
        for promise in withdrawn:
            self._limit(promise.cell, promise.low, promise.high)
        return bool(withdrawn)

    def _rest_of_block(self, system: System, group: Group, cell: int) -> np.ndarray:
        """Return what could still be hidden of an insats's family, and of all insatser."""
        keys = system.linked.keys
        block = group.heads if system.linked.at_head[cell] else system.block_of(group, cell)
        units = (keys[cell].unit, ALL)
        near = [i for i in block if system.shown[i] and keys[i].unit in units]
        return np.array(near, dtype=np.int64)

    def finished(self) -> ProtectedTables:
        """Return the release with ranges, sums and verdicts."""
        linked, now = self.today.linked, self.now
        low, high = implied_ranges(now.knowledge, now.may_hide)
        cells: dict[CellKey, ProtectedCount] = {}
        for key in self.released:
            i = now.linked.index[key]
            base = _known_base(now, i)
            cells[key] = ProtectedCount(int(low[i]), min(int(high[i]), base), base)
        small = [linked.keys[i] for i in np.flatnonzero(self.today.witnesses.needed)]
        return ProtectedTables(
            threshold=self.k,
            cells=cells,
            collapsed=frozenset(self.collapsed),
            sums=protect_sums(self.tables, cells, self.k, self.published),
            targets=judged_targets(self.tables, cells, now.linked, self.k),
            small=frozenset(key for key in small if key.period in self.newest),
        )


def _known_base(system: System, cell: int) -> int:
    """Return the nearest number that a cell is a part of and that is published as it is."""
    linked, knowledge = system.linked, system.knowledge
    base = int(linked.base[cell])
    while base >= 0 and knowledge.low[base] < knowledge.high[base]:
        base = int(linked.base[base])
    return int(linked.values[base if base >= 0 else linked.root[cell]])
