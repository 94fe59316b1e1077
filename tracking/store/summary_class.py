"""The class of change on ORS as the summary keeps it, written for the database.

The classes are those of `tracking.domain.change`; a test of the summary proves them equal. The
scores are ``c`` and the participant ``d`` of the statement in `tracking.store.summary`.
"""

from __future__ import annotations

from tracking.domain.change import DEFAULT_THRESHOLDS, YOUNG_AGES, ChangeClass

LIMITS = (
    "LEFT JOIN threshold_set h ON h.valid_from = (SELECT max(v.valid_from) FROM threshold_set v"
    " WHERE v.valid_from <= c.ors_last_on)"
)
"""The thresholds of the day of the last ORS: the ones that a class is stored with."""


def ors_class(sqlite: bool) -> dict[str, str]:
    """The class of change and the thresholds it was made with, as `domain.change.classify`."""

    def limit(name: str) -> str:
        return f"coalesce(h.{name}, {int(getattr(DEFAULT_THRESHOLDS, name))})"

    year = "substr(c.ors_first_on, 1, 4)" if sqlite else "extract(year FROM c.ors_first_on)"
    young, old = YOUNG_AGES
    cutoff = (
        f"(CASE WHEN CAST({year} AS INTEGER) - d.birth_year BETWEEN {young} AND {old}"
        f" THEN {limit('ors_cutoff_young_mm')} ELSE {limit('ors_cutoff_adult_mm')} END)"
    )
    crossed = f"(c.ors_first_mm < {cutoff} AND c.ors_last_mm >= {cutoff})"

    def beyond(change: str) -> str:
        # Scores are whole: one that counts when it ties exceeds what is one less.
        return f"({change} + {limit('tie_counts')} > {limit('reliable_change_mm')})"

    gain, loss = beyond("c.ors_last_mm - c.ors_first_mm"), beyond("c.ors_first_mm - c.ors_last_mm")
    two = "coalesce(c.ors_n, 0) > 1"
    since = DEFAULT_THRESHOLDS.valid_from.isoformat()
    return {
        "ors_class": f"CASE WHEN NOT {two} THEN NULL"
        f" WHEN {gain} AND {crossed} THEN '{ChangeClass.RECOVERED}'"
        f" WHEN {gain} THEN '{ChangeClass.IMPROVED}'"
        f" WHEN {loss} THEN '{ChangeClass.DETERIORATED}'"
        f" WHEN {crossed} THEN '{ChangeClass.CROSSED}' ELSE '{ChangeClass.UNCHANGED}' END",
        "ors_class_from": f"CASE WHEN {two} THEN coalesce(h.valid_from,"
        f" {'' if sqlite else 'DATE '}'{since}') END",
    }
