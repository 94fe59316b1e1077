"""That a page was printed: a row in the access log for each insats or spell that stood on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import (
    can_read_released,
    can_review_log,
    can_see_internal,
    can_see_persons,
    can_see_spell,
    refused,
)
from tracking.domain.log_actions import PRINTED
from tracking.store.database import Database
from tracking.store.tables import Spell

Stood = tuple[int | None, int | None]
"""The insats and the spell, where there is one, of something on a page."""

_ASKED_FOR_AT_ONCE = 500


def record_print(
    database: Database,
    actor: Actor,
    *,
    page: str,
    shown: Iterable[Stood],
    insats_id: int | None = None,
) -> int:
    """Log that ``page`` was printed, and return how many rows that made, at least one.

    ``shown`` are the insats and spell of what stood on it; ``insats_id`` the insats whose exact
    tables did, which counts only for somebody who may see them. Raises `NotPermitted`, which is
    logged, when something is named that the actor may not see; the rest is written all the same,
    since paper cannot be taken back; for the same reason it is logged of somebody who has been
    signed out meanwhile.
    """
    stood = dict.fromkeys(shown)
    if insats_id is not None and can_see_internal(actor, insats_id):
        stood.setdefault((insats_id, None))
    with database.transaction() as work:
        seen = _may_be_seen(work.session, actor, stood)
        named = [one for one in stood if one in seen]
        entries = [
            Entry(PRINTED, insats_id=insats, spell_id=spell_id, page=page)
            for insats, spell_id in named
        ]
        if not stood:
            entries = [Entry(PRINTED, page=page)]
        if entries:
            record(work, actor, *entries)
    if len(named) < len(stood):
        words = "Utskriften gäller något som ditt uppdrag inte ger rätt att se."
        raise refused(actor, words, asked="record_print")
    return len(entries)


def _may_be_seen(session: DbSession, actor: Actor, stood: Collection[Stood]) -> frozenset[Stood]:
    """Those of ``stood`` that the actor may see now: a spell only under its own insats."""
    seen = {one for one in stood if one[1] is None and _sees_of(actor, one[0])}
    wanted = sorted({spell_id for _, spell_id in stood if spell_id is not None})
    for start in range(0, len(wanted), _ASKED_FOR_AT_ONCE):
        rows = session.exec(
            select(
                col(Spell.id),
                col(Spell.insats_id),
                col(Spell.controller_id),
                col(Spell.consent_disclosure_on),
            ).where(col(Spell.id).in_(wanted[start : start + _ASKED_FOR_AT_ONCE]))
        )
        seen |= {
            (insats_id, spell_id)
            for spell_id, insats_id, controller_id, consented_on in rows
            if can_see_spell(
                actor,
                insats_id=insats_id,
                controller_id=controller_id,
                consent_disclosure_on=consented_on,
            )
        }
    return frozenset(seen)


def _sees_of(actor: Actor, insats_id: int | None) -> bool:
    """Whether anything of the insats is the actor's to see; of no insats, it is everybody's."""
    return insats_id is None or any(
        sees(actor, insats_id)
        for sees in (can_see_persons, can_see_internal, can_review_log, can_read_released)
    )
