"""Processtrappor: förbundets trappor med versioner, en ny trappa och en ny version."""

import streamlit as st

from tracking.outcomes import directory
from tracking.outcomes.set_up_history import SetUp
from tracking.ui import choices, frame, ladder_forms, set_up_changes, shown
from tracking.ui.guard import require
from tracking.ui.print_button import print_button

context = require("processtrappor")
ladders = {str(ladder.ladder_id): ladder for ladder in directory.ladders(context.database)}
frame.title("Processtrappor", page=context.page, lead=ladder_forms.answer(tuple(ladders.values())))
picked = choices.one_of(
    "trappa",
    "Trappa",
    {key: ladder.name for key, ladder in ladders.items()} | {"ny": "Ny trappa"},
    unknown="Trappan i adressen finns inte.",
    default=next(iter(ladders), "ny"),
)
ladder = ladders.get(picked)
if ladder is None:
    frame.heading("Ny trappa")
    ladder_forms.edit(context, None)
else:
    frame.heading(ladder.name)
    versions = {version.number: version for version in ladder.versions}
    number = next(iter(versions))
    if len(versions) > 1:
        number = shown.selectbox(
            "Version", list(versions), key=f"choose::version:{picked}", width=160
        )
    ladder_forms.staircase(versions[number])
    ladder_forms.texts(versions[number])
    with st.container(key="not-printed-ladder"):
        print_button("Skriv ut trappan", key="ladder-print")
        with shown.expander("Ny version"):
            ladder_forms.edit(context, ladder)
with st.container(key="not-printed-changes"):
    set_up_changes.draw(context, SetUp.LADDERS)
