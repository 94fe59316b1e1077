"""The list of a förbund's insatser, as its administrator reads it."""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.records import InsatsKind
from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.directory_views import InsatsItem
from tracking.ui import tables


def answer(insatser: Sequence[InsatsItem]) -> str:
    """How many insatser there are, and of which kind."""
    if not insatser:
        return "Förbundet har inga insatser än."
    own = sum(item.kind is InsatsKind.INDIVIDUAL for item in insatser)
    return (
        f"Förbundet har {counted(len(insatser), 'insats', 'insatser')}, "
        f"varav {own} individinriktade."
    )


def show(insatser: Sequence[InsatsItem]) -> None:
    """Every insats in a row."""
    if not insatser:
        return
    tables.show_list(
        "Insatser",
        ("Insats", "Slag", "Drivs av", "Start", "Slut"),
        [
            (
                item.name,
                item.kind.label,
                item.controller_name,
                iso(item.starts_on),
                EN_DASH if item.ends_on is None else iso(item.ends_on),
            )
            for item in insatser
        ],
        show_caption=False,
    )
