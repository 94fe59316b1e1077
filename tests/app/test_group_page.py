"""Gruppträff: who stands on the page depends on the meeting's day, the menu on the insatser."""

from __future__ import annotations

from datetime import timedelta

from tests.app.conftest import Open, words
from tests.app.world import STARTED, World


def test_day_before_anybody_had_started_shows_nobody(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "grupptraff")
    assert "Ingen deltog" not in words(app)
    before = STARTED - timedelta(days=1)
    app.session_state[f"grupptraff::day::{world.insats_id}"] = before
    app.run()
    assert f"Ingen deltog i Vägen vidare {before.isoformat()}." in words(app)
    assert not app.exception
