"""What the forms of a start choose among: the insats's staff, and the person's earlier spells."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal, check_can_see_persons
from tracking.domain import clock
from tracking.domain.endings import Outcome
from tracking.domain.roles import Role
from tracking.domain.swedish import iso
from tracking.outcomes._seen import log_list, visible
from tracking.outcomes.kinds import Persons
from tracking.store.database import Database
from tracking.store.tables import Account, Assignment, Insats, Spell


def case_workers(database: Database, actor: Actor, insats_id: int) -> dict[int, str]:
    """The accounts that may be responsible for a spell in the insats today, by title."""
    check_can_see_internal(actor, insats_id)
    today = clock.today()
    with database.reading() as session:
        rows = session.exec(
            select(Account.id, Account.title)
            .join(Assignment, col(Assignment.account_id) == col(Account.id))
            .where(
                Assignment.insats_id == insats_id,
                Assignment.role == Role.CASE_WORKER,
                col(Account.active) == 1,
                col(Assignment.starts_on) <= today,
                or_(col(Assignment.ends_on).is_(None), col(Assignment.ends_on) >= today),
            )
            .order_by(col(Account.title), col(Account.id))
        )
        return {account_id: title for account_id, title in rows if account_id is not None}


def earlier_spells(
    database: Database, actor: Actor, participant_id: int, *, insats_id: int, page: str
) -> Persons[Mapping[int, str]]:
    """The person's spells that the actor may see, the newest first: id → insats and days.

    Raises `NotPermitted` for somebody who may not see persons in the insats it is asked for.
    """
    check_can_see_persons(actor, insats_id)
    with database.reading() as session:
        rows = session.exec(
            select(Spell, Insats.name)
            .join(Insats, col(Insats.id) == col(Spell.insats_id))
            .where(
                Spell.participant_id == participant_id,
                or_(col(Spell.outcome).is_(None), col(Spell.outcome) != Outcome.MISREGISTERED),
                *visible(actor, Spell),
            )
            .order_by(col(Spell.started_on).desc(), col(Spell.id).desc())
        ).all()
    shown = [(spell.insats_id, spell.id or 0) for spell, _ in rows]
    log_list(database, actor, page, shown, "tidigare deltaganden")
    return Persons({spell.id or 0: _said(spell, name) for spell, name in rows})


def _said(spell: Spell, insats: str) -> str:
    until = "pågår" if spell.ended_on is None else iso(spell.ended_on)
    return f"{insats}, {iso(spell.started_on)} till {until}"
