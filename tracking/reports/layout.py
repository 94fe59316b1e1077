"""A report laid out as texts: what every format for reading prints, in the same order and words.

Here the content gets its numbers for tables and figures, its captions, its columns' widths, its
status and its closing facts. Word, PDF and the web page only set what they are given; Excel and
open data, which are for computing, take the numbers from the content itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracking.domain import clock
from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.swedish import cell_text, whole
from tracking.domain.wording import capitalised
from tracking.reports.column_widths import Columns, columns_of
from tracking.reports.drawing import Drawing, draw
from tracking.reports.drawing.svg import PRIMARY
from tracking.reports.plain_text import cleaned, paragraphs, shortened
from tracking.reports.shapes import Chart, ChartKind, Identity, ReportContent, Section
from tracking.reports.target_rows import HEADINGS, NOTHING, OUTCOME, outcome_cell, target_row

DRAFT, WORKING_PAPER, ADOPTED = "Utkast", "Arbetsrapport", "Fastställd"
INTERNAL = "INTERNT"
"""What the marking of the insats zone begins with."""
TARGETS_TITLE = "Mål, utfall och bedömning"
OWN_HEADING = "Verksamhetens kommentar"
NO_ROWS = "Tabellen har inga rader."

LONGEST_RUNNING = 110
"""Signs of the title at the foot of a page; the whole stands on the first page."""
_KINDS = {
    ChartKind.BULLETS: "Diagram med en stapel eller punkt per mål och ett streck för målnivån.",
    ChartKind.BARS: "Stapeldiagram med liggande staplar; dolda tal är streckade.",
    ChartKind.LINES: "Linjediagram över perioder; dolda tal är streckade.",
}
_LETTERS = 0.55
"""The least share of letters in words that are to be heard as language."""
NUMBERS = frozenset({CellKind.COUNT, CellKind.SHARE, CellKind.NUMBER, CellKind.HIDDEN})
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_READABLE = 4.5


@dataclass(frozen=True, slots=True)
class LaidRow:
    """A row as texts, heading first. ``hidden`` are the places of cells that are hidden."""

    texts: tuple[str, ...]
    emphasis: bool = False
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LaidTable:
    """A table with its number in the report.

    ``numeric`` says which columns are set to the right, ``columns`` how they share the room and
    ``by_gender`` which are those of kvinnor and män beside a total. ``source`` is the table
    itself; None for the table of targets.
    """

    number: int
    title: str
    about: str
    headings: tuple[str, ...]
    rows: tuple[LaidRow, ...]
    numeric: tuple[bool, ...]
    columns: Columns
    notes: tuple[str, ...]
    by_gender: frozenset[int] = frozenset()
    source: Table | None = None

    @property
    def caption(self) -> str:
        """The caption in one line, without the number."""
        return f"{self.title}, {self.about}" if self.about else self.title


@dataclass(frozen=True, slots=True)
class LaidFigure:
    """A chart with its number; more than one drawing where it is longer than a page."""

    number: int
    chart: Chart
    drawings: tuple[Drawing, ...]
    table_number: int

    @property
    def alt(self) -> str:
        """The text alternative: what kind of chart it is, and what it tells.

        A long row of numbers is heard better in the table, which stands right after.
        """
        chart = self.chart
        told = f"{_KINDS[chart.kind]} {chart.alt or chart.title}"
        letters = sum(sign.isalpha() for sign in told)
        if letters >= _LETTERS * len(told):
            return told
        return " ".join((_KINDS[chart.kind], f"{chart.title}.", f"{chart.subtitle}.", self.pointer))

    @property
    def pointer(self) -> str:
        """Where the figure's numbers stand as a table."""
        return f"Siffrorna står i tabell {self.table_number}."


@dataclass(frozen=True, slots=True)
class LaidGroup:
    """A table with the charts that draw it, charts first."""

    figures: tuple[LaidFigure, ...]
    table: LaidTable


@dataclass(frozen=True, slots=True)
class LaidSection:
    """A section as it is printed. ``own_heading`` is empty where the words are all there is."""

    anchor: str
    heading: str
    finding: str
    words: tuple[str, ...]
    groups: tuple[LaidGroup, ...]
    target_sentences: tuple[str, ...]
    own_heading: str
    own_text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report as it is printed. ``facts`` close it: name and text in pairs.

    ``running_title`` stands at the foot of every page, and ``page_mark`` on top: *Utkast*, when
    and where it was adopted, or the marking. ``colour`` is the förbund's own where it can be
    read on white.
    """

    content: ReportContent
    organisation: str
    colour: str
    status: str
    page_mark: str
    running_title: str
    sections: tuple[LaidSection, ...]
    facts: tuple[tuple[str, str], ...]


def lay_out(content: ReportContent) -> Paper:
    """Return the content laid out, every text of it plain."""
    content = cleaned(content)
    colour = own_colour(content.identity)
    tables, figures = _Counter(), _Counter()
    return Paper(
        content=content,
        organisation=content.identity.name if content.identity else "",
        colour=colour,
        status=status(content),
        page_mark=page_mark(content),
        running_title=shortened(f"{content.title}, {content.period.label}", LONGEST_RUNNING),
        sections=tuple(
            _section(section, f"avsnitt-{number}", colour, tables, figures)
            for number, section in enumerate(content.sections, start=1)
        ),
        facts=facts(content),
    )


def status(content: ReportContent) -> str:
    """What the paper is, in one word."""
    if content.adoption is not None:
        return ADOPTED
    internal = content.marking is not None and content.marking.startswith(INTERNAL)
    return WORKING_PAPER if internal else DRAFT


def page_mark(content: ReportContent) -> str:
    """What every page says of itself."""
    if content.adoption is None:
        return content.marking or f"{DRAFT}, inte fastställd"
    adopted = (
        f"{ADOPTED} {content.adoption.on.isoformat()}, {content.adoption.paragraph}, "
        f"kontrollsumma {content.adoption.sha256[:12]}"
    )
    return f"{content.marking} · {adopted}" if content.marking else adopted


def facts(content: ReportContent) -> tuple[tuple[str, str], ...]:
    """How the paper came about, in pairs of name and text."""
    moment = content.made_at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    told = [
        ("Period", f"{content.period.label} ({content.period.start}–{content.period.end})"),
        ("Status", status(content)),
        ("Underlag", f"{content.made_by}, {moment}"),
    ]
    if content.adoption is not None:
        told[1:2] = [
            (ADOPTED, f"{content.adoption.on.isoformat()}, {content.adoption.paragraph}"),
            ("Kontrollsumma (SHA-256)", content.adoption.sha256),
        ]
    if content.code_version:
        told.append(("Programversion", f"Stegvis {content.code_version}"))
    if content.marking:
        told.append(("Märkning", content.marking))
    return tuple(told)


def logotype_words(identity: Identity) -> str:
    """The text alternative of the logotype."""
    return identity.logotype_alt or f"Logotyp för {identity.name}"


def own_colour(identity: Identity | None) -> str:
    """The förbund's colour, or ours where it is none or too pale for words on white."""
    if identity is None or not _COLOUR.fullmatch(identity.colour):
        return PRIMARY
    return identity.colour if _contrast_on_white(identity.colour) >= _READABLE else PRIMARY


def _contrast_on_white(colour: str) -> float:
    """WCAG 2's contrast ratio of a colour against white, 1–21."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


class _Counter:
    """The next number of a table or a figure."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _section(
    section: Section, anchor: str, colour: str, tables: _Counter, figures: _Counter
) -> LaidSection:
    drawable = {table.key for table in section.tables}
    if missing := {c.table_key for c in section.charts if c.table_key} - drawable:
        raise KeyError(f"{section.key}: charts of tables that are not there: {missing}")
    groups = []
    waiting = list(section.charts)
    for table in (*section.tables, *([None] if section.targets else [])):
        number = tables.next()
        laid = _targets_table(section, number) if table is None else _table(table, number)
        key = None if table is None else table.key
        drawn = []
        # A chart stands once, before the first table of its key.
        for chart in [each for each in waiting if each.table_key == key]:
            waiting.remove(chart)
            at = figures.next()
            drawings = draw(chart, section, key=f"figur-{at}", colour=colour)
            drawn.append(LaidFigure(at, chart, drawings, number))
        groups.append(LaidGroup(tuple(drawn), laid))
    own = paragraphs(section.own_text)
    made = bool(section.finding or section.words or groups)
    return LaidSection(
        anchor=anchor,
        # A heading of nothing but spaces would be a heading that nobody can hear.
        heading=section.heading.strip() or f"Avsnitt {anchor.rpartition('-')[2]}",
        finding=section.finding,
        words=section.words,
        groups=tuple(groups),
        target_sentences=tuple(f"{t.wording}. {t.sentence}" for t in section.targets),
        own_heading=OWN_HEADING if own and made else "",
        own_text=own,
    )


def _table(table: Table, number: int) -> LaidTable:
    headings = (capitalised(table.row_heading), *(capitalised(name) for name in table.columns))
    rows = tuple(
        LaidRow(
            (row.label, *map(cell_text, row.cells)),
            row.emphasis,
            frozenset(
                at for at, cell in enumerate(row.cells, start=1) if cell.kind is CellKind.HIDDEN
            ),
        )
        for row in table.rows
    )
    numeric = (
        False,
        *(all(_is_number(row.cells[at]) for row in table.rows) for at in range(len(table.columns))),
    )
    funnel = " → ".join(
        f"{step.label}: {'dolt' if step.count is None else whole(step.count)}"
        for step in table.funnel
    )
    notes = (NO_ROWS if not rows else "", funnel, table.definition, table.thresholds, *table.notes)
    return LaidTable(
        number=number,
        title=table.title,
        about=f"{table.population}, {table.period.label}",
        headings=headings,
        rows=rows,
        numeric=numeric,
        columns=columns_of(headings, [row.texts for row in rows]),
        notes=tuple(note for note in notes if note),
        by_gender=gender_columns(table),
        source=table,
    )


def gender_columns(table: Table) -> frozenset[int]:
    """The columns of kvinnor and män, where the table has a total beside them (1 is the first)."""
    words = [set(re.findall(r"\w+", name.casefold())) for name in table.columns]
    if not any("totalt" in each for each in words):
        return frozenset()
    return frozenset(at for at, each in enumerate(words, start=1) if each & {"kvinnor", "män"})


def _targets_table(section: Section, number: int) -> LaidTable:
    texts = [target_row(target) for target in section.targets]
    # What nothing is said of in any row is no column: chance and bounds of released targets.
    kept = [at for at in range(len(HEADINGS)) if any(row[at] != NOTHING for row in texts)]
    headings = tuple(HEADINGS[at] for at in kept)
    rows = tuple(
        LaidRow(
            tuple(row[at] for at in kept),
            hidden=frozenset(
                place
                for place, at in enumerate(kept)
                if at == OUTCOME and outcome_cell(target).kind is CellKind.HIDDEN
            ),
        )
        for row, target in zip(texts, section.targets, strict=True)
    )
    return LaidTable(
        number=number,
        title=TARGETS_TITLE,
        about="",
        headings=headings,
        rows=rows,
        numeric=(False,) * len(headings),
        columns=columns_of(headings, [row.texts for row in rows]),
        notes=(),
    )


def _is_number(cell: Cell) -> bool:
    return cell.kind in NUMBERS or cell.kind is CellKind.EMPTY
