"""Bringing a database to this version's schema, and refusing one from a later version."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlmodel import Session as DbSession

from tracking.domain.errors import StegvisError
from tracking.domain.server_events import ServerEvent
from tracking.store.server_log import tell
from tracking.store.summary import rebuild, refresh_touched
from tracking.store.triggers import install_triggers, missing_triggers

MIGRATIONS = Path(__file__).resolve().parent / "migrations"

LOCK = "7283001, hashtext(coalesce(current_schema(), ''))"
"""What all Stegvis processes of one PostgreSQL schema lock: a migration alone, writes together."""


class NewerSchema(StegvisError):
    """The database was made by a later version of Stegvis."""


class NoSchema(StegvisError):
    """The configured PostgreSQL schema is not there for this role, or may not be changed by it."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision that this version of the code expects."""
    head, _ = _revisions()
    return head


def is_known(revision: str) -> bool:
    """Whether this code can bring a database of the revision up to date."""
    return revision in _revisions()[1]


def revision_of(connection: Connection) -> str | None:
    """The revision of a database as it stands; None where there is no schema."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _revisions() -> tuple[str, frozenset[str]]:
    """The newest revision, and all that this code knows; its files are read once."""
    script = ScriptDirectory(str(MIGRATIONS))
    head = script.get_current_head()
    assert head is not None, "there is always a first migration"
    return head, frozenset(one.revision for one in script.walk_revisions())


def bring_up_to_date(engine: Engine) -> None:
    """Migrate an empty or older database in one transaction; leave a current one alone.

    Raises `NewerSchema` when the database has a revision that this code does not know, and
    `NoSchema` where the role has no schema to work in.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Longer than any migration or release of somebody else's may take.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10min'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            may_change = _check_schema(connection)
        else:
            may_change = True
        current = MigrationContext.configure(connection).get_current_revision()
        newest, known = _revisions()
        if current is not None and current not in known:
            raise NewerSchema(
                "Databasen är gjord av en senare version av Stegvis. "
                "Installera den versionen, eller öppna en annan databas."
            )
        if current != newest and not may_change:
            raise NoSchema(
                "Databasen ska föras till ett nyare schema, men rollen i adressen får inte ändra "
                "den. Kör stegvis migrate med den roll som äger schemat."
            )
        if current != newest:
            command.upgrade(alembic_config(connection), "head")
            install_triggers(connection)
            if current is not None:
                # The summary of an older version may say less, or say it otherwise.
                with DbSession(connection) as session:
                    refresh_touched(session)  # what the migration itself has touched
                    rebuild(session)
        elif missing_triggers(connection):
            # A table rebuilt by hand loses its triggers without a word; put them back.
            install_triggers(connection)
    if current not in (None, newest):
        tell(ServerEvent.SCHEMA_MIGRATED, before=current, after=newest)


def _check_schema(connection: Connection) -> bool:
    """Whether the role may change its schema. Raises `NoSchema` when it has none."""
    name, may_change = connection.exec_driver_sql(
        "SELECT current_schema(), has_schema_privilege(current_schema(), 'CREATE')"
    ).one()
    if name is None:
        raise NoSchema(
            "Schemat i STEGVIS_SCHEMA finns inte, eller så har rollen i adressen ingen rätt i det. "
            "Lägg upp det med stegvis schema add, eller rätta inställningen."
        )
    return bool(may_change)
