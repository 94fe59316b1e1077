"""An embedded database: copied by SQLite's own backup while others write, put back as a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

from tracking.store.backup.faults import CannotBackUp, CannotRestore, NotTheSame, told_of_files
from tracking.store.database import make_engine


def url_of(file: Path) -> str:
    """The address of the database in a file."""
    return f"sqlite:///{file.as_posix()}"


def copy_out(connection: Connection, file: Path) -> None:
    """Copy what ``connection`` sees to a new file; others go on writing meanwhile.

    The connection has read something already: its snapshot is what is copied.
    """
    engine = make_engine(url_of(file))
    try:
        with engine.connect() as scratch:
            source: Any = connection.connection.driver_connection
            source.backup(scratch.connection.driver_connection)
    except DatabaseError as fault:
        raise _no_room(file.parent) from fault
    except Exception as fault:
        # The driver's own errors, of sqlite3 or of another build of it: a full disk, mostly.
        if type(fault).__name__ != "OperationalError":
            raise
        raise _no_room(file.parent) from fault
    finally:
        engine.dispose()


def _no_room(folder: Path) -> CannotBackUp:
    return CannotBackUp(
        f"Kopian kan inte skrivas i {folder}: troligen finns det inte plats nog. Gör plats där, "
        "eller ange en annan mapp med --work."
    )


def check_whole(connection: Connection) -> None:
    """Raise `NotTheSame` when SQLite finds the file damaged or a reference that leads nowhere."""
    said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if said != "ok" or loose is not None:
        raise NotTheSame("Det som lästes tillbaka är skadat: SQLite godtar inte filen.")


def is_there(file: Path) -> bool:
    """Whether there is a database in the file already."""
    return file.exists() and file.stat().st_size > 0


def set_aside(file: Path, aside: Path, *, plain: bool) -> None:
    """Move a database that nobody has open to ``aside``.

    Raises `CannotRestore` when somebody has it open: their writes would go astray.
    """
    leave_alone(file, plain=plain)
    with told_of_files(file.parent, CannotRestore):
        os.rename(file, aside)


def leave_alone(file: Path, *, plain: bool) -> None:
    """Gather the database in its one file: SQLite allows it only to somebody who is alone.

    Raises `CannotRestore` when somebody else has it open.
    """
    engine = make_engine(url_of(file), plain=plain)
    try:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA busy_timeout=1000")
            driver.execute("PRAGMA journal_mode=DELETE")
    except Exception as fault:
        if "locked" in str(fault):
            raise CannotRestore(
                "Databasen är öppen i ett annat program, så den byts inte ut. Stoppa Stegvis "
                "först och kör kommandot igen."
            ) from fault
        if type(fault).__name__ not in ("DatabaseError", "OperationalError"):
            raise
        # No database at all, or a damaged one, which is why somebody restores.
    finally:
        engine.dispose()


def put_in_place(scratch: Path, file: Path, aside: Path | None) -> None:
    """Give a whole file its name, so that a power cut leaves either none or all of it.

    It belongs to whom the file set ``aside`` belongs, or else to the folder's owner: a root who
    restores must not lock the server's own user out.
    """
    with told_of_files(file.parent, CannotRestore):
        with scratch.open("rb") as opened:
            os.fsync(opened.fileno())
        _give_owner(scratch, aside or file.parent)
        os.replace(scratch, file)
        sync_folder(file.parent)


def _give_owner(scratch: Path, like: Path) -> None:
    if os.name == "nt" or os.geteuid() != 0:
        return
    owner = like.stat()
    os.chown(scratch, owner.st_uid, owner.st_gid)


def sync_folder(folder: Path) -> None:
    """Have a new name in the folder survive a power cut, where folders can be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
