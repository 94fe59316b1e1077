"""The command ``stegvis``: make a demo, migrate, verify, keep accounts, tell the version.

Words and arguments only; what each command does lives in the rooms below, and is imported
when the command runs, so that asking for help costs nothing. A broken rule becomes one
sentence and exit status 1, never a traceback.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from tracking import __version__
from tracking.domain.errors import StegvisError

if TYPE_CHECKING:
    from sqlmodel import Session as DbSession

    from tracking.store.database import Database

_Parser = argparse.ArgumentParser
MOST_SHOWN = 20
BAR_WIDTH = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except StegvisError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nAvbrutet.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stegvis", description="Uppföljning av deltagare och resultat i samordningsförbund."
    )
    commands = parser.add_subparsers(required=True, metavar="kommando")

    demo = commands.add_parser("demo", help="fyll en tom databas med ett påhittat förbund")
    _database_option(demo, "utelämnad gäller data/demo.db")
    demo.add_argument("--seed", type=int, default=1, help="samma frö ger samma uppgifter")
    demo.add_argument("--scale", type=float, default=1.0, help="1 är ett förbund, 1400 hela landet")
    demo.add_argument("--today", type=_day, help="dagen som demon slutar, ÅÅÅÅ-MM-DD")
    demo.set_defaults(run=_demo)

    migrate = commands.add_parser("migrate", help="för databasen till den här versionens schema")
    _database_option(migrate)
    migrate.set_defaults(run=_migrate)

    verify = commands.add_parser(
        "verify", help="kontrollera åtkomstloggen, sammanfattningen, släppen och rapporterna"
    )
    _database_option(verify)
    verify.add_argument("--log", action="store_true", help="bara åtkomstloggens kedja")
    verify.add_argument(
        "--head",
        action="append",
        default=[],
        metavar="HASH",
        help="ett huvud ur loggen som skrevs av tidigare; får anges flera gånger",
    )
    verify.add_argument("--summary", action="store_true", help="bara sammanfattningen")
    verify.add_argument("--releases", action="store_true", help="bara det som är släppt")
    verify.add_argument("--reports", action="store_true", help="bara det som är fastställt")
    verify.add_argument(
        "--rebuild", action="store_true", help="gör om sammanfattningen innan den kontrolleras"
    )
    verify.set_defaults(run=_verify)

    _account_parser(commands)

    course = commands.add_parser("course", help="vanligt förlopp på egna data")
    fit = course.add_subparsers(required=True, metavar="åtgärd").add_parser(
        "fit", help="räkna fram nya versioner där underlaget räcker"
    )
    _database_option(fit)
    fit.set_defaults(run=_course_fit)

    version = commands.add_parser("version", help="visa versionen")
    version.set_defaults(run=_version)
    return parser


def _account_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``stegvis account …``; the words for roles and zones are those of the database."""
    from tracking.domain.roles import Role, Zone

    account = commands.add_parser("account", help="konton och uppdrag, från serverns konsol")
    acts = account.add_subparsers(required=True, metavar="åtgärd")

    def act(name: str, run: Callable[[argparse.Namespace], int], about: str) -> _Parser:
        parser = acts.add_parser(name, help=about)
        parser.add_argument("username", metavar="användarnamn")
        _database_option(parser)
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
    assign.add_argument("--from", dest="starts_on", type=_day, help="utelämnad: i dag")
    assign.add_argument("--to", dest="ends_on", type=_day, help="utelämnad: tills vidare")


def _database_option(
    parser: argparse.ArgumentParser,
    otherwise: str = "utelämnad gäller STEGVIS_DATABASE_URL eller den inbyggda",
) -> None:
    parser.add_argument("--database", metavar="URL", help=f"databasens adress; {otherwise}")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed} är inget datum: skriv ÅÅÅÅ-MM-DD") from None


def _open(url: str | None) -> Database:
    from sqlalchemy.exc import ArgumentError

    from tracking.store.database import Database, StorageUnavailable

    try:
        return Database.open(url)
    except ArgumentError as fault:
        raise StorageUnavailable(
            "Databasens adress går inte att tolka: skriv till exempel sqlite:///data/demo.db."
        ) from fault


def _demo(options: argparse.Namespace) -> int:
    from tracking.domain.swedish import decimal, whole
    from tracking.exchange.demo import fill
    from tracking.outcomes.course import fit_courses
    from tracking.reports.adopted import adopt_report
    from tracking.store.shipped import DATA

    began = time.monotonic()
    # Never the database that work is done in, unless somebody says so in words.
    database = _open(options.database or f"sqlite:///{(DATA / 'demo.db').as_posix()}")
    try:
        made = fill(
            database,
            seed=options.seed,
            scale=options.scale,
            today=options.today,
            progress=_Bar("deltaganden").show,
            adopt=adopt_report,
        )
        fitted = fit_courses(database, only_largest=True)
        courses = [report.of for report in fitted if report.course is not None]
    finally:
        database.close()
    print(
        f"{made.forbund}: {whole(made.insatser)} insatser, {whole(made.spells)} deltaganden och "
        f"{whole(made.ratings)} skattningar på {decimal(time.monotonic() - began, 1)} s."
    )
    if made.released:
        print(f"Släppta perioder: {', '.join(made.released)}. Rapporter: {made.reports}.")
    if courses:
        print(
            f"Vanligt förlopp: {', '.join(courses)}. Övriga räknas fram med stegvis course fit "
            "--database och databasens adress."
        )
    return 0


def _migrate(options: argparse.Namespace) -> int:
    from tracking.store.migrate import newest_revision

    _open(options.database).close()
    print(f"Databasen har schema {newest_revision()}.")
    return 0


def _verify(options: argparse.Namespace) -> int:
    asked = (options.log, options.summary, options.head, options.releases, options.reports)
    everything = not any(asked)
    database = _open(options.database)
    faults = 0
    try:
        if options.rebuild:
            from tracking.store.summary import rebuild

            with database.transaction() as work:
                rebuild(work.session)
            print("Sammanfattningen är gjord på nytt.")
        with database.reading() as session:
            if everything or options.log or options.head:
                faults += _verify_log(session, options.head)
            if everything or options.summary:
                faults += _verify_summary(session)
            if everything or options.releases:
                faults += _verify_releases(session)
            if everything or options.reports:
                faults += _verify_reports(session)
    finally:
        database.close()
    return 1 if faults else 0


def _verify_log(session: DbSession, heads: list[str]) -> int:
    from tracking.access.log import walk
    from tracking.domain.swedish import whole

    chain = walk(session, heads=heads)
    for fault in chain.faults[:MOST_SHOWN]:
        print(f"Åtkomstloggen, länk {fault.log_id}: {fault.what}.")
    _conclude("Åtkomstloggen", len(chain.faults))
    print(
        f"Den har {whole(chain.links)} länkar, {whole(chain.erased)} med gallrat innehåll. "
        f"Huvudet är {chain.head}"
    )
    print("Skriv av huvudet och förvara det utanför databasen: --head prövar det nästa gång.")
    return len(chain.faults)


def _verify_summary(session: DbSession) -> int:
    from tracking.store.verify import summary_differences

    number = 0
    for number, found in enumerate(summary_differences(session), start=1):
        if number <= MOST_SHOWN:
            print(
                f"Sammanfattningen, deltagande {found.spell_id}, {found.column}: "
                f"har {found.stored}, ska ha {found.expected}."
            )
    _conclude("Sammanfattningen", number)
    return number


def _verify_releases(session: DbSession) -> int:
    from tracking.outcomes.releasing.verifying import release_faults

    number = 0
    for number, fault in enumerate(release_faults(session), start=1):
        if number <= MOST_SHOWN:
            print(f"Släppet {fault.period_key}, {fault.where}: {fault.what}.")
    _conclude("Det som är släppt", number)
    return number


def _verify_reports(session: DbSession) -> int:
    from tracking.reports.verifying import report_faults

    number = 0
    for number, fault in enumerate(report_faults(session), start=1):
        if number <= MOST_SHOWN:
            print(f"Rapporten {fault.report_id} {fault.what}")
    _conclude("Det som är fastställt", number)
    return number


def _conclude(what: str, faults: int) -> None:
    if not faults:
        print(f"{what} stämmer.")
    else:
        more = f", varav {MOST_SHOWN} visas" if faults > MOST_SHOWN else ""
        print(f"{what} stämmer inte: {faults} fel{more}.")


def _account_create(options: argparse.Namespace) -> int:
    from tracking.access.passwords import Passwords
    from tracking.services.console_accounts import open_from_console

    password = _first_password()
    with closing(_open(options.database)) as database:
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
    with closing(_open(options.database)) as database:
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

    with closing(_open(options.database)) as database:
        reset_second_factor_from_console(database, username=options.username)
    print(f"Tvåfaktorn för {options.username} är borttagen och ställs in på nytt.")
    return 0


def _account_assign(options: argparse.Namespace) -> int:
    from tracking.domain import clock
    from tracking.services.console_accounts import assign_from_console

    with closing(_open(options.database)) as database:
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


def _course_fit(options: argparse.Namespace) -> int:
    from tracking.outcomes.course import fit_courses, report_words

    with closing(_open(options.database)) as database:
        reports = fit_courses(database)
    for report in reports:
        print(report_words(report))
    if not reports:
        print("Det finns inga avslutade deltaganden med ORS.")
    return 0


def _version(_options: argparse.Namespace) -> int:
    print(f"Stegvis {__version__}")
    return 0


class _Bar:
    """A bar that grows on a terminal, and says nothing where nobody looks."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen = sys.stderr.isatty()

    def show(self, done: int, total: int) -> None:
        """Draw the bar as it stands; the last time it ends its line."""
        if not self._seen:
            return
        share = done / total if total else 1.0
        bar = "█" * round(share * BAR_WIDTH)
        end = "\n" if done >= total else ""
        print(
            f"\r{bar:·<{BAR_WIDTH}} {share:4.0%} {done} av {total} {self._what}",
            end=end,
            file=sys.stderr,
            flush=True,
        )


if __name__ == "__main__":
    raise SystemExit(main())
