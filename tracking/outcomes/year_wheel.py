"""The årshjul as somebody meets it: every date of a year, with what is ready and what is missing.

The dates are the förbund's own and everybody's: standing days (or where they have been moved),
days of release, reports, meetings, questions that begin or end. What stands beside them is
`year_state`, with the rights of who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.periods import MONTHS, Calendar, Period, half_year, smallest_periods
from tracking.domain.periods import year as calendar_year
from tracking.domain.report_kinds import ReportKind
from tracking.domain.year_wheel import (
    ACCOUNTS,
    ANNUAL_REPORT,
    BUDGET,
    DAYS_TO_REPORT,
    DRAW_AUTUMN,
    DRAW_YEAR,
    MONEY_DRAW,
    STANDING,
    EventKind,
    PeriodDay,
    release_days,
)
from tracking.outcomes.year_state import NOTHING, State, YearState, read_state
from tracking.store.database import Database
from tracking.store.tables import Question, ReleaseDay, YearEvent


@dataclass(frozen=True, slots=True)
class YearDay:
    """One date. ``event_id`` and ``version`` are of what somebody has set; ``standing`` the key
    of a day that comes every year and ``usual`` where it then stands.

    ``page`` and ``params`` lead to where the work is done.
    """

    on: date
    kind: EventKind
    title: str
    state: State = NOTHING
    event_id: int | None = None
    version: int | None = None
    standing: str | None = None
    usual: date | None = None
    page: str | None = None
    params: dict[str, str] = field(default_factory=dict)

    def is_late(self, today: date) -> bool:
        """Say whether the day has passed with something missing."""
        return self.on < today and self.state.done is False


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A förbund's year, by day."""

    year: int
    today: date
    calendar: Calendar | None
    days: tuple[YearDay, ...]

    @property
    def next(self) -> YearDay | None:
        """The next date from today on."""
        return next((day for day in self.days if day.on >= self.today), None)

    @property
    def late(self) -> tuple[YearDay, ...]:
        """What has passed with something missing."""
        return tuple(day for day in self.days if day.is_late(self.today))


def year_plan(database: Database, actor: Actor, year: int) -> YearPlan:
    """Return the dates of a year with what is ready and missing, as far as the actor may know.

    Raises `InvalidValue` for a year that no calendar has.
    """
    whole_year, today = calendar_year(year), clock.today()
    state = read_state(database, actor)
    with database.reading() as session:
        chosen = [
            (row.number, row.month, row.day, row.years_after)
            for row in session.exec(select(ReleaseDay).order_by(col(ReleaseDay.number)))
        ]
        days = [
            *_set_days(session, whole_year, state),
            *_released(state.calendar, chosen, year, state),
            *_questions(session, whole_year, state),
            *_follow_ups(session, whole_year, state),
        ]
    ordered = sorted(days, key=lambda day: (day.on, list(EventKind).index(day.kind), day.title))
    return YearPlan(year, today, state.calendar, tuple(ordered))


def _set_days(session: DbSession, year: Period, state: YearState) -> Iterator[YearDay]:
    """Standing days, each where it always is or where it has been moved, and the own ones."""
    rows = session.exec(
        select(YearEvent).where(
            YearEvent.year == year.start.year, col(YearEvent.voided_at).is_(None)
        )
    ).all()
    moved = {row.standing: row for row in rows if row.standing is not None}
    for one in STANDING:
        usual = one.on(year.start.year)
        row = moved.get(one.key)
        yield YearDay(
            on=usual if row is None else row.on_day,
            kind=one.kind,
            title=one.title,
            state=_of_standing(session, one.key, year.start.year, state),
            event_id=None if row is None else row.id,
            version=None if row is None else row.version,
            standing=one.key,
            usual=None if row is None else usual,
            page=_PAGES.get(one.key) if not state.own else _OWN_PAGES.get(one.key),
        )
    for row in rows:
        if row.standing is None:
            yield YearDay(row.on_day, row.kind, row.title, event_id=row.id, version=row.version)


_PAGES = {ANNUAL_REPORT: "rapporter", ACCOUNTS: "rapporter"}
_OWN_PAGES = {DRAW_YEAR: "datakvalitet", DRAW_AUTUMN: "datakvalitet", ACCOUNTS: "rapporter"}


def _of_standing(session: DbSession, key: str, year: int, state: YearState) -> State:
    before = calendar_year(year - 1)
    if key == DRAW_YEAR:
        return state.drawn(session, before)
    if key == DRAW_AUTUMN:
        return state.drawn(session, Period(date(year, 1, 1), date(year, 9, 30)))
    if key == MONEY_DRAW:
        return state.spent(year - 1)
    if key == BUDGET:
        return state.planned(year + 1)
    if state.calendar is not None and state.money:
        if key == ANNUAL_REPORT:
            return state.reports_of(smallest_periods(state.calendar, year - 1)[-1], ReportKind.YEAR)
        if key == ACCOUNTS and state.calendar is Calendar.HALF_YEAR:
            return state.reports_of(half_year(year, 1), ReportKind.INTERIM)
    return NOTHING


def _released(
    calendar: Calendar | None,
    chosen: list[tuple[int, int, int, int]],
    year: int,
    state: YearState,
) -> Iterator[YearDay]:
    """The days of release, and those by which the reports are due."""
    if calendar is None:
        return
    # A report about a period that was released late last year is due in this one.
    every = [one for of in (year - 1, year) for one in release_days(calendar, chosen, of)]
    for one in every:
        if one.on.year == year:
            yield YearDay(
                one.on,
                EventKind.RELEASE,
                f"Släpp av {one.period.label}",
                state.release(one.period),
            )
        due = one.on + timedelta(days=DAYS_TO_REPORT)
        if due.year == year:
            yield _reports_due(one, due, state)


def _reports_due(one: PeriodDay, due: date, state: YearState) -> YearDay:
    return YearDay(
        due,
        EventKind.REPORT,
        f"Rapporter om {one.period.label}",
        state.reports_of(one.period),
        page="rapporter",
    )


def _questions(session: DbSession, year: Period, state: YearState) -> Iterator[YearDay]:
    """Questions of the förbund, and of the actor's own insatser, that begin or end."""
    rows = session.exec(
        select(Question).where(
            or_(col(Question.insats_id).is_(None), col(Question.insats_id).in_(state.own))
        )
    )
    for row in rows:
        for on, words in ((row.valid_from, "börjar ställas"), (row.valid_to, "upphör")):
            if on is not None and year.contains(on):
                title = f"Frågan ”{row.wording.rstrip('?.')}” {words}"
                yield YearDay(on, EventKind.FOLLOW_UP, title)


def _follow_ups(session: DbSession, year: Period, state: YearState) -> Iterator[YearDay]:
    """Month by month how many follow-ups of the actor's own insatser fall due."""
    for month, counts in state.due(session, year).items():
        end = date(year.start.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        title = f"Uppföljningar som förfaller i {MONTHS[month - 1]}"
        yield YearDay(end, EventKind.FOLLOW_UP, title, counts, page="uppfoljningar")
