"""The data-quality page: exact counts for an insats's own staff and lead, and beside them, for
those who may see persons there, the list of what to mend with the form where it is done.

The checks themselves are `tracking.domain.quality_checks`. Reading the list is logged; the
counts and what a lead has sent say nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import (
    can_record,
    check_can_see_internal,
    check_can_see_persons,
)
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.periods import Period, parse_period_key
from tracking.domain.quality import Check
from tracking.domain.quality_checks import Checked, Lacking, run_checks
from tracking.outcomes._seen import log_list, own_insatser, visible
from tracking.outcomes._versioned import Versioned
from tracking.outcomes.kinds import Internal, Persons
from tracking.outcomes.quality_reading import read_facts
from tracking.store.database import Database
from tracking.store.tables import Insats, MendRequest, Participant, SpellSummary


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One check's count. ``to_mend`` is how many of ``lacking`` staff can do something about."""

    check: Check
    lacking: int
    base: int
    to_mend: int


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What a lead has sent to the staff and still stands; ``now`` is what is left to mend."""

    request_id: int
    insats_id: int
    insats: str
    check: Check
    period: Period
    sent_at: datetime
    lacking: int
    now: int
    base: int


@dataclass(frozen=True, slots=True)
class InsatsQuality:
    """An insats's data quality in a period; ``rows`` the most urgent first."""

    insats_id: int
    insats: str
    period: Period
    rows: tuple[QualityRow, ...]
    requests: tuple[RequestRow, ...]


@dataclass(frozen=True, slots=True)
class MendItem:
    """One thing to mend: whose, what, and the page and address where it is done."""

    check: Check
    spell_id: int
    code: str
    memory_word: str
    sentence: str
    page: str
    params: Mapping[str, str] = field(default_factory=dict)


def insats_quality(
    database: Database, actor: Actor, insats_id: int, period: Period
) -> Internal[InsatsQuality]:
    """The counts of every check. Raises `NotPermitted` and `NotFound`."""
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        insats = _insats(session, insats_id)
        checks = _checks(session, insats, period)
        rows = tuple(
            QualityRow(one.check, one.lacking, one.base, len(one.to_mend)) for one in checks
        )
        requests = _requests(session, (insats_id,))
    return Internal(InsatsQuality(insats_id, insats.name, period, rows, requests))


def to_mend(
    database: Database, actor: Actor, insats_id: int, period: Period, *, page: str
) -> Persons[tuple[MendItem, ...]]:
    """What the actor's own spells lack, by check, the most urgent check first; then by date.

    Raises `NotPermitted` without an assignment of one's own as deltagaransvarig.
    """
    check_can_see_persons(actor, insats_id)
    with database.reading() as session:
        insats = _insats(session, insats_id)
        people = {
            row.spell_id: (row.code, row.memory_word)
            for row in session.execute(
                select(SpellSummary.spell_id, Participant.code, Participant.memory_word)
                .join(Participant, col(Participant.id) == col(SpellSummary.participant_id))
                .where(SpellSummary.insats_id == insats_id, *visible(actor, SpellSummary))
            )
        }
        found = [
            MendItem(
                checked.check,
                one.spell_id,
                *people[one.spell_id],
                one.sentence,
                *_where(checked.check, one),
            )
            for checked in _checks(session, insats, period)
            for one in checked.to_mend
            if one.spell_id in people
        ]
    log_list(database, actor, page, ((insats_id, item.spell_id) for item in found), "att rätta")
    return Persons(tuple(found))


def requests_to_me(database: Database, actor: Actor) -> tuple[RequestRow, ...]:
    """What leads have sent to the staff of the actor's insatser and is not mended yet."""
    own = [insats_id for insats_id in own_insatser(actor) if can_record(actor, insats_id)]
    with database.reading() as session:
        return tuple(row for row in _requests(session, own) if row.now)


def _insats(session: DbSession, insats_id: int) -> Insats:
    insats = session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    return insats


_kept = Versioned[tuple[Checked, ...]]()


def _checks(session: DbSession, insats: Insats, period: Period) -> tuple[Checked, ...]:
    """What the checks found, kept under the insats's data version.

    They look at every talk and every rating of the insats, and a page asks for them twice; who
    may know is asked by the callers, each time. Without codes, as they are read.
    """
    assert insats.id is not None
    today = clock.today()
    asked = (insats.uses_ors, insats.uses_srs), period, today
    return _kept.get(
        session,
        insats.id,
        asked,
        lambda: run_checks(read_facts(session, insats), period, today),
    )


def _requests(session: DbSession, insats_ids: Sequence[int]) -> tuple[RequestRow, ...]:
    stored = session.exec(
        select(MendRequest, Insats)
        .join(Insats, col(Insats.id) == col(MendRequest.insats_id))
        .where(col(MendRequest.insats_id).in_(insats_ids), col(MendRequest.taken_back_at).is_(None))
        .order_by(col(MendRequest.sent_at), col(MendRequest.id))
    ).all()
    # Several requests are mostly about the same insats and period: one reading for each.
    counted: dict[tuple[int, str], dict[Check, Checked]] = {}
    rows = []
    for request, insats in stored:
        assert request.id is not None
        key = (request.insats_id, request.period_key)
        period = parse_period_key(request.period_key)
        if key not in counted:
            counted[key] = {one.check: one for one in _checks(session, insats, period)}
        checked = counted[key].get(request.item)
        rows.append(
            RequestRow(
                request_id=request.id,
                insats_id=request.insats_id,
                insats=insats.name,
                check=request.item,
                period=period,
                sent_at=request.sent_at,
                lacking=request.lacking,
                now=0 if checked is None else len(checked.to_mend),
                base=0 if checked is None else checked.base,
            )
        )
    return tuple(rows)


_PARTS: dict[Check, dict[str, str]] = {
    Check.OVERLAP: {"fyll": "start"},
    Check.STEP_OUTSIDE: {"del": "samtal"},
    Check.STEP_OFF_LADDER: {"del": "samtal"},
    Check.FOLLOW_UP_EARLY: {"del": "samtal"},
    Check.END_SITUATION: {"del": "situation"},
    Check.END_STEP: {"steg": "end"},
    Check.END_PLANNING: {"fyll": "avslut"},
    Check.START_SITUATION: {"del": "situation"},
    Check.START_STEP: {"steg": "start"},
}


def _where(check: Check, one: Lacking) -> tuple[str, dict[str, str]]:
    """The page and the address where it is mended."""
    spell = {"deltagande": str(one.spell_id)}
    if check is Check.FOLLOW_UP_LATE:
        return "uppfoljningar", {**spell, "manader": str(one.about)}
    if check is Check.NOT_SEEN:
        return "samtal", spell
    if check in (Check.OUTSIDE_SPELL, Check.TALK_WITHOUT_ORS, Check.TALK_WITHOUT_SRS):
        return "deltagaren", {**spell, "narvaro": str(one.about)}
    return "deltagaren", spell | _PARTS[check]
