"""That exact tables were looked at stands in the insats's log: a look is a row, a click is none."""

from __future__ import annotations

import pytest

from tests.app.conftest import Open
from tests.app.world import World, actor_of
from tracking.domain.errors import NotPermitted
from tracking.outcomes.tables_seen import see_tables
from tracking.store.database import Database


def looks(world: World, page: str) -> list[tuple[int, int]]:
    """Who has seen the exact tables of which insats on a page, in order."""
    database = Database.open(world.url)
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT account_id, insats_id FROM access_log_payload"
            f" WHERE action = 'see_tables' AND page = '{page}' ORDER BY log_id"
        ).all()
    database.close()
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("page", ["insatsen", "datakvalitet"])
def test_look_at_exact_tables_is_one_row_however_often_the_page_is_drawn(
    open_as: Open, world: World, page: str
) -> None:
    app = open_as(world.lead, page)
    assert not app.exception
    app.run()
    app.run()
    assert looks(world, page) == [(world.lead, world.insats_id)]
    app.switch_page("../../pages/sa_raknar_vi.py").run()
    app.switch_page(f"../../pages/{page}.py").run()
    assert looks(world, page) == [(world.lead, world.insats_id)] * 2


def test_look_that_is_refused_is_no_look(world: World) -> None:
    database = Database.open(world.url)
    board = actor_of(database, world.board)
    with pytest.raises(NotPermitted):
        see_tables(database, board, [world.insats_id], page="insatsen")
    database.close()
    assert looks(world, "insatsen") == []
