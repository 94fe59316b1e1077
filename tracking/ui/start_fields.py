"""The questions at the start of a spell: the required ones and those that may come later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tracking.domain.records import Gender, SupportMonthsKnown
from tracking.outcomes import catalog
from tracking.outcomes.catalog_questions import need_groups
from tracking.outcomes.catalog_views import QuestionView
from tracking.services.starts import SpellStart, StartDetails
from tracking.store.database import Database
from tracking.ui import fields, frame, question_fields, situation_fields, step_fields
from tracking.ui.forms import Form, Values

GENDERS = {gender.value: gender.label.capitalize() for gender in Gender}
YES_NO = {"yes": "Ja", "no": "Nej"}
UNKNOWN = "unknown"
LATER = "Kan fyllas i nu eller senare. Det som saknas står på Att göra."


def codes(database: Database, key: str) -> dict[str, str]:
    """The values of a code list that may be chosen: key → words."""
    return {code.key: code.label for code in catalog.code_list(database, key)}


def draw_person(form: Form) -> None:
    """Birth year and kön."""
    fields.number(form, "birth_year", "Födelseår", hint="Fyra siffror, till exempel 1994.")
    fields.choice(form, "gender", "Juridiskt kön", GENDERS, across=True)


def draw_required(form: Form, database: Database, today: date) -> None:
    """Date, remittent and the consents."""
    fields.day(form, "started_on", "Startdatum", value=today)
    fields.choice(form, "referrer", "Remittent", codes(database, "referrer"))
    fields.choice(
        form,
        "consent_follow_up",
        "Samtycker till uppföljning",
        YES_NO,
        across=True,
        hint="Den som inte samtycker, eller har skyddade personuppgifter, registreras som anonym.",
    )
    fields.choice(
        form, "consent_contact", "Samtycker till kontakt efter avslut", YES_NO, across=True
    )
    fields.day(
        form,
        "consent_disclosure_on",
        "Sekretessbrytande samtycke",
        hint="Datum, lämnas tomt om det inte finns.",
    )


def draw_details(form: Form, database: Database, insats_id: int) -> None:
    """Hemkommun, education, time in offentlig försörjning, behovsgrupp."""
    for name, label in (("municipality", "Hemkommun"), ("education", "Utbildningsnivå")):
        choices = codes(database, name)
        if choices:
            fields.choice(form, name, label, choices)
    fields.number(
        form,
        "support_months",
        "Månader i offentlig försörjning före start",
        hint="Antal månader om det är känt, annars ett spann här under.",
        width=400,
    )
    bands = {**codes(database, "support_band"), UNKNOWN: "Vet ej"}
    fields.choice(form, "support_band", "Ungefärlig tid i offentlig försörjning", bands)
    groups = {group.key: group.label for group in need_groups(database, insats_id)}
    if groups:
        fields.choice(form, "need_group", "Behovsgrupp", groups)


def draw_standing(
    form: Form, steps: Mapping[str, str] | None, questions: Sequence[QuestionView] = ()
) -> None:
    """The step, the situation and the kompletterande frågor at the start."""
    if steps is not None:
        step_fields.draw(
            form,
            steps,
            label="Steg vid start",
            hint="Där personen står innan insatsens eget arbete har flyttat den.",
        )
    frame.subheading("Situation vid start")
    situation_fields.draw(form)
    question_fields.draw(form, questions, heading="Frågor vid start")


def read_person(values: Values) -> tuple[int, Gender]:
    """Birth year and kön."""
    year = values.whole("birth_year", required="Skriv födelseåret.", low=1900, high=2100)
    gender = values.required_choice("gender", "Välj juridiskt kön.")
    return year or 0, Gender(gender) if gender else Gender.UNKNOWN


def read_start(values: Values, questions: Sequence[QuestionView] = ()) -> SpellStart:
    """Everything that a spell starts with."""
    known, months, band = _read_support(values)
    consent = values.required_choice("consent_follow_up", "Svara ja eller nej.")
    contact = values.required_choice("consent_contact", "Svara ja eller nej.")
    return SpellStart(
        started_on=values.required_day("started_on", "Skriv startdatumet."),
        referrer=values.required_choice("referrer", "Välj remittent."),
        consent_follow_up=consent == "yes",
        consent_contact=contact == "yes",
        consent_disclosure_on=values.day("consent_disclosure_on"),
        municipality=values.choice("municipality"),
        education=values.choice("education"),
        support_months_known=known,
        support_months=months,
        support_band=band,
        need_group=values.choice("need_group"),
        situation=situation_fields.read(values),
        step=step_fields.read(values),
        answers=question_fields.read(values, questions),
    )


def read_details(values: Values) -> StartDetails:
    """What was asked at the start and came later."""
    known, months, band = _read_support(values)
    return StartDetails(
        municipality=values.choice("municipality"),
        education=values.choice("education"),
        support_months_known=known,
        support_months=months,
        support_band=band,
        need_group=values.choice("need_group"),
    )


def _read_support(values: Values) -> tuple[SupportMonthsKnown | None, int | None, str | None]:
    months = values.whole("support_months", low=0, high=720)
    band = values.choice("support_band")
    if months is not None and band is not None:
        values.fault("support_months", "Skriv antalet månader eller välj ett spann, inte båda.")
        return None, None, None
    if months is not None:
        return SupportMonthsKnown.MONTHS, months, None
    if band == UNKNOWN:
        return SupportMonthsKnown.UNKNOWN, None, None
    if band is not None:
        return SupportMonthsKnown.BAND, None, band
    return None, None, None
