"""Insatsen: exakta siffror för insatsens egen personal, en insats, en period, en fråga i taget."""

import streamlit as st

from tracking.access.permissions import can_see_internal
from tracking.outcomes.directory import my_insatser
from tracking.ui import choices, dashboard, frame, kept, more_tables, retention_view
from tracking.ui.copy_link import copy_link
from tracking.ui.guard import require
from tracking.ui.insats_parts import InsatsPart

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
    view = None
    if chosen is not None:
        left, right = st.columns(2)
        with left:
            period = choices.period(first=insatser[chosen].starts_on, today=context.today)
        with right:
            only = choices.selection()
        if period is not None:
            view = dashboard.look_at(context, chosen, insatser[chosen].name, period, only)
if view is None:
    with top:
        frame.title("Insatsen", page=context.page)
else:
    dashboard.choice_line(view.only)
    part = dashboard.choose_part()
    shown = dashboard.part(view, part)
    with top:
        frame.title(dashboard.title(view, part), page=context.page, lead=shown.answer)
        dashboard.quality_line(view, shown.notice)
        if chosen is not None and period is not None:
            retention_view.gone_line(context, chosen, period)
        dashboard.mark(actor)
    files = dashboard.files_of(view)
    if part is InsatsPart.TABLES:
        kept.draw(more_tables.choose(view, mine=tuple(insatser)), files=files)
    elif part is InsatsPart.ORS:
        kept.draw(*dashboard.persons_chart(view), shown, files=files)
    elif part is InsatsPart.ALL:
        kept.draw(shown, *dashboard.persons_chart(view), files=files)
    else:
        kept.draw(shown, files=files)
    copy_link()
