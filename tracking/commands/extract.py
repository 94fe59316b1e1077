"""``stegvis extract``: a register extract of everything held about one participant."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from tracking.commands.common import Commands, database_option, open_database


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the command's words."""
    extract = commands.add_parser("extract", help="ta ut ett registerutdrag för en deltagare")
    extract.add_argument("code", metavar="KOD", help="deltagarens löpnummer, till exempel ST-0001")
    extract.add_argument("--birth-year", type=int, required=True, metavar="ÅR")
    extract.add_argument("--controller", metavar="NAMN", help="när koden finns hos flera")
    extract.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FIL",
        help="en ny fil som slutar på .pdf eller .json",
    )
    database_option(extract)
    extract.set_defaults(run=_extract)


def _extract(options: argparse.Namespace) -> int:
    from tracking.domain.errors import InvalidValue
    from tracking.outcomes.extract import extract_from_console
    from tracking.reports.register_extract import to_json, to_pdf
    from tracking.store.backup.faults import NotWritten, told_of_files
    from tracking.store.new_file import write_new

    out: Path = options.out
    make = {".pdf": to_pdf, ".json": to_json}.get(out.suffix.lower())
    if make is None:
        raise InvalidValue("Filen ska sluta på .pdf eller .json.", field="out")
    if out.exists():
        raise InvalidValue(f"Filen {out.name} finns redan. Välj ett annat namn.", field="out")
    if not out.parent.is_dir():
        raise InvalidValue(f"Mappen {out.parent} finns inte.", field="out")
    with closing(open_database(options.database)) as database:
        extract = extract_from_console(
            database,
            code=options.code,
            birth_year=options.birth_year,
            controller=options.controller,
            form=out.suffix.lower().lstrip("."),
        )
    with told_of_files(out.parent, NotWritten):
        write_new(out, make(extract))
    print(f"Registerutdraget för {extract.code} står i {out}. Uttaget är loggat.")
    return 0
