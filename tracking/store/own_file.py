"""The file of an SQLite database must stay the one that was opened.

Whoever moves, deletes or replaces the file under a running process would else leave it writing
to a file without a name: every save would be answered, and gone at the next start. Asked each
time a connection is taken, which costs one look at the folder.
"""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import Engine, event

from tracking.domain.server_events import ServerEvent
from tracking.store.unavailable import unavailable


def follow_file(engine: Engine) -> None:
    """From now on, let ``engine`` use its file only while it is the same file as now.

    A connection that is asked for then raises `StorageUnavailable`.
    """
    path = engine.url.database
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    file = os.path.abspath(path)
    opened = _which(file)

    def check(*_: Any) -> None:
        if _which(file) != opened:
            raise unavailable(ServerEvent.STORAGE_REPLACED)

    # Before connecting as well: SQLite would make an empty file where there is none.
    event.listen(engine, "do_connect", check)
    event.listen(engine, "checkout", check)


def _which(file: str) -> tuple[int, int] | None:
    """Which file has the name now; None when none has."""
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
