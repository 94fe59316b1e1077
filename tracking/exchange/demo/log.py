"""Some weeks of the access log before the demo's day: what staff looked at, and one review.

The rows go in by the hundred with moments of their own, chained as `tracking.access.log` chains
them. Some stand out, so that a granskare has something to ask about: an evening, a Saturday, many
participants in a few minutes, a refusal and a print.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from sqlalchemy import insert
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import load_actor
from tracking.access.log import FIRST_HASH, Entry, chained, payload_digest
from tracking.access.log_rows import newest_link
from tracking.domain.clock import SWEDEN
from tracking.domain.holidays import holiday_name
from tracking.domain.log_actions import HIT_SEEN, LIST_SEEN, PARTICIPANT_SEEN, PRINTED, REFUSED
from tracking.domain.log_review import ReviewOutcome
from tracking.domain.roles import Role
from tracking.exchange.demo.dice import Dice
from tracking.exchange.demo.rows import Frame
from tracking.services.log_reviews import record_log_review
from tracking.store.database import Database, Transaction
from tracking.store.tables import (
    AccessLog,
    AccessLogHead,
    AccessLogPayload,
    Assignment,
    Spell,
    metadata,
)

KEYS = UUID("3a0e6f0a-98f5-4a0b-9b6d-7d3b8a4a9d55")
PLACE_OF_DICE = 97
"""Far from the insatser's own places, so that nobody's course changes."""

WEEKS = 5
MOST_INSATSER = 6
MANY = 23
"""Participants opened within ten minutes, above what stands out by the shipped rule."""


@dataclass(frozen=True, slots=True)
class _Act:
    """A row to be: when, by whom, and what."""

    at: datetime
    account_id: int
    entry: Entry


def make_demo_log(database: Database, frames: dict[int, Frame], *, seed: int, today: date) -> None:
    """Write the weeks before ``today`` for the first insatser, with numbers of their own."""
    chosen = [frames[place] for place in sorted(frames)][:MOST_INSATSER]
    with database.transaction() as work:
        acts: list[_Act] = []
        for place, frame in enumerate(chosen):
            spells = _ongoing(work.session, frame.insats_id, today)
            dice = Dice(seed, PLACE_OF_DICE, place)
            acts += _weeks(dice, frame, spells, today)
            if place == 0:
                acts += _standing_out(frame, chosen[-1].workers[0], spells, today)
        _write(work, sorted(acts, key=lambda act: act.at))


def _ongoing(session: DbSession, insats_id: int, today: date) -> list[int]:
    """The insats's latest spells, those under way first."""
    rows = session.exec(
        select(Spell.id)
        .where(Spell.insats_id == insats_id, Spell.started_on <= today)
        .order_by(col(Spell.ended_on).is_not(None), col(Spell.started_on).desc(), col(Spell.id))
        .limit(40)
    )
    return [spell_id for spell_id in rows if spell_id is not None]


def _weeks(dice: Dice, frame: Frame, spells: list[int], today: date) -> Iterator[_Act]:
    """Ordinary work, on working days and within working hours."""
    for back in range(7 * WEEKS, 0, -1):
        day = today - timedelta(days=back)
        if not spells or day.weekday() > 4 or holiday_name(day) is not None:
            continue
        for worker in frame.workers:
            if dice.chance(0.25):
                continue
            at = _moment(day, 8, dice.whole(0, 50))
            seen = Entry(
                LIST_SEEN,
                insats_id=frame.insats_id,
                page="att_gora",
                detail=f"att göra: {dice.whole(1, 6)}",
            )
            yield _Act(at, worker, seen)
            for _ in range(dice.whole(1, 3)):
                at += timedelta(minutes=dice.whole(20, 100), seconds=dice.whole(0, 59))
                spell_id = dice.one_of(spells[:20])
                if dice.chance(0.3):
                    yield _Act(at, worker, _about(frame, HIT_SEEN, spell_id))
                    at += timedelta(seconds=dice.whole(4, 40))
                yield _Act(at, worker, _about(frame, PARTICIPANT_SEEN, spell_id))


def _standing_out(frame: Frame, stranger: int, spells: list[int], today: date) -> Iterator[_Act]:
    """What a granskare would ask about; nothing of it need be wrong."""
    first = frame.workers[0]
    friday = today - timedelta(days=(today.weekday() - 4) % 7 or 7)
    evening = _moment(friday - timedelta(days=2), 21, 42)
    for n, spell_id in enumerate(spells[:2]):
        at = evening + timedelta(minutes=3 * n)
        yield _Act(at, first, _about(frame, PARTICIPANT_SEEN, spell_id))
    saturday = _moment(friday - timedelta(days=6), 10, 5)
    for spell_id in spells[2:3]:
        yield _Act(saturday, frame.workers[-1], _about(frame, PARTICIPANT_SEEN, spell_id))
    many = _moment(friday - timedelta(days=1), 15, 10)
    for n, spell_id in enumerate(spells[:MANY]):
        at = many + timedelta(seconds=21 * n)
        yield _Act(at, frame.workers[-1], _about(frame, PARTICIPANT_SEEN, spell_id))
    for spell_id in spells[:1]:
        at = _moment(friday, 9, 31)
        yield _Act(at, first, _about(frame, PRINTED, spell_id))
        refused = Entry(
            REFUSED,
            insats_id=frame.insats_id,
            spell_id=spell_id,
            page="deltagaren",
            detail="not_permitted",
        )
        yield _Act(at + timedelta(hours=4), stranger, refused)


def _about(frame: Frame, action: str, spell_id: int) -> Entry:
    return Entry(action, insats_id=frame.insats_id, spell_id=spell_id, page="deltagaren")


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), SWEDEN).astimezone(UTC)


def _write(work: Transaction, acts: list[_Act]) -> None:
    """Append the acts to the chain. It works by the head, as every other writer does."""
    if not acts:
        return
    session = work.session
    head = session.exec(
        select(AccessLogHead).where(AccessLogHead.id == 1).with_for_update()
    ).one_or_none()
    if head is None:
        head = AccessLogHead(id=1, link_hash=FIRST_HASH)
        session.add(head)
    number = newest_link(session)
    links, payloads = [], []
    for act in acts:
        number += 1
        payload = AccessLogPayload(
            log_id=number,
            salt=secrets.token_hex(16),
            account_id=act.account_id,
            action=act.entry.action,
            insats_id=act.entry.insats_id,
            participant_id=act.entry.participant_id,
            spell_id=act.entry.spell_id,
            page=act.entry.page,
            detail=act.entry.detail,
        )
        digest = payload_digest(payload)
        link = chained(head.link_hash, act.at, digest)
        links.append(
            {
                "id": number,
                "at": act.at,
                "previous_hash": head.link_hash,
                "payload_digest": digest,
                "link_hash": link,
            }
        )
        payloads.append(payload.model_dump())
        head.link_hash = link
    session.add(head)
    connection = session.connection()
    connection.execute(insert(metadata.tables[AccessLog.__tablename__]), links)
    connection.execute(insert(metadata.tables[AccessLogPayload.__tablename__]), payloads)
    work.logged = True


def review_demo_log(database: Database, frames: dict[int, Frame], *, today: date) -> None:
    """Let the first insats's granskare have gone through all but the last two weeks."""
    insats_id = frames[min(frames)].insats_id
    with database.reading() as session:
        reviewer = session.exec(
            select(Assignment.account_id).where(
                Assignment.role == Role.LOG_REVIEWER, Assignment.insats_id == insats_id
            )
        ).first()
        if reviewer is None:
            return
        actor = load_actor(session, reviewer, today=today)
        up_to = newest_link(session)
    record_log_review(
        database,
        actor,
        insats_id=insats_id,
        starts_on=today - timedelta(days=7 * WEEKS),
        ends_on=today - timedelta(days=15),
        up_to=up_to,
        outcome=ReviewOutcome.NO_REMARK,
        key=str(uuid5(KEYS, f"review {insats_id}")),
    )
