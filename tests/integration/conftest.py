"""Settings of the integration tests: one world per test, on both databases, on one day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.worlds import World, a_world, standing_still
from tracking.store.database import Database


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A förbund with two insatser, on a day that stands still."""
    with standing_still():
        yield a_world(database)
