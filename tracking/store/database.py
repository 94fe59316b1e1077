"""The way to the data: one `Database` per process, one transaction per thing a person does.

A transaction takes the write lock at once (SQLite's BEGIN IMMEDIATE), so that reading before
writing never ends in a lock that cannot be had. At its end the spell summary and the data
versions are brought up to date, then the jobs that asked to run last (the access log), then
it commits; whatever fails undoes all of it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session as DbSession

from tracking.domain.server_events import ServerEvent
from tracking.store import at_rest
from tracking.store.migrate import LOCK, bring_up_to_date, newest_revision
from tracking.store.own_file import follow_file
from tracking.store.server_log import tell_seldom
from tracking.store.summary import refresh_touched
from tracking.store.touches import IN_SESSION, Touches
from tracking.store.unavailable import (
    StorageUnavailable,
    StorageUncertain,
    UpgradedMeanwhile,
    said_plainly,
    what_it_is,
)

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_URL = f"sqlite:///{ROOT / 'data' / 'stegvis.db'}"
URL_VARIABLE = "STEGVIS_DATABASE_URL"
SCHEMA_VARIABLE = "STEGVIS_SCHEMA"

OPENED_BY = "database"
"""Under which name a session knows the `Database` that opened it (`Session.info`)."""

PATIENCE_SECONDS = 10
"""So long does a writer wait for another one, be it in this process or in SQLite."""

PREPARED_STATEMENTS = 500
"""So many does a connection to SQLite keep prepared: a page has dozens of statements, and to
prepare the summary's anew takes longer than everything else that recording a talk asks of it."""

SQLITE_SETTINGS = (
    "journal_mode=WAL",
    # FULL, not NORMAL: an acknowledged score must survive a power cut.
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={1000 * PATIENCE_SECONDS}",
    "trusted_schema=OFF",
    # 8 MB instead of 2: a thousand spells of an insats are read several times for a release.
    "cache_size=-8000",
)


POSTGRES_SETTINGS = (
    # As SQLite's busy timeout: nobody waits for ever for somebody else's lock.
    "lock_timeout=10000",
    # A machine that has lost its power keeps its locks until the server finds out.
    "tcp_keepalives_idle=30",
    "tcp_keepalives_interval=10",
    "tcp_keepalives_count=3",
)
CONNECT_SECONDS = 5

_REVISION = "SELECT version_num FROM alembic_version"

_in_this_thread = threading.local()


class Transaction:
    """One unit of work on an open session. Either all of it happens or none."""

    def __init__(self, session: DbSession) -> None:
        self.session = session
        self.logged = False
        """Whether the access log has been asked to record anything."""
        self._last_jobs: list[Callable[[DbSession], None]] = []

    def at_end(self, job: Callable[[DbSession], None]) -> None:
        """Run ``job`` after everything else, just before the commit."""
        self._last_jobs.append(job)

    def _finish(self) -> None:
        self.session.flush()
        refresh_touched(self.session)
        for job in self._last_jobs:
            job(self.session)
        self.session.flush()


class Database:
    """An open database whose schema is this version's."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        reading: dict[str, Any] = {"stegvis_writes": False}
        if engine.dialect.name == "postgresql":
            # One moment for the whole session; SQLite gives that by itself.
            reading["isolation_level"] = "REPEATABLE READ"
        self._reader = engine.execution_options(**reading)
        self._turn = threading.Lock()
        self.touches = Touches()
        """What this process's own writes have touched lately."""

    @classmethod
    def open(cls, url: str | None = None, *, schema: str | None = None) -> Database:
        """Open ``url`` (or STEGVIS_DATABASE_URL, or the embedded default) and migrate it.

        ``schema`` (or STEGVIS_SCHEMA) names the PostgreSQL schema of this förbund. Raises
        `StorageUnavailable` when there is no database to be had and
        `tracking.store.migrate.NewerSchema` when a later version of Stegvis has used it.
        """
        chosen = url or os.environ.get(URL_VARIABLE) or DEFAULT_URL
        engine = make_engine(chosen, schema=schema or os.environ.get(SCHEMA_VARIABLE))
        with said_plainly():
            bring_up_to_date(engine)
        if engine.dialect.name == "sqlite":
            follow_file(engine)
        return cls(engine)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A unit of work: commits at the end of the block, undone if the block raises.

        Raises `StorageUnavailable`, and before anything is written `UpgradedMeanwhile` when
        the schema is no longer the one that this code writes.
        """
        with (
            said_plainly(),
            self._in_turn(),
            _noted_as_writing(),
            DbSession(self.engine, expire_on_commit=False, info={OPENED_BY: self}) as session,
        ):
            if self.dialect == "postgresql":
                # Shared: a migration takes it alone, so none happens beside a write.
                session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
            _check_revision(session)
            work = Transaction(session)
            yield work
            work._finish()
            _commit(session)
            self.touches.note(session.info.get(IN_SESSION, ()))

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Writers of this process wait for each other here, and not in SQLite.

        SQLite has no queue: who waits tries anew now and then, and one of many can lose every
        time until its patience ends. Who gets no turn asks SQLite, which says that it is locked.
        """
        if self.dialect != "sqlite":
            yield
            return
        held = self._turn.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if held:
                self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[DbSession]:
        """A session that only reads, and sees one moment of the data."""
        with (
            said_plainly(),
            DbSession(self._reader, expire_on_commit=False, info={OPENED_BY: self}) as session,
        ):
            yield session

    def check_schema(self) -> None:
        """Raise `UpgradedMeanwhile` when a later version has migrated the database since."""
        with self.reading() as session:
            _check_revision(session)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def only_reads(session: DbSession) -> bool:
    """Whether a session comes from `Database.reading`, and sees nothing that may be undone."""
    return OPENED_BY in session.info and not session.get_bind().get_execution_options().get(
        "stegvis_writes", True
    )


def is_writing() -> bool:
    """Whether a transaction is open in this thread, beside which no other can be opened."""
    return getattr(_in_this_thread, "transactions", 0) > 0


@contextmanager
def _noted_as_writing() -> Iterator[None]:
    _in_this_thread.transactions = getattr(_in_this_thread, "transactions", 0) + 1
    try:
        yield
    finally:
        _in_this_thread.transactions -= 1


def _check_revision(session: DbSession) -> None:
    """Asked in every write: another app process may be newer than this one."""
    found = session.connection().exec_driver_sql(_REVISION).scalar_one_or_none()
    if found != newest_revision():
        tell_seldom(ServerEvent.SCHEMA_OTHER, found=found, expected=newest_revision())
        raise UpgradedMeanwhile


def _commit(session: DbSession) -> None:
    try:
        session.commit()
    except DBAPIError as fault:
        if what_it_is(fault) is ServerEvent.STORAGE_UNREACHABLE:
            tell_seldom(ServerEvent.STORAGE_UNREACHABLE, during="commit")
            raise StorageUncertain from fault
        raise


def make_engine(url: str, *, schema: str | None = None, plain: bool = False) -> Engine:
    """An engine with the settings that keep data safe; connects on first use.

    ``plain`` opens an SQLite file without encryption, also where a key for it is set.
    """
    if url.startswith("sqlite"):
        secret = None if plain else at_rest.key()
        engine = create_engine(
            url,
            connect_args={
                "timeout": PATIENCE_SECONDS,
                "cached_statements": PREPARED_STATEMENTS,
            },
            pool_size=10,
            max_overflow=20,
            # The connection used last is the one whose statements and pages are at hand.
            pool_use_lifo=True,
            hide_parameters=True,
            **({} if secret is None else {"module": at_rest.driver()}),
        )
        if secret is not None:
            event.listen(
                engine, "connect", lambda c, _: at_rest.unlock(c, secret, engine.url.database)
            )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    settings = list(POSTGRES_SETTINGS)
    if schema is not None:
        if not schema.replace("_", "").isalnum():
            raise StorageUnavailable("Schemats namn får bara bestå av bokstäver, siffror och _.")
        settings.append(f"search_path={schema}")
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(
        url,
        connect_args={
            "options": " ".join(f"-c{setting}" for setting in settings),
            "connect_timeout": CONNECT_SECONDS,
        },
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        # What somebody typed stands in no error's text.
        hide_parameters=True,
    )


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours, see below
    cursor = connection.cursor()
    for setting in SQLITE_SETTINGS:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("stegvis_writes", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # It asks nothing of the file, so that there is no fault for SQLAlchemy to put in words.
        connection.connection.cursor().execute("BEGIN")
