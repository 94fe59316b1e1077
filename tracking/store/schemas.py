"""Many förbund in one PostgreSQL database: one schema each, owned by a role that is each one's own.

The wall between two förbund is PostgreSQL's: a role has no right in a schema that is not its own,
whatever a program asks for. Here schemas are laid out and found; what lies in one is `migrate`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import event, make_url
from sqlalchemy.engine import URL

from tracking.domain.errors import InvalidValue, StegvisError
from tracking.store.database import make_engine
from tracking.store.migrate import bring_up_to_date
from tracking.store.unavailable import said_plainly

LONGEST_NAME = 40
SHORTEST_PASSWORD = 20
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEPT_BY_POSTGRES = ("pg_", "information_schema", "public")


class CannotLayOut(StegvisError):
    """The schema was not laid out; nothing of it is there."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A förbund's schema: its name, the role that owns it, and its size in bytes."""

    name: str
    owner: str
    size: int


def role_of(name: str) -> str:
    """The role of a förbund's schema."""
    return f"stegvis_{name}"


def check_name(name: str) -> None:
    """Raise `InvalidValue` unless a schema may be called so."""
    kept = name.startswith(_KEPT_BY_POSTGRES)
    if kept or not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise InvalidValue(
            f"Ett schema heter något av högst {LONGEST_NAME} tecken a–z, 0–9 och _, som börjar med "
            "en bokstav, och inte public eller pg_…."
        )


def lay_out(url: str, name: str, password: str) -> None:
    """Make a role and its empty schema, which nobody else has a right in.

    The role may connect and work in its schema, and make nothing else. Raises `InvalidValue`
    and `CannotLayOut`.
    """
    check_name(name)
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidValue(f"Rollens lösenord ska ha minst {SHORTEST_PASSWORD} tecken.")
    role, schema = sql.Identifier(role_of(name)), sql.Identifier(name)
    with _connected(url) as connection, connection.transaction():
        connection.execute(
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}"
            ).format(role, sql.Literal(password))
        )
        # Else whoever is no superuser could not make something that the role owns.
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        connection.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(schema, role))
        connection.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(role, schema))
        # What every role may do unless somebody says otherwise.
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute(
            sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(
                sql.Identifier(connection.info.dbname)
            )
        )


def schemas(url: str) -> tuple[Schema, ...]:
    """Every schema of the database that is a förbund's: migrated once, or owned by its role."""
    with _connected(url) as connection:
        found = connection.execute(
            "SELECT n.nspname, pg_get_userbyid(n.nspowner), coalesce((SELECT"
            " sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relnamespace = n.oid"
            " AND c.relkind = 'r'), 0)::bigint FROM pg_namespace n WHERE EXISTS (SELECT 1 FROM"
            " pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'alembic_version')"
            " OR pg_get_userbyid(n.nspowner) = 'stegvis_' || n.nspname ORDER BY n.nspname"
        ).fetchall()
    return tuple(Schema(*row) for row in found)


def migrate_as_owner(url: str, schema: Schema) -> None:
    """Bring one schema up to date in the name of its role, who is to own what is made.

    Raises what `bring_up_to_date` raises; the others are not touched.
    """
    engine = make_engine(url, schema=schema.name)

    def become_owner(connection: Any, _record: object) -> None:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(schema.owner)))
        connection.commit()

    event.listen(engine, "connect", become_owner)
    try:
        with said_plainly():
            bring_up_to_date(engine)
    finally:
        engine.dispose()


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(_conninfo(make_url(url)), autocommit=True) as connection:
            yield connection
    except (psycopg.errors.DuplicateObject, psycopg.errors.DuplicateSchema) as fault:
        raise CannotLayOut("Det finns redan en roll eller ett schema med det namnet.") from fault
    except psycopg.errors.InsufficientPrivilege as fault:
        raise CannotLayOut(
            "Rollen i adressen får inte skapa roller och scheman. Kör kommandot med en som får det."
        ) from fault
    except psycopg.OperationalError as fault:
        raise CannotLayOut(
            "Databasservern svarar inte, eller tar inte emot rollen och lösenordet i adressen."
        ) from fault


def _conninfo(url: URL) -> str:
    if url.get_backend_name() != "postgresql":
        raise CannotLayOut("Scheman finns bara i PostgreSQL: ange en sådan adress.")
    parts = {**url.query, **url.translate_connect_args(username="user", database="dbname")}
    return make_conninfo(**{key: str(value) for key, value in parts.items()})
