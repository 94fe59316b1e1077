"""What is done in a random history, by several actors in one förbund.

Much of what is tried is wrong in some way: days outside the spell, stale versions, somebody
without the right, a key used before. What holds after each step is in `histories`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.faults.histories import ACTORS, Held
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

actors = st.sampled_from((*["worker"] * 8, *["colleague"] * 2, *ACTORS))
days = st.one_of(st.integers(-120, 0), st.integers(-120, 0), st.integers(-400, 40)).map(
    lambda n: TODAY + timedelta(days=n)
)
years = st.one_of(st.integers(1962, 2006), st.integers(1962, 2006), st.integers(1900, 2030))
insatser = st.sampled_from((1, 1, 1, 1, 2, 3, 4))
stale = st.sampled_from((False, False, False, True))
some = st.integers(0, 30)
"""Which of what there is: taken modulo how many there are, one too many included."""
values = st.tuples(*[st.integers(0, 100)] * 4).map(lambda four: RatingValue.filled(*four))
ratings = st.one_of(
    st.dictionaries(st.sampled_from(["ORS", "SRS"]), values, max_size=2),
    st.dictionaries(st.sampled_from(["ORS", "SRS", "GSRS"]), values, max_size=3),
)
attended = st.sampled_from((AttendanceStatus.PRESENT, *AttendanceStatus))
reasons = st.sampled_from(["work", "moved", "illness", "other", "no_such_reason"])


class Histories(Held):
    """One history of eighteen things, and of sending one of them again."""

    @rule(who=actors, insats=insatser, day=days, year=years)
    def starts(self, who: str, insats: int, day: date, year: int) -> None:
        self._try(
            who,
            register_and_start,
            insats_id=insats,
            birth_year=year,
            gender=Gender.WOMAN,
            start=a_start(day, step=StepLevel(1)),
            at=insats,
        )

    @rule(who=actors, which=some, day=days, given=ratings, there=attended)
    def talks(
        self, who: str, which: int, day: date, given: dict[str, Any], there: AttendanceStatus
    ) -> None:
        spell, insats = self._spell(which)
        self._try(
            who,
            record_session,
            spell_id=spell,
            held_on=day,
            attendance=there,
            ratings=given,
            at=insats,
        )

    @rule(who=actors, which=st.lists(some, max_size=4, unique=True), day=days, value=values)
    def meets(self, who: str, which: list[int], day: date, value: RatingValue) -> None:
        rows = [GroupRow(self._spell(one)[0], ratings={"GSRS": value}) for one in which]
        insats = self.world.insats_id
        self._try(who, record_group_session, insats_id=insats, held_on=day, rows=rows, at=insats)

    @rule(who=actors, which=some, value=values, stale=stale)
    def corrects(self, who: str, which: int, value: RatingValue, stale: bool) -> None:
        row, version, insats = self._one(_RATINGS, which)
        self._try(
            who,
            correct_rating,
            rating_id=row,
            value=value,
            why="typing_error",
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, stale=stale, table=st.sampled_from(["session", "rating"]))
    def voids(self, who: str, which: int, stale: bool, table: str) -> None:
        row, version, insats = self._one(_RATINGS if table == "rating" else _SESSIONS, which)
        self._try(
            who,
            void_record,
            table=table,
            row_id=row,
            why="wrong_person",
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, level=st.integers(1, 7), day=days)
    def climbs(self, who: str, which: int, level: int, day: date) -> None:
        spell, insats = self._spell(which)
        step = StepLevel(level)
        self._try(who, assess_step, spell_id=spell, level=step, assessed_on=day, at=insats)

    @rule(who=actors, which=some, day=days, reason=reasons, stale=stale)
    def ends(self, who: str, which: int, day: date, reason: str, stale: bool) -> None:
        spell, version, insats = self._one(_SPELLS, which)
        self._try(
            who,
            end_spell,
            spell_id=spell,
            on=day,
            reason=reason,
            situation=AT_WORK,
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, stale=stale)
    def reopens(self, who: str, which: int, stale: bool) -> None:
        spell, version, insats = self._one(_SPELLS, which)
        self._try(
            who,
            reopen_spell,
            spell_id=spell,
            why="wrong_person",
            version=version + stale,
            at=insats,
        )

    @rule(
        who=actors,
        which=some,
        months=st.sampled_from([6, 12, 18]),
        status=st.sampled_from(FollowUpStatus),
        day=days,
    )
    def follows_up(
        self, who: str, which: int, months: int, status: FollowUpStatus, day: date
    ) -> None:
        spell, insats = self._spell(which)
        self._try(
            who,
            record_follow_up,
            spell_id=spell,
            months=months,
            status=status,
            on=day,
            situation=ON_SUPPORT if status is FollowUpStatus.DONE else None,
            version=1,
            at=insats,
        )

    @rule(who=actors, which=some, months=st.sampled_from([6, 12]), day=days)
    def tries_to_reach(self, who: str, which: int, months: int, day: date) -> None:
        spell, insats = self._spell(which)
        self._try(
            who, record_attempt, spell_id=spell, months=months, way="phone", on=day, at=insats
        )

    @rule(who=actors, which=some, given=ratings)
    def finds_the_forms(self, who: str, which: int, given: dict[str, Any]) -> None:
        row, _, insats = self._one(_ATTENDANCES, which)
        self._try(who, add_ratings, attendance_id=row, ratings=given, at=insats)

    @rule(who=actors, which=some, came=st.lists(some, max_size=3, unique=True), value=values)
    def joins_a_meeting(self, who: str, which: int, came: list[int], value: RatingValue) -> None:
        row, _, insats = self._one(_MEETINGS, which)
        rows = [GroupRow(self._spell(one)[0], ratings={"GSRS": value}) for one in came]
        self._try(who, add_to_group_session, session_id=row, rows=rows, at=insats)

    @rule(who=actors, which=some, day=days, stale=stale)
    def moves_a_talk(self, who: str, which: int, day: date, stale: bool) -> None:
        row, version, insats = self._one(_SESSIONS, which)
        self._try(
            who,
            correct_session_date,
            session_id=row,
            held_on=day,
            why="typing_error",
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, day=days, stale=stale)
    def moves_the_start(self, who: str, which: int, day: date, stale: bool) -> None:
        row, version, insats = self._one(_SPELLS, which)
        self._try(
            who,
            correct_start,
            spell_id=row,
            started_on=day,
            referrer="employment_service",
            why="typing_error",
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, contact=st.booleans(), day=days, stale=stale)
    def consents(self, who: str, which: int, contact: bool, day: date, stale: bool) -> None:
        row, version, insats = self._one(_SPELLS, which)
        self._try(
            who,
            record_consents,
            spell_id=row,
            contact=contact,
            disclosure_on=None,
            on=day,
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, occasion=st.sampled_from(Occasion), day=days)
    def describes(self, who: str, which: int, occasion: Occasion, day: date) -> None:
        row, insats = self._spell(which)
        self._try(
            who,
            record_situation,
            spell_id=row,
            occasion=occasion,
            value=ON_SUPPORT,
            described_on=day,
            at=insats,
        )

    @rule(who=actors, which=some, stale=stale)
    def was_never_here(self, who: str, which: int, stale: bool) -> None:
        row, version, insats = self._one(_SPELLS, which)
        self._try(
            who,
            close_as_misregistered,
            spell_id=row,
            why="wrong_person",
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, reason=st.sampled_from(WithdrawalReason), day=days)
    def takes_consent_back(self, who: str, which: int, reason: WithdrawalReason, day: date) -> None:
        row, insats = self._spell(which)
        self._try(who, withdraw_consent, spell_id=row, reason=reason, on=day, at=insats)

    @rule(which=some)
    def is_sent_once_more(self, which: int) -> None:
        """As a double click, or a browser that never got its answer."""
        self._again(which)

    def _spell(self, which: int) -> tuple[int, int | None]:
        row, _, insats = self._one(_SPELLS, which)
        return row, insats


_SPELLS = "SELECT id, version, insats_id FROM spell ORDER BY id"
_SESSIONS = "SELECT id, version, insats_id FROM session ORDER BY id"
_MEETINGS = "SELECT id, version, insats_id FROM session WHERE kind = 'group' ORDER BY id"
_ATTENDANCES = "SELECT id, version, insats_id FROM attendance ORDER BY id"
_RATINGS = """
SELECT rating.id, rating.version, attendance.insats_id FROM rating
JOIN attendance ON attendance.id = rating.attendance_id ORDER BY rating.id"""
