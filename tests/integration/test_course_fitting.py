"""Fitting the usual course: what is read, when a version is kept, and what a page is given."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from tests.integration.result_worlds import NOW, World, building
from tracking.access.log import verify
from tracking.cli import main
from tracking.domain.course import Gate, fit
from tracking.domain.endings import Outcome
from tracking.domain.errors import StegvisError
from tracking.domain.records import SessionKind
from tracking.domain.roles import Role
from tracking.outcomes.course import (
    CourseReading,
    beside_usual_course,
    fit_courses,
    report_words,
    talks_of,
)
from tracking.outcomes.participant import participant_page
from tracking.outcomes.participant_views import ParticipantView
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLogPayload,
    Attendance,
    FittedCourse,
    Session,
)

SMALL = Gate(smallest_spells=20, smallest_near=5, near_mm=30)
BEGAN = date(2025, 1, 7)
Row = tuple[int, int, int]


def earlier(world: World, insats: int, number: int, seed: int = 1) -> list[Row]:
    """Ended spells with three to six talks; gives the rows that a fit rests on."""
    dice = random.Random(seed)
    rows: list[Row] = []
    for _ in range(number):
        first = dice.randint(120, 260)
        own, speed = dice.gauss(0, 20), dice.gauss(20, 8)
        scores = [first] + [
            round(min(400, max(0, first + own + speed * talk + dice.gauss(0, 12))))
            for talk in range(1, dice.randint(3, 6))
        ]
        days = [BEGAN + timedelta(weeks=week) for week in range(len(scores))]
        spell = world.spell(
            insats, BEGAN, date(2025, 6, 1), ors=list(zip(days, scores, strict=True))
        )
        rows += [(spell, number, score) for number, score in enumerate(scores, start=1)]
    return rows


def kept(database: Database) -> list[FittedCourse]:
    with database.reading() as session:
        return list(session.exec(select(FittedCourse).order_by(FittedCourse.id)).all())


def test_a_fit_is_kept_with_all_that_it_rests_on(database: Database) -> None:
    with building(database) as world:
        insats = world.insats("Stigen")
        rows = earlier(world, insats, 24)
    (report,) = fit_courses(database, SMALL)
    (row,) = kept(database)
    expected = fit(rows)
    assert report.course is not None
    assert report.course.fit.fixed_effects == expected.fixed_effects
    assert (row.b0, row.b1, row.b2, row.b3) == expected.fixed_effects
    assert (row.version, row.insats_id, row.spells) == (1, insats, 24)
    assert (row.smallest_spells, row.smallest_near, row.near_mm) == (20, 5, 30)
    assert row.values_to == max(BEGAN + timedelta(weeks=n - 1) for _, n, _ in rows)
    assert row.code_version
    assert 0 < row.inside_50 <= row.inside_80 <= row.tried == row.scores
    said = report_words(report)
    assert said.startswith("Stigen: version 1, 24 deltaganden")
    assert "Andel inom 80 %-bandet" in said


def test_each_fit_is_a_new_version_and_none_ever_changes(database: Database) -> None:
    with building(database) as world:
        earlier(world, world.insats("Stigen"), 22)
    fit_courses(database, SMALL)
    fit_courses(database, SMALL)
    assert [row.version for row in kept(database)] == [1, 2]
    for statement in ("UPDATE fitted_course SET b0 = 0", "DELETE FROM fitted_course"):
        with pytest.raises((DatabaseError, StegvisError)), database.transaction() as work:
            work.session.connection().exec_driver_sql(statement)
    assert [row.version for row in kept(database)] == [1, 2]


def test_fitting_is_logged_as_nobodys_act(database: Database) -> None:
    with building(database) as world:
        insats = world.insats("Stigen")
        earlier(world, insats, 22)
    fit_courses(database, SMALL)
    with database.reading() as session:
        (line,) = session.exec(
            select(AccessLogPayload).where(AccessLogPayload.action == "console_fit_course")
        ).all()
        assert (line.account_id, line.insats_id, line.spell_id) == (None, insats, None)
        assert verify(session) == []


def test_too_few_spells_give_no_version_and_a_sentence(database: Database) -> None:
    with building(database) as world:
        earlier(world, world.insats("Stigen"), 19)
    (report,) = fit_courses(database, SMALL)
    assert report.course is None
    assert "19 avslutade deltaganden" in report_words(report)
    assert kept(database) == []


def _misregistered(world: World, insats: int, spell: Callable[..., int]) -> None:
    spell(ended_on=date(2025, 6, 1), outcome=Outcome.MISREGISTERED)


def _ongoing(world: World, insats: int, spell: Callable[..., int]) -> None:
    spell(ended_on=None)


def _two_scores(world: World, insats: int, spell: Callable[..., int]) -> None:
    spell(ended_on=date(2025, 6, 1), weeks=2)


@pytest.mark.parametrize("happens", [_misregistered, _ongoing, _two_scores])
def test_what_is_no_ended_spell_with_three_scores_changes_nothing(
    sqlite_database: Database, happens: Callable[..., None]
) -> None:
    with building(sqlite_database) as world:
        insats = world.insats("Stigen")
        rows = earlier(world, insats, 22)

        def spell(weeks: int = 4, **more: object) -> int:
            days = [(BEGAN + timedelta(weeks=week), 399) for week in range(weeks)]
            return world.spell(insats, BEGAN, ors=days, **more)  # type: ignore[arg-type]

        happens(world, insats, spell)
    (report,) = fit_courses(sqlite_database, SMALL)
    assert report.course is not None
    assert report.course.fit == fit(rows)


def test_a_talk_without_a_form_counts_as_a_talk_and_voided_ones_do_not(
    sqlite_database: Database,
) -> None:
    with building(sqlite_database) as world:
        insats = world.insats("Stigen")
        rows = earlier(world, insats, 22)
        spell = rows[-1][0]
        last = max(number for own, number, _ in rows if own == spell)
        later = BEGAN + timedelta(weeks=10)
        world.talk(spell, later)
        voided = world.session.get_one(Attendance, world.talk(spell, later + timedelta(days=1), 9))
        voided.voided_at, voided.voided_by = NOW, world.account.id
        voided.void_reason = "wrong_person"
        world.talk(spell, later + timedelta(days=2), 250)
        group = world.session.get_one(
            Attendance, world.talk(spell, later + timedelta(days=1))
        ).session_id
        world.session.get_one(Session, group).kind = SessionKind.GROUP
    (report,) = fit_courses(sqlite_database, SMALL)
    assert report.course is not None
    assert report.course.fit == fit([*rows, (spell, last + 2, 250)])


def test_insatser_of_one_authority_are_also_fitted_together(sqlite_database: Database) -> None:
    with building(sqlite_database) as world:
        one, other = world.insats("Stigen"), world.insats("Bron")
        rows = earlier(world, one, 22) + earlier(world, other, 6, seed=2)
    reports = fit_courses(sqlite_database, SMALL)
    assert [(r.of, r.spells, r.course is not None) for r in reports] == [
        ("Stigen", 22, True),
        ("Bron", 6, False),
        ("Kommunen", 28, True),
    ]
    assert reports[-1].course is not None
    assert reports[-1].course.fit == fit(rows)


def test_a_person_is_set_beside_the_own_insats_first_and_then_the_authoritys(
    sqlite_database: Database,
) -> None:
    first_days = [(BEGAN + timedelta(weeks=week), 180 + 10 * week) for week in range(3)]
    with building(sqlite_database) as world:
        one, other = world.insats("Stigen"), world.insats("Bron")
        earlier(world, one, 22)
        earlier(world, other, 6, seed=2)
        here = world.spell(one, BEGAN, ors=first_days)
        there = world.spell(other, BEGAN, ors=first_days)
        high = world.spell(one, BEGAN, ors=[(day, 395) for day, _ in first_days])
        alone = world.spell(one, BEGAN, ors=first_days[:1])
        staff = {
            one: world.actor(Role.CASE_WORKER, one),
            other: world.actor(Role.CASE_WORKER, other),
        }

    def view(spell: int) -> ParticipantView:
        actor = staff[other if spell == there else one]
        return participant_page(sqlite_database, actor, spell, page="prov").value

    nothing = beside_usual_course(sqlite_database, view(here))
    assert nothing == CourseReading()
    fit_courses(sqlite_database, SMALL)
    readings = {
        spell: beside_usual_course(sqlite_database, view(spell))
        for spell in (here, there, high, alone)
    }
    assert [r.course and r.course.of for r in readings.values()] == [
        "Stigen",
        "Kommunen",
        None,
        None,
    ]
    assert [point.number for point in readings[here].points] == [2, 3]
    assert "började inom 3,0 poäng från 39,5" in (readings[high].why_not or "")
    assert readings[alone] == CourseReading()
    assert readings[here].days == tuple(day for day, _ in first_days[1:])
    assert talks_of(view(here)) == dict(enumerate(first_days, start=1))


def test_the_command_says_what_it_did(
    sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    address = sqlite_database.engine.url.render_as_string(hide_password=False)
    assert main(["course", "fit", "--database", address]) == 0
    assert "inga avslutade deltaganden" in capsys.readouterr().out
    with building(sqlite_database) as world:
        earlier(world, world.insats("Stigen"), 3)
    assert main(["course", "fit", "--database", address]) == 0
    said = capsys.readouterr().out
    assert "Stigen: ingen ny version. 3 avslutade deltaganden" in said
    assert "minst 100" in said
