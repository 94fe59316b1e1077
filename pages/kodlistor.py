"""Kodlistor: förbundets listor, med värden som läggs till, döps om, flyttas och tas ur bruk."""

import streamlit as st

from tracking.outcomes import directory
from tracking.outcomes.set_up_history import SetUp
from tracking.services.codes import NEED_GROUP
from tracking.ui import choices, code_list_forms, frame, set_up_changes
from tracking.ui.guard import require

context = require("kodlistor")
lists = {one.key: one for one in directory.code_lists(context.database) if one.key != NEED_GROUP}
top = st.container()
chosen = lists[
    choices.one_of(
        "lista",
        "Lista",
        {key: one.title for key, one in lists.items()},
        unknown="Listan i adressen finns inte.",
        default=next(iter(lists)),
    )
]
codes = directory.code_list(context.database, chosen.key, retired_too=True)
with top:
    frame.title("Kodlistor", page=context.page, lead=code_list_forms.answer(chosen, codes))
frame.small(code_list_forms.WHAT)
code_list_forms.show(chosen, codes)
by_key = {str(code.code_id): code for code in codes}
picked = choices.one_of(
    "varde",
    "Ändra eller lägg till",
    {"nytt": "Nytt värde"} | {key: code.label for key, code in by_key.items()},
    unknown="Värdet i adressen finns inte i listan.",
    default="nytt",
)
code = by_key.get(picked)
if code is None:
    frame.heading("Nytt värde")
    code_list_forms.add(context, chosen)
else:
    code_list_forms.ONE.draw(context, code, codes)
set_up_changes.draw(context, SetUp.CODES, list_key=chosen.key)
