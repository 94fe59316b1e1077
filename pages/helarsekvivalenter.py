"""Helårsekvivalenter: kommunernas tal för 20–64 år, halvår för halvår."""

from tracking.domain.context_figures import YEAR_EQUIVALENTS
from tracking.ui import kommun_page
from tracking.ui.guard import require

context = require("helarsekvivalenter")
kommun_page.draw(context, YEAR_EQUIVALENTS)
