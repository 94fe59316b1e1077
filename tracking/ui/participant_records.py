"""The recorded talks of a person, and how a record is corrected, moved, completed or struck out.

One record is chosen and one thing done to it at a time, so that there is one button. The old
value stays in the history, which `participant_changes` shows.
"""

from __future__ import annotations

import streamlit as st

from tracking.domain.instruments import INSTRUMENTS, RatingStatus, RatingValue, format_points
from tracking.domain.records import AttendanceStatus, FollowUpStatus
from tracking.domain.situation import FOLLOW_UPS
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised
from tracking.outcomes.participant_views import ParticipantView, RatingPoint, SessionRow
from tracking.services.corrections import correct_rating, correct_session_date, void_record
from tracking.services.entries import parse_ratings
from tracking.services.sessions import add_ratings
from tracking.ui import fields, frame, shown, tables
from tracking.ui.components import RatingEntry
from tracking.ui.forms import Form, Values
from tracking.ui.guard import Context
from tracking.ui.start_fields import codes

MARKS = {
    RatingStatus.NOT_FILLED.value: "Ej ifylld",
    RatingStatus.INCOMPLETE.value: "Ofullständigt ifylld",
}
NUMBERS = "numbers"


def draw_records(context: Context, view: ParticipantView, *, wanted: int | None) -> None:
    """The list and the tools. ``wanted`` is an attendance whose forms are to be added."""
    _list(view)
    bare = [row for row in view.sessions if _lacks_forms(view, row)]
    tools = {
        "add": "Fyll i en blankett som saknades",
        "rating": "Rätta en skattning",
        "date": "Rätta ett datum",
        "void": "Makulera en uppgift",
    }
    if not bare:
        del tools["add"]
    frame.heading("Rätta eller komplettera")
    key = f"deltagaren::verktyg::{view.head.spell_id}"
    if key not in st.session_state:
        st.session_state[key] = "add" if bare and wanted is not None else None
    elif st.session_state[key] not in tools:
        st.session_state[key] = None
    chosen = shown.radio(
        "Vad vill du göra", list(tools), key=key, format_func=lambda tool: tools[tool]
    )
    if chosen == "add":
        _add(context, view, bare, wanted)
    elif chosen == "rating":
        _correct(context, view)
    elif chosen == "date":
        _move(context, view)
    elif chosen == "void":
        _void(context, view)


def _all_points(view: ParticipantView) -> list[tuple[str, RatingPoint]]:
    return [
        (series.instrument, point)
        for series in (view.ors, view.srs, view.gsrs)
        for point in series.points
        if not point.voided
    ]


def _said(value: RatingValue) -> str:
    return value.status.label if value.total is None else format_points(value.total)


def _list(view: ParticipantView) -> None:
    if not view.sessions:
        frame.lead_sentence("Inga samtal än.")
        return
    by_id = {point.rating_id: point for _, point in _all_points(view)}

    def score(row: SessionRow, instrument: str) -> str:
        point = by_id.get(row.ratings.get(instrument, -1))
        return "–" if point is None else _said(point.value)

    used = [key for key in INSTRUMENTS if key in view.head.instruments]
    rows = [
        (
            iso(row.held_on),
            row.kind.label,
            row.status.label,
            *(score(row, key) for key in used),
            "makulerat" if row.voided else "",
        )
        for row in reversed(view.sessions)
    ]
    names = [INSTRUMENTS[key].title for key in used]
    tables.show_list(
        "Samtal och gruppträffar, det senaste först",
        ("Datum", "Slag", "Närvaro", *names, "Anmärkning"),
        rows,
        numbers=frozenset(range(3, 3 + len(used))),
    )


def _lacks_forms(view: ParticipantView, row: SessionRow) -> bool:
    return (
        not row.voided
        and row.status is AttendanceStatus.PRESENT
        and any(key not in row.ratings for key in _wanted_of(view, row))
    )


def _wanted_of(view: ParticipantView, row: SessionRow) -> list[str]:
    group = row.kind.value == "group"
    wanted = ("GSRS",) if group else ("ORS", "SRS")
    return [key for key in wanted if key in view.head.instruments]


def _scores(form: Form, instrument: str) -> None:
    """Four scales or a total, or that there is nothing to write."""
    shape = INSTRUMENTS[instrument]
    for place, name in enumerate(shape.scales):
        fields.number(form, shape.field(place), f"{shape.title} {name}")
    fields.number(form, shape.total_field, f"{shape.title}, endast summa")
    fields.choice(
        form,
        f"{instrument.lower()}_mark",
        f"{shape.title}, blanketten",
        {NUMBERS: "Har siffror", **MARKS},
        value=NUMBERS,
        across=True,
    )


def _entry(values: Values, instrument: str) -> RatingEntry:
    shape = INSTRUMENTS[instrument]
    one, two, three, four = (values.text(shape.field(place)) for place in range(4))
    mark = values.choice(f"{instrument.lower()}_mark") or NUMBERS
    return RatingEntry(
        scales=(one, two, three, four),
        total=values.text(shape.total_field),
        mark="not_filled"
        if mark == RatingStatus.NOT_FILLED
        else "incomplete"
        if mark == RatingStatus.INCOMPLETE
        else "",
    )


def _unit_hint(context: Context) -> None:
    frame.small(f"Skrivs i {context.actor.score_unit.label}; 45mm går alltid att skriva.")


def _add(
    context: Context, view: ParticipantView, bare: list[SessionRow], wanted: int | None
) -> None:
    names = {row.attendance_id: f"{iso(row.held_on)}, {row.kind.label}" for row in bare}
    ids = list(names)
    attendance_id = shown.selectbox(
        "Samtal",
        ids,
        index=ids.index(wanted) if wanted in ids else len(ids) - 1,
        key=f"deltagaren::bar::{view.head.spell_id}",
        format_func=lambda row_id: names[row_id],
        width=320,
    )
    row = next(row for row in bare if row.attendance_id == attendance_id)
    instruments = [key for key in _wanted_of(view, row) if key not in row.ratings]
    form = Form(f"blankett:{attendance_id}", page=context.page)

    def save(values: Values) -> str:
        entries = {key: _entry(values, key) for key in instruments}
        ratings = parse_ratings(entries, context.actor.score_unit)
        return add_ratings(
            context.database,
            context.actor,
            attendance_id=attendance_id,
            ratings=ratings,
            key=values.key,
        ).message

    _unit_hint(context)
    with form.drawn():
        for instrument in instruments:
            _scores(form, instrument)
        form.submit("Spara blanketten", save)


def _correct(context: Context, view: ParticipantView) -> None:
    points = _all_points(view)
    if not points:
        frame.lead_sentence("Det finns ingen skattning att rätta.")
        return
    names = {
        point.rating_id: f"{iso(point.held_on)}, {INSTRUMENTS[key].title}: {_said(point.value)}"
        for key, point in reversed(points)
    }
    rating_id = shown.selectbox(
        "Skattning",
        list(names),
        key=f"deltagaren::skattning::{view.head.spell_id}",
        format_func=lambda row_id: names[row_id],
        width=320,
    )
    instrument, point = next((k, p) for k, p in points if p.rating_id == rating_id)
    form = Form(f"ratta:{rating_id}", page=context.page)
    version = form.keep("version", point.version)

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj skäl till rättelsen.")
        value = parse_ratings({instrument: _entry(values, instrument)}, context.actor.score_unit)
        if instrument not in value:
            shape = INSTRUMENTS[instrument]
            values.fault(shape.field(0), "Skriv fyra värden, en summa eller välj ej ifylld.")
        values.check()
        correct_rating(
            context.database,
            context.actor,
            rating_id=rating_id,
            value=value[instrument],
            why=why,
            version=version,
            key=values.key,
        )
        return (
            f"{INSTRUMENTS[instrument].title} {iso(point.held_on)} är rättad från "
            f"{_said(point.value)} till {_said(value[instrument])}. "
            "Det gamla värdet står kvar i historiken."
        )

    _unit_hint(context)
    with form.drawn():
        _scores(form, instrument)
        fields.choice(form, "why", "Skäl", codes(context.database, "correction_reason"))
        form.submit("Spara rättelsen", save)


def _move(context: Context, view: ParticipantView) -> None:
    rows = [row for row in reversed(view.sessions) if not row.voided]
    if not rows:
        frame.lead_sentence("Det finns inget samtal att rätta.")
        return
    names = {row.session_id: f"{iso(row.held_on)}, {row.kind.label}" for row in rows}
    session_id = shown.selectbox(
        "Samtal",
        list(names),
        key=f"deltagaren::flytta::{view.head.spell_id}",
        format_func=lambda row_id: names[row_id],
        width=320,
    )
    row = next(row for row in rows if row.session_id == session_id)
    form = Form(f"datum:{session_id}", page=context.page)
    version = form.keep("version", row.session_version)

    def save(values: Values) -> str:
        held_on = values.required_day("held_on")
        why = values.required_choice("why", "Välj skäl till rättelsen.")
        values.check()
        correct_session_date(
            context.database,
            context.actor,
            session_id=session_id,
            held_on=held_on,
            why=why,
            version=version,
            key=values.key,
        )
        return f"Datumet är rättat från {iso(row.held_on)} till {iso(held_on)}."

    if row.kind.value == "group":
        frame.small("Datumet flyttas för hela gruppträffen.")
    with form.drawn():
        fields.day(form, "held_on", "Rätt datum", value=row.held_on)
        fields.choice(form, "why", "Skäl", codes(context.database, "correction_reason"))
        form.submit("Spara rättelsen", save)


def _voidable(view: ParticipantView) -> dict[str, tuple[str, int, int, str]]:
    """Everything that may be struck out: choice → table, row, version, words."""
    found: dict[str, tuple[str, int, int, str]] = {}

    def offer(table: str, row_id: int, version: int, words: str) -> None:
        found[f"{table}:{row_id}"] = (table, row_id, version, words)

    for row in reversed(view.sessions):
        if row.voided:
            continue
        words = f"{iso(row.held_on)}, {row.kind.label}, med sina skattningar"
        if row.kind.value == "group":
            words = f"{iso(row.held_on)}, deltagarens del i gruppträffen"
            offer("attendance", row.attendance_id, row.attendance_version, words)
        else:
            offer("session", row.session_id, row.session_version, words)
    for key, point in reversed(_all_points(view)):
        words = f"{iso(point.held_on)}, {INSTRUMENTS[key].title} {_said(point.value)}"
        offer("rating", point.rating_id, point.version, words)
    for step in reversed(view.steps):
        if not step.voided:
            words = f"{iso(step.assessed_on)}, stegbedömning {step.occasion.label}: {step.name}"
            offer("step_assessment", step.assessment_id, step.version, words)
    for situation in view.situations:
        # That of a follow-up goes with the follow-up, which stands below.
        if not situation.voided and situation.occasion not in FOLLOW_UPS:
            words = f"{iso(situation.described_on)}, situation {situation.occasion.label}"
            offer("situation", situation.situation_id, situation.version, words)
    for follow_up in view.follow_ups:
        # Without consent to contact from the start there was nothing to answer.
        never = follow_up.status is FollowUpStatus.NO_CONTACT_CONSENT
        never = never and follow_up.closed_on == view.head.ended_on
        if follow_up.status is not FollowUpStatus.DUE and not never:
            words = f"Uppföljning {follow_up.months} månader: {follow_up.status.label}"
            offer("follow_up", follow_up.follow_up_id, follow_up.version, words)
    return found


def _void(context: Context, view: ParticipantView) -> None:
    choices = _voidable(view)
    if not choices:
        frame.lead_sentence("Det finns inget att makulera.")
        return
    form = Form(f"makulera:{view.head.spell_id}", page=context.page)

    def save(values: Values) -> str:
        chosen = values.required_choice("what", "Välj vad som ska makuleras.")
        why = values.required_choice("why", "Välj skäl till makuleringen.")
        values.check()
        table, row_id, version, words = choices[chosen]
        void_record(
            context.database,
            context.actor,
            table=table,  # type: ignore[arg-type]  # the choices are made of its words
            row_id=row_id,
            why=why,
            version=version,
            key=values.key,
        )
        return f"Makulerat: {words}. Det räknas inte längre men står kvar i historiken."

    with form.drawn():
        fields.choice(
            form,
            "what",
            "Uppgift att makulera",
            {key: capitalised(words) for key, (_, _, _, words) in choices.items()},
            as_list=True,
        )
        fields.choice(form, "why", "Skäl", codes(context.database, "void_reason"))
        form.submit("Makulera", save)
