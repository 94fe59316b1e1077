"""Settings of the fault tests: short waits for locks, and no fault told before the test began."""

from __future__ import annotations

import pytest

from tracking.domain.server_events import ServerEvent
from tracking.store import database as store
from tracking.store.server_log import forget
from tracking.store.unavailable import STORAGE_EVENTS


@pytest.fixture(autouse=True)
def _told_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for locks, and every storage's fault is told as if it were the first."""
    quick = {"busy_timeout=10000": "busy_timeout=200", "lock_timeout=10000": "lock_timeout=200"}
    for name in ("SQLITE_SETTINGS", "POSTGRES_SETTINGS"):
        monkeypatch.setattr(store, name, tuple(quick.get(one, one) for one in getattr(store, name)))
    forget(*STORAGE_EVENTS, ServerEvent.SCHEMA_OTHER)
