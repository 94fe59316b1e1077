"""What each kind of file can tell: the columns, how people spell them, and what stands in them.

One table, which the recognition, the reading, the page and the templates all go by.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import INSTRUMENTS
from tracking.domain.situation import NO_SUPPORT_LABEL, SupportSource
from tracking.exchange.importing.fields import Field, ValueKind, fold

_KEY = Field(
    "key",
    "Deltagare",
    ValueKind.KEY,
    (
        "deltagare", "deltagarkod", "deltagarens kod", "deltagarnummer", "deltagarnr", "kod",
        "löpnummer", "löpnr", "nr", "nummer", "id", "deltagar id", "deltagarid", "deltagare nr",
        "person", "klient", "klientnr", "ärende", "ärendenr", "participant",
    ),
    required=True,
    help="Löpnummer som A-17 eller koden i Stegvis, aldrig namn.",
)  # fmt: skip
_SPELL_START = Field(
    "spell_start",
    "Deltagandets start",
    ValueKind.DAY,
    ("deltagandets start", "deltagandets startdatum", "startade", "startdatum", "start"),
    help="Bara om deltagaren har flera deltaganden.",
)
_OCCASION = Field(
    "occasion",
    "Tillfälle",
    ValueKind.OCCASION,
    ("tillfälle", "mättillfälle", "mätpunkt", "när", "tidpunkt", "fas", "mätning"),
    constant=True,
    help="start, under, avslut, 6, 12 eller 18 månader",
)
_STEP = Field(
    "step",
    "Steg",
    ValueKind.STEP,
    (
        "steg", "nivå", "trappsteg", "steg på trappan", "processtrappa", "processtrappan",
        "bedömt steg", "stegbedömning", "trappa",
    ),
    help="Stegets nummer, eller inga utsikter.",
    slotted=True,
)  # fmt: skip


def _yes_no(key: str, title: str, *spellings: str) -> Field:
    return Field(key, title, ValueKind.ANSWER, spellings, slotted=True, constant=True)


_SITUATION = (
    Field(
        "support",
        "Försörjning",
        ValueKind.SUPPORT,
        (
            "försörjning", "inkomst", "försörjningskälla", "offentlig försörjning", "ersättning",
            "inkomstkälla", "försörjning före", "försörjning efter",
        ),
        slotted=True,
        help="En eller flera med komma emellan, eller kryss i en kolumn per försörjning.",
    ),
    *(
        Field(
            f"support_{source.value}",
            source.label,
            ValueKind.TICK,
            (source.label,),
            slotted=True,
        )
        for source in SupportSource
    ),
    Field(
        "support_none", NO_SUPPORT_LABEL, ValueKind.TICK,
        (NO_SUPPORT_LABEL, "ingen försörjning", "självförsörjande", "egen försörjning"),
        slotted=True,
    ),
    _yes_no("work", "Arbetar", "arbetar", "arbete", "i arbete", "jobb", "jobbar", "anställd"),
    Field(
        "work_percent", "Arbete, procent", ValueKind.PERCENT,
        (
            "arbete procent", "arbete %", "arbetstid", "arbetets omfattning", "omfattning arbete",
            "arbetsgrad", "arbetar %", "jobb %", "omfattning",
        ),
        slotted=True,
    ),
    Field(
        "work_kind", "Slag av arbete", ValueKind.WORK_KIND,
        ("slag av arbete", "anställningsform", "typ av arbete", "subventionerat", "arbetets art"),
        slotted=True, constant=True,
        help="osubventionerat, subventionerat eller eget företag",
    ),
    _yes_no("studies", "Studerar", "studerar", "studier", "i studier", "utbildning pågår"),
    Field(
        "studies_percent", "Studier, procent", ValueKind.PERCENT,
        ("studier procent", "studier %", "studiernas omfattning", "studerar %", "studiegrad",
         "omfattning studier"),
        slotted=True,
    ),
    _yes_no(
        "seeking", "Söker arbete", "söker arbete", "aktivt arbetssökande", "arbetssökande",
        "söker jobb", "jobbsökande",
    ),
    _yes_no(
        "registered_af", "Inskriven hos Arbetsförmedlingen", "inskriven hos arbetsförmedlingen",
        "inskriven af", "inskriven på af", "af inskriven", "arbetsförmedlingen", "inskriven",
    ),
)  # fmt: skip


def _instrument_fields() -> tuple[Field, ...]:
    found = []
    for instrument in INSTRUMENTS.values():
        small = instrument.key.lower()
        found += [
            Field(
                f"{small}_{place + 1}",
                f"{instrument.title} {name}",
                ValueKind.SCORE,
                slotted=True,
            )
            for place, name in enumerate(instrument.scales)
        ]
        found += [
            Field(f"{small}_total", f"{instrument.title} total", ValueKind.TOTAL, slotted=True),
            Field(
                f"{small}_mark",
                f"{instrument.title} ifylld",
                ValueKind.MARK,
                slotted=True,
                help="ej ifylld eller ofullständigt ifylld, där siffror saknas",
            ),
        ]
    return tuple(found)


FIELDS: dict[ImportKind, tuple[Field, ...]] = {
    ImportKind.SPELLS: (
        _KEY,
        Field(
            "birth_year", "Födelseår", ValueKind.BIRTH_YEAR,
            ("födelseår", "född", "födelsedatum", "år född", "föd år", "f år", "birth year"),
            required=True,
        ),
        Field(
            "gender", "Kön", ValueKind.GENDER,
            ("kön", "juridiskt kön", "man kvinna", "kvinna man", "k m", "m k", "kön k m"),
            required=True,
        ),
        Field(
            "started_on", "Startdatum", ValueKind.DAY,
            (
                "startdatum", "start", "startdag", "datum start", "inskriven", "inskrivningsdatum",
                "inskrivning", "påbörjad", "började", "startade", "in datum", "datum in", "från",
                "from", "start i insats", "insatsstart",
            ),
            required=True,
        ),
        Field(
            "referrer", "Remittent", ValueKind.CODE,
            ("remittent", "inremittent", "inremitterande", "remitterande myndighet",
             "aktualiserande", "remiss från", "remitterad från", "remitterande",
             "aktualiserad av", "initierad av", "anvisad av",
             "kommer från", "remitterande part", "remitterad av", "part"),
            required=True, list_key="referrer", constant=True,
        ),
        Field(
            "consent_follow_up", "Samtycke till uppföljning", ValueKind.YES,
            ("samtycke till uppföljning", "samtycke uppföljning", "samtycke", "samtyckt",
             "godkänt uppföljning"),
            required=True, constant=True,
        ),
        Field(
            "consent_contact", "Samtycke till kontakt efteråt", ValueKind.YES,
            ("samtycke till kontakt efteråt", "samtycke kontakt", "får kontaktas", "kontakt efter",
             "samtycke till kontakt", "får kontaktas efteråt", "samtycke att kontaktas",
             "kontaktas efter avslut"),
            required=True, constant=True,
        ),
        Field(
            "consent_disclosure_on", "Sekretessbrytande samtycke", ValueKind.DAY,
            ("sekretessbrytande samtycke", "sekretessbrytande", "samtycke sekretess"),
            help="Dagen då det gavs.",
        ),
        Field(
            "municipality", "Hemkommun", ValueKind.CODE,
            ("hemkommun", "kommun", "bostadsort", "boendekommun", "bostadskommun",
             "folkbokföringskommun"),
            list_key="municipality", constant=True,
        ),
        Field(
            "education", "Utbildningsnivå", ValueKind.CODE,
            ("utbildningsnivå", "utbildning", "utbildningsbakgrund", "högsta utbildning"),
            list_key="education",
        ),
        Field(
            "support_time", "Tid i offentlig försörjning före", ValueKind.SUPPORT_TIME,
            ("tid i offentlig försörjning före", "tid i offentlig försörjning",
             "tid i försörjning", "månader i försörjning", "försörjningstid",
             "antal månader försörjning"),
            help="Antal månader, ett av spannen, eller vet ej.",
        ),
        Field(
            "need_group", "Behovsgrupp", ValueKind.CODE, ("behovsgrupp", "målgrupp", "grupp"),
            list_key="need_group",
        ),
        Field(
            "step", "Steg vid start", ValueKind.STEP,
            ("steg vid start", "steg start", "startsteg", "steg in", "nivå vid start", "steg"),
        ),
        Field(
            "ended_on", "Slutdatum", ValueKind.DAY,
            (
                "slutdatum", "slut", "avslut", "avslutad", "avslutsdatum", "datum avslut",
                "datum slut", "utskriven", "utskrivningsdatum", "till", "tom", "t o m", "ut datum",
                "datum ut", "slutade", "avslutades",
            ),
        ),
        Field(
            "end_reason", "Avslutsanledning", ValueKind.CODE,
            ("avslutsanledning", "avslutsorsak", "orsak till avslut", "anledning", "avslut till",
             "avslutad till", "orsak", "anledning till avslut", "avslutningsorsak", "till vad"),
            list_key="end_reason",
        ),
        Field(
            "outcome", "Fullföljt eller avbrutet", ValueKind.OUTCOME,
            ("fullföljt eller avbrutet", "fullföljt", "utfall", "fullföljd", "avbrutet",
             "fullföljt avbrutet"),
        ),
        Field(
            "outcome_reason", "Skäl till ändrat utfall", ValueKind.CODE,
            ("skäl till ändrat utfall", "skäl"), list_key="outcome_reason",
        ),
        Field(
            "active_planning", "Tydlig planering vid avslut", ValueKind.ANSWER,
            ("tydlig planering vid avslut", "aktivitetsplanering", "planering", "rätt plats",
             "tydlig planering"),
        ),
    ),
    ImportKind.RATINGS: (
        _KEY,
        _SPELL_START,
        Field(
            "held_on", "Datum", ValueKind.DAY,
            ("datum", "samtalsdatum", "datum för samtal", "mötesdatum", "dag", "besöksdatum",
             "träffdatum", "datum samtal", "date"),
            required=True, slotted=True,
        ),
        Field(
            "session_kind", "Form", ValueKind.SESSION_KIND,
            ("form", "samtalsform", "typ av möte", "mötesform", "slag av samtal", "typ"),
            slotted=True, constant=True, help="samtal, telefon eller gruppträff",
        ),
        Field(
            "attendance", "Närvaro", ValueKind.ATTENDANCE,
            ("närvaro", "kom", "närvarande", "deltog", "status"), slotted=True,
            help="närvarande, uteblev eller avbokat",
        ),
        Field(
            "place", "Ordning samma dag", ValueKind.PLACE, ("ordning samma dag", "ordning"),
            slotted=True,
        ),
        *_instrument_fields(),
    ),
    ImportKind.SITUATIONS: (
        _KEY,
        _SPELL_START,
        replace(_OCCASION, required=True),
        Field(
            "on", "Datum", ValueKind.DAY, ("datum", "uppgiftsdatum", "mätdatum", "date"),
            slotted=True,
        ),
        *_SITUATION,
        Field(
            "question", "Fråga", ValueKind.TEXT, ("fråga", "frågan", "frågans ordalydelse"),
            help="En fråga på varje rad, om frågorna inte har varsin kolumn.",
        ),
        Field("answer", "Svar", ValueKind.TEXT, ("svar", "svaret", "valt svar")),
    ),
    ImportKind.STEPS: (
        _KEY,
        _SPELL_START,
        _OCCASION,
        Field(
            "on", "Datum", ValueKind.DAY,
            ("datum", "bedömningsdatum", "datum för bedömning", "bedömt", "date"), slotted=True,
        ),
        replace(_STEP, required=True),
    ),
    ImportKind.FOLLOW_UPS: (
        _KEY,
        _SPELL_START,
        Field(
            "months", "Månader efter avslut", ValueKind.MONTHS,
            ("månader efter avslut", "månader", "uppföljning", "uppföljning efter", "antal månader",
             "mån"),
            required=True, constant=True, help="6, 12 eller 18",
        ),
        Field(
            "status", "Resultat", ValueKind.FOLLOW_UP,
            ("resultat", "utfall", "uppföljningens resultat", "nådd", "genomförd", "svar"),
            required=True, slotted=True, constant=True,
            help="genomförd, inte nådd, avböjde, inget samtycke till kontakt eller avliden",
        ),
        Field(
            "on", "Datum", ValueKind.DAY,
            ("datum", "uppföljningsdatum", "datum för uppföljning", "date"), required=True,
            slotted=True,
        ),
        Field(
            "way", "Sätt", ValueKind.CODE, ("sätt", "kontaktsätt", "sätt att nå"),
            list_key="attempt_way", slotted=True, constant=True,
            help="För den som inte nåddes: hur.",
        ),
        _STEP,
        *_SITUATION,
    ),
    ImportKind.HISTORY: (
        Field("year", "År", ValueKind.YEAR, ("år", "period", "kalenderår", "year"), required=True),
        Field(
            "measure", "Mått", ValueKind.TEXT,
            ("mått", "uppgift", "variabel", "indikator", "vad"), required=True, constant=True,
            help="Till exempel Antal deltagare eller I arbete vid avslut.",
        ),
        Field("gender", "Kön", ValueKind.GENDER, ("kön",)),
        Field(
            "number", "Antal", ValueKind.COUNT, ("antal", "värde", "antal personer", "utfall", "n"),
            required=True, slotted=True,
        ),
        Field(
            "base", "Av", ValueKind.COUNT,
            ("av", "bas", "totalt antal", "av antal", "population"),
            help="Hur många antalet är en del av.",
        ),
        Field(
            "definition", "Definition", ValueKind.TEXT,
            ("definition", "beskrivning", "så räknades det"), required=True, constant=True,
        ),
        Field(
            "source", "Källa", ValueKind.TEXT, ("källa", "system", "varifrån"), required=True,
            constant=True, help="Till exempel SUS, uttag i mars 2022.",
        ),
    ),
}  # fmt: skip


@cache
def fields_of(kind: ImportKind) -> dict[str, Field]:
    """The fields of a kind, by key."""
    return {field.key: field for field in FIELDS[kind]}


@cache
def spelled() -> frozenset[str]:
    """Every spelling of every field, folded."""
    return frozenset(
        fold(spelling)
        for fields in FIELDS.values()
        for field in fields
        for spelling in (*field.spellings, field.title)
    )


_HEADING_WORDS = frozenset(
    ["ors", "srs", "gsrs", "datum", "total", "summa", "samtal", "traff", "individuellt", "socialt"]
)


def is_known_heading(text: str) -> bool:
    """Whether a text is a heading that some kind of file has, whatever number stands in it."""
    plain = re.sub(r"\b\d+\b", "", fold(text)).strip()
    plain = re.sub(r" +", " ", plain)
    return plain in spelled() or bool(set(plain.split()) & _HEADING_WORDS)
