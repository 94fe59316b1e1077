"""A förbund's schema in PostgreSQL: copied by pg_dump at one moment, put back by pg_restore.

The programs are PostgreSQL's own, found in STEGVIS_PG_BIN, on the path or where Debian lays
them, and at least as new as the server. A password goes to them in the environment, never on
the command line, where every user of the machine could read it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, Connection

from tracking.domain.errors import StegvisError
from tracking.store.backup.faults import CannotBackUp, CannotRestore

PROGRAMS_VARIABLE = "STEGVIS_PG_BIN"
_DEBIAN = Path("/usr/lib/postgresql")


def snapshot(connection: Connection) -> str:
    """A name for what the connection sees, for pg_dump to see the same."""
    return str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())


def current_schema(connection: Connection) -> str:
    """The schema that the connection works in. Raises `CannotBackUp` when it has none."""
    name = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    if name is None:
        raise CannotBackUp("Schemat i STEGVIS_SCHEMA finns inte i databasen.")
    return str(name)


def dump(connection: Connection, schema: str, file: Path) -> None:
    """Write what ``connection`` sees of its schema to ``file``, while others write."""
    url = connection.engine.url
    arguments = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
    arguments += [f'--schema="{schema}"', f"--snapshot={snapshot(connection)}", f"--file={file}"]
    _run("pg_dump", _server(connection), url, arguments, CannotBackUp)


def load(url: URL, file: Path, schema: str, owner: str | None, work: Path) -> None:
    """Put a dump's schema back in a database where there is none of its name, all or nothing.

    ``owner`` is the role that is to own it; None is who connects. Raises `CannotRestore`.
    """
    with connected(url) as connection:
        server = connection.info.server_version // 10000
        who = sql.SQL("") if owner is None else sql.SQL("AUTHORIZATION {}").format(_named(owner))
        try:
            connection.execute(sql.SQL("CREATE SCHEMA {} {}").format(_named(schema), who))
        except psycopg.errors.InsufficientPrivilege as fault:
            raise CannotRestore(
                "Databasens roll får inte skapa schemat. Kör kommandot med en roll som får det."
            ) from fault
    listed = _run("pg_restore", server, None, ["--list", str(file)], CannotRestore)
    # The schema is there already: its owner and rights are the server's business.
    contents = work / "contents"
    contents.write_text(
        "\n".join(line for line in listed.splitlines() if not re.search(r" SCHEMA - ", line)),
        encoding="utf-8",
    )
    arguments = [f"--use-list={contents}", "--single-transaction", "--exit-on-error"]
    arguments += ["--no-owner", "--no-privileges", *([f"--role={owner}"] if owner else [])]
    try:
        _run("pg_restore", server, url, [*arguments, str(file)], CannotRestore)
    except CannotRestore:
        drop_schema(url, schema)
        raise


def drop_schema(url: URL, schema: str) -> None:
    """Remove a schema with all that is in it."""
    with connected(url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(_named(schema)))


def rename_schema(url: URL, old: str, new: str) -> None:
    """Give a schema another name."""
    with connected(url) as connection:
        connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(_named(old), _named(new)))


def schema_owner(url: URL, schema: str) -> str | None:
    """The role that owns the schema; None where there is no such schema."""
    with connected(url) as connection:
        found = connection.execute(
            "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s", (schema,)
        ).fetchone()
    return None if found is None else str(found[0])


def tables_in(url: URL, schema: str) -> int:
    """How many tables the schema has."""
    with connected(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = %s", (schema,)
        ).fetchone()
    return 0 if found is None else int(found[0])


@contextmanager
def scratch_database(url: URL, encoding: str) -> Iterator[URL]:
    """An empty database on the server of ``url``, dropped afterwards, without the usual schema."""
    name = f"stegvis_prov_{secrets.token_hex(6)}"
    with connected(url) as connection:
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {}").format(
                    _named(name), encoding
                )
            )
        except psycopg.errors.InsufficientPrivilege as fault:
            raise CannotBackUp(
                "Databasens roll får inte skapa provdatabasen som kopian prövas i. Ge rollen "
                "CREATEDB, eller ange en server där det går med --scratch."
            ) from fault
    try:
        with connected(url.set(database=name)) as connection:
            connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
        yield url.set(database=name)
    finally:
        with connected(url) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(_named(name)))


def server_encoding(connection: Connection) -> str:
    """The encoding of the connection's database."""
    return str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())


@contextmanager
def connected(url: URL) -> Iterator[psycopg.Connection]:
    """A connection whose every statement stands by itself. Raises `CannotRestore`."""
    try:
        connection = psycopg.connect(_conninfo(url, with_password=True), autocommit=True)
    except psycopg.OperationalError as fault:
        raise CannotRestore(
            "Databasservern svarar inte, eller tar inte emot rollen och lösenordet i adressen."
        ) from fault
    with connection:
        yield connection


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _conninfo(url: URL, *, with_password: bool) -> str:
    parts = {**url.query, **url.translate_connect_args(username="user", database="dbname")}
    if not with_password:
        parts.pop("password", None)
    return make_conninfo(**{key: str(value) for key, value in parts.items()})


def _server(connection: Connection) -> int:
    """The server's major version."""
    number = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    return int(number) // 10000


def _run(
    name: str, server: int, url: URL | None, arguments: list[str], error: type[StegvisError]
) -> str:
    program = _program(name, server, error)
    environ = {**os.environ, "PGOPTIONS": ""}
    if url is not None:
        arguments = [f"--dbname={_conninfo(url, with_password=False)}", "--no-password", *arguments]
        if url.password:
            environ["PGPASSWORD"] = str(url.password)
    done = subprocess.run(
        [str(program), *arguments], env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise error(_sentence(name, done.stderr))
    return done.stdout


def _sentence(name: str, said: str) -> str:
    if "No space left" in said or "File too large" in said:
        return "Det finns inte plats nog för kopian. Gör plats och kör kommandot igen."
    if "ermission denied" in said or "must be owner" in said:
        return (
            f"Databasens roll har inte de rättigheter som {name} behöver. Det sade: {said.strip()}"
        )
    return f"{name} misslyckades. Det sade: {said.strip()}"


def _program(name: str, server: int, error: type[StegvisError]) -> Path:
    """The program, at least as new as the server: an older one refuses to read it."""
    found = [path for path in _candidates(name) if path.is_file()]
    for path in found:
        if _major(path) >= server:
            return path
    seen = ", ".join(str(path) for path in found) or "ingen alls"
    raise error(
        f"Det behövs {name} av version {server} eller senare, och här finns {seen}. Installera "
        f"PostgreSQL:s klientprogram, eller ange deras mapp i {PROGRAMS_VARIABLE}."
    )


def _candidates(name: str) -> Iterator[Path]:
    chosen = os.environ.get(PROGRAMS_VARIABLE)
    if chosen:
        yield Path(chosen) / name
        return
    on_path = shutil.which(name)
    # Debian's own wrapper chooses a version by itself: the real programs are asked first.
    yield from sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    if on_path:
        yield Path(on_path)


def _major(path: Path) -> int:
    said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)(?:\.|\s|$)", said.stdout)
    return int(found.group(1)) if found else 0
