"""Systemavvikelser: hinder mellan myndigheterna, noterade i insatsen och handlagda av gruppen."""

import streamlit as st

from tracking.access.permissions import (
    can_clear_deviation,
    can_handle_deviations,
    can_note_deviation,
)
from tracking.domain.roles import Zone
from tracking.outcomes import directory
from tracking.outcomes.deviations import (
    cleared_deviations,
    deviation_steps,
    insats_deviations,
)
from tracking.ui import choices, deviations_view, frame, shown
from tracking.ui.guard import require

context = require("systemavvikelser")
database, actor = context.database, context.actor
in_insats = actor.zone is Zone.INSATS
top, choosing = st.container(), st.container(key="not-printed-choices")
insats_id = None
whose = "som lämnats till handläggning"
with choosing:
    if in_insats:
        mine = {
            item.insats_id: item.name
            for item in directory.my_insatser(database, actor)
            if can_note_deviation(actor, item.insats_id)
        }
        insats_id = choices.insats(mine, not_mine="Du har inget uppdrag i insatsen i adressen.")
        if insats_id is None:
            st.stop()
        whose = f"i {mine[insats_id]}"
if insats_id is None:
    found = cleared_deviations(database, actor)
else:
    found = insats_deviations(database, actor, insats_id)
with top:
    frame.title(
        "Systemavvikelser",
        page=context.page,
        lead=deviations_view.answer(found, whose=whose),
    )
notes_own = insats_id is not None or can_handle_deviations(actor, None)
controllers = directory.controllers(database)
options = deviations_view.names(found, "Ny systemavvikelse")
if not notes_own:
    options.pop("ny")
picked = "ny"
if options:
    picked = choices.one_of(
        deviations_view.WHICH,
        "Notera ny eller öppna en",
        options,
        unknown="Systemavvikelsen i adressen finns inte här.",
        default=next(iter(options)),
    )
one = next((view for view in found if str(view.deviation_id) == picked), None)
if one is None and notes_own:
    frame.heading("Ny systemavvikelse")
    steps = deviation_steps(database, actor, insats_id)
    deviations_view.note(context, insats_id, steps, controllers)
elif one is not None:
    frame.heading("Systemavvikelsen")
    deviations_view.facts(one)
    of_insats = one.insats_id
    if one.cleared_on is not None and can_handle_deviations(actor, of_insats):
        frame.subheading("Handlägg")
        deviations_view.handle(context, one)
    clears = of_insats is not None and can_clear_deviation(actor, of_insats)
    if one.cleared_on is None and clears:
        frame.subheading("Lämna till handläggning")
        deviations_view.clear(context, one)
    elif one.cleared_on is None:
        frame.small("Insatsansvarig läser texten och lämnar den till handläggning.")
    if clears or (notes_own and (one.cleared_on is None or of_insats is None)):
        steps = deviation_steps(database, actor, of_insats)
        with shown.expander("Ändra"):
            deviations_view.change(context, one, steps, controllers)
        with shown.expander("Makulera"):
            deviations_view.void(context, one)
if found:
    frame.heading("Var hindren finns")
    deviations_view.show_counts(found)
    deviations_view.show(found, internal=in_insats)
