"""From what happened to rows of tables: numbers of records, moments, references, nothing more.

Moments of recording are derived from the days, so that the same seed gives the same rows.
Rows with other columns than the usual (voided ones) go into lists of their own, since one
statement writes one set of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from tracking.domain.endings import Outcome
from tracking.domain.identifiers import participant_code
from tracking.domain.records import AttendanceStatus, SessionKind, SupportMonthsKnown
from tracking.domain.situation import Occasion, YesNoUnknown
from tracking.exchange.demo.course import MadeRating
from tracking.exchange.demo.dice import Dice
from tracking.exchange.demo.standing import MadeAnswers, MadeSituation
from tracking.exchange.demo.world import MadeInsats, Meeting, Person, Story

Row = dict[str, Any]

ORDER = (
    "participant",
    "spell",
    "session",
    "attendance",
    "rating",
    "step_assessment",
    "situation",
    "situation_support",
    "follow_up",
    "attempt",
    "answer",
    "answer_choice",
    "change",
)
"""Tables in the order that their references need."""

SPELL_STREAM = 1_000_003
"""Sets the streams of spells apart from those of insatser."""

VOID_REASONS = ("wrong_person", "entered_twice", "never_took_place")
REFERRERS = {
    "sickness": (("insurance_agency", 0.40), ("region", 0.25), ("employment_service", 0.15)),
    "income": (("municipality", 0.55), ("employment_service", 0.25), ("self", 0.05)),
    "activity": (("municipality", 0.30), ("employment_service", 0.25), ("region", 0.20)),
}
OTHER_REFERRERS = (("municipality", 0.08), ("self", 0.06), ("other", 0.05))
EDUCATION = (
    ("below_compulsory", 0.09),
    ("compulsory", 0.24),
    ("upper_secondary", 0.42),
    ("folk_high_school", 0.11),
    ("higher", 0.10),
    ("unknown", 0.04),
)
BANDS = ("none", "under_1_year", "1_to_2_years", "2_to_5_years", "5_to_10_years", "over_10_years")


@dataclass(frozen=True, slots=True)
class Frame:
    """What the rows of one insats refer to: ids that the database gave before."""

    insats_id: int
    controller_id: int
    workers: tuple[int, ...]
    ladder_version_id: int | None
    support: str
    codes: dict[tuple[str, str], int]
    municipalities: tuple[int, ...]
    need_groups: tuple[int, ...]
    health_question: int
    work_question: int


class Rows:
    """Collects the rows of a part of the demo, table by table, with running numbers."""

    def __init__(self, seed: int, word: Callable[[int, int], str]) -> None:
        self._word = word
        self._seed = seed
        self._numbers: dict[str, int] = {}
        self._lists: dict[tuple[str, str], list[Row]] = {}

    def take(self) -> list[tuple[str, list[Row]]]:
        """The rows so far, in the order that they can be written; they are kept no longer."""
        taken = sorted(self._lists.items(), key=lambda item: ORDER.index(item[0][0]))
        self._lists = {}
        return [(table, rows) for (table, _), rows in taken]

    def persons(self, frame: Frame, made: Iterable[Person], first_days: dict[int, date]) -> None:
        """Participants, registered on the day that they first started somewhere."""
        for person in made:
            self._add(
                "participant",
                id=person.id,
                controller_id=frame.controller_id,
                number=person.number,
                code=participant_code(person.number),
                memory_word=self._word(frame.controller_id, person.number),
                birth_year=person.birth_year,
                gender=person.gender,
                created_at=_moment(first_days[person.id], person.id),
                created_by=frame.workers[0],
                version=1,
            )

    def story(self, frame: Frame, story: Story) -> None:
        """A spell with everything of its own; group meetings come separately."""
        # Chance of its own for each spell: how spells are shared out in parts changes nothing.
        dice = Dice(self._seed, SPELL_STREAM, story.id, block=64)
        worker = dice.one_of(frame.workers)
        self._spell(dice, frame, story, worker)
        for talk in story.talks:
            session_id = self._session(frame, talk.day, talk.kind, worker, voided=talk.voided)
            self._attendance(
                frame, session_id, story.id, talk.status, talk.ratings, worker, talk.day
            )
            for rating in talk.ratings:
                if rating.corrected_from is not None:
                    self._correction(story.id, rating, talk.day, worker)
        for step in story.steps:
            self._add(
                "step_assessment",
                id=self._number("step_assessment"),
                spell_id=story.id,
                ladder_version_id=frame.ladder_version_id,
                position=step.position,
                no_prospects=step.position is None,
                occasion=step.occasion,
                assessed_on=step.day,
                recorded_at=_moment(step.day, story.id),
                recorded_by=worker,
                version=1,
            )
        for situation in story.situations:
            self._situation(story.id, situation, worker)
        for answers in story.answers:
            self._answers(frame, story.id, answers, worker)
        for follow_up in story.follow_ups:
            number = self._number("follow_up")
            done = follow_up.status.value == "done"
            self._add(
                "follow_up",
                id=number,
                spell_id=story.id,
                months=follow_up.months,
                due_on=follow_up.due_on,
                status=follow_up.status,
                done_on=follow_up.day if done else None,
                closed_on=None if done else follow_up.day,
                version=1 if follow_up.day is None else 2,
            )
            for day, way in follow_up.attempts:
                self._add(
                    "attempt",
                    id=self._number("attempt"),
                    follow_up_id=number,
                    tried_on=day,
                    way=way,
                    recorded_at=_moment(day, story.id),
                    recorded_by=worker,
                )

    def meeting(self, frame: Frame, meeting: Meeting) -> None:
        """A group meeting; everybody in it has a spell that is written already."""
        worker = frame.workers[0]
        session_id = self._session(frame, meeting.day, SessionKind.GROUP, worker, voided=False)
        for spell_id, came, rating in meeting.members:
            status = AttendanceStatus.PRESENT if came else AttendanceStatus.ABSENT
            ratings = () if rating is None else (rating,)
            self._attendance(frame, session_id, spell_id, status, ratings, worker, meeting.day)

    def _spell(self, dice: Dice, frame: Frame, story: Story, worker: int) -> None:
        wrong = story.outcome is Outcome.MISREGISTERED
        known = dice.weighted(
            (
                (SupportMonthsKnown.MONTHS, 0.50),
                (SupportMonthsKnown.BAND, 0.32),
                (SupportMonthsKnown.UNKNOWN, 0.11),
                (None, 0.07),
            )
        )
        months = min(400, int(60 * dice.even() ** 2 + 6 * dice.even()))
        referrer = dice.weighted(REFERRERS[frame.support] + OTHER_REFERRERS)
        reason = None if story.reason is None else frame.codes["end_reason", story.reason]
        planning = None
        if story.active_planning is not None and not wrong:
            planning = YesNoUnknown.YES if story.active_planning else YesNoUnknown.NO
        education = frame.codes["education", dice.weighted(EDUCATION)]
        municipality = dice.one_of(frame.municipalities)
        self._add(
            "spell",
            id=story.id,
            participant_id=story.person.id,
            controller_id=frame.controller_id,
            insats_id=frame.insats_id,
            started_on=story.started_on,
            referrer_id=frame.codes["referrer", referrer],
            consent_follow_up=True,
            consent_contact=story.consent_contact,
            consent_disclosure_on=story.started_on if story.consent_disclosure else None,
            municipality_id=municipality if dice.chance(0.96) else None,
            education_id=education if dice.chance(0.92) else None,
            support_months_known=known,
            support_months=months if known is SupportMonthsKnown.MONTHS else None,
            support_band_id=frame.codes["support_band", dice.one_of(BANDS)]
            if known is SupportMonthsKnown.BAND
            else None,
            need_group_id=dice.one_of(frame.need_groups) if dice.chance(0.8) else None,
            ladder_version_id=frame.ladder_version_id,
            responsible_id=worker,
            previous_spell_id=story.previous_spell_id,
            ended_on=story.ended_on,
            outcome=story.outcome,
            end_reason_id=reason,
            outcome_reason=story.outcome_reason,
            active_planning=planning,
            misregistered_reason="wrong_insats" if wrong else None,
            created_at=_moment(story.started_on, story.id),
            created_by=worker,
            version=1 if story.ended_on is None else 2,
        )

    def _session(
        self, frame: Frame, day: date, kind: SessionKind, worker: int, *, voided: bool
    ) -> int:
        number = self._number("session")
        row: Row = {
            "id": number,
            "insats_id": frame.insats_id,
            "held_on": day,
            "order_in_day": 1,
            "kind": kind,
            "recorded_at": _moment(day, number),
            "recorded_by": worker,
            "version": 1,
        }
        if voided:
            row["version"] = 2
            row["voided_at"] = _moment(day, number, later=True)
            row["voided_by"] = worker
            row["void_reason"] = VOID_REASONS[number % len(VOID_REASONS)]
        self._put("session", "voided" if voided else "", row)
        return number

    def _attendance(
        self,
        frame: Frame,
        session_id: int,
        spell_id: int,
        status: AttendanceStatus,
        ratings: tuple[MadeRating, ...],
        worker: int,
        day: date,
    ) -> None:
        number = self._number("attendance")
        self._add(
            "attendance",
            id=number,
            session_id=session_id,
            spell_id=spell_id,
            insats_id=frame.insats_id,
            status=status,
            version=1,
        )
        for rating in ratings:
            one, two, three, four = rating.scales or (None, None, None, None)
            self._add(
                "rating",
                id=self._number("rating"),
                attendance_id=number,
                instrument=rating.instrument,
                status=rating.status,
                scale_1=one,
                scale_2=two,
                scale_3=three,
                scale_4=four,
                total=rating.total,
                recorded_at=_moment(day, number),
                recorded_by=worker,
                version=1 if rating.corrected_from is None else 2,
            )

    def _correction(self, spell_id: int, rating: MadeRating, day: date, worker: int) -> None:
        """What `correct_rating` would have kept: the first scale and the total as they were."""
        assert rating.scales is not None
        assert rating.total is not None
        assert rating.corrected_from is not None
        rating_id = self._corrected_id(rating.instrument)
        right = rating.scales[0]
        before = rating.total - right + rating.corrected_from
        changed = (("scale_1", rating.corrected_from, right), ("total", before, rating.total))
        for name, old, new in changed:
            self._add(
                "change",
                id=self._number("change"),
                spell_id=spell_id,
                participant_id=None,
                table_name="rating",
                row_id=rating_id,
                field=name,
                old=str(old),
                new=str(new),
                why="misread_paper" if rating_id % 2 else "typing_error",
                changed_at=_moment(day, rating_id, later=True),
                changed_by=worker,
            )

    def _corrected_id(self, instrument: str) -> int:
        """The number of the rating of this instrument in the talk that was added last."""
        rows = self._lists["rating", ""]
        return next(int(row["id"]) for row in reversed(rows) if row["instrument"] == instrument)

    def _situation(self, spell_id: int, made: MadeSituation, worker: int) -> None:
        value, number = made.value, self._number("situation")
        unknown = value.support_unknown or value.no_support is None
        self._add(
            "situation",
            id=number,
            spell_id=spell_id,
            occasion=made.occasion,
            described_on=made.day,
            no_support=bool(value.no_support),
            support_unknown=unknown,
            work=value.work,
            work_percent=value.work_percent,
            work_kind=value.work_kind,
            studies=value.studies,
            studies_percent=value.studies_percent,
            seeking=value.seeking,
            registered=value.registered_af,
            recorded_at=_moment(made.day, number),
            recorded_by=worker,
            version=1,
        )
        for source in sorted(value.sources):
            self._add(
                "situation_support",
                situation_id=number,
                source=source,
                no_support=False,
                support_unknown=False,
            )

    def _answers(self, frame: Frame, spell_id: int, made: MadeAnswers, worker: int) -> None:
        pairs = ((frame.health_question, made.health), (frame.work_question, made.work))
        for question_id, value in pairs:
            number = self._number("answer")
            self._add(
                "answer",
                id=number,
                spell_id=spell_id,
                question_id=question_id,
                occasion=Occasion(made.occasion),
                answered_on=made.day,
                recorded_at=_moment(made.day, number),
                recorded_by=worker,
                version=1,
            )
            if value is not None:
                self._add("answer_choice", answer_id=number, question_id=question_id, value=value)

    def _number(self, table: str) -> int:
        number = self._numbers.get(table, 0) + 1
        self._numbers[table] = number
        return number

    def _add(self, table: str, **row: Any) -> None:
        self._put(table, "", row)

    def _put(self, table: str, kind: str, row: Row) -> None:
        self._lists.setdefault((table, kind), []).append(row)


def first_days(made: MadeInsats) -> dict[int, date]:
    """The day on which each new person of an insats first started."""
    days: dict[int, date] = {}
    for story in made.stories:
        days.setdefault(story.person.id, story.started_on)
    return days


def _moment(day: date, salt: int, *, later: bool = False) -> datetime:
    """An instant of the day, the same each time; ``later`` is when a mistake was found."""
    return datetime.combine(day, time(6 + salt % 4 + 4 * later, salt * 7 % 60), tzinfo=UTC)
