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

import orjson
from sqlalchemy import Result, TextClause, bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.ladder import END_WINDOW_AFTER, START_WINDOW_DAYS
from tracking.domain.records import FollowUpStatus
from tracking.outcomes import columns as needed
from tracking.outcomes.cohorts import LATER, fields_of
from tracking.outcomes.releasing.catalogue_cells import GENDERS
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
    """The spells of a head, column by column: where each is counted, and what it has.

    A spell is counted at ``(insats × periods + period) × kön``, by the place of each in the
    insatser asked for, in the smallest periods, and in `catalogue_cells.GENDERS`; below 0 it is
    counted nowhere.
    """

    at: list[int]
    values: Mapping[str, list[Any]]


def read_standing(
    session: DbSession,
    insats_ids: Sequence[int],
    head: HeadCount,
    starts: Sequence[date],
    as_of: date,
    columns: Collection[str],
    only: Collection[int] | None = None,
) -> Standing:
    """Read the spells of a head in some insatser as known on ``as_of``.

    They are those whose day (`HeadCount.day`) is from the first of ``starts`` to the day before
    the last; the period of each is that of the latest of ``starts`` that is not after its day.
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
    asked = days | {"insatser": json.dumps([*insats_ids])}
    among = {} if only is None else {"spells": json.dumps(sorted(only))}
    connection = session.connection()
    at, *values = _columns(connection.execute(every, asked | among))
    if later := [-number for number in at if number < 0]:
        left = {"spells": json.dumps(later)}
        for column, more in zip(
            (at, *values), _columns(connection.execute(anew, asked | left)), strict=True
        ):
            column += more
    return Standing(at, dict(zip(wanted, values, strict=True)))


def _columns(found: Result[Any]) -> list[list[Any]]:
    """What was found column by column: one row, in which each value is a column as JSON."""
    return [orjson.loads(column) for column in found.one()]


@lru_cache
def _statements(
    dialect: str, head: HeadCount, periods: int, wanted: tuple[str, ...], narrowed: bool
) -> tuple[TextClause, TextClause]:
    """All spells of a head as they stand, those to be worked out anew by number; and these.

    The database makes one JSON array of each column: it hands over a value in half the time that
    way, and the spells are wanted column by column.
    """
    sqlite = dialect == "sqlite"
    day = f"s.{head.day}"
    limits = " ".join(f"WHEN {day} < :from_{n + 1} THEN {n}" for n in range(periods))
    kon = " ".join(f"WHEN '{gender.value}' THEN {n}" for n, gender in enumerate(GENDERS))
    at = f"(i.place * {periods} + CASE {limits} END) * {len(GENDERS)} + CASE s.gender {kon} END"
    # json, since a list as long as it happens to be makes another statement each time.
    among = (
        "SELECT value FROM json_each(:spells)"
        if sqlite
        else "SELECT CAST(j AS INTEGER) FROM json_array_elements_text(CAST(:spells AS json)) j"
    )
    insatser = (
        "(SELECT key AS place, value AS id FROM json_each(:insatser))"
        if sqlite
        else "(SELECT j.place - 1 AS place, CAST(j.value AS INTEGER) AS id FROM"
        " json_array_elements_text(CAST(:insatser AS json)) WITH ORDINALITY j(value, place))"
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

    def listed(*fields: str) -> str:
        if sqlite:
            return ", ".join(f"json_group_array({field})" for field in fields)
        return ", ".join(f"coalesce(CAST(json_agg({field}) AS TEXT), '[]')" for field in fields)

    fields = [coarser.get(name) or fields_of(dialect, (name,)) for name in wanted]
    needed_anew = {"insats_id", "gender", "ended_on", head.day, *wanted}
    worked_out = summary_as_of(among, dialect, tuple(needed_anew))
    return (
        _dated(
            f"SELECT {listed(f'CASE WHEN {_later(head)} THEN -s.spell_id ELSE {at} END', *fields)}"
            # CROSS: each insats in turn, in which the spells of the days are looked up.
            f" FROM {insatser} i {'CROSS JOIN' if sqlite else 'JOIN'} spell_summary s"
            f" {'WHERE' if sqlite else 'ON'} s.insats_id = i.id"
            f" AND {day} >= :from_0 AND {day} < :from_{periods}"
            " AND (s.outcome IS NULL OR s.outcome <> 'misregistered')"
            + (f" AND s.spell_id IN ({among})" if narrowed else "")
        ),
        _dated(
            f"SELECT {listed(at, *fields)} FROM ({worked_out.text}) s"
            f" JOIN {insatser} i ON s.insats_id = i.id"
        ),
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
