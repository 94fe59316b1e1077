"""Frågor: förbundets eller insatsens kompletterande frågor, nya, ändrade och avslutade."""

import streamlit as st

from tracking.access.permissions import can_configure_insats, can_set_up_forbund
from tracking.outcomes import directory
from tracking.outcomes.directory_questions import questions
from tracking.outcomes.set_up_history import SetUp
from tracking.ui import choices, frame, question_forms, set_up_changes, shown
from tracking.ui.guard import require

context = require("fragor")
insats_id, whose = None, "Förbundet"
top = st.container()
if not can_set_up_forbund(context.actor):
    mine = {
        item.insats_id: item.name
        for item in directory.my_insatser(context.database, context.actor)
        if can_configure_insats(context.actor, item.insats_id)
    }
    insats_id = choices.insats(
        mine, not_mine="Insatsen i adressen är inte en som du är insatsansvarig för."
    )
    if insats_id is None:
        st.stop()
    whose = mine[insats_id]

everything = questions(context.database, insats_id)
own = [question for question in everything if question.insats_id == insats_id]
with top:
    frame.title("Frågor", page=context.page, lead=question_forms.answer(own, context.today, whose))
if insats_id is not None:
    common = [question for question in everything if question.insats_id is None]
    question_forms.show(common, caption="Förbundets frågor, som ställs i alla insatser")
question_forms.show(own, caption=f"{whose}: egna frågor")

by_key = {str(question.question_id): question for question in own}
picked = choices.one_of(
    "fraga",
    "Ändra eller lägg till",
    {"ny": "Ny fråga"} | {key: question_forms.named(q) for key, q in by_key.items()},
    unknown="Frågan i adressen finns inte bland dem som du kan ändra.",
    default="ny",
)
question = by_key.get(picked)
if question is None:
    frame.heading("Ny fråga")
    question_forms.define(context, insats_id, None)
else:
    frame.heading(question.wording)
    question_forms.edit(context, question)
    question_forms.order(context, question, own)
    with shown.expander("Låt frågan upphöra, eller fortsätta"):
        question_forms.retire(context, question)
    with shown.expander("Ersätt med en ny fråga"):
        question_forms.define(context, insats_id, question)
set_up_changes.draw(context, SetUp.QUESTIONS, insats_id=insats_id)
