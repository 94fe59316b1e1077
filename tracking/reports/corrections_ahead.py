"""What the next report will say of corrections, told before anybody begins it.

Two answers that are never mixed: what a later release already shows, for everybody who reads the
report; and, for the insats's own staff, how the adopted period would be counted today.
"""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.records import ReportStatus
from tracking.outcomes.cohorts import read_cohort
from tracking.outcomes.kinds import Internal, Released
from tracking.outcomes.parts import read_anonymous
from tracking.outcomes.releasing.heads import head_counts
from tracking.outcomes.releasing.released import release_heads
from tracking.outcomes.report_source import read_source
from tracking.outcomes.reports import seen_report
from tracking.outcomes.tables_seen import see_tables
from tracking.reports.corrections import Correction, corrections
from tracking.reports.table_words import exact, total
from tracking.store.database import Database


def told_next(database: Database, actor: Actor, report_id: int) -> Released[tuple[Correction, ...]]:
    """Return the corrections that a draft tells of; of an adopted report those that the release
    after it shows, which the next report will tell of. Nothing where there is no such release.

    Raises `NotFound` for a report that is not the actor's to see.
    """
    with database.reading() as session:
        row = seen_report(session, actor, report_id)
        release_id: int | None = row.release_id
        if row.status is ReportStatus.ADOPTED:
            heads = sorted(release_heads(session), key=lambda head: head.period.end)
            order = [head.release_id for head in heads]
            after = order[order.index(row.release_id) + 1 :] if row.release_id in order else []
            release_id = after[0] if after else None
        if release_id is None:
            return Released(())
        try:
            return Released(corrections(read_source(session, release_id, row.insats_id)))
        except NotFound:
            # The insats has ended and is in no later release.
            return Released(())


def counted_today(
    database: Database, actor: Actor, report_id: int, *, page: str
) -> Internal[tuple[Correction, ...]]:
    """Return how the head counts of an insats's report would be counted today, where that is
    otherwise than they were released: exact, for the insats's own staff, and logged as a look.

    Raises `NotFound` for a report that is not the actor's to see or is on the whole förbund, and
    `NotPermitted` unless the actor sees the insats's exact tables.
    """
    with database.reading() as session:
        row = seen_report(session, actor, report_id)
        if row.insats_id is None:
            raise NotFound("Hela förbundet räknas bara i släpp.")
        insats_id = row.insats_id
        check_can_see_internal(actor, insats_id)
        source = read_source(session, row.release_id, insats_id)
        period = source.release.period
        cohort = read_cohort(session, insats_id, period, today=clock.today())
        now = head_counts(cohort, read_anonymous(session, insats_id, period.end.year))
    see_tables(database, actor, (insats_id,), page=page)
    heads = source.own.heads
    when = f"{period.start.isoformat()} till {period.end.isoformat()}"
    found = []
    for line in heads.rows if heads is not None else ():
        then, today = exact(total(line)), now.get(line.label)
        if then is not None and today is not None and then != today:
            found.append(Correction("heads", line.label.lower(), when, then, today))
    return Internal(tuple(found))
