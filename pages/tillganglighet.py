"""Tillgänglighetsredogörelse: vad som inte håller, hur det prövats, vart man vänder sig."""

from tracking.access.permissions import can_set_up_forbund
from tracking.domain.accessibility import LEAD
from tracking.outcomes import directory
from tracking.ui import accessibility, frame
from tracking.ui.guard import require

context = require("tillganglighet")
frame.title("Tillgänglighet", page=context.page, lead=LEAD)
forbund = directory.forbund(context.database)
if forbund is not None:
    accessibility.draw(forbund)
    if can_set_up_forbund(context.actor):
        accessibility.contact_form(context, forbund)
