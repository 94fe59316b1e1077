"""Mål: en insats mål, ett nytt, ändra ett och ta bort ett."""

import streamlit as st

from tracking.outcomes import directory
from tracking.outcomes.directory_questions import questions
from tracking.outcomes.payback import payback_calculations
from tracking.outcomes.set_up_history import SetUp
from tracking.ui import choices, frame, set_up_changes, shown, target_forms, target_presets
from tracking.ui.guard import require
from tracking.ui.menu import page_path

context = require("insats_mal")
insatser = directory.my_insatser(context.database, context.actor)
top = st.container()
if not insatser:
    frame.title("Mål", page=context.page, lead="Förbundet har inga insatser än.")
    shown.page_link(page_path("insatser"), label="Lägg upp en insats")
    st.stop()

chosen = choices.insats(
    {item.insats_id: item.name for item in insatser},
    not_mine="Insatsen i adressen finns inte.",
)
if chosen is None:
    st.stop()
insats = directory.insats_settings(context.database, context.actor, chosen)
targets = directory.targets_of(context.database, context.actor, chosen)
with top:
    frame.title("Mål", page=context.page, lead=target_forms.answer(targets))

frame.heading(insats.name)
target_forms.show(targets)
by_key = {str(target.target_id): target for target in targets}
picked = choices.one_of(
    "mal",
    "Ändra eller lägg till",
    {"nytt": "Nytt mål"} | {key: target.wording for key, target in by_key.items()},
    unknown="Målet i adressen finns inte på den här insatsen.",
    default="nytt",
)
target = by_key.get(picked)
frame.heading("Nytt mål" if target is None else "Ändra målet")
offers = target_forms.Choices(
    end_reasons=target_forms.countable(directory.code_list(context.database, "end_reason")),
    questions=questions(context.database, chosen),
    calculations=payback_calculations(context.database, context.actor, chosen),
)
preset = None
if target is None:
    preset = target_presets.choose_preset(target_presets.presets(offers.questions))
measure = target_forms.choose_measure(target, preset)
target_forms.edit(context, insats, target, preset, measure, offers)
if target is not None:
    with shown.expander("Ta bort målet"):
        reasons = directory.code_list(context.database, "void_reason")
        target_forms.remove(context, target, reasons)
set_up_changes.draw(context, SetUp.TARGETS, insats_id=chosen)
