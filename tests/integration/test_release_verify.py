"""``stegvis verify`` finds what has been done to releases behind the program's back."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from sqlmodel import Session, select

from tests.databases import Sqlite
from tests.integration.result_worlds import building
from tests.integration.test_release_steps import populate
from tracking import cli
from tracking.domain.roles import Role
from tracking.domain.targets import Measure
from tracking.outcomes.encoding import canonical, checksum
from tracking.outcomes.releases import prepare_and_publish
from tracking.outcomes.releasing.verifying import release_faults
from tracking.store.database import Database
from tracking.store.tables import ReleaseCells, ReleasedTable

TABLES = ("released_table", "release_cells", "release_small", "release_publication", "release")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with a release."""
    with Sqlite(tmp_path_factory.mktemp("verify")).fresh(migrated=True) as url:
        database = Database.open(url)
        with building(database) as world:
            world.calendar()
            insats_id = world.insats("Stegen", starts_on=date(2025, 1, 1))
            populate(world, insats_id, 45, random.Random(3))
            world.target(insats_id, Measure.STEP_FORWARD, value=60)
            admin = world.actor(Role.FORBUND_ADMIN)
        with time_machine.travel(date(2026, 2, 2), tick=False):
            prepare_and_publish(database, admin, "2025-H2", key=str(uuid4()))
        database.close()
        yield url


@pytest.fixture
def tampered(released: str) -> Iterator[Session]:
    """A session without the triggers that guard what is released; nobody else sees what it does."""
    database = Database.open(released)
    with Session(database.engine) as session:
        guards = session.execute(
            text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN {TABLES}")
        ).scalars()
        for name in list(guards):
            session.execute(text(f"DROP TRIGGER {name}"))
        yield session
        session.rollback()
    database.close()


def faults(session: Session) -> list[tuple[str, str]]:
    session.flush()
    session.expire_all()
    return [(fault.where, fault.what) for fault in release_faults(session)]


def test_untouched_release_is_sound_and_the_command_says_so(
    released: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["verify", "--releases", "--database", released]) == 0
    assert "Det som är släppt stämmer." in capsys.readouterr().out


def test_changed_row_is_named(tampered: Session) -> None:
    assert faults(tampered) == []
    tampered.execute(
        text(
            "UPDATE released_table SET content = replace(content, 'Arbete', 'Studier')"
            " WHERE table_key = 'end_reason' AND period_key = '2025' AND insats_id IS NULL"
        )
    )
    assert faults(tampered) == [
        ("tabellen end_reason, alla insatser, 2025", "stämmer inte med sin kontrollsumma")
    ]


def test_number_changed_together_with_its_checksum_is_found_in_the_cells(
    tampered: Session,
) -> None:
    """Whoever can write a row can work out a checksum; the cells still say what was released."""
    rows = tampered.exec(select(ReleasedTable).where(ReleasedTable.table_key == "end_reason")).all()
    row = rows[-1]
    content = json.loads(row.content)
    cell = next(
        c for r in content["table"]["rows"][1:] for c in r["cells"] if c.get("count") is not None
    )
    cell["count"] += 1
    row.content = canonical(content)
    row.sha256 = checksum(row.content)
    tampered.add(row)
    ((where, what),) = faults(tampered)
    assert where.startswith("tabellen end_reason")
    assert what == "visar något annat än vad släppet säger"


def test_target_changed_together_with_its_checksum_is_found_in_the_cells(
    tampered: Session,
) -> None:
    row = tampered.exec(select(ReleasedTable).where(ReleasedTable.table_key == "targets")).one()
    content = json.loads(row.content)
    assert content["targets"][0]["low"] is not None
    content["targets"][0]["low"] = 999
    row.content = canonical(content)
    row.sha256 = checksum(row.content)
    tampered.add(row)
    assert [what for _, what in faults(tampered)] == ["visar något annat än vad släppet säger"]


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        ("DELETE FROM release_small", "de små cellerna", "saknas"),
        ("UPDATE release_small SET sha256 = 'x'", "de små cellerna", "kontrollsumma"),
        ("UPDATE release_cells SET content = '{}'", "cellerna", "kontrollsumma"),
        ("UPDATE release SET threshold = 4", "cellerna", "en annan gräns"),
        ("DELETE FROM released_table WHERE table_key = 'heads'", "tabellen", "deltagarantal"),
        ("UPDATE release_publication SET published_at = '2025-01-01T00:00:00.000000+00:00'",
         "publiceringen", "äldre"),
        ("UPDATE released_table SET period_key = '2024' WHERE period_key = '2025'",
         "tabellen", "annan period"),
        ("INSERT INTO released_table (release_id, insats_id, table_key, period_key, content,"
         " sha256) SELECT release_id, insats_id, table_key, period_key, content, sha256"
         " FROM released_table LIMIT 1", "tabellen heads", "två gånger"),
    ],
)  # fmt: skip
def test_what_is_lacking_or_does_not_belong_is_named(
    tampered: Session, change: str, where: str, what: str
) -> None:
    tampered.execute(text(change))
    found = faults(tampered)
    assert found
    assert any(w.startswith(where) and what in said for w, said in found), found


def test_publication_without_a_release_is_named(tampered: Session) -> None:
    tampered.execute(text("PRAGMA defer_foreign_keys = ON"))
    tampered.execute(text("UPDATE release_publication SET release_id = 999"))
    assert ("publicering 999", "saknar sitt släpp") in faults(tampered)


def test_cells_that_are_whole_but_not_the_releases_are_seen_against_the_tables(
    tampered: Session,
) -> None:
    row = tampered.exec(select(ReleaseCells)).one()
    content = json.loads(row.content)
    table = next(name for name in content["cells"] if "end_reason" in name)
    content["cells"][table] = {name: [7, 8, 90] for name in content["cells"][table]}
    row.content = canonical(content)
    row.sha256 = checksum(row.content)
    tampered.add(row)
    found = faults(tampered)
    assert all(what == "visar något annat än vad släppet säger" for _, what in found)
    assert any("end_reason" in where for where, _ in found)
