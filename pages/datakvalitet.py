"""Datakvalitet: what the figures rest on, before any result, and what there is to mend."""

import streamlit as st

from tracking.access.permissions import Action, can, can_see_internal, can_see_persons
from tracking.domain.quality import Check
from tracking.domain.records import InsatsKind
from tracking.outcomes.directory import my_insatser
from tracking.outcomes.quality_lists import insats_quality, to_mend
from tracking.outcomes.tables_seen import see_tables
from tracking.ui import choices, frame, people, quality_view
from tracking.ui.guard import require

context = require("datakvalitet")
actor = context.actor
insatser = {
    item.insats_id: item
    for item in my_insatser(context.database, actor)
    if can_see_internal(actor, item.insats_id) and item.kind is InsatsKind.INDIVIDUAL
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
quality = None
if chosen is not None and period is not None:
    see_tables(context.database, actor, (chosen,), page=context.page)
    quality = insats_quality(context.database, actor, chosen, period).value
with top:
    frame.title(
        "Datakvalitet" if chosen is None else f"Datakvalitet i {insatser[chosen].name}",
        page=context.page,
        lead=None if quality is None else quality_view.answer(quality),
    )
if quality is None:
    st.stop()

asked = st.query_params.get("kontroll", "")
wanted = Check(asked) if asked in set(Check) else None
sees_persons = can_see_persons(actor, chosen)
if sees_persons:
    frame.never_printed()
    items = to_mend(context.database, actor, chosen, period, page=context.page).value
    if wanted is not None:
        here = {"insats": str(chosen), "period": period.key}
        people.link(context.page, "Visa allt att rätta", here)
    quality_view.draw_list(items, wanted)
    frame.heading("Alla kontroller")
quality_view.draw_counts(quality)
if can(actor, Action.CONFIGURE_INSATS, chosen):
    quality_view.draw_sending(context, quality)
