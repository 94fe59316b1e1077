"""One report on a page: how it stands, its sections one at a time, or the whole to read.

Writing is in `report_writing`, what is done with the whole in `report_steps`.
"""

from __future__ import annotations

import streamlit as st

from tracking.access.actors import Actor
from tracking.access.permissions import can_adopt_report, can_read_released
from tracking.access.report_rights import can_write_in
from tracking.domain.errors import NotFound
from tracking.domain.report_kinds import SectionKey
from tracking.domain.roles import Zone
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import capitalised, counted
from tracking.outcomes.releases import released_overview
from tracking.outcomes.report_views import ReportItem, ReportView, SectionView
from tracking.outcomes.reports import report_work
from tracking.reports.adopted import report_content
from tracking.reports.shapes import ReportContent
from tracking.ui import (
    choices,
    frame,
    report_ahead,
    report_downloads,
    report_drafts,
    report_figures,
    report_steps,
    shown,
    tables,
)
from tracking.ui.faults import show_problem
from tracking.ui.guard import Context
from tracking.ui.menu import page_path
from tracking.ui.report_writing import REPORT, SECTION, beside

OVERVIEW, ALL, EVERY = "oversikt", "hela", "alla"


def chosen_report(context: Context) -> ReportView | None:
    """The report that the address names; None where it names none that the actor may see."""
    report_id = choices.number_in_address(REPORT)
    if report_id is None:
        return None
    try:
        return report_work(context.database, context.actor, report_id)
    except NotFound as error:
        show_problem(str(error))
        return None


def standing(view: ReportView) -> str:
    """How far the report has come, in a sentence."""
    head = view.head
    if head.adopted_on is not None:
        adopted = f"Fastställd {iso(head.adopted_on)}, {_unbroken(head.paragraph)}."
        return f"{capitalised(head.period.label)}. {adopted}"
    included = [section for section in view.sections if section.included]
    ready = sum(section.ready_words is not None for section in included)
    asked = sum(section.open_notes for section in view.sections)
    questions = f" {counted(asked, 'fråga', 'frågor')} väntar." if asked else ""
    return (
        f"{capitalised(head.period.label)}. Utkast: {whole(ready)} av "
        f"{counted(len(included), 'avsnitt', 'avsnitt')} är klarmarkerade.{questions}"
    )


def _unbroken(paragraph: str | None) -> str:
    """The paragraph of a record with its number on the same line."""
    return (paragraph or "").replace("§ ", "§\N{NO-BREAK SPACE}")


def listed(items: tuple[ReportItem, ...]) -> None:
    """The reports in a list, each with the way to it."""
    for item in items:
        head = item.head
        if head.adopted_on is not None:
            state = f"fastställd {iso(head.adopted_on)}, {_unbroken(head.paragraph)}"
        else:
            asked = (
                f", {counted(item.open_notes, 'öppen fråga', 'öppna frågor')}"
                if item.open_notes
                else ""
            )
            state = f"utkast, {whole(item.ready)} av {whole(item.included)} avsnitt klara{asked}"
        shown.page_link(
            page_path("rapport"),
            label=f"{head.title}, {head.period.label}",
            query_params={REPORT: str(head.report_id)},
        )
        frame.small(f"{state[:1].upper()}{state[1:]}")


def draw(context: Context, view: ReportView) -> None:
    """The report: an adopted one whole, a draft by section."""
    report_figures.style()
    content = report_content(context.database, context.actor, view.head.report_id)
    if view.head.is_adopted:
        report_downloads.of_report(context, view.head, content)
        report_ahead.draw(context, view)
        if content.adoption is not None:
            report_figures.checksum(content.adoption.sha256)
        report_figures.whole(content)
        return
    chosen = _section(view)
    if chosen == OVERVIEW:
        _overview(context, view, content)
    elif chosen == ALL:
        report_figures.whole(content)
    else:
        _one(context, view, content, SectionKey(chosen))


def _section(view: ReportView) -> str:
    options = {OVERVIEW: "Översikt", ALL: "Läs hela rapporten"}
    options |= {
        one.key.value: f"{place} {one.key.heading} · {state(one)}"
        for place, one in enumerate(view.sections, start=1)
        if one.included
    }
    return choices.one_of(
        SECTION,
        "Avsnitt",
        options,
        unknown="Avsnittet i adressen är utelämnat eller finns inte. Här är översikten.",
        default=OVERVIEW,
    )


def state(section: SectionView) -> str:
    """How a section stands, in a word or two."""
    if section.ready_words is not None:
        return "klart, ändrat sedan dess" if section.newer_draft else "klart"
    if section.newer_draft:
        return "påbörjat"
    return "inget skrivet" if section.key.prompt else "bara siffror"


def _overview(context: Context, view: ReportView, content: ReportContent) -> None:
    included = [section for section in view.sections if section.included]
    tables.show_list(
        "Avsnitt",
        ("Avsnitt", "Text", "Öppna frågor"),
        [
            (f"{place} {one.key.heading}", state(one), whole(one.open_notes))
            for place, one in enumerate(included, start=1)
        ],
        numbers=frozenset({2}),
        show_caption=False,
    )
    left_out = [one.key.heading for one in view.sections if not one.included]
    if left_out:
        frame.small(f"Utelämnade: {', '.join(left_out)}.")
    report_ahead.draw(context, view)
    first = included[0].key.value
    shown.page_link(
        page_path("rapport"),
        label="Skriv i första avsnittet" if view.may_write else "Läs första avsnittet",
        query_params={REPORT: str(view.head.report_id), SECTION: first},
    )
    with shown.expander("Ordna eller lämna ute avsnitt"):
        report_steps.arrange(context, view)
    with shown.expander("Kasta utkastet"):
        report_drafts.throw_away(context, view)
    frame.heading("Hämta utkastet")
    report_downloads.of_report(context, view.head, content)
    if view.may_adopt:
        frame.heading("Fastställ")
        report_steps.adopt(context, view)


def _one(context: Context, view: ReportView, content: ReportContent, key: SectionKey) -> None:
    frame.heading(key.heading)
    left, right = st.columns([3, 2], gap="large")
    with left:
        found = report_figures.of_key(content, key)
        if not any(section.tables or section.finding for section in found):
            frame.small("Avsnittet har inga egna siffror.")
        for place, section in enumerate(found):
            if place:
                frame.subheading(section.heading)
            report_figures.figures(section, content)
    with right, st.container(key="report-writer"):
        beside(context, view.head.report_id, key)
    _turn(view, key)


def _turn(view: ReportView, key: SectionKey) -> None:
    order = [one.key for one in view.sections if one.included]
    at = order.index(key)
    frame.rule()
    with st.container(horizontal=True, gap="large"):
        for to, words in ((at - 1, "Föregående"), (at + 1, "Nästa")):
            if 0 <= to < len(order):
                shown.page_link(
                    page_path("rapport"),
                    label=f"{words}: {order[to].heading}",
                    query_params={REPORT: str(view.head.report_id), SECTION: order[to].value},
                )


def answer(found: tuple[ReportItem, ...]) -> str:
    """How many reports there are, in a sentence."""
    drafts = sum(not item.head.is_adopted for item in found)
    adopted = len(found) - drafts
    if not found:
        return "Ingen rapport är påbörjad eller fastställd än."
    parts = []
    if drafts:
        parts.append(counted(drafts, "utkast", "utkast"))
    if adopted:
        parts.append(counted(adopted, "fastställd rapport", "fastställda rapporter"))
    return f"{' och '.join(parts)}."


def may_begin(actor: Actor) -> bool:
    """Whether the actor begins reports at all."""
    return can_adopt_report(actor) or any(
        can_write_in(actor, grant.insats_id) for grant in actor.grants if grant.insats_id
    )


def from_releases(context: Context) -> None:
    """The figures of a release as they are, for whoever reads releases."""
    if context.actor.zone is not Zone.FORBUND:
        return
    with shown.expander("Hämta siffrorna ur ett släpp, utan någon rapport"):
        newest = released_overview(context.database, context.actor).value
        if newest.release is None:
            frame.small("Inget är släppt än.")
            return
        period_key = choices.one_of(
            "slapp",
            "Släpp",
            {head.period.key: head.period.label for head in newest.releases},
            unknown="Perioden i adressen är inte släppt.",
            default=newest.release.period.key,
        )
        seen = released_overview(context.database, context.actor, period_key).value
        names = {str(one.insats_id): one.name for one in seen.insatser}
        if can_read_released(context.actor):
            names = {EVERY: "Alla insatser", **names}
        if not names:
            return
        wanted = choices.one_of(
            choices.INSATS,
            "Insats",
            names,
            unknown="Insatsen i adressen ingår inte i ditt uppdrag eller i det här släppet.",
            default=next(iter(names)),
        )
        insats_id = None if wanted == EVERY else int(wanted)
        report_downloads.released(context, insats_id, names[wanted], period_key)
