"""The attacker on means: a published mean times its people is a sum, and sums subtract.

His unknowns are the sums of scores per insats or all, smallest period and kön; of the numbers of
people he is told the truth. A group of fewer than ten must be left with a mean of k whole steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.attack.disclosure_picture import Release, by_key
from tracking.domain.disclosure import ALL, CellKey, SumTable, released_base
from tracking.domain.records import Gender

Piece = tuple[str, str]
"""Insats or period that no table divides further, and kön."""


def mean_attack(history: Sequence[Release], k: int) -> list[tuple[CellKey, float, float]]:
    """Return the small groups of the newest release whose sum is known too well."""
    newest = history[-1].tables
    if not newest.sums:
        return []
    world = _World(newest.sums, by_key(newest.counts))
    floor = released_base(k)
    for release in history:
        for key, value in release.protected.sums.items():
            if value is not None and value == world.value(key):
                world.know(key, value)
    end = max(table.period.end for table in newest.counts)
    breaches = []
    for table in newest.sums:
        if table.period.end != end:
            continue
        for gender in ("", *Gender):
            key = CellKey(table.unit, table.period.key, table.name, "sum", gender)
            people = world.people(key)
            if not 0 < people < floor:
                continue
            low, high = world.bounds(key)
            width = min((k - 1) * table.grain, table.highest - table.lowest) * people
            if high - low < width - 1e-6:
                breaches.append((key, low, high))
    return breaches


class _World:
    def __init__(self, sums: Sequence[SumTable], counts: Mapping) -> None:  # type: ignore[type-arg]
        self.tables = {(t.unit, t.period.key, t.name): t for t in sums}
        self.counts = counts
        self.index: dict[CellKey, int] = {}
        self.rows: list[tuple[dict[int, float], float]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        for at in self.tables:
            for gender in Gender:
                self._add(CellKey(*at, "sum", gender))
        self._over_units()
        self._over_time()

    def people(self, key: CellKey) -> int:
        table = self.tables[key[:3]]
        measure, category = table.group
        found = self.counts[key.unit, key.period, measure].counts[category]
        return sum(n for g, n in found.items() if key.gender in ("", g))

    def value(self, key: CellKey) -> int:
        table = self.tables[key[:3]]
        return sum(n for g, n in table.sums.items() if key.gender in ("", g))

    def _add(self, key: CellKey) -> None:
        table, people = self.tables[key[:3]], self.people(key)
        self.index[key] = len(self.index)
        self.low.append(table.lowest * people)
        self.high.append(table.highest * people)

    def _cells(self, key: CellKey) -> dict[int, float]:
        genders = [Gender(key.gender)] if key.gender else list(Gender)
        return {self.index[key._replace(gender=g)]: 1.0 for g in genders}

    def know(self, key: CellKey, value: float) -> None:
        self.rows.append((self._cells(key), value))

    def _over_units(self) -> None:
        units = defaultdict(list)
        for unit, period, name in self.tables:
            if unit != ALL:
                units[period, name].append(unit)
        heads = {unit for unit, _, _ in self.counts if unit != ALL}
        for (period, name), members in units.items():
            if (ALL, period, name) not in self.tables or set(members) != heads:
                continue
            for g in Gender:
                row = {self.index[CellKey(ALL, period, name, "sum", g)]: 1.0}
                row |= {self.index[CellKey(u, period, name, "sum", g)]: -1.0 for u in members}
                self.rows.append((row, 0.0))

    def _over_time(self) -> None:
        for (unit, period, name), table in self.tables.items():
            parts = [
                t
                for (u, _, n), t in self.tables.items()
                if (u, n) == (unit, name)
                and t.period != table.period
                and table.period.start <= t.period.start
                and t.period.end <= table.period.end
            ]
            if sum(t.period.days for t in parts) != table.period.days:
                continue
            for g in Gender:
                row = {self.index[CellKey(unit, period, name, "sum", g)]: 1.0}
                for t in parts:
                    row[self.index[CellKey(unit, t.period.key, name, "sum", g)]] = -1.0
                self.rows.append((row, 0.0))

    def bounds(self, key: CellKey) -> tuple[float, float]:
        where: tuple[list[int], list[int], list[float]] = ([], [], [])
        for number, (row, _) in enumerate(self.rows):
            for at, weight in row.items():
                where[0].append(number)
                where[1].append(at)
                where[2].append(weight)
        right = [value for _, value in self.rows]
        matrix = csr_array((where[2], where[:2]), (len(self.rows), len(self.index)))
        cost = np.zeros(len(self.index))
        cost[list(self._cells(key))] = 1.0
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * cost,
                constraints=LinearConstraint(matrix, right, right),
                bounds=Bounds(self.low, self.high),
            )
            if found.x is None:
                raise RuntimeError("the true sums were not found")
            ends.append(sign * found.fun)
        return ends[0], ends[1]
