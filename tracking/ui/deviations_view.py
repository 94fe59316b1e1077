"""Systemavvikelser on the page: what is noted, cleared and handled, and how many there are where.

An obstacle is never about a person. The words of an insats's own are read outside it when they
have been cleared; the same rule that reads a report's words warns of small groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from tracking.domain.records import DeviationStatus
from tracking.domain.report_words import NamesSmallGroup
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import capitalised, counted, listed
from tracking.outcomes.deviations import DeviationView, StepOption, by_party, by_step
from tracking.outcomes.directory_views import ControllerView
from tracking.services.deviations import (
    LONGEST_WORDS,
    SavedDeviation,
    Step,
    clear_deviation,
    edit_deviation,
    handle_deviation,
    note_deviation,
    void_deviation,
)
from tracking.ui import fields, frame, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.start_fields import codes
from tracking.ui.values import Values

NO_STEP = ""
WHICH = "avvikelse"
"""The name in the address of the one that is open."""
NOBODY = (
    "Beskriv hindret, aldrig en person: inga namn, inga diagnoser och inget som bara stämmer på "
    "någon enskild."
)
_STATES = {status.value: capitalised(status.label) for status in DeviationStatus}


def answer(deviations: Sequence[DeviationView], *, whose: str) -> str:
    """How many wait and how they stand, in a sentence."""
    if not deviations:
        return f"Inga systemavvikelser är noterade {whose}."
    waiting = sum(one.is_open for one in deviations)
    if not waiting:
        return f"Alla {whole(len(deviations))} systemavvikelser {whose} är lösta."
    told = Counter(one.status for one in deviations)
    parts = [
        f"{whole(told[s])} {s.label if told[s] == 1 else s.plural}"
        for s in DeviationStatus
        if told[s]
    ]
    are = counted(len(deviations), "systemavvikelse", "systemavvikelser")
    return f"{are} {whose}: {listed(parts)}."


def names(deviations: Sequence[DeviationView], new: str) -> dict[str, str]:
    """What can be opened: a new one, and each that there is, by its day and first words."""
    return {"ny": new} | {
        str(one.deviation_id): f"{iso(one.noted_on)} {_short(one.what)}" for one in deviations
    }


def _short(text: str, most: int = 56) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]} …"


def show(deviations: Sequence[DeviationView], *, internal: bool) -> None:
    """Every one, the newest first. ``internal``: whether it has been cleared, instead of whose."""
    if not deviations:
        return
    head = ("Noterad", "Hinder", "Myndigheter", "Steg", "Status", "Sedan", "Gjort")
    tables.show_list(
        "Alla systemavvikelser, de nyaste först",
        (*head, "Lämnad" if internal else "Insats"),
        [
            (
                iso(one.noted_on),
                " ".join(one.what.split()),
                listed(list(one.parties.values())),
                "–" if one.step is None else one.step.label,
                _STATES[one.status.value],
                "–" if one.handled_on is None else iso(one.handled_on),
                one.handled or "–",
                _cleared(one) if internal else one.insats or "Förbundet",
            )
            for one in deviations
        ],
    )


def _cleared(one: DeviationView) -> str:
    return "nej" if one.cleared_on is None else iso(one.cleared_on)


def show_counts(deviations: Sequence[DeviationView]) -> None:
    """How many stand where: by step of the ladder, and by authority."""
    if not deviations:
        return
    for title, heading, groups in (
        ("Efter steg på processtrappan", "Steg", by_step(deviations)),
        ("Efter myndighet", "Myndighet", by_party(deviations)),
    ):
        tables.show_list(
            title,
            (heading, *(capitalised(status.plural) for status in DeviationStatus), "Hinder"),
            [(name, *_counts(found)) for name, found in groups.items()],
            numbers=frozenset(range(1, len(_STATES) + 2)),
        )
    frame.small(
        "Antal hinder, inte personer. Ett hinder som rör flera myndigheter står under var och en."
    )


def _counts(deviations: Sequence[DeviationView]) -> tuple[str, ...]:
    told = Counter(one.status for one in deviations)
    return (*(whole(told[status]) for status in DeviationStatus), whole(len(deviations)))


def facts(one: DeviationView) -> None:
    """One of them, as it stands, with what has become of it."""
    frame.lead_sentence(one.what)
    became = [f"{iso(event.on)} {event.status.label}" for event in one.history]
    pairs = [
        ("Noterad", f"{iso(one.noted_on)}{f' av {one.by}' if one.by else ''}"),
        ("Insats", one.insats or "Förbundets egen"),
        ("Myndigheter", listed(list(one.parties.values()))),
        ("Steg", "" if one.step is None else one.step.label),
        ("Lämnad", "" if one.cleared_on is None else iso(one.cleared_on)),
        ("Status", ", därefter ".join(["ny", *became])),
        ("Gjort", one.handled),
    ]
    frame.facts(pairs)


# The forms


def note(
    context: Context,
    insats_id: int | None,
    steps: Sequence[StepOption],
    controllers: Sequence[ControllerView],
) -> None:
    """A new one."""
    form = Form(f"avvikelse:ny:{insats_id or 0}", page=context.page)

    def save(values: Values) -> str:
        typed = _read(values, controllers)
        _knowing(
            form.name,
            typed["what"],
            lambda known: note_deviation(
                context.database,
                context.actor,
                insats_id=insats_id,
                acknowledged=known,
                key=values.key,
                **typed,
            ),
        )
        if insats_id is None:
            return "Systemavvikelsen är noterad och kan handläggas."
        return (
            "Systemavvikelsen är noterad. Den syns bara i insatsen tills insatsansvarig har "
            "lämnat den."
        )

    frame.small(NOBODY)
    with form.drawn():
        _fields(form, context, None, steps, controllers)
        form.submit(_again(form.name, "Notera"), save)


def change(
    context: Context,
    one: DeviationView,
    steps: Sequence[StepOption],
    controllers: Sequence[ControllerView],
) -> None:
    """What was noted, changed; the one before stays in the history."""
    name = f"avvikelse:{one.deviation_id}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", one.version)

    def save(values: Values) -> str:
        typed = _read(values, controllers)
        _knowing(
            form.name,
            typed["what"],
            lambda known: edit_deviation(
                context.database,
                context.actor,
                deviation_id=one.deviation_id,
                version=version,
                acknowledged=known,
                key=values.key,
                **typed,
            ),
        )
        next_round(name)
        return "Systemavvikelsen är ändrad."

    with form.drawn():
        _fields(form, context, one, steps, controllers)
        form.submit(_again(form.name, "Spara ändringen"), save, primary=False)


def clear(context: Context, one: DeviationView) -> None:
    """Hand it over: somebody has read the words and says that they are about nobody."""
    form = Form(f"lamna:{one.deviation_id}:{one.version}", page=context.page)

    def save(values: Values) -> str:
        if not values.flag("nobody"):
            values.fault("nobody", "Läs texten och intyga att den inte beskriver någon enskild.")
        values.check()
        _knowing(
            form.name,
            one.what,
            lambda known: clear_deviation(
                context.database,
                context.actor,
                deviation_id=one.deviation_id,
                version=one.version,
                acknowledged=known,
                key=values.key,
            ),
        )
        return "Systemavvikelsen är lämnad. Styrgrupp, beredningsgrupp och förbund läser den nu."

    frame.small(
        "När den är lämnad läses den av styrgruppen, beredningsgruppen och förbundet, och den "
        "står i rapporterna. Det går inte att göra oläst."
    )
    with form.drawn():
        fields.flag(form, "nobody", "Texten beskriver ingen enskild")
        form.submit(_again(form.name, "Lämna till handläggning", "Lämna ändå"), save)


def handle(context: Context, one: DeviationView) -> None:
    """Where the handling stands, and what was done."""
    name = f"handlagg:{one.deviation_id}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", one.version)

    def save(values: Values) -> str:
        status = values.required_choice("status", "Välj status.")
        handled = values.text("handled", longest=LONGEST_WORDS)
        values.check()
        _knowing(
            form.name,
            handled,
            lambda known: handle_deviation(
                context.database,
                context.actor,
                deviation_id=one.deviation_id,
                status=DeviationStatus(status),
                handled=handled,
                version=version,
                acknowledged=known,
                key=values.key,
            ),
        )
        next_round(name)
        return f"Sparat: {DeviationStatus(status).label}."

    with form.drawn():
        fields.choice(form, "status", "Status", _STATES, value=one.status.value, across=True)
        fields.area(
            form,
            "handled",
            "Vad har gjorts?",
            value=one.handled,
            hint="Krävs när den är löst eller lyft till styrelsen. Står i rapporterna.",
        )
        form.submit(_again(form.name, "Spara handläggningen"), save)


def void(context: Context, one: DeviationView) -> None:
    """Struck out: it was wrong."""
    form = Form(f"makulera-avvikelse:{one.deviation_id}", page=context.page)

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj skäl till makuleringen.")
        values.check()
        void_deviation(
            context.database,
            context.actor,
            deviation_id=one.deviation_id,
            why=why,
            version=one.version,
            key=values.key,
        )
        st.query_params[WHICH] = "ny"
        return "Systemavvikelsen är makulerad och räknas inte längre."

    with form.drawn():
        reasons = codes(context.database, "void_reason")
        fields.choice(form, "why", "Skäl", {k: reasons[k] for k in _FITTING if k in reasons})
        form.submit("Makulera systemavvikelsen", save, primary=False)


_FITTING = ("entered_twice", "wrong_insats", "wrong_form", "no_longer_valid")
"""Reasons for a void that can be said of an obstacle."""


def _fields(
    form: Form,
    context: Context,
    one: DeviationView | None,
    steps: Sequence[StepOption],
    controllers: Sequence[ControllerView],
) -> None:
    fields.area(form, "what", "Hindret", value="" if one is None else one.what)
    fields.day(form, "noted_on", "Noterat den", value=one.noted_on if one else context.today)
    fields.group_label("Myndigheter som hindret rör", form=form, name="parties")
    chosen: Mapping[int, str] = {} if one is None else one.parties
    for place, column in enumerate(st.columns(2, gap="small")):
        with column:
            for item in controllers[place::2]:
                there = item.controller_id in chosen
                fields.flag(form, f"party_{item.controller_id}", item.name, value=there)
    options = {NO_STEP: "Inget steg"} | {_key(step): step.label for step in steps}
    kept = NO_STEP if one is None or one.step is None else _key(one.step)
    if one is not None and one.step is not None:
        # A step of an older version stays until another is chosen.
        options.setdefault(kept, one.step.label)
    fields.choice(form, "step", "Steg på processtrappan", options, value=kept, as_list=True)


def _key(step: StepOption) -> str:
    return f"{step.ladder_version_id}:{step.position}"


def _read(values: Values, controllers: Sequence[ControllerView]) -> dict[str, Any]:
    what = values.text("what", required="Beskriv hindret.", longest=LONGEST_WORDS)
    noted_on = values.required_day("noted_on", "Skriv vilken dag hindret noterades.")
    parties = [c.controller_id for c in controllers if values.flag(f"party_{c.controller_id}")]
    if not parties:
        values.fault("parties", "Välj minst en myndighet som hindret rör.")
    picked = values.choice("step")
    step: Step | None = None
    if picked:
        version, _, position = picked.partition(":")
        step = (int(version), int(position))
    values.check()
    return {"what": what, "noted_on": noted_on, "parties": parties, "step": step}


# Words that seem to name a small group pass when they are sent once more as they are.


def _knowing(name: str, words: str, do: Callable[[bool], SavedDeviation]) -> None:
    slot = f"read-again::{name}"
    try:
        do(st.session_state.get(slot) == words)
    except NamesSmallGroup:
        st.session_state[slot] = words
        raise
    st.session_state.pop(slot, None)


def _again(name: str, label: str, otherwise: str = "Spara ändå") -> str:
    return otherwise if f"read-again::{name}" in st.session_state else label
