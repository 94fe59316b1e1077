"""What is brought in beside outcomes: the network's indicators and kommun figures.

Aggregates that somebody else has published; nothing here is of a participant.
"""

from __future__ import annotations

from sqlalchemy import REAL, CheckConstraint
from sqlmodel import Field

from tracking.domain.context_figures import FigureKind
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


class ContextImport(Voidable, Base, table=True):
    """One file that was brought in: its kind, where the figures come from, checksum and rows.

    The file is not kept. A later import takes the place of an earlier one cell by cell; a voided
    one leaves all that is shown.
    """

    __tablename__ = "context_import"
    __table_args__ = (
        void_whole(),
        CheckConstraint("rows_n > 0", name="something_read"),
        CheckConstraint("length(sha256) = 64", name="sha256_is_digest"),
        STRICT,
    )

    id: int | None = key()
    kind: FigureKind = words(FigureKind)
    source: str = string()
    sha256: str = string()
    rows_n: int
    imported_at: datetime = instant()
    imported_by: int = refers("account.id", index=False)
    version: int = 1


class IndicatorResult(Base, table=True):
    """One indicator of the network, for a group and year: how many answered, and the share.

    ``share_hundredths`` is hundredths of a per cent, 0–10 000; None when too few answered for a
    share to be kept.
    """

    __tablename__ = "indicator_result"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 15", name="number_range"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        CheckConstraint("n >= 0", name="n_not_negative"),
        CheckConstraint("share_hundredths BETWEEN 0 AND 10000", name="share_range"),
        STRICT,
    )

    id: int | None = key()
    import_id: int = refers("context_import.id")
    group_name: str = string()
    number: int
    year: int
    n: int
    share_hundredths: int | None = None


class MunicipalFigure(Base, table=True):
    """One kommun's figure for a period and item: helårsekvivalenter, or persons of the
    försörjningsmått. ``gender`` None is both together.
    """

    __tablename__ = "municipal_figure"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        STRICT,
    )

    id: int | None = key()
    import_id: int = refers("context_import.id")
    municipality: str = string()
    item: str = string()
    gender: Gender | None = words(Gender, default=None)
    period_key: str = string()
    value: float = Field(sa_type=REAL)
