"""Gränsvärden: varje version med dag och källa, en ny version, och hur de har ändrats."""

import streamlit as st

from tracking.outcomes.method import coming_thresholds, threshold_versions, thresholds_in_force
from tracking.outcomes.set_up_history import SetUp
from tracking.ui import frame, set_up_changes, threshold_forms
from tracking.ui.guard import require

context = require("gransvarden")
in_force = thresholds_in_force(context.database)
found = threshold_versions(context.database)
frame.title("Gränsvärden", page=context.page, lead=threshold_forms.answer(in_force))
threshold_forms.versions(found, context.today)
threshold_forms.rules()
with st.container(key="not-printed-limits"):
    threshold_forms.coming(context, coming_thresholds(context.database))
    frame.heading("Ny version")
    threshold_forms.new(context, found[0])
    set_up_changes.draw(context, SetUp.THRESHOLDS)
