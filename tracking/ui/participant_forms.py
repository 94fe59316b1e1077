"""What is recorded about a person besides talks: steps, situations, start details, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracking.domain.endings import Outcome
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion, YesNoUnknown, follow_up_months
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, listed
from tracking.outcomes import directory
from tracking.outcomes.directory_questions import questions
from tracking.outcomes.directory_views import CodeView
from tracking.outcomes.participant_views import ParticipantView
from tracking.outcomes.start_choices import case_workers
from tracking.services.corrections import void_record
from tracking.services.progress import assess_step, complete_end, end_spell, record_situation
from tracking.services.starts import complete_start
from tracking.ui import (
    fields,
    frame,
    messages,
    participant_curves,
    question_fields,
    situation_fields,
    start_fields,
    step_fields,
)
from tracking.ui.forms import Form, Saved, Values
from tracking.ui.guard import Context
from tracking.ui.participant_changes import draw_reopening
from tracking.ui.participant_chart import draw_alone
from tracking.ui.participant_corrections import draw_next, previous_words
from tracking.ui.participant_situations import draw_situations
from tracking.ui.recording import UNDO_REASON
from tracking.ui.tables import show_list

AS_PROPOSED = "proposed"


def draw_step(context: Context, view: ParticipantView, *, wanted: str | None) -> None:
    """The staircase, and a new assessment. ``wanted`` is the occasion asked for, if any."""
    head = view.head
    if not view.ladder:
        frame.lead_sentence("Insatsen har ingen processtrappa.")
        return
    stairs = participant_curves.staircase(view, participant_curves.span_of(view))
    if stairs is None:
        frame.lead_sentence("Ingen stegbedömning än.")
    else:
        draw_alone(context, view, stairs)
    frame.heading("Ny stegbedömning")
    occasions = {occasion.value: capitalised(occasion.label) for occasion in _occasions(view)}
    proposed = wanted if wanted in occasions else next(iter(reversed(occasions)), None)
    if head.ended_on is None:
        proposed = wanted if wanted in occasions else Occasion.DURING.value
    form = Form(f"steg:{head.spell_id}", page=context.page)

    def save(values: Values) -> Saved:
        level = step_fields.read(values, required="Välj ett steg.")
        on = values.required_day("assessed_on")
        occasion = values.required_choice("occasion", "Välj när bedömningen gäller.")
        values.check()
        assert level is not None
        made = assess_step(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            level=level,
            assessed_on=on,
            occasion=Occasion(occasion),
            key=values.key,
        )

        def take_back(key: str) -> str:
            void_record(
                context.database,
                context.actor,
                table="step_assessment",
                row_id=made.assessment_id,
                why=UNDO_REASON,
                version=1,
                key=key,
            )
            return "Stegbedömningen är makulerad. Den står kvar i historiken."

        where = "inga utsikter för arbete" if level.no_prospects else f"steg {level.position}"
        return Saved(f"Stegbedömning sparad: {where}, {iso(on)}.", messages.Undo(take_back))

    with form.drawn():
        step_fields.draw(form, step_fields.options(view.ladder))
        fields.choice(form, "occasion", "När", occasions, value=proposed, across=True)
        day = _day_of(view, wanted) or context.today
        fields.day(form, "assessed_on", "Bedömningens datum", value=day)
        form.submit("Spara stegbedömningen", save)
    _ladder_help(view)


def _day_of(view: ParticipantView, wanted: str | None) -> date | None:
    """The day of the occasion that is asked for."""
    head = view.head
    then = {Occasion.START.value: head.started_on, Occasion.END.value: head.ended_on}
    then |= {f"m{row.months}": row.done_on for row in view.follow_ups}
    return then.get(wanted or "")


def _occasions(view: ParticipantView) -> list[Occasion]:
    """When a step may be assessed now: start and during while it runs, then the end, and after
    a follow-up that has been done.
    """
    done = {row.months for row in view.follow_ups if row.status is FollowUpStatus.DONE}
    if view.head.ended_on is None:
        return [Occasion.START, Occasion.DURING]
    after = [o for o in (Occasion.M6, Occasion.M12, Occasion.M18) if follow_up_months(o) in done]
    return [Occasion.START, Occasion.DURING, Occasion.END, *after]


def _ladder_help(view: ParticipantView) -> None:
    rows = [
        (f"{step.position} · {step.name}", step.needs, step.manages, step.activity, step.goal)
        for step in view.ladder
    ]
    if any(any(row[1:]) for row in rows):
        frame.subheading("Vad stegen betyder")
        show_list(
            "Processtrappans steg",
            ("Steg", "Behov av", "Klarar", "Insats", "Mål för steget"),
            rows,
            show_caption=False,
        )


def draw_situation(context: Context, view: ParticipantView) -> None:
    """Before and after, and a form for what is not described yet."""
    head = view.head
    draw_situations(view)
    missing = [Occasion.START] if view.situation_at(Occasion.START) is None else []
    if head.ended_on is not None and view.situation_at(Occasion.END) is None:
        missing.append(Occasion.END)
    for occasion in missing:
        _situation_form(context, view, occasion)
    if not missing:
        frame.small("Är något fel makuleras det under Samtal och skrivs om.")


def _situation_form(context: Context, view: ParticipantView, occasion: Occasion) -> None:
    head = view.head
    frame.heading(f"Situation {occasion.label}")
    form = Form(f"situation:{head.spell_id}:{occasion}", page=context.page)
    then = head.started_on if occasion is Occasion.START else head.ended_on

    def save(values: Values) -> str:
        value = situation_fields.read(values)
        on = values.required_day("described_on")
        if value is None:
            values.fault("sources", "Fyll i minst en uppgift.")
        values.check()
        assert value is not None
        record_situation(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            occasion=occasion,
            value=value,
            described_on=on,
            key=values.key,
        )
        return f"Situationen {occasion.label} är sparad."

    with form.drawn():
        situation_fields.draw(form)
        fields.day(form, "described_on", "Gällde den", value=then)
        form.submit("Spara situationen", save)


def draw_start_details(context: Context, view: ParticipantView) -> None:
    """What was said at the start, and a form for the rest."""
    head = view.head
    months = None if head.support_months is None else f"{head.support_months} månader"
    known = head.support_months_known
    frame.facts(
        [
            ("Kön, födelseår", f"{head.gender.label}, {head.birth_year} ({head.age} år vid start)"),
            ("Start", iso(head.started_on)),
            ("Remittent", head.referrer),
            ("Kontakt efter avslut", "samtycker" if head.consent_contact else "samtycker inte"),
            (
                "Sekretessbrytande samtycke",
                iso(head.consent_disclosure_on) if head.consent_disclosure_on else "",
            ),
            ("Hemkommun", head.municipality or ""),
            ("Utbildning", head.education or ""),
            (
                "Tid i offentlig försörjning",
                months or head.support_band or ("vet ej" if known is not None else ""),
            ),
            ("Behovsgrupp", head.need_group or ""),
            ("Ansvarig", head.responsible or ""),
            ("Följer på", previous_words(view)),
        ]
    )
    if head.missing_at_start:
        frame.lead_sentence(f"Saknas från starten: {listed(head.missing_at_start)}.")
    form = Form(f"start:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)

    def save(values: Values) -> str:
        details = start_fields.read_details(values)
        if details.responsible_id == head.responsible_id:
            # Stands chosen in the form, and says nothing new.
            details = replace(details, responsible_id=None)
        values.check()
        complete_start(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            details=details,
            version=version,
            why=values.choice("why"),
            key=values.key,
        )
        return "Uppgifterna vid start är sparade."

    frame.heading("Fyll i eller rätta uppgifter vid start")
    with form.drawn():
        start_fields.draw_details(form, context.database, head.insats_id)
        staff = case_workers(context.database, context.actor, head.insats_id)
        start_fields.draw_responsible(form, staff, head.responsible_id)
        fields.choice(
            form,
            "why",
            "Skäl, om något rättas",
            start_fields.codes(context.database, "correction_reason"),
        )
        form.submit("Spara uppgifterna", save)


def draw_end(context: Context, view: ParticipantView) -> None:
    """How it ended, or the form that ends it."""
    head = view.head
    if head.ended_on is not None:
        planning = head.active_planning.label if head.active_planning else ""
        frame.facts(
            [
                ("Avslutat", iso(head.ended_on)),
                ("Avslutsanledning", head.end_reason or ""),
                ("Utfall", head.outcome.label if head.outcome else ""),
                ("Skäl till ändrat utfall", head.outcome_reason or ""),
                ("På rätt plats med tydlig planering", planning),
            ]
        )
        _follow_ups(view)
        if head.misregistered_reason is None:
            frame.small("Situationen vid avslut fylls i under Situation, steget under Steg.")
            _planning(context, view)
            draw_next(context, view)
            draw_reopening(context, view)
        return
    reasons = directory.code_list(context.database, "end_reason")
    asked = question_fields.put(
        questions(context.database, head.insats_id), Occasion.END, context.today
    )
    form = Form(f"avsluta:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)

    def save(values: Values) -> str:
        on = values.required_day("on", "Skriv slutdatumet.")
        reason = values.required_choice("reason", "Välj avslutsanledning.")
        chosen = values.choice("outcome")
        planning = values.choice("active_planning")
        situation = situation_fields.read(values)
        step = step_fields.read(values)
        answers = question_fields.read(values, asked)
        values.check()
        ended = end_spell(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            on=on,
            reason=reason,
            outcome=None if chosen in (None, AS_PROPOSED) else Outcome(chosen),
            outcome_reason=values.choice("outcome_reason"),
            active_planning=None if planning is None else YesNoUnknown(planning),
            situation=situation,
            step=step,
            answers=answers,
            version=version,
            key=values.key,
        )
        months = listed([str(number) for number in ended.follow_up_months])
        after = f"Uppföljning efter {months} månader." if months else "Ingen uppföljning planeras."
        return f"Deltagandet är avslutat {iso(on)}: {ended.outcome.label}. {after}"

    with form.drawn():
        fields.day(form, "on", "Slutdatum", value=context.today)
        fields.choice(
            form, "reason", "Avslutsanledning", {code.key: code.label for code in reasons}
        )
        fields.choice(
            form,
            "outcome",
            "Utfall",
            {
                AS_PROPOSED: "Som anledningen föreslår",
                Outcome.COMPLETED.value: capitalised(Outcome.COMPLETED.label),
                Outcome.INTERRUPTED.value: capitalised(Outcome.INTERRUPTED.label),
            },
            value=AS_PROPOSED,
            hint=_proposals(reasons),
        )
        fields.choice(
            form,
            "outcome_reason",
            "Skäl, om utfallet ändras",
            start_fields.codes(context.database, "outcome_reason"),
        )
        fields.choice(
            form,
            "active_planning",
            "På rätt plats med tydlig planering",
            situation_fields.ANSWERS,
            across=True,
        )
        if view.ladder:
            step_fields.draw(form, step_fields.options(view.ladder), label="Steg vid avslut")
        frame.heading("Situation vid avslut")
        situation_fields.draw(form)
        question_fields.draw(form, asked, heading="Frågor vid avslut")
        form.submit("Avsluta deltagandet", save)


def _planning(context: Context, view: ParticipantView) -> None:
    """The answer that was left out at the end, or was wrong."""
    head = view.head
    form = Form(f"planering:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)

    def save(values: Values) -> str:
        answer = values.required_choice("active_planning", "Svara ja, nej eller vet ej.")
        values.check()
        complete_end(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            active_planning=YesNoUnknown(answer),
            why=values.choice("why"),
            version=version,
            key=values.key,
        )
        return f"Sparat: på rätt plats med tydlig planering, {YesNoUnknown(answer).label}."

    known = head.active_planning is not None
    frame.heading("Rätta aktivitetsplaneringen" if known else "Aktivitetsplanering saknas")
    with form.drawn():
        fields.choice(
            form,
            "active_planning",
            "På rätt plats med tydlig planering",
            situation_fields.ANSWERS,
            across=True,
        )
        if known:
            reasons = start_fields.codes(context.database, "correction_reason")
            fields.choice(form, "why", "Skäl", reasons)
        form.submit("Spara svaret", save, primary=not known)


def _proposals(reasons: tuple[CodeView, ...]) -> str:
    def named(outcome: Outcome) -> str:
        return listed([code.label for code in reasons if code.proposes == outcome.value])

    return (
        f"Fullföljt föreslås för {named(Outcome.COMPLETED)}. "
        f"Avbrutet föreslås för {named(Outcome.INTERRUPTED)}. "
        "Flytt och avliden räknas för sig."
    )


def _follow_ups(view: ParticipantView) -> None:
    if not view.follow_ups:
        frame.lead_sentence("Ingen uppföljning är planerad.")
        return
    rows = [
        (
            f"{row.months} månader",
            iso(row.due_on),
            row.status.label,
            _day(row.done_on or row.closed_on),
            ", ".join(f"{iso(attempt.tried_on)} {attempt.way}" for attempt in row.attempts),
        )
        for row in view.follow_ups
    ]
    show_list("Uppföljningar", ("Efter", "Förfaller", "Läge", "Gjord", "Försök att nå"), rows)


def _day(day: date | None) -> str:
    return "" if day is None else iso(day)
