"""What has been read in from files: each import, the rows it made, the file's own keys, mappings.

The file itself is never here, nor its name. A key is what a file calls a participant (``A17``)
and never a name or a personal identity number; the services see to it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from tracking.domain.import_records import ImportKind
from tracking.domain.records import Gender
from tracking.store.tables.base import (
    STRICT,
    Base,
    Voidable,
    datetime,
    instant,
    key,
    refers,
    string,
    void_whole,
    words,
)


class ImportRun(Voidable, Base, table=True):
    """One file that was read in, whole. ``protocol`` is JSON: what was made, counted by kind.

    ``file_hash`` is the SHA-256 of the file, so that the same file is known when it comes again.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        void_whole(),
        CheckConstraint(
            "rows_read >= 0 AND rows_new >= 0 AND rows_same >= 0 AND"
            " rows_new + rows_same = rows_read",
            name="rows_add_up",
        ),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    kind: ImportKind = words(ImportKind)
    file_hash: str = string()
    mapping_name: str | None = string(default=None)
    rows_read: int
    rows_new: int
    rows_same: int
    protocol: str = string()
    applied_at: datetime = instant()
    applied_by: int = refers("account.id", index=False)
    version: int = 1


class ImportedRow(Base, table=True):
    """A record that an import made, as it was then: what is another version since was changed.

    It goes with its spell when that is erased.
    """

    __tablename__ = "imported_row"
    __table_args__ = (
        Index("ix_imported_row_import", "import_id", "table_name"),
        Index("ix_imported_row_spell", "spell_id"),
        STRICT,
    )

    id: int | None = key()
    import_id: int = refers("import_run.id", index=False)
    file_row: int
    table_name: str = string()
    row_id: int
    spell_id: int | None = refers("spell.id", default=None, on_delete="CASCADE", index=False)
    version: int = 1


class ImportKey(Base, table=True):
    """What the files of an insats call a participant."""

    __tablename__ = "import_key"
    __table_args__ = (
        UniqueConstraint("insats_id", "file_key"),
        CheckConstraint("length(file_key) BETWEEN 1 AND 20", name="key_is_short"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id", index=False)
    file_key: str = string()
    participant_id: int = refers("participant.id", on_delete="CASCADE")


class ImportMapping(Base, table=True):
    """Which column is what, under a name that the staff of an insats chose. Headings only."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("insats_id", "name"), STRICT)

    id: int | None = key()
    insats_id: int = refers("insats.id", index=False)
    name: str = string()
    kind: ImportKind = words(ImportKind)
    content: str = string()
    saved_at: datetime = instant()
    saved_by: int = refers("account.id", index=False)
    version: int = 1


class EarlierFigure(Base, table=True):
    """One count of an earlier series (*tidigare uppgifter, SUS*), with its own definition.

    ``gender`` is None for all together, ``base`` where the count is of nothing.
    """

    __tablename__ = "earlier_figure"
    __table_args__ = (
        CheckConstraint("year BETWEEN 1993 AND 2100", name="year_range"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint("base IS NULL OR base >= number", name="base_holds_number"),
        Index("ix_earlier_figure_insats", "insats_id", "year"),
        STRICT,
    )

    id: int | None = key()
    import_id: int = refers("import_run.id")
    insats_id: int = refers("insats.id", index=False)
    year: int
    gender: Gender | None = words(Gender, default=None)
    measure: str = string()
    number: int
    base: int | None = None
    definition: str = string()
    source: str = string()
