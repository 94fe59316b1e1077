"""Reports that are written together, marked as ready, asked about and adopted.

The tables of reports were laid out before anything could be written in them, so they are made
anew. What a förbund looks like on paper gets a row of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = "kind IN ('simple_half_year', 'interim', 'tertial', 'year')"
KEYS = (
    "key IN ('summary', 'participants', 'results', 'ratings', 'targets', 'gender', 'deviations',"
    " 'economy', 'analysis', 'next_period', 'appendix')"
)


def _account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    for table in ("snapshot", "section_note", "section", "report"):
        op.drop_table(table)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("adopted_on", types.IsoDate(), nullable=True),
        sa.Column("minutes_paragraph", sa.Text(), nullable=True),
        sa.Column("adopted_at", types.Instant(), nullable=True),
        sa.Column("adopted_by", sa.Integer(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'adopted') = (adopted_on IS NOT NULL)",
            name=op.f("ck_report_adopted_has_day"),
        ),
        sa.CheckConstraint(
            "(status = 'adopted') = (adopted_at IS NOT NULL)",
            name=op.f("ck_report_adopted_has_moment"),
        ),
        sa.CheckConstraint(
            "(status = 'adopted') = (minutes_paragraph IS NOT NULL)",
            name=op.f("ck_report_adopted_has_paragraph"),
        ),
        sa.CheckConstraint(KINDS, name=op.f("ck_report_kind_kind")),
        sa.CheckConstraint("status IN ('draft', 'adopted')", name=op.f("ck_report_status_kind")),
        _account("report", "adopted_by"),
        _account("report", "created_by"),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_report_insats_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_report_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_report_insats_id"), "report", ["insats_id"])
    op.create_index(op.f("ix_report_release_id"), "report", ["release_id"])
    for name, columns, condition in (
        ("uq_report_of_insats", ["release_id", "kind", "insats_id"], "insats_id > 0"),
        ("uq_report_of_forbund", ["release_id", "kind"], "insats_id IS NULL"),
    ):
        op.create_index(
            name,
            "report",
            columns,
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("included", types.Flag(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("saved_at", types.Instant(), nullable=True),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        sa.Column("saved_key", sa.Text(), nullable=True),
        sa.Column("ready_words", sa.Text(), nullable=True),
        sa.Column("ready_at", types.Instant(), nullable=True),
        sa.Column("ready_by", sa.Integer(), nullable=True),
        sa.Column("groups_acknowledged", types.Flag(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(ready_words IS NULL) = (ready_at IS NULL)", name=op.f("ck_section_ready_whole")
        ),
        sa.CheckConstraint(KEYS, name=op.f("ck_section_key_kind")),
        sa.CheckConstraint("included IN (0, 1)", name=op.f("ck_section_included_kind")),
        sa.CheckConstraint(
            "groups_acknowledged IN (0, 1)", name=op.f("ck_section_groups_acknowledged_kind")
        ),
        _account("section", "saved_by"),
        _account("section", "ready_by"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_section_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("report_id", "key", name=op.f("uq_section_report_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "section_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("settled_at", types.Instant(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "zone IN ('insats', 'forbund', 'system')", name=op.f("ck_section_note_zone_kind")
        ),
        _account("section_note", "written_by"),
        _account("section_note", "settled_by"),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_section_note_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_note")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_section_note_section_id"), "section_note", ["section_id"])
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("frozen_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_snapshot_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("report_id", name=op.f("uq_snapshot_report_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "report_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("logotype", sa.LargeBinary(), nullable=True),
        sa.Column("logotype_kind", sa.Text(), nullable=True),
        sa.Column("logotype_alt", sa.Text(), nullable=False),
        sa.Column("changed_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_report_identity_one_row")),
        sa.CheckConstraint(
            "(logotype IS NULL) = (logotype_kind IS NULL)",
            name=op.f("ck_report_identity_logotype_whole"),
        ),
        sa.CheckConstraint(
            "logotype_kind IN ('png', 'svg')", name=op.f("ck_report_identity_logotype_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_identity")),
        sqlite_strict=True,
    )
