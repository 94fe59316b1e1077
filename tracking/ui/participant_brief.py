"""The minute before a talk: what to know, and the charts in the order they are read.

What a chart says is `participant_curves`; the screen and the paper for the participant are
`participant_own`.
"""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from tracking.domain.instruments import format_points
from tracking.domain.signals import EARLY_FALL_NOTE, Sign, not_seen_sentence
from tracking.domain.situation import situation_words
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, listed
from tracking.outcomes.course import CourseReading, beside_usual_course
from tracking.outcomes.participant_events import last_seen
from tracking.outcomes.participant_views import ParticipantView
from tracking.outcomes.todo_views import ways_at_start
from tracking.ui import (
    kept,
    page_links,
    participant_curves,
    participant_own,
    people,
    shown,
    usual_course,
)
from tracking.ui.charts_person import Span
from tracking.ui.guard import Context
from tracking.ui.kept import Sheet
from tracking.ui.participant_chart import Drawing, files_of

NOTHING = "Inga skattningar med siffror än."


def draw(context: Context, view: ParticipantView) -> None:
    """Everything there is to see before the door opens."""
    _ways(view)
    span = participant_curves.span_of(view)
    first = kept.kept_by_session(
        lambda sheet: _put_first(sheet, context.today, view, span),
        name="brief",
        of=(view, context.today),
    )
    with st.container(gap=None):
        kept.put(first)
    scales = _asks_for_scales(view)
    course = beside_usual_course(context.database, view) if view.ors.totals else None
    rest = kept.kept_by_session(
        lambda sheet: _put_rest(sheet, view, span, course, scales=scales),
        name="brief-rest",
        of=(view, course, scales),
    )
    with st.container(gap=None):
        kept.put(rest)
        kept.serve(first, rest, files=files_of(context, view))


def _put_first(sheet: Sheet, today: date, view: ParticipantView, span: Span) -> None:
    """What to know, one line each, and ORS."""
    sheet.html(_facts(today, view))
    ors = participant_curves.ors(view, span)
    if ors is not None:
        fallen = len(view.ors.totals) > 1 and view.ors.totals[-1] < view.ors.totals[0]
        ors.put(sheet, EARLY_FALL_NOTE if fallen else "")
    elif not (view.srs.scored or view.gsrs.scored):
        sheet.lead(NOTHING)


def _put_rest(
    sheet: Sheet, view: ParticipantView, span: Span, course: CourseReading | None, *, scales: bool
) -> None:
    """The scales when they are asked for, the usual course, SRS, the steps and the time line."""
    if scales:
        _put(sheet, participant_curves.scales(view, view.ors, span))
        _put(sheet, participant_curves.scales(view, view.srs, span))
    if course is not None:
        usual_course.put(sheet, course, participant_curves.points_of(view.ors), span, view)
    _put(sheet, participant_curves.srs(view, span))
    _put(sheet, participant_curves.gsrs(view, span))
    _put(sheet, participant_curves.staircase(view, span))
    _put(sheet, participant_curves.time_line(view))
    if course is not None:
        way = page_links.anchor(
            "sa_raknar_vi", "Så räknas tecken och gränsvärden", {"rubrik": "tecken"}
        )
        sheet.html(f'<p class="stegvis-base">{way}</p>')


def _put(sheet: Sheet, drawing: Drawing | None) -> None:
    if drawing is not None:
        drawing.put(sheet)


def elsewhere(view: ParticipantView) -> None:
    """The ways from this spell: the person's others that one may see, and the search."""
    links = [
        page_links.anchor(
            "deltagaren",
            f"Även i {other.insats} sedan {iso(other.started_on)}",
            {"deltagande": str(other.spell_id)},
        )
        for other in view.others
    ]
    links.append(page_links.anchor("deltagaren", "Sök en annan deltagare", {}))
    shown.html(f'<p class="stegvis-base">{" · ".join(links)}</p>')


def _ways(view: ParticipantView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if view.head.ended_on is None:
            people.link("samtal", "Registrera samtal", {"deltagande": str(view.head.spell_id)})
        participant_own.buttons()


def _asks_for_scales(view: ParticipantView) -> bool:
    """Whether the four scales of ORS and of SRS are asked for; nothing where there are none."""
    some = any(participant_curves.scales_of(series) for series in (view.ors, view.srs))
    return some and shown.toggle("Visa de fyra skalorna", key=f"skalor::{view.head.spell_id}")


def _facts(today: date, view: ParticipantView) -> str:
    """What to know, one line each."""
    rows = [
        ("ORS", _ors_words(view)),
        ("SRS", _raise_words(view)),
        ("Steg", _step_words(view)),
        ("Situation", _situation_words(view)),
        ("Senast sedd", _seen_words(today, view)),
    ]
    lines = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in rows if words
    )
    missing = _missing(view)
    if missing:
        lines += f"<dt>Saknas</dt><dd>{', '.join(missing)}</dd>"
    return f'<dl class="stegvis-facts">{lines}</dl>'


def _ors_words(view: ParticipantView) -> str:
    totals, signal = view.ors.totals, view.ors_reading.signal
    if not totals:
        return "ingen skattning" if "ORS" in view.head.instruments else ""
    if len(totals) == 1:
        return f"{format_points(totals[0])}, den enda skattningen"
    sign = "" if signal.sign in (Sign.NONE, Sign.GREY) else f"{people.sign_words(signal)}. "
    return f"{format_points(totals[-1])} senast, {format_points(totals[0])} första. {sign}".strip()


def _raise_words(view: ParticipantView) -> str:
    phrases = [*view.srs_points, *view.gsrs_points]
    if view.always_highest:
        phrases.append(view.always_highest)
    if phrases:
        return capitalised(f"ta upp: {listed(phrases)}")
    return "inget särskilt att ta upp" if view.srs.scored or view.gsrs.scored else ""


def _step_words(view: ParticipantView) -> str:
    standing = participant_curves.standing_steps(view)
    if not standing:
        return "ingen bedömning" if view.ladder else ""
    last = standing[-1]
    return f"{participant_curves.step_words(last)}, bedömt {iso(last.assessed_on)}"


def _situation_words(view: ParticipantView) -> str:
    standing = [row for row in view.situations if not row.voided]
    if not standing:
        return "inte beskriven"
    last = max(standing, key=lambda row: row.described_on)
    support, work, *_ = situation_words(last.value)
    worked = f"; arbete {work}" if work not in ("–", "nej") else ""
    return f"{support}{worked}, {last.occasion.label} {iso(last.described_on)}"


def _seen_words(today: date, view: ParticipantView) -> str:
    seen = last_seen(view)
    if view.head.ended_on is not None:
        return iso(seen) if seen else "inget samtal"
    late = not_seen_sentence(seen or view.head.started_on, today)
    said = iso(seen) if seen else "inget samtal än"
    return f"{said}. {late}" if late else said


def _missing(view: ParticipantView) -> list[str]:
    """What is asked and not there, each with the way to its form, as HTML."""
    spell = {"deltagande": str(view.head.spell_id)}
    return [
        page_links.anchor("deltagaren", words, {**spell, **address})
        for words, address in ways_at_start(view.head.missing_at_start)
    ]
