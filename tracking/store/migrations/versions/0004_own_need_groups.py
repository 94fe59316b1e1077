"""Behovsgrupper of an insats's own, what återbetalningstid assumes, and when answers are asked."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Alembic would rebuild the tables on SQLite, which knows how to add a column with its rule.
_COLUMNS = (
    "ALTER TABLE code ADD COLUMN insats_id INTEGER"
    " CONSTRAINT fk_code_insats_id REFERENCES insats (id)",
    "ALTER TABLE target ADD COLUMN support_month_kr INTEGER"
    " CONSTRAINT ck_target_support_month_not_negative CHECK (support_month_kr >= 0)",
    "ALTER TABLE target ADD COLUMN production_month_kr INTEGER"
    " CONSTRAINT ck_target_production_month_not_negative CHECK (production_month_kr >= 0)",
)


# What the förbund had in common becomes each insats's own copy, and the spells point to theirs.
_OWN = (
    "INSERT INTO code (list_key, key, label, sort, retired_on, insats_id, version)"
    " SELECT c.list_key, c.key || '_' || i.id, c.label, c.sort, c.retired_on, i.id, 1"
    " FROM code c CROSS JOIN insats i WHERE c.list_key = 'need_group' AND c.insats_id IS NULL",
    "UPDATE spell SET need_group_id = (SELECT n.id FROM code o JOIN code n"
    " ON n.list_key = o.list_key AND n.insats_id = spell.insats_id"
    " AND n.key = o.key || '_' || spell.insats_id WHERE o.id = spell.need_group_id)"
    " WHERE need_group_id IS NOT NULL",
    "DELETE FROM code WHERE list_key = 'need_group' AND insats_id IS NULL",
)


def upgrade() -> None:
    for statement in (*_COLUMNS, *_OWN):
        op.execute(statement)
    # Both have always been counted on the answers at the end; now they say so.
    op.execute(
        "UPDATE target SET point_in_time = 'at_end'"
        " WHERE measure = 'positive_answers' AND point_in_time IN ('during', 'period')"
    )
