"""Halvårsrapport: insatsens arbetsrapport, eller förbundets rapport ur ett släpp."""

import streamlit as st

from tracking.access.permissions import can_read_released, can_write_report
from tracking.domain.roles import Zone
from tracking.outcomes.directory import forbund, my_insatser
from tracking.ui import choices, dashboard, frame, overview, report_downloads
from tracking.ui.guard import require

context = require("rapport")
actor = context.actor
top = st.container()

if actor.zone is Zone.INSATS:
    with top:
        frame.title(
            "Halvårsrapport",
            page=context.page,
            lead="Insatsens arbetsrapport för en period, med samma siffror som insatsens sida.",
        )
    mine = {
        item.insats_id: item
        for item in my_insatser(context.database, actor)
        if can_write_report(actor, item.insats_id)
    }
    chosen = choices.insats(
        {insats_id: item.name for insats_id, item in mine.items()},
        not_mine="Adressen gäller en insats där du inte är insatsansvarig.",
    )
    if chosen is not None:
        found = forbund(context.database)
        kinds = choices.report_kinds(found.calendar if found else None)
        period = choices.period(first=mine[chosen].starts_on, today=context.today, kinds=kinds)
        if period is not None:
            shown = dashboard.read(context.database, actor, chosen, period, context.today)
            frame.heading("Kort sagt")
            dashboard.summary(shown)
            frame.heading("Hämta rapporten")
            report_downloads.internal(context, chosen, mine[chosen].name, period)
else:
    picked = overview.choose(context)
    with top:
        frame.title(
            "Rapport ur ett släpp",
            page=context.page,
            lead=None if picked is None else overview.answer(picked.insatser),
        )
    if picked is None:
        overview.nothing_yet()
    else:
        frame.small(overview.when(picked.release))
        frame.heading("Hämta rapporten")
        if picked.insats_id is not None or can_read_released(actor):
            report_downloads.released(context, picked.insats_id, picked.name, picked.period_key)
        else:
            # Who reads for single insatser has a report of each, and none of all together.
            for insats in picked.insatser:
                frame.subheading(insats.name)
                report_downloads.released(context, insats.insats_id, insats.name, picked.period_key)
