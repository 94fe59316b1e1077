"""Recording talks and group meetings: whole or not at all, once, by those who may."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

import pytest
from sqlalchemy import event

from tests.integration.worlds import (
    ORS_HIGH,
    ORS_LOW,
    SRS_HIGH,
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    a_talk,
    count,
    row,
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
from tracking.domain.instruments import RatingValue, Unit
from tracking.domain.records import AttendanceStatus, SessionKind
from tracking.services import (
    FaultyRows,
    FieldErrors,
    GroupRow,
    add_ratings,
    add_to_group_session,
    end_spell,
    parse_ratings,
    parse_rows,
    record_group_session,
    record_session,
    void_record,
)
from tracking.store.tables import (
    AccessLogPayload,
    Attendance,
    DataVersion,
    Insats,
    Rating,
    Session,
    SpellSummary,
)

PRESENT, ABSENT, CANCELLED = AttendanceStatus


@dataclass(frozen=True)
class Typed:
    """A form as the component sends it."""

    scales: tuple[str, str, str, str] = ("", "", "", "")
    total: str = ""
    mark: Literal["", "not_filled", "incomplete"] = ""


@dataclass(frozen=True)
class TypedRow:
    spell_id: int
    attendance: str = "present"
    ratings: dict[str, Typed] = field(default_factory=dict)


def talk(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {"held_on": TODAY, "ratings": {"ORS": ORS_LOW}, "key": a_key()}
    actor = more.pop("actor", world.worker)
    return record_session(world.database, actor, spell_id=spell_id, **(given | more))


def group(world: World, rows: list[GroupRow], **more: Any) -> Any:
    given: dict[str, Any] = {"insats_id": world.insats_id, "held_on": TODAY, "key": a_key()}
    return record_group_session(world.database, world.worker, rows=rows, **(given | more))


def nothing_recorded(world: World) -> bool:
    return not any(count(world, table) for table in (Session, Attendance, Rating))


def test_talk_is_kept_in_whole_millimetres_and_reaches_the_summary(world: World) -> None:
    spell = a_spell(world)
    talk(world, spell.spell_id, ratings={"ORS": ORS_LOW, "SRS": SRS_HIGH})
    summary = row(world, SpellSummary, spell_id=spell.spell_id)
    assert (summary.ors_first_mm, summary.ors_n, summary.srs_last_mm) == (160, 1, 377)
    assert (summary.talks_n, summary.last_seen_on) == (1, TODAY)


def test_saved_talk_is_answered_with_where_the_person_stands(world: World) -> None:
    spell = a_spell(world)
    first = talk(world, spell.spell_id, held_on=date(2025, 10, 1))
    assert first.message == "ORS 16,0 (första skattningen)."
    talk(world, spell.spell_id, held_on=date(2025, 11, 1), ratings={"ORS": ORS_LOW})
    last = talk(world, spell.spell_id, ratings={"ORS": ORS_HIGH, "SRS": SRS_HIGH})
    assert last.message == (
        "ORS 24,0 (senast 16,0; start 16,0). Tillförlitlig förbättring. SRS 37,7."
    )


def test_talk_recorded_afterwards_is_compared_with_what_came_before_it(world: World) -> None:
    spell = a_spell(world)
    talk(world, spell.spell_id, ratings={"ORS": ORS_HIGH})
    earlier = talk(world, spell.spell_id, held_on=date(2025, 10, 1))
    assert earlier.message == "ORS 16,0 (första skattningen)."


@pytest.mark.parametrize(
    ("held_on", "sentence"),
    [
        (TODAY + timedelta(days=1), "ligger i framtiden"),
        (STARTED - timedelta(days=1), "före deltagandets start 2025-09-01"),
        (date(2026, 2, 2), "efter deltagandets slut 2026-02-01"),
    ],
)
def test_talk_lies_within_the_spell_and_never_in_the_future(
    world: World, held_on: date, sentence: str
) -> None:
    spell = a_spell(world)
    end_spell(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        on=date(2026, 2, 1),
        reason="work",
        version=1,
        key=a_key(),
    )
    with pytest.raises(StegvisError, match=sentence) as refused:
        talk(world, spell.spell_id, held_on=held_on)
    assert refused.value.field == "held_on"
    assert nothing_recorded(world)


@pytest.mark.parametrize("status", [ABSENT, CANCELLED])
def test_someone_who_did_not_come_has_no_ratings(world: World, status: AttendanceStatus) -> None:
    spell = a_spell(world)
    with pytest.raises(RuleBroken) as refused:
        talk(world, spell.spell_id, attendance=status)
    assert refused.value.field == "attendance"
    assert nothing_recorded(world)
    talk(world, spell.spell_id, attendance=status, ratings={})
    assert row(world, SpellSummary, spell_id=spell.spell_id).talks_n == 0


def test_unknown_instrument_is_refused(world: World) -> None:
    spell = a_spell(world)
    with pytest.raises(InvalidValue):
        talk(world, spell.spell_id, ratings={"PHQ": ORS_LOW})
    assert nothing_recorded(world)


def test_several_talks_on_one_day_are_counted_up(world: World) -> None:
    one, two = a_spell(world), a_spell(world)
    orders = [
        row(world, Session, id=talk(world, spell.spell_id).session_id).order_in_day
        for spell in (one, one, two, one)
    ]
    assert orders == [1, 2, 1, 3]


@pytest.mark.parametrize("who", ["neighbour", "lead", "nobody", "outsider"])
def test_only_those_with_the_assignment_record(world: World, who: str) -> None:
    spell = a_spell(world)
    with pytest.raises(NotPermitted):
        talk(world, spell.spell_id, actor=getattr(world, who))
    assert nothing_recorded(world)


def test_staff_of_another_authority_record_where_disclosure_is_consented(world: World) -> None:
    spell = a_spell(world, consent_disclosure_on=STARTED)
    talk(world, spell.spell_id, actor=world.outsider)
    assert count(world, Rating) == 1


def test_spell_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        talk(world, 999)


def test_same_key_twice_saves_one_talk_and_answers_alike(world: World) -> None:
    spell = a_spell(world)
    key = a_key()
    assert talk(world, spell.spell_id, key=key) == talk(world, spell.spell_id, key=key)
    assert count(world, Session) == 1
    assert count(world, AccessLogPayload, action="record_session") == 1


def test_double_click_from_two_threads_saves_one_talk_and_answers_alike(world: World) -> None:
    spell = a_spell(world)
    key, answers, together = a_key(), [], threading.Barrier(2)

    def click() -> None:
        together.wait()
        answers.append(talk(world, spell.spell_id, key=key))

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert count(world, Session) == 1


def test_same_key_is_not_answered_to_one_who_has_lost_the_assignment(world: World) -> None:
    spell = a_spell(world)
    key = a_key()
    talk(world, spell.spell_id, key=key)
    from dataclasses import replace

    with pytest.raises(NotPermitted):
        talk(world, spell.spell_id, key=key, actor=replace(world.worker, grants=()))


def test_row_of_another_insats_is_pointed_out_and_nothing_is_saved(world: World) -> None:
    here = a_spell(world).spell_id
    there = a_spell(world, actor=world.neighbour, insats_id=world.other_insats_id).spell_id
    both = replace(world.worker, grants=(*world.worker.grants, *world.neighbour.grants))
    with pytest.raises(FaultyRows) as refused:
        record_group_session(
            world.database,
            both,
            insats_id=world.insats_id,
            held_on=TODAY,
            rows=[GroupRow(here), GroupRow(there)],
            key=a_key(),
        )
    assert set(refused.value.rows) == {there}
    assert nothing_recorded(world)


def test_fault_in_the_midst_of_a_write_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spell = a_spell(world)
    logged = count(world, AccessLogPayload)
    version = row(world, DataVersion, insats_id=world.insats_id).version

    class Killed(Exception):
        pass

    def killed(*_arguments: object) -> None:
        raise Killed

    monkeypatch.setattr("tracking.services.sessions.saved_message", killed)
    key = a_key()
    with pytest.raises(Killed):
        talk(world, spell.spell_id, key=key)
    monkeypatch.undo()
    assert nothing_recorded(world)
    assert count(world, AccessLogPayload) == logged
    assert row(world, DataVersion, insats_id=world.insats_id).version == version
    # The form was not used up by what never happened.
    talk(world, spell.spell_id, key=key)
    assert count(world, Session) == 1


def test_talk_is_recorded_in_few_statements_however_long_the_spell(world: World) -> None:
    """What is asked twice in one transaction is waited for twice, by everybody who writes."""
    spell = a_spell(world)
    counted: list[str] = []

    def count_it(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counted.append(statement)

    talk(world, spell.spell_id)
    event.listen(world.database.engine, "before_cursor_execute", count_it)
    talk(world, spell.spell_id)
    short = len(counted)
    for _ in range(5):
        talk(world, spell.spell_id)
    counted.clear()
    talk(world, spell.spell_id)
    event.remove(world.database.engine, "before_cursor_execute", count_it)
    assert len(counted) == short <= 22
    assert len(set(counted)) == len(counted)


def test_every_write_is_logged_and_the_chain_holds(world: World) -> None:
    spell = a_spell(world)
    talk(world, spell.spell_id)
    logged = row(world, AccessLogPayload, action="record_session")
    assert (logged.account_id, logged.spell_id) == (world.worker.account_id, spell.spell_id)
    with world.database.reading() as session:
        assert verify(session) == []


def test_forms_found_later_are_added_to_their_talk(world: World) -> None:
    spell = a_spell(world)
    recorded = a_talk(world, spell.spell_id, TODAY, ors=None)
    assert row(world, SpellSummary, spell_id=spell.spell_id).talks_without_ors_n == 1

    def added() -> Any:
        return add_ratings(
            world.database,
            world.worker,
            attendance_id=recorded.attendance_id,
            ratings={"ORS": ORS_LOW},
            key=a_key(),
        )

    assert added().message.startswith("ORS 16,0")
    assert row(world, SpellSummary, spell_id=spell.spell_id).talks_without_ors_n == 0
    with pytest.raises(Conflict, match="rätta den i stället"):
        added()


def test_forms_are_not_added_to_someone_who_did_not_come(world: World) -> None:
    spell = a_spell(world)
    recorded = talk(world, spell.spell_id, attendance=ABSENT, ratings={})
    with pytest.raises(RuleBroken):
        add_ratings(
            world.database,
            world.worker,
            attendance_id=recorded.attendance_id,
            ratings={"ORS": ORS_LOW},
            key=a_key(),
        )


def test_group_meeting_is_saved_with_those_absent(world: World) -> None:
    spells = [a_spell(world).spell_id for _ in range(3)]
    rows = [
        GroupRow(spells[0], PRESENT, {"GSRS": SRS_HIGH}),
        GroupRow(spells[1], PRESENT, {"GSRS": RatingValue.incomplete()}),
        GroupRow(spells[2], ABSENT),
    ]
    saved = group(world, rows)
    assert saved.saved_spell_ids == tuple(spells)
    assert count(world, Attendance, session_id=saved.session_id) == 3
    assert count(world, Rating) == 2
    assert row(world, Session).kind is SessionKind.GROUP
    assert row(world, SpellSummary, spell_id=spells[0]).gsrs_first_mm == 377
    assert count(world, AccessLogPayload, action="record_group_session") == 3


def test_faulty_rows_are_named_by_spell_and_nothing_is_saved(world: World) -> None:
    good, absent, late = (a_spell(world).spell_id for _ in range(3))
    late = a_spell(world, TODAY).spell_id
    rows = [
        GroupRow(good, PRESENT, {"GSRS": SRS_HIGH}),
        GroupRow(absent, ABSENT, {"GSRS": SRS_HIGH}),
        GroupRow(late, PRESENT),
    ]
    with pytest.raises(FaultyRows) as refused:
        group(world, rows, held_on=date(2026, 3, 2))
    assert set(refused.value.rows) == {absent, late}
    assert "attendance" in refused.value.rows[absent]
    assert "held_on" in refused.value.rows[late]
    assert nothing_recorded(world)


def test_rows_that_come_later_are_added_to_the_same_meeting(world: World) -> None:
    first, second = a_spell(world).spell_id, a_spell(world).spell_id
    saved = group(world, [GroupRow(first, PRESENT, {"GSRS": SRS_HIGH})])
    key = a_key()

    def added(rows: list[GroupRow]) -> Any:
        return add_to_group_session(
            world.database, world.worker, session_id=saved.session_id, rows=rows, key=key
        )

    answer = added([GroupRow(second, ABSENT)])
    assert answer == added([GroupRow(second, ABSENT)])
    assert answer.session_id == saved.session_id
    assert count(world, Session) == 1
    assert count(world, Attendance) == 2
    with pytest.raises(FaultyRows, match="En rad har ett fel"):
        add_to_group_session(
            world.database,
            world.worker,
            session_id=saved.session_id,
            rows=[GroupRow(first, ABSENT)],
            key=a_key(),
        )


def test_row_of_another_insats_is_refused_whole(world: World) -> None:
    own = a_spell(world).spell_id
    theirs = a_spell(world, actor=world.neighbour, insats_id=world.other_insats_id).spell_id
    with pytest.raises(NotPermitted):
        group(world, [GroupRow(own), GroupRow(theirs)])
    assert nothing_recorded(world)


@pytest.mark.parametrize("twice", [True, False])
def test_group_meeting_needs_rows_and_each_only_once(world: World, twice: bool) -> None:
    spell = a_spell(world).spell_id
    with pytest.raises(InvalidValue):
        group(world, [GroupRow(spell), GroupRow(spell)] if twice else [])
    assert nothing_recorded(world)


def test_voided_meeting_takes_no_more_rows(world: World) -> None:
    first, second = a_spell(world).spell_id, a_spell(world).spell_id
    saved = group(world, [GroupRow(first)])
    void_record(
        world.database,
        world.worker,
        table="session",
        row_id=saved.session_id,
        why="entered_twice",
        version=1,
        key=a_key(),
    )
    with pytest.raises(Conflict):
        add_to_group_session(
            world.database,
            world.worker,
            session_id=saved.session_id,
            rows=[GroupRow(second)],
            key=a_key(),
        )


def test_same_group_key_twice_saves_once(world: World) -> None:
    spells = [a_spell(world).spell_id for _ in range(2)]
    key, rows = a_key(), [GroupRow(spell) for spell in spells]
    assert group(world, rows, key=key) == group(world, rows, key=key)
    assert count(world, Session) == 1


def test_many_writers_at_once_on_many_spells_all_get_through(world: World) -> None:
    spells = [a_spell(world).spell_id for _ in range(4)]
    faults: list[Exception] = []

    def work(spell_id: int) -> None:
        try:
            for _ in range(5):
                talk(world, spell_id)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(spell,)) for spell in spells * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert count(world, Session) == 40
    for spell_id in spells:
        summary = row(world, SpellSummary, spell_id=spell_id)
        assert (summary.talks_n, summary.ors_n) == (10, 10)
    with world.database.reading() as session:
        assert verify(session) == []


def test_partly_filled_rating_is_refused_at_the_missing_field() -> None:
    with pytest.raises(FieldErrors) as refused:
        parse_ratings({"ORS": Typed(("4,5", "3", "", "2"))}, Unit.POINTS)
    assert set(refused.value.errors) == {"ors_3"}


def test_every_fault_of_a_talk_is_told_at_once() -> None:
    typed = {
        "ORS": Typed(("10,1", "-1", "fyra", "45")),
        "SRS": Typed(total="41"),
        "GSRS": Typed(("1", "", "", ""), mark="not_filled"),
    }
    with pytest.raises(FieldErrors) as refused:
        parse_ratings(typed, Unit.POINTS)
    assert set(refused.value.errors) == {
        "ors_1",
        "ors_2",
        "ors_3",
        "ors_4",
        "srs_total",
        "gsrs_1",
    }


def test_typed_forms_become_values_and_empty_ones_are_left_out() -> None:
    typed = {
        "ORS": Typed(("4,5", "45mm", "0", "10")),
        "SRS": Typed(mark="incomplete"),
        "GSRS": Typed(),
    }
    assert parse_ratings(typed, Unit.POINTS) == {
        "ORS": RatingValue.filled(45, 45, 0, 100),
        "SRS": RatingValue.incomplete(),
    }


def test_typed_rows_are_parted_into_complete_and_faulty() -> None:
    rows = [
        TypedRow(1, ratings={"GSRS": Typed(("9", "9", "9", "9"))}),
        TypedRow(2, ratings={"GSRS": Typed(("9", "9", "12", "9"))}),
        TypedRow(3, "absent"),
        TypedRow(4, "asleep"),
    ]
    complete, faults = parse_rows(rows, Unit.POINTS)
    assert [spell_id for spell_id, _, _ in complete] == [1, 3]
    assert set(faults) == {2, 4}
    assert "gsrs_3" in faults[2]


@pytest.mark.parametrize(
    ("instrument", "sentence"),
    [("SRS", "Stigen använder inte SRS"), ("GSRS", "fylls i efter en gruppträff")],
)
def test_talk_takes_only_the_instruments_of_its_insats(
    world: World, instrument: str, sentence: str
) -> None:
    with world.database.transaction() as work:
        insats = work.session.get_one(Insats, world.insats_id)
        insats.uses_srs = False
        work.session.add(insats)
    spell = a_spell(world)
    with pytest.raises(RuleBroken, match=sentence) as refused:
        record_session(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            held_on=TODAY,
            ratings={instrument: SRS_HIGH},
            key=a_key(),
        )
    assert refused.value.field == f"{instrument.lower()}_total"
    assert count(world, Session) == 0


def test_group_meeting_takes_only_the_instruments_of_its_insats(world: World) -> None:
    spell = a_spell(world, actor=world.neighbour, insats_id=world.other_insats_id)
    with pytest.raises(FaultyRows) as refused:
        record_group_session(
            world.database,
            world.neighbour,
            insats_id=world.other_insats_id,
            held_on=TODAY,
            rows=[GroupRow(spell.spell_id, ratings={"GSRS": SRS_HIGH})],
            key=a_key(),
        )
    assert "Bron använder inte G-SRS" in refused.value.rows[spell.spell_id]["gsrs_total"]
