"""NNS-indikatorer: nätverkets kärnindikatorer, inlästa år för år och visade med antal svar."""

import streamlit as st

from tracking.access.permissions import can_set_up_forbund
from tracking.domain.context_figures import FigureKind
from tracking.outcomes import directory
from tracking.outcomes.figures import indicators
from tracking.outcomes.figures_tables import indicators_finding
from tracking.ui import figures_import, figures_view, frame
from tracking.ui.guard import require

context = require("nns_indikatorer")
found = indicators(context.database, context.actor)
top = st.container()
group = None
if found.rows:
    with st.container(key="not-printed-choices"):
        group = figures_view.choose_group(found)
with top:
    lead = "Inga resultat är inlästa än."
    if group is not None:
        lead = f"{indicators_finding(found, group)}."
    frame.title("NNS-indikatorer", page=context.page, lead=lead)
    frame.small(
        "Nationella nätverkets kärnindikatorer för finansiell samordning. Frågorna ägs av "
        "nätverket och formuleras inte här; resultaten är förbundets egna och läses in ur dess "
        "rapport."
    )
if group is not None:
    figures_view.indicators(context, found, group)
if can_set_up_forbund(context.actor):
    with st.container(key="not-printed-import"):
        frame.heading("Läs in resultat")
        figures_import.take(context, FigureKind.INDICATORS)
        reasons = directory.code_list(context.database, "void_reason")
        figures_import.protocol(context, found.imports, reasons)
