"""One insats counted for a release: its spells sorted once into smallest periods and categories.

Spells are as known on the last day of the release's period. What the counts become is
`tracking.outcomes.releasing.catalogue_tables`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import compress

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
    Judge,
    Part,
)
from tracking.outcomes.releasing.catalogue_heads import (
    FAMILIES,
    HEADS,
    HeadCount,
    slips_head,
)
from tracking.outcomes.releasing.catalogue_reads import own_head, spec_of
from tracking.outcomes.releasing.catalogue_rows import Standing, read_standing
from tracking.outcomes.volumes import read_slips

LONGEST_AFTER = 18
"""Months before the first day that spells are read: their last follow-up may fall due later."""

SCORED = "ors_start?"
SUMS = {"ors_first": "ors_first_mm", "ors_last": "ors_last_mm"}
"""The sums behind means on group level, of those known to have two scores (`SCORED`)."""

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

    def starts(self, head: HeadCount) -> tuple[date, ...]:
        """The first day of each smallest period, and the day after the last one, for the days
        that a head's spells are counted by (`HeadCount.day`)."""
        return self._starts[head.months]

    @cached_property
    def _starts(self) -> dict[int | None, tuple[date, ...]]:
        days = (*(short.start for short in self.smallest), self.now.end + timedelta(days=1))
        return {
            head.months: tuple(_first_due(day, head.months) for day in days) for head in FAMILIES
        }

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


def _first_due(day: date, months: int | None) -> date:
    """The first day of an end whose follow-up falls due on ``day`` or later."""
    if months is None:
        return day
    first = add_months(day, -months) - timedelta(days=3)  # months differ by 3
    while follow_up_due(first, Occasion(f"m{months}")) < day:
        first += timedelta(days=1)
    return first


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
    tallies: list[Tally] = [defaultdict(Counter) for _ in grid.smallest]
    sums: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in grid.smallest]
    for head in FAMILIES:
        judges = catalogue.judges[head.measure]
        columns = {"outcome", *(name for judge in judges for name in judge.columns)}
        starts = grid.starts(head)
        standing = read_standing(session, insats_id, head, starts, grid.now.end, columns, only)
        if standing is not None:
            _count(standing, head, judges, tallies, sums)
    mine: dict[str, Part] = {}
    for name in own:
        assert context is not None, "targets with tables of their own are answered by it"
        mine |= {part.measure: part for part in _own_parts(name, context)}
    if mine:
        whole = Period(add_months(grid.smallest[0].start, -LONGEST_AFTER), grid.now.end)
        rows = read_cohort(session, insats_id, whole, today=today).rows
        _count_own([r for r in rows if only is None or r.spell_id in only], mine, grid, tallies)
    for name in own if only is None else ():
        spec = spec_of(name)
        if own_head(spec) == slips_head(spec.question_id or 0):
            _count_slips(session, insats_id, grid, name, spec.question_id or 0, tallies)
    return Unit(str(insats_id), tallies, sums, mine)


def _count(
    standing: Standing,
    head: HeadCount,
    judges: Sequence[Judge],
    tallies: list[Tally],
    sums: list[dict[str, Counter[str]]],
) -> None:
    values = standing.values
    # Each place and kön has a number, as the kinds have: numbers are counted at half the time.
    cells: dict[tuple[int, str], int] = {}
    at = [
        cells.setdefault(cell, len(cells))
        for cell in zip(standing.places, standing.genders, strict=True)
    ]
    where = [(tallies[place], gender) for place, gender in cells]
    for (cell, outcome), number in Counter(zip(at, values["outcome"], strict=True)).items():
        tally, gender = where[cell]
        for counted in FAMILIES[head]:
            if counted.takes(outcome == Outcome.COMPLETED):
                tally[counted.measure][TOTAL, gender] += number
    for judge in judges:
        judged = judge.kinds.of_each(zip(*(values[name] for name in judge.columns), strict=True))
        categories = judge.kinds.categories
        for (cell, kind), number in Counter(zip(at, judged, strict=True)).items():
            tally, gender = where[cell]
            for measure, category in zip(judge.measures, categories[kind], strict=True):
                if category is not None:
                    tally[measure][category, gender] += number
        if SCORED in judge.measures:
            scored = judge.measures.index(SCORED)
            _add_up(standing, [categories[kind][scored] == KNOWN for kind in judged], sums)


def _add_up(
    standing: Standing, scored: Sequence[bool], sums: list[dict[str, Counter[str]]]
) -> None:
    for name, column in SUMS.items():
        rows = zip(standing.places, standing.genders, standing.values[column], strict=True)
        for place, gender, score in compress(rows, scored):
            sums[place][name][gender] += score


def _count_own(
    rows: Iterable[SpellRow], own: Mapping[str, Part], grid: Grid, tallies: list[Tally]
) -> None:
    """What a target asks is not known beforehand: its spells are read whole and asked in turn."""
    heads = {head.measure: head for head in HEADS}
    asked = [(heads[part.head], part) for part in own.values() if part.head in heads]
    for row in rows:
        for head, part in asked:
            day: str | None = getattr(row, head.day)
            if day is None or not head.takes(row.outcome == Outcome.COMPLETED):
                continue
            place = bisect_right(grid.starts(head), date.fromisoformat(day)) - 1
            if 0 <= place < len(tallies) and (category := part.of(row)) is not None:
                tallies[place][part.measure][category, row.gender] += 1


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
