"""Whether what was read about persons still stands, asked with two small questions.

A page is drawn anew at every click, and most clicks change nothing. Whoever kept a reading gives
it back; it is used when everything it may depend on is as it was. Permission and log are no part
of this: they are asked for every time.
"""

from __future__ import annotations

from sqlmodel import Session as DbSession
from sqlmodel import col, func, select

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.outcomes._seen import own_insatser
from tracking.store.tables import Account, Attempt, Change, DataVersion

Standing = tuple[object, ...]


def standing(session: DbSession, actor: Actor) -> Standing:
    """The day, the actor's assignments, and the state of the data in the insatser of these.

    A data version grows with every write that a figure could show. What no figure shows, and a
    page of a person does, is told by its latest row: attempts to reach somebody, the history, and
    what accounts are called. To be read in the same session as what is kept, or before it: a
    write between then makes it read once too often, never once too seldom.
    """
    own = own_insatser(actor)
    versions = session.execute(
        select(DataVersion.insats_id, DataVersion.version)
        .where(col(DataVersion.insats_id).in_(own))
        .order_by(col(DataVersion.insats_id))
    ).all()
    besides = session.execute(
        select(
            select(func.max(col(Attempt.id))).scalar_subquery(),
            select(func.max(col(Change.id))).scalar_subquery(),
            select(func.sum(col(Account.version))).scalar_subquery(),
        )
    ).one()
    return (
        str(session.get_bind().engine.url),
        clock.today(),
        actor.account_id,
        actor.employer_id,
        own,
        tuple(tuple(row) for row in versions),
        tuple(besides),
    )
