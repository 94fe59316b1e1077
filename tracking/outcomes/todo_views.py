"""What *Att göra* shows, as data: what is due, why it is urgent, and where it is done.

Nothing is read here; that is `tracking.outcomes.todo`. The order is `tracking.domain.urgency`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracking.domain.urgency import Urgency
from tracking.domain.wording import listed


class ToDoKind(StrEnum):
    """What is to be done; the order of two that are equally urgent."""

    FOLLOW_UP = "follow_up"
    NOT_SEEN = "not_seen"
    TALK_WITHOUT_FORM = "talk_without_form"
    FOLLOW_UP_STEP = "follow_up_step"
    END_DETAILS = "end_details"
    START_DETAILS = "start_details"


@dataclass(frozen=True, slots=True)
class Way:
    """Where one thing is filled in, its page and the details of its address, and its name."""

    words: str
    page: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ToDoItem:
    """One thing to do. ``days`` is how many days past ``due_on`` today is; negative: not yet.

    ``why`` says in words why it stands on its level. ``ways`` are the forms where it is done,
    one at least, each with participant, occasion and day in its address. ``mine`` says whether
    the actor or nobody is named as responsible for the spell.
    """

    kind: ToDoKind
    urgency: Urgency
    due_on: date
    closes_on: date | None
    days: int
    spell_id: int
    code: str
    memory_word: str
    insats_id: int
    insats: str
    text: str
    why: str
    ways: tuple[Way, ...]
    mine: bool

    @property
    def order(self) -> tuple[int, date, int, str]:
        """The most urgent first: level, then the day it closes or was due, kind and code."""
        closing = self.urgency in (Urgency.CLOSING, Urgency.CLOSED)
        day = self.closes_on if closing and self.closes_on is not None else self.due_on
        return self.urgency.place, day, list(ToDoKind).index(self.kind), self.code


@dataclass(frozen=True, slots=True)
class ToDo:
    """Everything that is due, the most urgent first."""

    today: date
    items: tuple[ToDoItem, ...]

    def on(self, level: Urgency) -> tuple[ToDoItem, ...]:
        """The items of one level, in the same order."""
        return tuple(item for item in self.items if item.urgency is level)


START_WAYS: Mapping[str, Mapping[str, str]] = {
    "situation": {"del": "situation"},
    "steg": {"steg": "start"},
}
"""What of the start is filled in somewhere else than among the start's own details."""


def ways_at_start(missing: Sequence[str]) -> list[tuple[str, Mapping[str, str]]]:
    """What is missing from the start, gathered by the form of the person's page that asks it:
    words, and what the address says besides the spell.
    """
    own = [word for word in missing if word not in START_WAYS]
    found: list[tuple[str, Mapping[str, str]]] = [(listed(own), {"fyll": "start"})] if own else []
    return [*found, *((word, START_WAYS[word]) for word in missing if word in START_WAYS)]
