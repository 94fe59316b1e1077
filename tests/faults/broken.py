"""Ways for a storage to fail that are real: the kernel, SQLite and PostgreSQL say so themselves.

Each is a block inside which the storage fails and after which it is well again. They work for
root and for anybody else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, make_url

from tracking.store.database import Database


def file_of(url: str) -> Path:
    """The file of an SQLite address."""
    return Path(make_url(url).database or "")


def plain_address(url: str) -> str:
    """A PostgreSQL address as psycopg itself reads it."""
    return url.replace("+psycopg", "", 1)


@contextmanager
def sqlite_full(database: Database) -> Iterator[None]:
    """No page more than there are: SQLite's own answer to a disk without room."""

    def as_large_as_it_is(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages - free}")

    database.engine.dispose()
    event.listen(database.engine, "connect", as_large_as_it_is)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", as_large_as_it_is)
        database.engine.dispose()


@contextmanager
def postgres_full(database: Database) -> Iterator[None]:
    """The server refuses a row with the state that it has for a full disk (53100)."""
    address = plain_address(database.engine.url.render_as_string(hide_password=False))
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
        )
        other.execute("CREATE TRIGGER no_room BEFORE INSERT ON rating EXECUTE FUNCTION no_room()")
        try:
            yield
        finally:
            other.execute("DROP FUNCTION no_room CASCADE")


@contextmanager
def sqlite_locked(database: Database) -> Iterator[None]:
    """Somebody else holds the write lock, for longer than anybody waits."""
    other = sqlite3.connect(file_of(str(database.engine.url)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def postgres_locked(database: Database) -> Iterator[None]:
    """Somebody else holds the log's head, which every write needs."""
    address = plain_address(database.engine.url.render_as_string(hide_password=False))
    with psycopg.connect(address) as other:
        other.execute("SELECT * FROM access_log_head FOR UPDATE")
        try:
            yield
        finally:
            other.rollback()


@contextmanager
def postgres_read_only(database: Database) -> Iterator[None]:
    """The address has come to lead to a server that takes no writes."""
    address = plain_address(database.engine.url.render_as_string(hide_password=False))
    name = make_url(address).database
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
        database.engine.dispose()
        try:
            yield
        finally:
            other.execute("SET default_transaction_read_only = off")
            other.execute(f'ALTER DATABASE "{name}" RESET ALL'.encode())
            database.engine.dispose()


@contextmanager
def sqlite_gone(database: Database) -> Iterator[None]:
    """The file is moved away under the running process, as when a disk is unmounted."""
    file = file_of(str(database.engine.url))
    away = file.with_name(file.name + ".away")
    file.rename(away)
    try:
        yield
    finally:
        assert not file.exists(), "nobody may have made an empty one in its place"
        away.rename(file)


@contextmanager
def sqlite_replaced(database: Database) -> Iterator[None]:
    """Another database lies under the name, as after a careless restore."""
    file = file_of(str(database.engine.url))
    with sqlite_gone(database):
        sqlite3.connect(file).close()
        file.touch()
        try:
            yield
        finally:
            file.unlink()
