"""The access log for those who look after it: the granskare's reading and what the revisor sees.

The granskare reads who has looked at whom in an insats, by code and never by memory word, and
that reading is logged too. The revisor reads that reviews were made, and nobody's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.log_rows import first_row_at, newest_link, rows_of, rule_of
from tracking.access.permissions import (
    PERMISSIONS,
    Action,
    can_see_reviews,
    check_can_review_log,
    refused,
)
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.log_actions import LOG_SEEN, LOG_TAKEN_OUT, ActKind
from tracking.domain.log_review import LogRow, ReviewOutcome, ReviewRule
from tracking.domain.periods import Period
from tracking.domain.records import InsatsKind
from tracking.domain.swedish import iso
from tracking.outcomes._seen import log_once
from tracking.outcomes.kinds import Persons
from tracking.outcomes.log_listings import Listing, Names, View, listings
from tracking.store.database import Database
from tracking.store.tables import Account, Insats, LogReview, Participant, Spell

CODE_WITHHELD = "annan myndighets deltagare"
"""Said instead of a code that a granskare of another authority may not be shown."""


@dataclass(frozen=True, slots=True)
class LogView:
    """An insats's log of a period. ``up_to`` is the newest link when it was read; ``staff`` and
    ``people`` are how many accounts have read, and about how many spells.
    """

    insats_id: int
    insats: str
    period: Period
    rule: ReviewRule
    rule_since: date | None
    rows: int
    staff: int
    people: int
    up_to: int
    own_rows: bool
    listings: Mapping[View, Listing]


@dataclass(frozen=True, slots=True)
class ReviewDone:
    """A review that was made, without who made it and without anybody it was about."""

    starts_on: date
    ends_on: date
    reviewed_on: date
    rows: int
    outcome: ReviewOutcome


@dataclass(frozen=True, slots=True)
class ReviewedSoFar:
    """The reviews of an insats, the newest first, and the day from which the next begins.

    That is the last day of the newest period, so that nothing of that day falls between; or
    where there is no review the day of the insats's first row.
    """

    reviews: tuple[ReviewDone, ...]
    next_from: date


@dataclass(frozen=True, slots=True)
class InsatsReviews:
    """An insats and its reviews, the newest first. ``days`` is how long ago the newest was, or
    since the insats began where there is none; None for an insats that has not begun.
    """

    insats_id: int
    name: str
    ended_on: date | None
    reviews: tuple[ReviewDone, ...]
    days: int | None


def insatser_to_review(database: Database, actor: Actor) -> dict[int, str]:
    """The insatser whose log the actor reviews: id → name, by name."""
    ids = actor.insatser_with(PERMISSIONS[Action.REVIEW_LOG])
    with database.reading() as session:
        rows = session.exec(
            select(Insats.id, Insats.name).where(col(Insats.id).in_(ids)).order_by(col(Insats.name))
        )
        return {insats_id: name for insats_id, name in rows if insats_id is not None}


def reviewed_so_far(database: Database, actor: Actor, insats_id: int) -> ReviewedSoFar:
    """How far an insats's log has been reviewed. Raises `NotPermitted`."""
    check_can_review_log(actor, insats_id)
    with database.reading() as session:
        made = _reviews(session, (insats_id,))[insats_id]
        begins = first_row_at(session, insats_id)
    today = clock.today()
    if made:
        next_from = max(done.ends_on for done in made)
    else:
        next_from = today if begins is None else begins.astimezone(clock.SWEDEN).date()
    return ReviewedSoFar(made, min(next_from, today))


def read_log(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    *,
    page: str,
    page_titles: Mapping[str, str],
) -> Persons[LogView]:
    """The rows of a period that concern an insats, in every view; logged once a visit.

    ``page_titles`` are the pages' names on the screen. Raises `NotPermitted` and `NotFound`.
    """
    check_can_review_log(actor, insats_id)
    words = f"{iso(period.start)}–{iso(period.end)}"
    # Before it is read, so that there is always a link up to which it was.
    log_once(
        database,
        actor,
        ("log", insats_id),
        period,
        Entry(LOG_SEEN, insats_id=insats_id, page=page, detail=words),
    )
    return Persons(_read(database, actor, insats_id, period, page_titles))


def take_out(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    view: View,
    *,
    page: str,
    page_titles: Mapping[str, str],
) -> Persons[Listing]:
    """One view to be taken out of the system; logged every time. Raises as `read_log`."""
    listing = _read(database, actor, insats_id, period, page_titles).listings[view]
    words = f"{view.value}, {iso(period.start)}–{iso(period.end)}"
    with database.transaction() as work:
        record(work, actor, Entry(LOG_TAKEN_OUT, insats_id=insats_id, page=page, detail=words))
    return Persons(listing)


def reviews_made(database: Database, actor: Actor) -> tuple[InsatsReviews, ...]:
    """That reviews of the log were made, for each insats with persons that the actor may see.

    The one longest without a review first; those that have ended last. Raises `NotPermitted`.
    """
    today = clock.today()
    with database.reading() as session:
        found = [
            row
            for row in session.exec(
                select(Insats)
                .where(Insats.kind == InsatsKind.INDIVIDUAL)
                .order_by(col(Insats.name))
            )
            if can_see_reviews(actor, row.id)
        ]
        if not found and not any(
            grant.role in PERMISSIONS[Action.SEE_REVIEWS] for grant in actor.grants
        ):
            words = "Ditt uppdrag ger inte rätt att se att loggen granskas."
            raise refused(actor, words, asked=Action.SEE_REVIEWS)
        made = _reviews(session, tuple(row.id or 0 for row in found))
    views = [
        InsatsReviews(
            insats_id=row.id or 0,
            name=row.name,
            ended_on=row.ends_on if row.ends_on is not None and row.ends_on < today else None,
            reviews=made[row.id or 0],
            days=_days_since(made[row.id or 0], row.starts_on, today),
        )
        for row in found
    ]
    return tuple(
        sorted(views, key=lambda view: (view.ended_on is not None, -(view.days or 0), view.name))
    )


def _days_since(made: Sequence[ReviewDone], began: date, today: date) -> int | None:
    since = made[0].reviewed_on if made else began
    return (today - since).days if since <= today else None


def _reviews(
    session: DbSession, insats_ids: Sequence[int]
) -> defaultdict[int, tuple[ReviewDone, ...]]:
    made: defaultdict[int, tuple[ReviewDone, ...]] = defaultdict(tuple)
    for row in session.exec(
        select(LogReview)
        .where(col(LogReview.insats_id).in_(insats_ids))
        .order_by(col(LogReview.id).desc())
    ):
        done = ReviewDone(
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            reviewed_on=row.reviewed_at.astimezone(clock.SWEDEN).date(),
            rows=row.rows_n,
            outcome=row.outcome,
        )
        made[row.insats_id] = (*made[row.insats_id], done)
    return made


def _read(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    page_titles: Mapping[str, str],
) -> LogView:
    check_can_review_log(actor, insats_id)
    with database.reading() as session:
        insats = session.get(Insats, insats_id)
        if insats is None:
            raise NotFound("Insatsen finns inte.")
        rule, since = rule_of(session, insats_id)
        up_to = newest_link(session)
        rows = rows_of(session, insats_id, period)
        names = _names(session, actor, rows, page_titles)
    about = [row for row in rows if row.kind in (ActKind.READ, ActKind.LIST)]
    return LogView(
        insats_id=insats_id,
        insats=insats.name,
        period=period,
        rule=rule,
        rule_since=since,
        rows=len(rows),
        staff=len({row.account_id for row in about}),
        people=len({row.spell_id for row in about if row.spell_id is not None}),
        up_to=up_to,
        own_rows=any(row.account_id == actor.account_id for row in about),
        listings=listings(rows, rule, names, insats_id),
    )


def _names(
    session: DbSession, actor: Actor, rows: Sequence[LogRow], page_titles: Mapping[str, str]
) -> Names:
    spell_ids = {row.spell_id for row in rows if row.spell_id is not None}
    people_ids = {row.participant_id for row in rows if row.participant_id is not None}
    account_ids = {row.account_id for row in rows if row.account_id is not None}
    codes: dict[int, str] = {}
    responsible: dict[int, int | None] = {}
    for some in _portions(sorted(spell_ids)):
        for spell_id, code, controller_id, consent_on, responsible_id in session.execute(
            select(  # type: ignore[call-overload]
                Spell.id,
                Participant.code,
                Spell.controller_id,
                Spell.consent_disclosure_on,
                Spell.responsible_id,
            )
            .join(Participant, col(Participant.id) == col(Spell.participant_id))
            .where(col(Spell.id).in_(some))
        ):
            shown = controller_id == actor.employer_id or consent_on is not None
            codes[spell_id] = code if shown else f"{CODE_WITHHELD} ({spell_id})"
            responsible[spell_id] = responsible_id
    people = {
        person_id: code
        for some in _portions(sorted(people_ids))
        for person_id, code in session.execute(
            select(Participant.id, Participant.code).where(
                col(Participant.id).in_(some), Participant.controller_id == actor.employer_id
            )
        )
    }
    accounts = {
        account_id: f"{title} ({username})"
        for some in _portions(sorted(account_ids))
        for account_id, title, username in session.execute(
            select(Account.id, Account.title, Account.username).where(col(Account.id).in_(some))
        )
    }
    insatser = dict(session.exec(select(Insats.id, Insats.name)).all())
    return Names(
        accounts=accounts,
        codes=codes,
        people=people,
        insatser={key: name for key, name in insatser.items() if key is not None},
        pages=page_titles,
        responsible=responsible,
    )


def _portions(ids: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    """Databases take only so many parameters in one question."""
    return [ids[first : first + size] for first in range(0, len(ids), size)]
