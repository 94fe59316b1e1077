"""Rapport: en i taget, avsnitt för avsnitt, med siffror på ena sidan och text på den andra."""

from tracking.ui import frame, report_page, shown
from tracking.ui.guard import require
from tracking.ui.menu import page_path

context = require("rapport")
view = report_page.chosen_report(context)
if view is None:
    frame.title("Rapport", page=context.page, lead="Välj en rapport i listan.")
    shown.page_link(page_path("rapporter"), label="Alla rapporter")
else:
    frame.title(view.head.title, page=context.page, lead=report_page.standing(view))
    shown.page_link(page_path("rapporter"), label="Alla rapporter")
    report_page.draw(context, view)
