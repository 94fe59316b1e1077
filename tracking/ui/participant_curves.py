"""The first part of a person's page: the curves, what they say, and the numbers behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tracking.domain.instruments import INSTRUMENTS, RatingValue, format_points
from tracking.domain.signals import EARLY_FALL_NOTE
from tracking.domain.situation import NO_SUPPORT_LABEL, Occasion, SituationValue, YesNoUnknown
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, counted, listed
from tracking.outcomes.course import beside_usual_course
from tracking.outcomes.participant_views import ParticipantView, RatingSeries
from tracking.store.database import Database
from tracking.ui import charts_person, frame, tables, usual_course
from tracking.ui.charts import ground_is_dark, palette, show


def draw_curves(database: Database, view: ParticipantView) -> None:
    """ORS with band and cut-off, beside the usual course, SRS beneath; all over the same months."""
    days = [point.held_on for series in (view.ors, view.srs, view.gsrs) for point in series.scored]
    if not days:
        frame.lead_sentence("Inga skattningar med siffror än.")
        return
    span = charts_person.Span.around([view.head.started_on, *days])
    _ors(view, span)
    usual_course.draw(beside_usual_course(database, view), _points(view.ors), span)
    _srs(view, span)
    if view.gsrs.scored:
        _gsrs(view, span)
    frame.small(view.ors_reading.thresholds.source)


def _points(series: RatingSeries) -> list[tuple[date, int]]:
    return [
        (point.held_on, point.value.total)
        for point in series.scored
        if point.value.total is not None
    ]


def _ors(view: ParticipantView, span: charts_person.Span) -> None:
    points, reading = _points(view.ors), view.ors_reading
    if not points:
        frame.lead_sentence("Inga ORS-värden än.")
        return
    limits = reading.thresholds
    reliable = format_points(limits.reliable_change_mm)
    frame.finding(
        reading.signal.reason,
        f"ORS, {_counted(points)}, {_between(points)}. Gränsvärde "
        f"{format_points(reading.cutoff_mm)}, tillförlitlig förändring minst {reliable}. "
        "Det grå bandet är det som inte säkert skiljer sig från starten.",
    )
    show(
        charts_person.ors_curve(
            points,
            span=span,
            cutoff_mm=reading.cutoff_mm,
            band=reading.band,
            reliable_mm=limits.reliable_change_mm,
            colours=palette(ground_is_dark()),
        ),
        alt=f"Kurva över ORS. {_spoken(points)} {reading.signal.reason}",
        key="ors-curve",
    )
    if points[-1][1] < points[0][1]:
        frame.small(EARLY_FALL_NOTE)
    _table_behind(view.ors)


def _srs(view: ParticipantView, span: charts_person.Span) -> None:
    points = _points(view.srs)
    if not points:
        return
    phrases = [*view.srs_points, *([view.always_highest] if view.always_highest else [])]
    said = (
        f"Att ta upp: {listed(phrases)}."
        if phrases
        else f"SRS {format_points(points[-1][1])} senast, inget särskilt att ta upp."
    )
    limit = view.ors_reading.thresholds.srs_total_mm
    frame.finding(
        said,
        f"SRS, {_counted(points)}, {_between(points)}. Under den streckade linjen, "
        f"{format_points(limit)}, finns något att ta upp.",
    )
    show(
        charts_person.srs_curve(
            points, span=span, limit_mm=limit, colours=palette(ground_is_dark())
        ),
        alt=f"Kurva över SRS. {_spoken(points)} {said}",
        key="srs-curve",
    )
    _table_behind(view.srs)


def _gsrs(view: ParticipantView, span: charts_person.Span) -> None:
    points = _points(view.gsrs)
    said = f"G-SRS {format_points(points[-1][1])} vid senaste gruppträffen."
    limit = view.ors_reading.thresholds.gsrs_total_mm
    frame.finding(
        said,
        f"G-SRS, {_counted(points)}, {_between(points)}. Gränsen är lånad från SRS och inte "
        "prövad för grupper.",
    )
    show(
        charts_person.srs_curve(
            points, span=span, limit_mm=limit, colours=palette(ground_is_dark())
        ),
        alt=f"Kurva över G-SRS. {_spoken(points)}",
        key="gsrs-curve",
    )
    _table_behind(view.gsrs)


def draw_staircase(view: ParticipantView) -> None:
    """The step assessments over time."""
    standing = [row for row in view.steps if not row.voided]
    if not standing:
        frame.lead_sentence("Ingen stegbedömning än.")
        return
    last = standing[-1]
    days = [row.assessed_on for row in standing]
    span = charts_person.Span.around([view.head.started_on, *days, view.head.ended_on or days[-1]])
    where = last.name if last.level.no_prospects else f"steg {last.level.position}, {last.name}"
    frame.finding(
        capitalised(f"{where}."),
        f"Senaste bedömning {iso(last.assessed_on)}. Stegförflyttning från start till avslut: "
        f"{view.move.label}.",
    )
    show(
        charts_person.staircase(
            [(row.assessed_on, row.level.position) for row in standing],
            span=span,
            positions=[step.position for step in view.ladder],
            colours=palette(ground_is_dark()),
        ),
        alt="Trappa över tid. "
        + " ".join(
            f"{iso(row.assessed_on)}: "
            f"{row.name if row.level.no_prospects else f'steg {row.level.position}'}."
            for row in standing
        ),
        key="staircase",
    )
    rows = [
        (
            iso(row.assessed_on),
            row.name if row.level.no_prospects else f"{row.level.position} · {row.name}",
            row.occasion.label,
            row.by,
            "makulerad" if row.voided else "",
        )
        for row in view.steps
    ]
    with st.expander("Bedömningarna som tabell"):
        tables.show_list(
            "Stegbedömningar",
            ("Datum", "Steg", "När", "Bedömt av", "Anmärkning"),
            rows,
            show_caption=False,
        )


def draw_situations(view: ParticipantView) -> None:
    """Försörjning and sysselsättning before and after, side by side."""
    standing = [view.situation_at(occasion) for occasion in Occasion]
    there = [row for row in standing if row is not None]
    if not there:
        frame.lead_sentence("Situationen är inte beskriven än.")
        return
    names = ("Försörjning", "Arbete", "Studier", "Söker arbete", "Inskriven hos Arbetsförmedlingen")
    columns = [f"{capitalised(row.occasion.label)}, {iso(row.described_on)}" for row in there]
    cells = [situation_words(row.value) for row in there]
    tables.show_list(
        "Situation före och efter",
        ("Fråga", *columns),
        [(name, *(cell[place] for cell in cells)) for place, name in enumerate(names)],
    )


def situation_words(value: SituationValue) -> tuple[str, str, str, str, str]:
    """A situation in words: support, work, studies, seeking, registered."""
    if value.no_support:
        support = NO_SUPPORT_LABEL
    elif value.support_unknown:
        support = "vet ej"
    else:
        support = ", ".join(sorted(source.label for source in value.sources)) or "–"
    kind = None if value.work_kind is None else value.work_kind.label
    return (
        support,
        _extent(value.work, value.work_percent, kind),
        _extent(value.studies, value.studies_percent, None),
        _answer(value.seeking),
        _answer(value.registered_af),
    )


def _answer(answer: YesNoUnknown | None) -> str:
    return "–" if answer is None else answer.label


def _extent(answer: YesNoUnknown | None, percent: int | None, kind: str | None) -> str:
    if answer is not YesNoUnknown.YES:
        return _answer(answer)
    extent = "" if percent is None else f"{percent}\u00a0%"
    return ", ".join(part for part in ("ja", extent, kind) if part)


def _counted(points: Sequence[tuple[date, int]]) -> str:
    return counted(len(points), "skattning", "skattningar")


def _between(points: Sequence[tuple[date, int]]) -> str:
    if len(points) == 1:
        return iso(points[0][0])
    return f"{iso(points[0][0])} till {iso(points[-1][0])}"


def _spoken(points: Sequence[tuple[date, int]]) -> str:
    return " ".join(f"{iso(day)}: {format_points(mm)}." for day, mm in points)


def rating_cells(value: RatingValue) -> tuple[str, str, str, str, str]:
    """The four scales and the total, or what the paper was instead."""
    if value.scales is not None:
        one, two, three, four = (format_points(mm) for mm in value.scales)
    else:
        one = two = three = four = "–"
    total = format_points(value.total) if value.total is not None else value.status.label
    return one, two, three, four, total


def _table_behind(series: RatingSeries) -> None:
    instrument = INSTRUMENTS[series.instrument]
    with st.expander(f"{instrument.title} som tabell"):
        rows = [
            (
                iso(point.held_on),
                *rating_cells(point.value),
                "makulerad" if point.voided else "rättad" if point.corrected else "",
            )
            for point in series.points
        ]
        tables.show_list(
            f"{instrument.title}, poäng",
            ("Datum", *instrument.scales, "Summa", "Anmärkning"),
            rows,
            numbers=frozenset({1, 2, 3, 4, 5}),
            show_caption=False,
        )
