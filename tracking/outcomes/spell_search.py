"""Finding a spell, ended ones too, by code or memory word among those the actor may see.

By identity alone, never by a score or a situation; every hit is logged with its spell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.domain.errors import InvalidValue
from tracking.domain.identifiers import normalise_code
from tracking.outcomes._seen import log_hits, visible
from tracking.outcomes.kinds import Persons
from tracking.store.database import Database
from tracking.store.tables import Insats, Participant, SpellSummary

MOST_FOUND = 20
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class FoundSpell:
    """A spell that answers to what was searched for."""

    spell_id: int
    code: str
    memory_word: str
    insats_id: int
    insats: str
    started_on: date
    ended_on: date | None


def find_spells(
    database: Database, actor: Actor, text: str, *, page: str
) -> Persons[tuple[FoundSpell, ...]]:
    """At most twenty spells whose code is ``text`` or whose memory word begins so, the latest
    start first. Fewer than two characters find nothing.
    """
    wanted = text.strip().lower()
    if len(wanted) < SHORTEST:
        return Persons(())
    try:
        code = normalise_code(text)
    except InvalidValue:
        code = ""
    with database.reading() as session:
        rows = session.execute(
            select(  # type: ignore[call-overload]
                SpellSummary.spell_id,
                Participant.code,
                Participant.memory_word,
                SpellSummary.insats_id,
                Insats.name,
                SpellSummary.started_on,
                SpellSummary.ended_on,
            )
            .join(Participant, col(Participant.id) == col(SpellSummary.participant_id))
            .join(Insats, col(Insats.id) == col(SpellSummary.insats_id))
            .where(
                or_(
                    Participant.code == code,
                    func.substr(col(Participant.memory_word), 1, len(wanted)) == wanted,
                ),
                *visible(actor, SpellSummary),
            )
            .order_by(col(SpellSummary.started_on).desc(), col(SpellSummary.spell_id).desc())
            .limit(MOST_FOUND)
        ).all()
    log_hits(database, actor, page, ((row.insats_id, row.spell_id) for row in rows))
    return Persons(tuple(FoundSpell(*row) for row in rows))
