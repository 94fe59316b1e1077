"""What the exact tables are asked, once for us and once in SQL for DuckDB: see `benchmarks.tables`.

Ours reads the rows as they were known at the period's end, DuckDB as they are now; the expressions
here are shared with `benchmarks.release`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracking.outcomes import columns as needed
from tracking.outcomes.breakdown_tables import Basis, breakdown_table
from tracking.outcomes.breakdowns import BREAKDOWNS, Head
from tracking.outcomes.endings import end_reasons_table
from tracking.outcomes.occupation import occupation_change_table
from tracking.outcomes.participants import flows_table
from tracking.outcomes.ratings import ors_change_table
from tracking.outcomes.scores import ors_means_table
from tracking.outcomes.stays import Plan, capacity_table
from tracking.outcomes.step_matrix import step_matrix_table
from tracking.outcomes.steps import step_moves_table, sustained_table
from tracking.outcomes.support import support_change_table, support_flow_table

ENDED = "ended_on BETWEEN $first AND $last AND outcome IN ('completed', 'interrupted')"
STARTED = "started_on BETWEEN $first AND $last"
COMPLETED = "ended_on BETWEEN $first AND $last AND outcome = 'completed'"
AGE = "CAST(substr(started_on, 1, 4) AS INTEGER) - birth_year"
GROUP = """CASE WHEN {0}_support = 'none' THEN 'none' WHEN {0}_sources & 15 > 0 THEN 'health'
  WHEN {0}_sources & 112 > 0 THEN 'labour' WHEN {0}_sources & 128 > 0 THEN 'income'
  WHEN {0}_sources & 256 > 0 THEN 'study' WHEN {0}_sources & 512 > 0 THEN 'other'
  ELSE 'missing' END"""
OCCUPATION = """CASE WHEN {0}_work = 'yes' AND {0}_studies = 'yes' THEN 'both'
  WHEN {0}_work = 'yes' THEN 'work' WHEN {0}_studies = 'yes' THEN 'studies'
  WHEN {0}_work = 'no' AND {0}_studies = 'no' AND {0}_seeking = 'yes' THEN 'seeking'
  WHEN {0}_work = 'no' AND {0}_studies = 'no' AND {0}_seeking = 'no' THEN 'none'
  ELSE 'missing' END"""
MOVE = """CASE WHEN step_end = -1 THEN 'exit' WHEN step_start IS NULL OR step_end IS NULL
  THEN 'missing' WHEN step_start = -1 THEN 'exit' WHEN step_end > step_start THEN 'forward'
  WHEN step_end < step_start THEN 'back' ELSE 'same' END"""
KEPT = "CASE WHEN step_end < 0 OR step_m6 < 0 THEN false ELSE step_m6 >= step_end END"
TWO = f"{ENDED} AND ors_n >= 2"
CUT = "250"
CLASS = f"""CASE WHEN ors_last_mm - ors_first_mm >= 60 AND ors_first_mm < {CUT}
  AND ors_last_mm >= {CUT} THEN 'recovered' WHEN ors_last_mm - ors_first_mm >= 60
  THEN 'improved' WHEN ors_first_mm - ors_last_mm >= 60 THEN 'worse'
  WHEN ors_first_mm < {CUT} AND ors_last_mm >= {CUT} THEN 'crossed' ELSE 'same' END"""
MEANS = """count(*), avg(first), avg(last), avg(last - first), median(last - first),
  stddev_samp(first), stddev_samp(last - first)"""
DAYS = """sum(date_diff('day', greatest(started_on, $first)::DATE,
  least(coalesce(ended_on, $last), $last)::DATE) + 1)"""


@dataclass(frozen=True)
class Compared:
    """A table, how it is drawn here, and the same question to DuckDB."""

    name: str
    draw: Callable[[Basis], object]
    sql: str
    columns: tuple[str, ...] = ()
    raw: str | None = None


def by(expression: str, population: str) -> str:
    return (
        f"SELECT {expression}, gender, count(*) FROM summary"
        f" WHERE insats_id = $insats AND {population} GROUP BY ALL"
    )


def from_ratings(select: str, what: str = "") -> str:
    """The first and the last ORS worked out from the ratings, of spells ended in the period."""
    return f"""WITH scored AS (
      SELECT a.spell_id, first(r.total ORDER BY s.held_on, s.order_in_day, r.id) AS first,
        last(r.total ORDER BY s.held_on, s.order_in_day, r.id) AS last, count(*) AS n
      FROM rating r JOIN attendance a ON a.id = r.attendance_id
        JOIN session s ON s.id = a.session_id
      WHERE r.instrument = 'ORS' AND r.voided_at IS NULL AND r.total IS NOT NULL
        AND a.voided_at IS NULL AND s.voided_at IS NULL AND a.status = 'present'
        AND s.held_on <= $last AND a.insats_id = $insats
      GROUP BY a.spell_id)
    SELECT {select} FROM scored JOIN summary USING (spell_id)
    WHERE insats_id = $insats AND {ENDED} AND n >= 2 {what}"""


def compared(labels: dict[str, str]) -> tuple[Compared, ...]:
    def draws(key: str) -> Callable[[Basis], object]:
        return lambda basis: breakdown_table(BREAKDOWNS[key], basis)

    start, end = (expression.format("start") for expression in (GROUP, OCCUPATION))
    return (
        Compared(
            "deltagare och flöden",
            lambda b: flows_table(b.cohort, b.anonymous),
            f"""SELECT gender, count(*) FILTER (started_on < $first), count(*) FILTER ({STARTED}),
              count(*) FILTER ({ENDED}), count(*) FILTER ({COMPLETED}),
              count(*) FILTER (ended_on IS NULL OR ended_on > $last),
              count(DISTINCT participant_id) FROM summary WHERE insats_id = $insats
              AND started_on <= $last AND (ended_on IS NULL OR ended_on >= $first)
              AND (outcome IS NULL OR outcome <> 'misregistered') GROUP BY gender""",
        ),
        Compared("ålder", draws("age"), by(f"CASE {ages()} END", STARTED), needed.BACKGROUND),
        Compared("remittent", draws("referrer"), by("referrer_key", STARTED), needed.BACKGROUND),
        Compared("utbildning", draws("education"), by("education_key", STARTED), needed.BACKGROUND),
        Compared(
            "hemkommun", draws("municipality"), by("municipality_key", STARTED), needed.BACKGROUND
        ),
        Compared(
            "avslutsanledning",
            lambda b: end_reasons_table(b.cohort, labels, b.anonymous),
            by("outcome, end_reason_key", ENDED),
            ("end_reason_key",),
        ),
        Compared(
            "försörjning före/efter",
            support_change_table,
            by(start, ENDED) + " UNION ALL " + by(GROUP.format("end"), ENDED),
            needed.SUPPORT,
        ),
        Compared(
            "försörjning, flöde",
            support_flow_table,
            by(f"{start} AS a, {GROUP.format('end')} AS b", ENDED),
            needed.SUPPORT,
        ),
        Compared(
            "sysselsättning före/efter",
            occupation_change_table,
            by(end, ENDED) + " UNION ALL " + by(OCCUPATION.format("end"), ENDED),
            needed.OCCUPATION,
        ),
        Compared(
            "stegförflyttning",
            lambda b: step_moves_table(b.cohort, b.anonymous),
            by(f"outcome, {MOVE}", ENDED),
            needed.STEPS,
        ),
        Compared(
            "steg, matris",
            lambda b: step_matrix_table(b, Head.ENDED, {}),
            by("step_start, step_end", ENDED),
            needed.STEPS,
        ),
        Compared(
            "uppföljning",
            lambda b: sustained_table(b.cohort, b.anonymous),
            by(f"m6_status, {KEPT}", "m6_due_on BETWEEN $first AND $last"),
            needed.STEPS,
        ),
        Compared(
            "ORS, klasser",
            lambda b: ors_change_table(b.cohort, b.setting.thresholds, b.anonymous),
            by(f"ors_first_mm < {CUT}, {CLASS}", TWO),
            needed.ORS,
            from_ratings("first < 250, last - first >= 60, gender, count(*)", "GROUP BY ALL"),
        ),
        Compared(
            "ORS, medelvärden",
            ors_means_table,
            f"SELECT ors_first_mm < {CUT} AS low, gender, {MEANS} FROM (SELECT *, ors_first_mm AS"
            f" first, ors_last_mm AS last FROM summary WHERE insats_id = $insats AND {TWO})"
            " GROUP BY CUBE (low, gender)",
            needed.ORS,
            from_ratings(
                f"first < 250 AS low, gender, {MEANS}", "GROUP BY CUBE (first < 250, gender)"
            ),
        ),
        Compared("tid i insatsen", draws("stay"), by(f"CASE {stays()} END", ENDED)),
        Compared(
            "kapacitet",
            lambda b: capacity_table(Plan(60, None), b),
            f"SELECT gender, {DAYS} FROM summary WHERE insats_id = $insats AND started_on <= $last"
            " AND (ended_on IS NULL OR ended_on >= $first) GROUP BY gender",
        ),
    )


def ages() -> str:
    return " ".join(
        f"WHEN {AGE} BETWEEN {low} AND {high} THEN '{low}'"
        for low, high in ((16, 18), (19, 24), (25, 29), (30, 44), (45, 64))
    )


def stays() -> str:
    days = "date_diff('day', started_on::DATE, ended_on::DATE) + 1"
    return " ".join(f"WHEN {days} <= {most} THEN {most}" for most in (90, 180, 365, 730))
