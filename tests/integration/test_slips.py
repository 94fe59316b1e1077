"""Anonymous slips: counts per answer, summed at once, corrected and voided, tied to nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect

from tests.integration.worlds import TODAY, World, a_key, count, row
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted, StegvisError
from tracking.domain.periods import Period
from tracking.outcomes.directory_questions import slip_days
from tracking.outcomes.questions import read_questions, slips_table
from tracking.services.slips import Counts, SavedSlips, correct_slips, record_slips, void_slips
from tracking.store.tables import Change, Question, SlipCount

DAY = date(2026, 3, 2)
FOUR = (0, 1, 2, 10, 7)


def asked(world: World, key: str = "respekt") -> int:
    return int(row(world, Question, key=key).id)


def numbers(*counted: int) -> dict[int, int]:
    return dict(enumerate(counted, start=1))


def keyed(world: World, counts: Counts | None = None, day: date = DAY) -> SavedSlips:
    return record_slips(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        collected_on=day,
        counts={asked(world): numbers(*FOUR)} if counts is None else counts,
        key=a_key(),
    )


def test_the_sums_come_at_once_each_question_by_itself(world: World) -> None:
    other = asked(world, "kvalitet")
    done = keyed(world, {asked(world): numbers(*FOUR), other: numbers(5, 0, 0, 0, 0)})
    assert done.sums == {asked(world): (17, 20), other: (0, 5)}


def test_nought_is_stored_and_a_blank_question_is_not(world: World) -> None:
    keyed(world)
    assert row(world, SlipCount, question_id=asked(world), value=1).number == 0
    assert count(world, SlipCount, question_id=asked(world, "kvalitet")) == 0
    (day,) = slip_days(world.database, world.worker, world.insats_id)
    assert day.numbers == {asked(world): numbers(*FOUR)}


def test_an_answer_left_blank_in_a_question_is_asked_for_at_its_field(world: World) -> None:
    with pytest.raises(InvalidValue, match="Skriv 0") as caught:
        keyed(world, {asked(world): {1: 0, 2: 1, 3: 2, 4: 10}})
    assert caught.value.field == f"slip_{asked(world)}_5"
    assert count(world, SlipCount) == 0


@pytest.mark.parametrize("number", [-1, 10_001, True])
def test_an_impossible_number_is_refused(world: World, number: int) -> None:
    with pytest.raises(InvalidValue):
        keyed(world, {asked(world): numbers(number, 0, 0, 0, 0)})


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2023, 12, 31)])
def test_slips_are_collected_while_the_insats_runs(world: World, day: date) -> None:
    with pytest.raises(StegvisError) as caught:
        keyed(world, day=day)
    assert caught.value.field == "collected_on"


def test_a_question_put_to_participants_stands_on_no_slip(world: World) -> None:
    with pytest.raises(StegvisError, match="anonyma lappar"):
        keyed(world, {asked(world, "upplevd_halsa"): numbers(1, 1, 1, 1, 1)})


def test_a_day_is_keyed_once_and_the_same_form_saves_once(world: World) -> None:
    key = a_key()
    for _ in range(2):
        record_slips(
            world.database,
            world.lead,
            insats_id=world.insats_id,
            collected_on=DAY,
            counts={asked(world): numbers(*FOUR)},
            key=key,
        )
    assert count(world, SlipCount) == 5
    with pytest.raises(Conflict, match="redan inlagda"):
        keyed(world)
    keyed(world, {asked(world, "kvalitet"): numbers(0, 0, 0, 1, 0)})


def test_a_corrected_day_keeps_the_old_numbers_in_the_history(world: World) -> None:
    done = keyed(world)
    again = correct_slips(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        collected_on=DAY,
        counts={asked(world): numbers(0, 1, 2, 10, 8)},
        why="misread_paper",
        version=done.version,
        key=a_key(),
    )
    assert again.sums == {asked(world): (18, 21)}
    change = row(world, Change, table_name="slip_count")
    assert (change.field, change.old, change.new, change.spell_id) == ("number", "7", "8", None)
    with pytest.raises(Conflict):
        void_slips(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            collected_on=DAY,
            why="entered_twice",
            version=done.version,
            key=a_key(),
        )


def test_voided_slips_leave_and_the_day_may_be_keyed_anew(world: World) -> None:
    done = keyed(world)
    void_slips(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        collected_on=DAY,
        why="entered_twice",
        version=done.version,
        key=a_key(),
    )
    assert slip_days(world.database, world.worker, world.insats_id) == ()
    keyed(world)
    assert count(world, SlipCount) == 10
    with pytest.raises(NotFound):
        void_slips(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            collected_on=date(2026, 3, 3),
            why="entered_twice",
            version=0,
            key=a_key(),
        )


@pytest.mark.parametrize("who", ["neighbour", "nobody"])
def test_only_the_insatss_own_staff_key_and_see_slips(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        record_slips(
            world.database,
            getattr(world, who),
            insats_id=world.insats_id,
            collected_on=DAY,
            counts={asked(world): numbers(*FOUR)},
            key=a_key(),
        )
    with pytest.raises(NotPermitted):
        slip_days(world.database, getattr(world, who), world.insats_id)


def test_a_slip_has_no_column_that_could_name_a_person(world: World) -> None:
    columns = {
        column["name"] for column in inspect(world.database.engine).get_columns("slip_count")
    }
    assert not columns & {"spell_id", "participant_id", "session_id", "attendance_id", "code"}


def test_the_table_says_positive_of_all_for_each_question_in_its_period(world: World) -> None:
    keyed(world)
    keyed(world, {asked(world): numbers(9, 0, 0, 0, 0)}, day=date(2025, 12, 31))
    period = Period(date(2026, 1, 1), date(2026, 6, 30))
    with world.database.reading() as session:
        put = read_questions(session, world.insats_id, period)
        table = slips_table(session, world.insats_id, put, period)
        assert slips_table(session, world.other_insats_id, put, period) is None
    assert table is not None
    (line,) = table.rows
    assert line.label == "Har vi visat dig respekt?"
    assert (line.cells[0].count, line.cells[0].base, line.cells[1].count) == (17, 20, 20)
