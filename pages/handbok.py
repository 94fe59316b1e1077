"""Handbok: en sida per roll, den egna vald."""

from tracking.ui import choices, frame, handbook, reader
from tracking.ui.guard import require

context = require("handbok")
titles = handbook.titles(reader.language())
frame.title(
    "Handbok",
    page=context.page,
    lead="Det du gör i Stegvis, i den ordning det brukar hända. Din egen roll är vald.",
)
name = choices.one_of(
    "roll",
    "Roll",
    titles,
    unknown="Handboken har ingen sida för den rollen.",
    default=handbook.own_sheet(context.actor),
)
chosen = handbook.sheet(name, reader.language())
frame.heading(chosen.title)
handbook.draw(chosen)
