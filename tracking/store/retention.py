"""What is due for retention today, counted by kind, and how it is deleted.

The plan is worked out again inside the transaction that erases, with the same statements; its
fingerprint tells whether it is still what somebody was shown. Who may do it and the protocol
are in `tracking.services.retention`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, func, text
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.clock import SWEDEN
from tracking.domain.retention import (
    FOLLOW_UP_WINDOW_DAYS,
    Erased,
    RetentionKind,
    RetentionRule,
    default_rule,
    ended_by,
    gone_by,
    last_log_year,
)
from tracking.store.tables import (
    AccessLog,
    AccessLogPayload,
    Controller,
    Insats,
    RetentionLine,
    RetentionRuleRow,
)
from tracking.store.types import Instant, IsoDate

AT_ONCE = 500

_DUE = (
    "(s.controller_id = :controller AND s.ended_on IS NOT NULL AND s.ended_on <= :until"
    " AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.spell_id = s.id"
    " AND f.status = 'due' AND f.due_on >= :still_open))"
)
_BY_INSATS = "SELECT s.insats_id, COUNT(*) FROM spell s {join} WHERE {due} GROUP BY s.insats_id"
_LAST_OF_SOMEBODY = (
    "p.controller_id = :controller AND NOT EXISTS (SELECT 1 FROM spell s"
    " WHERE s.participant_id = p.id AND NOT {due})"
    " AND (p.created_at < :before OR EXISTS (SELECT 1 FROM spell s WHERE s.participant_id = p.id))"
)
_COUNTS: tuple[tuple[Erased, str], ...] = (
    *(
        (kind, _BY_INSATS.replace("{join}", join))
        for kind, join in (
            (Erased.SPELL, ""),
            (Erased.ATTENDANCE, "JOIN attendance x ON x.spell_id = s.id"),
            (
                Erased.RATING,
                "JOIN attendance a ON a.spell_id = s.id JOIN rating x ON x.attendance_id = a.id",
            ),
            (Erased.STEP_ASSESSMENT, "JOIN step_assessment x ON x.spell_id = s.id"),
            (Erased.SITUATION, "JOIN situation x ON x.spell_id = s.id"),
            (Erased.FOLLOW_UP, "JOIN follow_up x ON x.spell_id = s.id"),
            (
                Erased.ATTEMPT,
                "JOIN follow_up u ON u.spell_id = s.id JOIN attempt x ON x.follow_up_id = u.id",
            ),
            (Erased.ANSWER, "JOIN answer x ON x.spell_id = s.id"),
            (Erased.CHANGE, "JOIN change x ON x.spell_id = s.id"),
        )
    ),
    (
        Erased.SESSION,
        "SELECT m.insats_id, COUNT(*) FROM session m WHERE m.id IN"
        " (SELECT a.session_id FROM attendance a JOIN spell s ON s.id = a.spell_id WHERE {due})"
        " AND NOT EXISTS (SELECT 1 FROM attendance a JOIN spell s ON s.id = a.spell_id"
        " WHERE a.session_id = m.id AND NOT {due}) GROUP BY m.insats_id",
    ),
    (Erased.PARTICIPANT, f"SELECT NULL, COUNT(*) FROM participant p WHERE {_LAST_OF_SOMEBODY}"),
    (
        Erased.CHANGE,
        "SELECT NULL, COUNT(*) FROM change x JOIN participant p ON p.id = x.participant_id"
        f" WHERE x.spell_id IS NULL AND {_LAST_OF_SOMEBODY}",
    ),
)


@dataclass(frozen=True, slots=True)
class DueLine:
    """How many of one kind are due, of which insats or authority, by which rule."""

    kind: Erased
    controller_id: int | None
    insats_id: int | None
    log_year: int | None
    rule: RetentionRule
    until: date
    number: int


@dataclass(frozen=True)
class RetentionPlan:
    """Everything that is due on ``on_day``. ``overdue`` are spells that were to be gone before
    this year began.
    """

    on_day: date
    lines: tuple[DueLine, ...]
    overdue: int

    def total(self, kind: Erased) -> int:
        """How many of a kind are due."""
        return sum(line.number for line in self.lines if line.kind is kind)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due."""
        return not self.lines

    @cached_property
    def fingerprint(self) -> str:
        """Tells two plans apart: which rows by which rules, however little differs."""
        said = ";".join(
            f"{x.kind}/{x.controller_id}/{x.insats_id}/{x.log_year}/{x.rule.years}/{x.until}"
            f"/{x.number}"
            for x in self.lines
        )
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def rules(session: DbSession) -> dict[int | None, RetentionRule]:
    """The rule that holds for each authority's participants, and under None for the log."""
    ids = session.exec(select(Controller.id).order_by(col(Controller.id))).all()
    found: dict[int | None, RetentionRule] = {
        controller_id: default_rule(RetentionKind.PERSONS) for controller_id in ids
    }
    found[None] = default_rule(RetentionKind.LOG)
    for row in session.exec(select(RetentionRuleRow).order_by(col(RetentionRuleRow.id))):
        since = row.set_at.astimezone(SWEDEN).date()
        found[row.controller_id] = RetentionRule(row.kind, row.years, row.source, since)
    return found


def plan(session: DbSession, today: date) -> RetentionPlan:
    """Count what is due on ``today`` by the rules that hold."""
    holding = rules(session)
    lines: list[DueLine] = []
    overdue = 0
    for controller_id, rule in holding.items():
        if controller_id is not None:
            lines += _of_controller(session, controller_id, rule, today)
            overdue += _overdue(session, controller_id, rule, today)
    lines += _of_log(session, holding[None], today)
    return RetentionPlan(today, tuple(lines), overdue)


def due_in_insats(session: DbSession, insats: Insats, today: date) -> int:
    """How many spells of one insats are due, by the rule of its authority; the same number as in
    `plan`, without counting everybody else's.
    """
    until = ended_by(today, rules(session)[insats.controller_id].years)
    sql = f"SELECT NULL, COUNT(*) FROM spell s WHERE s.insats_id = {insats.id:d} AND {_DUE}"
    return sum(number for _, number in _asked(session, sql, insats.controller_id, until, today))


def _of_controller(
    session: DbSession, controller_id: int, rule: RetentionRule, today: date
) -> Iterator[DueLine]:
    until = ended_by(today, rule.years)
    numbers: dict[tuple[Erased, int | None], int] = defaultdict(int)
    for kind, sql in _COUNTS:
        for insats_id, number in _asked(session, sql, controller_id, until, today):
            numbers[kind, insats_id] += number
    for (kind, insats_id), number in sorted(
        numbers.items(), key=lambda item: (item[0][1] or 0, list(Erased).index(item[0][0]))
    ):
        if number:
            yield DueLine(kind, controller_id, insats_id, None, rule, until, number)


def _overdue(session: DbSession, controller_id: int, rule: RetentionRule, today: date) -> int:
    # Whoever became due before last year began was to be gone before this one did.
    until = ended_by(date(today.year - 2, 12, 31), rule.years)
    assert gone_by(until, rule.years) < today
    sql = f"SELECT NULL, COUNT(*) FROM spell s WHERE {_DUE}"
    return sum(number for _, number in _asked(session, sql, controller_id, until, today))


def _asked(
    session: DbSession, sql: str, controller_id: int, until: date, today: date
) -> Sequence[Any]:
    return session.execute(_statement(sql), _bound(controller_id, until, today)).all()


def _statement(sql: str) -> Any:
    sql = sql.replace("{due}", _DUE)
    dated: dict[str, Any] = {"until": IsoDate(), "still_open": IsoDate(), "before": Instant()}
    used = [bindparam(name, type_=kind) for name, kind in dated.items() if f":{name}" in sql]
    return text(sql).bindparams(*used)


def _bound(controller_id: int, until: date, today: date) -> dict[str, Any]:
    return {
        "controller": controller_id,
        "until": until,
        "still_open": today - timedelta(days=FOLLOW_UP_WINDOW_DAYS),
        "before": datetime.combine(until, time(), SWEDEN),
    }


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of a calendar year and the first after it, by Swedish time."""
    return datetime(year, 1, 1, tzinfo=SWEDEN), datetime(year + 1, 1, 1, tzinfo=SWEDEN)


def _of_log(session: DbSession, rule: RetentionRule, today: date) -> Iterator[DueLine]:
    last = last_log_year(today, rule.years)
    until = date(last, 12, 31)
    first = session.exec(
        select(func.min(AccessLog.at)).join(
            AccessLogPayload, col(AccessLogPayload.log_id) == col(AccessLog.id)
        )
    ).one()
    if first is not None:
        for year in range(first.astimezone(SWEDEN).year, last + 1):
            start, end = year_bounds(year)
            number = session.exec(
                select(func.count(col(AccessLogPayload.log_id)))
                .join(AccessLog, col(AccessLog.id) == col(AccessLogPayload.log_id))
                .where(col(AccessLog.at) >= start, col(AccessLog.at) < end)
            ).one()
            if number:
                day = date(year, 12, 31)
                yield DueLine(Erased.LOG_PAYLOAD, None, None, year, rule, day, number)
    for kind, (table, column) in _BESIDE_THE_LOG.items():
        sql = f"SELECT COUNT(*) FROM {table} WHERE {column} < :before"
        number = session.execute(_statement(sql), {"before": year_bounds(last)[1]}).scalar_one()
        if number:
            yield DueLine(kind, None, None, None, rule, until, int(number))


_BESIDE_THE_LOG = {
    Erased.SIGN_IN: ("sign_in", "expires_at"),
    Erased.SIGN_IN_ATTEMPT: ("sign_in_attempt", "at"),
    Erased.FORM_KEY: ("finished_write", "finished_at"),
}
"""Traces of staff that no chain holds together; they go with the log's years."""


def hold_due(session: DbSession, planned: RetentionPlan) -> dict[int, list[int]]:
    """Lock the spells that are due, and return their numbers by insats."""
    found: dict[int, list[int]] = defaultdict(list)
    lock = " FOR UPDATE OF s" if session.get_bind().dialect.name == "postgresql" else ""
    for controller_id, rule in rules(session).items():
        if controller_id is None:
            continue
        sql = f"SELECT s.insats_id, s.id FROM spell s WHERE {_DUE} ORDER BY s.id{lock}"
        until = ended_by(planned.on_day, rule.years)
        for insats_id, spell_id in _asked(session, sql, controller_id, until, planned.on_day):
            found[insats_id].append(spell_id)
    return found


def erase_persons(session: DbSession, spell_ids: Sequence[int], planned: RetentionPlan) -> None:
    """Delete spells and all that hangs on them, sessions that nobody else attended, and the
    participants who have no spell left.
    """
    meetings: set[int] = set()
    people: set[int] = set()
    for some in _in_parts(spell_ids):
        meetings |= _selected(session, "SELECT session_id FROM attendance WHERE spell_id", some)
        people |= _selected(session, "SELECT participant_id FROM spell WHERE id", some)
    # The database takes with it all that hangs on a spell, history and summary included.
    _delete(session, "spell", spell_ids)
    _delete(
        session,
        "session",
        sorted(meetings),
        "NOT EXISTS (SELECT 1 FROM attendance a WHERE a.session_id = session.id)",
    )
    without = "NOT EXISTS (SELECT 1 FROM spell s WHERE s.participant_id = participant.id)"
    _delete(session, "participant", sorted(people), without)
    for controller_id, rule in rules(session).items():
        if controller_id is not None:
            # Registered so long ago, and never started anywhere.
            sql = (
                "DELETE FROM participant WHERE controller_id = :controller"
                f" AND created_at < :before AND {without}"
            )
            until = ended_by(planned.on_day, rule.years)
            session.execute(_statement(sql), _bound(controller_id, until, planned.on_day))


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _selected(session: DbSession, sql: str, ids: Sequence[int]) -> set[int]:
    statement = text(f"{sql} IN :ids").bindparams(bindparam("ids", expanding=True))
    return set(session.execute(statement, {"ids": list(ids)}).scalars())


def _delete(session: DbSession, table: str, ids: Sequence[int], condition: str = "1 = 1") -> None:
    statement = text(f"DELETE FROM {table} WHERE id IN :ids AND {condition}").bindparams(
        bindparam("ids", expanding=True)
    )
    for some in _in_parts(ids):
        session.execute(statement, {"ids": list(some)})


def erase_log(session: DbSession, planned: RetentionPlan) -> None:
    """Delete the content of the log's due years and what goes with it; the links stay."""
    for line in planned.lines:
        if line.log_year is not None:
            start, end = year_bounds(line.log_year)
            sql = (
                "DELETE FROM access_log_payload WHERE log_id IN"
                " (SELECT id FROM access_log WHERE at >= :start AND at < :end)"
            )
            statement = text(sql).bindparams(
                bindparam("start", type_=Instant()), bindparam("end", type_=Instant())
            )
            session.execute(statement, {"start": start, "end": end})
        elif line.kind in _BESIDE_THE_LOG:
            table, column = _BESIDE_THE_LOG[line.kind]
            sql = f"DELETE FROM {table} WHERE {column} < :before"
            session.execute(_statement(sql), {"before": year_bounds(line.until.year)[1]})


def erased_to(session: DbSession) -> date | None:
    """The last end of the spells of any protocol: up to it, what ended may be gone."""
    return session.exec(
        select(func.max(RetentionLine.until)).where(RetentionLine.kind == Erased.SPELL)
    ).one()


def erased_in_insats(session: DbSession, insats_id: int) -> date | None:
    """The last end of the spells of the insats that have been erased; None if none have."""
    return session.exec(
        select(func.max(RetentionLine.until)).where(
            RetentionLine.kind == Erased.SPELL, RetentionLine.insats_id == insats_id
        )
    ).one()
