"""Att göra: what is due, the most urgent first, and beside it all the ongoing by last talk."""

from tracking.outcomes.quality_lists import requests_to_me
from tracking.ui import frame, quality_view, todo_view
from tracking.ui.guard import require

context = require("att_gora")
frame.never_printed()

lists = todo_view.lists_of(context)
frame.title("Att göra", page=context.page, lead=lists.lead)
quality_view.draw_requests(requests_to_me(context.database, context.actor))
lists.draw()
