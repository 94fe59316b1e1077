"""Rapporter: de som finns, och att börja en ny ur ett släpp."""

from tracking.outcomes.reports import report_list, startable_reports, thrown_away_drafts
from tracking.ui import frame, report_drafts, report_page, report_steps, shown
from tracking.ui.guard import require

context = require("rapporter")
found = report_list(context.database, context.actor)
startable = startable_reports(context.database, context.actor)
frame.title("Rapporter", page=context.page, lead=report_page.answer(found))
drafts = tuple(item for item in found if not item.head.is_adopted)
adopted = tuple(item for item in found if item.head.is_adopted)
if drafts:
    frame.heading("Utkast")
    report_page.listed(drafts)
if adopted:
    frame.heading("Fastställda")
    report_page.listed(adopted)
if report_page.may_begin(context.actor):
    frame.heading("Börja en rapport")
    report_steps.begin(context, startable)
    gone = thrown_away_drafts(context.database, context.actor)
    if gone:
        with shown.expander(f"Kastade utkast ({len(gone)})"):
            report_drafts.thrown_away(context, gone)
report_page.from_releases(context)
