"""The insats's own page and the styrelse's overview: who gets what, and which figures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import streamlit as st
import time_machine
from sqlmodel import select

from tests.app.opening import open_page, open_past_the_menu, words
from tests.integration.result_worlds import NOW, building, vasteras_2017
from tracking.domain.errors import NotPermitted
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.domain.targets import Measure
from tracking.outcomes.releases import prepare_and_publish
from tracking.store.database import Database
from tracking.store.tables import AccessLogPayload, Assignment
from tracking.ui.choices import Kind

TODAY = "2018-03-05 10:00"
LONG_NAME = "Insats " + "med ett långt namn " * 6
NOT_YOURS = "Den här sidan hör inte till ditt uppdrag."


@dataclass(frozen=True)
class Seen:
    """A förbund in March 2018, the whole of 2017 released."""

    url: str
    vasteras: int
    empty: int
    single: int
    other: int
    lead: int
    worker: int
    admin: int
    board: int


@pytest.fixture(scope="module")
def released(sqlite_databases: Any) -> Iterator[Seen]:
    """The world, made once: its two releases take longer than any of the tests."""
    with sqlite_databases.fresh(migrated=True) as url:
        with time_machine.travel(TODAY, tick=False):
            made = _fill(url)
        yield made


def _fill(url: str) -> Seen:
    database = Database.open(url)
    with building(database) as world:
        world.calendar()
        ids = [
            world.insats(name)
            for name in ("Samordningsteam", "Tom insats", LONG_NAME, "En annan insats")
        ]
        vasteras_2017(world, ids[0])
        world.anonymous(ids[0], 2017, Gender.WOMAN, 13)
        world.target(ids[0], Measure.STEP_FORWARD, value=80)
        world.target(ids[0], Measure.END_REASON_IN, value=25, codes=["work"])
        world.target(ids[0], Measure.END_REASON_IN, value=20, codes=["studies"])
        world.spell(ids[2], date(2017, 2, 1), date(2017, 8, 1), reason="work", steps=(1, 5))
        world.target(ids[2], Measure.STEP_FORWARD)
        lead = world.actor(Role.INSATS_LEAD, ids[0])
        for insats_id in ids[1:3]:
            _also(world, lead.account_id, insats_id)
        worker = world.actor(Role.CASE_WORKER, ids[0])
        admin, board = world.actor(Role.FORBUND_ADMIN), world.actor(Role.BOARD)
    for period in ("2017-H1", "2017-H2"):
        prepare_and_publish(database, admin, period, key=str(uuid4()))
    database.close()
    return Seen(url, *ids, lead.account_id, worker.account_id, admin.account_id, board.account_id)


@pytest.fixture
def here(sqlite_databases: Any, released: Seen) -> Iterator[Seen]:
    """A copy of the world that one test reads and writes."""
    with sqlite_databases.copy(released.url) as url, time_machine.travel(TODAY, tick=False):
        yield replace(released, url=url)


def _also(world: Any, account_id: int, insats_id: int) -> None:
    world.session.add(
        Assignment(
            account_id=account_id,
            zone=Role.INSATS_LEAD.zone,
            role=Role.INSATS_LEAD,
            insats_id=insats_id,
            starts_on=date(2015, 1, 1),
            created_at=NOW,
        )
    )


def test_vasteras_2017_stands_on_its_own_page_with_both_denominators(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(
        open_page(
            monkeypatch, here.url, here.lead, "insatsen", insats=f"{here.vasteras}", period="2017"
        )
    )
    for share in ("8 av 95 (8 %)", "2 av 95 (2 %)", "41 av 95 (43 %)", "44 av 95 (46 %)"):
        assert share in text
    for share in ("8 av 51 (16 %)", "2 av 51 (4 %)", "41 av 51 (80 %)"):
        assert share in text
    assert "51 av 95 avslutade (54 %) fullföljde" in text


def test_own_page_says_that_it_is_internal_and_how_many_are_anonymous(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(
        open_page(
            monkeypatch, here.url, here.worker, "insatsen", insats=f"{here.vasteras}", period="2017"
        )
    )
    assert "INTERNT – ej röjandekontrollerad" in text
    assert "Därutöver 13 anonyma deltagare 2017" in text


def test_page_stands_in_the_address_so_that_it_can_be_copied(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(monkeypatch, here.url, here.worker, "insatsen")
    address = {name: app.query_params[name] for name in ("insats", "period")}
    assert address["insats"] in (f"{here.vasteras}", [f"{here.vasteras}"])
    copied = open_page(
        monkeypatch,
        here.url,
        here.lead,
        "insatsen",
        **{k: v if isinstance(v, str) else v[0] for k, v in address.items()},
    )
    assert "Samordningsteam" in copied.title[0].value


def test_address_of_somebody_elses_insats_is_told_what_is_missing(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(
        open_page(
            monkeypatch, here.url, here.lead, "insatsen", insats=f"{here.other}", period="2017"
        )
    )
    assert "behöver du ett uppdrag" in text
    assert "Deltaganden, antal" not in text


def test_nonsense_in_the_address_is_answered_calmly(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(
        open_page(
            monkeypatch, here.url, here.lead, "insatsen", insats="x' OR 1=1", period="2017-H9"
        )
    )
    assert "Perioden går inte att läsa" in text


@pytest.mark.parametrize("which", ["empty", "single"])
def test_page_holds_for_nobody_for_one_and_for_a_long_name(
    here: Seen, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    insats_id = getattr(here, which)
    text = words(
        open_page(
            monkeypatch, here.url, here.lead, "insatsen", insats=f"{insats_id}", period="2017"
        )
    )
    assert "Läget just nu" in text
    if which == "empty":
        assert "Inga deltaganden avslutades i perioden" in text
        assert "Insatsen har inga mål som gäller i perioden." in text
    else:
        assert "1 av 1 tog steg framåt" in text


def test_period_is_changed_by_its_kind_and_follows_into_the_address(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(
        monkeypatch, here.url, here.lead, "insatsen", insats=f"{here.vasteras}", period="2017"
    )
    app.selectbox(key="choose::kind").set_value(Kind.HALF_YEAR).run()
    assert app.query_params["period"] in ("2018-H1", ["2018-H1"])
    assert "jan–juni 2018" in words(app)


def test_figures_follow_a_write_at_once(here: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(
        monkeypatch, here.url, here.lead, "insatsen", insats=f"{here.vasteras}", period="2017"
    )
    database = Database.open(here.url)
    with building(database) as world:
        world.spell(here.vasteras, date(2017, 1, 2), date(2017, 5, 1), reason="work", steps=(1, 5))
    database.close()
    assert "9 av 96 (9 %)" in words(app.run())


def test_dashboard_kept_for_one_account_is_not_given_to_another(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {"insats": f"{here.vasteras}", "period": "2017"}
    open_page(monkeypatch, here.url, here.lead, "insatsen", **address)
    app = open_past_the_menu(monkeypatch, here.url, here.board, "insatsen", **address)
    assert words(app).strip() == NOT_YOURS


@pytest.mark.parametrize("who", ["board", "admin"])
def test_forbund_zone_gets_nothing_of_an_insatss_own_page(
    here: Seen, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    account = getattr(here, who)
    with pytest.raises(ValueError, match="insatsen"):
        open_page(monkeypatch, here.url, account, "insatsen")
    past = open_past_the_menu(monkeypatch, here.url, account, "insatsen", insats=f"{here.vasteras}")
    assert words(past).strip() == NOT_YOURS


@pytest.mark.parametrize("who", ["worker", "lead"])
def test_insats_zone_gets_nothing_of_the_overview(
    here: Seen, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    account = getattr(here, who)
    with pytest.raises(ValueError, match="oversikt"):
        open_page(monkeypatch, here.url, account, "oversikt")
    past = open_past_the_menu(monkeypatch, here.url, account, "oversikt")
    assert words(past).strip() == NOT_YOURS


@pytest.mark.parametrize("insats", ["alla", "own"])
def test_overview_shows_none_of_the_small_cells(
    here: Seen, monkeypatch: pytest.MonkeyPatch, insats: str
) -> None:
    chosen = "alla" if insats == "alla" else f"{here.vasteras}"
    text = words(open_page(monkeypatch, here.url, here.board, "oversikt", insats=chosen))
    assert "Samordningsteam" in text
    for small in ("2 av 51", "2 av 95", "4 %"):
        assert small not in text
    assert "dolt" in text
    assert "Dolt för att enskilda inte ska kunna kännas igen." in text


def test_overview_gives_undivided_head_counts_and_the_target_that_may_be_shown(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(
        open_page(monkeypatch, here.url, here.board, "oversikt", insats=f"{here.vasteras}")
    )
    assert "Avslutade, alla avslut" in text
    assert "Minst 47 av 51" in text
    assert "✓ Uppnått" in text


def test_overview_of_an_earlier_release_is_chosen_in_the_address(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(open_page(monkeypatch, here.url, here.board, "oversikt", slapp="2017-H1"))
    assert "för jan–juni 2017" in text


def test_overview_of_what_is_not_released_says_so(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(open_page(monkeypatch, here.url, here.board, "oversikt", slapp="2018-H1"))
    assert "Perioden i adressen är inte släppt." in text
    assert "för juli–dec 2017" in text


def test_overview_before_the_first_release_says_what_it_waits_for(
    sqlite_databases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_databases.fresh(migrated=True) as url:
        database = Database.open(url)
        with building(database) as world:
            board = world.actor(Role.BOARD)
        database.close()
        assert "Inget är släppt än." in words(
            open_page(monkeypatch, url, board.account_id, "oversikt")
        )


def downloads(
    here: Seen, monkeypatch: pytest.MonkeyPatch, account: int, **query: str
) -> dict[str, dict[str, Any]]:
    """The download buttons of the report page by label, with what they were given."""
    given: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(st, "download_button", lambda label, **more: given.update({label: more}))
    open_page(monkeypatch, here.url, account, "rapport", **query)
    return given


def logged(here: Seen) -> int:
    database = Database.open(here.url)
    with database.reading() as session:
        rows = session.exec(
            select(AccessLogPayload).where(AccessLogPayload.action == "download_report")
        ).all()
    database.close()
    return len(rows)


def workbook_text(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return " ".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)


def test_insatss_own_report_is_marked_and_logged_when_it_is_fetched(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = downloads(here, monkeypatch, here.lead, insats=f"{here.vasteras}", period="2017")
    assert found["Hämta Word"]["file_name"] == "INTERNT-arbetsrapport-Samordningsteam-2017.docx"
    assert logged(here) == 0
    assert "INTERNT" in workbook_text(found["Hämta Excel"]["data"]())
    assert found["Hämta Word"]["data"]()[:2] == b"PK"
    assert logged(here) == 2


def test_report_of_a_release_holds_no_mark_and_no_small_cell(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = downloads(here, monkeypatch, here.board, insats=f"{here.vasteras}")
    text = workbook_text(found["Hämta Excel"]["data"]())
    assert "INTERNT" not in text
    assert "Samordningsteam" in text
    assert "2 av 51" not in text


def test_report_is_refused_once_the_assignment_has_ended(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = downloads(here, monkeypatch, here.lead, insats=f"{here.vasteras}", period="2017")
    database = Database.open(here.url)
    with database.transaction() as work:
        for row in work.session.exec(select(Assignment).where(Assignment.account_id == here.lead)):
            row.ends_on = date(2018, 1, 1)
            work.session.add(row)
    database.close()
    with pytest.raises(NotPermitted):
        found["Hämta Word"]["data"]()


def test_deltagaransvarig_without_more_has_no_report_page(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="rapport"):
        open_page(monkeypatch, here.url, here.worker, "rapport")
    assert (
        words(open_past_the_menu(monkeypatch, here.url, here.worker, "rapport")).strip()
        == NOT_YOURS
    )
