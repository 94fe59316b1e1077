"""What a process that is going to be killed does: eight things that staff do, by the services,
and two of the administrator's, a release prepared and published.

An act is chosen, told, done, and can be done again with the same key by somebody else, as a
browser does that never got its answer. `whole` says whether all of it stands in the database.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session as DbSession

from tests.integration.worlds import AT_WORK, a_start
from tracking.access.actors import Actor, load_actor
from tracking.domain import clock
from tracking.domain.import_records import ImportKind, SpellRecord
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import Gender
from tracking.outcomes.releases import prepare_release, publish_release
from tracking.services import (
    assess_step,
    correct_rating,
    end_spell,
    record_group_session,
    record_session,
    register_and_start,
    void_record,
)
from tracking.services.imports import apply_import
from tracking.services.sessions import GroupRow
from tracking.store.database import Database

STARTED = date(2025, 9, 1)
LAST_DAY = date(2026, 3, 10)
IN_A_GROUP = 4
IN_A_FILE = 6
PREPARE, PUBLISH = "prepare", "publish"
PUBLISHER = "publicerar"


@dataclass(frozen=True)
class Act:
    """One thing to do. ``of`` is the row that it is done to, 0 for none."""

    what: str
    key: str
    of: int = 0
    day: date = STARTED
    scales: tuple[int, int, int, int] = (0, 0, 0, 0)
    spells: tuple[int, ...] = field(default=())
    words: str = ""

    @property
    def kind(self) -> str:
        """Acts of one kind leave equally many rows: a year's last release holds the year too."""
        return f"{self.what} {self.words[-2:]}" if self.what == PREPARE else self.what


def choose(session: DbSession, dice: random.Random, insats_id: int) -> Act:
    """What to do next, among what can be done now."""
    open_spells = _column(
        session,
        "SELECT id FROM spell WHERE insats_id = :id AND ended_on IS NULL ORDER BY id",
        id=insats_id,
    )
    key = str(UUID(int=dice.getrandbits(128), version=4))
    scales = _scales(dice, (0, 0, 0, 0))
    day = STARTED + timedelta(days=dice.randint(0, (LAST_DAY - STARTED).days))
    kinds = ["talk"] * 4 + ["group", "start", "step", "correct", "void", "exit", "import"]
    if len(open_spells) < IN_A_GROUP + 1:
        kinds = ["start"]
    what = dice.choice(kinds)
    begin = Act("start", key, of=insats_id)
    if what == "correct":
        left = _column(session, _UNCORRECTED, id=insats_id)
        # Other values than any that were typed first, each of them and their sum, so that a
        # correction leaves as many rows of history each time.
        scales = _scales(dice, (1, 1, 1, 2))
        return Act(what, key, of=dice.choice(left), scales=scales) if left else begin
    if what == "import":
        return Act(what, key, of=insats_id)
    if what == "void":
        left = _column(session, _UNTOUCHED_TALKS, id=insats_id)
        return Act(what, key, of=dice.choice(left)) if left else begin
    if what == "exit":
        empty = _column(session, _SPELLS_WITHOUT_RECORDS, id=insats_id)
        return Act(what, key, of=dice.choice(empty), day=LAST_DAY) if empty else begin
    if what == "group":
        together = tuple(sorted(dice.sample(open_spells, IN_A_GROUP)))
        return Act(what, key, of=insats_id, day=day, scales=scales, spells=together)
    if what == "start":
        return begin
    return Act(what, key, of=dice.choice(open_spells), day=day, scales=scales)


def _scales(dice: random.Random, over: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    one, two, three, four = (4 * dice.randint(0, 24) + rest for rest in over)
    return one, two, three, four


# Each is corrected, voided or ended once at most, so that the same act leaves as many rows
# each time and what a half one left would be missed nowhere.
_UNCORRECTED = """
SELECT rating.id FROM rating JOIN attendance ON attendance.id = rating.attendance_id
JOIN session ON session.id = attendance.session_id
WHERE rating.version = 1 AND rating.instrument = 'ORS' AND session.voided_at IS NULL
  AND session.insats_id = :id ORDER BY rating.id"""
_UNTOUCHED_TALKS = """
SELECT session.id FROM session WHERE voided_at IS NULL AND kind = 'individual'
  AND insats_id = :id AND NOT EXISTS (
    SELECT 1 FROM rating JOIN attendance ON attendance.id = rating.attendance_id
    WHERE attendance.session_id = session.id AND rating.version > 1) ORDER BY session.id"""
_SPELLS_WITHOUT_RECORDS = """
SELECT id FROM spell WHERE insats_id = :id AND ended_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM step_assessment WHERE spell_id = spell.id) ORDER BY id"""


def do(database: Database, actor: Actor, act: Act) -> int:
    """Do it, and answer with the number of what it made or changed."""
    return _DOES[act.what](database, actor, act)


def _talk(database: Database, actor: Actor, act: Act) -> int:
    value = RatingValue.filled(*act.scales)
    return record_session(
        database,
        actor,
        spell_id=act.of,
        held_on=act.day,
        ratings={"ORS": value, "SRS": value},
        key=act.key,
    ).session_id


def _group(database: Database, actor: Actor, act: Act) -> int:
    value = RatingValue.filled(*act.scales)
    rows = [GroupRow(spell_id, ratings={"GSRS": value}) for spell_id in act.spells]
    return record_group_session(
        database, actor, insats_id=act.of, held_on=act.day, rows=rows, key=act.key
    ).session_id


def _start(database: Database, actor: Actor, act: Act) -> int:
    return register_and_start(
        database,
        actor,
        insats_id=act.of,
        birth_year=1990,
        gender=Gender.WOMAN,
        start=a_start(STARTED),
        key=act.key,
    ).spell_id


def _step(database: Database, actor: Actor, act: Act) -> int:
    return assess_step(
        database, actor, spell_id=act.of, level=StepLevel(3), assessed_on=act.day, key=act.key
    ).assessment_id


def _correct(database: Database, actor: Actor, act: Act) -> int:
    correct_rating(
        database,
        actor,
        rating_id=act.of,
        value=RatingValue.filled(*act.scales),
        why="typing_error",
        version=1,
        key=act.key,
    )
    return act.of


def _void(database: Database, actor: Actor, act: Act) -> int:
    void_record(
        database, actor, table="session", row_id=act.of, why="wrong_person", version=1, key=act.key
    )
    return act.of


def _exit(database: Database, actor: Actor, act: Act) -> int:
    end_spell(
        database,
        actor,
        spell_id=act.of,
        on=act.day,
        reason="work",
        situation=AT_WORK,
        step=StepLevel(4),
        version=1,
        key=act.key,
    )
    return act.of


def _called(act: Act) -> str:
    """How the file's own numbers begin; letters, since digits could look like a personnummer."""
    return act.key[:8].translate(str.maketrans("0123456789", "ghijklmnop"))


def _import(database: Database, actor: Actor, act: Act) -> int:
    """A file of new participants: every row of it, or none."""
    return apply_import(
        database,
        actor,
        insats_id=act.of,
        kind=ImportKind.SPELLS,
        rows=[
            SpellRecord(
                row=number,
                key=f"{_called(act)}{number}",
                started_on=act.day,
                birth_year=1985,
                gender=Gender.MAN,
                referrer="employment_service",
                consent_follow_up=True,
                consent_contact=False,
            )
            for number in range(2, 2 + IN_A_FILE)
        ],
        file_hash=act.key.replace("-", "") * 2,
        key=act.key,
    ).import_id


def _prepare(database: Database, _actor: Actor, act: Act) -> int:
    """A release of a half-year: counted, protected, tried against all before it, and stored."""
    return prepare_release(database, _publisher(database), act.words, key=act.key).release_id


def _publish(database: Database, _actor: Actor, act: Act) -> int:
    """What was prepared goes out."""
    return publish_release(database, _publisher(database), act.words, key=act.key).release_id


def _publisher(database: Database) -> Actor:
    with database.reading() as session:
        (admin,) = _column(session, "SELECT id FROM account WHERE username = :name", name=PUBLISHER)
        return load_actor(session, admin, today=clock.today())


_DOES: dict[str, Callable[[Database, Actor, Act], int]] = {
    "talk": _talk,
    "group": _group,
    "start": _start,
    "step": _step,
    "correct": _correct,
    "void": _void,
    "exit": _exit,
    "import": _import,
    PREPARE: _prepare,
    PUBLISH: _publish,
}


def whole(session: DbSession, act: Act, number: int) -> bool:
    """Whether all that ``act`` writes stands there, with the values that were typed."""
    given: dict[str, Any] = {"id": number, "day": act.day.isoformat(), "total": sum(act.scales)}
    given |= {"called": f"{_called(act)}%", "words": act.words}
    wanted = {"group": len(act.spells), "talk": 2, "import": IN_A_FILE}.get(act.what, 1)
    statement = text(_STANDS[act.what])
    given = {name: given[name] for name in given if f":{name}" in _STANDS[act.what]}
    return bool(session.execute(statement, given).scalar_one() == wanted)


_RATINGS_STAND = """
SELECT count(*) FROM rating JOIN attendance ON attendance.id = rating.attendance_id
JOIN session ON session.id = attendance.session_id
WHERE session.id = :id AND CAST(session.held_on AS TEXT) = :day AND attendance.status = 'present'
  AND rating.status = 'filled' AND :total IN (
    rating.total, (SELECT CAST(old AS INTEGER) FROM change WHERE table_name = 'rating'
                   AND row_id = rating.id AND field = 'total'))"""
_STANDS = {
    "talk": _RATINGS_STAND,
    "group": _RATINGS_STAND,
    "start": """
SELECT count(*) FROM spell JOIN participant ON participant.id = spell.participant_id
JOIN spell_summary ON spell_summary.spell_id = spell.id WHERE spell.id = :id""",
    "step": """
SELECT count(*) FROM step_assessment
WHERE id = :id AND CAST(assessed_on AS TEXT) = :day""",
    "correct": """
SELECT count(*) FROM rating WHERE id = :id AND total = :total AND version = 2
  AND EXISTS (SELECT 1 FROM change WHERE table_name = 'rating' AND row_id = rating.id)""",
    "import": """
SELECT count(*) FROM import_key JOIN spell ON spell.participant_id = import_key.participant_id
JOIN spell_summary ON spell_summary.spell_id = spell.id
WHERE import_key.file_key LIKE :called AND CAST(spell.started_on AS TEXT) = :day
  AND EXISTS (SELECT 1 FROM import_run WHERE id = :id)""",
    PREPARE: """
SELECT count(*) FROM release WHERE id = :id AND period_key = :words
  AND EXISTS (SELECT 1 FROM released_table WHERE release_id = release.id)
  AND EXISTS (SELECT 1 FROM release_cells WHERE release_id = release.id)
  AND EXISTS (SELECT 1 FROM release_small WHERE release_id = release.id)""",
    PUBLISH: "SELECT count(*) FROM release_publication WHERE release_id = :id",
    "void": "SELECT count(*) FROM session WHERE id = :id AND voided_at IS NOT NULL",
    "exit": """
SELECT count(*) FROM spell WHERE id = :id AND CAST(ended_on AS TEXT) = :day
  AND EXISTS (SELECT 1 FROM follow_up WHERE spell_id = spell.id)
  AND EXISTS (SELECT 1 FROM situation WHERE spell_id = spell.id AND occasion = 'end')
  AND EXISTS (SELECT 1 FROM step_assessment WHERE spell_id = spell.id AND occasion = 'end')""",
}


def _column(session: DbSession, statement: str, **given: Any) -> list[int]:
    return [int(row[0]) for row in session.execute(text(statement), given)]
