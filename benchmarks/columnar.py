"""A columnar copy of a database's results in DuckDB, to have something fast to be compared to."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
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
NUMBERS = frozenset({"id", "spell_id", "participant_id", "attendance_id", "session_id"})
APART = 5_000_000
"""So far apart do the insatser of two copies lie: further than any förbund counts."""
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
            f"INSERT INTO nation ({listed})"
            f" SELECT {moved(found)} FROM (SELECT {listed} FROM {name}),"
            f" range({times}) many(n) ORDER BY {first} * {times} + n"
        )
        copy.execute(f"DROP TABLE {name}")
        copy.execute(f"ALTER TABLE nation RENAME TO {name}")


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
