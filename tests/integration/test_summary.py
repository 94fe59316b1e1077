"""The spell summary is right whoever writes and however: incremental = rebuilt = worked out slowly.

Random histories are written row by row, with voids, corrections and moved dates. `worked_out`
then tells from the raw rows what the summary must say, with the functions of
`tracking.domain.ladder` and no SQL, on the last day and on any day before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session as DbSession
from sqlmodel import select

from tests.integration.worlds import NOW, STARTED, World, a_spell, a_talk, a_world, standing_still
from tracking.domain.change import DEFAULT_THRESHOLDS, ChangeClass, classify
from tracking.domain.endings import Outcome
from tracking.domain.instruments import INSTRUMENTS, RatingStatus
from tracking.domain.ladder import (
    StepLevel,
    end_level,
    follow_up_due,
    follow_up_level,
    follow_up_window,
    start_level,
)
from tracking.domain.records import (
    AttendanceStatus,
    FollowUpStatus,
    SessionKind,
    SupportMonthsKnown,
)
from tracking.domain.situation import (
    FOLLOW_UPS,
    Occasion,
    SupportSource,
    WorkKind,
    YesNoUnknown,
    follow_up_months,
)
from tracking.store.database import Database
from tracking.store.summary import END_OF_TIME, rebuild, summary_as_of, summary_columns
from tracking.store.tables import (
    Attendance,
    Code,
    DataVersion,
    FollowUp,
    Participant,
    Rating,
    Session,
    Situation,
    SituationSupport,
    Spell,
    SpellSummary,
    StepAssessment,
    ThresholdSet,
    TouchedInsats,
    TouchedSpell,
)
from tracking.store.thresholds import thresholds_on

OCCASIONS = tuple(Occasion)
ANSWERED = tuple(status for status in FollowUpStatus if status is not FollowUpStatus.DUE)

# Chance alone seldom meets the edge of a window, so days lie around what windows hang on.
ENDED = STARTED + timedelta(days=40)
ANCHORS = {
    Occasion.START: STARTED,
    Occasion.DURING: STARTED + timedelta(days=20),
    Occasion.END: ENDED,
} | {occasion: follow_up_due(ENDED, occasion) for occasion in FOLLOW_UPS}
EDGES = (-31, -30, -29, -2, -1, 0, 1, 2, 29, 30, 31, 59, 60, 61)

near_an_anchor = st.tuples(st.sampled_from(tuple(ANCHORS)), st.sampled_from(EDGES))
some_day = near_an_anchor.map(lambda pair: ANCHORS[pair[0]] + timedelta(days=pair[1]))
numbers = st.integers(0, 999)


@dataclass(frozen=True)
class Event:
    """One thing that is written: what, when, and the random numbers that it is made from."""

    what: str
    occasion: Occasion
    on: date
    n: int
    m: int


def an_event(what: str, occasion: Occasion, days: int, n: int, m: int) -> Event:
    if what == "end":
        on = ENDED if n % 3 else ENDED + timedelta(days=days % 5)
    elif what in ("talk", "move"):
        # A few days only, so that several talks meet on one.
        on = STARTED + timedelta(days=n % 4 * 11)
    else:
        on = ANCHORS[occasion] + timedelta(days=days)
    return Event(what, occasion, on, n, m)


KINDS = (
    *["talk"] * 6,
    *["step"] * 6,
    *["situation"] * 5,
    *["follow_up"] * 2,
    *["void"] * 2,
    *["end"] * 3,
    *["correct", "move", "details", "sources", "misregister"],
)
events = st.lists(
    st.builds(
        an_event,
        st.sampled_from(KINDS),
        st.sampled_from(OCCASIONS),
        st.sampled_from(EDGES),
        numbers,
        numbers,
    ),
    min_size=6,
    max_size=30,
)


@pytest.fixture
def shared(database: Database) -> Iterator[World]:
    """One world for all examples of a test; each example has a spell of its own."""
    with standing_still():
        world = a_world(database)
        with database.transaction() as work:
            for key in ("tid", "träning"):
                work.session.add(Code(list_key="need_group", key=key, label=key.capitalize()))
        yield world


class History:
    """Writes events about one spell, each in a transaction of its own."""

    def __init__(self, world: World, spell_id: int) -> None:
        self._world = world
        self._spell_id = spell_id

    def happens(self, event: Event) -> None:
        with self._world.database.transaction() as work:
            spell = work.session.get_one(Spell, self._spell_id)
            getattr(self, event.what)(work.session, spell, event.on, event)

    def _recorded(self) -> dict[str, Any]:
        return {"recorded_at": NOW, "recorded_by": self._world.worker.account_id}

    def talk(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        held = Session(
            insats_id=spell.insats_id,
            held_on=on,
            order_in_day=1 + event.m % 3,
            kind=tuple(SessionKind)[event.n % 3],
            **self._recorded(),
        )
        session.add(held)
        session.flush()
        # Mostly present, as people mostly are.
        status = (*[AttendanceStatus.PRESENT] * 4, *AttendanceStatus)[event.m % 7]
        attendance = Attendance(
            session_id=held.id, spell_id=spell.id, insats_id=spell.insats_id, status=status
        )
        session.add(attendance)
        session.flush()
        for place, instrument in enumerate(INSTRUMENTS):
            if status is AttendanceStatus.PRESENT and (event.n >> place) % 2:
                values = rating_values(event.m + place * 37)
                session.add(
                    Rating(
                        attendance_id=attendance.id,
                        instrument=instrument,
                        **values,
                        **self._recorded(),
                    )
                )

    def step(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        position = event.n % 7 - 1
        session.add(
            StepAssessment(
                spell_id=spell.id,
                ladder_version_id=spell.ladder_version_id,
                position=None if position < 0 else position,
                no_prospects=position < 0,
                occasion=event.occasion,
                assessed_on=on,
                **self._recorded(),
            )
        )

    def situation(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        occasion = event.occasion
        if occasion is Occasion.DURING:
            return
        for there in session.exec(select(Situation).where(Situation.spell_id == spell.id)):
            if there.occasion is occasion and there.voided_at is None:
                self._strike(there)
        session.flush()
        work = tuple(YesNoUnknown)[event.n % 3]
        support = event.n % 4
        row = Situation(
            spell_id=spell.id,
            occasion=occasion,
            described_on=on,
            no_support=support == 0,
            support_unknown=support == 1,
            work=work,
            work_kind=WorkKind.SUBSIDISED if work is YesNoUnknown.YES else None,
            work_percent=50 if work is YesNoUnknown.YES else None,
            studies=YesNoUnknown.NO,
            seeking=tuple(YesNoUnknown)[event.m % 3],
            registered=YesNoUnknown.UNKNOWN,
            **self._recorded(),
        )
        session.add(row)
        session.flush()
        if support > 1:
            self._sources(session, row, event.m)

    def _sources(self, session: DbSession, row: Situation, number: int) -> None:
        for place in {number % 10, number // 10 % 10}:
            source = tuple(SupportSource)[place]
            session.add(SituationSupport(situation_id=row.id, source=source))

    def sources(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        rows = raw(session, spell)
        named = [row for row in rows.situations if not (row.no_support or row.support_unknown)]
        if named:
            chosen = named[event.n % len(named)]
            for row in rows.sources:
                if row.situation_id == chosen.id:
                    session.delete(row)
            session.flush()
            self._sources(session, chosen, event.m)

    def end(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        if spell.ended_on is not None or on < spell.started_on:
            return
        reasons = session.exec(
            select(Code).where(Code.list_key == "end_reason").order_by(Code.key)  # type: ignore[arg-type]
        ).all()
        spell.ended_on = on
        spell.end_reason_id = reasons[event.n % len(reasons)].id
        spell.outcome = (Outcome.COMPLETED, Outcome.INTERRUPTED, Outcome.OUTSIDE)[event.m % 3]
        spell.active_planning = tuple(YesNoUnknown)[event.m % 3]
        for occasion in FOLLOW_UPS[: 1 + event.m % 3]:
            session.add(
                FollowUp(
                    spell_id=spell.id,
                    months=follow_up_months(occasion),
                    due_on=follow_up_due(on, occasion),
                )
            )

    def follow_up(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        rows = session.exec(select(FollowUp).where(FollowUp.spell_id == spell.id)).all()
        if not rows:
            return
        row = rows[event.n % len(rows)]
        row.status = ANSWERED[event.m % len(ANSWERED)]
        done = row.status is FollowUpStatus.DONE
        row.done_on, row.closed_on = (on, None) if done else (None, on)

    def void(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        rows = raw(session, spell)
        candidates = [*rows.attendances, *rows.sessions, *rows.ratings, *rows.steps]
        candidates += rows.situations
        candidates = [row for row in candidates if row.voided_at is None]
        if candidates:
            self._strike(candidates[event.n % len(candidates)])

    def _strike(self, row: Any) -> None:
        row.voided_at, row.voided_by, row.void_reason = NOW, self._world.worker.account_id, "x"

    def correct(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        ratings = raw(session, spell).ratings
        if ratings:
            for name, value in rating_values(event.m).items():
                setattr(ratings[event.n % len(ratings)], name, value)

    def move(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        sessions = raw(session, spell).sessions
        if sessions:
            sessions[event.n % len(sessions)].held_on = on

    def details(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        for place, name in enumerate(("municipality", "education", "need_group")):
            codes = self._codes(session, name)
            setattr(
                spell, f"{name}_id", codes[event.m % len(codes)] if event.n >> place & 1 else None
            )
        bands = self._codes(session, "support_band")
        known = (None, *SupportMonthsKnown)[event.m % 4]
        spell.support_months_known = known
        spell.support_months = min(event.n, 720) if known is SupportMonthsKnown.MONTHS else None
        band = known is SupportMonthsKnown.BAND
        spell.support_band_id = bands[event.n % len(bands)] if band else None
        spell.consent_contact = bool(event.n % 3)

    def _codes(self, session: DbSession, list_key: str) -> list[int | None]:
        rows = session.exec(select(Code.id).where(Code.list_key == list_key)).all()
        assert rows
        return sorted(rows)

    def misregister(self, session: DbSession, spell: Spell, on: date, event: Event) -> None:
        if event.n % 4 == 0:
            spell.ended_on = spell.ended_on or max(on, spell.started_on)
            spell.outcome, spell.misregistered_reason = Outcome.MISREGISTERED, "wrong_person"


def rating_values(number: int) -> dict[str, Any]:
    """A whole rating in one of the four ways."""
    status = (*[RatingStatus.FILLED] * 3, *RatingStatus)[number % 7]
    scales = [number * factor % 101 for factor in (1, 7, 13, 31)]
    filled = status is RatingStatus.FILLED
    total = sum(scales) if filled else number % 401 if status is RatingStatus.TOTAL_ONLY else None
    values: dict[str, Any] = {"status": status, "total": total}
    return values | {f"scale_{n}": v if filled else None for n, v in enumerate(scales, 1)}


@dataclass(frozen=True)
class Raw:
    """Every row of one spell."""

    sessions: list[Session]
    attendances: list[Attendance]
    ratings: list[Rating]
    steps: list[StepAssessment]
    situations: list[Situation]
    follow_ups: list[FollowUp]
    sources: list[SituationSupport]


def raw(session: DbSession, spell: Spell) -> Raw:
    def of(table: type[Any]) -> list[Any]:
        rows = session.exec(select(table).where(table.spell_id == spell.id)).all()
        return sorted(rows, key=lambda row: row.id)

    attendances = of(Attendance)
    sessions = [session.get_one(Session, row.session_id) for row in attendances]
    ids = [row.id for row in attendances]
    ratings = session.exec(select(Rating).where(Rating.attendance_id.in_(ids))).all()  # type: ignore[attr-defined]
    situations = of(Situation)
    described = [row.id for row in situations]
    sources = session.exec(
        select(SituationSupport).where(SituationSupport.situation_id.in_(described))  # type: ignore[attr-defined]
    ).all()
    return Raw(
        sessions,
        attendances,
        sorted(ratings, key=lambda row: row.id or 0),
        of(StepAssessment),
        situations,
        of(FollowUp),
        list(sources),
    )


def worked_out(session: DbSession, spell: Spell, as_of: date) -> dict[str, Any]:
    """What the summary of a spell must say on a day: later values are left out first of all."""
    person = session.get_one(Participant, spell.participant_id)
    rows = raw(session, spell)
    ended = spell.ended_on if spell.ended_on and spell.ended_on <= as_of else None
    gone = spell.outcome is Outcome.MISREGISTERED
    referrer = session.get_one(Code, spell.referrer_id)
    reason = session.get(Code, spell.end_reason_id) if ended and spell.end_reason_id else None
    says: dict[str, Any] = {
        "spell_id": spell.id,
        "insats_id": spell.insats_id,
        "controller_id": spell.controller_id,
        "participant_id": spell.participant_id,
        "gender": person.gender,
        "birth_year": person.birth_year,
        "started_on": spell.started_on,
        "ended_on": ended,
        "outcome": spell.outcome if ended or gone else None,
        "end_reason_key": reason.key if reason else None,
        "end_group_key": reason.group_key if reason else None,
        "referrer_key": referrer.key,
        "support_months_known": spell.support_months_known,
        "support_months": spell.support_months,
        "ladder_version_id": spell.ladder_version_id,
        "responsible_id": spell.responsible_id,
        "consent_contact": spell.consent_contact,
        "consent_disclosure_on": spell.consent_disclosure_on,
        "active_planning": spell.active_planning if ended else None,
    }
    for name in ("education", "municipality", "need_group", "support_band"):
        code_id = getattr(spell, f"{name}_id")
        code = session.get_one(Code, code_id) if code_id is not None else None
        says[f"{name}_key"] = code.key if code else None
    says |= _talks(rows, as_of)
    says |= _ors_class(session, person, says)
    assessments = [
        (row, StepLevel(row.position))
        for row in rows.steps
        if row.voided_at is None and row.assessed_on <= as_of
    ]
    says |= _steps(assessments, spell, ended, rows)
    says |= _situations(rows, ended, as_of)
    says |= _follow_ups(rows, ended, as_of)
    says["start_details_missing"] = sum(
        (
            spell.municipality_id is None,
            spell.education_id is None,
            spell.support_months_known is None,
            says["start_support"] is None,
            says["step_start"] is None,
        )
    )
    dates = [spell.started_on, says["last_seen_on"], ended, says["step_last_on"]]
    dates += says.pop("described_on")
    dates += says.pop("answered_on")
    says["latest_value_on"] = max(day for day in dates if day is not None)
    return says


def _ors_class(session: DbSession, person: Participant, says: dict[str, Any]) -> dict[str, Any]:
    """The class by the thresholds of the day of the last score, and from when these apply."""
    if says["ors_n"] < 2:
        return {"ors_class": None, "ors_class_from": None}
    limits = thresholds_on(session, says["ors_last_on"])
    cutoff = limits.ors_cutoff_for(says["ors_first_on"].year - person.birth_year)
    found = classify(says["ors_first_mm"], says["ors_last_mm"], limits, cutoff_mm=cutoff)
    return {"ors_class": found, "ors_class_from": limits.valid_from}


def _talks(rows: Raw, as_of: date) -> dict[str, Any]:
    present = [
        (held, attendance)
        for held, attendance in zip(rows.sessions, rows.attendances, strict=True)
        if held.voided_at is None
        and attendance.voided_at is None
        and attendance.status is AttendanceStatus.PRESENT
        and held.held_on <= as_of
    ]
    when = {attendance.id: held for held, attendance in present}
    scored = [
        row
        for row in rows.ratings
        if row.voided_at is None and row.total is not None and row.attendance_id in when
    ]

    def in_order(row: Rating) -> tuple[date, int, int]:
        held = when[row.attendance_id]
        return held.held_on, held.order_in_day, row.id or 0

    scored.sort(key=in_order)
    says: dict[str, Any] = {
        "talks_n": sum(held.kind is SessionKind.INDIVIDUAL for held, _ in present),
        "last_seen_on": max((held.held_on for held, _ in present), default=None),
        "talks_without_ors_n": sum(
            held.kind is SessionKind.INDIVIDUAL
            and not any(
                row.attendance_id == attendance.id and row.instrument == "ORS" for row in scored
            )
            for held, attendance in present
        ),
    }
    for instrument in INSTRUMENTS:
        own = [row for row in scored if row.instrument == instrument]
        name = instrument.lower()
        says[f"{name}_n"] = len(own)
        says[f"{name}_first_mm"] = own[0].total if own else None
        says[f"{name}_last_mm"] = own[-1].total if own else None
        says[f"{name}_last_on"] = when[own[-1].attendance_id].held_on if own else None
        if instrument == "SRS":
            says["srs_before_mm"] = own[-2].total if len(own) > 1 else None
            scales = [getattr(own[-1], f"scale_{n}") for n in range(1, 5)] if own else [None]
            says["srs_lowest_mm"] = None if None in scales else min(scales)
        if instrument == "ORS":
            says["ors_first_on"] = when[own[0].attendance_id].held_on if own else None
    return says


def _steps(
    assessments: list[tuple[StepAssessment, StepLevel]], spell: Spell, ended: date | None, rows: Raw
) -> dict[str, Any]:
    def kept(level: StepLevel | None) -> int | None:
        return None if level is None else -1 if level.position is None else level.position

    dated = [(row.assessed_on, level) for row, level in assessments]
    last = max(assessments, key=lambda pair: (pair[0].assessed_on, pair[0].id or 0), default=None)
    says: dict[str, Any] = {
        "step_start": kept(start_level(dated, spell.started_on)),
        "step_end": kept(end_level(dated, ended)) if ended else None,
        "step_last": kept(last[1]) if last else None,
        "step_last_on": last[0].assessed_on if last else None,
    }
    planned = {row.months for row in rows.follow_ups}
    for occasion in FOLLOW_UPS:
        months = follow_up_months(occasion)
        own = [(row.assessed_on, lv) for row, lv in assessments if row.occasion is occasion]
        there = ended is not None and months in planned
        says[f"step_m{months}"] = (
            kept(follow_up_level(own, ended, occasion)) if there and ended else None
        )
    return says


def _situations(rows: Raw, ended: date | None, as_of: date) -> dict[str, Any]:
    planned = {row.months for row in rows.follow_ups}
    says: dict[str, Any] = {"described_on": []}
    for occasion in OCCASIONS:
        if occasion is Occasion.DURING:
            continue
        found = next(
            (
                row
                for row in rows.situations
                if row.occasion is occasion and row.voided_at is None and row.described_on <= as_of
            ),
            None,
        )
        if occasion in FOLLOW_UPS and found is not None:
            counts = (
                ended is not None
                and follow_up_months(occasion) in planned
                and follow_up_window(ended, occasion).contains(found.described_on)
            )
            found = found if counts else None
        name = occasion.value
        support = None
        if found is not None:
            says["described_on"].append(found.described_on)
            support = "none" if found.no_support else "unknown" if found.support_unknown else "some"
        says[f"{name}_support"] = support
        for field in ("work", "work_percent", "studies", "studies_percent"):
            says[f"{name}_{field}"] = getattr(found, field, None)
        if occasion in (Occasion.START, Occasion.END):
            says[f"{name}_work_kind"] = getattr(found, "work_kind", None)
            says[f"{name}_seeking"] = getattr(found, "seeking", None)
            says[f"{name}_sources"] = (
                sum(
                    2 ** list(SupportSource).index(row.source)
                    for row in rows.sources
                    if found is not None and row.situation_id == found.id
                )
                if found is not None
                else None
            )
    return says


def _follow_ups(rows: Raw, ended: date | None, as_of: date) -> dict[str, Any]:
    says: dict[str, Any] = {"answered_on": []}
    for months in (6, 12, 18):
        found = next((row for row in rows.follow_ups if row.months == months and ended), None)
        answered = (found.done_on or found.closed_on) if found else None
        known = answered is None or answered <= as_of
        if answered and known:
            says["answered_on"].append(answered)
        says[f"m{months}_due_on"] = found.due_on if found else None
        says[f"m{months}_status"] = (
            None if found is None else found.status if known else FollowUpStatus.DUE
        )
    return says


def incremental(session: DbSession, spell_id: int) -> dict[str, Any]:
    return session.get_one(SpellSummary, spell_id).model_dump()


def seen_as_of(
    session: DbSession, spell_id: int, as_of: date, wanted: tuple[str, ...] | None = None
) -> dict[str, Any]:
    one = "SELECT id FROM spell WHERE id = :spell_id"
    statement = summary_as_of(one, dialect_of(session), wanted)
    row = session.execute(statement, {"as_of": as_of, "spell_id": spell_id}).one()
    return {name: plain(value) for name, value in row._mapping.items()}


def dialect_of(session: DbSession) -> str:
    return session.get_bind().dialect.name


def plain(value: Any) -> Any:
    """A value as both databases' drivers give it: days as text, yes and no as 1 and 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return None if value is None else value if isinstance(value, int) else str(value)


def plainly(says: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in says.items()}


SOME_COLUMNS = (
    ("gender", "outcome", "step_end", "m6_status", "step_m6"),
    ("ors_class",),
    ("end_sources", "m12_work"),
    ("education_key", "end_reason_key", "last_seen_on"),
    ("latest_value_on",),
)
"""Columns that may be asked for alone: what only the others need is left out of the statement."""

FEW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FEW
@given(history=events)
def test_summary_kept_write_by_write_is_the_rebuilt_one_and_the_one_worked_out_slowly(
    shared: World, history: list[Event]
) -> None:
    spell_id = a_spell(shared).spell_id
    story = History(shared, spell_id)
    for event in history:
        story.happens(event)
    with shared.database.reading() as session:
        kept = incremental(session, spell_id)
        expected = worked_out(session, session.get_one(Spell, spell_id), END_OF_TIME)
    assert set(expected) == set(summary_columns())
    assert kept == expected
    with shared.database.transaction() as work:
        rebuild(work.session)
    with shared.database.reading() as session:
        assert incremental(session, spell_id) == kept


@FEW
@given(history=events, as_of=some_day)
def test_summary_as_of_a_day_knows_nothing_dated_after_it(
    shared: World, history: list[Event], as_of: date
) -> None:
    spell_id = a_spell(shared).spell_id
    story = History(shared, spell_id)
    for event in history:
        story.happens(event)
    with shared.database.reading() as session:
        spell = session.get_one(Spell, spell_id)
        seen = seen_as_of(session, spell_id, as_of)
        assert seen == plainly(worked_out(session, spell, as_of))
        assert seen_as_of(session, spell_id, END_OF_TIME) == plainly(incremental(session, spell_id))
        for some in SOME_COLUMNS:
            assert seen_as_of(session, spell_id, as_of, some) == {name: seen[name] for name in some}


@FEW
@given(history=events, later=events, as_of=some_day)
def test_value_dated_after_the_day_changes_nothing_on_that_day(
    shared: World, history: list[Event], later: list[Event], as_of: date
) -> None:
    spell_id = a_spell(shared).spell_id
    story = History(shared, spell_id)
    for event in history:
        story.happens(event)
    with shared.database.reading() as session:
        before = seen_as_of(session, spell_id, as_of)
        situations = raw(session, session.get_one(Spell, spell_id)).situations
    described = {row.occasion for row in situations if row.voided_at is None}
    for event in later:
        # A situation that replaces another strikes it out, and that is no later value.
        adds = event.what in ("talk", "step") or (
            event.what == "situation" and event.occasion not in described
        )
        if adds:
            after = as_of + timedelta(days=1 + event.n % 40)
            story.happens(replace(event, on=after))
    with shared.database.reading() as session:
        assert seen_as_of(session, spell_id, as_of) == before


def test_nothing_is_left_touched_after_a_write(shared: World) -> None:
    spell = a_spell(shared)
    a_talk(shared, spell.spell_id, STARTED)
    with shared.database.reading() as session:
        assert session.exec(select(TouchedSpell)).all() == []
        assert session.exec(select(TouchedInsats)).all() == []


def test_data_version_grows_by_one_with_every_write_that_touches_the_insats(
    shared: World,
) -> None:
    def version(insats_id: int) -> int:
        with shared.database.reading() as session:
            return session.get_one(DataVersion, insats_id).version

    spell = a_spell(shared)
    before, elsewhere = version(shared.insats_id), version(shared.other_insats_id)
    a_talk(shared, spell.spell_id, STARTED)
    assert version(shared.insats_id) == before + 1
    assert version(shared.other_insats_id) == elsewhere


def test_write_past_the_orm_reaches_the_summary(shared: World) -> None:
    spell = a_spell(shared)
    a_talk(shared, spell.spell_id, STARTED)
    with shared.database.transaction() as work:
        work.session.execute(
            text(
                "UPDATE rating SET status = 'total_only', total = 333, scale_1 = NULL,"
                " scale_2 = NULL, scale_3 = NULL, scale_4 = NULL"
            )
        )
    with shared.database.reading() as session:
        assert session.get_one(SpellSummary, spell.spell_id).ors_last_mm == 333


LATER = STARTED + timedelta(days=20)
EDGE_SCORES = (0, 189, 190, 191, 199, 200, 239, 240, 249, 250, 251, 279, 280, 309, 310, 340, 400)


def limits_from(world: World, valid_from: date, **more: Any) -> None:
    values = {name: getattr(DEFAULT_THRESHOLDS, name) for name in DEFAULT_THRESHOLDS.__slots__}
    with world.database.transaction() as work:
        for old in work.session.exec(
            select(ThresholdSet).where(ThresholdSet.valid_from == valid_from)
        ).all():
            work.session.delete(old)
        work.session.flush()
        work.session.add(ThresholdSet(**{**values, "valid_from": valid_from, **more}))


def rated(world: World, spell_id: int, first: int, last: int) -> None:
    with world.database.transaction() as work:
        for place, total in (("min", first), ("max", last)):
            work.session.execute(
                text(
                    "UPDATE rating SET status = 'total_only', total = :total, scale_1 = NULL,"
                    " scale_2 = NULL, scale_3 = NULL, scale_4 = NULL WHERE instrument = 'ORS' AND"
                    f" attendance_id = (SELECT {place}(id) FROM attendance WHERE spell_id = :spell)"
                ),
                {"total": total, "spell": spell_id},
            )


def stored_class(world: World, spell_id: int) -> tuple[Any, Any]:
    with world.database.reading() as session:
        row = session.get_one(SpellSummary, spell_id)
        return row.ors_class, row.ors_class_from


@pytest.mark.parametrize("ties", [True, False], ids=["tie_counts", "tie_does_not"])
@pytest.mark.parametrize("age", [16, 40])
def test_the_stored_class_is_the_one_that_the_domain_gives_at_every_edge(
    shared: World, age: int, ties: bool
) -> None:
    limits_from(shared, date(2020, 1, 1), tie_counts=ties)
    limits = replace(DEFAULT_THRESHOLDS, tie_counts=ties)
    spell_id = a_spell(shared).spell_id
    a_talk(shared, spell_id, STARTED)
    assert stored_class(shared, spell_id) == (None, None)
    a_talk(shared, spell_id, STARTED + timedelta(days=7))
    with shared.database.transaction() as work:
        work.session.execute(
            text("UPDATE participant SET birth_year = :year"), {"year": STARTED.year - age}
        )
    for first in EDGE_SCORES:
        for last in EDGE_SCORES[:: 1 if first in (190, 249, 250, 279) else 6]:
            rated(shared, spell_id, first, last)
            expected = classify(first, last, limits, cutoff_mm=limits.ors_cutoff_for(age))
            assert stored_class(shared, spell_id) == (expected, date(2020, 1, 1)), (first, last)


def test_each_class_is_stored_with_the_thresholds_of_its_last_score(shared: World) -> None:
    earlier, later = a_spell(shared).spell_id, a_spell(shared).spell_id
    for spell_id, start in ((earlier, STARTED), (later, LATER)):
        a_talk(shared, spell_id, start)
        a_talk(shared, spell_id, start + timedelta(days=7))
        rated(shared, spell_id, 300, 355)
    assert stored_class(shared, later)[0] is ChangeClass.UNCHANGED
    # A later set leaves those alone who were measured before it.
    limits_from(shared, LATER, reliable_change_mm=50)
    assert stored_class(shared, earlier)[0] is ChangeClass.UNCHANGED
    assert stored_class(shared, later) == (ChangeClass.IMPROVED, LATER)
    # One that is dated back reaches them, and the summary made anew says the same.
    limits_from(shared, STARTED, reliable_change_mm=50)
    assert stored_class(shared, earlier) == (ChangeClass.IMPROVED, STARTED)
    kept = stored_class(shared, earlier), stored_class(shared, later)
    with shared.database.transaction() as work:
        rebuild(work.session)
    assert (stored_class(shared, earlier), stored_class(shared, later)) == kept
