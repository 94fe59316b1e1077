"""Whether this process can serve: its database answers, is its own version's, and may be written.

What a load balancer asks is answered by `tracking.web.readiness`; here is what it is about.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, func, select

from tracking.domain import clock
from tracking.domain.server_events import ServerEvent
from tracking.store.database import Database
from tracking.store.server_log import tell
from tracking.store.tables import AccessLog
from tracking.store.unavailable import unavailable

TOLERATED = timedelta(minutes=5)


def check_ready(database: Database) -> None:
    """Raise `StorageUnavailable` with the reason unless a visitor could be served now.

    Writes nothing and takes no lock.
    """
    database.check_schema()
    if database.dialect == "postgresql":
        with database.reading() as session:
            a_copy = session.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
        if a_copy:
            raise unavailable(ServerEvent.STORAGE_READ_ONLY)
    elif not os.access(database.engine.url.database or "", os.W_OK):
        raise unavailable(ServerEvent.STORAGE_READ_ONLY)


def check_clock(database: Database) -> None:
    """Tell those who run the server when its clock is behind what was logged last.

    Nothing stops for it: rows keep their order by number, and the log its chain.
    """
    with database.reading() as session:
        latest: datetime | None = session.exec(select(func.max(col(AccessLog.at)))).one()
    if latest is not None and latest - clock.now() > TOLERATED:
        behind = round((latest - clock.now()).total_seconds())
        tell(ServerEvent.CLOCK_BEHIND, seconds=behind)
