"""What is done in a random history, by several actors in one förbund.

Three tries in four fit: somebody who works there, with what is open, on a day of its own time.
The fourth is wrong in some way: days outside the spell, stale versions, somebody without the
right, a thing that is not there. What holds after each step is in `histories`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import text

from tests.faults.histories import ACTORS, Aim, Held
from tests.integration.worlds import AT_WORK, ON_SUPPORT, TODAY, a_start
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import AttendanceStatus, FollowUpStatus, Gender, WithdrawalReason
from tracking.domain.situation import Occasion
from tracking.services import (
    add_ratings,
    add_to_group_session,
    assess_step,
    close_as_misregistered,
    correct_rating,
    correct_session_date,
    correct_start,
    end_spell,
    record_attempt,
    record_consents,
    record_follow_up,
    record_group_session,
    record_session,
    record_situation,
    register_and_start,
    reopen_spell,
    void_record,
    withdraw_consent,
)
from tracking.services.sessions import GroupRow

aims = st.builds(
    Aim,
    fits=st.sampled_from((True, True, True, False)),
    who=st.sampled_from((*["worker"] * 4, *ACTORS)),
    which=st.integers(0, 30),
    day=st.one_of(st.integers(-120, 0), st.integers(-400, 40)).map(
        lambda n: TODAY + timedelta(days=n)
    ),
    share=st.integers(0, 100),
    stale=st.booleans(),
)
years = st.one_of(st.integers(1962, 2006), st.integers(1962, 2006), st.integers(1900, 2030))
values = st.tuples(*[st.integers(0, 100)] * 4).map(lambda four: RatingValue.filled(*four))
ratings = st.one_of(
    st.dictionaries(st.sampled_from(["ORS", "SRS"]), values, max_size=2),
    st.dictionaries(st.sampled_from(["ORS", "SRS"]), values, max_size=2),
    st.dictionaries(st.sampled_from(["ORS", "SRS", "GSRS"]), values, max_size=3),
)
attended = st.sampled_from((*[AttendanceStatus.PRESENT] * 3, *AttendanceStatus))
reasons = st.sampled_from([*["work", "moved", "illness", "studies", "own_request"] * 2, "no_such"])


class Histories(Held):
    """One history of eighteen things, and of sending one of them again."""

    @rule(aim=aims, insats=st.sampled_from((1, 1, 1, 2, 3, 4)), year=years)
    def starts(self, aim: Aim, insats: int, year: int) -> None:
        if aim.fits:
            insats = self.world.other_insats_id if aim.which % 4 == 0 else self.world.insats_id
        day = TODAY - timedelta(days=2 * (100 - aim.share)) if aim.fits else aim.day
        self._try(
            self._who(aim, insats),
            register_and_start,
            insats_id=insats,
            birth_year=year,
            gender=Gender.WOMAN,
            start=a_start(day, step=StepLevel(1)),
            at=insats,
        )

    @rule(aim=aims, given=ratings, there=attended)
    def talks(self, aim: Aim, given: dict[str, Any], there: AttendanceStatus) -> None:
        spell = self._found(aim, _SPELLS, _OPEN)
        self._try(
            self._who(aim, spell.insats),
            record_session,
            spell_id=spell.row,
            held_on=self._day(aim, spell),
            attendance=there,
            ratings=given if not aim.fits else _alone(given, there),
            at=spell.insats,
        )

    @rule(aim=aims, others=st.lists(st.integers(0, 30), max_size=4), value=values)
    def meets(self, aim: Aim, others: list[int], value: RatingValue) -> None:
        first = self._found(aim, _SPELLS, f"{_OPEN} AND insats_id = {self.world.insats_id}")
        day = self._day(aim, first)
        came = self._those_of(aim, others, day)
        insats = self.world.insats_id
        rows = [GroupRow(one, ratings={"GSRS": value}) for one in dict.fromkeys([first.row, *came])]
        self._try(
            self._who(aim, insats),
            record_group_session,
            insats_id=insats,
            held_on=day,
            rows=rows if aim.fits else rows[1:],
            at=insats,
        )

    @rule(aim=aims, came=st.lists(st.integers(0, 30), max_size=3), value=values)
    def joins_a_meeting(self, aim: Aim, came: list[int], value: RatingValue) -> None:
        meeting = self._found(aim, _SESSIONS, "kind = 'group' AND voided_at IS NULL")
        rows = [
            GroupRow(one, ratings={"GSRS": value})
            for one in self._those_of(aim, came, meeting.first, meeting.row)
        ]
        self._try(
            self._who(aim, meeting.insats),
            add_to_group_session,
            session_id=meeting.row,
            rows=rows,
            at=meeting.insats,
        )

    @rule(aim=aims, value=values)
    def corrects(self, aim: Aim, value: RatingValue) -> None:
        rating = self._found(aim, _RATINGS, "rating.voided_at IS NULL")
        self._try(
            self._who(aim, rating.insats),
            correct_rating,
            rating_id=rating.row,
            value=value,
            why="typing_error",
            version=rating.version,
            at=rating.insats,
        )

    @rule(aim=aims, table=st.sampled_from(["session", "rating"]))
    def voids(self, aim: Aim, table: str) -> None:
        every = _RATINGS if table == "rating" else _SESSIONS
        found = self._found(aim, every, f"{table}.voided_at IS NULL")
        self._try(
            self._who(aim, found.insats),
            void_record,
            table=table,
            row_id=found.row,
            why="wrong_person",
            version=found.version,
            at=found.insats,
        )

    @rule(aim=aims, level=st.integers(1, 7))
    def climbs(self, aim: Aim, level: int) -> None:
        spell = self._found(aim, _SPELLS, _OPEN)
        self._try(
            self._who(aim, spell.insats),
            assess_step,
            spell_id=spell.row,
            level=StepLevel(min(level, 5) if aim.fits else level),
            assessed_on=self._day(aim, spell),
            at=spell.insats,
        )

    @rule(aim=aims, reason=reasons)
    def ends(self, aim: Aim, reason: str) -> None:
        spell = self._found(aim, _SPELLS_TO_END, _OPEN)
        self._try(
            self._who(aim, spell.insats),
            end_spell,
            spell_id=spell.row,
            on=self._day(aim, spell),
            reason=reason,
            situation=AT_WORK,
            step=StepLevel(3) if aim.fits else None,
            version=spell.version,
            at=spell.insats,
        )

    @rule(aim=aims)
    def reopens(self, aim: Aim) -> None:
        spell = self._found(aim, _SPELLS, _ENDED)
        self._try(
            self._who(aim, spell.insats),
            reopen_spell,
            spell_id=spell.row,
            why="wrong_person",
            version=spell.version,
            at=spell.insats,
        )

    @rule(aim=aims, months=st.sampled_from([6, 12, 18]), status=st.sampled_from(FollowUpStatus))
    def follows_up(self, aim: Aim, months: int, status: FollowUpStatus) -> None:
        spell = self._found(aim, _FOLLOW_UPS if aim.fits else _SPELLS)
        self._try(
            self._who(aim, spell.insats),
            record_follow_up,
            spell_id=spell.row,
            months=6 if aim.fits else months,
            status=status,
            on=self._day(aim, spell),
            situation=ON_SUPPORT if status is FollowUpStatus.DONE else None,
            version=spell.version if aim.fits else 1,
            at=spell.insats,
        )

    @rule(aim=aims, months=st.sampled_from([6, 12]))
    def tries_to_reach(self, aim: Aim, months: int) -> None:
        spell = self._found(aim, _FOLLOW_UPS if aim.fits else _SPELLS)
        self._try(
            self._who(aim, spell.insats),
            record_attempt,
            spell_id=spell.row,
            months=6 if aim.fits else months,
            way="phone",
            on=self._day(aim, spell),
            at=spell.insats,
        )

    @rule(aim=aims, given=ratings)
    def finds_the_forms(self, aim: Aim, given: dict[str, Any]) -> None:
        came = self._found(aim, _ATTENDANCES, _WITHOUT_FORMS)
        self._try(
            self._who(aim, came.insats),
            add_ratings,
            attendance_id=came.row,
            ratings=_alone(given) if aim.fits else given,
            at=came.insats,
        )

    @rule(aim=aims)
    def moves_a_talk(self, aim: Aim) -> None:
        talk = self._found(aim, _TALKS, "voided_at IS NULL")
        self._try(
            self._who(aim, talk.insats),
            correct_session_date,
            session_id=talk.row,
            held_on=self._day(aim, talk),
            why="typing_error",
            version=talk.version,
            at=talk.insats,
        )

    @rule(aim=aims)
    def moves_the_start(self, aim: Aim) -> None:
        spell = self._found(aim, _STARTS if aim.fits else _SPELLS)
        self._try(
            self._who(aim, spell.insats),
            correct_start,
            spell_id=spell.row,
            started_on=self._day(aim, spell),
            referrer="employment_service",
            why="typing_error",
            version=spell.version,
            at=spell.insats,
        )

    @rule(aim=aims, contact=st.booleans())
    def consents(self, aim: Aim, contact: bool) -> None:
        spell = self._found(aim, _SPELLS, _OPEN)
        self._try(
            self._who(aim, spell.insats),
            record_consents,
            spell_id=spell.row,
            # What is said anew is refused: a fit is another answer than the one that is there.
            contact=not self._asked_contact(spell.row) if aim.fits else contact,
            disclosure_on=None,
            on=self._day(aim, spell),
            version=spell.version,
            at=spell.insats,
        )

    @rule(aim=aims, occasion=st.sampled_from(Occasion))
    def describes(self, aim: Aim, occasion: Occasion) -> None:
        spell = self._found(aim, _SPELLS, _OPEN)
        self._try(
            self._who(aim, spell.insats),
            record_situation,
            spell_id=spell.row,
            occasion=Occasion.START if aim.fits else occasion,
            value=ON_SUPPORT,
            described_on=self._day(aim, spell),
            at=spell.insats,
        )

    @rule(aim=aims, seldom=st.integers(0, 3))
    def was_never_here(self, aim: Aim, seldom: int) -> None:
        if seldom:
            return  # or nobody is left to do anything with
        spell = self._found(aim, _SPELLS, _OPEN)
        self._try(
            self._who(aim, spell.insats),
            close_as_misregistered,
            spell_id=spell.row,
            why="wrong_person",
            version=spell.version,
            at=spell.insats,
        )

    @rule(aim=aims, reason=st.sampled_from(WithdrawalReason), seldom=st.integers(0, 3))
    def takes_consent_back(self, aim: Aim, reason: WithdrawalReason, seldom: int) -> None:
        if seldom:
            return  # it takes everything of that participant with it
        spell = self._found(aim, _SPELLS, _OPEN)
        self._try(
            self._who(aim, spell.insats),
            withdraw_consent,
            spell_id=spell.row,
            reason=reason,
            on=self._day(aim, spell),
            at=spell.insats,
        )

    @rule(which=st.integers(0, 30))
    def is_sent_once_more(self, which: int) -> None:
        """As a double click, or a browser that never got its answer."""
        self._again(which)

    def _asked_contact(self, spell_id: int) -> bool:
        asked = text("SELECT consent_contact FROM spell WHERE id = :spell")
        with self.world.database.reading() as session:
            return bool(session.execute(asked, {"spell": spell_id}).scalar())

    def _those_of(self, aim: Aim, others: list[int], day: date, meeting: int = 0) -> list[int]:
        """Who could have been at a meeting that day and is not there yet; or any at all."""
        there = (
            f"{_OPEN} AND insats_id = {self.world.insats_id} AND started_on <= '{day}'"
            f" AND id NOT IN (SELECT spell_id FROM attendance WHERE session_id = {meeting})"
        )
        found = [self._found(replace(aim, which=one), _SPELLS, there).row for one in others]
        return list(dict.fromkeys(found))


def _alone(
    given: dict[str, Any], there: AttendanceStatus = AttendanceStatus.PRESENT
) -> dict[str, Any]:
    """Of the forms those that are filled in at a talk by somebody who came."""
    came = there is AttendanceStatus.PRESENT
    return {name: value for name, value in given.items() if came and name != "GSRS"}


_OPEN = "ended_on IS NULL AND misregistered_reason IS NULL"
_ENDED = "ended_on IS NOT NULL AND misregistered_reason IS NULL"
_SPELLS = "SELECT id, version, insats_id, started_on, ended_on FROM spell"
_SPELLS_TO_END = """
SELECT id, version, insats_id,
    max(started_on, coalesce((SELECT max(held_on) FROM attendance JOIN session ON
        session.id = attendance.session_id WHERE attendance.spell_id = spell.id), started_on)),
    NULL
FROM spell"""
_STARTS = f"""
SELECT id, version, insats_id, date(started_on, '-30 days'), started_on FROM spell WHERE {_OPEN}"""
_FOLLOW_UPS = f"""
SELECT id, coalesce((SELECT version FROM follow_up WHERE spell_id = spell.id AND months = 6), 1),
    insats_id, date(ended_on, '+160 days'), min(date(ended_on, '+210 days'), '{TODAY}')
FROM spell WHERE {_ENDED} AND ended_on <= date('{TODAY}', '-170 days')"""
_SESSIONS = "SELECT id, version, insats_id, held_on, held_on FROM session"
_TALKS = f"""
SELECT id, version, insats_id,
    (SELECT max(started_on) FROM attendance JOIN spell ON spell.id = attendance.spell_id
        WHERE attendance.session_id = session.id),
    (SELECT min(coalesce(ended_on, '{TODAY}')) FROM attendance JOIN spell ON
        spell.id = attendance.spell_id WHERE attendance.session_id = session.id)
FROM session"""
_ATTENDANCES = "SELECT id, version, insats_id, NULL, NULL FROM attendance"
_WITHOUT_FORMS = """voided_at IS NULL AND status = 'present'
    AND NOT EXISTS (SELECT 1 FROM rating WHERE rating.attendance_id = attendance.id)"""
_RATINGS = """
SELECT rating.id, rating.version, attendance.insats_id, NULL, NULL FROM rating
JOIN attendance ON attendance.id = rating.attendance_id"""
