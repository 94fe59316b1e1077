"""A death stops every follow-up of the person, and a death by mistake lets them stand again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from tests.integration.worlds import (
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    a_start,
    count,
    row,
    version_of,
)
from tracking.domain.errors import RuleBroken
from tracking.domain.records import FollowUpStatus
from tracking.services import (
    end_spell,
    find_known_participant,
    record_follow_up,
    reopen_spell,
    start_spell,
    void_record,
)
from tracking.store.tables import AccessLogPayload, FollowUp, Spell, SpellSummary

DUE, DECEASED = FollowUpStatus.DUE, FollowUpStatus.DECEASED


@pytest.fixture
def two(world: World) -> tuple[int, int]:
    """A person's spells in two insatser with different staff, both ended."""
    first = a_spell(world)
    found = find_known_participant(
        world.database,
        world.neighbour,
        insats_id=world.other_insats_id,
        code=first.code,
        birth_year=1990,
    )
    second = start_spell(
        world.database,
        world.neighbour,
        participant_id=found.participant_id,
        insats_id=world.other_insats_id,
        start=a_start(STARTED),
        key=a_key(),
    )
    ended(world, first.spell_id, date(2025, 10, 1))
    ended(world, second.spell_id, date(2025, 11, 3), actor=world.neighbour)
    return first.spell_id, second.spell_id


def ended(world: World, spell_id: int, on: date, reason: str = "work", **more: Any) -> None:
    end_spell(
        world.database,
        more.pop("actor", world.worker),
        spell_id=spell_id,
        on=on,
        reason=reason,
        version=version_of(world, spell_id),
        key=a_key(),
    )


def deceased(world: World, spell_id: int, months: int = 6) -> int:
    done = record_follow_up(
        world.database,
        world.worker,
        spell_id=spell_id,
        months=months,
        status=DECEASED,
        on=TODAY,
        version=1,
        key=a_key(),
    )
    return done.follow_up_id


def statuses(world: World, spell_id: int) -> set[FollowUpStatus]:
    with world.database.reading() as session:
        return set(session.exec(select(FollowUp.status).where(FollowUp.spell_id == spell_id)))


def test_death_closes_the_follow_ups_of_all_the_persons_spells(
    world: World, two: tuple[int, int]
) -> None:
    first, second = two
    deceased(world, first)
    assert statuses(world, first) == statuses(world, second) == {DECEASED}
    summary = row(world, SpellSummary, spell_id=second)
    assert {summary.m6_status, summary.m12_status, summary.m18_status} == {DECEASED}
    logged = row(world, AccessLogPayload, action="close_follow_ups")
    assert (logged.spell_id, logged.insats_id) == (second, world.other_insats_id)


def test_death_by_mistake_is_voided_for_all_the_persons_spells(
    world: World, two: tuple[int, int]
) -> None:
    first, second = two
    follow_up_id = deceased(world, first)
    void_record(
        world.database,
        world.worker,
        table="follow_up",
        row_id=follow_up_id,
        why="wrong_person",
        version=2,
        key=a_key(),
    )
    assert statuses(world, first) == statuses(world, second) == {DUE}
    assert count(world, AccessLogPayload, action="open_follow_ups") == 1


def test_end_by_death_closes_the_others_and_taking_it_back_opens_them(
    world: World, two: tuple[int, int]
) -> None:
    first, second = two
    third = start_spell(
        world.database,
        world.worker,
        participant_id=row(world, Spell, id=first).participant_id,
        insats_id=world.insats_id,
        start=a_start(date(2026, 1, 12)),
        key=a_key(),
    ).spell_id
    ended(world, third, date(2026, 2, 2), reason="deceased")
    assert statuses(world, first) == statuses(world, second) == {DECEASED}
    assert statuses(world, third) == set()
    reopen_spell(
        world.database,
        world.worker,
        spell_id=third,
        why="wrong_person",
        version=version_of(world, third),
        key=a_key(),
    )
    assert statuses(world, first) == statuses(world, second) == {DUE}


def test_spell_that_is_ended_after_the_persons_death_has_nobody_to_follow_up(
    world: World, two: tuple[int, int]
) -> None:
    first, _ = two
    open_spell = start_spell(
        world.database,
        world.worker,
        participant_id=row(world, Spell, id=first).participant_id,
        insats_id=world.insats_id,
        start=a_start(date(2026, 1, 12)),
        key=a_key(),
    ).spell_id
    deceased(world, first)
    ended(world, open_spell, TODAY, reason="unknown")
    assert statuses(world, open_spell) == {DECEASED}
    assert set(closed_days(world, open_spell)) == {TODAY}


def test_a_death_taken_back_opens_what_it_closed_and_no_more(
    world: World, two: tuple[int, int]
) -> None:
    """A second spell that is ended by death keeps everything closed, and then opens it."""
    first, second = two
    third = start_spell(
        world.database,
        world.worker,
        participant_id=row(world, Spell, id=first).participant_id,
        insats_id=world.insats_id,
        start=a_start(date(2026, 1, 12)),
        key=a_key(),
    ).spell_id
    follow_up_id = deceased(world, first)
    ended(world, third, date(2026, 2, 2), reason="deceased")

    def void_first() -> None:
        version = row(world, FollowUp, id=follow_up_id).version
        void_record(
            world.database,
            world.worker,
            table="follow_up",
            row_id=follow_up_id,
            why="wrong_person",
            version=version,
            key=a_key(),
        )

    with pytest.raises(RuleBroken, match="avslutat som avliden"):
        void_first()

    def take_back() -> None:
        reopen_spell(
            world.database,
            world.worker,
            spell_id=third,
            why="wrong_person",
            version=version_of(world, third),
            key=a_key(),
        )

    # The end closed nothing: what the follow-up's death closed stays closed without it.
    take_back()
    assert statuses(world, first) == statuses(world, second) == {DECEASED}
    void_first()
    assert statuses(world, first) == statuses(world, second) == {DUE}


def closed_days(world: World, spell_id: int) -> list[date | None]:
    with world.database.reading() as session:
        return list(session.exec(select(FollowUp.closed_on).where(FollowUp.spell_id == spell_id)))
