"""Gruppträff: one grid over those who took part in the insats on the meeting's day."""

import streamlit as st

from tracking.domain.instruments import GSRS, ORS
from tracking.domain.swedish import iso
from tracking.outcomes.persons import ongoing_in
from tracking.ui import forms, frame, messages, people, unit_choice
from tracking.ui.components import GroupRow, GroupSubmission, group_entry
from tracking.ui.guard import require
from tracking.ui.recording import GroupBook, save_group, take_back_session

context = require("grupptraff")
frame.never_printed()

items = people.recordable(context, wanted=lambda item: item.uses_gsrs)
frame.title("Gruppträff", page=context.page)
if not items:
    frame.lead_sentence("Ingen av dina insatser har gruppträffar med G-SRS.")
    st.stop()

insats = people.choose_insats(items, key="grupptraff::insats")
book: GroupBook = st.session_state.setdefault(f"grupptraff::{insats.insats_id}", GroupBook())


def submit(sent: GroupSubmission) -> None:
    messages.clear()
    save_group(context.database, context.actor, book, sent)


def take_back(key: str) -> str:
    text = take_back_session(context.database, context.actor, book.session_id, key)
    st.session_state[f"grupptraff::{insats.insats_id}"] = GroupBook()
    return text.replace("Samtalet är makulerat", "Gruppträffen är makulerad")


DAY = f"grupptraff::day::{insats.insats_id}"
day = st.session_state.get(DAY, context.today)
rows = ongoing_in(
    context.database, context.actor, insats.insats_id, page=context.page, on=day
).value
if not rows:
    frame.lead_sentence(f"Ingen deltog i {insats.name} {iso(day)}. Ändra träffens datum.")
group_entry(
    key=unit_choice.component_key("grupptraff", context.actor, insats.insats_id),
    insats_id=insats.insats_id,
    insats_name=insats.name,
    rows=[GroupRow(row.spell_id, row.code, row.memory_word) for row in rows],
    instruments=[GSRS, *([ORS] if insats.uses_ors else [])],
    unit=context.actor.score_unit.value,
    today=context.today,
    result=book.result,
    on_submit=submit,
    day=day,
    on_day=lambda chosen: st.session_state.update({DAY: chosen}),
)
if book.session_id is not None:
    forms.act("Ångra hela gruppträffen", take_back, name=f"undo-group-{book.session_id}")
unit_choice.draw(context)
