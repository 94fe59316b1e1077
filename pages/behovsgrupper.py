"""Behovsgrupper: insatsens egen lista, som väljs vid start och aldrig lämnar insatsen."""

import streamlit as st

from tracking.access.permissions import can_configure_insats
from tracking.outcomes import directory
from tracking.outcomes.directory_questions import need_groups
from tracking.ui import choices, frame, need_group_forms
from tracking.ui.guard import require

context = require("behovsgrupper")
mine = {
    item.insats_id: item.name
    for item in directory.my_insatser(context.database, context.actor)
    if can_configure_insats(context.actor, item.insats_id)
}
top = st.container()
insats_id = choices.insats(
    mine, not_mine="Insatsen i adressen är inte en som du är insatsansvarig för."
)
if insats_id is None:
    st.stop()
groups = need_groups(context.database, insats_id, retired_too=True)
with top:
    frame.title("Behovsgrupper", page=context.page, lead=need_group_forms.answer(groups))
frame.small(need_group_forms.WHAT)
need_group_forms.show(groups)
by_key = {str(group.code_id): group for group in groups}
picked = choices.one_of(
    "grupp",
    "Ändra eller lägg till",
    {"ny": "Ny behovsgrupp"} | {key: group.label for key, group in by_key.items()},
    unknown="Behovsgruppen i adressen finns inte på den här insatsen.",
    default="ny",
)
group = by_key.get(picked)
if group is None:
    frame.heading("Ny behovsgrupp")
    need_group_forms.add(context, insats_id)
else:
    need_group_forms.ONE.draw(context, group, groups)
