"""A chart and its table as files: PNG, SVG and CSV, with the marks that each has to bear.

The picture is made in the browser of what is drawn there; the CSV is made here from the same
`Table`. That a file was taken is written in the access log by what the page gives as
``on_taken``. What is drawn is not known here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.swedish import cell_text
from tracking.ui.components.made import component
from tracking.ui.components.reception import asset
from tracking.ui.report_downloads import file_stem

_COMPONENT = component(
    "stegvis_chart_files",
    html=asset("chart_files.html"),
    css=asset("chart_files.css"),
    js=asset("block_picture.js", "chart_files.js"),
    # Its colours are the page's own.
    isolate_styles=False,
)
KINDS = ("png", "svg", "csv")
TOLD = "stegvis::files-told"
PAGE = "files"
"""The key of the element that serves all buttons of a page."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A table as the lines of a file: its name, and the rest, between which a mark is put."""

    key: str
    head: str
    rest: str

    @classmethod
    def of(cls, table: Table) -> Lines:
        """Write a table out; see `table_csv`."""
        head = [[_as_text(line)] for line in (table.title, table.population, table.period.label)]
        return cls(table.key, _csv(head), _csv(_lines_of(table)))

    def marked(self, lines: Sequence[str]) -> str:
        """The file, with ``lines`` after the table's name."""
        return f"{self.head}{_csv([[_as_text(line)] for line in lines])}{self.rest}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A chart and its table to be taken as files: the finding, the chart's key, who is counted,
    and the text alternative; without a chart, or without a table, only the other is offered.
    """

    title: str
    chart: str | None
    base: str = ""
    alt: str = ""
    lines: Lines | None = None

    @property
    def key(self) -> str:
        """What tells it apart on its page."""
        return self.chart or (self.lines.key if self.lines else self.title)

    @property
    def html(self) -> str:
        """Its buttons, which `Files.place` serves."""
        kinds = [kind for kind in KINDS if (self.lines if kind == "csv" else self.chart)]
        title = escape(self.title)
        buttons = "".join(
            f'<button type="button" data-kind="{kind}" aria-label="{kind.upper()}, {title}">'
            f"{kind.upper()}</button>"
            for kind in kinds
        )
        return (
            f'<p class="stegvis-files" role="group" aria-label="Filer: {title}" '
            f'data-offer="{escape(self.key)}"><span>Hämta</span>{buttons}'
            '<span role="status"></span></p>'
        )


@dataclass(frozen=True, slots=True)
class Files:
    """What the files of a page say of themselves, and who is told that one was taken.

    ``lines`` stand in every file: for the insats zone *INTERNT – ej röjandekontrollerad*, time
    and account; for the förbund zone which release it is. ``on_taken`` gets the kind and title.
    """

    lines: tuple[str, ...]
    name: str
    on_taken: Callable[[str, str], None]

    def of(
        self, title: str, *, chart: str | None, base: str = "", alt: str = "", table: Table | None
    ) -> None:
        """Offer the chart whose element has the key ``chart``, and its table, as files."""
        key = f"files::{chart or (table.key if table else title)}"

        def taken() -> None:
            for one in _untold(st.session_state[key].taken):
                kind = one.partition(" ")[0]
                if kind in KINDS:
                    self.on_taken(kind, title)

        _COMPONENT(
            key=key,
            data={
                "chart": chart,
                "title": title,
                "base": base,
                "alt": alt,
                "csv": "" if table is None else table_csv(table, self.lines),
                "notes": list(self.lines),
                "file": file_stem(f"{self.name} {title}"),
            },
            on_taken_change=taken,
        )

    def place(self, offers: Sequence[Offer]) -> None:
        """Serve the buttons of every `Offer.html` on the page; drawn once, after all of them.

        One element for a whole page: each costs the server time at every rerun, and more with
        every choice that stands on the page.
        """

        def taken() -> None:
            for one in _untold(st.session_state[PAGE].taken):
                kind, _, rest = one.partition(" ")
                place = rest.partition(" ")[0]
                if kind in KINDS and place.isdecimal() and int(place) < len(offers):
                    self.on_taken(kind, offers[int(place)].title)

        _COMPONENT(
            key=PAGE,
            data={
                "offers": {
                    one.key: {
                        "place": place,
                        "chart": one.chart,
                        "title": one.title,
                        "base": one.base,
                        "alt": one.alt,
                        "head": "" if one.lines is None else one.lines.head,
                        "rest": "" if one.lines is None else one.lines.rest,
                        "file": file_stem(f"{self.name} {one.title}"),
                    }
                    for place, one in enumerate(offers)
                },
                "marks": _csv([[_as_text(line)] for line in self.lines]),
                "notes": list(self.lines),
            },
            on_taken_change=taken,
        )


def _untold(told: object) -> list[str]:
    """What was taken and has not been told before.

    Of two that the browser tells within one rerun only the later arrives, so it tells the latest
    ones again each time.
    """
    seen: set[str] = st.session_state.setdefault(TOLD, set())
    new = [one for one in str(told or "").split("|") if one and one not in seen]
    seen.update(new)
    return new


def table_csv(table: Table, lines: Sequence[str]) -> str:
    """A table as CSV with semicolons, as a Swedish Excel opens it; ``lines`` stand first.

    A share has its count and its base in columns of their own, so that the numbers can be
    computed with; a hidden cell says so in words. Text that a program would take for a formula
    is kept as text.
    """
    return Lines.of(table).marked(lines)


def _lines_of(table: Table) -> list[list[str]]:
    shares = [
        any(row.cells[place].kind is CellKind.SHARE for row in table.rows)
        for place in range(len(table.columns))
    ]
    head = [table.row_heading]
    for name, divided in zip(table.columns, shares, strict=True):
        head += [name, f"{name}, bas"] if divided else [name]
    found = [[_as_text(name) for name in head]]
    for row in table.rows:
        cells = [row.label]
        for cell, divided in zip(row.cells, shares, strict=True):
            cells.append(_number(cell))
            if divided:
                cells.append("" if cell.base is None else str(cell.base))
        found.append([_as_text(cell) for cell in cells])
    for note in (table.definition, *table.notes, table.thresholds or ""):
        if note:
            found.append([_as_text(note)])
    return found


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _number(cell: Cell) -> str:
    """The cell as a number that a program reads, or the words that stand in its place."""
    if cell.kind in (CellKind.COUNT, CellKind.SHARE):
        return str(cell.count)
    if cell.kind is CellKind.NUMBER and cell.value is not None:
        return f"{cell.value:.{cell.decimals}f}".replace(".", ",")
    if cell.kind is CellKind.EMPTY:
        return ""
    return cell_text(cell)


def _as_text(text: str) -> str:
    return f"'{text}" if re.match(r"[=+@\t\r]|-(?!\d)", text) else text
