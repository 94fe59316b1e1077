"""Which spells a period is about: one read of an insats's summary rows, sorted into populations.

Everything that counts spells starts here. Values dated after the period's end change nothing:
spells with such values are read as they were known then. Voided values never reach the
summary, and a felregistrering stands in no population. Days are ISO text as they come from
the database, which compares as time does; the ORM is left out for speed.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import ColumnClause, Result, bindparam, column, text
from sqlmodel import Session as DbSession

from tracking.domain.endings import Outcome
from tracking.domain.periods import Period
from tracking.outcomes import cohort_parts as found
from tracking.outcomes.cohort_parts import SPELLS_OF_A_PART, Found, Part, Those
from tracking.outcomes.columns import ALWAYS
from tracking.store.often import Often
from tracking.store.summary import summary_as_of
from tracking.store.types import IsoDate


class SpellRow(NamedTuple):
    """A spell as results see it. Days are ISO text; steps as in `SpellSummary`.

    Rows that were read for some columns only have no others (`tracking.outcomes.columns`).
    """

    spell_id: int
    participant_id: int
    gender: str
    birth_year: int
    started_on: str
    ended_on: str | None
    outcome: str | None
    end_reason_key: str | None
    active_planning: str | None
    start_details_missing: int
    last_seen_on: str | None
    ors_n: int
    ors_first_mm: int | None
    ors_first_on: str | None
    ors_last_mm: int | None
    step_start: int | None
    step_end: int | None
    step_last: int | None
    step_m6: int | None
    step_m12: int | None
    step_m18: int | None
    start_support: str | None
    end_support: str | None
    end_work: str | None
    end_studies: str | None
    m6_support: str | None
    m6_work: str | None
    m6_studies: str | None
    m12_support: str | None
    m12_work: str | None
    m12_studies: str | None
    m18_support: str | None
    m18_work: str | None
    m18_studies: str | None
    m6_status: str | None
    m6_due_on: str | None
    m12_status: str | None
    m12_due_on: str | None
    m18_status: str | None
    m18_due_on: str | None
    start_work: str | None
    start_work_percent: int | None
    start_studies: str | None
    start_studies_percent: int | None
    end_work_percent: int | None
    end_studies_percent: int | None
    m6_work_percent: int | None
    m6_studies_percent: int | None
    m12_work_percent: int | None
    m12_studies_percent: int | None
    m18_work_percent: int | None
    m18_studies_percent: int | None
    ladder_version_id: int | None
    end_group_key: str | None
    referrer_key: str
    education_key: str | None
    municipality_key: str | None
    need_group_key: str | None
    support_months_known: str | None
    support_months: int | None
    support_band_key: str | None
    start_sources: int | None
    start_work_kind: str | None
    start_seeking: str | None
    end_sources: int | None
    end_work_kind: str | None
    end_seeking: str | None
    ors_last_on: str | None
    srs_n: int
    srs_first_mm: int | None
    srs_last_mm: int | None
    srs_before_mm: int | None
    srs_lowest_mm: int | None
    gsrs_n: int
    gsrs_first_mm: int | None
    gsrs_last_mm: int | None
    ors_class: str | None
    ors_class_from: str | None


_DAYS = frozenset(name for name in SpellRow._fields if name.endswith(("_on", "_from")))

LATER = "s.latest_value_on > :as_of"
CONCERNS = (
    "s.insats_id = :insats_id AND s.started_on <= :as_of"
    " AND (s.outcome IS NULL OR s.outcome <> 'misregistered')"
    " AND (s.ended_on IS NULL OR s.ended_on >= :first"
    " OR s.m6_due_on BETWEEN :first AND :as_of"
    " OR s.m12_due_on BETWEEN :first AND :as_of"
    " OR s.m18_due_on BETWEEN :first AND :as_of)"
)


Given = TypeVar("Given")


@dataclass(frozen=True)
class Cohort:
    """The spells of one insats that a period is about, as known at its end.

    ``due_by`` is the last day on which a follow-up may have fallen due: the period's end, or
    today in a period that is still running, since what is not yet due is not missing.
    """

    insats_id: int
    period: Period
    due_by: date
    rows: Those

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The spells in parts, each by its number."""
        many = len(self.rows) // SPELLS_OF_A_PART
        if many < 2:
            return (Part(self.rows, self.period, self.due_by),)
        sorted_in: list[list[SpellRow]] = [[] for _ in range(many)]
        for row in self.rows:
            sorted_in[row.spell_id % many].append(row)
        return tuple(Part(tuple(rows), self.period, self.due_by) for rows in sorted_in)

    def known(self, what: Hashable, find: Callable[[Part], Found]) -> list[Found]:
        """What ``find`` finds in each part; see `Part.known`."""
        return [part.known(what, find) for part in self.parts]

    def _with(self, spells: Collection[int], anew: Sequence[SpellRow]) -> Cohort:
        """The same with some spells as they are ``anew``, or gone where they are not there."""
        parts = list(self.parts)
        for place in {spell_id % len(parts) for spell_id in spells}:
            rows = [row for row in parts[place].rows if row.spell_id not in spells]
            rows += (row for row in anew if row.spell_id % len(parts) == place)
            parts[place] = Part(tuple(rows), self.period, self.due_by)
        every = chain.from_iterable(part.rows for part in parts)
        cohort = Cohort(self.insats_id, self.period, self.due_by, tuple(every))
        cohort.__dict__.update(parts=tuple(parts), _worked_out=self._worked_out)
        return cohort

    @cached_property
    def _worked_out(self) -> dict[Hashable, tuple[object, Any]]:
        return {}

    def unless_changed(
        self, what: Hashable, of: Given, work_out: Callable[[Given], Found]
    ) -> Found:
        """What ``work_out`` makes of ``of``, if it was not worked out of the same last time.

        It may look at nothing else. What was worked out ends with the last cohort that was
        `renewed` from this one.
        """
        last = self._worked_out.get(what)
        if last is None or last[0] != of:
            last = self._worked_out[what] = of, work_out(of)
        worked_out: Found = last[1]
        return worked_out

    def _those(self, what: Hashable, find: Callable[[Part], Those]) -> Those:
        return tuple(chain.from_iterable(self.known(what, find)))

    @cached_property
    def started(self) -> Those:
        """Started in the period."""
        return self._those("started", found.started)

    @cached_property
    def completed(self) -> Those:
        """Fullföljda: ended in the period as completed."""
        return self._those("completed", found.completed)

    @cached_property
    def interrupted(self) -> Those:
        """Avbrutna: ended in the period as interrupted."""
        return self._those("interrupted", found.interrupted)

    @cached_property
    def outside(self) -> Those:
        """Flytt and avliden: ended in the period, counted apart, in no base."""
        return self._those("outside", found.outside)

    @cached_property
    def ended(self) -> Those:
        """Avslutade: completed and interrupted."""
        return self._those("ended", found.ended)

    @cached_property
    def ongoing_at_start(self) -> Those:
        """Began before the period and not ended before it."""
        return self._those("ongoing_at_start", found.ongoing_at_start)

    @cached_property
    def ongoing_at_end(self) -> Those:
        """Not ended by the period's last day."""
        return self._those("ongoing_at_end", found.ongoing_at_end)

    @cached_property
    def active(self) -> Those:
        """Every spell with at least one day in the period."""
        return self.ongoing_at_start + self.started

    def due(self, months: int) -> Those:
        """Completed and interrupted spells whose follow-up falls due in the period."""
        return self._those(("due", months), partial(found.due, months))


class FollowUpValue(NamedTuple):
    """What the follow-up after some months says; all None before it exists."""

    status: str | None
    due_on: str | None
    step: int | None
    support: str | None
    work: str | None
    studies: str | None


def follow_up_of(row: SpellRow, months: int) -> FollowUpValue:
    """Return the 6-, 12- or 18-month follow-up of a spell."""
    return FollowUpValue(*_FOLLOW_UP[months](row))


_FOLLOW_UP = {
    months: attrgetter(
        *(f"m{months}_{name}" for name in ("status", "due_on")),
        f"step_m{months}",
        *(f"m{months}_{name}" for name in ("support", "work", "studies")),
    )
    for months in (6, 12, 18)
}


def read_cohort(
    session: DbSession,
    insats_id: int,
    period: Period,
    *,
    today: date,
    columns: Collection[str] = SpellRow._fields,
) -> Cohort:
    """Read the spells that ``period`` is about, each as known at the period's end.

    The rows have the ``columns`` and those that every row has.
    """
    bound = {"insats_id": insats_id, "as_of": period.end}
    wanted = wanted_of(columns)
    asks = _statements(session.get_bind().dialect.name, wanted)
    connection, made = session.connection(), row_of(wanted)._make
    rows = list(map(made, asks.settled.rows(connection, bound | {"first": period.start})))
    # Most periods have none, and then the long statement is never asked.
    if asks.any_later.rows(connection, bound):
        later = map(made, asks.as_of.rows(connection, bound))
        rows += (row for row in later if row.outcome != Outcome.MISREGISTERED)
    return Cohort(insats_id, period, min(period.end, today), tuple(rows))


def renewed(
    session: DbSession, cohort: Cohort, spells: Collection[int], columns: Collection[str]
) -> Cohort:
    """Return the cohort with some spells as they are now; the others are taken to be the same.

    ``columns`` are those that its rows have, ``spells`` may belong to any insats. What has been
    worked out of other parts of it is kept.
    """
    wanted = wanted_of(columns)
    asks = _statements(session.get_bind().dialect.name, wanted, " AND s.spell_id = :spell_id")
    rows: list[SpellRow] = []
    bound = {"insats_id": cohort.insats_id, "as_of": cohort.period.end}
    connection, made = session.connection(), row_of(wanted)._make
    for spell_id in sorted(spells):
        one = bound | {"spell_id": spell_id}
        found = asks.settled.rows(connection, one | {"first": cohort.period.start})
        if not found and asks.any_later.rows(connection, one):
            found = asks.as_of.rows(connection, one)
        rows += (row for row in map(made, found) if row.outcome != Outcome.MISREGISTERED)
    return cohort._with(spells, rows)


def wanted_of(columns: Collection[str]) -> tuple[str, ...]:
    """The columns and those that every row has, in the order of a row."""
    return _in_order(frozenset(columns))


@lru_cache
def _in_order(columns: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in SpellRow._fields if name in columns or name in ALWAYS)


class _Statements(NamedTuple):
    """What a cohort is read with, put together once for each kind of database and columns."""

    settled: Often
    any_later: Often
    as_of: Often


@lru_cache
def _statements(dialect: str, wanted: tuple[str, ...], narrowed: str = "") -> _Statements:
    fields = fields_of(dialect, wanted)
    as_of, first = bindparam("as_of", type_=IsoDate()), bindparam("first", type_=IsoDate())
    # Not narrowed to what concerns the period: a spell that has ended since may have been
    # ongoing then, and its follow-ups may not have been known.
    scope = (
        "SELECT s.spell_id FROM spell_summary s WHERE s.insats_id = :insats_id"
        f" AND s.started_on <= :as_of AND {LATER}{narrowed}"
    )
    late = summary_as_of(scope, dialect).text
    # Told its columns, SQLAlchemy need not find out at every asking what it has been given.
    told: list[ColumnClause[Any]] = [column(name) for name in wanted]
    settled = text(
        f"SELECT {fields} FROM spell_summary s WHERE {CONCERNS} AND NOT {LATER}{narrowed}"
    )
    return _Statements(
        settled=Often(settled.bindparams(as_of, first).columns(*told)),
        any_later=Often(text(f"{scope} LIMIT 1").bindparams(as_of)),
        as_of=Often(text(f"SELECT {fields} FROM ({late}) s").bindparams(as_of).columns(*told)),
    )


def read_ongoing(session: DbSession, insats_id: int) -> tuple[SpellRow, ...]:
    """Read the spells of the insats that are ongoing now."""
    fields = fields_of(session.get_bind().dialect.name, SpellRow._fields)
    statement = text(
        f"SELECT {fields} FROM spell_summary s"
        " WHERE s.insats_id = :insats_id AND s.ended_on IS NULL"
    )
    return tuple(rows_of(session.execute(statement, {"insats_id": insats_id})))


def fields_of(dialect: str, wanted: tuple[str, ...]) -> str:
    """What a statement selects of the summary ``s`` for the columns of a row; days as text."""
    as_text = "::text" if dialect == "postgresql" else ""
    # A colon would be read as a parameter, hence the backslashes that text() understands.
    cast = as_text.replace(":", "\\:")
    return ", ".join(f"s.{name}{cast if name in _DAYS else ''}" for name in wanted)


@lru_cache
def row_of(wanted: tuple[str, ...]) -> type[SpellRow]:
    """The row with some of the columns; whoever asks it for another one gets an error."""
    if wanted == SpellRow._fields:
        return SpellRow
    return cast("type[SpellRow]", namedtuple("SpellRow", wanted))


def rows_of(found: Result[Any], wanted: tuple[str, ...] = SpellRow._fields) -> list[SpellRow]:
    """What was found as rows with these columns."""
    return list(map(row_of(wanted)._make, found.fetchall()))
