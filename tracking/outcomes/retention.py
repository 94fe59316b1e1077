"""Reads about retention: what is due and what has been erased, in counts; codes to strike.

The systemadministratör sees numbers by insats and no participant. The insats's own staff see
when theirs go, and those who work with persons which codes to strike from the paper kodnyckel.
Erasing is `tracking.services.retention`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_run_retention, check_can_see_internal
from tracking.domain import clock
from tracking.domain.periods import Period, latest_12_months
from tracking.domain.retention import (
    Erased,
    RetentionRule,
    due_from,
    ended_by,
    first_releasable_start,
    gone_by,
)
from tracking.outcomes._seen import log_list, visible
from tracking.outcomes.kinds import Internal, Persons
from tracking.outcomes.releases import periods_of_calendar
from tracking.outcomes.releasing.shapes import Stage
from tracking.store.database import Database
from tracking.store.retention import (
    RetentionPlan,
    due_in_insats,
    erased_in_insats,
    plan,
    rules,
)
from tracking.store.tables import (
    Account,
    Controller,
    Insats,
    Participant,
    RetentionLine,
    RetentionRun,
    Spell,
)

SOON_DAYS = 90
"""How long before a spell is due its code is listed, so that the paper can follow."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """How long something is kept; no controller is the access log."""

    controller_id: int | None
    whose: str
    rule: RetentionRule


@dataclass(frozen=True, slots=True)
class ProtocolLine:
    """How many of one kind went. ``where`` is an insats, an authority, or a year of the log."""

    what: Erased
    where: str
    number: int
    until: date
    years: int
    source: str


@dataclass(frozen=True, slots=True)
class ProtocolView:
    """One erasure. ``by`` is a function, never a name."""

    run_id: int
    run_at: datetime
    on_day: date
    by: str
    lines: tuple[ProtocolLine, ...]

    def total(self, what: Erased) -> int:
        """How many of a kind went."""
        return sum(line.number for line in self.lines if line.what is what)


@dataclass(frozen=True)
class RetentionView:
    """What is due today, by which rules, and the protocols, newest first.

    ``lost_periods`` have closed and could still be released, but not once this is erased.
    """

    plan: RetentionPlan
    due: tuple[ProtocolLine, ...]
    rules: tuple[RuleView, ...]
    protocols: tuple[ProtocolView, ...]
    lost_periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class InsatsRetention:
    """When an insats's participants go: the rule, how many are due, and what has gone."""

    rule: RetentionRule
    due: int
    gone: tuple[tuple[date, int, date], ...]
    """When it was erased, how many deltaganden, and the last end of theirs."""


@dataclass(frozen=True, slots=True)
class CodeToStrike:
    """A participant whose last spell in the insats goes: the paper kodnyckel should follow."""

    code: str
    insats: str
    ended_on: date
    due_from: date
    gone_by: date


def retention_view(database: Database, actor: Actor) -> RetentionView:
    """Return what is due, the rules and the protocols, in counts.

    Raises `NotPermitted` for anybody but a systemadministratör.
    """
    check_can_run_retention(actor)
    return retention_from_console(database)


def retention_from_console(database: Database) -> RetentionView:
    """The same for the server's own console, where there is no actor."""
    with database.reading() as session:
        today = clock.today()
        due = plan(session, today)
        names = _Names.read(session)
        holding = rules(session)
        return RetentionView(
            plan=due,
            due=tuple(
                ProtocolLine(
                    line.kind,
                    names.where(line.insats_id, line.controller_id, line.log_year),
                    line.number,
                    line.until,
                    line.rule.years,
                    line.rule.source,
                )
                for line in due.lines
            ),
            rules=tuple(
                RuleView(whose, names.where(None, whose, None), rule)
                for whose, rule in holding.items()
            ),
            protocols=_protocols(session, names),
            lost_periods=_lost(session, due, today),
        )


def insats_retention(database: Database, actor: Actor, insats_id: int) -> Internal[InsatsRetention]:
    """Return when an insats's participants go. Raises `NotPermitted`."""
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        insats = session.get_one(Insats, insats_id)
        number = due_in_insats(session, insats, clock.today())
        rows = session.exec(
            select(RetentionRun, RetentionLine)
            .join(RetentionLine, col(RetentionLine.run_id) == col(RetentionRun.id))
            .where(RetentionLine.insats_id == insats_id, RetentionLine.kind == Erased.SPELL)
            .order_by(col(RetentionRun.id).desc())
        ).all()
        rule = rules(session)[insats.controller_id]
        return Internal(
            InsatsRetention(
                rule, number, tuple((run.on_day, line.number, line.until) for run, line in rows)
            )
        )


def erased_up_to(database: Database, actor: Actor, insats_id: int) -> Internal[date | None]:
    """Return the last end of the insats's spells that are erased; None where none are.

    Raises `NotPermitted`.
    """
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        return Internal(erased_in_insats(session, insats_id))


def codes_to_strike(
    database: Database, actor: Actor, *, page: str
) -> Persons[tuple[CodeToStrike, ...]]:
    """Return whose last spell in an insats of the actor's is due or soon will be, by code.

    Only spells that the actor may see, and nothing of other insatser: each keeps a kodnyckel of
    its own. Logged as a list.
    """
    other = aliased(Spell)
    comes_after = exists().where(
        col(other.participant_id) == col(Spell.participant_id),
        col(other.insats_id) == col(Spell.insats_id),
        or_(
            col(other.ended_on).is_(None),
            col(other.ended_on) > col(Spell.ended_on),
            and_(col(other.ended_on) == col(Spell.ended_on), col(other.id) > col(Spell.id)),
        ),
    )
    with database.reading() as session:
        soon = clock.today() + timedelta(days=SOON_DAYS)
        years = {whose: rule.years for whose, rule in rules(session).items() if whose is not None}
        rows = session.exec(
            select(Spell, Participant, Insats)
            .join(Participant, col(Participant.id) == col(Spell.participant_id))
            .join(Insats, col(Insats.id) == col(Spell.insats_id))
            .where(
                col(Spell.ended_on) <= ended_by(soon, min(years.values(), default=0)),
                ~comes_after,
                *visible(actor, Spell),
            )
            .order_by(col(Insats.name), col(Participant.number))
        ).all()
    found = [
        (
            (spell.insats_id, spell.id),
            CodeToStrike(
                person.code,
                insats.name,
                spell.ended_on,
                due_from(spell.ended_on, years[spell.controller_id]),
                gone_by(spell.ended_on, years[spell.controller_id]),
            ),
        )
        for spell, person, insats in rows
        if spell.id is not None and spell.ended_on is not None
    ]
    found = [(where, row) for where, row in found if row.due_from <= soon]
    log_list(database, actor, page, (where for where, _ in found), "gallras snart")
    return Persons(tuple(row for _, row in found))


def _lost(session: DbSession, due: RetentionPlan, today: date) -> tuple[Period, ...]:
    """The closed periods that could still be released and count somebody who is due, in order."""
    until = max((x.until for x in due.lines if x.kind is Erased.SPELL), default=None)
    if until is None:
        return ()
    return tuple(
        known.period
        for known in reversed(periods_of_calendar(session, today))
        if known.stage in (Stage.MAY_PREPARE, Stage.WAITING)
        and latest_12_months(known.period.end).start <= first_releasable_start(until)
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """What the insatser and authorities are called."""

    insatser: Mapping[int, str]
    controllers: Mapping[int, str]

    @classmethod
    def read(cls, session: DbSession) -> _Names:
        insatser = session.exec(select(Insats.id, Insats.name)).all()
        controllers = session.exec(select(Controller.id, Controller.name)).all()
        return cls(
            {key: name for key, name in insatser if key is not None},
            {key: name for key, name in controllers if key is not None},
        )

    def where(self, insats_id: int | None, controller_id: int | None, year: int | None) -> str:
        """An insats, else an authority, else a year of the log, else the whole system."""
        if insats_id is not None:
            return self.insatser[insats_id]
        if controller_id is not None:
            return self.controllers[controller_id]
        return "hela systemet" if year is None else f"år {year}"


def _protocols(session: DbSession, names: _Names) -> tuple[ProtocolView, ...]:
    lines: dict[int, list[ProtocolLine]] = defaultdict(list)
    for line in session.exec(select(RetentionLine).order_by(col(RetentionLine.id))):
        lines[line.run_id].append(
            ProtocolLine(
                line.kind,
                names.where(line.insats_id, line.controller_id, line.log_year),
                line.number,
                line.until,
                line.years,
                line.source,
            )
        )
    rows = session.exec(
        select(RetentionRun, col(Account.title))
        .join(Account, col(Account.id) == col(RetentionRun.run_by), isouter=True)
        .order_by(col(RetentionRun.id).desc())
    )
    return tuple(
        ProtocolView(
            run.id or 0,
            run.run_at,
            run.on_day,
            title or "serverns konsol",
            tuple(lines[run.id or 0]),
        )
        for run, title in rows
    )
