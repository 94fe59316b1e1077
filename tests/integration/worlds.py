"""A förbund with two insatser and the people who work in them, for tests of what people do.

`a_world(database)` sets it up with the shipped lists and ladder; `a_spell` starts a spell as
staff do. Today is 2026-03-16 in every test that uses `standing_still`. Results have worlds of
their own in `result_worlds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import time_machine
from sqlalchemy import func
from sqlmodel import select

from tracking.access.actors import Actor, load_actor
from tracking.domain.instruments import RatingValue
from tracking.domain.records import AuthorityKind, Gender, InsatsKind
from tracking.domain.roles import Role
from tracking.domain.situation import SituationValue, SupportSource, WorkKind, YesNoUnknown
from tracking.services import (
    RecordedSession,
    SpellStart,
    StartedSpell,
    record_session,
    register_and_start,
    set_up_forbund,
)
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    Assignment,
    Code,
    Controller,
    Insats,
    Ladder,
    Spell,
)

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 16)
STARTED = date(2025, 9, 1)
LONG_AGO = date(2024, 1, 1)

ORS_LOW = RatingValue.filled(40, 45, 35, 40)
ORS_HIGH = RatingValue.filled(60, 65, 60, 55)
SRS_HIGH = RatingValue.filled(95, 94, 92, 96)

ON_SUPPORT = SituationValue(
    sources=frozenset({SupportSource.INCOME_SUPPORT}),
    work=YesNoUnknown.NO,
    studies=YesNoUnknown.NO,
    seeking=YesNoUnknown.YES,
    registered_af=YesNoUnknown.YES,
)
AT_WORK = SituationValue(
    no_support=True,
    work=YesNoUnknown.YES,
    work_percent=50,
    work_kind=WorkKind.SUBSIDISED,
    studies=YesNoUnknown.NO,
    seeking=YesNoUnknown.UNKNOWN,
    registered_af=YesNoUnknown.NO,
)


@dataclass(frozen=True)
class World:
    """Ids and actors. ``worker`` and ``colleague`` work in Stigen; ``neighbour`` in Bron, of the
    same controller; ``outsider`` in Stigen but for another authority; ``lead`` runs Stigen.
    """

    database: Database
    controller_id: int
    insats_id: int
    other_insats_id: int
    group_insats_id: int
    worker: Actor
    colleague: Actor
    neighbour: Actor
    outsider: Actor
    lead: Actor
    nobody: Actor


@contextmanager
def standing_still(now: datetime = NOW) -> Iterator[None]:
    """Today is the test's day."""
    with time_machine.travel(now, tick=False):
        yield


def a_key() -> str:
    """The key of a form that has just been drawn."""
    return str(uuid4())


def a_username() -> str:
    """A username of its own, too short to look like a personnummer as one key in thousands does."""
    return f"konto-{uuid4().hex[:8]}"


def a_world(database: Database) -> World:
    """Set up a förbund on an empty database."""
    set_up_forbund(database, name="Samordningsförbundet Testbygden")
    with database.transaction() as work:
        session = work.session

        def added(row: Any) -> int:
            session.add(row)
            session.flush()
            return int(row.id)

        def account(username: str, employer_id: int) -> int:
            return added(
                Account(
                    username=username,
                    title=username.capitalize(),
                    zone=Role.CASE_WORKER.zone,
                    employer_id=employer_id,
                    created_at=NOW,
                )
            )

        def assigned(account_id: int, role: Role, insats_id: int) -> None:
            added(
                Assignment(
                    account_id=account_id,
                    zone=role.zone,
                    role=role,
                    insats_id=insats_id,
                    starts_on=LONG_AGO,
                    created_at=NOW,
                )
            )

        kommun = added(
            Controller(name="Testkommunen", kind=AuthorityKind.MUNICIPALITY, created_at=NOW)
        )
        region = added(Controller(name="Testregionen", kind=AuthorityKind.REGION, created_at=NOW))
        ladder_id = session.exec(select(Ladder.id)).first()
        for key, label in (("here", "Testby"), ("there", "Provköping")):
            added(Code(list_key="municipality", key=key, label=label))
        insatser = [
            added(
                Insats(
                    name=name,
                    controller_id=kommun,
                    owner="Testkommunen",
                    kind=kind,
                    starts_on=LONG_AGO,
                    ends_on=ends_on,
                    ladder_id=ladder_id,
                    uses_gsrs=name == "Stigen",
                    follow_up_12=follow_up_12,
                    created_at=NOW,
                )
            )
            for name, kind, ends_on, follow_up_12 in (
                ("Stigen", InsatsKind.INDIVIDUAL, None, False),
                ("Bron", InsatsKind.INDIVIDUAL, date(2026, 12, 31), True),
                ("Nätverket", InsatsKind.STRUCTURAL, None, False),
            )
        ]
        stigen, bron, network = insatser
        staff = {
            name: account(name, employer)
            for name, employer in (
                ("handläggare", kommun),
                ("kollega", kommun),
                ("granne", kommun),
                ("utomstående", region),
                ("ledare", kommun),
                ("ingen", kommun),
            )
        }
        assigned(staff["handläggare"], Role.CASE_WORKER, stigen)
        assigned(staff["handläggare"], Role.CASE_WORKER, network)
        assigned(staff["kollega"], Role.CASE_WORKER, stigen)
        assigned(staff["granne"], Role.CASE_WORKER, bron)
        assigned(staff["utomstående"], Role.CASE_WORKER, stigen)
        assigned(staff["ledare"], Role.INSATS_LEAD, stigen)
    actors = _actors(database, staff.values())
    return World(database, kommun, *insatser, *actors)


def the_same_world(made: World, database: Database) -> World:
    """The world in a copy of its database."""
    staff = (made.worker, made.colleague, made.neighbour, made.outsider, made.lead, made.nobody)
    ids = made.controller_id, made.insats_id, made.other_insats_id, made.group_insats_id
    # An actor knows the database that it was loaded from: what is refused is logged there.
    return World(database, *ids, *_actors(database, [actor.account_id for actor in staff]))


def _actors(database: Database, account_ids: Iterable[int]) -> list[Actor]:
    with database.reading() as session:
        return [load_actor(session, one, today=TODAY) for one in account_ids]


def a_start(started_on: date = STARTED, **more: Any) -> SpellStart:
    """A start with what is required, and whatever else is given."""
    given: dict[str, Any] = {
        "started_on": started_on,
        "referrer": "employment_service",
        "consent_follow_up": True,
        "consent_contact": True,
    }
    return SpellStart(**(given | more))


def a_spell(
    world: World,
    started_on: date = STARTED,
    *,
    actor: Actor | None = None,
    insats_id: int | None = None,
    birth_year: int = 1990,
    gender: Gender = Gender.WOMAN,
    **start: Any,
) -> StartedSpell:
    """A newly registered participant's spell in Stigen, or in another insats."""
    return register_and_start(
        world.database,
        actor or world.worker,
        insats_id=insats_id or world.insats_id,
        birth_year=birth_year,
        gender=gender,
        start=a_start(started_on, **start),
        key=a_key(),
    )


def a_talk(
    world: World, spell_id: int, held_on: date, ors: RatingValue | None = ORS_LOW
) -> RecordedSession:
    """A talk with an ORS, or without any form."""
    return record_session(
        world.database,
        world.worker,
        spell_id=spell_id,
        held_on=held_on,
        ratings={} if ors is None else {"ORS": ors},
        key=a_key(),
    )


def row(world: World, table: type[Any], **where: Any) -> Any:
    """The one row that fits."""
    with world.database.reading() as session:
        statement = select(table)
        for name, value in where.items():
            statement = statement.where(getattr(table, name) == value)
        return session.exec(statement).one()


def count(world: World, table: type[Any], **where: Any) -> int:
    """How many rows fit."""
    with world.database.reading() as session:
        statement = select(func.count()).select_from(table)
        for name, value in where.items():
            statement = statement.where(getattr(table, name) == value)
        return int(session.exec(statement).one())


def version_of(world: World, spell_id: int) -> int:
    """The spell's version as a page would read it."""
    return int(row(world, Spell, id=spell_id).version)
