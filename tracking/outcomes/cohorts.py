"""Which spells a period is about: one read of an insats's summary rows, sorted into populations.

Everything that counts spells starts here. Values dated after the period's end change nothing:
spells with such values are read as they were known then. Voided values never reach the
summary, and a felregistrering stands in no population. Days are ISO text as they come from
the database, which compares as time does; the ORM is left out for speed.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import Result, TextClause, bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.endings import Outcome
from tracking.domain.periods import Period
from tracking.outcomes.columns import ALWAYS
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


@dataclass(frozen=True)
class Cohort:
    """The spells of one insats that a period is about, as known at its end.

    ``due_by`` is the last day on which a follow-up may have fallen due: the period's end, or
    today in a period that is still running, since what is not yet due is not missing.
    """

    insats_id: int
    period: Period
    due_by: date
    rows: tuple[SpellRow, ...]

    @cached_property
    def _span(self) -> tuple[str, str]:
        return self.period.start.isoformat(), self.period.end.isoformat()

    @cached_property
    def started(self) -> tuple[SpellRow, ...]:
        """Started in the period."""
        first, last = self._span
        return tuple(row for row in self.rows if first <= row.started_on <= last)

    @cached_property
    def _ended_any(self) -> tuple[SpellRow, ...]:
        first, last = self._span
        return tuple(
            row for row in self.rows if row.ended_on is not None and first <= row.ended_on <= last
        )

    @cached_property
    def completed(self) -> tuple[SpellRow, ...]:
        """Fullföljda: ended in the period as completed."""
        return tuple(row for row in self._ended_any if row.outcome == Outcome.COMPLETED)

    @cached_property
    def interrupted(self) -> tuple[SpellRow, ...]:
        """Avbrutna: ended in the period as interrupted."""
        return tuple(row for row in self._ended_any if row.outcome == Outcome.INTERRUPTED)

    @cached_property
    def outside(self) -> tuple[SpellRow, ...]:
        """Flytt and avliden: ended in the period, counted apart, in no base."""
        return tuple(row for row in self._ended_any if row.outcome == Outcome.OUTSIDE)

    @cached_property
    def ended(self) -> tuple[SpellRow, ...]:
        """Avslutade: completed and interrupted."""
        return self.completed + self.interrupted

    @cached_property
    def ongoing_at_start(self) -> tuple[SpellRow, ...]:
        """Began before the period and not ended before it."""
        first, _ = self._span
        return tuple(
            row
            for row in self.rows
            if row.started_on < first and (row.ended_on is None or row.ended_on >= first)
        )

    @cached_property
    def ongoing_at_end(self) -> tuple[SpellRow, ...]:
        """Not ended by the period's last day."""
        _, last = self._span
        return tuple(row for row in self.rows if row.ended_on is None or row.ended_on > last)

    @cached_property
    def active(self) -> tuple[SpellRow, ...]:
        """Every spell with at least one day in the period."""
        return self.ongoing_at_start + self.started

    def due(self, months: int) -> tuple[SpellRow, ...]:
        """Completed and interrupted spells whose follow-up falls due in the period."""
        return self._due[months]

    @cached_property
    def _due(self) -> dict[int, tuple[SpellRow, ...]]:
        first, last = self.period.start.isoformat(), self.due_by.isoformat()
        over = [r for r in self.rows if r.outcome in (Outcome.COMPLETED, Outcome.INTERRUPTED)]
        found = {}
        for months in (6, 12, 18):
            days = map(attrgetter(f"m{months}_due_on"), over)
            found[months] = tuple(
                row
                for row, day in zip(over, days, strict=True)
                if day is not None and first <= day <= last
            )
        return found


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
    if months == 6:
        return FollowUpValue(
            row.m6_status, row.m6_due_on, row.step_m6, row.m6_support, row.m6_work, row.m6_studies
        )
    if months == 12:
        return FollowUpValue(
            row.m12_status,
            row.m12_due_on,
            row.step_m12,
            row.m12_support,
            row.m12_work,
            row.m12_studies,
        )
    return FollowUpValue(
        row.m18_status, row.m18_due_on, row.step_m18, row.m18_support, row.m18_work, row.m18_studies
    )


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
    rows = rows_of(session.execute(asks.settled, bound | {"first": period.start}), wanted)
    # Most periods have none, and then the long statement is never asked.
    if session.execute(asks.any_later, bound).first() is not None:
        later = rows_of(session.execute(asks.as_of, bound), wanted)
        rows += (row for row in later if row.outcome != Outcome.MISREGISTERED)
    return Cohort(insats_id, period, min(period.end, today), tuple(rows))


def renewed(
    session: DbSession, cohort: Cohort, spells: Collection[int], columns: Collection[str]
) -> Cohort:
    """Return the cohort with some spells as they are now; the others are taken to be the same.

    ``columns`` are those that its rows have, ``spells`` may belong to any insats.
    """
    wanted = wanted_of(columns)
    asks = _statements(session.get_bind().dialect.name, wanted, " AND s.spell_id = :spell_id")
    rows = [row for row in cohort.rows if row.spell_id not in spells]
    bound = {"insats_id": cohort.insats_id, "as_of": cohort.period.end}
    connection = session.connection()
    for spell_id in sorted(spells):
        one = bound | {"spell_id": spell_id}
        settled = connection.execute(asks.settled, one | {"first": cohort.period.start})
        found = rows_of(settled, wanted)
        if not found and connection.execute(asks.any_later, one).first() is not None:
            found = rows_of(connection.execute(asks.as_of, one), wanted)
        rows += (row for row in found if row.outcome != Outcome.MISREGISTERED)
    return replace(cohort, rows=tuple(rows))


def wanted_of(columns: Collection[str]) -> tuple[str, ...]:
    """The columns and those that every row has, in the order of a row."""
    return tuple(name for name in SpellRow._fields if name in columns or name in ALWAYS)


class _Statements(NamedTuple):
    """What a cohort is read with, put together once for each kind of database and columns."""

    settled: TextClause
    any_later: TextClause
    as_of: TextClause


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
    return _Statements(
        settled=text(
            f"SELECT {fields} FROM spell_summary s WHERE {CONCERNS} AND NOT {LATER}{narrowed}"
        ).bindparams(as_of, first),
        any_later=text(f"{scope} LIMIT 1").bindparams(as_of),
        as_of=text(f"SELECT {fields} FROM ({late}) s").bindparams(as_of),
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
