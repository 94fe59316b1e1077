"""A report as files: which forms there are, how each is made, and those that were made already.

What is in a report belongs to `tracking.reports`, and where its files are offered to
`report_downloads`. A file is kept by what is in it, so that whoever asks next has it at once;
whether somebody may have it at all is asked every time, before it is looked for here.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock

import streamlit as st

from tracking.reports.shapes import ReportContent

Told = Callable[[int, int], None]
"""Is told how many parts of how many are made."""

Make = Callable[[ReportContent, Told], bytes]

MOST_KEPT = 64_000_000
"""Bytes of files that are kept in the server's memory, all reports together."""


def _word(content: ReportContent, told: Told) -> bytes:
    from tracking.reports.word import to_word

    return to_word(content, told)


def _pdf(content: ReportContent, _told: Told) -> bytes:
    from tracking.reports.pdf import to_pdf

    return to_pdf(content)


def _excel(content: ReportContent, _told: Told) -> bytes:
    from tracking.reports.excel import to_excel

    return to_excel(content)


def _html(content: ReportContent, _told: Told) -> bytes:
    from tracking.reports.html import to_html

    return to_html(content)


def _open_data(content: ReportContent, _told: Told) -> bytes:
    from tracking.reports.open_data import to_open_data

    return to_open_data(content)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file. ``share`` is how long it takes to make, beside the others."""

    name: str
    ending: str
    mime: str
    make: Make
    share: int = 1


# A renderer is imported when somebody asks for its file: together they take a second.
FORMS = (
    Form(
        "Word",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _word,
        share=6,
    ),
    Form("PDF", "pdf", "application/pdf", _pdf),
    Form(
        "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _excel
    ),
    # Not as text/html: a file is kept, never shown at the app's own address.
    Form("webbsida", "html", "application/octet-stream", _html),
)
SHEET = FORMS[2]
OPEN_DATA = Form("öppna data", "zip", "application/zip", _open_data)
"""The tables as CSV with a description; of what is adopted alone."""


def mark_of(content: ReportContent) -> str:
    """What tells this content from every other: its checksum where it is adopted. The moment
    when a draft was read is not a part of it.
    """
    if content.adoption is not None:
        return content.adoption.sha256
    still = replace(content, made_at=datetime(2000, 1, 1, tzinfo=UTC))
    return hashlib.sha256(repr(still).encode()).hexdigest()


class _Shelf:
    """The files that were made last, as many as there is room for."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = Lock()

    def find(self, mark: str, form: Form) -> bytes | None:
        with self._lock:
            found = self._files.get((mark, form.ending))
            if found is not None:
                self._files.move_to_end((mark, form.ending))
            return found

    def put(self, mark: str, form: Form, made: bytes) -> None:
        with self._lock:
            self._files[mark, form.ending] = made
            self._files.move_to_end((mark, form.ending))
            while len(self._files) > 1 and sum(map(len, self._files.values())) > MOST_KEPT:
                self._files.popitem(last=False)


@st.cache_resource(show_spinner=False)
def _shelf() -> _Shelf:
    return _Shelf()


def are_made(mark: str, forms: Iterable[Form]) -> bool:
    """Whether every one of the files is there already."""
    return all(_shelf().find(mark, form) is not None for form in forms)


def made(content: ReportContent, form: Form, told: Told = lambda _done, _all: None) -> bytes:
    """The file, made now or found."""
    mark = mark_of(content)
    found = _shelf().find(mark, form)
    if found is None:
        found = form.make(content, told)
        _shelf().put(mark, form, found)
    return found
