"""The spell summary knows background, sources of försörjning and SRS's lowest scale."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ANSWERS = "'yes', 'no', 'unknown'"
WORK_KINDS = "'unsubsidised', 'subsidised', 'own_business'"
COLUMNS = (
    ("education_key", "TEXT", None),
    ("municipality_key", "TEXT", None),
    ("need_group_key", "TEXT", None),
    ("support_months_known", "TEXT", "IN ('months', 'band', 'unknown')"),
    ("support_months", "INTEGER", None),
    ("support_band_key", "TEXT", None),
    ("srs_before_mm", "SCORE", "BETWEEN 0 AND 400"),
    ("srs_lowest_mm", "SCORE", "BETWEEN 0 AND 100"),
    ("start_sources", "INTEGER", None),
    ("start_work_kind", "TEXT", f"IN ({WORK_KINDS})"),
    ("start_seeking", "TEXT", f"IN ({ANSWERS})"),
    ("end_sources", "INTEGER", None),
    ("end_work_kind", "TEXT", f"IN ({WORK_KINDS})"),
    ("end_seeking", "TEXT", f"IN ({ANSWERS})"),
)


def upgrade() -> None:
    # Said in SQL, since Alembic rebuilds a SQLite table for a new CHECK and loses the old ones.
    score = "SMALLINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for name, kind, rule in COLUMNS:
        kind = score if kind == "SCORE" else kind
        check = (
            ""
            if rule is None
            else f" CONSTRAINT ck_spell_summary_{name}_kind CHECK ({name} {rule})"
        )
        op.execute(f"ALTER TABLE spell_summary ADD COLUMN {name} {kind}{check}")
