"""What live tables are drawn from is kept between writes, and is always what a fresh reading says.

Random writes of every kind go to random worlds, by this process and by another; after each, the
reading that was kept and renewed stands beside one that begins from nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.integration.result_worlds import World, building
from tests.integration.table_worlds import TODAY, Worlds, build
from tracking.domain.figures import Table
from tracking.domain.periods import Period, add_months
from tracking.domain.records import Gender
from tracking.outcomes import cohorts, live
from tracking.outcomes.breakdown_tables import Basis, breakdown_table
from tracking.outcomes.breakdowns import BREAKDOWNS, Head
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.endings import end_reasons_table
from tracking.outcomes.occupation import occupation_tables
from tracking.outcomes.participants import flows_table
from tracking.outcomes.ratings import ors_change_table
from tracking.outcomes.scores import score_tables
from tracking.outcomes.stays import Plan, capacity_table
from tracking.outcomes.step_matrix import step_matrix_table
from tracking.outcomes.steps import step_moves_table, sustained_table
from tracking.outcomes.support import support_tables
from tracking.store.database import Database
from tracking.store.summary import rebuild

WRITES, SCORED_WRITES = 50, 24
SEED = 2
EVERY = frozenset(SpellRow._fields)
RATED = frozenset({"ors_n", "ors_first_mm", "ors_last_mm"})

Act = Callable[[Random, Database], None]


def told(database: Database, sql: str, **bound: Any) -> None:
    with database.transaction() as work:
        if work.session.get_bind().dialect.name == "sqlite":
            bound = {k: str(v) if isinstance(v, date) else v for k, v in bound.items()}
        work.session.execute(text(sql), bound)


def some(random: Random, database: Database, table: str) -> int:
    with database.reading() as session:
        ids = session.execute(text(f"SELECT id FROM {table} ORDER BY id")).scalars().all()
    return random.choice(ids) if ids else -1


def changed(table: str, sets: str) -> Act:
    """An UPDATE of one row that is there."""

    def act(random: Random, database: Database) -> None:
        row, number = some(random, database, table), random.randrange(100)
        day = TODAY - timedelta(days=random.randrange(900))
        named = {"number": number, "day": day}
        bound = {name: value for name, value in named.items() if f":{name}" in sets}
        told(database, f"UPDATE {table} SET {sets} WHERE id = :row", row=row, **bound)

    return act


def _voided(table: str) -> Act:
    def act(random: Random, database: Database) -> None:
        sets = (
            "voided_at = NULL, voided_by = NULL, void_reason = NULL"
            if random.random() < 0.3
            else "voided_at = '2025-11-15T12:00:00.000000+00:00', voided_by = 1,"
            " void_reason = 'entered_twice'"
        )
        row = some(random, database, table)
        told(database, f"UPDATE {table} SET {sets} WHERE id = :row", row=row)

    return act


def erased(random: Random, database: Database) -> None:
    """As retention does it: a spell goes, and all that hangs on it."""
    told(database, "DELETE FROM spell WHERE id = :row", row=some(random, database, "spell"))


def misregistered(random: Random, database: Database) -> None:
    row = some(random, database, "spell")
    told(
        database,
        "UPDATE spell SET outcome = 'misregistered', ended_on = coalesce(ended_on, started_on)"
        " WHERE id = :row AND outcome IS NULL",
        row=row,
    )


def many_at_once(_random: Random, database: Database) -> None:
    told(database, "UPDATE follow_up SET months = months")


def new_code(random: Random, database: Database) -> None:
    """A value that no spell has yet stands in tables as a row of zeros."""
    told(
        database,
        "INSERT INTO code (list_key, key, label, sort) VALUES ('education', :key, 'Ny', 9)",
        key=f"new_{random.random()}",
    )


ACTS: tuple[Act, ...] = (
    changed("spell", "started_on = :day"),
    changed("participant", "birth_year = 1940 + :number % 60"),
    changed("participant", "gender = 'man'"),
    changed("session", "held_on = :day"),
    changed(
        "rating",
        "total = CASE WHEN scale_1 IS NULL THEN 4 * :number ELSE total - scale_1 + :number END,"
        " scale_1 = CASE WHEN scale_1 IS NOT NULL THEN :number END",
    ),
    _voided("attendance"),
    _voided("rating"),
    _voided("step_assessment"),
    _voided("situation"),
    changed("anonymous_count", "number = :number"),
    changed("code", "label = label || '.'"),
    changed("forbund", "disclosure_threshold = 4 + :number % 3"),
    erased,
    misregistered,
    many_at_once,
    new_code,
)


def basis_of(database: Database, insats_id: int, period: Period, columns: frozenset[str]) -> Basis:
    with database.reading() as session:
        return live.read_live(session, insats_id, period, today=TODAY, columns=columns)


def same(one: Basis, other: Basis) -> bool:
    """Whether two readings say the same; their rows may stand in any order."""
    rows = (sorted(b.cohort.rows, key=lambda row: row.spell_id) for b in (one, other))
    first, second = (list(map(tuple, found)) for found in rows)
    beside = ((b.anonymous, b.setting, b.threshold_k, b.cohort.due_by) for b in (one, other))
    return first == second and len(set(map(repr, beside))) == 1


def drawn(basis: Basis) -> list[Table]:
    """Every table of the breakdowns, and all others that a basis alone is enough for."""
    cohort, anonymous = basis.cohort, basis.anonymous
    labels = {item.key: item.label for item in basis.setting.lists["end_reason"]}
    return [
        *(breakdown_table(found, basis) for found in BREAKDOWNS.values()),
        flows_table(cohort, anonymous),
        end_reasons_table(cohort, labels, anonymous),
        *support_tables(basis),
        *occupation_tables(basis),
        step_moves_table(cohort, anonymous),
        sustained_table(cohort, anonymous),
        *(step_matrix_table(basis, head, {}) for head in (Head.ENDED, Head.COMPLETED)),
        ors_change_table(cohort, basis.setting.thresholds, anonymous),
        *score_tables(basis),
        capacity_table(Plan(60, None), basis),
    ]


def periods(made: Worlds) -> list[tuple[int, Period]]:
    until_today = Period(add_months(TODAY, -12), TODAY)
    return [
        (world.insats_id, period) for world in made.worlds for period in (world.period, until_today)
    ]


def test_kept_and_renewed_reading_is_a_fresh_one_after_any_write(
    database: Database, database_url: str
) -> None:
    made, random = build(database, 3, SEED), Random(SEED)
    other_process, fresh_eyes = Database.open(database_url), Database.open(database_url)
    try:
        for n in range(WRITES):
            writer = other_process if random.random() < 0.2 else database
            act = random.choice(ACTS)
            with suppress(IntegrityError):  # where a rule refuses, nothing was written
                act(random, writer)
            for insats_id, period in periods(made):
                if random.random() < 0.5:
                    continue  # some readings are older than one write
                for columns in (EVERY, RATED):
                    kept = basis_of(database, insats_id, period, columns)
                    with fresh_eyes.reading() as session:
                        fresh = live._fresh(session, insats_id, period, TODAY, columns)
                    assert same(kept, fresh), (n, act, period)
    finally:
        other_process.close()
        fresh_eyes.close()


def an_insats_with_scores(world: World, random: Random) -> int:
    """Eighty spells, most of them ended in 2025 with two scores."""
    insats = world.insats("Vägen")
    for _ in range(80):
        start = date(2025, 1, 1) + timedelta(days=random.randrange(150))
        end = start + timedelta(days=random.randrange(40, 200))
        world.spell(
            insats,
            start,
            random.choice((end, end, end, None)),
            reason=random.choice(("work", "work", "own_request", "moved")),
            gender=random.choice((Gender.WOMAN, Gender.MAN)),
            birth_year=random.choice((1975, 1990, 2009)),
            steps=(random.choice((None, 1, 2)), random.choice((None, 1, 3))),
            ors=[(start + timedelta(days=days), 4 * random.randrange(100)) for days in (3, 36)],
        )
    return insats


SCORED = (
    *[changed("rating", "total = 4 * :number")] * 6,
    _voided("rating"),
    _voided("attendance"),
    changed("participant", "birth_year = 1940 + :number % 70"),
    changed("participant", "gender = CASE :number % 2 WHEN 0 THEN 'man' ELSE 'unknown' END"),
    changed("spell", "ended_on = CASE WHEN ended_on IS NOT NULL THEN :day END"),
    changed("forbund", "disclosure_threshold = 3 + :number % 4"),
    erased,
    misregistered,
)


def test_every_table_of_a_renewed_reading_is_that_of_a_fresh_one(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small parts, of which few are renewed and the others keep what was worked out of them.
    monkeypatch.setattr(cohorts, "SPELLS_OF_A_PART", 4)
    random, period = Random(SEED), Period(date(2025, 1, 1), date(2025, 12, 31))
    with building(database) as world:
        insats_id = an_insats_with_scores(world, random)
    other_process, fresh_eyes = Database.open(database_url), Database.open(database_url)
    shown = set()
    try:
        for n in range(SCORED_WRITES):
            writer = other_process if random.random() < 0.1 else database
            act = random.choice(SCORED)
            with suppress(IntegrityError):
                act(random, writer)
            kept = basis_of(database, insats_id, period, EVERY)
            with fresh_eyes.reading() as session:
                fresh = live._fresh(session, insats_id, period, TODAY, EVERY)
            assert same(kept, fresh), n
            tables = drawn(kept)
            for one, other in zip(tables, drawn(fresh), strict=True):
                assert one == other, (n, one.key)
            shown |= {table.rows for table in tables if table.key == "ors_means"}
    finally:
        other_process.close()
        fresh_eyes.close()
    assert len(shown) > SCORED_WRITES // 4, "the writes have changed what is compared"


def test_after_a_write_to_one_spell_that_spell_alone_is_read_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build(database, 3, 7)
    spells = {world.insats_id: len(world.of["spell"]) for world in made.worlds}
    insats_id = max(spells, key=lambda found: spells[found])
    until_today = Period(add_months(TODAY, -12), TODAY)
    basis_of(database, insats_id, until_today, EVERY)
    spell = next(w for w in made.worlds if w.insats_id == insats_id).of["spell"][0]["id"]
    told(database, "UPDATE follow_up SET months = months WHERE spell_id = :row", row=spell)
    told(database, "UPDATE situation SET work = work WHERE spell_id = :row", row=spell)
    asked: list[frozenset[int]] = []

    def noted(session: object, cohort: Cohort, spells: frozenset[int], columns: object) -> Cohort:
        asked.append(spells)
        return cohort

    monkeypatch.setattr(live, "renewed", noted)
    monkeypatch.setattr(live, "_fresh", None)  # a second whole reading would fail
    basis_of(database, insats_id, until_today, EVERY)
    assert asked == [frozenset({spell})]
    basis_of(database, insats_id, until_today, EVERY)
    assert len(asked) == 1, "nothing has been written since"


def test_summary_that_another_process_has_rebuilt_is_read_again(
    database: Database, database_url: str
) -> None:
    made = build(database, 3, 7)
    world = max(made.worlds, key=lambda found: len(found.of["spell"]))
    right = basis_of(database, world.insats_id, world.period, EVERY)
    # A summary that is wrong, as after a hand in the database, touches no record.
    told(database, "UPDATE spell_summary SET ors_n = ors_n + 5")
    live._kept.clear()
    wrong = basis_of(database, world.insats_id, world.period, EVERY)
    assert not same(right, wrong)
    other_process = Database.open(database_url)
    try:
        with other_process.transaction() as work:
            rebuild(work.session)
    finally:
        other_process.close()
    assert same(basis_of(database, world.insats_id, world.period, EVERY), right)


def test_transaction_sees_its_own_writes_and_never_what_was_kept(database: Database) -> None:
    made = build(database, 3, 7)
    world = max(made.worlds, key=lambda found: len(found.of["spell"]))
    kept = basis_of(database, world.insats_id, world.period, EVERY)
    with database.transaction() as work:
        work.session.execute(text("UPDATE forbund SET disclosure_threshold = 9"))
        seen = live.read_live(
            work.session, world.insats_id, world.period, today=TODAY, columns=EVERY
        )
    assert (kept.threshold_k, seen.threshold_k) == (5, 9)
    assert basis_of(database, world.insats_id, world.period, EVERY).threshold_k == 9


def test_readings_are_forgotten_before_they_fill_the_memory(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build(database, 3, 7)
    monkeypatch.setattr(live, "MOST_ROWS", 0)
    for insats_id, period in periods(made):
        basis_of(database, insats_id, period, EVERY)
    assert len(live._kept[database]) == 1
