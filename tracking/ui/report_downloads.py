"""The report's downloads, in every format, made when they are asked for and not before.

What is in a report, its marking and its line in the log belong to `tracking.reports`. The file
is made on the click, by the account as it stands at that moment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from tracking.access.actors import Actor
from tracking.domain.periods import Period
from tracking.outcomes.report_views import ReportHead
from tracking.reports.adopted import taken_report
from tracking.reports.content import insats_report, released_report
from tracking.reports.shapes import ReportContent
from tracking.ui import frame, shown
from tracking.ui.guard import Context
from tracking.ui.session import asking_again

Build = Callable[[Actor, str], ReportContent]
"""Gives the content for somebody, for a file of a form that the log names."""


def _word(content: ReportContent) -> bytes:
    from tracking.reports.word import to_word

    return to_word(content)


def _pdf(content: ReportContent) -> bytes:
    from tracking.reports.pdf import to_pdf

    return to_pdf(content)


def _excel(content: ReportContent) -> bytes:
    from tracking.reports.excel import to_excel

    return to_excel(content)


def _html(content: ReportContent) -> bytes:
    from tracking.reports.html import to_html

    return to_html(content)


def _open_data(content: ReportContent) -> bytes:
    from tracking.reports.open_data import to_open_data

    return to_open_data(content)


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    ending: str
    mime: str
    make: Callable[[ReportContent], bytes]


# A renderer is imported when somebody asks for its file: together they take a second.
FORMS = (
    _Form(
        "Word",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _word,
    ),
    _Form("PDF", "pdf", "application/pdf", _pdf),
    _Form(
        "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _excel
    ),
    # Not as text/html: a file is kept, never shown at the app's own address.
    _Form("webbsida", "html", "application/octet-stream", _html),
)
SHEET = FORMS[2]
OPEN_DATA = _Form("öppna data", "zip", "application/zip", _open_data)
"""The tables as CSV with a description; of what is adopted alone."""


def internal(context: Context, insats_id: int, name: str, period: Period) -> None:
    """The insats's own working report, marked as internal and logged."""
    frame.small(
        "Filerna bär märket INTERNT – ej röjandekontrollerad, tid och konto. Hämtningen loggas."
    )
    _buttons(
        context,
        lambda actor, _form: insats_report(context.database, actor, insats_id, period),
        f"INTERNT arbetsrapport {name} {period.key}",
    )


def released(context: Context, insats_id: int | None, name: str, period_key: str) -> None:
    """What a release holds, for one insats or (None) for all."""
    frame.small("Filerna innehåller bara det som är släppt och röjandekontrollerat.")
    _buttons(
        context,
        lambda actor, _form: released_report(context.database, actor, insats_id, period_key),
        f"ur slappet {name} {period_key}",
    )


def of_report(context: Context, head: ReportHead) -> None:
    """A report that is written together: its draft, or what was adopted."""
    kind = "" if head.is_adopted else "UTKAST "
    _buttons(
        context,
        lambda actor, form: taken_report(context.database, actor, head.report_id, form),
        f"{kind}{head.kind.label} {head.name} {head.period.key}",
        (*FORMS, OPEN_DATA) if head.is_adopted else FORMS,
    )


def document(context: Context, build: Build, title: str) -> None:
    """A content in every format."""
    _buttons(context, build, title)


def sheet(context: Context, build: Build, title: str) -> None:
    """A content as Excel alone."""
    _buttons(context, build, title, (SHEET,))


def _buttons(context: Context, build: Build, title: str, forms: tuple[_Form, ...] = FORMS) -> None:
    actor_now = asking_again(context.database)

    def made(form: _Form) -> Callable[[], bytes]:
        # The page may have stood open since: who is here and may do what is asked again.
        return lambda: form.make(build(actor_now(), form.name))

    with st.container(horizontal=True):
        for place, form in enumerate(forms):
            shown.download_button(
                f"Hämta {form.name}",
                data=made(form),
                file_name=f"{file_stem(title)}.{form.ending}",
                mime=form.mime,
                key=f"download::{form.ending}::{title}",
                type="secondary" if place else "primary",
                on_click="ignore",
            )


def file_stem(title: str) -> str:
    """A file name that every system takes: ``INTERNT-arbetsrapport-vagen-vidare-2026-H1``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:120]
