"""Releases for the processes that are killed: half-years that can be prepared and published.

They lie long before anybody took part, so that each of them leaves as many rows as the one a year
before. There are as many as are asked for, and each can be prepared and published once.
"""

from __future__ import annotations

import random
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session as DbSession

from tests.faults.acts import PREPARE, PUBLISH, PUBLISHER, Act
from tests.integration.worlds import LONG_AGO, World, a_key
from tracking.access.actors import load_actor
from tracking.domain import clock
from tracking.domain.periods import Calendar, closed_periods
from tracking.domain.roles import Role
from tracking.services import choose_calendar, proposed_release_days
from tracking.services.accounts import assign, create_account

FIRST_YEAR = 2000
MOST = 40
"""Half-years before anybody took part."""
IN_A_YEAR = Calendar.HALF_YEAR.per_year

_NOT_PUBLISHED = """
SELECT id, period_key FROM release WHERE id NOT IN (SELECT release_id FROM release_publication)
ORDER BY period_end LIMIT 1"""
_MADE = "SELECT period_key FROM release"


def open_the_calendar(world: World) -> None:
    """Let the insatser have begun in `FIRST_YEAR`, and somebody make releases."""
    made = create_account(
        world.database, username=PUBLISHER, title="Administratör", zone=Role.FORBUND_ADMIN.zone
    ).account_id
    assign(
        world.database,
        account_id=made,
        role=Role.FORBUND_ADMIN,
        insats_id=None,
        starts_on=LONG_AGO,
    )
    with world.database.transaction() as work:
        work.session.execute(
            text("UPDATE insats SET starts_on = :day"), {"day": f"{FIRST_YEAR}-01-01"}
        )
    with world.database.reading() as session:
        publisher = load_actor(session, made, today=clock.today())
    choose_calendar(
        world.database,
        publisher,
        calendar=Calendar.HALF_YEAR,
        release_days=proposed_release_days(Calendar.HALF_YEAR),
        key=a_key(),
    )


def next_of_a_release(session: DbSession, dice: random.Random, releases: int) -> Act | None:
    """The publication of what is prepared, else the next preparation; None when all are out."""
    key = str(UUID(int=dice.getrandbits(128), version=4))
    waiting = session.execute(text(_NOT_PUBLISHED)).first()
    if waiting is not None:
        return Act(PUBLISH, key, of=waiting[0], words=waiting[1])
    made = set(session.execute(text(_MADE)).scalars())
    every = closed_periods(Calendar.HALF_YEAR, clock.today(), FIRST_YEAR)[: min(releases, MOST)]
    for period in every:
        if period.key not in made:
            return Act(PREPARE, key, words=period.key)
    return None
