"""Putting a backup back from the server's console: read, proved, and only then in its place.

A database that is there is never written over: without ``overwrite`` it is refused, with it the
old one is moved aside under a name that is told, so that a wrong choice can be undone. What was
restored is brought to this version's schema, and the log says that it happened.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL

from tracking.access import log, sealing
from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.services.backups import Found, faults_in, proved_same
from tracking.store import at_rest
from tracking.store.backup import files, postgres, sqlite
from tracking.store.backup.archive import DATABASE, KEY, MANIFEST, Manifest, unpacker
from tracking.store.backup.envelope import Opener, read_sealed
from tracking.store.backup.faults import CannotRestore, told_of_files
from tracking.store.database import Database, make_engine
from tracking.store.migrate import NewerSchema, is_known, newest_revision
from tracking.store.new_file import write_new

_USUAL_SCHEMA = "public"
_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What is put back where. ``key_out`` is a file for the key of second factors, if it is in."""

    file: Path
    opener: Opener
    url: str
    schema: str | None = None
    overwrite: bool = False
    key_out: Path | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. ``aside`` is where the earlier database lies; ``key`` where the key was
    laid, and ``key_waits`` that there is one in the backup that was laid nowhere.
    """

    made_at: datetime
    revision: str
    migrated: bool
    tables: int
    rows: int
    found: Found
    aside: str | None
    key: Path | None
    key_waits: bool


def restore_from_console(plan: RestorePlan) -> Restored:
    """Read a backup, prove it whole, and put it in the place of the database at ``plan.url``.

    Raises `StegvisError` with a sentence for whoever runs the command; whatever fails, the
    database that was there is there still.
    """
    url = make_url(plan.url)
    kind = url.get_backend_name()
    if not plan.file.is_file():
        raise CannotRestore(f"Det finns ingen fil som heter {plan.file}.")
    if plan.key_out is not None and plan.key_out.exists():
        raise CannotRestore(f"Det finns redan en fil som heter {plan.key_out}; ange en annan.")
    beside = _beside(url, kind)
    with told_of_files(beside, CannotRestore), files.work_folder(beside) as work:
        read_sealed(plan.file, plan.opener, unpacker(work))
        manifest = Manifest.read(work / MANIFEST)
        _check_fits(manifest, kind)
        if kind == "sqlite":
            aside = _into_file(plan, url, work / DATABASE, manifest)
        else:
            aside = _into_schema(plan, url, work, manifest)
        database = Database.open(plan.url, schema=plan.schema)
        try:
            with database.transaction() as writing:
                detail = f"{plan.file.name} {manifest.made_at}"
                log.record_for(writing, None, log.Entry("console_restore", detail=detail))
            found = faults_in(database)
            key = _lay_key(plan, database, work / KEY)
        finally:
            database.close()
        waits = (work / KEY).exists() and key is None
    return Restored(
        made_at=datetime.fromisoformat(manifest.made_at),
        revision=manifest.revision,
        migrated=manifest.revision != newest_revision(),
        tables=len(manifest.tables),
        rows=sum(rows for rows, _ in manifest.tables.values()),
        found=found,
        aside=aside,
        key=key,
        key_waits=waits,
    )


def _beside(url: URL, kind: str) -> Path:
    """Where the backup is unpacked: beside an embedded database, so that it can be renamed."""
    if kind != "sqlite":
        return Path(tempfile.gettempdir())
    folder = Path(url.database or "").parent
    if not folder.is_dir():
        raise CannotRestore(f"Mappen {folder} finns inte. Skapa den först.")
    return folder


def _check_fits(manifest: Manifest, kind: str) -> None:
    if manifest.kind != kind:
        there, here = _KINDS.get(manifest.kind, manifest.kind), _KINDS.get(kind, kind)
        raise CannotRestore(
            f"Säkerhetskopian är av en databas i {there}, men adressen är till {here}. Ange en "
            f"adress till {there}."
        )
    if not is_known(manifest.revision):
        raise NewerSchema(
            "Säkerhetskopian är gjord av en senare version av Stegvis. Installera den versionen "
            "och kör kommandot igen."
        )


def _stamp() -> str:
    return clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _into_file(plan: RestorePlan, url: URL, copy: Path, manifest: Manifest) -> str | None:
    target = Path(url.database or "")
    if sqlite.is_there(target) and not plan.overwrite:
        raise CannotRestore(_there_already(str(target)))
    is_plain = at_rest.is_plain(copy)
    _prove_file(copy, manifest, plain=is_plain)
    secret = at_rest.key()
    if is_plain and secret is not None:
        # The one way to encrypt a database: what is put back is locked with the key that is set.
        locked = copy.with_name("locked")
        sqlite.leave_alone(copy, plain=True)
        at_rest.encrypted_copy(copy, locked, secret)
        _prove_file(locked, manifest, plain=False)
        copy = locked
    sqlite.leave_alone(copy, plain=secret is None)
    aside = None
    if sqlite.is_there(target):
        aside = target.with_name(f"{target.stem}.fore-{_stamp()}{target.suffix}")
        sqlite.set_aside(target, aside, plain=at_rest.is_plain(target))
    sqlite.put_in_place(copy, target, aside)
    return str(aside) if aside else None


def _prove_file(file: Path, manifest: Manifest, *, plain: bool) -> None:
    scratch = Database(make_engine(sqlite.url_of(file), plain=plain))
    try:
        proved_same(scratch, manifest)
    finally:
        scratch.close()


def _into_schema(plan: RestorePlan, url: URL, work: Path, manifest: Manifest) -> str | None:
    wanted = plan.schema or _USUAL_SCHEMA
    held = manifest.schema or _USUAL_SCHEMA
    there = postgres.tables_in(url, wanted) > 0
    if there and not plan.overwrite:
        raise CannotRestore(_there_already(f"schemat {wanted}"))
    if held != wanted and postgres.schema_owner(url, held) is not None:
        raise CannotRestore(
            f"Säkerhetskopian är av schemat {held}, och ett sådant finns redan i databasen. Lägg "
            f"tillbaka det där, eller i en annan databas."
        )
    owner = postgres.schema_owner(url, wanted)
    aside = f"{wanted}_fore_{_stamp().lower()}" if owner is not None else None
    if aside is not None:
        postgres.rename_schema(url, wanted, aside)
    try:
        postgres.load(url, work / DATABASE, held, owner, work)
        try:
            if held != wanted:
                postgres.rename_schema(url, held, wanted)
            _prove_schema(plan, wanted, manifest)
        except StegvisError:
            postgres.drop_schema(url, held)
            postgres.drop_schema(url, wanted)
            raise
    except StegvisError:
        if aside is not None:
            postgres.rename_schema(url, aside, wanted)
        raise
    if aside is not None and not there:
        postgres.drop_schema(url, aside)  # it was empty
        return None
    return None if aside is None else f"schemat {aside}"


def _prove_schema(plan: RestorePlan, schema: str, manifest: Manifest) -> None:
    restored = Database(make_engine(plan.url, schema=schema))
    try:
        proved_same(restored, manifest)
    finally:
        restored.close()


def _there_already(where: str) -> str:
    return (
        f"Det finns redan en databas i {where}, och den skrivs inte över. Lägg till --overwrite "
        "om den ska bytas ut: den gamla flyttas då undan och tas inte bort."
    )


def _lay_key(plan: RestorePlan, database: Database, held: Path) -> Path | None:
    """Lay the key of second factors where it is asked for, or beside an embedded database that
    has none; never over another.
    """
    if not held.exists():
        return None
    text = held.read_text(encoding="ascii").strip()
    place = plan.key_out
    if place is None and not os.environ.get(sealing.KEY_VARIABLE):
        place = sealing.key_file(database)
    if place is None or place.exists():
        same = place is not None and place.read_text(encoding="ascii").strip() == text
        return place if same else None
    write_new(place, f"{text}\n".encode("ascii"))
    return place
