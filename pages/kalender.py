"""Kalender och släpp: kalendern väljs en gång, sedan förbereds en period i taget."""

from tracking.outcomes import directory
from tracking.outcomes.releases import open_periods
from tracking.outcomes.set_up_history import SetUp
from tracking.ui import frame, release_forms, set_up_changes
from tracking.ui.guard import require

context = require("kalender")
forbund = directory.forbund(context.database)
if forbund is not None:
    periods = open_periods(context.database, context.actor)
    frame.title(
        "Kalender och släpp", page=context.page, lead=release_forms.answer(forbund, periods)
    )
    if forbund.calendar is None:
        frame.heading("Välj kalender")
        release_forms.choose(context)
    else:
        release_forms.prepare(context, periods)
        frame.heading("Släpp")
        release_forms.releases(periods, context.today)
        release_forms.chosen(forbund)
        set_up_changes.draw(context, SetUp.CALENDAR)
