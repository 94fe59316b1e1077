"""First and last ORS, one point a person: whose they are, who sees them, and the log of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from tests.integration.result_worlds import World, building
from tracking.domain.change import ChangeClass
from tracking.domain.errors import NotPermitted
from tracking.domain.periods import half_year
from tracking.domain.roles import Role
from tracking.outcomes.ors_pairs import ors_pairs
from tracking.store.database import Database

PERIOD = half_year(2025, 1)


def measured(world: World, insats: int, first: int, last: int) -> int:
    spell = world.spell(insats, date(2025, 1, 10), date(2025, 5, 20))
    world.talk(spell, date(2025, 1, 20), first)
    world.talk(spell, date(2025, 5, 10), last)
    return spell


def test_each_ended_with_two_scores_is_one_point_with_its_class(database: Database) -> None:
    with building(database) as world:
        insats = world.insats("Vägen")
        measured(world, insats, 150, 260)
        measured(world, insats, 200, 210)
        one = world.spell(insats, date(2025, 1, 10), date(2025, 5, 20))
        world.talk(one, date(2025, 1, 20), 100)
        worker = world.actor(Role.CASE_WORKER, insats)
    found = ors_pairs(database, worker, insats, PERIOD, page="insatsen").value
    assert found.pairs == (
        (150, 260, ChangeClass.RECOVERED),
        (200, 210, ChangeClass.UNCHANGED),
    )
    assert found.unseen == 0


def test_points_are_for_those_who_see_the_persons_and_are_logged(database: Database) -> None:
    with building(database) as world:
        insats = world.insats("Vägen")
        measured(world, insats, 150, 260)
        worker = world.actor(Role.CASE_WORKER, insats)
        lead = world.actor(Role.INSATS_LEAD, insats)
    ors_pairs(database, worker, insats, PERIOD, page="insatsen")
    with pytest.raises(NotPermitted):
        ors_pairs(database, lead, insats, PERIOD, page="insatsen")
    with database.reading() as session:
        seen = session.execute(
            text("SELECT insats_id, detail FROM access_log_payload WHERE page = 'insatsen'")
        ).all()
    assert [tuple(row) for row in seen] == [(insats, "första och sista ORS: 1")]
