"""``stegvis migrate`` and ``stegvis version``: which schema, which version."""

from __future__ import annotations

import argparse

from tracking import __version__
from tracking.commands.common import Commands, database_option, open_database


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the commands' words."""
    migrate = commands.add_parser("migrate", help="för databasen till den här versionens schema")
    database_option(migrate)
    migrate.set_defaults(run=_migrate)
    version = commands.add_parser("version", help="visa versionen")
    version.set_defaults(run=_version)


def _migrate(options: argparse.Namespace) -> int:
    from tracking.store.migrate import newest_revision

    open_database(options.database).close()
    print(f"Databasen har schema {newest_revision()}.")
    return 0


def _version(_options: argparse.Namespace) -> int:
    print(f"Stegvis {__version__}")
    return 0
