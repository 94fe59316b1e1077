"""What happens between the entry components and the services."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.app.world import World, actor_of
from tracking.access.actors import Actor
from tracking.outcomes.participant import participant_page
from tracking.store.database import Database
from tracking.ui.components import GroupRowEntry, GroupSubmission, RatingEntry, TalkSubmission
from tracking.ui.recording import GroupBook, save_group, save_talk, take_back_session

EMPTY = ("", "", "", "")
TODAY = "2026-11-20"


@pytest.fixture
def database(world: World) -> Iterator[Database]:
    opened = Database.open(world.url)
    yield opened
    opened.close()


@pytest.fixture
def worker(world: World, database: Database) -> Actor:
    return actor_of(database, world.worker)


def form(*scales: str, total: str = "", mark: str = "") -> RatingEntry:
    return RatingEntry(scales or EMPTY, total, mark)  # type: ignore[arg-type]


def talk(spell_id: int, held_on: str = TODAY, **ratings: RatingEntry) -> TalkSubmission:
    return TalkSubmission(str(uuid4()), spell_id, held_on, "individual", "present", ratings)


def talks(database: Database, worker: Actor, spell_id: int) -> int:
    view = participant_page(database, worker, spell_id, page="test").value
    return sum(not row.voided for row in view.sessions)


def test_whole_talk_is_saved_and_answered_with_its_sentence(
    world: World, database: Database, worker: Actor
) -> None:
    sent = talk(world.spells[0], ORS=form("7,5", "8,0", "6,4", "65mm"))
    saved = save_talk(database, worker, sent)
    assert saved.result.saved
    assert saved.result.message.startswith("ORS 28,4")


@pytest.mark.parametrize(
    ("scales", "sentence"),
    [
        (("10,1", "8", "6", "6"), "0"),
        (("-1", "8", "6", "6"), "0"),
        (("fyra", "8", "6", "6"), "tal"),
        (("45", "8", "6", "6"), "mm"),
    ],
)
def test_score_that_is_none_is_told_at_its_field_and_nothing_is_stored(
    world: World, database: Database, worker: Actor, scales: tuple[str, ...], sentence: str
) -> None:
    saved = save_talk(database, worker, talk(world.spells[1], ORS=form(*scales)))
    assert not saved.result.saved
    assert set(saved.result.errors) == {"ors_1"}
    assert sentence in saved.result.errors["ors_1"]
    assert talks(database, worker, world.spells[1]) == 0


@pytest.mark.parametrize("held_on", ["2026-11-21", "igår", "2026-02-30"])
def test_day_that_cannot_be_is_told_at_the_date(
    world: World, database: Database, worker: Actor, held_on: str
) -> None:
    saved = save_talk(database, worker, talk(world.spells[1], held_on))
    assert set(saved.result.errors) == {"held_on"}
    assert talks(database, worker, world.spells[1]) == 0


def test_same_talk_sent_again_is_saved_once(
    world: World, database: Database, worker: Actor
) -> None:
    sent = talk(world.spells[1], ORS=form("5", "5", "5", "5"))
    first, again = save_talk(database, worker, sent), save_talk(database, worker, sent)
    assert again.result.saved
    assert again.session_id == first.session_id
    assert talks(database, worker, world.spells[1]) == 1


def test_talk_that_is_taken_back_no_longer_counts(
    world: World, database: Database, worker: Actor
) -> None:
    saved = save_talk(database, worker, talk(world.spells[1], ORS=form("5", "5", "5", "5")))
    assert saved.session_id is not None
    take_back_session(database, worker, saved.session_id, str(uuid4()))
    assert talks(database, worker, world.spells[1]) == 0


def meeting(
    world: World, *rows: tuple[int, RatingEntry], only_complete: bool = False
) -> GroupSubmission:
    return GroupSubmission(
        str(uuid4()),
        world.insats_id,
        TODAY,
        tuple(GroupRowEntry(world.spells[i], "present", {"GSRS": entry}) for i, entry in rows),
        only_complete,
    )


GOOD = form("9", "9", "9", "9")
BAD = form("12", "9", "9", "9")


def test_one_faulty_row_keeps_the_whole_meeting_on_the_screen(
    world: World, database: Database, worker: Actor
) -> None:
    book = GroupBook()
    save_group(database, worker, book, meeting(world, (0, GOOD), (1, BAD)))
    assert book.result is not None
    assert not book.result.saved
    assert set(book.result.row_errors) == {world.spells[1]}
    assert talks(database, worker, world.spells[0]) == 3


def test_rows_that_come_later_belong_to_the_same_meeting(
    world: World, database: Database, worker: Actor
) -> None:
    book = GroupBook()
    save_group(database, worker, book, meeting(world, (0, GOOD), only_complete=True))
    first = book.session_id
    save_group(database, worker, book, meeting(world, (1, GOOD)))
    assert book.session_id == first
    assert book.meeting is None, "the meeting is whole and the next one is another"
