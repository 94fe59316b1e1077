"""Reading what has been released: the stored rows and nothing else, their checksums tested.

The only module that makes `Released`. Which rows an actor gets follows from its grants: the
whole förbund, or the insatser it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import can_read_released, check_can_read_released
from tracking.domain.errors import NotFound, NotPermitted
from tracking.domain.periods import Period, year
from tracking.outcomes.encoding import opened, table_from, target_from
from tracking.outcomes.kinds import Released
from tracking.outcomes.release_shapes import BoardOverview, ReleasedInsats, ReleasedTarget, ReleaseHead
from tracking.store.database import Database
from tracking.store.tables import Release, ReleasedTable

HEADS, TARGETS = "heads", "targets"
OVERVIEW_NOTES = (
    "Siffrorna är släppta på kalenderns dag och ändras inte efteråt; rättelser kommer med i "
    "nästa släpp.",
    "Mål visas för senaste helår, på minst tio deltaganden, som andel eller intervall så att "
    "ingen enskild kan kännas igen.",
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
        heads = _release_heads(session)
        release = _chosen(heads, period_key)
        if release is None:
            return Released(BoardOverview(None, (), None, ()))
        found = _stored(session, release, readable)
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


def targets_year(period: Period) -> Period:
    """Return the latest calendar year that had ended with the period."""
    whole = year(period.end.year)
    return whole if whole.end == period.end else year(period.end.year - 1)


def _readable(actor: Actor) -> frozenset[int | None]:
    """The insatser whose releases the actor may read; None stands for the whole förbund."""
    wanted = {grant.insats_id for grant in actor.grants}
    readable = frozenset(i for i in wanted if can_read_released(actor, i))
    if not readable:
        raise NotPermitted("Ditt uppdrag ger inte rätt att läsa släppta resultat.")
    return readable


def _release_heads(session: DbSession) -> tuple[ReleaseHead, ...]:
    rows = session.exec(select(Release).order_by(col(Release.period_end).desc())).all()
    return tuple(
        ReleaseHead(
            release_id=row.id,
            period=Period(row.period_start, row.period_end),
            released_at=row.prepared_at,
            threshold=row.threshold,
            rule=row.rule,
            code_version=row.code_version,
        )
        for row in rows
        if row.id is not None
    )


def _chosen(heads: Sequence[ReleaseHead], period_key: str | None) -> ReleaseHead | None:
    if period_key is None:
        return heads[0] if heads else None
    for head in heads:
        if head.period.key == period_key:
            return head
    raise NotFound("Perioden är inte släppt.")


def _stored(
    session: DbSession, release: ReleaseHead, readable: frozenset[int | None]
) -> list[ReleasedInsats]:
    twelve = targets_year(release.period)
    targets = {
        row.insats_id: targets_of(row)
        for row in session.exec(
            select(ReleasedTable).where(
                ReleasedTable.table_key == TARGETS, ReleasedTable.period_key == twelve.key
            )
        ).all()
    }
    rows = session.exec(
        select(ReleasedTable)
        .where(ReleasedTable.release_id == release.release_id, ReleasedTable.table_key == HEADS)
        .order_by(col(ReleasedTable.id))
    ).all()
    found = []
    for row in rows:
        if None not in readable and row.insats_id not in readable:
            continue
        content = opened(row.content, row.sha256)
        known = targets.get(row.insats_id)
        found.append(
            ReleasedInsats(
                insats_id=row.insats_id,
                name=content["name"],
                heads=table_from(content["table"]),
                targets=known or (),
                targets_period=None if known is None else twelve,
            )
        )
    return found


def target_rows(session: DbSession, insats_id: int) -> Sequence[ReleasedTable]:
    """Every stored row of targets of an insats, one a year."""
    return session.exec(
        select(ReleasedTable).where(
            ReleasedTable.table_key == TARGETS, ReleasedTable.insats_id == insats_id
        )
    ).all()


def targets_of(row: ReleasedTable) -> tuple[ReleasedTarget, ...]:
    """The targets of a stored row; raises `DamagedRelease` when it has been changed."""
    content = opened(row.content, row.sha256)
    return tuple(target_from(target) for target in content["targets"])
