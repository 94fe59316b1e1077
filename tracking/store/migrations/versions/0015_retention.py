"""How long things are kept, the protocol of what was erased, and what releases need of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ERASED = (
    "'spell', 'participant', 'session', 'attendance', 'rating', 'step_assessment', 'situation',"
    " 'follow_up', 'attempt', 'answer', 'change', 'log_payload', 'sign_in', 'sign_in_attempt',"
    " 'form_key'"
)


def upgrade() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=True),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("set_at", types.Instant(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'log') = (controller_id IS NULL)",
            name=op.f("ck_retention_rule_log_is_everybodys"),
        ),
        sa.CheckConstraint(
            "years <= 20 AND years >= CASE WHEN kind = 'log' THEN 2 ELSE 3 END",
            name=op.f("ck_retention_rule_years_range"),
        ),
        sa.CheckConstraint("kind IN ('persons', 'log')", name=op.f("ck_retention_rule_kind_kind")),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_retention_rule_controller_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_retention_rule_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_retention_rule_controller_id"), "retention_rule", ["controller_id"], unique=False
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_at", types.Instant(), nullable=False),
        sa.Column("run_by", sa.Integer(), nullable=True),
        sa.Column("on_day", types.IsoDate(), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.CheckConstraint("length(head_hash) = 64", name=op.f("ck_retention_run_head_is_digest")),
        sa.ForeignKeyConstraint(["run_by"], ["account.id"], name=op.f("fk_retention_run_run_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "retention_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=True),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("log_year", sa.Integer(), nullable=True),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("until", types.IsoDate(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_retention_line_number_not_negative")),
        sa.CheckConstraint(
            "(kind = 'log_payload') = (log_year IS NOT NULL)",
            name=op.f("ck_retention_line_log_by_year"),
        ),
        sa.CheckConstraint(f"kind IN ({ERASED})", name=op.f("ck_retention_line_kind_kind")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["retention_run.id"], name=op.f("fk_retention_line_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_retention_line_controller_id")
        ),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_retention_line_insats_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_line")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "erased_tally",
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_erased_tally_number_not_negative")),
        sa.CheckConstraint(
            "gender IN ('woman', 'man', 'unknown')", name=op.f("ck_erased_tally_gender_kind")
        ),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_erased_tally_insats_id")
        ),
        sa.PrimaryKeyConstraint(
            "insats_id",
            "period_key",
            "measure",
            "category",
            "gender",
            name=op.f("pk_erased_tally"),
        ),
        sqlite_strict=True,
    )
    # Without these the database would read a whole table for each row that goes.
    op.create_index("ix_attendance_session", "attendance", ["session_id"], unique=False)
    op.create_index("ix_spell_participant", "spell", ["participant_id"], unique=False)
