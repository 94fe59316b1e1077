"""A förbund that has not filled its code lists can make a release all the same."""

from __future__ import annotations

import random
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from sqlmodel import select

from tests.integration.result_worlds import building
from tests.integration.test_release_steps import populate
from tracking.domain.roles import Role
from tracking.outcomes.releases import prepare_and_publish, released_tables
from tracking.store.database import Database
from tracking.store.tables import Code

JULY, FEBRUARY = date(2025, 8, 15), date(2026, 2, 2)


@pytest.mark.parametrize("people", [0, 3, 30])
def test_empty_list_of_municipalities_keeps_no_release_from_being_made(
    sqlite_database: Database, people: int
) -> None:
    with building(sqlite_database) as world:
        world.calendar()
        insats_id = world.insats("Stegen", starts_on=date(2025, 1, 1))
        populate(world, insats_id, people, random.Random(5))
        admin = world.actor(Role.FORBUND_ADMIN)
    _empty(sqlite_database, "municipality")
    # The second release is tested against the first, which had no such table either.
    for day, period in ((JULY, "2025-H1"), (FEBRUARY, "2025-H2")):
        with time_machine.travel(day, tick=False):
            prepare_and_publish(sqlite_database, admin, period, key=str(uuid4()))
            [heads, *_] = released_tables(sqlite_database, admin, period, insats_id).value
            assert heads.rows


def test_no_list_at_all_keeps_no_release_from_being_made(sqlite_database: Database) -> None:
    with building(sqlite_database) as world:
        world.calendar()
        insats_id = world.insats("Stegen", starts_on=date(2025, 1, 1))
        admin = world.actor(Role.FORBUND_ADMIN)
    with sqlite_database.reading() as session:
        lists = set(session.exec(select(Code.list_key)).all())
    assert lists >= {"end_reason", "referrer"}
    for list_key in lists:
        _empty(sqlite_database, list_key)
    with time_machine.travel(FEBRUARY, tick=False):
        prepare_and_publish(sqlite_database, admin, "2025-H2", key=str(uuid4()))
        assert released_tables(sqlite_database, admin, "2025-H2", insats_id).value


def _empty(database: Database, list_key: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM code WHERE list_key = :key"), {"key": list_key})
        left = connection.execute(
            text("SELECT count(*) FROM code WHERE list_key = :key"), {"key": list_key}
        ).scalar_one()
    assert left == 0
