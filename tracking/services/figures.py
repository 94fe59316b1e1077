"""Taking in figures from elsewhere, whole or not at all, and taking a whole file back.

What a file says is read by `tracking.exchange.figures`; the rows are checked again here. An
earlier import is not changed by a later one: the later counts where both tell of the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.context_figures import (
    INDICATORS,
    FigureKind,
    FigureRow,
    IndicatorRow,
    KommunRow,
)
from tracking.domain.errors import Conflict, InvalidValue, NotFound
from tracking.domain.identifiers import clean_text
from tracking.domain.periods import parse_period_key
from tracking.services._setup import check_unchanged, found
from tracking.services._writing import writing
from tracking.store.database import Database
from tracking.store.tables import (
    Code,
    ContextImport,
    Forbund,
    IndicatorResult,
    MunicipalFigure,
)

MOST_ROWS = 200_000
LONGEST_SOURCE = 200
TAKE_IN, TAKE_BACK = "take_in_figures", "take_back_figures"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was taken in: how many rows, and of how many of them too few answered for a share."""

    import_id: int
    rows: int
    without_share: int


def take_in_figures(
    database: Database,
    actor: Actor,
    *,
    kind: FigureKind,
    source: str,
    sha256: str,
    rows: Sequence[FigureRow],
    key: str,
) -> TakenIn:
    """Store every row of a file, or none. ``source`` is where the figures come from, in words.

    An indicator that fewer than the förbund's k answered is kept without its share. Raises
    `InvalidValue` on a row that cannot be, and `Conflict` when the same file is in already.
    """
    with writing(database, actor, TAKE_IN, key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return TakenIn(write.earlier, len(rows), 0)
        words = clean_text(source, field="source", max_length=LONGEST_SOURCE, required=True)
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise InvalidValue("Filens kontrollsumma saknas: läs in filen igen.")
        if not 0 < len(rows) <= MOST_ROWS:
            raise InvalidValue("Filen har inga rader att läsa in.", field="file")
        same = select(ContextImport.id).where(
            ContextImport.kind == kind,
            ContextImport.sha256 == sha256,
            col(ContextImport.voided_at).is_(None),
        )
        if write.session.exec(same).first() is not None:
            raise Conflict("Samma fil är redan inläst.", field="file")
        made = ContextImport(
            kind=kind,
            source=words,
            sha256=sha256,
            rows_n=len(rows),
            imported_at=write.now,
            imported_by=actor.account_id,
        )
        write.session.add(made)
        write.session.flush()
        assert made.id is not None
        k = write.session.get_one(Forbund, 1).disclosure_threshold
        table = IndicatorResult if kind is FigureKind.INDICATORS else MunicipalFigure
        stored = [_columns(made.id, kind, row, k) for row in rows]
        for first in range(0, len(stored), 1000):
            write.session.connection().execute(insert(table), stored[first : first + 1000])
        few = sum(isinstance(row, IndicatorRow) and row.n < k for row in rows)
        write.finish(made.id, Entry(TAKE_IN, detail=f"{kind.label}, {len(rows)} rader"))
        return TakenIn(made.id, len(rows), few)


def take_back_figures(
    database: Database, actor: Actor, *, import_id: int, why: str, version: int, key: str
) -> TakenIn:
    """Void a whole import: its figures leave every page, and what they replaced counts again.

    ``why`` is a key of the code list `void_reason`.
    """
    with writing(database, actor, TAKE_BACK, key) as write:
        check_can_set_up_forbund(actor)
        row = found(write.session, ContextImport, import_id, what="Inläsningen")
        if write.earlier is not None:
            return TakenIn(import_id, row.rows_n, 0)
        if row.voided_at is not None:
            raise NotFound("Inläsningen är redan tillbakatagen: läs in sidan igen.")
        check_unchanged(row, version, {"source": row.source})
        reason = select(Code.key).where(Code.list_key == "void_reason", Code.key == why)
        if write.session.exec(reason).first() is None:
            raise InvalidValue("Välj ett skäl i listan.", field="why")
        row.voided_at, row.voided_by, row.void_reason = write.now, actor.account_id, why
        row.version += 1
        write.session.add(row)
        write.finish(import_id, Entry(TAKE_BACK, detail=f"{row.kind.label}, {row.rows_n} rader"))
        return TakenIn(import_id, row.rows_n, 0)


def _columns(import_id: int, kind: FigureKind, row: FigureRow, k: int) -> dict[str, object]:
    if isinstance(row, IndicatorRow) and kind is FigureKind.INDICATORS:
        share = row.share_hundredths
        if not 1 <= row.number <= INDICATORS or row.n < 0 or not 2000 <= row.year <= 2100:
            raise InvalidValue("En rad har en indikator, ett n eller ett år som inte kan stämma.")
        if share is not None and not 0 <= share <= 10_000:
            raise InvalidValue("En rad har en andel utanför 0–100 procent.")
        kept = row.kept(k)
        return {
            "import_id": import_id,
            "group_name": clean_text(row.group, field="group", max_length=80, required=True),
            "number": row.number,
            "year": row.year,
            "n": row.n,
            "share_hundredths": kept.share_hundredths,
        }
    if isinstance(row, KommunRow) and kind is not FigureKind.INDICATORS:
        if not 0 <= row.value <= 10_000_000:
            raise InvalidValue("En rad har ett tal som inte kan stämma.")
        name, item = row.municipality, row.item
        return {
            "import_id": import_id,
            "municipality": clean_text(name, field="municipality", max_length=60, required=True),
            "item": clean_text(item, field="item", max_length=80, required=True),
            "gender": row.gender,
            "period_key": parse_period_key(row.period_key).key,
            "value": row.value,
        }
    raise InvalidValue("Raderna är av ett annat slag än det som läses in.")
