"""Protecting a release: the steps of the fine rule in their order.

Small cells are hidden, splits by kön that can't stand are collapsed, targets get the ranges that
the coarse rule would give them, and then cells are hidden for the others' sake in both attackers'
systems until every cell has the values it needs. A target whose range does not go with the rest
loses it. What is shown instead of hidden cells is worked out last, from this release alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from tracking.domain.disclosure.cells import REST, CellKey, LinkedSet, link
from tracking.domain.disclosure.coarse import ProtectedCount, check_k
from tracking.domain.disclosure.means import protect_sums
from tracking.domain.disclosure.optimal import fits, solve_optimally
from tracking.domain.disclosure.primary import changed_since, demanded, small_cells, windows
from tracking.domain.disclosure.published import (
    ProtectedTables,
    TableKey,
    add_published,
    blank_knowledge,
)
from tracking.domain.disclosure.ranges import implied_ranges
from tracking.domain.disclosure.secondary import System
from tracking.domain.disclosure.tables import ALL, ReleaseTables
from tracking.domain.disclosure.verdicts import TargetRanges, judged_targets
from tracking.domain.records import Gender


def protect(
    tables: ReleaseTables, threshold: int, published: Sequence[ProtectedTables] = ()
) -> ProtectedTables:
    """Return the release as it may be published beside everything published before.

    ``tables`` as they stand today, those of earlier periods included; ``threshold`` is k, 3–10;
    ``published`` every earlier release. Deterministic. Raises InvalidValue on a k out of range
    or on tables whose parts and sums differ. `audit` has to be asked before it is stored.
    """
    check_k(threshold)
    draft = Draft(tables, threshold, published)
    draft.hide(np.flatnonzero(draft.small & draft.may_hide))
    draft.hide_lone_parts()
    draft.collapse()
    draft.promise_targets()
    if fits(draft.today, draft.systems) and solve_optimally(draft.today):
        draft.copy_hidden()
    draft.hide_partners()
    draft.collapse()
    return draft.finished()


BATCH = 120
"""After so many cells everything is looked at again, since much was protected on the way."""


class Draft:
    """A release being made: what is hidden so far, in both attackers' systems.

    ``today`` is the attacker who links all releases; ``now`` the one who believes in this release
    alone and asks what was corrected.
    """

    def __init__(self, tables: ReleaseTables, k: int, published: Sequence[ProtectedTables]) -> None:
        self.tables, self.k, self.published = tables, k, published
        all_cells, new_cells = link(tables.counts), link(tables.newest)
        self.newest = newest_periods(tables, all_cells)
        own = {table.period.key for table in tables.newest}
        self.may_hide = np.array([_is_shown_kind(key, own) for key in all_cells.keys])
        self.may_hide &= ~all_cells.is_head
        knowledge = blank_knowledge(all_cells)
        add_published(knowledge, published)
        needed = demanded(all_cells, self.newest, published, k)
        self.small = small_cells(all_cells, k)
        for target in tables.targets:
            for category in target.numerator:
                key = CellKey(target.unit, target.period.key, target.measure, category)
                # Boards come for the targets.
                all_cells.weight[all_cells.index[key]] *= 3
        aim = windows(all_cells, needed, k)
        self.today = System(knowledge, needed, self.may_hide, aim)
        changed = changed_since(new_cells, all_cells, published, k)
        may_hide_now = np.array([_is_shown_kind(key, own) for key in new_cells.keys])
        may_hide_now &= ~new_cells.is_head
        self.now = System(blank_knowledge(new_cells), changed, may_hide_now)
        self.systems = [self.today, self.now]
        self.collapsed: set[TableKey] = set()
        self.ranges = TargetRanges(tables, all_cells, k)

    def hide(self, cells: np.ndarray) -> None:
        """Hide cells, numbered as in ``today``, in both systems."""
        self.today.hide(cells)
        index = self.now.linked.index
        keys = [self.today.linked.keys[i] for i in cells]
        self.now.hide(np.array([index[key] for key in keys if key in index], dtype=np.int64))

    def copy_hidden(self) -> None:
        """Hide in the second system, too, what is hidden in ``today``."""
        self.hide(np.flatnonzero(self.may_hide & ~self.today.shown))

    def hide_lone_parts(self) -> None:
        """Hide a longer period's cell where one small part is all of it that is not known.

        It would follow by subtraction; that is so common that it is not left to programs.
        """
        linked, loose = self.today.linked, self.today.knowledge.loose
        longer = {key.period for key in linked.keys} - set(linked.inside)
        needed = self.today.witnesses.needed
        lone = []
        for i in np.flatnonzero(self.today.shown):
            key = linked.keys[i]
            if key.period in longer:
                short = [p for p, around in linked.inside.items() if key.period in around]
                parts = [key._replace(period=p) for p in short]
                there = [linked.index[part] for part in parts if part in linked.index]
                unknown = [part for part in there if loose[part]]
                if len(unknown) == 1 and needed[unknown[0]]:
                    lone.append(i)
        self.hide(np.array(lone, dtype=np.int64))

    def collapse(self) -> None:
        """Take away the split by kön of a table where half of it or more is hidden.

        And where the kön of its head count is hidden, since a part needs its base.
        """
        linked, shown = self.today.linked, self.today.shown
        by_table: dict[TableKey, list[int]] = defaultdict(list)
        for i in np.flatnonzero(self.may_hide):
            key = linked.keys[i]
            if key.gender:
                by_table[key.unit, key.period, key.measure].append(int(i))
        for table, cells in by_table.items():
            root = linked.keys[linked.root[cells[0]]]
            bases = [linked.index[root._replace(gender=g)] for g in (Gender.WOMAN, Gender.MAN)]
            if 2 * shown[cells].sum() <= len(cells) or not shown[bases].all():
                self.hide(np.array(cells))
                self.collapsed.add(table)

    def promise_targets(self) -> None:
        """Publish of each target the range of the coarse rule, until it proves impossible."""
        for cell, low, high in self.ranges.limits():
            self.today.limit(cell, low, high)
            self.hide(np.array([cell]))
            self._limit_now(cell, low, high)

    def _limit_now(self, cell: int, low: int, high: int) -> None:
        self.now.limit(self.now.linked.index[self.today.linked.keys[cell]], low, high)

    def hide_partners(self) -> None:
        """Hide for the others' sake until every cell has enough possible values."""
        for system in self.systems:
            hopeless: set[int] = set()
            while left := [int(i) for i in system.unsettled() if int(i) not in hopeless]:
                first = min(system.stage(cell) for cell in left)
                for cell in [c for c in left if system.stage(c) == first][:BATCH]:
                    if system.witnesses.unsettled[cell] and not self._protect(system, cell):
                        hopeless.add(cell)
        # What the second system hid takes from both attackers, so the first need not look again.

    def _protect(self, system: System, cell: int) -> bool:
        """Hide what one cell needs; say whether there was a way."""
        seen = system.witnesses
        before = system.shown.sum(), seen.low[cell], seen.high[cell]
        while (moved := system.partners(cell)) is None:
            if seen.aims[cell]:
                # Any k values will do where not all from 0 to k − 1 can be had.
                seen.aims[cell] = False
                if not seen.unsettled[cell]:
                    return True
            elif not self._withdraw_range(system.linked.keys[cell]):
                self.hide(self._rest_of_family(system.linked.keys[cell]))
                return False
        keys = [system.linked.keys[i] for i in moved]
        self.hide(np.array([self.today.linked.index[key] for key in keys], dtype=np.int64))
        return bool(before != (system.shown.sum(), seen.low[cell], seen.high[cell]))

    def _withdraw_range(self, key: CellKey) -> bool:
        """Take back the range of a target near a cell; say whether there was one."""
        withdrawn = self.ranges.withdraw(key)
        for cell in withdrawn:
            high = int(self.today.linked.values[self.today.linked.root[cell]])
            self.today.limit(cell, 0, high)
            self._limit_now(cell, 0, high)
        return bool(withdrawn)

    def _rest_of_family(self, key: CellKey) -> np.ndarray:
        """Return what could still be hidden of an insats's family, and of all insatser."""
        linked = self.today.linked
        return np.array(
            [
                i
                for i in np.flatnonzero(self.today.shown)
                if linked.family[linked.keys[i].measure] == linked.family[key.measure]
                and linked.keys[i].unit in (key.unit, ALL)
            ],
            dtype=np.int64,
        )

    def finished(self) -> ProtectedTables:
        """Return the release with ranges, sums and verdicts."""
        linked = self.today.linked
        low, high = implied_ranges(self.now.knowledge)
        cells: dict[CellKey, ProtectedCount] = {}
        for i, key in enumerate(self.now.linked.keys):
            if key.period.endswith(REST) or key.gender == Gender.UNKNOWN:
                continue
            base = _known_base(self.now, i)
            cells[key] = ProtectedCount(int(low[i]), min(int(high[i]), base), base)
        small = [linked.keys[i] for i in np.flatnonzero(self.today.witnesses.needed)]
        return ProtectedTables(
            threshold=self.k,
            cells=cells,
            collapsed=frozenset(self.collapsed),
            sums=protect_sums(self.tables, cells, self.k, self.published),
            targets=judged_targets(self.tables, cells, self.ranges, self.k),
            small=frozenset(key for key in small if key.period in self.newest),
        )


def newest_periods(tables: ReleaseTables, linked: LinkedSet) -> set[str]:
    """Return the periods of a release and what is left of them without their parts."""
    own = {table.period.key for table in tables.newest}
    return {key.period for key in linked.keys if key.period.removesuffix(REST) in own}


def _is_shown_kind(key: CellKey, periods: Iterable[str]) -> bool:
    return key.period in periods and key.gender != Gender.UNKNOWN


def _known_base(system: System, cell: int) -> int:
    linked, knowledge = system.linked, system.knowledge
    base = linked.base[cell]
    if base >= 0 and knowledge.low[base] == knowledge.high[base]:
        return int(linked.values[base])
    return int(linked.values[linked.root[cell]])
