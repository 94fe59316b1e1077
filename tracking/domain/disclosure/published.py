"""What a release publishes, and what an attacker therefore knows.

`ProtectedTables` is the outcome of the rule. Everything but ``small`` is public; ``small`` names
the cells that were small themselves, which later releases have to go on protecting, and stays
in the insats zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tracking.domain.disclosure.bounds import Knowledge
from tracking.domain.disclosure.cells import CellKey, LinkedSet, target_keys
from tracking.domain.disclosure.coarse import ProtectedCount, ProtectedTarget
from tracking.domain.disclosure.tables import JOINED, ReleaseTables
from tracking.domain.errors import InvalidValue

TableKey = tuple[str, str, str]
"""Unit, period and measure."""


@dataclass(frozen=True, slots=True)
class ProtectedTables:
    """A release after protection.

    ``cells`` holds every cell of the release, exact or as a range of its base (0…base when the
    range says nothing). ``collapsed`` are the tables whose split by kön could not stand; their
    cells by kön are hidden. ``sums`` holds the exact sum behind each mean, None when hidden.
    ``targets`` are the targets by key.
    """

    threshold: int
    cells: Mapping[CellKey, ProtectedCount]
    collapsed: frozenset[TableKey] = frozenset()
    sums: Mapping[CellKey, int | None] = field(default_factory=dict)
    targets: Mapping[str, ProtectedTarget] = field(default_factory=dict)
    small: frozenset[CellKey] = frozenset()


def joined_keys(tables: ReleaseTables, published: Sequence[ProtectedTables]) -> set[CellKey]:
    """Return the cells that targets read as one, of this release and of those before.

    Those of targets on too few people to be shown are among them: what the target asks is
    public, so its number must not follow from the table beside it.
    """
    joined = {target_keys(target)[0] for target in tables.targets}
    for release in published:
        joined |= {*release.cells, *release.small}
    return {key for key in joined if JOINED in key.category}


def blank_knowledge(linked: LinkedSet) -> Knowledge:
    """Return what is known when nothing but the undivided head counts is."""
    most = linked.values[linked.root]
    low = np.where(linked.is_head, most, 0)
    return Knowledge(linked, low, most.copy())


def add_published(knowledge: Knowledge, published: Sequence[ProtectedTables]) -> None:
    """Add what earlier releases said, as far as it may still be believed.

    Where data were corrected since, the limits are widened just so far that they hold today: the
    attacker is taken to know of every cell how far at most, and which way, it was corrected.
    Whoever assumes less (nothing was corrected, and it is so; few were) knows no more.
    """
    linked = knowledge.linked
    natural = knowledge.high.copy()
    for release in published:
        for key, cell in release.cells.items():
            i = linked.index.get(key)
            if i is None:
                raise InvalidValue(
                    f"Tabellen {key.measure} för {key.period} är redan publicerad och saknas."
                )
            value = int(linked.values[i])
            if cell.is_exact or cell.says_something:
                low, high = min(cell.low, value), max(cell.high, value)
            else:
                low, high = 0, int(natural[i])
            if linked.base[i] < 0:
                # A head count that was corrected: the old one is no longer exact.
                knowledge.low[i], knowledge.high[i] = low, high
            else:
                knowledge.low[i] = max(knowledge.low[i], low)
                knowledge.high[i] = min(knowledge.high[i], high)


def add_release(knowledge: Knowledge, cells: Mapping[CellKey, ProtectedCount]) -> None:
    """Add what a release says that was made of today's data."""
    index = knowledge.linked.index
    for key, cell in cells.items():
        i = index[key]
        knowledge.low[i] = max(knowledge.low[i], cell.low)
        knowledge.high[i] = min(knowledge.high[i], cell.high)
