"""Systemavvikelser that are cleared and handled, occasions with heads, administration's cost.

The tables of systemavvikelser and heads were laid out before anything could be written in them,
so they are made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

VOID_WHOLE = (
    "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)"
)


def _refers(table: str, column: str, to: str = "account.id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _void() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
    )


def upgrade() -> None:
    for table in ("deviation_party", "deviation", "head_count"):
        op.drop_table(table)
    op.create_table(
        "deviation",
        *_void(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("noted_on", types.IsoDate(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("ladder_version_id", sa.Integer(), nullable=True),
        sa.Column("step_position", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("handled", sa.Text(), nullable=False),
        sa.Column("handled_on", types.IsoDate(), nullable=True),
        sa.Column("cleared_at", types.Instant(), nullable=True),
        sa.Column("cleared_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(VOID_WHOLE, name=op.f("ck_deviation_void_whole")),
        sa.CheckConstraint(
            "(cleared_at IS NULL) = (cleared_by IS NULL)",
            name=op.f("ck_deviation_clearing_whole"),
        ),
        sa.CheckConstraint(
            "insats_id IS NOT NULL OR cleared_at IS NOT NULL",
            name=op.f("ck_deviation_forbund_cleared"),
        ),
        sa.CheckConstraint(
            "status = 'new' OR cleared_at IS NOT NULL", name=op.f("ck_deviation_handled_cleared")
        ),
        sa.CheckConstraint(
            "(status = 'new') = (handled_on IS NULL)", name=op.f("ck_deviation_handled_has_day")
        ),
        sa.CheckConstraint(
            "(ladder_version_id IS NULL) = (step_position IS NULL)",
            name=op.f("ck_deviation_step_whole"),
        ),
        sa.CheckConstraint(
            "status IN ('new', 'in_progress', 'solved', 'raised')",
            name=op.f("ck_deviation_status_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["ladder_version_id", "step_position"],
            ["ladder_step.ladder_version_id", "ladder_step.position"],
            name=op.f("fk_deviation_ladder_version_id_step_position"),
        ),
        _refers("deviation", "insats_id", "insats.id"),
        _refers("deviation", "cleared_by"),
        _refers("deviation", "recorded_by"),
        _refers("deviation", "voided_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deviation_insats_id"), "deviation", ["insats_id"])
    op.create_table(
        "deviation_party",
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deviation_id"],
            ["deviation.id"],
            name=op.f("fk_deviation_party_deviation_id"),
            ondelete="CASCADE",
        ),
        _refers("deviation_party", "controller_id", "controller.id"),
        sa.PrimaryKeyConstraint("deviation_id", "controller_id", name=op.f("pk_deviation_party")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deviation_party_controller_id"), "deviation_party", ["controller_id"])
    op.create_table(
        "structural_occasion",
        *_void(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("held_on", types.IsoDate(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(VOID_WHOLE, name=op.f("ck_structural_occasion_void_whole")),
        _refers("structural_occasion", "insats_id", "insats.id"),
        _refers("structural_occasion", "recorded_by"),
        _refers("structural_occasion", "voided_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structural_occasion")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_structural_occasion_insats_id"), "structural_occasion", ["insats_id"])
    op.create_index(
        "uq_structural_occasion_once",
        "structural_occasion",
        ["insats_id", "held_on", "title"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "head_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_head_count_number_not_negative")),
        sa.CheckConstraint(
            "gender IN ('woman', 'man', 'unknown')", name=op.f("ck_head_count_gender_kind")
        ),
        _refers("head_count", "occasion_id", "structural_occasion.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_count")),
        sa.UniqueConstraint(
            "occasion_id",
            "organisation",
            "gender",
            name=op.f("uq_head_count_occasion_id_organisation_gender"),
        ),
        sqlite_strict=True,
    )
    op.execute("ALTER TABLE forbund_budget ADD COLUMN administration_actual_kr INTEGER")
