"""Which spells an actor sees, and the log of having seen them.

What is written down once for many drawings of a page is decided by `tracking.access.visits`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from sqlalchemy import ColumnElement
from sqlmodel import col, or_

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import PERMISSIONS, Action
from tracking.access.visits import current_visit
from tracking.domain.log_actions import HIT_SEEN, LIST_SEEN, PARTICIPANT_SEEN, REFUSED
from tracking.store.database import Database
from tracking.store.tables import Spell, SpellSummary

DUE, ONGOING = "att göra", "pågående"
"""What the two lists are called in the log."""


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


def log_once(
    database: Database, actor: Actor, what: Hashable, content: Hashable, *entries: Entry
) -> None:
    """Log a read unless this visit has already logged the same ``content`` under ``what``."""
    if not entries:
        return
    visit = current_visit()
    asked = (str(database.engine.url), actor.account_id, what)
    if visit is None or visit.is_news(asked, content):
        with database.transaction() as work:
            record(work, actor, *entries)
        if visit is not None:
            visit.was_logged(asked, content)
    if visit is not None:
        visit.shows(*entries)


def log_list(
    database: Database, actor: Actor, page: str, shown: Iterable[tuple[int, int]], what: str
) -> None:
    """One log row for each insats of a list, with how many of its rows were shown.

    ``shown`` are pairs of insats and spell. The list is logged once a visit, and again when
    another spell stands in it.
    """
    pairs = tuple(shown)
    numbers = Counter(insats_id for insats_id, _ in pairs)
    entries = [
        Entry(LIST_SEEN, insats_id=insats_id, page=page, detail=f"{what}: {count}")
        for insats_id, count in sorted(numbers.items())
    ]
    log_once(database, actor, (page, what), frozenset(pairs), *entries)


def log_hits(database: Database, actor: Actor, page: str, hits: Iterable[tuple[int, int]]) -> None:
    """One log row for each spell that a search found: a hit is a person looked for.

    ``hits`` are pairs of insats and spell.
    """
    found = tuple(hits)
    entries = [
        Entry(HIT_SEEN, insats_id=insats_id, spell_id=spell_id, page=page)
        for insats_id, spell_id in found
    ]
    log_once(database, actor, (page, "hits"), found, *entries)


def log_participant(
    database: Database, actor: Actor, page: str, *, insats_id: int, spell_id: int
) -> None:
    """One log row for a page about one spell, once a visit."""
    entry = Entry(PARTICIPANT_SEEN, insats_id=insats_id, spell_id=spell_id, page=page)
    log_once(database, actor, (page, "spell", spell_id), spell_id, entry)


def log_refused(
    database: Database, actor: Actor, page: str, *, insats_id: int, spell_id: int
) -> None:
    """One log row for somebody who asked for a spell that is not theirs to see, once a visit.

    It stands in the log of the spell's own insats, where nobody else would hear of it.
    """
    entry = Entry(
        REFUSED, insats_id=insats_id, spell_id=spell_id, page=page, detail="not_permitted"
    )
    log_once(database, actor, (page, "refused", spell_id), spell_id, entry)
