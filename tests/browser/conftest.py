"""A real browser on a real server: what the journeys and the accessibility tests start from.

``served`` is the app as it is shipped, on a demo database of one file's own. Every test
fails that lets the browser ask anybody but this machine, or that leaves an error uncaught.

``STEGVIS_TEST_SLOW=6`` makes the browser six times slower than this machine: what a test has
not waited for shows itself then, and not first on the machine of somebody else.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.answered import listen
from tests.browser.logs import assert_no_person
from tests.browser.person import PLEASANT, Person, Served
from tests.browser.serving import ROOT, Server
from tracking.bootstrap.browser import find_browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=sv-SE",
]
LOCAL = {"127.0.0.1", "localhost"}
MAKING_LIMIT = 600.0
"""Seconds until the demo must have been made; an idle machine needs half a minute."""

SLOW = float(os.environ.get("STEGVIS_TEST_SLOW", "1"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser of this machine, in Swedish."""
    executable = find_browser()
    if executable is None:
        pytest.fail("No Chromium, Chrome or Edge was found; STEGVIS_CHROMIUM may name one.")
    return {
        **browser_type_launch_args,
        "executable_path": str(executable),
        "args": FLAGS,
        "env": {**os.environ, "LANGUAGE": "sv_SE"},
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Swedish person at a small laptop."""
    return {
        **browser_context_args,
        "locale": "sv-SE",
        "timezone_id": "Europe/Stockholm",
        "viewport": {"width": 1280, "height": 800},
    }


@pytest.fixture(autouse=True)
def _is_listened_to(context: BrowserContext) -> None:
    """Every page tells whether it has been answered; see `answered`. And nobody is in a hurry."""
    listen(context)
    context.set_default_timeout(PLEASANT)
    expect.set_options(timeout=PLEASANT)
    if SLOW > 1:
        context.on("page", slow_down)


def slow_down(page: Page) -> None:
    """Have the page's own work take as many times longer as was asked for."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})


@pytest.fixture(autouse=True)
def _nothing_leaves_and_nothing_breaks(context: BrowserContext) -> Iterator[None]:
    """No request goes to another machine, and no script on a page fails unseen."""
    elsewhere: list[str] = []
    errors: list[str] = []

    def note_request(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in LOCAL:
            elsewhere.append(url)

    context.on("request", lambda request: note_request(request.url))
    context.on("weberror", lambda problem: errors.append(str(problem.error)))
    yield
    assert not elsewhere, f"the browser asked other machines: {elsewhere}"
    assert not errors, f"uncaught errors on the page: {errors}"


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A demo database, made once for all workers of a run and only ever copied."""
    own = tmp_path_factory.getbasetemp()
    folder = own if worker_id == "master" else own.parent
    database, making = folder / "demo.db", folder / "demo-is-being-made"
    give_up = time.monotonic() + MAKING_LIMIT
    while not database.exists():
        try:
            making.touch(exist_ok=False)
        except FileExistsError:
            assert time.monotonic() < give_up, "another worker never finished the demo"
            time.sleep(0.2)
            continue
        try:
            _make_demo(folder / "demo-unfinished.db").replace(database)
        finally:
            making.unlink()
    return database


def _make_demo(database: Path) -> Path:
    command = [sys.executable, "-c", "from tracking.cli import main; raise SystemExit(main())"]
    command += ["demo", "--database", f"sqlite:///{database.as_posix()}", "--seed", "1"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, f"stegvis demo failed:\n{made.stdout}\n{made.stderr}"
    # What SQLite still keeps beside the file has to be in it before it moves.
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


@pytest.fixture(scope="module")
def served(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on a copy of the demo database that the tests of one file share and write to."""
    folder = tmp_path_factory.mktemp("module")
    copy = folder / "demo.db"
    shutil.copy(demo_database, copy)
    with Server(copy, folder) as server:
        yield Served(server.url, copy, server.log)
    assert_no_person(server.log, copy)


@pytest.fixture
def me(page: Page, served: Served) -> Iterator[Person]:
    """Somebody at the keyboard; whatever they do, no page may end in a fault."""
    before = served.faults()
    yield Person(page, served)
    assert page.get_by_test_id("stException").count() == 0
    assert served.faults() == before
