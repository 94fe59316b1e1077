"""Översikt: alla insatser på en sida, från släppta resultat och inget annat."""

import streamlit as st

from tracking.ui import frame, overview, overview_slides, presentation
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
history = overview.history_of(context.database, context.actor, picked.overview, picked.insats_id)
if presentation.is_on():
    presentation.show(overview_slides.slides(picked, history))
    st.stop()
with top:
    frame.title(
        "Översikt" if picked.insats_id is None else picked.name,
        page=context.page,
        lead=overview.answer(picked.insatser),
    )
    frame.small(overview.when(picked.release))
    presentation.begin_button()
files = overview.files_of(context, picked)
if picked.insats_id is None:
    overview.all_insatser(picked.overview)
    overview.heads_over_time(history, files)
else:
    overview.one_insats(picked.insatser[0], history, files)
overview.breakdowns(picked.overview, picked.insats_id)
overview.not_shown(picked.overview, picked.insatser)
