"""Anonyma lappar: antal per svar och dag, för insatsens egen personal."""

import streamlit as st

from tracking.access.permissions import Action, can
from tracking.domain.swedish import iso
from tracking.outcomes import directory
from tracking.outcomes.directory_questions import questions, slip_days
from tracking.ui import choices, frame, slip_forms
from tracking.ui.guard import require

context = require("blanketter")
mine = {
    item.insats_id: item.name
    for item in directory.my_insatser(context.database, context.actor)
    if can(context.actor, Action.RECORD_SLIPS, item.insats_id)
}
top = st.container()
insats_id = choices.insats(mine, not_mine="Insatsen i adressen är inte en som du har uppdrag i.")
if insats_id is None:
    st.stop()
asked = [q for q in questions(context.database, insats_id) if q.on_slips]
days = slip_days(context.database, context.actor, insats_id)
with top:
    frame.title(
        "Anonyma lappar",
        page=context.page,
        lead=slip_forms.answer(days, asked, context.today.year),
    )
by_day = {iso(day.collected_on): day for day in days}
picked = choices.one_of(
    "dag",
    "Lägg in nya eller rätta en dag",
    {"ny": "Nya lappar"} | {key: f"Rätta {key}" for key in by_day},
    unknown="Den dagen i adressen har inga lappar.",
    default="ny",
)
day = by_day.get(picked)
put = slip_forms.on_slips(asked, context.today)
if day is not None:
    frame.heading(f"Lappar {picked}")
    slip_forms.change(context, insats_id, day, asked)
elif put:
    frame.heading("Nya lappar")
    slip_forms.record(context, insats_id, put)
else:
    frame.lead_sentence("Inga frågor står på anonyma lappar. De läggs upp under Frågor.")
frame.heading("Inlagda lappar")
slip_forms.show(days, asked, context.today.year)
