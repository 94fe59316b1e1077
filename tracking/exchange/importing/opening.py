"""What a file really is, and whether it is safe to open. Nothing in it is trusted before.

`read_workbook` is the way in for a path or for bytes: every sheet with a table, read through
once so that what must not be in the file is found before anything is done with it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from tracking.exchange.importing import csv_files, excel, guard, headings
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.shapes import (
    MOST_COLUMNS,
    MOST_SHEETS,
    FileRefused,
    Merged,
    Table,
    Workbook,
)

SAMPLE = 200
LOOKED_AT_FOR_HEADINGS = 15
MOST_UNPACKED = 1_500_000_000
MOST_RATIO = 200
MOST_SHARED_TEXT = 150_000_000
MOST_PARTS = 2000
SMALL_PART = 1_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


class Source:
    """The file's bytes, opened as often as needed, wherever they are."""

    def __init__(self, where: Path | bytes) -> None:
        self._where = where

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file from its first byte. Raises `FileRefused` when it cannot be read."""
        if isinstance(self._where, bytes):
            yield io.BytesIO(self._where)
            return
        try:
            file = self._where.open("rb")
        except OSError:
            raise FileRefused(
                "unreadable", "Filen kan inte öppnas. Kontrollera sökvägen."
            ) from None
        with file:
            yield file

    def sha256(self) -> str:
        """The file's checksum."""
        digest = hashlib.sha256()
        with self.opened() as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()


def read_workbook(
    path_or_bytes: str | Path | bytes,
    *,
    name: str | None = None,
    words: Collection[str] = (),
) -> Workbook:
    """The sheets of an Excel (.xlsx) or CSV file, each with its headings found.

    ``name`` is what the file is called, where only its bytes are given; a name that says
    another thing than the content is refused. ``words`` are the answers to the insats's own
    questions: a column of them is no column of names. Raises `FileRefused`, or
    `PersonalData` on what looks like personal identity numbers or names, with a sentence and
    where it can a row.
    """
    if isinstance(path_or_bytes, str):
        path_or_bytes = Path(path_or_bytes)
    if name is None and isinstance(path_or_bytes, Path):
        name = path_or_bytes.name
    source = Source(path_or_bytes)
    with source.opened() as file:
        start = file.read(4096)
    if not start:
        raise FileRefused("empty", "Filen är tom.")
    _check_kind(start, name)
    file_hash = source.sha256()
    known_words = frozenset(map(fold, words))
    known: dict[str, Any] = {"file_hash": file_hash, "hashed": source.sha256}
    tables: list[Table] = []
    if start.startswith(_ZIP):
        _check_archive(source)
        book = excel.open_book(source.opened)
        if len(book.sheets) > MOST_SHEETS:
            raise FileRefused("too_many_sheets", f"Filen har fler än {MOST_SHEETS} blad.")
        for sheet in book.sheets:
            merged = excel.merged_cells(source.opened, sheet.part)
            table = _table(
                sheet.title, partial(excel.rows, source.opened, sheet), merged, known_words
            )
            if table is not None:
                tables.append(
                    replace(table, file_hash=file_hash, hashed=source.sha256, epoch=book.epoch)
                )
    else:
        dialect = csv_files.recognise(source.opened)
        table = _table("CSV", partial(csv_files.rows, source.opened, dialect), [], known_words)
        if table is not None:
            tables.append(replace(table, from_text=True, **known))
    if not tables:
        raise FileRefused(
            "no_table",
            "Filen har ingen tabell. En tabell har en rad med rubriker och minst två kolumner.",
        )
    # What tells of nothing known, as a page of instructions, comes after what does.
    tables.sort(key=lambda table: headings.known_headings(table.headings) < 2)
    return Workbook(tuple(tables), file_hash)


def _check_kind(start: bytes, name: str | None) -> None:
    ending = Path(name).suffix.lower() if name else ""
    if ending in (".ods", ".numbers", ".xlsb", ".fods"):
        raise FileRefused(
            "other_program",
            "Filen är sparad i ett format som inte kan läsas. Öppna den i kalkylprogrammet och "
            "spara som Excel-arbetsbok (.xlsx) eller CSV.",
        )
    if ending in (".xlsm", ".xltm"):
        raise FileRefused(
            "macros", "Filer med makron tas inte emot. Spara som Excel-arbetsbok (.xlsx) först."
        )
    if start.startswith(_OLD_OFFICE):
        raise FileRefused(
            "old_excel",
            "Filen är en äldre Excel-fil eller skyddad med lösenord. Öppna den i Excel och spara "
            "som Excel-arbetsbok (.xlsx) utan lösenord.",
        )
    is_zip = start.startswith(_ZIP)
    if is_zip and ending not in ("", ".xlsx"):
        raise FileRefused(
            "not_its_name",
            f"{_called(ending)} men innehåller något annat. Spara den som .xlsx eller .csv från "
            "programmet som gjorde den.",
        )
    if not is_zip and ending == ".xlsx":
        raise FileRefused(
            "not_its_name",
            "Filen heter .xlsx men är ingen Excel-arbetsbok. Öppna den i Excel och spara på nytt.",
        )
    if not is_zip and ending not in ("", ".csv", ".txt", ".tsv"):
        raise FileRefused(
            "unknown_kind", "Filen är av ett slag som inte kan läsas. Använd .xlsx eller .csv."
        )
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not is_zip and plain.startswith((b"<", b"%pdf", b"{\\rtf", b"\x1f\x8b", b"rar!", b"7z\xbc")):
        raise FileRefused(
            "not_its_name",
            "Filen är ingen tabell utan en webbsida eller ett dokument. Spara den som .xlsx.",
        )


def _called(ending: str) -> str:
    """What the file's name says, without repeating more of it than a known sort of ending."""
    known = ending.isascii() and ending[1:].isalnum() and len(ending) < 7
    return f"Filen heter {ending}" if known else "Filen har namn som ett annat slag av fil"


def _check_archive(source: Source) -> None:
    """Sizes as they are declared: Python never unpacks more of a part than it declares."""
    with source.opened() as file:
        try:
            with zipfile.ZipFile(file) as archive:
                parts = archive.infolist()
                names = {part.filename for part in parts}
                if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
                    raise FileRefused(
                        "not_excel", "Filen är ingen Excel-arbetsbok (.xlsx). Spara om den."
                    )
                if any("vbaproject" in name.lower() for name in names):
                    raise FileRefused(
                        "macros", "Filen innehåller makron. Spara som .xlsx utan makron först."
                    )
                _check_sizes(parts)
                for part in parts:
                    if part.filename.endswith((".xml", ".rels")):
                        _check_part(archive, part)
        except zipfile.BadZipFile:
            raise _broken() from None
        except (RuntimeError, OSError, EOFError, ValueError, zlib.error):
            raise _broken() from None


def _broken() -> FileRefused:
    return FileRefused("broken", "Filen är skadad och kan inte läsas. Spara den på nytt i Excel.")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    too_much = len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED
    for part in parts:
        if part.file_size > SMALL_PART:
            too_much |= part.file_size > MOST_RATIO * max(part.compress_size, 1)
        if part.filename.endswith("sharedStrings.xml"):
            too_much |= part.file_size > MOST_SHARED_TEXT
        if part.flag_bits & 1:
            raise FileRefused("locked", "Filen är skyddad med lösenord. Spara den utan lösenord.")
    if too_much:
        raise FileRefused(
            "too_large", "Filen packar upp sig till orimligt mycket och öppnas därför inte."
        )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No document type of its own: that is how a small text is made into an endless one."""
    with archive.open(part) as opened:
        start = opened.read(4096).lower()
    if b"<!doctype" in start or b"<!entity" in start:
        raise FileRefused("not_excel", "Filen är ingen vanlig Excel-arbetsbok och öppnas inte.")
    if part.filename == "[Content_Types].xml" and b"macroenabled" in start:
        raise FileRefused("macros", "Filen innehåller makron. Spara som .xlsx utan makron först.")


def _table(
    name: str, read: headings.Read, merged: list[Merged], words: Collection[str]
) -> Table | None:
    """Find the headings and read the sheet through once: counted, and looked over."""
    first = list(islice(read(), LOOKED_AT_FOR_HEADINGS))
    found = headings.find(first, merged)
    if found is None:
        # Without headings it is no table, but nobody may be in it all the same.
        guard.look_over(name, ["" for _ in range(MOST_COLUMNS)], read(), words=words)
        return None
    if len(found.names) > MOST_COLUMNS:
        raise FileRefused(
            "too_many_columns",
            f"Rad {found.row} har fler än {MOST_COLUMNS} kolumner. Ta bort dem som inte ska läsas.",
            row=found.row,
        )
    for one in merged:
        if one.last_row >= found.first_row:
            raise FileRefused(
                "merged",
                f"Bladet har sammanslagna celler på rad {max(one.first_row, found.first_row)}. "
                "Dela dem i Excel, så att varje cell har sitt eget värde.",
                row=max(one.first_row, found.first_row),
            )
    counted = guard.look_over(
        name, found.names, read(), sample_from=found.first_row, keep=SAMPLE, words=words
    )
    return Table(
        name=name,
        headings=found.names,
        first_row=found.first_row,
        row_count=counted.rows,
        sample=counted.sample,
        file_hash="",
        read=read,
        hashed=str,
    )
