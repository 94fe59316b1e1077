"""What a release counts is what each spell says by itself, as it was known on the last day.

The product counts kinds of spells, and takes most of them from their summary as it stands. Here
every spell is read as of the day, judged by every part in turn, and placed by plain comparisons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from tests.integration.table_worlds import TODAY, Worlds, build
from tracking.domain.disclosure import TOTAL
from tracking.domain.endings import Outcome
from tracking.domain.ladder import follow_up_due
from tracking.domain.periods import Calendar, Period, closed_periods
from tracking.domain.situation import Occasion
from tracking.outcomes.cohorts import SpellRow, read_cohort
from tracking.outcomes.divisions import MISSING
from tracking.outcomes.lists import read_setting
from tracking.outcomes.releasing.catalogue import Catalogue
from tracking.outcomes.releasing.catalogue_cells import SUM
from tracking.outcomes.releasing.catalogue_counts import SUMS, Unit, count_units
from tracking.outcomes.releasing.catalogue_grid import Grid, grid_of
from tracking.outcomes.releasing.catalogue_heads import HEADS
from tracking.store.database import Database
from tracking.store.thresholds import thresholds_on

WORLDS = 90
SEED = 20260630
EVER = date(2000, 1, 1)

Counts = list[dict[tuple[str, str, str], int]]


SELDOM = (
    # A death that was heard of after a follow-up should have been made.
    "UPDATE follow_up SET status = 'deceased', closed_on = '2025-11-10', done_on = NULL"
    " WHERE status = 'due' AND due_on <= '2025-09-01' AND id % 2 = 0",
    # A step of a follow-up so soon after the end that it is the step at the end as well.
    "UPDATE step_assessment SET occasion = 'm6' WHERE occasion = 'end' AND id % 2 = 0"
    " AND NOT EXISTS (SELECT 1 FROM step_assessment o WHERE o.spell_id = step_assessment.spell_id"
    " AND o.occasion = 'm6')",
)
LAST_DAYS = (date(2024, 12, 31), date(2025, 6, 30))
"""Days that releases look back from; what comes soon after one changes what would be counted."""


def late(last: date) -> Iterator[str]:
    """Records of each kind that came a few days after a period's last day."""

    def day(days: int) -> str:
        return f"'{last + timedelta(days=days)}'"

    def ended(days: int) -> str:
        return f"SELECT id FROM spell WHERE ended_on BETWEEN {day(-days)} AND {day(0)}"

    # What belongs to the end of who ended lately: a step, the situation, the last talk.
    yield (
        f"UPDATE step_assessment SET assessed_on = {day(3)} WHERE occasion = 'end'"
        f" AND spell_id IN ({ended(25)})"
    )
    yield (
        f"UPDATE situation SET described_on = {day(3)} WHERE occasion = 'end' AND id % 2 = 0"
        f" AND spell_id IN ({ended(180)})"
    )
    yield (
        f"UPDATE session SET held_on = {day(3)} WHERE id % 3 = 0 AND id IN (SELECT session_id"
        f" FROM attendance WHERE spell_id IN ({ended(180)}))"
    )
    # A step of a follow-up that was due already, made in time; and a death heard of too late.
    due = f"m.due_on BETWEEN {day(-50)} AND {day(0)}"
    yield (
        f"UPDATE step_assessment SET assessed_on = {day(5)} WHERE EXISTS (SELECT 1 FROM follow_up m"
        f" WHERE m.spell_id = step_assessment.spell_id AND occasion = 'm' || m.months AND {due})"
    )
    yield (
        f"UPDATE follow_up AS m SET status = 'deceased', closed_on = {day(5)}, done_on = NULL"
        f" WHERE m.due_on BETWEEN {day(-90)} AND {day(-51)} AND m.id % 2 = 0"
    )


@pytest.fixture
def worlds(database: Database) -> Worlds:
    made = build(database, WORLDS, SEED)
    for sql in (*SELDOM, *(sql for last in LAST_DAYS for sql in late(last))):
        with database.transaction() as work:
            assert work.session.execute(text(sql)).rowcount > 2, sql  # type: ignore[attr-defined]
    return made


def heads_of(row: SpellRow) -> Iterator[tuple[date, str]]:
    """The days that a spell is counted on, and as what."""
    yield date.fromisoformat(row.started_on), "started"
    if row.ended_on is not None:
        ended, done = date.fromisoformat(row.ended_on), row.outcome == Outcome.COMPLETED
        for head in HEADS[1:]:
            if head.completed in (None, done):
                m = head.months
                yield ended if m is None else follow_up_due(ended, Occasion(f"m{m}")), head.measure


def slowly(rows: tuple[SpellRow, ...], grid: Grid, catalogue: Catalogue) -> Counts:
    tallies: Counts = [Counter() for _ in grid.smallest]
    for row in rows:
        for day, head in heads_of(row):
            for place, period in enumerate(grid.smallest):
                if not period.start <= day <= period.end:
                    continue
                tallies[place][head, TOTAL, row.gender] += 1
                for part in catalogue.parts.values():
                    if part.head == head and (category := part.of(row)) is not None:
                        tallies[place][part.measure, category, row.gender] += 1
                if head == "ended" and catalogue.parts["ors_start?"].of(row) != MISSING:
                    for name, column in SUMS.items():
                        tallies[place][SUM + name, "", row.gender] += getattr(row, column)
    return [{cell: n for cell, n in tally.items() if n} for tally in tallies]


def flat(unit: Unit, periods: int) -> Counts:
    return [
        {(measure, category, gender): n for measure, category, gender, n in counted}
        for counted in map(unit.tallies.counted, range(periods))
    ]


def test_counts_of_a_release_are_those_of_every_spell_judged_by_itself(worlds: Worlds) -> None:
    seen: Counter[str] = Counter()
    with worlds.database.reading() as session:
        catalogue = Catalogue(read_setting(session, thresholds_on(session, TODAY), None))
        for now in closed_periods(Calendar.HALF_YEAR, TODAY, 2024):
            grid = grid_of(Calendar.HALF_YEAR, now, ())
            insatser = [made.insats_id for made in worlds.worlds]
            counted = count_units(session, insatser, grid, catalogue)
            assert list(counted) == insatser
            for insats_id in insatser:
                ever = Period(EVER, now.end)
                rows = read_cohort(session, insats_id, ever, today=TODAY).rows
                tallies = slowly(rows, grid, catalogue)
                assert flat(counted[insats_id], len(grid.smallest)) == tallies, (now, insats_id)
                seen.update(measure for tally in tallies for measure, *_ in tally)
    uncounted = {name for name, part in catalogue.parts.items() if not seen[name]}
    assert uncounted <= {"sustained_12@rest", "sustained_18@rest"}, "the worlds are too small"
