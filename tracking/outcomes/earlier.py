"""Tidigare uppgifter, SUS, as time series: year by year, with the insats's own years beside.

The two are counted in different ways and are never added up nor joined: each earlier series
keeps its own definition and source, and only a count of the same kind stands beside it. For the
insats's own staff; what was counted elsewhere has passed no disclosure control.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain import clock
from tracking.domain.figures import EMPTY, Cell, Row, Table
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.outcomes.cohorts import Cohort, read_cohort
from tracking.outcomes.imports import EarlierView, earlier_figures
from tracking.outcomes.kinds import Internal
from tracking.store.database import Database

EARLIER = "tidigare uppgifter"
HERE = "Stegvis"


class OwnCount(StrEnum):
    """What of the insats's own may stand beside an earlier count."""

    THERE = "there"
    STARTED = "started"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The words on the screen."""
        return {
            "there": "deltaganden med minst en dag under året",
            "started": "deltaganden som startade under året",
            "ended": "deltaganden som avslutades under året, utom flytt och avliden",
        }[self.value]


_BEGINNINGS = (
    (OwnCount.ENDED, ("avslut", "utskriv")),
    (OwnCount.STARTED, ("start", "nya ", "påbörj", "inskriv")),
    (OwnCount.THERE, ("deltag",)),
)


@dataclass(frozen=True, slots=True)
class YearCount:
    """A year's count by kön; None is everybody. ``base`` is what it is a part of, if anything."""

    year: int
    counts: dict[Gender | None, int]
    bases: dict[Gender | None, int]

    @property
    def total(self) -> int:
        """Everybody's: as it was told, or else the sum of those that were."""
        return self.counts.get(None, sum(self.counts.values()))

    @property
    def base(self) -> int | None:
        """What the total is a part of; None when it is no part of anything."""
        return self.bases.get(None, sum(self.bases.values())) if self.bases else None


@dataclass(frozen=True, slots=True)
class EarlierSeries:
    """One measure of one source over its years, and the own years that may stand beside."""

    measure: str
    source: str
    definition: str
    years: tuple[YearCount, ...]
    beside: OwnCount | None
    own: tuple[YearCount, ...]
    table: Table


def beside_what(measure: str, *, has_base: bool) -> OwnCount | None:
    """Which own count an earlier measure is of the same kind as, by its words; often none."""
    if has_base:
        return None
    plain = f"{measure.casefold()} "
    return next((own for own, words in _BEGINNINGS if any(w in plain for w in words)), None)


def earlier_series(
    database: Database, actor: Actor, insats_id: int
) -> Internal[tuple[EarlierSeries, ...]]:
    """The insats's earlier series, each with whole own years beside it where they are alike.

    Raises `NotPermitted` unless the actor sees the insats's exact tables.
    """
    check_can_see_internal(actor, insats_id)
    told: dict[tuple[str, str, str], list[EarlierView]] = {}
    for one in earlier_figures(database, actor, insats_id):
        told.setdefault((one.measure, one.source, one.definition), []).append(one)
    if not told:
        return Internal(())
    today = clock.today()
    span = Period(date(2000, 1, 1), today)
    with database.reading() as session:
        cohort = read_cohort(session, insats_id, span, today=today, columns=())
    return Internal(
        tuple(_series(key, views, cohort, last=today.year - 1) for key, views in told.items())
    )


def _series(
    key: tuple[str, str, str], views: Sequence[EarlierView], cohort: Cohort, *, last: int
) -> EarlierSeries:
    measure, source, definition = key
    years = tuple(
        YearCount(
            year,
            {one.gender: one.number for one in views if one.year == year},
            {one.gender: one.base for one in views if one.year == year and one.base is not None},
        )
        for year in sorted({one.year for one in views})
    )
    beside = beside_what(measure, has_base=any(one.bases for one in years))
    own = () if beside is None else _own(beside, cohort, last)
    return EarlierSeries(
        measure,
        source,
        definition,
        years,
        beside if own else None,
        own,
        _table(measure, source, definition, years, beside, own),
    )


def _own(what: OwnCount, cohort: Cohort, last: int) -> tuple[YearCount, ...]:
    """Whole calendar years only, from the first spell's."""
    first = min((int(row.started_on[:4]) for row in cohort.rows), default=last + 1)
    return tuple(_own_year(what, cohort, year) for year in range(first, last + 1))


def _own_year(what: OwnCount, cohort: Cohort, year: int) -> YearCount:
    own = replace(cohort, period=Period(date(year, 1, 1), date(year, 12, 31)))
    rows = {
        OwnCount.THERE: own.active,
        OwnCount.STARTED: own.started,
        OwnCount.ENDED: own.ended,
    }[what]
    by_gender = Counter(Gender(row.gender) for row in rows)
    return YearCount(year, {**{one: by_gender[one] for one in Gender}, None: len(rows)}, {})


def _table(
    measure: str,
    source: str,
    definition: str,
    years: Sequence[YearCount],
    beside: OwnCount | None,
    own: Sequence[YearCount],
) -> Table:
    heads: list[Gender | None] = [*Gender, None]
    every = [one.year for one in (*years, *own)]
    notes = [f"Tidigare uppgifter, SUS. Källa: {source}"]
    if beside is not None and own:
        notes.append(
            f"Raderna med {HERE} är {beside.label}, räknade här. De två slagen har olika "
            "definitioner och läggs aldrig ihop. Gallrade deltaganden och innevarande år är inte "
            "med."
        )
    return Table(
        key=f"earlier_{measure}",
        title=f"{measure}, år för år",
        definition=definition,
        row_heading="År",
        columns=tuple("totalt" if one is None else one.plural for one in heads),
        rows=tuple(
            Row(f"{one.year}, {said}", tuple(_cell(one, gender) for gender in heads))
            for said, some in ((EARLIER, years), (HERE, own))
            for one in some
        ),
        period=Period(date(min(every), 1, 1), date(max(every), 12, 31)),
        population=measure,
        notes=tuple(notes),
    )


def _cell(one: YearCount, gender: Gender | None) -> Cell:
    number, base = one.counts.get(gender), one.bases.get(gender)
    if number is None:
        return EMPTY
    return Cell.of_count(number) if base is None else Cell.of_share(number, base)
