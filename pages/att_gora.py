"""Att göra: what is due, the most urgent first, and beside it all the ongoing by last talk."""

from tracking.outcomes.persons import my_ongoing
from tracking.outcomes.quality_lists import requests_to_me
from tracking.outcomes.todo import to_do
from tracking.ui import frame, quality_view, todo_view
from tracking.ui.guard import require

context = require("att_gora")
frame.never_printed()

due = to_do(context.database, context.actor, page=context.page, only_mine=True).value
ongoing = my_ongoing(context.database, context.actor, page=context.page).value

frame.title("Att göra", page=context.page, lead=todo_view.lead(due, ongoing))
quality_view.draw_requests(requests_to_me(context.database, context.actor))
todo_view.draw(due, ongoing)
