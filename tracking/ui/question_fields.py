"""Kompletterande frågor on a form: drawn, and read as the answers that a service takes.

Every question may be left. *Vet ej* is kept as said but counts as no answer; *Ej besvarad*
takes a choice back and keeps nothing. What goes with the spell and the day is the service's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import streamlit as st

from tracking.domain.questions import UNKNOWN_LABEL, asked_at
from tracking.domain.records import QuestionKind
from tracking.domain.situation import Occasion
from tracking.outcomes.directory_views import QuestionView
from tracking.services.answers import answer_field
from tracking.ui import fields, frame
from tracking.ui.forms import Form, Values

UNKNOWN, LEFT = "unknown", "left"
LEFT_LABEL = "Ej besvarad"


def put(
    questions: Iterable[QuestionView], occasion: Occasion, on: date
) -> tuple[QuestionView, ...]:
    """The questions that are put to a participant on an occasion and day."""
    return tuple(
        question
        for question in questions
        if asked_at(
            occasion,
            at_start=question.asked_at_start,
            at_end=question.asked_at_end,
            at_follow_up=question.asked_at_follow_up,
        )
        and question.valid_from <= on
        and (question.valid_to is None or on <= question.valid_to)
    )


def draw(form: Form, questions: Sequence[QuestionView], *, heading: str | None = None) -> None:
    """Draw questions inside a form; nothing without any."""
    if questions and heading is not None:
        frame.subheading(heading)
    for question in questions:
        draw_one(form, question)


def draw_one(form: Form, question: QuestionView, *, chosen: frozenset[int] | None = None) -> None:
    """Draw one question; ``chosen`` is the answer that is being corrected."""
    name = answer_field(question.question_id)
    if question.kind is QuestionKind.SEVERAL_OF:
        fields.group_label(question.wording, form=form, name=name, hint="Kryssa i det som stämmer.")
        with st.container(gap="xsmall"):
            for option in question.options:
                held = chosen is not None and option.value in chosen
                fields.flag(form, f"{name}_{option.value}", option.label, value=held)
            fields.flag(form, f"{name}_{UNKNOWN}", UNKNOWN_LABEL, value=chosen == frozenset())
        return
    words = {str(option.value): option.label for option in question.options}
    words |= {UNKNOWN: UNKNOWN_LABEL, LEFT: LEFT_LABEL}
    value = None
    if chosen is not None:
        value = str(min(chosen)) if chosen else UNKNOWN
    fields.choice(form, name, question.wording, words, value=value, across=True, open_always=True)


def read(values: Values, questions: Sequence[QuestionView]) -> dict[int, frozenset[int]]:
    """The answers by question; those that were left are not among them."""
    found: dict[int, frozenset[int]] = {}
    for question in questions:
        answer = read_one(values, question)
        if answer is not None:
            found[question.question_id] = answer
    return found


def read_one(values: Values, question: QuestionView) -> frozenset[int] | None:
    """The answer to one question: its choices, none for *vet ej*, None when it was left."""
    name = answer_field(question.question_id)
    if question.kind is not QuestionKind.SEVERAL_OF:
        chosen = values.choice(name)
        if chosen is None or chosen == LEFT:
            return None
        return frozenset() if chosen == UNKNOWN else frozenset({int(chosen)})
    ticked = frozenset(o.value for o in question.options if values.flag(f"{name}_{o.value}"))
    if values.flag(f"{name}_{UNKNOWN}"):
        if ticked:
            values.fault(name, "Vet ej kan inte kryssas i tillsammans med ett svar.")
        return frozenset()
    return ticked or None
