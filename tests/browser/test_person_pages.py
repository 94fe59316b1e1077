"""The staff's pages about persons, in a browser: what is due, the minute before a talk, what the
participant sees and takes home. One server, with participants of every awkward kind in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.person import MOST_TRIES, Person, Served, plain
from tests.browser.person_world import LONG_NAME, MANY, STAFF, Kinds, a_person_world
from tests.browser.serving import Server, scrolls_sideways
from tests.browser.test_every_page import NARROW, WIDE, faults_of_page
from tracking.domain.log_actions import FILE_TAKEN, PRINTED

ROWS = "SELECT spell_id, page FROM access_log_payload WHERE action = ? ORDER BY log_id"


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kinds]:
    """The database and who is in it."""
    file = tmp_path_factory.mktemp("persons") / "persons.db"
    return file, a_person_world(f"sqlite:///{file.as_posix()}")


@pytest.fixture(scope="module")
def served(kinds: tuple[Path, Kinds], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on it, instead of on the demo."""
    with Server(kinds[0], tmp_path_factory.mktemp("served")) as server:
        yield Served(server.url, kinds[0], server.log)


@pytest.fixture
def who(kinds: tuple[Path, Kinds]) -> Kinds:
    return kinds[1]


def open_person(me: Person, code: str) -> None:
    me.become(STAFF)
    me.participant(code)


def wait_for_log(me: Person, action: str, number: int) -> list[tuple[int, str]]:
    """The spell and page of every row of an act, when there are so many of them."""
    for _ in range(MOST_TRIES):
        rows = me.served.rows(ROWS, action)
        if len(rows) >= number:
            break
        me.page.wait_for_timeout(100)
    return [(spell, page) for spell, page in rows]


def test_what_is_due_leads_by_one_key_to_its_form_with_the_person_in_it(
    me: Person, who: Kinds
) -> None:
    me.become(STAFF)
    me.arrives("Att göra")
    levels = [plain(text) for text in me.main.locator(".stegvis-todo h2").all_inner_texts()]
    order = ["Någon att kontakta", "Uppgifter som saknas", "Kommer snart"]
    assert [level for level in order if any(level in found for found in levels)] == order
    assert [next(o for o in order if o in level) for level in levels] == order
    row = me.main.get_by_role("listitem").filter(has_text=who.codes["usual"])
    me.reach(row.get_by_role("link", name="Ej sedd på 40 dagar"))
    me.key("Enter")
    me.arrives("Registrera samtal")
    assert f"deltagande={who.spells['usual']}" in me.page.url
    expect(me.main.locator("#chosen")).to_contain_text("Samordnad")
    expect(me.main.locator("#search")).to_have_value(re.compile(who.codes["usual"]))


def test_sign_tells_its_reason_beside_the_person_and_the_list_is_by_last_talk(
    me: Person, who: Kinds
) -> None:
    me.become(STAFF)
    side = me.main.get_by_role("region", name="Mina pågående deltagare")
    expect(side.get_by_role("heading")).to_have_text(re.compile(rf"\({MANY + 7}\)"))
    row = side.get_by_role("listitem").filter(has_text=who.codes["usual"])
    me.reach(row.locator("summary"))
    me.key("Enter")
    expect(row).to_contain_text("ORS har stigit 8,3 sedan start efter tre samtal.")
    me.reach(row.get_by_role("link"), back=True)
    me.key("Enter")
    me.arrives(re.compile(who.codes["usual"]))


def test_page_of_every_awkward_person_is_whole_at_every_width(
    me: Person, who: Kinds, tmp_path: Path
) -> None:
    me.become(STAFF)
    me.menu("Deltagaren")
    found: list[str] = []
    for kind in ("none", "many", "double", "ended"):
        me.write("Kod eller minnesord", who.codes[kind])
        me.key("Enter")
        me.follow(re.compile(who.codes[kind]))
        me.arrives(re.compile(who.codes[kind]))
        me.drawn()
        if kind == "many":
            me.reach(me.main.get_by_label("Visa de fyra skalorna"))
            me.key("Space")
            expect(me.main.get_by_role("figure", name=re.compile("^Fyra små"))).to_have_count(2)
            me.drawn()
        if kind == "double":
            expect(me.main.get_by_role("link", name=re.compile("^Även i "))).to_be_visible()
        found += faults_of_page(me.page, kind, tmp_path)
        me.follow("Sök en annan deltagare")
        me.arrives("Deltagaren")
    assert not found, "\n".join(found)
    me.page.set_viewport_size({"width": WIDE, "height": 800})


def test_list_of_four_hundred_with_a_long_name_does_not_scroll_sideways(me: Person) -> None:
    me.become(STAFF)
    expect(me.main.get_by_title(LONG_NAME).first).to_be_visible()
    side = me.main.get_by_role("region", name="Mina pågående deltagare")
    shown = side.get_by_role("listitem").count()
    me.reach(side.locator("summary").filter(has_text=re.compile("^Visa ")))
    me.key("Enter")
    expect(side.get_by_role("listitem")).to_have_count(MANY + 7)
    assert shown < 50
    for width in (WIDE, WIDE // 2, NARROW):
        me.page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(me.page), width
    me.page.set_viewport_size({"width": WIDE, "height": 800})


def visible_words(page: Page) -> str:
    return plain(page.locator("body").inner_text())


def test_participant_is_shown_and_given_on_one_page_of_paper_only_what_is_her_own(
    me: Person, who: Kinds
) -> None:
    open_person(me, who.codes["usual"])
    word = plain(me.main.get_by_role("heading", level=1).inner_text()).split()[1]
    me.key("F8")
    me.arrives("Så här har det gått")
    shown = visible_words(me.page)
    assert "Du började på 16,0 och skattade senast 24,3 av 40." in shown
    for hidden in (word, who.codes["usual"], "ORS", "Att göra", "Insatsen", STAFF, "grön"):
        assert hidden not in shown, hidden
    expect(me.page.get_by_test_id("stSidebar")).to_be_hidden()
    assert me.main.get_by_role("link").count() == 0
    me.key("Escape")
    me.arrives(re.compile(who.codes["usual"]))

    me.press("Blad till deltagaren")
    me.arrives("Så här har det gått")
    me.drawn()
    before = len(wait_for_log(me, PRINTED, 0))
    paper = me.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    rows = wait_for_log(me, PRINTED, before + 1)
    assert rows[before:] == [(who.spells["usual"], "deltagaren")]
    me.page.emulate_media(media="print")
    shown = visible_words(me.page)
    assert "Du började på 16,0 och skattade senast 24,3 av 40." in shown
    assert "Nästa träff" in shown
    assert "INTERNT – ej röjandekontrollerad" in shown
    for hidden in (word, who.codes["usual"], "Att göra", "Skriv ut", "grön"):
        assert hidden not in shown, hidden
    me.page.emulate_media(media="screen")


def test_chart_of_a_person_is_taken_as_a_file_with_its_mark_and_logged_with_the_spell(
    me: Person, who: Kinds, tmp_path: Path
) -> None:
    open_person(me, who.codes["usual"])
    word = plain(me.main.get_by_role("heading", level=1).inner_text()).split()[1]
    button = me.main.get_by_role("button", name=re.compile("^CSV, ORS har stigit"))
    me.reach(button)
    with me.page.expect_download() as fetched:
        me.key("Enter")
    file = tmp_path / "ors.csv"
    fetched.value.save_as(file)
    text = file.read_text("utf-8-sig")
    assert text.startswith("ORS, poäng")
    assert "INTERNT – ej röjandekontrollerad" in text
    assert who.codes["usual"] in text
    assert word not in text
    assert wait_for_log(me, FILE_TAKEN, 1)[-1] == (who.spells["usual"], "deltagaren")


def test_paper_is_not_printed_before_its_charts_are_drawn(me: Person, who: Kinds) -> None:
    held: list[Route] = []
    me.page.route("**/PlotlyChart*.js", lambda route: held.append(route))
    open_person(me, who.codes["usual"])
    me.press("Blad till deltagaren")
    me.arrives("Så här har det gått")
    me.page.evaluate(
        "() => { window.print = () => {"
        " window.printed = document.querySelectorAll('.main-svg').length; }; }"
    )
    me.press("Skriv ut")
    expect(me.main.get_by_role("button", name="Diagrammen ritas …")).to_be_visible()
    assert held, "the charts were drawn by something else"
    assert me.page.evaluate("window.printed ?? null") is None
    for request in held:
        request.continue_()
    expect(me.main.get_by_role("button", name="Skriv ut")).to_be_visible()
    me.page.wait_for_function("window.printed > 0")
