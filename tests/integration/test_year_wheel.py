"""The årshjul: dates of the förbund, what stands beside them for whom, and its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine

from tests.integration.result_worlds import building
from tracking.access.actors import Actor
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted
from tracking.domain.records import FollowUpStatus
from tracking.domain.roles import Role
from tracking.domain.year_wheel import BUDGET, EventKind
from tracking.exchange.calendar_file import CalendarDay, to_ics
from tracking.outcomes.set_up_history import SetUp, set_up_history
from tracking.outcomes.year_wheel import YearDay, YearPlan, year_plan
from tracking.services.year_events import move_standing_day, remove_year_event, set_year_event
from tracking.store.database import Database
from tracking.store.tables import Code, CodeList

TODAY = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 16, 9, tzinfo=UTC), tick=False):
        yield


def key() -> str:
    return str(uuid4())


@pytest.fixture
def admin(database: Database) -> Actor:
    with building(database) as world:
        world.calendar()
        world._add(CodeList(key="void_reason", title="Skäl"))
        world._add(Code(list_key="void_reason", key="no_longer_valid", label="Fel"))
        return world.actor(Role.FORBUND_ADMIN)


def of(plan: YearPlan, title: str) -> YearDay:
    return next(day for day in plan.days if title in day.title)


def meeting(database: Database, actor: Actor, **more: object) -> int:
    values: dict[str, object] = {
        "kind": EventKind.BOARD,
        "title": "Styrelsemöte",
        "on_day": date(2026, 4, 10),
        "key": key(),
    }
    return set_year_event(database, actor, **(values | more)).event_id  # type: ignore[arg-type]


def test_the_year_has_its_standing_days_its_releases_and_their_reports(
    database: Database, admin: Actor
) -> None:
    plan = year_plan(database, admin, 2026)
    by_title = {day.title: day.on for day in plan.days}
    assert by_title["Budget för nästa år"] == date(2026, 11, 30)
    assert by_title["Årsredovisning"] == date(2026, 3, 31)
    assert by_title["Uttag av deltagaruppgifter för föregående år"] == date(2026, 1, 15)
    assert by_title["Uttag av deltagaruppgifter till och med september"] == date(2026, 10, 15)
    releases = [day for day in plan.days if day.kind is EventKind.RELEASE]
    assert [day.title for day in releases] == [
        "Släpp av juli–dec 2025",
        "Släpp av jan–juni 2026",
    ]
    reports = [day for day in plan.days if day.kind is EventKind.REPORT]
    assert [(r.on - s.on).days for r, s in zip(reports, releases, strict=True)] == [21, 21]
    assert list(plan.days) == sorted(plan.days, key=lambda day: day.on)


def test_a_meeting_is_added_moved_and_taken_away_with_its_history(
    database: Database, admin: Actor
) -> None:
    event = meeting(database, admin)
    with pytest.raises(Conflict, match="står redan"):
        meeting(database, admin)
    set_year_event(
        database, admin, kind=EventKind.BOARD, title="Styrelsemöte", on_day=date(2026, 4, 17),
        event_id=event, version=1, key=key(),
    )  # fmt: skip
    with pytest.raises(Conflict, match="Någon annan har ändrat"):
        meeting(database, admin, event_id=event, version=1, on_day=date(2026, 4, 24))
    assert of(year_plan(database, admin, 2026), "Styrelsemöte").on == date(2026, 4, 17)
    remove_year_event(database, admin, event_id=event, why="no_longer_valid", version=2, key=key())
    assert "Styrelsemöte" not in {day.title for day in year_plan(database, admin, 2026).days}
    with pytest.raises(NotFound):
        remove_year_event(
            database, admin, event_id=event, why="no_longer_valid", version=3, key=key()
        )
    told = set_up_history(database, admin, SetUp.YEAR)
    assert {one.did for one in told} == {"lades till", "ändrades", "togs bort"}
    moved = next(one for one in told if one.field == "datumet")
    assert (moved.old, moved.new) == ("2026-04-10", "2026-04-17")


def test_a_standing_day_is_moved_for_one_year_alone_and_back(
    database: Database, admin: Actor
) -> None:
    move_standing_day(
        database, admin, standing_key=BUDGET, year=2026, on_day=date(2026, 11, 13), key=key()
    )
    day = of(year_plan(database, admin, 2026), "Budget")
    assert (day.on, day.usual) == (date(2026, 11, 13), date(2026, 11, 30))
    assert of(year_plan(database, admin, 2027), "Budget").on == date(2027, 11, 30)
    assert day.event_id is not None
    remove_year_event(
        database, admin, event_id=day.event_id, why="no_longer_valid", version=1, key=key()
    )
    assert of(year_plan(database, admin, 2026), "Budget").on == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": "Möte om 19" + "900101-0017"}, "title"),
        ({"on_day": date(1999, 12, 31)}, "on_day"),
        ({"kind": EventKind.RELEASE}, "kind"),
    ],
)
def test_a_date_that_is_none_is_refused_at_its_field(
    database: Database, admin: Actor, more: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        meeting(database, admin, **more)
    assert caught.value.field == field


def test_a_standing_day_stays_in_its_year(database: Database, admin: Actor) -> None:
    with pytest.raises(InvalidValue):
        move_standing_day(
            database, admin, standing_key=BUDGET, year=2026, on_day=date(2027, 1, 8), key=key()
        )
    with pytest.raises(NotFound):
        move_standing_day(database, admin, standing_key="jul", year=2026, on_day=TODAY, key=key())


def test_nobody_but_the_administrator_sets_a_date(database: Database, admin: Actor) -> None:
    with building(database) as world:
        board = world.actor(Role.BOARD)
    with pytest.raises(NotPermitted):
        meeting(database, board)


def test_what_is_ready_is_told_by_the_rights_of_who_asks(database: Database, admin: Actor) -> None:
    with building(database) as world:
        insats_id = world.insats("Stegen")
        world.insats("Bron")
        world.budget(insats_id, 2025, 900_000)
        for number in range(3):
            spell_id = world.spell(insats_id, date(2025, 2, 3), date(2025, 9, 1 + number))
            status = FollowUpStatus.DONE if number else FollowUpStatus.DUE
            world.follow_up(spell_id, 6, status=status)
        board, worker = world.actor(Role.BOARD), world.actor(Role.CASE_WORKER, insats_id)
    seen = year_plan(database, board, 2026)
    spent = of(seen, "föregående års utfall")
    assert spent.state.ready == "1 av 2 insatser har utfall för 2025"
    assert spent.state.lacking == "1 saknar utfall för 2025"
    assert spent in seen.late
    assert not of(seen, "Uttag av deltagaruppgifter för").state.lacking
    assert not [day for day in seen.days if "Uppföljningar" in day.title]
    own = year_plan(database, worker, 2026)
    assert own.days
    assert not of(own, "föregående års utfall").state.ready
    march = of(own, "Uppföljningar som förfaller i mars")
    assert (march.state.ready, march.state.lacking) == ("2\u00a0gjorda", "1\u00a0inte gjord än")
    assert "3 utan situation i slutet" in of(own, "Uttag av deltagaruppgifter för").state.lacking


def test_a_förbund_without_a_calendar_has_its_standing_days_alone(database: Database) -> None:
    with building(database) as world:
        actor = world.actor(Role.FORBUND_ADMIN)
    plan = year_plan(database, actor, 2026)
    assert plan.calendar is None
    assert EventKind.RELEASE not in {day.kind for day in plan.days}
    assert len(plan.days) >= 6


def test_the_calendar_file_holds_to_the_format() -> None:
    long = "Styrelsemöte, årsbokslut; " + "å" * 80 + "\\"
    made = to_ics(
        "Årshjul 2026", [CalendarDay("event/1", date(2026, 12, 31), long, "Styrelse")],
        datetime(2026, 3, 16, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    assert made.endswith(b"END:VCALENDAR\r\n")
    assert made.count(b"\n") == made.count(b"\r\n")
    lines = made.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    text = made.decode().replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101" in text
    assert "DTSTAMP:20260316T093000Z" in text
    escaped = long.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    assert f"SUMMARY:{escaped}\r\n" in text


def test_a_line_break_in_a_title_can_start_no_line_of_its_own() -> None:
    day = CalendarDay("a", date(2026, 1, 1), "Möte\r\nATTENDEE:x\nmer", "Annat")
    lines = to_ics("n", [day], datetime(2026, 1, 1, tzinfo=UTC)).split(b"\r\n")
    assert not [line for line in lines if line.startswith(b"ATTENDEE")]


def test_a_moved_day_keeps_its_name_in_the_file() -> None:
    def uid(on: date) -> bytes:
        day = CalendarDay("2026/budget", on, "Budget", "Ekonomi")
        made = to_ics("n", [day], datetime(2026, 1, 1, tzinfo=UTC))
        return next(line for line in made.split(b"\r\n") if line.startswith(b"UID:"))

    assert uid(date(2026, 11, 30)) == uid(date(2026, 11, 13))
