"""Reading the rows of the access log that concern an insats, and the rule they are held against.

No permission is asked here and nothing is counted; that is the business of what calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.domain.clock import SWEDEN
from tracking.domain.log_actions import FULL_CODE_SEARCH, REFUSED
from tracking.domain.log_review import LogRow, ReviewRule
from tracking.domain.periods import Period
from tracking.store.tables import (
    AccessLog,
    AccessLogPayload,
    Assignment,
    LogReviewRule,
    Spell,
)


def rows_of(session: DbSession, insats_id: int, period: Period) -> list[LogRow]:
    """The rows of a period that concern an insats, in the order in which they were written.

    Its own rows; searches by full code that found one of its participants from another insats;
    and refusals without an insats that met somebody who had an assignment there.
    """
    found = {
        row.log_id: LogRow(*row)
        for condition in _concerning(insats_id, period)
        for row in session.execute(_rows(period).where(condition))
    }
    return [found[log_id] for log_id in sorted(found)]


def count_rows(session: DbSession, insats_id: int, period: Period, *, up_to: int) -> int:
    """How many rows `rows_of` had when the log's newest link was ``up_to``."""
    ids = (
        _rows(period)
        .where(or_(*_concerning(insats_id, period)), AccessLog.id <= up_to)  # type: ignore[operator]
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(ids)).scalar_one())


def newest_link(session: DbSession) -> int:
    """The number of the log's newest link; 0 for an empty log."""
    return int(session.execute(select(func.coalesce(func.max(AccessLog.id), 0))).scalar_one())


def first_row_at(session: DbSession, insats_id: int) -> datetime | None:
    """When the insats's own first row was written; None where there is none."""
    first = session.execute(
        select(func.min(AccessLogPayload.log_id)).where(AccessLogPayload.insats_id == insats_id)
    ).scalar_one()
    link = None if first is None else session.get(AccessLog, first)
    return None if link is None else link.at


def rule_of(session: DbSession, insats_id: int) -> tuple[ReviewRule, date | None]:
    """What stands out in an insats's log, and since when; the default has no day."""
    row = session.exec(
        select(LogReviewRule)
        .where(LogReviewRule.insats_id == insats_id)
        .order_by(col(LogReviewRule.id).desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return ReviewRule(), None
    rule = ReviewRule(row.opens, row.closes, row.many, row.minutes)
    return rule, row.set_at.astimezone(SWEDEN).date()


def _rows(period: Period) -> Any:
    start, end = _instants(period)
    return (
        select(  # type: ignore[call-overload, misc, unused-ignore]
            AccessLogPayload.log_id,
            AccessLog.at,
            AccessLogPayload.account_id,
            AccessLogPayload.action,
            AccessLogPayload.insats_id,
            AccessLogPayload.participant_id,
            AccessLogPayload.spell_id,
            AccessLogPayload.page,
            AccessLogPayload.detail,
        )
        .join(AccessLogPayload, col(AccessLogPayload.log_id) == col(AccessLog.id))
        .where(col(AccessLog.at) >= start, col(AccessLog.at) < end)
    )


def _concerning(insats_id: int, period: Period) -> Iterator[ColumnElement[bool]]:
    yield col(AccessLogPayload.insats_id) == insats_id
    known_here = select(Spell.participant_id).where(Spell.insats_id == insats_id)
    yield and_(
        col(AccessLogPayload.action) == FULL_CODE_SEARCH,
        col(AccessLogPayload.participant_id).in_(known_here),
    )
    assigned_here = select(Assignment.account_id).where(
        Assignment.insats_id == insats_id,
        col(Assignment.starts_on) <= period.end,
        or_(col(Assignment.ends_on).is_(None), col(Assignment.ends_on) >= period.start),
    )
    yield and_(
        or_(
            col(AccessLogPayload.action) == REFUSED,
            col(AccessLogPayload.action).endswith("_refused", autoescape=True),
        ),
        col(AccessLogPayload.insats_id).is_(None),
        col(AccessLogPayload.account_id).in_(assigned_here),
    )


def _instants(period: Period) -> tuple[datetime, datetime]:
    """The first moment of the period and the first after it, by Swedish time."""
    after = period.end + timedelta(days=1)
    return (
        datetime.combine(period.start, time(), SWEDEN),
        datetime.combine(after, time(), SWEDEN),
    )
