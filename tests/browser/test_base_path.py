"""The app under a base path of its host, beside other things: one server, one journey."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.app.world import a_world
from tests.browser.person import PLEASANT, Person, Served
from tests.browser.serving import Server
from tracking.access.passwords import Passwords
from tracking.store.database import Database
from tracking.store.tables import Account

BASE = "/stegvis"
PASSWORD = "kvarnen maler sent i oktober"


@pytest.fixture
def below(tmp_path: Path) -> Iterator[tuple[Served, str]]:
    """A server under the base path, and the name of somebody who has a password there."""
    file = tmp_path / "below.db"
    url = f"sqlite:///{file.as_posix()}"
    world = a_world(url, is_demo=False)
    database = Database.open(url)
    with database.transaction() as work:
        account = work.session.get_one(Account, world.system)
        account.password_hash = Passwords().hash(PASSWORD)
        account.must_change_password = False
        work.session.add(account)
        username = account.username
    database.close()
    with Server(file, tmp_path, base_path=BASE) as server:
        yield Served(server.url, file, server.log), username


def status(address: str) -> int:
    """What the server says of an address, redirects followed."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_signing_in_and_out_works_under_a_base_path(page: Page, below: tuple[Served, str]) -> None:
    served, username = below
    host = served.url.removesuffix(BASE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(urlsplit(socket.url).path))
    me = Person(page, served)

    page.goto(host)
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in", timeout=PLEASANT)
    assert urlsplit(page.url).path == f"{BASE}/logga-in", "shown the way, and stopped at the door"
    page.goto(f"{served.url}/konton?x=1")
    page.locator("#username").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    me.arrives("Konton")
    assert urlsplit(page.url).path == f"{BASE}/konton", "back to the address that was asked for"
    assert sockets == [f"{BASE}/_stcore/stream"]

    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(served.url)}
    assert {cookies[name]["path"] for name in ("stegvis", "stegvis-form")} == {BASE}
    assert not {c["name"] for c in page.context.cookies(host)} & {"stegvis", "stegvis-form"}

    page.reload()
    me.arrives("Konton")
    page.goto(f"{served.url}/finns_inte")
    me.drawn()
    assert urlsplit(page.url).path.startswith(f"{BASE}/")

    page.get_by_role("link", name="Byt lösenord").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Byt lösenord")
    page.get_by_role("link", name="Tillbaka till Stegvis").click()
    me.drawn()
    page.get_by_role("link", name="Logga ut").click()
    page.get_by_role("button", name="Logga ut").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    page.goto(f"{served.url}/konton")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    assert not served.faults()

    paths = {urlsplit(url).path for url in asked if url.startswith("http")}
    outside = {path for path in paths if not path.startswith(f"{BASE}/")}
    assert outside <= {"/", "/favicon.ico"}, outside


def test_nothing_is_served_beside_the_base_path(below: tuple[Served, str]) -> None:
    served, _ = below
    host = served.url.removesuffix(BASE)
    assert status(f"{served.url}/_stcore/health") == 200
    for path in ("/_stcore/health", "/logga-in", "/static/index.html", f"{BASE}x/logga-in"):
        assert status(host + path) == 404, path
    assert status(f"{served.url}/_stcore/metrics") == 404
    assert status(f"{served.url}/media/x.docx") == 401
