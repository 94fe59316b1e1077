"""Facts of the start that turn out otherwise, consents that come later, and spells in order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.integration.worlds import (
    LONG_AGO,
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    a_start,
    a_talk,
    count,
    row,
    version_of,
)
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken
from tracking.domain.ladder import StepLevel
from tracking.domain.records import FollowUpStatus, Gender
from tracking.outcomes.participant import participant_page
from tracking.services import (
    PastEnd,
    StartDetails,
    assess_step,
    complete_start,
    correct_participant,
    correct_start,
    end_spell,
    find_known_participant,
    link_previous,
    record_consents,
    start_spell,
    void_record,
)
from tracking.store.tables import (
    AccessLogPayload,
    Account,
    Attendance,
    Change,
    FollowUp,
    Insats,
    Participant,
    Spell,
    SpellSummary,
    StepAssessment,
)


def start_corrected(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {
        "started_on": STARTED,
        "referrer": "employment_service",
        "why": "typing_error",
        "version": 1,
        "key": a_key(),
    }
    actor = more.pop("actor", world.worker)
    return correct_start(world.database, actor, spell_id=spell_id, **(given | more))


def person_corrected(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {
        "birth_year": 1990,
        "gender": Gender.WOMAN,
        "why": "typing_error",
        "version": 1,
        "key": a_key(),
    }
    actor = more.pop("actor", world.worker)
    return correct_participant(world.database, actor, spell_id=spell_id, **(given | more))


def consents(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {
        "contact": True,
        "disclosure_on": None,
        "on": TODAY,
        "version": version_of(world, spell_id),
        "key": a_key(),
    }
    return record_consents(world.database, world.worker, spell_id=spell_id, **(given | more))


def ended(world: World, spell_id: int, on: date, **more: Any) -> Any:
    given: dict[str, Any] = {
        "reason": "work",
        "version": version_of(world, spell_id),
        "key": a_key(),
    }
    return end_spell(world.database, world.worker, spell_id=spell_id, on=on, **(given | more))


def another_spell(world: World, first: int, started_on: date, **start: Any) -> Any:
    return start_spell(
        world.database,
        world.worker,
        participant_id=row(world, Spell, id=first).participant_id,
        insats_id=world.insats_id,
        start=a_start(started_on, **start),
        key=a_key(),
    )


def follow_ups(world: World, spell_id: int) -> dict[int, FollowUpStatus]:
    with world.database.reading() as session:
        rows = session.exec(select(FollowUp).where(FollowUp.spell_id == spell_id))
        return {found.months: found.status for found in rows}


def test_corrected_start_and_remittent_reach_the_summary_history_and_log(world: World) -> None:
    spell = a_spell(world)
    earlier = STARTED - timedelta(days=7)
    done = start_corrected(world, spell.spell_id, started_on=earlier, referrer="municipality")
    assert done.version == 2
    summary = row(world, SpellSummary, spell_id=spell.spell_id)
    assert (summary.started_on, summary.referrer_key) == (earlier, "municipality")
    page = participant_page(world.database, world.worker, spell.spell_id, page="deltagaren").value
    told = {(change.field, change.old, change.new, change.why) for change in page.changes}
    assert told == {
        ("startdatum", "2025-09-01", "2025-08-25", "Skrivfel"),
        ("remittent", "Arbetsförmedlingen", "Kommun", "Skrivfel"),
    }
    assert count(world, AccessLogPayload, action="correct_start") == 1


def test_corrected_start_keeps_the_spell_within_its_end_and_its_records(world: World) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, date(2025, 9, 20))
    with pytest.raises(RuleBroken, match="samtal eller en träff 2025-09-20, före starten"):
        start_corrected(world, spell.spell_id, started_on=date(2025, 9, 21))
    ended(world, spell.spell_id, date(2025, 10, 1))
    with pytest.raises(RuleBroken, match="efter slutet 2025-10-01") as refused:
        start_corrected(world, spell.spell_id, started_on=date(2025, 10, 2), version=2)
    assert refused.value.field == "started_on"
    start_corrected(world, spell.spell_id, started_on=date(2025, 9, 20), version=2)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (TODAY + timedelta(days=1), "framtiden"),
        (LONG_AGO - timedelta(days=1), "insatsens start"),
    ],
)
def test_corrected_start_lies_in_the_insats_and_not_in_the_future(
    world: World, on: date, sentence: str
) -> None:
    spell = a_spell(world)
    with pytest.raises((InvalidValue, RuleBroken), match=sentence):
        start_corrected(world, spell.spell_id, started_on=on)
    assert version_of(world, spell.spell_id) == 1


def test_start_is_not_moved_away_from_its_own_step(world: World) -> None:
    spell = a_spell(world, step=StepLevel(1))
    with pytest.raises(RuleBroken, match="Stegbedömningen vid start är från 2025-09-01"):
        start_corrected(world, spell.spell_id, started_on=STARTED - timedelta(days=31))


def test_start_is_not_moved_past_a_later_step(world: World) -> None:
    spell = a_spell(world)
    assess_step(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        level=StepLevel(2),
        assessed_on=date(2025, 9, 10),
        key=a_key(),
    )
    with pytest.raises(RuleBroken, match="stegbedömning 2025-09-10, före starten"):
        start_corrected(world, spell.spell_id, started_on=date(2025, 9, 11))


def test_second_of_two_who_correct_the_start_is_told_both_days(world: World) -> None:
    spell = a_spell(world)
    start_corrected(world, spell.spell_id, started_on=date(2025, 9, 2))
    with pytest.raises(Conflict, match="Startdatum: nu står det 2025-09-02, du skrev 2025-09-03"):
        start_corrected(world, spell.spell_id, started_on=date(2025, 9, 3))


def test_second_of_two_who_fill_in_the_start_is_told_the_words_of_the_list(world: World) -> None:
    spell = a_spell(world)

    def filled(education: str, version: int) -> Any:
        return complete_start(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            details=StartDetails(education=education),
            version=version,
            why="typing_error",
            key=a_key(),
        )

    filled("higher", 1)
    with pytest.raises(Conflict) as refused:
        filled("compulsory", 1)
    assert "Utbildningsnivå: nu står det Högskola eller universitet, du skrev Grundskola" in str(
        refused.value
    )


def test_correction_of_the_start_asks_for_a_reason_and_something_new(world: World) -> None:
    spell = a_spell(world)
    with pytest.raises(InvalidValue, match="inget att rätta"):
        start_corrected(world, spell.spell_id)
    with pytest.raises(InvalidValue, match="skäl"):
        start_corrected(world, spell.spell_id, started_on=date(2025, 9, 2), why="")


def test_corrected_birth_year_and_gender_belong_to_all_the_persons_spells(world: World) -> None:
    first = a_spell(world)
    ended(world, first.spell_id, date(2025, 12, 1))
    second = another_spell(world, first.spell_id, date(2026, 1, 12))
    done = person_corrected(world, second.spell_id, birth_year=1985, gender=Gender.MAN)
    assert done.version == 2
    for spell_id in (first.spell_id, second.spell_id):
        summary = row(world, SpellSummary, spell_id=spell_id)
        assert (summary.birth_year, summary.gender) == (1985, Gender.MAN)
    page = participant_page(world.database, world.worker, first.spell_id, page="d").value
    told = {(change.field, change.old, change.new) for change in page.changes}
    assert ("födelseår", "1990", "1985") in told
    assert ("kön", "kvinna", "man") in told
    found = find_known_participant(
        world.database, world.worker, insats_id=world.insats_id, code=first.code, birth_year=1985
    )
    assert found.gender is Gender.MAN


def test_birth_year_never_reaches_the_year_of_a_start(world: World) -> None:
    with world.database.transaction() as work:
        insats = work.session.get_one(Insats, world.insats_id)
        insats.starts_on = date(2013, 1, 1)
        work.session.add(insats)
    spell = a_spell(world, date(2014, 9, 1))
    for year in (2014, 2025):
        with pytest.raises((RuleBroken, InvalidValue)) as refused:
            person_corrected(world, spell.spell_id, birth_year=year)
        assert refused.value.field == "birth_year"
    assert person_corrected(world, spell.spell_id, birth_year=2000).warnings


def test_staff_of_another_authority_does_not_correct_the_person(world: World) -> None:
    spell = a_spell(world, consent_disclosure_on=STARTED)
    with pytest.raises(NotPermitted, match="personuppgiftsansvariga"):
        person_corrected(world, spell.spell_id, birth_year=1985, actor=world.outsider)
    assert row(world, Participant).birth_year == 1990


def test_second_of_two_who_correct_the_person_is_told(world: World) -> None:
    spell = a_spell(world)
    person_corrected(world, spell.spell_id, gender=Gender.MAN)
    with pytest.raises(Conflict, match="Juridiskt kön: nu står det man, du skrev uppgift saknas"):
        person_corrected(world, spell.spell_id, gender=Gender.UNKNOWN)


def test_contact_taken_back_in_the_midst_of_a_spell_leaves_nothing_to_follow_up(
    world: World,
) -> None:
    spell = a_spell(world)
    consents(world, spell.spell_id, contact=False)
    ended(world, spell.spell_id, TODAY)
    assert set(follow_ups(world, spell.spell_id).values()) == {FollowUpStatus.NO_CONTACT_CONSENT}


def test_contact_taken_back_after_the_end_closes_what_stands_from_that_day(world: World) -> None:
    spell = a_spell(world)
    ended(world, spell.spell_id, date(2025, 12, 1))
    consents(world, spell.spell_id, contact=False, on=date(2026, 2, 2))
    with world.database.reading() as session:
        closed = session.exec(select(FollowUp.closed_on)).all()
    assert set(closed) == {date(2026, 2, 2)}


def test_contact_given_later_opens_the_follow_ups_whose_days_are_not_over(world: World) -> None:
    spell = a_spell(world, date(2024, 9, 2), consent_contact=False)
    ended(world, spell.spell_id, date(2025, 3, 3))
    done = consents(world, spell.spell_id, contact=True)
    assert done.opened == (18,)
    assert follow_ups(world, spell.spell_id) == {
        6: FollowUpStatus.NO_CONTACT_CONSENT,
        18: FollowUpStatus.DUE,
    }


def test_sekretessbrytande_samtycke_given_later_shows_the_spell_to_the_other_authority(
    world: World,
) -> None:
    spell = a_spell(world)

    def seen() -> Any:
        return participant_page(world.database, world.outsider, spell.spell_id, page="deltagaren")

    with pytest.raises(NotPermitted):
        seen()
    consents(world, spell.spell_id, disclosure_on=date(2026, 3, 2))
    assert seen().value.head.consent_disclosure_on == date(2026, 3, 2)
    consents(world, spell.spell_id, disclosure_on=None)
    with pytest.raises(NotPermitted):
        seen()
    page = participant_page(world.database, world.worker, spell.spell_id, page="deltagaren").value
    assert {(change.field, change.new) for change in page.changes} == {
        ("sekretessbrytande samtycke", "–"),
        ("sekretessbrytande samtycke", "2026-03-02"),
    }


def test_consents_that_are_as_before_store_nothing(world: World) -> None:
    spell = a_spell(world)
    with pytest.raises(InvalidValue, match="desamma"):
        consents(world, spell.spell_id)
    with pytest.raises(InvalidValue, match="framtiden"):
        consents(world, spell.spell_id, disclosure_on=TODAY + timedelta(days=1))
    assert count(world, Change) == 0


def test_earlier_spell_is_registered_after_a_later_one_together_with_its_end(world: World) -> None:
    later = a_spell(world)
    with pytest.raises(Conflict, match="registreras tillsammans med sitt slut"):
        another_spell(world, later.spell_id, date(2025, 1, 13))
    earlier = another_spell(
        world,
        later.spell_id,
        date(2025, 1, 13),
        end=PastEnd(date(2025, 6, 2), "continued_rehabilitation"),
    )
    summary = row(world, SpellSummary, spell_id=earlier.spell_id)
    assert (summary.ended_on, summary.outcome) == (date(2025, 6, 2), "completed")
    assert follow_ups(world, earlier.spell_id) == {
        6: FollowUpStatus.DUE,
        18: FollowUpStatus.DUE,
    }


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (date(2025, 9, 1), "kan inte pågå samtidigt"),
        (date(2025, 1, 12), "före starten"),
        (TODAY + timedelta(days=1), "framtiden"),
    ],
)
def test_spell_registered_when_it_is_over_fits_between_the_others(
    world: World, end: date, sentence: str
) -> None:
    later = a_spell(world)
    with pytest.raises((Conflict, RuleBroken, InvalidValue), match=sentence):
        another_spell(world, later.spell_id, date(2025, 1, 13), end=PastEnd(end, "work"))
    assert count(world, Spell) == 1


def test_corrected_start_does_not_reach_into_the_spell_before(world: World) -> None:
    first = a_spell(world, date(2025, 1, 13))
    ended(world, first.spell_id, date(2025, 6, 2))
    second = another_spell(world, first.spell_id, STARTED)
    with pytest.raises(Conflict, match="slutade 2025-06-02"):
        start_corrected(world, second.spell_id, started_on=date(2025, 6, 2))
    start_corrected(world, second.spell_id, started_on=date(2025, 6, 3))


def test_spell_is_linked_to_the_one_it_followed_on(world: World) -> None:
    first = a_spell(world, date(2025, 1, 13))
    ended(world, first.spell_id, date(2025, 6, 2), reason="other_insats")
    second = another_spell(world, first.spell_id, STARTED)
    someone_else = a_spell(world)

    def linked(spell_id: int, previous: int | None, version: int = 1) -> Any:
        return link_previous(
            world.database,
            world.worker,
            spell_id=spell_id,
            previous_spell_id=previous,
            version=version,
            key=a_key(),
        )

    assert linked(second.spell_id, first.spell_id).previous_spell_id == first.spell_id
    with pytest.raises(InvalidValue, match="tidigare deltagande"):
        linked(second.spell_id, someone_else.spell_id, version=2)
    with pytest.raises(Conflict, match="följer redan"):
        linked(first.spell_id, second.spell_id, version=2)
    assert linked(second.spell_id, None, version=2).previous_spell_id is None


def test_responsible_is_filled_in_from_the_staff_of_the_insats(world: World) -> None:
    spell = a_spell(world)
    complete_start(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        details=StartDetails(responsible_id=world.colleague.account_id),
        version=1,
        key=a_key(),
    )
    page = participant_page(world.database, world.worker, spell.spell_id, page="d").value
    assert page.head.responsible == row(world, Account, id=world.colleague.account_id).title
    with pytest.raises(InvalidValue) as refused:
        complete_start(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            details=StartDetails(responsible_id=world.neighbour.account_id),
            version=2,
            why="typing_error",
            key=a_key(),
        )
    assert refused.value.field == "responsible_id"


def test_voided_step_and_talk_do_not_hold_the_start(world: World) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, date(2025, 9, 5))
    assess_step(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        level=StepLevel(2),
        assessed_on=date(2025, 9, 10),
        key=a_key(),
    )
    for table, found in (
        ("attendance", row(world, Attendance).id),
        ("step_assessment", row(world, StepAssessment).id),
    ):
        void_record(
            world.database,
            world.worker,
            table=table,  # type: ignore[arg-type]
            row_id=found,
            why="wrong_person",
            version=1,
            key=a_key(),
        )
    start_corrected(world, spell.spell_id, started_on=date(2025, 9, 29))
