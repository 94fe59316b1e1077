"""Granskningar av loggen: revisorn ser att de görs, inte vem eller vad de gällde."""

from tracking.outcomes.log_review import reviews_made
from tracking.ui import frame
from tracking.ui.guard import require
from tracking.ui.reviews_made import answer, made, since

context = require("granskningar")
views = reviews_made(context.database, context.actor)
frame.title("Granskningar av loggen", page=context.page, lead=answer(views))
frame.small(
    "Verksamhetsutföraren utser en granskare som går igenom vem som har sett vem i en insats. "
    "Här står att det är gjort, aldrig vilka deltagare eller konton det gällde."
)
since(views)
made(views)
