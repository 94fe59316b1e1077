"""One look, one row: what a stay on a page has already been logged for.

A page is drawn anew at every click, and every drawing reads. Written down each time, the log
would tell of clicks and not of people. So the pages open a `Visit` (one browser session on one
page, until another page is opened) and the reads ask it first:

- The first read of anything in a visit is always logged, before it is handed out. It counts as
  logged only when its transaction has been committed; whatever fails before that is tried anew.
- It is logged again as soon as somebody who was not there before is shown (the content of a list
  is the set of its spells), and when the last row is older than `AGAIN_AFTER`.
- Where no visit is open (a command, a test, a thread of its own) every read is logged.

So a row may stand for many drawings of the same people within ten minutes, and no person is ever
shown without a row. What stands on the page now is kept as well: a print tells of that.
"""

from __future__ import annotations

from collections.abc import Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracking.access.log import Entry
from tracking.domain import clock

AGAIN_AFTER = timedelta(minutes=10)


@dataclass
class Visit:
    """One browser session's stay on one page. Kept by the session, never shared."""

    page: str
    _logged: dict[Hashable, tuple[Hashable, datetime]] = field(default_factory=dict)
    _shown: dict[tuple[int | None, int | None], None] = field(default_factory=dict)

    def is_news(self, what: Hashable, content: Hashable) -> bool:
        """Whether ``content`` has not been logged under ``what`` lately."""
        before = self._logged.get(what)
        if before is None or before[0] != content:
            return True
        return not timedelta(0) <= clock.now() - before[1] < AGAIN_AFTER

    def was_logged(self, what: Hashable, content: Hashable) -> None:
        """Remember it; to be called when the rows have been committed."""
        self._logged[what] = (content, clock.now())

    def draw_anew(self) -> None:
        """The page is drawn from its beginning: nothing stands on it yet."""
        self._shown.clear()

    def shows(self, *entries: Entry) -> None:
        """What the entries tell of stands on the page, logged now or earlier in the visit."""
        self._shown |= {(entry.insats_id, entry.spell_id): None for entry in entries}

    @property
    def shown(self) -> tuple[tuple[int | None, int | None], ...]:
        """The insats and spell, where there is one, of all that stands on the page."""
        return tuple(self._shown)


_current: ContextVar[Visit | None] = ContextVar("stegvis_visit", default=None)


def open_visit(visit: Visit | None) -> None:
    """The visit that reads in this thread belong to from now on; None for none."""
    _current.set(visit)


def current_visit() -> Visit | None:
    """The visit that is open in this thread, if any."""
    return _current.get()
