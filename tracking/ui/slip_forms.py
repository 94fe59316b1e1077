"""Keying anonymous slips: counts per answer, with their sums, and a day corrected or voided.

A blank question was not on the slips; 0 says that nobody answered so. Tab goes from answer to
answer and from question to question.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from tracking.domain.swedish import count_and_share, iso, whole
from tracking.domain.wording import EN_DASH, capitalised, counted
from tracking.outcomes.directory_questions import SlipDay
from tracking.outcomes.directory_views import QuestionView
from tracking.services.slips import (
    MOST_SLIPS,
    SavedSlips,
    correct_slips,
    record_slips,
    slip_field,
    void_slips,
)
from tracking.ui import fields, frame, messages, shown, tables
from tracking.ui.forms import Form, Saved
from tracking.ui.guard import Context
from tracking.ui.recording import UNDO_REASON
from tracking.ui.start_fields import codes
from tracking.ui.values import Values

HOW = (
    "Räkna lapparna och skriv hur många som har vart svar. Lämna en fråga tom om den inte stod på "
    "lapparna; skriv 0 där inget svar finns. Lapparna knyts aldrig till någon person."
)


def on_slips(questions: Sequence[QuestionView], day: date) -> tuple[QuestionView, ...]:
    """The questions that stand on the slips of a day."""
    return tuple(
        q
        for q in questions
        if q.on_slips and q.valid_from <= day and (q.valid_to is None or day <= q.valid_to)
    )


def answer(days: Sequence[SlipDay], questions: Sequence[QuestionView], year: int) -> str:
    """How many answers there are this year, and from how many days."""
    own = [day for day in days if day.collected_on.year == year]
    answers = sum(day.total(q.question_id) for day in own for q in questions)
    if not own:
        return f"Inga anonyma lappar är inlagda {year}."
    occasions = counted(len(own), "tillfälle", "tillfällen")
    return f"{counted(answers, 'svar', 'svar')} från {occasions} är inlagda {year}."


def show(days: Sequence[SlipDay], questions: Sequence[QuestionView], year: int) -> None:
    """The year's positive answers by question, and the days with slips."""
    own = [day for day in days if day.collected_on.year == year]
    asked = [q for q in questions if any(day.total(q.question_id) for day in own)]
    if asked:
        tables.show_list(
            f"Positiva svar {year}, var fråga för sig",
            ("Fråga", "Positiva", "Svar i allt"),
            [
                (
                    q.wording,
                    count_and_share(sum(_up(day, q) for day in own), _all(own, q)),
                    whole(_all(own, q)),
                )
                for q in asked
            ],
            numbers=frozenset({1, 2}),
        )
    if days:
        put = [q for q in questions if any(q.question_id in day.numbers for day in days)]
        tables.show_list(
            "Inlagda dagar: positiva av alla svar",
            ("Dag", *(q.wording for q in put), "Inlagt av"),
            [(iso(day.collected_on), *(_of(day, q) for q in put), day.by) for day in days],
            numbers=frozenset(range(1, len(put) + 1)),
        )


def _up(day: SlipDay, question: QuestionView) -> int:
    numbers = day.numbers.get(question.question_id, {})
    return sum(numbers.get(o.value, 0) for o in question.options if o.positive)


def _all(days: Sequence[SlipDay], question: QuestionView) -> int:
    return sum(day.total(question.question_id) for day in days)


def _of(day: SlipDay, question: QuestionView) -> str:
    if question.question_id not in day.numbers:
        return EN_DASH
    return f"{whole(_up(day, question))} av {whole(day.total(question.question_id))}"


def record(context: Context, insats_id: int, questions: Sequence[QuestionView]) -> None:
    """New slips of a day."""
    form = Form(f"lappar:{insats_id}", page=context.page)

    def save(values: Values) -> Saved:
        day = values.required_day("collected_on", "Skriv vilken dag lapparna samlades in.")
        counts = _read(values, questions)
        values.check()
        done = record_slips(
            context.database,
            context.actor,
            insats_id=insats_id,
            collected_on=day,
            counts=counts,
            key=values.key,
        )
        take_back = partial(_take_back, context, insats_id, done)
        return Saved(f"Sparat. {_sums(done, questions)}", messages.Undo(take_back))

    frame.small(HOW)
    with form.drawn():
        fields.day(form, "collected_on", "Insamlade den", value=context.today)
        _draw(form, questions, None)
        form.submit("Spara lapparna", save)


def change(
    context: Context, insats_id: int, day: SlipDay, questions: Sequence[QuestionView]
) -> None:
    """A day's numbers corrected, or the whole day struck out."""
    put = on_slips(questions, day.collected_on)
    form = Form(f"lappar:{insats_id}:{iso(day.collected_on)}:{day.version}", page=context.page)

    def save(values: Values) -> str:
        counts = _read(values, put)
        why = values.required_choice("why", "Välj skäl till rättelsen.")
        values.check()
        done = correct_slips(
            context.database,
            context.actor,
            insats_id=insats_id,
            collected_on=day.collected_on,
            counts=counts,
            why=why,
            version=day.version,
            key=values.key,
        )
        return f"Rättat. {_sums(done, put)} De gamla antalen står i historiken."

    with form.drawn():
        _draw(form, put, day)
        fields.choice(form, "why", "Skäl", codes(context.database, "correction_reason"))
        form.submit("Spara rättelsen", save)
    with shown.expander("Makulera dagens lappar"):
        _void(context, insats_id, day)


def _void(context: Context, insats_id: int, day: SlipDay) -> None:
    form = Form(f"makulera-lappar:{insats_id}:{iso(day.collected_on)}", page=context.page)

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj skäl till makuleringen.")
        values.check()
        void_slips(
            context.database,
            context.actor,
            insats_id=insats_id,
            collected_on=day.collected_on,
            why=why,
            version=day.version,
            key=values.key,
        )
        st.query_params["dag"] = "ny"
        return f"Lapparna {iso(day.collected_on)} är makulerade och räknas inte längre."

    with form.drawn():
        fields.choice(form, "why", "Skäl", codes(context.database, "void_reason"))
        form.submit("Makulera lapparna", save, primary=False)


def _take_back(context: Context, insats_id: int, done: SavedSlips, key: str) -> str:
    void_slips(
        context.database,
        context.actor,
        insats_id=insats_id,
        collected_on=done.collected_on,
        why=UNDO_REASON,
        version=done.version,
        key=key,
    )
    return f"Lapparna {iso(done.collected_on)} är makulerade."


def _draw(form: Form, questions: Sequence[QuestionView], day: SlipDay | None) -> None:
    for place, question in enumerate(questions, start=1):
        name = f"slips_{question.question_id}"
        fields.group_label(f"{place}. {question.wording}", form=form, name=name)
        numbers = {} if day is None else day.numbers.get(question.question_id, {})
        for column, option in zip(
            st.columns(len(question.options), gap="small", vertical_alignment="bottom"),
            question.options,
            strict=True,
        ):
            number = numbers.get(option.value)
            with column:
                fields.number(
                    form,
                    slip_field(question.question_id, option.value),
                    # Numbered, since several questions may share their answers.
                    f"{place} · {capitalised(option.label)}",
                    value="" if number is None else str(number),
                    width=120,
                )


def _read(values: Values, questions: Sequence[QuestionView]) -> dict[int, dict[int, int]]:
    """Numbers by question and answer; a question that is blank all through is not there."""
    counts: dict[int, dict[int, int]] = {}
    for question in questions:
        found = {}
        for option in question.options:
            number = values.whole(
                slip_field(question.question_id, option.value), low=0, high=MOST_SLIPS
            )
            if number is not None:
                found[option.value] = number
        if found:
            counts[question.question_id] = found
    return counts


def _sums(done: SavedSlips, questions: Sequence[QuestionView]) -> str:
    said = [
        f"{question.wording} {count_and_share(*done.sums[question.question_id])} positiva."
        for question in questions
        if question.question_id in done.sums
    ]
    return f"{iso(done.collected_on)}: {' '.join(said)}"
