"""Signing in: sign-ins, attempts, second factors, identities elsewhere, the set-up code.

Nothing secret that the browser or a person holds is kept as it is: of tokens and codes only
the SHA-256 stands here, and the CHECKs on its length refuse the thing itself. The TOTP secret
has to be read to be checked: it is sealed with a key outside the database (`access.sealing`).
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tracking.store.tables.base import (
    NEVER_REUSED,
    STRICT,
    Base,
    datetime,
    flag,
    instant,
    key,
    refers,
    string,
    words,
)

DIGEST_LENGTH = 64


def _is_digest(column: str) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = {DIGEST_LENGTH}", name=f"{column}_is_digest")


class SignInMethod(StrEnum):
    """How somebody proved to be the account."""

    PASSWORD = "password"
    OIDC = "oidc"


class AttemptKind(StrEnum):
    """What was tried; each kind is counted by itself."""

    PASSWORD = "password"
    SECOND_FACTOR = "second_factor"
    SET_UP = "set_up"


class SignIn(Base, table=True):
    """A sign-in held by the server; the browser has only the token, we only its hash.

    ``form_key`` is the form that made it, so that a form posted twice makes one sign-in.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_start"),
        _is_digest("token_hash"),
        NEVER_REUSED,  # an open page knows its sign-in by number
    )

    id: int | None = key()
    account_id: int = refers("account.id")
    token_hash: str = string(unique=True)
    form_key: str = string(unique=True)
    method: SignInMethod = words(SignInMethod)
    created_at: datetime = instant()
    last_seen_at: datetime = instant()
    expires_at: datetime = instant()
    second_factor_at: datetime | None = instant(default=None)
    locked_at: datetime | None = instant(default=None)
    ended_at: datetime | None = instant(default=None)


class SignInAttempt(Base, table=True):
    """One try at a password or a code, from where. The name is a digest: people type
    passwords into the wrong field.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_name", "name_digest", "at"),
        Index("ix_sign_in_attempt_address", "address", "at"),
        _is_digest("name_digest"),
        STRICT,
    )

    id: int | None = key()
    at: datetime = instant()
    kind: AttemptKind = words(AttemptKind)
    name_digest: str = string()
    address: str = string()
    succeeded: bool = flag(default=False)


class SecondFactor(Base, table=True):
    """An account's TOTP secret, sealed. ``last_step`` is the newest time step whose code was
    used: a code works once.
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        CheckConstraint(
            "last_step IS NULL OR confirmed_at IS NOT NULL", name="used_after_confirmed"
        ),
        STRICT,
    )

    account_id: int = refers("account.id", primary_key=True, index=False)
    secret: str = string()
    created_at: datetime = instant()
    confirmed_at: datetime | None = instant(default=None)
    last_step: int | None = None


class RecoveryCode(Base, table=True):
    """A code to get in once without the phone; goes with the second factor it belongs to."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        UniqueConstraint("account_id", "code_hash"),
        _is_digest("code_hash"),
        STRICT,
    )

    id: int | None = key()
    account_id: int = refers("second_factor.account_id", on_delete="CASCADE")
    code_hash: str = string()
    used_at: datetime | None = instant(default=None)


class OidcIdentity(Base, table=True):
    """Somebody at another issuer, known by issuer and subject alone.

    Without an account it waits to be tied to one, by the code that its holder was shown.
    """

    __tablename__ = "oidc_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint(
            "(account_id IS NULL) = (linked_at IS NULL)"
            " AND (account_id IS NULL) = (linked_by IS NULL)",
            name="linked_whole",
        ),
        CheckConstraint("account_id IS NULL OR link_code_hash IS NULL", name="code_until_linked"),
        STRICT,
    )

    id: int | None = key()
    issuer: str = string()
    subject: str = string()
    account_id: int | None = refers("account.id", default=None)
    link_code_hash: str | None = string(default=None, unique=True)
    created_at: datetime = instant()
    linked_at: datetime | None = instant(default=None)
    linked_by: int | None = refers("account.id", default=None, index=False)


class OidcRequest(Base, table=True):
    """A question sent to the issuer that has not been answered yet; answered, it is gone."""

    __tablename__ = "oidc_request"
    __table_args__ = (_is_digest("state_hash"), STRICT)

    state_hash: str = string(primary_key=True)
    nonce: str = string()
    verifier: str = string()
    return_to: str = string()
    created_at: datetime = instant(index=True)


class SetUpCode(Base, table=True):
    """The one code that opens the set-up page, printed on the console and kept as a hash."""

    __tablename__ = "set_up_code"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        _is_digest("code_hash"),
        STRICT,
    )

    id: int = Field(default=1, primary_key=True)
    code_hash: str = string()
    created_at: datetime = instant()
    used_at: datetime | None = instant(default=None)
