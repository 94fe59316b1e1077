"""The pages of reports without a browser: who has them, what they say, what they refuse."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl
import pytest
import time_machine
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tests.app.opening import open_page, open_past_the_menu, words
from tests.databases import Sqlite
from tests.integration.report_worlds import NOW, Originals, ReportWorld, key
from tracking.access.actors import Actor
from tracking.domain.errors import NotFound
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.outcomes.reports import report_work
from tracking.reports import html
from tracking.reports.adopted import adopt_report
from tracking.services.report_words import ask_about_section
from tracking.store.tables import Assignment, Forbund
from tracking.ui import report_downloads, report_files, shown
from tracking.ui.report_downloads import PREPARE

NOT_YOURS = "Den här sidan hör inte till ditt uppdrag."


@dataclass(frozen=True)
class Seen:
    """The world of reports as a demo, and the address of its database."""

    world: ReportWorld
    url: str
    monkeypatch: pytest.MonkeyPatch

    def page(self, actor: Actor, name: str, **query: str) -> str:
        return words(open_page(self.monkeypatch, self.url, actor.account_id, name, **query))

    def report(self, actor: Actor, report: int, section: str | None = None) -> str:
        more = {} if section is None else {"avsnitt": section}
        return self.page(actor, "rapport", rapport=str(report), **more)


@pytest.fixture(scope="module")
def originals() -> Iterator[Originals]:
    with Originals() as made:
        yield made


@pytest.fixture(autouse=True)
def _nothing_is_made_yet() -> None:
    report_files._shelf.clear()


@pytest.fixture
def here(
    sqlite_databases: Sqlite, originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Seen]:
    with originals.copy(sqlite_databases) as world:
        with world.database.reading() as session:
            assert session.get_one(Forbund, 1).is_demo
        yield Seen(world, str(world.database.engine.url), monkeypatch)


def offered(here: Seen) -> dict[str, Any]:
    """What a page will offer as files from now on: button → the arguments that it was given."""
    given: dict[str, Any] = {}
    here.monkeypatch.setattr(
        shown, "download_button", lambda label, **more: given.update({label: more})
    )
    return given


def test_reports_that_can_be_begun_are_offered_to_those_who_write_them(here: Seen) -> None:
    said = here.page(here.world.lead, "rapporter")
    assert "Ingen rapport är påbörjad eller fastställd än." in said
    assert "Helårsrapport, januari–december 2017, Samordningsteamet" in said
    assert "Bryggan" not in said
    assert "Börja en rapport" not in here.page(here.world.board, "rapporter")


def test_a_draft_stands_in_the_list_of_those_who_work_on_it_alone(here: Seen) -> None:
    here.world.started()
    title = "Förenklad halvårsrapport: Samordningsteamet"
    for actor in (here.world.lead, here.world.admin):
        said = here.page(actor, "rapporter")
        assert title in said
        assert "utkast, 0 av 8 avsnitt klara" in said.replace("Utkast", "utkast")
    assert title not in here.page(here.world.board, "rapporter")
    assert title not in here.page(here.world.other_lead, "rapporter")


def test_an_address_of_somebody_elses_draft_tells_nothing(here: Seen) -> None:
    report = here.world.started()
    for actor in (here.world.board, here.world.other_lead):
        said = here.report(actor, report)
        assert "Rapporten finns inte, eller är inte fastställd än." in said
        assert "Samordningsteamet" not in said
    assert "Välj en rapport i listan." in here.page(here.world.lead, "rapport")
    past = open_past_the_menu(
        here.monkeypatch, here.url, here.world.worker.account_id, "rapport", rapport=str(report)
    )
    assert words(past).strip() == NOT_YOURS


def test_each_section_opens_with_its_figures_and_the_text_beside_it(here: Seen) -> None:
    report = here.world.started(ReportKind.YEAR)
    for section in SectionKey:
        said = here.report(here.world.lead, report, section.value)
        assert section.heading in said
    assert "96 avslutades" in here.report(here.world.lead, report, "summary")


def test_the_forbund_reads_ready_words_and_no_draft(here: Seen) -> None:
    report = here.world.started()
    here.world.write(report, "Hemligt utkast.")
    said = here.report(here.world.admin, report, "summary")
    assert "Hemligt" not in said
    assert "Insatsen har inte klarmarkerat någon text i avsnittet." in said
    assert "Det finns en text som ännu inte är klar." in said
    here.world.ready(report, "Färdiga ord <b>utan</b> märkning.")
    assert "Färdiga ord" in here.report(here.world.admin, report, "summary")
    assert "Färdiga ord" in here.report(here.world.admin, report, "hela")


def test_a_question_stands_on_both_sides_and_in_the_list(here: Seen) -> None:
    report = here.world.started()
    ask_about_section(
        here.world.database,
        here.world.admin,
        section_id=here.world.section(report).section_id,
        words="Vad förklarar minskningen?",
        acknowledged=False,
        key=key(),
    )
    for actor in (here.world.lead, here.world.admin):
        assert "Vad förklarar minskningen?" in here.report(actor, report, "summary")
        assert "1 öppen fråga" in here.page(actor, "rapporter")
        assert "1 fråga väntar." in here.report(actor, report)


def test_an_adopted_report_is_read_whole_with_its_checksum(here: Seen) -> None:
    report = here.world.started()
    here.world.ready(report, "Lugnt läge.")
    sha256 = adopt_report(
        here.world.database,
        here.world.admin,
        report_id=report,
        on=NOW.date(),
        paragraph="§ 14",
        version=1,
        key=key(),
    ).sha256
    for actor in (here.world.board, here.world.lead):
        said = here.report(actor, report)
        assert "Fastställd 2018-02-05, § 14." in said
        assert sha256 in said
        assert "Lugnt läge." in said
        assert "definitioner, bortfall och röjandekontroll" in said
        assert "Egen text" not in said


def test_a_section_that_is_left_out_is_not_under_its_address(here: Seen) -> None:
    report = here.world.started()
    said = here.report(here.world.lead, report, "economy")
    assert "Avsnittet i adressen är utelämnat eller finns inte." in said
    assert "Utelämnade: Jämställdhet, Systemavvikelser, Ekonomi." in said


def test_the_basis_is_exact_inside_the_insats_and_released_outside(here: Seen) -> None:
    query = {"insats": str(here.world.insats), "ar": "2017"}
    inside = here.page(here.world.worker, "underlag", **query)
    assert "96 deltagare och 31 anonyma" in inside
    assert "INTERNT" in inside
    outside = here.page(here.world.board, "underlag", **query)
    assert "Ur släppet för juli–dec 2017" in outside
    assert "INTERNT" not in outside
    assert "Inget är släppt för 2016 än." in here.page(
        here.world.board, "underlag", **{**query, "ar": "2016"}
    )


def test_the_basis_as_excel_bears_the_mark_where_it_is_exact(here: Seen) -> None:
    given = offered(here)
    here.page(here.world.worker, "underlag", insats=str(here.world.insats), ar="2017")
    book = openpyxl.load_workbook(io.BytesIO(given["Hämta Excel"]["data"]()))
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row]
    assert any("INTERNT – ej röjandekontrollerad" in cell for cell in cells)
    assert "Unika deltagare" in cells
    assert given["Hämta Excel"]["file_name"].startswith("INTERNT-underlag-Finsam")


def test_the_working_paper_may_be_of_free_dates_and_bears_the_mark(here: Seen) -> None:
    given = offered(here)
    period = "2017-02-03--2017-05-09"
    said = here.page(
        here.world.worker, "arbetsrapport", insats=str(here.world.insats), period=period
    )
    assert "INTERNT – ej röjandekontrollerad" in said
    assert given["Hämta Word"]["file_name"].startswith("INTERNT-arbetsrapport")
    assert "2017-02-03" in given["Hämta Word"]["file_name"]


def test_the_look_is_the_administrators_page(here: Seen) -> None:
    said = here.page(here.world.admin, "utseende")
    assert "Samordningsförbundet Provet" in said
    assert "Kontrast mot vitt" in said
    for actor in (here.world.lead, here.world.board):
        with pytest.raises(ValueError, match="utseende"):
            here.page(actor, "utseende")


def test_a_pale_colour_is_refused_at_its_field(here: Seen) -> None:
    with time_machine.travel(NOW, tick=False):
        app = open_page(here.monkeypatch, here.url, here.world.admin.account_id, "utseende")
        app.text_input(key="identity:0::colour").set_value("#ffee00")
        next(one for one in app.button if one.label == "Spara utseendet").click()
        app.run()
    assert "Färgen är för ljus mot vitt papper" in words(app)


def test_draft_is_thrown_away_with_a_reason_and_taken_back_with_one_click(here: Seen) -> None:
    world = here.world
    report = world.started()
    app = open_page(
        here.monkeypatch, here.url, world.lead.account_id, "rapport", rapport=str(report)
    )
    form = f"throw-away:{report}"
    app.radio(key=f"{form}::why").set_value("entered_twice")
    (button,) = [one for one in app.button if one.label == "Kasta utkastet"]
    button.click().run()
    said = words(app)
    assert "är kastat." in said
    assert "Välj en rapport i listan." in said
    assert "Det kan tas tillbaka" not in said, "it was no mistake"
    listed = here.page(world.lead, "rapporter")
    assert "Kastade utkast (1)" in listed
    assert "Registrerat två gånger" in listed
    assert "Kastade utkast" not in here.page(world.board, "rapporter")
    (undo,) = [one for one in app.button if one.label == "Ångra"]
    undo.click().run()
    assert "är tillbaka." in words(app)
    assert "utkast" in here.page(world.lead, "rapporter")


def test_reason_is_asked_for_before_a_draft_is_thrown_away(here: Seen) -> None:
    report = here.world.started()
    app = open_page(
        here.monkeypatch, here.url, here.world.lead.account_id, "rapport", rapport=str(report)
    )
    (button,) = [one for one in app.button if one.label == "Kasta utkastet"]
    button.click().run()
    assert "Välj skäl." in words(app)
    assert str(report) in str(app.query_params)


def test_adopted_report_says_what_the_next_one_will(here: Seen) -> None:
    world = here.world
    report = world.started(release=world.first)
    world.ready(report, "Lugnt.")
    adopt_report(
        world.database,
        world.admin,
        report_id=report,
        on=NOW.date(),
        paragraph="§ 14",
        version=report_work(world.database, world.admin, report).head.version,
        key=key(),
    )
    told = "Det här kommer nästa rapport att säga."
    assert told in here.report(world.board, report)
    assert "INTERNT: så skulle perioden räknas i dag" not in here.report(world.board, report)
    mine = here.report(world.lead, report)
    assert told in mine
    assert "INTERNT: så skulle perioden räknas i dag" in mine


def test_terms_of_open_data_are_chosen_with_the_look(here: Seen) -> None:
    page = here.page(here.world.admin, "utseende")
    assert "CC0 1.0: fritt att använda utan villkor" in page
    assert "CC BY 4.0: fritt att använda om källan anges" in page


def prepare(app: AppTest) -> None:
    next(one for one in app.button if one.label == PREPARE).click().run()


def test_whole_forbunds_files_are_made_first_and_say_how_far_they_have_come(here: Seen) -> None:
    world, given, told = here.world, offered(here), []
    report = world.started(whole=True)
    here.monkeypatch.setattr(report_downloads, "_status", told.append)
    address = {"rapport": str(report)}
    app = open_page(here.monkeypatch, here.url, world.admin.account_id, "rapport", **address)
    assert "tar några sekunder att göra för hela förbundet" in words(app)
    assert not given
    prepare(app)
    parts = [line for line in told if line.startswith("Gör i ordning Word, avsnitt ")]
    assert len(parts) > 3
    assert parts[-1].split("avsnitt ")[1].split(" …")[0].split(" av ") == [str(len(parts))] * 2
    assert told[-1] == "Filerna är klara: Word, PDF, Excel och webbsida."
    assert given["Hämta Word"]["data"]()[:2] == b"PK"
    assert given["Hämta PDF"]["data"]()[:5] == b"%PDF-"


def test_files_that_were_made_are_there_at_once_until_a_word_is_changed(here: Seen) -> None:
    world, given = here.world, offered(here)
    report = world.started(whole=True)
    address = {"rapport": str(report)}
    who = world.admin.account_id
    prepare(open_page(here.monkeypatch, here.url, who, "rapport", **address))
    before = given["Hämta webbsida"]["data"]()
    given.clear()
    again = open_page(here.monkeypatch, here.url, who, "rapport", **address)
    assert PREPARE not in [one.label for one in again.button]
    with here.monkeypatch.context() as without:
        without.setattr(html, "to_html", lambda _content: pytest.fail("made once more"))
        assert given["Hämta webbsida"]["data"]() == before
    world.write(report, "Fler tog steg framåt.", by=world.admin)
    changed = open_page(here.monkeypatch, here.url, who, "rapport", **address)
    assert PREPARE in [one.label for one in changed.button]


def test_a_file_that_was_made_is_taken_by_nobody_who_may_not(here: Seen) -> None:
    world, given = here.world, offered(here)
    report = world.started(whole=True)
    app = open_page(
        here.monkeypatch, here.url, world.admin.account_id, "rapport", rapport=str(report)
    )
    prepare(app)
    with world.database.transaction() as work:
        of_admin = Assignment.account_id == world.admin.account_id
        for row in work.session.exec(select(Assignment).where(of_admin)):
            row.ends_on = date(2018, 1, 1)
            work.session.add(row)
    with pytest.raises(NotFound):
        given["Hämta PDF"]["data"]()
