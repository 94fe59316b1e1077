"""Reviews of the access log, and the rule by which its rows stand out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", types.IsoDate(), nullable=False),
        sa.Column("ends_on", types.IsoDate(), nullable=False),
        sa.Column("rows_n", sa.Integer(), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reviewed_at", types.Instant(), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_log_review_period_in_order")),
        sa.CheckConstraint("rows_n >= 0", name=op.f("ck_log_review_rows_counted")),
        sa.CheckConstraint("length(head_hash) = 64", name=op.f("ck_log_review_head_is_digest")),
        sa.CheckConstraint(
            "outcome IN ('no_remark', 'follow_up', 'reported')",
            name=op.f("ck_log_review_outcome_kind"),
        ),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_log_review_insats_id")),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["account.id"], name=op.f("fk_log_review_reviewed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_review")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_log_review_insats_id"), "log_review", ["insats_id"], unique=False)
    op.create_table(
        "log_review_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("set_at", types.Instant(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "opens >= 0 AND opens < closes AND closes <= 24",
            name=op.f("ck_log_review_rule_hours_in_order"),
        ),
        sa.CheckConstraint("many BETWEEN 2 AND 500", name=op.f("ck_log_review_rule_many_range")),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 1440", name=op.f("ck_log_review_rule_minutes_range")
        ),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_log_review_rule_insats_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_log_review_rule_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_review_rule")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_log_review_rule_insats_id"), "log_review_rule", ["insats_id"], unique=False
    )
    op.create_index(
        "ix_access_log_payload_insats", "access_log_payload", ["insats_id", "log_id"], unique=False
    )
