"""The access log's chain under tampering, how often a look is logged, and that nothing slips by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlmodel import select

from tests.integration.worlds import NOW, World, a_key, a_spell, a_talk, count, row
from tracking import cli
from tracking.access.log import Entry, payload_digest, record_for, verify, walk
from tracking.access.visits import AGAIN_AFTER, Visit, current_visit, open_visit
from tracking.domain import clock
from tracking.domain.errors import InvalidValue, NotPermitted
from tracking.domain.retention import Erased
from tracking.outcomes.participant import participant_page
from tracking.outcomes.persons import my_ongoing, talk_options
from tracking.outcomes.spell_search import find_spells
from tracking.services._writing import once, writing
from tracking.services.prints import record_print
from tracking.store.database import Database, StorageUnavailable
from tracking.store.tables import AccessLog, AccessLogPayload, RetentionLine, RetentionRun

GUARDS = ("access_log", "access_log_payload")


def write(database: Database, number: int = 5) -> None:
    """Some links, a transaction each."""
    for place in range(number):
        with database.transaction() as work:
            record_for(work, None, Entry("see_list", insats_id=1, detail=f"pågående: {place}"))


def as_keeper(database: Database, *statements: str, **values: object) -> None:
    """What somebody can do who keeps the database itself and takes its triggers away."""
    with database.engine.begin() as connection:
        for table in GUARDS:
            for event in ("update", "delete"):
                name = f"guard_{table}_{event}"
                where = f' ON "{table}"' if database.dialect == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{where}"))
        for statement in statements:
            connection.execute(text(statement), values)


def told(database: Database, **more: object) -> list[tuple[int, str]]:
    with database.reading() as session:
        return [(fault.log_id, fault.what) for fault in verify(session, **more)]


# -- the chain ----------------------------------------------------------------------------------


def test_untouched_log_holds(database: Database) -> None:
    write(database)
    with database.reading() as session:
        chain = walk(session)
    assert (chain.links, chain.erased, chain.faults) == (5, 0, ())


def test_empty_log_holds(database: Database) -> None:
    assert told(database) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM access_log_payload WHERE log_id = 3", "är inte gallrat"),
        ("UPDATE access_log_payload SET detail = 'annat' WHERE log_id = 3", "innehållet är ändrat"),
        ("UPDATE access_log_payload SET account_id = 7 WHERE log_id = 3", "innehållet är ändrat"),
        ("UPDATE access_log_payload SET salt = 'x' WHERE log_id = 3", "innehållet är ändrat"),
        ("UPDATE access_log SET payload_digest = 'x' WHERE id = 3", "länken är ändrad"),
        ("UPDATE access_log_head SET link_hash = 'x'", "de senaste länkarna saknas"),
        ("DELETE FROM access_log_head", "de senaste länkarna saknas"),
    ],
)
def test_tampering_with_a_row_is_told(database: Database, statement: str, said: str) -> None:
    write(database)
    as_keeper(database, statement)
    assert any(said in what for _, what in told(database))


def test_moved_moment_is_told(database: Database) -> None:
    write(database)
    other = clock.now() - timedelta(hours=1)
    at = other if database.dialect == "postgresql" else other.isoformat(timespec="microseconds")
    as_keeper(database, "UPDATE access_log SET at = :at WHERE id = 3", at=at)
    assert (3, "länken är ändrad") in told(database)


def test_link_taken_away_in_the_middle_is_told(database: Database) -> None:
    write(database)
    as_keeper(
        database,
        "DELETE FROM access_log_payload WHERE log_id = 3",
        "DELETE FROM access_log WHERE id = 3",
    )
    assert told(database) == [(4, "en länk före den här saknas")]


def cut_off(database: Database) -> str:
    """Take the two newest links away and mend the head to fit; return the old head."""
    with database.reading() as session:
        head = walk(session).head
    as_keeper(
        database,
        "DELETE FROM access_log_payload WHERE log_id > 3",
        "DELETE FROM access_log WHERE id > 3",
        "UPDATE access_log_head SET link_hash = (SELECT link_hash FROM access_log WHERE id = 3)",
    )
    return head


def test_truncated_tail_is_told_by_the_head_in_the_database(database: Database) -> None:
    write(database)
    as_keeper(
        database,
        "DELETE FROM access_log_payload WHERE log_id > 3",
        "DELETE FROM access_log WHERE id > 3",
    )
    assert told(database) == [(3, "de senaste länkarna saknas")]


def test_truncated_tail_with_a_mended_head_is_told_by_a_head_kept_elsewhere(
    database: Database,
) -> None:
    write(database)
    head = cut_off(database)
    assert told(database) == [], "inside the database nothing tells of it any more"
    (fault,) = told(database, heads=[head.upper() + " "])
    assert "finns inte i kedjan" in fault[1]


def test_head_kept_elsewhere_stays_good_while_the_log_grows(database: Database) -> None:
    write(database)
    with database.reading() as session:
        head = walk(session).head
    write(database)
    assert told(database, heads=[head]) == []


def test_tail_that_is_made_anew_is_told_by_a_head_kept_elsewhere(database: Database) -> None:
    write(database)
    head = cut_off(database)
    write(database, 2)
    assert told(database) == []
    assert len(told(database, heads=[head])) == 1


def protocol_of(database: Database, year: int) -> None:
    """What retention leaves behind of a year of the log."""
    with database.transaction() as work:
        head = walk(work.session)
        run = RetentionRun(run_at=NOW, on_day=NOW.date(), head_id=head.links, head_hash=head.head)
        work.session.add(run)
        work.session.flush()
        assert run.id is not None
        work.session.add(
            RetentionLine(
                run_id=run.id,
                kind=Erased.LOG_PAYLOAD,
                log_year=year,
                years=5,
                source="Beslut",
                until=date(year, 12, 31),
                number=3,
            )
        )


def test_year_that_is_over_can_be_erased_whole_and_the_chain_still_holds(
    database: Database,
) -> None:
    with time_machine.travel(datetime(2024, 12, 31, 22, 59, tzinfo=UTC)):
        write(database, 3)
    with time_machine.travel(datetime(2024, 12, 31, 23, 1, tzinfo=UTC)):  # 2025 in Sweden
        write(database, 2)
    with database.transaction() as work:
        work.session.execute(text("DELETE FROM access_log_payload WHERE log_id <= 3"))
    assert [log_id for log_id, _ in told(database)] == [1, 2, 3], "no protocol says so"
    protocol_of(database, 2024)
    with database.reading() as session:
        chain = walk(session)
    assert (chain.links, chain.erased, chain.faults) == (5, 3, ())
    with database.transaction() as work:
        work.session.execute(text("DELETE FROM access_log_payload WHERE log_id = 4"))
    assert told(database) == [(4, "innehållet är borttaget, men 2025 är inte gallrat")]


def test_this_year_cannot_be_erased_even_whole(database: Database) -> None:
    write(database, 2)
    with database.transaction() as work:
        work.session.execute(text("DELETE FROM access_log_payload"))
    assert [log_id for log_id, _ in told(database)] == [1, 2]


def test_command_says_what_it_found_and_fails_when_the_chain_does(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database.open(database_url)
    write(database)
    assert cli.main(["verify", "--log", "--database", database_url]) == 0
    said = capsys.readouterr().out
    assert "Åtkomstloggen stämmer." in said
    assert "5 länkar, 0 med gallrat innehåll" in said
    head = said.split("Huvudet är ")[1].split()[0]
    assert cli.main(["verify", "--head", head, "--database", database_url]) == 0
    cut_off(database)
    capsys.readouterr()
    assert cli.main(["verify", "--head", head, "--database", database_url]) == 1
    assert f"huvudet {head[:12]}" in capsys.readouterr().out
    database.close()


def test_payload_with_the_same_words_has_another_digest_each_time(database: Database) -> None:
    """Without the salt an erased row could be guessed at and found by its digest."""
    for _ in range(2):
        with database.transaction() as work:
            record_for(work, 1, Entry("see_participant", insats_id=1, spell_id=5))
    with database.reading() as session:
        one, two = session.exec(select(AccessLogPayload).order_by(AccessLogPayload.log_id)).all()
    assert payload_digest(one) != payload_digest(two)


# -- one look, one row --------------------------------------------------------------------------


@pytest.fixture
def visit() -> Iterator[Callable[[str], Visit]]:
    """Open a visit, as a page does, until the test is over."""

    def begin(page: str = "samtal") -> Visit:
        opened = Visit(page)
        open_visit(opened)
        return opened

    yield begin
    open_visit(None)


def test_list_drawn_again_in_the_same_visit_is_logged_once(
    world: World, visit: Callable[..., Visit]
) -> None:
    a_spell(world)
    visit()
    for _ in range(5):
        talk_options(world.database, world.worker, page="samtal")
    assert count(world, AccessLogPayload, action="see_list") == 1


def test_list_is_logged_again_when_somebody_new_stands_in_it(
    world: World, visit: Callable[..., Visit]
) -> None:
    first = a_spell(world)
    visit()
    talk_options(world.database, world.worker, page="samtal")
    a_spell(world)
    talk_options(world.database, world.worker, page="samtal")
    assert count(world, AccessLogPayload, action="see_list") == 2
    a_talk(world, first.spell_id, clock.today())
    talk_options(world.database, world.worker, page="samtal")
    assert count(world, AccessLogPayload, action="see_list") == 2, "the same people as before"


def test_same_page_opened_anew_is_logged_anew(world: World, visit: Callable[..., Visit]) -> None:
    spell = a_spell(world)
    for _ in range(2):
        visit("deltagaren")
        for _ in range(3):
            participant_page(world.database, world.worker, spell.spell_id, page="deltagaren")
    assert count(world, AccessLogPayload, action="see_participant") == 2


def test_long_visit_is_logged_again_after_ten_minutes(
    world: World, visit: Callable[..., Visit]
) -> None:
    spell = a_spell(world)
    visit("deltagaren")
    for later in (timedelta(), AGAIN_AFTER - timedelta(seconds=1), AGAIN_AFTER):
        with time_machine.travel(NOW + later, tick=False):
            participant_page(world.database, world.worker, spell.spell_id, page="deltagaren")
    assert count(world, AccessLogPayload, action="see_participant") == 2


def test_every_person_of_a_visit_has_a_row(world: World, visit: Callable[..., Visit]) -> None:
    spells = [a_spell(world) for _ in range(3)]
    visit("deltagaren")
    for _ in range(2):
        for spell in spells:
            participant_page(world.database, world.worker, spell.spell_id, page="deltagaren")
    for spell in spells:
        found = count(world, AccessLogPayload, action="see_participant", spell_id=spell.spell_id)
        assert found == 1


def test_somebody_else_in_the_same_visit_is_logged(
    world: World, visit: Callable[..., Visit]
) -> None:
    a_spell(world)
    visit()
    for actor in (world.worker, world.colleague):
        my_ongoing(world.database, actor, page="att_gora")
        found = count(world, AccessLogPayload, action="see_list", account_id=actor.account_id)
        assert found == 1


def test_read_that_could_not_be_logged_is_not_remembered_as_logged(
    world: World, visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    spell = a_spell(world)
    visit("deltagaren")

    def broken(_work: object, _actor: object, *_entries: Entry) -> None:
        raise StorageUnavailable("Databasen kan inte nås.")

    with monkeypatch.context() as patch:
        patch.setattr("tracking.outcomes._seen.record", broken)
        with pytest.raises(StorageUnavailable):
            participant_page(world.database, world.worker, spell.spell_id, page="deltagaren")
    assert count(world, AccessLogPayload, action="see_participant") == 0
    participant_page(world.database, world.worker, spell.spell_id, page="deltagaren")
    assert count(world, AccessLogPayload, action="see_participant") == 1


def test_without_a_visit_every_read_is_logged(world: World) -> None:
    assert current_visit() is None
    a_spell(world)
    for _ in range(3):
        talk_options(world.database, world.worker, page="samtal")
    assert count(world, AccessLogPayload, action="see_list") == 3


def test_every_hit_of_a_search_is_logged_with_its_spell(world: World) -> None:
    spell = a_spell(world)
    a_spell(world)
    find_spells(world.database, world.worker, spell.code, page="deltagaren")
    logged = row(world, AccessLogPayload, action="see_hit")
    assert (logged.insats_id, logged.spell_id) == (world.insats_id, spell.spell_id)
    find_spells(world.database, world.worker, "XX-9999", page="deltagaren")
    assert count(world, AccessLogPayload, action="see_hit") == 1


def test_refused_look_stands_in_the_log_of_the_insats_that_was_asked_for(world: World) -> None:
    spell = a_spell(world)
    with pytest.raises(NotPermitted):
        participant_page(world.database, world.neighbour, spell.spell_id, page="deltagaren")
    logged = row(world, AccessLogPayload, action="refused")
    assert (logged.account_id, logged.insats_id, logged.spell_id, logged.page) == (
        world.neighbour.account_id,
        world.insats_id,
        spell.spell_id,
        "deltagaren",
    )


# -- prints and writes --------------------------------------------------------------------------


def test_print_is_logged_with_what_stood_on_the_page(
    world: World, visit: Callable[..., Visit]
) -> None:
    spells = [a_spell(world) for _ in range(2)]
    here = visit("deltagaren")
    for spell in spells:
        here.draw_anew()
        participant_page(world.database, world.worker, spell.spell_id, page="deltagaren")
        participant_page(world.database, world.worker, spell.spell_id, page="deltagaren")
    record_print(world.database, world.worker, page=here.page, shown=here.shown)
    logged = row(world, AccessLogPayload, action="print")
    assert (logged.spell_id, logged.insats_id, logged.page) == (
        spells[1].spell_id,
        world.insats_id,
        "deltagaren",
    )


def test_print_of_exact_tables_is_logged_for_an_insats_that_may_be_seen_alone(
    world: World,
) -> None:
    for insats_id in (world.insats_id, world.other_insats_id):
        record_print(world.database, world.lead, page="insatsen", shown=(), insats_id=insats_id)
    with world.database.reading() as session:
        rows = session.exec(
            select(AccessLogPayload).where(AccessLogPayload.action == "print")
        ).all()
    assert {logged.insats_id for logged in rows} == {world.insats_id, None}


def test_print_of_what_may_not_be_seen_is_refused_and_the_rest_of_the_page_is_logged(
    world: World,
) -> None:
    spell = a_spell(world)
    mine = (world.insats_id, spell.spell_id)
    forged = (world.other_insats_id, spell.spell_id)
    with pytest.raises(NotPermitted):
        record_print(world.database, world.worker, page="deltagaren", shown=[mine, forged])
    logged = row(world, AccessLogPayload, action="print")
    assert (logged.insats_id, logged.spell_id) == mine
    refused = row(world, AccessLogPayload, action="refused")
    assert (refused.account_id, refused.page) == (world.worker.account_id, "record_print")
    for stood in (mine, (world.insats_id, None)):
        with pytest.raises(NotPermitted):
            record_print(world.database, world.neighbour, page="deltagaren", shown=[stood])
    assert count(world, AccessLogPayload, action="print") == 1


def test_write_whose_service_forgets_the_log_is_logged_all_the_same(world: World) -> None:
    with writing(world.database, world.worker, "forgotten_act", a_key()) as forgetful:
        forgetful.finish(1)
    once(world.database, world.worker, "another_act", a_key(), lambda _work: 1)
    for action in ("forgotten_act", "another_act"):
        assert row(world, AccessLogPayload, action=action).account_id == world.worker.account_id


def test_form_sent_twice_is_logged_once(world: World) -> None:
    key = a_key()
    for _ in range(2):
        with writing(world.database, world.worker, "some_act", key) as twice:
            twice.finish(1)
    assert count(world, AccessLogPayload, action="some_act") == 1


def test_write_that_is_undone_leaves_no_row(world: World) -> None:
    before = count(world, AccessLog)
    with (
        pytest.raises(InvalidValue),
        writing(world.database, world.worker, "some_act", a_key()),
    ):
        raise InvalidValue("Nej.")
    assert count(world, AccessLog) == before
