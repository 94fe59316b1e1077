"""A clock that is set back: what was saved stays, what is signed in stays, the log stays whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.faults.test_storage import assert_sound
from tests.integration.worlds import (
    NOW,
    ORS_HIGH,
    ORS_LOW,
    TODAY,
    a_key,
    a_spell,
    a_world,
    count,
    row,
)
from tracking.access import sign_ins
from tracking.access.readiness import check_clock, check_ready
from tracking.access.sign_ins import Limits
from tracking.domain.errors import StegvisError
from tracking.services import correct_rating, record_session
from tracking.store.database import Database
from tracking.store.tables import AccessLog, Rating, Session, SignIn, SignInMethod

BACK = timedelta(days=2)


def test_clock_set_back_loses_nothing_and_is_told(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel(NOW, tick=False):
        world = a_world(database)
        spell = a_spell(world).spell_id
        key = a_key()
        record_session(
            database, world.worker, spell_id=spell, held_on=TODAY, ratings={"ORS": ORS_LOW}, key=key
        )
        with database.transaction() as work:
            begun = sign_ins.begin(
                work,
                world.worker.account_id,
                method=SignInMethod.PASSWORD,
                form_key=a_key(),
                limits=Limits(),
                second_factor_done=True,
            )
    with time_machine.travel(NOW - BACK, tick=False):
        check_clock(database)
        check_ready(database)
        assert f'"event": "clock_behind", "seconds": {round(BACK.total_seconds())}' in (
            capsys.readouterr().err
        )
        # What was saved "in the future" stays, is corrected, and its key is still known.
        rating = row(world, Rating)
        correct_rating(
            database,
            world.worker,
            rating_id=rating.id,
            value=ORS_HIGH,
            why="typing_error",
            version=1,
            key=a_key(),
        )
        record_session(
            database, world.worker, spell_id=spell, held_on=TODAY, ratings={"ORS": ORS_LOW}, key=key
        )
        with pytest.raises(StegvisError) as refused:
            record_session(database, world.worker, spell_id=spell, held_on=TODAY, key=a_key())
        assert refused.value.field == "held_on"
        found = sign_ins.find(database, begun.token, limits=Limits()).signed_in
        assert found is not None
        sign_ins.end(database, begun.sign_in_id)
        assert sign_ins.find(database, begun.token, limits=Limits()).signed_in is None
    assert count(world, Session) == 1
    assert row(world, Rating).total == ORS_HIGH.total
    assert row(world, SignIn).ended_at is not None
    assert count(world, AccessLog) > 0
    with time_machine.travel(NOW, tick=False):
        assert_sound(database)
        check_clock(database)
    assert "clock_behind" not in capsys.readouterr().err
