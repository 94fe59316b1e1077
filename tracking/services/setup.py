"""Setting up a förbund: itself with everything that ships, its calendar, its authorities.

Set-up happens once, on a database that nobody has an account in yet, so it takes no actor;
everything after it does. Insatser, targets, ladders, lists and budgets have modules of
their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain import clock
from tracking.domain.errors import Conflict, InvalidValue, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.periods import Calendar, smallest_periods
from tracking.domain.records import AuthorityKind
from tracking.domain.swedish import iso
from tracking.services._setup import EDITED, check_unchanged, found
from tracking.services._writing import edit, writing
from tracking.store import shipped
from tracking.store.database import Database
from tracking.store.shipped import InsatsTemplate
from tracking.store.tables import (
    Code,
    CodeList,
    Controller,
    Forbund,
    Ladder,
    LadderStep,
    LadderVersion,
    Question,
    QuestionOption,
    ReleaseDay,
    ThresholdSet,
)

SHIPPED_FROM = date(2000, 1, 1)
"""Shipped questions are valid from here, so that older records can be entered too."""

ANY_YEAR = 2001
"""A year without a leap day: a release day must exist every year."""


@dataclass(frozen=True, slots=True)
class ReleaseDayChoice:
    """The day on which the year's n-th period is released; see the table `release_day`."""

    number: int
    month: int
    day: int
    years_after: int = 0


@dataclass(frozen=True, slots=True)
class ChosenCalendar:
    """The calendar that the förbund now has for good."""

    calendar: Calendar


@dataclass(frozen=True, slots=True)
class ChangedContact:
    """How the förbund is reached from now on; None when nothing is said."""

    contact: str | None


@dataclass(frozen=True, slots=True)
class AddedController:
    """An authority that was added."""

    controller_id: int


def templates() -> tuple[InsatsTemplate, ...]:
    """The templates that an insats can be set up from, by name."""
    return shipped.templates()


def set_up_forbund(database: Database, *, name: str, is_demo: bool = False) -> None:
    """Make the förbund of a fresh database, with the lists, thresholds, ladders and questions
    that ship.

    Raises `Conflict` when the database has a förbund already, `InvalidValue` on the name.
    """
    title = clean_text(name, field="name", max_length=100, required=True)
    with database.transaction() as work:
        if work.session.get(Forbund, 1) is not None:
            raise Conflict("Databasen har redan ett förbund. Välj en tom databas.")
        work.session.add(Forbund(id=1, name=title, is_demo=is_demo, created_at=clock.now()))
        _add_lists(work.session)
        work.session.add(_threshold_set())
        _add_ladders(work.session)
        _add_questions(work.session)


def choose_calendar(
    database: Database,
    actor: Actor,
    *,
    calendar: Calendar,
    release_days: Sequence[ReleaseDayChoice],
    key: str,
) -> ChosenCalendar:
    """Choose the förbund's calendar and its days of release, once and for all.

    Raises `Conflict` when it is chosen already and `RuleBroken` unless each period has a day
    that comes after it.
    """
    with writing(database, actor, "choose_calendar", key) as write:
        check_can_set_up_forbund(actor)
        if write.repeated:
            return ChosenCalendar(calendar)
        _check_release_days(calendar, release_days)
        forbund = found(write.session, Forbund, 1, what="Förbundet")
        if forbund.calendar is not None:
            raise Conflict(
                f"Kalendern är redan vald: {forbund.calendar.label}. Den kan inte ändras, "
                "eftersom släppta resultat bygger på den."
            )
        forbund.calendar = calendar
        forbund.version += 1
        write.session.add(forbund)
        for choice in release_days:
            write.session.add(
                ReleaseDay(
                    number=choice.number,
                    month=choice.month,
                    day=choice.day,
                    years_after=choice.years_after,
                )
            )
        write.finish(1, Entry("choose_calendar", detail=calendar.value))
    return ChosenCalendar(calendar)


def change_contact(
    database: Database, actor: Actor, *, contact: str, version: int, key: str
) -> ChangedContact:
    """Save how anybody reaches the förbund, an address or a telephone; empty for nothing.

    It is shown to everybody, signed in or not. Raises `Conflict` when somebody else has saved
    the förbund since ``version`` was read.
    """
    cleaned = clean_text(contact, field="contact", max_length=120) or None
    with writing(database, actor, "change_contact", key) as write:
        check_can_set_up_forbund(actor)
        if write.repeated:
            return ChangedContact(cleaned)
        forbund = found(write.session, Forbund, 1, what="Förbundet")
        values = {"contact": cleaned}
        check_unchanged(forbund, version, values)
        edit(write.work, actor, forbund, values, why=EDITED)
        write.finish(1, Entry("change_contact"))
    return ChangedContact(cleaned)


def proposed_release_days(calendar: Calendar) -> tuple[ReleaseDayChoice, ...]:
    """The days that a form begins with: some six weeks (tertials: three) after each period."""
    if calendar is Calendar.HALF_YEAR:
        return (ReleaseDayChoice(1, 8, 15), ReleaseDayChoice(2, 2, 15, years_after=1))
    return (
        ReleaseDayChoice(1, 5, 20),
        ReleaseDayChoice(2, 9, 20),
        ReleaseDayChoice(3, 1, 20, years_after=1),
    )


def add_controller(
    database: Database, actor: Actor, *, name: str, kind: AuthorityKind, key: str
) -> AddedController:
    """Add an authority: personuppgiftsansvarig for its insatser and employer of its staff.

    Raises `Conflict` when one has the name already.
    """
    with writing(database, actor, "add_controller", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return AddedController(write.earlier)
        title = clean_text(name, field="name", max_length=100, required=True)
        taken = select(Controller.id).where(col(Controller.name) == title)
        if write.session.exec(taken).first() is not None:
            raise Conflict(f"Det finns redan en myndighet som heter {title}.", field="name")
        controller = Controller(name=title, kind=kind, created_at=write.now)
        write.session.add(controller)
        write.session.flush()
        assert controller.id is not None
        write.finish(controller.id, Entry("add_controller", detail=f"controller {controller.id}"))
        return AddedController(controller.id)


def _check_release_days(calendar: Calendar, days: Sequence[ReleaseDayChoice]) -> None:
    if [choice.number for choice in days] != list(range(1, calendar.per_year + 1)):
        raise RuleBroken(
            f"Ange en dag för släpp för varje {calendar.label} på året.", field="release_days"
        )
    periods = smallest_periods(calendar, ANY_YEAR)
    for choice, period in zip(days, periods, strict=True):
        field = f"release_day_{choice.number}"
        try:
            released = date(ANY_YEAR + choice.years_after, choice.month, choice.day)
        except ValueError:
            raise InvalidValue("Dagen finns inte i månaden alla år.", field=field) from None
        if not period.end < released <= period.end + timedelta(days=365):
            raise RuleBroken(
                "Dagen för släpp ska komma efter periodens slut, inom ett år: "
                f"perioden slutar {iso(period.end)[5:]}.",
                field=field,
            )


def _add_lists(session: DbSession) -> None:
    for code_list in shipped.code_lists():
        session.add(CodeList(key=code_list.key, title=code_list.title))
        session.flush()
        session.add_all(
            Code(
                list_key=code_list.key,
                key=code.key,
                label=code.label,
                sort=place,
                proposes=code.proposes,
                group_key=code.group,
            )
            for place, code in enumerate(code_list.codes, start=1)
        )
        session.flush()


def _threshold_set() -> ThresholdSet:
    limits = shipped.thresholds()
    return ThresholdSet(**{name: getattr(limits, name) for name in limits.__slots__})


def _add_ladders(session: DbSession) -> None:
    for ladder in shipped.ladders():
        row = Ladder(name=ladder.name, shared=True)
        session.add(row)
        session.flush()
        assert row.id is not None
        version = LadderVersion(
            ladder_id=row.id,
            number=1,
            valid_from=ladder.valid_from,
            decided=ladder.decided,
            created_at=clock.now(),
        )
        session.add(version)
        session.flush()
        assert version.id is not None
        version_id = version.id
        session.add_all(
            LadderStep(
                ladder_version_id=version_id,
                position=step.position,
                name=step.name,
                needs=step.needs,
                manages=step.manages,
                activity=step.activity,
                goal=step.goal,
            )
            for step in ladder.steps
        )


def _add_questions(session: DbSession) -> None:
    for place, question in enumerate(shipped.questions(), start=1):
        row = Question(
            key=question.key,
            wording=question.wording,
            kind=question.kind,
            sort=place,
            asked_at_start=question.asked_at_start,
            asked_at_end=question.asked_at_end,
            on_slips=question.on_slips,
            valid_from=SHIPPED_FROM,
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        question_id = row.id
        session.add_all(
            QuestionOption(
                question_id=question_id,
                value=option.value,
                label=option.label,
                positive=option.positive,
            )
            for option in question.options
        )
