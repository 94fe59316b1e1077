"""Every page of every role's menu: it opens, reads as Swedish, and everybody can use it.

That no request leaves this machine is held for all of them by conftest.py.
"""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.person import Person
from tests.browser.serving import Server, ready, scrolls_sideways
from tracking.bootstrap.commands import in_ci

ROLES = (
    "Deltagaransvarig Samteamet",
    "Insatsansvarig Samteamet",
    "Förbundsadministratör",
    "Styrelsen",
    "Revisor",
    "Systemadministratör",
    "Granskare Älvhamra kommun",
)
WIDE, NARROW = 1280, 360
ZOOMED, BESIDE_MENU = 640, 800
"""The wide window at 200 %, and the least room that an open menu leaves a page."""

STILL = "node => Promise.all(node.getAnimations({subtree: true}).map(one => one.finished))"
"""The menu slides away on a narrow screen; a picture is taken when it stands still."""


def found_by_axe(page: Page) -> list[tuple[str, str]]:
    """Every WCAG 2.2 AA and best-practice fault, as rule and element."""
    source = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
    page.evaluate(source)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        (violation["id"], node["html"][:160])
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


SHAPE = """() => {
  const left = ['id', 'for', 'class', 'src', 'href', 'clip-path', 'name',
    'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns'];
  const said = [];
  const walk = (root) => {
    for (const node of root.querySelectorAll('*')) {
      if (['STYLE', 'SCRIPT'].includes(node.tagName)) continue;
      const told = [...node.attributes].filter((one) => !left.includes(one.name));
      said.push(node.tagName, ...told.map((one) => `${one.name}=${one.value}`));
      for (const child of node.childNodes) if (child.nodeType === 3) said.push(child.textContent);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document.querySelector('[data-testid="stMain"]'));
  return said.join('\\n');
}"""
"""The page without its menu: its elements and texts, without names that are new at every draw."""


CUT = """() => {
  const cut = [];
  const walk = (root) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.shadowRoot) walk(node.shadowRoot);
      const box = node.getBoundingClientRect();
      // What is for a screen reader alone is one pixel wide.
      if (box.width < 3 || node.scrollWidth <= node.clientWidth + 1) continue;
      const list = node.matches('[role="combobox"], [data-testid="stSelectbox"] input');
      const said = (list ? node.value : node.innerText || '').trim();
      // A drawing may reach beyond its edge; a long choice is told once more by what it chose.
      const left = list ? document.body.innerText.includes(said) : node.closest('.js-plotly-plot');
      if (!said || left) continue;
      const hides = ['hidden', 'clip'].includes(getComputedStyle(node).overflowX);
      if (list || hides) cut.push(said.slice(0, 60));
    }
  };
  walk(document.querySelector('[data-testid="stApp"]'));
  return cut;
}"""
"""The texts of filters, buttons and links of which the end is not seen."""


def texts_cut(page: Page) -> list[str]:
    """The texts that are still cut off when the page has had its time to fit its window."""
    try:
        page.wait_for_function(f"() => !({CUT})().length", timeout=5_000)
    except TookTooLong:
        return list(page.evaluate(CUT))
    return []


CHARTS = """() => {
  const parts = {
    title: '.stegvis-found, .stegvis-finding', chart: '[data-testid="stPlotlyChart"]',
    table: '.stegvis-table, .stegvis-behind', files: '.stegvis-files', heading: 'h1, h2',
  };
  const main = document.querySelector('[data-testid="stMain"]');
  const row = [...main.querySelectorAll(Object.values(parts).join())].map((node) => [
    Object.keys(parts).find((part) => node.matches(parts[part])), node,
  ]);
  const lacking = [];
  for (const [at, [part, chart]] of row.entries()) {
    if (part !== 'chart') continue;
    const before = row.slice(0, at).map(([name]) => name);
    const next = row.slice(at + 1).findIndex(([name]) => ['title', 'chart'].includes(name));
    const after = row.slice(at + 1, next < 0 ? undefined : at + 1 + next);
    const said = chart.getAttribute('aria-label') || '';
    const has = {
      'title': before.lastIndexOf('title') > before.lastIndexOf('chart'),
      'table behind': after.some(([name]) => name === 'table'),
      'text alternative': said.length > 20,
      ...Object.fromEntries(['png', 'svg', 'csv'].map((kind) => [`file as ${kind}`, after.some(
        ([name, node]) => name === 'files' && node.querySelector(`[data-kind="${kind}"]`))])),
    };
    for (const [what, there] of Object.entries(has)) {
      if (!there) lacking.push(`a chart without ${what}: ${said.slice(0, 60)}`);
    }
  }
  return lacking;
}"""
"""What stands around each chart: its title since the chart before, and before the next title the
table behind and its files.
"""


def charts_lacking(page: Page) -> list[str]:
    """What the charts of a page do not have of all that a chart has."""
    return list(page.evaluate(CHARTS))


def violations(page: Page) -> list[str]:
    """What axe finds on a page, in short."""
    return [f"{rule}: {html}" for rule, html in found_by_axe(page)]


def faults_of_page(page: Page, name: str, pictures: Path) -> list[str]:
    """What is wrong with the page that is open, at both widths."""
    found = [f"{name}: {fault}" for fault in violations(page)]
    if page.locator("html").get_attribute("lang") != "sv":
        found.append(f"{name}: the document does not say that it is in Swedish")
    if page.locator("h1").count() != 1:
        found.append(f"{name}: {page.locator('h1').count()} headings of level 1")
    for bad in ("stException", "stAlert"):
        if page.get_by_test_id(bad).count():
            found.append(f"{name}: {bad}")
    if page.locator(".stegvis-problem").count():
        found.append(f"{name}: {page.locator('.stegvis-problem').all_inner_texts()}")
    if "Demo – påhittade uppgifter" not in page.locator("main, body").first.inner_text():
        found.append(f"{name}: not marked as demo")
    found += [f"{name}: {fault}" for fault in charts_lacking(page)]
    for width in (NARROW, ZOOMED, BESIDE_MENU, WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        page.get_by_test_id("stSidebar").evaluate(STILL)
        if scrolls_sideways(page):
            found.append(f"{name}: scrolls sideways at {width} px")
        found += [f"{name}: cut off at {width} px: {text}" for text in texts_cut(page)]
        if width in (NARROW, WIDE) and not in_ci():
            page.screenshot(path=pictures / f"{name}_{width}.png")
    return found


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a picture of every page is put, at both widths; ``--basetemp`` says where it lies.
    In CI, where nobody looks at them, none is taken.
    """
    return tmp_path_factory.mktemp("pictures")


def test_the_framework_alone_has_no_faults_that_ours_could_hide_behind(
    page: Page, tmp_path: Path
) -> None:
    """An empty page of stock Streamlit, counted by the same means in the same run."""
    (tmp_path / "app.py").write_text('import streamlit as st\nst.title("Tom sida")\n')
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text("[browser]\ngatherUsageStats = false\n")
    with Server(tmp_path / "none.db", tmp_path, root=tmp_path) as stock:
        page.goto(stock.url)
        page.get_by_role("heading", level=1).wait_for()
        ready(page)
        assert violations(page) == [], "then the list in ARCHITECTURE.md is no longer right"
        page.evaluate("document.querySelector('h1').outerHTML = '<img src=x>'")
        assert [rule for rule, _ in found_by_axe(page)] == ["image-alt"], "axe does see faults"


@pytest.fixture(scope="module")
def tried() -> set[tuple[str, str]]:
    """The pages that have been looked at, by name and shape: many roles read the same."""
    return set()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_menu_is_whole_and_accessible(
    me: Person, role: str, pictures: Path, tried: set[tuple[str, str]]
) -> None:
    me.page.goto(me.served.url)
    me.page.get_by_role("button", name=role, exact=True).click()
    expect(me.page.get_by_role("link", name="Byt konto")).to_be_visible()
    links = me.page.get_by_test_id("stSidebarNavLink")
    names = [text.strip() for text in links.all_inner_texts()]
    found: list[str] = []
    for name in names:
        me.page.get_by_test_id("stSidebarNavLink").filter(has_text=name).first.click()
        expect(me.page).to_have_title(f"{name} – Stegvis")
        me.drawn()
        shape = name, me.page.evaluate(SHAPE)
        # The menu and the rest around a page are looked at with each role's first one.
        if name == names[0] or shape not in tried:
            found += faults_of_page(me.page, f"{role}_{name}".replace(" ", "_"), pictures)
            tried.add(shape)
    if not names:
        me.drawn()
        found += faults_of_page(me.page, role.replace(" ", "_"), pictures)
    assert not found, "\n".join(found)
