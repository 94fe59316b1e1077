"""Systemavvikelser as the pages and the reports read them: obstacles, never persons.

The insats's staff read all of their own. Everybody else reads what has been cleared as
*beskriver ingen enskild*, and nothing here tells that there is anything more. How they are
written is in `tracking.services.deviations`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import (
    Action,
    can_handle_deviations,
    check_can_note_deviation,
    refused,
)
from tracking.domain.clock import SWEDEN
from tracking.domain.errors import NotFound
from tracking.domain.periods import Period
from tracking.domain.records import DeviationStatus
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    Change,
    Controller,
    Deviation,
    DeviationParty,
    Insats,
    Ladder,
    LadderStep,
    LadderVersion,
)


@dataclass(frozen=True, slots=True)
class StepOption:
    """A step that an obstacle can stand at."""

    ladder_version_id: int
    position: int
    name: str

    @property
    def label(self) -> str:
        """The step's number and name."""
        return f"{self.position} {self.name}"


@dataclass(frozen=True, slots=True)
class DeviationEvent:
    """That the status became another on a day."""

    on: date
    status: DeviationStatus


@dataclass(frozen=True, slots=True)
class DeviationView:
    """One systemavvikelse. ``insats`` is empty for the förbund's own, ``by`` outside the insats.

    ``parties`` are the authorities' names by id, in their order; ``cleared_on`` is None while its
    words stay in the insats.
    """

    deviation_id: int
    insats_id: int | None
    insats: str
    noted_on: date
    what: str
    parties: dict[int, str]
    step: StepOption | None
    status: DeviationStatus
    handled: str
    handled_on: date | None
    cleared_on: date | None
    by: str
    history: tuple[DeviationEvent, ...]
    version: int

    @property
    def is_open(self) -> bool:
        """Whether somebody still has it to do."""
        return self.status is not DeviationStatus.SOLVED

    def told_in(self, period: Period) -> bool:
        """Whether a report on the period tells of it: noted by its end and not solved before it."""
        if self.noted_on > period.end:
            return False
        if self.noted_on >= period.start or self.is_open:
            return True
        return self.handled_on is not None and self.handled_on >= period.start


def insats_deviations(
    database: Database, actor: Actor, insats_id: int
) -> tuple[DeviationView, ...]:
    """Every systemavvikelse of an insats for its own staff, the newest first.

    Raises `NotPermitted` outside the insats's own staff.
    """
    check_can_note_deviation(actor, insats_id)
    with database.reading() as session:
        rows = _rows(session, [insats_id])
        return _views(session, rows, named=True)


def cleared_deviations(database: Database, actor: Actor) -> tuple[DeviationView, ...]:
    """Those cleared in the insatser that the actor handles, and the förbund's own for who handles
    all; the newest first.

    Raises `NotPermitted` for somebody who handles none.
    """
    wanted = {grant.insats_id for grant in actor.grants}
    own = {insats_id for insats_id in wanted if can_handle_deviations(actor, insats_id)}
    if not own:
        words = "Ditt uppdrag ger inte rätt att läsa systemavvikelser."
        raise refused(actor, words, asked=Action.HANDLE_DEVIATIONS)
    with database.reading() as session:
        return read_cleared(session, None if None in own else frozenset(o for o in own if o))


def deviation_steps(
    database: Database, actor: Actor, insats_id: int | None
) -> tuple[StepOption, ...]:
    """The steps to choose among: of the insats's ladder, or of the shared ones, as of today.

    Raises `NotPermitted` for who may not note one there, `NotFound` without the insats.
    """
    if insats_id is None:
        if not can_handle_deviations(actor, None):
            words = "Ditt uppdrag ger inte rätt att notera förbundets egna systemavvikelser."
            raise refused(actor, words, asked=Action.HANDLE_DEVIATIONS)
    else:
        check_can_note_deviation(actor, insats_id)
    with database.reading() as session:
        ladders = select(Ladder.id).where(col(Ladder.shared) == 1)
        if insats_id is not None:
            insats = session.get(Insats, insats_id)
            if insats is None:
                raise NotFound("Insatsen finns inte längre: läs in sidan igen.")
            ladders = select(Ladder.id).where(Ladder.id == insats.ladder_id)
        found: list[StepOption] = []
        for ladder_id in session.exec(ladders.order_by(col(Ladder.id))).all():
            version = session.exec(
                select(LadderVersion.id)
                .where(LadderVersion.ladder_id == ladder_id)
                .order_by(col(LadderVersion.number).desc())
            ).first()
            steps = session.exec(
                select(LadderStep)
                .where(LadderStep.ladder_version_id == version)
                .order_by(col(LadderStep.position))
            )
            found += [StepOption(s.ladder_version_id, s.position, s.name) for s in steps]
        return tuple(found)


def read_cleared(session: DbSession, insatser: frozenset[int] | None) -> tuple[DeviationView, ...]:
    """Those cleared of some insatser, or all with the förbund's own (None); the newest first.

    Works inside a read that somebody else has opened and asked permission for.
    """
    rows = [row for row in _rows(session, insatser) if row.cleared_at is not None]
    return _views(session, rows, named=False)


def by_party(deviations: Iterable[DeviationView]) -> dict[str, list[DeviationView]]:
    """By authority; one that concerns several stands under each."""
    found: dict[str, list[DeviationView]] = defaultdict(list)
    for one in deviations:
        for name in one.parties.values():
            found[name].append(one)
    return dict(sorted(found.items()))


def by_step(deviations: Iterable[DeviationView]) -> dict[str, list[DeviationView]]:
    """By step of the ladder in its order, those without one last."""
    found: dict[tuple[int, str], list[DeviationView]] = defaultdict(list)
    for one in deviations:
        place = (99, "Inget steg angivet") if one.step is None else _place(one.step)
        found[place].append(one)
    return {label: found[place, label] for place, label in sorted(found)}


def _place(step: StepOption) -> tuple[int, str]:
    return step.position, step.label


def _rows(session: DbSession, insatser: Iterable[int] | None) -> list[Deviation]:
    query = select(Deviation).where(col(Deviation.voided_at).is_(None))
    if insatser is not None:
        query = query.where(col(Deviation.insats_id).in_(list(insatser)))
    order = (col(Deviation.noted_on).desc(), col(Deviation.id).desc())
    return list(session.exec(query.order_by(*order)))


def _views(
    session: DbSession, rows: Sequence[Deviation], *, named: bool
) -> tuple[DeviationView, ...]:
    insatser = dict(session.exec(select(Insats.id, Insats.name)).all())
    titles = dict(session.exec(select(Account.id, Account.title)).all()) if named else {}
    parties = _parties_of(session, [row.id or 0 for row in rows])
    history = _history_of(session, [row.id or 0 for row in rows])
    found = []
    for row in rows:
        step = None
        if row.ladder_version_id is not None and row.step_position is not None:
            stored = session.get_one(LadderStep, (row.ladder_version_id, row.step_position))
            step = StepOption(stored.ladder_version_id, stored.position, stored.name)
        cleared = row.cleared_at
        found.append(
            DeviationView(
                deviation_id=row.id or 0,
                insats_id=row.insats_id,
                insats="" if row.insats_id is None else insatser[row.insats_id],
                noted_on=row.noted_on,
                what=row.what,
                parties=parties[row.id or 0],
                step=step,
                status=row.status,
                handled=row.handled,
                handled_on=row.handled_on,
                cleared_on=None if cleared is None else cleared.astimezone(SWEDEN).date(),
                by=titles.get(row.recorded_by, ""),
                history=history[row.id or 0],
                version=row.version,
            )
        )
    return tuple(found)


def _parties_of(session: DbSession, ids: Sequence[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    query = (
        select(DeviationParty.deviation_id, Controller.id, Controller.name)
        .join(Controller, col(Controller.id) == col(DeviationParty.controller_id))
        .where(col(DeviationParty.deviation_id).in_(ids))
        .order_by(col(Controller.name))
    )
    for deviation_id, controller_id, name in session.exec(query):
        found[deviation_id][controller_id or 0] = name
    return found


def _history_of(session: DbSession, ids: Sequence[int]) -> dict[int, tuple[DeviationEvent, ...]]:
    """What the status has become, and when, the oldest first."""
    found: dict[int, list[DeviationEvent]] = defaultdict(list)
    query = (
        select(Change.row_id, Change.changed_at, Change.new)
        .where(
            Change.table_name == "deviation",
            Change.field == "status",
            col(Change.row_id).in_(ids),
        )
        .order_by(col(Change.id))
    )
    for row_id, at, new in session.exec(query):
        on = at.astimezone(SWEDEN).date()
        found[row_id].append(DeviationEvent(on, DeviationStatus(new or "")))
    return defaultdict(tuple, {row_id: tuple(events) for row_id, events in found.items()})
