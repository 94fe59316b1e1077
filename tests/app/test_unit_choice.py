"""The unit that scores are typed in is each one's own, is said, and is changed by its holder."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.app.conftest import Open
from tests.app.opening import words
from tests.app.test_recording import form, talk, talks
from tests.app.world import World, actor_of
from tracking.domain.instruments import Unit
from tracking.services import choose_score_unit
from tracking.store.database import Database
from tracking.ui.recording import save_talk
from tracking.ui.unit_choice import component_key

TO_MM = "Skriv i millimeter (0–100) i stället"


@pytest.mark.parametrize("page", ["samtal", "grupptraff"])
def test_unit_is_said_and_changed_where_scores_are_typed(
    open_as: Open, world: World, page: str
) -> None:
    app = open_as(world.worker, page)
    assert "Värden skrivs i poäng (0–10)" in words(app)
    next(button for button in app.button if button.label == TO_MM).click().run()
    assert not app.exception
    assert "Värden skrivs i millimeter (0–100)" in words(app)
    database = Database.open(world.url)
    assert actor_of(database, world.worker).score_unit is Unit.MM
    assert actor_of(database, world.lead).score_unit is Unit.POINTS
    database.close()


def test_score_is_read_in_the_unit_that_its_writer_has_chosen(world: World) -> None:
    database = Database.open(world.url)
    before = actor_of(database, world.worker)
    choose_score_unit(database, before, unit=Unit.MM, key=str(uuid4()))
    worker = actor_of(database, world.worker)
    saved = save_talk(database, worker, talk(world.spells[0], ORS=form("75", "80", "64", "65")))
    assert saved.result.message.startswith("ORS 28,4")
    refused = save_talk(database, worker, talk(world.spells[1], ORS=form("7,5", "8", "6", "6")))
    assert "utan decimaler" in refused.result.errors["ors_1"]
    assert talks(database, worker, world.spells[1]) == 0
    assert component_key("samtal", before) != component_key("samtal", worker), (
        "a draft typed as points is never read as millimetres"
    )
    database.close()
