"""Reports in Word and Excel, opened again by a reader of their own: the dashboard's numbers."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from openpyxl import load_workbook
from sqlmodel import select

from tests.integration.result_worlds import building, vasteras_2017
from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.errors import NotFound, NotPermitted
from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.leaving import INTERNAL
from tracking.domain.periods import year
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.domain.swedish import cell_text
from tracking.domain.targets import Measure
from tracking.outcomes.releases import prepare_and_publish
from tracking.outcomes.tables import insats_dashboard
from tracking.reports.content import insats_report, released_report
from tracking.reports.excel import to_excel
from tracking.reports.shapes import ReportContent, Section
from tracking.reports.word import to_word
from tracking.store.database import Database
from tracking.store.tables import AccessLogPayload

PERIOD = year(2017)


@pytest.fixture
def team(database: Database) -> tuple[int, Actor, Actor]:
    """Samordningsteam 2017 with its targets, its leader and the förbund's administrator."""
    with building(database) as world:
        world.calendar()
        insats_id = world.insats("Samordningsteamet", starts_on=date(2016, 1, 1))
        vasteras_2017(world, insats_id)
        world.target(insats_id, Measure.STEP_FORWARD)
        for reason, value in (("work", 25), ("studies", 20)):
            world.target(insats_id, Measure.END_REASON_IN, value=value, codes=[reason])
        world.target(insats_id, Measure.YEAR_PLACES, value=110)
        world.anonymous(insats_id, 2017, Gender.WOMAN, 31)
        return (
            insats_id,
            world.actor(Role.INSATS_LEAD, insats_id),
            world.actor(Role.FORBUND_ADMIN),
        )


def reread(content: ReportContent) -> Any:
    return Document(BytesIO(to_word(content)))


def word_cells(document: Any) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def sheets(content: ReportContent) -> Any:
    return load_workbook(BytesIO(to_excel(content)))


def test_word_holds_every_number_of_the_dashboard(
    database: Database, team: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = team
    dashboard = insats_dashboard(database, lead, insats_id, PERIOD).value
    tables = word_cells(reread(insats_report(database, lead, insats_id, PERIOD)))
    exact = (
        dashboard.flows,
        dashboard.end_reasons,
        dashboard.step_moves,
        dashboard.sustained,
        dashboard.ors_change,
    )
    for shown, table in zip(tables, exact, strict=False):
        assert shown[1:] == [[row.label, *map(cell_text, row.cells)] for row in table.rows]
    assert any("8 av 95 (8\u202f%)" in cell for row in tables[1] for cell in row)
    assert any("8 av 51 (16\u202f%)" in cell for row in tables[1] for cell in row)
    outcomes = [row[3] for row in tables[5][1:]]
    assert outcomes[:3] == ["51 av 51 (100\u202f%)", "8 av 51 (16\u202f%)", "2 av 51 (4\u202f%)"]


def test_excel_holds_the_same_numbers_as_numbers(
    database: Database, team: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = team
    dashboard = insats_dashboard(database, lead, insats_id, PERIOD).value
    book = sheets(insats_report(database, lead, insats_id, PERIOD))
    for table in dashboard.tables:
        if table in (dashboard.current, dashboard.target_table):
            continue
        sheet = book[table.title[:31]]
        shares = {
            at
            for row in table.rows
            for at, cell in enumerate(row.cells)
            if cell.kind is CellKind.SHARE
        }
        for line, row in enumerate(table.rows, start=6):
            wanted: list[Any] = [row.label]
            for at, cell in enumerate(row.cells):
                share = cell.count / cell.base if cell.count is not None and cell.base else None
                first = cell.text if cell.kind is CellKind.TEXT else cell.count
                wanted += [first, cell.base, share] if at in shares else [first]
            read = [cell.value for cell in sheet[line]][: len(wanted)]
            assert read == [pytest.approx(v) if isinstance(v, float) else v for v in wanted]
    ended = next(row for row in book["Avslutsanledning"].iter_rows() if row[0].value == "Avbrutna")
    share = [cell for cell in ended if cell.number_format == "0 %"]
    assert [cell.value for cell in share] == [pytest.approx(44 / 95)]
    targets = book["Mål"]
    row = [cell.value for cell in targets[7]]
    assert row[8:11] == [8, 51, pytest.approx(8 / 51)]


def test_a_word_report_is_swedish_a4_with_real_headings_and_repeated_table_headers(
    database: Database, team: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = team
    content = insats_report(database, lead, insats_id, "2017")
    document = reread(content)
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert section.left_margin >= Cm(2.5) - 10
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [
        "Sammanfattning",
        "Deltagare",
        "Resultat",
        "Deltagarnas skattningar",
        "Måluppfyllelse",
        "Definitioner, bortfall och röjandekontroll",
    ]
    for table in document.tables:
        header = table.rows[0]._tr.trPr
        assert header.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert len([c for c in captions if c.startswith("Tabell")]) == len(document.tables)
    assert len([c for c in captions if c.startswith("Figur")]) == sum(
        len(section.charts) for section in content.sections
    )
    core = document.core_properties
    assert core.title == "Arbetsrapport: Samordningsteamet, januari–december 2017"
    assert core.language == "sv-SE"
    assert "python-docx" not in core.comments
    languages = document.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
    assert {language.get(qn("w:val")) for language in languages} == {"sv-SE"}


def test_marking_period_and_page_number_stand_on_every_page(
    database: Database, team: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = team
    with time_machine.travel(date(2018, 1, 15), tick=False):
        content = insats_report(database, lead, insats_id, PERIOD)
    assert content.marking == f"{INTERNAL} · 2018-01-15 01:00 · Insatsansvarig"
    document = reread(content)
    assert document.sections[0].header.paragraphs[0].text == content.marking
    footer = document.sections[0].footer.paragraphs[0]
    assert "januari–december 2017" in footer.text
    fields = [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    for sheet in sheets(content).worksheets:
        assert sheet["A3"].value == content.marking
        assert INTERNAL in sheet.oddHeader.left.text
        assert sheet.freeze_panes == "B6" or sheet.title == "Sammanfattning"


def test_a_report_for_the_insats_is_logged_and_only_for_its_staff(
    database: Database, team: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, admin = team
    with pytest.raises(NotPermitted):
        insats_report(database, admin, insats_id, PERIOD)
    insats_report(database, lead, insats_id, PERIOD)
    with database.reading() as session:
        rows = session.exec(select(AccessLogPayload)).all()
    reports = [row for row in rows if row.action == "download_report"]
    assert [(r.account_id, r.insats_id, r.detail) for r in reports] == [
        (lead.account_id, insats_id, "2017")
    ]


def test_the_board_gets_a_report_from_the_release_alone(
    database: Database, team: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, admin = team
    with pytest.raises(NotFound):
        released_report(database, admin, insats_id, "2017-H2")
    with time_machine.travel(date(2018, 2, 1), tick=False):
        prepare_and_publish(database, admin, "2017-H2", key=str(uuid4()))
    for wanted in (insats_id, None):
        content = released_report(database, admin, wanted, "2017-H2")
        assert content.marking is None
        written = to_word(content)
        text = "\n".join(
            "|".join(row) for table in word_cells(Document(BytesIO(written))) for row in table
        )
        assert "Avslutade, alla avslut" in text
        assert not re.search(r"(?<!\d)8 av (51|95)", text)
        with zipfile.ZipFile(BytesIO(written)) as parts:
            assert b"INTERNT" not in b"".join(parts.read(name) for name in parts.namelist())
        for sheet in sheets(content).worksheets:
            assert INTERNAL not in str(sheet["A3"].value)
    with building(database) as world:
        group = world.actor(Role.STEERING_GROUP, insats_id)
    assert released_report(database, group, insats_id, "2017-H2").sections
    for actor, wanted in ((lead, insats_id), (group, None)):
        with pytest.raises(NotPermitted):
            released_report(database, actor, wanted, "2017-H2")
    with building(database) as world:
        vasteras_2017(world, insats_id)
    assert released_report(database, admin, None, "2017-H2") == content


def test_text_that_looks_like_a_formula_is_text() -> None:
    names = ("=1+1", "+46", "-2", "@sum", "http://exempel.invalid/x")
    table = Table(
        key="x",
        title="=Tabell [1]: a/b",
        definition="=A1",
        row_heading="@rad",
        columns=("=kolumn",),
        rows=tuple(Row(name, (Cell.of_text(name),)) for name in names),
        period=PERIOD,
        population="=alla",
    )
    section = Section("x", "=rubrik", "=fynd", tables=(table, table), words=("+ord",))
    content = ReportContent(
        "=titel", "-under", PERIOD, clock.now(), "@konto", (section,), "=märkning"
    )
    book = sheets(content)
    assert len(book.sheetnames) == len(set(book.sheetnames))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    assert [cell.value for cell in book.worksheets[1]["A"]][5:10] == list(names)


def test_a_hidden_cell_says_its_range_in_both_formats() -> None:
    rows = (
        Row("a", (Cell.hidden(12, 16, 16),)),
        Row("b", (Cell.hidden(),)),
        Row("c", (Cell.of_number(4.25, 1),)),
    )
    table = Table("x", "Tabell", "d", "rad", ("tal",), rows, PERIOD, "alla")
    content = ReportContent(
        "t", "u", PERIOD, clock.now(), "k", (Section("x", "h", "f", (table,)),), None
    )
    assert word_cells(reread(content))[0][1:] == [["a", "12–16 av 16"], ["b", "dolt"], ["c", "4,3"]]
    read = [row[1] for row in sheets(content)["Tabell"].iter_rows(6, 8, values_only=True)]
    assert read == ["12–16 av 16", "dolt", 4.25]
