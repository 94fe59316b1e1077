"""What two databases are compared by: for every table how many rows, and a sum over them.

Each row is hashed and the hashes are added, so that the order in which a database gives its
rows, which differs after a dump, says nothing; one changed, missing or doubled row does.
"""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy.engine import Connection

Fingerprint = dict[str, tuple[int, str]]
"""By table: the number of rows, and the sum of their hashes in hexadecimal."""

_BITS = 128
_AT_A_TIME = 2000

_NAMES = {
    # sqlite_sequence as well: numbers that the log still speaks of are never given again.
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'"
    " AND (name NOT LIKE 'sqlite!_%' ESCAPE '!' OR name = 'sqlite_sequence') ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    " ORDER BY tablename",
}


def fingerprint(connection: Connection) -> Fingerprint:
    """Every table of the database (of the schema, in PostgreSQL), as the connection sees it."""
    names = [row[0] for row in connection.exec_driver_sql(_NAMES[connection.dialect.name])]
    return {name: _of_table(connection, name) for name in names}


def _of_table(connection: Connection, name: str) -> tuple[int, str]:
    rows = 0
    total = 0
    result = connection.execution_options(stream_results=True).exec_driver_sql(
        f'SELECT * FROM "{name}"'
    )
    for part in result.partitions(_AT_A_TIME):
        for row in part:
            digest = blake2b(repr(tuple(row)).encode(), digest_size=_BITS // 8).digest()
            total += int.from_bytes(digest, "big")
        rows += len(part)
    return rows, f"{total % (1 << _BITS):0{_BITS // 4}x}"


def differences(made: Fingerprint, found: Fingerprint) -> list[str]:
    """The tables that are not the same in both, each with what differs, in Swedish."""
    told = []
    for name in sorted(made.keys() | found.keys()):
        before, after = made.get(name), found.get(name)
        if before is None or after is None:
            told.append(f"tabellen {name} finns bara på ena sidan")
        elif before[0] != after[0]:
            told.append(f"tabellen {name} har {after[0]} rader i stället för {before[0]}")
        elif before != after:
            told.append(f"tabellen {name} har annat innehåll")
    return told
