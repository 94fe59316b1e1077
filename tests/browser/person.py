"""Somebody at the keyboard: reaches things by Tab, reads what is shown, never touches a mouse.

What a journey test says with it reads as what a person does. Fields are found by the names
that a screen reader would say; that they can be reached at all by Tab is part of every test.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.answered import answered, filled, listen

MOST_TABS = 250
SEEK = "node => { window.sought = node; }"
MOST_TRIES = 300
"""How often something is looked for, a tenth of a second apart, before it is not there."""

MAIN = '[data-testid="stMain"]'
PLEASANT = 30_000
"""Milliseconds that anything may take on a machine that has much else to do."""


@dataclass(frozen=True)
class Served:
    """A running app and the database under it, which a test may look into."""

    url: str
    database: Path
    log: Path

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """What stands in the database now, read beside the app."""
        with sqlite3.connect(f"file:{self.database.as_posix()}?mode=ro", uri=True) as connection:
            return connection.execute(sql, params).fetchall()

    def one(self, sql: str, *params: object) -> Any:
        """The first value of the first row. Raises IndexError when there is none."""
        return self.rows(sql, *params)[0][0]

    def until(self, sql: str, number: int, *, seconds: float = 60) -> list[tuple[Any, ...]]:
        """The rows once there are so many: what a browser tells is written a moment later."""
        give_up = time.monotonic() + seconds
        while len(found := self.rows(sql)) < number and time.monotonic() < give_up:
            time.sleep(0.1)
        return found

    def faults(self) -> list[str]:
        """The lines of the server's log that tell of something nobody foresaw."""
        text = self.log.read_text(encoding="utf-8")
        return re.findall(r'^.*(?:Traceback|"level": "error").*$', text, re.MULTILINE)


class Person:
    """One person, one browser window."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page = page
        self.served = served
        self.presses = 0
        self.refusal = ""
        listen(page)

    @property
    def main(self) -> Locator:
        """The page itself, without the menu."""
        return self.page.locator(MAIN)

    def key(self, *keys: str) -> None:
        """Press named keys."""
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def type(self, text: str) -> None:
        """Type each character."""
        for character in text:
            self.page.keyboard.type(character)
            self.presses += 1

    def reach(self, target: Locator, *, back: bool = False) -> None:
        """Tab until the focus is on it, or on something in it. Fails when Tab never gets there."""
        target.wait_for(state="attached")
        target.evaluate(SEEK)
        for _ in range(MOST_TABS):
            reached, drawn = self.page.evaluate(
                "() => [window.sought.contains(window.sought.getRootNode().activeElement),"
                " window.sought.isConnected]"
            )
            if reached:
                return
            if not drawn:
                # Drawn anew while the tabs were pressed.
                target.evaluate(SEEK)
            self.key("Shift+Tab" if back else "Tab")
        raise AssertionError(f"not reached by the keyboard: {target}")

    # -- moving about -----------------------------------------------------------------------

    def become(self, account: str) -> None:
        """Open the app and choose an account."""
        self.page.goto(self.served.url)
        self.reach(self.page.get_by_role("button", name=account, exact=True))
        self.key("Enter")
        expect(self.page.get_by_test_id("stSidebar")).to_contain_text(account, timeout=PLEASANT)
        self.settled()

    def menu(self, title: str, *, heading: str | None = None) -> None:
        """Go to a page of the menu."""
        link = self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
        self.reach(link)
        self.key("Enter")
        self.arrives(title if heading is None else heading)

    def follow(self, link: str | re.Pattern[str]) -> None:
        """Follow a link on the page."""
        self.reach(self.main.get_by_role("link", name=link).first)
        self.key("Enter")

    def arrives(self, heading: str | re.Pattern[str]) -> None:
        """Wait until a page with this heading is drawn to its end."""
        expect(self.main.get_by_role("heading", level=1)).to_have_text(heading, timeout=PLEASANT)
        self.settled()

    def settled(self, *, timeout: float = PLEASANT) -> None:
        """Wait until the page has answered all that has been done to it, and is drawn.

        To be said after each act that something is read or done after, unless an `expect` waits
        for a word that only the answer has.
        """
        answered(self.page, timeout=timeout)

    def drawn(self) -> None:
        """Wait until the page has its heading and what the browser loads on demand."""
        self.main.get_by_role("heading", level=1).first.wait_for()
        self.settled()
        filled(self.page, timeout=PLEASANT)

    # -- filling in -------------------------------------------------------------------------

    def write(self, label: str, text: str, *, inside: Locator | None = None) -> None:
        """Write in a text field, instead of what stood there."""
        field = (inside or self.main).get_by_role("textbox", name=label, exact=True)
        self.reach(field)
        self.key("Control+a")
        if text:
            self.page.keyboard.insert_text(text)
        else:
            self.key("Delete")

    def choose(self, group: str, option: str) -> None:
        """Choose one of some that stand open."""
        box = self.main.get_by_role("radiogroup", name=group, exact=True)
        radios = box.get_by_role("radio")
        wanted = box.get_by_role("radio", name=option, exact=True)
        wanted.wait_for(state="attached")
        self.reach(box)
        if not self._focused(wanted):
            self._arrow_to(wanted, radios.count())
        if not wanted.is_checked():
            self.key("Space")
        expect(wanted).to_be_checked()
        self.settled()

    def _arrow_to(self, wanted: Locator, most: int) -> None:
        for arrow in ("ArrowRight", "ArrowLeft"):
            for _ in range(most):
                self.key(arrow)
                if self._focused(wanted):
                    return
        raise AssertionError(f"not reached by the arrows: {wanted}")

    def _focused(self, target: Locator) -> bool:
        return bool(target.evaluate("node => node.getRootNode().activeElement === node"))

    def pick(self, label: str, option: str) -> None:
        """Pick one from a list that opens, by typing the start of its words."""
        field = self.main.get_by_role("combobox", name=label, exact=True)
        self.reach(field)
        if (field.get_attribute("value") or "") == option:
            return
        offered = self.page.get_by_role("option").filter(has_text=option).first
        for _ in range(MOST_TRIES):
            self.key("Control+a")
            self.page.keyboard.insert_text(option)
            self.settled()
            # It closes by itself where the page moves beneath it.
            if offered.is_visible():
                break
        for _ in range(MOST_TABS):
            if offered.get_attribute("data-focused") == "true":
                break
            self.key("ArrowDown")
        self.key("Enter")
        expect(self.page.get_by_role("listbox")).to_have_count(0)
        self.settled()

    def tick(self, label: str) -> None:
        """Tick a box."""
        box = self.main.get_by_role("checkbox", name=label, exact=True)
        self.reach(box)
        self.key("Space")
        expect(box).to_be_checked()
        self.settled()

    def day(self, label: str, day: str) -> None:
        """Type a day, ÅÅÅÅ-MM-DD, into its three parts."""
        parts = self.main.get_by_role("group", name=label, exact=True).get_by_role("spinbutton")
        for place, digits in enumerate(day.split("-")):
            self.reach(parts.nth(place))
            self.type(digits)
        expect(parts.nth(0)).to_have_text(day[:4])
        expect(parts.nth(2)).to_have_text(day[8:])

    def press(self, button: str, *, key: str = "Enter") -> None:
        """Press a button."""
        self.reach(self.main.get_by_role("button", name=button, exact=True))
        self.key(key)

    def unfold(self, title: str) -> None:
        """Open a part that is folded."""
        heading = self.main.locator("summary").filter(has_text=title)
        self.reach(heading)
        self.key("Enter")
        # Some are drawn by the server when they are opened.
        inside = heading.locator("xpath=ancestor::details[1]").get_by_test_id("stElementContainer")
        expect(inside.first).to_be_visible()
        self.settled()

    # -- reading ----------------------------------------------------------------------------

    def is_told(self, text: str | re.Pattern[str]) -> str:
        """Wait for the calm line that says what was saved; return all of it."""
        line = self.main.locator(".stegvis-saved")
        # Not the line of the time before.
        self.settled()
        expect(line).to_contain_text(text, timeout=PLEASANT)
        self.settled()
        return line.inner_text()

    def is_refused(self, *sentences: str) -> None:
        """Wait for the sentences at the fields, and for the summary that is brought into view."""
        alert = self.main.get_by_role("alert")
        expect(alert).to_contain_text("Inget är sparat än.")
        # Not the one of the press before, and nothing moves the focus any more.
        expect(alert).not_to_have_attribute("data-said", self.refusal)
        expect(alert).to_have_attribute("data-brought", "yes")
        self.refusal = alert.get_attribute("data-said") or ""
        expect(alert).to_be_in_viewport()
        for sentence in sentences:
            expect(self.main.locator(".stegvis-error").filter(has_text=sentence)).to_have_count(1)
        self.settled()

    def participant(self, code: str) -> None:
        """Find a participant by code and open the page."""
        self.menu("Deltagaren")
        self.write("Kod eller minnesord", code)
        self.key("Enter")
        self.settled()
        expect(self.main.get_by_role("heading", level=2)).to_have_count(0)
        self.follow(re.compile(f"^{code} "))
        self.arrives(re.compile(f"^{code} "))

    def part(self, name: str) -> None:
        """Turn to a part of a participant's page."""
        self.choose("Del", name)

    def downloads(self, button: str, to: Path) -> Path:
        """Fetch a file by its button."""
        self.reach(self.main.get_by_role("button", name=button, exact=True))
        with self.page.expect_download() as fetched:
            self.key("Enter")
        target = to / fetched.value.suggested_filename
        fetched.value.save_as(target)
        # The server writes down that it was fetched.
        self.settled()
        return target


def plain(text: str) -> str:
    """Text with ordinary spaces, as one line."""
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u00a0", " ")).strip()


def lines(locator: Locator) -> Sequence[str]:
    """The texts of several elements."""
    return [plain(text) for text in locator.all_inner_texts()]
