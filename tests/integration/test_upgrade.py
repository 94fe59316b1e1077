"""From every schema that ever was to today's, on data made by the program of that time.

The databases lie in tests/fixtures/schemas. An upgrade that fails halfway leaves all as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, make_url, text
from sqlalchemy.engine import Connection

from tests.databases import Makes, Postgres, Sqlite
from tests.fixtures import schemas
from tracking.access.log import verify
from tracking.store.backup.fingerprint import Fingerprint, fingerprint
from tracking.store.database import Database, make_engine
from tracking.store.migrate import (
    alembic_config,
    bring_up_to_date,
    newest_revision,
    revision_of,
)
from tracking.store.tables import metadata
from tracking.store.triggers import missing_triggers
from tracking.store.verify import summary_differences

OLDEST = schemas.REVISIONS[0]
MADE_ANEW = {"spell_summary", "alembic_version", "sqlite_sequence"}
"""What an upgrade may make anew; every other row stays, in the same table."""

COPIED = {"0004": {"code"}}
"""Each insats got its own behovsgrupper: rows are added."""

LAID_ANEW = {
    "0002": {"sign_in"},
    "0010": {"report", "section", "section_note", "snapshot"},
    "0014": {"deviation", "deviation_party", "head_count"},
}
"""By which migration a table was made anew, before any page could write in it: its rows are a
demo's or this folder's. From 0014 on there is none: a migration that loses a row fails here.
"""


def may_differ(revision: str) -> set[str]:
    """The tables that another number of rows is right in."""
    later = [*COPIED.items(), *LAID_ANEW.items()]
    return MADE_ANEW.union(*(tables for at, tables in later if at > revision))


def all_revisions() -> set[str]:
    script = ScriptDirectory(str(alembic_config().get_main_option("script_location")))
    return {one.revision for one in script.walk_revisions()}


@contextmanager
def old(makes: Makes, revision: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the revision, of the asked kind, with that time's rows."""
    with makes.fresh(migrated=False) as url:
        if isinstance(makes, Sqlite):
            schemas.lay_out(revision, Path(make_url(url).database or ""))
        else:
            file = tmp_path / "old.db"
            schemas.lay_out(revision, file)
            _laid_out_in_postgres(url, revision, file)
        yield url


def _laid_out_in_postgres(url: str, revision: str, file: Path) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)
    engine.dispose()
    source = sqlite3.connect(file)
    names = source.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ).fetchall()
    address = make_url(url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(address) as target:
        # In any order: the references are looked at after the upgrade, all of them.
        target.execute("SET session_replication_role = replica")
        for (name,) in names:
            rows = source.execute(f'SELECT * FROM "{name}"')
            columns = ", ".join(f'"{column[0]}"' for column in rows.description)
            target.execute(f'DELETE FROM "{name}"'.encode())
            with target.cursor().copy(f'COPY "{name}" ({columns}) FROM STDIN'.encode()) as into:
                for row in rows:
                    into.write_row(row)
        _set_sequences(target)
    source.close()


def _set_sequences(target: psycopg.Connection[Any]) -> None:
    owned = target.execute(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name),"
        " column_name) FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
    ).fetchall()
    for table, column, sequence in owned:
        highest = f'SELECT coalesce(max("{column}"), 1) FROM "{table}"'
        target.execute(f"SELECT setval('{sequence}', ({highest}))".encode())


def loose_references(connection: Connection) -> list[str]:
    """Every foreign key with a row that refers to nothing."""
    found = []
    looked = inspect(connection)
    for table in looked.get_table_names():
        for key in looked.get_foreign_keys(table):
            pairs = list(zip(key["constrained_columns"], key["referred_columns"], strict=True))
            joined = " AND ".join(f'p."{there}" = c."{here}"' for here, there in pairs)
            given = " AND ".join(f'c."{here}" IS NOT NULL' for here, _ in pairs)
            lost = connection.exec_driver_sql(
                f'SELECT count(*) FROM "{table}" c WHERE {given} AND NOT EXISTS'
                f' (SELECT 1 FROM "{key["referred_table"]}" p WHERE {joined})'
            ).scalar_one()
            found += [f"{table} {key['name']}: {lost}"] if lost else []
    return found


def test_every_schema_but_the_newest_has_a_database() -> None:
    """Make the missing one with tests/fixtures/schemas/make.py, which says how."""
    assert all_revisions() - {newest_revision()} <= set(schemas.REVISIONS)
    assert set(schemas.REVISIONS) <= all_revisions()


@pytest.mark.parametrize("revision", schemas.REVISIONS)
def test_every_table_of_the_old_database_has_rows(revision: str, tmp_path: Path) -> None:
    schemas.lay_out(revision, tmp_path / "old.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.connect() as connection:
        assert revision_of(connection) == revision
        rows = fingerprint(connection)
    engine.dispose()
    empty = {name for name, (count, _) in rows.items() if count == 0}
    assert empty == {"touched_spell", "touched_insats"}


@pytest.mark.parametrize("revision", schemas.REVISIONS)
def test_old_database_becomes_todays_with_all_its_rows(
    databases: Makes, revision: str, tmp_path: Path
) -> None:
    with old(databases, revision, tmp_path) as url:
        engine = make_engine(url)
        with engine.connect() as connection:
            before = {name: count for name, (count, _) in fingerprint(connection).items()}
            log_before = rows_of_the_log(connection)
        engine.dispose()
        database = Database.open(url)
        with database.reading() as session:
            connection = session.connection()
            assert revision_of(connection) == newest_revision()
            after = {name: count for name, (count, _) in fingerprint(connection).items()}
            assert {
                name: (count, after.get(name))
                for name, count in before.items()
                if name not in may_differ(revision) and after.get(name) != count
            } == {}
            assert rows_of_the_log(connection) == log_before
            assert loose_references(connection) == []
            if database.dialect == "sqlite":
                # With the CHECKs of every row, those of columns that came later as well.
                whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
                assert whole == "ok"
            assert missing_triggers(connection) == set()
            assert verify(session) == []
            assert list(summary_differences(session)) == []
            assert after["spell_summary"] == after["spell"] > 0
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, metadata) == []
        database.close()


def rows_of_the_log(connection: Connection) -> list[Any]:
    return [
        tuple(row) for row in connection.exec_driver_sql("SELECT * FROM access_log ORDER BY id")
    ]


class Broken(Exception):
    """What the test lets happen in the middle."""


@contextmanager
def breaking(engine: Engine, after: int) -> Iterator[list[str]]:
    """Let the statement number ``after`` that changes anything fail, before it is made."""
    seen: list[str] = []

    def look(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(None, 1)[0] in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE"):
            seen.append(statement)
            if len(seen) == after:
                raise Broken

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", look)


def everything(url: str) -> tuple[Fingerprint, str | None, list[Any]]:
    """Rows, revision and the shape of every table, index and trigger."""
    engine = make_engine(url)
    with engine.connect() as connection:
        shape = (
            "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"
            if engine.dialect.name == "sqlite"
            else "SELECT table_name, column_name, data_type, is_nullable"
            " FROM information_schema.columns WHERE table_schema = current_schema() UNION ALL"
            " SELECT conname, '', pg_get_constraintdef(oid), '' FROM pg_constraint UNION ALL"
            " SELECT indexname, '', indexdef, '' FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT tgname, '', '', '' FROM pg_trigger WHERE NOT tgisinternal"
            " ORDER BY 1, 2, 3"
        )
        found = fingerprint(connection), revision_of(connection)
        rows = [tuple(row) for row in connection.execute(text(shape))]
    engine.dispose()
    return *found, rows


@pytest.mark.parametrize("revision", [OLDEST, schemas.REVISIONS[-1]])
def test_upgrade_that_fails_in_the_middle_leaves_the_old_database_untouched(
    databases: Makes, revision: str, tmp_path: Path
) -> None:
    with old(databases, revision, tmp_path) as url:
        before = everything(url)
        engine = make_engine(url)
        steps = _steps(databases, revision, tmp_path)
        assert steps > 10
        for broken_at in sorted({1, 2, steps // 3, steps // 2, steps - 1, steps}):
            with breaking(engine, broken_at), pytest.raises(Broken):
                bring_up_to_date(engine)
            engine.dispose()
            assert everything(url) == before, f"broken at {broken_at} of {steps}"
        bring_up_to_date(engine)
        engine.dispose()
        database = Database.open(url)
        with database.reading() as session:
            assert list(summary_differences(session)) == []
        database.close()


def _steps(databases: Makes, revision: str, tmp_path: Path) -> int:
    """How many statements the whole upgrade changes something with."""
    (tmp_path / "counted").mkdir()
    with old(databases, revision, tmp_path / "counted") as url:
        engine = make_engine(url)
        with breaking(engine, -1) as seen:
            bring_up_to_date(engine)
        engine.dispose()
    return len(seen)


def test_old_database_can_be_backed_up_before_the_upgrade(
    postgres_databases: Postgres,
    sqlite_databases: Sqlite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the new program, without changing the old database; what is put back is upgraded."""
    from tests.integration.backups import PROGRAMS, backed_up, folder, restored
    from tracking.store.backup.postgres import PROGRAMS_VARIABLE

    monkeypatch.setenv(PROGRAMS_VARIABLE, PROGRAMS)
    makes: Makes
    for makes in (sqlite_databases, postgres_databases):
        name = type(makes).__name__
        with old(makes, OLDEST, folder(tmp_path, name)) as url:
            before = everything(url)
            database = Database(make_engine(url))
            made = backed_up(database, folder(tmp_path, f"kopior-{name}"))
            database.close()
            assert (made.revision, made.found.log_faults) == (OLDEST, None)
            assert everything(url) == before
        with makes.fresh(migrated=False) as url:
            done = restored(made.file, url)
            assert done.migrated
            assert (done.found.log_faults, done.found.summary_faults) == (0, 0)
