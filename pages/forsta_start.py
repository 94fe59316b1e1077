"""Välkommen: the förbund is not set up yet."""

from tracking.ui import frame
from tracking.ui.guard import require

require("forsta_start")
frame.no_sign_in(set_up=False)
