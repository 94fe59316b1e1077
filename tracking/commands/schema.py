"""``stegvis schema``: many förbund in one PostgreSQL database, from the server's console."""

from __future__ import annotations

import argparse
from pathlib import Path

from tracking.commands.common import Commands, address, address_understood, database_option


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the commands' words."""
    schema = commands.add_parser("schema", help="flera förbund i en databas i PostgreSQL")
    acts = schema.add_subparsers(required=True, metavar="åtgärd")
    add = acts.add_parser("add", help="lägg upp ett förbunds schema med en egen roll")
    add.add_argument("name", metavar="namn")
    add.add_argument(
        "--password-file", type=Path, required=True, metavar="FIL", help="rollens lösenord"
    )
    database_option(add)
    add.set_defaults(run=_add)
    listed = acts.add_parser("list", help="visa förbundens scheman, roller och storlek")
    database_option(listed)
    listed.set_defaults(run=_list)


def _add(options: argparse.Namespace) -> int:
    from tracking.domain.errors import InvalidValue
    from tracking.store.schemas import check_name, lay_out, migrate_as_owner, role_of, schemas

    url = address(options.database)
    check_name(options.name)
    try:
        password = options.password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidValue(f"Filen {options.password_file} går inte att läsa.") from fault
    with address_understood():
        lay_out(url, options.name, password)
        made = next(schema for schema in schemas(url) if schema.name == options.name)
        migrate_as_owner(url, made)
    print(
        f"Schemat {options.name} är upplagt med rollen {role_of(options.name)}. Förbundets app "
        f"startas med STEGVIS_SCHEMA={options.name} och en adress med den rollen."
    )
    return 0


def _list(options: argparse.Namespace) -> int:
    from tracking.domain.swedish import decimal
    from tracking.store.schemas import schemas

    with address_understood():
        found = schemas(address(options.database))
    for schema in found:
        print(f"{schema.name}  {schema.owner}  {decimal(schema.size / 1e6, 1)} MB")
    if not found:
        print("Databasen har inga scheman för förbund.")
    return 0
