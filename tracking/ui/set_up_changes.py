"""The history of a part of the set-up, below its forms: when, by whom, what became of what."""

from __future__ import annotations

from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, counted
from tracking.outcomes.set_up_history import SetUp, SetUpChange, set_up_history
from tracking.ui import frame, shown, tables
from tracking.ui.guard import Context

MOST = 200


def draw(
    context: Context, part: SetUp, *, insats_id: int | None = None, list_key: str | None = None
) -> None:
    """Draw the history behind a heading that is opened."""
    found = set_up_history(
        context.database, context.actor, part, insats_id=insats_id, list_key=list_key
    )
    title = "Ändringar" if not found else f"Ändringar ({len(found)})"
    with shown.expander(title):
        if not found:
            frame.small("Inget har ändrats sedan Stegvis togs i bruk.")
            return
        if len(found) > MOST:
            older = counted(len(found) - MOST, "äldre ändring", "äldre ändringar")
            frame.small(f"De {MOST} senaste visas; {older} finns i databasen.")
        tables.show_list(
            "Ändringar, de senaste först",
            ("När", "Vem", "Vad", "Ändring"),
            [
                (f"{iso(one.at.date())} {one.at:%H.%M}", one.by, one.what, capitalised(words(one)))
                for one in found[:MOST]
            ],
            show_caption=False,
        )


def words(change: SetUpChange) -> str:
    """What became of it, in a sentence without its subject."""
    if not change.field:
        return f"{change.did}; {change.new}." if change.new else f"{change.did}."
    return f"{change.field}: från {change.old} till {change.new}."
