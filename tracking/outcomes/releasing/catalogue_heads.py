"""The head counts of the linked set: whom they count, which leave, and which sums they make.

What divides them is `tracking.outcomes.releasing.catalogue`, which also has the argument.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeadCount:
    """An undivided head count: whose it is, and whether it leaves (``shown``) and by kön."""

    measure: str
    months: int | None = None
    completed: bool | None = None
    shown: bool = False
    divided: bool = False

    @property
    def day(self) -> str:
        """The column of the day that a spell is counted by: months after it, if there are any."""
        return "started_on" if self.measure == "started" else "ended_on"

    def takes(self, completed: bool) -> bool:
        """Say whether an ended spell is one of them; all are when ``completed`` is None."""
        return self.completed is None or self.completed is completed


STARTED = HeadCount("started", shown=True, divided=True)
ENDED, COMPLETED = "ended", "completed"
AFTER = (6, 12, 18)


def _ended_heads(name: str, months: int | None) -> tuple[HeadCount, ...]:
    divided = months is None
    parts = (COMPLETED, "uncompleted") if divided else (f"{name}@completed", f"{name}@rest")
    return (
        HeadCount(name, months, None, shown=months != 12, divided=divided),
        HeadCount(parts[0], months, True, shown=divided, divided=divided),
        HeadCount(parts[1], months, False),
    )


HEADS: tuple[HeadCount, ...] = (
    STARTED,
    *_ended_heads(ENDED, None),
    *(head for months in AFTER for head in _ended_heads(f"due_{months}", months)),
)
"""Every head count of the linked set. Each of `SCOPES` is the sum of the two after it."""

SCOPES: dict[str, tuple[str, str]] = {
    whole.measure: (done.measure, rest.measure)
    for whole, done, rest in (HEADS[n : n + 3] for n in range(1, len(HEADS), 3))
}

FAMILIES: dict[HeadCount, tuple[HeadCount, ...]] = {
    whole: tuple(h for h in HEADS if h.measure in (whole.measure, *SCOPES.get(whole.measure, ())))
    for whole in HEADS
    if whole.completed is None
}
"""Every head that counts all of its spells, with itself and those that are a part of it."""


SCOPE = "@"
"""Stands in the name of a part between the measure and whom of the endings it counts."""


def scoped(measure: str, scope: str) -> str:
    """The name of a part for another population of the same endings."""
    return f"{measure}{SCOPE}{scope}"


def unscoped(measure: str) -> str:
    """The name of the part that the registry has."""
    return measure.split(SCOPE)[0]


def slips_head(question_id: int) -> str:
    """The head count of the slips with an answer to a question."""
    return f"slips:{question_id}"


def is_late(head: str) -> bool:
    """Say whether a head is known for the year alone: follow-ups are answered afterwards."""
    return head.startswith("due_")
