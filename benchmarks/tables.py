"""The exact tables of one insats against DuckDB, at förbund size and, if asked, national size.

Run `python -m benchmarks.tables` (about a minute), or with `--national` (some minutes more; the
summary and the ratings are multiplied, with insatser of their own). DuckDB has a columnar copy
of the summary and of the raw ratings in memory, and answers the same question with one query a
table. Printed are milliseconds, the shortest of some runs, and how many times as fast as DuckDB
ours is: above 1 is faster. All are from one run.

Ours reads the rows as they were known at the period's end, DuckDB as they are now. *Cold* is a
table by itself after a write: the spells are read for it alone, with the columns that its
subject needs. *Kept* is what a page pays that has seen the table since the last write: the
insats's data version is asked for and the finished table is taken from where the page keeps it.
*Raw* is the same question put to the ratings themselves, which ours never reads.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import duckdb
import streamlit as st
from sqlalchemy import text

from benchmarks.budgets import DUCKDB_RAW, DUCKDB_SPEED, TABLE, TABLE_RAW, Line, printed
from benchmarks.columnar import columnar, multiply, timed, used
from benchmarks.ground import Ground, add_options, ground
from benchmarks.table_questions import Compared, compared
from tracking.domain import clock
from tracking.domain.periods import latest_12_months
from tracking.outcomes.breakdown_tables import Basis
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.insats_tables import read_basis
from tracking.outcomes.tables import data_version

NATIONAL_SPELLS = 1_000_000
RAW_TIMES = 5


def measured(here: Ground) -> Iterator[Line]:
    """Copy to DuckDB, then time every table of the insats with the most spells."""
    with columnar(here) as copy:
        yield from _lines(here, copy)


def _lines(here: Ground, copy: duckdb.DuckDBPyConnection) -> Iterator[Line]:
    period = latest_12_months(clock.today())
    with here.database.reading() as session:
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
        yield Line("spells of the insats", spells, "")
        yield Line("of these in the period", len(basis.cohort.rows), "")
        drawn_all = duck_all = 0.0
        for item in compared(labels):
            cold = timed(lambda item=item: item.draw(read(item.columns)))
            kept = timed(
                lambda item=item: keep(
                    item, basis, here.url, item.name, data_version(here.database, insats_id)
                )
            )
            asked = timed(
                lambda item=item: copy.execute(item.sql, used(item.sql, bound)).fetchall()
            )
            drawn_all += timed(lambda item=item: item.draw(basis))
            duck_all += asked
            yield _line(f"{item.name}, cold", cold, asked, False)
            yield _line(f"{item.name}, kept", kept, asked, False)
            if (raw_sql := item.raw) is not None:
                raw = timed(
                    lambda sql=raw_sql: copy.execute(sql, used(sql, bound)).fetchall(), RAW_TIMES
                )
                yield _line(f"{item.name}, cold, raw", cold, raw, True)
                yield _line(f"{item.name}, kept, raw", kept, raw, True)
        ours = drawn_all + timed(lambda: read(SpellRow._fields))
    yield _line("all tables, read once", ours, duck_all, False)


def _line(name: str, ours: float, duck: float, raw: bool) -> Line:
    """Ours in milliseconds, and how many times as fast as DuckDB it is."""
    return Line(
        f"live table: {name}",
        ours,
        ratio=duck / ours,
        against=DUCKDB_RAW if raw else DUCKDB_SPEED,
        budget=TABLE_RAW if raw else TABLE,
    )


@st.cache_resource(max_entries=400, show_spinner=False)
def keep(_item: Compared, _basis: Basis, url: str, name: str, version: int) -> object:
    """What a page keeps is found under the insats's data version."""
    del url, name, version
    return _item.draw(_basis)


def main() -> None:
    """Fill or open, copy, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument(
        "--national", action="store_true", help="multiply an SQLite demo of its own"
    )
    options = parser.parse_args()
    if options.national and options.database:
        parser.error("--national multiplies a demo of its own, not a database that is there")
    # Releases are not what is measured here, and take longer than all the rest.
    with ground(options, releases=0) as here, columnar(here) as copy:
        print(printed(here.in_words, _lines(here, copy)))
        if options.national:
            times = -(-NATIONAL_SPELLS // here.spells)
            assert here.file is not None
            multiply(here.file, copy, times)
            said = f"multiplied by {times}: {here.insatser * times} insatser, "
            said += f"{here.spells * times} spells, {here.ratings * times} ratings"
            print("\n" + printed(said, _lines(here, copy)))


if __name__ == "__main__":
    main()
