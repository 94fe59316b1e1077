"""Settings of the integration tests: one world per test, on both databases, on one day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Makes, Sqlite, nothing
from tests.integration.report_worlds import Originals, ReportWorld
from tests.integration.worlds import World, a_world, standing_still, the_same_world
from tracking.store.database import Database


def the_world(database: Database) -> World:
    """The world as it is when a test begins: what every copy is made from."""
    with standing_still():
        return a_world(database)


@pytest.fixture
def database_url(databases: Makes, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with this version's schema, and the world for who asks for it."""
    fill = the_world if "world" in request.fixturenames else nothing
    with databases.fresh(migrated=True, fill=fill) as url:
        yield url


@pytest.fixture
def world(databases: Makes, database: Database) -> Iterator[World]:
    """A förbund with two insatser, on a day that stands still."""
    with standing_still():
        yield the_same_world(databases.made(the_world), database)


@pytest.fixture(scope="module")
def report_originals() -> Iterator[Originals]:
    """The world of reports, made once for each kind of database; only ever copied."""
    with Originals() as originals:
        yield originals


@pytest.fixture
def reports(sqlite_databases: Sqlite, report_originals: Originals) -> Iterator[ReportWorld]:
    """A förbund with two releases, on SQLite alone."""
    with report_originals.copy(sqlite_databases) as world:
        yield world


@pytest.fixture
def reports_both(databases: Makes, report_originals: Originals) -> Iterator[ReportWorld]:
    """A förbund with two releases, on both kinds of database."""
    with report_originals.copy(databases) as world:
        yield world
