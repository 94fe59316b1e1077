"""Saving a calculation's assumptions with a name: always a new version, never over an old one.

No result is kept, since it follows from the data of the day; what a version assumed stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_configure_insats
from tracking.domain.errors import Conflict, InvalidValue
from tracking.domain.identifiers import clean_text
from tracking.domain.payback import PaybackAssumptions, calculation_name
from tracking.domain.targets import Population
from tracking.services._setup import check_whole, insats_of
from tracking.services._writing import writing
from tracking.services.budgets import MOST_KRONOR
from tracking.store.database import Database
from tracking.store.tables import PaybackCalculation

LONGEST_NAME = 80
SAVE = "save_payback"


@dataclass(frozen=True, slots=True)
class SavedCalculation:
    """The version that was saved."""

    calculation_id: int
    name: str
    number: int


def save_calculation(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    name: str,
    population: Population,
    assumptions: PaybackAssumptions,
    cost_kr: int | None = None,
    number: int | None = None,
    key: str,
) -> SavedCalculation:
    """Save assumptions under a name that is new (``number`` None) or as the next version.

    ``number`` is the latest version that the page had read. ``cost_kr`` None is the year's
    utfall. Raises `Conflict` on a name that is taken or a version that somebody else has saved
    since, and `InvalidValue` at the field, also when nothing differs from the version before.
    """
    title = clean_text(name, field="name", max_length=LONGEST_NAME, required=True)
    cost = check_whole(cost_kr, field="cost_kr", high=MOST_KRONOR, what="Kostnaden (kr)")
    if population is Population.STARTED:
        raise InvalidValue("Välj avslutade eller fullföljda.", field="population")
    taken = f"Någon annan har just sparat {title}: läs in sidan igen."
    with writing(database, actor, SAVE, key, collision=taken) as write:
        check_can_configure_insats(actor, insats_id)
        if write.earlier is not None:
            found = write.session.get_one(PaybackCalculation, write.earlier)
            return SavedCalculation(write.earlier, found.name, found.number)
        insats_of(write.session, insats_id)
        latest = _latest(write.session, insats_id, title)
        _check_number(latest, number, title)
        row = PaybackCalculation(
            insats_id=insats_id,
            # The name as it was first written, so that the versions stay together.
            name=title if latest is None else latest.name,
            number=1 if latest is None else latest.number + 1,
            population=population,
            support_month_kr=assumptions.support_month_kr,
            production_month_kr=assumptions.production_month_kr,
            deadweight_percent=assumptions.deadweight_percent,
            discount_hundredths=assumptions.discount_hundredths,
            cost_kr=cost,
            saved_at=write.now,
            saved_by=actor.account_id,
        )
        if latest is not None and all(getattr(row, f) == getattr(latest, f) for f in _SAME):
            raise InvalidValue(
                f"Antagandena är desamma som i version {latest.number}: inget att spara.",
                field="name",
            )
        write.session.add(row)
        write.session.flush()
        assert row.id is not None
        detail = calculation_name(row.name, row.number)
        write.finish(row.id, Entry(SAVE, insats_id=insats_id, detail=detail))
        return SavedCalculation(row.id, row.name, row.number)


_SAME = (
    "population",
    "support_month_kr",
    "production_month_kr",
    "deadweight_percent",
    "discount_hundredths",
    "cost_kr",
)


def _latest(session: DbSession, insats_id: int, name: str) -> PaybackCalculation | None:
    """The latest version under a name, whatever its capitals."""
    rows = session.exec(
        select(PaybackCalculation)
        .where(PaybackCalculation.insats_id == insats_id)
        .order_by(col(PaybackCalculation.number).desc())
    ).all()
    return next((row for row in rows if row.name.casefold() == name.casefold()), None)


def _check_number(latest: PaybackCalculation | None, read: int | None, name: str) -> None:
    if latest is None:
        return
    if read is None:
        raise Conflict(
            f"Det finns redan en beräkning som heter {latest.name}. Välj den för att spara en ny "
            "version, eller skriv ett annat namn.",
            field="name",
        )
    if read != latest.number:
        raise Conflict(
            f"Någon annan har sparat version {latest.number} av {latest.name} sedan du öppnade "
            "sidan. Läs in sidan igen och spara på nytt om det behövs.",
            field="name",
        )
