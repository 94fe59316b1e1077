"""Which spells the writes of this process have touched, told by insats and data version.

A reading of an insats that somebody kept is right but for these, where every version since is
told here. What another process wrote is not, nor a write that touched many: then all has to be
read anew. Nothing is read or kept of the spells themselves.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

IN_SESSION = "touched"
"""Under which name a transaction keeps what it has touched until it is committed."""

MOST_VERSIONS = 50
"""So many versions of an insats are told; a reading that is older is read anew."""


class Touched(NamedTuple):
    """What one committed write touched of an insats.

    ``spells`` may hold those of other insatser too, and is None where they were many. ``besides``
    says that more than spells was touched: the insats itself, a list, a target, a threshold.
    """

    insats_id: int
    version: int
    spells: frozenset[int] | None
    besides: bool


class Touches:
    """The latest writes of this process to one database."""

    def __init__(self) -> None:
        self._of: dict[int, OrderedDict[int, Touched]] = {}
        self._one_at_a_time = threading.Lock()

    def note(self, committed: Iterable[Touched]) -> None:
        """Keep what a write has touched; to be told only when it is committed."""
        with self._one_at_a_time:
            for touched in committed:
                told = self._of.setdefault(touched.insats_id, OrderedDict())
                told.pop(touched.version, None)
                told[touched.version] = touched
                if len(told) > MOST_VERSIONS:
                    told.popitem(last=False)

    def between(self, insats_id: int, kept: int, now: int) -> Touched | None:
        """What has been touched after version ``kept`` up to ``now``.

        None unless every version between is told with its spells.
        """
        if not 0 <= now - kept <= MOST_VERSIONS:
            return None
        with self._one_at_a_time:
            told = self._of.get(insats_id) or OrderedDict()
            found = [told.get(version) for version in range(kept + 1, now + 1)]
        spells: set[int] = set()
        besides = False
        for touched in found:
            if touched is None or touched.spells is None:
                return None
            spells |= touched.spells
            besides |= touched.besides
        return Touched(insats_id, now, frozenset(spells), besides)
