"""A person's charts as findings: ORS, the scales, SRS and G-SRS, the steps, the time line.

Each is a `Drawing` made of the page's data alone, or None where there is nothing to draw. How
they look is `charts_person`, in which order they stand `participant_brief`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracking.domain.instruments import INSTRUMENTS, Scales, format_points
from tracking.domain.ladder import StepMove
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, counted, listed
from tracking.outcomes.participant_events import events_finding, events_of
from tracking.outcomes.participant_tables import events_table, ratings_table, steps_table
from tracking.outcomes.participant_views import ParticipantView, RatingSeries, StepRow
from tracking.ui import charts_person, charts_person_strips
from tracking.ui.charts_person import Span
from tracking.ui.participant_chart import Drawing


def span_of(view: ParticipantView) -> Span:
    """The days that a person's charts share: from the start to the last that has happened."""
    days = [row.held_on for row in view.sessions if not row.voided]
    days += [row.assessed_on for row in standing_steps(view)]
    return Span.around([view.head.started_on, *days, view.head.ended_on or view.head.started_on])


def whole_span(view: ParticipantView) -> Span:
    """The same and the follow-ups, also those that are still to come."""
    shared = span_of(view)
    days = [event.on for event in events_of(view)]
    if not days or (shared.first <= min(days) and max(days) <= shared.last):
        return shared
    return Span.around([view.head.started_on, *days])


def points_of(series: RatingSeries) -> list[tuple[date, int]]:
    """The totals (mm) with their days, the oldest first."""
    return [
        (point.held_on, point.value.total)
        for point in series.scored
        if point.value.total is not None
    ]


def scales_of(series: RatingSeries) -> list[tuple[date, Scales]]:
    """The ratings that have all four scales (mm), the oldest first."""
    return [
        (point.held_on, point.value.scales)
        for point in series.scored
        if point.value.scales is not None
    ]


def ors(view: ParticipantView, span: Span) -> Drawing | None:
    """ORS with the cut-off and the band inside which nothing is sure."""
    points, reading = points_of(view.ors), view.ors_reading
    if not points:
        return None
    limits = reading.thresholds
    finding = reading.signal.reason
    if len(points) == 1:
        finding = f"ORS {format_points(points[0][1])}. En skattning är för få för en förändring."
    return Drawing(
        key="ors-curve",
        finding=finding,
        base=f"ORS, {_counted(points)}, {_between(points)}. Gränsvärde "
        f"{format_points(reading.cutoff_mm)}, tillförlitlig förändring minst "
        f"{format_points(limits.reliable_change_mm)}. "
        "Det grå bandet är det som inte säkert skiljer sig från starten.",
        build=lambda colours: charts_person.ors_curve(
            points,
            span=span,
            cutoff_mm=reading.cutoff_mm,
            band=reading.band,
            reliable_mm=limits.reliable_change_mm,
            colours=colours,
        ),
        alt=f"Kurva över ORS. {_spoken(points)} {finding}",
        table=ratings_table(view, view.ors),
    )


def scales(view: ParticipantView, series: RatingSeries, span: Span) -> Drawing | None:
    """The four scales of an instrument beside one another."""
    points, instrument = scales_of(series), INSTRUMENTS[series.instrument]
    if not points:
        return None
    names = [instrument.short_name(place) for place in range(4)]
    only_total = len(series.scored) - len(points)
    rest = f" {only_total} har bara summa och visas inte." if only_total else ""
    finding = scales_finding(names, points)
    spoken = " ".join(
        f"{name}: {', '.join(format_points(four[place]) for _, four in points)}."
        for place, name in enumerate(names)
    )
    return Drawing(
        key=f"{instrument.key.lower()}-scales",
        finding=finding,
        base=f"{instrument.title}, de fyra skalorna 0–10 över samma tid, {_counted(points)}.{rest}",
        build=lambda colours: charts_person_strips.scales_chart(
            points, names=names, span=span, colours=colours
        ),
        alt=f"Fyra små kurvor över {instrument.title}. {spoken} {finding}",
        table=ratings_table(view, series),
    )


def scales_finding(names: Sequence[str], points: Sequence[tuple[date, Scales]]) -> str:
    """Which scale has changed most since the first rating that has scales, and the lowest now."""
    first, last = points[0][1], points[-1][1]
    low = min(range(4), key=lambda place: last[place])
    lowest = f"{names[low]} är lägst nu, {format_points(last[low])}."
    if len(points) == 1:
        return f"{lowest} En skattning är för få för en förändring."
    moved = max(range(4), key=lambda place: abs(last[place] - first[place]))
    if last[moved] == first[moved]:
        return f"Ingen skala har ändrats sedan starten. {lowest}"
    how = "stigit" if last[moved] > first[moved] else "sjunkit"
    return (
        f"{names[moved]} har {how} mest, från {format_points(first[moved])} till "
        f"{format_points(last[moved])}. {lowest}"
    )


def srs(view: ParticipantView, span: Span) -> Drawing | None:
    """SRS with what there is to raise."""
    phrases = [*view.srs_points, *([view.always_highest] if view.always_highest else [])]
    limit = view.ors_reading.thresholds.srs_total_mm
    under = f"Under den streckade linjen, {format_points(limit)}, finns något att ta upp."
    return _alliance(view, view.srs, span, phrases, limit, under)


def gsrs(view: ParticipantView, span: Span) -> Drawing | None:
    """G-SRS with what there is to raise."""
    limit = view.ors_reading.thresholds.gsrs_total_mm
    under = "Gränsen är lånad från SRS och inte prövad för grupper."
    return _alliance(view, view.gsrs, span, list(view.gsrs_points), limit, under)


def _alliance(
    view: ParticipantView,
    series: RatingSeries,
    span: Span,
    phrases: Sequence[str],
    limit_mm: int,
    under: str,
) -> Drawing | None:
    points, title = points_of(series), INSTRUMENTS[series.instrument].title
    if not points:
        return None
    last = f"{title} {format_points(points[-1][1])} senast"
    said = f"Att ta upp: {listed(phrases)}." if phrases else f"{last}, inget särskilt att ta upp."
    return Drawing(
        key=f"{series.instrument.lower()}-curve",
        finding=said,
        base=f"{title}, {_counted(points)}, {_between(points)}. {under}",
        build=lambda colours: charts_person.srs_curve(
            points, span=span, limit_mm=limit_mm, colours=colours
        ),
        alt=f"Kurva över {title}. {_spoken(points)} {said}",
        table=ratings_table(view, series),
    )


def standing_steps(view: ParticipantView) -> list[StepRow]:
    """The step assessments that count, the oldest first."""
    return [row for row in view.steps if not row.voided]


def step_words(row: StepRow) -> str:
    """A step by its number and name, or the exit."""
    return row.name if row.level.no_prospects else f"steg {row.level.position}, {row.name}"


def staircase(view: ParticipantView, span: Span) -> Drawing | None:
    """The step assessments over time."""
    standing = standing_steps(view)
    if not standing:
        return None
    last = standing[-1]
    move = "" if view.move is StepMove.MISSING else f" Från start till avslut: {view.move.label}."
    few = " En bedömning är för få för en förflyttning." if len(standing) == 1 else ""
    levels = [(row.assessed_on, row.level.position) for row in standing]
    positions = [step.position for step in view.ladder]
    finding = capitalised(f"{step_words(last)}.{few}")
    return Drawing(
        key="staircase",
        finding=finding,
        base=f"{counted(len(standing), 'bedömning', 'bedömningar')}, den senaste "
        f"{iso(last.assessed_on)}.{move}",
        build=lambda colours: charts_person.staircase(
            levels, span=span, positions=positions, colours=colours
        ),
        alt="Trappa över tid. "
        + " ".join(f"{iso(row.assessed_on)}: {step_words(row)}." for row in standing),
        table=steps_table(view),
    )


def time_line(view: ParticipantView) -> Drawing | None:
    """Talks, absences, assessments and follow-ups as one strip."""
    events, ended_on, span = events_of(view), view.head.ended_on, whole_span(view)
    if not events:
        return None
    finding = events_finding(view)
    return Drawing(
        key="time-line",
        finding=finding,
        base="Tidslinje. Fyllda tecken har skett; ihåliga är uteblivet, avbokat, försök att nå "
        "eller uppföljning som inte är gjord.",
        build=lambda colours: charts_person_strips.strip(
            events, span=span, ended_on=ended_on, colours=colours
        ),
        alt="Tidslinje. "
        + " ".join(f"{iso(e.on)}: {e.lane.label.lower()}, {e.words}." for e in events),
        table=events_table(view, events),
    )


def _counted(points: Sequence[object]) -> str:
    return counted(len(points), "skattning", "skattningar")


def _between(points: Sequence[tuple[date, int]]) -> str:
    if len(points) == 1:
        return iso(points[0][0])
    return f"{iso(points[0][0])} till {iso(points[-1][0])}"


def _spoken(points: Sequence[tuple[date, int]]) -> str:
    return " ".join(f"{iso(day)}: {format_points(mm)}." for day, mm in points)
