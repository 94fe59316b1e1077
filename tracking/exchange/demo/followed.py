"""What the demo's förbund follows beside participants: saved assumptions, its meetings, and
figures from elsewhere, which are as invented as everything else here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from uuid import uuid5

from sqlmodel import col, select

from tracking.access.actors import Actor, load_actor
from tracking.domain.context_figures import (
    INDICATORS,
    FigureKind,
    FigureRow,
    IndicatorRow,
    KommunRow,
)
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.periods import Calendar, smallest_periods
from tracking.domain.records import Gender, InsatsKind
from tracking.domain.roles import Role
from tracking.domain.targets import Population
from tracking.domain.year_wheel import EventKind
from tracking.exchange.demo.setting_up import KEYS, SetUp
from tracking.services.figures import take_in_figures
from tracking.services.payback import save_calculation
from tracking.services.year_events import set_year_event
from tracking.store.database import Database
from tracking.store.tables import Assignment, Insats

MEETINGS = (
    (EventKind.BOARD, "Styrelsemöte", ((2, 13), (4, 10), (6, 12), (9, 11), (12, 4))),
    (
        EventKind.PREPARATION,
        "Beredningsgruppen träffas",
        ((1, 30), (3, 20), (5, 22), (8, 28), (11, 13)),
    ),
)
HALF_YEAR = Calendar.HALF_YEAR
OLD, NEW = PaybackAssumptions(13_000, 38_000), PaybackAssumptions(13_000, 38_000, 20, 300)
"""Invented, like everything else: nobody has measured them."""


def make_demo_followed(
    database: Database, made: SetUp, municipalities: Sequence[str], *, today: date
) -> None:
    """Save assumptions in the individual insatser, the meetings of two years, and figures."""
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

    for measured, rows in (
        (FigureKind.INDICATORS, _indicators(today.year)),
        (FigureKind.YEAR_EQUIVALENTS, _kommun(municipalities, EQUIVALENTS, today.year)),
        (FigureKind.SUPPORT_MEASURE, _kommun(municipalities, SUPPORTED, today.year)),
    ):
        take_in_figures(
            database,
            made.actor,
            kind=measured,
            source="Påhittade tal för demon",
            sha256=sha256(measured.value.encode()).hexdigest(),
            rows=rows,
            key=str(uuid5(KEYS, f"figures {measured}")),
        )


GROUPS = (("Deltagare", 46, 60), ("Personal", 18, 66), ("Styrgrupper", 5, 70))
EQUIVALENTS = {
    "Sjukpenning": 128, "Sjuk- och aktivitetsersättning": 262, "Arbetslöshetsersättning": 88,
    "Arbetsmarknadsåtgärder": 104, "Etableringsersättning": 24, "Ekonomiskt bistånd": 71,
}  # fmt: skip
SUPPORTED = {"Ohälsa": 610, "Arbetsmarknadsstöd": 380, "Ekonomiskt bistånd": 140}


def _indicators(year: int) -> list[FigureRow]:
    return [
        IndicatorRow(group, number, of, n + of - year, 100 * (level + (7 * number + 3 * of) % 19))
        for group, n, level in GROUPS
        for of in range(year - 3, year)
        for number in range(1, INDICATORS + 1)
    ]


def _kommun(places: Sequence[str], levels: Mapping[str, int], year: int) -> list[FigureRow]:
    """Half-years of kvinnor and män, with a sum, for places of different size."""
    rows: list[FigureRow] = []
    for size, place in enumerate(places, start=1):
        for step, half in enumerate(
            half for of in range(year - 3, year) for half in smallest_periods(HALF_YEAR, of)
        ):
            for gender, part in ((Gender.WOMAN, 0.54), (Gender.MAN, 0.46)):
                told = [
                    round(level * part * (0.6 + 0.4 * size) * (1 - 0.012 * step), 1)
                    for level in levels.values()
                ]
                rows += [
                    KommunRow(place, item, gender, half.key, value)
                    for item, value in zip(levels, told, strict=True)
                ]
                rows.append(KommunRow(place, "Summa", gender, half.key, round(sum(told), 1)))
    return rows


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
