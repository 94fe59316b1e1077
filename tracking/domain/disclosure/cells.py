"""A linked set of tables as cells and linear equations between them.

Every cell that follows from the tables is here once: categories, totals, kön, all insatser,
periods and what is left of a longer period when a part is taken away. Which of them are shown
is not known here, nor what anybody may conclude.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from tracking.domain.disclosure.atoms import Atoms, find_atoms
from tracking.domain.disclosure.coarse import released_base
from tracking.domain.disclosure.tables import (
    ALL,
    GENDERS,
    JOINED,
    TOTAL,
    CountTable,
    ReleaseTables,
    TargetLine,
)
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
    ``root`` the index of the undivided head count behind it, and ``head`` that of the head count
    of the same kön. ``inside`` maps a smallest period to itself and the longer periods it is a
    part of. ``shown`` says which cells are of tables that the catalogue holds.
    """

    keys: tuple[CellKey, ...]
    index: dict[CellKey, int]
    values: np.ndarray
    matrix: csr_array
    columns: csr_array
    base: np.ndarray
    root: np.ndarray
    head: np.ndarray
    weight: np.ndarray
    inside: dict[str, tuple[str, ...]]
    shown: np.ndarray

    @property
    def is_head(self) -> np.ndarray:
        """Say which cells are undivided head counts, always exact."""
        return self.base < 0

    @property
    def at_head(self) -> np.ndarray:
        """Say which cells are head counts, undivided or by kön."""
        at_head: np.ndarray = self.head == np.arange(len(self.head))
        return at_head

    @cached_property
    def head_rows(self) -> np.ndarray:
        """Say which equations are between head counts only."""
        rows: np.ndarray = (abs(self.matrix) @ (~self.at_head).astype(float)) == 0
        return rows

    @cached_property
    def atoms(self) -> Atoms:
        """Return every cell as a sum of atoms."""
        return find_atoms(self.matrix, self.at_head, self.head_rows)


def link(tables: Sequence[CountTable], joined: Iterable[CellKey] = ()) -> LinkedSet:
    """Return the linked set of tables, and of joined categories that targets read as one.

    Raises InvalidValue when parts and sums differ.
    """
    return _Builder(tables, joined).build()


def target_keys(target: TargetLine) -> tuple[CellKey, CellKey | None]:
    """Return the cells that a target publishes: its numerator, and those without an answer."""
    category = JOINED.join(sorted(target.numerator))
    missing = None
    if target.missing is not None:
        missing = CellKey(target.unit, target.period.key, *target.missing)
    return CellKey(target.unit, target.period.key, target.measure, category), missing


def judged_lines(tables: ReleaseTables, k: int) -> list[TargetLine]:
    """Return the targets whose undivided head count is large enough for a release."""
    counts = {(t.unit, t.period.key, t.measure): t for t in tables.newest}
    chosen = []
    for target in tables.targets:
        at = (target.unit, target.period.key)
        if (*at, target.measure) not in counts:
            raise InvalidValue(f"Tabellen {target.measure} saknas för ett mål.")
        table = counts[*at, target.measure]
        while table.within is not None:
            if (*at, table.within[0]) not in counts:
                raise InvalidValue(f"Tabellen {table.within[0]} saknas för ett mål.")
            table = counts[*at, table.within[0]]
        if sum(table.counts[TOTAL].values()) >= released_base(k):
            chosen.append(target)
    return chosen


def released_keys(tables: ReleaseTables, k: int) -> dict[CellKey, None]:
    """Return the cells that a release of these tables publishes, in their order."""
    keys: dict[CellKey, None] = {}
    for table in tables.newest:
        if table.shown:
            genders = (TOTAL, Gender.WOMAN, Gender.MAN) if table.divided else (TOTAL,)
            at = (table.unit, table.period.key, table.measure)
            keys |= {CellKey(*at, c, g): None for c in table.counts for g in genders}
    for target in judged_lines(tables, k):
        keys |= {key: None for key in target_keys(target) if key is not None}
    return keys


class _Builder:
    def __init__(self, tables: Sequence[CountTable], joined: Iterable[CellKey]) -> None:
        self.joined = {key for key in joined if JOINED in key.category}
        self.tables = {(t.unit, t.period.key, t.measure): t for t in tables}
        if len(self.tables) != len(tables):
            raise InvalidValue("Samma tabell är med två gånger.")
        self.values: dict[CellKey, int] = {}
        self.base: dict[CellKey, CellKey] = {}
        self.root: dict[CellKey, CellKey] = {}
        self.weight: dict[CellKey, int] = {}
        self.shown: set[CellKey] = set()
        self.equations: list[Equation] = []
        self.inside: dict[str, tuple[str, ...]] = {}

    def build(self) -> LinkedSet:
        self.periods = {t.period.key: t.period for t in self.tables.values()}
        self.heads = {at: self._head(*at) for at in self.tables}
        self.found = {p.key: split_period(p, self.periods.values()) for p in self.periods.values()}
        self.by_gender = self._divided()
        self.open = {
            (unit, period, measure)
            for (unit, period, measure), table in self.tables.items()
            if table.within is None and table.count(TOTAL, Gender.UNKNOWN)
        }
        for at in self.tables:
            self._cells(at)
        for key in sorted(self.joined):
            self._join(key)
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

    def _divided(self) -> set[tuple[str, str]]:
        """Return period and measure of what is linked by kön.

        Where no part of a family is ever published by kön, its kön ties nothing; and what is
        not published of a longer period is no more than the sum of the smallest ones.
        """
        family = self._families()
        divided = [at for at, table in self.tables.items() if table.shown and table.divided]
        families = {family[at[2]] for at in divided}
        while True:
            more = {self.heads[at] for at in self.tables if family[at[2]] in families}
            for table in self.tables.values():
                near = {family[measure] for measure in (table.measure, *table.combines)}
                more |= near if near & families else set()
            if more <= families:
                break
            families |= more
        published = {(at[1], self.heads[at]) for at in divided}
        return {
            (period, measure)
            for (unit, period, measure), head in self.heads.items()
            if family[measure] in families
            and (self.found[period] is None or (period, head) in published)
        }

    def _genders(self, at: tuple[str, str, str]) -> list[Gender]:
        # Where nobody's kön is missing, an attacker may well know it: then there is no such cell.
        unit, period, measure = at
        if (period, measure) not in self.by_gender:
            return []
        unknown = (unit, period, self.heads[at]) in self.open
        return [g for g in GENDERS if g is not Gender.UNKNOWN or unknown]

    def _cells(self, at: tuple[str, str, str]) -> None:
        table, root = self.tables[at], CellKey(at[0], at[1], self.heads[at])
        for place, category in enumerate(table.counts):
            total = CellKey(*at, category)
            genders = self._genders(at)
            self.values[total] = sum(table.counts[category].values())
            for key in (total, *(CellKey(*at, category, g) for g in genders)):
                self.root[key] = root
                # The undivided cell is what most readers come for, a year more than its parts,
                # all insatser more than one, the first category more than the last. Numbers
                # don't decide what is hidden.
                worth = (20 if key.gender else 80) * (1 if self.found[at[1]] is None else 2)
                worth *= 2 if at[0] == ALL else 1
                self.weight[key] = table.weight * worth - min(place, 19)
                if table.shown and (table.divided or not key.gender):
                    self.shown.add(key)
                if table.within is not None:
                    self.base[key] = CellKey(at[0], at[1], *table.within, key.gender)
                elif key.gender:
                    self.base[key] = root
            for g in genders:
                self.values[CellKey(*at, category, g)] = table.count(category, g)

    def _join(self, key: CellKey) -> None:
        """Add what a target reads as one cell."""
        at = (key.unit, key.period, key.measure)
        parts = tuple(key._replace(category=c) for c in key.category.split(JOINED))
        if at not in self.tables or any(part not in self.values for part in parts):
            return
        self.values[key] = sum(self.values[part] for part in parts)
        self.root[key], self.weight[key] = self.root[parts[0]], self.weight[parts[0]]
        if parts[0] in self.base:
            self.base[key] = self.base[parts[0]]
        self.equations.append((key, parts))

    def _inside_table(self, at: tuple[str, str, str], table: CountTable) -> None:
        genders = self._genders(at)
        for category in table.counts:
            if genders:
                cells = tuple(CellKey(*at, category, g) for g in genders)
                self._add(CellKey(*at, category), cells)
        if table.within is not None:
            for gender in (TOTAL, *genders):
                whole = CellKey(at[0], at[1], *table.within, gender)
                self._add(whole, tuple(CellKey(*at, c, gender) for c in table.counts))

    def _combined(self, at: tuple[str, str, str], table: CountTable) -> None:
        if table.combines:
            # By kön of a longer period it follows from the smallest ones, should a part lack it.
            divided = all((at[1], measure) in self.by_gender for measure in table.combines)
            for category in table.counts:
                for gender in (TOTAL, *(self._genders(at) if divided else ())):
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
        longer = {key: parts for key, parts in self.found.items() if parts is not None}
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
            there = [q for q in parts if (unit, q, measure) in self.tables]
            if there != [q for q in parts if (unit, q, self.heads[at]) in self.tables]:
                raise InvalidValue(f"Tabellen {measure} saknas för en del av {period}.")
            whole = whole and there == parts
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
            head=np.array([index[self.root[key]._replace(gender=key.gender)] for key in keys]),
            weight=np.array([self.weight.get(key, 1) for key in keys], dtype=np.int64),
            inside={p: longer for p, longer in self.inside.items() if p not in self.longer},
            shown=np.array([key in self.shown for key in keys]),
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
