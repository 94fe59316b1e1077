"""``stegvis account``: accounts and assignments, from the server's console."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing

from tracking.commands.common import Commands, database_option, day, open_database


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the commands' words; those for roles and zones are the database's."""
    from tracking.domain.roles import Role, Zone

    account = commands.add_parser("account", help="konton och uppdrag, från serverns konsol")
    acts = account.add_subparsers(required=True, metavar="åtgärd")

    def act(
        name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        parser = acts.add_parser(name, help=about)
        parser.add_argument("username", metavar="användarnamn")
        database_option(parser)
        parser.set_defaults(run=run)
        return parser

    create = act("create", _account_create, "öppna ett konto; skriver ut ett första lösenord")
    create.add_argument("--title", required=True, help="funktionen, aldrig en persons namn")
    create.add_argument("--zone", type=Zone, required=True, metavar="|".join(Zone))
    create.add_argument("--employer", metavar="NAMN", help="myndigheten, krävs i zonen insats")
    act("password", _account_password, "ge kontot ett nytt första lösenord")
    act("reset-second-factor", _account_reset, "ta bort en förlorad tvåfaktor")
    assign = act("assign", _account_assign, "ge kontot ett uppdrag")
    assign.add_argument("role", type=Role, metavar="|".join(Role))
    assign.add_argument("--insats", metavar="NAMN", help="utelämnad gäller hela förbundet")
    assign.add_argument("--from", dest="starts_on", type=day, help="utelämnad: i dag")
    assign.add_argument("--to", dest="ends_on", type=day, help="utelämnad: tills vidare")


def _account_create(options: argparse.Namespace) -> int:
    from tracking.access.passwords import Passwords
    from tracking.services.console_accounts import open_from_console

    password = _first_password()
    with closing(open_database(options.database)) as database:
        open_from_console(
            database,
            Passwords(),
            username=options.username,
            title=options.title,
            zone=options.zone,
            employer=options.employer,
            first_password=password,
        )
    print(f"Kontot {options.username} är öppnat. Första lösenordet: {password}")
    return 0


def _account_password(options: argparse.Namespace) -> int:
    from tracking.access.passwords import Passwords
    from tracking.services.console_accounts import set_password_from_console

    password = _first_password()
    with closing(open_database(options.database)) as database:
        set_password_from_console(
            database, Passwords(), username=options.username, password=password
        )
    print(f"{options.username} är utloggad. Nytt första lösenord: {password}")
    return 0


def _first_password() -> str:
    """Made here rather than asked for: what is typed in a command stays in its history."""
    from tracking.access.second_factor import random_code

    return random_code(4)


def _account_reset(options: argparse.Namespace) -> int:
    from tracking.services.console_accounts import reset_second_factor_from_console

    with closing(open_database(options.database)) as database:
        reset_second_factor_from_console(database, username=options.username)
    print(f"Tvåfaktorn för {options.username} är borttagen och ställs in på nytt.")
    return 0


def _account_assign(options: argparse.Namespace) -> int:
    from tracking.domain import clock
    from tracking.services.console_accounts import assign_from_console

    with closing(open_database(options.database)) as database:
        assign_from_console(
            database,
            username=options.username,
            role=options.role,
            insats=options.insats,
            starts_on=options.starts_on or clock.today(),
            ends_on=options.ends_on,
        )
    print(f"{options.username} har fått uppdraget som {options.role.label.lower()}.")
    return 0
