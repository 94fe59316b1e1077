"""First and last ORS, one point a person: whose they are, who sees them, and the log of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from tests.integration.result_worlds import World, building
from tracking.access.actors import Actor
from tracking.domain.change import ChangeClass
from tracking.domain.errors import NotPermitted
from tracking.domain.periods import half_year
from tracking.domain.roles import Role
from tracking.outcomes.ors_pairs import ors_pairs
from tracking.store.database import Database
from tracking.store.tables import Spell

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


def test_points_follow_what_is_written_and_which_spells_are_open_to_whom(
    database: Database,
) -> None:
    with building(database) as world:
        insats = world.insats("Vägen")
        spell = measured(world, insats, 150, 260)
        worker = world.actor(Role.CASE_WORKER, insats)
    elsewhere = replace(worker, employer_id=-1)  # whose employer answers for none of the spells

    def seen(actor: Actor) -> tuple[int, int]:
        found = ors_pairs(database, actor, insats, PERIOD, page="insatsen").value
        return len(found.pairs), found.unseen

    # Each is asked twice, since what was found is kept as long as nothing is written.
    assert [seen(one) for one in (worker, elsewhere) * 2] == [(1, 0), (0, 1)] * 2
    with building(database) as world:
        measured(world, insats, 200, 210)
        stored = world.session.get(Spell, spell)
        assert stored is not None
        stored.consent_disclosure_on = date(2025, 1, 10)
    assert [seen(worker), seen(elsewhere)] == [(2, 0), (1, 1)]
