"""The catalogue filled in: every table of the linked set as the data stand today, counted once.

Every spell has been counted once, in `tracking.outcomes.releasing.catalogue_counts`: each
spell stands in one smallest period as started, one as ended, and one for each follow-up. All
other tables are sums of these. Which tables there are is `tracking.outcomes.releasing.catalogue`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracking.domain.disclosure import (
    ALL,
    TOTAL,
    CountTable,
    ProtectedTables,
    ReleaseTables,
    SumTable,
    TargetLine,
)
from tracking.domain.disclosure.tables import JOINED
from tracking.domain.periods import (
    Period,
)
from tracking.domain.records import Gender
from tracking.outcomes.releasing.catalogue import (
    KNOWN,
    LEAST_BY_GENDER,
    LEAST_IN_PERIOD,
    LEAST_IN_YEAR,
    Catalogue,
    Part,
    needed,
)
from tracking.outcomes.releasing.catalogue_cells import NOBODY, SUM, added
from tracking.outcomes.releasing.catalogue_counts import SCORED, SUMS, Unit
from tracking.outcomes.releasing.catalogue_grid import Grid
from tracking.outcomes.releasing.catalogue_heads import (
    HEADS,
    SCOPE,
    SCOPES,
    is_late,
    unscoped,
)
from tracking.outcomes.releasing.catalogue_reads import BREAKDOWN_OF, Reads
from tracking.outcomes.targets import StoredTarget

Numbers = Sequence[Mapping[Gender, int]]
"""Of an insats in a period: the numbers by kön of one cell after the other (`Tallies.inside`)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A share target that is released, and what it reads."""

    unit: str
    target: StoredTarget
    reads: Reads

    @property
    def key(self) -> str:
        """Its name in the release."""
        return str(self.target.target_id)


@dataclass(frozen=True)
class Filled:
    """What the disclosure control is given, and the head counts by insats, period, measure."""

    tables: ReleaseTables
    heads: Mapping[tuple[str, str, str], int]


def fill(
    grid: Grid,
    catalogue: Catalogue,
    units: Sequence[Unit],
    asked: Sequence[Asked],
    published: Sequence[ProtectedTables],
) -> Filled:
    """Return every table of the linked set: the release's and those that stand behind it."""
    return _Filler(grid, catalogue, units, asked, published).filled()


class _Filler:
    def __init__(
        self,
        grid: Grid,
        catalogue: Catalogue,
        units: Sequence[Unit],
        asked: Sequence[Asked],
        published: Sequence[ProtectedTables],
    ) -> None:
        self.grid, self.catalogue, self.units, self.asked = grid, catalogue, units, asked
        self.cells = catalogue.cells
        every = (unit.tallies for unit in units)
        self.everywhere = Unit(ALL, added(self.cells, len(grid.smallest), every))
        # What was published has to be there again, in the same shape.
        self.said: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.by_gender: set[tuple[str, str, str]] = set()
        for release in published:
            for key in release.cells:
                self.said[key[:3]].add(key.category)
                if key.gender:
                    self.by_gender.add(key[:3])
        self.parts = self._common_parts()
        self.heads: dict[tuple[str, str, str], int] = {}

    def _common_parts(self) -> dict[str, Part]:
        """The parts that all insatser have: of breakdowns, and what targets need beside them."""
        every = self.catalogue.parts
        plain = {name: part for name, part in every.items() if SCOPE not in name}
        read = {asked.reads.measure for asked in self.asked} | {at[2] for at in self.said}
        wanted = {name for name, part in plain.items() if part.breakdown}
        for reads in BREAKDOWN_OF.values():
            around = set(needed([reads.measure], plain))
            scopes = {name for name in every if name not in plain and unscoped(name) in around}
            if read & scopes:
                wanted |= around | scopes
            elif reads.measure in read:
                wanted |= around
        return _tied({name: part for name, part in every.items() if name in wanted})

    def filled(self) -> Filled:
        grid = self.grid
        counts: list[CountTable] = []
        sums: list[SumTable] = []
        everyone = (*self.units, self.everywhere)
        for n, period in enumerate(grid.smallest):
            for unit in everyone:
                numbers = unit.tallies.inside([n])
                counts += self._tables(unit, period, numbers, {**self.parts, **unit.own})
                sums += self._sums(unit, period, numbers)
        for period in grid.years:
            inside = grid.inside(period)
            for unit in everyone:
                numbers = unit.tallies.inside(inside)
                parts = {**self.parts, **self._read_by(unit, period)}
                counts += self._tables(unit, period, numbers, parts)
                sums += self._sums(unit, period, numbers)
        for period in grid.windows:
            inside = grid.inside(period)
            for unit in self.units:
                if parts := self._read_by(unit, period):
                    numbers = unit.tallies.inside(inside)
                    counts += self._tables(unit, period, numbers, parts)
        lines = tuple(
            TargetLine(
                key=asked.key,
                unit=asked.unit,
                period=grid.window,
                measure=asked.reads.measure,
                numerator=asked.reads.numerator,
                missing=asked.reads.missing,
                percent=asked.target.spec.value,
                comparison=asked.target.spec.comparison,
            )
            for asked in self.asked
        )
        return Filled(ReleaseTables(tuple(counts), tuple(sums), lines), self.heads)

    def _read_by(self, unit: Unit, period: Period) -> dict[str, Part]:
        """What targets of an insats read in a longer period, now or before."""
        every = {**self.parts, **unit.own}
        names = {at[2] for at in self.said if at[:2] == (unit.name, period.key)}
        if period == self.grid.window:
            names |= {a.reads.measure for a in self.asked if a.unit == unit.name}
        return _tied({name: every[name] for name in needed(names, every)})

    def _tables(
        self, unit: Unit, period: Period, numbers: Numbers, parts: Mapping[str, Part]
    ) -> Iterator[CountTable]:
        named = {head.measure: head for head in HEADS}
        own_heads = {part.head for part in parts.values()} - set(named)
        key, longer = period.key, period.months == 12
        for measure in (*named, *sorted(own_heads)):
            at = (unit.name, key, measure)
            by_gender = self._counts(measure, (TOTAL,), numbers)
            self.heads[at] = sum(by_gender[TOTAL].values())
            head = named.get(measure)
            short = not longer or period in self.grid.years
            shown, divided = self._flags(
                at,
                period,
                bool(head and head.shown and short),
                bool(head and head.divided),
            )
            yield CountTable(
                unit.name,
                period,
                measure,
                by_gender,
                combines=SCOPES.get(measure, ()),
                shown=shown,
                divided=divided,
            )
        for part in parts.values():
            at = (unit.name, key, part.measure)
            in_catalogue = False, False
            if part.breakdown and (not longer or period in self.grid.years):
                size = self.heads[unit.name, key, part.head]
                in_catalogue = _in_catalogue(part, unit.name, longer, size)
            shown, divided = self._flags(at, period, *in_catalogue)
            yield CountTable(
                unit.name,
                period,
                part.measure,
                self._counts(part.measure, self._categories(at, part, numbers), numbers),
                within=part.within,
                combines=part.combines,
                weight=part.weight,
                shown=shown,
                divided=divided,
            )

    def _flags(
        self, at: tuple[str, str, str], period: Period, shown: bool, divided: bool
    ) -> tuple[bool, bool]:
        if period.end == self.grid.now.end:
            return shown, shown and divided
        return any(JOINED not in c for c in self.said.get(at, ())), at in self.by_gender

    def _categories(self, at: tuple[str, str, str], part: Part, numbers: Numbers) -> Sequence[str]:
        # A category that came later did not exist when the table was published.
        places, said = self.cells.of(part.measure), self.said.get(at, set())
        if not said and places.keys() <= set(part.categories):
            return part.categories
        found = {category for category, row in places.items() if any(numbers[row].values())}
        said = {c for c in said if JOINED not in c}
        every = [*part.categories, *sorted((found | said) - set(part.categories))]
        return [c for c in every if c in said | found] if len(said) > 1 else every

    def _counts(
        self, measure: str, categories: Iterable[str], numbers: Numbers
    ) -> dict[str, Mapping[Gender, int]]:
        places = self.cells.of(measure)
        return {c: numbers[places[c]] if c in places else NOBODY for c in categories}

    def _sums(self, unit: Unit, period: Period, numbers: Numbers) -> Iterator[SumTable]:
        for name in SUMS:
            total = self._counts(f"{SUM}{name}", [TOTAL], numbers)[TOTAL]
            yield SumTable(unit.name, period, name, (SCORED, KNOWN), total)


def _in_catalogue(part: Part, unit: str, longer: bool, size: int) -> tuple[bool, bool]:
    """Whether the catalogue has a part of a unit, and by kön, by the size of its head count."""
    late = is_late(part.head)
    if late and not longer:
        return False, False
    if unit == ALL:
        return True, not late
    shown = size >= (LEAST_IN_YEAR if longer else LEAST_IN_PERIOD)
    return shown, shown and not late and size >= LEAST_BY_GENDER


def _tied(parts: dict[str, Part]) -> dict[str, Part]:
    """Parts that say they are sums of others only where all of these are there."""
    return {
        name: part if parts.keys() >= set(part.combines) else replace(part, combines=())
        for name, part in parts.items()
    }
