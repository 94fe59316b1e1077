"""Deltagaren: one spell. What to know before a talk, what is recorded, start, end and history."""

import streamlit as st

from tracking.domain.errors import NotFound
from tracking.domain.swedish import iso
from tracking.ui import frame, participant_brief, participant_own, people, shown
from tracking.ui.guard import require
from tracking.ui.participant_changes import draw_acts, draw_extract, draw_history
from tracking.ui.participant_corrections import draw_corrections
from tracking.ui.participant_forms import draw_end, draw_situation, draw_start_details, draw_step
from tracking.ui.participant_records import draw_records
from tracking.ui.participant_search import draw_search
from tracking.ui.question_answers import draw_answers

context = require("deltagaren")
people.show_address()

BRIEF, STEPS, SITUATION = "Inför samtal", "Steg", "Situation"
RECORDS, START, END, HISTORY = "Samtal", "Start", "Avslut", "Historik"
PARTS = [BRIEF, STEPS, SITUATION, RECORDS, START, END, HISTORY]
ASKED_FOR = {"steg": STEPS, "narvaro": RECORDS, "fyll": START}
NAMED = {part.lower(): part for part in PARTS}


def number(name: str) -> int | None:
    text = st.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else None


def part_asked_for() -> str:
    if st.query_params.get("fyll") == "avslut":
        return END
    named = NAMED.get(st.query_params.get("del", ""))
    if named is not None:
        return named
    return next((part for name, part in ASKED_FOR.items() if name in st.query_params), BRIEF)


def status(head) -> str:
    if head.misregistered_reason is not None:
        return f"felregistrering: {head.misregistered_reason}"
    if head.ended_on is None:
        return f"{head.insats}, pågår sedan {iso(head.started_on)}"
    outcome = head.outcome.label if head.outcome else ""
    return f"{head.insats}, {iso(head.started_on)} till {iso(head.ended_on)}, {outcome}"


spell_id, view, problem = number("deltagande"), None, None
if spell_id is not None:
    try:
        view = people.person_shown(context, spell_id)
    except NotFound as error:
        problem = str(error)
own = participant_own.mode()
if view is not None and own is not None:
    participant_own.draw(context, view, own)
    st.stop()
frame.never_printed()
if view is None:
    draw_search(context, problem)
    st.stop()
head = view.head
frame.title(
    people.person_name(head.code, head.memory_word), page=context.page, lead=status(head) + "."
)
participant_brief.elsewhere(view)
key = f"deltagaren::del::{spell_id}"
# A link on the page itself asks for another part than the one that is open.
asked = {name: st.query_params.get(name) for name in (*ASKED_FOR, "del")}
if st.session_state.get(f"{key}::asked") != asked or st.session_state.get(key) not in PARTS:
    st.session_state[f"{key}::asked"] = asked
    st.session_state[key] = part_asked_for()
part = shown.segmented_control("Del", PARTS, key=key, label_visibility="collapsed", required=True)

if part == STEPS:
    draw_step(context, view, wanted=st.query_params.get("steg"))
elif part == SITUATION:
    draw_situation(context, view)
    draw_answers(context, view)
elif part == RECORDS:
    draw_records(context, view, wanted=number("narvaro"))
elif part == START:
    draw_start_details(context, view)
    draw_corrections(context, view)
    draw_acts(context, view)
elif part == END:
    draw_end(context, view)
elif part == HISTORY:
    draw_history(view)
    draw_extract(context, view)
else:
    participant_brief.draw(context, view)
