"""Tillfällen: hur många som kom till strukturövergripande tillfällen, per organisation och kön."""

import streamlit as st

from tracking.access.permissions import can_record_heads
from tracking.domain.records import InsatsKind
from tracking.domain.swedish import iso
from tracking.outcomes import directory
from tracking.outcomes.head_counts import occasions
from tracking.ui import choices, frame, head_counts_view
from tracking.ui.guard import require

context = require("tillfallen")
mine = {
    item.insats_id: item.name
    for item in directory.my_insatser(context.database, context.actor)
    if item.kind is InsatsKind.STRUCTURAL and can_record_heads(context.actor, item.insats_id)
}
top, choosing = st.container(), st.container(key="not-printed-choices")
if not mine:
    frame.title(
        "Tillfällen",
        page=context.page,
        lead="Du har inget uppdrag i en strukturövergripande insats.",
    )
    frame.small(
        "Här läggs antal in vid utbildningar, nätverk och andra tillfällen. Insatser där deltagare "
        "följs har sina egna sidor."
    )
    st.stop()
with choosing:
    insats_id = choices.insats(
        mine, not_mine="Insatsen i adressen är inte en strukturövergripande som du har uppdrag i."
    )
if insats_id is None:
    st.stop()
found = occasions(context.database, context.actor, insats_id)
with top:
    frame.title(
        "Tillfällen",
        page=context.page,
        lead=head_counts_view.answer(found, mine[insats_id], context.today.year),
    )
picked = choices.one_of(
    head_counts_view.WHICH,
    "Lägg in nytt eller rätta ett",
    head_counts_view.names(found),
    unknown="Tillfället i adressen finns inte i insatsen.",
    default="ny",
)
one = next((view for view in found if str(view.occasion_id) == picked), None)
if one is None:
    frame.heading("Nytt tillfälle")
    own = [item.name for item in directory.controllers(context.database)]
    head_counts_view.record(context, insats_id, head_counts_view.usual(found, own))
else:
    frame.heading(f"Rätta {iso(one.held_on)}: {one.title}")
    head_counts_view.change(context, one)
if found:
    frame.heading("Inlagda tillfällen")
    head_counts_view.show(found, context.today.year)
