"""That a chart or table was taken from a page as a file: a row in the access log."""

from __future__ import annotations

from tracking.access import refusals
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import (
    can_see_spell,
    check_can_read_released,
    check_can_see_internal,
)
from tracking.domain.errors import NotFound, NotPermitted
from tracking.domain.log_actions import FILE_TAKEN
from tracking.domain.roles import Zone
from tracking.store.database import Database
from tracking.store.tables import Spell


def record_taken_file(
    database: Database,
    actor: Actor,
    *,
    page: str,
    what: str,
    insats_id: int | None = None,
) -> None:
    """Log that ``what`` (``png``, ``svg``, ``csv`` and a title) was taken from ``page``.

    ``insats_id`` is the insats that it is about, None for what is released about all. Raises
    `NotPermitted` when the actor may not see that page's figures.
    """
    if actor.zone is Zone.INSATS and insats_id is not None:
        check_can_see_internal(actor, insats_id)
    else:
        check_can_read_released(actor, insats_id)
    with database.transaction() as work:
        record(work, actor, Entry(FILE_TAKEN, insats_id=insats_id, page=page, detail=what[:200]))


def record_taken_of_spell(
    database: Database, actor: Actor, *, page: str, what: str, spell_id: int
) -> None:
    """Log that ``what`` about one participant was taken from ``page``.

    Raises `NotFound` for a spell that is not there and `NotPermitted` for one that the actor
    may not see.
    """
    with (
        refusals.noting(database, actor.account_id, page=page),
        database.transaction() as work,
    ):
        spell = work.session.get(Spell, spell_id)
        if spell is None:
            raise NotFound("Deltagandet finns inte: sök fram det på nytt.")
        if not can_see_spell(
            actor,
            insats_id=spell.insats_id,
            controller_id=spell.controller_id,
            consent_disclosure_on=spell.consent_disclosure_on,
        ):
            raise NotPermitted("Ditt uppdrag ger inte rätt att se den här deltagaren.")
        entry = Entry(
            FILE_TAKEN,
            insats_id=spell.insats_id,
            spell_id=spell_id,
            page=page,
            detail=what[:200],
        )
        record(work, actor, entry)
