"""A follow-up that a death has closed knows at which spell the death was recorded."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE follow_up ADD COLUMN death_spell_id INTEGER")
