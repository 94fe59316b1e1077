"""``stegvis verify``: the log's chain, the summary, what is released and what is adopted."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tracking.commands.common import Commands, database_option, open_database

if TYPE_CHECKING:
    from sqlmodel import Session as DbSession

MOST_SHOWN = 20


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the command's words."""
    verify = commands.add_parser(
        "verify", help="kontrollera åtkomstloggen, sammanfattningen, släppen och rapporterna"
    )
    database_option(verify)
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


def _verify(options: argparse.Namespace) -> int:
    asked = (options.log, options.summary, options.head, options.releases, options.reports)
    everything = not any(asked)
    database = open_database(options.database)
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
