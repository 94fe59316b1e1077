"""The exact tables of one insats against DuckDB, at förbund size and, if asked, national size.

Run `python -m benchmarks.tables` (about a minute), or with `--national` (some minutes more; the
summary and the ratings are multiplied, with insatser of their own). DuckDB has a columnar copy
of the summary and of the raw ratings in memory, and answers the same question with one query a
table. Printed are milliseconds, the shortest of some runs, and how many times as fast as DuckDB
ours is: above 1 is faster. All are from one run.

Ours reads the rows as they were known at the period's end, DuckDB as they are now. *Cold* is a
table by itself after a write: the spells are read for it alone, with the columns that its
subject needs. *Drawn* is what it costs when another table of the subject has read them. *Kept*
is what a page pays that has seen the table since the last write: the insats's data version is
asked for and the finished table is taken from where the page keeps it.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pandas
import streamlit as st
from sqlalchemy import text

from tracking.domain import clock
from tracking.domain.periods import latest_12_months
from tracking.exchange.demo import fill
from tracking.outcomes import columns as needed
from tracking.outcomes.breakdown_tables import Basis, breakdown_table
from tracking.outcomes.breakdowns import BREAKDOWNS, Head
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.endings import end_reasons_table
from tracking.outcomes.insats_tables import read_basis
from tracking.outcomes.occupation import occupation_change_table
from tracking.outcomes.participants import flows_table
from tracking.outcomes.ratings import ors_change_table
from tracking.outcomes.scores import ors_means_table
from tracking.outcomes.stays import Plan, capacity_table
from tracking.outcomes.step_matrix import step_matrix_table
from tracking.outcomes.steps import step_moves_table, sustained_table
from tracking.outcomes.support import support_change_table, support_flow_table
from tracking.outcomes.tables import data_version
from tracking.store.database import Database

FORBUND_SCALE = 6.8
NATIONAL_SPELLS = 1_000_000
TIMES = 15
RAW = {
    "rating": ("id", "attendance_id", "instrument", "total", "voided_at"),
    "attendance": ("id", "session_id", "spell_id", "insats_id", "status", "voided_at"),
    "session": ("id", "held_on", "order_in_day", "voided_at"),
}
NUMBERS = frozenset({"id", "spell_id", "participant_id", "attendance_id", "session_id"})
APART = 5_000_000
"""So far apart do the insatser of two copies lie: further than any förbund counts."""

ENDED = "ended_on BETWEEN $first AND $last AND outcome IN ('completed', 'interrupted')"
STARTED = "started_on BETWEEN $first AND $last"
COMPLETED = "ended_on BETWEEN $first AND $last AND outcome = 'completed'"
AGE = "CAST(substr(started_on, 1, 4) AS INTEGER) - birth_year"
GROUP = """CASE WHEN {0}_support = 'none' THEN 'none' WHEN {0}_sources & 15 > 0 THEN 'health'
  WHEN {0}_sources & 112 > 0 THEN 'labour' WHEN {0}_sources & 128 > 0 THEN 'income'
  WHEN {0}_sources & 256 > 0 THEN 'study' WHEN {0}_sources & 512 > 0 THEN 'other'
  ELSE 'missing' END"""
OCCUPATION = """CASE WHEN {0}_work = 'yes' AND {0}_studies = 'yes' THEN 'both'
  WHEN {0}_work = 'yes' THEN 'work' WHEN {0}_studies = 'yes' THEN 'studies'
  WHEN {0}_work = 'no' AND {0}_studies = 'no' AND {0}_seeking = 'yes' THEN 'seeking'
  WHEN {0}_work = 'no' AND {0}_studies = 'no' AND {0}_seeking = 'no' THEN 'none'
  ELSE 'missing' END"""
MOVE = """CASE WHEN step_end = -1 THEN 'exit' WHEN step_start IS NULL OR step_end IS NULL
  THEN 'missing' WHEN step_start = -1 THEN 'exit' WHEN step_end > step_start THEN 'forward'
  WHEN step_end < step_start THEN 'back' ELSE 'same' END"""
KEPT = "CASE WHEN step_end < 0 OR step_m6 < 0 THEN false ELSE step_m6 >= step_end END"
TWO = f"{ENDED} AND ors_n >= 2"
CUT = "250"
CLASS = f"""CASE WHEN ors_last_mm - ors_first_mm >= 60 AND ors_first_mm < {CUT}
  AND ors_last_mm >= {CUT} THEN 'recovered' WHEN ors_last_mm - ors_first_mm >= 60
  THEN 'improved' WHEN ors_first_mm - ors_last_mm >= 60 THEN 'worse'
  WHEN ors_first_mm < {CUT} AND ors_last_mm >= {CUT} THEN 'crossed' ELSE 'same' END"""
MEANS = """count(*), avg(first), avg(last), avg(last - first), median(last - first),
  stddev_samp(first), stddev_samp(last - first)"""
DAYS = """sum(date_diff('day', greatest(started_on, $first)::DATE,
  least(coalesce(ended_on, $last), $last)::DATE) + 1)"""


@dataclass(frozen=True)
class Compared:
    """A table, how it is drawn here, and the same question to DuckDB."""

    name: str
    draw: Callable[[Basis], object]
    sql: str
    columns: tuple[str, ...] = ()
    raw: str | None = None


def by(expression: str, population: str) -> str:
    return (
        f"SELECT {expression}, gender, count(*) FROM summary"
        f" WHERE insats_id = $insats AND {population} GROUP BY ALL"
    )


def from_ratings(select: str, what: str = "") -> str:
    """The first and the last ORS worked out from the ratings, of spells ended in the period."""
    return f"""WITH scored AS (
      SELECT a.spell_id, first(r.total ORDER BY s.held_on, s.order_in_day, r.id) AS first,
        last(r.total ORDER BY s.held_on, s.order_in_day, r.id) AS last, count(*) AS n
      FROM rating r JOIN attendance a ON a.id = r.attendance_id
        JOIN session s ON s.id = a.session_id
      WHERE r.instrument = 'ORS' AND r.voided_at IS NULL AND r.total IS NOT NULL
        AND a.voided_at IS NULL AND s.voided_at IS NULL AND a.status = 'present'
        AND s.held_on <= $last AND a.insats_id = $insats
      GROUP BY a.spell_id)
    SELECT {select} FROM scored JOIN summary USING (spell_id)
    WHERE insats_id = $insats AND {ENDED} AND n >= 2 {what}"""


def compared(labels: dict[str, str]) -> tuple[Compared, ...]:
    def draws(key: str) -> Callable[[Basis], object]:
        return lambda basis: breakdown_table(BREAKDOWNS[key], basis)

    start, end = (expression.format("start") for expression in (GROUP, OCCUPATION))
    return (
        Compared(
            "deltagare och flöden",
            lambda b: flows_table(b.cohort, b.anonymous),
            f"""SELECT gender, count(*) FILTER (started_on < $first), count(*) FILTER ({STARTED}),
              count(*) FILTER ({ENDED}), count(*) FILTER ({COMPLETED}),
              count(*) FILTER (ended_on IS NULL OR ended_on > $last),
              count(DISTINCT participant_id) FROM summary WHERE insats_id = $insats
              AND started_on <= $last AND (ended_on IS NULL OR ended_on >= $first)
              AND (outcome IS NULL OR outcome <> 'misregistered') GROUP BY gender""",
        ),
        Compared("ålder", draws("age"), by(f"CASE {_ages()} END", STARTED), needed.BACKGROUND),
        Compared("remittent", draws("referrer"), by("referrer_key", STARTED), needed.BACKGROUND),
        Compared("utbildning", draws("education"), by("education_key", STARTED), needed.BACKGROUND),
        Compared(
            "hemkommun", draws("municipality"), by("municipality_key", STARTED), needed.BACKGROUND
        ),
        Compared(
            "avslutsanledning",
            lambda b: end_reasons_table(b.cohort, labels, b.anonymous),
            by("outcome, end_reason_key", ENDED),
            ("end_reason_key",),
        ),
        Compared(
            "försörjning före/efter",
            support_change_table,
            by(start, ENDED) + " UNION ALL " + by(GROUP.format("end"), ENDED),
            needed.SUPPORT,
        ),
        Compared(
            "försörjning, flöde",
            support_flow_table,
            by(f"{start} AS a, {GROUP.format('end')} AS b", ENDED),
            needed.SUPPORT,
        ),
        Compared(
            "sysselsättning före/efter",
            occupation_change_table,
            by(end, ENDED) + " UNION ALL " + by(OCCUPATION.format("end"), ENDED),
            needed.OCCUPATION,
        ),
        Compared(
            "stegförflyttning",
            lambda b: step_moves_table(b.cohort, b.anonymous),
            by(f"outcome, {MOVE}", ENDED),
            needed.STEPS,
        ),
        Compared(
            "steg, matris",
            lambda b: step_matrix_table(b, Head.ENDED, {}),
            by("step_start, step_end", ENDED),
            needed.STEPS,
        ),
        Compared(
            "uppföljning",
            lambda b: sustained_table(b.cohort, b.anonymous),
            by(f"m6_status, {KEPT}", "m6_due_on BETWEEN $first AND $last"),
            needed.STEPS,
        ),
        Compared(
            "ORS, klasser",
            lambda b: ors_change_table(b.cohort, b.setting.thresholds, b.anonymous),
            by(f"ors_first_mm < {CUT}, {CLASS}", TWO),
            needed.ORS,
            from_ratings("first < 250, last - first >= 60, gender, count(*)", "GROUP BY ALL"),
        ),
        Compared(
            "ORS, medelvärden",
            ors_means_table,
            f"SELECT ors_first_mm < {CUT} AS low, gender, {MEANS} FROM (SELECT *, ors_first_mm AS"
            f" first, ors_last_mm AS last FROM summary WHERE insats_id = $insats AND {TWO})"
            " GROUP BY CUBE (low, gender)",
            needed.ORS,
            from_ratings(
                f"first < 250 AS low, gender, {MEANS}", "GROUP BY CUBE (first < 250, gender)"
            ),
        ),
        Compared("tid i insatsen", draws("stay"), by(f"CASE {_stays()} END", ENDED)),
        Compared(
            "kapacitet",
            lambda b: capacity_table(Plan(60, None), b),
            f"SELECT gender, {DAYS} FROM summary WHERE insats_id = $insats AND started_on <= $last"
            " AND (ended_on IS NULL OR ended_on >= $first) GROUP BY gender",
        ),
    )


def _ages() -> str:
    return " ".join(
        f"WHEN {AGE} BETWEEN {low} AND {high} THEN '{low}'"
        for low, high in ((16, 18), (19, 24), (25, 29), (30, 44), (45, 64))
    )


def _stays() -> str:
    days = "date_diff('day', started_on::DATE, ended_on::DATE) + 1"
    return " ".join(f"WHEN {days} <= {most} THEN {most}" for most in (90, 180, 365, 730))


def main() -> None:
    """Fill, copy, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=FORBUND_SCALE)
    arguments.add_argument("--national", action="store_true")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "forbund.db"
        database = Database.open(f"sqlite:///{file}")
        # Releases are not what is measured here, and take longer than all the rest.
        with patch("tracking.exchange.demo.loader.make_demo_releases", return_value=()):
            made = fill(database, seed=1, scale=chosen.scale)
        print(f"{made.insatser} insatser, {made.spells} spells, {made.ratings} ratings")
        copy = columnar(file)
        measure(database, copy)
        if chosen.national:
            times = -(-NATIONAL_SPELLS // made.spells)
            multiply(file, copy, times)
            print(
                f"\nmultiplied: {made.insatser * times} insatser, {made.spells * times} spells,"
                f" {made.ratings * times} ratings"
            )
            measure(database, copy)
        copy.close()
        database.close()


def columnar(file: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB in memory with the summary and the raw ratings, days as text as they are stored."""
    copy = duckdb.connect()
    with closing(sqlite3.connect(file)) as stored:
        kinds = {row[1]: row[2] for row in stored.execute("PRAGMA table_info(spell_summary)")}
        _copied(copy, stored, "summary", "spell_summary", kinds)
        for name, columns in RAW.items():
            kinds = {row[1]: row[2] for row in stored.execute(f"PRAGMA table_info({name})")}
            _copied(copy, stored, name, name, {column: kinds[column] for column in columns})
    return copy


def _copied(
    copy: duckdb.DuckDBPyConnection,
    stored: sqlite3.Connection,
    name: str,
    table: str,
    kinds: dict[str, str],
) -> None:
    listed = ", ".join(kinds)
    rows = stored.execute(f"SELECT {listed} FROM {table}").fetchall()
    frame = pandas.DataFrame(rows, columns=list(kinds), dtype=object)
    copy.register("frame", frame)
    copy.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {kind}' for c, kind in kinds.items())})")
    copy.execute(f"INSERT INTO {name} SELECT {listed} FROM frame")
    copy.unregister("frame")


def multiply(file: Path, copy: duckdb.DuckDBPyConnection, times: int) -> None:
    """Make a nation of one förbund: everything so many times, each in insatser of its own.

    The copies are interleaved, as they are where a thousand insatser record day by day: the rows
    of one insats lie spread over the whole table, here and in DuckDB. The ratings are multiplied
    in DuckDB alone; the exact tables never read them.
    """

    def moved(columns: Iterable[str]) -> str:
        return ", ".join(
            f"insats_id + n * {APART}"
            if c == "insats_id"
            else f"{c} * {times} + n"
            if c in NUMBERS
            else c
            for c in columns
        )

    with closing(sqlite3.connect(file)) as stored:
        columns = [row[1] for row in stored.execute("PRAGMA table_info(spell_summary)")]
        stored.execute("CREATE TEMP TABLE one AS SELECT * FROM spell_summary ORDER BY spell_id")
        stored.execute("DELETE FROM spell_summary")
        stored.execute(
            "WITH RECURSIVE many(n) AS"
            f" (SELECT 0 UNION ALL SELECT n + 1 FROM many WHERE n < {times - 1})"
            f" INSERT INTO spell_summary ({', '.join(columns)})"
            f" SELECT {moved(columns)} FROM one CROSS JOIN many"
        )
        stored.commit()
        stored.execute("ANALYZE")
    for name, found in {"summary": tuple(columns), **RAW}.items():
        listed = ", ".join(found)
        first = found[0]
        copy.execute(f"CREATE TABLE nation AS SELECT * FROM {name} LIMIT 0")
        copy.execute(
            f"INSERT INTO nation SELECT {moved(found)} FROM (SELECT {listed} FROM {name}),"
            f" range({times}) many(n) ORDER BY {first} * {times} + n"
        )
        copy.execute(f"DROP TABLE {name}")
        copy.execute(f"ALTER TABLE nation RENAME TO {name}")


def measure(database: Database, copy: duckdb.DuckDBPyConnection) -> None:
    """Time every table of the insats with the most spells, here and in DuckDB."""
    period = latest_12_months(clock.today())
    with database.reading() as session:
        insats_id, spells = session.execute(
            text(
                "SELECT insats_id, count(*) FROM spell_summary GROUP BY insats_id"
                " ORDER BY count(*) DESC, insats_id LIMIT 1"
            )
        ).one()
        rows = session.execute(
            text("SELECT key, label FROM code WHERE list_key = 'end_reason' ORDER BY sort, id")
        )
        labels = {key: label for key, label in rows}
        bound = {"insats": insats_id, "first": f"{period.start}", "last": f"{period.end}"}

        def read(columns: tuple[str, ...]) -> Basis:
            return read_basis(session, insats_id, period, today=clock.today(), columns=columns)

        basis = read(SpellRow._fields)
        print(f"one insats of {spells} spells, {len(basis.cohort.rows)} concern the period\n")
        print(f"{'':28}{'ours, ms':^24}{'DuckDB, ms':^18}{'times as fast':^34}")
        print(
            f"{'':28}{'cold':>8}{'drawn':>8}{'kept':>8}{'summary':>9}{'raw':>9}"
            f"{'summary':>9}{'kept':>8}{'raw':>9}{'raw, kept':>11}"
        )
        ours = theirs = 0.0
        for item in compared(labels):
            cold = timed(lambda item=item: item.draw(read(item.columns)))
            drawn = timed(lambda item=item: item.draw(basis))
            kept = timed(
                lambda item=item: keep(item, basis, item.name, data_version(database, insats_id))
            )
            asked = timed(
                lambda item=item: copy.execute(item.sql, used(item.sql, bound)).fetchall()
            )
            ours, theirs = ours + drawn, theirs + asked
            line = f"{item.name:28}{cold:>8.2f}{drawn:>8.2f}{kept:>8.2f}{asked:>9.2f}"
            if item.raw is None:
                print(f"{line}{'':9}{asked / cold:>9.2f}{asked / kept:>8.1f}")
                continue
            raw_sql = item.raw
            raw = timed(lambda sql=raw_sql: copy.execute(sql, used(sql, bound)).fetchall(), 5)
            print(
                f"{line}{raw:>9.1f}{asked / cold:>9.2f}{asked / kept:>8.1f}"
                f"{raw / cold:>9.1f}{raw / kept:>11.1f}"
            )
        reading = timed(lambda: read(SpellRow._fields))
    print(f"{'reading all columns, once':28}{reading:>8.2f}")
    total = ours + reading
    print(
        f"{'all tables and the reading':28}{total:>8.2f}{'':16}{theirs:>9.2f}{'':9}"
        f"{theirs / total:>9.2f}"
    )


@st.cache_resource(max_entries=400, show_spinner=False)
def keep(_item: Compared, _basis: Basis, name: str, version: int) -> object:
    """What a page keeps is found under the insats's data version."""
    del name, version
    return _item.draw(_basis)


def used(sql: str, bound: dict[str, Any]) -> dict[str, Any]:
    """The parameters that a query names; DuckDB refuses any other."""
    return {name: value for name, value in bound.items() if f"${name}" in sql}


def timed(act: Callable[[], object], times: int = TIMES) -> float:
    """The shortest of some runs in milliseconds: what else the machine does only ever adds."""
    act()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - began))
    return min(taken)


if __name__ == "__main__":
    main()
