"""Översikt: alla insatser på en sida, från släppta resultat och inget annat."""

import streamlit as st

from tracking.outcomes.head_counts import structural_in
from tracking.outcomes.money import money_of_insatser
from tracking.outcomes.released_costs import cost_lines
from tracking.ui import (
    frame,
    kept,
    overview,
    overview_breakdowns,
    overview_compare,
    overview_sheets,
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
page = overview_sheets.Page(
    context,
    picked,
    history,
    cost_lines(money, history, picked.release.period.end.year),
    structural_in(context.database, context.actor, picked.release.period),
)
first = page.first()
kept.put(first)
comparison = overview_compare.choose(page.comparisons) if page.comparisons else None
second = page.second(comparison)
kept.put(second)
breakdown = None if picked.subject is None else overview_breakdowns.choose()
third = page.third(breakdown)
kept.put(third)
kept.serve(first, second, third, files=overview.files_of(context, picked))
