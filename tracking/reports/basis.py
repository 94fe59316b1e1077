"""Underlag till Uppföljning Finsam: head counts by kön and money, of one insats and year.

The national follow-up takes heads and money, never outcomes of single people. The insats's own
staff get exact numbers, which whoever registers them copies; the förbund zone gets what has been
released. Both are contents of one kind, so that they are shown and written out alike.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session as DbSession
from sqlmodel import select

import tracking
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import can_see_internal, check_can_read_released
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period, year
from tracking.domain.records import Gender
from tracking.domain.swedish import whole
from tracking.outcomes.cohorts import SpellRow, read_cohort
from tracking.outcomes.parts import Anonymous, read_anonymous
from tracking.outcomes.releasing.released import release_heads
from tracking.outcomes.releasing.tables import BY_GENDER
from tracking.outcomes.report_source import read_source
from tracking.reports.content import internal_marking
from tracking.reports.sections_people import flows_table, heads_sentence
from tracking.reports.shapes import ReportContent, Section
from tracking.reports.table_words import table_of
from tracking.store.database import Database
from tracking.store.tables import Budget, Insats

TITLE = "Underlag till Uppföljning Finsam"


def finsam_basis(database: Database, actor: Actor, insats_id: int, in_year: int) -> ReportContent:
    """Return the basis of an insats and calendar year, exact or as released.

    Exact, and to date while the year goes on, for the insats's own staff; for the förbund zone
    from the last release of the year. Raises `NotPermitted` for anybody else and `NotFound`
    when the insats does not exist, or the year has no release.
    """
    _check(actor, insats_id)
    with database.reading() as session:
        return _basis(session, actor, insats_id, in_year)


def taken_basis(database: Database, actor: Actor, insats_id: int, in_year: int) -> ReportContent:
    """Return the basis for a file; logged. Raises as `finsam_basis`."""
    _check(actor, insats_id)
    with database.transaction() as work:
        content = _basis(work.session, actor, insats_id, in_year)
        entry = Entry("download_basis", insats_id=insats_id, page="underlag", detail=str(in_year))
        record(work, actor, entry)
        return content


def _check(actor: Actor, insats_id: int) -> None:
    if not can_see_internal(actor, insats_id):
        check_can_read_released(actor, insats_id)


def _basis(session: DbSession, actor: Actor, insats_id: int, in_year: int) -> ReportContent:
    insats = session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    if can_see_internal(actor, insats_id):
        return _exact(session, actor, insats, in_year, clock.today())
    return _released(session, insats, in_year)


def _exact(
    session: DbSession, actor: Actor, insats: Insats, in_year: int, today: date
) -> ReportContent:
    period = year(in_year).until(today)
    insats_id = insats.id or 0
    cohort = read_cohort(session, insats_id, period, today=today)
    anonymous = read_anonymous(session, insats_id, in_year)
    people = _people_table(
        cohort.active, cohort.started, cohort.ended + cohort.outside, anonymous, period
    )
    unique = len({row.participant_id for row in cohort.active})
    finding = (
        f"{whole(unique)} deltagare och {whole(anonymous.total)} anonyma {period.label}, alltså "
        f"{whole(unique + anonymous.total)} tillsammans."
    )
    return ReportContent(
        title=f"{TITLE}: {insats.name}",
        subtitle=f"Exakta antal för kalenderåret {in_year}, till och med {period.end.isoformat()}",
        period=period,
        made_at=clock.now(),
        made_by=actor.title,
        sections=(
            Section("participants", "Deltagare", finding, tables=(people,)),
            _money_section(session, insats_id, in_year),
        ),
        marking=internal_marking(actor),
        code_version=tracking.__version__,
    )


def _people_table(
    active: tuple[SpellRow, ...],
    started: tuple[SpellRow, ...],
    ended: tuple[SpellRow, ...],
    anonymous: Anonymous,
    period: Period,
) -> Table:
    def heads(rows: tuple[SpellRow, ...]) -> list[int]:
        return [len({r.participant_id for r in rows if r.gender == g}) for g in Gender]

    def spells(rows: tuple[SpellRow, ...]) -> list[int]:
        return [sum(row.gender == gender for row in rows) for gender in Gender]

    nameless = [anonymous.by_gender.get(gender.value, 0) for gender in Gender]
    unique = heads(active)
    lines = (
        ("Unika deltagare", unique, False),
        ("Anonyma deltagare", nameless, False),
        ("Deltagare och anonyma", [a + b for a, b in zip(unique, nameless, strict=True)], True),
        ("Deltaganden under året", spells(active), False),
        ("därav startade", spells(started), False),
        ("därav avslutade, alla avslut", spells(ended), False),
    )
    return Table(
        key="finsam_people",
        title="Deltagare under året",
        definition=(
            "Alla som deltog någon dag under året. En deltagare räknas en gång i insatsen, ett "
            "deltagande är en person från start till avslut. Felregistrerade ingår inte."
        ),
        row_heading="Antal",
        columns=(*(gender.plural for gender in Gender), "totalt"),
        rows=tuple(
            Row(label, tuple(map(Cell.of_count, (*counts, sum(counts)))), emphasis=emphasis)
            for label, counts, emphasis in lines
        ),
        period=period,
        population="alla deltaganden i insatsen",
    )


def _released(session: DbSession, insats: Insats, in_year: int) -> ReportContent:
    head = next((one for one in release_heads(session) if one.period.end.year == in_year), None)
    if head is None:
        raise NotFound(f"Inget är släppt för {in_year} än.")
    source = read_source(session, head.release_id, insats.id)
    period = year(in_year) if head.period.end.month == 12 else head.period
    flows = flows_table(source.own, period)
    by_gender = table_of(source.own, BY_GENDER, period)
    return ReportContent(
        title=f"{TITLE}: {source.own.name}",
        subtitle=f"Ur släppet för {head.period.label}, {period.label}",
        period=period,
        made_at=head.released_at,
        made_by=f"Släpp {head.period.key}",
        sections=(
            Section(
                "participants",
                "Deltagare",
                heads_sentence(flows),
                tables=(flows, *((by_gender,) if by_gender is not None else ())),
            ),
            _money_section(session, insats.id or 0, in_year),
        ),
        marking=None,
        code_version=head.code_version,
    )


def _money_section(session: DbSession, insats_id: int, in_year: int) -> Section:
    row = session.exec(
        select(Budget).where(Budget.insats_id == insats_id, Budget.year == in_year)
    ).first()
    if row is None:
        return Section("money", "Planerat och kostnad", f"Inget är inlagt för {in_year}.")
    lines = (
        ("Planerade deltagare", row.planned_participants),
        ("Budget, kr", row.budget_kr),
        ("Utfall, kr", row.actual_kr),
        ("varav medel från ESF, kr", row.esf_kr),
    )
    table = Table(
        key="finsam_money",
        title="Planerat och kostnad",
        definition="Hela kalenderåret, som förbundet har lagt in.",
        row_heading="Uppgift",
        columns=("hela året",),
        rows=tuple(Row(label, (Cell.of_number(number, 0),)) for label, number in lines),
        period=year(in_year),
        population="insatsen",
    )
    return Section(
        "money",
        "Planerat och kostnad",
        f"Planerat och kostnad för hela {in_year}.",
        tables=(table,),
    )
