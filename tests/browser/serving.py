"""The app as a person meets it: the real server on a port of its own, and when a page is drawn.

The fixtures in conftest.py are made of this; a test that needs a server of a special kind
(another database, a restart in the middle) can use it directly.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.answered import answered

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT = 240.0
"""Seconds. An idle machine needs three; one that has much else to do takes its time."""
FITS = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    return main && main.scrollWidth <= main.clientWidth;
}"""


class Server:
    """The app as it is shipped, on a free port of this machine, until the block is left.

    ``database`` is an SQLite file or any database's address. ``root`` is another checkout of the
    app, for a test that has changed something in there.
    """

    def __init__(
        self, database: Path | str, folder: Path, *, base_path: str = "", root: Path = ROOT
    ) -> None:
        self.database = database
        self.root = root
        self.log = folder / "server.log"
        self.port = _free_port()
        self.base_path = base_path
        self.url = f"http://127.0.0.1:{self.port}{base_path}"

    def __enter__(self) -> Server:
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        command += ["--server.baseUrlPath", self.base_path]
        url = self.database
        if isinstance(url, Path):
            url = f"sqlite:///{url.as_posix()}"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.root,
                env={**os.environ, "STEGVIS_DATABASE_URL": url},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_healthy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_until_healthy(self) -> None:
        give_up = time.monotonic() + START_LIMIT
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                pytest.fail(f"the app stopped at start:\n{self.log.read_text(encoding='utf-8')}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        pytest.fail(f"the app did not start:\n{self.log.read_text(encoding='utf-8')}")


def ready(page: Page, *, timeout: float = 30_000) -> None:
    """Wait, at most ``timeout`` milliseconds, until the server has drawn the page to its end."""
    answered(page, timeout=timeout)


def scrolls_sideways(page: Page, *, timeout: float = 20_000) -> bool:
    """Whether the page is still wider than its window when ``timeout`` milliseconds have passed.

    A chart is drawn anew a moment after the window has changed its width.
    """
    try:
        page.wait_for_function(FITS, timeout=timeout)
    except TookTooLong:
        return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
