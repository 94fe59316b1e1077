"""Drift: hur gammal den senaste säkerhetskopian är, och vad varje körning gav."""

from tracking.outcomes.operations import how_it_runs
from tracking.ui import frame, operations
from tracking.ui.guard import require

context = require("drift")
seen = how_it_runs(context.database, context.actor)
frame.title("Drift", page=context.page, lead=operations.answer(seen))
operations.warn(seen)
operations.facts(seen)
operations.runs(seen)
frame.small(
    "Säkerhetskopior tas på servern med kommandot stegvis backup och läggs tillbaka med stegvis "
    "restore. En kopia räknas först när den har lästs tillbaka i en provdatabas och jämförts, "
    "tabell för tabell."
)
