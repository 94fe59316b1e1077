"""A file as rows and cells, whatever it was: what the readers give and the rest works on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from tracking.domain.errors import StegvisError

MOST_COLUMNS = 250
MOST_SHEETS = 50
MOST_TEXT = 2000
"""Characters in one cell; more is no value of ours."""


class FileRefused(StegvisError):
    """A file that cannot be used at all: ``row`` is its row where there is one.

    ``why`` is a word of the code for the log. Neither it nor the sentence repeats anything
    that stood in the file.
    """

    def __init__(self, why: str, sentence: str, *, row: int | None = None) -> None:
        super().__init__(sentence, field="file")
        self.why = why
        self.row = row


class PersonalData(FileRefused):
    """The file holds what looks like names or personal identity numbers."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula, which is never computed."""


FORMULA = Formula()

Cell = None | str | bool | int | float | date | Formula
Row = tuple[int, tuple[Cell, ...]]
"""The file's row number, from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A rectangle of merged cells, in numbers from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class Table:
    """One sheet: its headings, a sample, and its rows as often as they are asked for.

    ``from_text`` says that its rows were parted by a sign between the values. ``hashed`` gives
    the file's checksum as it is now. ``epoch`` is day 0 of Excel's serial numbers in this file.
    Nothing of the rows is kept but the sample; `rows` reads the file again.
    """

    name: str
    headings: tuple[str, ...]
    first_row: int
    row_count: int
    sample: tuple[Row, ...]
    file_hash: str
    read: Callable[[], Iterator[Row]] = field(repr=False)
    hashed: Callable[[], str] = field(repr=False)
    epoch: datetime | None = None
    from_text: bool = False

    def rows(self) -> Iterator[Row]:
        """Every row below the headings that has anything in it."""
        for number, cells in self.read():
            if number >= self.first_row and any(cell is not None for cell in cells):
                yield number, cells


@dataclass(frozen=True)
class Workbook:
    """The sheets of a file that hold a table."""

    tables: tuple[Table, ...]
    file_hash: str

    def table(self, name: str | None = None) -> Table:
        """The sheet of that name, or the first. Raises `FileRefused` when there is none."""
        for table in self.tables:
            if name is None or table.name == name:
                return table
        raise FileRefused("no_sheet", "Bladet finns inte i filen.")


def column_letter(index: int) -> str:
    """A column as Excel names it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
