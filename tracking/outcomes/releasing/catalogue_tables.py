"""The catalogue filled in: every table of the linked set as the data stand today, counted once.

Every spell has been counted once, in `tracking.outcomes.releasing.catalogue_counts`: each
spell stands in one smallest period as started, one as ended, and one for each follow-up. All
other tables are sums of these. Which tables there are is `tracking.outcomes.releasing.catalogue`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
from tracking.outcomes.releasing.catalogue_counts import SUMS, Grid, Tally, Unit
from tracking.outcomes.releasing.catalogue_heads import (
    HEADS,
    SCOPE,
    SCOPES,
    is_late,
    unscoped,
)
from tracking.outcomes.releasing.catalogue_reads import BREAKDOWN_OF, Reads
from tracking.outcomes.targets import StoredTarget


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
        self.everywhere = Unit(
            ALL,
            [_added(unit.tallies[n] for unit in units) for n in range(len(grid.smallest))],
            [_added(unit.sums[n] for unit in units) for n in range(len(grid.smallest))],
        )
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
        for n, period in enumerate(grid.smallest):
            for unit in (*self.units, self.everywhere):
                counts += self._tables(unit, period, [n], {**self.parts, **unit.own})
                sums += self._sums(unit, period, [n])
        for period in grid.years:
            inside = grid.inside(period)
            for unit in (*self.units, self.everywhere):
                parts = {**self.parts, **self._read_by(unit, period)}
                counts += self._tables(unit, period, inside, parts)
                sums += self._sums(unit, period, inside)
        for period in grid.windows:
            inside = grid.inside(period)
            for unit in self.units:
                if parts := self._read_by(unit, period):
                    counts += self._tables(unit, period, inside, parts)
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
        self, unit: Unit, period: Period, inside: list[int], parts: Mapping[str, Part]
    ) -> Iterator[CountTable]:
        tally: Tally = _added(unit.tallies[n] for n in inside)
        named = {head.measure: head for head in HEADS}
        own_heads = {part.head for part in parts.values()} - set(named)
        for measure in (*named, *sorted(own_heads)):
            at = (unit.name, period.key, measure)
            by_gender = _counts(tally[measure], [TOTAL])
            self.heads[at] = sum(by_gender[TOTAL].values())
            head = named.get(measure)
            short = period.months != 12 or period in self.grid.years
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
            at = (unit.name, period.key, part.measure)
            shown, divided = self._flags(at, period, *self._in_catalogue(part, unit, period))
            yield CountTable(
                unit.name,
                period,
                part.measure,
                _counts(tally[part.measure], self._categories(at, part, tally)),
                within=part.within,
                combines=part.combines,
                weight=part.weight,
                shown=shown,
                divided=divided,
            )

    def _in_catalogue(self, part: Part, unit: Unit, period: Period) -> tuple[bool, bool]:
        """Whether the catalogue has a part in a period of this release, and by kön."""
        longer = period.months == 12
        if not part.breakdown or (longer and period not in self.grid.years):
            return False, False
        late = is_late(part.head)
        if not longer and late:
            return False, False
        size = self.heads[unit.name, period.key, part.head]
        if unit.name == ALL:
            return True, not late
        shown = size >= (LEAST_IN_YEAR if longer else LEAST_IN_PERIOD)
        return shown, shown and not late and size >= LEAST_BY_GENDER

    def _flags(
        self, at: tuple[str, str, str], period: Period, shown: bool, divided: bool
    ) -> tuple[bool, bool]:
        if period.end == self.grid.now.end:
            return shown, shown and divided
        return any(JOINED not in c for c in self.said.get(at, ())), at in self.by_gender

    def _categories(self, at: tuple[str, str, str], part: Part, tally: Tally) -> Sequence[str]:
        # A category that came later did not exist when the table was published.
        found = {category for category, _ in tally[part.measure]}
        said = {c for c in self.said.get(at, ()) if JOINED not in c}
        every = [*part.categories, *sorted((found | said) - set(part.categories))]
        return [c for c in every if c in said | found] if len(said) > 1 else every

    def _sums(self, unit: Unit, period: Period, inside: list[int]) -> Iterator[SumTable]:
        added = _added(unit.sums[n] for n in inside)
        for name in SUMS:
            yield SumTable(
                unit.name,
                period,
                name,
                ("ors_start?", KNOWN),
                {Gender(gender): total for gender, total in added[name].items()},
            )


def _tied(parts: dict[str, Part]) -> dict[str, Part]:
    """Parts that say they are sums of others only where all of these are there."""
    return {
        name: part if parts.keys() >= set(part.combines) else replace(part, combines=())
        for name, part in parts.items()
    }


def _added(tallies: Iterable[Mapping[str, Counter]]) -> dict[str, Counter]:  # type: ignore[type-arg]
    total: dict[str, Counter] = defaultdict(Counter)  # type: ignore[type-arg]
    for tally in tallies:
        for name, counts in tally.items():
            total[name].update(counts)
    return total


def _counts(
    counter: Mapping[tuple[str, str], int], categories: Iterable[str]
) -> dict[str, dict[Gender, int]]:
    return {c: {g: counter.get((c, key), 0) for g, key in _GENDERS} for c in categories}


_GENDERS = tuple((gender, gender.value) for gender in Gender)
