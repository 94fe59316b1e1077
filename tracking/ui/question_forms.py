"""Defining kompletterande frågor: the list, a new one, changes, order, and the last day.

The slag and the number of answers are chosen before the form, since they decide its fields. A
question that has been answered shows only what may still change, and how it is replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from tracking.domain.questions import (
    FEWEST_OPTIONS,
    KIND_LABELS,
    MOST_OPTIONS,
    Option,
    QuestionSpec,
    yes_no_options,
)
from tracking.domain.records import QuestionKind
from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, capitalised, counted, listed
from tracking.outcomes.directory_views import QuestionView
from tracking.services.questions import (
    define_question,
    edit_question,
    move_question,
    retire_question,
)
from tracking.ui import fields, frame, messages, shown, tables
from tracking.ui.forms import Form, Saved, act
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

KINDS = {kind.value: label for kind, label in KIND_LABELS.items()}
WHEN = {
    "asked_at_start": "Vid start",
    "asked_at_end": "Vid avslut",
    "asked_at_follow_up": "Vid uppföljningarna 6, 12 och 18 månader efter",
    "on_slips": "På anonyma lappar, i stället för till deltagaren",
}
POSITIVE = {"yes": "Ja", "no": "Nej", "": "Inget av dem"}
USUAL_OPTIONS = 5


def answer(own: Sequence[QuestionView], today: date, whose: str) -> str:
    """How many questions are put, and how many stand on slips."""
    valid = [q for q in own if q.valid_from <= today and (q.valid_to or today) >= today]
    put = sum(not q.on_slips for q in valid)
    slips = sum(q.on_slips for q in valid)
    return (
        f"{whose} ställer {counted(put, 'fråga', 'frågor')} till deltagarna och har "
        f"{counted(slips, 'fråga', 'frågor')} på anonyma lappar."
    )


def show(questions: Sequence[QuestionView], *, caption: str) -> None:
    """Every question with its answers, the positive ones by themselves, and when it is put."""
    if not questions:
        return
    tables.show_list(
        caption,
        ("Fråga", "Svar", "Positiva svar", "Ställs", "Från", "Till"),
        [
            (
                question.wording,
                # Answers have commas of their own.
                " · ".join(option.label for option in question.options),
                " · ".join(o.label for o in question.options if o.positive) or EN_DASH,
                when_words(question),
                iso(question.valid_from),
                EN_DASH if question.valid_to is None else iso(question.valid_to),
            )
            for question in questions
        ],
    )


def when_words(question: QuestionView) -> str:
    """When a question is put, in words."""
    if question.on_slips:
        return "på anonyma lappar"
    marks = (
        (question.asked_at_start, "vid start"),
        (question.asked_at_end, "vid avslut"),
        (question.asked_at_follow_up, "vid uppföljning"),
    )
    return listed([words for put, words in marks if put])


def define(context: Context, insats_id: int | None, replaced: QuestionView | None) -> None:
    """A new question, or one that takes the place of ``replaced``."""
    slot = f"{insats_id or 0}:{replaced.question_id if replaced else 'ny'}"
    kind, number = _choose_shape(slot, replaced)
    name = f"question:{slot}:{kind.value}:{number}"
    form = Form(round_name(name), page=context.page)

    def save(values: Values) -> str:
        spec = _spec(values, kind, number)
        valid_from = values.required_day("valid_from", "Skriv från vilken dag frågan ställs.")
        values.check()
        define_question(
            context.database,
            context.actor,
            insats_id=insats_id,
            spec=spec(),
            valid_from=valid_from,
            replaces=None if replaced is None else replaced.question_id,
            key=values.key,
        )
        next_round(name)
        return "Frågan är sparad och ställs från den dagen."

    with form.drawn():
        _wording_fields(form, replaced)
        _option_fields(form, kind, number, replaced)
        fields.day(
            form,
            "valid_from",
            "Ställs från",
            value=context.today,
            hint=None if replaced is None else "Den gamla frågan ställs sista gången dagen före.",
        )
        form.submit("Spara frågan", save)


def edit(context: Context, question: QuestionView) -> None:
    """Change a question that nobody has answered; of an answered one only when it is put."""
    kind, number = question.kind, len(question.options)
    form = Form(round_name(f"edit_question:{question.question_id}"), page=context.page)
    version = form.keep("version", question.version)

    def save(values: Values) -> str:
        spec = _kept(values, question) if question.answered else _spec(values, kind, number)
        valid_from = values.required_day("valid_from", "Skriv från vilken dag frågan ställs.")
        values.check()
        edit_question(
            context.database,
            context.actor,
            question_id=question.question_id,
            spec=spec(),
            valid_from=valid_from,
            valid_to=question.valid_to,
            version=version,
            key=values.key,
        )
        next_round(f"edit_question:{question.question_id}")
        return "Frågan är sparad."

    if question.answered:
        frame.small(
            "Frågan har besvarats och behåller sin ordalydelse, sina svar och vilka som är "
            "positiva. Ska något av det ändras ersätts den med en ny."
        )
    with form.drawn():
        if question.answered:
            if not question.on_slips:
                _when_fields(form, question, slips=False)
        else:
            _wording_fields(form, question)
            _option_fields(form, kind, number, question)
        fields.day(form, "valid_from", "Ställs från", value=question.valid_from)
        form.submit("Spara ändringen", save)


def order(context: Context, question: QuestionView, own: Sequence[QuestionView]) -> None:
    """Move the question one place among those of the same owner."""
    ids = [q.question_id for q in own]
    place = ids.index(question.question_id)

    def move(key: str, *, up: bool) -> str:
        move_question(
            context.database,
            context.actor,
            question_id=question.question_id,
            up=up,
            version=question.version,
            key=key,
        )
        return "Ordningen är ändrad."

    frame.small(f"Frågan står som nummer {place + 1} av {len(ids)} på formulären.")
    with st.container(horizontal=True):
        if place > 0:
            act("Flytta upp", partial(move, up=True), name=f"up:{question.question_id}")
        if place < len(ids) - 1:
            act("Flytta ner", partial(move, up=False), name=f"down:{question.question_id}")


def retire(context: Context, question: QuestionView) -> None:
    """Let the question be put for the last time, or let it go on."""
    form = Form(f"retire_question:{question.question_id}", page=context.page)
    # As it stands on the page just now: the form above may have saved it since.
    version = question.version

    def put_again(key: str, *, read: int) -> str:
        retire_question(
            context.database,
            context.actor,
            question_id=question.question_id,
            last_day=question.valid_to,
            version=read,
            key=key,
        )
        return "Frågans sista dag är som förut."

    def save(values: Values) -> Saved:
        last_day = values.day("last_day")
        values.check()
        done = retire_question(
            context.database,
            context.actor,
            question_id=question.question_id,
            last_day=last_day,
            version=version,
            key=values.key,
        )
        words = (
            "Frågan ställs tills vidare."
            if last_day is None
            else f"Frågan ställs sista gången {iso(last_day)}. Svaren som finns räknas som förut."
        )
        return Saved(words, messages.Undo(partial(put_again, read=done.version)))

    with form.drawn():
        fields.day(
            form,
            "last_day",
            "Sista dagen som frågan ställs",
            value=question.valid_to or context.today,
            hint="Lämnas tomt för en fråga som ska fortsätta tills vidare.",
        )
        form.submit("Spara sista dagen", save, primary=False)


def _choose_shape(slot: str, replaced: QuestionView | None) -> tuple[QuestionKind, int]:
    kind_key, number_key = f"choose::kind:{slot}", f"choose::number:{slot}"
    if kind_key not in st.session_state:
        st.session_state[kind_key] = (replaced.kind if replaced else QuestionKind.SCALE).value
    kind = QuestionKind(
        shown.selectbox(
            "Slag av fråga", list(KINDS), key=kind_key, format_func=lambda k: KINDS[k], width=480
        )
    )
    if kind is QuestionKind.YES_NO:
        return kind, 2
    if number_key not in st.session_state:
        st.session_state[number_key] = len(replaced.options) if replaced else USUAL_OPTIONS
    number = shown.selectbox(
        "Antal svar", range(FEWEST_OPTIONS, MOST_OPTIONS + 1), key=number_key, width=160
    )
    return kind, int(number)


def _wording_fields(form: Form, start: QuestionView | None) -> None:
    fields.text(
        form,
        "wording",
        "Fråga, som deltagaren hör den",
        value=start.wording if start else "",
        width=640,
        hint="Svaret väljs alltid i en lista, aldrig i fri text.",
    )
    _when_fields(form, start, slips=True)


def _when_fields(form: Form, start: QuestionView | None, *, slips: bool) -> None:
    fields.group_label("När frågan ställs", form=form, name="occasions")
    with st.container(gap="xsmall"):
        for name, label in WHEN.items():
            if slips or name != "on_slips":
                fields.flag(form, name, label, value=bool(start and getattr(start, name)))


def _option_fields(form: Form, kind: QuestionKind, number: int, start: QuestionView | None) -> None:
    options = start.options if start and start.kind is kind else ()
    if kind is QuestionKind.YES_NO:
        value = next((o.label for o in options if o.positive), None)
        fields.choice(
            form,
            "positive",
            "Positivt svar",
            POSITIVE,
            value={"Ja": "yes", "Nej": "no"}.get(value or "", "yes" if not options else ""),
            across=True,
            hint="Det svar som ett mål räknar.",
        )
        return
    fields.group_label(
        "Svar",
        form=form,
        name="options",
        hint="Från lägst till högst på en skala. Kryssa i de svar som ett mål räknar som positiva. "
        "Vet ej finns alltid och räknas inte som svar.",
    )
    for place in range(1, number + 1):
        held = options[place - 1] if place <= len(options) else None
        fields.text(
            form, f"option_{place}", f"Svar {place}", value=held.label if held else "", width=400
        )
        fields.flag(
            form,
            f"positive_{place}",
            f"Svar {place} är positivt",
            value=bool(held and held.positive),
        )


def _spec(values: Values, kind: QuestionKind, number: int) -> partial[QuestionSpec]:
    """The question as filled in; made when nothing else is at fault."""
    wording = values.text("wording", required="Skriv frågan.")
    if kind is QuestionKind.YES_NO:
        options = yes_no_options(values.choice("positive") or "")
    else:
        options = tuple(
            Option(
                place,
                values.text(f"option_{place}", required="Skriv svaret."),
                values.flag(f"positive_{place}"),
            )
            for place in range(1, number + 1)
        )
    marks = {name: values.flag(name) for name in WHEN}
    return partial(QuestionSpec, wording=wording, kind=kind, options=options, **marks)


def _kept(values: Values, question: QuestionView) -> partial[QuestionSpec]:
    """An answered question with other marks for when it is put."""
    marks = {name: values.flag(name) for name in WHEN if name != "on_slips"}
    if question.on_slips:
        marks = dict.fromkeys(marks, False)
    return partial(
        QuestionSpec,
        wording=question.wording,
        kind=question.kind,
        options=tuple(Option(o.value, o.label, o.positive) for o in question.options),
        on_slips=question.on_slips,
        **marks,
    )


def named(question: QuestionView) -> str:
    """A question in a list of choices."""
    last = "" if question.valid_to is None else f" (till {iso(question.valid_to)})"
    return capitalised(question.wording) + last
