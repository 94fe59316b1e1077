"""What every test starts from: no settings of the machine's own, and Swedish time.

The databases come from tests/databases.py; what needs a browser lives in tests/browser.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import compiled
from tests.databases import (
    database,
    database_url,
    databases,
    empty_database_url,
    postgres_databases,
    sqlite_database,
    sqlite_databases,
)
from tracking.bootstrap.commands import STARTED, in_ci

__all__ = [
    "database",
    "database_url",
    "databases",
    "empty_database_url",
    "postgres_databases",
    "sqlite_database",
    "sqlite_databases",
]

compiled.share()

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if in_ci() else "dev")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine() -> Iterator[None]:
    """A database or a schema that somebody has set must never be touched by a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("STEGVIS_")]:
            if name not in (STARTED, "STEGVIS_CHROMIUM"):
                patch.delenv(name)
        # Not a file beside a test's database; the tests of that file take it away again.
        patch.setenv("STEGVIS_SECRET_KEY", "a key of the tests alone, and of no installation")
        patch.setenv("TZ", "Europe/Stockholm")
        if hasattr(time, "tzset"):
            time.tzset()
        yield


LONG = ("test_disclosure_attack.py", "test_released_catalogue.py", "test_no_bypass.py")
"""Files whose single tests take a minute or more; begun last, one of them would be waited for."""


LAST = ("app", "integration", "unit")
"""Folders whose files are begun last, the shortest at the end: the workers end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""

    def place(item: pytest.Item) -> tuple[bool, bool, int]:
        folder = item.path.parent.name
        late = LAST.index(folder) + 1 if folder in LAST else 0
        return item.path.name not in LONG, folder != "browser", late

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long the whole test command has taken, installation and checks included."""
    began = os.environ.get(STARTED)
    if began:
        terminalreporter.write_line(
            f"whole test command: {time.time() - float(began):.0f} s so far"
        )
