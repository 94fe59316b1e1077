"""Logga in: says that signing in is not there yet."""

from tracking.ui import frame
from tracking.ui.guard import require

require("inloggning")
frame.no_sign_in(set_up=True)
