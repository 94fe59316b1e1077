"""Arbetsrapport: insatsens egna exakta siffror för en period, också på egna datum."""

import streamlit as st

from tracking.access.permissions import can_see_internal
from tracking.outcomes.directory import forbund, my_insatser
from tracking.ui import choices, dashboard, frame, report_downloads, shown
from tracking.ui.guard import require
from tracking.ui.menu import page_path

context = require("arbetsrapport")
actor = context.actor
top = st.container()
with top:
    frame.title(
        "Arbetsrapport",
        page=context.page,
        lead="För insatsens egen personal: samma exakta siffror som på insatsens sida.",
    )
mine = {
    item.insats_id: item
    for item in my_insatser(context.database, actor)
    if can_see_internal(actor, item.insats_id)
}
chosen = choices.insats(
    {insats_id: item.name for insats_id, item in mine.items()},
    not_mine="Adressen gäller en insats där du inte har uppdrag.",
)
if chosen is not None:
    found = forbund(context.database)
    kinds = (*choices.report_kinds(found.calendar if found else None), choices.Kind.FREE)
    period = choices.period(first=mine[chosen].starts_on, today=context.today, kinds=kinds)
    if period is not None:
        dashboard.mark(actor)
        shown.page_link(
            page_path("insatsen"),
            label="Läs siffrorna på insatsens sida",
            query_params={"insats": str(chosen), "period": period.key},
        )
        frame.heading("Hämta arbetsrapporten")
        report_downloads.internal(context, chosen, mine[chosen].name, period)
