"""One insats counted for a release: its spells sorted once into smallest periods and categories.

Spells are as known on the last day of the release's period. What the counts become is
`tracking.outcomes.releasing.catalogue_tables`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter

from sqlmodel import Session as DbSession

from tracking.domain.disclosure import (
    TOTAL,
    ProtectedTables,
)
from tracking.domain.endings import Outcome
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
    STARTED,
    slips_head,
)
from tracking.outcomes.releasing.catalogue_reads import own_head, spec_of
from tracking.outcomes.releasing.catalogue_rows import read_counted
from tracking.outcomes.volumes import read_slips

LONGEST_AFTER = 18
"""Months before the first day that spells are read: their last follow-up may fall due later."""

SUMS = {"ors_first": "ors_first_mm", "ors_last": "ors_last_mm"}
"""The sums behind means on group level, of those with two scores."""

Tally = dict[str, Counter[tuple[str, str]]]
"""By measure, how many spells of a category and kön."""


@dataclass(frozen=True)
class Grid:
    """The periods of a release and all before it: smallest ones in order, and longer ones."""

    now: Period
    window: Period
    smallest: tuple[Period, ...]
    years: tuple[Period, ...]
    windows: tuple[Period, ...]

    def place(self, day: str) -> int | None:
        """The place of the smallest period that a day (ISO text) is in; None outside them all."""
        if day not in self._places:
            self._places[day] = self._place_of(date.fromisoformat(day))
        return self._places[day]

    def after(self, ended_on: str, completed: bool) -> tuple[tuple[int, str], ...]:
        """Where a spell that ended is counted: the place of a smallest period, and a head count."""
        asked = ended_on, completed
        if asked not in self._after:
            day = date.fromisoformat(ended_on)
            found = (
                (self._place_of(_due(day, head.months)), head.measure)
                for head in HEADS
                if head is not STARTED and head.takes(completed)
            )
            self._after[asked] = tuple((place, h) for place, h in found if place is not None)
        return self._after[asked]

    def _place_of(self, day: date) -> int | None:
        if not self.smallest[0].start <= day <= self.now.end:
            return None
        return bisect_right(self.smallest, day, key=lambda period: period.start) - 1

    # A day is asked for many times, and there are few: they stay as long as the grid.
    @cached_property
    def _places(self) -> dict[str, int | None]:
        return {}

    @cached_property
    def _after(self) -> dict[tuple[str, bool], tuple[tuple[int, str], ...]]:
        return {}

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


def _due(ended_on: date, months: int | None) -> date:
    return ended_on if months is None else follow_up_due(ended_on, Occasion(f"m{months}"))


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
    mine: dict[str, Part] = {}
    for name in own:
        assert context is not None, "targets with tables of their own are answered by it"
        mine |= {part.measure: part for part in _own_parts(name, context)}
    # What a target asks is not known beforehand.
    rows = (
        list(read_cohort(session, insats_id, whole, today=today).rows)
        if mine
        else read_counted(session, insats_id, whole)
    )
    if only is not None:
        rows = [row for row in rows if row.spell_id in only]
    tallies: list[Tally] = [defaultdict(Counter) for _ in grid.smallest]
    sums: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in grid.smallest]
    for head, standing in _standing(rows, grid).items():
        _count(standing, head, catalogue, [p for p in mine.values() if p.head == head], tallies)
        if head == ENDED:
            _add_up(standing, catalogue, sums)
    for name in own if only is None else ():
        spec = spec_of(name)
        if own_head(spec) == slips_head(spec.question_id or 0):
            _count_slips(session, insats_id, grid, name, spec.question_id or 0, tallies)
    return Unit(str(insats_id), tallies, sums, mine)


Standing = list[tuple[int, SpellRow]]
"""The spells of a head, each with the place of the smallest period that it is counted in."""


def _standing(rows: Iterable[SpellRow], grid: Grid) -> dict[str, Standing]:
    found: dict[str, Standing] = defaultdict(list)
    for row in rows:
        if (place := grid.place(row.started_on)) is not None:
            found[STARTED.measure].append((place, row))
        if row.ended_on is not None:
            for place, head in grid.after(row.ended_on, row.outcome == Outcome.COMPLETED):
                found[head].append((place, row))
    return found


def _count(
    standing: Standing,
    head: str,
    catalogue: Catalogue,
    own: Sequence[Part],
    tallies: list[Tally],
) -> None:
    places = [place for place, _ in standing]
    rows = [row for _, row in standing]
    genders = [row.gender for row in rows]
    for (place, gender), number in Counter(zip(places, genders, strict=True)).items():
        tallies[place][head][TOTAL, gender] += number
    for judge in catalogue.judges.get(head, ()):
        judged = map(judge.kinds.__getitem__, map(attrgetter(*judge.columns), rows))
        for (place, gender, categories), number in Counter(
            zip(places, genders, judged, strict=True)
        ).items():
            tally = tallies[place]
            for measure, category in zip(judge.measures, categories, strict=True):
                if category is not None:
                    tally[measure][category, gender] += number
    for part in own:
        for place, row in standing:
            if (category := part.of(row)) is not None:
                tallies[place][part.measure][category, row.gender] += 1


def _add_up(standing: Standing, catalogue: Catalogue, sums: list[dict[str, Counter[str]]]) -> None:
    known = catalogue.parts["ors_start?"].of
    for place, row in standing:
        if known(row) == KNOWN:
            for name, column in SUMS.items():
                sums[place][name][row.gender] += getattr(row, column)


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
