"""What is done with a whole report: begin it, put its sections in order, adopt it."""

from __future__ import annotations

import streamlit as st

from tracking.domain.report_kinds import SectionKey
from tracking.domain.swedish import iso
from tracking.outcomes.report_views import ReportView, Startable
from tracking.reports.adopted import adopt_report
from tracking.services.reports import arrange_report, start_report
from tracking.ui import fields, forms, frame, messages, shown
from tracking.ui.guard import Context
from tracking.ui.report_writing import REPORT


def begin(context: Context, startable: tuple[Startable, ...]) -> None:
    """The form that begins a report; only kinds that fit the calendar are offered."""
    if not startable:
        frame.small("Alla rapporter som går att göra ur släppen är påbörjade.")
        return
    options = {
        str(place): f"{one.kind.label}, {one.kind.period(one.release.period).label}, {one.name}"
        for place, one in enumerate(startable)
    }
    form = forms.Form("start-report", page=context.page)
    with form.drawn():
        fields.choice(form, "which", "Rapport", options, as_list=True)

        def save(values: forms.Values) -> forms.Saved:
            chosen = values.required_choice("which", "Välj en rapport.")
            values.check()
            one = startable[int(chosen)]
            begun = start_report(
                context.database,
                context.actor,
                release_id=one.release.release_id,
                insats_id=one.insats_id,
                kind=one.kind,
                key=values.key,
            )
            return forms.Saved(
                f"{options[chosen]} är påbörjad. Siffrorna är på plats.",
                way=messages.Way("rapport", "Öppna rapporten", {REPORT: str(begun.report_id)}),
            )

        form.submit("Börja rapporten", save)


def arrange(context: Context, view: ReportView) -> None:
    """Move a section up or down, leave it out, or take it back."""
    frame.small("Ett avsnitt som lämnas ute behåller sin text och kan tas med igen.")
    names = {
        one.key.value: _named(place, one.key, included=one.included)
        for place, one in enumerate(view.sections, start=1)
    }
    slot = f"arrange::{view.head.report_id}"
    chosen = SectionKey(
        shown.selectbox("Avsnitt", list(names), format_func=lambda k: names[k], key=slot, width=480)
    )
    order = [one.key for one in view.sections]
    left_out = {one.key for one in view.sections if not one.included}
    place = order.index(chosen)
    included = [key for key in order if key not in left_out]
    columns = st.columns(3, width=640)
    steps = (
        ("Flytta upp", place - 1, chosen in included and chosen != included[0]),
        ("Flytta ned", place + 1, chosen in included and chosen != included[-1]),
    )
    for column, (label, to, possible) in zip(columns, steps, strict=False):
        with column:
            if possible:
                moved = _moved(order, place, to)
                _step(context, view, label, moved, left_out)
    with columns[2]:
        if chosen in left_out:
            _step(context, view, "Ta med avsnittet", order, left_out - {chosen})
        else:
            _step(context, view, "Lämna ute avsnittet", order, left_out | {chosen})


def _named(place: int, key: SectionKey, *, included: bool) -> str:
    return f"{place} {key.heading}" if included else f"{key.heading} (utelämnat)"


def _moved(order: list[SectionKey], place: int, to: int) -> list[SectionKey]:
    moved = list(order)
    moved[place], moved[to] = moved[to], moved[place]
    return moved


def _step(
    context: Context,
    view: ReportView,
    label: str,
    order: list[SectionKey],
    left_out: set[SectionKey],
) -> None:
    def act(key: str) -> None:
        arrange_report(
            context.database,
            context.actor,
            report_id=view.head.report_id,
            order=order,
            left_out=left_out,
            version=view.head.version,
            key=key,
        )

    forms.act(label, act, name=f"arrange-{view.head.report_id}-{label}")


def adopt(context: Context, view: ReportView) -> None:
    """The form that adopts: the meeting's date and the paragraph of its minutes."""
    unready = [
        one.key.heading
        for one in view.sections
        if one.included and one.key.prompt and one.ready_words is None
    ]
    waiting = [one.key.heading for one in view.sections if one.included and one.newer_draft]
    frame.small(
        "När rapporten är fastställd ändras varken siffror eller ord mer. Rättelser kommer med i "
        "nästa släpp och nästa rapport."
    )
    if unready:
        frame.small(f"Utan klarmarkerad text: {', '.join(unready)}.")
    if waiting:
        frame.small(f"Text som inte är klarmarkerad och inte följer med: {', '.join(waiting)}.")
    form = forms.Form(f"adopt:{view.head.report_id}", page=context.page)
    version = form.keep("version", view.head.version)
    with form.drawn():
        fields.day(form, "on", "Mötets datum")
        fields.text(
            form, "paragraph", "Paragraf i protokollet", hint="Till exempel § 42.", width=240
        )

        def save(values: forms.Values) -> str:
            on = values.required_day("on", "Skriv mötets datum.")
            paragraph = values.text("paragraph", required="Skriv paragrafen.")
            values.check()
            adopted = adopt_report(
                context.database,
                context.actor,
                report_id=view.head.report_id,
                on=on,
                paragraph=paragraph,
                version=version,
                key=values.key,
            )
            return (
                f"Rapporten är fastställd {iso(on)}, {paragraph}. "
                f"Kontrollsumma {adopted.sha256[:12]}."
            )

        form.submit("Fastställ rapporten", save)
