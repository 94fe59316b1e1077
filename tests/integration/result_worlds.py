"""Small worlds for results: rows put straight into the tables, with names and dates of their own.

`building(database)` gives a `World` whose methods read as what happened; all of it is one
transaction. What the services check is tested elsewhere; here only what results read matters.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import select

from tracking.access.actors import Actor, load_actor
from tracking.domain.endings import END_REASONS, Outcome
from tracking.domain.instruments import RatingStatus
from tracking.domain.ladder import follow_up_due
from tracking.domain.periods import Calendar
from tracking.domain.records import (
    AttendanceStatus,
    AuthorityKind,
    FollowUpStatus,
    Gender,
    InsatsKind,
    SessionKind,
)
from tracking.domain.roles import ROLE_ZONES, Role
from tracking.domain.situation import Occasion, SupportSource, WorkKind, YesNoUnknown
from tracking.domain.targets import Comparison, Measure, PointInTime, Population
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    AnonymousCount,
    Assignment,
    Attendance,
    Budget,
    Code,
    CodeList,
    Controller,
    FollowUp,
    Forbund,
    Insats,
    Ladder,
    LadderStep,
    LadderVersion,
    Participant,
    Question,
    QuestionOption,
    Rating,
    ReleaseDay,
    Session,
    Situation,
    SituationSupport,
    SlipCount,
    Spell,
    StepAssessment,
    Target,
)

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
YES, NO, UNKNOWN = YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.UNKNOWN
NO_PROSPECTS = -1
_accounts = itertools.count(1)


class World:
    """A förbund under construction."""

    def __init__(self, session: DbSession) -> None:
        self.session = session
        self.numbers = itertools.count(len(session.exec(select(Participant.id)).all()) + 1)
        if session.get(Forbund, 1) is None:
            self._lay_the_ground()
        self.controller = _one(session, Controller)
        self.ladder = _one(session, Ladder)
        self.ladder_version = _one(session, LadderVersion)
        self.account = _one(session, Account)
        rows = session.exec(select(Code)).all()
        self.codes = {(row.list_key, row.key): row.id for row in rows}

    def _add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def _lay_the_ground(self) -> None:
        self._add(Forbund(name="Samordningsförbundet Provet", is_demo=True, created_at=NOW))
        for key, title in (("referrer", "Remittent"), ("end_reason", "Avslutsanledning")):
            self._add(CodeList(key=key, title=title))
        self._add(Code(list_key="referrer", key="self", label="På egen hand"))
        for sort, reason in enumerate(END_REASONS.values()):
            self._add(
                Code(
                    list_key="end_reason",
                    key=reason.key,
                    label=reason.label,
                    sort=sort,
                    proposes=reason.proposes.value,
                    group_key=reason.group.value,
                )
            )
        controller = self._add(
            Controller(name="Kommunen", kind=AuthorityKind.MUNICIPALITY, created_at=NOW)
        )
        ladder = self._add(Ladder(name="Processtrappan"))
        version = self._add(
            LadderVersion(
                ladder_id=ladder.id, number=1, valid_from=date(2015, 1, 1), created_at=NOW
            )
        )
        for position in range(6):
            step = LadderStep(
                ladder_version_id=version.id, position=position, name=f"Steg {position}"
            )
            self._add(step)
        self._add(
            Account(
                username="bygger",
                title="Deltagaransvarig",
                zone=ROLE_ZONES[Role.CASE_WORKER],
                employer_id=controller.id,
                created_at=NOW,
            )
        )

    def calendar(self, calendar: Calendar = Calendar.HALF_YEAR) -> None:
        """Choose the calendar; every period is released on the last day of the next month."""
        forbund = self.session.get(Forbund, 1)
        assert forbund is not None
        forbund.calendar = calendar
        for number in range(1, calendar.per_year + 1):
            last = number == calendar.per_year
            month = 1 if last else number * calendar.months + 1
            self._add(ReleaseDay(number=number, month=month, day=31, years_after=int(last)))

    def insats(self, name: str, **more: Any) -> int:
        row = Insats(
            controller_id=self.controller.id,
            name=name,
            owner="Kommunen",
            kind=InsatsKind.INDIVIDUAL,
            starts_on=more.pop("starts_on", date(2015, 1, 1)),
            ladder_id=self.ladder.id,
            created_at=NOW,
            **more,
        )
        return int(self._add(row).id)

    def participant(self, gender: Gender = Gender.WOMAN, birth_year: int = 1990) -> int:
        number = next(self.numbers)
        row = Participant(
            controller_id=self.controller.id,
            number=number,
            code=f"K{number:05d}",
            memory_word=f"ord{number}",
            birth_year=birth_year,
            gender=gender,
            created_at=NOW,
            created_by=self.account.id,
        )
        return int(self._add(row).id)

    def spell(
        self,
        insats_id: int,
        started_on: date,
        ended_on: date | None = None,
        *,
        reason: str = "continued_rehabilitation",
        outcome: Outcome | None = None,
        gender: Gender = Gender.WOMAN,
        birth_year: int = 1990,
        participant_id: int | None = None,
        steps: tuple[int | None, int | None] = (None, None),
        ors: Sequence[tuple[date, int]] = (),
        active_planning: YesNoUnknown | None = None,
        follow_ups: bool = True,
    ) -> int:
        """A deltagande; ``steps`` are the levels at start and end, ``ors`` totals in mm."""
        if outcome is None and ended_on is not None:
            outcome = END_REASONS[reason].proposes
        wrong = outcome is Outcome.MISREGISTERED
        row = Spell(
            participant_id=participant_id or self.participant(gender, birth_year),
            controller_id=self.controller.id,
            insats_id=insats_id,
            started_on=started_on,
            referrer_id=self.codes["referrer", "self"],
            consent_follow_up=True,
            consent_contact=True,
            ladder_version_id=self.ladder_version.id,
            ended_on=ended_on,
            outcome=outcome,
            end_reason_id=(None if ended_on is None or wrong else self.codes["end_reason", reason]),
            misregistered_reason="wrong_person" if wrong else None,
            active_planning=active_planning,
            created_at=NOW,
            created_by=self.account.id,
        )
        spell_id = int(self._add(row).id)
        if steps[0] is not None:
            self.step(spell_id, started_on, steps[0], Occasion.START)
        if steps[1] is not None and ended_on is not None:
            self.step(spell_id, ended_on, steps[1], Occasion.END)
        for day, total in ors:
            self.talk(spell_id, day, total)
        if ended_on is not None and follow_ups and not wrong and reason != "deceased":
            for months in (Occasion.M6, Occasion.M18):
                self._add(
                    FollowUp(
                        spell_id=spell_id,
                        months=int(months.value[1:]),
                        due_on=follow_up_due(ended_on, months),
                    )
                )
        return spell_id

    def step(self, spell_id: int, on: date, level: int, occasion: Occasion) -> int:
        row = StepAssessment(
            spell_id=spell_id,
            ladder_version_id=self.ladder_version.id,
            position=None if level == NO_PROSPECTS else level,
            no_prospects=level == NO_PROSPECTS,
            occasion=occasion,
            assessed_on=on,
            recorded_at=NOW,
            recorded_by=self.account.id,
        )
        return int(self._add(row).id)

    def talk(self, spell_id: int, on: date, total: int | None = None) -> int:
        """A talk, with an ORS total in mm when there is one. Gives the attendance's id."""
        spell = self.session.get(Spell, spell_id)
        assert spell is not None
        session = self._add(
            Session(
                insats_id=spell.insats_id,
                held_on=on,
                kind=SessionKind.INDIVIDUAL,
                recorded_at=NOW,
                recorded_by=self.account.id,
            )
        )
        attendance = self._add(
            Attendance(
                session_id=session.id,
                spell_id=spell_id,
                insats_id=spell.insats_id,
                status=AttendanceStatus.PRESENT,
            )
        )
        if total is not None:
            self._add(
                Rating(
                    attendance_id=attendance.id,
                    instrument="ORS",
                    status=RatingStatus.TOTAL_ONLY,
                    total=total,
                    recorded_at=NOW,
                    recorded_by=self.account.id,
                )
            )
        return int(attendance.id)

    def situation(
        self,
        spell_id: int,
        occasion: Occasion,
        on: date,
        *,
        support: str = "some",
        work: YesNoUnknown = NO,
        studies: YesNoUnknown = NO,
    ) -> int:
        row = self._add(
            Situation(
                spell_id=spell_id,
                occasion=occasion,
                described_on=on,
                no_support=support == "none",
                support_unknown=support == "unknown",
                work=work,
                work_kind=WorkKind.UNSUBSIDISED if work is YES else None,
                studies=studies,
                seeking=NO,
                registered=NO,
                recorded_at=NOW,
                recorded_by=self.account.id,
            )
        )
        if support == "some":
            self._add(SituationSupport(situation_id=row.id, source=SupportSource.INCOME_SUPPORT))
        return int(row.id)

    def follow_up(
        self,
        spell_id: int,
        months: int,
        status: FollowUpStatus,
        on: date | None = None,
        *,
        step: int | None = None,
    ) -> None:
        row = self.session.exec(
            select(FollowUp).where(FollowUp.spell_id == spell_id, FollowUp.months == months)
        ).one()
        on = on or row.due_on
        row.status = status
        row.done_on = on if status is FollowUpStatus.DONE else None
        row.closed_on = None if status is FollowUpStatus.DONE else on
        self._add(row)
        if step is not None:
            self.step(spell_id, on, step, Occasion(f"m{months}"))

    def anonymous(self, insats_id: int, year: int, gender: Gender, number: int) -> None:
        self._add(AnonymousCount(insats_id=insats_id, year=year, gender=gender, number=number))

    def budget(self, insats_id: int, year: int, actual_kr: int) -> None:
        self._add(Budget(insats_id=insats_id, year=year, actual_kr=actual_kr))

    def slip_question(self, key: str = "respekt") -> int:
        question = self._add(
            Question(
                key=key, wording="Fråga?", kind="scale", on_slips=True, valid_from=date(2015, 1, 1)
            )
        )
        for value in range(1, 6):
            option = QuestionOption(
                question_id=question.id, value=value, label=f"{value}", positive=value >= 4
            )
            self._add(option)
        return int(question.id)

    def slips(self, insats_id: int, question_id: int, on: date, numbers: Sequence[int]) -> None:
        for value, number in enumerate(numbers, start=1):
            self._add(
                SlipCount(
                    insats_id=insats_id,
                    question_id=question_id,
                    value=value,
                    collected_on=on,
                    number=number,
                    recorded_at=NOW,
                    recorded_by=self.account.id,
                )
            )

    def target(
        self,
        insats_id: int,
        measure: Measure,
        *,
        value: float = 80,
        population: Population = Population.COMPLETED,
        point: PointInTime | None = None,
        comparison: Comparison = Comparison.AT_LEAST,
        codes: Sequence[str] = (),
        question_id: int | None = None,
        valid_from: date = date(2015, 1, 1),
        valid_to: date | None = None,
    ) -> int:
        row = Target(
            insats_id=insats_id,
            wording=f"Mål: {measure.label.lower()}",
            measure=measure.value,
            population=population,
            point_in_time=(point or min(measure.points)).value,
            comparison=comparison,
            value=value,
            unit=measure.unit.value,
            codes=" ".join(codes) or None,
            question_id=question_id,
            valid_from=valid_from,
            valid_to=valid_to,
            created_at=NOW,
        )
        return int(self._add(row).id)

    def actor(self, role: Role, insats_id: int | None = None) -> Actor:
        """Somebody with one role, in one insats or in the whole förbund."""
        account = self._add(
            Account(
                username=f"konto{next(_accounts)}",
                title=role.label,
                zone=ROLE_ZONES[role],
                employer_id=self.controller.id,
                created_at=NOW,
            )
        )
        self._add(
            Assignment(
                account_id=account.id,
                zone=ROLE_ZONES[role],
                role=role,
                insats_id=insats_id,
                starts_on=date(2015, 1, 1),
                created_at=NOW,
            )
        )
        return load_actor(self.session, account.id, today=date(2026, 1, 1))


def _one(session: DbSession, table: Any) -> Any:
    row = session.exec(select(table).order_by(table.id).limit(1)).first()
    assert row is not None
    return row


@contextmanager
def building(database: Database) -> Iterator[World]:
    """Build on a world in one transaction."""
    with database.transaction() as work:
        yield World(work.session)


def vasteras_2017(world: World, insats_id: int) -> None:
    """95 ended in 2017: 51 fullföljt, of them 8 work, 2 studies and 41 continued; 44 avbrutit."""
    endings = (
        ("work", 8, 1),
        ("studies", 2, 1),
        ("continued_rehabilitation", 41, 1),
        ("own_request", 44, 0),
    )
    for reason, number, step in endings:
        for n in range(number):
            world.spell(
                insats_id,
                date(2016, 2, 1),
                date(2017, 1 + n % 12, 10),
                reason=reason,
                gender=Gender.MAN if n % 5 < 2 else Gender.WOMAN,
                steps=(1, 1 + step),
            )
