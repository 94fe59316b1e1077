"""What leaves the insats zone: releases with their tables.

Released content is kept as canonical JSON with its checksum; it is written once and never
changed (triggers refuse it, see `tracking.store.triggers`). A release is first prepared and then
published, with a row of its own; what was prepared stays. Reports made from releases are in
`tracking.store.tables.reports`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from tracking.store.tables.base import (
    STRICT,
    Base,
    date,
    datetime,
    day,
    instant,
    key,
    refers,
    string,
)


class Release(Base, table=True):
    """All tables of one closed period, protected together and stored: prepared."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("period_key"),
        CheckConstraint("period_end >= period_start", name="period_in_order"),
        CheckConstraint("threshold BETWEEN 3 AND 10", name="threshold_range"),
        STRICT,
    )

    id: int | None = key()
    period_key: str = string()
    period_start: date = day()
    period_end: date = day()
    threshold: int
    rule: str = string()
    code_version: str = string()
    prepared_at: datetime = instant()
    prepared_by: int = refers("account.id", index=False)


class ReleasePublication(Base, table=True):
    """That a release has been published: from then on the förbund zone can read it."""

    __tablename__ = "release_publication"
    __table_args__ = (STRICT,)

    release_id: int = Field(foreign_key="release.id", primary_key=True)
    published_at: datetime = instant()
    published_by: int = refers("account.id", index=False)


class ReleaseCells(Base, table=True):
    """What a release says, as the disclosure control of later releases needs it."""

    __tablename__ = "release_cells"
    __table_args__ = (STRICT,)

    release_id: int = Field(foreign_key="release.id", primary_key=True)
    content: str = string()
    sha256: str = string()


class ReleaseSmall(Base, table=True):
    """Which cells were small themselves. Read when a release is made, and at no other time."""

    __tablename__ = "release_small"
    __table_args__ = (STRICT,)

    release_id: int = Field(foreign_key="release.id", primary_key=True)
    content: str = string()
    sha256: str = string()


class ReleasedTable(Base, table=True):
    """One protected table of a release, for one insats or for all (no insats)."""

    __tablename__ = "released_table"
    __table_args__ = (STRICT,)

    id: int | None = key()
    release_id: int = refers("release.id")
    insats_id: int | None = refers("insats.id", default=None)
    table_key: str = string()
    period_key: str = string()
    content: str = string()
    sha256: str = string()
