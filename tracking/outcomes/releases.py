"""Releases: made once for a closed period on its day, stored, and read ever after.

Whatever the förbund zone sees comes from `ReleasedTable` rows written here and read by
`tracking.outcomes.released`, whose functions are named here as well. What may be in them is
`tracking.outcomes.release_rules`. There is no preview: figures seen before their day and
again on it would tell of the days between.
"""

from __future__ import annotations

import calendar as days_of_calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as DbSession
from sqlmodel import col, select

import tracking
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_make_release
from tracking.domain import clock
from tracking.domain.errors import Conflict, RuleBroken
from tracking.domain.ladder import follow_up_due
from tracking.domain.periods import Period, add_months, closed_periods, parse_period_key
from tracking.domain.records import InsatsKind
from tracking.domain.situation import Occasion
from tracking.domain.targets import Population
from tracking.outcomes.encoding import (
    canonical,
    checksum,
    table_content,
    target_content,
)
from tracking.outcomes.parts import read_threshold_k
from tracking.outcomes.release_rules import (
    RULE,
    Origin,
    head_counts,
    heads_table,
    release_targets,
)
from tracking.outcomes.released import (
    HEADS,
    TARGETS,
    released_insats,
    released_overview,
    target_rows,
    targets_of,
    targets_year,
)
from tracking.outcomes.release_shapes import (
    MadeRelease,
    OpenPeriod,
    Stage,
)
from tracking.outcomes.tables import read_evaluation
from tracking.store.database import Database
from tracking.store.tables import (
    FinishedWrite,
    Forbund,
    Insats,
    Release,
    ReleaseDay,
    ReleasedTable,
)

__all__ = ["make_release", "open_periods", "released_insats", "released_overview"]

ALL_NAME = "alla insatser"
MONTHS_AFTER = 24
"""How long an insats that has ended stays in releases: its last follow-ups are due by then."""

ACTION = "make_release"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Named:
    insats_id: int
    name: str


def open_periods(database: Database, actor: Actor) -> tuple[OpenPeriod, ...]:
    """Return the calendar's closed periods, newest first, with where each release stands.

    Empty until a calendar is chosen. Raises `NotPermitted` unless the actor makes releases.
    """
    check_can_make_release(actor)
    with database.reading() as session:
        return _open_periods(session, clock.today())


def make_release(
    database: Database,
    actor: Actor,
    period_key: str,
    *,
    key: str,
    progress: Progress | None = None,
) -> MadeRelease:
    """Compute, protect and store every table of the catalogue for a closed period, once.

    ``progress(done, total)`` is called after each insats. The same ``key`` from the same
    account gives the first answer again. Raises `RuleBroken` before the period has closed or
    its day has come, `Conflict` when the period has been released.
    """
    check_can_make_release(actor)
    today = clock.today()
    # Computed before the write lock is taken: staff go on recording meanwhile.
    with database.reading() as session:
        earlier = _finished(session, actor, key)
        if earlier is not None:
            return earlier
        period = _releasable(session, period_key, today)
        threshold = read_threshold_k(session)
        tables = _tables(session, period, today, progress)
    try:
        with database.transaction() as work:
            session = work.session
            # One release at a time, also of different periods.
            session.exec(select(Forbund).with_for_update()).one()
            earlier = _finished(session, actor, key)
            if earlier is not None:
                return earlier
            _check_still_new(session, period, today, tables)
            release = Release(
                period_key=period.key,
                period_start=period.start,
                period_end=period.end,
                threshold=threshold,
                rule=RULE,
                code_version=tracking.__version__,
                prepared_at=clock.now(),
                prepared_by=actor.account_id,
            )
            session.add(release)
            session.flush()
            assert release.id is not None
            session.add_all(table.row(release.id) for table in tables)
            session.add(
                FinishedWrite(
                    idempotency_key=key,
                    action=ACTION,
                    account_id=actor.account_id,
                    record_id=release.id,
                    finished_at=clock.now(),
                )
            )
            record(work, actor, Entry(ACTION, detail=period_key))
            return MadeRelease(release.id, period.key, len(tables))
    except IntegrityError as fault:
        raise Conflict(_AT_THE_SAME_TIME) from fault


# Making

_AT_THE_SAME_TIME = "Någon annan gör ett släpp just nu. Läs in sidan igen."


@dataclass(frozen=True, slots=True)
class _Table:
    """A protected table that waits to be stored."""

    insats: _Named | None
    table_key: str
    period: Period
    content: Mapping[str, object]

    def row(self, release_id: int) -> ReleasedTable:
        # The name as it was: a release never changes, an insats may be renamed.
        name = ALL_NAME if self.insats is None else self.insats.name
        written = canonical({"name": name, "period": self.period.key, **self.content})
        return ReleasedTable(
            release_id=release_id,
            insats_id=None if self.insats is None else self.insats.insats_id,
            table_key=self.table_key,
            period_key=self.period.key,
            content=written,
            sha256=checksum(written),
        )


def _tables(
    session: DbSession, period: Period, today: date, progress: Progress | None
) -> list[_Table]:
    insatser = _released_insatser(session, period)
    sums: dict[str, int] = {}
    tables: list[_Table] = []
    for done, insats in enumerate(insatser, start=1):
        evaluation = read_evaluation(session, insats.insats_id, period, today=today)
        counts = head_counts(evaluation.cohort, evaluation.anonymous)
        for label, number in counts.items():
            sums[label] = sums.get(label, 0) + number
        tables.append(_heads(insats, counts, period))
        targets = _targets(session, insats, period, today)
        if targets is not None:
            tables.append(targets)
        if progress is not None:
            progress(done, len(insatser))
    if sums:
        tables.append(_heads(None, sums, period))
    return tables


def _heads(insats: _Named | None, counts: dict[str, int], period: Period) -> _Table:
    name = ALL_NAME if insats is None else insats.name
    table = heads_table(counts, period, name, whole_forbund=insats is None)
    return _Table(insats, HEADS, period, {"table": table_content(table)})


def _targets(session: DbSession, insats: _Named, period: Period, today: date) -> _Table | None:
    twelve = targets_year(period)
    earlier = target_rows(session, insats.insats_id)
    if any(row.period_key == twelve.key for row in earlier):
        return None  # once and for all: the same year is never computed again
    evaluation = read_evaluation(session, insats.insats_id, twelve, today=today)
    if not evaluation.targets:
        return None
    found = release_targets(
        evaluation.targets,
        evaluation.context,
        _outside_due(session, insats.insats_id, twelve),
        _released_origins(earlier),
    )
    content = {"targets": [target_content(target) for target in found]}
    return _Table(insats, TARGETS, twelve, content)


def _check_still_new(
    session: DbSession, period: Period, today: date, tables: Sequence[_Table]
) -> None:
    """Raise `Conflict` when somebody has released the period or a year of targets meanwhile."""
    _releasable(session, period.key, today)
    for table in tables:
        if table.table_key == TARGETS and table.insats is not None:
            known = target_rows(session, table.insats.insats_id)
            if any(row.period_key == table.period.key for row in known):
                raise Conflict(_AT_THE_SAME_TIME)


def _outside_due(session: DbSession, insats_id: int, period: Period) -> dict[int, int]:
    """How many flytt and avliden would have been due in the period, had they stayed."""
    rows = session.execute(
        text(
            "SELECT ended_on FROM spell_summary"
            " WHERE insats_id = :insats_id AND outcome = 'outside' AND ended_on IS NOT NULL"
        ),
        {"insats_id": insats_id},
    )
    days = [date.fromisoformat(str(ended_on)) for (ended_on,) in rows]
    return {
        int(occasion.value[1:]): sum(
            period.contains(follow_up_due(ended_on, occasion)) for ended_on in days
        )
        for occasion in (Occasion.M6, Occasion.M12, Occasion.M18)
    }


def _released_origins(rows: Sequence[ReleasedTable]) -> frozenset[Origin]:
    """The families that earlier years have shown, and for whom."""
    return frozenset(
        (target.family, target.population is Population.STARTED)
        for row in rows
        for target in targets_of(row)
        if target.low is not None
    )


def _releasable(session: DbSession, period_key: str, today: date) -> Period:
    period = parse_period_key(period_key)
    for known in _open_periods(session, today):
        if known.period == period:
            if known.released:
                raise Conflict(f"Perioden {period.label} är redan släppt; inget släpps två gånger.")
            if known.release_on is None:
                raise RuleBroken("Kalendern saknar släppdag för perioden.", field="period")
            if not known.may_release:
                day = known.release_on.isoformat()
                raise RuleBroken(f"Perioden {period.label} släpps tidigast {day}.", field="period")
            return period
    raise RuleBroken(
        "Släpp görs för avslutade perioder i förbundets kalender; välj en i listan.",
        field="period",
    )


def _open_periods(session: DbSession, today: date) -> tuple[OpenPeriod, ...]:
    forbund = session.get(Forbund, 1)
    first = session.exec(select(Insats).order_by(col(Insats.starts_on)).limit(1)).first()
    if forbund is None or forbund.calendar is None or first is None:
        return ()
    days = {row.number: row for row in session.exec(select(ReleaseDay)).all()}
    released = set(session.exec(select(Release.period_key)).all())
    found = []
    for period in closed_periods(forbund.calendar, today, first.starts_on.year):
        day = days.get((period.end.month - 1) // forbund.calendar.months + 1)
        on = None if day is None else _day_of(day, period)
        done = period.key in released
        may = on is not None and on <= today
        stage = Stage.PUBLISHED if done else Stage.MAY_PREPARE if may else Stage.WAITING
        found.append(OpenPeriod(period, on, stage))
    return tuple(reversed(found))


def _day_of(day: ReleaseDay, period: Period) -> date:
    in_year = period.end.year + day.years_after
    last = days_of_calendar.monthrange(in_year, day.month)[1]
    return date(in_year, day.month, min(day.day, last))


def _released_insatser(session: DbSession, period: Period) -> list[_Named]:
    rows = session.exec(
        select(Insats)
        .where(Insats.kind == InsatsKind.INDIVIDUAL, col(Insats.starts_on) <= period.end)
        .order_by(col(Insats.name))
    ).all()
    return [
        _Named(row.id, row.name)
        for row in rows
        if row.id is not None
        and (row.ends_on is None or add_months(row.ends_on, MONTHS_AFTER) >= period.start)
    ]


def _finished(session: DbSession, actor: Actor, key: str) -> MadeRelease | None:
    row = session.get(FinishedWrite, key)
    if row is None:
        return None
    if (row.action, row.account_id) != (ACTION, actor.account_id):
        raise Conflict("Formuläret har redan använts till något annat. Läs in sidan igen.")
    release = session.get(Release, row.record_id)
    assert release is not None
    assert release.id is not None
    tables = session.exec(
        select(ReleasedTable.id).where(ReleasedTable.release_id == release.id)
    ).all()
    return MadeRelease(release.id, release.period_key, len(tables))
