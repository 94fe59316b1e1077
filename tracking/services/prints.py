"""That a page was printed: a row in the access log for each insats or spell that stood on it."""

from __future__ import annotations

from collections.abc import Iterable

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import can_see_internal
from tracking.domain.log_actions import PRINTED
from tracking.store.database import Database


def record_print(
    database: Database,
    actor: Actor,
    *,
    page: str,
    shown: Iterable[tuple[int | None, int | None]],
    insats_id: int | None = None,
) -> int:
    """Log that ``page`` was printed, and return how many rows that made, at least one.

    ``shown`` are the insats and spell of what stood on it; ``insats_id`` the insats whose exact
    tables did, which counts only for somebody who may see them. Asks for no permission: what
    was printed has been seen.
    """
    stood = dict.fromkeys(shown)
    if insats_id is not None and can_see_internal(actor, insats_id):
        stood.setdefault((insats_id, None))
    entries = [
        Entry(PRINTED, insats_id=insats, spell_id=spell_id, page=page) for insats, spell_id in stood
    ] or [Entry(PRINTED, page=page)]
    with database.transaction() as work:
        record(work, actor, *entries)
    return len(entries)
