"""Which cells must be protected: those small themselves, and differences between releases.

What else has to be hidden for their sake is in `secondary`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracking.domain.disclosure.cells import REST, CellKey, LinkedSet
from tracking.domain.disclosure.coarse import ProtectedCount
from tracking.domain.disclosure.published import ProtectedTables
from tracking.domain.disclosure.tables import ReleaseTables


def newest_periods(tables: ReleaseTables, linked: LinkedSet) -> set[str]:
    """Return the periods of a release and what is left of them without their parts."""
    own = {table.period.key for table in tables.newest}
    return {key.period for key in linked.keys if key.period.removesuffix(REST) in own}


def small_cells(linked: LinkedSet, k: int) -> np.ndarray:
    """Say which cells, or their complements in their bases, are 0…k−1; never a head count."""
    complement = linked.values[_known_base(linked, k)] - linked.values
    small: np.ndarray = ~linked.is_head & ((linked.values < k) | (complement < k))
    return small


def _known_base(linked: LinkedSet, k: int) -> np.ndarray:
    """Return the nearest base of each cell that is not hidden for being small itself.

    Where few lack an answer, those with one are not told, and a numerator is told of all: its
    complement there are those that don't meet the target and those without an answer together.
    """
    values, base = linked.values, np.where(linked.base >= 0, linked.base, linked.root)
    found = base.copy()
    while True:
        above = base[found]
        hidden = ~linked.is_head[found] & (
            (values[found] < k) | (values[above] - values[found] < k)
        )
        if not hidden.any():
            return found
        found = np.where(hidden, above, found)


def needed_values(linked: LinkedSet, cells: np.ndarray, k: int) -> np.ndarray:
    """Return how many possible values each of the cells has to keep, 0 for the others.

    It is k, or all there are where the undivided head count, which is always exact, is so small
    that it allows fewer.
    """
    return np.where(cells, np.minimum(k, linked.values[linked.root] + 1), 0)


def windows(linked: LinkedSet, needed: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what to aim for: that every small cell could be anything from 0 to k − 1.

    And every cell with a small complement anything down to its base less k − 1. More is hidden
    than for any k values, but what is hidden then depends less on which small number it was, so
    that an attacker who knows how the rule chooses learns less from its choice.
    """
    values = linked.values
    base = values[_known_base(linked, k)]
    low, high = values - np.minimum(values, needed - 1), values.copy()
    is_small, is_rest_small = values < k, base - values < k
    low = np.where(is_rest_small, np.maximum(base - needed + 1, 0), low)
    high = np.where(is_rest_small, base, high)
    low = np.where(is_small, 0, low)
    high = np.where(is_small, np.minimum(needed - 1, values[linked.root]), high)
    return np.where(needed > 0, low, values), np.where(needed > 0, np.maximum(high, values), values)


def demanded(
    linked: LinkedSet, newest: set[str], published: Sequence[ProtectedTables], k: int
) -> np.ndarray:
    """Return the values needed by each cell of everything published and of this release.

    ``newest`` are the periods of the release, and what is left of them when a part is taken
    away. Of earlier releases it is the cells that were small when they were made.
    """
    current = np.array([key.period in newest for key in linked.keys])
    small = small_cells(linked, k) & current
    needed = needed_values(linked, small, k)
    for release in published:
        for key in release.small:
            if (i := linked.index.get(key)) is not None:
                needed[i] = min(k, int(linked.values[linked.root[i]]) + 1)
    return needed


def changed_since(
    now: LinkedSet, today: LinkedSet, published: Sequence[ProtectedTables], k: int
) -> np.ndarray:
    """Return the values needed by what the release says anew about periods already released.

    Last year's half-year as it stands today is the year less this half-year. In a block (insats,
    measure, periods) where a number that was published exactly no longer holds, a difference of
    fewer than k people is a small group; what was is known, so what is must be left with k
    possible values. ``now`` links the tables of this release alone, ``today`` all tables.
    """
    before: dict[CellKey, ProtectedCount] = {}
    for release in published:
        before.update(release.cells)
    blocks: dict[tuple[str, str, str], list[tuple[int, int | None]]] = {}
    own = {key.period for key in now.keys}
    for i, key in enumerate(now.keys):
        if not key.period.endswith(REST):
            continue
        block = key.unit, key.period, key.measure
        blocks.setdefault(block, []).append((i, _difference(key, now, today, before, own)))
    cells = np.zeros(len(now.keys), dtype=bool)
    for members in blocks.values():
        if any(difference for _, difference in members):
            for i, difference in members:
                cells[i] = difference is None or abs(difference) < k
    return needed_values(now, cells & ~now.is_head, k)


def _difference(
    key: CellKey,
    now: LinkedSet,
    today: LinkedSet,
    before: Mapping[CellKey, ProtectedCount],
    own: set[str],
) -> int | None:
    """Return how much more there are today than was published; None if that is not known."""
    long = key.period.removesuffix(REST)
    periods = [p for p, longer in today.inside.items() if long in longer and p not in own]
    parts = [key._replace(period=p) for p in periods]
    old = [before.get(part) for part in parts if part in today.index]
    if not old or any(cell is None or not cell.is_exact for cell in old):
        return None
    return int(now.values[now.index[key]]) - sum(cell.low for cell in old if cell is not None)
