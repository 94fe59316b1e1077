"""What has been read in from files: the imports, the rows they made, keys, mappings, history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_KINDS = "('spells', 'ratings', 'situations', 'steps', 'follow_ups', 'history')"


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("mapping_name", sa.Text(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_same", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("applied_at", types.Instant(), nullable=False),
        sa.Column("applied_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND"
            " (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_import_run_void_whole"),
        ),
        sa.CheckConstraint(
            "rows_read >= 0 AND rows_new >= 0 AND rows_same >= 0 AND"
            " rows_new + rows_same = rows_read",
            name=op.f("ck_import_run_rows_add_up"),
        ),
        sa.CheckConstraint(f"kind IN {_KINDS}", name=op.f("ck_import_run_kind_kind")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_import_run_insats_id")),
        sa.ForeignKeyConstraint(
            ["voided_by"], ["account.id"], name=op.f("fk_import_run_voided_by")
        ),
        sa.ForeignKeyConstraint(
            ["applied_by"], ["account.id"], name=op.f("fk_import_run_applied_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_import_run_insats_id"), "import_run", ["insats_id"], unique=False)
    op.create_table(
        "imported_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("file_row", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_imported_row_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"],
            ["spell.id"],
            name=op.f("fk_imported_row_spell_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_imported_row_import", "imported_row", ["import_id", "table_name"], unique=False
    )
    op.create_index("ix_imported_row_spell", "imported_row", ["spell_id"], unique=False)
    op.create_table(
        "import_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(file_key) BETWEEN 1 AND 20", name=op.f("ck_import_key_key_is_short")
        ),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_import_key_insats_id")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_import_key_participant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_key")),
        sa.UniqueConstraint("insats_id", "file_key", name=op.f("uq_import_key_insats_id_file_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_import_key_participant_id"), "import_key", ["participant_id"], unique=False
    )
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", types.Instant(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN {_KINDS}", name=op.f("ck_import_mapping_kind_kind")),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_import_mapping_insats_id")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["account.id"], name=op.f("fk_import_mapping_saved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("insats_id", "name", name=op.f("uq_import_mapping_insats_id_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "earlier_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("year BETWEEN 1993 AND 2100", name=op.f("ck_earlier_figure_year_range")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_earlier_figure_number_not_negative")),
        sa.CheckConstraint(
            "base IS NULL OR base >= number", name=op.f("ck_earlier_figure_base_holds_number")
        ),
        sa.CheckConstraint(
            "gender IN ('woman', 'man', 'unknown')", name=op.f("ck_earlier_figure_gender_kind")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_earlier_figure_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_earlier_figure_insats_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_figure")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_earlier_figure_insats", "earlier_figure", ["insats_id", "year"], unique=False
    )
    op.create_index(
        op.f("ix_earlier_figure_import_id"), "earlier_figure", ["import_id"], unique=False
    )
