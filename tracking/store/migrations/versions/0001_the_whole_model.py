"""The whole model: set-up, people, sessions, progress, releases, accounts and the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_access_log_link_hash")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_log_at"), ["at"], unique=False)

    op.create_table(
        "access_log_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_access_log_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "code_list",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_code_list")),
        sqlite_strict=True,
    )
    op.create_table(
        "controller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('employment_service', 'insurance_agency', 'municipality', 'region')",
            name=op.f("ck_controller_kind_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controller")),
        sa.UniqueConstraint("name", name=op.f("uq_controller_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "forbund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_demo", types.Flag(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("disclosure_threshold", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "calendar IN ('half_year', 'tertial')", name=op.f("ck_forbund_calendar_kind")
        ),
        sa.CheckConstraint(
            "disclosure_threshold BETWEEN 3 AND 10", name=op.f("ck_forbund_threshold_range")
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_forbund_one_row")),
        sa.CheckConstraint("is_demo IN (0, 1)", name=op.f("ck_forbund_is_demo_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forbund")),
        sqlite_strict=True,
    )
    op.create_table(
        "forbund_budget",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("own_capital_kr", sa.Integer(), nullable=True),
        sa.Column("state_contribution_kr", sa.Integer(), nullable=True),
        sa.Column("region_contribution_kr", sa.Integer(), nullable=True),
        sa.Column("municipal_contribution_kr", sa.Integer(), nullable=True),
        sa.Column("administration_kr", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_forbund_budget_year_range")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_forbund_budget")),
        sqlite_strict=True,
    )
    op.create_table(
        "ladder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", types.Flag(), nullable=False),
        sa.CheckConstraint("shared IN (0, 1)", name=op.f("ck_ladder_shared_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder")),
        sqlite_strict=True,
    )
    op.create_table(
        "release_day",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("years_after", sa.Integer(), nullable=False),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name=op.f("ck_release_day_day_range")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_release_day_month_range")),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name=op.f("ck_release_day_number_range")),
        sa.CheckConstraint("years_after IN (0, 1)", name=op.f("ck_release_day_years_after_range")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release_day")),
        sqlite_strict=True,
    )
    op.create_table(
        "threshold_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", types.IsoDate(), nullable=False),
        sa.Column("ors_cutoff_adult_mm", types.Millimetres(400), nullable=False),
        sa.Column("ors_cutoff_young_mm", types.Millimetres(400), nullable=False),
        sa.Column("reliable_change_mm", types.Millimetres(400), nullable=False),
        sa.Column("alternative_reliable_change_mm", types.Millimetres(400), nullable=False),
        sa.Column("srs_total_mm", types.Millimetres(400), nullable=False),
        sa.Column("srs_scale_mm", types.Millimetres(100), nullable=False),
        sa.Column("srs_fall_mm", types.Millimetres(400), nullable=False),
        sa.Column("gsrs_total_mm", types.Millimetres(400), nullable=False),
        sa.Column("tie_counts", types.Flag(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "alternative_reliable_change_mm BETWEEN 0 AND 400",
            name=op.f("ck_threshold_set_alternative_reliable_change_mm_kind"),
        ),
        sa.CheckConstraint(
            "gsrs_total_mm BETWEEN 0 AND 400", name=op.f("ck_threshold_set_gsrs_total_mm_kind")
        ),
        sa.CheckConstraint(
            "ors_cutoff_adult_mm BETWEEN 0 AND 400",
            name=op.f("ck_threshold_set_ors_cutoff_adult_mm_kind"),
        ),
        sa.CheckConstraint(
            "ors_cutoff_young_mm BETWEEN 0 AND 400",
            name=op.f("ck_threshold_set_ors_cutoff_young_mm_kind"),
        ),
        sa.CheckConstraint(
            "reliable_change_mm > 0", name=op.f("ck_threshold_set_reliable_change_positive")
        ),
        sa.CheckConstraint(
            "reliable_change_mm BETWEEN 0 AND 400",
            name=op.f("ck_threshold_set_reliable_change_mm_kind"),
        ),
        sa.CheckConstraint(
            "srs_fall_mm BETWEEN 0 AND 400", name=op.f("ck_threshold_set_srs_fall_mm_kind")
        ),
        sa.CheckConstraint(
            "srs_scale_mm BETWEEN 0 AND 100", name=op.f("ck_threshold_set_srs_scale_mm_kind")
        ),
        sa.CheckConstraint(
            "srs_total_mm BETWEEN 0 AND 400", name=op.f("ck_threshold_set_srs_total_mm_kind")
        ),
        sa.CheckConstraint("tie_counts IN (0, 1)", name=op.f("ck_threshold_set_tie_counts_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_set")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_threshold_set_valid_from")),
        sqlite_strict=True,
    )
    op.create_table(
        "touched_insats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touched_insats")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("touched_insats", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_touched_insats_insats_id"), ["insats_id"], unique=False
        )

    op.create_table(
        "touched_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touched_spell")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("touched_spell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_touched_spell_spell_id"), ["spell_id"], unique=False)

    op.create_table(
        "access_log_payload",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("spell_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["log_id"], ["access_log.id"], name=op.f("fk_access_log_payload_log_id")
        ),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_access_log_payload")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("access_log_payload", schema=None) as batch_op:
        batch_op.create_index(
            "ix_access_log_payload_account", ["account_id", "log_id"], unique=False
        )
        batch_op.create_index("ix_access_log_payload_spell", ["spell_id", "log_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("must_change_password", types.Flag(), nullable=False),
        sa.Column("active", types.Flag(), nullable=False),
        sa.Column("score_unit", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "score_unit IN ('points', 'mm')", name=op.f("ck_account_score_unit_kind")
        ),
        sa.CheckConstraint(
            "zone IN ('insats', 'forbund', 'system')", name=op.f("ck_account_zone_kind")
        ),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_account_active_kind")),
        sa.CheckConstraint(
            "must_change_password IN (0, 1)", name=op.f("ck_account_must_change_password_kind")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["controller.id"], name=op.f("fk_account_employer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("id", "zone", name=op.f("uq_account_id_zone")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_employer_id"), ["employer_id"], unique=False)

    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_key", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("proposes", sa.Text(), nullable=True),
        sa.Column("group_key", sa.Text(), nullable=True),
        sa.Column("retired_on", types.IsoDate(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["list_key"], ["code_list.key"], name=op.f("fk_code_list_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("id", "list_key", name=op.f("uq_code_id_list_key")),
        sa.UniqueConstraint("list_key", "key", name=op.f("uq_code_list_key_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "insats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_on", types.IsoDate(), nullable=False),
        sa.Column("ends_on", types.IsoDate(), nullable=True),
        sa.Column("planned_places", sa.Integer(), nullable=True),
        sa.Column("planned_weeks", sa.Integer(), nullable=True),
        sa.Column("planned_participants", sa.Integer(), nullable=True),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("ladder_id", sa.Integer(), nullable=True),
        sa.Column("uses_ors", types.Flag(), nullable=False),
        sa.Column("uses_srs", types.Flag(), nullable=False),
        sa.Column("uses_gsrs", types.Flag(), nullable=False),
        sa.Column("follow_up_12", types.Flag(), nullable=False),
        sa.Column("template_key", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('individual', 'structural')", name=op.f("ck_insats_kind_kind")
        ),
        sa.CheckConstraint(
            "age_from IS NULL OR age_to IS NULL OR age_to >= age_from",
            name=op.f("ck_insats_ages_in_order"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_insats_ends_after_start")
        ),
        sa.CheckConstraint("follow_up_12 IN (0, 1)", name=op.f("ck_insats_follow_up_12_kind")),
        sa.CheckConstraint(
            "planned_participants >= 0", name=op.f("ck_insats_participants_not_negative")
        ),
        sa.CheckConstraint("planned_places >= 0", name=op.f("ck_insats_places_not_negative")),
        sa.CheckConstraint("planned_weeks BETWEEN 1 AND 520", name=op.f("ck_insats_weeks_range")),
        sa.CheckConstraint("uses_gsrs IN (0, 1)", name=op.f("ck_insats_uses_gsrs_kind")),
        sa.CheckConstraint("uses_ors IN (0, 1)", name=op.f("ck_insats_uses_ors_kind")),
        sa.CheckConstraint("uses_srs IN (0, 1)", name=op.f("ck_insats_uses_srs_kind")),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_insats_controller_id")
        ),
        sa.ForeignKeyConstraint(["ladder_id"], ["ladder.id"], name=op.f("fk_insats_ladder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insats")),
        sa.UniqueConstraint("id", "controller_id", name=op.f("uq_insats_id_controller_id")),
        sa.UniqueConstraint("name", name=op.f("uq_insats_name")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("insats", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_insats_controller_id"), ["controller_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_insats_ladder_id"), ["ladder_id"], unique=False)

    op.create_table(
        "ladder_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ladder_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", types.IsoDate(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ladder_id"], ["ladder.id"], name=op.f("fk_ladder_version_ladder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_version")),
        sa.UniqueConstraint("ladder_id", "number", name=op.f("uq_ladder_version_ladder_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "anonymous_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("converted", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "gender IN ('woman', 'man', 'unknown')", name=op.f("ck_anonymous_count_gender_kind")
        ),
        sa.CheckConstraint(
            "converted >= 0", name=op.f("ck_anonymous_count_converted_not_negative")
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_anonymous_count_number_not_negative")),
        sa.CheckConstraint(
            "year BETWEEN 2000 AND 2100", name=op.f("ck_anonymous_count_year_range")
        ),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_anonymous_count_insats_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymous_count")),
        sa.UniqueConstraint(
            "insats_id", "year", "gender", name=op.f("uq_anonymous_count_insats_id_year_gender")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", types.IsoDate(), nullable=False),
        sa.Column("ends_on", types.IsoDate(), nullable=True),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.CheckConstraint(
            "(zone = 'insats' AND role IN ('case_worker', 'insats_lead', 'log_reviewer')) OR (zone = 'forbund' AND role IN ('forbund_admin', 'board', 'steering_group', 'preparatory_group', 'auditor')) OR (zone = 'system' AND role IN ('system_admin'))",
            name=op.f("ck_assignment_role_fits_zone"),
        ),
        sa.CheckConstraint(
            "role IN ('case_worker', 'insats_lead', 'log_reviewer', 'forbund_admin', 'board', 'steering_group', 'preparatory_group', 'auditor', 'system_admin')",
            name=op.f("ck_assignment_role_kind"),
        ),
        sa.CheckConstraint(
            "zone <> 'insats' OR insats_id IS NOT NULL",
            name=op.f("ck_assignment_insats_zone_has_insats"),
        ),
        sa.CheckConstraint(
            "zone <> 'system' OR insats_id IS NULL", name=op.f("ck_assignment_system_has_no_insats")
        ),
        sa.CheckConstraint(
            "zone IN ('insats', 'forbund', 'system')", name=op.f("ck_assignment_zone_kind")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_assignment_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "zone"],
            ["account.id", "account.zone"],
            name=op.f("fk_assignment_account_id_zone"),
        ),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_assignment_given_by")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_assignment_insats_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_account", ["account_id", "zone"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_insats_id"), ["insats_id"], unique=False)

    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("planned_participants", sa.Integer(), nullable=True),
        sa.Column("budget_kr", sa.Integer(), nullable=True),
        sa.Column("actual_kr", sa.Integer(), nullable=True),
        sa.Column("esf_kr", sa.Integer(), nullable=True),
        sa.Column("cost_share_percent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cost_share_percent BETWEEN 0 AND 100", name=op.f("ck_budget_cost_share_range")
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_budget_year_range")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_budget_insats_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("insats_id", "year", name=op.f("uq_budget_insats_id_year")),
        sqlite_strict=True,
    )
    op.create_table(
        "data_version",
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_data_version_insats_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("insats_id", name=op.f("pk_data_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "deviation",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("noted_on", types.IsoDate(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("ladder_version_id", sa.Integer(), nullable=True),
        sa.Column("step_position", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("handled", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'in_progress', 'solved', 'raised')",
            name=op.f("ck_deviation_status_kind"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_deviation_void_whole"),
        ),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_deviation_insats_id")),
        sa.ForeignKeyConstraint(
            ["ladder_version_id"],
            ["ladder_version.id"],
            name=op.f("fk_deviation_ladder_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_deviation_recorded_by")
        ),
        sa.ForeignKeyConstraint(["voided_by"], ["account.id"], name=op.f("fk_deviation_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("deviation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deviation_insats_id"), ["insats_id"], unique=False)

    op.create_table(
        "finished_write",
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_finished_write_account_id")
        ),
        sa.PrimaryKeyConstraint("idempotency_key", name=op.f("pk_finished_write")),
        sqlite_strict=True,
    )
    op.create_table(
        "head_count",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("held_on", types.IsoDate(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "gender IN ('woman', 'man', 'unknown')", name=op.f("ck_head_count_gender_kind")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_head_count_void_whole"),
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_head_count_number_not_negative")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_head_count_insats_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_head_count_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["voided_by"], ["account.id"], name=op.f("fk_head_count_voided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_count")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("head_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_head_count_insats_id"), ["insats_id"], unique=False)

    op.create_table(
        "ladder_step",
        sa.Column("ladder_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("manages", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 20", name=op.f("ck_ladder_step_position_range")),
        sa.ForeignKeyConstraint(
            ["ladder_version_id"],
            ["ladder_version.id"],
            name=op.f("fk_ladder_step_ladder_version_id"),
        ),
        sa.PrimaryKeyConstraint("ladder_version_id", "position", name=op.f("pk_ladder_step")),
        sqlite_strict=True,
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("memory_word", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "gender IN ('woman', 'man', 'unknown')", name=op.f("ck_participant_gender_kind")
        ),
        sa.CheckConstraint(
            "birth_year BETWEEN 1900 AND 2100", name=op.f("ck_participant_birth_year_range")
        ),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_participant_controller_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_participant_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint(
            "controller_id", "code", name=op.f("uq_participant_controller_id_code")
        ),
        sa.UniqueConstraint(
            "controller_id", "memory_word", name=op.f("uq_participant_controller_id_memory_word")
        ),
        sa.UniqueConstraint(
            "controller_id", "number", name=op.f("uq_participant_controller_id_number")
        ),
        sa.UniqueConstraint("id", "controller_id", name=op.f("uq_participant_id_controller_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("asked_at_start", types.Flag(), nullable=False),
        sa.Column("asked_at_end", types.Flag(), nullable=False),
        sa.Column("asked_at_follow_up", types.Flag(), nullable=False),
        sa.Column("on_slips", types.Flag(), nullable=False),
        sa.Column("valid_from", types.IsoDate(), nullable=False),
        sa.Column("valid_to", types.IsoDate(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('yes_no', 'scale', 'one_of', 'several_of')",
            name=op.f("ck_question_kind_kind"),
        ),
        sa.CheckConstraint("asked_at_end IN (0, 1)", name=op.f("ck_question_asked_at_end_kind")),
        sa.CheckConstraint(
            "asked_at_follow_up IN (0, 1)", name=op.f("ck_question_asked_at_follow_up_kind")
        ),
        sa.CheckConstraint(
            "asked_at_start IN (0, 1)", name=op.f("ck_question_asked_at_start_kind")
        ),
        sa.CheckConstraint("on_slips IN (0, 1)", name=op.f("ck_question_on_slips_kind")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_question_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_question_insats_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_insats_id"), ["insats_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("period_start", types.IsoDate(), nullable=False),
        sa.Column("period_end", types.IsoDate(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("released_at", types.Instant(), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_release_period_in_order")),
        sa.CheckConstraint("threshold BETWEEN 3 AND 10", name=op.f("ck_release_threshold_range")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["account.id"], name=op.f("fk_release_released_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("period_key", name=op.f("uq_release_period_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "session",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("held_on", types.IsoDate(), nullable=False),
        sa.Column("order_in_day", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('individual', 'group', 'phone')", name=op.f("ck_session_kind_kind")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_session_void_whole"),
        ),
        sa.CheckConstraint("order_in_day >= 1", name=op.f("ck_session_order_from_one")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_session_insats_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_session_recorded_by")
        ),
        sa.ForeignKeyConstraint(["voided_by"], ["account.id"], name=op.f("fk_session_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("id", "insats_id", name=op.f("uq_session_id_insats_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_insats_day", ["insats_id", "held_on"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("last_seen_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("locked_at", types.Instant(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_on", types.IsoDate(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('consent_withdrawn', 'protected_identity')",
            name=op.f("ck_withdrawal_reason_kind"),
        ),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_withdrawal_insats_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_withdrawal_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawal_insats_id"), ["insats_id"], unique=False)

    op.create_table(
        "deviation_party",
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_deviation_party_controller_id")
        ),
        sa.ForeignKeyConstraint(
            ["deviation_id"],
            ["deviation.id"],
            name=op.f("fk_deviation_party_deviation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("deviation_id", "controller_id", name=op.f("pk_deviation_party")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("deviation_party", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deviation_party_controller_id"), ["controller_id"], unique=False
        )

    op.create_table(
        "question_option",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("positive", types.Flag(), nullable=False),
        sa.CheckConstraint("positive IN (0, 1)", name=op.f("ck_question_option_positive_kind")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_option_question_id")
        ),
        sa.PrimaryKeyConstraint("question_id", "value", name=op.f("pk_question_option")),
        sqlite_strict=True,
    )
    op.create_table(
        "released_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("table_key", sa.Text(), nullable=False),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["insats_id"], ["insats.id"], name=op.f("fk_released_table_insats_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_released_table_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_table")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("released_table", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_released_table_insats_id"), ["insats_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_released_table_release_id"), ["release_id"], unique=False
        )

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=True),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("adopted_on", types.IsoDate(), nullable=True),
        sa.Column("minutes_paragraph", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'adopted') = (adopted_on IS NOT NULL)",
            name=op.f("ck_report_adopted_has_day"),
        ),
        sa.CheckConstraint("status IN ('draft', 'adopted')", name=op.f("ck_report_status_kind")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_report_created_by")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_report_insats_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_report_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_insats_id"), ["insats_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_release_id"), ["release_id"], unique=False)

    op.create_table(
        "spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("started_on", types.IsoDate(), nullable=False),
        sa.Column("referrer_id", sa.Integer(), nullable=False),
        sa.Column("consent_follow_up", types.Flag(), nullable=False),
        sa.Column("consent_contact", types.Flag(), nullable=False),
        sa.Column("consent_disclosure_on", types.IsoDate(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("education_id", sa.Integer(), nullable=True),
        sa.Column("support_months_known", sa.Text(), nullable=True),
        sa.Column("support_months", sa.Integer(), nullable=True),
        sa.Column("support_band_id", sa.Integer(), nullable=True),
        sa.Column("need_group_id", sa.Integer(), nullable=True),
        sa.Column("ladder_version_id", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("previous_spell_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", types.IsoDate(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("end_reason_id", sa.Integer(), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("active_planning", sa.Text(), nullable=True),
        sa.Column("misregistered_reason", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(outcome IS NOT NULL AND outcome = 'misregistered') = (misregistered_reason IS NOT NULL)",
            name=op.f("ck_spell_misregistration_has_reason"),
        ),
        sa.CheckConstraint(
            "(support_months_known IS NOT NULL AND support_months_known = 'band') = (support_band_id IS NOT NULL)",
            name=op.f("ck_spell_support_band_whole"),
        ),
        sa.CheckConstraint(
            "(support_months_known IS NOT NULL AND support_months_known = 'months') = (support_months IS NOT NULL)",
            name=op.f("ck_spell_support_months_whole"),
        ),
        sa.CheckConstraint(
            "active_planning IN ('yes', 'no', 'unknown')",
            name=op.f("ck_spell_active_planning_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('completed', 'interrupted', 'outside', 'misregistered')",
            name=op.f("ck_spell_outcome_kind"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'misregistered' OR end_reason_id IS NOT NULL",
            name=op.f("ck_spell_end_has_reason"),
        ),
        sa.CheckConstraint(
            "support_months_known IN ('months', 'band', 'unknown')",
            name=op.f("ck_spell_support_months_known_kind"),
        ),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (outcome IS NULL)", name=op.f("ck_spell_end_has_outcome")
        ),
        sa.CheckConstraint("consent_contact IN (0, 1)", name=op.f("ck_spell_consent_contact_kind")),
        sa.CheckConstraint(
            "consent_follow_up IN (0, 1)", name=op.f("ck_spell_consent_follow_up_kind")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= started_on", name=op.f("ck_spell_ends_after_start")
        ),
        sa.CheckConstraint(
            "support_months BETWEEN 0 AND 720", name=op.f("ck_spell_support_months_range")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_spell_created_by")),
        sa.ForeignKeyConstraint(["education_id"], ["code.id"], name=op.f("fk_spell_education_id")),
        sa.ForeignKeyConstraint(
            ["end_reason_id"], ["code.id"], name=op.f("fk_spell_end_reason_id")
        ),
        sa.ForeignKeyConstraint(
            ["insats_id", "controller_id"],
            ["insats.id", "insats.controller_id"],
            name=op.f("fk_spell_insats_id_controller_id"),
        ),
        sa.ForeignKeyConstraint(
            ["ladder_version_id"], ["ladder_version.id"], name=op.f("fk_spell_ladder_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["code.id"], name=op.f("fk_spell_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["need_group_id"], ["code.id"], name=op.f("fk_spell_need_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id", "controller_id"],
            ["participant.id", "participant.controller_id"],
            name=op.f("fk_spell_participant_id_controller_id"),
        ),
        sa.ForeignKeyConstraint(
            ["previous_spell_id"],
            ["spell.id"],
            name=op.f("fk_spell_previous_spell_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["referrer_id"], ["code.id"], name=op.f("fk_spell_referrer_id")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["account.id"], name=op.f("fk_spell_responsible_id")
        ),
        sa.ForeignKeyConstraint(
            ["support_band_id"], ["code.id"], name=op.f("fk_spell_support_band_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spell")),
        sa.UniqueConstraint("id", "insats_id", name=op.f("uq_spell_id_insats_id")),
        sa.UniqueConstraint("id", "ladder_version_id", name=op.f("uq_spell_id_ladder_version_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("spell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spell_ended_on"), ["ended_on"], unique=False)
        batch_op.create_index(
            "ix_spell_insats_dates", ["insats_id", "started_on", "ended_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_spell_previous_spell_id"), ["previous_spell_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_spell_responsible_id"), ["responsible_id"], unique=False
        )
        batch_op.create_index(
            "uq_spell_open",
            ["participant_id", "insats_id"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )
        batch_op.create_index(
            "uq_spell_start",
            ["participant_id", "insats_id", "started_on"],
            unique=True,
            sqlite_where=sa.text("outcome IS NULL OR outcome <> 'misregistered'"),
            postgresql_where=sa.text("outcome IS NULL OR outcome <> 'misregistered'"),
        )

    op.create_table(
        "target",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("point_in_time", sa.Text(), nullable=False),
        sa.Column("comparison", sa.Text(), nullable=False),
        sa.Column("value", sa.REAL(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", types.IsoDate(), nullable=False),
        sa.Column("valid_to", types.IsoDate(), nullable=True),
        sa.Column("decided", sa.Text(), nullable=True),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "comparison IN ('at_least', 'at_most')", name=op.f("ck_target_comparison_kind")
        ),
        sa.CheckConstraint(
            "population IN ('started', 'ended', 'completed')",
            name=op.f("ck_target_population_kind"),
        ),
        sa.CheckConstraint(
            "unit <> 'percent' OR value <= 100", name=op.f("ck_target_percent_at_most_100")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_target_void_whole"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_target_ends_after_start")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_target_value_not_negative")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_target_insats_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_target_question_id")
        ),
        sa.ForeignKeyConstraint(["voided_by"], ["account.id"], name=op.f("fk_target_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_insats_id"), ["insats_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_question_id"), ["question_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("answered_on", types.IsoDate(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "occasion IN ('start', 'during', 'end', 'm6', 'm12', 'm18')",
            name=op.f("ck_answer_occasion_kind"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_answer_void_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_question_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_answer_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"], ["spell.id"], name=op.f("fk_answer_spell_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["voided_by"], ["account.id"], name=op.f("fk_answer_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("id", "question_id", name=op.f("uq_answer_id_question_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_spell_id"), ["spell_id"], unique=False)
        batch_op.create_index(
            "uq_answer_once",
            ["spell_id", "question_id", "occasion"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "attendance",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('present', 'absent', 'cancelled')", name=op.f("ck_attendance_status_kind")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_attendance_void_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "insats_id"],
            ["session.id", "session.insats_id"],
            name=op.f("fk_attendance_session_id_insats_id"),
        ),
        sa.ForeignKeyConstraint(
            ["spell_id", "insats_id"],
            ["spell.id", "spell.insats_id"],
            name=op.f("fk_attendance_spell_id_insats_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["voided_by"], ["account.id"], name=op.f("fk_attendance_voided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_spell", ["spell_id", "session_id"], unique=False)
        batch_op.create_index(
            "uq_attendance_once",
            ["session_id", "spell_id"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changed_at", types.Instant(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name=op.f("fk_change_changed_by")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_change_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"], ["spell.id"], name=op.f("fk_change_spell_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_change_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index("ix_change_row", ["table_name", "row_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_spell_id"), ["spell_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", types.IsoDate(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("done_on", types.IsoDate(), nullable=True),
        sa.Column("closed_on", types.IsoDate(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'done') = (done_on IS NOT NULL)", name=op.f("ck_follow_up_done_has_day")
        ),
        sa.CheckConstraint(
            "status IN ('due', 'done', 'not_reached', 'declined', 'no_contact_consent', 'deceased')",
            name=op.f("ck_follow_up_status_kind"),
        ),
        sa.CheckConstraint("months IN (6, 12, 18)", name=op.f("ck_follow_up_months_known")),
        sa.ForeignKeyConstraint(
            ["spell_id"], ["spell.id"], name=op.f("fk_follow_up_spell_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("spell_id", "months", name=op.f("uq_follow_up_spell_id_months")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index("ix_follow_up_due", ["status", "due_on"], unique=False)

    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("included", types.Flag(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("ready_at", types.Instant(), nullable=True),
        sa.Column("ready_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("included IN (0, 1)", name=op.f("ck_section_included_kind")),
        sa.ForeignKeyConstraint(["ready_by"], ["account.id"], name=op.f("fk_section_ready_by")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_section_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("report_id", "key", name=op.f("uq_section_report_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "situation",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("described_on", types.IsoDate(), nullable=False),
        sa.Column("no_support", types.Flag(), nullable=False),
        sa.Column("support_unknown", types.Flag(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("work_percent", sa.Integer(), nullable=True),
        sa.Column("work_kind", sa.Text(), nullable=True),
        sa.Column("studies", sa.Text(), nullable=False),
        sa.Column("studies_percent", sa.Integer(), nullable=True),
        sa.Column("seeking", sa.Text(), nullable=False),
        sa.Column("registered", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(work = 'yes') = (work_kind IS NOT NULL)", name=op.f("ck_situation_work_has_kind")
        ),
        sa.CheckConstraint("occasion <> 'during'", name=op.f("ck_situation_occasion_of_situation")),
        sa.CheckConstraint(
            "occasion IN ('start', 'during', 'end', 'm6', 'm12', 'm18')",
            name=op.f("ck_situation_occasion_kind"),
        ),
        sa.CheckConstraint(
            "registered IN ('yes', 'no', 'unknown')", name=op.f("ck_situation_registered_kind")
        ),
        sa.CheckConstraint(
            "seeking IN ('yes', 'no', 'unknown')", name=op.f("ck_situation_seeking_kind")
        ),
        sa.CheckConstraint(
            "studies = 'yes' OR studies_percent IS NULL",
            name=op.f("ck_situation_percent_needs_studies"),
        ),
        sa.CheckConstraint(
            "studies IN ('yes', 'no', 'unknown')", name=op.f("ck_situation_studies_kind")
        ),
        sa.CheckConstraint(
            "work = 'yes' OR work_percent IS NULL", name=op.f("ck_situation_percent_needs_work")
        ),
        sa.CheckConstraint("work IN ('yes', 'no', 'unknown')", name=op.f("ck_situation_work_kind")),
        sa.CheckConstraint(
            "work_kind IN ('unsubsidised', 'subsidised', 'own_business')",
            name=op.f("ck_situation_work_kind_kind"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_situation_void_whole"),
        ),
        sa.CheckConstraint(
            "no_support = 0 OR support_unknown = 0", name=op.f("ck_situation_support_one_way")
        ),
        sa.CheckConstraint("no_support IN (0, 1)", name=op.f("ck_situation_no_support_kind")),
        sa.CheckConstraint(
            "studies_percent BETWEEN 1 AND 100", name=op.f("ck_situation_studies_percent_range")
        ),
        sa.CheckConstraint(
            "support_unknown IN (0, 1)", name=op.f("ck_situation_support_unknown_kind")
        ),
        sa.CheckConstraint(
            "work_percent BETWEEN 1 AND 100", name=op.f("ck_situation_work_percent_range")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_situation_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"], ["spell.id"], name=op.f("fk_situation_spell_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["voided_by"], ["account.id"], name=op.f("fk_situation_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_situation")),
        sa.UniqueConstraint(
            "id",
            "no_support",
            "support_unknown",
            name=op.f("uq_situation_id_no_support_support_unknown"),
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("situation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_situation_spell_id"), ["spell_id"], unique=False)
        batch_op.create_index(
            "uq_situation_occasion",
            ["spell_id", "occasion"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "slip_count",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("collected_on", types.IsoDate(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_slip_count_void_whole"),
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_slip_count_number_not_negative")),
        sa.ForeignKeyConstraint(["insats_id"], ["insats.id"], name=op.f("fk_slip_count_insats_id")),
        sa.ForeignKeyConstraint(
            ["question_id", "value"],
            ["question_option.question_id", "question_option.value"],
            name=op.f("fk_slip_count_question_id_value"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_slip_count_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["voided_by"], ["account.id"], name=op.f("fk_slip_count_voided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_count")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("slip_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slip_count_insats_id"), ["insats_id"], unique=False)
        batch_op.create_index(
            "uq_slip_count_once",
            ["insats_id", "question_id", "value", "collected_on"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

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
        "spell_summary",
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("insats_id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("started_on", types.IsoDate(), nullable=False),
        sa.Column("ended_on", types.IsoDate(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("end_reason_key", sa.Text(), nullable=True),
        sa.Column("end_group_key", sa.Text(), nullable=True),
        sa.Column("referrer_key", sa.Text(), nullable=False),
        sa.Column("ladder_version_id", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("consent_contact", types.Flag(), nullable=False),
        sa.Column("consent_disclosure_on", types.IsoDate(), nullable=True),
        sa.Column("active_planning", sa.Text(), nullable=True),
        sa.Column("start_details_missing", sa.Integer(), nullable=False),
        sa.Column("talks_n", sa.Integer(), nullable=False),
        sa.Column("talks_without_ors_n", sa.Integer(), nullable=False),
        sa.Column("last_seen_on", types.IsoDate(), nullable=True),
        sa.Column("ors_n", sa.Integer(), nullable=False),
        sa.Column("ors_first_mm", types.Millimetres(400), nullable=True),
        sa.Column("ors_first_on", types.IsoDate(), nullable=True),
        sa.Column("ors_last_mm", types.Millimetres(400), nullable=True),
        sa.Column("ors_last_on", types.IsoDate(), nullable=True),
        sa.Column("srs_n", sa.Integer(), nullable=False),
        sa.Column("srs_first_mm", types.Millimetres(400), nullable=True),
        sa.Column("srs_last_mm", types.Millimetres(400), nullable=True),
        sa.Column("srs_last_on", types.IsoDate(), nullable=True),
        sa.Column("gsrs_n", sa.Integer(), nullable=False),
        sa.Column("gsrs_first_mm", types.Millimetres(400), nullable=True),
        sa.Column("gsrs_last_mm", types.Millimetres(400), nullable=True),
        sa.Column("gsrs_last_on", types.IsoDate(), nullable=True),
        sa.Column("step_start", sa.Integer(), nullable=True),
        sa.Column("step_end", sa.Integer(), nullable=True),
        sa.Column("step_last", sa.Integer(), nullable=True),
        sa.Column("step_last_on", types.IsoDate(), nullable=True),
        sa.Column("step_m6", sa.Integer(), nullable=True),
        sa.Column("step_m12", sa.Integer(), nullable=True),
        sa.Column("step_m18", sa.Integer(), nullable=True),
        sa.Column("start_support", sa.Text(), nullable=True),
        sa.Column("start_work", sa.Text(), nullable=True),
        sa.Column("start_work_percent", sa.Integer(), nullable=True),
        sa.Column("start_studies", sa.Text(), nullable=True),
        sa.Column("start_studies_percent", sa.Integer(), nullable=True),
        sa.Column("end_support", sa.Text(), nullable=True),
        sa.Column("end_work", sa.Text(), nullable=True),
        sa.Column("end_work_percent", sa.Integer(), nullable=True),
        sa.Column("end_studies", sa.Text(), nullable=True),
        sa.Column("end_studies_percent", sa.Integer(), nullable=True),
        sa.Column("m6_support", sa.Text(), nullable=True),
        sa.Column("m6_work", sa.Text(), nullable=True),
        sa.Column("m6_work_percent", sa.Integer(), nullable=True),
        sa.Column("m6_studies", sa.Text(), nullable=True),
        sa.Column("m6_studies_percent", sa.Integer(), nullable=True),
        sa.Column("m12_support", sa.Text(), nullable=True),
        sa.Column("m12_work", sa.Text(), nullable=True),
        sa.Column("m12_work_percent", sa.Integer(), nullable=True),
        sa.Column("m12_studies", sa.Text(), nullable=True),
        sa.Column("m12_studies_percent", sa.Integer(), nullable=True),
        sa.Column("m18_support", sa.Text(), nullable=True),
        sa.Column("m18_work", sa.Text(), nullable=True),
        sa.Column("m18_work_percent", sa.Integer(), nullable=True),
        sa.Column("m18_studies", sa.Text(), nullable=True),
        sa.Column("m18_studies_percent", sa.Integer(), nullable=True),
        sa.Column("m6_status", sa.Text(), nullable=True),
        sa.Column("m6_due_on", types.IsoDate(), nullable=True),
        sa.Column("m12_status", sa.Text(), nullable=True),
        sa.Column("m12_due_on", types.IsoDate(), nullable=True),
        sa.Column("m18_status", sa.Text(), nullable=True),
        sa.Column("m18_due_on", types.IsoDate(), nullable=True),
        sa.Column("latest_value_on", types.IsoDate(), nullable=True),
        sa.CheckConstraint(
            "active_planning IN ('yes', 'no', 'unknown')",
            name=op.f("ck_spell_summary_active_planning_kind"),
        ),
        sa.CheckConstraint(
            "end_studies IN ('yes', 'no', 'unknown')",
            name=op.f("ck_spell_summary_end_studies_kind"),
        ),
        sa.CheckConstraint(
            "end_work IN ('yes', 'no', 'unknown')", name=op.f("ck_spell_summary_end_work_kind")
        ),
        sa.CheckConstraint(
            "gender IN ('woman', 'man', 'unknown')", name=op.f("ck_spell_summary_gender_kind")
        ),
        sa.CheckConstraint(
            "m12_status IN ('due', 'done', 'not_reached', 'declined', 'no_contact_consent', 'deceased')",
            name=op.f("ck_spell_summary_m12_status_kind"),
        ),
        sa.CheckConstraint(
            "m12_studies IN ('yes', 'no', 'unknown')",
            name=op.f("ck_spell_summary_m12_studies_kind"),
        ),
        sa.CheckConstraint(
            "m12_work IN ('yes', 'no', 'unknown')", name=op.f("ck_spell_summary_m12_work_kind")
        ),
        sa.CheckConstraint(
            "m18_status IN ('due', 'done', 'not_reached', 'declined', 'no_contact_consent', 'deceased')",
            name=op.f("ck_spell_summary_m18_status_kind"),
        ),
        sa.CheckConstraint(
            "m18_studies IN ('yes', 'no', 'unknown')",
            name=op.f("ck_spell_summary_m18_studies_kind"),
        ),
        sa.CheckConstraint(
            "m18_work IN ('yes', 'no', 'unknown')", name=op.f("ck_spell_summary_m18_work_kind")
        ),
        sa.CheckConstraint(
            "m6_status IN ('due', 'done', 'not_reached', 'declined', 'no_contact_consent', 'deceased')",
            name=op.f("ck_spell_summary_m6_status_kind"),
        ),
        sa.CheckConstraint(
            "m6_studies IN ('yes', 'no', 'unknown')", name=op.f("ck_spell_summary_m6_studies_kind")
        ),
        sa.CheckConstraint(
            "m6_work IN ('yes', 'no', 'unknown')", name=op.f("ck_spell_summary_m6_work_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('completed', 'interrupted', 'outside', 'misregistered')",
            name=op.f("ck_spell_summary_outcome_kind"),
        ),
        sa.CheckConstraint(
            "start_studies IN ('yes', 'no', 'unknown')",
            name=op.f("ck_spell_summary_start_studies_kind"),
        ),
        sa.CheckConstraint(
            "start_work IN ('yes', 'no', 'unknown')", name=op.f("ck_spell_summary_start_work_kind")
        ),
        sa.CheckConstraint(
            "consent_contact IN (0, 1)", name=op.f("ck_spell_summary_consent_contact_kind")
        ),
        sa.CheckConstraint(
            "gsrs_first_mm BETWEEN 0 AND 400", name=op.f("ck_spell_summary_gsrs_first_mm_kind")
        ),
        sa.CheckConstraint(
            "gsrs_last_mm BETWEEN 0 AND 400", name=op.f("ck_spell_summary_gsrs_last_mm_kind")
        ),
        sa.CheckConstraint(
            "ors_first_mm BETWEEN 0 AND 400", name=op.f("ck_spell_summary_ors_first_mm_kind")
        ),
        sa.CheckConstraint(
            "ors_last_mm BETWEEN 0 AND 400", name=op.f("ck_spell_summary_ors_last_mm_kind")
        ),
        sa.CheckConstraint(
            "srs_first_mm BETWEEN 0 AND 400", name=op.f("ck_spell_summary_srs_first_mm_kind")
        ),
        sa.CheckConstraint(
            "srs_last_mm BETWEEN 0 AND 400", name=op.f("ck_spell_summary_srs_last_mm_kind")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"], ["spell.id"], name=op.f("fk_spell_summary_spell_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("spell_id", name=op.f("pk_spell_summary")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("spell_summary", schema=None) as batch_op:
        batch_op.create_index("ix_spell_summary_ended", ["insats_id", "ended_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_spell_summary_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index("ix_spell_summary_started", ["insats_id", "started_on"], unique=False)

    op.create_table(
        "step_assessment",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("ladder_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("no_prospects", types.Flag(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("assessed_on", types.IsoDate(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "occasion IN ('start', 'during', 'end', 'm6', 'm12', 'm18')",
            name=op.f("ck_step_assessment_occasion_kind"),
        ),
        sa.CheckConstraint(
            "(no_prospects = 1) = (position IS NULL)", name=op.f("ck_step_assessment_step_or_exit")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_step_assessment_void_whole"),
        ),
        sa.CheckConstraint(
            "no_prospects IN (0, 1)", name=op.f("ck_step_assessment_no_prospects_kind")
        ),
        sa.ForeignKeyConstraint(
            ["ladder_version_id", "position"],
            ["ladder_step.ladder_version_id", "ladder_step.position"],
            name=op.f("fk_step_assessment_ladder_version_id_position"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_step_assessment_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id", "ladder_version_id"],
            ["spell.id", "spell.ladder_version_id"],
            name=op.f("fk_step_assessment_spell_id_ladder_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["voided_by"], ["account.id"], name=op.f("fk_step_assessment_voided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_assessment")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("step_assessment", schema=None) as batch_op:
        batch_op.create_index("ix_step_assessment_spell", ["spell_id", "assessed_on"], unique=False)

    op.create_table(
        "answer_choice",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id", "question_id"],
            ["answer.id", "answer.question_id"],
            name=op.f("fk_answer_choice_answer_id_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id", "value"],
            ["question_option.question_id", "question_option.value"],
            name=op.f("fk_answer_choice_question_id_value"),
        ),
        sa.PrimaryKeyConstraint("answer_id", "value", name=op.f("pk_answer_choice")),
        sqlite_strict=True,
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("tried_on", types.IsoDate(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f("fk_attempt_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_attempt_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_follow_up_id"), ["follow_up_id"], unique=False)

    op.create_table(
        "rating",
        sa.Column("voided_at", types.Instant(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("scale_1", types.Millimetres(100), nullable=True),
        sa.Column("scale_2", types.Millimetres(100), nullable=True),
        sa.Column("scale_3", types.Millimetres(100), nullable=True),
        sa.Column("scale_4", types.Millimetres(100), nullable=True),
        sa.Column("total", types.Millimetres(400), nullable=True),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'filled' AND scale_1 IS NOT NULL AND scale_2 IS NOT NULL AND scale_3 IS NOT NULL AND scale_4 IS NOT NULL AND total IS NOT NULL AND total = scale_1 + scale_2 + scale_3 + scale_4) OR (status = 'total_only' AND scale_1 IS NULL AND scale_2 IS NULL AND scale_3 IS NULL AND scale_4 IS NULL AND total IS NOT NULL) OR (status IN ('incomplete', 'not_filled') AND scale_1 IS NULL AND scale_2 IS NULL AND scale_3 IS NULL AND scale_4 IS NULL AND total IS NULL)",
            name=op.f("ck_rating_rating_whole"),
        ),
        sa.CheckConstraint(
            "instrument IN ('ORS', 'SRS', 'GSRS')", name=op.f("ck_rating_instrument_known")
        ),
        sa.CheckConstraint(
            "status IN ('filled', 'total_only', 'incomplete', 'not_filled')",
            name=op.f("ck_rating_status_kind"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_rating_void_whole"),
        ),
        sa.CheckConstraint("scale_1 BETWEEN 0 AND 100", name=op.f("ck_rating_scale_1_kind")),
        sa.CheckConstraint("scale_2 BETWEEN 0 AND 100", name=op.f("ck_rating_scale_2_kind")),
        sa.CheckConstraint("scale_3 BETWEEN 0 AND 100", name=op.f("ck_rating_scale_3_kind")),
        sa.CheckConstraint("scale_4 BETWEEN 0 AND 100", name=op.f("ck_rating_scale_4_kind")),
        sa.CheckConstraint("total BETWEEN 0 AND 400", name=op.f("ck_rating_total_kind")),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendance.id"],
            name=op.f("fk_rating_attendance_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_rating_recorded_by")
        ),
        sa.ForeignKeyConstraint(["voided_by"], ["account.id"], name=op.f("fk_rating_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_attendance_id"), ["attendance_id"], unique=False
        )
        batch_op.create_index(
            "uq_rating_once",
            ["attendance_id", "instrument"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "section_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("settled_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_section_note_section_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_section_note_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_note")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("section_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_section_note_section_id"), ["section_id"], unique=False
        )

    op.create_table(
        "situation_support",
        sa.Column("situation_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("no_support", types.Flag(), nullable=False),
        sa.Column("support_unknown", types.Flag(), nullable=False),
        sa.CheckConstraint(
            "source IN ('sickness_benefit', 'rehabilitation_benefit', 'sickness_compensation', 'activity_compensation', 'unemployment_benefit', 'activity_support', 'establishment_benefit', 'income_support', 'study_support', 'other')",
            name=op.f("ck_situation_support_source_kind"),
        ),
        sa.CheckConstraint(
            "no_support = 0 AND support_unknown = 0",
            name=op.f("ck_situation_support_source_needs_support"),
        ),
        sa.CheckConstraint(
            "no_support IN (0, 1)", name=op.f("ck_situation_support_no_support_kind")
        ),
        sa.CheckConstraint(
            "support_unknown IN (0, 1)", name=op.f("ck_situation_support_support_unknown_kind")
        ),
        sa.ForeignKeyConstraint(
            ["situation_id", "no_support", "support_unknown"],
            ["situation.id", "situation.no_support", "situation.support_unknown"],
            name=op.f("fk_situation_support_situation_id_no_support_support_unknown"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("situation_id", "source", name=op.f("pk_situation_support")),
        sqlite_strict=True,
    )
