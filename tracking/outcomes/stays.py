"""Time in the insats (Kaplan–Meier) and its capacity in årsplatser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.capacity import person_days, places_of_weeks, year_places
from tracking.domain.endings import Outcome
from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.periods import Period, add_months
from tracking.domain.records import Gender
from tracking.domain.statistics import TimeInProgramme, time_in_programme
from tracking.outcomes.breakdown_tables import Basis, breakdown_table
from tracking.outcomes.breakdowns import BREAKDOWNS
from tracking.outcomes.parts import TOTAL, GenderColumns, base_note, people_note
from tracking.outcomes.selection import EVERYBODY, Selection
from tracking.outcomes.volumes import days_of
from tracking.store.types import IsoDate

MONTHS_BACK = 36
QUARTILES = ("en fjärdedel", "hälften", "tre fjärdedelar")


@dataclass(frozen=True, slots=True)
class Stay:
    """One spell's days in the insats as known on a day, and whether it had ended by then.

    Flytt and avliden are not ends of the insats: they are followed as far as they came.
    """

    participant_id: int
    gender: str
    days: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What an insats plans: places, and the weeks of one participant. None where not set."""

    places: int | None
    weeks: int | None

    @property
    def year_places(self) -> Fraction | None:
        """The plan in årsplatser; places without weeks are held the whole year."""
        if self.places is None:
            return None
        if self.weeks is None:
            return Fraction(self.places)
        return places_of_weeks(self.places, self.weeks)


def read_stays(
    session: DbSession, insats_id: int, until: date, *, only: Selection = EVERYBODY
) -> tuple[Stay, ...]:
    """Read the spells that started in the three years up to ``until``, as known then."""
    statement = text(
        "SELECT participant_id, gender, birth_year, started_on,"
        " CASE WHEN ended_on <= :until THEN ended_on END, outcome"
        " FROM spell_summary WHERE insats_id = :insats_id AND started_on > :first"
        " AND started_on <= :until AND (outcome IS NULL OR outcome <> 'misregistered')"
    ).bindparams(bindparam("until", type_=IsoDate()), bindparam("first", type_=IsoDate()))
    first = add_months(until, -MONTHS_BACK)
    found = session.execute(statement, {"insats_id": insats_id, "until": until, "first": first})
    stays = []
    for participant_id, gender, birth_year, started_on, ended_on, outcome in found:
        if not only.keeps(gender, birth_year, str(started_on)):
            continue
        start = date.fromisoformat(str(started_on))
        end = until if ended_on is None else date.fromisoformat(str(ended_on))
        left = ended_on is not None and outcome != Outcome.OUTSIDE
        stays.append(Stay(participant_id, gender, (end - start).days + 1, left))
    return tuple(stays)


def stays_table(stays: Sequence[Stay], basis: Basis) -> Table:
    """After how many days a quarter, half and three quarters have ended, by kön."""
    genders = tuple(Gender)
    if not any(stay.gender == Gender.UNKNOWN for stay in stays):
        genders = (Gender.WOMAN, Gender.MAN)
    parts = [[stay for stay in stays if stay.gender == gender] for gender in genders]
    parts.append(list(stays))
    found = [estimate(part) for part in parts]

    def days(place: int, time: TimeInProgramme | None) -> Cell:
        reached = None if time is None else time.quartiles[place]
        return EMPTY if reached is None else Cell.of_number(reached, 0)

    lines = [
        Row(f"Dagar tills {words} har avslutats", tuple(days(place, time) for time in found))
        for place, words in enumerate(QUARTILES)
    ]
    lines += [
        Row("Avslutade", tuple(Cell.of_count(sum(s.ended for s in part)) for part in parts)),
        Row(
            "Pågår, flytt eller avliden: räknas så långt de kommit",
            tuple(Cell.of_count(sum(not s.ended for s in part)) for part in parts),
        ),
        Row("Deltaganden", tuple(Cell.of_count(len(part)) for part in parts), emphasis=True),
    ]
    cohort = basis.cohort
    if stays and cohort.due_by >= cohort.period.start:
        notes = [people_note([stay.participant_id for stay in stays])]
    else:
        notes = [*base_note((), "deltaganden", cohort)]
    if any(time is None or None in time.quartiles for time in found):
        notes.append("Streck betyder att så många ännu inte har avslutats.")
    ended = sum(stay.ended for stay in stays)
    return Table(
        key="time_in_insats",
        title="Tid i insatsen",
        definition=(
            "Deltaganden som startade under de tre åren före periodens slut, enligt "
            "Kaplan–Meier: de som pågår räknas så långt de har kommit, så att långa "
            "deltaganden inte faller bort. Första och sista dagen räknas."
        ),
        row_heading="Tid i insatsen, dagar",
        columns=(*(gender.plural for gender in genders), TOTAL),
        rows=tuple(lines),
        period=basis.cohort.period,
        population="deltaganden som startade under tre år",
        funnel=(
            FunnelStep("Startade under tre år", len(stays)),
            FunnelStep("Avslutade", ended),
            FunnelStep("Ingår", len(stays)),
        ),
        notes=(*notes, basis.anonymous.note),
    )


def estimate(stays: Sequence[Stay]) -> TimeInProgramme | None:
    """Kaplan–Meier's estimate; None without spells."""
    if not stays:
        return None
    return time_in_programme([stay.days for stay in stays], [stay.ended for stay in stays])


def capacity_table(plan: Plan, basis: Basis) -> Table:
    """Person-days and årsplatser in use, by kön, against the plan."""
    cohort = basis.cohort
    period: Period = cohort.period
    come = period.until(cohort.due_by)
    columns = GenderColumns.of(cohort.active)
    parts = columns.split(cohort.active)[:-1]
    days = [person_days(map(days_of, part), come) for part in parts]
    days.append(sum(days))
    used = [year_places(number, come) for number in days]
    blank = (EMPTY,) * (len(days) - 1)
    planned = plan.year_places
    lines = [
        Row("Persondagar", tuple(map(Cell.of_count, days))),
        Row("Årsplatser i bruk", tuple(Cell.of_number(float(n)) for n in used), emphasis=True),
    ]
    notes = [*base_note(cohort.active, "deltaganden", basis.cohort)]
    if come != period:
        notes.append(f"Perioden pågår: räknat hittills, {come.label}.")
    if planned is None:
        notes.append("Insatsen har inga planerade platser.")
    else:
        lines.append(Row("Planerade årsplatser", (*blank, Cell.of_number(float(planned)))))
        share = float(100 * used[-1] / planned) if planned else None
        lines.append(Row("Beläggning, procent", (*blank, Cell.of_number(share, 0))))
    return Table(
        key="capacity",
        title="Kapacitet",
        definition=(
            "Årsplatser i bruk är deltagandenas dagar i perioden delat med periodens dagar; i en "
            "period som pågår räknas dagarna hittills. En plats på 16 veckor är 112 dagar av 365."
        ),
        row_heading="Kapacitet",
        columns=columns.headings,
        rows=tuple(lines),
        period=period,
        population="deltaganden med minst en dag i perioden",
        funnel=(
            FunnelStep("Pågående vid periodens början", len(cohort.ongoing_at_start)),
            FunnelStep("Startade", len(cohort.started)),
            FunnelStep("Ingår", len(cohort.active)),
        ),
        notes=(*notes, basis.anonymous.note),
    )


def time_tables(stays: Sequence[Stay], plan: Plan, basis: Basis) -> tuple[Table, ...]:
    """Time in the insats as it can be expected, as it was for the ended, and the capacity."""
    return (
        stays_table(stays, basis),
        breakdown_table(BREAKDOWNS["stay"], basis),
        capacity_table(plan, basis),
    )
