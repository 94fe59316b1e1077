"""Insatsen: exakta siffror för insatsens egen personal, en insats och en period i taget."""

import streamlit as st

from tracking.access.permissions import can_see_internal
from tracking.outcomes.directory import my_insatser
from tracking.ui import choices, dashboard, frame, more_tables
from tracking.ui.guard import require

context = require("insatsen")
actor = context.actor
insatser = {
    item.insats_id: item
    for item in my_insatser(context.database, actor)
    if can_see_internal(actor, item.insats_id)
}

top, choosing = st.container(), st.container(key="not-printed-choices")
with choosing:
    chosen = choices.insats(
        {insats_id: item.name for insats_id, item in insatser.items()},
        not_mine=(
            "Adressen gäller en insats som du inte har uppdrag i. För att se den behöver du ett "
            "uppdrag där som deltagaransvarig eller insatsansvarig."
        ),
    )
    period = None
    if chosen is not None:
        period = choices.period(first=insatser[chosen].starts_on, today=context.today)
shown = None
if chosen is not None and period is not None:
    shown = dashboard.read(context.database, actor, chosen, period, context.today)
with top:
    frame.title(
        "Insatsen" if chosen is None else insatser[chosen].name,
        page=context.page,
        lead=None if shown is None else dashboard.answer(shown),
    )
    dashboard.mark(actor)
if shown is not None and chosen is not None and period is not None:
    files = dashboard.files_of(context, shown)
    dashboard.draw(shown, actor, files)
    more_tables.draw(
        context.database, actor, chosen, period, context.today, mine=tuple(insatser), files=files
    )
