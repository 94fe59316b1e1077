"""Kodnyckel: an empty one to print and fill in by hand. Nobody's code or word stands on it."""

import streamlit as st

from tracking.ui import frame
from tracking.ui.guard import require
from tracking.ui.print_button import print_button
from tracking.ui.tables import empty_form

context = require("kodnyckel")

ROWS = 24
COLUMNS = ("Kod", "Namn", "Personnummer", "Telefon eller adress", "Insats och startdatum")

frame.title("Kodnyckel", page=context.page)
frame.lead_sentence(
    "Vem som bär vilken kod skrivs för hand på papper, förvaras inlåst hos insatsen och förs "
    "aldrig in i Stegvis. Minnesord skrivs inte i kodnyckeln."
)
with st.container(key="not-printed"):
    print_button("Skriv ut", key="kodnyckel-print")
empty_form("Kodnyckel", COLUMNS, ROWS)
