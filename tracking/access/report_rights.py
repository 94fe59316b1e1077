"""Who may do what with one report: write in it, follow it while it is a draft, read it adopted.

A report of an insats is written by its insatsansvariga, one of the whole förbund by the
förbundsadministratör, who follows and adopts all of them. The roles stand in
`tracking.access.permissions`; here is only which of its questions a report asks.
"""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.access.permissions import (
    Action,
    can_adopt_report,
    can_read_released,
    can_write_report,
    check_can_adopt_report,
    check_can_write_report,
    refused,
)


def can_write_in(actor: Actor, insats_id: int | None) -> bool:
    """Whether the actor writes the words of a report of the insats, or of the förbund (None)."""
    return can_adopt_report(actor) if insats_id is None else can_write_report(actor, insats_id)


def check_can_write_in(actor: Actor, insats_id: int | None) -> None:
    """Raise `NotPermitted` unless the actor writes the words of such a report."""
    if insats_id is None:
        check_can_adopt_report(actor)
    else:
        check_can_write_report(actor, insats_id)


def can_follow(actor: Actor, insats_id: int | None) -> bool:
    """Whether the actor follows such a report while it is written."""
    return can_write_in(actor, insats_id) or can_adopt_report(actor)


def check_can_follow(actor: Actor, insats_id: int | None) -> None:
    """Raise `NotPermitted` unless the actor follows such a report while it is written."""
    if not can_follow(actor, insats_id):
        words = "Ditt uppdrag ger inte rätt att arbeta med den här rapporten."
        raise refused(actor, words, asked=Action.WRITE_REPORT)


def can_read_adopted(actor: Actor, insats_id: int | None) -> bool:
    """Whether the actor reads such a report when it is adopted."""
    return can_follow(actor, insats_id) or can_read_released(actor, insats_id)
