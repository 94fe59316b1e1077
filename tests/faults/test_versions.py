"""Two versions of the program on one database, and several processes that start at once."""

from __future__ import annotations

import threading
import time

import pytest
from alembic import command
from sqlalchemy import text

from tests.faults.elsewhere import PROCESSES, open_and_tell
from tests.faults.test_storage import DAY, assert_sound
from tests.integration.worlds import ORS_LOW, a_key, a_spell, a_world, count
from tracking.access.readiness import check_ready
from tracking.services import record_session
from tracking.store import database as store
from tracking.store.database import Database, make_engine
from tracking.store.migrate import alembic_config, newest_revision
from tracking.store.tables import Session
from tracking.store.unavailable import UpgradedMeanwhile

OLDER = "0012"
STARTS = 4


def test_processes_that_start_at_once_migrate_an_empty_database_once(
    empty_database_url: str,
) -> None:
    ours, theirs = PROCESSES.Pipe(duplex=False)
    processes = [
        PROCESSES.Process(target=open_and_tell, args=(empty_database_url, theirs))
        for _ in range(STARTS)
    ]
    for process in processes:
        process.start()
    assert [ours.recv() for _ in processes] == [newest_revision()] * STARTS
    for process in processes:
        process.join(20)
    database = Database.open(empty_database_url)
    a_world(database)
    assert_sound(database)
    database.close()


def test_older_process_writes_nothing_after_a_newer_has_migrated(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """The running process is the older: somebody else has brought the schema further."""
    world = a_world(database)
    spell, key = a_spell(world).spell_id, a_key()

    def save() -> None:
        record_session(
            database, world.worker, spell_id=spell, held_on=DAY, ratings={"ORS": ORS_LOW}, key=key
        )

    with database.engine.begin() as newer:
        newer.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UpgradedMeanwhile, match=r"uppgraderas på servern, så inget sparades.*kvar"):
        save()
    with pytest.raises(UpgradedMeanwhile):
        database.check_schema()
    with pytest.raises(UpgradedMeanwhile):
        check_ready(database)
    assert count(world, Session) == 0
    with database.engine.begin() as newer:
        newer.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{newest_revision()}'")
    save()
    assert count(world, Session) == 1
    assert_sound(database)
    assert '"event": "schema_other", "times": 1, "found": "9999"' in capsys.readouterr().err


def test_newer_process_waits_for_a_write_of_the_older_and_stops_the_next(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The schema of an earlier version, an app of that version, and a newer one that starts."""
    monkeypatch.setattr(store, "SQLITE_SETTINGS", (*store.SQLITE_SETTINGS, "busy_timeout=10000"))
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), OLDER)
    older = Database(engine)
    newest = newest_revision()
    migrated = threading.Event()

    def start_the_newer() -> None:
        Database.open(empty_database_url).close()
        migrated.set()

    with monkeypatch.context() as patch:
        patch.setattr(store, "newest_revision", lambda: OLDER)
        patch.setattr(store, "refresh_touched", lambda _: None)
        with older.transaction() as work:
            work.session.execute(
                text("INSERT INTO code_list (key, title) VALUES ('before', 'Före')")
            )
            newer = threading.Thread(target=start_the_newer)
            newer.start()
            time.sleep(0.5)
            assert not migrated.is_set()
        newer.join(60)
        assert migrated.is_set()
        with pytest.raises(UpgradedMeanwhile), older.transaction() as work:
            work.session.execute(text("DELETE FROM code_list"))
    with older.reading() as session:
        kept = session.execute(text("SELECT title FROM code_list WHERE key = 'before'")).all()
        found = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert kept == [("Före",)]
    assert found == newest
    older.close()
