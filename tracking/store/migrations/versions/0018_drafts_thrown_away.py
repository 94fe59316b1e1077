"""A draft of a report can be thrown away; open data have terms that the förbund chooses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Said in SQL, since Alembic rebuilds a SQLite table for a new CHECK and loses the old ones.
    moment = "TIMESTAMPTZ" if op.get_bind().dialect.name == "postgresql" else "TEXT"
    op.execute(
        f"ALTER TABLE report ADD COLUMN voided_at {moment}"
        " CONSTRAINT ck_report_only_drafts_voided CHECK (status = 'draft' OR voided_at IS NULL)"
    )
    op.execute(
        "ALTER TABLE report ADD COLUMN voided_by INTEGER"
        " CONSTRAINT fk_report_voided_by REFERENCES account (id)"
    )
    op.execute(
        "ALTER TABLE report ADD COLUMN void_reason TEXT CONSTRAINT ck_report_void_whole CHECK"
        " ((voided_at IS NULL) = (voided_by IS NULL) AND"
        " (voided_at IS NULL) = (void_reason IS NULL))"
    )
    for name, columns, condition in (
        ("uq_report_of_insats", ["release_id", "kind", "insats_id"], "insats_id > 0"),
        ("uq_report_of_forbund", ["release_id", "kind"], "insats_id IS NULL"),
    ):
        op.drop_index(name, "report")
        standing = sa.text(f"{condition} AND voided_at IS NULL")
        op.create_index(
            name,
            "report",
            columns,
            unique=True,
            sqlite_where=standing,
            postgresql_where=standing,
        )
    op.execute(
        "ALTER TABLE report_identity ADD COLUMN licence TEXT NOT NULL DEFAULT 'CC0-1.0'"
        " CONSTRAINT ck_report_identity_licence_kind"
        " CHECK (licence IN ('CC0-1.0', 'CC-BY-4.0'))"
    )
