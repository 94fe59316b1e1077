"""Participants of every awkward kind, and four hundred more: what a person's pages must bear.

``a_person_world(url)`` fills an empty database by the services, with days counted from today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from tracking.access.actors import Actor, load_actor
from tracking.domain import clock
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import (
    AttendanceStatus,
    AuthorityKind,
    Gender,
    InsatsKind,
    WithdrawalReason,
)
from tracking.domain.roles import Role, Zone
from tracking.domain.situation import Occasion
from tracking.services.accounts import assign, create_account
from tracking.services.insatser import create_insats
from tracking.services.progress import assess_step, end_spell
from tracking.services.sessions import record_session
from tracking.services.setup import add_controller, set_up_forbund
from tracking.services.starts import SpellStart, register_and_start, start_spell
from tracking.services.withdrawals import withdraw_consent
from tracking.store.database import Database
from tracking.store.tables import Spell

STAFF = "Deltagaransvarig"
LONG_NAME = "Samordnad rehabilitering för unga vuxna med aktivitetsersättning i hela norra länet"
LONG_NAME += ", med samverkan kring boende och barn"
MANY = 400
"""So many ongoing participants besides the awkward ones."""


@dataclass(frozen=True)
class Kinds:
    """The spells of the awkward kinds, by what is awkward, and the codes of their persons."""

    spells: Mapping[str, int]
    codes: Mapping[str, str]


def key() -> str:
    return str(uuid4())


def actor_of(database: Database, account_id: int) -> Actor:
    with database.reading() as session:
        return load_actor(session, account_id, today=clock.today())


class _Builder:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.today = clock.today()
        set_up_forbund(database, name="Samordningsförbundet Exempelbygden", is_demo=True)
        admin_id = create_account(
            database, username="samordnare", title="Samordnare", zone=Zone.FORBUND
        ).account_id
        since = self.day(900)
        assign(
            database,
            account_id=admin_id,
            role=Role.FORBUND_ADMIN,
            insats_id=None,
            starts_on=since,
        )
        admin = actor_of(database, admin_id)
        controller = add_controller(
            database, admin, name="Exempelkommunen", kind=AuthorityKind.MUNICIPALITY, key=key()
        ).controller_id
        worker_id = create_account(
            database, username="personal", title=STAFF, zone=Zone.INSATS, employer_id=controller
        ).account_id
        self.insatser = []
        for name in (LONG_NAME, "Bryggan"):
            insats = create_insats(
                database,
                admin,
                name=name,
                controller_id=controller,
                owner="Exempelkommunen",
                kind=InsatsKind.INDIVIDUAL,
                starts_on=since,
                ladder_id=1,
                uses_ors=True,
                uses_srs=True,
                uses_gsrs=False,
                key=key(),
            ).insats_id
            assign(
                database,
                account_id=worker_id,
                role=Role.CASE_WORKER,
                insats_id=insats,
                starts_on=since,
            )
            self.insatser.append(insats)
        self.worker = actor_of(database, worker_id)

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def person(self, started_ago: int) -> tuple[int, str]:
        """A new participant of the first insats: the spell and the code."""
        made = register_and_start(
            self.database,
            self.worker,
            insats_id=self.insatser[0],
            birth_year=1990,
            gender=Gender.WOMAN,
            start=self.start(started_ago),
            key=key(),
        )
        return made.spell_id, made.code

    def start(self, ago: int) -> SpellStart:
        return SpellStart(
            started_on=self.day(ago),
            referrer="employment_service",
            consent_follow_up=True,
            consent_contact=True,
            step=StepLevel(1),
        )

    def talk(
        self,
        spell_id: int,
        ago: int,
        ors: RatingValue | None,
        srs: RatingValue | None = None,
        attendance: AttendanceStatus = AttendanceStatus.PRESENT,
    ) -> None:
        given = {"ORS": ors, "SRS": srs}
        record_session(
            self.database,
            self.worker,
            spell_id=spell_id,
            held_on=self.day(ago),
            attendance=attendance,
            ratings={name: value for name, value in given.items() if value is not None},
            key=key(),
        )


def a_person_world(url: str, *, many: int = MANY) -> Kinds:
    """Fill the database."""
    database = Database.open(url)
    made = _Builder(database)
    people = {
        name: made.person(ago)
        for name, ago in (
            ("none", 10),
            ("one", 30),
            ("many", 430),
            ("totals", 90),
            ("double", 60),
            ("ended", 400),
            ("gone", 100),
            ("usual", 120),
        )
    }
    spells = {name: spell_id for name, (spell_id, _) in people.items()}
    made.talk(spells["one"], 20, RatingValue.filled(40, 35, 45, 40))
    for number in range(60):
        wave = (number * 7) % 23
        made.talk(
            spells["many"],
            425 - 7 * number,
            RatingValue.filled(30 + wave, 40 + wave // 2, 35 + number // 2, 50),
            RatingValue.filled(90, 85 + wave // 3, 92, 95),
        )
    for number, total in enumerate((180, 205, 0, 400)):
        made.talk(spells["totals"], 80 - 20 * number, RatingValue.total_only(total))
    _usual(made, spells["usual"])
    for ago, level in ((390, 42), (300, 60)):
        made.talk(spells["ended"], ago, RatingValue.filled(level, level, level, level))
    end_spell(
        database,
        made.worker,
        spell_id=spells["ended"],
        on=made.day(210),
        reason="work",
        version=1,
        step=StepLevel(3),
        key=key(),
    )
    withdraw_consent(
        database,
        made.worker,
        spell_id=spells["gone"],
        reason=WithdrawalReason.CONSENT_WITHDRAWN,
        on=made.today,
        key=key(),
    )
    with database.reading() as session:
        person_id = session.get_one(Spell, spells["double"]).participant_id
    spells["second"] = start_spell(
        database,
        made.worker,
        participant_id=person_id,
        insats_id=made.insatser[1],
        start=made.start(20),
        key=key(),
    ).spell_id
    for number in range(many):
        made.person(5 + number % 10)
    database.close()
    return Kinds(spells, {name: code for name, (_, code) in people.items()})


def _usual(made: _Builder, spell_id: int) -> None:
    """Somebody as most are: talks, one of them missed, a fall on a scale of SRS, two steps."""
    for ago, ors, srs in (
        (110, (40, 35, 45, 40), (94, 92, 94, 95)),
        (80, (48, 45, 50, 47), (92, 94, 94, 92)),
        (40, (60, 62, 58, 63), (91, 81, 94, 92)),
    ):
        made.talk(spell_id, ago, RatingValue.filled(*ors), RatingValue.filled(*srs))
    made.talk(spell_id, 20, None, attendance=AttendanceStatus.ABSENT)
    assess_step(
        made.database,
        made.worker,
        spell_id=spell_id,
        level=StepLevel(2),
        assessed_on=made.day(40),
        occasion=Occasion.DURING,
        key=key(),
    )
