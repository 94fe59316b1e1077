"""The data-quality page's counts and lists, over records made as staff make them and past them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.integration.worlds import (
    ON_SUPPORT,
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    a_talk,
    count,
    row,
    version_of,
)
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.periods import latest_12_months
from tracking.domain.quality import Check
from tracking.domain.situation import Occasion
from tracking.outcomes.quality_lists import insats_quality, requests_to_me, to_mend
from tracking.outcomes.quality_reading import read_facts
from tracking.services import (
    ask_to_mend,
    close_as_misregistered,
    end_spell,
    record_session,
    record_situation,
    take_request_back,
)
from tracking.store.tables import (
    AccessLogPayload,
    Attendance,
    FollowUp,
    MendRequest,
    Session,
    Spell,
    StepAssessment,
)

YEAR = latest_12_months(TODAY)


def counts(world: World) -> dict[Check, tuple[int, int]]:
    found = insats_quality(world.database, world.lead, world.insats_id, YEAR).value
    return {one.check: (one.lacking, one.base) for one in found.rows}


def listed(world: World, **more: Any) -> list[tuple[Check, int, str, dict[str, str]]]:
    actor = more.get("actor", world.worker)
    found = to_mend(world.database, actor, world.insats_id, YEAR, page="datakvalitet").value
    return [(one.check, one.spell_id, one.page, dict(one.params)) for one in found]


def ended(world: World, spell_id: int, on: date = TODAY) -> None:
    end_spell(
        world.database,
        world.worker,
        spell_id=spell_id,
        on=on,
        reason="work",
        version=version_of(world, spell_id),
        key=a_key(),
    )


def past_the_services(world: World, table: type[Any], changes: dict[str, Any]) -> None:
    """As an import gone wrong, or another program, would leave it."""
    with world.database.transaction() as work:
        found = work.session.exec(select(table)).one()
        for name, value in changes.items():
            setattr(found, name, value)
        work.session.add(found)


def test_insats_without_spells_lacks_nothing(world: World) -> None:
    assert set(counts(world).values()) == {(0, 0)}
    assert listed(world) == []


def test_start_without_situation_or_step_is_counted_and_leads_to_its_form(world: World) -> None:
    spell = a_spell(world)
    a_spell(world, situation=ON_SUPPORT, step=StepLevel(1))
    found = counts(world)
    assert found[Check.START_SITUATION] == (1, 2)
    assert found[Check.START_STEP] == (1, 2)
    spell_id = str(spell.spell_id)
    assert (
        Check.START_SITUATION,
        spell.spell_id,
        "deltagaren",
        {"deltagande": spell_id, "del": "situation"},
    ) in listed(world)
    record_situation(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        occasion=Occasion.START,
        value=ON_SUPPORT,
        described_on=STARTED,
        key=a_key(),
    )
    assert counts(world)[Check.START_SITUATION] == (0, 2)


def test_end_without_situation_step_or_planning_is_counted(world: World) -> None:
    spell = a_spell(world)
    ended(world, spell.spell_id)
    found = counts(world)
    for check in (Check.END_SITUATION, Check.END_STEP, Check.END_PLANNING):
        assert found[check] == (1, 1)


def test_coverage_counts_talks_with_a_form_and_leaves_what_was_marked_unfilled(
    world: World,
) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, date(2025, 9, 8))
    a_talk(world, spell.spell_id, date(2025, 10, 6), None)
    a_talk(world, spell.spell_id, date(2025, 11, 3), RatingValue.incomplete())
    a_talk(world, spell.spell_id, date(2025, 12, 1), RatingValue.not_filled())
    assert counts(world)[Check.TALK_WITHOUT_ORS] == (2, 4)
    mendable = [one for one in listed(world) if one[0] is Check.TALK_WITHOUT_ORS]
    assert len(mendable) == 1
    assert mendable[0][3]["narvaro"] == str(row(world, Session, held_on=date(2025, 10, 6)).id)


@pytest.mark.parametrize(("days", "lacking"), [(14, 0), (15, 1)])
def test_first_ors_lies_within_two_weeks_of_the_start(
    world: World, days: int, lacking: int
) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, STARTED + timedelta(days=days))
    assert counts(world)[Check.FIRST_ORS] == (lacking, 1)


@pytest.mark.parametrize(("days", "lacking"), [(28, 0), (29, 1)])
def test_last_ors_lies_within_four_weeks_before_the_end(
    world: World, days: int, lacking: int
) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, TODAY - timedelta(days=days))
    ended(world, spell.spell_id)
    assert counts(world)[Check.LAST_ORS] == (lacking, 1)


def test_start_of_less_than_two_weeks_ago_may_still_get_its_first_ors(world: World) -> None:
    a_spell(world, TODAY - timedelta(days=13))
    assert counts(world)[Check.FIRST_ORS] == (0, 0)


@pytest.mark.parametrize(("days", "lacking"), [(29, 0), (30, 1)])
def test_open_spell_without_a_talk_for_thirty_days_leads_to_the_talk(
    world: World, days: int, lacking: int
) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, TODAY - timedelta(days=days))
    assert counts(world)[Check.NOT_SEEN] == (lacking, 1)
    found = [one for one in listed(world) if one[0] is Check.NOT_SEEN]
    assert [one[2:] for one in found] == [("samtal", {"deltagande": str(spell.spell_id)})] * lacking


def test_overdue_follow_up_leads_to_its_form(world: World) -> None:
    spell = a_spell(world, date(2025, 1, 13))
    ended(world, spell.spell_id, date(2025, 8, 1))
    assert counts(world)[Check.FOLLOW_UP_LATE] == (1, 1)
    assert (
        Check.FOLLOW_UP_LATE,
        spell.spell_id,
        "uppfoljningar",
        {"deltagande": str(spell.spell_id), "manader": "6"},
    ) in listed(world)


def test_felregistrering_stands_in_its_own_check_alone(world: World) -> None:
    spell = a_spell(world)
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        why="wrong_person",
        version=1,
        key=a_key(),
    )
    found = counts(world)
    assert found.pop(Check.MISREGISTERED) == (1, 1)
    assert set(found.values()) == {(0, 0)}
    assert listed(world) == []


@pytest.mark.parametrize("held_on", [STARTED - timedelta(days=1), TODAY])
def test_talk_outside_its_spell_is_impossible(world: World, held_on: date) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, STARTED)
    ended(world, spell.spell_id, date(2025, 12, 1))
    past_the_services(world, Session, {"held_on": held_on})
    assert counts(world)[Check.OUTSIDE_SPELL] == (1, 1)
    (found,) = [one for one in listed(world) if one[0] is Check.OUTSIDE_SPELL]
    assert found[3]["narvaro"] == str(row(world, Attendance).id)


def test_step_on_a_day_that_its_occasion_cannot_have_is_impossible(world: World) -> None:
    a_spell(world, step=StepLevel(1))
    assert counts(world)[Check.STEP_OUTSIDE] == (0, 1)
    past_the_services(world, StepAssessment, {"assessed_on": STARTED + timedelta(days=31)})
    assert counts(world)[Check.STEP_OUTSIDE] == (1, 1)
    assert counts(world)[Check.STEP_OFF_LADDER] == (0, 1)


def test_follow_up_done_before_its_days_is_impossible(world: World) -> None:
    spell = a_spell(world, date(2025, 1, 13))
    ended(world, spell.spell_id, date(2025, 9, 1))
    with world.database.transaction() as work:
        first = work.session.exec(select(FollowUp).where(FollowUp.months == 6)).one()
        first.status, first.done_on = "done", first.due_on - timedelta(days=31)
        work.session.add(first)
    assert counts(world)[Check.FOLLOW_UP_EARLY] == (1, 1)


def test_two_spells_of_one_person_on_the_same_days_are_impossible(world: World) -> None:
    first = a_spell(world, date(2025, 1, 13))
    ended(world, first.spell_id, date(2025, 12, 1))
    second = a_spell(world, STARTED)
    assert counts(world)[Check.OVERLAP][0] == 0
    with world.database.transaction() as work:
        spell = work.session.get_one(Spell, second.spell_id)
        spell.participant_id = work.session.get_one(Spell, first.spell_id).participant_id
        work.session.add(spell)
    assert counts(world)[Check.OVERLAP] == (1, 2)


def test_lead_sees_counts_and_never_the_list(world: World) -> None:
    a_spell(world)
    assert counts(world)[Check.START_STEP] == (1, 1)
    with pytest.raises(NotPermitted):
        listed(world, actor=world.lead)
    with pytest.raises(NotPermitted):
        insats_quality(world.database, world.neighbour, world.insats_id, YEAR)


def test_list_leaves_out_spells_that_another_authority_may_not_see(world: World) -> None:
    a_spell(world)
    seen = a_spell(world, consent_disclosure_on=STARTED)
    assert {one[1] for one in listed(world, actor=world.outsider)} == {seen.spell_id}


def test_reading_the_list_is_logged_with_how_many_it_showed(world: World) -> None:
    a_spell(world)
    found = listed(world)
    logged = row(world, AccessLogPayload, action="see_list")
    assert (logged.page, logged.detail) == ("datakvalitet", f"att rätta: {len(found)}")


def test_list_is_ordered_by_urgency_and_then_by_date(world: World) -> None:
    late = a_spell(world, date(2025, 1, 13))
    ended(world, late.spell_id, date(2025, 8, 1))
    a_spell(world, date(2025, 11, 3))
    a_spell(world, STARTED)
    found = to_mend(world.database, world.worker, world.insats_id, YEAR, page="d").value
    order = [list(Check).index(one.check) for one in found]
    assert order == sorted(order)
    starts = [one.sentence for one in found if one.check is Check.START_STEP]
    assert starts == sorted(starts)
    assert found[0].check is Check.FOLLOW_UP_LATE


def asked(world: World, key: str | None = None, **more: Any) -> Any:
    given: dict[str, Any] = {
        "insats_id": world.insats_id,
        "period": YEAR,
        "lacking": {Check.START_STEP: 1},
    }
    actor = more.pop("actor", world.lead)
    return ask_to_mend(world.database, actor, key=key or a_key(), **(given | more))


def test_request_stands_with_the_staff_until_it_is_mended(world: World) -> None:
    spell = a_spell(world)
    asked(world)
    (request,) = requests_to_me(world.database, world.worker)
    assert (request.check, request.now, request.period) == (Check.START_STEP, 1, YEAR)
    assert requests_to_me(world.database, world.neighbour) == ()
    assert requests_to_me(world.database, world.lead) == ()
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        why="wrong_person",
        version=1,
        key=a_key(),
    )
    assert requests_to_me(world.database, world.worker) == ()


def test_request_is_sent_once_and_can_be_taken_back(world: World) -> None:
    a_spell(world)
    key = a_key()
    asked(world, key)
    asked(world, key)
    asked(world, lacking={Check.START_STEP: 1, Check.START_SITUATION: 1})
    assert count(world, MendRequest) == 2
    request_id = row(world, MendRequest, item=Check.START_STEP).id

    def taken_back() -> Any:
        return take_request_back(world.database, world.lead, request_id=request_id, key=a_key())

    taken_back()
    with pytest.raises(Conflict, match="redan"):
        taken_back()
    checks = [one.check for one in requests_to_me(world.database, world.worker)]
    assert checks == [Check.START_SITUATION]
    asked(world)
    assert count(world, MendRequest) == 3


def test_only_the_insatss_own_lead_asks_and_only_for_what_can_be_mended(world: World) -> None:
    for actor in (world.worker, world.neighbour, world.nobody):
        with pytest.raises(NotPermitted):
            asked(world, actor=actor)
    for lacking in ({}, {Check.MISREGISTERED: 1}, {Check.START_STEP: 0}):
        with pytest.raises(InvalidValue):
            asked(world, lacking=lacking)
    assert count(world, MendRequest) == 0


def test_group_meeting_is_no_talk_of_the_coverage(world: World) -> None:
    spell = a_spell(world)
    record_session(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        held_on=TODAY,
        ratings={"ORS": RatingValue.filled(40, 45, 35, 40)},
        key=a_key(),
    )
    past_the_services(world, Session, {"kind": "group"})
    assert counts(world)[Check.TALK_WITHOUT_ORS] == (0, 0)


def test_records_are_read_once_until_somebody_writes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spell = a_spell(world)
    readings: list[str] = []

    def reading(*given: Any) -> Any:
        readings.append("read")
        return read_facts(*given)

    monkeypatch.setattr("tracking.outcomes.quality_lists.read_facts", reading)
    assert (counts(world), len(listed(world))) == (counts(world), len(listed(world)))
    assert len(readings) == 1
    a_talk(world, spell.spell_id, date(2025, 9, 8))
    counts(world)
    assert len(readings) == 2
