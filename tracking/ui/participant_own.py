"""What the participant is shown: the screen turned to her, and one page of paper to take home.

Her own ratings and steps in plain words: no memory word, no code, no signs, no limits, nobody
else, and no way to anybody else's page. The address says which is shown, so that a reload shows
the same; one key enters the turned screen and one leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from html import escape

import plotly.graph_objects as go
import streamlit as st

from tracking.domain.instruments import format_points
from tracking.domain.records import AttendanceStatus
from tracking.domain.swedish import iso, long_date
from tracking.domain.wording import capitalised, counted
from tracking.outcomes.participant_views import ParticipantView
from tracking.ui import charts, charts_person, shown, tables
from tracking.ui.charts_person import Span
from tracking.ui.guard import Context
from tracking.ui.participant_chart import marking
from tracking.ui.participant_curves import points_of, standing_steps, step_words
from tracking.ui.print_button import print_button

SHOWN = "visa"
TURN_KEY = "F8"
ON_PAPER = 6
"""So many of the latest ratings stand as numbers on the paper: it is one page."""


class Mode(StrEnum):
    """What the address asks for."""

    SCREEN = "egen"
    PAPER = "papper"


_COVER = """
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"], [data-testid="stHeader"],
[data-testid="stExpandSidebarButton"], [data-stale="true"] { display: none !important; }
.stegvis-own-page h1 { font-size: 2.75rem; line-height: 1.2; padding: 0; margin: 0; }
.stegvis-own-page h2 { font-size: 2rem; line-height: 1.25; padding: 1.5rem 0 0; margin: 0; }
.stegvis-own-page p, .stegvis-own-page summary { font-size: 1.5rem; line-height: 1.4;
  max-width: 50ch; margin: .35rem 0 0; }
.stegvis-own-page table { font-size: 1.5rem; }
"""

_SHEET = """
.st-key-own-paper { background: #fff; color: #1a1a1a; --sv-ink: #1a1a1a; --sv-second: #4a4f57;
  --sv-rule: #dedbd4; max-width: 45rem; padding: 2rem 2.75rem; border: 1px solid #868c94; }
.stegvis-own-page { color: #1a1a1a; }
.stegvis-own-page h1 { font-size: 1.75rem; line-height: 1.25; padding: 0; margin: 0;
  color: inherit; }
.stegvis-own-page h2 { font-size: 1.25rem; line-height: 1.3; padding: .75rem 0 0; margin: 0;
  color: inherit; }
.stegvis-own-page p { font-size: 1rem; margin: .25rem 0 0; }
.stegvis-own-page .foot { font-size: .875rem; color: #4a4f57; border-top: 1px solid #dedbd4;
  margin-top: 1rem; padding-top: .35rem; }
.stegvis-own-page .line { display: inline-block; min-width: 8.5rem; height: 1.6rem;
  border-bottom: 1px solid #1a1a1a; margin: 0 1rem 0 .35rem; }
.st-key-own-paper .stegvis-table { font-size: .875rem; }
.st-key-own-paper .stegvis-table th, .st-key-own-paper .stegvis-table td { min-width: 0;
  padding-right: .75rem; white-space: nowrap; }
@media print { .st-key-own-paper { border: 0; padding: 0; max-width: none; width: 631px; } }
"""


def mode() -> Mode | None:
    """What the address asks for, if anything."""
    wanted = st.query_params.get(SHOWN)
    return next((one for one in Mode if one.value == wanted), None)


def buttons() -> None:
    """The ways to the turned screen and to the paper."""
    shown.button(
        "Vänd skärmen", key="own-turn", on_click=_go, args=(Mode.SCREEN,), shortcut=TURN_KEY
    )
    shown.button("Blad till deltagaren", key="own-sheet", on_click=_go, args=(Mode.PAPER,))


@dataclass(frozen=True, slots=True)
class Look:
    """How large the charts are, how high for their size, and whether they stand on paper, which
    is always white.
    """

    size: float
    height: float
    on_paper: bool

    def show(self, build: charts.Build, *, of: object, alt: str, key: str) -> None:
        """Draw a chart so; ``of`` is everything that it is made from."""

        def drawn(colours: charts.Palette) -> go.Figure:
            ground = charts.palette(False) if self.on_paper else colours
            figure = charts_person.enlarged(build(ground), self.size)
            figure.layout.height = round(figure.layout.height * self.height)
            return figure

        charts.show_kept(drawn, of=(of, self), alt=alt, key=key)


SCREEN, PAPER = Look(1.5, 1, on_paper=False), Look(1, 0.8, on_paper=True)


def _go(to: Mode | None) -> None:
    if to is None:
        st.query_params.pop(SHOWN, None)
    else:
        st.query_params[SHOWN] = to.value


def draw(context: Context, view: ParticipantView, wanted: Mode) -> None:
    """Draw it instead of the page."""
    if wanted is Mode.PAPER:
        _paper(context, view)
    else:
        _screen(view)


def _screen(view: ParticipantView) -> None:
    shown.html(f"<style>{_COVER}</style>")
    shown.button("Vänd tillbaka", key="own-back", on_click=_go, args=(None,), shortcut="Escape")
    _said(f"<h1>Så här har det gått</h1><p>{escape(met_words(view))}</p>")
    span = _span(view)
    points = points_of(view.ors)
    _said(f"<h2>Hur du har haft det</h2><p>{escape(rated_words(points))}</p>")
    _curve(points, span, SCREEN, key="own-ors")
    talks = points_of(view.srs)
    if talks:
        _said(f"<h2>Hur samtalen har varit</h2><p>{escape(rated_words(talks))}</p>")
        _curve(talks, span, SCREEN, key="own-srs")
    _steps(view, span, SCREEN)
    numbers = tables.list_html(
        "Dina siffror",
        ("Dag", "Hur du har haft det", "Samtalet"),
        _numbers(points, talks),
        numbers=frozenset({1, 2}),
        show_caption=False,
    )
    if points or talks:
        _said(f'<details class="stegvis-behind"><summary>Siffrorna</summary>{numbers}</details>')


def _paper(context: Context, view: ParticipantView) -> None:
    shown.html(f"<style>{_SHEET}</style>")
    with st.container(key="not-printed"), st.container(horizontal=True):
        with st.container(width="content"):
            print_button("Skriv ut", key="own-print")
        shown.button("Till deltagarens sida", key="own-back", on_click=_go, args=(None,))
    with st.container(key="own-paper", gap=None):
        points, span = points_of(view.ors), _span(view)
        _said(
            f"<h1>Så här har det gått</h1><p>{escape(view.head.insats)}, "
            f"{escape(long_date(context.today))}. {escape(met_words(view))}</p>"
            f"<h2>Hur du har haft det</h2><p>{escape(rated_words(points))}</p>"
        )
        _curve(points, span, PAPER, key="own-ors")
        if points:
            last = points[-ON_PAPER:]
            shown.html(
                tables.list_html(
                    "Dina senaste skattningar",
                    ("Dag", *(iso(day) for day, _ in last)),
                    [("Summa", *(format_points(mm) for _, mm in last))],
                    numbers=frozenset(range(1, len(last) + 1)),
                    show_caption=False,
                )
            )
        _steps(view, span, PAPER)
        _said(
            '<h2>Nästa träff</h2><p>Dag<span class="line"></span>Tid<span class="line"></span>'
            'Plats<span class="line"></span></p>'
            '<p class="foot">Bladet är ditt. Siffrorna är dina egna skattningar och handlar bara '
            f"om dig.<br>{escape(marking(context))}</p>"
        )


def met_words(view: ParticipantView) -> str:
    """How often we have met, in plain words."""
    came = sum(row.status is AttendanceStatus.PRESENT and not row.voided for row in view.sessions)
    since = long_date(view.head.started_on)
    if not came:
        return f"Du började {since}."
    return f"Vi har setts {counted(came, 'gång', 'gånger')} sedan {since}."


def rated_words(points: Sequence[tuple[date, int]]) -> str:
    """Where the own ratings began and where they are, in plain words and without a judgement."""
    if not points:
        return "Du har inte fyllt i någon skattning med siffror än."
    first, last = points[0][1], points[-1][1]
    if len(points) == 1:
        return f"Du har skattat en gång: {format_points(first)} av 40."
    return f"Du började på {format_points(first)} och skattade senast {format_points(last)} av 40."


def _said(html: str) -> None:
    shown.html(f'<div class="stegvis-own-page">{html}</div>')


def _span(view: ParticipantView) -> Span:
    days = [day for series in (view.ors, view.srs) for day, _ in points_of(series)]
    days += [row.assessed_on for row in standing_steps(view)]
    return Span.around([view.head.started_on, *days])


def _curve(points: Sequence[tuple[date, int]], span: Span, how: Look, *, key: str) -> None:
    if not points:
        return
    spoken = " ".join(f"{iso(day)}: {format_points(mm)}." for day, mm in points)
    how.show(
        lambda colours: charts_person.own_curve(points, span=span, colours=colours),
        of=(key, points, span),
        alt=f"Kurva över dina skattningar. {spoken}",
        key=key,
    )


def _steps(view: ParticipantView, span: Span, how: Look) -> None:
    standing = standing_steps(view)
    if not standing:
        return
    positions = [step.position for step in view.ladder]
    levels = [(row.assessed_on, row.level.position) for row in standing]
    last = capitalised(step_words(standing[-1]))
    _said(
        f"<h2>Steg på vägen</h2><p>{escape(last)}. Stegen går från {min(positions)} till "
        f"{max(positions)}.</p>"
    )
    how.show(
        lambda colours: charts_person.staircase(
            levels, span=span, positions=positions, colours=colours
        ),
        of=("own-steps", levels, positions, span),
        alt="Trappa över tid. "
        + " ".join(f"{iso(row.assessed_on)}: {step_words(row)}." for row in standing),
        key="own-steps",
    )


def _numbers(
    points: Sequence[tuple[date, int]], talks: Sequence[tuple[date, int]]
) -> list[tuple[str, str, str]]:
    rated, of_talks = dict(points), dict(talks)

    def said(found: dict[date, int], day: date) -> str:
        return format_points(found[day]) if day in found else "–"

    return [
        (iso(day), said(rated, day), said(of_talks, day))
        for day in sorted(rated.keys() | of_talks.keys())
    ]
