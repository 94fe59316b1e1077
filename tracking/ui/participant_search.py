"""Finding a person whom one works with: among the ongoing, or by code or memory word."""

from __future__ import annotations

from tracking.domain.identifiers import looks_like_personal_identity_number
from tracking.domain.swedish import iso
from tracking.outcomes.persons import my_ongoing
from tracking.outcomes.spell_search import FoundSpell, find_spells
from tracking.ui import frame, people, shown
from tracking.ui.faults import show_problem
from tracking.ui.guard import Context
from tracking.ui.menu import page_path


def draw_search(context: Context, problem: str | None = None) -> None:
    """The field, what it finds, and all the ongoing; ``problem`` is why nobody was shown."""
    frame.title("Deltagaren", page=context.page)
    if problem:
        show_problem(problem)
    typed = shown.text_input(
        "Kod eller minnesord",
        key="deltagaren::sok",
        width=320,
        max_chars=40,
        autocomplete="off",
    )
    frame.small("Även avslutade i dina insatser. Minst två tecken, Enter söker.")
    if typed and looks_like_personal_identity_number(typed):
        show_problem("Sök på kod eller minnesord. Personnummer finns inte i Stegvis.")
        return
    if len((typed or "").strip()) >= 2:
        found = find_spells(context.database, context.actor, typed, page=context.page).value
        if not found:
            frame.lead_sentence("Ingen hittades i dina insatser.")
        people.list_of([_found(row) for row in found], (3, 4, 3))
        return
    ongoing = my_ongoing(context.database, context.actor, page=context.page).value
    if not ongoing:
        frame.lead_sentence("Ingen pågår i dina insatser just nu.")
        shown.page_link(page_path("registrera"), label="Registrera deltagare")
        return
    frame.heading(f"Pågående ({len(ongoing)})")
    several = len({row.insats_id for row in ongoing}) > 1
    rows = [
        people.PersonRow(
            label=people.person_name(row.code, row.memory_word),
            page="deltagaren",
            params={"deltagande": str(row.spell_id)},
            texts=(f"senast {iso(row.last_talk_on)}" if row.last_talk_on else "inget samtal än",),
            where=row.insats if several else "",
        )
        for row in ongoing
    ]
    people.list_of(rows, (3, 4, 3), at_first=25)


def _found(row: FoundSpell) -> people.PersonRow:
    when = f"från {iso(row.started_on)}"
    if row.ended_on is not None:
        when = f"{iso(row.started_on)} till {iso(row.ended_on)}"
    return people.PersonRow(
        label=people.person_name(row.code, row.memory_word),
        page="deltagaren",
        params={"deltagande": str(row.spell_id)},
        texts=(when,),
        where=row.insats,
    )
