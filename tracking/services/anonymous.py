"""Counting the anonymous: how many an insats has had in a calendar year, by kön, and no more.

Spells that were turned anonymous are counted beside what is entered here, see `withdrawals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.errors import InvalidValue, RuleBroken
from tracking.domain.records import Gender
from tracking.services._writing import check_version, writing
from tracking.services.participants import insats_to_record_in
from tracking.store.database import Database
from tracking.store.tables import AnonymousCount

MOST_ANONYMOUS = 100_000


@dataclass(frozen=True)
class AnonymousSaved:
    """The insats and year whose counts were saved, and the entered number of each kön."""

    insats_id: int
    year: int
    numbers: Mapping[Gender, int]


def set_anonymous_counts(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    year: int,
    numbers: Mapping[Gender, int],
    versions: Mapping[Gender, int | None],
    key: str,
) -> AnonymousSaved:
    """Say how many anonymous participants the insats has had in a calendar year: all or none.

    ``numbers`` holds those that are to be changed, ``versions`` that of each count as read
    (None when there was none). Raises `InvalidValue` at the kön's field, `RuleBroken` at
    ``year``, and `Conflict` when somebody else has entered another number.
    """
    with writing(database, actor, "set_anonymous_counts", key) as write:
        insats = insats_to_record_in(write, insats_id)
        for gender, number in numbers.items():
            if isinstance(number, bool) or not 0 <= number <= MOST_ANONYMOUS:
                raise InvalidValue("Antalet ska vara ett helt tal från 0.", field=gender.value)
        if year > write.today.year:
            raise InvalidValue(f"Året {year} ligger i framtiden.", field="year")
        if year < insats.starts_on.year or (
            insats.ends_on is not None and year > insats.ends_on.year
        ):
            raise RuleBroken(f"Insatsen pågick inte under {year}.", field="year")
        if not write.repeated:
            rows = {
                row.gender: row
                for row in write.session.exec(
                    select(AnonymousCount)
                    .where(AnonymousCount.insats_id == insats_id, AnonymousCount.year == year)
                    .order_by(AnonymousCount.gender)
                    .with_for_update()
                )
            }
            for gender, number in numbers.items():
                row = rows.get(gender)
                if row is None:
                    row = AnonymousCount(insats_id=insats_id, year=year, gender=gender)
                else:
                    check_version(
                        row.version,
                        versions.get(gender) or 0,
                        theirs=row.number,
                        mine=number,
                        what=gender.plural.capitalize(),
                    )
                    row.version += 1
                row.number = number
                write.session.add(row)
            told = " ".join(f"{gender.value} {number}" for gender, number in numbers.items())
            write.finish(
                insats_id,
                Entry("set_anonymous_counts", insats_id=insats_id, detail=f"{year} {told}"),
            )
        return AnonymousSaved(insats_id, year, dict(numbers))
