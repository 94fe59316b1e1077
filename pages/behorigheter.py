"""Behörigheter: vad varje roll får göra, samma tabell som programmet frågar."""

from tracking.ui import frame, role_table
from tracking.ui.guard import require

context = require("behorigheter")
frame.title(
    "Behörigheter",
    page=context.page,
    lead="Vad du får göra följer av din roll, i de insatser och under den tid ditt uppdrag gäller.",
)
role_table.show(context.actor)
