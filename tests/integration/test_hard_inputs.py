"""Hard input: every exact table says in words what it cannot count, and none of them falls.

Nobody, one person, nothing known, all alike, no spread, targets at the ends, a period that has
not begun. Which tables there are is asked of the code: a function that returns a table and is
not drawn here makes the test fail, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import ast
import importlib
import math
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import CodeType, FrameType

import pytest
import time_machine

from tests.integration.result_worlds import NO, NO_PROSPECTS, UNKNOWN, YES, World, building
from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.figures import CellKind, Table
from tracking.domain.periods import Period, half_year, year
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.swedish import cell_text
from tracking.domain.targets import Comparison, Measure, Population, Verdict
from tracking.outcomes.breakdown_tables import breakdown_table
from tracking.outcomes.breakdowns import BREAKDOWNS
from tracking.outcomes.insats_tables import insats_tables, insatser_side_by_side, read_basis
from tracking.outcomes.monthly import insats_months
from tracking.outcomes.scores import gsrs_table, srs_table
from tracking.outcomes.selection import Selection
from tracking.outcomes.tables import insats_dashboard
from tracking.outcomes.time_curves import insats_time_curves
from tracking.store.database import Database
from tracking.store.tables import Forbund, Question, QuestionOption

TODAY = date(2025, 11, 15)
START, END = date(2025, 1, 10), date(2025, 5, 1)
OUTCOMES = Path(importlib.import_module("tracking.outcomes").__file__ or "").parent
NOT_EXACT = frozenset(
    {
        "earlier",
        "encoding",
        "participant_tables",
        "figures_tables",
        "forbund_money",
        "payback_tables",
    }
)
"""Modules whose tables are of one person, were released and are only read back, are of money or of
figures from elsewhere, or need assumptions first (`test_payback` gives them hard ones)."""
TO_DATE = frozenset({"current", "flow_months", "places_months"})
"""Tables that end today whatever period is asked for, and say so in their head."""
SHARES = tuple(measure for measure in Measure if measure.is_share)

Fill = Callable[[World, int], None]


def table_functions() -> set[CodeType]:
    """The code of every function of an exact module that says that it returns a table."""
    found = set()
    for file in sorted(OUTCOMES.glob("*.py")):
        if file.stem in NOT_EXACT:
            continue
        module = importlib.import_module(f"tracking.outcomes.{file.stem}")
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                said = ast.unparse(node.returns)
                if said in ("Table", "Table | None", "tuple[Table, ...]", "Internal[Table]"):
                    found.add(getattr(module, node.name).__code__)
    return found


@pytest.fixture
def insats(sqlite_database: Database) -> Iterator[tuple[Database, int, Actor]]:
    with time_machine.travel(TODAY, tick=False):
        with building(sqlite_database) as world:
            insats_id = world.insats("Stegen")
            actor = world.actor(Role.INSATS_LEAD, insats_id)
            everything_that_can_be_asked(world, insats_id)
        yield sqlite_database, insats_id, actor


def everything_that_can_be_asked(world: World, insats_id: int) -> None:
    """Targets of every measure at both ends, a question at start and end, slips without answers."""
    question = Question(
        key="halsa",
        wording="Hälsa?",
        kind="scale",
        asked_at_start=True,
        asked_at_end=True,
        valid_from=date(2015, 1, 1),
    )
    world.session.add(question)
    world.session.flush()
    assert question.id is not None
    for value in (1, 2, 3):
        option = QuestionOption(
            question_id=question.id, value=value, label=f"{value}", positive=value == 3
        )
        world.session.add(option)
    slips = world.slip_question()
    world.slips(insats_id, slips, END, (0, 0, 0, 0, 0))
    world.budget(insats_id, 2025, 0)
    for measure in Measure:
        asked = question.id if measure.asks_a_question else None
        if measure is Measure.POSITIVE_SLIPS:
            asked = slips
        for point in sorted(measure.points):
            for comparison in Comparison:
                for value in (0, 100):
                    world.target(
                        insats_id,
                        measure,
                        value=value,
                        point=point,
                        comparison=comparison,
                        population=Population.COMPLETED,
                        codes=("work",) if measure is Measure.END_REASON_IN else (),
                        question_id=asked,
                    )


def nobody(_world: World, _insats_id: int) -> None:
    pass


def one_ended(world: World, insats_id: int) -> None:
    known(world, insats_id, 1)


def one_ongoing(world: World, insats_id: int) -> None:
    world.spell(insats_id, START)


def nothing_known(world: World, insats_id: int) -> None:
    for gender in Gender:
        for _ in range(4):
            world.spell(insats_id, START, END, gender=gender, reason="unknown")


def all_alike(world: World, insats_id: int) -> None:
    known(world, insats_id, 40)


def no_spread_at_first(world: World, insats_id: int) -> None:
    known(world, insats_id, 30, last=lambda n: 200 + 5 * n)


def no_spread_at_all_ends(world: World, insats_id: int) -> None:
    known(world, insats_id, 12, first=0, last=lambda _: 400)
    known(world, insats_id, 12, first=400, last=lambda _: 0)


def all_outside(world: World, insats_id: int) -> None:
    for reason in ("moved", "deceased"):
        for _ in range(6):
            world.spell(insats_id, START, END, reason=reason, ors=[(START, 200), (END, 250)])


def only_misregistered(world: World, insats_id: int) -> None:
    from tracking.domain.endings import Outcome

    for _ in range(6):
        world.spell(insats_id, START, END, outcome=Outcome.MISREGISTERED)


def only_anonymous(world: World, insats_id: int) -> None:
    for gender in Gender:
        world.anonymous(insats_id, 2025, gender, 7)


def no_prospects_and_unknown(world: World, insats_id: int) -> None:
    for _ in range(6):
        spell_id = world.spell(insats_id, START, END, steps=(NO_PROSPECTS, NO_PROSPECTS))
        world.situation(spell_id, Occasion.START, START, support="unknown", work=UNKNOWN)
        world.situation(spell_id, Occasion.END, END, support="unknown", studies=UNKNOWN)


def all_dead_at_follow_up(world: World, insats_id: int) -> None:
    for _ in range(6):
        spell_id = world.spell(insats_id, date(2024, 1, 10), date(2024, 9, 1), steps=(1, 2))
        world.follow_up(spell_id, 6, FollowUpStatus.DECEASED)


def high_k(world: World, insats_id: int) -> None:
    forbund = world.session.get(Forbund, 1)
    assert forbund is not None
    forbund.disclosure_threshold = 10
    known(world, insats_id, 9)


def known(
    world: World,
    insats_id: int,
    spells: int,
    *,
    first: int = 200,
    last: Callable[[int], int] = lambda _: 200,
) -> None:
    """People about whom everything is known, and alike but for what is given."""
    for n in range(spells):
        spell_id = world.spell(
            insats_id,
            START,
            END,
            steps=(1, 1),
            ors=[(START, first), (END, last(n))],
            active_planning=YES,
        )
        world.situation(spell_id, Occasion.START, START, support="none", work=NO)
        world.situation(spell_id, Occasion.END, END, support="none", work=NO)


WORLDS: tuple[Fill, ...] = (
    nobody,
    one_ended,
    one_ongoing,
    nothing_known,
    all_alike,
    no_spread_at_first,
    no_spread_at_all_ends,
    all_outside,
    only_misregistered,
    only_anonymous,
    no_prospects_and_unknown,
    all_dead_at_follow_up,
    high_k,
)
PERIODS = (half_year(2025, 1), year(2025), year(2030), Period(TODAY, TODAY))


def every_table(
    database: Database, insats_id: int, actor: Actor, period: Period, only: Selection
) -> Iterator[Table]:
    """Every exact table that there is of an insats and period."""
    yield from insats_dashboard(database, actor, insats_id, period, only=only).value.tables
    yield from insats_tables(database, actor, insats_id, period, only=only).value.tables
    yield from insats_tables(
        database, actor, insats_id, period, only=only, against=True
    ).value.tables
    yield insatser_side_by_side(database, actor, [insats_id] * 2, period, only=only).value
    with database.reading() as session:
        basis = read_basis(session, insats_id, period, today=clock.today(), only=only)
    yield from (breakdown_table(found, basis) for found in BREAKDOWNS.values())
    months = insats_months(database, actor, insats_id, period, only=only).value
    yield from (months.flow, months.places)
    yield insats_time_curves(database, actor, insats_id, period, only=only).value.table
    # Drawn for an insats only where somebody has such a form.
    yield from (srs_table(basis), gsrs_table(basis))


def check(table: Table, period: Period) -> None:
    """Whole, in words, and without a number that is none."""
    assert table.title, table.key
    assert table.definition, table.key
    assert table.population, table.key
    assert table.funnel, table.key
    assert all(step.count is not None and step.count >= 0 for step in table.funnel), table.key
    for row in table.rows:
        for cell in row.cells:
            if cell.kind is CellKind.SHARE:
                assert cell.base, (table.key, row.label)
                assert 0 <= (cell.count or 0) <= cell.base
            if cell.kind is CellKind.NUMBER:
                assert cell.value is not None, (table.key, row.label)
                assert math.isfinite(cell.value), (table.key, row.label)
            words = cell_text(cell).lower()
            assert "nan" not in words, (table.key, row.label)
            assert "inf" not in words or "information" in words, (table.key, row.label)
            assert "none" not in words, (table.key, row.label)
    if table.key == "slips":
        return
    said = " ".join(table.notes)
    volumes = ("flows", "flow_months", "places_months")
    assert "anonyma" in said.lower() or table.key in volumes, table.key
    counted = "Räknar " in said and "deltagare." in said
    empty = "Inga " in said or "Perioden har inte börjat." in said
    assert counted or empty, (table.key, table.notes)
    if period.start > TODAY and table.key not in TO_DATE:
        assert "Perioden har inte börjat." in said, table.key


@pytest.mark.parametrize("fill", WORLDS, ids=[fill.__name__ for fill in WORLDS])
def test_every_exact_table_bears_hard_input(
    insats: tuple[Database, int, Actor], fill: Fill
) -> None:
    database, insats_id, actor = insats
    with building(database) as world:
        fill(world, insats_id)
    drawn: set[CodeType] = set()

    def seen(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            drawn.add(frame.f_code)

    for period in PERIODS:
        for only in (Selection(), Selection(gender=Gender.MAN, age="19–24")):
            sys.setprofile(seen)
            try:
                tables = list(every_table(database, insats_id, actor, period, only))
            finally:
                sys.setprofile(None)
            for table in tables:
                check(table, period)
    forgotten = {code.co_name for code in table_functions() - drawn}
    assert forgotten == set()


def test_targets_at_the_ends_are_judged_without_an_interval(
    insats: tuple[Database, int, Actor],
) -> None:
    """0 and 100 per cent by the value alone: all of 40 meet *at least 100*, nobody *at least 0*
    can miss, and an empty base is no verdict."""
    database, insats_id, actor = insats
    period = half_year(2025, 1)
    for result in insats_dashboard(database, actor, insats_id, period).value.targets:
        if result.spec.is_share:
            assert result.outcome.verdict is Verdict.NO_DATA
            assert "%" in result.sentence
    with building(database) as world:
        all_alike(world, insats_id)
    judged = 0
    for result in insats_dashboard(database, actor, insats_id, period).value.targets:
        outcome, spec = result.outcome, result.spec
        if spec.measure not in SHARES or outcome.verdict is Verdict.NO_DATA:
            continue
        judged += 1
        assert outcome.share is not None
        assert outcome.verdict in (Verdict.MET, Verdict.NOT_MET)
        met = spec.comparison.holds(100 * outcome.share, spec.value)
        assert (outcome.verdict is Verdict.MET) == met
        assert "Chansen" not in result.sentence
    assert judged > 10


def test_the_registry_of_tables_is_not_empty() -> None:
    names = {code.co_name for code in table_functions()}
    assert {"flows_table", "targets_table", "ors_means_table", "slips_table"} <= names
    assert len(names) > 20


def test_no_number_stands_in_a_period_that_has_not_begun(
    insats: tuple[Database, int, Actor],
) -> None:
    database, insats_id, actor = insats
    with building(database) as world:
        all_alike(world, insats_id)
    tables = insats_tables(database, actor, insats_id, year(2030)).value.tables
    for table in tables:
        if table.key in ("time_in_insats", "against_before"):
            continue
        for row in table.rows:
            assert all(not cell.count for cell in row.cells), (table.key, row.label)
