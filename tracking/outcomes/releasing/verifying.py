"""Holding stored releases against themselves: checksums, the cells behind what is shown, rows.

Nothing is counted anew: what was released may differ from what is recorded today. What is asked
is whether every row is as it was written, whether the tables show what the cells say, and
whether nothing is lacking or published without having been prepared.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.disclosure import ALL, ProtectedTables
from tracking.domain.disclosure.coarse import ProtectedCount
from tracking.domain.figures import Cell, CellKind
from tracking.outcomes.encoding import (
    DamagedRelease,
    opened,
    protected_from,
    table_from,
    target_from,
)
from tracking.outcomes.releasing.shapes import HEADS, TARGETS
from tracking.outcomes.releasing.tables import BY_GENDER, DUE, ORS_MEANS
from tracking.store.tables import (
    Release,
    ReleaseCells,
    ReleasedTable,
    ReleasePublication,
    ReleaseSmall,
)


@dataclass(frozen=True, slots=True)
class ReleaseFault:
    """What is wrong with a release: ``where`` names the row in Swedish words."""

    period_key: str
    where: str
    what: str


_CHANGED = "stämmer inte med sin kontrollsumma"
_UNREADABLE = "går inte att läsa"
_LACKS = "saknas"
_OTHER = "visar något annat än vad släppet säger"


def release_faults(session: DbSession) -> Iterator[ReleaseFault]:
    """Every fault of every release ever prepared, the oldest first."""
    releases = session.exec(select(Release).order_by(col(Release.period_end))).all()
    known = {release.id for release in releases}
    for publication in session.exec(select(ReleasePublication)).all():
        if publication.release_id not in known:
            yield ReleaseFault("?", f"publicering {publication.release_id}", "saknar sitt släpp")
    for release in releases:
        yield from _of_release(session, release)


def _of_release(session: DbSession, release: Release) -> Iterator[ReleaseFault]:
    key = release.period_key
    publication = session.get(ReleasePublication, release.id)
    if publication is not None and publication.published_at < release.prepared_at:
        yield ReleaseFault(key, "publiceringen", "är äldre än förberedelsen")
    kept: dict[str, dict[str, Any]] = {}
    for name, row in (
        ("cellerna", session.get(ReleaseCells, release.id)),
        ("de små cellerna", session.get(ReleaseSmall, release.id)),
    ):
        if row is None:
            yield ReleaseFault(key, name, _LACKS)
            continue
        try:
            kept[name] = opened(row.content, row.sha256)
        except DamagedRelease:
            yield ReleaseFault(key, name, _CHANGED)
        except json.JSONDecodeError:
            yield ReleaseFault(key, name, _UNREADABLE)
    protected = None
    if len(kept) == 2:
        try:
            protected = protected_from(*kept.values())
        except (KeyError, TypeError, ValueError):
            yield ReleaseFault(key, "cellerna", _UNREADABLE)
    if protected is not None and protected.threshold != release.threshold:
        yield ReleaseFault(key, "cellerna", "har en annan gräns än släppet")
    yield from _of_tables(session, release, protected)


def _of_tables(
    session: DbSession, release: Release, protected: ProtectedTables | None
) -> Iterator[ReleaseFault]:
    rows = session.exec(
        select(ReleasedTable)
        .where(ReleasedTable.release_id == release.id)
        .order_by(col(ReleasedTable.id))
    ).all()
    key = release.period_key
    with_heads = {row.insats_id for row in rows if row.table_key == HEADS}
    seen: set[tuple[int | None, str, str]] = set()
    for row in rows:
        where = _where(row)
        name = (row.insats_id, row.table_key, row.period_key)
        if name in seen:
            yield ReleaseFault(key, where, "finns två gånger")
        seen.add(name)
        if row.insats_id not in with_heads:
            yield ReleaseFault(key, where, "saknar sina deltagarantal")
        try:
            content = opened(row.content, row.sha256)
            other = protected is not None and _shows_other(row, content, protected)
        except DamagedRelease:
            yield ReleaseFault(key, where, _CHANGED)
            continue
        except (KeyError, TypeError, ValueError):
            yield ReleaseFault(key, where, _UNREADABLE)
            continue
        if content.get("period") != row.period_key:
            yield ReleaseFault(key, where, "hör till en annan period")
        if other:
            yield ReleaseFault(key, where, _OTHER)


def _where(row: ReleasedTable) -> str:
    of = "alla insatser" if row.insats_id is None else f"insats {row.insats_id}"
    return f"tabellen {row.table_key}, {of}, {row.period_key}"


def _shows_other(row: ReleasedTable, content: Mapping[str, Any], cells: ProtectedTables) -> bool:
    """Whether a row shows anything that the cells behind it do not say.

    Head counts are not among the cells, and neither are means and targets that are no shares.
    """
    unit = ALL if row.insats_id is None else str(row.insats_id)
    here = {at: cell for at, cell in cells.cells.items() if at[:2] == (unit, row.period_key)}
    if row.table_key == TARGETS:
        lows = {cell.low for cell in here.values()}
        told = [target_from(target) for target in content["targets"]]
        return any(target.low is not None and target.low not in lows for target in told)
    table = table_from(content["table"])
    if row.table_key in (HEADS, DUE, ORS_MEANS):
        return False
    names = ("started", "ended", "completed") if row.table_key == BY_GENDER else _parts(row)
    said = Counter(_as_shown(cell) for at, cell in here.items() if at.measure in names)
    shown = Counter(
        _as_read(cell)
        for line in table.rows
        if not line.emphasis
        for column, cell in zip(table.columns, line.cells, strict=True)
        if not (row.table_key == BY_GENDER and column == table.columns[-1])
    )
    # A hidden cell without a range says nothing, also where no cell was published behind it.
    del shown[None]
    return bool(shown - said)


def _parts(row: ReleasedTable) -> tuple[str, ...]:
    return (row.table_key, f"{row.table_key}?", f"{row.table_key}:no")


def _as_shown(cell: ProtectedCount) -> tuple[int, int] | None:
    """A cell as a page shows it: None where its range says nothing."""
    return (cell.low, cell.high) if cell.is_exact or cell.says_something else None


def _as_read(cell: Cell) -> tuple[int, int] | None:
    if cell.kind is CellKind.HIDDEN:
        return None if cell.low is None or cell.high is None else (cell.low, cell.high)
    return (cell.count or 0, cell.count or 0)
