"""Today, as the calendar on a Swedish wall shows it; instants elsewhere are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def today() -> date:
    """The current day in Sweden."""
    return datetime.now(SWEDEN).date()


def now() -> datetime:
    """The current instant in UTC."""
    return datetime.now(UTC)
