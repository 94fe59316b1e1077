"""A release's unprotected tables against DuckDB: every insats, every breakdown.

Run `python -m benchmarks.release`. Ours reads each insats's spells as they were known on the last
day of the latest closed period, sorts them into the smallest periods of the latest twelve months,
and fills the linked set that is then protected; targets are left out, DuckDB has no word for
them, but what they would read is counted by both. DuckDB has a columnar copy of the summary, as it
is now, and answers with one query a breakdown, of each insats. The figures of both are counted by
kön, and are fetched. Printed is the least processor time of two runs after a first one, here and
there; of DuckDB with its rows in either order (`benchmarks.columnar`).
What protecting and auditing takes is `benchmarks.disclosure`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import duckdb
from sqlalchemy import text

from benchmarks.budgets import DUCKDB_TIME, RELEASE_COUNTED, Line
from benchmarks.columnar import columnar, recorded_in_turn, timed, used
from benchmarks.ground import Ground, alone
from benchmarks.table_questions import CLASS, CUT, GROUP, KEPT, MOVE, OCCUPATION, ages, stays
from tracking.domain import clock
from tracking.domain.periods import Calendar, Period, closed_periods, latest_12_months
from tracking.outcomes.lists import read_setting
from tracking.outcomes.releasing.catalogue import Catalogue
from tracking.outcomes.releasing.catalogue_counts import Unit, count_units
from tracking.outcomes.releasing.catalogue_grid import Grid, grid_of
from tracking.outcomes.releasing.catalogue_tables import fill
from tracking.store.thresholds import thresholds_on

NOT_ONE = "(outcome IS NULL OR outcome <> 'misregistered')"
STARTED, ENDED = ("started_on", NOT_ONE), ("ended_on", NOT_ONE)
MONTHS_KNOWN = """CASE WHEN support_months IS NULL THEN 'unknown' WHEN support_months < 12 THEN '1'
  WHEN support_months <= 36 THEN '2' WHEN support_months <= 72 THEN '3' ELSE '4' END"""
TWO_ORS = f"{NOT_ONE} AND ors_n >= 2"
QUESTIONS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("''", STARTED),
    (f"CASE {ages()} END", STARTED),
    ("referrer_key", STARTED),
    ("education_key", STARTED),
    (MONTHS_KNOWN, STARTED),
    ("municipality_key", STARTED),
    ("outcome", ENDED),
    ("outcome, end_group_key", ENDED),
    (GROUP.format("start"), ENDED),
    (GROUP.format("end"), ENDED),
    (f"outcome, {OCCUPATION.format('end')}", ENDED),
    ("end_work_percent + end_studies_percent > start_work_percent", ENDED),
    ("outcome, active_planning", ENDED),
    (
        f"outcome, CASE WHEN ors_n < 2 THEN 'missing' WHEN ors_first_mm < {CUT} THEN 'below' END",
        ENDED,
    ),
    (f"outcome, {CLASS}", ("ended_on", f"{TWO_ORS} AND ors_first_mm < {CUT}")),
    (f"outcome, {CLASS}", ("ended_on", f"{TWO_ORS} AND ors_first_mm >= {CUT}")),
    ("sum(ors_first_mm), sum(ors_last_mm)", ("ended_on", TWO_ORS)),
    (f"CASE {stays()} END", ENDED),
    (f"outcome, {MOVE}", ENDED),
    *(
        (
            f"outcome, {due}_status, {KEPT.replace('step_m6', f'step_{due}')}",
            (f"{due}_due_on", NOT_ONE),
        )
        for due in ("m6", "m12", "m18")
    ),
)
"""What ours counts, and of whom by which day: the head counts, the breakdowns, by outcome where a
target may read fullföljda or the others alone, and the sums behind the means."""


def measured(here: Ground) -> Iterator[Line]:
    """Count the latest closed period of every insats, here and in DuckDB."""
    with columnar(here, raw=False) as copy:
        yield from _lines(here, copy)


def _lines(here: Ground, copy: duckdb.DuckDBPyConnection) -> Iterator[Line]:
    today = clock.today()
    period = closed_periods(Calendar.HALF_YEAR, today, today.year - 2)[-1]
    tables = 0

    def counted() -> tuple[Grid, Catalogue, list[Unit]]:
        with here.database.reading() as session:
            grid = grid_of(Calendar.HALF_YEAR, period, ())
            catalogue = Catalogue(read_setting(session, thresholds_on(session, today), None))
            insatser = session.execute(
                text("SELECT DISTINCT insats_id FROM spell_summary ORDER BY insats_id")
            ).scalars()
            units = count_units(session, list(insatser), grid, catalogue)
        return grid, catalogue, list(units.values())

    def filled() -> None:
        nonlocal tables
        tables = len(fill(*counted(), (), ()).tables.counts)

    # As the app does when it has started: what is there for good is not looked through again.
    gc.collect()
    gc.freeze()
    read, ours = timed(counted, 2), timed(filled, 2)
    gc.unfreeze()
    as_written = timed(lambda: _asked(copy, latest_12_months(period.end), period), 2)
    recorded_in_turn(copy)
    theirs = timed(lambda: _asked(copy, latest_12_months(period.end), period), 2)
    yield Line("a release's tables, unprotected: DuckDB, rows as a demo writes them", as_written)
    yield Line("a release's tables, unprotected: DuckDB, rows as recorded in turn", theirs)
    yield Line("a release's tables, unprotected: reading and counting", read, ratio=read / theirs,
               against=DUCKDB_TIME)  # fmt: skip
    yield Line(
        f"a release's tables, unprotected: all {tables}",
        ours,
        ratio=ours / theirs,
        against=DUCKDB_TIME,
        budget=RELEASE_COUNTED,
    )


def _asked(copy: duckdb.DuckDBPyConnection, window: Period, now: Period) -> int:
    """Ask all questions and fetch the answers; how many rows they have."""
    bound = {"first": f"{window.start}", "middle": f"{now.start}", "last": f"{window.end}"}
    rows = 0
    for what, (day, population) in QUESTIONS:
        sql = (
            f"SELECT insats_id, {day} >= $middle AS half, {what}, gender, count(*) FROM summary"
            f" WHERE {day} BETWEEN $first AND $last AND {population} GROUP BY ALL"
        )
        rows += len(copy.execute(sql, used(sql, bound)).fetchall())
    return rows


if __name__ == "__main__":
    alone(__doc__, measured, releases=0)
