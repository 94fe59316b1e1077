"""A report's web page in a browser, without the app: heard, stepped through, folded, printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.integration.report_contents import a_hard_report, a_report, an_adopted_report
from tracking.reports.html import to_html
from tracking.reports.shapes import ReportContent

ADDRESS = "http://127.0.0.1:9/rapport.html"
Shown = Callable[[ReportContent], Page]


def show(context: BrowserContext, content: ReportContent) -> Page:
    """The page as a file would be, and nothing else on its address."""
    page = context.new_page()
    body = to_html(content)
    page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(ADDRESS)
    return page


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own good practice, in short."""
    page.evaluate(Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


@pytest.fixture
def shown(context: BrowserContext) -> Iterator[Shown]:
    """Show a content; a page may neither be refused anything by its policy nor ask for more."""
    complaints: list[str] = []
    asked: list[str] = []

    context.on("console", lambda message: complaints.append(message.text))
    context.on("dialog", lambda dialog: complaints.append(dialog.message))
    context.on("request", lambda request: asked.append(request.url))
    yield lambda content: show(context, content)
    assert complaints == []
    assert {url for url in asked if not url.startswith("data:")} <= {ADDRESS}


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_passes_axe_and_never_scrolls_sideways(shown: Shown, width: int) -> None:
    page = shown(an_adopted_report())
    page.set_viewport_size({"width": width, "height": 900})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [found.partition(":")[0] for found in violations(page)] == ["html-has-lang"]


def test_a_chart_is_stepped_through_by_keyboard_and_says_each_value(shown: Shown) -> None:
    page = shown(a_report())
    figure = page.locator("figure").first
    told = figure.locator(".chart-value")
    figure.locator("g.mark").first.focus()
    expect(told).to_have_text("Arbete, Kvinnor: 6 av 77 (8\u202f%)")
    page.keyboard.press("ArrowDown")
    expect(told).to_have_text("Arbete, Män: 5 av 52 (10\u202f%)")
    page.keyboard.press("End")
    expect(told).to_have_text("Fortsatt rehabilitering, Totalt: 71 av 129 (55\u202f%)")
    assert figure.locator('g.mark[tabindex="0"]').count() == 1


def test_chart_and_table_are_shown_alone_or_together_and_printed_together(shown: Shown) -> None:
    page = shown(a_report())
    group = page.locator(".group").first
    figure, table = group.locator("figure"), group.locator(".table")
    group.get_by_role("button", name="Tabell", exact=True).click()
    expect(figure).to_be_hidden()
    expect(table).to_be_visible()
    group.get_by_role("button", name="Diagram", exact=True).click()
    expect(table).to_be_hidden()
    figure.get_by_role("link", name="Siffrorna står i tabell 1.").click()
    expect(table).to_be_visible()
    group.get_by_role("button", name="Diagram", exact=True).click()
    page.emulate_media(media="print")
    for part in (figure, table):
        expect(part).to_be_visible()
    expect(group.get_by_role("button").first).to_be_hidden()


def test_the_columns_of_kvinnor_and_man_can_be_folded_away(shown: Shown) -> None:
    page = shown(a_report())
    group = page.locator(".group").first
    button = group.get_by_role("button", name="Kvinnor och män")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(group.get_by_role("columnheader", name="Kvinnor")).to_be_hidden()
    expect(group.get_by_role("columnheader", name="Totalt")).to_be_visible()


def test_without_script_everything_stands_on_the_page(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = show(context, a_report())
    for part in (*page.locator("figure").all(), *page.locator(".table").all()):
        expect(part).to_be_visible()
    assert page.get_by_role("button").count() == 0
    context.close()


def test_whatever_was_written_runs_nothing_and_hides_nothing(shown: Shown) -> None:
    page = shown(a_hard_report())
    assert page.locator("script").count() == 1
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    expect(page.locator("h2").nth(1)).to_contain_text("<script>alert(1)</script>")
