"""What the demo's förbund follows beside participants: saved assumptions, and its meetings."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid5

from sqlmodel import col, select

from tracking.access.actors import Actor, load_actor
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.records import InsatsKind
from tracking.domain.roles import Role
from tracking.domain.targets import Population
from tracking.domain.year_wheel import EventKind
from tracking.exchange.demo.setting_up import KEYS, SetUp
from tracking.services.payback import save_calculation
from tracking.services.year_events import set_year_event
from tracking.store.database import Database
from tracking.store.tables import Assignment, Insats

MEETINGS = (
    (EventKind.BOARD, "Styrelsemöte", ((2, 13), (4, 10), (6, 12), (9, 11), (12, 4))),
    (EventKind.PREPARATION, "Beredningsgruppen träffas", ((1, 30), (3, 20), (5, 22), (8, 28), (11, 13))),
)
OLD, NEW = PaybackAssumptions(13_000, 38_000), PaybackAssumptions(13_000, 38_000, 20, 300)
"""Invented, like everything else: nobody has measured them."""


def make_demo_followed(database: Database, made: SetUp, *, today: date) -> None:
    """Save assumptions in the individual insatser, and this year's and next year's meetings."""
    for place, frame in sorted(made.frames.items()):
        lead = _lead(database, frame.insats_id)
        if lead is None:
            continue
        actor = _actor(database, lead, today)
        for number, assumed in enumerate((OLD, NEW)):
            save_calculation(
                database,
                actor,
                insats_id=frame.insats_id,
                name="Demons antaganden",
                population=Population.COMPLETED,
                assumptions=assumed,
                number=number or None,
                key=str(uuid5(KEYS, f"payback {place} {number}")),
            )
    for year in (today.year, today.year + 1):
        for kind, title, days in MEETINGS:
            for month, day in days:
                set_year_event(
                    database,
                    made.actor,
                    kind=kind,
                    title=title,
                    on_day=_weekday(date(year, month, day)),
                    key=str(uuid5(KEYS, f"meeting {title} {year} {month}")),
                )


def _weekday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _lead(database: Database, insats_id: int) -> int | None:
    with database.reading() as session:
        insats = session.get_one(Insats, insats_id)
        if insats.kind is not InsatsKind.INDIVIDUAL:
            return None
        return session.exec(
            select(Assignment.account_id)
            .where(Assignment.insats_id == insats_id, Assignment.role == Role.INSATS_LEAD)
            .order_by(col(Assignment.id))
        ).first()


def _actor(database: Database, account_id: int, today: date) -> Actor:
    with database.reading() as session:
        return load_actor(session, account_id, today=today)
