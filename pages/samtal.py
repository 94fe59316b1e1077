"""Registrera samtal: one talk with the keyboard alone."""

import streamlit as st

from tracking.domain.instruments import ORS, SRS
from tracking.outcomes.persons import talk_options
from tracking.ui import forms, frame, messages, unit_choice
from tracking.ui.components import TalkOption, TalkSubmission, talk_entry
from tracking.ui.guard import require
from tracking.ui.recording import SavedTalk, save_talk, take_back_session

context = require("samtal")
frame.never_printed()

SAVED = "samtal::saved"


def submit(sent: TalkSubmission) -> None:
    messages.clear()
    st.session_state[SAVED] = save_talk(context.database, context.actor, sent)


def undo_button(saved: SavedTalk) -> None:
    session_id = saved.session_id

    def take_back(key: str) -> str:
        text = take_back_session(context.database, context.actor, session_id, key)
        st.session_state.pop(SAVED, None)
        return text

    if session_id is not None:
        forms.act("Ångra senaste samtalet", take_back, name=f"undo-session-{session_id}")


options = talk_options(context.database, context.actor, page=context.page).value
frame.title("Registrera samtal", page=context.page)
if not options:
    frame.lead_sentence("Inga pågående deltaganden att registrera samtal för.")
    st.stop()

used = {key for option in options for key in option.instruments}
asked_for = st.query_params.get("deltagande", "")
saved = st.session_state.get(SAVED)
talk_entry(
    key=unit_choice.component_key("samtal", context.actor),
    options=[
        TalkOption(
            option.spell_id,
            option.code,
            option.memory_word,
            option.insats,
            option.started_on,
            option.last_talk_on,
        )
        for option in options
    ],
    instruments=[instrument for instrument in (ORS, SRS) if instrument.key in used],
    unit=context.actor.score_unit.value,
    today=context.today,
    result=saved.result if saved else None,
    preselected_spell_id=int(asked_for) if asked_for.isdecimal() else None,
    on_submit=submit,
)
if saved:
    undo_button(saved)
unit_choice.draw(context)
