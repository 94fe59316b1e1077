"""Registering participants and starting spells: who may, what is required, what is refused."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.integration.worlds import (
    LONG_AGO,
    ON_SUPPORT,
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
from tracking.access.log import verify
from tracking.domain.errors import (
    Conflict,
    InvalidValue,
    NotFound,
    NotPermitted,
    RuleBroken,
    StegvisError,
)
from tracking.domain.ladder import StepLevel
from tracking.domain.records import Gender, SupportMonthsKnown, WithdrawalReason
from tracking.services import (
    StartDetails,
    change_memory_word,
    close_as_misregistered,
    complete_start,
    end_spell,
    find_known_participant,
    propose_memory_words,
    register_and_start,
    register_participant,
    set_anonymous_counts,
    start_spell,
    withdraw_consent,
)
from tracking.store.tables import (
    AccessLogPayload,
    AnonymousCount,
    Change,
    Insats,
    Participant,
    Situation,
    Spell,
    SpellSummary,
    StepAssessment,
)


def registered(world: World, **more: Any) -> Any:
    given = {"insats_id": world.insats_id, "birth_year": 1990, "gender": Gender.WOMAN}
    return register_participant(world.database, world.worker, **(given | more), key=a_key())


def started(world: World, participant_id: int, *, actor: Any = None, **more: Any) -> Any:
    given = {"insats_id": world.insats_id, "start": a_start()}
    return start_spell(
        world.database,
        actor or world.worker,
        participant_id=participant_id,
        **(given | more),
        key=a_key(),
    )


def test_participant_gets_code_and_memory_word_from_the_system(world: World) -> None:
    first, second = registered(world), registered(world)
    assert (first.code, second.code) == ("ST-0001", "ST-0002")
    assert first.memory_word
    assert first.memory_word != second.memory_word


def test_code_of_an_erased_participant_is_never_given_again(world: World) -> None:
    spell = a_spell(world)
    withdraw_consent(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        reason=WithdrawalReason.CONSENT_WITHDRAWN,
        on=TODAY,
        key=a_key(),
    )
    again = a_spell(world)
    assert again.code == "ST-0002"
    assert again.spell_id != spell.spell_id


@pytest.mark.parametrize("who", ["neighbour", "lead", "nobody"])
def test_only_an_assignment_as_case_worker_registers_and_starts(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        a_spell(world, actor=getattr(world, who))
    assert count(world, Participant) == 0
    assert count(world, Spell) == 0


def test_structural_insats_takes_no_participants(world: World) -> None:
    with pytest.raises(RuleBroken, match="strukturövergripande"):
        registered(world, insats_id=world.group_insats_id)


@pytest.mark.parametrize("birth_year", [1900, TODAY.year, TODAY.year + 1])
def test_birth_year_that_cannot_be_true_is_refused(world: World, birth_year: int) -> None:
    with pytest.raises(InvalidValue) as refused:
        registered(world, birth_year=birth_year)
    assert refused.value.field == "birth_year"


@pytest.mark.parametrize(("birth_year", "warns"), [(2011, True), (1950, True), (1990, False)])
def test_age_outside_16_to_64_warns_and_passes(world: World, birth_year: int, warns: bool) -> None:
    assert bool(a_spell(world, birth_year=birth_year).warnings) is warns
    assert count(world, Spell) == 1


def test_start_keeps_situation_and_step_and_the_ladder_version_of_its_day(world: World) -> None:
    spell = a_spell(world, situation=ON_SUPPORT, step=StepLevel(2))
    kept = row(world, Spell, id=spell.spell_id)
    assert kept.ladder_version_id is not None
    assert row(world, StepAssessment).assessed_on == STARTED
    assert row(world, Situation).described_on == STARTED
    summary = row(world, SpellSummary, spell_id=spell.spell_id)
    assert (summary.step_start, summary.start_support) == (2, "some")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"started_on": TODAY + timedelta(days=1)}, "started_on"),
        ({"started_on": LONG_AGO - timedelta(days=1)}, "started_on"),
        ({"started_on": date(1990, 1, 1)}, "started_on"),
        ({"referrer": "astrologer"}, "referrer"),
        ({"consent_follow_up": False}, "consent_follow_up"),
        ({"consent_disclosure_on": TODAY + timedelta(days=1)}, "consent_disclosure_on"),
        ({"municipality": "nowhere"}, "municipality"),
        ({"support_months_known": SupportMonthsKnown.MONTHS}, "support_months"),
        (
            {"support_months_known": SupportMonthsKnown.MONTHS, "support_months": 721},
            "support_months",
        ),
        ({"support_months": 3}, "support_months"),
        ({"support_months_known": SupportMonthsKnown.BAND}, "support_band"),
        ({"step": StepLevel(6)}, "step"),
        ({"previous_spell_id": 999}, "previous_spell_id"),
        ({"responsible_id": 999}, "responsible_id"),
    ],
)
def test_faulty_start_is_refused_at_its_field_and_nothing_is_stored(
    world: World, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(StegvisError) as refused:
        a_spell(world, **({"started_on": STARTED} | changed))
    assert refused.value.field == field
    assert count(world, Participant) == 0
    assert count(world, Spell) == 0


def test_start_after_the_insats_has_ended_is_refused(world: World) -> None:
    with world.database.transaction() as work:
        insats = work.session.get_one(Insats, world.insats_id)
        insats.ends_on = date(2025, 6, 30)
    with pytest.raises(RuleBroken, match="efter insatsens slut 2025-06-30"):
        a_spell(world, date(2025, 7, 1))


def test_second_start_of_the_same_spell_is_refused(world: World) -> None:
    person = registered(world)
    started(world, person.participant_id)
    with pytest.raises(Conflict, match="redan registrerat"):
        started(world, person.participant_id)


@pytest.mark.parametrize("later", [TODAY, date(2025, 8, 1)])
def test_spell_that_overlaps_an_open_one_in_the_same_insats_is_refused(
    world: World, later: date
) -> None:
    person = registered(world)
    started(world, person.participant_id)
    with pytest.raises(Conflict, match=r"redan ett deltagande|ett senare deltagande"):
        started(world, person.participant_id, start=a_start(later))
    assert count(world, Spell) == 1


def test_new_spell_may_start_the_day_after_the_last_one_ended(world: World) -> None:
    person = registered(world)
    first = started(world, person.participant_id)
    end_spell(
        world.database,
        world.worker,
        spell_id=first.spell_id,
        on=date(2025, 12, 1),
        reason="work",
        version=1,
        key=a_key(),
    )
    with pytest.raises(Conflict):
        started(world, person.participant_id, start=a_start(date(2025, 12, 1)))
    started(world, person.participant_id, start=a_start(date(2025, 12, 2)))
    assert count(world, Spell) == 2


def test_spell_may_start_anew_on_the_day_of_a_felregistrering(world: World) -> None:
    person = registered(world)
    wrong = started(world, person.participant_id)
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=wrong.spell_id,
        why="entered_twice",
        version=1,
        key=a_key(),
    )
    started(world, person.participant_id)
    assert count(world, Spell) == 2


def test_parallel_spell_in_another_insats_needs_code_and_birth_year(world: World) -> None:
    spell = a_spell(world)
    person = row(world, Participant)
    with pytest.raises(NotPermitted, match="hela koden"):
        started(world, person.id, actor=world.neighbour, insats_id=world.other_insats_id)
    known = find_known_participant(
        world.database,
        world.neighbour,
        insats_id=world.other_insats_id,
        code=spell.code.lower(),
        birth_year=1990,
    )
    assert (known.participant_id, known.memory_word) == (person.id, spell.memory_word)
    started(world, person.id, actor=world.neighbour, insats_id=world.other_insats_id)
    assert count(world, Spell) == 2


@pytest.mark.parametrize(("code", "birth_year"), [("ST-0001", 1991), ("ST-0002", 1990)])
def test_wrong_code_or_birth_year_gives_the_same_sentence_and_is_logged(
    world: World, code: str, birth_year: int
) -> None:
    a_spell(world)
    with pytest.raises(NotFound, match="Ingen deltagare har den koden och det födelseåret"):
        find_known_participant(
            world.database,
            world.neighbour,
            insats_id=world.other_insats_id,
            code=code,
            birth_year=birth_year,
        )
    logged = row(world, AccessLogPayload, action="find_known_participant")
    assert (logged.detail, logged.participant_id) == ("ingen träff", None)


def test_birth_years_cannot_be_tried_one_after_the_other(world: World) -> None:
    a_spell(world)

    def tried(year: int) -> None:
        find_known_participant(
            world.database,
            world.neighbour,
            insats_id=world.other_insats_id,
            code="ST-0001",
            birth_year=year,
        )

    for year in range(1970, 1980):
        with pytest.raises(NotFound):
            tried(year)
    with pytest.raises(NotPermitted, match="För många försök"):
        tried(1990)


def test_staff_of_another_authority_cannot_look_up_a_known_person(world: World) -> None:
    spell = a_spell(world)
    with pytest.raises(NotPermitted):
        find_known_participant(
            world.database,
            world.outsider,
            insats_id=world.insats_id,
            code=spell.code,
            birth_year=1990,
        )


def test_staff_of_another_authority_start_only_with_consent_to_disclosure(world: World) -> None:
    with pytest.raises(NotPermitted):
        a_spell(world, actor=world.outsider)
    a_spell(world, actor=world.outsider, consent_disclosure_on=STARTED)
    assert count(world, Spell) == 1


def test_same_key_twice_registers_and_starts_once_and_answers_alike(world: World) -> None:
    key = a_key()

    def once_more() -> Any:
        return register_and_start(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            birth_year=2011,
            gender=Gender.MAN,
            start=a_start(),
            key=key,
        )

    assert once_more() == once_more()
    assert count(world, Participant) == 1
    assert count(world, Spell) == 1


def test_same_key_from_two_threads_at_once_saves_once_and_answers_alike(world: World) -> None:
    key, answers, together = a_key(), [], threading.Barrier(2)

    def click() -> None:
        together.wait()
        answers.append(
            register_and_start(
                world.database,
                world.worker,
                insats_id=world.insats_id,
                birth_year=1990,
                gender=Gender.MAN,
                start=a_start(),
                key=key,
            )
        )

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert count(world, Spell) == 1


def test_key_of_one_form_does_not_serve_another_person_or_act(world: World) -> None:
    key = a_key()
    arguments = {"insats_id": world.insats_id, "birth_year": 1990, "gender": Gender.MAN}
    register_participant(world.database, world.worker, **arguments, key=key)
    with pytest.raises(Conflict):
        register_participant(world.database, world.colleague, **arguments, key=key)
    with pytest.raises(Conflict):
        register_and_start(world.database, world.worker, **arguments, start=a_start(), key=key)


def test_many_who_register_at_once_all_get_numbers_of_their_own(world: World) -> None:
    codes, faults = [], []

    def click() -> None:
        try:
            codes.append(registered(world).code)
        except StegvisError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sorted(codes) == [f"ST-000{n}" for n in range(1, 7)]


def test_start_details_filled_in_later_leave_the_to_do_list(world: World) -> None:
    spell = a_spell(world)
    assert row(world, SpellSummary, spell_id=spell.spell_id).start_details_missing == 5
    done = complete_start(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        details=StartDetails(
            municipality="here",
            education="upper_secondary",
            support_months_known=SupportMonthsKnown.UNKNOWN,
        ),
        version=1,
        key=a_key(),
    )
    assert done.version == 2
    assert row(world, SpellSummary, spell_id=spell.spell_id).start_details_missing == 2


def test_replacing_a_start_detail_needs_a_reason_and_keeps_the_old_one(world: World) -> None:
    spell = a_spell(world, municipality="here")

    def moved(why: str | None) -> None:
        complete_start(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            details=StartDetails(municipality="there"),
            version=1,
            why=why,
            key=a_key(),
        )

    with pytest.raises(InvalidValue) as refused:
        moved(None)
    assert refused.value.field == "why"
    moved("typing_error")
    change = row(world, Change, field="municipality_id")
    assert change.old != change.new
    assert (change.why, change.spell_id) == ("typing_error", spell.spell_id)


def test_second_of_two_who_fill_in_the_start_is_told(world: World) -> None:
    spell = a_spell(world)
    for expected in (None, Conflict):
        arguments = {
            "spell_id": spell.spell_id,
            "details": StartDetails(municipality="here"),
            "version": 1,
        }
        if expected is None:
            complete_start(world.database, world.worker, **arguments, key=a_key())
        else:
            with pytest.raises(expected):
                complete_start(world.database, world.colleague, **arguments, key=a_key())


def test_memory_words_are_proposed_only_to_those_who_may_see_the_person(world: World) -> None:
    spell = a_spell(world)
    for stranger in (world.outsider, world.neighbour, world.lead):
        with pytest.raises(NotPermitted):
            propose_memory_words(world.database, stranger, spell_id=spell.spell_id)


def test_memory_word_changes_only_to_a_proposed_one(world: World) -> None:
    spell = a_spell(world)
    proposed = propose_memory_words(world.database, world.worker, spell_id=spell.spell_id)
    assert len(set(proposed)) == 5
    assert spell.memory_word not in proposed

    def changed(word: str) -> Any:
        return change_memory_word(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            word=word,
            version=1,
            key=a_key(),
        )

    with pytest.raises(InvalidValue):
        changed("Kalle Karlsson")
    assert changed(proposed[3]).memory_word == proposed[3]


def test_anonymous_count_is_told_to_the_second_who_enters_another(world: World) -> None:
    def entered(number: int, version: int | None) -> Any:
        return set_anonymous_counts(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            year=2025,
            numbers={Gender.WOMAN: number},
            versions={Gender.WOMAN: version},
            key=a_key(),
        )

    assert entered(4, None).numbers == {Gender.WOMAN: 4}
    with pytest.raises(Conflict, match="Kvinnor: nu står det 4, du skrev 6"):
        entered(6, None)
    assert entered(6, 1).numbers == {Gender.WOMAN: 6}
    assert row(world, AnonymousCount).number == 6


@pytest.mark.parametrize(("year", "number"), [(2027, 1), (2023, 1), (2025, -1), (2025, 200_000)])
def test_impossible_anonymous_count_is_refused(world: World, year: int, number: int) -> None:
    with pytest.raises(StegvisError):
        set_anonymous_counts(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            year=year,
            numbers={Gender.WOMAN: 3, Gender.MAN: number},
            versions={},
            key=a_key(),
        )
    assert count(world, AnonymousCount) == 0


def test_anonymous_counts_of_a_year_are_saved_together_or_not_at_all(world: World) -> None:
    def entered(key: str, **more: Any) -> Any:
        given: dict[str, Any] = {
            "insats_id": world.insats_id,
            "year": 2025,
            "numbers": {Gender.WOMAN: 3, Gender.MAN: 2},
            "versions": {},
            "key": key,
        }
        return set_anonymous_counts(world.database, world.worker, **(given | more))

    key = a_key()
    entered(key)
    entered(key)
    assert count(world, AnonymousCount) == 2
    with pytest.raises(Conflict, match="Män: nu står det 2, du skrev 9"):
        entered(
            a_key(),
            numbers={Gender.WOMAN: 8, Gender.MAN: 9},
            versions={Gender.WOMAN: 1, Gender.MAN: 7},
        )
    assert row(world, AnonymousCount, gender=Gender.WOMAN).number == 3


def test_every_start_is_logged_and_the_chain_holds(world: World) -> None:
    spell = a_spell(world)
    logged = row(world, AccessLogPayload, action="register_and_start")
    assert (logged.spell_id, logged.account_id) == (spell.spell_id, world.worker.account_id)
    with world.database.reading() as session:
        assert verify(session) == []
        assert session.exec(select(Spell.version)).one() == version_of(world, spell.spell_id)
