"""A chart as a file, the table behind it, and the overview as a presentation by the keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.person import Person

LEAD, BOARD = "Insatsansvarig Samteamet", "Styrelsen"


def test_a_chart_is_taken_as_picture_and_table_with_its_mark_and_logged(me: Person) -> None:
    me.become(LEAD)
    me.arrives("Samteamet Älvmark")
    files = me.main.locator(".stegvis-files").filter(has=me.page.locator("[data-kind=csv]:visible"))
    files = files.filter(has=me.page.locator("[data-kind=png]:visible")).first
    taken = {}
    for kind in ("png", "svg", "csv"):
        button = files.locator(f"[data-kind={kind}]")
        button.focus()
        with me.page.expect_download() as waiting:
            me.page.keyboard.press("Enter")
        taken[kind] = waiting.value
        expect(files.get_by_role("status")).to_contain_text("hämtad")
        me.settled()
    assert all(file.suggested_filename.startswith("INTERNT-") for file in taken.values())
    picture = taken["png"].path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000
    for kind in ("svg", "csv"):
        words = taken[kind].path().read_text(encoding="utf-8-sig")
        assert "INTERNT – ej röjandekontrollerad" in words
        assert LEAD in words
    logged = me.served.rows(
        "SELECT detail FROM access_log_payload WHERE action = 'download_figure' AND insats_id = 1"
    )
    assert [detail.partition(":")[0] for (detail,) in logged[-3:]] == ["png", "svg", "csv"]


def test_one_key_opens_the_table_behind_a_chart(me: Person) -> None:
    me.become(LEAD)
    me.arrives("Samteamet Älvmark")
    behind = me.main.locator(".stegvis-behind").first
    expect(behind.get_by_role("table")).to_be_hidden()
    behind.locator("summary").focus()
    me.page.keyboard.press("Enter")
    expect(behind.get_by_role("table")).to_be_visible()


def test_the_overview_is_turned_with_the_arrow_keys_and_left_with_escape(me: Person) -> None:
    me.become(BOARD)
    me.arrives("Översikt")
    me.main.get_by_role("button", name="Visa som bilder").focus()
    me.page.keyboard.press("Enter")
    expect(me.page.get_by_role("heading", name="Når vi målen?")).to_be_visible()
    expect(me.page.locator('[data-testid="stSidebar"]')).to_be_hidden()
    place = me.page.locator(".stegvis-slides .place")
    last = int((place.text_content() or "").split(" av ")[1])
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
    me.page.keyboard.press("Escape")
    expect(me.page.get_by_role("heading", name="Översikt", exact=True)).to_be_visible()
    expect(me.page).not_to_have_url(re.compile("bild="))
