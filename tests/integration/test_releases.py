"""Releases: made once on their day, stored, and all that the förbund zone can read."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tests.databases import on_sqlite
from tests.integration.result_worlds import building, vasteras_2017
from tracking.access.actors import Actor
from tracking.access.log import verify
from tracking.domain.errors import Conflict, NotFound, NotPermitted, RuleBroken
from tracking.domain.figures import CellKind
from tracking.domain.periods import Calendar, parse_period_key, year
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.roles import Role
from tracking.domain.swedish import cell_text
from tracking.domain.targets import Measure, PointInTime, Population, Verdict
from tracking.outcomes.encoding import (
    DamagedRelease,
    canonical,
    checksum,
    opened,
    table_content,
    table_from,
    target_content,
    target_from,
)
from tracking.outcomes.releases import (
    open_periods,
    prepare_and_publish,
    released_insats,
    released_overview,
)
from tracking.outcomes.releasing.shapes import BoardOverview, ReleasedTarget
from tracking.outcomes.tables import insats_dashboard
from tracking.store.database import Database
from tracking.store.tables import AccessLogPayload, ReleasedTable, Spell

RELEASE_DAY = date(2026, 2, 2)


@pytest.fixture
def admin(database: Database) -> Actor:
    with building(database) as world:
        world.calendar()
        return world.actor(Role.FORBUND_ADMIN)


@pytest.fixture
def insats_id(database: Database) -> int:
    with building(database) as world:
        return world.insats("Stegen", starts_on=date(2024, 1, 1))


def key() -> str:
    return str(uuid4())


def release(database: Database, admin: Actor, period_key: str, on: date = RELEASE_DAY) -> None:
    with time_machine.travel(on, tick=False):
        prepare_and_publish(database, admin, period_key, key=key())


def overview(database: Database, actor: Actor, period_key: str | None = None) -> BoardOverview:
    return released_overview(database, actor, period_key).value


def completed(
    database: Database, insats_id: int, forward: int, others: int, missing: int = 0
) -> None:
    """Fullföljda of 2025, spread over its months."""
    with building(database) as world:
        steps = [(1, 2)] * forward + [(1, 1)] * others + [(1, None)] * missing
        for n, levels in enumerate(steps):
            world.spell(insats_id, date(2024, 6, 1), date(2025, 1 + n % 12, 9), steps=levels)


def only_target(database: Database, actor: Actor) -> ReleasedTarget:
    (insats,) = overview(database, actor).insatser
    (target,) = insats.targets
    return target


def test_sixteen_fullfoljda_can_say_at_least_twelve_of_sixteen(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD, value=70)
    completed(database, insats_id, 14, 2)
    release(database, admin, "2025-H2")
    target = only_target(database, admin)
    assert target.sentence.startswith("Minst 12 av 16")
    assert target.verdict is Verdict.MET
    assert cell_text(target.cell) == "12–16 av 16"
    assert (target.low, target.high, target.base, target.exact) == (12, 16, 16, False)
    assert target.missing == "färre än 5"


@on_sqlite
def test_a_released_target_on_ors_prints_its_thresholds_with_source_and_norms(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.ORS_RELIABLY_IMPROVED)
        for n in range(20):
            scores = [(date(2025, 1, 9), 200), (date(2025, 2, 9), 260 if n % 2 else 210)]
            world.spell(insats_id, date(2025, 1, 9), date(2025, 3, 9), ors=scores)
    release(database, admin, "2025-H2")
    sentence = only_target(database, admin).sentence
    assert "Gränsvärde ORS 25 poäng" in sentence
    assert "svenska normer" in sentence


@on_sqlite
def test_a_target_with_large_parts_is_exact_with_its_interval(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD)
    completed(database, insats_id, 21, 13, 6)
    release(database, admin, "2025-H2")
    target = only_target(database, admin)
    assert target.exact
    assert (target.cell.count, target.cell.base) == (21, 34)
    assert "KI" in target.sentence
    assert "6 saknar uppgift" in target.sentence


@on_sqlite
def test_nothing_is_said_of_a_base_below_ten(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD)
        world.target(insats_id, Measure.YEAR_PLACES, value=1)
    completed(database, insats_id, 5, 4)
    release(database, admin, "2025-H2")
    (insats,) = overview(database, admin).insatser
    for target in insats.targets:
        assert target.verdict is Verdict.TOO_FEW
        assert target.low is None
        assert target.outcome is None
        assert cell_text(target.cell) in ("dolt", "–")


def test_head_counts_are_exact_and_add_up_over_insatser(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        other = world.insats("En annan", starts_on=date(2024, 1, 1))
        world.spell(insats_id, date(2025, 8, 1))
        world.spell(insats_id, date(2025, 2, 1), date(2025, 9, 1), reason="moved")
        world.spell(other, date(2025, 8, 1), date(2025, 9, 1))
        world.anonymous(insats_id, 2025, Gender.MAN, 2)
    release(database, admin, "2025-H2")
    board = overview(database, admin)
    assert board.all_insatser is not None
    assert [item.name for item in board.insatser] == ["En annan", "Stegen"]
    counts = [
        [row.cells[0].count for row in item.heads.rows]
        for item in (*board.insatser, board.all_insatser)
    ]
    assert counts == [[0, 1, 1, 1, 0, 0], [1, 1, 1, 0, 1, 2], [1, 2, 2, 1, 1, 2]]
    assert board.all_insatser.targets == ()
    assert all(item.heads.columns == ("totalt",) for item in board.insatser)


def test_what_happens_after_the_release_does_not_reach_the_board(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD)
        board = world.actor(Role.BOARD)
    completed(database, insats_id, 12, 8)
    release(database, admin, "2025-H2")
    before = overview(database, board)
    completed(database, insats_id, 1, 9)
    with building(database) as world:
        world.target(insats_id, Measure.ACTIVE_PLANNING)
        world.anonymous(insats_id, 2025, Gender.WOMAN, 9)
        world.session.execute(text("UPDATE insats SET name = 'Nytt namn'"))
        world.session.execute(text("UPDATE target SET wording = 'Annan', value = 1"))
        for spell in world.session.exec(select(Spell)).all()[:5]:
            spell.ended_on = spell.outcome = spell.end_reason_id = None
    assert overview(database, board) == before


def test_a_stored_release_is_not_changed_and_not_made_again(
    database: Database, admin: Actor, insats_id: int
) -> None:
    release(database, admin, "2025-H2")
    with pytest.raises(Conflict, match="redan släppt"):
        release(database, admin, "2025-H2")
    for change in ("UPDATE released_table SET content = '{}'", "DELETE FROM released_table"):
        with pytest.raises(IntegrityError), database.transaction() as work:
            work.session.execute(text(change))


def test_the_same_form_sent_twice_makes_one_release(
    database: Database, admin: Actor, insats_id: int
) -> None:
    same = key()
    steps: list[tuple[float, str]] = []
    with time_machine.travel(RELEASE_DAY, tick=False):
        first = prepare_and_publish(
            database, admin, "2025-H2", key=same, progress=lambda *step: steps.append(step)
        )
        assert prepare_and_publish(database, admin, "2025-H2", key=same) == first
    shares = [share for share, _ in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert first.period_key == "2025-H2"
    assert len(overview(database, admin).releases) == 1


def test_a_release_made_beside_another_is_not_stored(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD)

    made: list[object] = []

    def meanwhile(*_step: object) -> None:
        if not made:
            made.append(prepare_and_publish(database, admin, "2025-H2", key=key()))

    with time_machine.travel(date(2026, 8, 3), tick=False), pytest.raises(Conflict):
        prepare_and_publish(database, admin, "2026-H1", key=key(), progress=meanwhile)
    assert [head.period.key for head in overview(database, admin).releases] == ["2025-H2"]


def test_a_period_is_released_only_when_its_day_has_come(
    database: Database, admin: Actor, insats_id: int
) -> None:
    for day in (date(2025, 12, 31), date(2026, 1, 30)):
        with pytest.raises(RuleBroken):
            release(database, admin, "2025-H2", day)
    for wrong in ("2025", "2025-T1", "2025-07--2025-09", "2030-H1"):
        with pytest.raises(RuleBroken, match="kalender"):
            release(database, admin, wrong)
    with time_machine.travel(date(2026, 1, 30), tick=False):
        newest, before = open_periods(database, admin)[:2]
    assert (newest.period.key, newest.may_release, newest.released) == ("2025-H2", False, False)
    assert newest.release_on == date(2026, 1, 31)
    assert (before.period.key, before.may_release) == ("2025-H1", True)


def test_without_a_calendar_there_is_nothing_to_release(database: Database) -> None:
    with building(database) as world:
        actor = world.actor(Role.FORBUND_ADMIN)
        world.insats("Stegen")
    assert open_periods(database, actor) == ()
    with pytest.raises(RuleBroken):
        release(database, actor, "2025-H2")


def test_tertials_are_released_by_their_own_days(database: Database) -> None:
    with building(database) as world:
        world.calendar(Calendar.TERTIAL)
        actor = world.actor(Role.FORBUND_ADMIN)
        world.insats("Stegen", starts_on=date(2025, 1, 1))
    with time_machine.travel(date(2026, 1, 31), tick=False):
        periods = open_periods(database, actor)
    assert [p.period.key for p in periods] == ["2025-T3", "2025-T2", "2025-T1"]
    assert [p.release_on for p in periods] == [
        date(2026, 1, 31),
        date(2025, 9, 30),
        date(2025, 5, 31),
    ]


@on_sqlite
@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR, Role.STEERING_GROUP])
def test_only_the_administrator_makes_a_release(
    database: Database, admin: Actor, insats_id: int, role: Role
) -> None:
    with building(database) as world:
        reader = world.actor(role)
        staff = world.actor(Role.INSATS_LEAD, insats_id)
    for actor in (reader, staff):
        with pytest.raises(NotPermitted):
            release(database, actor, "2025-H2")
        with pytest.raises(NotPermitted):
            open_periods(database, actor)
    release(database, admin, "2025-H2")
    assert overview(database, reader).release is not None
    with pytest.raises(NotPermitted):
        released_overview(database, staff)


def test_the_styrgrupp_of_one_insats_reads_that_insats_alone(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        other = world.insats("En annan", starts_on=date(2024, 1, 1))
        group = world.actor(Role.STEERING_GROUP, insats_id)
    release(database, admin, "2025-H2")
    board = overview(database, group)
    assert [item.insats_id for item in board.insatser] == [insats_id]
    assert board.all_insatser is None
    assert released_insats(database, group, insats_id, "2025-H2").value.name == "Stegen"
    with pytest.raises(NotPermitted):
        released_insats(database, group, other, "2025-H2")
    with pytest.raises(NotFound):
        released_overview(database, group, "2024-H2")


def test_before_the_first_release_the_overview_is_empty(database: Database, admin: Actor) -> None:
    board = overview(database, admin)
    assert board.release is None
    assert board.insatser == ()


def test_each_release_shows_the_latest_twelve_months_and_never_changes(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD)
    completed(database, insats_id, 12, 8)
    release(database, admin, "2025-H2")
    first = overview(database, admin, "2025-H2")
    assert first.insatser[0].targets_period == year(2025)
    with building(database) as world:
        for n in range(20):
            world.spell(insats_id, date(2025, 6, 1), date(2026, 1 + n % 6, 9), steps=(1, 3))
            world.spell(insats_id, date(2025, 6, 1), date(2025, 12, 9), steps=(1, 3))
    release(database, admin, "2026-H1", date(2026, 8, 3))
    second = overview(database, admin)
    assert second.insatser[0].targets_period == parse_period_key("2025-07--2026-06")
    assert second.insatser[0].targets != first.insatser[0].targets
    again = overview(database, admin, "2025-H2")
    assert (again.insatser, again.all_insatser) == (first.insatser, first.all_insatser)


@on_sqlite
def test_a_target_counts_in_the_years_when_it_is_valid(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD, valid_from=date(2026, 1, 1))
        world.target(insats_id, Measure.STEP_FORWARD, valid_to=date(2024, 12, 31))
    completed(database, insats_id, 12, 8)
    release(database, admin, "2025-H2")
    assert overview(database, admin).insatser[0].targets == ()
    assert overview(database, admin).insatser[0].targets_period is None


@on_sqlite
def test_those_who_left_the_base_are_counted_with_the_missing(
    database: Database, admin: Actor, insats_id: int
) -> None:
    """Else the base, subtracted from the head count, would tell how many have died."""
    with building(database) as world:
        world.target(insats_id, Measure.STEP_SAME_OR_HIGHER, point=PointInTime.M6)
        ended = [
            world.spell(insats_id, date(2024, 2, 1), date(2024, 9, 1), steps=(1, 2))
            for _ in range(20)
        ]
        for spell_id in ended[:13]:
            world.follow_up(spell_id, 6, FollowUpStatus.DONE, step=2)
        world.follow_up(ended[13], 6, FollowUpStatus.DECEASED)
        for spell_id in ended[14:]:
            world.follow_up(spell_id, 6, FollowUpStatus.DONE, step=1)
    release(database, admin, "2025-H2")
    target = only_target(database, admin)
    assert (target.low, target.high, target.base) == (13, 13, 20)
    assert not target.exact
    assert cell_text(target.cell) == "13 av 20"
    assert "avlid" not in target.sentence


@on_sqlite
def test_flytt_stands_with_the_missing_of_avslutade(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        ended = Population.ENDED
        world.target(insats_id, Measure.STEP_FORWARD, population=ended)
        world.target(insats_id, Measure.STEP_SAME_OR_HIGHER, point=PointInTime.M6, population=ended)
        for day in (date(2025, 3, 1), date(2024, 9, 1)):
            for n in range(18):
                spell_id = world.spell(insats_id, date(2024, 2, 1), day, steps=(1, 1 + (n < 9)))
                if day.year == 2024:
                    world.follow_up(spell_id, 6, FollowUpStatus.DONE, step=1)
            world.spell(insats_id, date(2024, 2, 1), day, reason="moved")
            world.spell(insats_id, date(2024, 2, 1), day, reason="deceased")
    release(database, admin, "2025-H2")
    forward, kept = overview(database, admin).insatser[0].targets
    assert (forward.low, forward.high, forward.base) == (9, 9, 20)
    # 18 of 2025 that are due without an answer, and flytt and avliden of both years.
    assert (kept.low, kept.base, kept.missing) == (9, 18, "22")


@on_sqlite
def test_target_over_the_cut_off_is_never_released_and_other_populations_are_tied_together(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD)
        world.target(insats_id, Measure.STEP_FORWARD, population=Population.ENDED)
        world.target(insats_id, Measure.ORS_RELIABLY_IMPROVED)
        world.target(insats_id, Measure.ORS_OVER_CUTOFF)
    completed(database, insats_id, 12, 8)
    release(database, admin, "2025-H2")
    shown = [target.base for target in overview(database, admin).insatser[0].targets]
    assert shown[:2] == [20, 20]
    assert shown[3] is None


@on_sqlite
def test_a_family_released_for_the_ended_is_not_released_for_the_started_later(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD, valid_to=date(2025, 12, 31))
        world.target(
            insats_id,
            Measure.STEP_FORWARD,
            population=Population.STARTED,
            valid_from=date(2026, 1, 1),
        )
        for n in range(20):
            world.spell(insats_id, date(2024, 6, 1), date(2025, 6, 9), steps=(1, 1 + n % 2))
            world.spell(insats_id, date(2026, 2, 1), date(2026, 6, 9), steps=(1, 1 + n % 2))
    release(database, admin, "2025-H2")
    assert only_target(database, admin).base == 20
    release(database, admin, "2026-H2", date(2027, 2, 1))
    assert only_target(database, admin).base is None


@on_sqlite
def test_vasteras_2017_shows_the_board_no_small_part(database: Database) -> None:
    with building(database) as world:
        world.calendar()
        insats_id = world.insats("Samordningsteamet", starts_on=date(2016, 1, 1))
        vasteras_2017(world, insats_id)
        for reason, value in (("work", 25), ("studies", 20), ("continued_rehabilitation", 55)):
            world.target(insats_id, Measure.END_REASON_IN, value=value, codes=[reason])
        admin = world.actor(Role.FORBUND_ADMIN)
        staff = world.actor(Role.INSATS_LEAD, insats_id)
    release(database, admin, "2017-H2", date(2018, 2, 2))
    inside = insats_dashboard(database, staff, insats_id, year(2017)).value
    assert [t.outcome.numerator for t in inside.targets] == [8, 2, 41]
    board = overview(database, admin)
    for target, number in zip(board.insatser[0].targets, (8, 2, 41), strict=True):
        if target.low is not None:
            assert target.high is not None
            assert target.low <= number <= target.high
        assert number >= 5 or target.cell.kind is CellKind.HIDDEN
    year_ends = [row.cells[0].count for row in board.insatser[0].heads.rows]
    assert sum(count or 0 for count in year_ends) > 0


@on_sqlite
def test_cost_and_volume_are_exact(database: Database, admin: Actor, insats_id: int) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.PARTICIPANTS, value=15)
        world.target(insats_id, Measure.COST_PER_PARTICIPANT, value=30000)
        world.target(insats_id, Measure.YEAR_PLACES, value=10)
        world.budget(insats_id, 2025, 400_000)
        for _ in range(12):
            world.spell(insats_id, date(2025, 1, 1), date(2025, 12, 31))
        world.anonymous(insats_id, 2025, Gender.WOMAN, 4)
    release(database, admin, "2025-H2")
    found = [target.outcome for target in overview(database, admin).insatser[0].targets]
    assert found == [16.0, 25000.0, 12.0]


def test_both_steps_of_a_release_are_logged(
    database: Database, admin: Actor, insats_id: int
) -> None:
    release(database, admin, "2025-H2")
    with database.reading() as session:
        rows = session.exec(select(AccessLogPayload).order_by(AccessLogPayload.log_id)).all()
        assert [(row.action, row.account_id, row.detail) for row in rows] == [
            ("prepare_release", admin.account_id, "2025-H2"),
            ("publish_release", admin.account_id, "2025-H2"),
        ]
        assert verify(session) == []


def test_what_is_stored_comes_back_the_same_and_its_checksum_is_tested(
    database: Database, admin: Actor, insats_id: int
) -> None:
    with building(database) as world:
        world.target(insats_id, Measure.STEP_FORWARD)
    completed(database, insats_id, 12, 8)
    release(database, admin, "2025-H2")
    board = overview(database, admin)
    table, target = board.insatser[0].heads, board.insatser[0].targets[0]
    assert table_from(json.loads(canonical(table_content(table)))) == table
    assert target_from(json.loads(canonical(target_content(target)))) == target
    with database.reading() as session:
        for row in session.exec(select(ReleasedTable)).all():
            assert checksum(row.content) == row.sha256
            assert canonical(json.loads(row.content)) == row.content
            with pytest.raises(DamagedRelease):
                opened(row.content.replace("Stegen", "Trappan") + " ", row.sha256)
