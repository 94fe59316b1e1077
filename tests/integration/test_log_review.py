"""Reviewing the access log: what the granskare reads, what is recorded, what the revisor sees."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.integration.worlds import NOW, TODAY, World, a_key, a_spell, a_talk, count, row
from tracking.access import refusals
from tracking.access.actors import Actor, load_actor
from tracking.access.log import verify
from tracking.domain.errors import InvalidValue, NotFound, NotPermitted, RuleBroken
from tracking.domain.log_review import ReviewOutcome, ReviewRule
from tracking.domain.periods import Period
from tracking.domain.roles import Role, Zone
from tracking.outcomes.log_listings import Listing, View
from tracking.outcomes.log_review import (
    LogView,
    insatser_to_review,
    read_log,
    reviewed_so_far,
    reviews_made,
    take_out,
)
from tracking.outcomes.participant import participant_page
from tracking.outcomes.persons import my_ongoing
from tracking.reports.log_listing import to_csv
from tracking.services.accounts import assign, create_account
from tracking.services.log_reviews import record_log_review, set_log_review_rule
from tracking.services.participants import find_known_participant
from tracking.store.tables import (
    AccessLog,
    AccessLogPayload,
    Account,
    LogReview,
    LogReviewRule,
    Participant,
    Spell,
)

TITLES = {"deltagaren": "Deltagaren", "att_gora": "Att göra"}
NIGHT = NOW.replace(hour=21)
TODAY_ALONE = Period(TODAY, TODAY)


@dataclass(frozen=True)
class House:
    """A world with a granskare of its controller in Stigen, one of the region's, and a revisor."""

    world: World
    reviewer: Actor
    outside_reviewer: Actor
    auditor: Actor


@pytest.fixture
def house(world: World) -> Iterator[House]:
    def somebody(username: str, role: Role, employer: int | None, insats: int | None) -> Actor:
        account_id = create_account(
            world.database,
            username=username,
            title=username.capitalize(),
            zone=role.zone,
            employer_id=employer,
        ).account_id
        assign(world.database, account_id=account_id, role=role, insats_id=insats, starts_on=TODAY)
        with world.database.reading() as session:
            return load_actor(session, account_id, today=TODAY)

    region = world.outsider.employer_id
    yield House(
        world,
        somebody("granskare", Role.LOG_REVIEWER, world.controller_id, world.insats_id),
        somebody("regionens", Role.LOG_REVIEWER, region, world.insats_id),
        somebody("revisor", Role.AUDITOR, None, None),
    )
    refusals._latest.clear()


def read(house: House, actor: Actor | None = None, period: Period = TODAY_ALONE) -> LogView:
    return read_log(
        house.world.database,
        actor or house.reviewer,
        house.world.insats_id,
        period,
        page="logggranskning",
        page_titles=TITLES,
    ).value


def look(world: World, spell_id: int, actor: Actor | None = None) -> None:
    participant_page(world.database, actor or world.worker, spell_id, page="deltagaren")


def review(house: House, **more: object) -> int:
    given: dict[str, object] = {
        "insats_id": house.world.insats_id,
        "starts_on": TODAY,
        "ends_on": TODAY,
        "up_to": read(house).up_to,
        "outcome": ReviewOutcome.NO_REMARK,
        "key": a_key(),
    }
    actor = more.pop("actor", house.reviewer)
    return record_log_review(house.world.database, actor, **(given | more)).review_id


def cells(listing: Listing) -> str:
    return plain("\n".join(" | ".join(found) for found in listing.rows))


def plain(words: str) -> str:
    """With ordinary spaces."""
    return words.replace("\u00a0", " ")


def person_of(world: World, spell_id: int) -> Participant:
    found: Participant = row(world, Participant, id=row(world, Spell, id=spell_id).participant_id)
    return found


# -- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["worker", "lead", "neighbour", "nobody", "auditor"])
def test_log_is_read_reviewed_and_taken_out_by_its_granskare_alone(house: House, who: str) -> None:
    actor = house.auditor if who == "auditor" else getattr(house.world, who)
    database, insats_id = house.world.database, house.world.insats_id
    before = count(house.world, LogReview)
    with pytest.raises(NotPermitted):
        read(house, actor)
    with pytest.raises(NotPermitted):
        reviewed_so_far(database, actor, insats_id)
    with pytest.raises(NotPermitted):
        take_out(
            database,
            actor,
            insats_id,
            TODAY_ALONE,
            View.ACCOUNTS,
            page="logggranskning",
            page_titles=TITLES,
        )
    with pytest.raises(NotPermitted):
        review(house, actor=actor)
    with pytest.raises(NotPermitted):
        set_log_review_rule(
            database, actor, insats_id=insats_id, rule=ReviewRule(many=2), key=a_key()
        )
    assert count(house.world, LogReview) == before
    assert count(house.world, LogReviewRule) == 0


def test_granskare_reviews_the_insatser_of_the_assignment_and_no_other(house: House) -> None:
    world = house.world
    assert insatser_to_review(world.database, house.reviewer) == {world.insats_id: "Stigen"}
    with pytest.raises(NotPermitted):
        read_log(
            world.database,
            house.reviewer,
            world.other_insats_id,
            TODAY_ALONE,
            page="logggranskning",
            page_titles=TITLES,
        )


@pytest.mark.parametrize("who", ["worker", "lead", "nobody", "reviewer"])
def test_that_reviews_happened_is_seen_by_the_revisor_alone(house: House, who: str) -> None:
    actor = house.reviewer if who == "reviewer" else getattr(house.world, who)
    with pytest.raises(NotPermitted):
        reviews_made(house.world.database, actor)


# -- what is read -------------------------------------------------------------------------------


def test_view_says_who_looked_at_whom_by_code_and_never_by_memory_word(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    look(world, spell.spell_id)
    a_talk(world, spell.spell_id, TODAY)
    view = read(house)
    word = person_of(world, spell.spell_id).memory_word
    for listing in view.listings.values():
        assert word not in cells(listing)
    (found,) = view.listings[View.PARTICIPANTS].rows
    assert found[:5] == (spell.code, "Handläggare (handläggare)", "Deltagaren", "1", "2")
    assert (view.people, view.staff) == (1, 1)


def test_reading_the_log_is_logged_and_stands_in_it_the_next_time(house: House) -> None:
    read(house)
    logged = row(house.world, AccessLogPayload, action="see_log")
    assert (logged.account_id, logged.insats_id, logged.detail) == (
        house.reviewer.account_id,
        house.world.insats_id,
        "2026-03-16–2026-03-16",
    )
    assert "Granskare (granskare)" in cells(read(house).listings[View.ACCOUNTS])


def test_what_is_done_at_night_stands_out_with_why(house: House) -> None:
    spell = a_spell(house.world)
    with time_machine.travel(NIGHT, tick=False):
        look(house.world, spell.spell_id)
        my_ongoing(house.world.database, house.world.worker, page="att_gora")
        listing = read(house).listings[View.OUTSIDE]
    assert plain(listing.count) == "2 händelser"
    assert listing.rows[-1] == (
        "2026-03-16 22:30",
        "Handläggare (handläggare)",
        spell.code,
        "Deltagaren",
        "öppnade deltagandet",
        "efter klockan 18",
    )
    assert "såg en lista (pågående: 1)" in listing.rows[0]


def test_day_of_the_log_is_a_swedish_day(house: House) -> None:
    spell = a_spell(house.world)
    with time_machine.travel(NOW.replace(hour=23, minute=30), tick=False):
        look(house.world, spell.spell_id)
    tomorrow = TODAY + timedelta(days=1)
    assert read(house).people == 0
    assert not read(house).listings[View.OUTSIDE].rows
    assert read(house, period=Period(tomorrow, tomorrow)).listings[View.OUTSIDE].rows


def test_many_participants_in_a_short_time_stand_out_by_the_rule_of_the_insats(
    house: House,
) -> None:
    world = house.world
    spells = [a_spell(world) for _ in range(4)]
    for spell in spells:
        look(world, spell.spell_id)
    assert not read(house).listings[View.MANY].rows
    rule = ReviewRule(opens=6, closes=20, many=4, minutes=5)
    set_log_review_rule(
        world.database, house.reviewer, insats_id=world.insats_id, rule=rule, key=a_key()
    )
    view = read(house)
    assert (view.rule, view.rule_since) == (rule, TODAY)
    (found,) = view.listings[View.MANY].rows
    assert found[4] == "4"
    assert all(spell.code in found[5] for spell in spells)
    assert "minst 4 olika deltagare inom 5 minuter" in view.listings[View.MANY].why


def test_reading_without_registering_stands_out_until_something_is_registered(
    house: House,
) -> None:
    world = house.world
    spell = a_spell(world, actor=world.colleague)
    look(world, spell.spell_id)
    (found,) = read(house).listings[View.UNREGISTERED].rows
    assert (found[0], found[1]) == (spell.code, "Handläggare (handläggare)")
    assert "läst 1 gång, inget registrerat" in plain(found[-1])
    a_talk(world, spell.spell_id, TODAY)
    assert not read(house).listings[View.UNREGISTERED].rows


def test_search_by_full_code_stands_out_in_both_insatser(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    year = person_of(world, spell.spell_id).birth_year
    find_known_participant(
        world.database,
        world.neighbour,
        insats_id=world.other_insats_id,
        code=spell.code,
        birth_year=year,
    )
    with pytest.raises(NotFound):
        find_known_participant(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            code=spell.code,
            birth_year=year - 1,
        )
    missed, hit = read(house).listings[View.FULL_CODE].rows
    assert hit[1:4] == ("Granne (granne)", "Bron", spell.code)
    assert missed[1:4] == ("Handläggare (handläggare)", "Stigen", "ingen")


def test_refused_attempts_at_a_participant_and_of_the_staff_stand_out(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    with pytest.raises(NotPermitted):
        look(world, spell.spell_id, world.neighbour)
    for account in (world.worker, world.neighbour):
        refusals.note(
            world.database,
            "foreign_origin",
            address=f"192.0.2.{account.account_id}",
            page="/logga-in",
            account_id=account.account_id,
        )
    listing = read(house).listings[View.REFUSED]
    assert [found[1] for found in listing.rows] == [
        "Handläggare (handläggare)",
        "Granne (granne)",
    ], "the neighbour's other attempt concerns another insats"
    assert listing.rows[1][2] == spell.code
    assert listing.rows[1][5] == "uppdraget ger inte rätt till det"


def test_granskare_of_another_authority_reads_codes_only_with_consent(house: House) -> None:
    world = house.world
    hidden = a_spell(world)
    shown = a_spell(world, consent_disclosure_on=TODAY)
    for spell in (hidden, shown):
        look(world, spell.spell_id)
    said = cells(read(house, house.outside_reviewer).listings[View.PARTICIPANTS])
    assert shown.code in said
    assert hidden.code not in said
    assert "annan myndighets deltagare" in said


def test_spell_that_is_erased_is_told_by_its_number(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    look(world, spell.spell_id)
    with world.database.transaction() as work:
        for change in ("change", "step_assessment", "situation"):
            work.session.execute(
                text(f'DELETE FROM "{change}" WHERE spell_id = :id'), {"id": spell.spell_id}
            )
        work.session.execute(text("DELETE FROM spell WHERE id = :id"), {"id": spell.spell_id})
    assert count(world, Spell) == 0
    assert f"deltagande {spell.spell_id}" in cells(read(house).listings[View.PARTICIPANTS])


# -- taking it out ------------------------------------------------------------------------------


def test_file_bears_its_mark_and_every_download_is_logged(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    look(world, spell.spell_id)
    for _ in range(2):
        listing = take_out(
            world.database,
            house.reviewer,
            world.insats_id,
            TODAY_ALONE,
            View.PARTICIPANTS,
            page="logggranskning",
            page_titles=TITLES,
        ).value
    assert count(world, AccessLogPayload, action="download_log") == 2
    made = to_csv(listing, house.reviewer, "Stigen", TODAY_ALONE)
    assert made.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][0] == "INTERNT – ej röjandekontrollerad"
    assert lines[0][2] == "Granskare"
    assert lines[4] == list(listing.columns)
    assert lines[5][0] == spell.code


def test_cell_that_a_spreadsheet_would_compute_is_kept_as_text(house: House) -> None:
    listing = Listing(View.ACCOUNTS, "1 konto", "", ("Konto",), (("=1+1",), ("-2",), ("@x",)))
    actor = replace(house.reviewer, title="=cmd")
    said = to_csv(listing, actor, "+46", TODAY_ALONE).decode("utf-8-sig")
    cells_of = [cell for line in csv.reader(io.StringIO(said), delimiter=";") for cell in line]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells_of)


# -- that it is done ----------------------------------------------------------------------------


def test_review_keeps_period_rows_head_and_outcome(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    look(world, spell.spell_id)
    view = read(house)
    look(world, spell.spell_id)
    made = record_log_review(
        world.database,
        house.reviewer,
        insats_id=world.insats_id,
        starts_on=TODAY,
        ends_on=TODAY,
        up_to=view.up_to,
        outcome=ReviewOutcome.FOLLOW_UP,
        key=a_key(),
    )
    assert made.rows == view.rows, "what came after it was read is not reviewed"
    kept = row(world, LogReview, id=made.review_id)
    assert kept.head_hash == row(world, AccessLog, id=view.up_to).link_hash
    assert (kept.outcome, kept.reviewed_by) == (
        ReviewOutcome.FOLLOW_UP,
        house.reviewer.account_id,
    )
    assert row(world, AccessLogPayload, action="record_log_review").insats_id == world.insats_id


def test_review_sent_twice_is_recorded_once(house: House) -> None:
    key = a_key()
    assert review(house, key=key) == review(house, key=key)
    assert count(house.world, LogReview) == 1


def test_next_review_begins_on_the_last_day_of_the_one_before(house: House) -> None:
    world = house.world
    a_spell(world)
    assert reviewed_so_far(world.database, house.reviewer, world.insats_id).next_from == TODAY
    review(house, starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 10))
    so_far = reviewed_so_far(world.database, house.reviewer, world.insats_id)
    assert so_far.next_from == date(2026, 3, 10)
    assert [done.outcome for done in so_far.reviews] == [ReviewOutcome.NO_REMARK]


def test_review_of_days_to_come_or_of_a_link_that_is_not_there_is_refused(house: House) -> None:
    read(house)
    with pytest.raises(RuleBroken):
        review(house, ends_on=TODAY + timedelta(days=1))
    with pytest.raises(RuleBroken):
        review(house, starts_on=TODAY, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(NotFound):
        review(house, up_to=999_999)
    with pytest.raises(InvalidValue):
        review(house, outcome="något annat")
    assert count(house.world, LogReview) == 0


@pytest.mark.parametrize("table", ["log_review", "log_review_rule"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET insats_id = insats_id"])
def test_reviews_and_rules_are_only_added_to(house: House, table: str, act: str) -> None:
    world = house.world
    review(house)
    set_log_review_rule(
        world.database, house.reviewer, insats_id=world.insats_id, rule=ReviewRule(), key=a_key()
    )
    with pytest.raises(DBAPIError), world.database.transaction() as work:
        work.session.execute(text(act.format(table)))


def test_chain_that_lost_what_was_reviewed_is_told_even_with_a_mended_head(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    look(world, spell.spell_id)
    up_to = read(house).up_to
    review(house, up_to=read(house).up_to)
    with world.database.reading() as session:
        assert verify(session) == []
    with world.database.engine.begin() as connection:
        for event in ("update", "delete"):
            on = ' ON "access_log"' if world.database.dialect == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER guard_access_log_{event}{on}"))
        for statement in (
            "DELETE FROM access_log_payload WHERE log_id >= :cut",
            "DELETE FROM access_log WHERE id >= :cut",
            "UPDATE access_log_head SET link_hash ="
            " (SELECT link_hash FROM access_log ORDER BY id DESC LIMIT 1)",
        ):
            values = {"cut": up_to} if ":cut" in statement else {}
            connection.execute(text(statement), values)
    with world.database.reading() as session:
        (fault,) = verify(session)
    assert "finns inte i kedjan" in fault.what


def test_revisor_sees_that_it_happened_and_nobody(house: House) -> None:
    world = house.world
    spell = a_spell(world)
    look(world, spell.spell_id)
    with time_machine.travel(NOW - timedelta(days=40), tick=False):
        view_up_to = row(world, AccessLog, id=1).id
        review(
            house,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 1, 31),
            up_to=view_up_to,
            outcome=ReviewOutcome.REPORTED,
        )
    bron, stigen = reviews_made(world.database, house.auditor)
    assert (bron.name, bron.reviews) == ("Bron", ())
    assert (stigen.name, stigen.days) == ("Stigen", 40)
    (done,) = stigen.reviews
    assert (done.starts_on, done.ends_on, done.outcome) == (
        date(2026, 1, 1),
        date(2026, 1, 31),
        ReviewOutcome.REPORTED,
    )
    said = repr((bron, stigen))
    with world.database.reading() as session:
        for name in session.execute(text("SELECT username FROM account")).scalars():
            assert name not in said.lower()
    assert spell.code not in said


def test_account_of_a_revisor_belongs_to_the_zone_that_holds_no_persons(house: House) -> None:
    account = row(house.world, Account, id=house.auditor.account_id)
    assert account.zone is Zone.FORBUND
