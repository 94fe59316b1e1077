"""That exact tables of an insats stand on a page: asked for, and logged as a read of the insats.

The tables themselves are kept by the pages that show them, so what reads them is not asked each
time. This is; how often it becomes a row is decided by `tracking.access.visits`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_see_internal
from tracking.domain.log_actions import TABLES_SEEN
from tracking.outcomes._seen import log_once
from tracking.store.database import Database


def see_tables(database: Database, actor: Actor, insats_ids: Sequence[int], *, page: str) -> None:
    """Log, once a visit, that the actor sees exact tables of the insatser on ``page``.

    Raises `NotPermitted`, and logs nothing as seen, unless the actor may see each of them.
    """
    for insats_id in insats_ids:
        check_can_see_internal(actor, insats_id)
    for insats_id in insats_ids:
        entry = Entry(TABLES_SEEN, insats_id=insats_id, page=page)
        log_once(database, actor, (page, "tables", insats_id), insats_id, entry)
