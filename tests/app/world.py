"""A small förbund with one insats, three accounts and three participants, made by the services.

``a_world(url)`` fills an empty database; what a page needs to be seen with stands in `World`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from tracking.access.actors import Actor, load_actor
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import AuthorityKind, Gender, InsatsKind
from tracking.domain.roles import Role, Zone
from tracking.services.accounts import assign, create_account
from tracking.services.insatser import create_insats
from tracking.services.participants import register_participant
from tracking.services.sessions import record_session
from tracking.services.setup import add_controller, set_up_forbund
from tracking.services.starts import SpellStart, start_spell
from tracking.store.database import Database

TODAY = date(2026, 11, 20)
STARTED = date(2026, 5, 4)


@dataclass(frozen=True)
class World:
    """Who and what there is."""

    url: str
    insats_id: int
    worker: int
    lead: int
    admin: int
    board: int
    system: int
    spells: tuple[int, ...]
    codes: tuple[str, ...]
    words: tuple[str, ...]


def key() -> str:
    return str(uuid4())


def actor_of(database: Database, account_id: int) -> Actor:
    with database.reading() as session:
        return load_actor(session, account_id, today=TODAY)


def a_world(url: str, *, is_demo: bool = True) -> World:
    """Fill the database; call with the clock at `TODAY`."""
    database = Database.open(url)
    set_up_forbund(database, name="Samordningsförbundet Exempelbygden", is_demo=is_demo)
    admin_id = create_account(
        database, username="samordnare", title="Samordnare", zone=Zone.FORBUND
    ).account_id
    assign(
        database,
        account_id=admin_id,
        role=Role.FORBUND_ADMIN,
        insats_id=None,
        starts_on=date(2025, 1, 1),
    )
    admin = actor_of(database, admin_id)
    controller = add_controller(
        database, admin, name="Exempelkommunen", kind=AuthorityKind.MUNICIPALITY, key=key()
    ).controller_id
    insats = create_insats(
        database,
        admin,
        name="Vägen vidare",
        controller_id=controller,
        owner="Exempelkommunen",
        kind=InsatsKind.INDIVIDUAL,
        starts_on=date(2025, 1, 1),
        ladder_id=1,
        uses_ors=True,
        uses_srs=True,
        uses_gsrs=True,
        key=key(),
    ).insats_id

    def account(username: str, title: str, zone: Zone, role: Role, at: int | None) -> int:
        made = create_account(
            database,
            username=username,
            title=title,
            zone=zone,
            employer_id=controller if zone is Zone.INSATS else None,
        ).account_id
        assign(database, account_id=made, role=role, insats_id=at, starts_on=date(2025, 1, 1))
        return made

    worker_id = account("personal", "Deltagaransvarig", Zone.INSATS, Role.CASE_WORKER, insats)
    lead_id = account("ansvarig", "Insatsansvarig", Zone.INSATS, Role.INSATS_LEAD, insats)
    board_id = account("styrelse", "Styrelsen", Zone.FORBUND, Role.BOARD, None)
    system_id = account("drift", "Drift", Zone.SYSTEM, Role.SYSTEM_ADMIN, None)
    worker = actor_of(database, worker_id)

    spells, codes, words = [], [], []
    for place, gender in enumerate((Gender.WOMAN, Gender.MAN, Gender.WOMAN)):
        person = register_participant(
            database,
            worker,
            insats_id=insats,
            birth_year=1990 + place,
            gender=gender,
            key=key(),
        )
        spell = start_spell(
            database,
            worker,
            participant_id=person.participant_id,
            insats_id=insats,
            start=SpellStart(
                started_on=STARTED,
                referrer="employment_service",
                consent_follow_up=True,
                consent_contact=True,
                step=StepLevel(1),
            ),
            key=key(),
        )
        spells.append(spell.spell_id)
        codes.append(person.code)
        words.append(person.memory_word)
    talks = [
        (date(2026, 5, 11), (40, 35, 45, 40), (80, 85, 82, 84)),
        (date(2026, 6, 8), (48, 45, 50, 47), (90, 91, 94, 92)),
        (date(2026, 9, 14), (60, 62, 58, 63), (91, 81, 94, 92)),
    ]
    for day, ors, srs in talks:
        record_session(
            database,
            worker,
            spell_id=spells[0],
            held_on=day,
            ratings={"ORS": RatingValue.filled(*ors), "SRS": RatingValue.filled(*srs)},
            key=key(),
        )
    database.close()
    return World(
        url,
        insats,
        worker_id,
        lead_id,
        admin_id,
        board_id,
        system_id,
        tuple(spells),
        tuple(codes),
        tuple(words),
    )
