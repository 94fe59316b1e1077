"""The spell summary keeps each class of change with the thresholds that it was made with."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CLASSES = "'recovered', 'improved', 'crossed', 'unchanged', 'deteriorated'"


def upgrade() -> None:
    # Said in SQL, since Alembic rebuilds a SQLite table for a new CHECK and loses the old ones.
    day = "DATE" if op.get_bind().dialect.name == "postgresql" else "TEXT"
    op.execute(
        "ALTER TABLE spell_summary ADD COLUMN ors_class TEXT"
        f" CONSTRAINT ck_spell_summary_ors_class_kind CHECK (ors_class IN ({CLASSES}))"
    )
    op.execute(f"ALTER TABLE spell_summary ADD COLUMN ors_class_from {day}")
