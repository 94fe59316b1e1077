"""Excel's workbooks, row by row: never more of a sheet in memory than one row."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any, BinaryIO

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from tracking.exchange.importing.shapes import (
    FORMULA,
    MOST_COLUMNS,
    MOST_TEXT,
    Cell,
    FileRefused,
    Merged,
    Row,
)

Opened = Callable[[], AbstractContextManager[BinaryIO]]

_FAULTS = (
    InvalidFileException,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,  # of XML, whichever reader finds it
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ArithmeticError,
    OSError,  # how the reader says that no part of the file is a workbook
    RuntimeError,  # a way of packing that is not known
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Sheet:
    """A sheet of cells: what it is called and which part of the file it is."""

    title: str
    part: str


@dataclass(frozen=True)
class Book:
    """The sheets, and day 0 of the file's serial numbers (1900 or 1904)."""

    sheets: tuple[Sheet, ...]
    epoch: datetime


def _load(file: BinaryIO) -> Any:
    with warnings.catch_warnings():
        # What Excel keeps beside the cells (rules, pictures) is nothing to be told about.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)


def _broken() -> FileRefused:
    return FileRefused("broken", "Arbetsboken är skadad och kan inte läsas. Spara den på nytt.")


def open_book(opened: Opened) -> Book:
    """Which sheets there are. Raises `FileRefused` when it is no workbook."""
    with opened() as file:
        try:
            with closing(_load(file)) as book:
                sheets = tuple(Sheet(ws.title, ws._worksheet_path) for ws in book.worksheets)
                return Book(sheets, book.epoch)
        except _FAULTS:
            raise _broken() from None


def rows(opened: Opened, sheet: Sheet) -> Iterator[Row]:
    """Every row of a sheet. Raises `FileRefused` where it cannot be read."""
    with opened() as file:
        number = 0
        try:
            with closing(_load(file)) as book:
                page = book[sheet.title]
                # What the sheet says of its own size may be anything.
                page.reset_dimensions()
                for number, cells in enumerate(page.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
                    yield number, tuple(_value(cell) for cell in cells)
        except _FAULTS:
            raise FileRefused(
                "broken", f"Arbetsboken går inte att läsa efter rad {number}.", row=number
            ) from None


def _value(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f" or type(value).__name__ in ("ArrayFormula", "DataTableFormula"):
        return FORMULA
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | bool | int | float):
        return value
    if isinstance(value, time | timedelta):
        return "tid"
    text = str(value).strip()
    return text[:MOST_TEXT] or None


def merged_cells(opened: Opened, part: str) -> list[Merged]:
    """The merged cells of a sheet; they stand after its rows, and the reader skips them.

    Raises `FileRefused` where the sheet cannot be read.
    """
    try:
        with opened() as file, zipfile.ZipFile(file) as archive:
            if part not in archive.namelist():
                return []
            with archive.open(part) as opened_part:
                return list(_merged(opened_part))
    except _FAULTS:
        raise _broken() from None


def _merged(part: IO[bytes]) -> Iterator[Merged]:
    kept = b""
    while chunk := part.read(_CHUNK):
        text = kept + chunk
        end = 0
        for match in _MERGED.finditer(text):
            left, top, right, bottom = range_boundaries(match[1].decode())
            if None not in (left, top, right, bottom):
                yield Merged(int(top), int(bottom), int(left), int(right))
            end = match.end()
        kept = text[max(end, len(text) - 200) :]
