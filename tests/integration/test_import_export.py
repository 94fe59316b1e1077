"""Export → import into an empty förbund gives the same insats again, whatever was recorded.

The records are made at random by the services; what a service refuses is left out. Two insatser
are the same when their exports are, and their summaries but for the numbers that a database
gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from tests.databases import Sqlite
from tests.integration.test_import_answers import asks
from tests.integration.test_import_round_trip import levels, ratings, situations
from tests.integration.test_import_workbooks import summary_is_right
from tests.integration.worlds import World, a_key, a_start, a_world, standing_still, version_of
from tracking.domain.errors import StegvisError
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import NO_PROSPECTS, StepLevel
from tracking.domain.records import (
    AttendanceStatus,
    FollowUpStatus,
    Gender,
    QuestionKind,
    SessionKind,
)
from tracking.domain.situation import Occasion, SituationValue, SupportSource, YesNoUnknown
from tracking.exchange import apply, dry_run, propose_mapping, read_workbook
from tracking.exchange.exporting.files import to_excel
from tracking.outcomes.export import ANSWERS, export_insats
from tracking.outcomes.imports import import_vocabulary
from tracking.services import (
    assess_step,
    end_spell,
    record_attempt,
    record_follow_up,
    record_session,
    record_situation,
    register_and_start,
)
from tracking.services.answers import record_answers
from tracking.services.sessions import GroupRow, record_group_session
from tracking.services.starts import PastEnd, start_spell
from tracking.store.database import Database
from tracking.store.tables import FollowUp, Participant, Question, Spell, SpellSummary

FIRST = date(2024, 2, 1)
ORDER = (
    ImportKind.SPELLS,
    ImportKind.SITUATIONS,
    ImportKind.STEPS,
    ImportKind.RATINGS,
    ImportKind.FOLLOW_UPS,
)
ANSWERS_SHEET = "Svar på frågor"
SHEETS = (
    *((kind, "Situationer" if kind is ImportKind.SITUATIONS else kind.label) for kind in ORDER),
    (ImportKind.SITUATIONS, ANSWERS_SHEET),
)
NUMBERS_OF_A_DATABASE = ("spell_id", "participant_id", "insats_id", "controller_id")

at = st.integers(0, 760).map(lambda n: FIRST + timedelta(days=n))
whose = st.integers(0, 3)
acts = st.one_of(
    st.tuples(st.just("register"), st.integers(1955, 2007), st.sampled_from(Gender), at),
    st.tuples(st.just("again"), whose, at, st.integers(0, 200)),
    st.tuples(
        st.just("talk"), whose, at, ratings(), st.sampled_from(["individual", "phone"]),
        st.sampled_from(AttendanceStatus),
    ),
    st.tuples(st.just("group"), st.lists(whose, min_size=1, unique=True), at, ratings()),
    st.tuples(st.just("situation"), whose, st.sampled_from([Occasion.START, Occasion.END]),
              situations()),
    st.tuples(st.just("step"), whose, at, levels),
    st.tuples(
        st.just("answer"), whose, st.sampled_from([Occasion.START, Occasion.END, Occasion.M6]),
        st.frozensets(st.integers(1, 2)),
    ),
    st.tuples(
        st.just("end"), whose, at, st.sampled_from(["work", "illness", "moved", "deceased"]),
        st.none() | levels,
    ),
    st.tuples(st.just("follow_up"), whose, at, st.sampled_from(FollowUpStatus), situations()),
)  # fmt: skip


SAID = SituationValue(
    sources=frozenset({SupportSource.INCOME_SUPPORT, SupportSource.STUDY_SUPPORT}),
    work=YesNoUnknown.NO,
    studies=YesNoUnknown.YES,
    studies_percent=50,
    seeking=YesNoUnknown.UNKNOWN,
    registered_af=YesNoUnknown.YES,
)
ORS = RatingValue.filled(45, 50, 62, 31)
ALWAYS: tuple[tuple[Any, ...], ...] = (
    ("register", 1990, Gender.WOMAN, FIRST),
    ("register", 1985, Gender.MAN, FIRST + timedelta(days=20)),
    ("talk", 0, FIRST, {"ORS": ORS}, "individual", AttendanceStatus.PRESENT),
    ("talk", 0, FIRST, {"SRS": RatingValue.total_only(0)}, "phone", AttendanceStatus.PRESENT),
    ("group", [0, 1], FIRST + timedelta(days=40), {"GSRS": RatingValue.incomplete()}),
    ("situation", 0, Occasion.START, SAID),
    ("step", 0, FIRST + timedelta(days=3), StepLevel(1)),
    ("end", 0, FIRST + timedelta(days=200), "work", NO_PROSPECTS),
    ("situation", 0, Occasion.END, SAID),
    ("follow_up", 0, FIRST + timedelta(days=390), FollowUpStatus.DONE, SAID),
    ("answer", 0, Occasion.START, frozenset({2})),
    ("answer", 0, Occasion.END, frozenset({1, 2})),
    ("answer", 0, Occasion.M6, frozenset()),
    ("again", 0, FIRST + timedelta(days=300), 60),
    ("register", 2001, Gender.UNKNOWN, FIRST + timedelta(days=60)),
)
"""What every example has, so that none is empty; the rest comes at random."""


@contextmanager
def a_forbund(databases: Sqlite) -> Iterator[World]:
    """An empty förbund on a database of its own."""
    with databases.fresh(migrated=True) as url:
        database = Database.open(url)
        world = a_world(database)
        asks(world, "Vad hjälper dig?", "Tid, och lugn", "Samtal", kind=QuestionKind.SEVERAL_OF)
        yield world
        database.close()


def do(world: World, spells: list[tuple[int, int]], act: tuple[Any, ...]) -> None:
    """One act by hand; raises what the services refuse."""
    what, *told = act
    common: dict[str, Any] = {"key": a_key()}
    here = (world.database, world.worker)
    if what == "register":
        year, gender, on = told
        start = a_start(on, consent_contact=year % 5 != 0)
        made = register_and_start(
            *here, insats_id=world.insats_id, birth_year=year, gender=gender, start=start, **common
        )
        with world.database.reading() as session:
            person = session.exec(select(Participant.id).where(Participant.code == made.code)).one()
        spells.append((made.spell_id, person or 0))
        return
    if what == "group":
        some, on, given = told
        rows = [GroupRow(spells[place % len(spells)][0], ratings=given) for place in some if spells]
        record_group_session(*here, insats_id=world.insats_id, held_on=on, rows=rows, **common)
        return
    spell_id, person = spells[told[0] % len(spells)]
    if what == "again":
        _, on, length = told
        end = PastEnd(on + timedelta(days=length), "studies")
        start_spell(
            *here, participant_id=person, insats_id=world.insats_id,
            start=a_start(on, end=end), **common,
        )  # fmt: skip
    elif what == "talk":
        _, on, given, kind, status = told
        record_session(
            *here, spell_id=spell_id, held_on=on, kind=SessionKind(kind), attendance=status,
            ratings=given if status is AttendanceStatus.PRESENT else {}, **common,
        )  # fmt: skip
    elif what == "situation":
        _, occasion, value = told
        record_situation(
            *here, spell_id=spell_id, occasion=occasion, value=value,
            described_on=date(2026, 3, 1), **common,
        )  # fmt: skip
    elif what == "step":
        _, on, level = told
        assess_step(*here, spell_id=spell_id, level=level, assessed_on=on, **common)
    elif what == "answer":
        _, occasion, chosen = told
        answer_it(world, spell_id, occasion, chosen)
    elif what == "end":
        _, on, reason, level = told
        end_spell(
            *here, spell_id=spell_id, on=on, reason=reason, step=level,
            version=version_of(world, spell_id), **common,
        )  # fmt: skip
    else:
        _, on, status, value = told
        with world.database.reading() as session:
            follow_up = session.exec(
                select(FollowUp).where(FollowUp.spell_id == spell_id, FollowUp.months == 6)
            ).one_or_none()
        if follow_up is None:
            return
        if status is FollowUpStatus.NOT_REACHED:
            record_attempt(*here, spell_id=spell_id, months=6, way="phone", on=on, key=a_key())
        record_follow_up(
            *here, spell_id=spell_id, months=6, status=status, on=on,
            situation=value if status is FollowUpStatus.DONE else None,
            version=follow_up.version, **common,
        )  # fmt: skip


def answer_it(world: World, spell_id: int, occasion: Occasion, chosen: frozenset[int]) -> None:
    """The insats's own question answered on the occasion's day, if it was."""
    with world.database.reading() as session:
        asked = session.exec(select(Question.id).where(Question.insats_id == world.insats_id)).one()
        spell = session.get_one(Spell, spell_id)
        done = session.exec(
            select(FollowUp.done_on).where(FollowUp.spell_id == spell_id, FollowUp.months == 6)
        ).one_or_none()
    days = {Occasion.START: spell.started_on, Occasion.END: spell.ended_on, Occasion.M6: done}
    on = days[occasion]
    if on is not None and asked is not None:
        record_answers(
            world.database, world.worker, spell_id=spell_id, occasion=occasion, on=on,
            answers={asked: chosen}, key=a_key(),
        )  # fmt: skip


def exported(world: World) -> Any:
    """The insats's export, by somebody who may take it out."""
    head = replace(world.worker, grants=(*world.worker.grants, *world.lead.grants))
    return export_insats(
        world.database, head, world.insats_id, page="exportera", form="Excel"
    ).value


def summaries(world: World) -> list[dict[str, Any]]:
    """Every spell's summary, without the numbers that a database gives by itself."""
    with world.database.reading() as session:
        rows = session.exec(
            select(SpellSummary, Participant.code)
            .join(Participant, col(Participant.id) == col(SpellSummary.participant_id))
            .order_by(col(Participant.code), col(SpellSummary.started_on))
        )
        return [
            {"code": code}
            | {k: v for k, v in row.model_dump().items() if k not in NUMBERS_OF_A_DATABASE}
            for row, code in rows
        ]


@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(acts, max_size=15))
def test_export_read_into_an_empty_forbund_gives_the_same_insats(
    sqlite_databases: Sqlite, recorded: list[tuple[Any, ...]]
) -> None:
    with standing_still(), a_forbund(sqlite_databases) as one, a_forbund(sqlite_databases) as two:
        spells: list[tuple[int, int]] = []
        for act in (*ALWAYS, *recorded):
            try:
                do(one, spells, act)
            except StegvisError:
                continue
        first = exported(one)
        assert all(first.tables[kind] for kind in (*ORDER, ANSWERS))
        book = read_workbook(to_excel(first))
        questions = import_vocabulary(two.database, two.worker, two.insats_id).questions
        for kind, title in SHEETS:
            sheet = next((t for t in book.tables if t.name == title), None)
            if sheet is None or not sheet.row_count:
                continue
            mapping = propose_mapping(sheet, kind=kind, questions=questions)
            plan = dry_run(sheet, mapping, two.worker, insats_id=two.insats_id)
            assert plan.refused == 0, [row for row in plan.rows if row.state == "refused"]
            if plan.new:
                apply(plan, two.worker)
        assert exported(two).tables == first.tables
        assert summaries(two) == summaries(one)
        assert summary_is_right(two)
