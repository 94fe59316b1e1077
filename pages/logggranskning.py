"""Granska åtkomstloggen: who has looked at whom, what stands out, and that it is done."""

import streamlit as st

from tracking.outcomes.log_review import insatser_to_review, read_log, reviewed_so_far
from tracking.ui import choices, frame, log_review
from tracking.ui.guard import require
from tracking.ui.menu import PAGE_TITLES

context = require("logggranskning")
top, choosing = st.container(), st.container(key="not-printed-choices")
with choosing:
    chosen = choices.insats(
        insatser_to_review(context.database, context.actor),
        not_mine="Adressen gäller en insats som du inte granskar.",
    )
view = None
if chosen is not None:
    so_far = reviewed_so_far(context.database, context.actor, chosen)
    with choosing:
        period = log_review.period(chosen, so_far, context.today)
    if period is not None:
        view = read_log(
            context.database,
            context.actor,
            chosen,
            period,
            page=context.page,
            page_titles=PAGE_TITLES,
        ).value
with top:
    frame.title(
        "Granska åtkomstloggen",
        page=context.page,
        lead=None if view is None else log_review.answer(view),
    )
    log_review.mark(context.actor)
if view is not None:
    now = log_review.chosen_view(view)
    log_review.overview(view, now)
    log_review.listing(context, view, now)
    log_review.record(context, view)
    log_review.earlier(so_far.reviews)
    log_review.rule(context, view)
