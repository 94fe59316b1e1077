"""Så räknar vi: vad varje siffra betyder, hur den räknas och var metoden kommer från."""

import streamlit as st

from tracking.ui import frame, method
from tracking.ui.guard import require

context = require("sa_raknar_vi")
frame.title(
    "Så räknar vi",
    page=context.page,
    lead="Vad varje siffra betyder och hur den räknas. Texterna står i samma kod som räknar.",
)
method.draw(context.database, st.query_params.get("rubrik"))
