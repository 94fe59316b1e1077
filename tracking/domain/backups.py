"""When a backup is too old, and what an administrator is told of it.

A förbund can lose at most what was written since the newest proved backup: that is the whole
question, so its age in hours is what is said first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LATE_AFTER = timedelta(hours=24)
"""The age from which a backup is warned about."""


class BackupState(StrEnum):
    """How it stands with the backups."""

    FRESH = "fresh"
    LATE = "late"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class BackupRunFacts:
    """One run as it is told: proved when ``fault`` is None, and then with its file and size."""

    started_at: datetime
    finished_at: datetime
    file_name: str | None
    size_kb: int
    rows_n: int
    log_faults: int
    summary_faults: int
    with_key: bool
    fault: str | None


def newest_proved(runs: Sequence[BackupRunFacts]) -> BackupRunFacts | None:
    """The run whose copy is of the latest moment, among those that were proved."""
    proved = [run for run in runs if run.fault is None]
    return max(proved, key=lambda run: run.started_at, default=None)


def state_of(newest: BackupRunFacts | None, now: datetime) -> BackupState:
    """Whether the newest proved backup is young enough. Its moment is when it began."""
    if newest is None:
        return BackupState.NONE
    return BackupState.LATE if now - newest.started_at > LATE_AFTER else BackupState.FRESH
