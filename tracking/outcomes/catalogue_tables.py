"""The catalogue filled in: every table of the linked set as the data stand today, counted once.

One read of each insats gives its spells as known on the last day of the release's period; each
spell stands in one smallest period as started, one as ended, and one for each follow-up. All
other tables are sums of these. Which tables there are is `tracking.outcomes.catalogue`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from sqlmodel import Session as DbSession

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
from tracking.domain.ladder import follow_up_due
from tracking.domain.periods import (
    Calendar,
    Period,
    add_months,
    latest_12_months,
    parse_period_key,
    smallest_periods,
    year,
)
from tracking.domain.records import Gender
from tracking.domain.situation import Occasion
from tracking.outcomes.asked import Answer, Context, question_of
from tracking.outcomes.catalogue import (
    BREAKDOWN_OF,
    ENDED,
    HEADS,
    KNOWN,
    LEAST_BY_GENDER,
    LEAST_IN_PERIOD,
    LEAST_IN_YEAR,
    SCOPE,
    SCOPES,
    Catalogue,
    Part,
    Reads,
    is_late,
    needed,
    own_head,
    slips_head,
    spec_of,
    unscoped,
)
from tracking.outcomes.cohorts import SpellRow, read_cohort
from tracking.outcomes.divisions import MISSING, NO, YES
from tracking.outcomes.targets import StoredTarget
from tracking.outcomes.volumes import read_slips

LONGEST_AFTER = 18
"""Months before the first day that spells are read: their last follow-up may fall due later."""

SUMS = {"ors_first": "ors_first_mm", "ors_last": "ors_last_mm"}
"""The sums behind means on group level, of those with two scores."""

Tally = dict[str, Counter[tuple[str, str]]]
"""By measure, how many spells of a category and kön."""


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


@dataclass(frozen=True, slots=True)
class Grid:
    """The periods of a release and all before it: smallest ones in order, and longer ones."""

    now: Period
    window: Period
    smallest: tuple[Period, ...]
    years: tuple[Period, ...]
    windows: tuple[Period, ...]

    @property
    def closes_year(self) -> bool:
        """Say whether the release's period ends a calendar year."""
        return self.window == year(self.now.end.year)

    def inside(self, longer: Period) -> list[int]:
        """The places of the smallest periods in a longer one."""
        return [
            n
            for n, short in enumerate(self.smallest)
            if longer.start <= short.start and short.end <= longer.end
        ]


@dataclass
class Unit:
    """One insats: its tallies per smallest period, and which parts its targets add."""

    name: str
    tallies: list[Tally]
    sums: list[dict[str, Counter[str]]]
    own: dict[str, Part] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """What the disclosure control is given, and the head counts by insats, period, measure."""

    tables: ReleaseTables
    heads: Mapping[tuple[str, str, str], int]


def grid_of(calendar: Calendar, now: Period, published: Sequence[ProtectedTables]) -> Grid:
    """Return the periods that a release of ``now`` has to know."""
    window = latest_12_months(now.end)
    said = {parse_period_key(key.period) for release in published for key in release.cells}
    longer = {period for period in said if period.months == 12}
    first = min([window.start, *(period.start for period in said)])
    smallest = [
        period
        for y in range(first.year, now.end.year + 1)
        for period in smallest_periods(calendar, y)
        if first <= period.start and period.end <= now.end
    ]
    years = {period for period in longer if period == year(period.end.year)}
    windows = longer - years
    if window == year(now.end.year):
        years.add(window)
    else:
        windows.add(window)
    return Grid(now, window, tuple(smallest), tuple(sorted(years)), tuple(sorted(windows)))


def read_unit(
    session: DbSession,
    insats_id: int,
    grid: Grid,
    catalogue: Catalogue,
    own: Sequence[str],
    context: Context | None,
    *,
    today: date,
) -> Unit:
    """Count one insats. ``own`` are the measures of its targets' own tables, ever; these are
    answered by ``context``, which may be None where there are none.
    """
    whole = Period(add_months(grid.smallest[0].start, -LONGEST_AFTER), grid.now.end)
    rows = read_cohort(session, insats_id, whole, today=today).rows
    mine: dict[str, Part] = {}
    for name in own:
        assert context is not None, "targets with tables of their own are answered by it"
        mine |= {part.measure: part for part in _own_parts(name, context)}
    by_head: dict[str, list[Part]] = defaultdict(list)
    for part in (*catalogue.parts.values(), *mine.values()):
        by_head[part.head].append(part)
    tallies: list[Tally] = [defaultdict(Counter) for _ in grid.smallest]
    sums: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in grid.smallest]
    known = catalogue.parts["ors_start?"].of
    for row in rows:
        for place, head in _stands(row, grid):
            tally = tallies[place]
            tally[head][TOTAL, row.gender] += 1
            for part in by_head[head]:
                category = part.of(row)
                if category is not None:
                    tally[part.measure][category, row.gender] += 1
            if head == ENDED and known(row) == KNOWN:
                for name, column in SUMS.items():
                    sums[place][name][row.gender] += getattr(row, column)
    for name in own:
        spec = spec_of(name)
        if own_head(spec) == slips_head(spec.question_id or 0):
            _count_slips(session, insats_id, grid, name, spec.question_id or 0, tallies)
    return Unit(str(insats_id), tallies, sums, mine)


def _stands(row: SpellRow, grid: Grid) -> Iterator[tuple[int, str]]:
    """Where a spell is counted: the place of a smallest period, and a head count."""
    place = _place(date.fromisoformat(row.started_on), grid)
    if place is not None:
        yield place, "started"
    if row.ended_on is None:
        return
    for head in HEADS[1:]:
        if head.takes(row):
            place = _place(_day_of(row.ended_on, head.months), grid)
            if place is not None:
                yield place, head.measure


def _place(day: date, grid: Grid) -> int | None:
    if not grid.smallest[0].start <= day <= grid.now.end:
        return None
    return bisect_right(grid.smallest, day, key=lambda period: period.start) - 1


@lru_cache(maxsize=20_000)
def _day_of(ended_on: str, months: int | None) -> date:
    day = date.fromisoformat(ended_on)
    return day if months is None else follow_up_due(day, Occasion(f"m{months}"))


def _own_parts(name: str, context: Context) -> Iterator[Part]:
    """The tables of a target that no breakdown asks: with an answer or not, meets it or not."""
    spec = spec_of(name)
    head = own_head(spec)
    if head == slips_head(spec.question_id or 0):
        # Slips are no spells: they are counted apart.
        yield Part(name, head, (head, TOTAL), (YES, NO), lambda _row: None)
        return
    ask = question_of(spec, context)

    def known(row: SpellRow) -> str:
        return KNOWN if ask(row) in (Answer.MEETS, Answer.FAILS) else MISSING

    def met(row: SpellRow) -> str | None:
        return {Answer.MEETS: YES, Answer.FAILS: NO}.get(ask(row))

    yield Part(f"{name}?", head, (head, TOTAL), (KNOWN, MISSING), known)
    yield Part(name, head, (f"{name}?", KNOWN), (YES, NO), met)


def _count_slips(
    session: DbSession,
    insats_id: int,
    grid: Grid,
    name: str,
    question_id: int,
    tallies: list[Tally],
) -> None:
    for place, period in enumerate(grid.smallest):
        positive, every = read_slips(session, insats_id, period).get(question_id, (0, 0))
        counts = {YES: positive, NO: every - positive}
        for category, number in counts.items():
            tallies[place][name][category, Gender.UNKNOWN] = number
        tallies[place][slips_head(question_id)][TOTAL, Gender.UNKNOWN] = every


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
    return {c: {g: counter.get((c, g.value), 0) for g in Gender} for c in categories}
