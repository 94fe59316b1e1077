"""``stegvis demo``: fill an empty database with an invented förbund."""

from __future__ import annotations

import argparse
import time

from tracking.commands.common import Bar, Commands, database_option, day, open_database


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the command's words."""
    demo = commands.add_parser("demo", help="fyll en tom databas med ett påhittat förbund")
    database_option(demo, "utelämnad gäller data/demo.db")
    demo.add_argument("--seed", type=int, default=1, help="samma frö ger samma uppgifter")
    demo.add_argument("--scale", type=float, default=1.0, help="1 är ett förbund, 1400 hela landet")
    demo.add_argument("--today", type=day, help="dagen som demon slutar, ÅÅÅÅ-MM-DD")
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    from tracking.domain.swedish import decimal, whole
    from tracking.exchange.demo import fill
    from tracking.outcomes.course import fit_courses
    from tracking.reports.adopted import adopt_report
    from tracking.store.shipped import DATA

    began = time.monotonic()
    # Never the database that work is done in, unless somebody says so in words.
    database = open_database(options.database or f"sqlite:///{(DATA / 'demo.db').as_posix()}")
    try:
        made = fill(
            database,
            seed=options.seed,
            scale=options.scale,
            today=options.today,
            progress=Bar("deltaganden").show,
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
