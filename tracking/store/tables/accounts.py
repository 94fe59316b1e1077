"""Accounts, their assignments, and the access log.

The database itself keeps the zones apart: an account has one zone, and an assignment's
role must belong to it. The log's rows are chained over digests of payloads that can be
erased, so that retention can empty a closed year and the chain still proves that no row
was removed quietly.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tracking.domain.instruments import Unit
from tracking.domain.roles import ROLE_ZONES, Role, Zone
from tracking.store.tables.base import (
    STRICT,
    Base,
    date,
    datetime,
    day,
    flag,
    instant,
    key,
    refers,
    string,
    words,
)


def _role_fits_zone() -> str:
    listed = (
        f"(zone = '{zone.value}' AND role IN ("
        + ", ".join(f"'{role.value}'" for role in Role if ROLE_ZONES[role] is zone)
        + "))"
        for zone in Zone
    )
    return " OR ".join(listed)


class Account(Base, table=True):
    """Somebody who may sign in. ``title`` says the function, never a person's name."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("id", "zone"), STRICT)

    id: int | None = key()
    username: str = string(unique=True)
    title: str = string()
    zone: Zone = words(Zone)
    employer_id: int | None = refers("controller.id", default=None)
    password_hash: str | None = string(default=None)
    must_change_password: bool = flag(default=True)
    active: bool = flag(default=True)
    score_unit: Unit = words(Unit, default=Unit.POINTS)
    created_at: datetime = instant()
    version: int = 1


class Assignment(Base, table=True):
    """A dated uppdrag: this role, in this insats or in the whole förbund."""

    __tablename__ = "assignment"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "zone"], ["account.id", "account.zone"]),
        CheckConstraint(_role_fits_zone(), name="role_fits_zone"),
        CheckConstraint("zone <> 'insats' OR insats_id IS NOT NULL", name="insats_zone_has_insats"),
        CheckConstraint("zone <> 'system' OR insats_id IS NULL", name="system_has_no_insats"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        Index("ix_assignment_account", "account_id", "zone"),
        STRICT,
    )

    id: int | None = key()
    account_id: int
    zone: Zone = words(Zone)
    role: Role = words(Role)
    insats_id: int | None = refers("insats.id", default=None)
    starts_on: date = day()
    ends_on: date | None = day(default=None)
    given_by: int | None = refers("account.id", default=None, index=False)
    created_at: datetime = instant()


class AccessLog(Base, table=True):
    """One link of the log's chain: hash over the link before, the moment and the digest."""

    __tablename__ = "access_log"
    __table_args__ = (STRICT,)

    id: int | None = key()
    at: datetime = instant(index=True)
    previous_hash: str = string()
    payload_digest: str = string()
    link_hash: str = string(unique=True)


class AccessLogPayload(Base, table=True):
    """What a link of the log says; can be erased, the link stays.

    Bare numbers and words instead of references: the log outlives what it speaks of.
    """

    __tablename__ = "access_log_payload"
    __table_args__ = (
        Index("ix_access_log_payload_spell", "spell_id", "log_id"),
        Index("ix_access_log_payload_account", "account_id", "log_id"),
        Index("ix_access_log_payload_insats", "insats_id", "log_id"),
        STRICT,
    )

    log_id: int = refers("access_log.id", primary_key=True, index=False)
    salt: str = string()
    account_id: int | None = None
    action: str = string()
    insats_id: int | None = None
    participant_id: int | None = None
    spell_id: int | None = None
    page: str | None = string(default=None)
    detail: str | None = string(default=None)


class AccessLogHead(Base, table=True):
    """The newest link, in one row that writers lock in turn."""

    __tablename__ = "access_log_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), STRICT)

    id: int = Field(default=1, primary_key=True)
    link_hash: str = string()
