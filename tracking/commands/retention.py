"""``stegvis retention``: what is due to be erased today, and erasing it."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from tracking.commands.common import Commands, database_option, open_database

if TYPE_CHECKING:
    from tracking.outcomes.retention import RetentionView

WORD = "GALLRA"
"""What has to be typed before anything is erased from a terminal."""


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the command's words."""
    retention = commands.add_parser(
        "retention", help="gallra det som har sparats tiden ut; --dry-run visar bara"
    )
    database_option(retention)
    retention.add_argument(
        "--dry-run", action="store_true", help="visa vad som skulle gallras och ändra ingenting"
    )
    retention.add_argument(
        "--expect",
        metavar="KOD",
        help="koden ur en förhandsvisning: gallrar utan fråga, om det är samma som då",
    )
    retention.set_defaults(run=_retention)


def _retention(options: argparse.Namespace) -> int:
    from tracking.exchange.retention import erase_at_console
    from tracking.outcomes.retention import retention_from_console

    with closing(open_database(options.database)) as database:
        view = retention_from_console(database)
        _show(view)
        if options.dry_run or view.plan.is_empty:
            return 0
        code = options.expect or _asked(view.plan.fingerprint)
        if code is None:
            print("Inget gallrades.")
            return 1
        done = erase_at_console(database, expected=code)
    print(f"Gallrat. Protokollet har nummer {done.run_id} och står på sidan Gallring.")
    print("Säkerhetskopior från tiden före gallringen innehåller det som gallrades.")
    return 0


def _asked(fingerprint: str) -> str | None:
    if not sys.stdin.isatty():
        print(f"Ange --expect {fingerprint} för att gallra utan fråga.", file=sys.stderr)
        return None
    print(f"Det går inte att ångra. Skriv {WORD} för att gallra:", end=" ", flush=True)
    return fingerprint if sys.stdin.readline().strip() == WORD else None


def _show(view: RetentionView) -> None:
    from tracking.domain.retention import RetentionKind
    from tracking.domain.swedish import iso, whole

    for rule in view.rules:
        what = "Åtkomstloggen" if rule.rule.kind is RetentionKind.LOG else rule.whose
        print(f"{what}: {rule.rule.years} år. {rule.rule.source}.")
    if view.plan.is_empty:
        print(f"Inget ska gallras den {iso(view.plan.on_day)}.")
        return
    print(f"Att gallra den {iso(view.plan.on_day)}:")
    for line in view.due:
        print(
            f"  {whole(line.number):>9}  {line.what.label}, {line.where},"
            f" till och med {iso(line.until)}"
        )
    if view.plan.overdue:
        print(f"{whole(view.plan.overdue)} deltaganden skulle ha gallrats före årets början.")
    if view.lost_periods:
        periods = ", ".join(period.label for period in view.lost_periods)
        print(f"Efter gallringen går de här perioderna inte att släppa: {periods}.")
    print(f"Koden är {view.plan.fingerprint}.")
