"""Retention with what it needs from results: the counts that later releases are tried against.

`tracking.services.retention` erases and `tracking.outcomes.releasing.keeping` keeps the counts;
neither room knows the other, so they meet here, once for the page and once for the console.
"""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.outcomes.releasing.keeping import keep_counts
from tracking.services.retention import ErasedNow, erase_due, erase_from_console
from tracking.store.database import Database


def erase(database: Database, actor: Actor, *, expected: str, key: str) -> ErasedNow:
    """Erase what is due, as it stood in the plan whose fingerprint is ``expected``.

    Raises as `erase_due`.
    """
    return erase_due(database, actor, expected=expected, keep=keep_counts, key=key)


def erase_at_console(database: Database, *, expected: str) -> ErasedNow:
    """The same from the server's own console."""
    return erase_from_console(database, expected=expected, keep=keep_counts)
