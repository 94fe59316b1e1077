"""A statement that is asked often answers as SQLAlchemy does, on both kinds of database."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import bindparam, column, text
from sqlalchemy.exc import DBAPIError

from tests.integration.worlds import World
from tracking.store.database import Database
from tracking.store.often import Often
from tracking.store.types import IsoDate


def test_rows_are_those_of_sqlalchemy_also_with_days(database: Database, world: World) -> None:
    asked = (
        text("SELECT id, name FROM insats WHERE starts_on <= :day AND id >= :least ORDER BY id")
        .bindparams(bindparam("day", type_=IsoDate()))
        .columns(column("id"), column("name"))
    )
    with database.reading() as session:
        connection = session.connection()
        for day in (date(1990, 1, 1), date(2100, 1, 1)):
            # What a statement does not name is let be.
            bound = {"day": day, "least": 0, "another": 5}
            theirs = connection.execute(asked, bound).fetchall()
            assert [tuple(row) for row in Often(asked).rows(connection, bound)] == theirs
            assert bool(theirs) == (day.year == 2100)


def test_fault_has_the_name_that_sqlalchemy_gives_it(database: Database) -> None:
    asked = Often(text("SELECT id FROM no_such_table"))
    with database.reading() as session, pytest.raises(DBAPIError, match="no_such_table"):
        asked.rows(session.connection(), {})
