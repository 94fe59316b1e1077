"""A register extract as files: a PDF that reads aloud, and JSON with the same tables.

What is held is read by `tracking.outcomes.extract`. Here it becomes sections of tables, once;
both files are made from these. The memory word stands in neither, as in nothing that leaves
the screen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import tracking
from tracking.domain.clock import SWEDEN
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.instruments import INSTRUMENTS
from tracking.domain.periods import Period
from tracking.domain.records import SupportMonthsKnown
from tracking.domain.situation import YesNoUnknown, situation_words
from tracking.domain.swedish import cell_text, decimal, iso, whole
from tracking.domain.wording import EN_DASH, capitalised
from tracking.outcomes.extract import LogLine, Registered, RegisterExtract
from tracking.outcomes.participant_views import (
    ParticipantView,
    RatingPoint,
    RatingSeries,
    SituationRow,
)
from tracking.reports.shapes import Identity, ReportContent, Section

MARKING = "INTERNT – lämnas bara ut till den som utdraget gäller"
TITLE = "Registerutdrag"
NOTE = "Anmärkning"
"""A column that is left out where nothing in it is said."""


def to_json(extract: RegisterExtract) -> bytes:
    """The extract as JSON: sections, in each its tables as lists of rows with named columns."""
    return json.dumps(
        {
            "titel": TITLE,
            "kod": extract.code,
            "personuppgiftsansvarig": extract.controller,
            "uttaget": extract.made_at.astimezone(SWEDEN).isoformat(timespec="minutes"),
            "uttaget_av": extract.by,
            "märkning": MARKING,
            "fullständigt": extract.complete,
            "avsnitt": [
                {
                    "rubrik": section.heading,
                    "text": list(section.words),
                    "tabeller": [
                        {"rubrik": table.title, "rader": [_named(table, row) for row in table.rows]}
                        for table in section.tables
                    ],
                }
                for section in sections(extract)
            ],
        },
        ensure_ascii=False,
        indent=2,
    ).encode()


def _named(table: Table, row: Row) -> dict[str, str]:
    names = (table.row_heading, *table.columns)
    return dict(zip(names, (row.label, *map(cell_text, row.cells)), strict=True))


def to_pdf(extract: RegisterExtract) -> bytes:
    """The extract as a tagged PDF in Swedish."""
    # Typesetting takes a while to load, and most visits of the page take nothing out.
    from tracking.reports.layout import lay_out
    from tracking.reports.pdf import paper_to_pdf

    moment = extract.made_at.astimezone(SWEDEN)
    first = min([extract.registered_on, *(v.head.started_on for _, v in extract.spells)])
    content = ReportContent(
        title=TITLE,
        subtitle=f"Deltagare {extract.code}",
        period=Period(min(first, moment.date()), moment.date()),
        made_at=extract.made_at,
        made_by=extract.by,
        sections=sections(extract),
        marking=MARKING,
        identity=Identity(extract.controller),
        code_version=tracking.__version__,
    )
    paper = replace(
        lay_out(content),
        running_title=f"{TITLE} {extract.code}",
        facts=(
            ("Personuppgiftsansvarig", extract.controller),
            ("Uttaget", f"{moment:%Y-%m-%d %H:%M} av {extract.by}"),
            ("Märkning", MARKING),
            ("Programversion", f"Stegvis {tracking.__version__}"),
        ),
    )
    return paper_to_pdf(paper)


def sections(extract: RegisterExtract) -> tuple[Section, ...]:
    """What is said, in order: the person, each spell, who has read, and what the rules are."""
    today = extract.made_at.astimezone(SWEDEN).date()
    return (
        _person(extract, today),
        *(
            _spell(number, registered, view, today)
            for number, (registered, view) in enumerate(extract.spells, start=1)
        ),
        _log(extract, today),
    )


def _person(extract: RegisterExtract, today: date) -> Section:
    told = (
        "Utdraget innehåller allt som myndigheten har om deltagaren i Stegvis."
        if extract.complete
        else "Utdraget innehåller det som står om deltagaren i den eller de insatser som den som "
        "tog ut det arbetar i. Ett utdrag för alla myndighetens insatser lämnas på begäran."
    )
    return Section(
        "person",
        "Personen",
        f"{len(extract.spells)} deltagande i utdraget"
        if len(extract.spells) == 1
        else f"{len(extract.spells)} deltaganden i utdraget",
        words=(
            told,
            "Namn, personnummer och fria anteckningar finns inte i Stegvis. Vem som bär koden står "
            "i en kodnyckel på papper hos insatsen. Deltagaren har också ett minnesord, ett "
            "vanligt ord som systemet har valt; det skrivs aldrig ut och sägs på begäran.",
            f"Uppgifterna används för att följa upp insatsen och rapportera till "
            f"{extract.forbund} i tabeller där ingen kan kännas igen. De tas bort "
            f"{extract.persons_rule.years} år efter att deltagandet har slutat "
            f"({extract.persons_rule.source}), och uppgifter om vem som har läst efter "
            f"{extract.log_rule.years} hela kalenderår ({extract.log_rule.source}).",
            "Den som anser att något är fel kan begära rättelse hos insatsen, och kan klaga hos "
            "Integritetsskyddsmyndigheten.",
        ),
        tables=(
            _facts(
                "Om deltagaren",
                [
                    ("Kod", extract.code),
                    ("Kön", extract.gender.label),
                    ("Födelseår", str(extract.birth_year)),
                    ("Registrerad", iso(extract.registered_on)),
                ],
                today,
            ),
        ),
    )


def _spell(number: int, registered: Registered, view: ParticipantView, today: date) -> Section:
    head = view.head
    end = EN_DASH if head.ended_on is None else iso(head.ended_on)
    return Section(
        f"spell-{number}",
        f"Deltagande {number}: {head.insats}",
        f"Från {iso(head.started_on)} till {end}" if head.ended_on else "Pågår",
        tables=tuple(table for table in _tables(registered, view, today) if table.rows),
    )


def _tables(registered: Registered, view: ParticipantView, today: date) -> Iterator[Table]:
    head = view.head
    yield _facts(
        "Start och slut",
        [
            ("Insats", head.insats),
            ("Startade", iso(head.started_on)),
            ("Remittent", head.referrer),
            ("Samtycke till uppföljning", _yes(registered.consent_follow_up)),
            ("Samtycke till kontakt efter avslut", _yes(head.consent_contact)),
            ("Sekretessbrytande samtycke", _day(head.consent_disclosure_on)),
            ("Hemkommun", head.municipality or EN_DASH),
            ("Utbildning", head.education or EN_DASH),
            ("Tid i offentlig försörjning före", _support(view)),
            ("Behovsgrupp", head.need_group or EN_DASH),
            ("Ansvarig", head.responsible or EN_DASH),
            ("Slutade", _day(head.ended_on)),
            ("Resultat", EN_DASH if head.outcome is None else head.outcome.label),
            ("Avslutsanledning", head.end_reason or EN_DASH),
            ("Skäl till annat resultat", head.outcome_reason or EN_DASH),
            ("Aktivitetsplanering", _answer(head.active_planning)),
            ("Skäl till felregistrering", head.misregistered_reason or EN_DASH),
            ("Registrerat", f"{iso(registered.created_on)} av {registered.by}"),
        ],
        today,
    )
    yield _listed(
        "Samtal och träffar",
        ("Dag", "Slag", "Närvaro", NOTE),
        (
            (iso(row.held_on), row.kind.label, row.status.label, _voided(row.voided))
            for row in view.sessions
        ),
        today,
    )
    for series in (view.ors, view.srs, view.gsrs):
        yield _ratings(series, today)
    yield _listed(
        "Stegbedömningar",
        ("Dag", "Steg", "När", "Bedömt av", NOTE),
        (
            (iso(x.assessed_on), x.name, x.occasion.label, x.by, _voided(x.voided))
            for x in view.steps
        ),
        today,
    )
    yield _listed(
        "Situation",
        ("Dag", "När", "Försörjning", "Sysselsättning", NOTE),
        (_situation(row) for row in view.situations),
        today,
    )
    yield _listed(
        "Svar på frågor",
        ("Dag", "När", "Fråga", "Svar", NOTE),
        (
            (iso(x.answered_on), x.occasion.label, x.wording, x.said, _voided(x.voided))
            for x in view.answers
        ),
        today,
    )
    yield _listed(
        "Uppföljningar",
        ("Månader efter", "Ska göras", "Läge", "Gjord", "Stängd"),
        (
            (str(x.months), iso(x.due_on), x.status.label, _day(x.done_on), _day(x.closed_on))
            for x in view.follow_ups
        ),
        today,
    )
    yield _listed(
        "Försök att nå",
        ("Dag", "Uppföljning", "Sätt", "Av"),
        (
            (iso(attempt.tried_on), f"{row.months} månader", attempt.way, attempt.by)
            for row in view.follow_ups
            for attempt in row.attempts
        ),
        today,
    )
    yield _listed(
        "Rättelser och makuleringar",
        ("När", "Uppgift", "Fält", "Var", "Blev", "Skäl", "Av"),
        (
            (
                f"{x.changed_at.astimezone(SWEDEN):%Y-%m-%d}",
                x.what,
                x.field,
                x.old,
                x.new,
                x.why,
                x.by,
            )
            for x in view.changes
            if x.field != "minnesord"
        ),
        today,
    )


def _situation(row: SituationRow) -> tuple[str, ...]:
    support, work, studies, seeking, registered = situation_words(row.value)
    rest = (
        f"Arbete: {work}. Studier: {studies}. Söker arbete: {seeking}. "
        f"Inskriven hos Arbetsförmedlingen: {registered}."
    )
    return (iso(row.described_on), row.occasion.label, support, rest, _voided(row.voided))


def _ratings(series: RatingSeries, today: date) -> Table:
    instrument = INSTRUMENTS[series.instrument]
    return _listed(
        f"{instrument.title}, poäng",
        ("Dag", *instrument.scales, "Summa", NOTE),
        (_rating(point) for point in series.points),
        today,
    )


def _rating(point: RatingPoint) -> tuple[str, ...]:
    value = point.value
    scales = [_points(mm) for mm in value.scales or ()] or [EN_DASH] * 4
    total = value.status.label if value.total is None else _points(value.total)
    said = _voided(point.voided) or ("rättad" if point.corrected else "")
    return (iso(point.held_on), *scales, total, said)


def _log(extract: RegisterExtract, today: date) -> Section:
    return Section(
        "log",
        "Vem som har läst och skrivit",
        "Åtkomstloggen säger när och i vilken funktion någon har öppnat, ändrat eller tagit ut "
        "uppgifterna",
        words=(
            "Namn på personal lämnas inte ut här. När deltagaren har stått i en lista med flera "
            "är listan loggad för insatsen och inte för den enskilde, och räknas inte upp.",
        ),
        tables=(
            _listed(
                "Åtkomst per dag",
                ("Dag", "Funktion", "Arbetsgivare", "Vad", "Insats", "Gånger"),
                (_line(line) for line in extract.log),
                today,
            ),
        ),
    )


def _line(line: LogLine) -> tuple[str, ...]:
    return (
        iso(line.day),
        line.who,
        line.employer or EN_DASH,
        line.act,
        line.insats or EN_DASH,
        whole(line.times),
    )


def _facts(title: str, pairs: Sequence[tuple[str, str]], today: date) -> Table:
    return _listed(title, ("Uppgift", "Värde"), pairs, today)


def _listed(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], today: date
) -> Table:
    """A table of words; the first column is its heading."""
    told = [list(row) for row in rows]
    if columns[-1] == NOTE and not any(row[-1] for row in told):
        columns, told = columns[:-1], [row[:-1] for row in told]
    return Table(
        key=title,
        title=title,
        definition="",
        row_heading=columns[0],
        columns=tuple(columns[1:]),
        rows=tuple(Row(row[0], tuple(Cell.of_text(text) for text in row[1:])) for row in told),
        period=Period(today, today),
        population="Som det står",
    )


def _support(view: ParticipantView) -> str:
    head = view.head
    if head.support_months_known is SupportMonthsKnown.MONTHS:
        return f"{head.support_months} månader"
    if head.support_months_known is SupportMonthsKnown.BAND:
        return head.support_band or EN_DASH
    return EN_DASH if head.support_months_known is None else "vet ej"


def _points(mm: int) -> str:
    return decimal(mm / 10)


def _day(day: date | None) -> str:
    return EN_DASH if day is None else iso(day)


def _yes(said: bool) -> str:
    return "ja" if said else "nej"


def _answer(answer: YesNoUnknown | None) -> str:
    return EN_DASH if answer is None else capitalised(answer.label)


def _voided(voided: bool) -> str:
    return "makulerad" if voided else ""
