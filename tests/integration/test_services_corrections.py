"""Corrections, voids, felregistrering and withdrawn consent: what stays, and what goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from tests.integration.worlds import (
    AT_WORK,
    ON_SUPPORT,
    ORS_HIGH,
    ORS_LOW,
    SRS_HIGH,
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    a_start,
    a_talk,
    count,
    row,
)
from tracking.access.log import verify
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import FollowUpStatus, Gender, WithdrawalReason
from tracking.outcomes.participant import participant_page
from tracking.services import (
    GroupRow,
    change_memory_word,
    close_as_misregistered,
    correct_rating,
    correct_session_date,
    end_spell,
    find_known_participant,
    propose_memory_words,
    record_attempt,
    record_follow_up,
    record_group_session,
    record_session,
    set_anonymous_counts,
    start_spell,
    void_record,
    withdraw_consent,
)
from tracking.store.tables import (
    AccessLogPayload,
    AnonymousCount,
    Attempt,
    Attendance,
    Change,
    FollowUp,
    Participant,
    Rating,
    Session,
    Situation,
    SituationSupport,
    Spell,
    SpellSummary,
    StepAssessment,
    Withdrawal,
    metadata,
)


def corrected(world: World, value: RatingValue = ORS_HIGH, **more: Any) -> Any:
    given: dict[str, Any] = {"why": "typing_error", "version": 1, "key": a_key()}
    actor = more.pop("actor", world.worker)
    rating_id = more.pop("rating_id", None) or row(world, Rating).id
    return correct_rating(world.database, actor, rating_id=rating_id, value=value, **(given | more))


def voided(world: World, table: Any, row_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {"why": "wrong_person", "version": 1, "key": a_key()}
    actor = more.pop("actor", world.worker)
    return void_record(world.database, actor, table=table, row_id=row_id, **(given | more))


def withdrawn(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {
        "reason": WithdrawalReason.CONSENT_WITHDRAWN,
        "on": TODAY,
        "key": a_key(),
    }
    actor = more.pop("actor", world.worker)
    return withdraw_consent(world.database, actor, spell_id=spell_id, **(given | more))


def summary_of(world: World, spell_id: int) -> Any:
    return row(world, SpellSummary, spell_id=spell_id)


@pytest.fixture
def talked(world: World) -> int:
    """A spell with one talk that has an ORS."""
    spell = a_spell(world)
    a_talk(world, spell.spell_id, TODAY)
    return spell.spell_id


def test_corrected_rating_changes_results_and_keeps_the_old_value(
    world: World, talked: int
) -> None:
    assert corrected(world).version == 2
    assert summary_of(world, talked).ors_first_mm == 240
    with world.database.reading() as session:
        history = {
            change.field: (change.old, change.new) for change in session.exec(select(Change))
        }
    assert history == {
        "scale_1": ("40", "60"),
        "scale_2": ("45", "65"),
        "scale_3": ("35", "60"),
        "scale_4": ("40", "55"),
        "total": ("160", "240"),
    }
    change = row(world, Change, field="total")
    assert (change.why, change.changed_by) == ("typing_error", world.worker.account_id)
    assert change.spell_id == talked
    logged = row(world, AccessLogPayload, action="correct_rating")
    assert logged.spell_id == talked


def test_rating_may_be_corrected_to_a_fact_without_numbers(world: World, talked: int) -> None:
    corrected(world, RatingValue.incomplete())
    assert row(world, Rating).total is None
    assert summary_of(world, talked).ors_n == 0


def test_second_who_corrects_is_told_both_values_and_overwrites_nothing(
    world: World, talked: int
) -> None:
    corrected(world)
    with pytest.raises(Conflict) as refused:
        corrected(world, ORS_LOW, actor=world.colleague)
    assert "Nu står det 24,0 (6,0 6,5 6,0 5,5)" in refused.value.sentence
    assert "du skrev 16,0 (4,0 4,5 3,5 4,0)" in refused.value.sentence
    assert row(world, Rating).total == 240


@pytest.mark.parametrize("why", ["", "because", "wrong_insats", "hon ville det"])
def test_reason_is_a_code_and_never_free_text(world: World, talked: int, why: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        corrected(world, why=why)
    assert refused.value.field == "why"
    assert count(world, Change) == 0


def test_correction_without_a_change_is_refused(world: World, talked: int) -> None:
    with pytest.raises(InvalidValue, match="detsamma som förut"):
        corrected(world, ORS_LOW)


@pytest.mark.parametrize("who", ["neighbour", "lead", "nobody", "outsider"])
def test_only_those_with_the_assignment_correct_void_and_withdraw(
    world: World, talked: int, who: str
) -> None:
    actor = getattr(world, who)
    session_id = row(world, Session).id
    with pytest.raises(NotPermitted):
        corrected(world, actor=actor)
    with pytest.raises(NotPermitted):
        voided(world, "session", session_id, actor=actor)
    with pytest.raises(NotPermitted):
        withdrawn(world, talked, actor=actor)
    with pytest.raises(NotPermitted):
        close_as_misregistered(
            world.database, actor, spell_id=talked, why="wrong_person", version=1, key=a_key()
        )
    assert summary_of(world, talked).ors_n == 1


def test_same_key_twice_corrects_once(world: World, talked: int) -> None:
    key = a_key()
    assert corrected(world, key=key) == corrected(world, key=key)
    assert count(world, Change, field="total") == 1


def test_session_moves_to_the_day_it_was_held_and_keeps_the_old_day(
    world: World, talked: int
) -> None:
    a_talk(world, talked, date(2026, 3, 2), ORS_HIGH)
    wrong = row(world, Session, held_on=TODAY)

    def moved(on: date, **more: Any) -> Any:
        given: dict[str, Any] = {"why": "wrong_date", "version": 1, "key": a_key()}
        return correct_session_date(
            world.database, world.worker, session_id=wrong.id, held_on=on, **(given | more)
        )

    for impossible in (STARTED - timedelta(days=1), TODAY + timedelta(days=1), TODAY):
        with pytest.raises((InvalidValue, RuleBroken)):
            moved(impossible)
    moved(date(2026, 3, 2))
    kept = row(world, Session, id=wrong.id)
    assert (kept.held_on, kept.order_in_day) == (date(2026, 3, 2), 2)
    change = row(world, Change, field="held_on")
    assert (change.old, change.new) == ("2026-03-16", "2026-03-02")
    with pytest.raises(Conflict, match="Nu står det 2026-03-02, du skrev 2026-03-01"):
        moved(date(2026, 3, 1))


def test_date_of_a_group_meeting_is_in_every_participants_history(world: World) -> None:
    spells = [a_spell(world).spell_id for _ in range(2)]
    meeting = record_group_session(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        held_on=TODAY,
        rows=[GroupRow(spell) for spell in spells],
        key=a_key(),
    )
    correct_session_date(
        world.database,
        world.worker,
        session_id=meeting.session_id,
        held_on=date(2026, 3, 9),
        why="wrong_date",
        version=1,
        key=a_key(),
    )
    with world.database.reading() as session:
        assert set(session.exec(select(Change.spell_id))) == set(spells)


@pytest.mark.parametrize("table", ["session", "attendance", "rating"])
def test_voided_talk_leaves_the_summary_and_stays_in_its_table(
    world: World, talked: int, table: str
) -> None:
    kind = {"session": Session, "attendance": Attendance, "rating": Rating}[table]
    key = a_key()
    row_id = row(world, kind).id
    assert voided(world, table, row_id, key=key) == voided(world, table, row_id, key=key)
    kept = row(world, kind)
    assert (kept.void_reason, kept.voided_by) == ("wrong_person", world.worker.account_id)
    summary = summary_of(world, talked)
    assert (summary.ors_n, summary.ors_first_mm) == (0, None)
    assert summary.talks_n == (1 if table == "rating" else 0)
    with pytest.raises(Conflict, match="redan makulerad"):
        voided(world, table, row_id, version=2)


def test_rating_of_a_voided_talk_is_not_corrected(world: World, talked: int) -> None:
    voided(world, "session", row(world, Session).id)
    with pytest.raises(Conflict, match="redan makulerad"):
        corrected(world)
    assert count(world, Change) == 0


def test_void_asks_for_a_reason_of_its_own_list(world: World, talked: int) -> None:
    with pytest.raises(InvalidValue):
        voided(world, "session", row(world, Session).id, why="typing_error")
    with pytest.raises(InvalidValue):
        voided(world, "account", 1)


def test_voided_rating_gives_room_for_the_right_one(world: World, talked: int) -> None:
    voided(world, "rating", row(world, Rating).id)
    with pytest.raises(Conflict, match="redan makulerad"):
        corrected(world, version=2)


def test_voided_step_and_situation_leave_the_summary(world: World) -> None:
    spell = a_spell(world, situation=ON_SUPPORT, step=StepLevel(2))
    voided(world, "step_assessment", row(world, StepAssessment).id)
    voided(world, "situation", row(world, Situation).id)
    summary = summary_of(world, spell.spell_id)
    assert (summary.step_start, summary.start_support) == (None, None)
    assert count(world, SituationSupport) == 1


def test_voided_follow_up_is_due_again_and_takes_its_situation_and_step_along(
    world: World,
) -> None:
    spell = a_spell(world, date(2025, 3, 1))
    end_spell(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        on=date(2025, 9, 16),
        reason="work",
        version=1,
        key=a_key(),
    )
    follow_up_id = row(world, FollowUp, months=6).id
    with pytest.raises(Conflict, match="inte besvarad"):
        voided(world, "follow_up", follow_up_id)
    for version in (1, 3):
        record_follow_up(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            months=6,
            status=FollowUpStatus.DONE,
            on=TODAY,
            situation=AT_WORK,
            step=StepLevel(4),
            version=version,
            key=a_key(),
        )
        if version == 1:
            voided(world, "follow_up", follow_up_id, version=2)
            summary = summary_of(world, spell.spell_id)
            assert summary.m6_status is FollowUpStatus.DUE
            assert (summary.step_m6, summary.m6_support) == (None, None)
    assert summary_of(world, spell.spell_id).step_m6 == 4
    assert count(world, Situation) == 2
    assert row(world, Change, field="status").old == "done"


def test_spell_ended_by_felregistrering_leaves_every_result(world: World, talked: int) -> None:
    key = a_key()

    def closed(**more: Any) -> Any:
        given: dict[str, Any] = {"why": "wrong_person", "version": 1, "key": key}
        return close_as_misregistered(
            world.database, world.worker, spell_id=talked, **(given | more)
        )

    assert closed() == closed()
    summary = summary_of(world, talked)
    assert (summary.outcome, summary.ended_on) == (Outcome.MISREGISTERED, TODAY)
    assert row(world, Spell).misregistered_reason == "wrong_person"
    with pytest.raises(Conflict):
        closed(key=a_key(), version=2)
    with pytest.raises(RuleBroken, match="felregistrering"):
        a_talk(world, talked, TODAY)


def test_ended_spell_may_turn_out_to_be_a_felregistrering(world: World, talked: int) -> None:
    end_spell(
        world.database,
        world.worker,
        spell_id=talked,
        on=TODAY,
        reason="work",
        version=1,
        key=a_key(),
    )
    close_as_misregistered(
        world.database, world.worker, spell_id=talked, why="entered_twice", version=2, key=a_key()
    )
    change = row(world, Change, field="outcome")
    assert (change.old, change.new) == ("completed", "misregistered")


def a_whole_story(world: World) -> int:
    """A spell with something in every table that hangs on it."""
    spell = a_spell(world, date(2025, 3, 1), situation=ON_SUPPORT, step=StepLevel(1))
    spell_id = spell.spell_id
    talk = record_session(
        world.database,
        world.worker,
        spell_id=spell_id,
        held_on=date(2025, 4, 1),
        ratings={"ORS": ORS_LOW, "SRS": SRS_HIGH},
        key=a_key(),
    )
    rating = row(world, Rating, attendance_id=talk.attendance_id, instrument="ORS")
    corrected(world, rating_id=rating.id)
    end_spell(
        world.database,
        world.worker,
        spell_id=spell_id,
        on=date(2025, 9, 16),
        reason="work",
        version=1,
        key=a_key(),
    )
    record_attempt(
        world.database,
        world.worker,
        spell_id=spell_id,
        months=6,
        way="phone",
        on=TODAY,
        key=a_key(),
    )
    word = propose_memory_words(world.database, world.worker, spell_id=spell_id)[0]
    change_memory_word(
        world.database, world.worker, spell_id=spell_id, word=word, version=1, key=a_key()
    )
    return spell_id


def test_withdrawn_consent_erases_the_spell_and_all_its_rows(world: World) -> None:
    spell_id = a_whole_story(world)
    tables = (
        Spell,
        Participant,
        Session,
        Attendance,
        Rating,
        StepAssessment,
        Situation,
        SituationSupport,
        FollowUp,
        Attempt,
        Change,
        SpellSummary,
    )
    assert all(count(world, table) for table in tables)
    withdrawn(world, spell_id)
    assert [table for table in tables if count(world, table)] == []
    assert row(world, Withdrawal).insats_id == world.insats_id


def test_no_table_that_names_a_spell_keeps_a_withdrawn_one(world: World) -> None:
    """Whatever table a later part adds: what names the spell or the person goes with it."""
    spell_id = a_whole_story(world)
    person_id = row(world, Participant).id
    withdrawn(world, spell_id)
    left = []
    with world.database.reading() as session:
        for table in metadata.sorted_tables:
            if table.name == "access_log_payload":
                continue
            for name, value in (("spell_id", spell_id), ("participant_id", person_id)):
                if name in table.c:
                    found = session.execute(
                        select(func.count()).select_from(table).where(table.c[name] == value)
                    ).scalar_one()
                    left += [f"{table.name}.{name}"] * bool(found)
    assert left == []


def test_withdrawn_spell_counts_as_one_anonymous_of_the_year(world: World) -> None:
    this_year = date(2026, 1, 12)
    first = a_spell(world, this_year)
    second = a_spell(world, this_year, gender=Gender.MAN)
    set_anonymous_counts(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        year=2026,
        numbers={Gender.WOMAN: 5},
        versions={},
        key=a_key(),
    )
    assert withdrawn(world, first.spell_id).years == (2026,)
    withdrawn(world, second.spell_id, reason=WithdrawalReason.PROTECTED_IDENTITY)
    women = row(world, AnonymousCount, gender=Gender.WOMAN)
    assert (women.number, women.converted) == (5, 1)
    men = row(world, AnonymousCount, gender=Gender.MAN)
    assert (men.number, men.converted) == (0, 1)


def test_withdrawn_spell_counts_as_anonymous_in_every_calendar_year_that_it_stood_in(
    world: World,
) -> None:
    """Else the volume of the years before would fall by somebody who was there."""
    spell = a_spell(world, date(2024, 11, 4))
    assert withdrawn(world, spell.spell_id).years == (2024, 2025, 2026)
    assert [row(world, AnonymousCount, year=year).converted for year in (2024, 2025, 2026)] == [
        1,
        1,
        1,
    ]


def test_spell_that_ended_in_an_earlier_year_counts_in_no_later_one(world: World) -> None:
    assert withdrawn(world, a_whole_story(world)).years == (2025,)
    assert row(world, AnonymousCount).year == 2025


def test_withdrawn_felregistrering_counts_nobody(world: World, talked: int) -> None:
    close_as_misregistered(
        world.database, world.worker, spell_id=talked, why="wrong_person", version=1, key=a_key()
    )
    withdrawn(world, talked)
    assert count(world, AnonymousCount) == 0
    assert count(world, Spell) == 0


def test_participant_stays_while_another_spell_is_left(world: World) -> None:
    spell = a_spell(world)
    find_known_participant(
        world.database,
        world.neighbour,
        insats_id=world.other_insats_id,
        code=spell.code,
        birth_year=1990,
    )
    other = start_spell(
        world.database,
        world.neighbour,
        participant_id=row(world, Participant).id,
        insats_id=world.other_insats_id,
        start=a_start(),
        key=a_key(),
    )
    withdrawn(world, spell.spell_id)
    assert count(world, Participant) == 1
    withdrawn(world, other.spell_id, actor=world.neighbour)
    assert count(world, Participant) == 0


def test_group_meeting_stays_for_the_others_when_one_withdraws(world: World) -> None:
    spells = [a_spell(world).spell_id for _ in range(2)]
    record_group_session(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        held_on=TODAY,
        rows=[GroupRow(spell, ratings={"GSRS": SRS_HIGH}) for spell in spells],
        key=a_key(),
    )
    withdrawn(world, spells[0])
    assert (count(world, Session), count(world, Attendance), count(world, Rating)) == (1, 1, 1)
    withdrawn(world, spells[1])
    assert count(world, Session) == 0


def test_same_key_twice_withdraws_once_and_answers_alike(world: World, talked: int) -> None:
    key = a_key()
    assert withdrawn(world, talked, key=key) == withdrawn(world, talked, key=key)
    assert count(world, Withdrawal) == 1
    assert row(world, AnonymousCount, year=2026).converted == 1


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), STARTED - timedelta(days=1)])
def test_withdrawal_lies_after_the_start_and_not_in_the_future(
    world: World, talked: int, on: date
) -> None:
    with pytest.raises((InvalidValue, RuleBroken)) as refused:
        withdrawn(world, talked, on=on)
    assert refused.value.field == "on"
    assert count(world, Spell) == 1


def test_fault_in_the_midst_of_a_withdrawal_leaves_everything(
    world: World, talked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def killed(*_arguments: object) -> None:
        raise Killed

    monkeypatch.setattr("tracking.services.withdrawals._erase", killed)
    with pytest.raises(Killed):
        withdrawn(world, talked)
    assert count(world, Withdrawal) == 0
    assert count(world, AnonymousCount) == 0
    assert summary_of(world, talked).ors_n == 1


def test_neighbouring_insats_neither_sees_nor_writes_the_spell_of_the_same_person(
    world: World, talked: int
) -> None:
    with pytest.raises(NotPermitted):
        a_talk(replace(world, worker=world.neighbour), talked, TODAY)
    with pytest.raises(NotPermitted):
        participant_page(world.database, world.neighbour, talked, page="deltagaren")


def test_every_correction_is_logged_and_the_chain_holds(world: World, talked: int) -> None:
    corrected(world)
    voided(world, "rating", row(world, Rating).id, version=2)
    withdrawn(world, talked)
    with world.database.reading() as session:
        actions = session.exec(select(AccessLogPayload.action)).all()
        assert verify(session) == []
    assert actions == [
        "register_and_start",
        "record_session",
        "correct_rating",
        "void_record",
        "withdraw_consent",
    ]


def test_day_of_a_group_meeting_is_not_held_by_somebody_who_was_never_there(world: World) -> None:
    there, struck_out = a_spell(world), a_spell(world, date(2026, 3, 2))
    held = record_group_session(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        held_on=TODAY,
        rows=[GroupRow(there.spell_id), GroupRow(struck_out.spell_id)],
        key=a_key(),
    )
    voided(world, "attendance", row(world, Attendance, spell_id=struck_out.spell_id).id)
    moved = correct_session_date(
        world.database,
        world.worker,
        session_id=held.session_id,
        held_on=date(2026, 2, 2),
        why="wrong_date",
        version=1,
        key=a_key(),
    )
    assert moved.version == 2
    assert count(world, Change, spell_id=struck_out.spell_id) == 0
