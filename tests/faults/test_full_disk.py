"""A disk without room: for the database, its log, a backup, and a file that somebody asked for."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.databases import Sqlite
from tests.faults import broken, small_disk
from tests.faults.elsewhere import DAY
from tests.faults.small_disk import FULL, Disk, log_on, on_a_small_disk
from tests.integration.worlds import ORS_LOW, a_key, a_spell, a_world
from tracking import cli
from tracking.access.actors import load_actor
from tracking.access.log import walk
from tracking.domain import clock
from tracking.services import record_session
from tracking.store.backup.envelope import new_identity
from tracking.store.database import Database
from tracking.store.unavailable import StorageUnavailable
from tracking.store.verify import summary_differences


@pytest.fixture
def template(sqlite_databases: Sqlite, tmp_path: Path) -> Path:
    """A database with one spell in it, and nobody who has it open."""
    with sqlite_databases.fresh(migrated=True) as url:
        database = Database.open(url)
        a_spell(a_world(database))
        database.close()
        return Path(shutil.copy(broken.file_of(url), tmp_path / "template.db"))


@pytest.mark.parametrize("may_mount", [True, False], ids=["a disk", "a limit"])
def test_talks_until_the_disk_is_full_are_there_and_the_one_that_met_it_is_saved_later(
    template: Path, may_mount: bool
) -> None:
    told = on_a_small_disk(_talks_until_full, str(template), may_mount)
    assert FULL[told["kind"]] in told["sentence"]
    assert "inget sparades" in told["sentence"]
    assert told["stored when full"] == told["acknowledged"] > 0
    assert told["stored later"] == told["acknowledged"] + 1
    assert told["twice"] is True
    assert told["faults"] == []


def _talks_until_full(disk: Disk, template: str, may_mount: bool) -> dict[str, Any]:
    if not may_mount:
        disk.kind = small_disk.LIMIT
    file = disk.folder / "stegvis.db"
    shutil.copy(template, file)
    database = Database.open(f"sqlite:///{file.as_posix()}")
    with database.reading() as session:
        actor = load_actor(session, 1, today=clock.today())

    def save(key: str) -> int:
        return record_session(
            database, actor, spell_id=1, held_on=DAY, ratings={"ORS": ORS_LOW}, key=key
        ).session_id

    def stored() -> int:
        with database.reading() as session:
            return int(session.execute(text("SELECT count(*) FROM session")).scalar_one())

    with log_on(disk):
        acknowledged, refused, key = 0, "", ""
        while acknowledged < 2000 and not refused:
            if acknowledged == 3:
                disk.fill_up()  # what is left is in pages that are begun
            key = a_key()
            try:
                save(key)
                acknowledged += 1
            except StorageUnavailable as fault:
                refused = str(fault)
        when_full = stored()
        disk.make_room()
        twice = save(key) == save(key)
    with database.reading() as session:
        faults = [str(one) for one in summary_differences(session)]
        faults += [str(one) for one in walk(session).faults]
        sound = session.execute(text("PRAGMA integrity_check")).scalar_one()
    return {
        "kind": disk.kind,
        "sentence": refused,
        "acknowledged": acknowledged,
        "stored when full": when_full,
        "stored later": stored(),
        "twice": twice,
        "faults": faults + ([] if sound == "ok" else [sound]),
    }


def test_backup_that_finds_no_room_says_so_and_leaves_the_earlier_one(template: Path) -> None:
    told = on_a_small_disk(_back_up_twice, str(template))
    assert told["first"] == 0
    assert told["second"] == 1
    assert "inte plats nog" in told["said"] or "svarar med fel" in told["said"], told["said"]
    assert told["after"] == told["before"]


def _back_up_twice(disk: Disk, template: str) -> dict[str, Any]:
    file = disk.folder / "stegvis.db"
    kept = disk.folder / "kept"
    kept.mkdir()
    shutil.copy(template, file)
    command = ["backup", "--to", str(kept), "--recipient", new_identity()[1]]
    command += ["--database", f"sqlite:///{file.as_posix()}"]
    first = cli.main(command)
    before = sorted(os.listdir(kept))
    disk.fill_up()
    said, sys.stderr = sys.stderr, io.StringIO()
    try:
        second = cli.main(command)
        text_said = sys.stderr.getvalue()
    finally:
        sys.stderr = said
    return {
        "first": first,
        "second": second,
        "said": text_said,
        "before": before,
        "after": sorted(os.listdir(kept)),
    }


def test_file_that_finds_no_room_leaves_nothing_and_no_traceback(template: Path) -> None:
    told = on_a_small_disk(_write_files, str(template))
    for name in ("extract", "key"):
        status, said, left = told[name]
        assert status == 1
        assert "inte plats nog" in said
        assert not left, f"half of the {name} was left"


def _write_files(disk: Disk, template: str) -> dict[str, Any]:
    # The database is somewhere else: only what is written is without room.
    url = f"sqlite:///{Path(template).as_posix()}"
    disk.fill_up()
    found = {}
    for name, command in (
        ("extract", ["extract", "ST-0001", "--birth-year", "1990", "--database", url, "--out"]),
        ("key", ["backup", "--new-key"]),
    ):
        out = disk.folder / f"{name}.json"
        said, sys.stderr = sys.stderr, io.StringIO()
        try:
            status = cli.main([*command, str(out)])
            words = sys.stderr.getvalue()
        finally:
            sys.stderr = said
        found[name] = (status, words, out.exists())
    return found


def test_log_that_takes_no_more_stops_nobody_and_changes_no_answer(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_world(sqlite_database)
    spell, key = a_spell(world).spell_id, a_key()

    def save() -> int:
        return record_session(
            sqlite_database, world.worker, spell_id=spell, held_on=DAY, ratings={}, key=key
        ).session_id

    full = open("/dev/full", "w", encoding="utf-8")  # noqa: SIM115
    try:
        with monkeypatch.context() as patch, broken.sqlite_full(sqlite_database):
            patch.setattr(sys, "stderr", full)
            with pytest.raises(OSError, match="No space left"):
                os.write(full.fileno(), b"as any log there would find")
            with pytest.raises(StorageUnavailable, match="är full"):
                for _ in range(2000):
                    a_spell(world)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", full)
            saved = save()  # and the log cannot be told that the storage is back
    finally:
        with suppress(OSError):  # what it could not take is asked for once more
            full.close()
    assert save() == saved
