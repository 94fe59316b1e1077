"""The insats's own page and the styrelse's overview: who gets what, and which figures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from sqlalchemy import text as text_sql
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tests.app.opening import open_page, open_past_the_menu, words
from tests.integration.result_worlds import NOW, building, vasteras_2017
from tracking.domain.errors import NotPermitted
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.domain.targets import Measure
from tracking.outcomes.releases import prepare_and_publish
from tracking.store.database import Database
from tracking.store.tables import AccessLogPayload, Assignment
from tracking.ui import shown
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


def open_insats(
    monkeypatch: pytest.MonkeyPatch, here: Seen, account_id: int, *, part: str, **query: str
) -> AppTest:
    """A part of the page of Samordningsteam in 2017."""
    address = {"insats": f"{here.vasteras}", "period": "2017", "del": part} | query
    return open_page(monkeypatch, here.url, account_id, "insatsen", **address)


def whole_page(monkeypatch: pytest.MonkeyPatch, here: Seen, insats_id: int, **query: str) -> str:
    """All that the page of an insats says of 2017 to its lead."""
    query = {"insats": f"{insats_id}"} | query
    return words(open_insats(monkeypatch, here, here.lead, part="allt", **query))


def test_vasteras_2017_stands_on_its_own_page_with_both_denominators(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = whole_page(monkeypatch, here, here.vasteras)
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


PARTS = {
    "mal": "når vi målen?",
    "deltagare": "Startade under",
    "forsorjning": "Försörjning, från start till avslut",
    "steg": "Uppföljning efter avslut",
    "ors": "Förändring på ORS",
    "tid": "Kapacitet",
    "kon": "skiljer det mellan kvinnor och män?",
    "fragor": "Insatsen har inga kompletterande frågor med svar i perioden.",
    "tabeller": "Remittent",
}


@pytest.mark.parametrize("part", list(PARTS))
def test_each_part_of_the_page_answers_its_question_for_the_lead_and_the_staff(
    here: Seen, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    for account in (here.lead, here.worker):
        app = open_insats(monkeypatch, here, account, part=part)
        text = words(app)
        assert "Samordningsteam: " in text.replace("\\", "")
        assert "Datakvalitet: " in text
        if part != "deltagare":
            assert PARTS[part] in text


def test_a_part_that_is_not_there_is_said_calmly_and_the_first_is_shown(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = words(open_insats(monkeypatch, here, here.lead, part="<script>"))
    assert "Adressen gäller en del av sidan som inte finns" in text
    assert "målet är 80 %" in text


def test_a_choice_in_the_address_reaches_every_table_and_is_said_in_words(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(here.url)
    with building(database) as world:
        days = date(2017, 3, 1), date(2017, 9, 1)
        for gender, born in ((Gender.MAN, 1980), (Gender.WOMAN, 1980), (Gender.WOMAN, 1975)):
            world.spell(here.vasteras, *days, gender=gender, birth_year=born)
    database.close()
    text = whole_page(monkeypatch, here, here.vasteras, kon="kvinnor", alder="30-44")
    assert "Urval: kvinnor, 30–44 år ." in text
    women = vasteras_ages(here).count(("woman", "30–44"))
    assert women == 2
    assert f"Deltaganden under perioden {women} 0 {women}" in text
    assert "Anonyma deltagare har ingen ålder och ingår inte i urvalet." in text


def vasteras_ages(here: Seen) -> list[tuple[str, str]]:
    """Kön and age group of every spell with a day in 2017, read without the page."""
    database = Database.open(here.url)
    with database.reading() as session:
        rows = session.execute(
            text_sql(
                "SELECT gender, birth_year, started_on FROM spell_summary"
                " WHERE insats_id = :insats AND started_on <= '2017-12-31'"
                " AND (ended_on IS NULL OR ended_on >= '2017-01-01')"
            ),
            {"insats": here.vasteras},
        ).all()
    database.close()
    groups = ((16, 18), (19, 24), (25, 29), (30, 44), (45, 64))
    found = []
    for gender, birth_year, started_on in rows:
        age = int(str(started_on)[:4]) - birth_year
        name = next((f"{a}–{b}" for a, b in groups if a <= age <= b), "")
        found.append((gender, name))
    return found


def test_one_click_takes_everybody_in_again_and_the_address_follows(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_insats(monkeypatch, here, here.lead, part="deltagare", kon="man")
    assert "Urval: män ." in words(app)
    app.button(key="insats-everybody").click().run()
    assert "Urval:" not in words(app)
    assert "kon" not in app.query_params


def test_a_choice_is_written_in_the_address_so_that_it_can_be_sent(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_insats(monkeypatch, here, here.lead, part="mal")
    app.selectbox(key="choose::alder").set_value("25-29").run()
    app.selectbox(key="choose::kon").set_value("kvinnor").run()
    assert app.query_params["alder"] in ("25-29", ["25-29"])
    assert "Urval: kvinnor, 25–29 år ." in words(app)


@pytest.mark.parametrize(
    ("name", "said"),
    [("kon", "Adressen gäller ett kön"), ("alder", "Adressen gäller en åldersgrupp")],
)
def test_a_choice_that_is_not_there_is_said_calmly_and_leaves_nobody_out(
    here: Seen, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    app = open_insats(monkeypatch, here, here.lead, part="mal", **{name: "1' OR '1'='1"})
    assert said in words(app)
    assert "Urval:" not in words(app)
    assert name not in app.query_params


def test_targets_of_the_whole_insats_are_not_judged_of_a_choice(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(here.url)
    with building(database) as world:
        world.target(here.vasteras, Measure.PARTICIPANTS, value=90)
    database.close()
    everybody = words(open_insats(monkeypatch, here, here.lead, part="mal"))
    assert "Gäller hela insatsen och bedöms inte för ett urval" not in everybody
    women = words(open_insats(monkeypatch, here, here.lead, part="mal", kon="kvinnor"))
    assert "Gäller hela insatsen och bedöms inte för ett urval" in women


def test_a_link_sent_to_staff_shows_persons_only_to_who_may_see_them(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(here.url)
    with building(database) as world:
        for gained in (20, 90, 110):
            world.spell(
                here.vasteras,
                date(2017, 2, 1),
                date(2017, 8, 1),
                ors=[(date(2017, 2, 1), 150), (date(2017, 7, 1), 150 + gained)],
            )
    database.close()
    mine = words(open_insats(monkeypatch, here, here.worker, part="ors"))
    leads = words(open_insats(monkeypatch, here, here.lead, part="ors"))
    assert "en punkt per person" in mine
    assert "en punkt per person" not in leads
    assert "Tillförlitligt förbättrad och över gränsvärdet" in leads
    boards = open_past_the_menu(
        monkeypatch, here.url, here.board, "insatsen", insats=f"{here.vasteras}", period="2017"
    )
    assert words(boards).strip() == NOT_YOURS


@pytest.mark.parametrize("which", ["empty", "single"])
def test_page_holds_for_nobody_for_one_and_for_a_long_name(
    here: Seen, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    text = whole_page(monkeypatch, here, getattr(here, which))
    assert "Läget just nu" in text
    if which == "empty":
        assert "Inga deltaganden avslutades i perioden" in text
        assert "Insatsen har inga mål som gäller i perioden." in text
    else:
        assert "För få för att bedöma: 1 av 1 tog steg framåt" in text
        assert "För få för en kurva: 1 deltagande" in text


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
    app = open_insats(monkeypatch, here, here.lead, part="deltagare")
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
    text = words(
        open_page(
            monkeypatch, here.url, here.board, "oversikt", insats=chosen, uppdelning="end_reason"
        )
    )
    assert "Samordningsteam" in text
    for small in ("2 av 51", "2 av 95", "4 %"):
        assert not re.search(rf"(?<!\d){small}", text)
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
    here: Seen, monkeypatch: pytest.MonkeyPatch, account: int, page: str, **query: str
) -> dict[str, dict[str, Any]]:
    """The download buttons of a page of reports by label, with what they were given."""
    given: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(shown, "download_button", lambda label, **more: given.update({label: more}))
    open_page(monkeypatch, here.url, account, page, **query)
    return given


def own_paper(here: Seen, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    query = {"insats": f"{here.vasteras}", "period": "2017"}
    return downloads(here, monkeypatch, here.lead, "arbetsrapport", **query)


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
    found = own_paper(here, monkeypatch)
    assert found["Hämta Word"]["file_name"] == "INTERNT-arbetsrapport-Samordningsteam-2017.docx"
    assert logged(here) == 0
    assert "INTERNT" in workbook_text(found["Hämta Excel"]["data"]())
    assert found["Hämta Word"]["data"]()[:2] == b"PK"
    assert logged(here) == 2


def test_report_of_a_release_holds_no_mark_and_no_small_cell(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = downloads(here, monkeypatch, here.board, "rapporter", insats=f"{here.vasteras}")
    text = workbook_text(found["Hämta Excel"]["data"]())
    assert "INTERNT" not in text
    assert "Samordningsteam" in text
    assert "2 av 51" not in text


def test_report_is_refused_once_the_assignment_has_ended(
    here: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = own_paper(here, monkeypatch)
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
    for page in ("rapporter", "rapport"):
        with pytest.raises(ValueError, match=page):
            open_page(monkeypatch, here.url, here.worker, page)
        past = open_past_the_menu(monkeypatch, here.url, here.worker, page)
        assert words(past).strip() == NOT_YOURS
