"""Taking an import back: whole, by the rules of voiding, and never over what came after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.integration.test_import_workbooks import (
    CONSENTS,
    people,
    planned,
    read_in,
    summary_is_right,
)
from tests.integration.worlds import NOW, World, a_key, a_talk, count, row, standing_still
from tests.workbooks import a_workbook
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, NotPermitted
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import FollowUpStatus
from tracking.outcomes.imports import file_keys, imports_of
from tracking.services.corrections import void_record
from tracking.services.import_undoing import ChangedSince, VoidedImport, void_import
from tracking.services.progress import assess_step
from tracking.services.sessions import GroupRow, add_ratings, add_to_group_session
from tracking.store.tables import (
    AccessLogPayload,
    FollowUp,
    ImportKey,
    ImportRun,
    Participant,
    Rating,
    Session,
    Situation,
    Spell,
    SpellSummary,
    StepAssessment,
)

LATER = NOW + timedelta(hours=1)
HEAD = ["Nr", "Datum", "ORS total"]


def undone(world: World, import_id: int | None = None) -> VoidedImport:
    """The import, or the latest, taken back."""
    latest = imports_of(world.database, world.worker, world.insats_id)[0]
    return void_import(
        world.database,
        world.worker,
        import_id=import_id or latest.import_id,
        why="wrong_form",
        version=1,
        key=a_key(),
    )


def test_spells_that_are_taken_back_leave_every_result_and_may_be_read_in_again(
    world: World,
) -> None:
    people(world, "1", "2")
    assert undone(world).voided == 2
    assert count(world, Spell, outcome=Outcome.MISREGISTERED) == 2
    assert count(world, SpellSummary, outcome=None) == 0
    assert count(world, ImportKey) == 0
    assert summary_is_right(world)
    people(world, "1")
    assert count(world, Participant) == 3


def test_talks_that_are_taken_back_are_voided_and_stay_in_the_history(world: World) -> None:
    people(world, "1")
    read_in(world, a_workbook([HEAD, [1, "2025-02-01", 18.5], [1, "2025-02-08", 20]]))
    assert row(world, SpellSummary).ors_n == 2
    assert undone(world).voided == 2
    assert count(world, Session, void_reason="wrong_form") == 2
    assert row(world, SpellSummary).ors_n == 0
    assert summary_is_right(world)


def test_ratings_that_joined_a_talk_are_voided_and_the_talk_stays(world: World) -> None:
    people(world, "1")
    read_in(world, a_workbook([HEAD, [1, "2025-02-01", 18.5]]))
    read_in(world, a_workbook([["Nr", "Datum", "SRS total"], [1, "2025-02-01", 36]]))
    undone(world)
    assert count(world, Rating, voided_at=None) == 1
    assert count(world, Session, voided_at=None) == 1


def test_situations_steps_and_follow_ups_are_taken_back(world: World) -> None:
    lines = [
        ["Nr", "Född", "Kön", "Start", "Remittent", "Slut", "Avslut till"],
        [1, 1990, "k", "2024-06-02", "Kommun", "2024-12-01", "Studier"],
    ]
    read_in(world, a_workbook(lines), kind=ImportKind.SPELLS, **CONSENTS)
    answers = ["CSN", "nej", "ja", "nej", "nej"]
    heads = ["Försörjning", "Arbetar", "Studerar", "Söker arbete", "Inskriven AF"]
    done = [
        read_in(world, a_workbook(file), kind=kind)
        for kind, file in (
            (ImportKind.SITUATIONS, [["Nr", "Tillfälle", *heads], [1, "start", *answers]]),
            (ImportKind.STEPS, [["Nr", "Tillfälle", "Steg"], [1, "start", 2]]),
            (
                ImportKind.FOLLOW_UPS,
                [
                    ["Nr", "Månader", "Resultat", "Datum", *heads, "Steg"],
                    [1, 6, "genomförd", "2025-06-03", *answers, 4],
                ],
            ),
        )
    ]
    for one in reversed(done):
        undone(world, one.import_id)
    assert count(world, Situation, voided_at=None) == 0
    assert count(world, StepAssessment, voided_at=None) == 0
    assert row(world, FollowUp, months=6).status is FollowUpStatus.DUE
    assert summary_is_right(world)


def test_spells_that_were_built_on_are_listed_by_row_and_nothing_is_taken_back(
    world: World,
) -> None:
    people(world, "1", "2", "3")
    spells = [row(world, Spell, id=number).id for number in (1, 2, 3)]
    with standing_still(LATER):
        a_talk(world, spells[1], date(2025, 2, 3))
        assess_step(
            world.database,
            world.worker,
            spell_id=spells[2],
            level=StepLevel(2),
            assessed_on=date(2025, 3, 3),
            key=a_key(),
        )
    with pytest.raises(ChangedSince) as caught:
        undone(world)
    assert [one.row for one in caught.value.found] == [3, 4]
    assert "rad 3" in str(caught.value)
    assert count(world, Spell, outcome=Outcome.MISREGISTERED) == 0


def test_talk_that_got_a_rating_by_hand_stands_in_the_way(world: World) -> None:
    people(world, "1")
    read_in(world, a_workbook([HEAD, [1, "2025-02-01", 18.5]]))
    with standing_still(LATER):
        add_ratings(
            world.database,
            world.worker,
            attendance_id=1,
            ratings={"SRS": RatingValue.total_only(360)},
            key=a_key(),
        )
    with pytest.raises(ChangedSince):
        undone(world)


def test_what_was_voided_by_hand_since_is_no_obstacle(world: World) -> None:
    people(world, "1")
    read_in(world, a_workbook([HEAD, [1, "2025-02-01", 18.5], [1, "2025-02-08", 20]]))
    void_record(
        world.database,
        world.worker,
        table="session",
        row_id=1,
        why="entered_twice",
        version=1,
        key=a_key(),
    )
    assert undone(world).voided == 1
    assert row(world, Session, id=1).void_reason == "entered_twice"


def test_group_meeting_that_others_were_added_to_stands_in_the_way(world: World) -> None:
    people(world, "1", "2")
    head = ["Nr", "Datum", "Form", "GSRS total"]
    read_in(world, a_workbook([head, [1, "2025-02-01", "grupp", 35]]))
    add_to_group_session(
        world.database, world.worker, session_id=1, rows=[GroupRow(2)], key=a_key()
    )
    with pytest.raises(ChangedSince):
        undone(world)


def test_import_is_taken_back_once_and_by_the_insatss_own_staff(world: World) -> None:
    people(world, "1")
    for actor in (world.neighbour, world.outsider, world.lead):
        with pytest.raises(NotPermitted):
            void_import(
                world.database, actor, import_id=1, why="wrong_form", version=1, key=a_key()
            )
    undone(world)
    with pytest.raises(Conflict):
        undone(world)
    assert row(world, ImportRun).voided_by == world.worker.account_id


def test_protocol_says_who_when_what_and_how_much(world: World) -> None:
    people(world, "1", "2")
    (view,) = imports_of(world.database, world.worker, world.insats_id)
    assert (view.new, view.same, view.kind) == (2, 0, ImportKind.SPELLS)
    assert view.made == {"participant": 2, "spell": 2}
    assert len(view.file_hash) == 64
    _, plan = planned(world, a_workbook([HEAD, [1, "2025-02-01", 18.5]]))
    assert plan.may_be_applied


def test_list_of_the_files_keys_gives_the_codes_and_is_logged(world: World) -> None:
    people(world, "2", "10")
    found = file_keys(world.database, world.worker, world.insats_id, page="importera").value
    assert found == (("2", "ST-0001"), ("10", "ST-0002"))
    assert count(world, AccessLogPayload, action="see_list") == 1
    with pytest.raises(NotPermitted):
        file_keys(world.database, world.lead, world.insats_id, page="importera")


def test_death_that_is_taken_back_opens_the_follow_ups_that_it_closed(world: World) -> None:
    head = ["Nr", "Född", "Kön", "Start", "Remittent", "Slut", "Avslut till"]
    first = [1, 1990, "k", "2024-06-02", "Kommun", "2024-12-01", "Studier"]
    read_in(world, a_workbook([head, first]), kind=ImportKind.SPELLS, **CONSENTS)
    second = [1, 1990, "k", "2025-01-10", "Kommun", "2025-03-01", "Avliden"]
    read_in(world, a_workbook([head, second]), kind=ImportKind.SPELLS, **CONSENTS)
    assert count(world, FollowUp, status=FollowUpStatus.DECEASED) == 2
    undone(world)
    assert count(world, FollowUp, status=FollowUpStatus.DUE) == 2
    assert summary_is_right(world)
