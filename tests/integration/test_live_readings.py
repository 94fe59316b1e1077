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

from tests.integration.table_worlds import TODAY, Worlds, build
from tracking.domain.periods import Period, add_months
from tracking.outcomes import live
from tracking.outcomes.breakdown_tables import Basis
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.store.database import Database

WRITES = 50
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
