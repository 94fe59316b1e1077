"""The history of a person's records, and the weighty acts: another memory word, taking back an
end, closing as felregistrering, and withdrawn consent with its consequence spelled out.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracking.domain.clock import SWEDEN
from tracking.domain.records import WithdrawalReason
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, listed
from tracking.outcomes.extract import RegisterExtract, register_extract
from tracking.outcomes.participant_views import ParticipantView
from tracking.reports.register_extract import to_json, to_pdf
from tracking.services.endings import reopen_spell
from tracking.services.participants import change_memory_word, propose_memory_words
from tracking.services.withdrawals import close_as_misregistered, withdraw_consent
from tracking.ui import fields, frame, shown, tables
from tracking.ui.folded import folded
from tracking.ui.forms import Form, Values
from tracking.ui.guard import Context
from tracking.ui.session import asking_again
from tracking.ui.start_fields import codes


def draw_extract(context: Context, view: ParticipantView) -> None:
    """Everything that is held about the person, as files to hand over; each is logged."""
    actor_now = asking_again(context.database)
    spell_id, code = view.head.spell_id, view.head.code

    def made(form: str, make: Callable[[RegisterExtract], bytes]) -> Callable[[], bytes]:
        # The page may have stood open since: who is here and may do what is asked again.
        return lambda: make(
            register_extract(
                context.database, actor_now(), spell_id, page=context.page, form=form
            ).value
        )

    with shown.expander("Registerutdrag"):
        frame.small(
            "Allt som står om deltagaren i de insatser som du arbetar i, och vem som har läst det. "
            "Lämnas bara ut till deltagaren själv. Hämtningen loggas. Ett utdrag för alla "
            "myndighetens insatser tas ut av den som sköter servern, på begäran."
        )
        with st.container(horizontal=True):
            for form, mime, make in (
                ("PDF", "application/pdf", to_pdf),
                ("JSON", "application/json", to_json),
            ):
                shown.download_button(
                    f"Hämta {form}",
                    data=made(form, make),
                    file_name=f"INTERNT-registerutdrag-{code}.{form.lower()}",
                    mime=mime,
                    key=f"extract::{spell_id}::{form}",
                    on_click="ignore",
                )


def draw_history(view: ParticipantView) -> None:
    """Every correction and void, the newest first."""
    if not view.changes:
        frame.lead_sentence("Inget har rättats eller makulerats.")
        return
    rows = [
        (
            f"{change.changed_at.astimezone(SWEDEN):%Y-%m-%d %H:%M}",
            change.what,
            change.field,
            change.old,
            change.new,
            change.why,
            change.by,
        )
        for change in view.changes
    ]
    tables.show_list(
        "Rättelser och makuleringar, den senaste först",
        ("När", "Uppgift", "Fält", "Var", "Blev", "Skäl", "Av"),
        rows,
    )


def draw_acts(context: Context, view: ParticipantView) -> None:
    """The acts that concern the whole person, each behind its own heading."""
    head = view.head
    folded("Byt minnesord", lambda: _memory_word(context, view), name=f"minnesord:{head.spell_id}")
    if head.misregistered_reason is None:
        folded(
            "Stäng som felregistrering",
            lambda: _misregistered(context, view),
            name=f"felregistrering:{head.spell_id}",
        )
    folded(
        "Samtycket återkallat, eller skyddade personuppgifter",
        lambda: _withdraw(context, view),
        name=f"samtycke:{head.spell_id}",
    )


def _memory_word(context: Context, view: ParticipantView) -> None:
    head = view.head
    words = propose_memory_words(context.database, context.actor, spell_id=head.spell_id)
    form = Form(f"minnesord:{head.spell_id}", page=context.page)
    version = form.keep("version", head.participant_version)

    def save(values: Values) -> str:
        word = values.required_choice("word", "Välj ett minnesord.")
        values.check()
        changed = change_memory_word(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            word=word,
            version=version,
            key=values.key,
        )
        return f"{head.code} har minnesordet {changed.memory_word}."

    with form.drawn():
        fields.choice(form, "word", f"I stället för {head.memory_word}", {w: w for w in words})
        form.submit("Byt minnesord", save, primary=False)


def _misregistered(context: Context, view: ParticipantView) -> None:
    head = view.head
    form = Form(f"felregistrering:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj skäl.")
        values.check()
        close_as_misregistered(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            why=why,
            version=version,
            key=values.key,
        )
        return "Deltagandet är stängt som felregistrering och räknas inte i något resultat."

    frame.small(
        "För ett deltagande som aldrig skulle ha registrerats. Det lämnar alla resultat och "
        "står kvar i historiken; det går inte att öppna igen."
    )
    with form.drawn():
        fields.choice(form, "why", "Skäl", codes(context.database, "void_reason"))
        form.submit("Stäng som felregistrering", save, primary=False)


def draw_reopening(context: Context, view: ParticipantView) -> None:
    """The act that takes back an end that was wrong; drawn where the end is shown."""
    head = view.head
    form = Form(f"ta-tillbaka-avslut:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj skäl.")
        values.check()
        reopen_spell(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            why=why,
            version=version,
            key=values.key,
        )
        return (
            "Avslutet är taget tillbaka: deltagandet pågår. Det gamla avslutet står i historiken."
        )

    with shown.expander("Ta tillbaka avslutet"):
        frame.small(
            "För ett avslut som blev fel. Deltagandet pågår igen, situation och steg vid avslut "
            "makuleras och planerade uppföljningar tas bort. Det går inte när en uppföljning är "
            "besvarad eller påbörjad."
        )
        with form.drawn():
            fields.choice(form, "why", "Skäl", codes(context.database, "void_reason"))
            form.submit("Ta tillbaka avslutet", save, primary=False)


def _withdraw(context: Context, view: ParticipantView) -> None:
    head = view.head
    form = Form(f"samtycke:{head.spell_id}", page=context.page)

    def save(values: Values) -> str:
        reason = values.required_choice("reason", "Välj skäl.")
        on = values.required_day("on")
        if not values.flag("understood"):
            values.fault("understood", "Bekräfta att allt om deltagandet raderas.")
        values.check()
        done = withdraw_consent(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            reason=WithdrawalReason(reason),
            on=on,
            key=values.key,
        )
        st.query_params.clear()
        years = listed([str(year) for year in done.years])
        counted = f" En anonym deltagare mer räknas {years}." if years else ""
        return f"Deltagandet i {head.insats} är raderat.{counted}"

    also = (
        "Personens andra deltaganden finns kvar och hanteras för sig."
        if view.others
        else "Personen har inget annat deltagande som du ser; är detta det enda raderas också "
        "koden och minnesordet."
    )
    frame.facts(
        [
            (
                "Det här raderas",
                f"{len(view.sessions)} samtal och träffar med sina skattningar, "
                f"{len(view.steps)} stegbedömningar, {len(view.situations)} beskrivningar av "
                f"situationen, {len(view.follow_ups)} uppföljningar och hela historiken.",
            ),
            (
                "Det här blir kvar",
                "En anonym deltagare mer i insatsen, bara kön, i varje kalenderår från starten "
                "till och med återkallelsen (eller slutet, om det var tidigare).",
            ),
            (
                "Fortsätter personen",
                "Är personen kvar i insatsen nästa år räknas den in på nytt under Anonyma "
                "deltagare, som alla anonyma.",
            ),
            ("Övrigt", also),
        ]
    )
    frame.lead_sentence("Det går inte att ångra. Personen kan mycket väl stanna i insatsen.")
    with form.drawn():
        fields.choice(
            form,
            "reason",
            "Skäl",
            {reason.value: capitalised(reason.label) for reason in WithdrawalReason},
        )
        fields.day(form, "on", "Från och med", value=context.today)
        fields.flag(
            form,
            "understood",
            f"Ja, radera allt om {head.code} i {head.insats} sedan {iso(head.started_on)}",
        )
        form.submit("Radera deltagandet", save, primary=False)
