"""What somebody chooses for their own account alone, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.instruments import Unit
from tracking.services._setup import found
from tracking.services._writing import writing
from tracking.store.database import Database
from tracking.store.tables import Account


@dataclass(frozen=True)
class ChosenUnit:
    """The unit that the account types scores in from now on."""

    unit: Unit


def choose_score_unit(database: Database, actor: Actor, *, unit: Unit, key: str) -> ChosenUnit:
    """Choose the unit that the actor's own scores are typed in. Stored scores never change."""
    with writing(database, actor, "choose_score_unit", key) as write:
        account = found(write.session, Account, actor.account_id, what="Kontot")
        if not write.repeated:
            account.score_unit = Unit(unit)
            account.version += 1
            write.session.add(account)
            write.finish(actor.account_id, Entry("choose_score_unit", detail=account.score_unit))
        return ChosenUnit(account.score_unit)
