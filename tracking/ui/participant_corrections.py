"""Correcting what was said at the start, on the participant's page: the start, the person's own
facts, consents that come or go later, and which spell followed on which.

Filling in what was never said is in `participant_forms`, the weighty acts in
`participant_changes`.
"""

from __future__ import annotations

from tracking.domain.records import Gender
from tracking.domain.swedish import iso
from tracking.domain.wording import listed
from tracking.outcomes.participant_views import OtherSpell, ParticipantView
from tracking.services.start_corrections import (
    correct_participant,
    correct_start,
    link_previous,
    record_consents,
)
from tracking.ui import fields, frame, shown, start_fields
from tracking.ui.folded import folded
from tracking.ui.forms import Form, Values
from tracking.ui.guard import Context

NONE = 0
"""The choice of no spell in a list of spells."""


def draw_corrections(context: Context, view: ParticipantView) -> None:
    """The corrections, each behind its own heading."""
    head = view.head
    if head.misregistered_reason is not None:
        return
    folded(
        "Rätta startdatum eller remittent",
        lambda: _start(context, view),
        name=f"ratta-start:{head.spell_id}",
    )
    folded(
        "Rätta födelseår eller kön",
        lambda: _person(context, view),
        name=f"ratta-person:{head.spell_id}",
    )
    folded(
        "Samtycke till kontakt och sekretessbrytande samtycke",
        lambda: _consents(context, view),
        name=f"samtycken:{head.spell_id}",
    )
    if view.others:
        folded(
            "Tidigare deltagande",
            lambda: _previous(context, view),
            name=f"foljer-pa:{head.spell_id}",
        )


def _start(context: Context, view: ParticipantView) -> None:
    head = view.head
    form = Form(f"ratta-start:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)

    def save(values: Values) -> str:
        on = values.required_day("started_on", "Skriv startdatumet.")
        referrer = values.required_choice("referrer", "Välj remittent.")
        why = values.required_choice("why", "Välj skäl.")
        values.check()
        done = correct_start(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            started_on=on,
            referrer=referrer,
            why=why,
            version=version,
            key=values.key,
        )
        return " ".join(["Starten är rättad. Det gamla står i historiken.", *done.warnings])

    frame.small(
        "Starten kan inte ligga efter slutet eller efter något som är registrerat. Processtrappan "
        "är den som gällde när deltagandet registrerades."
    )
    referrers = start_fields.codes(context.database, "referrer")
    with form.drawn():
        fields.day(form, "started_on", "Startdatum", value=head.started_on)
        fields.choice(
            form,
            "referrer",
            "Remittent",
            {head.referrer_key: head.referrer} | referrers,
            value=head.referrer_key,
        )
        _reason(context, form)
        form.submit("Rätta starten", save, primary=False)


def _person(context: Context, view: ParticipantView) -> None:
    head = view.head
    form = Form(f"ratta-person:{head.spell_id}", page=context.page)
    version = form.keep("version", head.participant_version)

    def save(values: Values) -> str:
        birth_year, gender = start_fields.read_person(values)
        why = values.required_choice("why", "Välj skäl.")
        values.check()
        done = correct_participant(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            birth_year=birth_year,
            gender=gender,
            why=why,
            version=version,
            key=values.key,
        )
        told = f"Födelseår och kön är rättade i alla deltaganden för {head.code}."
        return " ".join([told, *done.warnings])

    frame.small(
        "Födelseår och kön hör till personen: rättelsen gäller alla personens deltaganden hos den "
        "personuppgiftsansvariga myndigheten, också i andra insatser."
    )
    with form.drawn():
        fields.number(form, "birth_year", "Födelseår", value=str(head.birth_year))
        fields.choice(
            form,
            "gender",
            "Juridiskt kön",
            start_fields.GENDERS,
            value=Gender(head.gender).value,
            across=True,
        )
        _reason(context, form)
        form.submit("Rätta personen", save, primary=False)


def _reason(context: Context, form: Form) -> None:
    reasons = start_fields.codes(context.database, "correction_reason")
    fields.choice(form, "why", "Skäl", reasons)


def _consents(context: Context, view: ParticipantView) -> None:
    head = view.head
    form = Form(f"samtycken:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)

    def save(values: Values) -> str:
        contact = values.required_choice("consent_contact", "Svara ja eller nej.")
        on = values.required_day("on")
        values.check()
        done = record_consents(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            contact=contact == "yes",
            disclosure_on=values.day("consent_disclosure_on"),
            on=on,
            version=version,
            key=values.key,
        )
        months = listed([str(number) for number in done.opened])
        again = f" Uppföljning efter {months} månader står på Att göra igen." if months else ""
        return f"Samtyckena är sparade.{again}"

    frame.small(
        "Utan samtycke till kontakt görs inga uppföljningar. Ges det senare öppnas de "
        "uppföljningar vars dagar inte har gått. Återkallat samtycke till uppföljningen som helhet "
        "registreras längre ned."
    )
    with form.drawn():
        fields.choice(
            form,
            "consent_contact",
            "Samtycker till kontakt efter avslut",
            start_fields.YES_NO,
            value="yes" if head.consent_contact else "no",
            across=True,
        )
        fields.day(
            form,
            "consent_disclosure_on",
            "Sekretessbrytande samtycke gäller från",
            value=head.consent_disclosure_on,
            hint="Lämnas tomt om det inte finns eller har återkallats. Då ser bara den "
            "personuppgiftsansvariga myndighetens personal deltagandet.",
        )
        fields.day(form, "on", "Dagen då det ändrades", value=context.today)
        form.submit("Spara samtyckena", save, primary=False)


def _said(other: OtherSpell) -> str:
    until = "pågår" if other.ended_on is None else iso(other.ended_on)
    return f"{other.insats}, {iso(other.started_on)} till {until}"


def previous_words(view: ParticipantView) -> str:
    """The spell that this one followed on, if the reader may see it."""
    previous = view.head.previous_spell_id
    found = next((other for other in view.others if other.spell_id == previous), None)
    if found is not None:
        return _said(found)
    return "" if previous is None else "ett deltagande i en annan insats"


def _previous(context: Context, view: ParticipantView) -> None:
    head = view.head
    form = Form(f"foljer-pa:{head.spell_id}", page=context.page)
    version = form.keep("version", head.version)
    earlier = [other for other in view.others if other.started_on <= head.started_on]

    def save(values: Values) -> str:
        link_previous(
            context.database,
            context.actor,
            spell_id=head.spell_id,
            previous_spell_id=values.number_choice("previous_spell_id") or None,
            version=version,
            key=values.key,
        )
        return "Det tidigare deltagandet är sparat."

    with form.drawn():
        fields.record(
            form,
            "previous_spell_id",
            "Följer på",
            {NONE: "Inget"} | {other.spell_id: _said(other) for other in reversed(earlier)},
            value=head.previous_spell_id or NONE,
            hint="Till exempel när förra insatsen slutade med övergång till den här.",
        )
        form.submit("Spara tidigare deltagande", save, primary=False)


def draw_next(context: Context, view: ParticipantView) -> None:
    """After an end: the spell in another insats that this one went over to."""
    head = view.head
    later = [other for other in view.others if other.started_on >= head.started_on]
    after = [other for other in later if other.previous_spell_id == head.spell_id]
    if after:
        frame.small(f"Nästa deltagande: {listed([_said(other) for other in after])}.")
    candidates = {other.spell_id: other for other in later if other not in after}
    if not candidates:
        return
    form = Form(f"nasta:{head.spell_id}", page=context.page)
    versions = form.keep("versions", {key: one.version for key, one in candidates.items()})

    def save(values: Values) -> str:
        chosen = values.number_choice("next_spell_id")
        if chosen is None:
            values.fault("next_spell_id", "Välj nästa deltagande.")
        values.check()
        assert chosen is not None
        link_previous(
            context.database,
            context.actor,
            spell_id=chosen,
            previous_spell_id=head.spell_id,
            version=versions[chosen],
            key=values.key,
        )
        return f"Nästa deltagande är {_said(candidates[chosen])}."

    with shown.expander("Koppla till nästa deltagande"), form.drawn():
        fields.record(
            form,
            "next_spell_id",
            "Nästa deltagande",
            {key: _said(one) for key, one in candidates.items()},
            hint="För övergång till annan insats. Visas när det nya deltagandet har startat.",
        )
        form.submit("Koppla ihop", save, primary=False)
