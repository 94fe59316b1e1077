"""Översikt: alla insatser på en sida, från släppta resultat och inget annat."""

import streamlit as st

from tracking.outcomes.head_counts import structural_in
from tracking.outcomes.money import money_of_insatser
from tracking.outcomes.released_costs import cost_lines
from tracking.ui import (
    frame,
    head_counts_view,
    overview,
    overview_breakdowns,
    overview_compare,
    overview_gender,
    overview_money,
    overview_people,
    overview_slides,
    presentation,
)
from tracking.ui.guard import require

context = require("oversikt")
top, choosing = st.container(), st.container(key="not-printed-choices")
with choosing:
    picked = overview.choose(context)
if picked is None:
    with top:
        frame.title("Översikt", page=context.page)
        overview.nothing_yet()
    st.stop()
history = overview.history_of(context, picked)
money = overview.money_for(picked, money_of_insatser(context.database, context.actor))
if presentation.is_on():
    presentation.show(overview_slides.slides(picked, history, money))
    st.stop()
with top:
    frame.title(
        "Översikt" if picked.insats_id is None else picked.name,
        page=context.page,
        lead=overview.answer(picked.insatser),
    )
    frame.small(overview.when(picked.release))
    presentation.begin_button()
files = overview.files_of(context, picked)
frame.heading("Mål")
overview.goals(context, picked.insatser, history, files)
if picked.insats_id is not None:
    frame.heading("Målen ett och ett")
    overview.each_goal(picked.insatser[0], history, files)
frame.heading("Deltagare")
people = overview_people.people_of(history, picked.insats_id)
if people is not None:
    overview_people.draw(people, files)
overview_people.of_each(picked.insatser, picked.overview.all_insatser)
frame.heading("Kostnad")
lines = cost_lines(money, history, picked.release.period.end.year)
overview_money.draw(lines, history)
period = picked.release.period
structural = structural_in(context.database, context.actor, period)
wanted = {one.insats_id for one in picked.insatser}
head_counts_view.overview(
    [line for line in structural if picked.insats_id is None or line.insats_id in wanted],
    period.label,
)
if len(picked.insatser) > 1:
    overview_compare.draw(picked.insatser, files)
frame.heading("Kvinnor och män")
if picked.subject is not None:
    overview_gender.draw(picked.subject, files)
else:
    frame.lead_sentence("Välj en insats för att se kvinnor och män.")
overview_breakdowns.draw(picked.overview, picked.subject)
frame.heading("Det som inte visas")
overview.not_shown(picked)
