"""A walk through all that an account of the förbund zone can come to, with everything opened.

Every page of the menu, every folded part, every combination of what the pages' lists offer,
every screen of a presentation and every file. What is kept of it is `received`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Download, Locator, expect

from tests.attack.received import Received
from tests.browser.answered import filled
from tests.browser.person import MOST_TRIES, Person, plain
from tracking.ui.report_downloads import PREPARE

K = 5
MOST_CHOICES = 3
"""Of a list with more options than this the first ones are chosen."""

MOST_LISTS = 4
MOST_SLIDES = 40
MOST_FOLDED = 100
A_WHILE = 60_000
"""Milliseconds that a file may take on a machine that has much else to do."""

OBSTACLES = frozenset({"Nya", "Under arbete", "Lösta", "Lyfta till styrelsen", "Hinder"})
OF_NOBODY = frozenset({"Exakta", "Intervall", "Dolda", "Granskningar"}) | OBSTACLES
"""Columns that count cells of a release, reviews of the log or obstacles, and no participants."""

INVENTED = "påhittad"
"""What the captions of worked examples say."""


def walk(
    me: Person,
    account: str,
    to: Path,
    *,
    choosing: bool = False,
    pages: Collection[str] | None = None,
) -> Received:
    """Everything that the account's menu leads to (at the addresses ``pages``, if given), opened
    and fetched; with ``choosing`` also what the choices on the pages lead to.
    """
    received = Received()
    received.listen(me.page)
    me.page.goto(me.served.url)
    # A server that has just started reads its modules first.
    me.page.get_by_role("button", name=account, exact=True).click(timeout=60_000)
    expect(me.page.get_by_role("link", name="Byt konto")).to_be_visible()
    menu = me.page.get_by_test_id("stSidebarNavLink")
    for place in range(menu.count()):
        link = menu.nth(place)
        name, address = link.inner_text().strip(), link.get_attribute("href") or ""
        address = address.rsplit("/", 1)[-1]
        if pages is not None and address not in pages:
            continue
        received.at = address
        link.click()
        expect(me.page).to_have_title(f"{name} – Stegvis")
        me.drawn()
        look(me, received, to)
        if choosing:
            _choose(me, received, to)
            _slides(me, received)
    received.stop(me.page)
    return received


def look(me: Person, received: Received, to: Path, *, fetching: bool = True) -> None:
    """The page as it stands: unfolded, its small numbers in order, and its files fetched."""
    folded = me.main.locator("details:not([open]) > summary").filter(visible=True)
    for _ in range(MOST_FOLDED):
        if not folded.count():
            break
        # Each by itself: the server draws what stands in some when they are opened.
        folded.last.click()
        me.settled(timeout=A_WHILE)
    expect(folded).to_have_count(0)
    received.page(me.page)
    for fault in small_cells(me):
        received.keep("table", f"{me.page.url}: {fault}")
    if not fetching:
        return
    # Files of a whole förbund are made when they are asked for, and fetched when they are there.
    asked = me.main.get_by_role("button", name=PREPARE, exact=True)
    files = me.main.get_by_test_id("stDownloadButton").get_by_role("button")
    files = files.or_(me.main.locator(".stegvis-files button"))
    filled(me.page, timeout=A_WHILE)
    for _ in range(asked.count()):
        asked.first.click()
        me.settled(timeout=A_WHILE)
        filled(me.page, timeout=A_WHILE)
    expect(asked).to_have_count(0)
    for button in files.all():
        if not button.is_visible():
            continue
        fetched = _fetched(me, button)
        target = to / fetched.suggested_filename
        fetched.save_as(target)
        # A picture's pixels are drawn from what has been searched already, and a PDF's glyphs
        # from the content that stands in the other three formats beside it.
        if target.suffix not in (".png", ".pdf"):
            received.file(target.name, target.read_bytes())


def _fetched(me: Person, button: Locator) -> Download:
    """The file behind a button; the page has heard of it when it is here."""
    with me.page.expect_download(timeout=A_WHILE) as fetched:
        button.click(timeout=A_WHILE)
    me.settled(timeout=A_WHILE)
    return fetched.value


def _choose(
    me: Person, received: Received, to: Path, place: int = 0, *, first: bool = True
) -> None:
    """What the lists from ``place`` on offer: of the first two every combination, of the others
    each option with the first of the two. Files are fetched of the newest release alone, whose
    list is the first, since they take the server a while.
    """
    boxes = me.main.get_by_role("combobox")
    if place >= min(boxes.count(), MOST_LISTS if first else 2):
        return
    box = boxes.nth(place)
    if not box.is_visible():
        return
    options = _offered(me, box).all_inner_texts()[:MOST_CHOICES]
    me.page.keyboard.press("Escape")
    _choose(me, received, to, place + 1, first=first)
    for number in range(1, len(options)):
        _pick(me, box, number)
        look(me, received, to, fetching=place == 1 and first)
        _choose(me, received, to, place + 1, first=False)
    if len(options) > 1:
        # Back, so that the lists before this one meet it as they left it.
        _pick(me, box, 0)


def _offered(me: Person, box: Locator) -> Locator:
    """The options of a list, opened; it closes by itself where the page moves beneath it."""
    options = me.page.get_by_role("option")
    for _ in range(MOST_TRIES):
        box.press("ArrowDown")
        me.settled(timeout=A_WHILE)
        if options.count():
            break
    return options


def _pick(me: Person, box: Locator, number: int) -> None:
    """Choose, and go on when the page has answered: before that its address is the old one."""
    option = _offered(me, box).nth(number)
    word = plain(option.inner_text())
    option.click()
    expect(me.page.get_by_role("listbox")).to_have_count(0)
    me.settled(timeout=A_WHILE)
    assert plain(box.input_value()) == word


def _slides(me: Person, received: Received) -> None:
    """Every screen of the page's presentation, if it has one."""
    begin = me.main.get_by_role("button", name="Visa som presentation")
    if not begin.count():
        return
    begin.click()
    me.settled(timeout=A_WHILE)
    place = me.page.locator(".stegvis-slides .place")
    for number in range(1, MOST_SLIDES + 1):
        expect(place).to_have_text(re.compile(rf"^{number} av \d+$"))
        me.settled(timeout=A_WHILE)
        received.page(me.page)
        if place.inner_text() == f"{number} av {number}":
            break
        me.page.keyboard.press("ArrowRight")
    me.page.keyboard.press("Escape")
    expect(place).to_have_count(0)
    me.settled()


TABLES = """tables => tables.map(table => [
  table.closest('[aria-label]')?.ariaLabel || '',
  [...table.rows].map(row => [...row.cells].map(cell => cell.textContent)),
])"""
FLOWS = re.compile(r"startade|avslutade|pågå|fullföljda|anonyma", re.IGNORECASE)


def small_cells(me: Person) -> list[str]:
    """Counts from 0 to k − 1 in a table that is not of undivided head counts.

    The head counts of an insats are exact by rule; they stand in tables whose rows or columns
    are the flows themselves. Where they say that there was nobody, a column of noughts says no
    more.
    """
    faults = []
    for caption, rows in me.main.locator("table").evaluate_all(TABLES):
        caption = plain(caption)
        if not rows or INVENTED in caption:
            continue
        head = [plain(text) for text in rows[0]]
        nobody = {
            column
            for place, column in enumerate(head)
            if {plain(row[place]) for row in rows[1:] if place < len(row)} <= {"0", "–", ""}
        }
        for row in rows[1:]:
            first = plain(row[0]) if row else ""
            for column, cell in zip(head[1:], row[1:], strict=False):
                if column in OF_NOBODY | nobody or FLOWS.search(column) or FLOWS.search(first):
                    continue
                count = re.fullmatch(r"(\d)(?: \(\d.*\)| av \d+.*)?", plain(cell))
                if count and int(count.group(1)) < K:
                    faults.append(f"SMALL {caption}: {first} × {column} = {plain(cell)}")
    return faults
