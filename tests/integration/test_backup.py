"""A backup is proved before it has its name; a restore never loses what was there."""

from __future__ import annotations

import errno
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
import time_machine
from sqlalchemy import make_url, text

from tests.databases import Makes, Postgres, Sqlite
from tests.integration.backups import (
    BY_KEY,
    BY_PASSPHRASE,
    PASSPHRASE,
    PROGRAMS,
    backed_up,
    folder,
    left_in,
    restored,
)
from tests.integration.worlds import NOW, STARTED, World, a_spell, a_talk, a_world, standing_still
from tracking.access import sealing
from tracking.access.log import verify
from tracking.domain.errors import StegvisError
from tracking.services.backups import BackupPlan, back_up_from_console
from tracking.store.backup import archive, fingerprint
from tracking.store.backup.envelope import Lock, Opener, identities_in, new_identity
from tracking.store.backup.faults import CannotBackUp, CannotRestore, NotABackup, WrongKey
from tracking.store.backup.faults import NotTheSame as NotSame
from tracking.store.backup.postgres import PROGRAMS_VARIABLE
from tracking.store.database import Database
from tracking.store.migrate import NewerSchema, newest_revision
from tracking.store.verify import summary_differences


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROGRAMS_VARIABLE, PROGRAMS)


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return folder(tmp_path, "kopior")


def printed(database: Database) -> fingerprint.Fingerprint:
    """Every table but those that a backup or a restore itself writes in."""
    with database.reading() as session:
        found = fingerprint.fingerprint(session.connection())
    own = ("access_log", "access_log_head", "access_log_payload", "backup_run", "sqlite_sequence")
    return {name: what for name, what in found.items() if name not in own}


def rows(database: Database, statement: str) -> list[Any]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def test_what_is_restored_is_what_was_backed_up(
    world: World, databases: Makes, backups: Path
) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, STARTED)
    before = printed(world.database)
    made = backed_up(world.database, backups)
    assert left_in(backups) == [made.file.name]
    assert made.file.name.endswith(f"-{NOW:%Y%m%dT%H%M%S}Z.tar")
    assert (made.found.log_faults, made.found.summary_faults) == (0, 0)
    with databases.fresh(migrated=False) as url:
        done = restored(made.file, url)
        assert (done.tables, done.rows, done.aside) == (made.tables, made.rows, None)
        database = Database.open(url)
        assert printed(database) == before
        with database.reading() as session:
            assert verify(session) == []
            assert list(summary_differences(session)) == []
        assert rows(
            database,
            "SELECT action FROM access_log_payload ORDER BY log_id DESC LIMIT 1",
        ) == [("console_restore",)]
        database.close()


def test_numbers_that_were_given_are_not_given_again_after_a_restore(
    world: World, databases: Makes, backups: Path
) -> None:
    first = a_spell(world)
    made = backed_up(world.database, backups)
    with databases.fresh(migrated=False) as url:
        restored(made.file, url)
        database = Database.open(url)
        with database.transaction() as work:
            work.session.execute(text("DELETE FROM spell"))
        again = World(**{**world.__dict__, "database": database})
        assert a_spell(again, birth_year=1991).spell_id > first.spell_id
        database.close()


def test_backup_is_of_one_moment_while_others_write(
    world: World, databases: Makes, backups: Path
) -> None:
    """Every write that was answered before the backup began is in it, and no half write."""
    spells = [a_spell(world, birth_year=1980 + n).spell_id for n in range(4)]
    answered: list[int] = []
    faults: list[BaseException] = []
    stop = threading.Event()

    def write(mine: int, beside: World) -> None:
        day = STARTED
        try:
            while not stop.is_set():
                day += timedelta(days=1)
                if day >= NOW.date():
                    return
                answered.append(a_talk(beside, mine, day).session_id)
        except BaseException as fault:
            faults.append(fault)

    others = [Database.open(world.database.engine.url.render_as_string(False)) for _ in spells[:2]]
    writers = [
        threading.Thread(target=write, args=(spell, World(**{**world.__dict__, "database": own})))
        for spell, own in zip(spells, others, strict=False)
    ]
    for writer in writers:
        writer.start()
    while len(answered) < 6 and not faults:
        stop.wait(0.01)
    known, during = set(answered), len(answered)
    made = backed_up(world.database, backups)
    wrote_meanwhile = len(answered) - during
    stop.set()
    for writer in writers:
        writer.join()
    for other in others:
        other.close()
    assert faults == []
    assert wrote_meanwhile > 0, "the backup held the writers up"
    with databases.fresh(migrated=False) as url:
        done = restored(made.file, url)
        assert (done.found.log_faults, done.found.summary_faults) == (0, 0)
        database = Database.open(url)
        kept = {number for (number,) in rows(database, "SELECT id FROM session")}
        assert known <= kept
        whole = "SELECT count(*) FROM session s WHERE NOT EXISTS (SELECT 1 FROM attendance a JOIN"
        assert rows(
            database, f"{whole} rating r ON r.attendance_id = a.id WHERE a.session_id = s.id)"
        ) == [(0,)]
        database.close()


def test_the_run_is_kept_and_logged(world: World, backups: Path) -> None:
    made = backed_up(world.database, backups, with_key=True)
    kept = rows(
        world.database,
        "SELECT file_name, sha256, revision, rows_n, with_key, fault FROM backup_run",
    )
    assert kept == [(made.file.name, made.sha256, newest_revision(), made.rows, 1, None)]
    assert rows(
        world.database, "SELECT detail FROM access_log_payload WHERE action = 'console_back_up'"
    ) == [(made.file.name,)]


def test_a_run_that_failed_is_kept_with_its_sentence(world: World, tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp) as told:
        backed_up(world.database, tmp_path / "ingen")
    assert "finns inte. Skapa den" in str(told.value)
    assert rows(world.database, "SELECT file_name, fault FROM backup_run") == [
        (None, str(told.value))
    ]


def test_only_the_newest_are_kept_and_others_files_are_left(world: World, backups: Path) -> None:
    other = backups / "stegvis-annan-20200101T000000Z.tar"
    other.touch()
    made = []
    for hour in range(3):
        with time_machine.travel(NOW + timedelta(hours=hour), tick=False):
            made.append(backed_up(world.database, backups, keep=2))
    assert left_in(backups) == sorted([other.name, made[1].file.name, made[2].file.name])
    assert made[2].removed == (made[0].file,)
    with pytest.raises(CannotBackUp):
        backed_up(world.database, backups, keep=0)


def test_nothing_of_the_database_can_be_read_in_the_file(
    sqlite_world: World, backups: Path
) -> None:
    file = backed_up(sqlite_world.database, backups, lock=BY_PASSPHRASE).file
    held = file.read_bytes()
    for name in (b"Testkommunen", b"SQLite format", b"manifest", b"participant"):
        assert name not in held
    assert (file.stat().st_mode & 0o077) == 0


@pytest.fixture
def sqlite_world(sqlite_database: Database) -> Iterator[World]:
    with standing_still():
        yield a_world(sqlite_database)


def test_backup_locked_with_a_public_key_opens_with_the_private_one_alone(
    sqlite_world: World, sqlite_databases: Sqlite, backups: Path
) -> None:
    private, public = new_identity()
    stranger, _ = new_identity()
    made = backed_up(sqlite_world.database, backups, lock=Lock(recipients=(public,)))
    with sqlite_databases.fresh(migrated=False) as url:
        with pytest.raises(WrongKey, match="hör inte till"):
            restored(made.file, url, opener=Opener(identities=identities_in(stranger)))
        with pytest.raises(WrongKey, match="publik nyckel"):
            restored(made.file, url, opener=Opener(passphrase=PASSPHRASE))
        done = restored(made.file, url, opener=Opener(identities=identities_in(private)))
        assert done.rows == made.rows


def test_the_file_opens_with_age_and_tar_alone(
    sqlite_world: World, backups: Path, tmp_path: Path
) -> None:
    """Without a line of ours: in ten years as well."""
    file = backed_up(sqlite_world.database, backups, lock=BY_PASSPHRASE).file
    with tarfile.open(file) as outer:
        outer.extractall(tmp_path, filter="data")
    key = pyrage.passphrase.decrypt((tmp_path / "nyckel.age").read_bytes(), PASSPHRASE)
    identity = pyrage.x25519.Identity.from_str(key.decode().strip())
    plain = tmp_path / "innehall.tgz"
    plain.write_bytes(pyrage.decrypt((tmp_path / "innehall.age").read_bytes(), [identity]))
    with tarfile.open(plain) as inner:
        assert set(inner.getnames()) == {archive.MANIFEST, archive.DATABASE}


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        (Lock(), "krypteras alltid"),
        (Lock(passphrase="kort"), "minst 16 tecken"),
        (Lock(recipients=("age1inget",)), "går inte att tolka"),
        (Lock(passphrase=PASSPHRASE, recipients=("age1x",)), "inte båda"),
    ],
)
def test_lock_that_locks_nothing_is_refused(
    sqlite_world: World, backups: Path, lock: Lock, said: str
) -> None:
    with pytest.raises(CannotBackUp, match=said):
        backed_up(sqlite_world.database, backups, lock=lock)
    assert left_in(backups) == []


def test_wrong_passphrase_restores_nothing(
    sqlite_world: World, sqlite_databases: Sqlite, backups: Path
) -> None:
    made = backed_up(sqlite_world.database, backups, lock=BY_PASSPHRASE)
    with sqlite_databases.fresh(migrated=False) as url:
        with pytest.raises(WrongKey, match="Lösenfrasen är inte den"):
            restored(made.file, url, opener=Opener(passphrase="en helt annan lösenfras"))
        with pytest.raises(WrongKey, match="låst med en lösenfras"):
            restored(made.file, url, opener=Opener())
        assert not Path(make_url(url).database or "").exists()
        restored(made.file, url, opener=Opener(passphrase=PASSPHRASE))


def test_truncated_or_changed_file_restores_nothing(
    sqlite_world: World, sqlite_databases: Sqlite, backups: Path, tmp_path: Path
) -> None:
    made = backed_up(sqlite_world.database, backups, lock=BY_PASSPHRASE)
    whole = made.file.read_bytes()
    bad = tmp_path / "dålig.tar"
    turned = bytearray(whole)
    turned[len(whole) // 2] ^= 1
    with tarfile.open(made.file) as outer:
        kept = outer.extractfile("nyckel.age")
        assert kept is not None
        text_of_key = pyrage.passphrase.decrypt(kept.read(), PASSPHRASE).decode()
    key = Opener(identities=identities_in(text_of_key))
    cuts = [0, 10, 512, 700, 1500, len(whole) // 2, len(whole) - 1100 - 2000]
    with sqlite_databases.fresh(migrated=False) as url:
        for content in [*(whole[:cut] for cut in cuts), bytes(turned), b"hej" * 1000]:
            bad.write_bytes(content)
            with pytest.raises(NotABackup):
                restored(bad, url, opener=key)
        assert not Path(make_url(url).database or "").exists()


def test_database_that_is_there_is_not_overwritten_without_a_word(
    world: World, databases: Makes, backups: Path
) -> None:
    made = backed_up(world.database, backups)
    with databases.fresh(migrated=True) as url:
        before = Database.open(url)
        with before.transaction() as work:
            work.session.execute(text("UPDATE access_log_head SET id = id"))
        before.close()
        with pytest.raises(CannotRestore, match="--overwrite"):
            restored(made.file, url)
        done = restored(made.file, url, overwrite=True)
        assert done.aside is not None
        database = Database.open(url)
        assert rows(database, "SELECT name FROM forbund") == [("Samordningsförbundet Testbygden",)]
        database.close()
        assert _rows_aside(url, done.aside) == 0, "the earlier database lies where it was said"


def _rows_aside(url: str, aside: str) -> int:
    """How many förbund the database that was moved aside has: it was an empty one."""
    schema = aside.removeprefix("schemat ") if url.startswith("postgresql") else None
    other = Database.open(f"sqlite:///{aside}" if schema is None else url, schema=schema)
    try:
        return int(rows(other, "SELECT count(*) FROM forbund")[0][0])
    finally:
        other.close()


def test_embedded_database_that_somebody_has_open_is_not_replaced(
    sqlite_world: World, sqlite_databases: Sqlite, backups: Path
) -> None:
    made = backed_up(sqlite_world.database, backups)
    with sqlite_databases.fresh(migrated=True) as url:
        held = Database.open(url)
        with held.reading() as session:
            session.execute(text("SELECT count(*) FROM account"))
            with pytest.raises(CannotRestore, match="öppen i ett annat program"):
                restored(made.file, url, overwrite=True)
        held.close()
        assert restored(made.file, url, overwrite=True).aside is not None


def test_backup_of_another_kind_of_database_is_refused(
    sqlite_world: World, postgres_databases: Postgres, backups: Path
) -> None:
    made = backed_up(sqlite_world.database, backups)
    with (
        postgres_databases.fresh(migrated=False) as url,
        pytest.raises(CannotRestore, match="SQLite, men adressen är till PostgreSQL"),
    ):
        restored(made.file, url)


def test_backup_of_a_newer_schema_is_refused(
    world: World, databases: Makes, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backed_up(world.database, backups)
    monkeypatch.setattr("tracking.services.restoring.is_known", lambda revision: False)
    with (
        databases.fresh(migrated=False) as url,
        pytest.raises(NewerSchema, match="senare version"),
    ):
        restored(made.file, url)


def test_what_is_read_back_otherwise_is_never_named(
    world: World, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row that changed on the way is found, in whatever table."""
    real = fingerprint.fingerprint
    first: list[Any] = []

    def changed_once(connection: Any) -> fingerprint.Fingerprint:
        found = real(connection)
        if not first:
            first.append(True)
            found["code"] = (found["code"][0], "0" * 32)
        return found

    monkeypatch.setattr(fingerprint, "fingerprint", changed_once)
    with pytest.raises(NotSame, match="tabellen code har annat innehåll"):
        backed_up(world.database, backups)
    assert left_in(backups) == []


def test_full_disk_leaves_nothing_and_is_said(
    sqlite_world: World, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tracking.store.backup.envelope._Kept._put", full)
    with pytest.raises(CannotBackUp, match="Det finns inte plats nog"):
        backed_up(sqlite_world.database, backups)
    assert left_in(backups) == []
    beside = Path(sqlite_world.database.engine.url.database or "").parent
    assert not [name for name in left_in(beside) if name.startswith(".stegvis")]


SMALL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from tracking.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("limit", [30_000, 1_500_000])
def test_file_that_may_not_grow_ends_in_a_sentence(
    sqlite_world: World, backups: Path, tmp_path: Path, limit: int
) -> None:
    """The kernel's own refusal, first of the copy and then of the encrypted file."""
    words = tmp_path / "fras"
    words.write_text(PASSPHRASE)
    url = sqlite_world.database.engine.url.render_as_string(False)
    padding = "INSERT INTO deviation_padding SELECT hex(randomblob(500000)) FROM code LIMIT 4"
    engine = sqlite_world.database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE deviation_padding (x TEXT) STRICT")
        connection.exec_driver_sql(padding)
    done = subprocess.run(
        [
            *(sys.executable, "-c", SMALL.format(limit=limit), "backup", "--database", url),
            *("--to", str(backups), "--passphrase-file", str(words)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "plats nog" in done.stderr
    assert left_in(backups) == []


def test_key_of_second_factors_goes_with_the_backup_only_when_asked(
    sqlite_world: World,
    sqlite_databases: Sqlite,
    backups: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(sealing.KEY_VARIABLE)
    sealed = sealing.seal(sqlite_world.database, "hemligt", place="prov")
    without = backed_up(sqlite_world.database, backups)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        with_it = backed_up(sqlite_world.database, backups, with_key=True)
    out = tmp_path / "nyckel"
    with sqlite_databases.fresh(migrated=False) as url:
        done = restored(without.file, url)
        assert (done.key, done.key_waits) == (None, False)
        aside = restored(with_it.file, url, overwrite=True, key_out=out)
        assert aside.key == out
        with pytest.raises(CannotRestore, match="redan en fil"):
            restored(with_it.file, url, overwrite=True, key_out=out)
    with sqlite_databases.fresh(migrated=False) as url:
        done = restored(with_it.file, url)
        database = Database.open(url)
        assert done.key == sealing.key_file(database)
        assert sealing.unseal(database, sealed, place="prov") == "hemligt"
        database.close()


def test_work_that_a_killed_run_left_is_removed(sqlite_world: World, backups: Path) -> None:
    beside = Path(sqlite_world.database.engine.url.database or "").parent
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = folder(beside, f".stegvis-kopia-{gone.pid}-0a0b")
    (left / "database").write_text("okrypterat")
    backed_up(sqlite_world.database, backups)
    assert not left.exists()


def test_server_that_is_newer_than_the_programs_is_said(
    world: World, backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROGRAMS_VARIABLE, str(tmp_path))
    if world.database.dialect == "sqlite":
        assert backed_up(world.database, backups).rows > 0  # needs no program
        return
    with pytest.raises(CannotBackUp, match="Det behövs pg_dump av version"):
        backed_up(world.database, backups)


def test_empty_or_missing_database_is_not_backed_up(databases: Makes, backups: Path) -> None:
    from tracking.store.database import make_engine

    with databases.fresh(migrated=False) as url:
        database = Database(make_engine(url))
        with pytest.raises(StegvisError, match=r"Det finns ingen databas|Databasen är tom"):
            back_up_from_console(database, BackupPlan(folder=backups, lock=BY_KEY))
        database.close()
    assert left_in(backups) == []
