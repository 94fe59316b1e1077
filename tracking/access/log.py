"""The access log: every read of person data, every write, download and print.

Append-only. Each link's hash covers the link before it, its moment and a salted digest of the
payload. A payload can be erased at retention; what remains still proves that no link was taken
away or changed. `walk` follows the chain; how often a read is logged is in `visits`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.store.database import Transaction
from tracking.store.tables import (
    AccessLog,
    AccessLogHead,
    AccessLogPayload,
    LogReview,
    RetentionLine,
    RetentionRun,
    metadata,
)

FIRST_HASH = "0" * 64

BUNDLE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is logged: an action in plain words of the code, and what it concerned."""

    action: str
    insats_id: int | None = None
    participant_id: int | None = None
    spell_id: int | None = None
    page: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A link where the chain does not hold."""

    log_id: int
    what: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What a walk along the chain found. ``erased`` is the number of links without payload."""

    links: int
    erased: int
    head: str
    faults: tuple[ChainFault, ...]


def record(work: Transaction, actor: Actor, *entries: Entry) -> None:
    """Log ``entries`` at the end of the transaction, in the order given.

    Last of all, because the chain's head is one row that all writers wait for in turn.
    """
    record_for(work, actor.account_id, *entries)


def record_for(work: Transaction, account_id: int | None, *entries: Entry) -> None:
    """Log what somebody did who is not an actor yet: who signs in, or is refused."""
    work.logged = True
    work.at_end(lambda session: _append(session, account_id, entries))


_HEAD = select(col(AccessLogHead.link_hash)).where(AccessLogHead.id == 1).with_for_update()
_MOVE_HEAD = (
    update(AccessLogHead).where(col(AccessLogHead.id) == 1).values(link_hash=bindparam("newest"))
)
_LINK = insert(metadata.tables["access_log"]).returning(
    col(AccessLog.id), sort_by_parameter_order=True
)
_PAYLOAD = insert(metadata.tables["access_log_payload"])
_CONTENT = (
    "salt",
    "account_id",
    "action",
    "insats_id",
    "participant_id",
    "spell_id",
    "page",
    "detail",
)


def _append(session: DbSession, account_id: int | None, entries: tuple[Entry, ...]) -> None:
    # As rows and not as objects: every write does this.
    connection = session.connection()
    head: str | None = connection.execute(_HEAD).scalar_one_or_none()
    if head is None:
        head = FIRST_HASH
        connection.execute(insert(AccessLogHead), {"id": 1, "link_hash": head})
    for start in range(0, len(entries), BUNDLE):
        head = _append_bundle(connection, account_id, entries[start : start + BUNDLE], head)
    connection.execute(_MOVE_HEAD, {"newest": head})


def _append_bundle(
    connection: Connection, account_id: int | None, entries: Sequence[Entry], previous: str
) -> str:
    """Add links after ``previous`` with their payloads, and return the hash of the last.

    Many at a time, since an import tells of every spell that it touched.
    """
    links: list[dict[str, Any]] = []
    payloads: list[dict[str, Any]] = []
    for entry in entries:
        at = datetime.now(UTC)
        payload = {
            "salt": secrets.token_hex(16),
            "account_id": account_id,
            "action": entry.action,
            "insats_id": entry.insats_id,
            "participant_id": entry.participant_id,
            "spell_id": entry.spell_id,
            "page": entry.page,
            "detail": entry.detail,
        }
        digest = _digest(payload)
        link_hash = chained(previous, at, digest)
        links.append(
            {
                "at": at,
                "previous_hash": previous,
                "payload_digest": digest,
                "link_hash": link_hash,
            }
        )
        payloads.append(payload)
        previous = link_hash
    # One row goes as itself: a bundle of one would be prepared as a bundle.
    numbers = connection.execute(_LINK, links if len(links) > 1 else links[0]).scalars()
    for number, payload in zip(numbers, payloads, strict=True):
        payload["log_id"] = number
    connection.execute(_PAYLOAD, payloads)
    return previous


def payload_digest(payload: AccessLogPayload) -> str:
    """The salted SHA-256 of a payload's content."""
    return _digest({name: getattr(payload, name) for name in _CONTENT})


def _digest(payload: Mapping[str, Any]) -> str:
    content = [payload[name] for name in _CONTENT]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def chained(previous_hash: str, at: datetime, digest: str) -> str:
    """The hash of a link: over the link before, the moment and the payload's digest."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{previous_hash}|{moment}|{digest}".encode()).hexdigest()


def verify(session: DbSession, *, heads: Iterable[str] = ()) -> list[ChainFault]:
    """Every place where the chain does not hold; see `walk`."""
    return list(walk(session, heads=heads).faults)


def walk(session: DbSession, *, heads: Iterable[str] = ()) -> Chain:
    """Follow the chain from its first link to its head.

    ``heads`` are hashes that were written down earlier, outside the database; those that reviews
    of the log have kept are asked for as well. A head that is no longer in the chain tells that
    its end was cut off or made anew, even where the head's own row was changed to fit. A payload
    may be missing only where a protocol of retention says that its calendar year was erased.
    """
    faults: list[ChainFault] = []
    wanted = {head.strip().lower(): 0 for head in heads}
    wanted |= {row.head_hash: row.head_id for row in session.exec(select(LogReview))}
    runs = session.exec(select(RetentionRun)).all()
    wanted |= {row.head_hash: row.head_id for row in runs if row.head_hash != FIRST_HASH}
    gone_up_to = _erased_years(session)
    erased = 0
    previous, last, links = FIRST_HASH, 0, 0
    rows = session.exec(
        select(AccessLog, AccessLogPayload)
        .join(AccessLogPayload, col(AccessLogPayload.log_id) == col(AccessLog.id), isouter=True)
        .order_by(col(AccessLog.id))
        .execution_options(yield_per=1000)
    )
    for link, payload in rows:
        assert link.id is not None
        if link.previous_hash != previous:
            faults.append(ChainFault(link.id, "en länk före den här saknas"))
        if link.link_hash != chained(link.previous_hash, link.at, link.payload_digest):
            faults.append(ChainFault(link.id, "länken är ändrad"))
        if payload is None:
            erased += 1
            year = link.at.astimezone(clock.SWEDEN).year
            if link.id > gone_up_to.get(year, 0):
                what = f"innehållet är borttaget, men {year} är inte gallrat"
                faults.append(ChainFault(link.id, what))
        elif payload_digest(payload) != link.payload_digest:
            faults.append(ChainFault(link.id, "innehållet är ändrat"))
        wanted.pop(link.link_hash, None)
        previous, last, links = link.link_hash, link.id, links + 1
    head = session.get(AccessLogHead, 1)
    if (head.link_hash if head is not None else FIRST_HASH) != previous:
        faults.append(ChainFault(last, "de senaste länkarna saknas"))
    faults += [
        ChainFault(
            log_id, f"huvudet {head_hash[:12]}… finns inte i kedjan, som är kapad eller omgjord"
        )
        for head_hash, log_id in wanted.items()
    ]
    return Chain(links, erased, previous, tuple(faults))


def _erased_years(session: DbSession) -> dict[int, int]:
    """The years of the log that protocols of retention name, each with the newest link then."""
    rows = session.exec(
        select(RetentionLine.log_year, RetentionRun.head_id)
        .join(RetentionRun, col(RetentionRun.id) == col(RetentionLine.run_id))
        .where(col(RetentionLine.log_year).is_not(None))
        .order_by(col(RetentionRun.head_id))
    )
    return {year: head_id for year, head_id in rows if year is not None}
