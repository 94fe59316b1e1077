"""That a backup was made, and that it was proved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", types.Instant(), nullable=False),
        sa.Column("finished_at", types.Instant(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("size_kb", sa.Integer(), nullable=False),
        sa.Column("tables_n", sa.Integer(), nullable=False),
        sa.Column("rows_n", sa.Integer(), nullable=False),
        sa.Column("log_faults", sa.Integer(), nullable=False),
        sa.Column("summary_faults", sa.Integer(), nullable=False),
        sa.Column("with_key", types.Flag(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.CheckConstraint("finished_at >= started_at", name=op.f("ck_backup_run_in_order")),
        sa.CheckConstraint(
            "(fault IS NULL) = (file_name IS NOT NULL) AND (fault IS NULL) = (sha256 IS NOT NULL)",
            name=op.f("ck_backup_run_proved_or_failed"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_backup_run_sha256_is_digest")),
        sa.CheckConstraint(
            "size_kb >= 0 AND tables_n >= 0 AND rows_n >= 0"
            " AND log_faults >= 0 AND summary_faults >= 0",
            name=op.f("ck_backup_run_counted"),
        ),
        sa.CheckConstraint("with_key IN (0, 1)", name=op.f("ck_backup_run_with_key_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_backup_run_finished_at"), "backup_run", ["finished_at"], unique=False)
