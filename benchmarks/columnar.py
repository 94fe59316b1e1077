"""A columnar copy of a database's results in DuckDB, to have something fast to be compared to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import duckdb
import pandas
from sqlalchemy import Connection, text

from benchmarks.ground import Ground

RAW = {
    "rating": ("id", "attendance_id", "instrument", "total", "voided_at"),
    "attendance": ("id", "session_id", "spell_id", "insats_id", "status", "voided_at"),
    "session": ("id", "held_on", "order_in_day", "voided_at"),
}
AT_ONCE = 200_000
TIMES = 15


def columnar(here: Ground, *, raw: bool = True) -> duckdb.DuckDBPyConnection:
    """DuckDB in memory with the summary and the raw ratings, days as text as they are stored."""
    copy = duckdb.connect()
    with here.database.reading() as session:
        stored = session.connection()
        _copied(copy, stored, "summary", "spell_summary", _columns(stored, "spell_summary"))
        for name, columns in RAW.items() if raw else ():
            kinds = _columns(stored, name)
            _copied(copy, stored, name, name, {column: kinds[column] for column in columns})
    return copy


def _columns(stored: Connection, table: str) -> dict[str, str]:
    """The columns of a table and their types in DuckDB: numbers, or text as SQLite stores days."""
    from tracking.store.tables import metadata

    kinds = {}
    for column in metadata.tables[table].columns:
        name = str(column.type.compile(stored.dialect)).upper()
        kinds[column.name] = "BIGINT" if "INT" in name or "BOOL" in name else "VARCHAR"
    return kinds


def _copied(
    copy: duckdb.DuckDBPyConnection,
    stored: Connection,
    name: str,
    table: str,
    kinds: dict[str, str],
) -> None:
    listed = ", ".join(kinds)
    copy.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {kind}' for c, kind in kinds.items())})")
    found = stored.execution_options(stream_results=True).execute(
        text(f"SELECT {listed} FROM {table}")
    )
    while rows := found.fetchmany(AT_ONCE):
        frame = pandas.DataFrame(map(tuple, rows), columns=list(kinds), dtype=object)
        if stored.dialect.name != "sqlite":  # there a day is a day, here its text
            for column in (name for name, kind in kinds.items() if kind == "VARCHAR"):
                kept = frame[column].notna()
                frame.loc[kept, column] = frame.loc[kept, column].map(str)
        copy.register("frame", frame)
        copy.execute(f"INSERT INTO {name} SELECT {listed} FROM frame")
        copy.unregister("frame")


def recorded_in_turn(copy: duckdb.DuckDBPyConnection) -> None:
    """Put the rows in the order in which they would have been recorded, day by day.

    A demo writes one insats after another, so that DuckDB skips all other insatser unread. Where
    all record in turn the rows of an insats lie among those of all the others.
    """
    days = {
        "summary": "started_on, spell_id",
        "session": "held_on, id",
        "attendance": "(SELECT held_on FROM session s WHERE s.id = attendance.session_id), id",
        "rating": "(SELECT held_on FROM attendance a JOIN session s ON s.id = a.session_id"
        " WHERE a.id = rating.attendance_id), id",
    }
    there = {name for (name,) in copy.execute("SHOW TABLES").fetchall()}
    for name, order in days.items():
        if name in there:
            copy.execute(f"CREATE TABLE in_turn AS SELECT * FROM {name} ORDER BY {order}")
            copy.execute(f"DROP TABLE {name}")
            copy.execute(f"ALTER TABLE in_turn RENAME TO {name}")


def used(sql: str, bound: dict[str, Any]) -> dict[str, Any]:
    """The parameters that a query names; DuckDB refuses any other."""
    return {name: value for name, value in bound.items() if f"${name}" in sql}


def timed(
    act: Callable[[], object], times: int = TIMES, *, before: Callable[[], object] = lambda: None
) -> float:
    """The least processor time of some runs in milliseconds, of all threads together.

    Not the clock: other work on the machine stretches that, and DuckDB has a thread a core.
    ``before`` each run something may be done that is not measured.
    """
    before()
    act()
    taken = []
    for _ in range(times):
        before()
        began = time.process_time()
        act()
        taken.append(1000 * (time.process_time() - began))
    return min(taken)
