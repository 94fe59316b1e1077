"""Other processes: made from one that has imported what they need, so that each begins at once.

`saved_elsewhere` saves a talk in a process of its own, which may be somebody else or may be
denied more than a little room in files.
"""

from __future__ import annotations

import multiprocessing
import os
from datetime import date
from multiprocessing.connection import Connection
from uuid import uuid4

from sqlalchemy import text

from tests.integration.worlds import ORS_LOW
from tracking.access.actors import load_actor
from tracking.domain import clock
from tracking.services import record_session
from tracking.store.database import Database
from tracking.store.unavailable import StorageUnavailable

DAY = date(2025, 10, 6)
NO_LIMIT = 1 << 40
PROCESSES = multiprocessing.get_context(
    "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
)
PROCESSES.set_forkserver_preload(
    [
        "tests.faults.recorder",
        "tests.faults.elsewhere",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite.pysqlite",
        "psycopg",
        "sqlite3",
    ]
)


def saved_elsewhere(url: str, limit: int | None = None) -> str:
    """``saved``, or the sentence that told why not. The first account and the first spell.

    With ``limit`` no file may grow beyond so many bytes; without it the process is nobody's.
    """
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_save, args=(url, limit, theirs))
    process.start()
    theirs.close()
    said = str(ours.recv())
    process.join(20)
    return said


def _save(url: str, limit: int | None, told: Connection) -> None:
    if limit is None:
        # Once as whoever we are: what is imported on the way may be nobody's to read.
        Database.open(url).close()
        _become_nobody()
    try:
        database = Database.open(url)
        with database.reading() as session:
            actor = load_actor(session, 1, today=clock.today())
            spell_id = session.execute(text("SELECT min(id) FROM spell")).scalar_one()
        if limit is not None:
            _grow_no_file_beyond(limit)
        record_session(
            database,
            actor,
            spell_id=spell_id,
            held_on=DAY,
            ratings={"ORS": ORS_LOW},
            key=str(uuid4()),
        )
    except StorageUnavailable as fault:
        told.send(str(fault))
    else:
        told.send("saved")


def _grow_no_file_beyond(limit: int) -> None:
    import resource

    # What is written there is kept in a file of the tests, which may have grown beyond it already.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


def _become_nobody() -> None:
    """Give up being root, for whom no file is read-only; anybody else stays who they are."""
    if os.name == "posix" and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def open_and_tell(url: str, told: Connection) -> None:
    """Open (and so migrate) a database, and tell what schema it then has."""
    try:
        database = Database.open(url)
        with database.reading() as session:
            told.send(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        database.close()
    except Exception as fault:
        told.send(f"{type(fault).__name__}: {fault}")
