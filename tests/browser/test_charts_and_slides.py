"""A chart as a file, the table behind it, and the overview as a presentation by the keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from playwright.sync_api import expect

from tests.browser.person import MOST_TRIES, Person, plain
from tests.browser.serving import scrolls_sideways

LEAD, BOARD = "Insatsansvarig Samteamet", "Styrelsen"


def test_a_chart_is_taken_as_picture_and_table_with_its_mark_and_logged(me: Person) -> None:
    me.become(LEAD)
    me.arrives(re.compile("^Samteamet Älvmark: "))
    me.drawn()
    files = me.main.locator(".stegvis-files").filter(has=me.page.locator("[data-kind=csv]:visible"))
    files = files.filter(has=me.page.locator("[data-kind=png]:visible")).first
    taken = {}
    sql = "SELECT detail FROM access_log_payload WHERE action = 'download_figure' ORDER BY log_id"
    before = len(me.served.rows(sql))
    for kind in ("png", "svg", "csv"):
        button = files.locator(f"[data-kind={kind}]")
        button.focus()
        with me.page.expect_download() as waiting:
            me.page.keyboard.press("Enter")
        taken[kind] = waiting.value
        expect(files.get_by_role("status")).to_contain_text("hämtad")
        me.settled()
        logged = me.served.until(sql, before + len(taken))
    assert all(file.suggested_filename.startswith("INTERNT-") for file in taken.values())
    picture = taken["png"].path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000
    for kind in ("svg", "csv"):
        words = taken[kind].path().read_text(encoding="utf-8-sig")
        assert "INTERNT – ej röjandekontrollerad" in words
        assert LEAD in words
    assert [detail.partition(":")[0] for (detail,) in logged[-3:]] == ["png", "svg", "csv"]


def test_tiles_are_taken_as_the_picture_that_stands_on_the_screen(me: Person) -> None:
    me.become(BOARD)
    me.arrives("Översikt")
    me.settled()
    files = me.main.get_by_role("group", name="Filer: Alla mål")
    taken = {}
    for kind in ("png", "svg"):
        button = files.get_by_role("button", name=f"{kind.upper()}, Alla mål")
        me.reach(button)
        with me.page.expect_download() as waiting:
            me.key("Enter")
        taken[kind] = waiting.value.path().read_bytes()
        expect(files.get_by_role("status")).to_contain_text("hämtad")
        me.settled()
    assert taken["png"].startswith(b"\x89PNG")
    picture = ElementTree.fromstring(taken["svg"])
    drawn = plain(" ".join(picture.itertext()))
    tiles = me.main.locator(".stegvis-tile")
    assert tiles.count() > 10
    for said in tiles.locator(".says, .verdict, .aim").all_inner_texts():
        for word in plain(said).split():
            assert word in drawn
    names = [one.get("id") for one in picture.iter() if one.get("id")]
    assert len(names) == len(set(names)), "one name stands for one thing"
    # The file itself, the block of tiles in it, and every small drawing of these.
    nested = list(picture.iter("{http://www.w3.org/2000/svg}svg"))
    assert len(nested) == 2 + tiles.locator("img").count()


def test_one_key_opens_the_table_behind_a_chart(me: Person) -> None:
    me.become(LEAD)
    me.arrives(re.compile("^Samteamet Älvmark: "))
    behind = me.main.locator(".stegvis-behind").first
    expect(behind.get_by_role("table")).to_be_hidden()
    behind.locator("summary").focus()
    me.page.keyboard.press("Enter")
    expect(behind.get_by_role("table")).to_be_visible()


def begins_the_presentation(me: Person) -> None:
    """By the keyboard: it is the first thing on the page that can be reached."""
    me.become(BOARD)
    me.arrives("Översikt")
    button = me.main.get_by_role("button", name="Visa som presentation")
    first = me.main.locator("button, a[href], input, summary, [tabindex='0']").first
    assert first.evaluate("(node, other) => node === other", button.element_handle())
    button.focus()
    me.page.keyboard.press("Enter")
    expect(me.page.get_by_role("heading", name="Når vi målen?")).to_be_visible()
    me.settled()


def test_the_overview_is_turned_with_the_arrow_keys_and_left_with_escape(me: Person) -> None:
    begins_the_presentation(me)
    expect(me.page).to_have_url(re.compile(r"visa=presentation"))
    expect(me.page.locator('[data-testid="stSidebar"]')).to_be_hidden()
    place = me.page.locator(".stegvis-slides .place")
    last = int((place.text_content() or "").split(" av ")[1])
    expect(me.page.locator(".stegvis-slides .dots i")).to_have_count(last)
    me.page.keyboard.press("ArrowRight")
    expect(place).to_have_text(f"2 av {last}")
    expect(me.page).to_have_url(re.compile(r"bild=2"))
    me.settled()
    me.page.keyboard.press("End")
    expect(me.page.get_by_role("heading", name="Vad kan inte visas")).to_be_visible()
    expect(place).to_have_text(f"{last} av {last}")
    me.settled()
    me.page.keyboard.press("ArrowRight")
    expect(place).to_have_text(f"{last} av {last}")
    me.page.keyboard.press("Home")
    expect(place).to_have_text(f"1 av {last}")
    me.settled()
    me.page.keyboard.press("Escape")
    expect(me.page.get_by_role("heading", name="Översikt", exact=True)).to_be_visible()
    expect(me.page).not_to_have_url(re.compile("bild=|visa="))


def test_a_key_turns_once_and_belongs_to_the_page_again_afterwards(me: Person) -> None:
    """However many screens were turned before; each of them once left an ear behind."""
    begins_the_presentation(me)
    for screen in (2, 3, 4):
        asked = me.page.evaluate("answering.asked")
        me.page.keyboard.press("ArrowRight")
        expect(me.page.locator(".stegvis-slides .place")).to_have_text(re.compile(rf"^{screen} av"))
        me.settled()
        assert me.page.evaluate("answering.asked") == asked + 1
    me.page.keyboard.press("Escape")
    expect(me.page.get_by_role("heading", name="Översikt", exact=True)).to_be_visible()
    me.settled()
    me.page.evaluate(
        "addEventListener('keydown', (event) => {"
        " setTimeout(() => { window.taken = event.defaultPrevented; }); })"
    )
    for key in ("ArrowRight", "PageDown", "End"):
        me.page.keyboard.press(key)
        me.page.wait_for_function("window.taken !== undefined")
        assert not me.page.evaluate("taken"), key
        me.page.evaluate("delete window.taken")


SCREENS = ((1280, 720), (1920, 1080))
CUT_OFF = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const nav = document.querySelector('.stegvis-slides').getBoundingClientRect();
  const drawn = [...main.querySelectorAll('h1, p, li, dt, dd, td, th, img')]
    .filter((node) => !node.closest('.stegvis-slides') && node.getClientRects().length);
  const cut = drawn.filter((node) => {
    const box = node.getBoundingClientRect();
    return box.bottom > nav.top + 1 || box.right > innerWidth + 1 || box.left < -1;
  });
  const words = [...main.querySelectorAll('.stegvis-screen p, .stegvis-table td, .stegvis-lead')];
  const sizes = words.filter((node) => node.textContent.trim())
    .map((node) => parseFloat(getComputedStyle(node).fontSize));
  return { cut: cut.map((node) => node.textContent.slice(0, 60)), smallest: Math.min(...sizes) };
}"""


AS_LARGE_AS_HOLDS = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const root = document.documentElement.style;
  const holds = (size) => {
    root.setProperty('--sv-fit', size.toFixed(2));
    return main.scrollHeight <= main.clientHeight + 1
      && [...main.querySelectorAll('.stegvis-scroll')].every(
        (table) => table.scrollWidth <= table.clientWidth + 1);
  };
  const size = parseFloat(root.getPropertyValue('--sv-fit'));
  const larger = size < 1.25 && holds(size + 0.03);
  return holds(size) && !larger;
}"""
"""Whether the words hold, and would not if they were a step larger."""


def fitted(me: Person) -> dict[str, Any]:
    """The screen as it stands when it has been made smaller, which takes the browser a moment."""
    for _ in range(MOST_TRIES):
        me.page.wait_for_timeout(100)
        seen: dict[str, Any] = me.page.evaluate(CUT_OFF)
        if not seen["cut"]:
            break
    return seen


def test_no_screen_is_cut_off_on_a_projector_and_none_is_wider_than_a_telephone(
    me: Person,
) -> None:
    begins_the_presentation(me)
    place = me.page.locator(".stegvis-slides .place")
    last = int((place.text_content() or "").split(" av ")[1])
    for number in range(1, last + 1):
        expect(place).to_have_text(f"{number} av {last}")
        me.settled()
        for width, height in SCREENS:
            me.page.set_viewport_size({"width": width, "height": height})
            seen = fitted(me)
            assert seen["cut"] == [], f"screen {number} at {width}"
            assert seen["smallest"] >= height / 55, f"screen {number} is read from five metres"
            me.page.wait_for_function(AS_LARGE_AS_HOLDS)
        me.page.set_viewport_size({"width": 360, "height": 740})
        assert not scrolls_sideways(me.page), f"screen {number} on a telephone"
        me.page.keyboard.press("ArrowRight")


def test_every_screen_is_printed_on_a_sheet_of_its_own(me: Person, tmp_path: Path) -> None:
    begins_the_presentation(me)
    last = int((me.page.locator(".stegvis-slides .place").text_content() or "").split(" av ")[1])
    me.page.get_by_role("button", name="Alla bilder för utskrift").click()
    expect(me.page.get_by_role("heading", level=1)).to_have_count(last)
    me.settled()
    printed = me.page.pdf(path=tmp_path / "bilder.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == last
    me.page.keyboard.press("Escape")
    expect(me.page.get_by_role("heading", name="Översikt", exact=True)).to_be_visible()
