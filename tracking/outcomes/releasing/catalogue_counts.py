"""One insats counted for a release: its spells sorted once into smallest periods and categories.

Spells are as known on the last day of the release's period. What the counts become is
`tracking.outcomes.releasing.catalogue_tables`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlmodel import Session as DbSession

from tracking.domain.disclosure import (
    TOTAL,
    ProtectedTables,
)
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
from tracking.outcomes.cohorts import SpellRow, read_cohort
from tracking.outcomes.divisions import MISSING, NO, YES
from tracking.outcomes.releasing.catalogue import (
    KNOWN,
    Catalogue,
    Part,
)
from tracking.outcomes.releasing.catalogue_heads import (
    ENDED,
    HEADS,
    slips_head,
)
from tracking.outcomes.releasing.catalogue_reads import own_head, spec_of
from tracking.outcomes.volumes import read_slips

LONGEST_AFTER = 18
"""Months before the first day that spells are read: their last follow-up may fall due later."""

SUMS = {"ors_first": "ors_first_mm", "ors_last": "ors_last_mm"}
"""The sums behind means on group level, of those with two scores."""

Tally = dict[str, Counter[tuple[str, str]]]
"""By measure, how many spells of a category and kön."""


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
    only: frozenset[int] | None = None,
) -> Unit:
    """Count one insats. ``own`` are the measures of its targets' own tables, ever; these are
    answered by ``context``, which may be None where there are none. ``only`` these spells, and
    no slips.
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
        if only is not None and row.spell_id not in only:
            continue
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
    for name in own if only is None else ():
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
