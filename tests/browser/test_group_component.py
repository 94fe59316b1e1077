"""The grid of a group meeting in a real browser: each test is a rule of the paper slips."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.component_harness import (
    HarnessServer,
    axe_violations,
    drafts,
    saved_by,
    shown_json,
    wait_idle,
)
from tracking.domain.instruments import ORS

VALUES = ["9,4", "8,1", "9,0", "9,5"]
ORS_VALUES = ["7,5", "8,0", "6,4", "6,5"]

Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def group_server() -> Iterator[HarnessServer]:
    server = HarnessServer("group_page.py")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def group(page: Page, group_server: HarnessServer) -> Opens:
    def opened(trick: str = "") -> Page:
        page.goto(f"{group_server.url}?trick={trick}")
        expect(cell(page, "ST-0042 G-SRS Relation")).to_be_focused()
        wait_idle(page)
        return page

    return opened


def cell(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def test_grid_is_typed_like_a_spreadsheet_and_saved_whole(group: Opens) -> None:
    page = group()
    before = len(shown_json(page, "saved"))
    page.keyboard.type("".join(VALUES))
    expect(cell(page, "ST-0007 G-SRS Relation")).to_be_focused()
    page.keyboard.press("u")
    expect(cell(page, "ST-0051 G-SRS Relation")).to_be_focused()
    page.keyboard.press("o")
    page.keyboard.press("t")
    page.keyboard.type("31")
    page.keyboard.press("Control+Enter")
    [saved] = saved_by(page, before)
    by_spell = {row["spell_id"]: row for row in saved["rows"]}
    assert by_spell[1]["ratings"]["GSRS"]["scales"] == VALUES
    assert (by_spell[2]["attendance"], by_spell[2]["ratings"]) == ("absent", {})
    assert by_spell[3]["ratings"]["GSRS"]["mark"] == "incomplete"
    assert by_spell[4]["ratings"]["GSRS"]["total"] == "31"
    assert not saved["only_complete"]
    assert "stegvis" not in drafts(page)


def test_arrows_and_enter_move_between_rows_and_tab_between_columns(group: Opens) -> None:
    page = group()
    page.keyboard.press("Enter")
    expect(cell(page, "ST-0007 G-SRS Relation")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(cell(page, "ST-0051 G-SRS Mål och ämne")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(cell(page, "ST-0042 G-SRS Mål och ämne")).to_be_focused()


def test_complete_rows_are_saved_and_the_rest_stays_typed(group: Opens) -> None:
    page = group()
    before = len(shown_json(page, "saved"))
    page.keyboard.type("".join(VALUES))
    page.keyboard.type("9,412")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("ST-0007: G-SRS Mål och ämne: 12 är över 10")
    expect(alert).to_contain_text("3 rader är inte färdiga")
    assert shown_json(page, "calls") == []
    page.get_by_role("button", name="Spara den kompletta raden").click()
    [saved] = saved_by(page, before)
    assert [row["spell_id"] for row in saved["rows"]] == [1]
    assert saved["only_complete"]
    expect(cell(page, "ST-0042 G-SRS Relation")).to_be_disabled()
    expect(page.get_by_role("row", name="ST-0042")).to_contain_text("sparad")
    expect(cell(page, "ST-0007 G-SRS Mål och ämne")).to_have_value("12")
    expect(cell(page, "ST-0007 G-SRS Mål och ämne")).to_be_focused()
    page.reload()
    expect(cell(page, "ST-0042 G-SRS Relation")).to_be_disabled()
    cell(page, "ST-0007 G-SRS Mål och ämne").fill("1,2")
    cell(page, "ST-0007 G-SRS Sätt att arbeta eller metod").fill("8")
    cell(page, "ST-0007 G-SRS Helhet").fill("8")
    page.get_by_role("button", name="Märk tomma som ej ifylld").click()
    page.keyboard.press("Control+Enter")
    [rest] = saved_by(page, before + 1)
    assert [row["spell_id"] for row in rest["rows"]] == [2, 3, 4]
    assert rest["rows"][1]["ratings"]["GSRS"]["mark"] == "not_filled"
    assert rest["submission_key"] != saved["submission_key"]


def test_fault_in_a_row_leads_to_its_field(group: Opens) -> None:
    page = group("refuse")
    page.get_by_role("button", name="Märk tomma som ej ifylld").click()
    page.keyboard.press("Control+Enter")
    sentence = "ST-0007: Närvaro: Deltagandet avslutades dagen före träffen."
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(cell(page, "ST-0007 närvaro")).to_be_focused()
    page.get_by_role("button", name="Spara hela träffen").focus()
    page.get_by_role("button", name=sentence).click()
    expect(cell(page, "ST-0007 närvaro")).to_be_focused()
    expect(page.get_by_role("button", name="Spara de 3 kompletta raderna")).to_be_visible()


def test_mark_in_a_row_brings_back_what_was_typed(group: Opens) -> None:
    page = group()
    page.keyboard.type("9,4")
    page.keyboard.press("e")
    expect(cell(page, "ST-0007 G-SRS Relation")).to_be_focused()
    expect(cell(page, "ST-0042 G-SRS formulär")).to_have_value("not_filled")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("e")
    expect(cell(page, "ST-0042 G-SRS Relation")).to_have_value("9,4")


def test_other_columns_come_on_demand_and_go_along(group: Opens) -> None:
    page = group()
    before = len(shown_json(page, "saved"))
    expect(cell(page, "ST-0042 ORS Socialt")).to_be_hidden()
    page.get_by_role("button", name="Visa ORS-kolumner").click()
    for name, value in zip(ORS.scales, ORS_VALUES, strict=True):
        cell(page, f"ST-0042 ORS {name}").fill(value)
    page.get_by_role("button", name="Märk tomma som ej ifylld").click()
    page.keyboard.press("Control+Enter")
    [saved] = saved_by(page, before)
    assert saved["rows"][0]["ratings"]["ORS"]["scales"] == ORS_VALUES
    assert "ORS" not in saved["rows"][1]["ratings"]


def test_meetings_draft_survives_a_reload_and_a_new_row(group: Opens) -> None:
    page = group()
    page.keyboard.type("9,4")
    page.get_by_role("button", name="Kör om").click()
    expect(cell(page, "ST-0001 G-SRS Relation")).to_be_visible()
    expect(cell(page, "ST-0042 G-SRS Relation")).to_have_value("9,4")
    assert not re.search(r"ST-00|vårregn", drafts(page))
    page.reload()
    expect(cell(page, "ST-0042 G-SRS Relation")).to_have_value("9,4")


def test_grid_has_no_accessibility_fault_in_any_state(group: Opens) -> None:
    page = group()
    assert axe_violations(page, page.locator(".grid")) == []
    page.get_by_role("button", name="Visa ORS-kolumner").click()
    cell(page, "ST-0042 G-SRS Relation").focus()
    page.keyboard.type("9,412")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("u")
    page.keyboard.press("Control+Enter")
    assert axe_violations(page, page.locator(".summary-head")) == []
