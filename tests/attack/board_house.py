"""The database of the search for people, and its twin in which only what is released is left.

In the first every participant has a code, a memory word and a birth year that occur nowhere
else, written in after the releases were made. The twin has the same releases, accounts and
settings and nobody in it: whatever the two say differently was not said by a release.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import time_machine

from tests.attack.received import Secrets
from tests.attack.role_scene import NOW, a_scene, key
from tracking.domain.records import DeviationStatus
from tracking.outcomes.releases import prepare_release, publish_release
from tracking.services.deviations import handle_deviation
from tracking.store.database import Database
from tracking.store.tables import Deviation

SET_UP_TABLES = ("code", "forbund", "ladder", "question", "target", "year_event")
SET_UP_ACTS = (
    "add_code",
    "add_ladder_version",
    "choose_calendar",
    "create_ladder",
    "define_question",
    "set_target",
    "set_thresholds",
    "set_year_event",
)
"""Whose history the förbundsadministratör reads: it is the förbund's own."""

LEFT = frozenset(
    {
        "account",
        "access_log_head",
        "alembic_version",
        "assignment",
        "budget",
        "change",
        "code",
        "code_list",
        "context_import",
        "controller",
        "deviation",
        "deviation_party",
        "finished_write",
        "forbund",
        "forbund_budget",
        "indicator_result",
        "insats",
        "ladder",
        "ladder_step",
        "ladder_version",
        "log_review",
        "municipal_figure",
        "payback_calculation",
        "question",
        "question_option",
        "release",
        "release_day",
        "release_publication",
        "released_table",
        "report",
        "section",
        "section_note",
        "snapshot",
        "target",
        "threshold_set",
        "year_event",
    }
)
"""What the förbund zone is given: the releases, what the förbund has set up, its reports' words."""


def make(folder: Path) -> Path:
    """The database, with two releases, a third that is prepared only, and its secrets."""
    file = folder / "board.db"
    with time_machine.travel(NOW, tick=False):
        database = Database.open(f"sqlite:///{file.as_posix()}")
        scene = a_scene(database, is_demo=True, crowd=34)
        admin = scene.actor(scene.admin)
        handle_deviation(
            database,
            admin,
            deviation_id=scene.cleared_obstacle,
            status=DeviationStatus.RAISED,
            handled="Styrelsen behöver ta ställning till vem som börjar.",
            version=scene.version(Deviation, scene.cleared_obstacle),
            key=key(),
        )
        publish_release(database, admin, "2025-H1", key=key())
        prepare_release(database, admin, "2025-H2", key=key())
        database.close()
    with sqlite3.connect(file) as connection:
        connection.execute(
            "UPDATE participant SET memory_word = 'Hemligord' || id || 'q',"
            " birth_year = 1931 + id % 9"
        )
    return file


def emptied(file: Path, twin: Path) -> Path:
    """A copy in which nobody is left, and what is prepared but not published says other numbers."""
    shutil.copy(file, twin)
    with sqlite3.connect(twin) as connection:
        for (trigger,) in _names(connection, "trigger"):
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for (table,) in _names(connection, "table"):
            if table not in LEFT:
                connection.execute(f'DELETE FROM "{table}"')
        connection.execute(
            "DELETE FROM change WHERE (table_name <> 'deviation' OR field <> 'status')"
            f" AND table_name NOT IN ({_listed(SET_UP_TABLES)})"
        )
        connection.execute(
            f"DELETE FROM finished_write WHERE action NOT IN ({_listed(SET_UP_ACTS)})"
        )
        # What an insats has not cleared is its own; what others read of its history is the status.
        connection.execute("DELETE FROM deviation WHERE cleared_at IS NULL")
        connection.execute(
            "DELETE FROM deviation_party WHERE deviation_id NOT IN (SELECT id FROM deviation)"
        )
        unpublished = connection.execute(
            "SELECT id, content FROM released_table WHERE release_id NOT IN"
            " (SELECT release_id FROM release_publication)"
        ).fetchall()
        for row_id, content in unpublished:
            other = json.dumps(_other_numbers(json.loads(content)))
            connection.execute(
                "UPDATE released_table SET content = ?, sha256 = ? WHERE id = ?",
                (other, sha256(other.encode()).hexdigest(), row_id),
            )
    return twin


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def secrets_of(file: Path) -> Secrets:
    """What tells of a person in the database."""
    with sqlite3.connect(file) as connection:
        rows = connection.execute(
            "SELECT code, memory_word, birth_year FROM participant"
        ).fetchall()
    return Secrets(
        tuple(code for code, _, _ in rows),
        tuple(word for _, word, _ in rows),
        tuple({year for _, _, year in rows}),
    )


def _names(connection: sqlite3.Connection, kind: str) -> list[tuple[str]]:
    return connection.execute(
        "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'", (kind,)
    ).fetchall()


def _other_numbers(content: Any) -> Any:
    """The same content with each count and value greater by seven."""
    if isinstance(content, list):
        return [_other_numbers(part) for part in content]
    if not isinstance(content, dict):
        return content
    return {
        name: part + 7
        if name in ("count", "base", "low", "high") and isinstance(part, int)
        else _other_numbers(part)
        for name, part in content.items()
    }
