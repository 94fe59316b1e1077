"""A Streamlit server around one harness page, and what the component tests read from it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Locator, Page, expect

from tests.browser.answered import answered
from tests.browser.person import PLEASANT
from tests.browser.serving import START_LIMIT

ROOT = Path(__file__).resolve().parents[2]
HARNESS = Path(__file__).parent / "harness"


class HarnessServer:
    """``streamlit run`` of one harness page; stopped and started again by the tests."""

    def __init__(self, page_name: str) -> None:
        self.script = HARNESS / page_name
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", str(self.script)]
        command += ["--server.port", str(self.port), "--server.headless", "true"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + START_LIMIT
        while time.monotonic() < give_up:
            try:
                with urllib.request.urlopen(self.url + "_stcore/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the harness server did not start")

    def stop(self) -> None:
        """End the server's own process, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


def shown_json(page: Page, name: str) -> Any:
    """What the harness page says that it has saved or been called with."""
    return json.loads(page.locator(f"#{name}").text_content() or "null")


def wait_idle(page: Page) -> None:
    """Until the script has run to its end."""
    answered(page, timeout=PLEASANT)


def saved_by(page: Page, before: int) -> list[dict[str, Any]]:
    """What was saved after the first ``before`` records, once the component says so."""
    expect(page.locator('.status[data-tone="saved"]')).to_contain_text("spara")
    wait_idle(page)
    found: list[dict[str, Any]] = shown_json(page, "saved")
    return found[before:]


def drafts(page: Page) -> str:
    """Everything that this tab keeps."""
    return str(page.evaluate("() => JSON.stringify({...sessionStorage})"))


class CountingKeyboard:
    """Presses keys as a person does, one by one, and counts every press."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def type(self, text: str) -> None:
        """Type each character."""
        for character in text:
            self.page.keyboard.type(character)
            self.presses += 1

    def press(self, *keys: str) -> None:
        """Press named keys."""
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1


def axe_violations(page: Page, around: Locator) -> list[str]:
    """Every WCAG 2.2 AA and best-practice violation inside the component, in short."""
    source = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
    page.evaluate(source)
    around.wait_for()
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
        if any(isinstance(part, list) for part in node["target"])
    ]
