"""Results as canonical JSON and back: what a release stores, bit for bit the same each time.

Canonical means sorted keys, no spaces, UTF-8; the checksum is over exactly that text. What the
disclosure control of later releases needs is in `cells_content`, without which cells were small
themselves: these are in `small_content`, for a row of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from tracking.domain.disclosure import CellKey, ProtectedTables
from tracking.domain.disclosure.coarse import ProtectedCount
from tracking.domain.errors import StegvisError
from tracking.domain.figures import Cell, CellKind, FunnelStep, Row, Table
from tracking.domain.periods import Period, parse_period_key
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, Verdict
from tracking.outcomes.releasing.shapes import ReleasedTarget


class DamagedRelease(StegvisError):
    """What is stored is not what was released."""


def canonical(content: Mapping[str, Any]) -> str:
    """Return content as canonical JSON."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def checksum(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def opened(text: str, sha256: str) -> dict[str, Any]:
    """Return stored content; raises `DamagedRelease` when the checksum differs."""
    if checksum(text) != sha256:
        raise DamagedRelease(
            "Det lagrade släppet stämmer inte med sin kontrollsumma. "
            "Läs tillbaka databasen från en säkerhetskopia."
        )
    content: dict[str, Any] = json.loads(text)
    return content


def table_content(table: Table) -> dict[str, Any]:
    """Return a table as plain data."""
    content = asdict(table)
    content["period"] = table.period.key
    content["rows"] = [
        {"label": r.label, "emphasis": r.emphasis, "cells": [_cell_content(c) for c in r.cells]}
        for r in table.rows
    ]
    return content


def table_from(content: Mapping[str, Any]) -> Table:
    """Return the table of plain data."""
    rows = tuple(
        Row(row["label"], tuple(_cell_from(cell) for cell in row["cells"]), row["emphasis"])
        for row in content["rows"]
    )
    return Table(
        key=content["key"],
        title=content["title"],
        definition=content["definition"],
        row_heading=content["row_heading"],
        columns=tuple(content["columns"]),
        rows=rows,
        period=parse_period_key(content["period"]),
        population=content["population"],
        funnel=tuple(FunnelStep(**step) for step in content["funnel"]),
        thresholds=content["thresholds"],
        notes=tuple(content["notes"]),
    )


def target_content(target: ReleasedTarget) -> dict[str, Any]:
    """Return a released target as plain data."""
    content = asdict(target)
    content["period"] = target.period.key
    content["value"] = str(target.value)
    content["cell"] = _cell_content(target.cell)
    return content


def target_from(content: Mapping[str, Any]) -> ReleasedTarget:
    """Return the released target of plain data."""
    values: dict[str, Any] = dict(content)
    period: Period = parse_period_key(content["period"])
    values |= {
        "measure": Measure(content["measure"]),
        "population": Population(content["population"]),
        "point": PointInTime(content["point"]),
        "comparison": Comparison(content["comparison"]),
        "verdict": Verdict(content["verdict"]),
        "value": Decimal(content["value"]),
        "period": period,
        "cell": _cell_from(content["cell"]),
    }
    return ReleasedTarget(**values)


def cells_content(protected: ProtectedTables) -> dict[str, Any]:
    """Return what a release says as plain data: k, cells, collapsed splits, sums.

    Targets say nothing that the cells do not; they are stored as they are read.
    """
    cells: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for key, cell in protected.cells.items():
        cells[_joined(key[:3])][_joined(key[3:])] = [cell.low, cell.high, cell.base]
    return {
        "threshold": protected.threshold,
        "cells": cells,
        "collapsed": sorted(map(list, protected.collapsed)),
        "sums": {_joined(key): value for key, value in protected.sums.items()},
    }


def small_content(protected: ProtectedTables) -> dict[str, Any]:
    """Return which cells were small themselves, as plain data."""
    return {"small": sorted(_joined(key) for key in protected.small)}


def protected_from(cells: Mapping[str, Any], small: Mapping[str, Any]) -> ProtectedTables:
    """Return an earlier release as the disclosure control takes it."""
    return ProtectedTables(
        threshold=cells["threshold"],
        cells={
            CellKey(*table.split(_BETWEEN), *cell.split(_BETWEEN)): ProtectedCount(*limits)
            for table, members in cells["cells"].items()
            for cell, limits in members.items()
        },
        collapsed=frozenset((unit, period, name) for unit, period, name in cells["collapsed"]),
        sums={CellKey(*key.split(_BETWEEN)): value for key, value in cells["sums"].items()},
        small=frozenset(CellKey(*key.split(_BETWEEN)) for key in small["small"]),
    )


_BETWEEN = "|"


def _joined(parts: tuple[str, ...]) -> str:
    assert not any(_BETWEEN in part for part in parts), "names are the catalogue's own"
    return _BETWEEN.join(parts)


def _cell_content(cell: Cell) -> dict[str, Any]:
    return {key: value for key, value in asdict(cell).items() if value is not None}


def _cell_from(content: Mapping[str, Any]) -> Cell:
    values: dict[str, Any] = dict(content)
    return Cell(**{**values, "kind": CellKind(content["kind"])})
