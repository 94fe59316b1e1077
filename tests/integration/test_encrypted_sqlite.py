"""An embedded database that is encrypted on its disk: noise without its key, all works with it."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.integration.backups import backed_up, folder, restored
from tests.integration.worlds import STARTED, a_spell, a_talk, a_world, standing_still
from tracking.access.log import verify
from tracking.store import at_rest
from tracking.store.at_rest import FILE_VARIABLE, KEY_VARIABLE, CannotUnlock
from tracking.store.database import Database
from tracking.store.verify import summary_differences

KEY = "en nyckel av slumpade tecken, minst trettiotvå"
OTHER = "en annan nyckel av slumpade tecken, lika lång"


def filled(file: Path) -> Database:
    """A database with a spell and a talk in it."""
    database = Database.open(f"sqlite:///{file}")
    with standing_still():
        world = a_world(database)
        a_talk(world, a_spell(world).spell_id, STARTED)
    return database


def whole(database: Database) -> bool:
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM rating")).scalar_one() == 1
        return not verify(session) and not list(summary_differences(session))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return folder(tmp_path, "data") / "stegvis.db"


def test_nothing_in_the_file_can_be_read_without_the_key(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    database = filled(file)
    held = b"".join(part.read_bytes() for part in file.parent.glob("stegvis.db*"))
    for said in (b"SQLite format", b"Testkommunen", b"participant", b"CREATE TABLE"):
        assert said not in held, "in the file or in its write-ahead log"
    database.close()
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(file).execute("SELECT * FROM participant")
    again = Database.open(f"sqlite:///{file}")
    assert whole(again)
    again.close()


@pytest.mark.parametrize(("key", "said"), [(OTHER, "kan inte läsas med nyckeln"), ("kort", "32")])
def test_another_key_opens_nothing_and_changes_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, key: str, said: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    filled(file).close()
    before = file.read_bytes()
    monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(CannotUnlock, match=said):
        Database.open(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_plain_database_is_not_taken_for_an_encrypted_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has set a key believes that the disk is safe."""
    filled(file).close()
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with pytest.raises(CannotUnlock, match="inte krypterad"):
        Database.open(f"sqlite:///{file}")


def test_key_can_lie_in_a_file(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "nyckel"
    kept.write_text(f"{KEY}\n")
    monkeypatch.setenv(FILE_VARIABLE, str(kept))
    filled(file).close()
    assert not at_rest.is_plain(file)
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "ingen"))
    with pytest.raises(CannotUnlock, match="går inte att läsa"):
        Database.open(f"sqlite:///{file}")


def test_key_without_the_package_for_it_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(CannotUnlock, match="paketet sqlcipher3"):
        Database.open(f"sqlite:///{file}")
    assert not file.exists(), "never a plain file instead"


def test_plain_database_becomes_encrypted_by_a_backup_and_a_restore(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = filled(file)
    made = backed_up(database, folder(tmp_path, "kopior"))
    database.close()
    assert at_rest.is_plain(file)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    done = restored(made.file, f"sqlite:///{file}", overwrite=True)
    assert done.rows == made.rows
    assert not at_rest.is_plain(file)
    again = Database.open(f"sqlite:///{file}")
    assert whole(again)
    again.close()


def test_encrypted_database_is_backed_up_and_restored_with_its_key(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    database = filled(file)
    made = backed_up(database, folder(tmp_path, "kopior"))
    database.close()
    other = folder(tmp_path, "annan") / "stegvis.db"
    assert restored(made.file, f"sqlite:///{other}").rows == made.rows
    assert not at_rest.is_plain(other)
    again = Database.open(f"sqlite:///{other}")
    assert whole(again)
    again.close()
