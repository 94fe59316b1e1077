"""The spell summary: one row per spell with what results need, kept right by one statement.

The same SELECT serves three purposes: refreshing what a transaction touched, rebuilding
everything, and seeing a spell as it was known on an earlier day (``as_of``), because a value
dated after a period's end must not change that period. Windows and first/last rules are those
of `tracking.domain.ladder`, written here as sets for the database; a test proves them equal.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, TextClause, bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.ladder import (
    END_WINDOW_AFTER,
    END_WINDOW_BEFORE,
    FOLLOW_UP_WINDOW_AFTER,
    FOLLOW_UP_WINDOW_BEFORE,
    START_WINDOW_DAYS,
)
from tracking.domain.situation import SupportSource
from tracking.store.summary_class import LIMITS, ors_class
from tracking.store.tables.upkeep import SpellSummary
from tracking.store.touches import IN_SESSION, Touched
from tracking.store.types import IsoDate

END_OF_TIME = date(9999, 12, 31)
MONTHS = (6, 12, 18)

ONE = ":spell_id"
TOUCHED = "SELECT DISTINCT spell_id FROM touched_spell"
EVERYTHING = "SELECT id FROM spell"

FEW = 8
"""Up to so many touched spells are refreshed one by one: a search by a known number is the
cheapest plan a database has, and a talk touches one spell."""

CAME = (
    "a.voided_at IS NULL AND s.voided_at IS NULL AND a.status = 'present' AND s.held_on <= :as_of"
)
"""A session that was held and that the participant came to."""

SOURCE_BITS = {source: 1 << place for place, source in enumerate(SupportSource)}
"""How the sources of a situation are kept in one number: the sum of these."""

NO_PROSPECTS = -1
"""How *inga utsikter för arbete* is kept in the step columns."""


_WHAT_IS_TOUCHED = (
    f"SELECT spell_id, 0 FROM (SELECT DISTINCT spell_id FROM touched_spell LIMIT {FEW + 1}) AS s"
    " UNION ALL SELECT NULL, insats_id FROM (SELECT insats_id FROM touched_insats LIMIT 1) AS i"
)
_HOLD_SPELLS = f"SELECT 1 FROM spell WHERE id IN ({TOUCHED}) ORDER BY id FOR NO KEY UPDATE"
_NEW_VERSIONS = (
    "INSERT INTO data_version (insats_id, version)"
    " SELECT i.id, 1 FROM insats i WHERE i.id IN"
    " (SELECT insats_id FROM touched_insats UNION"
    f" SELECT insats_id FROM spell WHERE id IN ({TOUCHED}))"
    " ORDER BY i.id"
    " ON CONFLICT (insats_id) DO UPDATE SET version = data_version.version + 1"
    " RETURNING insats_id, version,"
    " EXISTS (SELECT 1 FROM touched_insats t WHERE t.insats_id = data_version.insats_id)"
)
_NEW_VERSIONS_OF_ALL = (
    "INSERT INTO data_version (insats_id, version)"
    # SQLite takes ON CONFLICT for a join where there is no WHERE.
    " SELECT id, 1 FROM insats WHERE id IS NOT NULL ORDER BY id"
    " ON CONFLICT (insats_id) DO UPDATE SET version = data_version.version + 1"
)
_FORGET_SPELLS = "DELETE FROM touched_spell"
_FORGET_INSATSER = "DELETE FROM touched_insats"


def refresh_touched(session: DbSession) -> None:
    """Bring the summary and the data versions up to date with what was touched.

    What that was stays with the session (`IN_SESSION`), to be told once it is committed.
    """
    connection = session.connection()
    touched = connection.exec_driver_sql(_WHAT_IS_TOUCHED).all()
    if not touched:
        return
    if connection.dialect.name == "postgresql":
        # Two writers to one spell: the second waits here and then sees the first one's rows.
        connection.exec_driver_sql(_HOLD_SPELLS)
    spells = [spell_id for spell_id, _ in touched if spell_id is not None]
    if len(spells) > FEW:
        _replace(connection, TOUCHED)
    else:
        for spell_id in spells:
            _replace(connection, ONE, spell_id=spell_id)
    named = None if len(spells) > FEW else frozenset(spells)
    session.info[IN_SESSION] = [
        Touched(insats_id, version, named, bool(besides))
        for insats_id, version, besides in connection.exec_driver_sql(_NEW_VERSIONS)
    ]
    if spells:
        connection.exec_driver_sql(_FORGET_SPELLS)
    if len(touched) > len(spells):
        connection.exec_driver_sql(_FORGET_INSATSER)


def rebuild(session: DbSession) -> None:
    """Make the whole summary anew from the records.

    Every insats has a new data version afterwards, by which all that keep what they have read
    hear of it, in other processes too.
    """
    connection = session.connection()
    _replace(connection, EVERYTHING)
    connection.exec_driver_sql(_NEW_VERSIONS_OF_ALL)
    connection.exec_driver_sql(_FORGET_SPELLS)


def _replace(connection: Connection, scope: str, **bound: int) -> None:
    connection.execute(_delete(scope), bound)
    connection.execute(_insert(scope, connection.dialect.name), {"as_of": END_OF_TIME} | bound)


@lru_cache
def _delete(scope: str) -> TextClause:
    return text(f"DELETE FROM spell_summary WHERE spell_id IN ({scope})")


@lru_cache
def _insert(scope: str, dialect: str) -> TextClause:
    columns = ", ".join(summary_columns())
    return _dated(f"INSERT INTO spell_summary ({columns}) {_select(scope, dialect)}")


@lru_cache
def summary_as_of(scope: str, dialect: str, wanted: tuple[str, ...] | None = None) -> TextClause:
    """A SELECT of summary rows as known on ``:as_of``, for the spells that ``scope`` selects.

    ``scope`` is SQL that gives spell ids; its own parameters are bound by the caller. Only the
    ``wanted`` columns, or all: steps and follow-ups alone take a tenth of the time of a row.
    """
    return _dated(_select(scope, dialect, wanted))


def summary_columns() -> tuple[str, ...]:
    """The summary's columns, in the order that `summary_as_of` gives them."""
    return tuple(SpellSummary.model_fields)


def _dated(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("as_of", type_=IsoDate()))


def _select(scope: str, dialect: str, wanted: tuple[str, ...] | None = None) -> str:
    sqlite = dialect == "sqlite"

    def shifted(day: str, days: int) -> str:
        return f"date({day}, '{days:+d} days')" if sqlite else f"({day} {days:+d})"

    greatest, least = ("max", "min") if sqlite else ("greatest", "least")
    as_of = ":as_of"
    ended = f"(CASE WHEN p.ended_on <= {as_of} THEN p.ended_on END)"

    def step(condition: str, order: str) -> str:
        return (
            "(SELECT x.level FROM step x WHERE x.spell_id = p.id AND "
            f"{condition} ORDER BY x.assessed_on {order}, x.id {order} LIMIT 1)"
        )

    def within(day: str, before: int, after: int, value: str) -> str:
        return f"{value} BETWEEN {shifted(day, -before)} AND {shifted(day, after)}"

    def follow_up_window(follow_up: str, value: str) -> str:
        return " AND " + within(
            f"{follow_up}.due_on", FOLLOW_UP_WINDOW_BEFORE, FOLLOW_UP_WINDOW_AFTER, value
        )

    columns: dict[str, str] = {
        "spell_id": "p.id",
        "insats_id": "p.insats_id",
        "controller_id": "p.controller_id",
        "participant_id": "p.participant_id",
        "gender": "d.gender",
        "birth_year": "d.birth_year",
        "started_on": "p.started_on",
        "ended_on": ended,
        # A felregistrering leaves every result, also of periods before it was found.
        "outcome": f"CASE WHEN p.outcome = 'misregistered' OR p.ended_on <= {as_of}"
        " THEN p.outcome END",
        "end_reason_key": f"CASE WHEN p.ended_on <= {as_of} THEN e.key END",
        "end_group_key": f"CASE WHEN p.ended_on <= {as_of} THEN e.group_key END",
        "referrer_key": "r.key",
        "education_key": "b_education.key",
        "municipality_key": "b_municipality.key",
        "need_group_key": "b_need_group.key",
        "support_months_known": "p.support_months_known",
        "support_months": "p.support_months",
        "support_band_key": "b_support_band.key",
        "ladder_version_id": "p.ladder_version_id",
        "responsible_id": "p.responsible_id",
        "consent_contact": "p.consent_contact",
        "consent_disclosure_on": "p.consent_disclosure_on",
        "active_planning": f"CASE WHEN p.ended_on <= {as_of} THEN p.active_planning END",
        "start_details_missing": "(CASE WHEN p.municipality_id IS NULL THEN 1 ELSE 0 END)"
        " + (CASE WHEN p.education_id IS NULL THEN 1 ELSE 0 END)"
        " + (CASE WHEN p.support_months_known IS NULL THEN 1 ELSE 0 END)"
        " + (CASE WHEN q_start.id IS NULL THEN 1 ELSE 0 END)"
        " + (CASE WHEN p.ladder_version_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM step x WHERE x.spell_id = p.id AND "
        + within("p.started_on", START_WINDOW_DAYS, START_WINDOW_DAYS, "x.assessed_on")
        + ") THEN 1 ELSE 0 END)",
        "talks_n": "coalesce(t.talks_n, 0)",
        "talks_without_ors_n": "coalesce(t.talks_without_ors_n, 0)",
        "last_seen_on": "t.last_seen_on",
        "step_start": step(
            within("p.started_on", START_WINDOW_DAYS, START_WINDOW_DAYS, "x.assessed_on"), "ASC"
        ),
        "step_end": step(
            within(ended, END_WINDOW_BEFORE, END_WINDOW_AFTER, "x.assessed_on"), "DESC"
        ),
        "step_last": step("x.assessed_on IS NOT NULL", "DESC"),
        "step_last_on": "(SELECT max(x.assessed_on) FROM step x WHERE x.spell_id = p.id)",
    }
    for name in ("ors", "srs", "gsrs"):
        columns[f"{name}_n"] = f"coalesce(c.{name}_n, 0)"
        columns[f"{name}_first_mm"] = f"c.{name}_first_mm"
        columns[f"{name}_last_mm"] = f"c.{name}_last_mm"
        columns[f"{name}_last_on"] = f"c.{name}_last_on"
    for name in ("ors_first_on", "srs_before_mm", "srs_lowest_mm"):
        columns[name] = f"c.{name}"
    columns |= ors_class(sqlite)

    joins = {
        "e": "LEFT JOIN code e ON e.id = p.end_reason_id",
        "t": "LEFT JOIN talks t ON t.spell_id = p.id",
        "c": "LEFT JOIN scores c ON c.spell_id = p.id",
        "h": LIMITS,
    } | {
        f"b_{name}": f"LEFT JOIN code b_{name} ON b_{name}.id = p.{name}_id"
        for name in ("education", "municipality", "need_group", "support_band")
    }
    for months in MONTHS:
        # Before its end is known a spell has no follow-up.
        joins[f"f_{months}"] = (
            f"LEFT JOIN follow_up f_{months} ON f_{months}.spell_id = p.id"
            f" AND f_{months}.months = {months} AND p.ended_on <= {as_of}"
        )
    dated = ["t.last_seen_on", ended, columns["step_last_on"]]
    for occasion in ("start", "end", *(f"m{months}" for months in MONTHS)):
        q = f"q_{occasion}"
        joins[q] = (
            f"LEFT JOIN situation {q} ON {q}.spell_id = p.id AND {q}.occasion = '{occasion}'"
            f" AND {q}.voided_at IS NULL AND {q}.described_on <= {as_of}"
            + (
                follow_up_window(f"f_{occasion[1:]}", f"{q}.described_on")
                if occasion[1:].isdigit()
                else ""
            )
        )
        columns[f"{occasion}_support"] = (
            f"CASE WHEN {q}.id IS NULL THEN NULL WHEN {q}.no_support = 1 THEN 'none'"
            f" WHEN {q}.support_unknown = 1 THEN 'unknown' ELSE 'some' END"
        )
        for field in ("work", "work_percent", "studies", "studies_percent"):
            columns[f"{occasion}_{field}"] = f"{q}.{field}"
        if occasion in ("start", "end"):
            columns[f"{occasion}_sources"] = f"CASE WHEN {q}.id IS NOT NULL THEN {_sources(q)} END"
            columns[f"{occasion}_work_kind"] = f"{q}.work_kind"
            columns[f"{occasion}_seeking"] = f"{q}.seeking"
        dated.append(f"{q}.described_on")
    for months in MONTHS:
        f = f"f_{months}"
        columns[f"m{months}_due_on"] = f"{f}.due_on"
        columns[f"m{months}_status"] = (
            f"CASE WHEN coalesce({f}.done_on, {f}.closed_on) > {as_of} THEN 'due'"
            f" ELSE {f}.status END"
        )
        columns[f"step_m{months}"] = (
            "(SELECT x.level FROM step x WHERE x.spell_id = p.id AND "
            f"x.occasion = 'm{months}'"
            + follow_up_window(f, "x.assessed_on")
            + " ORDER BY x.away, x.assessed_on, x.id LIMIT 1)"
        )
        closed = f"coalesce({f}.done_on, {f}.closed_on)"
        dated.append(f"(CASE WHEN {closed} <= {as_of} THEN {closed} END)")
    columns["latest_value_on"] = (
        f"{greatest}(" + ", ".join(f"coalesce({d}, p.started_on)" for d in dated) + ")"
    )

    listed = ",\n  ".join(f"{columns[name]} AS {name}" for name in wanted or summary_columns())
    # SQLite cannot order a subquery by a column from outside it, so the distance is made here.
    away = (
        "abs(julianday(x.assessed_on) - julianday(f.due_on))"
        if sqlite
        else "abs(x.assessed_on - f.due_on)"
    )
    return _CTES.format(scope=scope, scores=_scores(), away=away, came=CAME, least=least) + (
        f"SELECT {listed}\nFROM spell p\n"
        "JOIN participant d ON d.id = p.participant_id\n"
        "JOIN code r ON r.id = p.referrer_id\n"
        + _joined(joins, listed)
        + f"\nWHERE p.id IN ({scope})"
    )


def _joined(joins: dict[str, str], listed: str) -> str:
    """The joins that the listed columns need. A join may need those before it, by its alias."""
    needed: list[str] = []
    for alias, join in reversed(joins.items()):
        if re.search(rf"\b{alias}\.", " ".join((listed, *needed))):
            needed.append(join)
    return "\n".join(reversed(needed))


def _scores() -> str:
    parts = []
    for name, instrument in (("ors", "ORS"), ("srs", "SRS"), ("gsrs", "GSRS")):
        is_it = f"instrument = '{instrument}'"
        parts += [
            f"sum(CASE WHEN {is_it} THEN 1 ELSE 0 END) AS {name}_n",
            f"max(CASE WHEN {is_it} AND nth = 1 THEN total END) AS {name}_first_mm",
            f"max(CASE WHEN {is_it} AND nth = 1 THEN held_on END) AS {name}_first_on",
            f"max(CASE WHEN {is_it} AND nth_last = 1 THEN total END) AS {name}_last_mm",
            f"max(CASE WHEN {is_it} AND nth_last = 1 THEN held_on END) AS {name}_last_on",
        ]
    parts += [
        "max(CASE WHEN instrument = 'SRS' AND nth_last = 2 THEN total END) AS srs_before_mm",
        "max(CASE WHEN instrument = 'SRS' AND nth_last = 1 THEN lowest END) AS srs_lowest_mm",
    ]
    return ", ".join(parts)


def _sources(situation: str) -> str:
    bits = " ".join(f"WHEN '{source.value}' THEN {bit}" for source, bit in SOURCE_BITS.items())
    return (
        f"(SELECT coalesce(sum(CASE y.source {bits} END), 0) FROM situation_support y"
        f" WHERE y.situation_id = {situation}.id)"
    )


# The spells' own rows are named first in each part and CROSS JOIN keeps the order, so that
# SQLite searches from them and never scans a whole table, whatever it knows of their sizes.
_CTES = """WITH scored AS (
  SELECT a.spell_id, r.instrument, r.total, s.held_on,
    {least}(r.scale_1, r.scale_2, r.scale_3, r.scale_4) AS lowest,
    row_number() OVER (PARTITION BY a.spell_id, r.instrument
      ORDER BY s.held_on, s.order_in_day, r.id) AS nth,
    row_number() OVER (PARTITION BY a.spell_id, r.instrument
      ORDER BY s.held_on DESC, s.order_in_day DESC, r.id DESC) AS nth_last
  FROM attendance a CROSS JOIN session s CROSS JOIN rating r
  WHERE a.spell_id IN ({scope}) AND s.id = a.session_id AND r.attendance_id = a.id
    AND {came} AND r.voided_at IS NULL AND r.total IS NOT NULL
),
scores AS (SELECT spell_id, {scores} FROM scored GROUP BY spell_id),
talks AS (
  SELECT a.spell_id, max(s.held_on) AS last_seen_on,
    sum(CASE WHEN s.kind = 'individual' THEN 1 ELSE 0 END) AS talks_n,
    sum(CASE WHEN s.kind = 'individual' AND NOT EXISTS (
      SELECT 1 FROM rating o WHERE o.attendance_id = a.id AND o.instrument = 'ORS'
        AND o.voided_at IS NULL AND o.total IS NOT NULL) THEN 1 ELSE 0 END) AS talks_without_ors_n
  FROM attendance a CROSS JOIN session s
  WHERE a.spell_id IN ({scope}) AND s.id = a.session_id AND {came}
  GROUP BY a.spell_id
),
step AS (
  SELECT x.id, x.spell_id, x.assessed_on, x.occasion, {away} AS away,
    CASE WHEN x.no_prospects = 1 THEN -1 ELSE x.position END AS level
  FROM step_assessment x
  LEFT JOIN follow_up f ON f.spell_id = x.spell_id AND x.occasion = 'm' || f.months
  WHERE x.spell_id IN ({scope}) AND x.voided_at IS NULL AND x.assessed_on <= :as_of
)
"""
