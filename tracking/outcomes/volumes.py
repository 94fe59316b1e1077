"""Volumes of a period beside the spells: anonymous, cost, and anonymous slips.

What is read here never names a spell's person; it is what targets that are no share of
spells rest on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import bindparam, text
from sqlmodel import Session as DbSession
from sqlmodel import select

from tracking.domain.cost import unit_cost
from tracking.domain.periods import Period
from tracking.domain.swedish import kronor, whole
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.parts import Anonymous
from tracking.store.tables import Budget
from tracking.store.types import IsoDate


@dataclass(frozen=True, slots=True)
class Volumes:
    """How many took part in a period, and what the year cost in whole kronor (None: not set).

    Anonymous participants hold for a calendar year, to date; they are counted in only where
    the period begins with the year, else they would be counted for months outside it.
    """

    spells: int
    anonymous: Anonymous
    counts_anonymous: bool
    is_calendar_year: bool
    actual_kr: int | None

    @property
    def participants(self) -> int:
        """Deltaganden of the period, and the anonymous where they can be told."""
        return self.spells + (self.anonymous.total if self.counts_anonymous else 0)

    @property
    def participants_words(self) -> str:
        """What ``participants`` counts, in words."""
        spells = f"{whole(self.spells)} deltaganden"
        if self.counts_anonymous:
            return f"{spells} och {whole(self.anonymous.total)} anonyma deltagare"
        return f"{spells}; anonyma räknas per kalenderår och ingår inte"

    @property
    def cost_per_participant(self) -> tuple[Fraction | None, str]:
        """Utfall of the year by participant in kronor, and what it rests on in words."""
        if not self.is_calendar_year:
            return None, "Kostnaden räknas per kalenderår; välj ett helt år."
        if self.actual_kr is None:
            return None, "Årets utfall är inte inlagt."
        if self.participants == 0:
            return None, "Inga deltagare under året."
        words = f"{kronor(self.actual_kr)} delat på {self.participants_words}."
        return unit_cost(self.actual_kr, self.participants), words


def read_volumes(session: DbSession, cohort: Cohort, anonymous: Anonymous) -> Volumes:
    """Read the volumes of a cohort's period; ``anonymous`` are those of the year it ends in."""
    period = cohort.period
    begins_with_year = (
        period.start.month == 1 and period.start.day == 1 and period.start.year == period.end.year
    )
    is_year = begins_with_year and period.months == 12
    actual = session.exec(
        select(Budget.actual_kr).where(
            Budget.insats_id == cohort.insats_id, Budget.year == period.end.year
        )
    ).first()
    return Volumes(
        spells=len(cohort.active),
        anonymous=anonymous,
        counts_anonymous=begins_with_year,
        is_calendar_year=is_year,
        actual_kr=actual,
    )


def days_of(row: SpellRow) -> tuple[date, date | None]:
    """The first and last day of a spell."""
    end = None if row.ended_on is None else date.fromisoformat(row.ended_on)
    return date.fromisoformat(row.started_on), end


def read_slips(session: DbSession, insats_id: int, period: Period) -> dict[int, tuple[int, int]]:
    """Read the anonymous slips of a period by question: positive answers, all answers."""
    statement = text(
        "SELECT c.question_id, sum(o.positive * c.number), sum(c.number)"
        " FROM slip_count c"
        " JOIN question_option o ON o.question_id = c.question_id AND o.value = c.value"
        " WHERE c.insats_id = :insats_id AND c.voided_at IS NULL"
        " AND c.collected_on BETWEEN :first AND :last GROUP BY c.question_id"
    ).bindparams(bindparam("first", type_=IsoDate()), bindparam("last", type_=IsoDate()))
    bound = {"insats_id": insats_id, "first": period.start, "last": period.end}
    return {int(q): (int(up), int(n)) for q, up, n in session.execute(statement, bound)}
