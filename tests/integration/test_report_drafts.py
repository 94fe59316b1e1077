"""Drafts thrown away and taken back, and what the next report will say, told beforehand."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from tests.integration.report_worlds import ReportWorld, key
from tests.integration.result_worlds import building
from tests.integration.test_report_adoption import adopt, adopted
from tracking.access.actors import Actor
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted
from tracking.domain.report_identity import Licence
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.outcomes.reports import (
    report_list,
    report_work,
    startable_reports,
    thrown_away_drafts,
)
from tracking.reports.adopted import report_content
from tracking.reports.corrections_ahead import counted_today, told_next
from tracking.reports.open_data import DESCRIPTION, to_open_data
from tracking.services.report_identity import set_identity
from tracking.services.report_words import write_section
from tracking.services.reports import arrange_report, take_back_draft, throw_away_draft
from tracking.store.tables import AccessLogPayload, Report


def throw_away(
    world: ReportWorld, report: int, by: Actor | None = None, why: str = "entered_twice"
) -> int:
    actor = by or world.lead
    with world.database.reading() as session:
        version = session.get_one(Report, report).version
    return throw_away_draft(
        world.database, actor, report_id=report, why=why, version=version, key=key()
    ).version


def take_back(world: ReportWorld, report: int, version: int, by: Actor | None = None) -> None:
    take_back_draft(world.database, by or world.lead, report_id=report, version=version, key=key())


def listed(world: ReportWorld, actor: Actor) -> list[int]:
    return [item.head.report_id for item in report_list(world.database, actor)]


# --- thrown away -----------------------------------------------------------------------------


def test_draft_that_is_thrown_away_is_in_no_list_and_can_be_begun_anew(
    reports_both: ReportWorld,
) -> None:
    world = reports_both
    report = world.started()
    world.write(report, "Ett långt arbete.")
    throw_away(world, report)
    for actor in (world.lead, world.colleague, world.admin, world.board):
        assert report not in listed(world, actor)
    with pytest.raises(NotFound, match="kastat"):
        report_work(world.database, world.lead, report)
    with pytest.raises(NotFound, match="inte fastställd"):
        report_work(world.database, world.board, report)
    offered = [
        (one.release.release_id, one.insats_id, one.kind)
        for one in startable_reports(world.database, world.lead)
    ]
    assert (world.second, world.insats, ReportKind.SIMPLE_HALF_YEAR) in offered
    assert world.started() != report


def test_draft_comes_back_with_its_words(reports: ReportWorld) -> None:
    report = reports.started()
    reports.write(report, "Ett långt arbete.")
    version = throw_away(reports, report)
    (gone,) = thrown_away_drafts(reports.database, reports.lead)
    assert (gone.head.report_id, gone.by, gone.why) == (
        report,
        reports.lead.title,
        "Registrerat två gånger",
    )
    take_back(reports, report, version)
    assert reports.section(report).words == "Ett långt arbete."
    assert thrown_away_drafts(reports.database, reports.lead) == ()
    with reports.database.reading() as session:
        rows = session.exec(
            select(AccessLogPayload.action, AccessLogPayload.detail).where(
                AccessLogPayload.action.in_(["throw_away_draft", "take_back_draft"])  # type: ignore[attr-defined]
            )
        ).all()
    assert rows == [
        ("throw_away_draft", f"rapport {report}, entered_twice"),
        ("take_back_draft", f"rapport {report}"),
    ]


def test_draft_is_not_taken_back_beside_one_that_was_begun_since(
    reports_both: ReportWorld,
) -> None:
    world = reports_both
    report = world.started()
    version = throw_away(world, report)
    again = world.started()
    with pytest.raises(Conflict, match="påbörjats på nytt"):
        take_back(world, report, version)
    throw_away(world, again)
    take_back(world, report, version)
    assert listed(world, world.lead) == [report]


def test_nothing_more_is_done_in_a_draft_that_is_thrown_away(reports: ReportWorld) -> None:
    report = reports.started()
    section = reports.section(report)
    version = throw_away(reports, report)
    with pytest.raises(Conflict, match="kastat"):
        write_section(
            reports.database,
            reports.lead,
            section_id=section.section_id,
            words="Mer.",
            version=section.version,
            key=key(),
        )
    with pytest.raises(Conflict, match="kastat"):
        arrange_report(
            reports.database,
            reports.lead,
            report_id=report,
            order=tuple(SectionKey),
            left_out=(),
            version=version,
            key=key(),
        )
    with pytest.raises(Conflict, match="kastat"):
        throw_away(reports, report)


def test_what_is_adopted_is_never_thrown_away(reports_both: ReportWorld) -> None:
    world = reports_both
    report = adopted(world)
    for actor in (world.lead, world.admin):
        with pytest.raises(Conflict, match="fastställd"):
            throw_away(world, report, actor)
    with pytest.raises(DBAPIError), world.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE report SET voided_at = created_at, voided_by = 1, void_reason = 'x'")
        )


def test_draft_is_thrown_away_by_those_who_write_in_it_or_adopt_it_alone(
    reports: ReportWorld,
) -> None:
    own, whole = reports.started(), reports.started(whole=True)
    for other in (reports.other_lead, reports.worker, reports.board, reports.group):
        with pytest.raises(NotPermitted):
            throw_away(reports, own, other)
    with pytest.raises(NotPermitted):
        throw_away(reports, whole, reports.lead)
    throw_away(reports, own, reports.admin)
    throw_away(reports, whole, reports.admin)
    assert len(thrown_away_drafts(reports.database, reports.admin)) == 2
    assert len(thrown_away_drafts(reports.database, reports.lead)) == 1
    assert thrown_away_drafts(reports.database, reports.board) == ()
    version = thrown_away_drafts(reports.database, reports.lead)[0].head.version
    with pytest.raises(NotPermitted):
        take_back(reports, own, version, reports.board)


def test_reason_is_chosen_and_an_order_that_somebody_changed_is_told(reports: ReportWorld) -> None:
    report = reports.started()
    for why in ("", "för att"):
        with pytest.raises(InvalidValue):
            throw_away(reports, report, why=why)
    with pytest.raises(Conflict):
        throw_away_draft(
            reports.database,
            reports.lead,
            report_id=report,
            why="entered_twice",
            version=99,
            key=key(),
        )


def test_throwing_away_twice_with_one_form_is_done_once(reports: ReportWorld) -> None:
    report, form = reports.started(), key()
    for _ in range(2):
        throw_away_draft(
            reports.database,
            reports.lead,
            report_id=report,
            why="entered_twice",
            version=1,
            key=form,
        )
    with reports.database.reading() as session:
        actions = session.exec(select(AccessLogPayload.action)).all()
    assert actions.count("throw_away_draft") == 1


# --- what the next report will say -------------------------------------------------------------


def test_what_the_next_report_says_is_told_on_the_adopted_one(reports: ReportWorld) -> None:
    first = adopted_first(reports)
    told = told_next(reports.database, reports.board, first).value
    year = report_content(reports.database, reports.lead, reports.started(ReportKind.YEAR))
    said = [w for s in year.sections for w in s.words if w.startswith("Rättat")]
    assert said
    assert set(said) <= {one.sentence for one in told}


def test_nothing_is_told_before_a_later_release(reports: ReportWorld) -> None:
    assert told_next(reports.database, reports.board, adopted(reports)).value == ()


def test_own_staff_are_told_how_the_adopted_period_is_counted_today(reports: ReportWorld) -> None:
    report = adopted(reports, ReportKind.SIMPLE_HALF_YEAR)
    before = told_today(reports, report)
    with building(reports.database) as more:
        more.spell(reports.insats, date(2017, 8, 1), None)
    now = told_today(reports, report)
    assert now["startade"] == (before.get("startade", now["startade"])[0], now["startade"][0] + 1)
    assert now["pågående vid periodens slut"][1] > now["pågående vid periodens slut"][0]


def told_today(world: ReportWorld, report: int) -> dict[str, tuple[int, int]]:
    found = counted_today(world.database, world.lead, report, page="rapport").value
    return {one.label: (one.then, one.now) for one in found}


def test_exact_counts_of_today_are_for_the_insatss_own_staff_alone(reports: ReportWorld) -> None:
    report = adopted(reports)
    for other in (reports.admin, reports.board):
        with pytest.raises(NotPermitted):
            counted_today(reports.database, other, report, page="rapport")
    with pytest.raises(NotFound):
        counted_today(reports.database, reports.admin, adopted(reports, whole=True), page="rapport")
    counted_today(reports.database, reports.lead, report, page="rapport")
    with reports.database.reading() as session:
        seen = session.exec(
            select(AccessLogPayload.page).where(
                AccessLogPayload.action == "see_tables",
                AccessLogPayload.account_id == reports.lead.account_id,
            )
        ).all()
    assert list(seen) == ["rapport"]


def adopted_first(world: ReportWorld) -> int:
    report = world.started(release=world.first)
    world.ready(report, "Lugnt.")
    adopt(world, report)
    return report


# --- open data -------------------------------------------------------------------------------


def test_terms_of_open_data_are_those_of_the_day_of_adoption(reports: ReportWorld) -> None:
    def given_away(report: int) -> tuple[str, str]:
        content = report_content(reports.database, reports.board, report)
        with zipfile.ZipFile(io.BytesIO(to_open_data(content))) as archive:
            read_me = archive.read("LÄS-MIG.txt").decode()
            return json.loads(archive.read(DESCRIPTION))["dc:license"], read_me

    before = adopted(reports)
    set_identity(
        reports.database,
        reports.admin,
        name="Förbundet",
        colour="#0b6b50",
        logotype=None,
        logotype_alt="",
        keep_logotype=False,
        licence=Licence.CC_BY,
        version=None,
        key=key(),
    )
    after = adopted(reports, ReportKind.SIMPLE_HALF_YEAR)
    assert given_away(before)[0] == Licence.CC0.address
    address, read_me = given_away(after)
    assert address == Licence.CC_BY.address
    assert "CC BY 4.0" in read_me
