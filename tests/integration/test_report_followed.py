"""What a report tells of systemavvikelser and strukturövergripande occasions, and freezes."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests.integration.report_worlds import ReportWorld, key
from tests.integration.result_worlds import building
from tests.integration.test_report_adoption import adopted, faults, table
from tracking.domain.records import DeviationStatus, Gender
from tracking.domain.report_kinds import ReportKind
from tracking.reports.adopted import report_content
from tracking.reports.content import released_report
from tracking.reports.shapes import ReportContent, Section
from tracking.services.deviations import clear_deviation, handle_deviation, note_deviation
from tracking.services.head_counts import record_occasion
from tracking.store.tables import Controller, Deviation

RAISED = "Läkarutlåtandet kommer efter att ersättningen har löpt ut."
W, M = Gender.WOMAN, Gender.MAN


def noted(world: ReportWorld, what: str, on: date) -> int:
    with world.database.reading() as session:
        party = session.exec(select(Controller.id).order_by(Controller.id)).first()  # type: ignore[arg-type]
    return note_deviation(
        world.database,
        world.worker,
        insats_id=world.insats,
        noted_on=on,
        what=what,
        parties=(party or 0,),
        key=key(),
    ).deviation_id


def cleared(world: ReportWorld, what: str, on: date) -> int:
    deviation_id = noted(world, what, on)
    clear_deviation(world.database, world.lead, deviation_id=deviation_id, version=1, key=key())
    return deviation_id


def handled(world: ReportWorld, deviation_id: int, status: DeviationStatus, words: str) -> None:
    with world.database.reading() as session:
        version = session.get_one(Deviation, deviation_id).version
    handle_deviation(
        world.database,
        world.admin,
        deviation_id=deviation_id,
        status=status,
        handled=words,
        version=version,
        key=str(uuid4()),
    )


@pytest.fixture
def followed(reports: ReportWorld) -> ReportWorld:
    """Four systemavvikelser, one of them not cleared, and two occasions of a network."""
    handled(
        reports,
        cleared(reports, RAISED, date(2017, 10, 2)),
        DeviationStatus.RAISED,
        "Regionen behöver besluta om remissvägen.",
    )
    cleared(reports, "Två planer för samma tid.", date(2016, 5, 2))
    handled(
        reports,
        cleared(reports, "Kallelser utan tolk.", date(2017, 11, 1)),
        DeviationStatus.IN_PROGRESS,
        "",
    )
    noted(reports, "Det här har ingen lämnat.", date(2017, 11, 2))
    with building(reports.database) as world:
        network = world.insats("Nätverket", starts_on=date(2016, 1, 1))
        world.session.connection().execute(
            text("UPDATE insats SET kind = 'structural' WHERE id = :id"), {"id": network}
        )
    for on, women, men in ((date(2017, 3, 1), 12, 7), (date(2017, 9, 1), 9, 3)):
        record_occasion(
            reports.database,
            reports.admin,
            insats_id=network,
            held_on=on,
            title="Utbildning",
            heads={"Kommunen": {W: women, M: men}},
            key=key(),
        )
    return reports


def section(content: ReportContent, wanted: str) -> Section:
    return next(one for one in content.sections if one.key == wanted)


def test_obstacles_stand_by_status_step_and_authority_and_the_raised_in_words(
    followed: ReportWorld,
) -> None:
    content = report_content(followed.database, followed.lead, followed.started(ReportKind.YEAR))
    found = section(content, "deviations")
    assert found.finding == (
        "3\xa0systemavvikelser, varav 2 från perioden: "
        "1 är ny, 1 är under arbete och 1 är lyft till styrelsen."
    )
    assert table(content, "deviations") == {
        "I perioden": ["0", "1", "0", "1", "2"],
        "Tidigare": ["1", "0", "0", "0", "1"],
        "Alla": ["1", "1", "0", "1", "3"],
    }
    assert table(content, "deviations_step") == {"Inget steg angivet": ["1", "1", "0", "1", "3"]}
    (of_party,) = table(content, "deviations_party").values()
    assert of_party == ["1", "1", "0", "1", "3"]
    raised = table(content, "deviations_raised")
    assert raised[RAISED][2] == "Regionen behöver besluta om remissvägen."


def test_what_is_not_cleared_is_in_no_report_however_it_is_read(followed: ReportWorld) -> None:
    report = followed.started(ReportKind.YEAR)
    for actor in (followed.lead, followed.admin):
        assert "ingen lämnat" not in repr(report_content(followed.database, actor, report))


def test_occasions_have_a_line_of_their_own_and_are_no_participants(followed: ReportWorld) -> None:
    whole = followed.started(ReportKind.YEAR, whole=True)
    content = report_content(followed.database, followed.admin, whole)
    # In the second half-year there were three men: the year is not divided either.
    assert table(content, "structural") == {"Nätverket": ["2", "31", "–", "–"]}
    assert section(content, "structural").finding == (
        "2\xa0strukturövergripande tillfällen med 31 deltagande."
    )
    assert table(content, "heads")["Avslutade, alla avslut"] == ["96"]
    half = released_report(followed.database, followed.board, None, "2017-H1")
    assert table(half, "structural") == {"Nätverket": ["1", "19", "12", "7"]}


def test_an_insats_without_occasions_has_no_section_of_them(followed: ReportWorld) -> None:
    content = report_content(followed.database, followed.lead, followed.started(ReportKind.YEAR))
    assert "structural" not in [one.key for one in content.sections]


def test_an_adopted_report_keeps_them_as_they_stood(followed: ReportWorld) -> None:
    report = adopted(followed, whole=True)
    before = report_content(followed.database, followed.board, report)
    assert faults(followed) == []
    with followed.database.reading() as session:
        for deviation_id in session.exec(select(Deviation.id)).all()[:3]:
            handled(followed, deviation_id or 0, DeviationStatus.SOLVED, "Löst efteråt.")
    with followed.database.transaction() as work:
        work.session.connection().execute(text("UPDATE head_count SET number = number + 50"))
    assert report_content(followed.database, followed.board, report) == before
    assert faults(followed) == []
