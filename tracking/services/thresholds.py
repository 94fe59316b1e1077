"""Gränsvärden: a new dated version of the instruments' limits, and a coming one taken away.

A version is never edited. It applies from a day to come, so that no class that is stored, and
nothing released or adopted, is another than when it was made.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from sqlmodel import select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.change import Thresholds
from tracking.domain.errors import Conflict, InvalidValue, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.swedish import iso
from tracking.services._setup import check_day, found
from tracking.services._writing import writing
from tracking.store.database import Database
from tracking.store.tables import ThresholdSet
from tracking.store.thresholds import thresholds_on

LONGEST_SOURCE = 300
SET, REMOVE = "set_thresholds", "remove_thresholds"


@dataclass(frozen=True, slots=True)
class SetThresholds:
    """A version that was set, or taken away before it applied."""

    threshold_id: int


def set_thresholds(
    database: Database, actor: Actor, *, limits: Thresholds, key: str
) -> SetThresholds:
    """Add a version that applies from its ``valid_from``, tomorrow at the earliest.

    Raises `NotPermitted`, `InvalidValue` at the day or the source, `RuleBroken` when no limit is
    another than what would apply that day, and `Conflict` when the day has its version already.
    """
    with writing(database, actor, SET, key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SetThresholds(write.earlier)
        source = clean_text(limits.source, field="source", max_length=LONGEST_SOURCE, required=True)
        first = check_day(limits.valid_from, field="valid_from")
        tomorrow = write.today + timedelta(days=1)
        if first < tomorrow:
            raise InvalidValue(
                f"Nya gränsvärden gäller tidigast från {iso(tomorrow)}, så att inget som redan "
                "är klassat blir något annat.",
                field="valid_from",
            )
        taken = write.session.exec(
            select(ThresholdSet.id).where(ThresholdSet.valid_from == first)
        ).first()
        if taken is not None:
            raise Conflict(
                f"Det finns redan gränsvärden från {iso(first)}. Ta bort dem först om de är fel.",
                field="valid_from",
            )
        before = thresholds_on(write.session, first)
        if replace(before, valid_from=first, source=limits.source) == limits:
            raise RuleBroken("Gränsvärdena är desamma som gäller redan: inget att ändra.")
        row = ThresholdSet(**asdict(limits) | {"source": source})
        write.session.add(row)
        write.session.flush()
        assert row.id is not None
        write.finish(row.id, Entry(SET, detail=iso(first)))
        return SetThresholds(row.id)


def remove_thresholds(
    database: Database, actor: Actor, *, threshold_id: int, key: str
) -> SetThresholds:
    """Take away a version that does not apply yet. Raises `RuleBroken` when it does."""
    with writing(database, actor, REMOVE, key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SetThresholds(write.earlier)
        row = found(write.session, ThresholdSet, threshold_id, what="Gränsvärdena")
        if row.valid_from <= write.today:
            raise RuleBroken("Gränsvärden som har börjat gälla tas inte bort: sätt nya i stället.")
        write.session.delete(row)
        write.finish(threshold_id, Entry(REMOVE, detail=iso(row.valid_from)))
        return SetThresholds(threshold_id)
