"""A report as data, before any format: sections with a finding, words, tables, targets, charts.

Whatever a format shows stands in these objects, so a number cannot differ between Word, PDF,
Excel and the web page. How they are filled is `tracking.reports.content`; how an adopted one is
frozen and read back is `tracking.reports.snapshot`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracking.domain.figures import Table, TargetResult
from tracking.domain.periods import Period
from tracking.domain.report_identity import Licence
from tracking.outcomes.releasing.shapes import ReleasedTarget


class ChartKind(StrEnum):
    """How a table, or the targets of a section, is drawn."""

    BULLETS = "bullets"
    """The section's targets: outcome or range, target line, interval, verdict in words."""

    BARS = "bars"
    """A table's rows as bars from zero, one bar per chosen column; a hidden cell is hatched."""

    LINES = "lines"
    """Rows are periods in order, each chosen column a line from zero; hidden cells are gaps."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. It never holds a number of its own: it draws cells of a table beside it.

    ``title`` is the finding, ``subtitle`` population, period and base, ``alt`` the text
    alternative. ``table_key`` names a table of the same section (None for BULLETS) and
    ``columns`` which of its columns are drawn.
    """

    key: str
    kind: ChartKind
    title: str
    subtitle: str
    alt: str
    table_key: str | None = None
    columns: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its heading, the finding in a sentence, and what carries it.

    ``words`` are generated sentences; ``own_text`` is the staff's, paragraphs parted by an
    empty line, always plain text.
    """

    key: str
    heading: str
    finding: str
    tables: tuple[Table, ...] = ()
    targets: tuple[TargetResult | ReleasedTarget, ...] = ()
    words: tuple[str, ...] = ()
    own_text: str = ""
    charts: tuple[Chart, ...] = ()

    def table(self, key: str) -> Table:
        """Return the section's table of that key. Raises `KeyError`."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Identity:
    """How the förbund looks on paper: name, colour (``#rrggbb``), logotype (PNG or SVG), and on
    which terms the tables are given away as open data.
    """

    name: str
    colour: str = "#00507f"
    logotype: bytes | None = None
    logotype_alt: str = ""
    licence: Licence = Licence.CC0


@dataclass(frozen=True, slots=True)
class Adoption:
    """That the report was adopted: the day, the paragraph of the minutes, the checksum."""

    on: date
    paragraph: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report. ``marking`` stands on every page; None when the content is released.

    ``adoption`` is None for a draft and for working papers, and the formats then say *utkast*
    or *arbetsrapport*; ``code_version`` is the program that counted.
    """

    title: str
    subtitle: str
    period: Period
    made_at: datetime
    made_by: str
    sections: tuple[Section, ...]
    marking: str | None
    identity: Identity | None = None
    adoption: Adoption | None = None
    code_version: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table in order."""
        return tuple(table for section in self.sections for table in section.tables)

    @property
    def targets(self) -> tuple[TargetResult | ReleasedTarget, ...]:
        """Every target in order."""
        return tuple(target for section in self.sections for target in section.targets)
