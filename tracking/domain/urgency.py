"""What is most urgent of what staff have to do: six levels, and the order inside them.

By dates and by what can still be mended, never by a score, a sign or a situation. Which records
are due is read in `tracking.outcomes.todo`; here is only what goes first, and why, in words.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracking.domain.definitions import Part, defined
from tracking.domain.swedish import iso
from tracking.domain.wording import counted

CLOSING_DAYS = 14
"""From so many days before the last day that counts, the time is running out."""


class Urgency(StrEnum):
    """How urgent something is; the first is the most urgent."""

    CLOSING = "closing"
    PERSON = "person"
    PAPER = "paper"
    DETAILS = "details"
    COMING = "coming"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The Swedish heading on the screen."""
        return {
            "closing": "Tiden går snart ut",
            "person": "Någon att kontakta",
            "paper": "Blanketter som saknas",
            "details": "Uppgifter som saknas",
            "coming": "Kommer snart",
            "closed": "Räknas inte längre i resultatet",
        }[self.value]

    @property
    def place(self) -> int:
        """0 for the most urgent."""
        return list(Urgency).index(self)


@defined(
    "bradskar",
    part=Part.SIGNALS,
    heading="Vad som brådskar på Att göra",
    says=(
        f"Först det som snart inte räknas: högst {CLOSING_DAYS} dagar till sista dagen. Sedan den "
        "som ska kontaktas: uppföljningar vars dag har kommit och deltagare som inte är sedda. "
        "Därefter samtal utan blankett, medan papperet går att hitta, och så uppgifter som saknas. "
        "Sist det som kommer, och det som inte längre räknas. Inom varje steg det äldsta först. "
        "Aldrig efter skattningar, tecken eller försörjning."
    ),
    formula="sex steg, därefter dag",
    unit="dagar",
    source="Programmets egen regel.",
    checked="Varje gräns prövad på dagen åt båda hållen.",
)
def urgency(
    today: date,
    due_on: date,
    *,
    closes_on: date | None = None,
    person: bool = False,
    paper: bool = False,
) -> Urgency:
    """Return how urgent something is that should be done on ``due_on``.

    ``closes_on`` is the last day on which it still counts, if there is one. ``person`` says that
    somebody is to be contacted, ``paper`` that a form has to be found. Raises nothing.
    """
    if closes_on is not None and today > closes_on:
        return Urgency.CLOSED
    if closes_on is not None and (closes_on - today).days <= CLOSING_DAYS:
        return Urgency.CLOSING
    if paper:
        return Urgency.PAPER
    if today < due_on:
        return Urgency.COMING
    return Urgency.PERSON if person else Urgency.DETAILS


def urgency_words(level: Urgency, today: date, due_on: date, closes_on: date | None = None) -> str:
    """Return why something stands on its level: ``räknas till och med 2026-12-02, 10 dagar kvar``.

    ``due_on`` and ``closes_on`` as given to `urgency`.
    """
    if closes_on is not None and level is Urgency.CLOSED:
        return f"räknades till och med {iso(closes_on)}"
    if closes_on is not None and level is Urgency.CLOSING:
        left = (closes_on - today).days
        how_long = f"{counted(left, 'dag', 'dagar')} kvar" if left else "i dag"
        return f"räknas till och med {iso(closes_on)}, {how_long}"
    days = (today - due_on).days
    if days < 0:
        return f"{iso(due_on)}, om {counted(-days, 'dag', 'dagar')}"
    if days == 0:
        return "i dag"
    if level is Urgency.PAPER:
        return f"{counted(days, 'dag', 'dagar')} sedan samtalet"
    return f"skulle ha gjorts {iso(due_on)}, {counted(days, 'dag', 'dagar')} sen"
