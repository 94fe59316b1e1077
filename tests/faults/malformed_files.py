"""Malformed files to everything that reads one: every sort of import, figures, pictures, backups.

A file is spoiled as bytes, or cell by cell, and is then taken as far as it goes: opened, its
columns recognised, each row read. On a förbund of its own nothing may be stored by it.
"""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import text

from tests.faults.spoiling import SCRAPS, scrap, spoiled_bytes
from tests.integration.worlds import World, a_spell, a_world, standing_still
from tests.workbooks import a_workbook
from tracking.domain.context_figures import FigureKind
from tracking.domain.errors import RuleBroken
from tracking.domain.import_records import FaultyRow, ImportKind
from tracking.domain.report_identity import checked_logotype
from tracking.exchange import apply, dry_run, propose_mapping
from tracking.exchange.figures import read_figures
from tracking.exchange.importing.mapping import Mapping
from tracking.exchange.importing.opening import read_workbook
from tracking.exchange.importing.records import Reader
from tracking.exchange.importing.shapes import Table
from tracking.outcomes.imports import Vocabulary, import_vocabulary
from tracking.store.backup.archive import Manifest, packer, unpacker
from tracking.store.backup.envelope import (
    Lock,
    Opener,
    identities_in,
    new_identity,
    read_sealed,
    write_sealed,
)
from tracking.store.database import Database
from tracking.store.tables import metadata

Cells = list[list[str]]

CONSENTS = {"consent_follow_up": "ja", "consent_contact": "ja"}
FILES: dict[ImportKind, Cells] = {
    ImportKind.SPELLS: [
        ["Deltagare", "Födelseår", "Kön", "Startdatum", "Remittent", "Samtycke till uppföljning",
         "Samtycke till kontakt efteråt", "Tid i offentlig försörjning före", "Steg vid start",
         "Slutdatum", "Avslutsanledning", "Fullföljt eller avbrutet"],
        ["A1", "1990", "Kvinna", "2026-01-12", "Kommun", "Ja", "Ja", "14", "1", "", "", ""],
        ["A2", "85", "man", "12/1 -25", "Region", "ja", "nej", "2–5 år", "2", "2025-06-30",
         "Arbete", "fullföljt"],
    ],
    ImportKind.RATINGS: [
        ["Deltagare", "Datum", "Form", "Närvaro", "ORS Individuellt", "ORS Nära relationer",
         "ORS Socialt", "ORS Allmänt", "SRS total", "G-SRS ifylld"],
        ["ST-0001", "2026-01-20", "enskilt", "närvarande", "4,5", "5", "3,2", "4,0", "31,5", ""],
        ["ST-0001", "2026-02-20", "telefon", "uteblev", "", "", "", "", "", ""],
    ],
    ImportKind.SITUATIONS: [
        ["Deltagare", "Tillfälle", "Datum", "Försörjning", "Arbetar", "Arbete, procent",
         "Studerar", "Studier, procent", "Söker arbete", "Inskriven hos Arbetsförmedlingen"],
        ["ST-0001", "start", "2025-09-01", "Försörjningsstöd, sjukpenning", "nej", "", "nej", "",
         "ja", "ja"],
        ["ST-0001", "avslut", "2026-01-20", "ingen", "ja", "50", "vet ej", "", "nej", "nej"],
    ],
    ImportKind.STEPS: [
        ["Deltagare", "Tillfälle", "Datum", "Steg"],
        ["ST-0001", "", "2026-01-20", "2"],
        ["ST-0001", "", "2026-02-20", "Arbetslivsinriktad rehabilitering i samverkan"],
    ],
    ImportKind.FOLLOW_UPS: [
        ["Deltagare", "Månader efter avslut", "Resultat", "Datum", "Sätt", "Försörjning",
         "Arbetar", "Studerar"],
        ["ST-0001", "6", "genomförd", "2026-03-01", "telefon", "ingen", "ja", "nej"],
        ["ST-0001", "12 månader", "ej nådd", "2026-03-02", "", "", "", ""],
    ],
    ImportKind.HISTORY: [
        ["År", "Mått", "Kön", "Antal", "Av", "Definition", "Källa"],
        ["2019", "I arbete vid avslut", "kvinnor", "12", "40", "Avslutade under året", "SUS"],
        ["2020", "I arbete vid avslut", "män", "9", "31", "Avslutade under året", "SUS"],
    ],
}  # fmt: skip
"""A right file of each kind; earlier years' figures from SUS are the last."""
FIGURES = {
    FigureKind.YEAR_EQUIVALENTS: "Kommun;Ersättning;Kön;2024M01;2024M02\n"
    "Testby;Sjukpenning;Totalt;120,5;118\nTestby;Sjukpenning;Kvinnor;70;..\n",
    FigureKind.INDICATORS: "Grupp;Indikator;n;Andel;År\nDeltagare;1;40;0,85;2025\n"
    "Deltagare;2;38;0,6;2025\n",
    FigureKind.SUPPORT_MEASURE: "Kommun;Grupp;Kön;Period;Värde\nTestby;Ohälsa;Män;2025-H1;210\n"
    "Testby;Ohälsa;Kvinnor;jan-jun 2025;190\n",
}
TODAY = date(2026, 3, 16)


def _csv_of(cells: Cells) -> bytes:
    return "".join(";".join(row) + "\r\n" for row in cells).encode("utf-8-sig", "surrogatepass")


@cache
def _workbook(kind: ImportKind) -> bytes:
    return a_workbook(FILES[kind])


def _spoiled_cells(dice: random.Random, right: Cells) -> Cells:
    """A cell or a few are something else, moved, doubled or gone; now and then a heading."""
    made = [list(row) for row in right]
    for _ in range(dice.choice((1, 1, 2, 5))):
        row = made[0 if dice.random() < 0.15 else dice.randrange(1, len(made))]
        place, what = dice.randrange(len(row)), dice.random()
        if what < 0.6:
            row[place] = scrap(dice).replace("\n", " ").replace(";", ",")
        elif what < 0.7:
            row[place] += dice.choice(SCRAPS).replace("\n", " ")
        elif what < 0.85:
            other = dice.randrange(len(row))
            row[place], row[other] = row[other], row[place]
        elif what < 0.95:
            row.insert(place, dice.choice(row))
        elif len(row) > 2:
            del row[place]
    return made


def _spoiled_workbook(dice: random.Random, right: bytes) -> bytes:
    """The parts of an Excel file, one of them spoiled inside a whole archive; or the archive."""
    if dice.random() < 0.4:
        return spoiled_bytes(dice, right)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(right)) as old, zipfile.ZipFile(made, "w") as new:
        # What the cells say is most of what there is to read.
        parts = old.namelist()
        spoil = dice.choice([*parts, *[p for p in parts if "sheet1" in p or "shared" in p] * 3])
        for name in parts:
            content = old.read(name)
            new.writestr(name, spoiled_bytes(dice, content) if name == spoil else content)
    return made.getvalue()


def _mapped(dice: random.Random, table: Table, kind: ImportKind | None) -> Mapping:
    """As it is proposed, with what the reader said for all rows."""
    proposed = propose_mapping(table, kind=kind)
    said = {name: scrap(dice) if dice.random() < 0.1 else word for name, word in CONSENTS.items()}
    constants = {
        name: word for name, word in said.items() if name not in {c.field for c in proposed.columns}
    }
    return Mapping(
        proposed.kind,
        proposed.columns,
        constants if proposed.kind is ImportKind.SPELLS else {},
        proposed.unit,
    )


def _read_rows(dice: random.Random, content: bytes, name: str, kind: ImportKind | None) -> None:
    """Everything before the database. Raises what the first faulty row says."""
    for table in read_workbook(content, name=name).tables:
        mapping = _mapped(dice, table, kind)
        for record in Reader(table, mapping, _words(), TODAY).records():
            if isinstance(record, FaultyRow):
                raise record


def _a_file_of(kind: ImportKind) -> Callable[[random.Random], None]:
    def read(dice: random.Random) -> None:
        if dice.random() < 0.3:
            content = spoiled_bytes(dice, _csv_of(FILES[kind]))
        else:
            content = _csv_of(_spoiled_cells(dice, FILES[kind]))
        _read_rows(dice, content, "fil.csv", kind if dice.random() < 0.7 else None)

    return read


def _excel(dice: random.Random) -> None:
    kind = dice.choice(list(FILES))
    _read_rows(dice, _spoiled_workbook(dice, _workbook(kind)), "fil.xlsx", None)


def _figures(dice: random.Random) -> None:
    kind = dice.choice(list(FIGURES))
    right = [line.split(";") for line in FIGURES[kind].splitlines()]
    if dice.random() < 0.5:
        content = spoiled_bytes(dice, FIGURES[kind].encode())
    else:
        content = _csv_of(_spoiled_cells(dice, right))
    reading = read_figures(content, "tal.csv", kind)
    if reading.faults:
        raise RuleBroken(reading.faults[0].why)


# -- on a förbund --------------------------------------------------------------------------


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="stegvis-malformed-")


@cache
def _world() -> World:
    """A förbund with one who takes part, which no malformed file may change."""
    with standing_still():
        world = a_world(Database.open(f"sqlite:///{Path(_folder().name).as_posix()}/f.db"))
        a_spell(world)
    return world


@cache
def _words() -> Vocabulary:
    world = _world()
    return import_vocabulary(world.database, world.worker, world.insats_id)


_COUNTED = " UNION ALL ".join(
    f"SELECT '{name}', count(*) FROM \"{name}\""
    for name in sorted(metadata.tables)
    if not name.startswith("access_log")
)


def _rows(world: World) -> list[tuple[str, int]]:
    with world.database.reading() as session:
        return [(name, number) for name, number in session.execute(text(_COUNTED))]


def _import(dice: random.Random) -> None:
    """Tried against what is stored, and done though rows are refused: nothing is stored."""
    world, kind = _world(), dice.choice(list(FILES))
    content = _csv_of(_spoiled_cells(dice, FILES[kind]))
    with standing_still():
        before = _rows(world)
        try:
            (table,) = read_workbook(content, name="fil.csv").tables
            plan = dry_run(table, _mapped(dice, table, kind), world.worker,
                           insats_id=world.insats_id)  # fmt: skip
            if plan.refused:
                apply(plan, world.worker)
        finally:
            assert _rows(world) == before, "a file that was refused left rows"


# -- other files ---------------------------------------------------------------------------

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><title>Logotyp</title>'
    b'<defs><linearGradient id="a"><stop offset="0" stop-color="#123"/></linearGradient></defs>'
    b'<g fill="url(#a)"><path d="M0 0h90v40z"/><circle cx="9" cy="9" r="4"/></g></svg>'
)


def _logotype(dice: random.Random) -> None:
    checked_logotype(spoiled_bytes(dice, dice.choice((SVG, a_png()))))


@cache
def a_png() -> bytes:
    import struct
    import zlib

    def chunk(name: bytes, content: bytes) -> bytes:
        sealed = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + sealed

    row = b"\x00" + bytes(range(240)) * 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 160, 90, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 90))
        + chunk(b"IEND", b"")
    )


@cache
def _backup() -> tuple[bytes, Opener]:
    private, public = new_identity()
    inside = Path(_folder().name) / "inside.db"
    inside.write_bytes(random.Random(1).randbytes(3000))
    manifest = Manifest(
        "sqlite", "0001", None, "2026-03-16T09:30:00+00:00", "1", {"spell": (1, "")}
    )
    made = io.BytesIO()
    write_sealed(made, Lock(recipients=(public,)), packer(inside, manifest, None))
    return made.getvalue(), Opener(identities=identities_in(private))


def _a_backup(dice: random.Random) -> None:
    right, opener = _backup()
    with tempfile.TemporaryDirectory(dir=_folder().name) as kept:
        folder = Path(kept)
        file = folder / "backup.tar"
        file.write_bytes(spoiled_bytes(dice, right))
        read_sealed(file, opener, unpacker(folder))
        Manifest.read(folder / "manifest.json")


FILE_PARSERS: dict[str, Callable[[random.Random], None]] = {
    **{f"a CSV file of {kind.value.replace('_', ' ')}": _a_file_of(kind) for kind in FILES},
    "an Excel file": _excel,
    "a file of figures": _figures,
    "an import into a förbund": _import,
    "a logotype": _logotype,
    "a backup": _a_backup,
}
