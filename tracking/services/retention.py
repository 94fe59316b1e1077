"""Retention: erasing what is due, in one transaction with its protocol, and setting its rules.

What is due and how it is deleted is `tracking.store.retention`. Before a spell goes, what
releases to come need of it is kept as counts; the act that does so is handed in (``keep``),
since it is a matter of results and not of this room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import FIRST_HASH, Entry, record_for
from tracking.access.permissions import check_can_run_retention
from tracking.domain import clock
from tracking.domain.errors import Conflict, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.retention import LEAST_YEARS, MOST_YEARS, Erased, RetentionKind
from tracking.services._setup import check_whole, found
from tracking.services._writing import writing
from tracking.store.database import Database, Transaction
from tracking.store.retention import RetentionPlan, erase_log, erase_persons, hold_due, plan
from tracking.store.tables import (
    AccessLog,
    Controller,
    Forbund,
    RetentionLine,
    RetentionRuleRow,
    RetentionRun,
)

ERASE, SET_RULE, FROM_CONSOLE = "erase", "set_retention_rule", "console_erase"

Keep = Callable[[DbSession, int, Sequence[int], date], None]
"""Keeps the counts of an insats's spells before they go: session, insats, spells, today."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of two app servers on one database may lie apart."""


@dataclass(frozen=True, slots=True)
class ErasedNow:
    """One erasure that is done: its protocol and how much went."""

    run_id: int
    spells: int
    participants: int
    log_rows: int


def erase_due(
    database: Database, actor: Actor, *, expected: str, keep: Keep, key: str
) -> ErasedNow:
    """Erase what is due, as it stood in the plan whose fingerprint is ``expected``.

    Raises `NotPermitted`, `Conflict` when something else is due than was shown (also because
    somebody has just erased it), and `RuleBroken` when the server's clock is behind the log.
    """
    with writing(database, actor, ERASE, key) as write:
        check_can_run_retention(actor)
        if write.earlier is not None:
            return _done(write.session, write.earlier)
        run_id = _erase(write.work, actor.account_id, expected, keep)
        write.finish(run_id, Entry(ERASE, page="gallring", detail=str(run_id)))
        return _done(write.session, run_id)


def erase_from_console(database: Database, *, expected: str, keep: Keep) -> ErasedNow:
    """The same from the server's own console, logged as nobody's."""
    with database.transaction() as work:
        run_id = _erase(work, None, expected, keep)
        record_for(work, None, Entry(FROM_CONSOLE, detail=str(run_id)))
        return _done(work.session, run_id)


def _erase(work: Transaction, account_id: int | None, expected: str, keep: Keep) -> int:
    session = work.session
    # One at a time, and not beside a release that is being stored.
    session.exec(select(Forbund).with_for_update()).one()
    newest = session.exec(select(AccessLog).order_by(col(AccessLog.id).desc()).limit(1)).first()
    now = clock.now()
    if newest is not None and newest.at > now + CLOCKS_DIFFER:
        raise RuleBroken(
            "Åtkomstloggen har rader som är yngre än serverns klocka, så ingen kan säga vad som "
            "ska gallras. Låt den som sköter servern ställa klockan rätt först."
        )
    today = clock.today()
    held = hold_due(session, plan(session, today))
    planned = plan(session, today)
    if planned.is_empty:
        raise Conflict("Det finns inget att gallra i dag.")
    if planned.fingerprint != expected:
        raise Conflict(
            "Det som ska gallras har ändrats sedan förhandsvisningen, så inget gallrades. "
            "Läs in sidan igen och se efter på nytt."
        )
    run_id = _write_protocol(session, planned, account_id, newest)
    for insats_id, spell_ids in sorted(held.items()):
        keep(session, insats_id, spell_ids, today)
    erase_persons(session, sorted(id_ for ids in held.values() for id_ in ids), planned)
    erase_log(session, planned)
    return run_id


def _write_protocol(
    session: DbSession, planned: RetentionPlan, account_id: int | None, newest: AccessLog | None
) -> int:
    run = RetentionRun(
        run_at=clock.now(),
        run_by=account_id,
        on_day=planned.on_day,
        head_id=0 if newest is None or newest.id is None else newest.id,
        head_hash=FIRST_HASH if newest is None else newest.link_hash,
    )
    session.add(run)
    session.flush()
    assert run.id is not None
    for line in planned.lines:
        session.add(
            RetentionLine(
                run_id=run.id,
                kind=line.kind,
                controller_id=line.controller_id,
                insats_id=line.insats_id,
                log_year=line.log_year,
                years=line.rule.years,
                source=line.rule.source,
                until=line.until,
                number=line.number,
            )
        )
    session.flush()
    return run.id


def _done(session: DbSession, run_id: int) -> ErasedNow:
    numbers = dict.fromkeys(Erased, 0)
    for line in session.exec(select(RetentionLine).where(RetentionLine.run_id == run_id)):
        numbers[line.kind] += line.number
    return ErasedNow(
        run_id,
        numbers[Erased.SPELL],
        numbers[Erased.PARTICIPANT],
        numbers[Erased.LOG_PAYLOAD],
    )


def set_retention_rule(
    database: Database,
    actor: Actor,
    *,
    controller_id: int | None,
    years: int,
    source: str,
    key: str,
) -> int:
    """Decide how many years an authority's participants are kept, or (None) the access log.

    ``source`` says where it was decided. Returns the rule's number. Raises `NotPermitted`,
    `NotFound` and `InvalidValue` with the field. Earlier rules stay, with who set them.
    """
    with writing(database, actor, SET_RULE, key) as write:
        check_can_run_retention(actor)
        if write.earlier is not None:
            return write.earlier
        kind = RetentionKind.LOG if controller_id is None else RetentionKind.PERSONS
        if controller_id is not None:
            found(write.session, Controller, controller_id, what="Myndigheten")
        what = f"Antalet år för {kind.label}"
        check_whole(years, field="years", low=LEAST_YEARS[kind], high=MOST_YEARS, what=what)
        row = RetentionRuleRow(
            kind=kind,
            controller_id=controller_id,
            years=years,
            source=clean_text(source, field="source", max_length=200, required=True),
            set_at=write.now,
            set_by=actor.account_id,
        )
        write.session.add(row)
        write.session.flush()
        assert row.id is not None
        detail = f"{kind.value} {controller_id or ''} {years} år"
        write.finish(row.id, Entry(SET_RULE, page="gallring", detail=detail))
        return row.id
