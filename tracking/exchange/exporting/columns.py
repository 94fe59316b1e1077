"""The tables of an export and their columns, each with meaning, unit and values: the codebook.

Names and order are the import's own (`tracking.exchange.importing.kinds`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from tracking.domain.import_records import ImportKind
from tracking.domain.situation import NO_SUPPORT_LABEL, SupportSource
from tracking.exchange.importing.fields import Field, ValueKind
from tracking.exchange.importing.kinds import fields_of
from tracking.exchange.importing.templates import columns_of
from tracking.outcomes.export import ANSWERS, NO_PROSPECTS, UNKNOWN

EXPORTED = (
    ImportKind.SPELLS,
    ImportKind.RATINGS,
    ImportKind.SITUATIONS,
    ImportKind.STEPS,
    ImportKind.FOLLOW_UPS,
)
_STEP_AT_START = "step"
"""Not a column of the spells: it stands among the step assessments, with its day."""

FIGURES = frozenset({ValueKind.SCORE, ValueKind.TOTAL})
WHOLE = frozenset({ValueKind.BIRTH_YEAR, ValueKind.PERCENT, ValueKind.PLACE, ValueKind.MONTHS})
DAYS = frozenset({ValueKind.DAY})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its value lies in a row, what it is called, means and may hold."""

    key: str
    title: str
    value: ValueKind
    meaning: str
    unit: str
    values: str


@dataclass(frozen=True, slots=True)
class TableOf:
    """One table: the rows' key in an export, its name as a file and on a sheet, its columns."""

    key: str
    stem: str
    title: str
    about: str
    columns: tuple[Column, ...]


@cache
def tables() -> tuple[TableOf, ...]:
    """Every table of an export, in order."""
    return tuple(_tables())


def _tables() -> Iterator[TableOf]:
    for kind in EXPORTED:
        fields = columns_of(kind)
        if kind is ImportKind.SPELLS:
            fields = tuple(field for field in fields if field.key != _STEP_AT_START)
        yield TableOf(
            kind.value,
            _STEMS[kind.value],
            "Situationer" if kind is ImportKind.SITUATIONS else kind.label,
            _ABOUT[kind.value],
            tuple(_column(kind, field) for field in fields),
        )
    one_a_row = [fields_of(ImportKind.SITUATIONS)[key] for key in _ANSWER_COLUMNS]
    yield TableOf(
        ANSWERS,
        _STEMS[ANSWERS],
        "Svar på frågor",
        _ABOUT[ANSWERS],
        tuple(
            replace(_column(ImportKind.SITUATIONS, field), meaning="Dagen för svaret.")
            if field.key == "on"
            else _column(ImportKind.SITUATIONS, field)
            for field in one_a_row
        ),
    )


_ANSWER_COLUMNS = ("key", "spell_start", "occasion", "on", "question", "answer")
_STEMS = {
    "spells": "deltaganden",
    "ratings": "skattningar",
    "situations": "situationer",
    "steps": "stegbedomningar",
    "follow_ups": "uppfoljningar",
    ANSWERS: "svar",
}
_ABOUT = {
    "spells": "En rad per deltagande som inte är en felregistrering.",
    "ratings": "En rad per deltagare och samtal eller träff; makulerade är inte med.",
    "situations": "En rad per deltagande och tillfälle, vid start och vid avslut.",
    "steps": "En rad per bedömning under insatsen; de efter avslut står i uppföljningarna.",
    "follow_ups": "En rad per uppföljning som är gjord eller stängd; de som återstår är inte med.",
    ANSWERS: "En rad per besvarad fråga.",
}
_UNITS = {
    ValueKind.DAY: "datum, ÅÅÅÅ-MM-DD",
    ValueKind.BIRTH_YEAR: "år",
    ValueKind.PERCENT: "procent av 40 timmar i veckan",
    ValueKind.MONTHS: "månader",
    ValueKind.PLACE: "nummer",
    ValueKind.SCORE: "poäng, en tiondel är en millimeter",
    ValueKind.TOTAL: "poäng, en tiondel är en millimeter",
}
_VALUES = {
    ValueKind.KEY: "ST- och fyra siffror",
    ValueKind.GENDER: "kvinna, man, uppgift saknas",
    ValueKind.YES: "ja, nej",
    ValueKind.ANSWER: "ja, nej, vet ej",
    ValueKind.CODE: "förbundets lista",
    ValueKind.SUPPORT_TIME: "antal månader, ett spann ur förbundets lista, eller vet ej",
    ValueKind.STEP: f"stegets nummer på deltagandets trappa, eller {NO_PROSPECTS}",
    ValueKind.OUTCOME: "fullföljt, avbrutet, räknas för sig; tomt: pågår",
    ValueKind.SUPPORT: ", ".join([s.label for s in SupportSource] + [NO_SUPPORT_LABEL, UNKNOWN])
    + "; flera med komma emellan",
    ValueKind.WORK_KIND: "osubventionerat, subventionerat, eget företag",
    ValueKind.PERCENT: "1–100",
    ValueKind.OCCASION: "vid start, under insatsen, vid avslut; "
    "i svaren också 6, 12 och 18 månader efter",
    ValueKind.MONTHS: "6, 12, 18",
    ValueKind.FOLLOW_UP: "genomförd, inte nådd, avböjde, inget samtycke till kontakt, avliden",
    ValueKind.SESSION_KIND: "samtal, gruppträff, telefonsamtal",
    ValueKind.ATTENDANCE: "närvarande, uteblev, avbokat",
    ValueKind.PLACE: "1, 2 …",
    ValueKind.SCORE: "0–10",
    ValueKind.TOTAL: "0–40",
    ValueKind.MARK: "ej ifylld, ofullständigt ifylld; tomt där det finns siffror",
}
_MEANINGS = {
    "key": "Deltagarens kod. Vem det är står bara i insatsens kodnyckel på papper.",
    "spell_start": "Dagen då deltagandet startade: skiljer en deltagares deltaganden åt.",
    "birth_year": "Födelseår.",
    "gender": "Juridiskt kön.",
    "started_on": "Deltagandets första dag.",
    "referrer": "Den som skickade deltagaren till insatsen.",
    "consent_follow_up": "Samtycke till uppföljning, vid starten.",
    "consent_contact": "Samtycke till kontakt efter avslut.",
    "consent_disclosure_on": "Dagen för ett sekretessbrytande samtycke; tomt: inget.",
    "municipality": "Hemkommun vid starten.",
    "education": "Högsta utbildning vid starten.",
    "support_time": "Tid i offentlig försörjning direkt före starten.",
    "need_group": "Insatsens egen grupp för varför deltagaren kommer.",
    "ended_on": "Deltagandets sista dag; tomt: pågår.",
    "end_reason": "Varför deltagandet slutade.",
    "outcome": "Om deltagandet räknas som fullföljt.",
    "outcome_reason": "Varför resultatet är ett annat än anledningen föreslår.",
    "active_planning": "På rätt plats med tydlig planering vid avslutet.",
    "held_on": "Samtalets eller träffens dag.",
    "session_kind": "Hur samtalet hölls.",
    "attendance": "Om deltagaren kom.",
    "place": "Samtalets ordning bland dagens samtal i insatsen.",
    "occasion": "När uppgiften gäller.",
    "support": "Försörjning.",
    "work": "Om deltagaren arbetar; anställd men sjukskriven räknas som nej.",
    "work_percent": "Arbetets omfattning.",
    "work_kind": "Slag av arbete.",
    "studies": "Om deltagaren studerar.",
    "studies_percent": "Studiernas omfattning.",
    "seeking": "Om deltagaren aktivt söker arbete.",
    "registered_af": "Om deltagaren är inskriven hos Arbetsförmedlingen.",
    "months": "Hur långt efter avslutet uppföljningen gäller.",
    "status": "Vad som kom ut av uppföljningen.",
    "way": "Hur den som inte nåddes senast söktes.",
    "step": "Bedömt steg.",
    "question": "Frågan som den är ställd.",
    "answer": "Det eller de svar som valdes, med komma emellan, eller vet ej.",
}
_DAY_OF = {
    ImportKind.SITUATIONS: "Dagen som situationen gäller.",
    ImportKind.STEPS: "Dagen för bedömningen.",
    ImportKind.FOLLOW_UPS: "Dagen då uppföljningen gjordes eller stängdes.",
}


def _column(kind: ImportKind, field: Field) -> Column:
    meaning = _DAY_OF[kind] if field.key == "on" else _MEANINGS.get(field.key, "")
    if field.value is ValueKind.SCORE:
        meaning = f"Skalan {field.title}."
    elif field.value is ValueKind.TOTAL:
        meaning = "Summan av de fyra skalorna, eller den totalsumma som är införd utan dem."
    elif field.value is ValueKind.MARK:
        meaning = "Varför skattningen saknar siffror."
    return Column(
        field.key,
        field.title,
        field.value,
        meaning,
        _UNITS.get(field.value, "text"),
        _VALUES.get(field.value, ""),
    )


CODEBOOK = ("Tabell", "Kolumn", "Betydelse", "Enhet", "Värden")


def codebook() -> list[tuple[str, str, str, str, str]]:
    """Every column of every table, as the codebook prints them."""
    return [
        (table.title, column.title, column.meaning, column.unit, column.values)
        for table in tables()
        for column in table.columns
    ]
