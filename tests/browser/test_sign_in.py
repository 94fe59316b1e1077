"""From an empty database to a page behind a second factor, in a real browser.

One database and one server that is no demo's, in the order that a förbund meets them: the code
from the console, the systemadministratör, a deltagaransvarig's account, signing in and out.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.app.world import a_world
from tests.browser.answered import listen
from tests.browser.person import PLEASANT, Person, Served
from tests.browser.serving import Server, ready
from tests.browser.test_every_page import violations
from tracking.access.passwords import Passwords
from tracking.access.sealing import seal
from tracking.domain import clock
from tracking.domain.records import InsatsKind
from tracking.store.database import Database
from tracking.store.tables import Account, Insats, SecondFactor

ADMIN, ADMIN_PASSWORD = "drift", "trappan knarrar om natten"
STAFF, STAFF_PASSWORD = "ny.kollega", "kvarnen maler sent i oktober"
CONSOLE = re.compile(r"^ {6}([a-z2-9]{4}(?:-[a-z2-9]{4})+)$", re.MULTILINE)


@dataclass
class House:
    """A server on a database of its own."""

    served: Served
    shots: Path

    @property
    def url(self) -> str:
        return self.served.url

    def shot(self, page: Page, name: str) -> None:
        page.screenshot(path=self.shots / f"{name}.png", full_page=True)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    database = tmp_path / "stegvis.db"
    with Server(database, tmp_path) as server:
        yield House(Served(server.url, database, server.log), tmp_path)


@pytest.fixture
def working(tmp_path: Path) -> Iterator[House]:
    """A förbund at work, with a deltagaransvarig who has done all that signing in asks for."""
    path = tmp_path / "stegvis.db"
    url = f"sqlite:///{path.as_posix()}"
    world = a_world(url, is_demo=False)
    database = Database.open(url)
    with database.transaction() as work:
        for account_id in (world.worker, world.system):
            account = work.session.get(Account, account_id)
            assert account is not None
            account.password_hash = Passwords().hash(STAFF_PASSWORD)
            account.must_change_password = False
            work.session.add(account)
        work.session.add(
            SecondFactor(
                account_id=world.worker,
                secret=seal(database, SECRET, place=f"second_factor {world.worker}"),
                created_at=account.created_at,
                confirmed_at=account.created_at,
            )
        )
    database.close()
    with Server(path, tmp_path) as server:
        yield House(Served(server.url, path, server.log), tmp_path)


SECRET = pyotp.random_base32()


def fill(page: Page, **fields: str) -> None:
    """Fill in a small page's form and send it with Enter."""
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.keyboard.press("Enter")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=PLEASANT)


def sign_in(page: Page, house: House, username: str, password: str) -> None:
    page.goto(f"{house.url}/logga-in")
    fill(page, username=username, password=password)


def write(page: Page, label: str, text: str) -> None:
    field = page.get_by_role("textbox", name=label, exact=True)
    field.fill(text)
    field.press("Tab")


def told(page: Page, text: str) -> None:
    expect(page.locator(".stegvis-saved")).to_contain_text(text, timeout=PLEASANT)
    ready(page)


def set_idle(house: House, minutes: int) -> None:
    """Let time pass: as if the last activity were so many minutes ago."""
    earlier = (clock.now() - timedelta(minutes=minutes)).isoformat(timespec="microseconds")
    with sqlite3.connect(house.served.database, timeout=20) as connection:
        connection.execute("UPDATE sign_in SET last_seen_at = ?", (earlier,))


def test_first_start_makes_a_systemadministrator_who_lets_a_colleague_in(
    empty: House, page: Page, browser: Browser
) -> None:
    page.goto(empty.url)
    heading(page, "Lägg upp förbundet")
    assert not violations(page)
    empty.shot(page, "first_start")
    [code] = CONSOLE.findall(empty.served.log.read_text(encoding="utf-8"))
    fill(
        page,
        code=code,
        forbund="Samordningsförbundet Exempelbygden",
        username=ADMIN,
        password=ADMIN_PASSWORD,
        again=ADMIN_PASSWORD,
    )
    heading(page, "Logga in")
    fill(page, username=ADMIN, password=ADMIN_PASSWORD)
    heading(page, "Konton")
    ready(page)
    assert not violations(page)
    empty.shot(page, "accounts")
    first_password = _make_colleague(page, empty)

    theirs = browser.new_context(locale="sv-SE")
    listen(theirs)
    colleague = theirs.new_page()
    _arrive(colleague, empty, first_password)
    _stay_and_leave(theirs, colleague, empty)
    theirs.close()
    page.reload()
    heading(page, "Konton")
    assert not empty.served.faults()


def _make_colleague(page: Page, house: House) -> str:
    page.locator("summary").filter(has_text="Lägg till en arbetsgivare").first.wait_for()
    write(page, "Myndighetens namn", "Exempelkommunen")
    page.get_by_role("radio", name="Kommun").check(force=True)
    page.get_by_role("button", name="Lägg till arbetsgivaren").click()
    told(page, "är tillagd")
    _make_insats(house)
    write(page, "Användarnamn", STAFF)
    write(page, "Funktion", "Deltagaransvarig")
    page.get_by_role("radio", name="Insatserna").check(force=True)
    Person(page, house.served).pick("Arbetsgivare", "Exempelkommunen")
    first_password = page.get_by_role("textbox", name="Första lösenord").input_value()
    page.get_by_role("button", name="Öppna kontot").click()
    told(page, "är öppnat")
    [(number,)] = house.served.rows("SELECT id FROM account WHERE username = ?", STAFF)
    page.goto(f"{house.url}/konton?konto={number}")
    page.get_by_role("radio", name="Deltagaransvarig").check(force=True)
    Person(page, house.served).pick("Insats", "Vägen vidare")
    house.shot(page, "account")
    page.get_by_role("button", name="Ge uppdraget").click()
    told(page, "har fått uppdraget som deltagaransvarig")
    assert not violations(page)
    return first_password


def _make_insats(house: House) -> None:
    """The administrator of the förbund has set one up meanwhile."""
    database = Database.open(f"sqlite:///{house.served.database.as_posix()}")
    with database.transaction() as work:
        work.session.add(
            Insats(
                controller_id=house.served.one("SELECT id FROM controller"),
                name="Vägen vidare",
                owner="Exempelkommunen",
                kind=InsatsKind.INDIVIDUAL,
                starts_on=date(2025, 1, 1),
                ladder_id=1,
                uses_ors=True,
                created_at=clock.now(),
            )
        )
    database.close()


def _arrive(page: Page, house: House, first_password: str) -> None:
    """The first sign-in: a password of one's own, a second factor, then a page."""
    page.goto(f"{house.url}/samtal")
    heading(page, "Logga in")
    assert not violations(page)
    house.shot(page, "sign_in")
    fill(page, username=STAFF, password=first_password)
    heading(page, "Byt lösenord")
    house.shot(page, "change_password")
    fill(page, present=first_password, password=STAFF_PASSWORD, again=STAFF_PASSWORD)
    heading(page, "Ställ in tvåfaktor")
    assert not violations(page)
    house.shot(page, "enrol")
    [sealed] = house.served.rows("SELECT secret FROM second_factor")[0]
    shown = page.locator("main").inner_text().replace(" ", "")
    secret = next(word for word in re.findall(r"[A-Z2-7]{32}", shown))
    assert secret not in sealed
    fill(page, code=pyotp.TOTP(secret).now())
    heading(page, "Dina reservkoder")
    house.shot(page, "recovery_codes")
    page.get_by_role("link", name="Jag har sparat koderna, fortsätt").click()
    heading(page, "Registrera samtal")
    ready(page)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Logga ut")
    assert page.get_by_text("Demo – påhittade").count() == 0
    assert not violations(page)
    house.shot(page, "signed_in")


def _stay_and_leave(context: BrowserContext, page: Page, house: House) -> None:
    """A reload and a second tab stay signed in; signing out in one ends the other."""
    page.reload()
    heading(page, "Registrera samtal")
    second = context.new_page()
    second.goto(f"{house.url}/behorigheter")
    heading(second, "Behörigheter")
    ready(second)
    house.shot(second, "roles")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Logga ut").click()
    heading(page, "Logga ut")
    assert len(context.pages) == 2, "a link of one's own stays in its tab"
    page.get_by_role("button", name="Logga ut", exact=True).click()
    heading(page, "Logga in")
    second.get_by_test_id("stSidebarNav").get_by_role("link", name="Att göra").click()
    heading(second, "Du är utloggad")
    house.shot(second, "signed_out")
    second.get_by_role("link", name="Logga in igen").click()
    heading(second, "Logga in")
    page.goto(f"{house.url}/samtal")
    heading(page, "Logga in")


def enter(page: Page, house: House) -> None:
    """Sign in as the deltagaransvarig who has a second factor."""
    sign_in(page, house, "personal", STAFF_PASSWORD)
    heading(page, "Tvåfaktor")
    fill(page, code=pyotp.TOTP(SECRET).now())
    heading(page, "Att göra")
    ready(page)


def test_still_page_covers_itself_and_unlocks_with_what_was_typed(
    working: House, page: Page
) -> None:
    enter(page, working)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Deltagaren").click()
    heading(page, "Deltagaren")
    ready(page)
    field = page.get_by_role("textbox", name="Kod eller minnesord")
    field.press_sequentially("ST-00")
    set_idle(working, 31)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    cover = page.get_by_role("dialog", name="Sidan är låst")
    expect(cover).to_be_visible(timeout=PLEASANT)
    expect(field).to_have_count(0)  # hidden from sight and from screen readers
    working.shot(page, "covered")
    assert not violations(page)
    password = cover.get_by_label("Lösenord")
    expect(password).to_be_focused()
    password.fill("fel lösenord helt och hållet")
    password.press("Enter")
    expect(cover.get_by_role("alert")).not_to_be_empty()
    password.fill(STAFF_PASSWORD)
    password.press("Enter")
    expect(cover).to_have_count(0)
    expect(field).to_have_value("ST-00")
    expect(field).to_be_focused()
    field.press_sequentially("01")
    field.press("Enter")
    expect(page.get_by_test_id("stMain")).to_contain_text("ST-0001", timeout=PLEASANT)
    assert not working.served.faults()


def test_locked_page_that_is_used_before_it_knows_shows_nothing_until_unlocked(
    working: House, page: Page
) -> None:
    enter(page, working)
    set_idle(working, 31)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Uppföljningar").click()
    cover = page.get_by_role("dialog", name="Sidan är låst")
    expect(cover).to_be_visible(timeout=PLEASANT)
    assert "Uppföljningar" not in page.get_by_test_id("stMain").inner_text()
    cover.get_by_label("Lösenord").fill(STAFF_PASSWORD)
    cover.get_by_role("button", name="Lås upp").click()
    heading(page, "Uppföljningar")
    expect(cover).to_have_count(0)
    assert not working.served.faults()
