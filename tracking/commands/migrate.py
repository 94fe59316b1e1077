"""``stegvis migrate`` and ``stegvis version``: which schema, which version."""

from __future__ import annotations

import argparse
import sys

from tracking import __version__
from tracking.commands.common import (
    Commands,
    address,
    address_understood,
    database_option,
    open_database,
)


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the commands' words."""
    migrate = commands.add_parser("migrate", help="för databasen till den här versionens schema")
    database_option(migrate)
    migrate.add_argument(
        "--all-schemas",
        action="store_true",
        help="alla förbunds scheman i PostgreSQL, vart och ett för sig",
    )
    migrate.set_defaults(run=_migrate)
    version = commands.add_parser("version", help="visa versionen")
    version.set_defaults(run=_version)


def _migrate(options: argparse.Namespace) -> int:
    from tracking.store.migrate import newest_revision

    if options.all_schemas:
        return _migrate_all(address(options.database))
    open_database(options.database).close()
    print(f"Databasen har schema {newest_revision()}.")
    return 0


def _migrate_all(url: str) -> int:
    """Each schema in a transaction of its own: one that fails stays as it was, the rest go on."""
    from tracking.domain.errors import StegvisError
    from tracking.store.migrate import newest_revision
    from tracking.store.schemas import migrate_as_owner, schemas

    failed = 0
    with address_understood():
        found = schemas(url)
    for schema in found:
        try:
            migrate_as_owner(url, schema)
            print(f"{schema.name}: schema {newest_revision()}.")
        except StegvisError as fault:
            failed += 1
            print(f"{schema.name}: {fault}", file=sys.stderr)
    print(f"{len(found) - failed} av {len(found)} scheman är förda till {newest_revision()}.")
    return 1 if failed else 0


def _version(_options: argparse.Namespace) -> int:
    print(f"Stegvis {__version__}")
    return 0
