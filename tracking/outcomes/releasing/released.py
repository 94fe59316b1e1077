"""Reading what has been published: the only results that the förbund zone can obtain.

Every figure here comes from stored rows of a published release, tested against their checksums;
nothing is computed anew, and what the disclosure control keeps for itself is not read. A release
that is only prepared is told of by `release_account` alone, without figures, to whoever makes
releases. How a release is made is `tracking.outcomes.releases`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select as columns
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import (
    Action,
    can_make_release,
    can_read_released,
    check_can_read_released,
    refused,
)
from tracking.domain.errors import NotFound
from tracking.domain.figures import CellKind, Table
from tracking.domain.periods import Period, parse_period_key
from tracking.outcomes.encoding import opened, table_from, target_from
from tracking.outcomes.kinds import Released
from tracking.outcomes.releasing.shapes import (
    HEADS,
    TARGETS,
    BoardOverview,
    ReleaseAccount,
    ReleasedInsats,
    ReleasedTarget,
    ReleaseHead,
    ReleaseInShort,
    TableAccount,
    Whole,
)
from tracking.outcomes.releasing.tables import BY_GENDER
from tracking.store.database import Database
from tracking.store.tables import Release, ReleasedTable, ReleasePublication

OVERVIEW_NOTES = (
    "Siffrorna är släppta på kalenderns dag och ändras inte efteråt; rättelser kommer med i "
    "nästa släpp.",
    "Mål visas för de senaste tolv månaderna, på minst tio deltaganden, som andel eller "
    "intervall så att ingen enskild kan kännas igen.",
)


def released_overview(
    database: Database, actor: Actor, period_key: str | None = None
) -> Released[BoardOverview]:
    """Return a release as the actor may read it; the newest when no period is named.

    Who reads for one insats only gets that insats and no sum. Raises `NotPermitted` outside
    the förbund zone and `NotFound` when the period has not been released.
    """
    readable = _readable(actor)
    with database.reading() as session:
        heads = release_heads(session)
        release = _chosen(heads, period_key)
        if release is None:
            return Released(BoardOverview(None, (), None, ()))
        found = stored_insatser(session, release, readable)
    return Released(
        BoardOverview(
            release=release,
            releases=heads,
            all_insatser=next((item for item in found if item.insats_id is None), None),
            insatser=tuple(item for item in found if item.insats_id is not None),
            notes=OVERVIEW_NOTES,
        )
    )


def released_insats(
    database: Database, actor: Actor, insats_id: int, period_key: str
) -> Released[ReleasedInsats]:
    """Return one insats of a release. Raises as `released_overview`."""
    check_can_read_released(actor, insats_id)
    overview = released_overview(database, actor, period_key).value
    for item in overview.insatser:
        if item.insats_id == insats_id:
            return Released(item)
    raise NotFound("Insatsen finns inte i det här släppet.")


def released_tables(
    database: Database, actor: Actor, period_key: str, insats_id: int | None = None
) -> Released[tuple[Table, ...]]:
    """Return every table of a release, of one insats or of all together; head counts first.

    Raises `NotPermitted` and `NotFound` as `released_overview`.
    """
    check_can_read_released(actor, insats_id)
    overview = released_overview(database, actor, period_key).value
    every = (*overview.insatser, *((overview.all_insatser,) if overview.all_insatser else ()))
    for item in every:
        if item.insats_id == insats_id:
            return Released((item.heads, *item.tables))
    raise NotFound("Insatsen finns inte i det här släppet.")


def released_history(
    database: Database, actor: Actor, period_key: str
) -> Released[tuple[ReleaseInShort, ...]]:
    """Return the releases up to the named one, oldest first: head counts and targets of each.

    What is shown over time is what each release said when it was made, and nothing worked out
    between them. Raises `NotPermitted` and `NotFound` as `released_overview`.
    """
    readable = _readable(actor)
    with database.reading() as session:
        heads = release_heads(session)
        last = _chosen(heads, period_key)
        assert last is not None, "a named period is found or raises"
        upto = [head for head in reversed(heads) if head.period.end <= last.period.end]
        return Released(
            tuple(
                ReleaseInShort(head, tuple(stored_insatser(session, head, readable, only=IN_SHORT)))
                for head in upto[-MOST_RELEASES:]
            )
        )


IN_SHORT = (HEADS, TARGETS, BY_GENDER)
MOST_RELEASES = 12
"""So many releases are looked back on: four years of tertials, six of half-years."""


def release_account(database: Database, actor: Actor, period_key: str) -> Released[ReleaseAccount]:
    """Return what a release holds and how much of it was hidden, without any figure.

    One that is only prepared is there for whoever makes releases. Who reads for one insats gets
    the tables of that insats. Raises `NotPermitted` and `NotFound` as `released_overview`.
    """
    readable = _readable(actor)
    with database.reading() as session:
        release = session.exec(
            select(Release).where(Release.period_key == parse_period_key(period_key).key)
        ).first()
        if release is None:
            raise NotFound("Perioden är inte släppt.")
        publication = session.get(ReleasePublication, release.id)
        if publication is None and not can_make_release(actor):
            raise NotFound("Perioden är inte släppt.")
        rows = _rows_of(session, release.id, readable)
    tables, verdicts = [], []
    for row in rows:
        content = opened(row.content, row.sha256)
        if row.table_key == TARGETS:
            verdicts += [target_from(target) for target in content["targets"]]
        elif row.table_key != HEADS:
            tables.append(_account(content))
    return Released(
        ReleaseAccount(
            period=Period(release.period_start, release.period_end),
            threshold=release.threshold,
            rule=release.rule,
            prepared_at=release.prepared_at,
            published_at=None if publication is None else publication.published_at,
            tables=tuple(tables),
            targets=len(verdicts),
            targets_shown=sum(t.low is not None or t.outcome is not None for t in verdicts),
        )
    )


def _account(content: dict[str, Any]) -> TableAccount:
    table = table_from(content["table"])
    kinds = Counter(
        "exact"
        if cell.kind is not CellKind.HIDDEN
        else "ranges"
        if cell.low is not None
        else "hidden"
        for row in table.rows
        for cell in row.cells
    )
    return TableAccount(
        insats=content["name"],
        title=table.title,
        period=table.period,
        exact=kinds["exact"],
        ranges=kinds["ranges"],
        hidden=kinds["hidden"],
        by_gender=Whole(content["by_gender"]),
    )


def _readable(actor: Actor) -> frozenset[int | None]:
    """The insatser whose releases the actor may read; None stands for the whole förbund."""
    wanted = {grant.insats_id for grant in actor.grants}
    readable = frozenset(i for i in wanted if can_read_released(actor, i))
    if not readable:
        words = "Ditt uppdrag ger inte rätt att läsa släppta resultat."
        raise refused(actor, words, asked=Action.READ_RELEASED)
    return readable


def release_heads(session: DbSession) -> tuple[ReleaseHead, ...]:
    """Every published release, the newest first."""
    # By column, since the overview asks twice at every click: whole objects take longer.
    rows = session.execute(
        columns(
            col(Release.id),
            col(Release.period_start),
            col(Release.period_end),
            col(ReleasePublication.published_at),
            col(Release.threshold),
            col(Release.rule),
            col(Release.code_version),
        )
        .join(ReleasePublication, col(ReleasePublication.release_id) == col(Release.id))
        .order_by(col(Release.period_end).desc())
    )
    return tuple(
        ReleaseHead(
            release_id=release_id,
            period=Period(first, last),
            released_at=published_at,
            threshold=threshold,
            rule=rule,
            code_version=code_version,
        )
        for release_id, first, last, published_at, threshold, rule, code_version in rows
    )


def _chosen(heads: Sequence[ReleaseHead], period_key: str | None) -> ReleaseHead | None:
    if period_key is None:
        return heads[0] if heads else None
    for head in heads:
        if head.period.key == period_key:
            return head
    raise NotFound("Perioden är inte släppt.")


class _StoredRow(NamedTuple):
    insats_id: int | None
    table_key: str
    period_key: str
    content: str
    sha256: str


def _rows_of(
    session: DbSession,
    release_id: int | None,
    readable: frozenset[int | None],
    only: Sequence[str] = (),
) -> list[_StoredRow]:
    query = (
        columns(
            col(ReleasedTable.insats_id),
            col(ReleasedTable.table_key),
            col(ReleasedTable.period_key),
            col(ReleasedTable.content),
            col(ReleasedTable.sha256),
        )
        .where(col(ReleasedTable.release_id) == release_id)
        .order_by(col(ReleasedTable.id))
    )
    if only:
        query = query.where(col(ReleasedTable.table_key).in_(only))
    if None not in readable:
        query = query.where(col(ReleasedTable.insats_id).in_(readable))
    return [_StoredRow(*row) for row in session.execute(query)]


def stored_insatser(
    session: DbSession,
    release: ReleaseHead,
    readable: frozenset[int | None],
    only: Sequence[str] = (),
) -> list[ReleasedInsats]:
    """What a release says of each insats that may be read; None stands for the whole förbund."""
    by_insats: dict[int | None, list[_StoredRow]] = {}
    for row in _rows_of(session, release.release_id, readable, only):
        by_insats.setdefault(row.insats_id, []).append(row)
    return [_insats(insats_id, tuple(rows)) for insats_id, rows in by_insats.items()]


@lru_cache(maxsize=1000)
def _insats(insats_id: int | None, rows: tuple[_StoredRow, ...]) -> ReleasedInsats:
    """What the rows say. Kept, because the same text with the same checksum was tested once."""
    name, heads, period = "", None, None
    targets: tuple[ReleasedTarget, ...] = ()
    tables = []
    for row in rows:
        content = opened(row.content, row.sha256)
        name = content["name"]
        if row.table_key == TARGETS:
            targets = tuple(target_from(target) for target in content["targets"])
            period = parse_period_key(row.period_key)
        elif row.table_key == HEADS:
            heads = table_from(content["table"])
        else:
            tables.append(table_from(content["table"]))
    assert heads is not None, "every insats of a release has its head counts"
    return ReleasedInsats(insats_id, name, heads, targets, period, tuple(tables))
