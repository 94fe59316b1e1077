"""``stegvis demo``: fill an empty database with an invented förbund."""

from __future__ import annotations

import argparse
import sys
import time

from tracking.commands.common import Bar, Commands, database_option, day, open_database

MOST_RELEASED = 3.0
"""Above this scale no release is made unless asked for: it is not the size of one förbund."""


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the command's words."""
    demo = commands.add_parser("demo", help="fyll en tom databas med ett påhittat förbund")
    database_option(demo, "utelämnad gäller data/demo.db")
    demo.add_argument("--seed", type=int, default=1, help="samma frö ger samma uppgifter")
    demo.add_argument("--scale", type=float, default=1.0, help="1 är ett förbund, 1400 hela landet")
    demo.add_argument("--today", type=day, help="dagen som demon slutar, ÅÅÅÅ-MM-DD")
    demo.add_argument(
        "--releases",
        type=int,
        help=f"antal släpp; utelämnat två, men inga när skalan är över {MOST_RELEASED:g}",
    )
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    from tracking.domain.swedish import decimal, whole
    from tracking.exchange.demo import fill
    from tracking.exchange.demo.releases import KEPT
    from tracking.outcomes.course import fit_courses
    from tracking.reports.adopted import adopt_report
    from tracking.store.shipped import DATA

    began = time.monotonic()
    releases = options.releases
    if releases is None:
        releases = KEPT if options.scale <= MOST_RELEASED else 0
    # Never the database that work is done in, unless somebody says so in words.
    database = open_database(options.database or f"sqlite:///{(DATA / 'demo.db').as_posix()}")
    try:
        made = fill(
            database,
            seed=options.seed,
            scale=options.scale,
            today=options.today,
            progress=Bar("deltaganden").show,
            adopt=adopt_report if releases else None,
            releases=releases,
        )
        fitted = fit_courses(database, only_largest=True)
        courses = [report.of for report in fitted if report.course is not None]
    finally:
        database.close()
    print(
        f"{made.forbund}: {whole(made.insatser)} insatser, {whole(made.spells)} deltaganden och "
        f"{whole(made.ratings)} skattningar på {decimal(time.monotonic() - began, 1)} s."
    )
    print(f"Minne som mest: {whole(_peak_megabytes())} MB.")
    if made.released:
        print(f"Släppta perioder: {', '.join(made.released)}. Rapporter: {made.reports}.")
    if courses:
        print(
            f"Vanligt förlopp: {', '.join(courses)}. Övriga räknas fram med stegvis course fit "
            "--database och databasens adress."
        )
    return 0


def _peak_megabytes() -> int:
    """The most memory that this process has had at once, in MB; 0 where nobody can tell."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1_048_576 if sys.platform == "darwin" else 1_024)
