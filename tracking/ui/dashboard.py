"""An insats's own page: which part of it is shown, of whom, and what stands around it.

A part is made once for as long as nothing has changed, and kept under the data's version, who
asks, the period and the choice of participants. What the parts hold is `insats_parts`; nothing
is counted here, and nothing is hidden: the page is for the insats's own staff.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

import plotly.graph_objects as go
import streamlit as st

from tracking.access.actors import Actor
from tracking.access.permissions import can_see_persons
from tracking.domain import clock
from tracking.domain.figures import Table
from tracking.domain.periods import Period
from tracking.domain.wording import capitalised
from tracking.outcomes.earlier import EarlierSeries, earlier_series
from tracking.outcomes.insats_tables import Subject, insats_tables
from tracking.outcomes.monthly import insats_months
from tracking.outcomes.ors_pairs import ors_pairs
from tracking.outcomes.selection import Selection
from tracking.outcomes.shapes import InsatsDashboard
from tracking.outcomes.tables import data_version, insats_dashboard
from tracking.outcomes.tables_seen import see_tables
from tracking.outcomes.time_curves import insats_time_curves
from tracking.services.taken_files import record_taken_file
from tracking.ui import charts, choices, findings_earlier, frame, insats_parts, messages, shown
from tracking.ui import findings_pairs as told
from tracking.ui.chart_files import Files
from tracking.ui.charts_change import first_against_last, signs_legend
from tracking.ui.guard import Context
from tracking.ui.insats_parts import InsatsPart
from tracking.ui.kept import Kept, Sheet, kept
from tracking.ui.menu import may_open, page_path

_LOOK = """<style>
.stegvis-five { padding-left: 1.1rem !important; }
.st-key-insats-quality p { white-space: normal; }
.st-key-insats-quality a span { white-space: normal; overflow: visible; }
@media print { .st-key-not-printed-choices, .st-key-choose--del { display: none; } }
</style>"""

PART, TABLES_ASKED = "del", "tabeller"
"""What the address calls the part of the page, and the subject of its tables."""

MARK = (
    "INTERNT – ej röjandekontrollerad. Här är inget dolt: siffrorna är exakta också när de är "
    "små, och stannar hos insatsens egen personal."
)


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: an insats as its data stand, a period, and whom of its participants."""

    context: Context
    insats_id: int
    name: str
    period: Period
    only: Selection
    version: int

    @property
    def actor(self) -> Actor:
        """Who looks."""
        return self.context.actor

    def key(self, *more: object) -> tuple[object, ...]:
        """Everything that a kept part depends on: who asks, of what, as it stands today."""
        database = self.context.database
        return (
            str(database.engine.url),
            self.actor.account_id,
            self.insats_id,
            self.version,
            self.context.today,
            self.period.key,
            self.only,
            *more,
        )


def look_at(context: Context, insats_id: int, name: str, period: Period, only: Selection) -> View:
    """A view of an insats as it stands now."""
    version = data_version(context.database, insats_id)
    return View(context, insats_id, name, period, only, version)


def part(view: View, wanted: InsatsPart) -> Kept:
    """A part of the page, made or kept. Asks for permission at every call; a look is logged."""
    see_tables(view.context.database, view.actor, (view.insats_id,), page=view.context.page)
    # Not of the data that have a version; few, and read at every run.
    earlier = _earlier(view, wanted)

    def make(sheet: Sheet) -> None:
        board = insats_dashboard(
            view.context.database, view.actor, view.insats_id, view.period, only=view.only
        ).value
        sheet.notice = board.quality.sentence
        if wanted is not InsatsPart.ALL:
            _put(sheet, view, board, wanted, earlier)
            return
        answers = []
        for one in _parts_of_all(board):
            sheet.question(capitalised(one.question))
            _put(sheet, view, board, one, earlier)
            answers.append(sheet.answer)
        sheet.answer = answers[0]

    return kept(make, key=view.key("part", wanted.value, [one.table for one in earlier]))


def _earlier(view: View, wanted: InsatsPart) -> tuple[EarlierSeries, ...]:
    """The series of earlier years, which are of everybody and never of a choice."""
    if wanted not in (InsatsPart.PEOPLE, InsatsPart.ALL) or not view.only.is_everybody:
        return ()
    return earlier_series(view.context.database, view.actor, view.insats_id).value


def _parts_of_all(board: InsatsDashboard) -> list[InsatsPart]:
    asked = bool(board.questions) or board.slips is not None
    aside = {InsatsPart.ALL, InsatsPart.TABLES} | (set() if asked else {InsatsPart.QUESTIONS})
    return [one for one in InsatsPart if one not in aside]


def _put(
    sheet: Sheet,
    view: View,
    board: InsatsDashboard,
    wanted: InsatsPart,
    earlier: tuple[EarlierSeries, ...],
) -> None:
    match wanted:
        case InsatsPart.PEOPLE:
            insats_parts.put_people(
                sheet,
                board,
                insats_months(
                    view.context.database,
                    view.actor,
                    view.insats_id,
                    view.period,
                    only=view.only,
                ).value,
                "" if not earlier else findings_earlier.footnote(earlier),
            )
            findings_earlier.put_earlier(sheet, earlier)
        case InsatsPart.SUPPORT:
            found = _tables(view, Subject.SUPPORT, Subject.OCCUPATION)
            insats_parts.put_support(sheet, *found)
        case InsatsPart.STEPS:
            insats_parts.put_steps(sheet, board, *_tables(view, Subject.STEPS))
        case InsatsPart.ORS:
            insats_parts.put_ors(sheet, board, *_tables(view, Subject.RATINGS))
        case InsatsPart.TIME:
            curves = insats_time_curves(
                view.context.database, view.actor, view.insats_id, view.period, only=view.only
            ).value
            insats_parts.put_time(sheet, curves, *_tables(view, Subject.TIME))
        case InsatsPart.GENDERS:
            (compared,) = _tables(view, Subject.COMPARISON)
            table = next((one for one in compared if one.key == "women_and_men"), None)
            insats_parts.put_genders(sheet, table)
        case InsatsPart.QUESTIONS:
            insats_parts.put_questions(sheet, board)
        case _:
            insats_parts.put_goals(sheet, board)


def _tables(view: View, *subjects: Subject) -> tuple[tuple[Table, ...], ...]:
    found = insats_tables(
        view.context.database,
        view.actor,
        view.insats_id,
        view.period,
        subjects=subjects,
        only=view.only,
    ).value
    return tuple(found.groups[subject] for subject in subjects)


def title(view: View, wanted: InsatsPart) -> str:
    """The page's heading: the insats, and the question that is answered."""
    return f"{view.name}: {wanted.question}"


def mark(actor: Actor) -> None:
    """Say that the page is exact and stays where it is; on paper also when and for whom."""
    shown.html(f'{_LOOK}<p class="stegvis-base">{escape(MARK)}</p>')
    frame.on_paper(_marking(actor))


def _marking(actor: Actor) -> str:
    drawn = clock.now().astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    return f"INTERNT – ej röjandekontrollerad · {drawn} · {actor.title}"


def quality_line(view: View, notice: str) -> None:
    """What the figures rest on, in one line, and the way to where it is mended."""
    words = f"Datakvalitet: {notice[:1].lower()}{notice[1:]}"
    if may_open(view.actor, "datakvalitet"):
        with st.container(key="insats-quality"):
            shown.page_link(
                page_path("datakvalitet"),
                label=words,
                query_params={"insats": str(view.insats_id), "period": view.period.key},
            )
    else:
        frame.small(words)


def choice_line(only: Selection) -> None:
    """Say in words who is left out, with one click to take everybody in again."""
    if only.is_everybody:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="insats-choice"):
        shown.html(
            f'<p class="stegvis-lead" role="status">Urval: <strong>{escape(only.words)}</strong>. '
            "Alla tabeller och diagram på sidan gäller bara dem.</p>"
        )
        shown.button("Visa alla deltagare", key="insats-everybody", on_click=choices.everybody)


def files_of(view: View) -> Files:
    """What leaves this page as a file bears the mark, and is logged."""
    chosen = "" if view.only.is_everybody else f", urval: {view.only.words}"
    return files_for(view.context, view.insats_id, view.name, view.period, chosen)


def files_for(
    context: Context, insats_id: int, name: str, period: Period, chosen: str = ""
) -> Files:
    """The same of any page with an insats's exact figures; ``chosen`` says who is left out."""

    def taken(kind: str, title: str) -> None:
        def log() -> None:
            record_taken_file(
                context.database,
                context.actor,
                page=context.page,
                what=f"{kind}: {title}",
                insats_id=insats_id,
            )

        messages.attempt(log)

    lines = (f"{name}, {period.label}{chosen}", _marking(context.actor))
    return Files(lines, f"INTERNT {name}", taken)


def persons_chart(view: View) -> tuple[Kept, ...]:
    """First against last ORS, one point a person, for those who may see the persons; logged.

    The table behind, and in the file, is that of classes: nobody can be picked out of it.
    """
    if not can_see_persons(view.actor, view.insats_id):
        return ()
    found = ors_pairs(
        view.context.database,
        view.actor,
        view.insats_id,
        view.period,
        page="insatsen",
        only=view.only,
    ).value
    if not found.pairs:
        return ()

    def make(sheet: Sheet) -> None:
        board = insats_dashboard(
            view.context.database, view.actor, view.insats_id, view.period, only=view.only
        ).value

        def pairs_chart(colours: charts.Palette) -> go.Figure:
            return first_against_last(
                found.pairs,
                reliable_mm=found.reliable_mm,
                cutoff_mm=found.cutoff_mm,
                colours=colours,
            )

        sheet.figure(
            told.pairs_finding(found),
            told.pairs_base(found),
            pairs_chart,
            alt=told.pairs_alt(found),
            key="first-and-last",
            table=replace(board.ors_change, title="Förändring på ORS i klasser"),
            legend=f'<p class="stegvis-base">{signs_legend(sheet.colours)}</p>',
        )

    return (kept(make, key=view.key("pairs")),)


def choose_part() -> InsatsPart:
    """Turn to a part of the page, by its address; a link to a table leads to the tables."""
    if TABLES_ASKED in st.query_params and PART not in st.query_params:
        st.query_params[PART] = InsatsPart.TABLES.value
    chosen = InsatsPart(choices.part(PART, "Del", {one.value: one.label for one in InsatsPart}))
    if chosen is not InsatsPart.TABLES:
        st.query_params.pop(TABLES_ASKED, None)
    return chosen
