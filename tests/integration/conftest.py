"""Settings of the integration tests: one world per test, on both databases, on one day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Makes, Sqlite
from tests.integration.report_worlds import Originals, ReportWorld
from tests.integration.worlds import World, a_world, standing_still
from tracking.store.database import Database


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A förbund with two insatser, on a day that stands still."""
    with standing_still():
        yield a_world(database)


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
