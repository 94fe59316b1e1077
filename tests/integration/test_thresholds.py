"""Gränsvärden: dated versions with their source, and what a new one may never change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from tests.databases import on_sqlite
from tests.integration.worlds import (
    TODAY,
    World,
    a_key,
    a_spell,
    a_talk,
    count,
    row,
    standing_still,
)
from tracking.access.actors import Actor, Grant
from tracking.domain.change import DEFAULT_THRESHOLDS, Thresholds
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken, StegvisError
from tracking.domain.instruments import RatingValue
from tracking.domain.roles import Role, Zone
from tracking.outcomes.method import coming_thresholds, threshold_versions, thresholds_in_force
from tracking.outcomes.set_up_history import SetUp, set_up_history
from tracking.services.thresholds import remove_thresholds, set_thresholds
from tracking.store.tables import AccessLogPayload, SpellSummary, ThresholdSet

pytestmark = on_sqlite

TOMORROW = TODAY + timedelta(days=1)
FIVE = replace(
    DEFAULT_THRESHOLDS, valid_from=TOMORROW, source="Styrelsens beslut § 7", reliable_change_mm=50
)


def admin(world: World) -> Actor:
    """The worker's account as a förbundsadministratör's."""
    return replace(
        world.worker, zone=Zone.FORBUND, grants=(Grant(Role.FORBUND_ADMIN, None),), database=None
    )


def put(world: World, limits: Thresholds, **more: Any) -> int:
    """The limits set by the administrator."""
    return set_thresholds(
        world.database, admin(world), limits=limits, key=more.get("key", a_key())
    ).threshold_id


def test_new_version_applies_from_its_day_and_the_old_one_stays(world: World) -> None:
    put(world, FIVE)
    assert thresholds_in_force(world.database).reliable_change_mm == 60
    with standing_still(_at(TOMORROW)):
        assert thresholds_in_force(world.database) == FIVE
        assert coming_thresholds(world.database) == {}
    assert [one.reliable_change_mm for one in threshold_versions(world.database)] == [50, 60]


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), UTC)


def test_class_that_is_stored_keeps_its_limits_and_a_later_score_gets_the_new(
    world: World,
) -> None:
    spell = a_spell(world).spell_id
    a_talk(world, spell, TODAY - timedelta(days=60), ors=RatingValue.total_only(200))
    a_talk(world, spell, TODAY - timedelta(days=30), ors=RatingValue.total_only(250))
    before = row(world, SpellSummary, spell_id=spell)
    assert (before.ors_class, before.ors_class_from) == ("crossed", DEFAULT_THRESHOLDS.valid_from)
    put(world, FIVE)
    with standing_still(_at(TOMORROW)):
        kept = row(world, SpellSummary, spell_id=spell)
        assert (kept.ors_class, kept.ors_class_from) == (before.ors_class, before.ors_class_from)
        a_talk(world, spell, TOMORROW, ors=RatingValue.total_only(250))
    later = row(world, SpellSummary, spell_id=spell)
    assert (later.ors_class, later.ors_class_from) == ("recovered", TOMORROW)


@pytest.mark.parametrize(
    ("limits", "raised", "field", "said"),
    [
        (replace(FIVE, valid_from=TODAY), InvalidValue, "valid_from", "tidigast från 2026-03-17"),
        (replace(FIVE, valid_from=date(2020, 1, 1)), InvalidValue, "valid_from", "tidigast från"),
        (replace(FIVE, valid_from=date(2999, 1, 1)), InvalidValue, "valid_from", "mellan"),
        (replace(FIVE, reliable_change_mm=60), RuleBroken, None, "desamma som gäller redan"),
        (replace(FIVE, source="x" * 301), InvalidValue, "source", "300"),
    ],
)
def test_version_that_cannot_be_is_refused_at_its_field(
    world: World, limits: Thresholds, raised: type[StegvisError], field: str | None, said: str
) -> None:
    with pytest.raises(raised, match=said) as caught:
        put(world, limits)
    assert caught.value.field == field
    assert count(world, ThresholdSet) == 1


def test_day_has_one_version_and_a_form_sent_twice_makes_one(world: World) -> None:
    key = a_key()
    assert put(world, FIVE, key=key) == put(world, FIVE, key=key)
    with pytest.raises(Conflict, match="redan gränsvärden från 2026-03-17"):
        put(world, replace(FIVE, reliable_change_mm=70))
    assert count(world, ThresholdSet) == 2


def test_coming_version_may_be_taken_away_and_one_that_applies_never(world: World) -> None:
    number = put(world, FIVE)
    remove_thresholds(world.database, admin(world), threshold_id=number, key=a_key())
    assert count(world, ThresholdSet) == 1
    number = put(world, FIVE)
    with standing_still(_at(TOMORROW)), pytest.raises(RuleBroken, match="har börjat gälla"):
        remove_thresholds(world.database, admin(world), threshold_id=number, key=a_key())
    assert count(world, ThresholdSet) == 2


def test_limits_are_the_forbunds_to_set_and_every_change_is_told(world: World) -> None:
    for actor in (world.worker, world.lead, world.nobody):
        with pytest.raises(NotPermitted):
            set_thresholds(world.database, actor, limits=FIVE, key=a_key())
    put(world, FIVE)
    assert row(world, AccessLogPayload, action="set_thresholds").detail == "2026-03-17"
    (line,) = set_up_history(world.database, admin(world), SetUp.THRESHOLDS)
    assert (line.what, line.did) == ("Gränsvärden från 2026-03-17", "lades till")
