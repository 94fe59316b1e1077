"""How anybody reaches the förbund: the accessibility statement has to say it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("forbund", sa.Column("contact", sa.Text(), nullable=True))
