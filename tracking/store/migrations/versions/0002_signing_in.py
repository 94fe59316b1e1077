"""Signing in: sign-ins that know how they began, attempts, second factors, identities elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracking.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_request",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("return_to", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.CheckConstraint(
            "length(state_hash) = 64", name=op.f("ck_oidc_request_state_hash_is_digest")
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_request")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("oidc_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oidc_request_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "set_up_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("used_at", types.Instant(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_set_up_code_one_row")),
        sa.CheckConstraint(
            "length(code_hash) = 64", name=op.f("ck_set_up_code_code_hash_is_digest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_digest", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", types.Flag(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('password', 'second_factor', 'set_up')",
            name=op.f("ck_sign_in_attempt_kind_kind"),
        ),
        sa.CheckConstraint(
            "length(name_digest) = 64", name=op.f("ck_sign_in_attempt_name_digest_is_digest")
        ),
        sa.CheckConstraint("succeeded IN (0, 1)", name=op.f("ck_sign_in_attempt_succeeded_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_address", ["address", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempt_name", ["name_digest", "at"], unique=False)

    op.create_table(
        "oidc_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("link_code_hash", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("linked_at", types.Instant(), nullable=True),
        sa.Column("linked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(account_id IS NULL) = (linked_at IS NULL) AND (account_id IS NULL) = (linked_by IS NULL)",
            name=op.f("ck_oidc_identity_linked_whole"),
        ),
        sa.CheckConstraint(
            "account_id IS NULL OR link_code_hash IS NULL",
            name=op.f("ck_oidc_identity_code_until_linked"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_oidc_identity_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["linked_by"], ["account.id"], name=op.f("fk_oidc_identity_linked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_oidc_identity_issuer_subject")),
        sa.UniqueConstraint("link_code_hash", name=op.f("uq_oidc_identity_link_code_hash")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("oidc_identity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oidc_identity_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("confirmed_at", types.Instant(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "last_step IS NULL OR confirmed_at IS NOT NULL",
            name=op.f("ck_second_factor_used_after_confirmed"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
        sqlite_strict=True,
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", types.Instant(), nullable=True),
        sa.CheckConstraint(
            "length(code_hash) = 64", name=op.f("ck_recovery_code_code_hash_is_digest")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["second_factor.account_id"],
            name=op.f("fk_recovery_code_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False
        )

    # Made anew, so that it can have its CHECKs: whoever was signed in signs in again.
    op.drop_table("sign_in")
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("form_key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("last_seen_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("second_factor_at", types.Instant(), nullable=True),
        sa.Column("locked_at", types.Instant(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_in_expires_after_start")),
        sa.CheckConstraint("method IN ('password', 'oidc')", name=op.f("ck_sign_in_method_kind")),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_sign_in_token_hash_is_digest")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
        sa.UniqueConstraint("form_key", name=op.f("uq_sign_in_form_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)
