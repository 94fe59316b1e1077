"""``stegvis course``: the usual course, fitted on own data."""

from __future__ import annotations

import argparse
from contextlib import closing

from tracking.commands.common import Commands, database_option, open_database


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the command's words."""
    course = commands.add_parser("course", help="vanligt förlopp på egna data")
    fit = course.add_subparsers(required=True, metavar="åtgärd").add_parser(
        "fit", help="räkna fram nya versioner där underlaget räcker"
    )
    database_option(fit)
    fit.set_defaults(run=_course_fit)


def _course_fit(options: argparse.Namespace) -> int:
    from tracking.outcomes.course import fit_courses, report_words

    with closing(open_database(options.database)) as database:
        reports = fit_courses(database)
    for report in reports:
        print(report_words(report))
    if not reports:
        print("Det finns inga avslutade deltaganden med ORS.")
    return 0
