"""Registrera deltagare: a new participant with a first spell, or somebody known by code."""

from collections.abc import Mapping

import streamlit as st

from tracking.domain.situation import Occasion
from tracking.outcomes.directory_questions import questions
from tracking.outcomes.start_choices import case_workers, earlier_spells
from tracking.services.participants import KnownParticipant, find_known_participant
from tracking.services.starts import StartedSpell, register_and_start, start_spell
from tracking.ui import (
    fields,
    frame,
    messages,
    people,
    question_fields,
    shown,
    start_fields,
    step_fields,
)
from tracking.ui.forms import Form, Saved, Values
from tracking.ui.guard import require

context = require("registrera")
frame.never_printed()

NEW, KNOWN = "Ny deltagare", "Känd från en annan insats"
FOUND = "registrera::found"

frame.title(
    "Registrera deltagare",
    page=context.page,
    lead="Koden och minnesordet ges av systemet. Skriv aldrig namn eller personnummer här.",
)
items = people.recordable(context, wanted=lambda item: True)
if not items:
    frame.lead_sentence("Du har inget uppdrag i en insats som registrerar deltagare.")
    st.stop()
insats = people.choose_insats(items, key="registrera::insats")
steps = step_fields.steps_of_insats(
    context.database, context.actor, insats.insats_id, context.today
)
asked = question_fields.put(
    questions(context.database, insats.insats_id), Occasion.START, context.today
)


def told(started: StartedSpell, what: str) -> Saved:
    words = [
        f"{people.person_name(started.code, started.memory_word)} {what} i {insats.name}.",
        "Skriv in koden i kodnyckeln.",
        *started.warnings,
    ]
    way = messages.Way("deltagaren", "Till deltagaren", {"deltagande": str(started.spell_id)})
    return Saved(" ".join(words), way=way)


def draw_start(form: Form, save, button: str, earlier: Mapping[int, str]) -> None:
    start_fields.draw_required(form, context.database, context.today)
    frame.heading("Övriga uppgifter vid start")
    frame.small(start_fields.LATER)
    start_fields.draw_details(form, context.database, insats.insats_id)
    staff = case_workers(context.database, context.actor, insats.insats_id)
    start_fields.draw_responsible(form, staff)
    reasons = start_fields.codes(context.database, "end_reason")
    start_fields.draw_order(form, earlier, reasons)
    start_fields.draw_standing(form, steps, asked)
    form.submit(button, save)


def draw_new() -> None:
    form = Form(f"registrera:{insats.insats_id}", page=context.page)

    def save(values: Values) -> Saved:
        birth_year, gender = start_fields.read_person(values)
        start = start_fields.read_start(values, asked)
        values.check()
        started = register_and_start(
            context.database,
            context.actor,
            insats_id=insats.insats_id,
            birth_year=birth_year,
            gender=gender,
            start=start,
            key=values.key,
        )
        return told(started, "är registrerad")

    with form.drawn():
        start_fields.draw_person(form)
        draw_start(form, save, "Registrera deltagaren", {})


def draw_search() -> None:
    form = Form(f"sok:{insats.insats_id}", page=context.page)

    def find(values: Values) -> None:
        code = values.text("code", required="Skriv hela koden, till exempel ST-0042.")
        year = values.whole("birth_year", required="Skriv födelseåret.", low=1900, high=2100)
        values.check()
        st.session_state[FOUND] = find_known_participant(
            context.database,
            context.actor,
            insats_id=insats.insats_id,
            code=code,
            birth_year=year,
        )

    frame.small("Både hela koden och födelseåret behövs, och sökningen loggas.")
    with form.drawn():
        fields.text(form, "code", "Kod", width=200, hint="Till exempel ST-0042.")
        fields.number(form, "birth_year", "Födelseår")
        form.submit("Sök", find)


def draw_known(person: KnownParticipant) -> None:
    form = Form(f"starta:{insats.insats_id}:{person.participant_id}", page=context.page)

    def save(values: Values) -> Saved:
        start = start_fields.read_start(values, asked)
        values.check()
        started = start_spell(
            context.database,
            context.actor,
            participant_id=person.participant_id,
            insats_id=insats.insats_id,
            start=start,
            key=values.key,
        )
        st.session_state.pop(FOUND, None)
        return told(started, "har startat")

    def leave() -> None:
        st.session_state.pop(FOUND, None)

    frame.facts(
        [
            ("Deltagare", people.person_name(person.code, person.memory_word)),
            ("Kön", person.gender.label),
        ]
    )
    shown.button("Sök någon annan", on_click=leave)
    earlier = earlier_spells(
        context.database,
        context.actor,
        person.participant_id,
        insats_id=insats.insats_id,
        page=context.page,
    ).value
    with form.drawn():
        draw_start(form, save, "Starta deltagandet", earlier)


way = shown.radio("Vem", [NEW, KNOWN], key="registrera::way", horizontal=True)
known = st.session_state.get(FOUND)
if way == NEW:
    draw_new()
elif known is None:
    draw_search()
else:
    draw_known(known)
