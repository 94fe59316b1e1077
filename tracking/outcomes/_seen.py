"""Which spells an actor sees, and the log of having seen them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, or_

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import PERMISSIONS, Action
from tracking.store.database import Database
from tracking.store.tables import Spell, SpellSummary

LIST_SEEN = "see_list"
PARTICIPANT_SEEN = "see_participant"


def own_insatser(actor: Actor) -> tuple[int, ...]:
    """The insatser in which the actor may see persons, by an assignment of its own."""
    return actor.insatser_with(PERMISSIONS[Action.SEE_PERSONS])


def visible(
    actor: Actor, table: type[Spell] | type[SpellSummary]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions of `can_see_spell`, for a query over spells or their summaries."""
    return (
        col(table.insats_id).in_(own_insatser(actor)),
        or_(
            col(table.controller_id) == actor.employer_id,
            col(table.consent_disclosure_on).is_not(None),
        ),
    )


def log_list(
    database: Database, actor: Actor, page: str, insats_ids: Iterable[Any], what: str
) -> None:
    """One log row for each insats of a list, with how many of its spells were shown."""
    shown = Counter(insats_ids)
    if not shown:
        return
    with database.transaction() as work:
        record(
            work,
            actor,
            *(
                Entry(LIST_SEEN, insats_id=insats_id, page=page, detail=f"{what}: {count}")
                for insats_id, count in sorted(shown.items())
            ),
        )


def log_participant(
    database: Database, actor: Actor, page: str, *, insats_id: int, spell_id: int
) -> None:
    """One log row for a page about one spell."""
    with database.transaction() as work:
        entry = Entry(PARTICIPANT_SEEN, insats_id=insats_id, spell_id=spell_id, page=page)
        record(work, actor, entry)
