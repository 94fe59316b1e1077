"""Releases: prepared once for a closed period on its day, published, and read ever after.

Whatever the förbund zone sees comes from rows written here and read by
`tracking.outcomes.releasing.released`, whose functions are named here as well. A release is made
in two steps. Prepared, it has been counted, protected, audited against every release ever
prepared, and stored; the förbundsadministratör sees what it holds and how much of it was hidden,
no figures. Published, the förbund zone can read it. What is prepared cannot be thrown away and
counts as published in every later audit, so that nobody learns anything from preparing twice.
"""

from __future__ import annotations

import calendar as days_of_calendar
from collections.abc import Callable
from datetime import date

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as DbSession
from sqlmodel import col, select

import tracking
from tracking.access import refusals
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_make_release
from tracking.domain import clock
from tracking.domain.errors import Conflict, RuleBroken
from tracking.domain.periods import (
    Period,
    closed_periods,
    latest_12_months,
    parse_period_key,
)
from tracking.domain.retention import first_releasable_start
from tracking.outcomes.encoding import canonical, cells_content, checksum, small_content
from tracking.outcomes.releasing.making import RULE, Draft, Progress, draft_release
from tracking.outcomes.releasing.released import (
    release_account,
    released_history,
    released_insats,
    released_overview,
    released_tables,
)
from tracking.outcomes.releasing.shapes import MadeRelease, OpenPeriod, Stage
from tracking.store.database import Database, Transaction
from tracking.store.retention import erased_to
from tracking.store.tables import (
    FinishedWrite,
    Forbund,
    Insats,
    Release,
    ReleaseCells,
    ReleaseDay,
    ReleasedTable,
    ReleasePublication,
    ReleaseSmall,
)

__all__ = [
    "open_periods",
    "prepare_and_publish",
    "prepare_release",
    "publish_release",
    "release_account",
    "released_history",
    "released_insats",
    "released_overview",
    "released_tables",
]

PREPARE, PUBLISH = "prepare_release", "publish_release"


def open_periods(database: Database, actor: Actor) -> tuple[OpenPeriod, ...]:
    """Return the calendar's closed periods, newest first, with where each release stands.

    Empty until a calendar is chosen. Raises `NotPermitted` unless the actor makes releases.
    """
    check_can_make_release(actor)
    with database.reading() as session:
        return periods_of_calendar(session, clock.today())


def prepare_release(
    database: Database,
    actor: Actor,
    period_key: str,
    *,
    key: str,
    progress: Progress | None = None,
) -> MadeRelease:
    """Compute, protect, audit and store every table of the catalogue for a closed period, once.

    ``progress(share, words)`` is called on the way, last with a share of 1. The same ``key`` from
    the same account gives the first answer again. Raises `RuleBroken` before the period has
    closed or its day has come, or when a later period has been prepared, `Conflict` when this one
    has been, and `UnsafeRelease`, with nothing stored, when the audit finds something.
    """
    _check_may(database, actor, PREPARE)
    today = clock.today()
    with database.reading() as session:
        earlier = _finished(session, actor, key, PREPARE)
        if earlier is not None:
            return earlier
        draft = draft_release(session, _releasable(session, period_key, today), today, progress)

    def store(work: Transaction) -> MadeRelease:
        _check_still_so(work.session, draft, today)
        made = _store(work.session, actor, draft)
        record(work, actor, Entry(PREPARE, detail=period_key))
        return made

    return _once(database, actor, key, PREPARE, store)


def publish_release(database: Database, actor: Actor, period_key: str, *, key: str) -> MadeRelease:
    """Let the förbund zone read a prepared release. Idempotent by ``key`` as `prepare_release`.

    Raises `RuleBroken` when the period has not been prepared, `Conflict` when it has been
    published.
    """
    _check_may(database, actor, PUBLISH)
    period = parse_period_key(period_key)

    def publish(work: Transaction) -> MadeRelease:
        session = work.session
        release = session.exec(select(Release).where(Release.period_key == period.key)).first()
        if release is None or release.id is None:
            raise RuleBroken(f"Perioden {period.label} är inte förberedd än.", field="period")
        if session.get(ReleasePublication, release.id) is not None:
            raise Conflict(f"Perioden {period.label} är redan släppt; inget släpps två gånger.")
        session.add(
            ReleasePublication(
                release_id=release.id,
                published_at=clock.now(),
                published_by=actor.account_id,
            )
        )
        record(work, actor, Entry(PUBLISH, detail=period.key))
        return _made(session, release.id)

    return _once(database, actor, key, PUBLISH, publish)


def prepare_and_publish(
    database: Database,
    actor: Actor,
    period_key: str,
    *,
    key: str,
    progress: Progress | None = None,
) -> MadeRelease:
    """Prepare a release and publish it unseen, as the demo does. Raises as the two steps."""
    prepare_release(database, actor, period_key, key=key, progress=progress)
    return publish_release(database, actor, period_key, key=f"{key}:{PUBLISH}")


def _check_may(database: Database, actor: Actor, action: str) -> None:
    """As every write: still the one the page was drawn for, allowed, and logged if not."""
    actor.check_still_so()
    with refusals.noting(database, actor.account_id, page=action):
        check_can_make_release(actor)


_AT_THE_SAME_TIME = "Någon annan gör ett släpp just nu. Läs in sidan igen."


def _once(
    database: Database,
    actor: Actor,
    key: str,
    action: str,
    write: Callable[[Transaction], MadeRelease],
) -> MadeRelease:
    try:
        with database.transaction() as work:
            # One at a time, also of different periods.
            work.session.exec(select(Forbund).with_for_update()).one()
            earlier = _finished(work.session, actor, key, action)
            if earlier is not None:
                return earlier
            made = write(work)
            work.session.add(
                FinishedWrite(
                    idempotency_key=key,
                    action=action,
                    account_id=actor.account_id,
                    record_id=made.release_id,
                    finished_at=clock.now(),
                )
            )
            return made
    except IntegrityError as fault:
        raise Conflict(_AT_THE_SAME_TIME) from fault


def _check_still_so(session: DbSession, draft: Draft, today: date) -> None:
    """Raise `Conflict` when somebody has prepared a release since the draft was begun."""
    there = frozenset(session.exec(select(Release.id)).all())
    if there != draft.beside:
        raise Conflict(_AT_THE_SAME_TIME)
    _releasable(session, draft.period.key, today)


def _store(session: DbSession, actor: Actor, draft: Draft) -> MadeRelease:
    release = Release(
        period_key=draft.period.key,
        period_start=draft.period.start,
        period_end=draft.period.end,
        threshold=draft.threshold,
        rule=RULE,
        code_version=tracking.__version__,
        prepared_at=clock.now(),
        prepared_by=actor.account_id,
    )
    session.add(release)
    session.flush()
    assert release.id is not None
    for table in draft.tables:
        written = canonical(table.whole_content)
        session.add(
            ReleasedTable(
                release_id=release.id,
                insats_id=None if table.insats is None else table.insats.insats_id,
                table_key=table.table_key,
                period_key=table.period.key,
                content=written,
                sha256=checksum(written),
            )
        )
    said, small = (
        canonical(cells_content(draft.protected)),
        canonical(small_content(draft.protected)),
    )
    session.add(ReleaseCells(release_id=release.id, content=said, sha256=checksum(said)))
    session.add(ReleaseSmall(release_id=release.id, content=small, sha256=checksum(small)))
    session.flush()
    return _made(session, release.id)


def _releasable(session: DbSession, period_key: str, today: date) -> Period:
    period = parse_period_key(period_key)
    for known in periods_of_calendar(session, today):
        if known.period != period:
            continue
        if known.stage is Stage.PUBLISHED:
            raise Conflict(f"Perioden {period.label} är redan släppt; inget släpps två gånger.")
        if known.stage is Stage.PREPARED:
            raise Conflict(f"Perioden {period.label} är redan förberedd och kan inte göras om.")
        if known.stage is Stage.PASSED:
            raise RuleBroken(
                "Ett senare släpp är redan gjort. Släpp görs i tidsordning, så att de kan prövas "
                "mot varandra.",
                field="period",
            )
        if known.release_on is None:
            raise RuleBroken("Kalendern saknar släppdag för perioden.", field="period")
        if known.stage is Stage.WAITING:
            day = known.release_on.isoformat()
            raise RuleBroken(f"Perioden {period.label} släpps tidigast {day}.", field="period")
        gone = erased_to(session)
        if gone is not None and latest_12_months(period.end).start <= first_releasable_start(gone):
            raise RuleBroken(
                f"Perioden {period.label} går inte att släppa: deltaganden som den räknar kan "
                f"vara gallrade, de som slutade {gone.isoformat()} och tidigare.",
                field="period",
            )
        return period
    raise RuleBroken(
        "Släpp görs för avslutade perioder i förbundets kalender; välj en i listan.",
        field="period",
    )


def periods_of_calendar(session: DbSession, today: date) -> tuple[OpenPeriod, ...]:
    """Read the calendar's closed periods, newest first; nobody's permission is asked here."""
    forbund = session.get(Forbund, 1)
    first = session.exec(select(Insats).order_by(col(Insats.starts_on)).limit(1)).first()
    if forbund is None or forbund.calendar is None or first is None:
        return ()
    days = {row.number: row for row in session.exec(select(ReleaseDay)).all()}
    made = {row.period_key: row for row in session.exec(select(Release)).all()}
    published = set(session.exec(select(ReleasePublication.release_id)).all())
    latest = max((row.period_end for row in made.values()), default=date.min)
    found = []
    for period in closed_periods(forbund.calendar, today, first.starts_on.year):
        day = days.get((period.end.month - 1) // forbund.calendar.months + 1)
        on = None if day is None else _day_of(day, period)
        if period.key in made:
            is_out = made[period.key].id in published
            stage = Stage.PUBLISHED if is_out else Stage.PREPARED
        elif period.end < latest:
            stage = Stage.PASSED
        else:
            stage = Stage.MAY_PREPARE if on is not None and on <= today else Stage.WAITING
        found.append(OpenPeriod(period, on, stage))
    return tuple(reversed(found))


def _day_of(day: ReleaseDay, period: Period) -> date:
    in_year = period.end.year + day.years_after
    last = days_of_calendar.monthrange(in_year, day.month)[1]
    return date(in_year, day.month, min(day.day, last))


def _finished(session: DbSession, actor: Actor, key: str, action: str) -> MadeRelease | None:
    row = session.get(FinishedWrite, key)
    if row is None:
        return None
    if (row.action, row.account_id) != (action, actor.account_id):
        raise Conflict("Formuläret har redan använts till något annat. Läs in sidan igen.")
    assert row.record_id is not None
    return _made(session, row.record_id)


def _made(session: DbSession, release_id: int) -> MadeRelease:
    release = session.get(Release, release_id)
    assert release is not None
    tables = session.exec(
        select(func.count(col(ReleasedTable.id))).where(ReleasedTable.release_id == release_id)
    ).one()
    return MadeRelease(release_id, release.period_key, tables)
