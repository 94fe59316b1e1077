"""Årshjul: förbundets år dag för dag, med vad som är klart och vad som saknas."""

import streamlit as st

from tracking.access.permissions import PERMISSIONS, Action, can_set_up_forbund
from tracking.outcomes import directory
from tracking.outcomes.set_up_history import SetUp
from tracking.outcomes.tables_seen import see_tables
from tracking.outcomes.year_wheel import year_plan
from tracking.ui import choices, dashboard, frame, set_up_changes, shown, year_forms, year_view
from tracking.ui.guard import require

context = require("arshjul")
database, actor = context.database, context.actor
own = actor.insatser_with(PERMISSIONS[Action.SEE_INTERNAL])
top = st.container()
with st.container(key="not-printed-choices"):
    years = [str(context.today.year + step) for step in (1, 0, -1, -2)]
    year = choices.one_of(
        "ar",
        "År",
        {year: year for year in years},
        unknown="Adressen gäller ett år som inte visas.",
        default=str(context.today.year),
    )
see_tables(database, actor, own, page=context.page)
plan = year_plan(database, actor, int(year))
with top:
    frame.title(f"Årshjul {year}", page=context.page, lead=year_view.answer(plan))
    if own:
        dashboard.mark(actor)
year_view.draw(plan)
year_view.ways(context, plan)
forbund = directory.forbund(database)
with st.container(key="not-printed-file"):
    frame.heading("Ta med till den egna kalendern")
    year_view.take(plan, "" if forbund is None else forbund.name)
if can_set_up_forbund(actor):
    with st.container(key="not-printed-forms"):
        frame.heading("Ändra årshjulet")
        frame.small("Släpp, rapporter och frågor följer av förbundets kalender och ändras där.")
        day = year_forms.choose(plan)
        if day is not None and day.standing is not None:
            year_forms.move(context, plan, day)
        else:
            year_forms.own(context, plan, day)
        if day is not None and day.event_id is not None:
            with shown.expander("Flytta tillbaka dagen" if day.standing else "Ta bort dagen"):
                reasons = directory.code_list(database, "void_reason")
                year_forms.remove(context, day, reasons)
        set_up_changes.draw(context, SetUp.YEAR)
