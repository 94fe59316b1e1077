"""Rapport: en i taget, avsnitt för avsnitt, med siffror på ena sidan och text på den andra."""

import streamlit as st

from tracking.ui import frame, report_page
from tracking.ui.guard import require
from tracking.ui.menu import page_path

context = require("rapport")
view = report_page.chosen_report(context)
if view is None:
    frame.title("Rapport", page=context.page, lead="Välj en rapport i listan.")
    st.page_link(page_path("rapporter"), label="Alla rapporter")
else:
    frame.title(view.head.title, page=context.page, lead=report_page.standing(view))
    st.page_link(page_path("rapporter"), label="Alla rapporter")
    report_page.draw(context, view)
