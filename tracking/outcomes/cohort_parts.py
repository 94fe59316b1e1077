"""A cohort in small parts, so that what is worked out of its spells lasts from write to write.

A part keeps what it was asked for until one of its spells is read again; then a new one takes its
place (`tracking.outcomes.cohorts.renewed`) and the others stay. Here are also the populations
of one part; a cohort's are those of its parts together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from tracking.domain.endings import Outcome
from tracking.domain.periods import Period

if TYPE_CHECKING:
    from tracking.outcomes.cohorts import SpellRow

Those = tuple["SpellRow", ...]
Found = TypeVar("Found")

SPELLS_OF_A_PART = 40
"""So many spells, about, have what was worked out of them kept together."""


class Part:
    """Some of the spells of a cohort, with all that has been worked out of them alone.

    When one of them is read again a new part takes its place, and the others stay.
    """

    def __init__(self, rows: Those, period: Period, due_by: date) -> None:
        self.rows = rows
        self.first, self.last = period.start.isoformat(), period.end.isoformat()
        self.due_by = due_by.isoformat()
        self._known: dict[Hashable, Any] = {}

    def known(self, what: Hashable, find: Callable[[Part], Found]) -> Found:
        """What ``find`` finds in the part, found once.

        It may look at nothing beside the part but what ``what`` names.
        """
        try:
            found: Found = self._known[what]
        except KeyError:
            # Two threads may both find it, and find the same.
            found = self._known[what] = find(self)
        return found

    @property
    def ended(self) -> Those:
        """Completed and interrupted in the period."""
        return self.known("ended", ended)


def started(part: Part) -> Those:
    """Started in the period."""
    first, last = part.first, part.last
    return tuple(row for row in part.rows if first <= row.started_on <= last)


def ended_any(part: Part) -> Those:
    """Ended in the period in any way."""
    first, last = part.first, part.last
    return tuple(
        row for row in part.rows if row.ended_on is not None and first <= row.ended_on <= last
    )


def ended_as(outcome: str, part: Part) -> Those:
    """Ended in the period with this outcome."""
    over = part.known("ended_any", ended_any)
    return tuple(row for row in over if row.outcome == outcome)


completed = partial(ended_as, Outcome.COMPLETED.value)
interrupted = partial(ended_as, Outcome.INTERRUPTED.value)
outside = partial(ended_as, Outcome.OUTSIDE.value)


def ended(part: Part) -> Those:
    """Completed and interrupted in the period."""
    return part.known("completed", completed) + part.known("interrupted", interrupted)


def ongoing_at_start(part: Part) -> Those:
    """Began before the period and not ended before it."""
    first = part.first
    return tuple(
        row
        for row in part.rows
        if row.started_on < first and (row.ended_on is None or row.ended_on >= first)
    )


def ongoing_at_end(part: Part) -> Those:
    """Not ended by the period's last day."""
    last = part.last
    return tuple(row for row in part.rows if row.ended_on is None or row.ended_on > last)


def active(part: Part) -> Those:
    """Every spell with at least one day in the period."""
    return part.known("ongoing_at_start", ongoing_at_start) + part.known("started", started)


_DUE_ON = {months: attrgetter(f"m{months}_due_on") for months in (6, 12, 18)}
_OVER = (Outcome.COMPLETED.value, Outcome.INTERRUPTED.value)


def due(months: int, part: Part) -> Those:
    """Completed and interrupted spells whose follow-up falls due in the period."""
    first, last = part.first, part.due_by
    over = [row for row in part.rows if row.outcome in _OVER]
    days = map(_DUE_ON[months], over)
    return tuple(
        row for row, day in zip(over, days, strict=True) if day is not None and first <= day <= last
    )
