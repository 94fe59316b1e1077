"""Writing beside the figures: the field, *klar*, and what is asked and answered.

Autosaving draws this part anew and nothing else. What may be stored, and who may read what, is
decided by the services and by `tracking.outcomes.reports`.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

import streamlit as st

from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.domain.report_kinds import SectionKey
from tracking.domain.report_words import NamesSmallGroup
from tracking.domain.roles import Zone
from tracking.outcomes.report_views import NoteView, ReportView, SectionView
from tracking.outcomes.reports import report_work
from tracking.services.report_words import (
    SomebodyWrote,
    ask_about_section,
    mark_ready,
    settle_note,
    write_section,
)
from tracking.ui import forms, frame, report_figures, shown
from tracking.ui.components.section_writer import (
    WriterResult,
    WriterSubmission,
    section_writer,
)
from tracking.ui.faults import fault_sentence, log_fault
from tracking.ui.guard import Context
from tracking.ui.session import check_still_here

READY = "Klar, beskriver ingen enskild"
REPORT, SECTION = "rapport", "avsnitt"
"""How the address names a report and a section of it."""

_AGAIN = "report::again"
"""Set where something was done that the rest of the page tells of as well."""

_SIDES = {Zone.INSATS: "Insatsen", Zone.FORBUND: "Förbundet"}


def beside(context: Context, report_id: int, key: SectionKey) -> None:
    """The right-hand side of a section; drawn anew by itself when something is saved."""

    @st.fragment
    def part() -> None:
        if st.session_state.pop(_AGAIN, False):
            # The address is said again, for a part that is drawn by itself may have an older one.
            st.query_params[REPORT], st.query_params[SECTION] = str(report_id), key.value
            st.rerun()
        view = report_work(context.database, context.actor, report_id)
        section = view.section(key)
        if view.may_write:
            _field(context, section)
            _ready(context, section)
        else:
            _others_words(view, section)
        if view.may_write or view.may_adopt:
            _notes(context, section)

    part()


def moment(at: datetime) -> str:
    """A moment in Sweden: the time today, else with its day."""
    there = at.astimezone(clock.SWEDEN)
    if there.date() == clock.today():
        return there.strftime("%H:%M")
    return there.strftime("%Y-%m-%d %H:%M")


def _saved(section: SectionView) -> str:
    if section.saved_at is None:
        return ""
    by = f" av {section.saved_by}" if section.saved_by and not section.saved_by_me else ""
    return f"sparat {moment(section.saved_at)}{by}"


def _field(context: Context, section: SectionView) -> None:
    slot = f"report::result::{section.section_id}"

    def write(sent: WriterSubmission) -> None:
        st.session_state[slot] = _written(context, section.section_id, sent)

    section_writer(
        key=f"section-{section.section_id}-{context.actor.account_id}",
        label="Egen text",
        prompt=section.key.prompt,
        section_id=section.section_id,
        words=section.words or "",
        version=section.version,
        saved=_saved(section),
        result=st.session_state.get(slot),
        on_write=write,
    )


def _written(context: Context, section_id: int, sent: WriterSubmission) -> WriterResult:
    """Save; whatever is wrong becomes an answer, and the text stays in the browser."""
    key = sent.submission_key
    try:
        check_still_here()
        if sent.section_id != section_id:
            return WriterResult(key, saved=False, message="Läs in sidan igen; texten är kvar här.")
        saved = write_section(
            context.database,
            context.actor,
            section_id=sent.section_id,
            words=sent.words,
            version=sent.version,
            key=key,
        )
    except SomebodyWrote as clash:
        return WriterResult(
            key,
            saved=False,
            message=clash.sentence,
            version=clash.version,
            theirs=clash.theirs,
        )
    except StegvisError as error:
        return WriterResult(key, saved=False, message=f"Inte sparat. {error.sentence}")
    except Exception as error:
        sentence = fault_sentence(log_fault(error, during="rapport"))
        return WriterResult(key, saved=False, message=f"Inte sparat. {sentence}")
    return WriterResult(
        key, saved=True, message=f"sparat {moment(saved.saved_at)}", version=saved.version
    )


def _ready(context: Context, section: SectionView) -> None:
    warned_slot = f"report::warned::{section.section_id}"
    warned = st.session_state.get(warned_slot)
    if section.ready_words is not None and not section.newer_draft:
        st.session_state.pop(warned_slot, None)
        when = "" if section.ready_at is None else f" {moment(section.ready_at)}"
        shown.html(
            f'<p class="stegvis-found"><span class="verdict met">✓ {READY}{when}</span><br>'
            "<span>Förbundet läser den här texten.</span></p>"
        )
        return
    if section.ready_words is not None:
        frame.small("Förbundet läser den text som du klarmarkerade senast, utan det du har ändrat.")
    if isinstance(warned, tuple) and warned[0] == section.version:
        shown.html(f'<p class="stegvis-warned" role="alert">{escape(warned[1])}</p>')
        forms.act(
            "Jag har läst: den beskriver ingen enskild",
            lambda key: _mark(context, section, key, acknowledged=True),
            name=f"acknowledge-{section.section_id}",
            primary=True,
        )
        return
    if not section.words:
        frame.small("När texten är klar markerar du den här. Förbundet ser den först då.")
        return

    forms.act(
        READY,
        lambda key: _mark(context, section, key, acknowledged=False),
        name=f"ready-{section.section_id}",
    )
    frame.small("Förbundet ser texten först när du har markerat den.")


def _mark(context: Context, drawn: SectionView, key: str, *, acknowledged: bool) -> None:
    st.session_state[_AGAIN] = True
    now = _now(context, drawn)
    if now.version != drawn.version and not now.saved_by_me:
        raise SomebodyWrote(now.words or "", now.version, now.saved_by or "")
    slot = f"report::warned::{drawn.section_id}"
    try:
        mark_ready(
            context.database,
            context.actor,
            section_id=drawn.section_id,
            version=now.version,
            acknowledged=acknowledged and now.version == drawn.version,
            key=key,
        )
    except NamesSmallGroup as warning:
        st.session_state[slot] = (now.version, warning.sentence)
    else:
        st.session_state.pop(slot, None)


def _now(context: Context, drawn: SectionView) -> SectionView:
    """The section as it stands: what was typed last may have been saved since it was drawn."""
    report_id = drawn.report_id
    return report_work(context.database, context.actor, report_id).section(drawn.key)


def _others_words(view: ReportView, section: SectionView) -> None:
    if section.ready_words:
        report_figures.own_words(section.ready_words)
        if section.ready_at is not None and not view.head.is_adopted:
            frame.small(f"Klarmarkerad {moment(section.ready_at)}: beskriver ingen enskild.")
        return
    if view.head.is_adopted:
        return
    if section.key.prompt:
        frame.small("Insatsen har inte klarmarkerat någon text i avsnittet.")
    if section.newer_draft:
        frame.small("Det finns en text som ännu inte är klar.")


def _notes(context: Context, section: SectionView) -> None:
    frame.rule()
    frame.subheading("Frågor och svar")
    for note in section.notes:
        _note(context, note)
    form = forms.Form(f"note:{section.section_id}", page=context.page)
    slot = f"report::note::{section.section_id}"
    warned = st.session_state.get(slot)
    with form.drawn():
        name = form.register("words", "Skriv en fråga eller ett svar", "")
        shown.text_area("Skriv en fråga eller ett svar", key=name, height=90)
        fault = form.error("words")
        if fault:
            shown.html(f'<p class="stegvis-error">{escape(fault)}</p>')

        def send(values: forms.Values) -> None:
            typed = st.session_state.get(name) or ""
            known = st.session_state.get(slot) == typed
            try:
                ask_about_section(
                    context.database,
                    context.actor,
                    section_id=section.section_id,
                    words=typed,
                    acknowledged=known,
                    key=values.key,
                )
            except NamesSmallGroup:
                st.session_state[slot] = typed
                raise
            st.session_state.pop(slot, None)
            st.session_state[_AGAIN] = True

        form.submit("Skicka ändå" if warned else "Skicka", send, primary=False)


def _note(context: Context, note: NoteView) -> None:
    side = _SIDES.get(note.zone, "")
    state = " · klar" if note.settled else ""
    shown.html(
        f'<p class="stegvis-base">{escape(side)}, {escape(note.by)} · '
        f"{moment(note.written_at)}{state}</p>"
    )
    report_figures.own_words(note.words)
    if not note.settled:

        def settle(key: str, note_id: int = note.note_id) -> None:
            st.session_state[_AGAIN] = True
            settle_note(context.database, context.actor, note_id=note_id, key=key)

        forms.act("Klar med frågan", settle, name=f"settle-{note.note_id}")


__all__ = ["READY", "beside", "moment"]
