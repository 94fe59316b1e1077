"""The report's downloads: Word and Excel, made when they are asked for and not before.

What is in a report, its marking and its line in the log belong to `tracking.reports`. The file
is made on the click, by the account as it stands at that moment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import streamlit as st

from tracking.access.actors import Actor
from tracking.domain.periods import Period
from tracking.reports.content import insats_report, released_report
from tracking.reports.shapes import ReportContent
from tracking.ui import frame
from tracking.ui.guard import Context
from tracking.ui.session import asking_again

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Build = Callable[[Actor], ReportContent]


def internal(context: Context, insats_id: int, name: str, period: Period) -> None:
    """The insats's own working report, marked as internal and logged."""
    frame.small(
        "Filerna bär märket INTERNT – ej röjandekontrollerad, tid och konto. Hämtningen loggas."
    )
    _buttons(
        context,
        lambda actor: insats_report(context.database, actor, insats_id, period),
        f"INTERNT arbetsrapport {name} {period.key}",
    )


def released(context: Context, insats_id: int | None, name: str, period_key: str) -> None:
    """The report of a release, for one insats or (None) for all."""
    frame.small("Filerna innehåller bara det som är släppt och röjandekontrollerat.")
    _buttons(
        context,
        lambda actor: released_report(context.database, actor, insats_id, period_key),
        f"rapport {name} {period_key}",
    )


def _buttons(context: Context, build: Build, title: str) -> None:
    actor_now = asking_again(context.database)

    def content() -> ReportContent:
        # The page may have stood open since: who is here and may do what is asked again.
        return build(actor_now())

    def word() -> bytes:
        from tracking.reports.word import to_word

        return to_word(content())

    def excel() -> bytes:
        from tracking.reports.excel import to_excel

        return to_excel(content())

    for label, make, ending, mime, primary in (
        ("Hämta Word", word, "docx", WORD, True),
        ("Hämta Excel", excel, "xlsx", EXCEL, False),
    ):
        st.download_button(
            label,
            data=make,
            file_name=f"{file_stem(title)}.{ending}",
            mime=mime,
            key=f"download::{ending}::{title}",
            type="primary" if primary else "secondary",
            on_click="ignore",
        )


def file_stem(title: str) -> str:
    """A file name that every system takes: ``INTERNT-arbetsrapport-vagen-vidare-2026-H1``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:120]
