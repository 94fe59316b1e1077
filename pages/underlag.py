"""Underlag till Uppföljning Finsam: antal per kön och pengar, för en insats och ett år."""

from tracking.ui import basis_view, frame
from tracking.ui.guard import require

context = require("underlag")
frame.title(
    "Underlag till Uppföljning Finsam",
    page=context.page,
    lead="Antal kvinnor och män, planerat och kostnad, att föra in i den nationella uppföljningen.",
)
basis_view.draw(context)
