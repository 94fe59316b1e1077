"""The usual course as it was fitted: coefficients and counts, nothing about a person.

Rows are only added (triggers refuse the rest): the newest version of a scope is the one that
is shown, and what was shown before can always be told.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DOUBLE_PRECISION, REAL, CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from tracking.store.tables.base import (
    NEVER_REUSED,
    Base,
    date,
    datetime,
    day,
    instant,
    key,
    refers,
    string,
    unique_while,
)

EXACT: Any = REAL().with_variant(DOUBLE_PRECISION(), "postgresql")
"""SQLite's REAL has 64 bits, PostgreSQL's only 32."""


def exact() -> Any:
    """A computed number, kept to the last bit."""
    return Field(sa_type=EXACT)


class FittedCourse(Base, table=True):
    """One fit of the usual course, of an insats or (no insats) of all a controller's insatser.

    Scores are millimetres: y = b0 + b1 ln(s) + b2 c + b3 c ln(s), c the first score less
    ``mean_first``; ``g00``, ``g01``, ``g11`` the covariance of a spell's own intercept and
    slope. ``ranges`` are the first scores for which enough spells began near by, as
    ``100-310 330-340``; ``values_to`` is the day up to which scores were read. ``inside_50``
    and ``inside_80`` are how many of ``tried`` left-out scores lay within the bands.
    """

    __tablename__ = "fitted_course"
    __table_args__ = (
        ForeignKeyConstraint(["insats_id", "controller_id"], ["insats.id", "insats.controller_id"]),
        unique_while("uq_fitted_course_insats", ["insats_id", "version"], "insats_id IS NOT NULL"),
        unique_while(
            "uq_fitted_course_controller", ["controller_id", "version"], "insats_id IS NULL"
        ),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("spells >= smallest_spells", name="gate_passed"),
        CheckConstraint("residual_sd >= 0 AND g00 >= 0 AND g11 >= 0", name="spread_not_negative"),
        CheckConstraint(
            "inside_50 >= 0 AND inside_50 <= inside_80 AND inside_80 <= tried AND tried > 0",
            name="coverage_counted",
        ),
        NEVER_REUSED,
    )

    id: int | None = key()
    controller_id: int = refers("controller.id")
    insats_id: int | None = Field(default=None)
    version: int
    fitted_at: datetime = instant()
    values_to: date = day()
    code_version: str = string()
    spells: int
    scores: int
    smallest_spells: int
    smallest_near: int
    near_mm: int
    ranges: str = string()
    mean_first: float = exact()
    b0: float = exact()
    b1: float = exact()
    b2: float = exact()
    b3: float = exact()
    g00: float = exact()
    g01: float = exact()
    g11: float = exact()
    residual_sd: float = exact()
    log_likelihood: float = exact()
    inside_50: int
    inside_80: int
    tried: int
