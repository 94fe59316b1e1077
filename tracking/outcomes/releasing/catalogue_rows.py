"""The spells that a release counts, as they were known on the last day of its period.

A spell in which nothing that is counted came after that day is taken from its summary as it
stands; only the others are worked out anew from the records (`summary_as_of`), which takes far
longer. What came later and is not counted: all of a spell that had not ended, but its start, and
what a follow-up says that was not due yet. Only `COLUMNS` may be counted so, and these only where
the spell stands in a head count: a test holds it to a slow reading.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import TextClause, bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.ladder import END_WINDOW_AFTER, START_WINDOW_DAYS, follow_up_due
from tracking.domain.periods import Period, add_months
from tracking.domain.situation import FOLLOW_UPS, Occasion, follow_up_months
from tracking.outcomes import columns as needed
from tracking.outcomes.cohorts import (
    CONCERNS,
    LATER,
    SpellRow,
    fields_of,
    rows_of,
    wanted_of,
)
from tracking.store.summary import summary_as_of
from tracking.store.types import IsoDate

COLUMNS = (
    *needed.BACKGROUND,
    *needed.SUPPORT,
    *needed.OCCUPATION,
    *needed.STEPS,
    *needed.ORS,
    "end_reason_key",
    "end_group_key",
    "active_planning",
)
"""What the parts of the registry ask of a spell."""

_WANTED = wanted_of(COLUMNS)
_DAYS = ("as_of", "first", "settled", *(f"due_{occasion}" for occasion in FOLLOW_UPS))


def read_counted(session: DbSession, insats_id: int, period: Period) -> list[SpellRow]:
    """Read an insats's spells of ``period`` for counting, as known at its end."""
    last = period.end
    days = {
        "as_of": last,
        "first": period.start,
        # Later steps may still be those of the start or the end of who began or ended lately.
        "settled": last - timedelta(days=max(END_WINDOW_AFTER, START_WINDOW_DAYS)),
    } | {f"due_{occasion}": _latest_end(occasion, last) for occasion in FOLLOW_UPS}
    asks = _statements(session.get_bind().dialect.name)
    connection = session.connection()
    bound = {"insats_id": insats_id} | days
    anew = connection.execute(asks[0], bound).scalars().all()
    rows = rows_of(connection.execute(asks[1], bound), _WANTED)
    if not anew:
        return rows
    spells = {"spells": json.dumps(list(anew)), "as_of": last}
    left = set(anew)
    known = rows_of(connection.execute(asks[2], spells), _WANTED)
    return [row for row in rows if row.spell_id not in left] + known


def _latest_end(occasion: Occasion, due: date) -> date:
    """The last day that a spell may end and be followed up by ``due``."""
    day = add_months(due, -follow_up_months(occasion)) + timedelta(days=3)  # months differ by 3
    while follow_up_due(day, occasion) > due:
        day -= timedelta(days=1)
    return day


@lru_cache
def _statements(dialect: str) -> tuple[TextClause, TextClause, TextClause]:
    """Which spells are worked out anew, all as they stand, and those anew."""

    def counted(occasion: str) -> str:
        asked = " ".join(f"WHEN '{name}' THEN s.ended_on <= :due_{name}" for name in FOLLOW_UPS)
        return f"(CASE {occasion} {asked} ELSE 1 = 1 END)"

    def later(table: str, day: str, occasion: str = "x.occasion") -> str:
        return (
            f"EXISTS (SELECT 1 FROM {table} x WHERE x.spell_id = s.spell_id"
            f" AND {day} > :as_of AND {counted(occasion)})"
        )

    known = ("ended_on", "outcome")
    as_text = "" if dialect == "sqlite" else "\\:\\:text"
    fields = ", ".join(
        f"CASE WHEN s.ended_on <= :as_of THEN s.{name}{as_text} END AS {name}"
        if name in known
        else fields_of(dialect, (name,))
        for name in _WANTED
    )
    anew = (
        f"SELECT s.spell_id FROM spell_summary s WHERE {CONCERNS} AND {LATER}"
        " AND s.ended_on <= :as_of AND (s.ended_on > :settled OR s.last_seen_on > :as_of OR "
        + " OR ".join(
            (
                later("step_assessment", "x.assessed_on"),
                later("situation", "x.described_on"),
                later("follow_up", "coalesce(x.done_on, x.closed_on)", "'m' || x.months"),
            )
        )
        + ")"
    )
    # json, since a list as long as it happens to be makes another statement each time.
    among = (
        "SELECT value FROM json_each(:spells)"
        if dialect == "sqlite"
        else "SELECT CAST(j AS INTEGER) FROM json_array_elements_text(CAST(:spells AS json)) j"
    )
    worked_out = summary_as_of(among, dialect).text
    return (
        _dated(anew),
        _dated(f"SELECT {fields} FROM spell_summary s WHERE {CONCERNS}"),
        _dated(
            f"SELECT {fields_of(dialect, _WANTED)} FROM ({worked_out}) s"
            " WHERE s.outcome IS NULL OR s.outcome <> 'misregistered'"
        ),
    )


def _dated(sql: str) -> TextClause:
    return text(sql).bindparams(
        *(bindparam(name, type_=IsoDate()) for name in _DAYS if f":{name}" in sql)
    )
