"""Uppföljningar: what is due 6, 12 and 18 months after, and doing one."""

import streamlit as st

from tracking.domain.wording import counted
from tracking.outcomes.participant import participant_page
from tracking.outcomes.todo import to_do
from tracking.outcomes.todo_views import ToDoKind
from tracking.ui import frame, messages, people, shown, todo_view
from tracking.ui.follow_up_form import draw_follow_up, follow_up_of
from tracking.ui.guard import require

context = require("uppfoljningar")
frame.never_printed()
people.show_address()

ASKED = (ToDoKind.FOLLOW_UP, ToDoKind.FOLLOW_UP_STEP)


def number(name: str) -> int | None:
    text = st.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else None


def draw_list() -> None:
    items = to_do(context.database, context.actor, page=context.page, kinds=ASKED).value.items
    late = sum(item.days > 0 for item in items)
    lead = f"{counted(len(items), 'uppföljning', 'uppföljningar')} att göra, {late} försenade."
    frame.title(
        "Uppföljningar", page=context.page, lead=lead if items else "Ingen uppföljning att göra nu."
    )
    todo_view.draw_items(items)


def draw_one(spell_id: int, months: int) -> None:
    view = participant_page(context.database, context.actor, spell_id, page=context.page).value
    row = follow_up_of(view, months)
    name = people.person_name(view.head.code, view.head.memory_word)
    shown.title(f"Uppföljning {months} månader: {name}", anchor=False)
    messages.show(context.page)
    draw_follow_up(context, view, row)
    people.link("uppfoljningar", "Till alla uppföljningar", {})
    people.link("deltagaren", "Till deltagaren", {"deltagande": str(spell_id)})


spell, after = number("deltagande"), number("manader")
if spell is None or after is None:
    draw_list()
else:
    draw_one(spell, after)
