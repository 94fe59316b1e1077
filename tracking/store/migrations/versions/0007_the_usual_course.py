"""The usual course as it was fitted, one row a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    exact: sa.types.TypeEngine[float] = sa.REAL().with_variant(sa.DOUBLE_PRECISION(), "postgresql")
    op.create_table(
        "fitted_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fitted_at", types.Instant(), nullable=False),
        sa.Column("values_to", types.IsoDate(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("spells", sa.Integer(), nullable=False),
        sa.Column("scores", sa.Integer(), nullable=False),
        sa.Column("smallest_spells", sa.Integer(), nullable=False),
        sa.Column("smallest_near", sa.Integer(), nullable=False),
        sa.Column("near_mm", sa.Integer(), nullable=False),
        sa.Column("ranges", sa.Text(), nullable=False),
        sa.Column("mean_first", exact, nullable=False),
        sa.Column("b0", exact, nullable=False),
        sa.Column("b1", exact, nullable=False),
        sa.Column("b2", exact, nullable=False),
        sa.Column("b3", exact, nullable=False),
        sa.Column("g00", exact, nullable=False),
        sa.Column("g01", exact, nullable=False),
        sa.Column("g11", exact, nullable=False),
        sa.Column("residual_sd", exact, nullable=False),
        sa.Column("log_likelihood", exact, nullable=False),
        sa.Column("inside_50", sa.Integer(), nullable=False),
        sa.Column("inside_80", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_fitted_course_version_from_one")),
        sa.CheckConstraint("spells >= smallest_spells", name=op.f("ck_fitted_course_gate_passed")),
        sa.CheckConstraint(
            "residual_sd >= 0 AND g00 >= 0 AND g11 >= 0",
            name=op.f("ck_fitted_course_spread_not_negative"),
        ),
        sa.CheckConstraint(
            "inside_50 >= 0 AND inside_50 <= inside_80 AND inside_80 <= tried AND tried > 0",
            name=op.f("ck_fitted_course_coverage_counted"),
        ),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_fitted_course_controller_id")
        ),
        sa.ForeignKeyConstraint(
            ["insats_id", "controller_id"],
            ["insats.id", "insats.controller_id"],
            name=op.f("fk_fitted_course_insats_id_controller_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fitted_course")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_fitted_course_controller_id"), "fitted_course", ["controller_id"], unique=False
    )
    for name, column, condition in (
        ("uq_fitted_course_insats", "insats_id", "insats_id IS NOT NULL"),
        ("uq_fitted_course_controller", "controller_id", "insats_id IS NULL"),
    ):
        op.create_index(
            name,
            "fitted_course",
            [column, "version"],
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
