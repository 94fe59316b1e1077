"""What an insatsansvarig has asked the staff to mend."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mend_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("lacking", sa.Integer(), nullable=False),
        sa.Column("sent_at", types.Instant(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("taken_back_at", types.Instant(), nullable=True),
        sa.CheckConstraint("lacking > 0", name=op.f("ck_mend_request_something_lacking")),
        sa.CheckConstraint(
            "item IN ('outside_spell', 'overlap', 'step_outside', 'step_off_ladder',"
            " 'follow_up_early', 'follow_up_late', 'not_seen', 'end_situation', 'end_step',"
            " 'end_planning', 'start_situation', 'start_step', 'talk_without_ors',"
            " 'talk_without_srs', 'first_ors', 'last_ors', 'misregistered')",
            name=op.f("ck_mend_request_item_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_mend_request_insats_id")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["account.id"], name=op.f("fk_mend_request_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mend_request")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_mend_request_insats_id"), "mend_request", ["insats_id"], unique=False)
    op.create_index(
        "uq_mend_request_open",
        "mend_request",
        ["insats_id", "item", "period_key"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )
