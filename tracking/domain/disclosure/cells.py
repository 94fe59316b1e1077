"""A linked set of tables as cells and linear equations between them.

Every cell that follows from the tables is here once: categories, totals, kön, all insatser,
periods and what is left of a longer period when a part is taken away. Which of them are shown
is not known here, nor what anybody may conclude.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from tracking.domain.disclosure.tables import ALL, GENDERS, TOTAL, CountTable
from tracking.domain.errors import InvalidValue
from tracking.domain.periods import Period
from tracking.domain.records import Gender

REST = "~"
"""Ends the name of what is left of a period when its known parts are taken away."""


class CellKey(NamedTuple):
    """The name of a cell, the same in every release."""

    unit: str
    period: str
    measure: str
    category: str = TOTAL
    gender: str = TOTAL


Equation = tuple[CellKey, tuple[CellKey, ...]]
"""A sum and its parts."""


@dataclass(frozen=True)
class LinkedSet:
    """Cells and equations; ``matrix`` times ``values`` is zero.

    ``base`` is the index of the cell that a cell is a part of, −1 for an undivided head count;
    ``root`` the index of the undivided head count behind it. ``inside`` maps a smallest period to
    itself and the longer periods it is a part of. ``family`` maps a measure to the name that it
    shares with the measures nested in it or combined with it, short of the head count.
    """

    keys: tuple[CellKey, ...]
    index: dict[CellKey, int]
    values: np.ndarray
    matrix: csr_array
    columns: csr_array
    base: np.ndarray
    root: np.ndarray
    weight: np.ndarray
    inside: dict[str, tuple[str, ...]]
    family: dict[str, str]

    @property
    def is_head(self) -> np.ndarray:
        """Say which cells are undivided head counts, always exact."""
        return self.base < 0


def link(tables: Sequence[CountTable]) -> LinkedSet:
    """Return the linked set of tables. Raises InvalidValue when parts and sums differ."""
    return _Builder(tables).build()


class _Builder:
    def __init__(self, tables: Sequence[CountTable]) -> None:
        self.tables = {(t.unit, t.period.key, t.measure): t for t in tables}
        if len(self.tables) != len(tables):
            raise InvalidValue("Samma tabell är med två gånger.")
        self.values: dict[CellKey, int] = {}
        self.base: dict[CellKey, CellKey] = {}
        self.root: dict[CellKey, CellKey] = {}
        self.weight: dict[CellKey, int] = {}
        self.equations: list[Equation] = []
        self.inside: dict[str, tuple[str, ...]] = {}

    def build(self) -> LinkedSet:
        self.periods = {t.period.key: t.period for t in self.tables.values()}
        self.heads = {at: self._head(*at) for at in self.tables}
        self.open = {
            (unit, period, measure)
            for (unit, period, measure), table in self.tables.items()
            if table.within is None and table.count(TOTAL, Gender.UNKNOWN)
        }
        for at in self.tables:
            self._cells(at)
        for at, table in self.tables.items():
            self._inside_table(at, table)
            self._combined(at, table)
        self._units()
        self._time()
        return self._assemble()

    def _head(self, unit: str, period: str, measure: str) -> str:
        seen = set()
        while (within := self._table(unit, period, measure).within) is not None:
            if measure in seen:
                raise InvalidValue(f"Tabellen {measure} är en del av sig själv.")
            seen.add(measure)
            measure = within[0]
        return measure

    def _table(self, unit: str, period: str, measure: str) -> CountTable:
        try:
            return self.tables[unit, period, measure]
        except KeyError:
            raise InvalidValue(f"Tabellen {measure} saknas för {period}.") from None

    def _genders(self, at: tuple[str, str, str]) -> list[Gender]:
        # Where nobody's kön is missing, an attacker may well know it: then there is no such cell.
        unit, period, _ = at
        unknown = (unit, period, self.heads[at]) in self.open
        return [g for g in GENDERS if g is not Gender.UNKNOWN or unknown]

    def _cells(self, at: tuple[str, str, str]) -> None:
        table, root = self.tables[at], CellKey(at[0], at[1], self.heads[at])
        for place, category in enumerate(table.counts):
            total = CellKey(*at, category)
            genders = self._genders(at)
            self.values[total] = sum(table.count(category, g) for g in genders)
            for key in (total, *(CellKey(*at, category, g) for g in genders)):
                self.root[key] = root
                # The undivided cell is what most readers come for, the first category more than
                # the last. No two cost the same, so that numbers don't decide what is hidden.
                self.weight[key] = table.weight * (20 if key.gender else 80) - min(place, 19)
                if table.within is not None:
                    self.base[key] = CellKey(at[0], at[1], *table.within, key.gender)
                elif key.gender:
                    self.base[key] = root
            for g in genders:
                self.values[CellKey(*at, category, g)] = table.count(category, g)

    def _inside_table(self, at: tuple[str, str, str], table: CountTable) -> None:
        genders = self._genders(at)
        for category in table.counts:
            cells = tuple(CellKey(*at, category, g) for g in genders)
            self._add(CellKey(*at, category), cells)
        if table.within is not None:
            for gender in (TOTAL, *genders):
                whole = CellKey(at[0], at[1], *table.within, gender)
                self._add(whole, tuple(CellKey(*at, c, gender) for c in table.counts))

    def _combined(self, at: tuple[str, str, str], table: CountTable) -> None:
        if table.combines:
            for category in table.counts:
                for gender in (TOTAL, *self._genders(at)):
                    parts = [CellKey(at[0], at[1], m, category, gender) for m in table.combines]
                    self._add(CellKey(*at, category, gender), parts)

    def _units(self) -> None:
        units: dict[tuple[str, str], list[str]] = defaultdict(list)
        for unit, period, measure in self.tables:
            if unit != ALL:
                units[period, measure].append(unit)
        for at, table in self.tables.items():
            if at[0] == ALL and units[at[1:]]:
                for category in table.counts:
                    for gender in (TOTAL, *self._genders(at)):
                        parts = [CellKey(u, at[1], at[2], category, gender) for u in units[at[1:]]]
                        self._add(CellKey(*at, category, gender), parts)

    def _time(self) -> None:
        found = {p.key: split_period(p, self.periods.values()) for p in self.periods.values()}
        longer = {key: parts for key, parts in found.items() if parts is not None}
        self.longer = set(longer)
        self.inside = {key: (key,) for key in self.periods}
        for key, (parts, _) in longer.items():
            for part in parts:
                self.inside[part] += (key,)
            self.inside[f"{key}{REST}"] = (f"{key}{REST}", key)
        for (unit, period, measure), table in list(self.tables.items()):
            at = (unit, period, measure)
            if period not in longer or not table.flows:
                continue
            if not self._table(unit, period, self.heads[at]).flows:
                raise InvalidValue(f"Tabellen {measure} kan inte summeras över tid.")
            parts, whole = longer[period]
            whole = whole and all((unit, q, measure) in self.tables for q in parts)
            for category in table.counts:
                for gender in (TOTAL, *self._genders(at)):
                    long = CellKey(*at, category, gender)
                    known = [CellKey(unit, q, measure, category, gender) for q in parts]
                    if not whole:
                        known.append(self._rest(long, known))
                    self._add(long, known)

    def _rest(self, long: CellKey, known: Iterable[CellKey]) -> CellKey:
        """What the part of a period that no table covers must hold: it follows by subtraction."""
        rest = long._replace(period=f"{long.period}{REST}")
        self.values[rest] = self.values[long] - sum(self.values.get(key, 0) for key in known)
        if self.values[rest] < 0:
            raise InvalidValue(f"Delarna av {long.period} är större än summan ({long.measure}).")
        self.root[rest] = self.root[long]._replace(period=rest.period)
        if long in self.base:
            self.base[rest] = self.base[long]._replace(period=rest.period)
        return rest

    def _add(self, total: CellKey, parts: Iterable[CellKey]) -> None:
        # A part that has no cell is one that cannot occur there.
        parts = tuple(key for key in parts if key in self.values)
        if self.values.get(total, 0) != sum(self.values[key] for key in parts):
            raise InvalidValue(
                f"Delarna stämmer inte med summan ({total.measure}, {total.period})."
            )
        if total in self.values:
            self.equations.append((total, parts))

    def _assemble(self) -> LinkedSet:
        keys = tuple(self.values)
        index = {key: i for i, key in enumerate(keys)}
        rows, columns, data = [], [], []
        for row, (total, parts) in enumerate(self.equations):
            rows += [row] * (len(parts) + 1)
            columns += [index[total], *(index[key] for key in parts)]
            data += [1.0] + [-1.0] * len(parts)
        shape = (len(self.equations), len(keys))
        matrix = csr_array((data, (rows, columns)), shape=shape)
        return LinkedSet(
            keys=keys,
            index=index,
            values=np.array([self.values[key] for key in keys], dtype=np.int64),
            matrix=matrix,
            columns=csr_array(matrix.T),
            base=np.array([index[self.base[k]] if k in self.base else -1 for k in keys]),
            root=np.array([index[self.root[key]] for key in keys]),
            weight=np.array([self.weight.get(key, 1) for key in keys], dtype=np.int64),
            inside={p: longer for p, longer in self.inside.items() if p not in self.longer},
            family=self._families(),
        )

    def _families(self) -> dict[str, str]:
        measures = {measure: table for (_, _, measure), table in self.tables.items()}
        family = {measure: measure for measure in measures}
        for measure, table in measures.items():
            parents = [table.within[0]] if table.within else []
            near = [p for p in parents if measures[p].within is not None]
            names = {family[m] for m in (measure, *near, *table.combines)}
            if table.within is not None:
                family |= {m: min(names) for m, name in family.items() if name in names}
        return family


def split_period(long: Period, periods: Iterable[Period]) -> tuple[list[str], bool] | None:
    """Return the smallest periods inside one, and whether they fill it; None if it is smallest."""
    inside = [p for p in periods if p != long and long.start <= p.start and p.end <= long.end]
    smallest = [p for p in inside if not any(q != p and _holds(p, q) for q in inside)]
    if not smallest:
        return None
    return [p.key for p in sorted(smallest)], sum(p.days for p in smallest) == long.days


def _holds(long: Period, short: Period) -> bool:
    return long.start <= short.start and short.end <= long.end
