"""The spells of a head count, column by column, as they were known on the last day of a release.

A spell in which nothing that its head asks for came after that day is taken from its summary as
it stands; only the others are worked out anew from the records (`summary_as_of`), which takes far
longer. What is asked of those who started is known at the start, and of those to follow up only
the follow-up and the step it is compared with: a head asks for no other columns than `KNOWN_OF`
says. A test holds it to a slow reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import CursorResult, TextClause, bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.ladder import END_WINDOW_AFTER, START_WINDOW_DAYS
from tracking.domain.records import FollowUpStatus
from tracking.outcomes import columns as needed
from tracking.outcomes.cohorts import LATER, fields_of
from tracking.outcomes.releasing.catalogue_heads import AFTER, ENDED, STARTED, HeadCount
from tracking.store.summary import summary_as_of
from tracking.store.types import IsoDate

_ALWAYS = ("outcome", "birth_year", "started_on")
_STEPS = ("step_start", "step_end")
_END = ("end_reason_key", "end_group_key", "active_planning")

KNOWN_OF: Mapping[str, frozenset[str]] = {
    STARTED.measure: frozenset((*_ALWAYS, *needed.BACKGROUND)),
    ENDED: frozenset(
        (*_ALWAYS, "ended_on", *needed.SUPPORT, *needed.OCCUPATION, *needed.ORS, *_STEPS, *_END)
    ),
} | {f"due_{m}": frozenset((*_ALWAYS, f"m{m}_status", f"step_m{m}", "step_end")) for m in AFTER}
"""The columns that a head may ask for: those that `_later` watches."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The spells of a head: the place of the smallest period of each, its kön, and its values."""

    places: tuple[int, ...]
    genders: tuple[str, ...]
    values: Mapping[str, tuple[Any, ...]]


def read_standing(
    session: DbSession,
    insats_id: int,
    head: HeadCount,
    starts: Sequence[date],
    as_of: date,
    columns: Collection[str],
    only: Collection[int] | None = None,
) -> Standing | None:
    """Read an insats's spells of a head as known on ``as_of``; None where there are none.

    They are those whose day (`HeadCount.day`) is from the first of ``starts`` to the day before
    the last; the place of each is that of the latest of ``starts`` that is not after its day.
    ``only`` these spells, where they are given.
    """
    wanted = tuple(sorted(columns))
    assert KNOWN_OF[head.measure].issuperset(wanted), "what came later must be watched"
    dialect = session.get_bind().dialect.name
    every, anew = _statements(dialect, head, len(starts) - 1, wanted, only is not None)
    days = {f"from_{n}": day for n, day in enumerate(starts)} | {
        "as_of": as_of,
        "settled": as_of - timedelta(days=max(END_WINDOW_AFTER, START_WINDOW_DAYS)),
    }
    among = {} if only is None else {"spells": json.dumps(sorted(only))}
    connection = session.connection()
    found = _plain(connection.execute(every, {"insats_id": insats_id} | days | among))
    rows = [row for row in found if row[0] is None]
    if len(rows) < len(found):
        left = {"spells": json.dumps([row[0] for row in found if row[0] is not None])}
        rows += _plain(connection.execute(anew, days | left))
    if not rows:
        return None
    _, places, genders, *values = zip(*rows, strict=True)
    return Standing(places, genders, dict(zip(wanted, values, strict=True)))


def _plain(found: CursorResult[Any]) -> list[tuple[Any, ...]]:
    """The rows as the driver gives them: there are many, and no other form is needed."""
    assert found.cursor is not None, "a SELECT has a cursor until it is closed"
    rows = list(found.cursor.fetchall())
    found.close()
    return rows


@lru_cache
def _statements(
    dialect: str, head: HeadCount, places: int, wanted: tuple[str, ...], narrowed: bool
) -> tuple[TextClause, TextClause]:
    """All spells of a head as they stand, those to be worked out anew by number; and these."""
    day = f"s.{head.day}"
    limits = " ".join(f"WHEN {day} < :from_{n + 1} THEN {n}" for n in range(places))
    place = f"CASE {limits} END"
    # json, since a list as long as it happens to be makes another statement each time.
    among = (
        "SELECT value FROM json_each(:spells)"
        if dialect == "sqlite"
        else "SELECT CAST(j AS INTEGER) FROM json_array_elements_text(CAST(:spells AS json)) j"
    )
    coarser = {
        # An end after the day is not known on it.
        "outcome": "CASE WHEN s.ended_on <= :as_of THEN s.outcome END",
    } | {
        # A follow-up's status is asked for one thing: whether the person has died.
        f"m{m}_status": f"CASE WHEN s.m{m}_status = '{FollowUpStatus.DECEASED}'"
        f" THEN s.m{m}_status END"
        for m in AFTER
    }
    fields = ", ".join(coarser.get(name) or fields_of(dialect, (name,)) for name in wanted)
    worked_out = summary_as_of(among, dialect, tuple({"gender", "ended_on", head.day, *wanted}))
    return (
        _dated(
            f"SELECT CASE WHEN {_later(head)} THEN s.spell_id END, {place}, s.gender, {fields}"
            f" FROM spell_summary s WHERE s.insats_id = :insats_id"
            f" AND {day} >= :from_0 AND {day} < :from_{places}"
            " AND (s.outcome IS NULL OR s.outcome <> 'misregistered')"
            + (f" AND s.spell_id IN ({among})" if narrowed else "")
        ),
        _dated(f"SELECT NULL, {place}, s.gender, {fields} FROM ({worked_out.text}) s"),
    )


def _later(head: HeadCount) -> str:
    """Whether something that the head asks for came after the day."""
    if head is STARTED:
        return "1 = 0"
    # The summary tells of most spells that it was nothing of this, with no look at the records.
    new_steps = "s.step_last_on > :as_of"
    found: tuple[str, ...]
    if head.months is None:
        found = (
            "s.last_seen_on > :as_of",
            # Later steps may still be those of the start or the end of who began or ended lately.
            f"s.ended_on > :settled AND {new_steps}",
            "EXISTS (SELECT 1 FROM situation x WHERE x.spell_id = s.spell_id"
            " AND x.occasion IN ('start', 'end') AND x.described_on > :as_of)",
        )
    else:
        months = head.months
        found = (
            f"s.step_m{months} IS NOT NULL AND {new_steps}"
            " AND EXISTS (SELECT 1 FROM step_assessment x WHERE x.spell_id = s.spell_id"
            f" AND x.assessed_on > :as_of AND x.occasion = 'm{months}')",
            f"s.m{months}_status = '{FollowUpStatus.DECEASED}'"
            " AND EXISTS (SELECT 1 FROM follow_up x WHERE x.spell_id = s.spell_id"
            f" AND x.months = {months} AND x.closed_on > :as_of)",
        )
    return f"{LATER} AND ({' OR '.join(found)})"


def _dated(sql: str) -> TextClause:
    names = set(re.findall(r":((?:from_\d+)|as_of|settled)\b", sql))
    return text(sql).bindparams(*(bindparam(name, type_=IsoDate()) for name in names))
