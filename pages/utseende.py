"""Rapporternas utseende: förbundets namn, färg och logotyp på det som trycks och publiceras."""

from tracking.outcomes.reports import report_identity
from tracking.ui import frame, report_identity_form
from tracking.ui.guard import require

context = require("utseende")
look = report_identity(context.database)
frame.title(
    "Rapporternas utseende",
    page=context.page,
    lead="Namn, färg och logotyp på nya rapporter. Fastställda behåller det de hade.",
)
report_identity_form.draw(context, look)
