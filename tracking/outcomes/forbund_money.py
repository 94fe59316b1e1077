"""A förbund's year of money: its insatser with their cost shares, what it has, and for what.

Whole kronor as they have been entered, no results. What a deltagande cost is worked out from
releases in `released_costs`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.cost import forbund_part
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import year as whole_year
from tracking.domain.records import InsatsKind
from tracking.store.database import Database
from tracking.store.tables import Budget, ForbundBudget, Insats

INDIVIDUAL = "Individinriktade insatser"
STRUCTURAL = "Strukturövergripande insatser"
ADMINISTRATION = "Administration"


@dataclass(frozen=True, slots=True)
class InsatsYear:
    """An insats's year. Amounts are the whole insats's; None where nothing has been entered."""

    insats_id: int
    name: str
    kind: InsatsKind
    planned_participants: int | None
    budget_kr: int | None
    actual_kr: int | None
    esf_kr: int | None
    cost_share_percent: int

    @property
    def own_budget_kr(self) -> int | None:
        """The förbund's part of the budget."""
        return forbund_part(self.budget_kr, self.cost_share_percent)

    @property
    def own_actual_kr(self) -> int | None:
        """The förbund's part of the utfall."""
        return forbund_part(self.actual_kr, self.cost_share_percent)


@dataclass(frozen=True, slots=True)
class OwnYear:
    """What the förbund itself has and spends; ``version`` is what its next editor has read."""

    own_capital_kr: int | None
    state_contribution_kr: int | None
    region_contribution_kr: int | None
    municipal_contribution_kr: int | None
    administration_kr: int | None
    administration_actual_kr: int | None
    version: int

    @property
    def contributions_kr(self) -> int | None:
        """The parts' contributions together, as far as they have been entered."""
        parts = (
            self.state_contribution_kr,
            self.region_contribution_kr,
            self.municipal_contribution_kr,
        )
        return known_sum(parts)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a part of the money is for. Amounts are the förbund's own parts."""

    name: str
    budget_kr: int | None
    actual_kr: int | None


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """The förbund's year: every insats that runs or has money in it by name, and its own."""

    year: int
    insatser: tuple[InsatsYear, ...]
    own: OwnYear | None

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """Individ, struktur and administration, in that order."""
        return (
            self._of_kind(INDIVIDUAL, InsatsKind.INDIVIDUAL),
            self._of_kind(STRUCTURAL, InsatsKind.STRUCTURAL),
            Purpose(
                ADMINISTRATION,
                None if self.own is None else self.own.administration_kr,
                None if self.own is None else self.own.administration_actual_kr,
            ),
        )

    def _of_kind(self, name: str, kind: InsatsKind) -> Purpose:
        of_kind = [one for one in self.insatser if one.kind is kind]
        return Purpose(
            name,
            known_sum(one.own_budget_kr for one in of_kind),
            known_sum(one.own_actual_kr for one in of_kind),
        )

    @property
    def budget_kr(self) -> int | None:
        """What the year is planned to cost the förbund."""
        return known_sum(purpose.budget_kr for purpose in self.purposes)

    @property
    def actual_kr(self) -> int | None:
        """What the year has cost the förbund, as far as it has been entered."""
        return known_sum(purpose.actual_kr for purpose in self.purposes)

    @property
    def esf_kr(self) -> int | None:
        """Money from ESF for all insatser."""
        return known_sum(one.esf_kr for one in self.insatser)

    @property
    def income_kr(self) -> int | None:
        """Capital at the year's beginning, contributions and ESF, as far as they are entered."""
        if self.own is None:
            return None
        return known_sum((self.own.own_capital_kr, self.own.contributions_kr, self.esf_kr))

    @property
    def left_kr(self) -> int | None:
        """What is planned to be left at the year's end; None where either side is unknown."""
        if self.income_kr is None or self.budget_kr is None:
            return None
        return self.income_kr - self.budget_kr

    @property
    def lacking(self) -> tuple[str, ...]:
        """The insatser that have no budget for the year."""
        return tuple(one.name for one in self.insatser if one.budget_kr is None)


def known_sum(amounts: Iterable[int | None]) -> int | None:
    """The sum of those that are known; None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def shares_table(money: YearOfMoney) -> Table:
    """Individ, struktur and administration, with what they are of the whole."""
    every = Purpose("Allt", money.budget_kr, money.actual_kr)
    return Table(
        key="economy_shares",
        title=f"Vad pengarna går till, {money.year}",
        definition=(
            "Förbundets del av budget och utfall i kronor. Ett utfall som inte är inlagt räknas "
            "inte. Medel från ESF är inte avdragna: de är en inkomst."
        ),
        row_heading="Ändamål",
        columns=("budget, kr", "andel av budget, %", "utfall, kr", "andel av utfall, %"),
        rows=tuple(
            Row(
                purpose.name,
                (
                    Cell.of_number(purpose.budget_kr, 0),
                    Cell.of_number(_share(purpose.budget_kr, money.budget_kr), 0),
                    Cell.of_number(purpose.actual_kr, 0),
                    Cell.of_number(_share(purpose.actual_kr, money.actual_kr), 0),
                ),
                emphasis=purpose is every,
            )
            for purpose in (*money.purposes, every)
        ),
        period=whole_year(money.year),
        population="förbundets kostnader",
    )


def _share(part: int | None, total: int | None) -> float | None:
    return None if part is None or not total else 100 * part / total


def year_of_money(database: Database, actor: Actor, in_year: int) -> YearOfMoney:
    """A year for who sets the budget. Raises `NotPermitted` for everybody else."""
    check_can_set_up_forbund(actor)
    with database.reading() as session:
        return read_year_of_money(session, in_year)


def read_year_of_money(session: DbSession, in_year: int) -> YearOfMoney:
    """Read a year inside a read that somebody else has opened and asked permission for."""
    span = whole_year(in_year)
    entered = {
        row.insats_id: row
        for row in session.exec(select(Budget).where(Budget.year == in_year)).all()
    }
    found = []
    for insats in session.exec(select(Insats).order_by(col(Insats.name), col(Insats.id))):
        row = entered.get(insats.id or 0)
        over = insats.ends_on is not None and insats.ends_on < span.start
        if row is None and (over or insats.starts_on > span.end):
            continue
        found.append(
            InsatsYear(
                insats_id=insats.id or 0,
                name=insats.name,
                kind=insats.kind,
                planned_participants=None if row is None else row.planned_participants,
                budget_kr=None if row is None else row.budget_kr,
                actual_kr=None if row is None else row.actual_kr,
                esf_kr=None if row is None else row.esf_kr,
                cost_share_percent=100 if row is None else row.cost_share_percent,
            )
        )
    own = session.get(ForbundBudget, in_year)
    return YearOfMoney(in_year, tuple(found), None if own is None else _own(own))


def _own(row: ForbundBudget) -> OwnYear:
    return OwnYear(
        own_capital_kr=row.own_capital_kr,
        state_contribution_kr=row.state_contribution_kr,
        region_contribution_kr=row.region_contribution_kr,
        municipal_contribution_kr=row.municipal_contribution_kr,
        administration_kr=row.administration_kr,
        administration_actual_kr=row.administration_actual_kr,
        version=row.version,
    )
