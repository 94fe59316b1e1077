"""That a chart or table was taken from a page as a file: a row in the access log."""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_read_released, check_can_see_internal
from tracking.domain.log_actions import FILE_TAKEN
from tracking.domain.roles import Zone
from tracking.store.database import Database


def record_taken_file(
    database: Database,
    actor: Actor,
    *,
    page: str,
    what: str,
    insats_id: int | None = None,
) -> None:
    """Log that ``what`` (``png``, ``svg``, ``csv`` and a title) was taken from ``page``.

    ``insats_id`` is the insats that it is about, None for what is released about all. Raises
    `NotPermitted` when the actor may not see that page's figures.
    """
    if actor.zone is Zone.INSATS and insats_id is not None:
        check_can_see_internal(actor, insats_id)
    else:
        check_can_read_released(actor, insats_id)
    with database.transaction() as work:
        record(work, actor, Entry(FILE_TAKEN, insats_id=insats_id, page=page, detail=what[:200]))
