"""Doing one follow-up: reached, declined, or an attempt more; and what can be said of it."""

from __future__ import annotations

from tracking.domain.errors import NotFound
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import situation_words
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, counted
from tracking.outcomes.directory_questions import questions
from tracking.outcomes.participant_views import FollowUpRow, ParticipantView
from tracking.services.corrections import void_record
from tracking.services.followups import occasion_of, record_attempt, record_follow_up
from tracking.ui import (
    fields,
    frame,
    messages,
    question_fields,
    shown,
    situation_fields,
    step_fields,
)
from tracking.ui.forms import Form, Saved, Values
from tracking.ui.guard import Context
from tracking.ui.recording import UNDO_REASON
from tracking.ui.start_fields import codes

REACHED, ATTEMPT, CLOSE = "reached", "attempt", "close"
WAYS = {
    REACHED: "Nådd: uppföljningen görs nu",
    ATTEMPT: "Inte nådd den här gången: ett försök",
    CLOSE: "Stäng utan svar",
}
CLOSINGS = (
    FollowUpStatus.DECLINED,
    FollowUpStatus.NOT_REACHED,
    FollowUpStatus.NO_CONTACT_CONSENT,
    FollowUpStatus.DECEASED,
)


def follow_up_of(view: ParticipantView, months: int) -> FollowUpRow:
    """The spell's follow-up after so many months. Raises `NotFound`."""
    found = next((row for row in view.follow_ups if row.months == months), None)
    if found is None:
        raise NotFound(f"Deltagandet har ingen uppföljning efter {months} månader.")
    return found


def draw_follow_up(context: Context, view: ParticipantView, row: FollowUpRow) -> None:
    """The facts that are needed on the phone, and the form."""
    head = view.head
    end = next((s for s in reversed(view.steps) if s.occasion == "end" and not s.voided), None)
    last = next((s for s in reversed(view.situations) if not s.voided), None)
    frame.facts(
        [
            ("Avslutat", f"{iso(head.ended_on)}, {head.end_reason}" if head.ended_on else ""),
            ("Förfaller", f"{iso(row.due_on)}, räknas till och med {iso(row.closes_on)}"),
            ("Steg vid avslut", end.name if end else "saknas"),
            ("Senaste situation", ", ".join(situation_words(last.value)[:2]) if last else "saknas"),
            (
                "Försök att nå",
                ", ".join(f"{iso(a.tried_on)} {a.way}" for a in row.attempts) or "inga",
            ),
        ]
    )
    if row.status is not FollowUpStatus.DUE:
        done = row.done_on or row.closed_on
        frame.lead_sentence(f"{capitalised(row.status.label)}{f' {iso(done)}' if done else ''}.")
        return
    way = shown.radio(
        "Hur gick det",
        list(WAYS),
        key=f"uppfoljning::{row.follow_up_id}",
        format_func=lambda chosen: WAYS[chosen],
    )
    form = Form(f"uppfoljning:{row.follow_up_id}:{way}", page=context.page)
    version = form.keep("version", row.version)
    if way == ATTEMPT:
        _attempt(context, view, row, form)
    elif way == CLOSE:
        _close(context, view, row, form, version)
    else:
        _reached(context, view, row, form, version)


def _undo(context: Context, row: FollowUpRow, version: int) -> messages.Undo:
    def take_back(key: str) -> str:
        void_record(
            context.database,
            context.actor,
            table="follow_up",
            row_id=row.follow_up_id,
            why=UNDO_REASON,
            version=version + 1,
            key=key,
        )
        return "Uppföljningen är öppnad igen och står på listan."

    return messages.Undo(take_back)


def _reached(
    context: Context, view: ParticipantView, row: FollowUpRow, form: Form, version: int
) -> None:
    asked = question_fields.put(
        questions(context.database, view.head.insats_id), occasion_of(row.months), context.today
    )

    def save(values: Values) -> Saved:
        on = values.required_day("on")
        step = step_fields.read(values)
        situation = situation_fields.read(values)
        answers = question_fields.read(values, asked)
        values.check()
        done = record_follow_up(
            context.database,
            context.actor,
            spell_id=view.head.spell_id,
            months=row.months,
            status=FollowUpStatus.DONE,
            on=on,
            situation=situation,
            step=step,
            answers=answers,
            version=version,
            key=values.key,
        )
        words = [f"Uppföljningen {row.months} månader för {view.head.code} är sparad."]
        return Saved(" ".join([*words, *done.warnings]), _undo(context, row, version))

    with form.drawn():
        fields.day(form, "on", "Gjord den", value=context.today)
        if view.ladder:
            step_fields.draw(form, step_fields.options(view.ladder), label="Steg i dag")
        situation_fields.draw(form)
        question_fields.draw(form, asked, heading="Frågor vid uppföljningen")
        form.submit("Spara uppföljningen", save)


def _attempt(context: Context, view: ParticipantView, row: FollowUpRow, form: Form) -> None:
    def save(values: Values) -> str:
        on = values.required_day("on")
        way = values.required_choice("way", "Välj hur du försökte.")
        values.check()
        tried = record_attempt(
            context.database,
            context.actor,
            spell_id=view.head.spell_id,
            months=row.months,
            way=way,
            on=on,
            key=values.key,
        )
        return f"Försöket är sparat: {counted(tried.attempts, 'försök', 'försök')} hittills."

    with form.drawn():
        fields.day(form, "on", "Datum", value=context.today)
        fields.choice(form, "way", "Sätt", codes(context.database, "attempt_way"))
        form.submit("Spara försöket", save)


def _close(
    context: Context, view: ParticipantView, row: FollowUpRow, form: Form, version: int
) -> None:
    def save(values: Values) -> Saved:
        on = values.required_day("on")
        status = values.required_choice("status", "Välj vad som gäller.")
        values.check()
        record_follow_up(
            context.database,
            context.actor,
            spell_id=view.head.spell_id,
            months=row.months,
            status=FollowUpStatus(status),
            on=on,
            version=version,
            key=values.key,
        )
        label = FollowUpStatus(status).label
        return Saved(
            f"Uppföljningen {row.months} månader för {view.head.code} är stängd: {label}.",
            _undo(context, row, version),
        )

    with form.drawn():
        fields.choice(
            form, "status", "Vad gäller", {s.value: capitalised(s.label) for s in CLOSINGS}
        )
        fields.day(form, "on", "Datum", value=context.today)
        form.submit("Stäng uppföljningen", save)
