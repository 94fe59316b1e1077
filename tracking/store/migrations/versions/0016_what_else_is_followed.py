"""Assumptions of återbetalningstid, dates of the year, indicators and kommun figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

VOID = "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)"
KINDS = "'indicators', 'year_equivalents', 'support_measure'"
EVENTS = "'draw', 'release', 'report', 'board', 'preparation', 'money', 'follow_up', 'other'"


def _voidable(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(VOID, name=op.f(f"ck_{table}_void_whole")),
        sa.ForeignKeyConstraint(["voided_by"], ["account.id"], name=op.f(f"fk_{table}_voided_by")),
    )


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _refers(table: str, column: str, to: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column(column, sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}")),
    )


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    table = "payback_calculation"
    op.create_table(
        table,
        *_key(table),
        *_refers(table, "insats_id", "insats.id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("support_month_kr", sa.Integer(), nullable=False),
        sa.Column("production_month_kr", sa.Integer(), nullable=False),
        sa.Column("cost_kr", sa.Integer(), nullable=True),
        sa.Column("discount_hundredths", sa.Integer(), nullable=False),
        sa.Column("deadweight_percent", sa.Integer(), nullable=False),
        sa.Column("saved_at", types.Instant(), nullable=False),
        *_refers(table, "saved_by", "account.id"),
        _check(table, "number_positive", "number > 0"),
        _check(table, "population_kind", "population IN ('started', 'ended', 'completed')"),
        _check(table, "support_range", "support_month_kr BETWEEN 0 AND 1000000"),
        _check(table, "production_range", "production_month_kr BETWEEN 0 AND 1000000"),
        _check(table, "cost_not_negative", "cost_kr >= 0"),
        _check(table, "discount_range", "discount_hundredths BETWEEN 0 AND 2000"),
        _check(table, "deadweight_range", "deadweight_percent BETWEEN 0 AND 100"),
        sa.UniqueConstraint(
            "insats_id", "name", "number", name=op.f("uq_payback_calculation_insats_id_name_number")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_payback_calculation_insats_id"), table, ["insats_id"], unique=False)
    # Said in SQL, since Alembic rebuilds a SQLite table for a new CHECK and loses the old ones.
    for name, rule in (
        ("deadweight_percent", "BETWEEN 0 AND 100"),
        ("discount_hundredths", "BETWEEN 0 AND 2000"),
    ):
        op.execute(
            f"ALTER TABLE target ADD COLUMN {name} INTEGER"
            f" CONSTRAINT ck_target_{name}_range CHECK ({name} {rule})"
        )
    op.execute("ALTER TABLE target ADD COLUMN assumptions_from TEXT")
    table = "year_event"
    op.create_table(
        table,
        *_key(table),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("on_day", types.IsoDate(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        *_refers(table, "created_by", "account.id"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_voidable(table),
        _check(table, "kind_kind", f"kind IN ({EVENTS})"),
        _check(table, "year_range", "year BETWEEN 2000 AND 2100"),
        _check(table, "title_length", "length(title) BETWEEN 1 AND 120"),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_year_event_on_day"), table, ["on_day"], unique=False)
    op.create_index(
        "uq_year_event_standing",
        table,
        ["standing", "year"],
        unique=True,
        sqlite_where=sa.text("standing IS NOT NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("standing IS NOT NULL AND voided_at IS NULL"),
    )
    table = "context_import"
    op.create_table(
        table,
        *_key(table),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows_n", sa.Integer(), nullable=False),
        sa.Column("imported_at", types.Instant(), nullable=False),
        *_refers(table, "imported_by", "account.id"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_voidable(table),
        _check(table, "kind_kind", f"kind IN ({KINDS})"),
        _check(table, "something_read", "rows_n > 0"),
        _check(table, "sha256_is_digest", "length(sha256) = 64"),
        sqlite_strict=True,
    )
    table = "indicator_result"
    op.create_table(
        table,
        *_key(table),
        *_refers(table, "import_id", "context_import.id"),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("share_hundredths", sa.Integer(), nullable=True),
        _check(table, "number_range", "number BETWEEN 1 AND 15"),
        _check(table, "year_range", "year BETWEEN 2000 AND 2100"),
        _check(table, "n_not_negative", "n >= 0"),
        _check(table, "share_range", "share_hundredths BETWEEN 0 AND 10000"),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_indicator_result_import_id"), table, ["import_id"], unique=False)
    table = "municipal_figure"
    op.create_table(
        table,
        *_key(table),
        *_refers(table, "import_id", "context_import.id"),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("value", sa.REAL(), nullable=False),
        _check(table, "gender_kind", "gender IN ('woman', 'man', 'unknown')"),
        _check(table, "value_not_negative", "value >= 0"),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_municipal_figure_import_id"), table, ["import_id"], unique=False)
