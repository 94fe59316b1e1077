"""A person's answers to kompletterande frågor: what was said when, the rest, and what was wrong.

Answers given with the start, the end and the follow-ups are asked in those forms; here they
are filled in afterwards, corrected and struck out. The old answer stays in the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracking.domain.errors import InvalidValue
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import FOLLOW_UPS, Occasion, follow_up_months
from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, capitalised
from tracking.outcomes.directory_questions import questions
from tracking.outcomes.directory_views import QuestionView
from tracking.outcomes.participant_views import AnswerRow, ParticipantView
from tracking.services.answers import correct_answer, record_answers, void_answer
from tracking.ui import fields, frame, messages, question_fields, shown, tables
from tracking.ui.forms import Form, Saved, Values
from tracking.ui.guard import Context
from tracking.ui.start_fields import codes

OCCASIONS = (Occasion.START, Occasion.END, *FOLLOW_UPS)
CORRECT, VOID = "Rätta", "Makulera"


def draw_answers(context: Context, view: ParticipantView) -> None:
    """All of it, under the situation; nothing in an insats that puts no questions."""
    known = questions(context.database, view.head.insats_id)
    standing = [answer for answer in view.answers if not answer.voided]
    missing = _missing(view, known)
    if not standing and not missing:
        return
    frame.heading("Svar på frågor")
    if standing:
        _table(standing)
    else:
        frame.lead_sentence("Ingen fråga är besvarad än.")
    if view.head.misregistered_reason is not None:
        return
    for occasion, (on, left) in missing.items():
        with shown.expander(f"Fyll i svar {occasion.label} ({len(left)} kvar)"):
            _fill_in(context, view, occasion, on, left)
    if standing:
        with shown.expander("Rätta eller makulera ett svar"):
            _change(context, view, standing, {q.question_id: q for q in known})


def _table(standing: Sequence[AnswerRow]) -> None:
    said = {(a.question_id, a.occasion): a.said for a in standing}
    shown = [o for o in OCCASIONS if any(a.occasion is o for a in standing)]
    wordings = {a.question_id: a.wording for a in standing}
    tables.show_list(
        "Svar på frågor",
        ("Fråga", *(capitalised(occasion.label) for occasion in shown)),
        [
            (wording, *(said.get((question_id, occasion), EN_DASH) for occasion in shown))
            for question_id, wording in wordings.items()
        ],
        show_caption=False,
    )


def _missing(
    view: ParticipantView, known: Sequence[QuestionView]
) -> dict[Occasion, tuple[date, tuple[QuestionView, ...]]]:
    """What has not been answered of what was put, by occasion, with the occasion's day."""
    head = view.head
    days: dict[Occasion, date] = {Occasion.START: head.started_on}
    if head.ended_on is not None:
        days[Occasion.END] = head.ended_on
    for row in view.follow_ups:
        if row.status is FollowUpStatus.DONE and row.done_on is not None:
            occasion = next(o for o in FOLLOW_UPS if follow_up_months(o) == row.months)
            days[occasion] = row.done_on
    found = {}
    for occasion, on in days.items():
        left = tuple(
            question
            for question in question_fields.put(known, occasion, on)
            if view.answer_to(question.question_id, occasion) is None
        )
        if left:
            found[occasion] = (on, left)
    return found


def _fill_in(
    context: Context,
    view: ParticipantView,
    occasion: Occasion,
    then: date,
    left: Sequence[QuestionView],
) -> None:
    form = Form(f"svar:{view.head.spell_id}:{occasion}", page=context.page)
    of_follow_up = occasion in FOLLOW_UPS

    def save(values: Values) -> str:
        on = then if of_follow_up else values.required_day("answered_on")
        answers = question_fields.read(values, left)
        values.check()
        record_answers(
            context.database,
            context.actor,
            spell_id=view.head.spell_id,
            occasion=occasion,
            on=on,
            answers=answers,
            key=values.key,
        )
        return f"Svaren {occasion.label} är sparade."

    with form.drawn():
        question_fields.draw(form, left)
        if not of_follow_up:
            fields.day(form, "answered_on", "Besvarat den", value=then)
        form.submit("Spara svaren", save)


def _change(
    context: Context,
    view: ParticipantView,
    standing: Sequence[AnswerRow],
    known: dict[int, QuestionView],
) -> None:
    names = {
        a.answer_id: f"{a.wording} {capitalised(a.occasion.label)}: {a.said}" for a in standing
    }
    answer_id = shown.selectbox(
        "Svar",
        list(names),
        key=f"deltagaren::svar::{view.head.spell_id}",
        format_func=lambda row_id: names[row_id],
        width=640,
    )
    answer = next(a for a in standing if a.answer_id == answer_id)
    way = shown.radio(
        "Vad som ska göras",
        [CORRECT, VOID],
        key=f"deltagaren::svar::{view.head.spell_id}::sätt",
        horizontal=True,
    )
    if way == VOID:
        _void(context, answer)
    elif answer.question_id in known:
        _correct(context, answer, known[answer.question_id])


def _correct(context: Context, answer: AnswerRow, question: QuestionView) -> None:
    form = Form(f"ratta-svar:{answer.answer_id}", page=context.page)
    version = form.keep("version", answer.version)

    def save(values: Values) -> Saved:
        choices = question_fields.read_one(values, question)
        why = values.required_choice("why", "Välj skäl till rättelsen.")
        values.check()
        if choices is None:
            raise InvalidValue("Välj ett svar, eller makulera det som är fel.")
        done = correct_answer(
            context.database,
            context.actor,
            answer_id=answer.answer_id,
            choices=choices,
            why=why,
            version=version,
            key=values.key,
        )

        def take_back(key: str) -> str:
            correct_answer(
                context.database,
                context.actor,
                answer_id=answer.answer_id,
                choices=answer.values,
                why=why,
                version=done.version,
                key=key,
            )
            return f"Svaret är åter {answer.said}."

        return Saved("Svaret är rättat. Det gamla står i historiken.", messages.Undo(take_back))

    with form.drawn():
        question_fields.draw_one(form, question, chosen=answer.values)
        fields.choice(form, "why", "Skäl", codes(context.database, "correction_reason"))
        form.submit("Spara rättelsen", save)


def _void(context: Context, answer: AnswerRow) -> None:
    form = Form(f"makulera-svar:{answer.answer_id}", page=context.page)
    version = form.keep("version", answer.version)

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj skäl till makuleringen.")
        values.check()
        void_answer(
            context.database,
            context.actor,
            answer_id=answer.answer_id,
            why=why,
            version=version,
            key=values.key,
        )
        return f"Svaret {answer.occasion.label} den {iso(answer.answered_on)} är makulerat."

    with form.drawn():
        fields.choice(form, "why", "Skäl", codes(context.database, "void_reason"), value=None)
        form.submit("Makulera svaret", save, primary=False)
