"""The component for one talk in a real browser: each test is a rule of the hurried minute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.component_harness import (
    CountingKeyboard,
    HarnessServer,
    axe_violations,
    drafts,
    saved_by,
    shown_json,
    wait_idle,
)
from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import Unit, parse_score, parse_total
from tracking.ui.components.reception import asset

ORS_VALUES = ["7,5", "8,0", "6,4", "6,5"]
SRS_VALUES = ["9,4", "8,1", "9,0", "9,5"]
MOST_PRESSES = 45
# Streamlit reconnects by itself, at growing intervals.
RETRIES = 20

Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def talk_server() -> Iterator[HarnessServer]:
    server = HarnessServer("talk_page.py")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def talk(page: Page, talk_server: HarnessServer) -> Opens:
    def opened(trick: str = "", starts_at: str = "#search") -> Page:
        page.goto(f"{talk_server.url}?trick={trick}")
        expect(page.locator(starts_at)).to_be_focused()
        if trick != "ticking":
            wait_idle(page)
        return page

    return opened


def choose(page: Page, typed: str = "vå") -> None:
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.locator("#ORS-1")).to_be_focused()


def type_all(page: Page) -> None:
    choose(page)
    for value in ORS_VALUES + SRS_VALUES:
        page.keyboard.type(value)


def test_page_opened_for_one_participant_starts_at_the_first_score(talk: Opens) -> None:
    page = talk("preselected", "#ORS-1")
    expect(page.locator("#search")).to_have_value("ST-0042 vårregn")


def test_page_opened_for_one_participant_never_takes_over_what_was_typed_for_another(
    talk: Opens,
) -> None:
    page = talk()
    choose(page, "vas")
    page.keyboard.type("7,5")
    page = talk("preselected", "#ORS-2")
    expect(page.locator("#search")).to_have_value("ST-0007 vass")
    expect(page.locator(".status")).to_contain_text("Ett påbörjat samtal med ST-0007 vass är kvar")


def test_talk_with_all_eight_values_takes_at_most_45_key_presses(talk: Opens) -> None:
    page = talk()
    before = len(shown_json(page, "saved"))
    keys = CountingKeyboard(page)
    keys.type("vå")
    keys.press("Enter")
    for value in ORS_VALUES + SRS_VALUES:
        keys.type(value)
        keys.press("Tab")
    keys.press("Enter")
    [saved] = saved_by(page, before)
    assert saved["spell_id"] == 42
    assert saved["held_on"] == "2026-11-20"
    assert saved["ratings"]["ORS"]["scales"] == ORS_VALUES
    assert saved["ratings"]["SRS"]["scales"] == SRS_VALUES
    assert keys.presses <= MOST_PRESSES
    assert keys.presses == 2 + 1 + 8 * 4 + 1


def test_finished_value_moves_on_by_itself_and_focus_returns_to_search(talk: Opens) -> None:
    page = talk()
    before = len(shown_json(page, "saved"))
    type_all(page)
    expect(page.locator("#SRS-4")).to_be_focused()
    page.keyboard.press("Enter")
    [saved] = saved_by(page, before)
    assert saved["ratings"]["SRS"]["scales"] == SRS_VALUES
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#ORS-1")).to_have_value("")
    assert "stegvis" not in drafts(page)


def test_slow_habit_of_tab_never_skips_a_field(talk: Opens) -> None:
    page = talk()
    choose(page)
    page.keyboard.type("7,5")
    expect(page.locator("#ORS-2")).to_be_focused()
    page.wait_for_timeout(900)
    page.keyboard.press("Tab")
    expect(page.locator("#ORS-2")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#ORS-3")).to_be_focused()


def test_ten_with_a_decimal_stays_in_its_field(talk: Opens) -> None:
    page = talk()
    choose(page)
    page.keyboard.type("10,0")
    expect(page.locator("#ORS-1")).to_have_value("10,0")
    expect(page.locator("#ORS-2")).to_be_focused()
    page.keyboard.type("109,1")
    expect(page.locator("#ORS-2")).to_have_value("10")
    expect(page.locator("#ORS-3")).to_have_value("9,1")


def test_search_puts_the_letter_as_typed_before_its_lesser_likeness(talk: Opens) -> None:
    page = talk()
    page.keyboard.type("va")
    expect(page.get_by_role("option").first).to_contain_text("ST-0007 vass")
    expect(page.get_by_role("option").nth(1)).to_contain_text("ST-0042 vårregn")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#search")).to_have_value("ST-0042 vårregn")


def test_spell_is_asked_only_of_a_participant_with_several(talk: Opens) -> None:
    page = talk()
    page.keyboard.type("51")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#ORS-1")).to_be_focused()
    expect(page.locator("#chosen")).to_contain_text("Grön rehab")


@pytest.mark.parametrize(
    ("key", "words", "mark"),
    [("e", "Ej ifylld", "not_filled"), ("o", "Ofullständigt ifylld", "incomplete")],
)
def test_mark_is_one_key_and_the_same_key_brings_back_what_was_typed(
    talk: Opens, key: str, words: str, mark: str
) -> None:
    page = talk()
    before = len(shown_json(page, "saved"))
    choose(page)
    page.keyboard.type("7,58,0")
    page.keyboard.press(key)
    expect(page.locator("#SRS-1")).to_be_focused()
    expect(page.locator("#ORS-sum")).to_have_text(words)
    expect(page.locator("#ORS-1")).to_have_value("")
    expect(page.locator("#ORS-1")).to_be_disabled()
    page.locator("#ORS-1").focus()
    page.keyboard.press(key)
    expect(page.locator("#ORS-1")).to_have_value("7,5")
    expect(page.locator("#ORS-2")).to_have_value("8,0")
    page.keyboard.press(key)
    page.keyboard.type("".join(SRS_VALUES))
    page.keyboard.press("Enter")
    [saved] = saved_by(page, before)
    assert saved["ratings"]["ORS"] == {"scales": [""] * 4, "total": "", "mark": mark}


def test_total_alone_takes_one_field_instead_of_four(talk: Opens) -> None:
    page = talk()
    before = len(shown_json(page, "saved"))
    choose(page)
    page.keyboard.type("t22,5")
    expect(page.locator("#SRS-1")).to_be_focused()
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    [saved] = saved_by(page, before)
    assert saved["ratings"]["ORS"] == {"scales": [""] * 4, "total": "22,5", "mark": ""}


def test_sum_runs_along(talk: Opens) -> None:
    page = talk()
    choose(page)
    page.keyboard.type("7,58,0")
    expect(page.locator("#ORS-sum")).to_have_text("Summa 15,5 (2 av 4)")
    page.keyboard.type("6,40")
    expect(page.locator("#ORS-sum")).to_have_text("Summa 21,9")


def test_talk_that_did_not_take_place_is_saved_without_ratings(talk: Opens) -> None:
    page = talk()
    before = len(shown_json(page, "saved"))
    choose(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    [saved] = saved_by(page, before)
    assert (saved["attendance"], saved["ratings"]) == ("absent", {})


def test_date_moves_by_the_day_and_never_into_the_future(talk: Opens) -> None:
    page = talk()
    date = page.locator("#held-on")
    date.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("-")
    expect(date).to_have_value("2026-11-18")
    page.keyboard.press("+")
    expect(date).to_have_value("2026-11-19")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(date).to_have_value("2026-11-20")
    date.fill("2026-11-21")
    date.blur()
    expect(page.locator("#held-on-fault")).to_have_text("Datumet ligger i framtiden.")
    date.fill("20261001")
    date.blur()
    expect(date).to_have_value("2026-10-01")
    expect(page.locator("#held-on-fault")).to_be_empty()


@pytest.mark.parametrize("typed", ["10,1", "-1", "fyra", "45", "7" * 200, "🙂", "7,55"])
def test_bad_value_gives_one_sentence_at_the_field_and_nothing_is_lost(
    talk: Opens, typed: str
) -> None:
    page = talk()
    type_all(page)
    field = page.locator("#ORS-2")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(typed)
    page.keyboard.press("Enter")
    with pytest.raises(InvalidValue) as server:
        parse_score(typed, Unit.POINTS)
    expect(page.locator("#ORS-2-fault")).to_have_text(f"Nära relationer: {server.value.sentence}")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(typed)
    expect(page.get_by_role("alert")).to_contain_text(server.value.sentence)
    assert shown_json(page, "calls") == []
    expect(page.locator("#SRS-4")).to_have_value("9,5")


def test_enter_with_missing_values_points_them_out_and_sends_nothing(talk: Opens) -> None:
    page = talk()
    choose(page)
    page.keyboard.type("7,58,0")
    page.keyboard.press("Enter")
    expect(page.locator("#ORS-3")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Värde saknas för Socialt och Allmänt")
    expect(page.locator("#ORS-1")).to_have_value("7,5")
    assert shown_json(page, "calls") == []


def test_enter_without_a_participant_goes_back_to_the_search(talk: Opens) -> None:
    page = talk()
    page.locator("#ORS-1").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#spell-fault")).to_contain_text("Sök fram deltagaren")


def test_double_enter_and_double_click_save_once(talk: Opens) -> None:
    page = talk("slow")
    before = len(shown_json(page, "saved"))
    type_all(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_have_text("Sparar…")
    page.locator(".save").evaluate("node => { node.click(); node.click(); }")
    assert len(saved_by(page, before)) == 1
    assert len(shown_json(page, "calls")) == 1
    page.keyboard.press("Enter")
    expect(page.locator(".summary")).to_be_empty()
    expect(page.locator('.status[data-tone="saved"]')).to_be_visible()


def test_fault_that_only_the_server_knows_keeps_all_and_can_be_mended(talk: Opens) -> None:
    page = talk("refuse")
    before = len(shown_json(page, "saved"))
    type_all(page)
    page.keyboard.press("Enter")
    expect(page.locator("#held-on-fault")).to_have_text(
        "Deltagaren har redan ett samtal den dagen."
    )
    expect(page.locator("#held-on")).to_be_focused()
    expect(page.locator("#SRS-4")).to_have_value("9,5")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    [saved] = saved_by(page, before)
    assert saved["held_on"] == "2026-11-19"
    first, second = shown_json(page, "calls")
    assert first == second == saved["submission_key"]


def test_draft_survives_a_reload_and_names_nobody(talk: Opens) -> None:
    page = talk()
    choose(page)
    page.keyboard.type("7,58,0")
    kept = drafts(page)
    assert '\\"spell_id\\":42' in kept
    assert not re.search(r"ST-0042|vårregn", kept)
    assert page.evaluate("() => Object.keys(localStorage).filter(k => /talk/.test(k))") == []
    page.reload()
    expect(page.locator("#ORS-3")).to_be_focused()
    expect(page.locator("#search")).to_have_value("ST-0042 vårregn")
    expect(page.locator("#ORS-2")).to_have_value("8,0")


def test_draft_survives_another_page(talk: Opens) -> None:
    page = talk()
    choose(page)
    page.keyboard.type("7,5")
    page.get_by_text("Annan sida").click()
    expect(page.locator("#ORS-1")).to_have_count(0)
    page.get_by_text("Annan sida").click()
    expect(page.locator("#ORS-1")).to_have_value("7,5")


def test_rerun_takes_neither_focus_nor_text(talk: Opens) -> None:
    page = talk("ticking")
    choose(page)
    page.keyboard.type("7,58")
    first = int(page.locator("#ticks").text_content() or "0")
    expect(page.locator("#ticks")).not_to_have_text(str(first))
    page.wait_for_timeout(1200)
    page.keyboard.type(",1")
    expect(page.locator("#ORS-2")).to_have_value("8,1")
    expect(page.locator("#ORS-3")).to_be_focused()
    expect(page.locator("#ORS-1")).to_have_value("7,5")


def test_emptied_draft_can_be_brought_back(talk: Opens) -> None:
    page = talk()
    choose(page)
    page.keyboard.type("7,5")
    page.get_by_role("button", name="Töm", exact=True).click()
    expect(page.locator("#search")).to_be_focused()
    assert "stegvis" not in drafts(page)
    page.get_by_role("button", name="Ångra töm").click()
    expect(page.locator("#ORS-1")).to_have_value("7,5")


def test_letters_typed_in_the_fields_never_reach_streamlits_own_keys(talk: Opens) -> None:
    page = talk()
    page.keyboard.type("rc")
    page.locator("#ORS-1").focus()
    page.keyboard.type("cr")
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#ORS-1")).to_have_value("cr")


def test_silent_server_is_told_and_a_late_answer_is_heard(talk: Opens) -> None:
    page = talk("silent")
    before = len(shown_json(page, "saved"))
    type_all(page)
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_contain_text("Ingen kontakt med servern", timeout=10_000)
    expect(page.locator("#SRS-4")).to_have_value("9,5")
    assert len(saved_by(page, before)) == 1
    expect(page.locator("#search")).to_be_focused()


def test_offline_browser_keeps_all_and_the_retry_saves_once(talk: Opens) -> None:
    page = talk()
    before = len(shown_json(page, "saved"))
    type_all(page)
    page.evaluate(
        "() => Object.defineProperty(navigator, 'onLine', {get: () => false, configurable: true})"
    )
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.evaluate("() => delete navigator.onLine")
    page.keyboard.press("Enter")
    assert len(saved_by(page, before)) == 1


def test_killed_server_loses_nothing_and_the_retry_saves_once(page: Page) -> None:
    server = HarnessServer("talk_page.py")
    server.start()
    try:
        page.goto(server.url)
        expect(page.locator("#search")).to_be_focused()
        wait_idle(page)
        type_all(page)
        server.stop()
        page.keyboard.press("Enter")
        expect(page.locator(".status")).to_contain_text("Ingen kontakt med servern")
        expect(page.locator(".status")).to_contain_text("försök igen med Enter")
        expect(page.locator("#ORS-1")).to_have_value("7,5")
        server.start()
        for _ in range(RETRIES):
            page.locator("#SRS-4").press("Enter")
            page.wait_for_timeout(2000)
            if page.locator('.status[data-tone="saved"]').count():
                break
            expect(page.locator("#ORS-1")).to_have_value("7,5")
        assert len(saved_by(page, 0)) == 1
    finally:
        server.stop()


def test_outcome_unknown_at_a_reload_is_asked_for_and_saved_once(talk: Opens) -> None:
    page = talk("slow")
    before = len(shown_json(page, "saved"))
    type_all(page)
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_have_text("Sparar…")
    page.reload()
    expect(page.locator(".status")).to_contain_text("Det är oklart om samtalet hann sparas")
    page.keyboard.press("Enter")
    assert len(saved_by(page, before)) == 1


def test_millimetres_are_typed_whole(talk: Opens) -> None:
    page = talk("mm")
    before = len(shown_json(page, "saved"))
    choose(page)
    for value in ["75", "100", "64", "65", "94", "81", "90", "95"]:
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    expect(page.locator("#ORS-sum")).to_have_text("Summa 304 mm")
    page.keyboard.press("Enter")
    [saved] = saved_by(page, before)
    assert saved["ratings"]["ORS"]["scales"] == ["75", "100", "64", "65"]


def test_talk_has_no_accessibility_fault_in_any_state(talk: Opens) -> None:
    page = talk()
    page.keyboard.type("vå")
    assert axe_violations(page, page.get_by_role("listbox")) == []
    page.keyboard.press("Enter")
    page.keyboard.type("45")
    page.keyboard.press("Enter")
    assert axe_violations(page, page.locator(".summary-head")) == []
    page.locator("#SRS-1").focus()
    page.keyboard.press("e")
    assert axe_violations(page, page.locator("#search")) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_talk_needs_no_sideways_scrolling(talk: Opens, width: int) -> None:
    page = talk()
    page.set_viewport_size({"width": width, "height": 800})
    type_all(page)
    assert page.locator(".stegvis-entry").evaluate("node => node.scrollWidth <= node.clientWidth")


def test_browser_and_server_say_the_same_of_every_score(page: Page) -> None:
    texts = [
        "0",
        "7",
        "7,5",
        "7.5",
        "10",
        "10,0",
        "10,1",
        "11",
        "45",
        "100",
        "101",
        "45mm",
        "45 MM",
    ]
    texts += ["100mm", "101mm", "7,55", "07", "-1", "−1,5", "–3", "fyra", "e", "1e1", "🙂", "7 5"]
    texts += ["4,5mm", "400", "401", "40", "40,1", "22,5", "399mm", "1234567", "7,", ",5", "+7"]
    texts += ["x" * 12, "x" * 13, " 7,5 ", "7" * 200]
    cases = [(text, unit.value, scales) for text in texts for unit in Unit for scales in (1, 4)]
    script = asset("entry_common.js") + "\nreturn cases.map((one) => readScore(...one));"
    found = page.evaluate(
        "([script, cases]) => new Function('cases', script)(cases)", [script, cases]
    )
    for (text, unit, scales), browser in zip(cases, found, strict=True):
        parse = parse_score if scales == 1 else parse_total
        try:
            server: dict[str, object] = {"mm": parse(text, Unit(unit))}
        except InvalidValue as refused:
            server = {"sentence": refused.sentence}
        assert browser == server, (text, unit, scales)
