"""The questions at the start of a spell: the required ones and those that may come later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tracking.domain.records import Gender, SupportMonthsKnown
from tracking.outcomes import directory
from tracking.outcomes.directory_questions import need_groups
from tracking.outcomes.directory_views import QuestionView
from tracking.services.starts import PastEnd, SpellStart, StartDetails
from tracking.store.database import Database
from tracking.ui import fields, frame, question_fields, situation_fields, step_fields
from tracking.ui.forms import Form, Values

GENDERS = {gender.value: gender.label.capitalize() for gender in Gender}
YES_NO = {"yes": "Ja", "no": "Nej"}
UNKNOWN = "unknown"
LATER = "Kan fyllas i nu eller senare. Det som saknas står på Att göra."


def codes(database: Database, key: str) -> dict[str, str]:
    """The values of a code list that may be chosen: key → words."""
    return {code.key: code.label for code in directory.code_list(database, key)}


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


def draw_responsible(form: Form, staff: Mapping[int, str], value: int | None = None) -> None:
    """Who of the insats's staff follows the spell."""
    fields.record(
        form,
        "responsible_id",
        "Ansvarig deltagaransvarig",
        staff,
        value=value if value in staff else None,
        hint="Styr vems Att göra deltagandet står på. Utan ansvarig står det på allas.",
    )


def draw_order(form: Form, earlier: Mapping[int, str], reasons: Mapping[str, str]) -> None:
    """Which spell this one followed on, and the end of one that is over already."""
    if earlier:
        fields.record(
            form,
            "previous_spell_id",
            "Följer på ett tidigare deltagande",
            earlier,
            hint="Lämnas tomt om det inte är en övergång.",
        )
    fields.day(
        form,
        "ended_on",
        "Slutade",
        hint="Bara för ett deltagande som redan är över, till exempel ett som förs in i "
        "efterhand före ett senare.",
    )
    fields.choice(form, "end_reason", "Avslutsanledning", reasons)


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


def _read_end(values: Values) -> PastEnd | None:
    """The end of a spell that is registered afterwards: both its day and its reason, or none."""
    on, reason = values.day("ended_on"), values.choice("end_reason")
    if on is not None and reason is not None:
        return PastEnd(on, reason)
    if on is not None:
        values.fault("end_reason", "Välj avslutsanledning när deltagandet redan har slutat.")
    elif reason is not None:
        values.fault("ended_on", "Skriv vilken dag deltagandet slutade.")
    return None


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
        responsible_id=values.number_choice("responsible_id"),
        previous_spell_id=values.number_choice("previous_spell_id"),
        end=_read_end(values),
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
        responsible_id=values.number_choice("responsible_id"),
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
