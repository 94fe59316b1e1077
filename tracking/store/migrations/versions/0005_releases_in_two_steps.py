"""Releases by the fine rule: prepared, then published, with what later ones are audited against.

A release of before was published the moment it was made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE release RENAME COLUMN released_at TO prepared_at")
    op.execute("ALTER TABLE release RENAME COLUMN released_by TO prepared_by")
    for name in ("release_cells", "release_small"):
        op.create_table(
            name,
            sa.Column("release_id", sa.Integer(), nullable=False),
            sa.Column("content", sa.Text(), nullable=False),
            sa.Column("sha256", sa.Text(), nullable=False),
            sa.ForeignKeyConstraint(
                ["release_id"], ["release.id"], name=op.f(f"fk_{name}_release_id")
            ),
            sa.PrimaryKeyConstraint("release_id", name=op.f(f"pk_{name}")),
            sqlite_strict=True,
        )
    op.create_table(
        "release_publication",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("published_at", types.Instant(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_release_publication_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_publication_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_publication")),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO release_publication (release_id, published_at, published_by)"
        " SELECT id, prepared_at, prepared_by FROM release"
    )
