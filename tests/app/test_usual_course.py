"""The usual course on a person's page: only past the gate, with what it rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.app.conftest import Open, words
from tests.app.world import World
from tracking.domain.signals import EARLY_FALL_NOTE
from tracking.store.database import Database
from tracking.store.tables import FittedCourse, Insats

BAND = "det vanliga förloppet"


def fitted(world: World, ranges: str) -> None:
    """A course in which nothing moves: 20 points whatever the start, ±10 mm."""
    database = Database.open(world.url)
    with database.transaction() as work:
        insats = work.session.get_one(Insats, world.insats_id)
        zeros = dict.fromkeys(("b1", "b2", "b3", "g00", "g01", "g11"), 0.0)
        work.session.add(
            FittedCourse(
                controller_id=insats.controller_id,
                insats_id=insats.id,
                version=3,
                fitted_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
                values_to=date(2026, 10, 30),
                code_version="0",
                spells=120,
                scores=900,
                smallest_spells=100,
                smallest_near=30,
                near_mm=30,
                ranges=ranges,
                mean_first=190.0,
                b0=200.0,
                residual_sd=10.0,
                log_likelihood=-1.0,
                inside_50=460,
                inside_80=712,
                tried=900,
                **zeros,
            )
        )
    database.close()


def page_of(world: World, open_as: Open) -> str:
    app = open_as(world.worker, "deltagaren", deltagande=str(world.spells[0]))
    assert not app.exception
    return words(app)


def test_a_person_past_the_gate_is_set_beside_the_band(open_as: Open, world: World) -> None:
    # 16,0 at the start; 24,3 at the third talk lies above 20 ± 1,3.
    fitted(world, "100-300")
    said = page_of(world, open_as)
    assert "ORS 24,3 vid samtal 3 ligger över det vanliga förloppet." in said
    assert "Vanligt förlopp bland våra tidigare deltagare, Vägen vidare." in said
    assert "Version 3, 2026-11-01, 120 avslutade deltaganden." in said
    assert "(712 av 900)" in said
    assert "ingen prognos" in said
    assert "18,7–21,3" in said


def test_nothing_is_drawn_where_too_few_began_near_by(open_as: Open, world: World) -> None:
    fitted(world, "200-300")
    said = page_of(world, open_as)
    assert BAND not in said
    assert "färre än 30 tidigare deltagare började inom 3,0 poäng från 16,0" in said


def test_nothing_is_said_where_nothing_has_been_fitted(open_as: Open, world: World) -> None:
    said = page_of(world, open_as)
    assert BAND not in said
    assert "Vanligt förlopp" not in said
    assert EARLY_FALL_NOTE not in said
