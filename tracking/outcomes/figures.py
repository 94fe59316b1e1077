"""Figures from elsewhere as they are shown: indicators over the years, kommun figures by half-year.

Aggregates that others have published. They are never put beside outcomes of an insats: each kind
has a page of its own, and nothing else reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import Action, can_read_released, refused
from tracking.domain.context_figures import (
    FigureKind,
    FigureRow,
    HalfYearFigure,
    IndicatorRow,
    KommunRow,
    half_year_figure,
)
from tracking.domain.periods import Calendar, Period, parse_period_key, smallest_periods
from tracking.domain.records import Gender
from tracking.outcomes.parts import read_threshold_k
from tracking.store.database import Database
from tracking.store.tables import Account, ContextImport, IndicatorResult, MunicipalFigure

HALF_YEARS = 6
"""How many half-years are shown, the latest with figures last."""


@dataclass(frozen=True, slots=True)
class ImportView:
    """One file that was taken in; ``taken_back_at`` None while it counts."""

    import_id: int
    source: str
    rows: int
    imported_at: datetime
    by: str
    taken_back_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Indicators:
    """Every indicator by group, number and year, and the k below which no share is shown."""

    rows: tuple[IndicatorRow, ...]
    threshold_k: int
    imports: tuple[ImportView, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, as they are named."""
        return tuple(dict.fromkeys(row.group for row in self.rows))

    def of(self, group: str) -> tuple[IndicatorRow, ...]:
        """A group's rows, by indicator and year."""
        own = [row for row in self.rows if row.group == group]
        return tuple(sorted(own, key=lambda row: (row.number, row.year)))


@dataclass(frozen=True, slots=True)
class KommunSeries:
    """One item (and kön, None both) of a kommun or several, half-year by half-year."""

    item: str
    gender: Gender | None
    figures: tuple[HalfYearFigure | None, ...]


@dataclass(frozen=True, slots=True)
class KommunFigures:
    """What has been taken in of a kommun measure. ``halves`` are the half-years shown."""

    kind: FigureKind
    rows: tuple[KommunRow, ...]
    imports: tuple[ImportView, ...]

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The kommuner, by name."""
        return tuple(sorted({row.municipality for row in self.rows}))

    def series(
        self, municipality: str | None
    ) -> tuple[tuple[Period, ...], tuple[KommunSeries, ...]]:
        """Half-years and the items of one kommun (None: all added), in the file's order.

        An item that only has kvinnor and män has their sum as well; of several kommuner one is
        added only for a half-year that all of them have whole, so that no sum lacks a part.
        """
        own = [row for row in self.rows if municipality in (None, row.municipality)]
        places = sorted({row.municipality for row in own})
        by_part: dict[tuple[str, str, Gender | None], dict[Period, float]] = {}
        for row in own:
            part = by_part.setdefault((row.municipality, row.item, row.gender), {})
            part[parse_period_key(row.period_key)] = row.value
        halves = _halves([period for part in by_part.values() for period in part])
        items = tuple(dict.fromkeys(row.item for row in own))
        found = []
        for item in items:
            for gender in (None, Gender.WOMAN, Gender.MAN):
                figures = tuple(_added(by_part, places, item, gender, half) for half in halves)
                if any(figure is not None for figure in figures):
                    found.append(KommunSeries(item, gender, figures))
        return halves, tuple(found)


def indicators(database: Database, actor: Actor) -> Indicators:
    """Return what has been taken in of the indicators. Raises `NotPermitted`."""
    _check_reads(actor)
    with database.reading() as session:
        rows = current_rows(session, FigureKind.INDICATORS)
        k = read_threshold_k(session)
        kept = tuple(row.kept(k) for row in rows.values() if isinstance(row, IndicatorRow))
        return Indicators(kept, k, _imports(session, FigureKind.INDICATORS))


def kommun_figures(database: Database, actor: Actor, kind: FigureKind) -> KommunFigures:
    """Return what has been taken in of a kommun measure. Raises `NotPermitted`."""
    _check_reads(actor)
    with database.reading() as session:
        rows = current_rows(session, kind).values()
        return KommunFigures(
            kind,
            tuple(row for row in rows if isinstance(row, KommunRow)),
            _imports(session, kind),
        )


@dataclass(frozen=True, slots=True)
class WouldChange:
    """What taking rows in would do to what stands: new, other than before, and the same."""

    new: int
    other: int
    same: int


def would_change(
    database: Database, actor: Actor, kind: FigureKind, rows: Sequence[FigureRow]
) -> WouldChange:
    """Compare rows with what stands; nothing is written. Raises `NotPermitted`."""
    _check_reads(actor)
    with database.reading() as session:
        standing = current_rows(session, kind)
        k = read_threshold_k(session)
    new = other = 0
    for row in rows:
        before = standing.get(row.cell)
        told = row.kept(k) if isinstance(row, IndicatorRow) else row
        new += before is None
        other += before is not None and _value(before) != _value(told)
    return WouldChange(new, other, len(rows) - new - other)


def current_rows(session: DbSession, kind: FigureKind) -> dict[tuple[str, ...], FigureRow]:
    """Read what stands of a kind: of the same thing the latest import that counts."""
    of_kind = (
        ContextImport.kind == kind,
        col(ContextImport.voided_at).is_(None),
    )
    found: dict[tuple[str, ...], FigureRow] = {}
    if kind is FigureKind.INDICATORS:
        for one in session.exec(
            select(IndicatorResult)
            .join(ContextImport, col(ContextImport.id) == col(IndicatorResult.import_id))
            .where(*of_kind)
            .order_by(col(IndicatorResult.import_id), col(IndicatorResult.id))
        ):
            row: FigureRow = IndicatorRow(
                one.group_name, one.number, one.year, one.n, one.share_hundredths
            )
            found[row.cell] = row
        return found
    for figure in session.exec(
        select(MunicipalFigure)
        .join(ContextImport, col(ContextImport.id) == col(MunicipalFigure.import_id))
        .where(*of_kind)
        .order_by(col(MunicipalFigure.import_id), col(MunicipalFigure.id))
    ):
        row = KommunRow(
            figure.municipality, figure.item, figure.gender, figure.period_key, figure.value
        )
        found[row.cell] = row
    return found


def _value(row: FigureRow) -> tuple[object, ...]:
    if isinstance(row, IndicatorRow):
        return row.n, row.share_hundredths
    # As the database keeps it: PostgreSQL has six digits of a REAL.
    return (f"{row.value:.5g}",)


def _halves(periods: Sequence[Period]) -> tuple[Period, ...]:
    """The latest half-years that have any figure within them, the oldest first."""
    years = {period.start.year for period in periods} | {period.end.year for period in periods}
    every = [half for year in sorted(years) for half in smallest_periods(Calendar.HALF_YEAR, year)]
    touched = [
        half for half in every if any(half.start <= p.start and p.end <= half.end for p in periods)
    ]
    return tuple(touched[-HALF_YEARS:])


def _added(
    parts: dict[tuple[str, str, Gender | None], dict[Period, float]],
    places: Sequence[str],
    item: str,
    gender: Gender | None,
    half: Period,
) -> HalfYearFigure | None:
    found = []
    for place in places:
        figure = half_year_figure(parts.get((place, item, gender), {}), half)
        if figure is None and gender is None:
            halves = [
                half_year_figure(parts.get((place, item, one), {}), half)
                for one in (Gender.WOMAN, Gender.MAN)
            ]
            told = [one for one in halves if one is not None]
            if len(told) == 2:
                months = min(one.months for one in told)
                figure = HalfYearFigure(sum(one.value for one in told), months)
        if figure is None or (len(places) > 1 and figure.months < 6):
            if len(places) > 1:
                return None
            continue
        found.append(figure)
    if not found:
        return None
    return HalfYearFigure(sum(one.value for one in found), min(one.months for one in found))


def _imports(session: DbSession, kind: FigureKind) -> tuple[ImportView, ...]:
    rows = session.exec(
        select(ContextImport, Account.title)
        .join(Account, col(Account.id) == col(ContextImport.imported_by))
        .where(ContextImport.kind == kind)
        .order_by(col(ContextImport.id).desc())
    ).all()
    return tuple(
        ImportView(
            row.id,
            row.source,
            row.rows_n,
            row.imported_at,
            title,
            row.voided_at,
            row.version,
        )
        for row, title in rows
        if row.id is not None
    )


def _check_reads(actor: Actor) -> None:
    if not any(can_read_released(actor, grant.insats_id) for grant in actor.grants):
        words = "Ditt uppdrag ger inte rätt att läsa det som förbundet följer."
        raise refused(actor, words, asked=Action.READ_RELEASED)
