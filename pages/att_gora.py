"""Att göra: what is due, and all the ongoing by last talk. Ordered by dates and nothing else."""

from tracking.domain.swedish import iso
from tracking.domain.wording import counted
from tracking.outcomes.persons import OngoingRow, my_ongoing
from tracking.outcomes.quality_lists import requests_to_me
from tracking.outcomes.todo import ToDoItem, to_do
from tracking.ui import frame, people, quality_view
from tracking.ui.guard import require

context = require("att_gora")
frame.never_printed()

SHOWN_AT_FIRST = 12


def lead(due: int, people_count: int) -> str:
    whom = counted(people_count, "pågående deltagande", "pågående deltaganden")
    if not due:
        return f"Inget är försenat. Du har {whom}."
    return f"{counted(due, 'sak', 'saker')} att göra. Du har {whom}."


def item_row(item: ToDoItem) -> people.PersonRow:
    return people.PersonRow(
        key=f"todo-{item.kind}-{item.spell_id}-{item.due_on}-{'-'.join(item.params.values())}",
        label=people.person_name(item.code, item.memory_word),
        page=item.page,
        params=dict(item.params),
        texts=(item.text, item.insats),
    )


def ongoing_row(row: OngoingRow) -> people.PersonRow:
    last = f"senast {iso(row.last_talk_on)}" if row.last_talk_on else "inget samtal än"
    sign = people.sign_words(row.signal)
    return people.PersonRow(
        key=f"ongoing-{row.spell_id}",
        label=people.person_name(row.code, row.memory_word),
        page="deltagaren",
        params={"deltagande": str(row.spell_id)},
        texts=(last, sign, row.insats),
        strong=1 if people.is_alarming(row.signal) else None,
    )


things = to_do(context.database, context.actor, page=context.page, only_mine=True).value.items
ongoing = my_ongoing(context.database, context.actor, page=context.page).value

frame.title("Att göra", page=context.page, lead=lead(len(things), len(ongoing)))
quality_view.draw_requests(requests_to_me(context.database, context.actor))
for kind in dict.fromkeys(item.kind for item in things):
    rows = [item_row(item) for item in things if item.kind is kind]
    frame.heading(f"{kind.label} ({len(rows)})")
    people.long_list(rows, (3, 6, 3), at_first=SHOWN_AT_FIRST, key=f"todo-{kind}")

frame.heading(f"Alla pågående ({len(ongoing)})")
frame.small("I ordning efter senaste samtal. Varför ett tecken står där läser du hos deltagaren.")
people.long_list([ongoing_row(row) for row in ongoing], (3, 3, 3, 3), at_first=40, key="ongoing")
