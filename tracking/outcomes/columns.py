"""Which columns of the spell summary the tables of a subject need, so that no more are read.

Most of the time of a table goes into reading its spells. A row has only the columns that were
asked for; a table that wants another one fails at once, and a test draws each subject alone.
"""

from __future__ import annotations

from itertools import product

ALWAYS = (
    "spell_id",
    "participant_id",
    "gender",
    "birth_year",
    "started_on",
    "ended_on",
    "outcome",
)
"""What a spell is sorted into populations, kön and age groups by."""

BACKGROUND = (
    "referrer_key",
    "education_key",
    "municipality_key",
    "need_group_key",
    "support_months_known",
    "support_months",
    "support_band_key",
)
SUPPORT = ("start_support", "start_sources", "end_support", "end_sources")
OCCUPATION = tuple(
    f"{occasion}_{name}"
    for occasion, name in product(
        ("start", "end"),
        ("work", "work_kind", "work_percent", "studies", "studies_percent", "seeking"),
    )
)
STEPS = (
    "ladder_version_id",
    "step_start",
    "step_end",
    *(f"step_m{months}" for months in (6, 12, 18)),
    *(
        f"m{months}_{name}"
        for months, name in product((6, 12, 18), ("status", "due_on", "support", "work", "studies"))
    ),
)
ORS = (
    "ors_n",
    "ors_first_mm",
    "ors_first_on",
    "ors_last_mm",
    "ors_class",
    "ors_class_from",
)
ALLIANCE = (
    "srs_n",
    "srs_first_mm",
    "srs_last_mm",
    "srs_before_mm",
    "srs_lowest_mm",
    "gsrs_n",
    "gsrs_first_mm",
    "gsrs_last_mm",
)
RATINGS = (*ORS, *ALLIANCE)
DETAILS = (
    "ors_last_on",
    *(
        f"{occasion}_{name}"
        for occasion, name in product(("start", "end"), ("sources", "work_kind", "seeking"))
    ),
)
"""What only the tables of a subject divide by."""
