"""Adopted reports: frozen with all that they rest on, never changed, held against themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from tests.integration.report_worlds import NOW, ReportWorld, key
from tests.integration.result_worlds import building
from tracking.cli import main
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted, RuleBroken
from tracking.domain.figures import Cell
from tracking.domain.report_identity import DEFAULT_COLOUR
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.domain.swedish import cell_text
from tracking.outcomes.encoding import checksum
from tracking.outcomes.releases import released_tables
from tracking.outcomes.reports import report_list, report_work
from tracking.reports.adopted import adopt_report, report_content, taken_report
from tracking.reports.basis import finsam_basis
from tracking.reports.content import insats_report
from tracking.reports.shapes import ReportContent
from tracking.reports.snapshot import DamagedReport, freeze, thaw
from tracking.reports.verifying import report_faults
from tracking.services.report_identity import set_identity
from tracking.services.report_words import ask_about_section, write_section
from tracking.store.tables import AccessLogPayload, Forbund, Insats, Report, Section, Snapshot

ON = date(2018, 2, 2)


def adopt(world: ReportWorld, report: int, *, on: date = ON, form: str | None = None) -> str:
    view = report_work(world.database, world.admin, report)
    return adopt_report(
        world.database,
        world.admin,
        report_id=report,
        on=on,
        paragraph="§ 14",
        version=view.head.version,
        key=form or key(),
    ).sha256


def adopted(world: ReportWorld, kind: ReportKind = ReportKind.YEAR, **how: Any) -> int:
    report = world.started(kind, **how)
    world.ready(report, "Lugnt.", by=world.admin if how.get("whole") else None)
    adopt(world, report)
    return report


def faults(world: ReportWorld) -> list[str]:
    with world.database.reading() as session:
        return [fault.what for fault in report_faults(session)]


def table(content: ReportContent, key: str) -> dict[str, list[str]]:
    found = next(table for table in content.tables if table.key == key)
    return {row.label: [cell_text(cell) for cell in row.cells] for row in found.rows}


# --- content ---------------------------------------------------------------------------------


def test_a_report_holds_the_sections_of_its_kind_from_the_release_alone(
    reports: ReportWorld,
) -> None:
    report = reports.started(ReportKind.YEAR)
    reports.ready(report, "Ord.", SectionKey.ANALYSIS)
    content = report_content(reports.database, reports.lead, report)
    assert content.title == "Helårsrapport: Samordningsteamet"
    assert content.subtitle == "Status och resultat, januari–december 2017"
    assert [section.key for section in content.sections] == [
        "summary",
        "participants",
        "results",
        "ratings",
        "targets",
        "gender",
        "deviations",
        "economy",
        "analysis",
        "appendix",
    ]
    heads = table(content, "heads")
    assert heads["Avslutade, alla avslut"] == ["96"]
    assert heads["Pågående vid periodens början"] == ["96"]
    assert heads["Anonyma deltagare, hittills under året"] == ["31"]
    assert content.sections[0].finding.startswith("0 startade och 96 avslutades, varav 52")
    assert table(content, "economy")["Samordningsteamet"][2] == "4\u202f200\u202f000"
    assert all(section.finding for section in content.sections if section.key != "analysis")


def test_every_number_of_participants_in_a_report_stands_in_its_release(
    reports: ReportWorld,
) -> None:
    of = {reports.started(ReportKind.YEAR): reports.insats, reports.started(whole=True): None}
    for report, insats_id in of.items():
        released = released_tables(reports.database, reports.board, "2017-H2", insats_id).value
        said = {cell for found in released for row in found.rows for cell in row.cells}
        # What was ongoing when the year began follows from the year's other head counts.
        said.add(Cell.of_count(96))
        for found in report_content(reports.database, reports.admin, report).tables:
            if found.key in ("over_time", "by_insats", "economy", "verdicts", "definitions"):
                continue  # other releases, the insatser's own tables, money, words
            assert {cell for row in found.rows for cell in row.cells} <= said, found.title


def test_a_release_without_a_table_is_said_in_words(reports: ReportWorld) -> None:
    report = reports.started()
    results = next(
        section
        for section in report_content(reports.database, reports.lead, report).sections
        if section.key == "results"
    )
    assert any("Finns inte uppdelat i släppet för juli–dec 2017" in w for w in results.words)


def test_a_chart_draws_cells_of_a_table_beside_it_and_says_them_in_words(
    reports: ReportWorld,
) -> None:
    content = report_content(reports.database, reports.lead, reports.started(ReportKind.YEAR))
    charts = [(chart, section) for section in content.sections for chart in section.charts]
    assert charts
    for chart, section in charts:
        assert chart.title
        assert chart.alt
        if chart.table_key is not None:
            drawn = section.table(chart.table_key)
            assert all(at < len(drawn.columns) for at in chart.columns)
            assert all(row.label in chart.alt for row in drawn.rows)


def test_a_correction_since_an_earlier_release_is_said_in_the_next_report(
    reports: ReportWorld,
) -> None:
    first = report_content(reports.database, reports.lead, reports.started(release=reports.first))
    assert "Rättat" not in repr(first)
    content = report_content(reports.database, reports.lead, reports.started(ReportKind.YEAR))
    said = [w for s in content.sections for w in s.words if w.startswith("Rättat")]
    assert any("avslutade, alla avslut, 2017-01-01 till 2017-06-30" in words for words in said)
    before = int(table(first, "heads")["Avslutade, alla avslut"][0])
    assert any(f"var {before} och räknas nu som {before + 1}" in words for words in said)


# --- adoption --------------------------------------------------------------------------------


def test_an_adopted_report_is_the_same_whatever_happens_afterwards(
    reports_both: ReportWorld,
) -> None:
    world = reports_both
    report = world.started(ReportKind.YEAR)
    world.ready(report, "Lugnt.")
    draft = report_content(world.database, world.admin, report)
    sha256 = adopt(world, report)
    frozen = report_content(world.database, world.board, report)
    assert frozen.sections == draft.sections
    assert frozen.adoption is not None
    assert (frozen.adoption.on, frozen.adoption.paragraph) == (ON, "§ 14")
    assert frozen.adoption.sha256 == sha256
    with building(world.database) as more:
        more.spell(world.insats, date(2017, 2, 1), date(2017, 3, 1), reason="work", steps=(1, 3))
        more.session.get_one(Insats, world.insats).name = "Ett annat namn"
        more.session.get_one(Forbund, 1).disclosure_threshold = 8
    set_identity(
        world.database,
        world.admin,
        name="Nytt namn",
        colour="#0b6b50",
        logotype=None,
        logotype_alt="",
        keep_logotype=False,
        version=None,
        key=key(),
    )
    assert report_content(world.database, world.board, report) == frozen
    assert frozen.identity is not None
    assert frozen.identity.colour == DEFAULT_COLOUR
    assert not faults(world)


def test_adoption_keeps_what_the_report_rests_on(reports: ReportWorld) -> None:
    report = adopted(reports)
    with reports.database.reading() as session:
        kept = session.exec(select(Snapshot)).one()
        assert kept.report_id == report
        assert kept.sha256 == checksum(kept.content)
        for said in ('"threshold":5', '"rule":"fin-1"', '"least_in_year":', '"code_version":'):
            assert said in kept.content
        rows = session.exec(select(AccessLogPayload.action)).all()
    assert rows.count("adopt_report") == 1


def test_only_ready_words_are_adopted_and_the_rest_stays_unread(reports: ReportWorld) -> None:
    report = reports.started(ReportKind.YEAR)
    reports.ready(report, "Klara ord.")
    reports.write(report, "Klara ord och hemliga.")
    reports.write(report, "Bara utkast.", SectionKey.ANALYSIS)
    adopt(reports, report)
    content = report_content(reports.database, reports.lead, report)
    assert [s.own_text for s in content.sections if s.own_text] == ["Klara ord."]
    assert "analysis" not in {section.key for section in content.sections}


def test_whoever_reads_releases_reads_what_is_adopted_and_the_others_do_not(
    reports: ReportWorld,
) -> None:
    report = adopted(reports)
    for actor in (reports.board, reports.lead, reports.admin):
        assert report_content(reports.database, actor, report).adoption is not None
        assert [one.head.report_id for one in report_list(reports.database, actor)] == [report]
    for actor in (reports.group, reports.other_lead, reports.worker):
        with pytest.raises(NotFound):
            report_content(reports.database, actor, report)
    seen = report_work(reports.database, reports.board, report)
    assert (seen.may_write, seen.may_adopt) == (False, False)
    assert all(section.notes == () and not section.newer_draft for section in seen.sections)


def test_only_the_administrator_adopts_and_only_once(reports_both: ReportWorld) -> None:
    world = reports_both
    report = world.started(ReportKind.YEAR)
    version = report_work(world.database, world.lead, report).head.version
    facts = {"report_id": report, "on": ON, "paragraph": "§ 14", "version": version}
    with pytest.raises(RuleBroken, match="Inget avsnitt är klarmarkerat"):
        adopt_report(world.database, world.admin, key=key(), **facts)
    world.ready(report)
    for actor in (world.lead, world.board):
        with pytest.raises(NotPermitted):
            adopt_report(world.database, actor, key=key(), **facts)
    for fault in ({"on": date(2018, 2, 6)}, {"on": date(2017, 12, 31)}, {"paragraph": "  "}):
        with pytest.raises(InvalidValue):
            adopt_report(world.database, world.admin, key=key(), **{**facts, **fault})
    form = key()
    first = adopt_report(world.database, world.admin, key=form, **facts)
    assert adopt_report(world.database, world.admin, key=form, **facts) == first
    with pytest.raises(Conflict, match="fastställd"):
        adopt_report(world.database, world.admin, key=key(), **facts)


def test_nothing_of_an_adopted_report_is_written_any_more(reports: ReportWorld) -> None:
    report = adopted(reports)
    section = reports.section(report)
    with pytest.raises(Conflict, match="fastställd"):
        write_section(
            reports.database,
            reports.lead,
            section_id=section.section_id,
            words="Nya ord.",
            version=section.version,
            key=key(),
        )
    with pytest.raises(Conflict):
        ask_about_section(
            reports.database,
            reports.admin,
            section_id=section.section_id,
            words="Och nu?",
            acknowledged=False,
            key=key(),
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report SET minutes_paragraph = '§ 15'",
        "UPDATE report SET status = 'draft', adopted_on = NULL, adopted_at = NULL,"
        " minutes_paragraph = NULL",
        "DELETE FROM report",
        "UPDATE section SET words = 'annat'",
        "UPDATE section SET included = 0",
        "DELETE FROM section",
        "INSERT INTO section (report_id, key, sort, included, words, groups_acknowledged, version)"
        " SELECT id, 'summary', 1, 1, '', 0, 1 FROM report",
        "UPDATE snapshot SET content = '{}'",
        "DELETE FROM snapshot",
        "UPDATE section_note SET settled_at = written_at",
        "DELETE FROM section_note",
        "INSERT INTO section_note (section_id, zone, words, written_at, written_by)"
        " SELECT section_id, zone, words, written_at, written_by FROM section_note",
    ],
)
def test_the_database_itself_refuses_every_change_of_an_adopted_report(
    reports_both: ReportWorld, statement: str
) -> None:
    world = reports_both
    report = world.started(ReportKind.YEAR)
    world.ready(report)
    ask_about_section(
        world.database,
        world.admin,
        section_id=world.section(report).section_id,
        words="Räcker det?",
        acknowledged=False,
        key=key(),
    )
    adopt(world, report)
    with pytest.raises(DBAPIError, match="final"), world.database.transaction() as work:
        work.session.execute(text(statement))


def test_the_database_adopts_nothing_that_is_not_frozen(reports_both: ReportWorld) -> None:
    world = reports_both
    world.started()
    with pytest.raises(DBAPIError, match="frozen"), world.database.transaction() as work:
        work.session.execute(
            text(
                "UPDATE report SET status = 'adopted', adopted_on = '2018-02-02',"
                " minutes_paragraph = '§ 1', adopted_at = created_at"
            )
        )


# --- verifying -------------------------------------------------------------------------------


def tampered(world: ReportWorld, *statements: str) -> None:
    """Change what triggers protect, as somebody with the database's file could."""
    with world.database.transaction() as work:
        names = work.session.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard%'")
        )
        for (name,) in names.fetchall():
            work.session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            work.session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE snapshot SET content = replace(content, 'Lugnt.', 'Oroligt.')", "kontrollsumma"),
        ("UPDATE report SET minutes_paragraph = '§ 15'", "annan paragraf"),
        ("UPDATE report SET kind = 'simple_half_year'", "annan rapport"),
        ("UPDATE section SET ready_words = 'Annat.' WHERE key = 'summary'", "andra ord"),
        ("DELETE FROM snapshot", "saknar sin frusna text"),
        (
            "UPDATE report SET status = 'draft', adopted_on = NULL, adopted_at = NULL,"
            " minutes_paragraph = NULL",
            "är ett utkast men har en frusen text",
        ),
        ("UPDATE released_table SET sha256 = 'x' WHERE table_key = 'heads'", "andra tabeller"),
        ("DELETE FROM release_publication", "saknar sitt släpp"),
    ],
)
def test_what_was_changed_past_the_program_is_found(
    reports: ReportWorld, statement: str, fault: str
) -> None:
    adopted(reports)
    assert not faults(reports)
    tampered(reports, statement)
    found = faults(reports)
    assert any(fault in what for what in found), found


def test_figures_that_the_release_does_not_say_are_found(reports: ReportWorld) -> None:
    """A whole new snapshot with a checksum of its own: the release still knows better."""
    report = adopted(reports)
    with reports.database.reading() as session:
        content = session.exec(select(Snapshot)).one().content
    forged = content.replace('"count":96', '"count":97')
    assert forged != content
    tampered(reports)
    with reports.database.transaction() as work:
        work.session.execute(
            text("UPDATE snapshot SET content = :content, sha256 = :sha256 WHERE report_id = :id"),
            {"content": forged, "sha256": checksum(forged), "id": report},
        )
    assert any("annorlunda än släppet" in what for what in faults(reports))


def test_the_command_says_what_it_finds(
    reports: ReportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    adopted(reports)
    url = str(reports.database.engine.url)
    assert main(["verify", "--reports", "--database", url]) == 0
    assert "Det som är fastställt stämmer." in capsys.readouterr().out
    tampered(reports, "UPDATE report SET minutes_paragraph = '§ 15'")
    assert main(["verify", "--reports", "--database", url]) == 1
    assert "stämmer inte: 1 fel" in capsys.readouterr().out


# --- snapshots -------------------------------------------------------------------------------


def test_a_snapshot_comes_back_as_it_was(reports: ReportWorld) -> None:
    content = report_content(
        reports.database, reports.board, adopted(reports, ReportKind.YEAR, whole=True)
    )
    again = freeze(content, {"report": 1})
    assert thaw(again.content, again.sha256).sections == content.sections
    assert freeze(thaw(again.content, again.sha256), {"report": 1}) == again
    with pytest.raises(DamagedReport):
        thaw(again.content + " ", again.sha256)
    later = again.content.replace('"format":1', '"format":99')
    with pytest.raises(DamagedReport, match="senare version"):
        thaw(later, checksum(later))
    with pytest.raises(DamagedReport):
        thaw("{}", checksum("{}"))


def test_an_exact_report_can_never_be_frozen(reports: ReportWorld) -> None:
    exact = insats_report(reports.database, reports.lead, reports.insats, "2017")
    with pytest.raises(ValueError, match="without a marking"):
        freeze(exact, {})


def test_taking_a_file_is_logged_with_its_form(reports: ReportWorld) -> None:
    report = reports.started()
    reports.write(report, "Utkast.")
    draft = taken_report(reports.database, reports.lead, report, "Word")
    assert draft.marking is not None
    reports.ready(report)
    adopt(reports, report)
    taken_report(reports.database, reports.board, report, "PDF")
    with reports.database.reading() as session:
        rows = session.exec(
            select(AccessLogPayload).where(AccessLogPayload.page == "rapport")
        ).all()
    taken = [(row.action, row.account_id) for row in rows if row.action.startswith("download")]
    assert taken == [
        ("download_draft_report", reports.lead.account_id),
        ("download_adopted_report", reports.board.account_id),
    ]


# --- the basis -------------------------------------------------------------------------------


def test_the_basis_is_exact_for_the_staff_and_released_for_the_forbund(
    reports: ReportWorld,
) -> None:
    exact = finsam_basis(reports.database, reports.worker, reports.insats, 2017)
    assert exact.marking is not None
    people = table(exact, "finsam_people")
    assert people["Unika deltagare"] == ["55", "41", "0", "96"]
    assert people["Anonyma deltagare"] == ["31", "0", "0", "31"]
    assert people["Deltagare och anonyma"] == ["86", "41", "0", "127"]
    assert table(exact, "finsam_money")["Utfall, kr"] == ["4\u202f200\u202f000"]
    released = finsam_basis(reports.database, reports.board, reports.insats, 2017)
    assert released.marking is None
    assert table(released, "heads")["Avslutade, alla avslut"] == ["96"]
    with pytest.raises(NotFound, match="Inget är släppt för 2016"):
        finsam_basis(reports.database, reports.board, reports.insats, 2016)
    for actor in (reports.other_lead, reports.group):
        with pytest.raises(NotPermitted):
            finsam_basis(reports.database, actor, reports.insats, 2017)


def test_the_basis_of_a_year_that_goes_on_ends_today(reports: ReportWorld) -> None:
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        content = finsam_basis(reports.database, reports.worker, reports.insats, 2018)
    assert content.period.end == date(2018, 3, 7)
    assert table(content, "finsam_people")["Unika deltagare"][-1] == "0"


# --- how the förbund looks -------------------------------------------------------------------


def test_the_look_is_set_with_a_colour_and_a_picture_that_can_be_read_aloud(
    reports: ReportWorld,
) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    look = {"name": "Förbundet", "colour": "#0b6b50", "keep_logotype": False}
    with pytest.raises(InvalidValue) as refused:
        set_identity(
            reports.database,
            reports.admin,
            logotype=svg,
            logotype_alt="",
            version=None,
            key=key(),
            **look,
        )
    assert refused.value.field == "logotype_alt"
    saved = set_identity(
        reports.database,
        reports.admin,
        logotype=svg,
        logotype_alt="Tre cirklar",
        version=None,
        key=key(),
        **look,
    )
    content = report_content(reports.database, reports.lead, reports.started())
    assert content.identity is not None
    assert (content.identity.name, content.identity.logotype) == ("Förbundet", svg)
    kept = set_identity(
        reports.database,
        reports.admin,
        logotype=None,
        logotype_alt="Tre cirklar",
        version=saved.version,
        key=key(),
        **{**look, "keep_logotype": True},
    )
    with pytest.raises(Conflict):
        set_identity(
            reports.database,
            reports.admin,
            logotype=None,
            logotype_alt="",
            version=saved.version,
            key=key(),
            **look,
        )
    assert kept.version == saved.version + 1
    with pytest.raises(NotPermitted):
        set_identity(
            reports.database,
            reports.lead,
            logotype=None,
            logotype_alt="",
            version=None,
            key=key(),
            **look,
        )


def test_a_report_row_is_kept_with_its_sections(reports: ReportWorld) -> None:
    report = reports.started()
    with reports.database.reading() as session:
        assert session.get_one(Report, report).created_by == reports.lead.account_id
        rows = session.exec(select(Section).where(Section.report_id == report)).all()
    assert {row.key for row in rows} == set(SectionKey)
