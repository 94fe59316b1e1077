"""Försörjningsmåttet: kommunernas tal för 16–64 år, halvår för halvår."""

from tracking.domain.context_figures import SUPPORT_MEASURE
from tracking.ui import kommun_page
from tracking.ui.guard import require

context = require("forsorjningsmattet")
kommun_page.draw(context, SUPPORT_MEASURE)
