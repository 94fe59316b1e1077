"""Budget: årets pengar per insats, förbundets egna medel, och vad de går till."""

import streamlit as st

from tracking.outcomes import directory
from tracking.outcomes.forbund_money import year_of_money
from tracking.outcomes.money import money_of_insatser
from tracking.outcomes.released_costs import cost_lines
from tracking.outcomes.releases import released_history, released_overview
from tracking.ui import budget_view, choices, frame, insats_forms, kept, overview_money, shown
from tracking.ui.guard import require

context = require("budget")
database, actor = context.database, context.actor
insatser = directory.my_insatser(database, actor)
this_year = context.today.year
first = min((item.starts_on.year for item in insatser), default=this_year)
top, choosing = st.container(), st.container(key="not-printed-choices")
with choosing:
    picked = choices.one_of(
        "ar",
        "År",
        {str(year): str(year) for year in range(this_year + 1, min(first, this_year) - 1, -1)},
        unknown="Det året finns inte här. Här visas det innevarande.",
        default=str(this_year),
    )
year = int(picked)
money = year_of_money(database, actor, year)
with top:
    frame.title(f"Budget och utfall {year}", page=context.page, lead=budget_view.answer(money))
budget_view.shares(context, money)
frame.heading("Insatser")
budget_view.insatser(money)
if money.insatser:
    chosen = choices.one_of(
        choices.INSATS,
        "Lägg in eller ändra",
        {"": "Välj insats"} | {str(one.insats_id): one.name for one in money.insatser},
        unknown="Insatsen i adressen pågår inte det året.",
        default="",
    )
    if chosen:
        settings = directory.insats_settings(database, actor, int(chosen))
        frame.subheading(f"{settings.name}, {year}")
        years = directory.budgets(database, actor, settings.insats_id)
        insats_forms.budget(context, settings, year, years)
frame.heading("Förbundets egna medel")
budget_view.own_money(money)
with shown.expander("Lägg in eller ändra förbundets medel", expanded=money.own is None):
    budget_view.own_form(context, money)
frame.heading("Kostnad per deltagande och årsplats")
newest = released_overview(database, actor).value.release
history = ()
if newest is not None:
    history = released_history(database, actor, newest.period.key).value
lines = cost_lines(money_of_insatser(database, actor), history, year)
released = [one.release for one in history]
kept.put(
    kept.kept(
        lambda sheet: overview_money.put(sheet, lines, history),
        key=("costs", str(database.engine.url), lines, released),
    )
)
