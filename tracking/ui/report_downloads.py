"""The report's downloads, in every format, made when they are asked for and not before.

What is in a report, its marking and its line in the log belong to `tracking.reports`, how a file
is made to `report_files`. A single insats's file is made on the click; those of the whole förbund
take some seconds and are made first, with how far it has come on the page. Whatever was made, a
file is handed over to the account as it stands at the moment of the click, and logged then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from tracking.access.actors import Actor
from tracking.domain.periods import Period
from tracking.domain.wording import listed
from tracking.outcomes.report_views import ReportHead
from tracking.reports.adopted import report_content, taken_report
from tracking.reports.content import insats_report, released_content, released_report
from tracking.reports.shapes import ReportContent
from tracking.ui import frame, shown
from tracking.ui.faults import shown_calmly
from tracking.ui.guard import Context
from tracking.ui.report_files import FORMS, OPEN_DATA, SHEET, Form, are_made, made, mark_of
from tracking.ui.session import asking_again

Build = Callable[[Actor, str], ReportContent]
"""Gives the content for somebody, for a file of a form that the log names."""

PREPARE = "Gör i ordning filerna"


@dataclass(frozen=True, slots=True)
class _Offer:
    """Files that are offered. ``build`` gives the content of one that is taken, and logs it."""

    title: str
    build: Build
    forms: Sequence[Form] = FORMS


def internal(context: Context, insats_id: int, name: str, period: Period) -> None:
    """The insats's own working report, marked as internal and logged."""
    frame.small(
        "Filerna bär märket INTERNT – ej röjandekontrollerad, tid och konto. Hämtningen loggas."
    )
    _buttons(
        context,
        _Offer(
            f"INTERNT arbetsrapport {name} {period.key}",
            lambda actor, _form: insats_report(context.database, actor, insats_id, period),
        ),
    )


def released(context: Context, insats_id: int | None, name: str, period_key: str) -> None:
    """What a release holds, for one insats or (None) for all."""
    frame.small("Filerna innehåller bara det som är släppt och röjandekontrollerat.")
    offer = _Offer(
        f"ur slappet {name} {period_key}",
        lambda actor, _form: released_report(context.database, actor, insats_id, period_key),
    )
    if insats_id is not None:
        _buttons(context, offer)
    else:
        _prepared(
            context,
            offer,
            lambda actor: released_content(context.database, actor, None, period_key),
        )


def of_report(context: Context, head: ReportHead, content: ReportContent) -> None:
    """A report that is written together: its draft, or what was adopted."""
    kind = "" if head.is_adopted else "UTKAST "
    offer = _Offer(
        f"{kind}{head.kind.label} {head.name} {head.period.key}",
        lambda actor, form: taken_report(context.database, actor, head.report_id, form),
        (*FORMS, OPEN_DATA) if head.is_adopted else FORMS,
    )
    if head.insats_id is not None:
        _buttons(context, offer)
    else:
        _prepared(
            context,
            offer,
            lambda actor: report_content(context.database, actor, head.report_id),
            mark=mark_of(content),
        )


def document(context: Context, build: Build, title: str) -> None:
    """A content in every format."""
    _buttons(context, _Offer(title, build))


def sheet(context: Context, build: Build, title: str) -> None:
    """A content as Excel alone."""
    _buttons(context, _Offer(title, build, (SHEET,)))


def _buttons(context: Context, offer: _Offer) -> None:
    actor_now = asking_again(context.database)

    def taken(form: Form) -> Callable[[], bytes]:
        # The page may have stood open since: who is here and may do what is asked again.
        return lambda: made(offer.build(actor_now(), form.name), form)

    with st.container(horizontal=True):
        for place, form in enumerate(offer.forms):
            shown.download_button(
                f"Hämta {form.name}",
                data=taken(form),
                file_name=f"{file_stem(offer.title)}.{form.ending}",
                mime=form.mime,
                key=f"download::{form.ending}::{offer.title}",
                type="secondary" if place else "primary",
                on_click="ignore",
            )


def _prepared(
    context: Context,
    offer: _Offer,
    read: Callable[[Actor], ReportContent],
    *,
    mark: str | None = None,
) -> None:
    """A button that makes the files, then the files. ``read`` gives the content without anything
    being taken; ``mark`` is that of what the page shows, or else of what was made here last.
    """
    actor_now = asking_again(context.database)
    slot = f"prepared::{offer.title}"

    @st.fragment
    def files() -> None:
        known = mark or st.session_state.get(slot)
        if known is not None and are_made(known, offer.forms):
            _buttons(context, offer)
            return
        place = st.empty()
        with place:
            pressed = shown.button(PREPARE, key=f"prepare::{offer.title}", type="primary")
        if not pressed:
            names = listed([form.name for form in offer.forms])
            frame.small(f"{names} tar några sekunder att göra för hela förbundet.")
            return
        with shown_calmly(context.page):
            content = read(actor_now())
            with place.container():
                _make(content, offer.forms)
            st.session_state[slot] = mark_of(content)
            place.empty()
            _status(f"Filerna är klara: {listed([form.name for form in offer.forms])}.")
            _buttons(context, offer)

    files()


def _make(content: ReportContent, forms: Sequence[Form]) -> None:
    """Make each file, saying in words and as a bar how far it has come."""
    line, bar = st.empty(), st.progress(0.0)
    before, whole = 0, sum(form.share for form in forms)
    for form in forms:
        with line:
            _status(f"Gör i ordning {form.name} …")

        def told(done: int, parts: int, form: Form = form, before: int = before) -> None:
            with line:
                _status(f"Gör i ordning {form.name}, avsnitt {done} av {parts} …")
            bar.progress((before + form.share * done / parts) / whole)

        made(content, form, told)
        before += form.share
        bar.progress(before / whole)


def _status(sentence: str) -> None:
    shown.html(f'<p class="stegvis-lead" role="status">{sentence}</p>')


def file_stem(title: str) -> str:
    """A file name that every system takes: ``INTERNT-arbetsrapport-vagen-vidare-2026-H1``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:120]
