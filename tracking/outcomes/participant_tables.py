"""The tables behind a person's charts, made of a page that has been read already.

They bear the code and never the memory word, since they may leave the screen as files. What a
table looks like on the screen is `tracking.ui.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.instruments import INSTRUMENTS
from tracking.domain.periods import Period
from tracking.domain.swedish import iso
from tracking.outcomes.participant_events import Event
from tracking.outcomes.participant_views import ParticipantView, RatingPoint, RatingSeries


def ratings_table(view: ParticipantView, series: RatingSeries) -> Table:
    """Every rating of an instrument in points, also those without numbers and the voided."""
    instrument = INSTRUMENTS[series.instrument]
    return _table(
        view,
        key=f"person-{instrument.key.lower()}",
        title=f"{instrument.title}, poäng",
        definition=f"Ifylls {instrument.moment}. Skalorna går från 0 till 10, summan till 40.",
        columns=(*instrument.scales, "Summa", "Anmärkning"),
        rows=[(point.held_on, _rating_cells(point)) for point in series.points],
        thresholds=view.ors_reading.thresholds.source,
    )


def _rating_cells(point: RatingPoint) -> tuple[Cell, ...]:
    value = point.value
    scales = [Cell.of_number(mm / 10) for mm in value.scales or ()]
    while len(scales) < 4:
        scales.append(Cell.of_number(None))
    total = (
        Cell.of_text(value.status.label)
        if value.total is None
        else Cell.of_number(value.total / 10)
    )
    said = "makulerad" if point.voided else "rättad" if point.corrected else ""
    return (*scales, total, Cell.of_text(said))


def steps_table(view: ParticipantView) -> Table:
    """Every step assessment, the voided included."""
    return _table(
        view,
        key="person-steps",
        title="Stegbedömningar",
        definition="Personalens bedömning av steget, daterad. Förflyttningen är steget vid avslut "
        "minus steget vid start.",
        columns=("Steg", "När", "Bedömt av", "Anmärkning"),
        rows=[
            (
                row.assessed_on,
                (
                    Cell.of_text(
                        row.name if row.level.no_prospects else f"{row.level.position} · {row.name}"
                    ),
                    Cell.of_text(row.occasion.label),
                    Cell.of_text(row.by),
                    Cell.of_text("makulerad" if row.voided else ""),
                ),
            )
            for row in view.steps
        ],
    )


def events_table(view: ParticipantView, events: Sequence[Event]) -> Table:
    """The time line as a table."""
    return _table(
        view,
        key="person-events",
        title="Tidslinje",
        definition="Det som är registrerat i deltagandet, utom det makulerade.",
        columns=("Vad", "Uppgift"),
        rows=[
            (event.on, (Cell.of_text(event.lane.label), Cell.of_text(event.words)))
            for event in events
        ],
    )


def course_table(
    view: ParticipantView,
    rows: Sequence[tuple[date, tuple[str, str, str, str]]],
    *,
    title: str,
    definition: str,
) -> Table:
    """A person beside the usual course: talk, score and both bands, already in words."""
    return _table(
        view,
        key="person-course",
        title=title,
        definition=definition,
        columns=("Samtal", "ORS", "Hälften låg", "Fyra av fem låg"),
        rows=[(day, tuple(map(Cell.of_text, cells))) for day, cells in rows],
    )


def _table(
    view: ParticipantView,
    *,
    key: str,
    title: str,
    definition: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[date, tuple[Cell, ...]]],
    thresholds: str | None = None,
) -> Table:
    days = [view.head.started_on, *(day for day, _ in rows)]
    return Table(
        key=key,
        title=title,
        definition=definition,
        row_heading="Datum",
        columns=columns,
        rows=tuple(Row(iso(day), cells) for day, cells in rows),
        period=Period(min(days), max(days)),
        population=f"{view.head.code}, {view.head.insats}",
        thresholds=thresholds,
    )
