"""Occasions of strukturövergripande insatser: one by one for who keys them, summed for others.

Sums are undivided and exact; kvinnor and män stand beside them where both are enough
(`tracking.domain.head_counts`). How they are keyed is in `tracking.services.head_counts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select as columns
from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.permissions import (
    Action,
    can_read_released,
    check_can_record_heads,
    refused,
)
from tracking.domain.head_counts import Heads, added, may_be_divided
from tracking.domain.periods import Calendar, Period, smallest_periods
from tracking.domain.records import Gender, InsatsKind
from tracking.outcomes.parts import read_threshold_k
from tracking.store.database import Database
from tracking.store.tables import Account, Forbund, HeadCount, Insats, StructuralOccasion


@dataclass(frozen=True, slots=True)
class OccasionView:
    """An occasion with its heads by organisation, in the order of their names."""

    occasion_id: int
    held_on: date
    title: str
    heads: dict[str, Heads]
    by: str
    version: int

    @property
    def total(self) -> Heads:
        """All who came."""
        return added(self.heads.values())


@dataclass(frozen=True, slots=True)
class StructuralLine:
    """A strukturövergripande insats in a period, or several of them together (no number).

    ``women`` and ``men`` are None where they may not be told apart.
    """

    insats_id: int | None
    name: str
    occasions: int
    heads: int
    women: int | None
    men: int | None


def occasions(database: Database, actor: Actor, insats_id: int) -> tuple[OccasionView, ...]:
    """The occasions of an insats, the newest first. Raises `NotPermitted` for who keys none."""
    check_can_record_heads(actor, insats_id)
    with database.reading() as session:
        titles = dict(session.exec(select(Account.id, Account.title)).all())
        return tuple(
            OccasionView(
                occasion_id=row.id,
                held_on=row.held_on,
                title=row.title,
                heads=heads,
                by=titles.get(row.recorded_by, ""),
                version=row.version,
            )
            for row, heads in reversed(_read(session, [insats_id]))
        )


def structural_in(database: Database, actor: Actor, period: Period) -> tuple[StructuralLine, ...]:
    """The strukturövergripande insatser whose results the actor reads, in a period, by name.

    Raises `NotPermitted` for somebody who reads no results.
    """
    wanted = {grant.insats_id for grant in actor.grants}
    readable = {insats_id for insats_id in wanted if can_read_released(actor, insats_id)}
    if not readable:
        words = "Ditt uppdrag ger inte rätt att läsa om strukturövergripande insatser."
        raise refused(actor, words, asked=Action.READ_RELEASED)
    with database.reading() as session:
        own = None if None in readable else frozenset(one for one in readable if one)
        return read_structural(session, period, own)


def read_structural(
    session: DbSession, period: Period, insatser: frozenset[int] | None
) -> tuple[StructuralLine, ...]:
    """The strukturövergripande insatser that ran in a period, of some or of all (None), by name.

    Works inside a read that somebody else has opened and asked permission for.
    """
    query = select(col(Insats.id), col(Insats.name)).where(
        Insats.kind == InsatsKind.STRUCTURAL,
        col(Insats.starts_on) <= period.end,
        or_(col(Insats.ends_on).is_(None), col(Insats.ends_on) >= period.start),
    )
    if insatser is not None:
        query = query.where(col(Insats.id).in_(insatser))
    running = session.exec(query.order_by(col(Insats.name), col(Insats.id))).all()
    if not running:
        return ()
    k = read_threshold_k(session)
    calendar = session.exec(select(col(Forbund.calendar))).first()
    parts = _parts(period, None if calendar is None else Calendar(calendar))
    every: dict[int, list[tuple[date, Heads]]] = defaultdict(list)
    for row, heads in _read(session, [insats_id or 0 for insats_id, _ in running], within=period):
        every[row.insats_id].append((row.held_on, added(heads.values())))
    return tuple(
        _line(insats_id or 0, name, every[insats_id or 0], parts, k) for insats_id, name in running
    )


def together(lines: Sequence[StructuralLine]) -> StructuralLine:
    """Several insatser added; kön only where it stands in each, so that none shows by itself."""
    women, men = [line.women for line in lines], [line.men for line in lines]
    divided = None not in women and None not in men
    return StructuralLine(
        None,
        "Alla",
        sum(line.occasions for line in lines),
        sum(line.heads for line in lines),
        sum(number or 0 for number in women) if divided else None,
        sum(number or 0 for number in men) if divided else None,
    )


def _line(
    insats_id: int,
    name: str,
    held: Iterable[tuple[date, Heads]],
    parts: Sequence[Period],
    k: int,
) -> StructuralLine:
    found = list(held)
    total = added(heads for _, heads in found)
    divided = may_be_divided(
        (added(heads for day, heads in found if part.start <= day <= part.end) for part in parts),
        k,
    )
    return StructuralLine(
        insats_id,
        name,
        len(found),
        total.total,
        total.women if divided else None,
        total.men if divided else None,
    )


def _parts(period: Period, calendar: Calendar | None) -> list[Period]:
    """The smallest periods that a period is made of; itself where it is made of none."""
    if calendar is None:
        return [period]
    years = range(period.start.year, period.end.year + 1)
    inside = [
        part
        for year in years
        for part in smallest_periods(calendar, year)
        if period.start <= part.start and part.end <= period.end
    ]
    whole = inside and (inside[0].start, inside[-1].end) == (period.start, period.end)
    return inside if whole else [period]


class _Occasion(NamedTuple):
    """What is read of an occasion."""

    id: int
    insats_id: int
    held_on: date
    title: str
    recorded_by: int
    version: int


def _read(
    session: DbSession, insatser: Sequence[int], *, within: Period | None = None
) -> list[tuple[_Occasion, dict[str, Heads]]]:
    """Each occasion (of a period), the oldest first, with its heads by organisation."""
    of_these = [col(StructuralOccasion.insats_id).in_(insatser)]
    if within is not None:
        of_these.append(col(StructuralOccasion.held_on).between(within.start, within.end))
    # By column, since the overview asks at every click: whole objects take longer.
    rows = session.execute(
        columns(*(getattr(StructuralOccasion, name) for name in _Occasion._fields))
        .where(*of_these, col(StructuralOccasion.voided_at).is_(None))
        .order_by(col(StructuralOccasion.held_on), col(StructuralOccasion.id))
    ).all()
    numbers: dict[int, dict[str, Heads]] = defaultdict(dict)
    counted = session.exec(
        select(HeadCount.occasion_id, HeadCount.organisation, HeadCount.gender, HeadCount.number)
        .join(StructuralOccasion, col(StructuralOccasion.id) == col(HeadCount.occasion_id))
        .where(*of_these, col(HeadCount.number) > 0)
        .order_by(col(HeadCount.organisation))
    ).all()
    for occasion_id, organisation, gender, number in counted:
        found = numbers[occasion_id]
        found[organisation] = found.get(organisation, Heads()) + _one(Gender(gender), number)
    return [(row, numbers[row.id]) for row in map(_Occasion._make, rows)]


def _one(gender: Gender, number: int) -> Heads:
    if gender is Gender.WOMAN:
        return Heads(women=number)
    return Heads(men=number) if gender is Gender.MAN else Heads(unknown=number)
