"""A part of a page that is made once and drawn many times: words, charts and their files.

What is made depends on nothing but its key: the data's version, who asks, for what, and the
ground. Words that follow one another become one element, since every element costs the server
time at every rerun. Whoever draws a kept part has asked for permission first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go
import streamlit as st

from tracking.domain.figures import Table
from tracking.ui import charts, shown, tables, tokens
from tracking.ui.chart_files import Files, Lines, Offer


@dataclass(frozen=True, slots=True)
class Words:
    """HTML of our own."""

    html: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart that has been written out, with its text alternative."""

    figure: go.Figure
    alt: str
    key: str


Piece = Words | Picture


@dataclass(slots=True)
class Sheet:
    """What is being made, from the top. ``colours`` and ``look`` are those of the page's ground;
    ``answer`` is the sentence that the page opens with, ``notice`` how whole the data behind it
    are.
    """

    colours: charts.Palette
    look: tokens.Tokens
    answer: str = ""
    notice: str = ""
    pieces: list[Piece] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    def html(self, text: str) -> None:
        """HTML of our own; what is not our own is escaped before it comes here."""
        last = self.pieces[-1] if self.pieces else None
        if isinstance(last, Words):
            self.pieces[-1] = Words(last.html + text)
        else:
            self.pieces.append(Words(text))

    def question(self, words: str) -> None:
        """The heading of a part of the page."""
        self.html(f'<h2 class="stegvis-h2">{escape(words)}</h2>')

    def lead(self, words: str) -> None:
        """A sentence of the ordinary size."""
        self.html(f'<p class="stegvis-lead">{escape(words)}</p>')

    def small(self, words: str) -> None:
        """A definition, a limit or a source."""
        self.html(f'<p class="stegvis-base">{escape(words)}</p>')

    def notes(self, sentences: Iterable[str]) -> None:
        """Several small sentences, closer to each other than to what is around."""
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences if sentence)
        if items:
            self.html(f'<ul class="stegvis-notes">{items}</ul>')

    def found(self, finding: str, base: str = "", *, verdict: str = "") -> None:
        """A chart's title; see `charts.found_html`."""
        self.html(charts.found_html(finding, base, verdict=verdict))

    def chart(self, build: Callable[[charts.Palette], go.Figure], *, alt: str, key: str) -> None:
        """A chart with its text alternative; ``key`` is unique on the page."""
        self.pieces.append(Picture(charts.Written(build(self.colours).to_dict()), alt, key))

    def table(self, table: Table) -> None:
        """A table that stands open."""
        self.html(tables.table_html(table))

    def standing(self, finding: str, table: Table, *, titled: bool = False) -> None:
        """A table that stands open, and its file; one that says nothing waits behind a line.

        ``titled`` says that the finding stands above already.
        """
        if not tables.tells_nothing(table):
            self.table(table)
        else:
            if not titled:
                base = f"{table.population}, {table.period.label}"
                self.found(f"{table.title} – inga uppgifter", base)
            self.behind(table)
        self.offer(finding, chart=None, table=table)

    def behind(self, table: Table) -> None:
        """The table behind a chart: one key opens it."""
        self.html(tables.behind_html(table.title, tables.table_html(table)))

    def offer(
        self, finding: str, *, chart: str | None, base: str = "", alt: str = "", table: Table | None
    ) -> None:
        """The chart with this key, and its table, as files."""
        lines = None if table is None else Lines.of(table)
        one = Offer(finding, chart, base, alt, lines)
        self.offers.append(one)
        self.html(one.html)

    def figure(
        self,
        finding: str,
        base: str,
        build: Callable[[charts.Palette], go.Figure],
        *,
        alt: str,
        key: str,
        table: Table,
        beneath: str = "",
        legend: str = "",
    ) -> None:
        """A whole chart: finding, who is counted, drawing, a small line, table and files.

        ``legend`` is HTML of our own, between the title and the drawing.
        """
        self.found(finding, base)
        if legend:
            self.html(legend)
        self.chart(build, alt=alt, key=key)
        if beneath:
            self.small(beneath)
        self.behind(table)
        self.offer(finding, chart=key, base=base, alt=alt, table=table)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a sheet became."""

    answer: str
    notice: str
    pieces: tuple[Piece, ...]
    offers: tuple[Offer, ...]


def kept(make: Callable[[Sheet], None], *, key: tuple[object, ...]) -> Kept:
    """What ``make`` puts on a sheet, made once for the same ``key`` and the same ground."""
    dark = charts.ground_is_dark()
    return _kept(lambda: _made(make, dark), repr((*key, dark)))


def kept_by_session(make: Callable[[Sheet], None], *, name: str, of: object) -> Kept:
    """The same for what is about a person: kept by the browser session that it is shown to and
    by nobody else, the last one of each ``name``, and used while ``of`` is equal to what it was.
    """
    dark = charts.ground_is_dark()
    key = f"kept::{name}"
    found = st.session_state.get(key)
    if found is None or found[0] != (of, dark):
        found = st.session_state[key] = ((of, dark), _made(make, dark))
    kept: Kept = found[1]
    return kept


def _made(make: Callable[[Sheet], None], dark: bool) -> Kept:
    sheet = Sheet(charts.palette(dark), tokens.tokens(dark))
    make(sheet)
    return Kept(sheet.answer, sheet.notice, tuple(sheet.pieces), tuple(sheet.offers))


@st.cache_resource(max_entries=400, show_spinner="Räknar …")
def _kept(_make: Callable[[], Kept], key: str) -> Kept:
    """Everything that the pieces depend on is in the key."""
    del key
    return _make()


def draw(*parts: Kept, files: Files) -> None:
    """Put what is kept on the page, and what serves its files after it. Once on a page."""
    for part in parts:
        put(part)
    serve(*parts, files=files)


def put(part: Kept) -> None:
    """Put what is kept on the page; `serve` comes after the last of them."""
    for piece in part.pieces:
        if isinstance(piece, Words):
            shown.html(piece.html)
        else:
            charts.show(piece.figure, alt=piece.alt, key=piece.key)


def serve(*parts: Kept, files: Files) -> None:
    """Serve the files of everything that was put on the page."""
    offers = [one for part in parts for one in part.offers]
    if offers:
        files.place(offers)
