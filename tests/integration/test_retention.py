"""Retention: what is due goes with all that hangs on it, the rest stays as it was, and the log,
the summary, releases and adopted reports still hold.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import func, text
from sqlmodel import col, select

from tests.databases import Makes, on_sqlite
from tests.integration.report_worlds import Originals, ReportWorld
from tests.integration.result_worlds import building
from tracking.access.actors import Actor
from tracking.access.log import Entry, record_for, walk
from tracking.domain.disclosure import protect
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.report_kinds import ReportKind
from tracking.domain.retention import Erased, due_from, gone_by, last_log_year
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.targets import Measure
from tracking.outcomes.releases import prepare_release
from tracking.outcomes.releasing import making
from tracking.outcomes.releasing.keeping import keep_counts
from tracking.outcomes.releasing.verifying import release_faults
from tracking.outcomes.reports import report_work
from tracking.outcomes.retention import retention_view
from tracking.reports.adopted import adopt_report
from tracking.reports.verifying import report_faults
from tracking.services.retention import ErasedNow, erase_due, set_retention_rule
from tracking.store.database import Database
from tracking.store.retention import plan
from tracking.store.tables import (
    AccessLogPayload,
    Attendance,
    Change,
    ErasedTally,
    FinishedWrite,
    FollowUp,
    Participant,
    Release,
    ReleaseCells,
    ReleasedTable,
    RetentionLine,
    Session,
    Snapshot,
    Spell,
    SpellSummary,
)
from tracking.store.verify import summary_differences

TODAY = date(2025, 7, 1)
NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)
LONG_AGO = date(2015, 1, 1)


def key() -> str:
    return str(uuid4())


@dataclass(frozen=True)
class Scene:
    database: Database
    keeper: Actor
    lead: Actor
    worker: Actor
    insats: int
    other: int
    old: int
    """Ended 2019, its participant's only one; a talk, an ORS, a step, a situation, a change."""
    edge: int
    """Ended exactly five years ago."""
    young: int
    """Ended one day later."""
    returned: int
    """Ended 2019, of somebody who has an ongoing spell in the other insats."""
    again: int
    group: int
    """A group session in 2019 of ``old`` and ``young``."""


@contextmanager
def standing_still(now: datetime = NOW) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    with building(database) as world:
        world.calendar()
        insats = world.insats("Stegen", starts_on=LONG_AGO)
        other = world.insats("Bron", starts_on=LONG_AGO)
        old = world.spell(
            insats,
            date(2018, 3, 1),
            date(2019, 5, 10),
            steps=(1, 2),
            ors=((date(2018, 4, 1), 180),),
        )
        world.situation(old, Occasion.START, date(2018, 3, 1))
        world.follow_up(old, 6, FollowUpStatus.DONE, step=3)
        edge = world.spell(insats, date(2020, 1, 7), date(2020, 7, 1))
        young = world.spell(insats, date(2018, 1, 7), date(2020, 7, 2), steps=(1, 3))
        person = world.participant(Gender.MAN, 1980)
        returned = world.spell(
            insats, date(2018, 1, 7), date(2019, 1, 7), participant_id=person, steps=(1, 1)
        )
        again = world.spell(other, date(2025, 1, 7), participant_id=person)
        session = world.session
        session.get_one(Spell, again).previous_spell_id = returned
        attendance = world.talk(old, date(2019, 4, 1))
        group = session.get_one(Attendance, attendance).session_id
        shared = session.get_one(Attendance, world.talk(young, date(2019, 4, 1)))
        lonely = shared.session_id
        shared.session_id = group
        session.flush()
        session.delete(session.get_one(Session, lonely))
        session.add(
            Change(
                spell_id=old,
                table_name="spell",
                row_id=old,
                field="started_on",
                old="2018-03-02",
                new="2018-03-01",
                why="typing_error",
                changed_at=NOW,
                changed_by=world.account.id,
            )
        )
        keeper = world.actor(Role.SYSTEM_ADMIN)
        lead = world.actor(Role.INSATS_LEAD, insats)
        worker = world.actor(Role.CASE_WORKER, insats)
    with standing_still():
        yield Scene(
            database,
            keeper,
            lead,
            worker,
            insats,
            other,
            old,
            edge,
            young,
            returned,
            again,
            group,
        )


def expected(scene: Scene) -> str:
    return retention_view(scene.database, scene.keeper).plan.fingerprint


def run(scene: Scene, shown: str | None = None, form: str | None = None) -> ErasedNow:
    return erase_due(
        scene.database,
        scene.keeper,
        expected=shown or expected(scene),
        keep=keep_counts,
        key=form or key(),
    )


def ids(database: Database, table: Any) -> set[int]:
    with database.reading() as session:
        return set(session.exec(select(table.id)).all())


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return int(session.exec(select(func.count()).select_from(table)).one())


def all_holds(database: Database) -> None:
    """The log's chain is whole and the summary is what a rebuild would give."""
    with database.reading() as session:
        assert walk(session).faults == ()
        assert list(summary_differences(session)) == []


# -- what goes and what stays ---------------------------------------------------------------------


def test_what_is_due_goes_with_all_that_hangs_on_it_and_nothing_else(scene: Scene) -> None:
    done = run(scene)
    assert (done.spells, done.participants) == (3, 2)
    assert ids(scene.database, Spell) == {scene.young, scene.again}
    assert ids(scene.database, Session) == {scene.group}, "somebody who stays was there as well"
    assert count(scene.database, Attendance) == 1
    assert count(scene.database, Change) == 0
    with scene.database.reading() as session:
        left = session.exec(select(col(SpellSummary.spell_id))).all()
        assert set(left) == {scene.young, scene.again}
        assert session.get_one(Spell, scene.again).previous_spell_id is None
    all_holds(scene.database)


def test_person_with_another_spell_keeps_code_and_memory_word(scene: Scene) -> None:
    with scene.database.reading() as session:
        person = session.get_one(Spell, scene.again).participant_id
        before = session.get_one(Participant, person).model_dump()
    run(scene)
    with scene.database.reading() as session:
        assert session.get_one(Participant, person).model_dump() == before


def test_spell_whose_follow_up_may_still_be_made_stays(scene: Scene) -> None:
    with scene.database.transaction() as work:
        late = work.session.exec(
            select(FollowUp).where(FollowUp.spell_id == scene.old, FollowUp.months == 18)
        ).one()
        late.due_on = TODAY - timedelta(days=60)
        work.session.add(late)
    assert retention_view(scene.database, scene.keeper).plan.total(Erased.SPELL) == 2
    run(scene)
    assert scene.old in ids(scene.database, Spell)


def test_participant_who_was_registered_long_ago_and_never_started_goes(scene: Scene) -> None:
    with building(scene.database) as world:
        idle = world.participant(Gender.WOMAN, 1990)
        fresh = world.participant(Gender.WOMAN, 1991)
        world.session.get_one(Participant, idle).created_at = datetime(2019, 1, 1, tzinfo=UTC)
        world.session.get_one(Participant, fresh).created_at = NOW
    assert run(scene).participants == 3
    left = ids(scene.database, Participant)
    assert idle not in left
    assert fresh in left


def test_spell_read_in_long_after_its_end_takes_its_participant_with_it(scene: Scene) -> None:
    """The participant was registered yesterday, of a spell that ended ten years ago."""
    with building(scene.database) as world:
        spell = world.spell(scene.insats, date(2015, 1, 7), date(2015, 9, 1))
        person = world.session.get_one(Spell, spell).participant_id
        world.session.get_one(Participant, person).created_at = NOW
    run(scene)
    assert person not in ids(scene.database, Participant)


def test_code_of_an_erased_participant_never_comes_to_mean_somebody_else(scene: Scene) -> None:
    def last_number() -> int:
        with scene.database.reading() as session:
            return int(
                session.execute(text("SELECT max(last_number) FROM controller")).scalar_one()
            )

    before = last_number()
    run(scene)
    assert last_number() == before


# -- the protocol ---------------------------------------------------------------------------------


def test_protocol_says_what_the_preview_said_and_nothing_about_persons(scene: Scene) -> None:
    shown = retention_view(scene.database, scene.keeper).plan
    done = run(scene)
    with scene.database.reading() as session:
        lines = session.exec(select(RetentionLine).where(RetentionLine.run_id == done.run_id)).all()
    said = {(line.kind, line.insats_id, line.log_year, line.number) for line in lines}
    assert said == {(x.kind, x.insats_id, x.log_year, x.number) for x in shown.lines}
    assert {line.source for line in lines} == {"Stegvis förval: fem år"}
    (view,) = retention_view(scene.database, scene.keeper).protocols
    assert view.by == "Systemadministratör"
    assert view.on_day == TODAY


def test_protocols_and_rules_are_never_changed(scene: Scene) -> None:
    set_retention_rule(
        scene.database, scene.keeper, controller_id=None, years=4, source="Beslut", key=key()
    )
    run(scene)
    for table in ("retention_run", "retention_line", "retention_rule", "erased_tally"):
        with pytest.raises(Exception, match=r"only added to|releases to come"):  # noqa: SIM117
            with scene.database.engine.begin() as connection:
                connection.execute(text(f"DELETE FROM {table}"))


# -- run twice, at once, with another clock -------------------------------------------------------


def test_same_form_sent_twice_erases_once(scene: Scene) -> None:
    shown, form = expected(scene), key()
    first = run(scene, shown, form)
    assert run(scene, shown, form) == first
    with scene.database.reading() as session:
        started = session.exec(
            select(func.sum(ErasedTally.number)).where(ErasedTally.measure == "started")
        ).one()
    assert started == 3


def test_second_run_finds_nothing_to_do(scene: Scene) -> None:
    run(scene)
    with pytest.raises(Conflict, match="inget att gallra"):
        run(scene)


def test_two_at_once_erase_once(scene: Scene) -> None:
    shown = expected(scene)
    found: list[object] = []

    def one() -> None:
        try:
            found.append(run(scene, shown))
        except Conflict as told:
            found.append(told)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "ErasedNow"]
    all_holds(scene.database)


def test_what_has_changed_since_the_preview_is_not_erased_unseen(scene: Scene) -> None:
    shown = expected(scene)
    with building(scene.database) as world:
        world.spell(scene.insats, date(2018, 1, 7), date(2019, 2, 1))
    with pytest.raises(Conflict, match="förhandsvisningen"):
        run(scene, shown)
    assert scene.old in ids(scene.database, Spell)


def test_clock_set_back_erases_nothing(scene: Scene) -> None:
    with scene.database.transaction() as work:
        record_for(work, None, Entry("see_list"))
    with standing_still(NOW - timedelta(days=1)):
        shown = expected(scene)
        with pytest.raises(RuleBroken, match="klocka"):
            run(scene, shown)
    assert scene.old in ids(scene.database, Spell)


def test_only_the_systemadministrator_erases(scene: Scene) -> None:
    shown = expected(scene)
    for actor in (scene.lead, scene.worker):
        with pytest.raises(NotPermitted):
            erase_due(scene.database, actor, expected=shown, keep=keep_counts, key=key())
        with pytest.raises(NotPermitted):
            retention_view(scene.database, actor)
    assert scene.old in ids(scene.database, Spell)


# -- the rules ------------------------------------------------------------------------------------


def test_longer_time_keeps_more_and_the_newest_decision_holds(scene: Scene) -> None:
    (authority,) = retention_view(scene.database, scene.keeper).rules[:1]
    for years in (3, 8):
        set_retention_rule(
            scene.database,
            scene.keeper,
            controller_id=authority.controller_id,
            years=years,
            source="Dokumenthanteringsplanen",
            key=key(),
        )
        spells = retention_view(scene.database, scene.keeper).plan.total(Erased.SPELL)
        assert spells == {3: 4, 8: 0}[years]


@pytest.mark.parametrize(("years", "source"), [(2, "Beslut"), (21, "Beslut"), (5, "  ")])
def test_rule_out_of_bounds_or_without_a_source_is_refused(
    scene: Scene, years: int, source: str
) -> None:
    (authority,) = retention_view(scene.database, scene.keeper).rules[:1]
    with pytest.raises(InvalidValue):
        set_retention_rule(
            scene.database,
            scene.keeper,
            controller_id=authority.controller_id,
            years=years,
            source=source,
            key=key(),
        )


def test_source_that_looks_like_an_identity_number_is_refused(scene: Scene) -> None:
    number = "".join(("19121212", "-", "1212"))
    with pytest.raises(InvalidValue):
        set_retention_rule(
            scene.database, scene.keeper, controller_id=None, years=5, source=number, key=key()
        )


def test_days_of_a_spell_that_ended_on_a_leap_day() -> None:
    assert due_from(date(2020, 2, 29), 5) == date(2025, 2, 28)
    assert gone_by(date(2020, 2, 29), 5) == date(2026, 12, 31)
    assert last_log_year(date(2025, 1, 1), 5) == 2019


# -- the log --------------------------------------------------------------------------------------


def test_closed_years_of_the_log_lose_their_content_and_the_chain_still_proves_the_rest(
    scene: Scene,
) -> None:
    for moment in ("2018-12-31T22:30", "2019-12-31T22:30", "2019-12-31T23:30"):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        with standing_still(at), scene.database.transaction() as work:
            record_for(work, None, Entry("see_participant", spell_id=scene.old))
            work.session.add(
                FinishedWrite(
                    idempotency_key=moment,
                    action="x",
                    account_id=scene.keeper.account_id,
                    finished_at=at,
                )
            )
    assert run(scene).log_rows == 2, "the third was written in 2020 by Swedish time"
    with scene.database.reading() as session:
        chain = walk(session)
        kept = session.exec(select(AccessLogPayload.action)).all()
        keys = session.exec(select(FinishedWrite.idempotency_key)).all()
    assert (chain.erased, chain.faults) == (2, ())
    assert list(kept) == ["see_participant", "erase"]
    assert "2018-12-31T22:30" not in keys
    assert "2019-12-31T23:30" in keys
    with scene.database.transaction() as work:
        work.session.execute(text("DELETE FROM access_log_payload WHERE log_id = 3"))
    with scene.database.reading() as session:
        assert [fault.log_id for fault in walk(session).faults] == [3]


# -- releases and reports -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report_originals() -> Iterator[Originals]:
    with Originals() as originals:
        yield originals


LATER = datetime(2023, 2, 5, 9, tzinfo=UTC)


def grown(world: ReportWorld) -> Actor:
    """People of 2020–2022, a target that asks of its own, and a systemadministratör."""
    with building(world.database) as more:
        for n in range(60):
            more.spell(
                world.insats,
                date(2021, 1 + n % 6, 4),
                date(2022, 1 + n % 12, 10),
                reason="work" if n % 3 else "own_request",
                gender=Gender.MAN if n % 4 == 0 else Gender.WOMAN,
                steps=(1, 1 + n % 3),
            )
        more.target(world.insats, Measure.WORK_OR_STUDIES)
        return more.actor(Role.SYSTEM_ADMIN)


def everything_released(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        tables = session.exec(
            select(
                Release.period_key,
                ReleasedTable.insats_id,
                ReleasedTable.table_key,
                ReleasedTable.period_key,
                ReleasedTable.sha256,
            )
            .join(Release, col(Release.id) == col(ReleasedTable.release_id))
            .order_by(col(ReleasedTable.id))
        ).all()
        cells = session.exec(select(ReleaseCells.sha256).order_by(col(ReleaseCells.release_id)))
        frozen = session.exec(select(Snapshot).order_by(col(Snapshot.report_id))).all()
        return [*map(tuple, tables), *((c,) for c in cells), *((s.sha256,) for s in frozen)]


def adopted(world: ReportWorld) -> None:
    report = world.started(ReportKind.SIMPLE_HALF_YEAR)
    world.ready(report)
    view = report_work(world.database, world.admin, report)
    adopt_report(
        world.database,
        world.admin,
        report_id=report,
        on=date(2018, 2, 2),
        paragraph="§ 14",
        version=view.head.version,
        key=key(),
    )


@on_sqlite
def test_later_release_is_the_same_as_if_nobody_had_been_erased(
    databases: Makes, report_originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release is tried against all before it; the erased are still counted there."""
    made: list[Any] = []
    counted: list[Any] = []

    def heard(tables: Any, *others: Any, **more: Any) -> Any:
        counted.append(tables)
        return protect(tables, *others, **more)

    monkeypatch.setattr(making, "protect", heard)
    for erases in (False, True):
        with report_originals.copy(databases) as world:
            keeper = grown(world)
            with standing_still(LATER):
                if erases:
                    before = everything_released(world.database)
                    shown = retention_view(world.database, keeper).plan
                    erase_due(
                        world.database,
                        keeper,
                        expected=shown.fingerprint,
                        keep=keep_counts,
                        key=key(),
                    )
                    assert shown.total(Erased.SPELL) == 96
                    assert count(world.database, ErasedTally) > 100
                    assert everything_released(world.database) == before
                prepare_release(world.database, world.admin, "2022-H2", key=key())
                made.append(everything_released(world.database))
                with world.database.reading() as session:
                    assert list(release_faults(session)) == []
    assert made[0] == made[1]
    assert counted[-2] == counted[-1], "every cell of every period since the first release"


def test_adopted_reports_are_untouched(reports: ReportWorld) -> None:
    world = reports
    adopted(world)
    keeper = grown(world)
    with standing_still(LATER):
        before = everything_released(world.database)
        shown = retention_view(world.database, keeper).plan.fingerprint
        erase_due(world.database, keeper, expected=shown, keep=keep_counts, key=key())
        assert everything_released(world.database) == before
        with world.database.reading() as session:
            assert list(report_faults(session)) == []
        all_holds(world.database)


def test_period_whose_people_may_be_gone_cannot_be_released(reports: ReportWorld) -> None:
    keeper = grown(reports)
    with standing_still(LATER):
        view = retention_view(reports.database, keeper)
        lost = [period.key for period in view.lost_periods]
        assert lost == ["2018-H1", "2018-H2", "2019-H1", "2019-H2", "2020-H1"]
        erase_due(
            reports.database, keeper, expected=view.plan.fingerprint, keep=keep_counts, key=key()
        )
        with pytest.raises(RuleBroken, match="gallrade"):
            prepare_release(reports.database, reports.admin, "2018-H2", key=key())


def test_table_that_came_after_the_erasure_counts_the_erased_as_missing(
    reports: ReportWorld,
) -> None:
    keeper = grown(reports)
    with standing_still(LATER):
        shown = retention_view(reports.database, keeper).plan.fingerprint
        erase_due(reports.database, keeper, expected=shown, keep=keep_counts, key=key())
        with reports.database.transaction() as work:
            work.session.execute(text("DROP TRIGGER guard_erased_tally_delete"))
            work.session.execute(text("DELETE FROM erased_tally WHERE measure LIKE 'step_move%'"))
        with building(reports.database) as more:
            more.target(reports.insats, Measure.SUPPORT_ENDED)
        prepare_release(reports.database, reports.admin, "2022-H2", key=key())


def test_plan_on_an_empty_database_is_empty(database: Database) -> None:
    with database.reading() as session:
        assert plan(session, TODAY).is_empty
