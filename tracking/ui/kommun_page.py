"""The page of one kommun measure: its ages in the title, what it is and is not, and its files."""

from __future__ import annotations

import streamlit as st

from tracking.access.permissions import can_set_up_forbund
from tracking.domain.context_figures import KommunMeasure
from tracking.domain.periods import Period
from tracking.outcomes import directory
from tracking.outcomes.figures import KommunSeries, kommun_figures
from tracking.outcomes.figures_tables import kommun_finding
from tracking.ui import figures_import, figures_view, frame
from tracking.ui.guard import Context


def draw(context: Context, measure: KommunMeasure) -> None:
    """The whole page."""
    found = kommun_figures(context.database, context.actor, measure.kind)
    top = st.container()
    where = ""
    halves: tuple[Period, ...] = ()
    series: tuple[KommunSeries, ...] = ()
    if found.rows:
        with st.container(key="not-printed-choices"):
            chosen = figures_view.choose_kommun(found)
        where = chosen or "Alla kommuner tillsammans"
        halves, series = found.series(chosen)
    with top:
        lead = "Inga tal är inlästa än."
        if series:
            lead = f"{kommun_finding(measure, where, halves, series)}."
        elif found.rows:
            lead = "Talen är inlästa för andra perioder än halvår och visas inte."
        frame.title(measure.title, page=context.page, lead=lead)
        frame.small(measure.is_not)
    if series:
        figures_view.kommun(context, measure, where, halves, series)
    if can_set_up_forbund(context.actor):
        with st.container(key="not-printed-import"):
            frame.heading("Läs in tal")
            figures_import.take(context, measure.kind)
            reasons = directory.code_list(context.database, "void_reason")
            figures_import.protocol(context, found.imports, reasons)
