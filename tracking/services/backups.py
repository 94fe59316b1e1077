"""A backup from the server's console, while people work: copied at one moment, sealed, proved.

Proved means that the finished file was decrypted and restored into a scratch database, and that
every table there has the rows it had when it was copied. Only then does it get its name. Like
the other acts of the console it has no actor; it is logged as nobody's. Putting one back is
`restoring`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from tracking import __version__
from tracking.access import log, sealing
from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.store.backup import files, fingerprint, postgres, sqlite
from tracking.store.backup.archive import DATABASE, MANIFEST, Manifest, packer, unpacker
from tracking.store.backup.envelope import Lock, Opener, read_sealed, write_sealed
from tracking.store.backup.faults import CannotBackUp, NotTheSame, told_of_files
from tracking.store.database import Database, make_engine
from tracking.store.migrate import NewerSchema, is_known, newest_revision, revision_of
from tracking.store.tables import BackupRun
from tracking.store.verify import summary_differences

SCRATCH_VARIABLE = "STEGVIS_SCRATCH_URL"


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where a backup goes and how it is locked; what is None is chosen from the database."""

    folder: Path
    lock: Lock
    keep: int | None = None
    with_key: bool = False
    work: Path | None = None
    scratch: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Faults that a copy faithfully shares with its database; None where the schema is older."""

    log_faults: int | None
    summary_faults: int | None


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A finished, proved backup. ``size`` in bytes; ``removed`` the older ones that went."""

    file: Path
    sha256: str
    size: int
    revision: str
    tables: int
    rows: int
    found: Found
    removed: tuple[Path, ...]


def back_up_from_console(database: Database, plan: BackupPlan) -> BackupMade:
    """Copy, seal, prove and name a backup, then remove those beyond ``plan.keep``.

    Nothing is migrated: a database of an older version is copied as it is, which is what
    somebody wants who is about to upgrade. A run that fails is kept as well, where it can be.
    Raises `StegvisError` with a sentence for whoever runs the command.
    """
    plan.lock.check()
    if plan.keep is not None and plan.keep < 1:
        raise CannotBackUp("Minst en säkerhetskopia behålls: --keep ska vara 1 eller mer.")
    started = clock.now()
    revision = _revision(database)
    try:
        made = _made(database, plan, started, revision)
    except StegvisError as fault:
        _keep_run(database, revision, BackupRun(started_at=started, fault=str(fault)))
        raise
    _keep_run(
        database,
        revision,
        BackupRun(
            started_at=started,
            file_name=made.file.name,
            sha256=made.sha256,
            size_kb=-(-made.size // 1024),
            tables_n=made.tables,
            rows_n=made.rows,
            log_faults=made.found.log_faults or 0,
            summary_faults=made.found.summary_faults or 0,
            with_key=plan.with_key,
        ),
    )
    return made


def _revision(database: Database) -> str:
    file = database.engine.url.database
    if database.dialect == "sqlite" and not sqlite.is_there(Path(file or "")):
        raise CannotBackUp(f"Det finns ingen databas i {file}.")
    with database.reading() as session:
        revision = revision_of(session.connection())
    if revision is None:
        raise CannotBackUp("Databasen är tom, så det finns inget att kopiera.")
    if not is_known(revision):
        raise NewerSchema(
            "Databasen är gjord av en senare version av Stegvis. Kör kommandot i den versionen."
        )
    return revision


def _made(database: Database, plan: BackupPlan, started: datetime, revision: str) -> BackupMade:
    url = database.engine.url
    with told_of_files(plan.folder, CannotBackUp):
        os.scandir(plan.folder).close()  # before the long work, not after it
    beside = plan.work or (
        Path(url.database or "").parent if database.dialect == "sqlite" else _temporary()
    )
    with files.work_folder(beside) as work, told_of_files(plan.folder, CannotBackUp):
        copy = work / DATABASE
        with told_of_files(work, CannotBackUp):
            manifest = _copied(database, copy, started, revision)
        key = sealing.key_text(database) if plan.with_key else None
        name = files.name_of(url, manifest.schema)
        final = plan.folder / files.file_name(name, started)
        with files.unfinished(plan.folder, final.name) as part:
            with part.open("r+b") as out:
                identity = write_sealed(out, plan.lock, packer(copy, manifest, key))
            copy.unlink()
            # A passphrase is tried as it will be typed; a public key's private half is not here.
            opener = (
                Opener(passphrase=plan.lock.passphrase)
                if plan.lock.passphrase is not None
                else Opener(identities=(identity,))
            )
            found = _proved(part, opener, manifest, database, plan, work)
            sha256, size = files.sha256_of(part), part.stat().st_size
            files.finish(part, final)
        gone = files.remove_all_but(plan.folder, name, plan.keep) if plan.keep else ()
    rows = sum(n for n, _ in manifest.tables.values())
    return BackupMade(final, sha256, size, revision, len(manifest.tables), rows, found, gone)


def _temporary() -> Path:
    return Path(tempfile.gettempdir())


def _copied(database: Database, copy: Path, started: datetime, revision: str) -> Manifest:
    """Copy the database, and tell what it was like at the same moment."""
    schema = None
    with database.reading() as session:
        connection = session.connection()
        connection.exec_driver_sql("SELECT count(*) FROM alembic_version")  # the moment
        if database.dialect == "sqlite":
            sqlite.copy_out(connection, copy)
        else:
            schema = postgres.current_schema(connection)
            postgres.dump(connection, schema, copy)
        tables = fingerprint.fingerprint(connection)
    at = started.isoformat()
    return Manifest(database.dialect, revision, schema, at, __version__, tables)


def _proved(
    part: Path,
    opener: Opener,
    manifest: Manifest,
    database: Database,
    plan: BackupPlan,
    work: Path,
) -> Found:
    """Read the finished file back into a scratch database and compare. Raises `NotTheSame`."""
    with told_of_files(work, CannotBackUp):
        read_sealed(part, opener, unpacker(work))
    read_back = Manifest.read(work / MANIFEST)
    if read_back != manifest:
        raise NotTheSame("Säkerhetskopians innehållsförteckning kunde inte läsas tillbaka.")
    with _scratch(database, plan, work / DATABASE, manifest, work) as scratch:
        return proved_same(scratch, manifest)


@contextmanager
def _scratch(
    database: Database, plan: BackupPlan, copy: Path, manifest: Manifest, work: Path
) -> Iterator[Database]:
    if manifest.schema is None:
        yield from _opened(sqlite.url_of(copy), None)
        return
    with database.reading() as session:
        encoding = postgres.server_encoding(session.connection())
    server = _scratch_server(database.engine.url, plan.scratch)
    with postgres.scratch_database(server, encoding) as url:
        postgres.load(url, copy, manifest.schema, None, work)
        yield from _opened(url.render_as_string(hide_password=False), manifest.schema)


def _scratch_server(own: URL, chosen: str | None) -> URL:
    chosen = chosen or os.environ.get(SCRATCH_VARIABLE)
    return own if chosen is None else make_url(chosen)


def _opened(url: str, schema: str | None) -> Iterator[Database]:
    scratch = Database(make_engine(url, schema=schema))
    try:
        yield scratch
    finally:
        scratch.close()


def proved_same(scratch: Database, manifest: Manifest) -> Found:
    """Hold a database that was read back to what was copied. Raises `NotTheSame`.

    The log's chain and the summary are held to themselves as well: a faithful copy of a
    faulty database is a good backup, and its faults are told.
    """
    try:
        with scratch.reading() as session:
            connection = session.connection()
            if scratch.dialect == "sqlite":
                sqlite.check_whole(connection)
            told = fingerprint.differences(manifest.tables, fingerprint.fingerprint(connection))
            if told:
                raise NotTheSame(f"Det som lästes tillbaka är inte detsamma: {'; '.join(told)}.")
    except DBAPIError as fault:
        raise NotTheSame("Det som lästes tillbaka är ingen hel databas.") from fault
    return faults_in(scratch) if manifest.revision == newest_revision() else Found(None, None)


def faults_in(database: Database) -> Found:
    """How many faults the log's chain and the summary have."""
    with database.reading() as session:
        summary = sum(1 for _ in summary_differences(session))
        return Found(len(log.walk(session).faults), summary)


def _keep_run(database: Database, revision: str, run: BackupRun) -> None:
    """Write the run into the database, unless that is older than the table for it."""
    if revision != newest_revision():
        return
    run.finished_at = max(clock.now(), run.started_at)
    run.revision = revision
    try:
        with database.transaction() as work:
            work.session.add(run)
            detail = "failed" if run.fault is not None else run.file_name
            log.record_for(work, None, log.Entry("console_back_up", detail=detail))
    except StegvisError:
        if run.fault is None:
            raise  # the backup is there, but nobody would be told of it
