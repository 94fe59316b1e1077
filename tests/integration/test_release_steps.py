"""A release is prepared, audited and published; nothing but what is published can be read."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from tests.databases import Sqlite
from tests.integration.result_worlds import World, building
from tracking.access.actors import Actor
from tracking.domain.disclosure import ALL, is_small
from tracking.domain.errors import Conflict, NotFound, NotPermitted, RuleBroken
from tracking.domain.figures import CellKind
from tracking.domain.periods import half_year
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.domain.targets import Measure
from tracking.outcomes.encoding import (
    DamagedRelease,
    canonical,
    cells_content,
    checksum,
    protected_from,
    small_content,
)
from tracking.outcomes.releases import (
    open_periods,
    prepare_and_publish,
    prepare_release,
    publish_release,
    release_account,
    released_overview,
    released_tables,
)
from tracking.outcomes.releasing import making
from tracking.outcomes.releasing.making import UnsafeRelease, read_published
from tracking.outcomes.releasing.shapes import Stage, Whole
from tracking.store.database import Database
from tracking.store.tables import Release, ReleaseCells, ReleasedTable, Spell

FEBRUARY = date(2026, 2, 2)
REASONS = ("work", "studies", "continued_rehabilitation", "illness")


def key() -> str:
    return str(uuid4())


def populate(world: World, insats_id: int, number: int, dice: random.Random) -> None:
    for n in range(number):
        world.spell(
            insats_id,
            date(2025, 1 + n % 5, 9),
            date(2025, 6 + n % 7, 9),
            reason=dice.choices(REASONS, (4, 1, 6, 2))[0],
            gender=Gender.MAN if dice.random() < 0.4 else Gender.WOMAN,
            steps=(1, dice.choice((1, 2, 2, None))),
        )


Seen = tuple[Database, Actor, Actor, int]


@pytest.fixture
def seen(sqlite_database: Database) -> Iterator[Seen]:
    """Two insatser of 45 and 24, on the day of the release."""
    yield from _two_insatser(sqlite_database)


def _two_insatser(database: Database) -> Iterator[Seen]:
    dice = random.Random(3)
    with building(database) as world:
        world.calendar()
        ids = [world.insats(name, starts_on=date(2025, 1, 1)) for name in ("Stegen", "Bron")]
        for insats_id, number in zip(ids, (45, 24), strict=True):
            populate(world, insats_id, number, dice)
            world.target(insats_id, Measure.STEP_FORWARD, value=60)
        admin, board = world.actor(Role.FORBUND_ADMIN), world.actor(Role.BOARD)
    with time_machine.travel(FEBRUARY, tick=False):
        yield database, admin, board, ids[0]


@pytest.fixture(scope="module")
def released_once(sqlite_databases: Sqlite) -> Iterator[tuple[str, str, Seen]]:
    """The two insatser with a prepared release, and with it published; only ever copied."""
    with sqlite_databases.fresh(migrated=True) as prepared, ExitStack() as stack:
        for seen in _two_insatser(Database.open(prepared)):
            prepare_release(seen[0], seen[1], "2025-H2", key=key())
            seen[0].close()
            published = stack.enter_context(sqlite_databases.copy(prepared))
            database = Database.open(published)
            publish_release(database, seen[1], "2025-H2", key=key())
            database.close()
        yield prepared, published, seen


@pytest.fixture
def prepared(released_once: tuple[str, str, Seen], sqlite_databases: Sqlite) -> Iterator[Seen]:
    """A copy of the two insatser with a release that is prepared."""
    yield from _copied(sqlite_databases, released_once[0], released_once[2])


@pytest.fixture
def published(released_once: tuple[str, str, Seen], sqlite_databases: Sqlite) -> Iterator[Seen]:
    """A copy of the two insatser with a release that is published."""
    yield from _copied(sqlite_databases, released_once[1], released_once[2])


def _copied(databases: Sqlite, original: str, seen: Seen) -> Iterator[Seen]:
    with databases.copy(original) as url, time_machine.travel(FEBRUARY, tick=False):
        database = Database.open(url)
        yield database, *seen[1:]
        database.close()


def stored(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        return (
            len(session.exec(select(Release.id)).all()),
            len(session.exec(select(ReleasedTable.id)).all()),
        )


def test_prepared_release_is_read_by_nobody_until_it_is_published(
    prepared: Seen,
) -> None:
    database, admin, board, insats_id = prepared
    for actor in (admin, board):
        assert released_overview(database, actor).value.release is None
        for wanted in (None, insats_id):
            with pytest.raises(NotFound):
                released_tables(database, actor, "2025-H2", wanted)
    with pytest.raises(NotFound):
        release_account(database, board, "2025-H2")
    account = release_account(database, admin, "2025-H2").value
    assert account.published_at is None
    assert account.tables
    with pytest.raises(NotPermitted):
        publish_release(database, board, "2025-H2", key=key())
    publish_release(database, admin, "2025-H2", key=key())
    assert released_overview(database, board).value.release is not None
    assert released_tables(database, board, "2025-H2").value
    assert release_account(database, board, "2025-H2").value.published_at is not None


def test_prepared_release_is_neither_made_again_nor_thrown_away_and_is_published_once(
    seen: Seen,
) -> None:
    database, admin, _, _ = seen
    with pytest.raises(RuleBroken, match="inte förberedd"):
        publish_release(database, admin, "2025-H2", key=key())
    same = key()
    first = prepare_release(database, admin, "2025-H2", key=same)
    assert prepare_release(database, admin, "2025-H2", key=same) == first
    with pytest.raises(Conflict, match="inte göras om"):
        prepare_release(database, admin, "2025-H2", key=key())
    for table in ("release", "released_table", "release_cells", "release_small"):
        with pytest.raises(IntegrityError), database.transaction() as work:
            work.session.execute(text(f"DELETE FROM {table}"))
    out = key()
    assert publish_release(database, admin, "2025-H2", key=out) == first
    assert publish_release(database, admin, "2025-H2", key=out) == first
    with pytest.raises(Conflict, match="redan släppt"):
        publish_release(database, admin, "2025-H2", key=key())
    for change in ("DELETE FROM release_publication", "UPDATE release_small SET content = '{}'"):
        with pytest.raises(IntegrityError), database.transaction() as work:
            work.session.execute(text(change))
    newest, before = open_periods(database, admin)[:2]
    assert (newest.stage, before.stage) == (Stage.PUBLISHED, Stage.PASSED)
    with pytest.raises(RuleBroken, match="tidsordning"):
        prepare_release(database, admin, "2025-H1", key=key())


def test_release_that_fails_its_audit_is_not_stored(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The protection is made to let one small number slip; the audit is the real one."""
    database, admin, _, _ = seen
    careful = making.protect

    def careless(tables, threshold, published, **more):  # type: ignore[no-untyped-def]
        done = careful(tables, threshold, published, **more)
        truth = {
            (t.unit, t.period.key, t.measure, c, ""): sum(by.values())
            for t in tables.newest
            for c, by in t.counts.items()
        }
        told = next(k for k in done.cells if k in done.small and not k.gender and k.category)
        number, base = truth[tuple(told)], done.cells[told].base
        cells = {**done.cells, told: type(done.cells[told])(number, number, base)}
        return type(done)(
            done.threshold, cells, done.collapsed, done.sums, done.targets, done.small
        )

    monkeypatch.setattr(making, "protect", careless)
    with pytest.raises(UnsafeRelease, match="sparades inte") as refused:
        prepare_release(database, admin, "2025-H2", key=key())
    assert refused.value.findings
    assert stored(database) == (0, 0)
    monkeypatch.undo()
    prepare_release(database, admin, "2025-H2", key=key())
    assert stored(database)[0] == 1


def test_damaged_rows_are_neither_read_nor_built_on(
    seen: Seen,
) -> None:
    database, admin, board, _ = seen
    prepare_and_publish(database, admin, "2025-H1", key=key())
    with database.engine.begin() as connection:
        for table in ("released_table", "release_cells"):
            connection.execute(text(f"DROP TRIGGER guard_{table}_update"))
            connection.execute(text(f"UPDATE {table} SET content = replace(content, '1', '2')"))
    with pytest.raises(DamagedRelease):
        released_overview(database, board)
    with pytest.raises(DamagedRelease):
        prepare_release(database, admin, "2025-H2", key=key())
    assert stored(database)[0] == 1


def test_what_is_kept_for_later_audits_comes_back_the_same_and_apart(
    prepared: Seen,
) -> None:
    database, *_ = prepared
    with database.reading() as session:
        (protected,) = read_published(session).values()
        (kept,) = session.exec(select(ReleaseCells)).all()
    assert protected.small
    assert "small" not in json.loads(kept.content)
    again = protected_from(
        json.loads(canonical(cells_content(protected))),
        json.loads(canonical(small_content(protected))),
    )
    assert again == protected
    assert checksum(kept.content) == kept.sha256


def test_released_numbers_are_true_and_none_is_small(
    published: Seen,
) -> None:
    database, _, board, _ = published
    with database.reading() as session:
        ends = session.execute(
            text(
                "SELECT e.group_key, count(*) FROM spell p JOIN code e ON e.id = p.end_reason_id"
                " WHERE p.ended_on BETWEEN '2025-07-01' AND '2025-12-31' GROUP BY e.group_key"
            )
        ).all()
        spells = session.exec(select(Spell)).all()
    truth = Counter({group: number for group, number in ends})
    tables = released_tables(database, board, "2025-H2").value
    table = next(t for t in tables if t.key == "end_reason" and t.period == half_year(2025, 2))
    total = sum(truth.values())
    assert table.rows[0].cells[-1].count == total
    labels = {"Arbete": "work", "Studier": "studies", "Fortsatt rehabilitering": "continued"}
    for row in table.rows[1:]:
        number, cell = truth[labels.get(row.label, "other")], row.cells[-1]
        if cell.kind is CellKind.HIDDEN:
            assert cell.low is None or cell.low <= number <= (cell.high or 0)
        else:
            assert cell.count == number
            assert not is_small(number, total, 5)
    assert len(spells) == 69


def test_release_after_corrections_leaves_the_earlier_one_as_it_was(
    seen: Seen,
) -> None:
    database, admin, board, insats_id = seen
    prepare_and_publish(database, admin, "2025-H1", key=key())
    before = released_tables(database, board, "2025-H1").value
    with building(database) as world:
        world.session.execute(
            text(
                "UPDATE spell SET ended_on = '2025-07-20' WHERE id IN"
                " (SELECT id FROM spell WHERE ended_on < '2025-07-01' LIMIT 2)"
            )
        )
        populate(world, insats_id, 3, random.Random(9))
    prepare_and_publish(database, admin, "2025-H2", key=key())
    assert released_tables(database, board, "2025-H1").value == before
    with database.reading() as session:
        first, second = read_published(session).values()
    assert {key.period for key in first.cells} == {"2025-H1"}
    assert {key.period for key in second.cells} == {"2025-H2", "2025"}


def test_account_tells_of_every_table_and_names_no_small_one(
    published: Seen,
) -> None:
    database, _, board, insats_id = published
    account = release_account(database, board, "2025-H2").value
    stored_tables = (
        sum(
            len(released_tables(database, board, "2025-H2", one.insats_id).value) - 1
            for one in released_overview(database, board).value.insatser
        )
        + len(released_tables(database, board, "2025-H2").value)
        - 1
    )
    assert len(account.tables) == stored_tables
    assert account.targets == 2
    assert {table.by_gender for table in account.tables} <= set(Whole)
    with building(database) as world:
        group = world.actor(Role.STEERING_GROUP, insats_id)
    own = release_account(database, group, "2025-H2").value
    assert {table.insats for table in own.tables} == {"Stegen"}
    with pytest.raises(NotPermitted):
        released_tables(database, group, "2025-H2")


def test_kon_of_those_to_follow_up_is_never_released(
    prepared: Seen,
) -> None:
    database, *_ = prepared
    with database.reading() as session:
        (protected,) = read_published(session).values()
    late = [k for k in protected.cells if k.measure.startswith(("due_", "sustained_"))]
    assert any(k.unit == ALL for k in late)
    assert not any(k.gender for k in late)
