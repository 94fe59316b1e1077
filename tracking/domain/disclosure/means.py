"""Means, medians and sums: which of them may be shown.

A mean times its number of people is a sum, and sums subtract like counts do. A group's mean,
median and spread are shown where its number is shown exactly and is at least the base of a
release; then more are hidden until, of every smaller group, the mean is left with at least k
possible whole steps (points of ORS). Counts are not touched here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tracking.domain.disclosure.cells import REST, CellKey, split_period
from tracking.domain.disclosure.coarse import ProtectedCount, released_base
from tracking.domain.disclosure.published import ProtectedTables
from tracking.domain.disclosure.tables import ALL, GENDERS, TOTAL, ReleaseTables, SumTable
from tracking.domain.periods import Period

GROUP = "sum"
"""The category of a cell that holds a sum."""


@dataclass
class SumSet:
    """Sums as cells: their values, their people, and the equations between them."""

    values: dict[CellKey, int] = field(default_factory=dict)
    people: dict[CellKey, int] = field(default_factory=dict)
    group: dict[CellKey, CellKey] = field(default_factory=dict)
    table: dict[CellKey, SumTable] = field(default_factory=dict)
    equations: list[tuple[CellKey, list[CellKey]]] = field(default_factory=list)

    def limits(self, key: CellKey) -> tuple[int, int]:
        """Return what the sum of so many people can be."""
        table, n = self.table[key], self.people[key]
        return table.lowest * n, table.highest * n

    def width_needed(self, key: CellKey, k: int) -> int:
        """Return how wide the attacker's range of a small group's sum must be."""
        table, n = self.table[key], self.people[key]
        return min((k - 1) * table.grain, table.highest - table.lowest) * n


def protect_sums(
    tables: ReleaseTables,
    cells: Mapping[CellKey, ProtectedCount],
    k: int,
    published: Sequence[ProtectedTables],
) -> dict[CellKey, int | None]:
    """Return the sums that may be shown with their means, None for those that may not."""
    if not tables.sums:
        return {}
    end = max(table.period.end for table in tables.counts)
    floor = released_base(k)
    today = linked_sums(tables, tables.sums)
    now = linked_sums(tables, [table for table in tables.sums if table.period.end == end])
    own = [key for key in now.values if not key.period.endswith(REST) and key.gender != "unknown"]
    # A group that the catalogue does not hold has no mean in it either.
    exact = {key for key, cell in cells.items() if cell.is_exact}
    shown = {key for key in own if now.group[key] in exact and now.people[key] >= floor}
    known = known_sums(today, published)
    for sums, before, small in (
        (today, known, touched_groups(today, own, floor) - set(known)),
        (now, {}, changed_groups(now, today, known, published, floor)),
    ):
        for key in sorted(small):
            while (near := _too_narrow(sums, before, shown, key, k)) is not None:
                # The least useful first: kön before all, a unit before all insatser.
                near.sort(key=lambda c: (c.gender == TOTAL, c.unit == ALL, sums.people[c], c))
                if not near:
                    break
                shown.discard(near[0])
    return {key: now.values[key] if key in shown else None for key in own}


def may_show(
    sums: SumSet, cells: Mapping[CellKey, ProtectedCount], key: CellKey, floor: int
) -> bool:
    """Say whether a group is large enough for a mean, and its number published as it is."""
    group = cells.get(sums.group[key])
    return sums.people[key] >= floor and group is not None and group.is_exact


def linked_sums(tables: ReleaseTables, chosen: Sequence[SumTable]) -> SumSet:
    """Return the sums of some tables with totals, all insatser, and longer periods."""
    counts = {(t.unit, t.period.key, t.measure): t for t in tables.counts}
    sums = SumSet()
    by_unit: dict[tuple[str, str, str], list[CellKey]] = defaultdict(list)
    for table in chosen:
        measure, category = table.group
        people = counts[table.unit, table.period.key, measure]
        total = CellKey(table.unit, table.period.key, table.name, GROUP)
        parts = []
        for g in GENDERS:
            key = total._replace(gender=g)
            if people.count(category, g):
                _put(sums, key, table.sums.get(g, 0), people.count(category, g), table)
                parts.append(key)
        _put(
            sums,
            total,
            sum(sums.values[key] for key in parts),
            sum(sums.people[key] for key in parts),
            table,
        )
        sums.equations.append((total, parts))
    for key in sums.values:
        by_unit[key.period, key.measure, key.gender].append(key)
    for members in by_unit.values():
        whole = [key for key in members if key.unit == ALL]
        parts = [key for key in members if key.unit != ALL]
        if whole and parts:
            sums.equations.append((whole[0], parts))
    _link_time(sums, {t.period.key: t.period for t in chosen}.values())
    return sums


def _put(sums: SumSet, key: CellKey, value: int, people: int, table: SumTable) -> None:
    sums.values[key], sums.people[key], sums.table[key] = value, people, table
    sums.group[key] = CellKey(key.unit, key.period, *table.group, key.gender)


def _link_time(sums: SumSet, periods: Collection[Period]) -> None:
    for key in list(sums.values):
        found = split_period(next(p for p in periods if p.key == key.period), periods)
        if found is None:
            continue
        parts = [key._replace(period=q) for q in found[0]]
        parts = [part for part in parts if part in sums.values]
        people = sums.people[key] - sum(sums.people[part] for part in parts)
        if people:
            rest = key._replace(period=f"{key.period}{REST}")
            value = sums.values[key] - sum(sums.values[part] for part in parts)
            _put(sums, rest, value, people, sums.table[key])
            parts.append(rest)
        sums.equations.append((key, parts))


def small_groups(sums: SumSet, floor: int) -> set[CellKey]:
    """Return the groups of at least one person that are too small for a mean."""
    return {key for key, people in sums.people.items() if 0 < people < floor}


def touched_groups(sums: SumSet, new: Iterable[CellKey], floor: int) -> set[CellKey]:
    """Return the small groups that any of some new sums has to do with."""
    near: dict[CellKey, list[int]] = defaultdict(list)
    for number, (total, parts) in enumerate(sums.equations):
        for key in (total, *parts):
            near[key].append(number)
    found, front = set(new), list(new)
    done: set[int] = set()
    while front:
        for number in set(near[front.pop()]) - done:
            done.add(number)
            total, parts = sums.equations[number]
            front += {total, *parts} - found
            found |= {total, *parts}
    return small_groups(sums, floor) & found


def known_sums(sums: SumSet, published: Sequence[ProtectedTables]) -> dict[CellKey, int]:
    """Return the sums that earlier releases published and that still hold."""
    known = {}
    for release in published:
        for key, value in release.sums.items():
            if value is not None and sums.values.get(key) == value:
                known[key] = value
    return known


def changed_groups(
    now: SumSet,
    today: SumSet,
    known: Mapping[CellKey, int],
    published: Sequence[ProtectedTables],
    floor: int,
) -> set[CellKey]:
    """Return the remainders of longer periods whose people, or sums, were corrected since.

    What was minus what is would be the score of those few who came or went.
    """
    stale = {
        (key.unit, key.measure)
        for release in published
        for key, value in release.sums.items()
        if value is not None and key not in known
    }
    return {
        key for key in now.values if key.period.endswith(REST) and (key.unit, key.measure) in stale
    } | {key for key in small_groups(now, floor) if not key.period.endswith(REST)}


def _too_narrow(
    sums: SumSet, known: Mapping[CellKey, int], shown: set[CellKey], key: CellKey, k: int
) -> list[CellKey] | None:
    """Return what could be hidden for a group's sake, or None when its sum is safe."""
    needed = sums.width_needed(key, k)
    low, high = sum_bounds(sums, {*known, *(shown & sums.values.keys())}, key)
    if high - low >= needed:
        return None
    near = {key}
    while True:
        wider = near | {
            member
            for total, parts in sums.equations
            if near & {total, *parts}
            for member in (total, *parts)
        }
        if found := sorted(wider & shown):
            return found
        if wider == near:
            return []
        near = wider


def sum_bounds(sums: SumSet, known: set[CellKey], key: CellKey) -> tuple[float, float]:
    """Return the least and greatest sum of a group that agree with the known sums."""
    # Only what hangs together through sums that are not known matters.
    loose, equations, front = {key}, [], {key}
    left = list(sums.equations)
    while front:
        touched = [e for e in left if front & {e[0], *e[1]}]
        left = [e for e in left if e not in touched]
        equations += touched
        reached = {m for total, parts in touched for m in (total, *parts)} - known - loose
        loose |= reached
        front = reached
    if key in known:
        return float(sums.values[key]), float(sums.values[key])
    order = sorted(loose)
    at = {member: i for i, member in enumerate(order)}
    rows: list[int] = []
    columns: list[int] = []
    data: list[float] = []
    right: list[int] = []
    ends: list[float] = []
    for row, (total, parts) in enumerate(equations):
        constant = 0
        for member, sign in ((total, 1), *((part, -1) for part in parts)):
            if member in at:
                rows.append(row)
                columns.append(at[member])
                data.append(float(sign))
            else:
                constant -= sign * sums.values[member]
        right.append(constant)
    limits = np.array([sums.limits(member) for member in order], dtype=float)
    matrix = csr_array((data, (rows, columns)), (len(equations), len(order)))
    constraints = LinearConstraint(matrix, right, right) if equations else ()
    for way in (1.0, -1.0):
        cost = np.zeros(len(order))
        cost[at[key]] = way
        found = milp(cost, constraints=constraints, bounds=Bounds(limits[:, 0], limits[:, 1]))
        ends.append(float(way * found.fun) if found.x is not None else float(sums.values[key]))
    return ends[0], ends[1]
