"""What has been read of an insats, kept for as long as its data have the same version.

For readings that look at all spells and are asked for at every click. Who may know is no business
of this module: callers ask for permission and log each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import column, text
from sqlmodel import Session as DbSession

from tracking.store.database import OPENED_BY, Database
from tracking.store.often import Often

Found = TypeVar("Found")

MOST_KEPT = 50

_VERSION = Often(
    text("SELECT version FROM data_version WHERE insats_id = :insats_id").columns(column("version"))
)


def read_version(session: DbSession, insats_id: int) -> int:
    """The number that grows with every write that touches the insats's figures."""
    found = _VERSION.rows(session.connection(), {"insats_id": insats_id})
    return int(found[0][0]) if found else 0


class Versioned(Generic[Found]):
    """The latest readings of one kind, for each open database."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Database, OrderedDict[Hashable, Found]] = WeakKeyDictionary()
        self._one_at_a_time = threading.Lock()

    def get(
        self, session: DbSession, insats_id: int, asked: Hashable, read: Callable[[], Found]
    ) -> Found:
        """What ``read`` found when it was asked for this last, if nothing was written since.

        ``asked`` names everything that the answer depends on beside the insats's data.
        """
        key = insats_id, read_version(session, insats_id), asked
        with self._one_at_a_time:
            kept = self._kept.setdefault(session.info[OPENED_BY], OrderedDict())
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        # Two threads may both read it, and find the same.
        found = read()
        with self._one_at_a_time:
            kept[key] = found
            while len(kept) > MOST_KEPT:
                kept.popitem(last=False)
        return found
