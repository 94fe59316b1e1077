"""What an attacker can conclude: whole-number bounds of a cell from everything that is known.

`Knowledge` is a linked set with limits for every cell (equal where a cell is shown). A `Part`
lets some of its cells loose and holds the others, at the truth or in a given world: that can
only make an attacker look stronger than he is, never weaker. `exact_bounds` takes the whole of
what is connected, by integer programming. How worlds are looked for in many cells at once is in
`witnesses`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from tracking.domain.disclosure.cells import LinkedSet
from tracking.domain.disclosure.programs import Part

_WHOLE = 1e-6


@dataclass
class Knowledge:
    """A linked set and the limits within which each cell is known to lie."""

    linked: LinkedSet
    low: np.ndarray
    high: np.ndarray

    @property
    def loose(self) -> np.ndarray:
        """Say which cells are not known exactly."""
        return self.low < self.high


def narrow(knowledge: Knowledge, passes: int = 6) -> None:
    """Tighten the limits by every equation, a few times over (interval propagation).

    Limits found so hold for every world that agrees; they need not be the tightest.
    """
    matrix = knowledge.linked.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    at, sign = matrix.indices, matrix.data
    for _ in range(passes):
        before = knowledge.low.copy(), knowledge.high.copy()
        low, high = before
        # Each term's least and greatest; the others' sum bounds the one that is left.
        least = np.where(sign > 0, low[at], -high[at])
        most = np.where(sign > 0, high[at], -low[at])
        all_least = np.bincount(rows, least, matrix.shape[0])
        all_most = np.bincount(rows, most, matrix.shape[0])
        term_high = -(all_least[rows] - least)
        term_low = -(all_most[rows] - most)
        cell_low = np.where(sign > 0, term_low, -term_high)
        cell_high = np.where(sign > 0, term_high, -term_low)
        np.maximum.at(knowledge.low, at, np.ceil(cell_low - _WHOLE).astype(np.int64))
        np.minimum.at(knowledge.high, at, np.floor(cell_high + _WHOLE).astype(np.int64))
        if (before[0] == knowledge.low).all() and (before[1] == knowledge.high).all():
            return


def part(
    knowledge: Knowledge,
    cells: np.ndarray,
    world: np.ndarray | None = None,
    allowed: np.ndarray | None = None,
) -> Part:
    """Return the part of the knowledge in which only these cells may deviate.

    ``world`` is how far other cells deviate, else they are held at the truth; ``allowed`` says
    which equations count, else all do.
    """
    linked = knowledge.linked
    touched = np.zeros(linked.matrix.shape[0], dtype=bool)
    touched[linked.columns[cells].indices] = True
    rows = np.flatnonzero(touched if allowed is None else touched & allowed)
    block = linked.matrix[rows]
    right = np.zeros(len(rows)) if world is None else -(block @ world)
    truth = linked.values[cells]
    return Part(
        linked,
        cells,
        rows,
        csr_array(block[:, cells]),
        right,
        knowledge.low[cells] - truth,
        knowledge.high[cells] - truth,
        world,
    )


def exact_bounds(knowledge: Knowledge, cell: int, *, seen_only: bool = False) -> tuple[int, int]:
    """Return the least and greatest whole number of a cell that agree with everything known.

    Should the search end without an answer, the limit that is known of the cell is taken, or,
    with ``seen_only``, the truth: then nothing is held possible that was not found.
    """
    cells = around(knowledge, cell, len(knowledge.linked.keys))
    if not len(cells):
        value = int(knowledge.linked.values[cell])
        return value, value
    loose = part(knowledge, cells)
    at, value = int(np.searchsorted(cells, cell)), int(knowledge.linked.values[cell])
    ends = []
    for sign in (-1.0, 1.0):
        direction = np.zeros(len(cells))
        direction[at] = sign
        deviation = loose.best(direction, loose.low, loose.high, whole=True)
        if deviation is None and seen_only:
            ends.append(value)
            continue
        limit = loose.low if sign < 0 else loose.high
        ends.append(value + int(limit[at] if deviation is None else deviation[at]))
    return ends[0], ends[1]


def around(
    knowledge: Knowledge, cell: int, limit: int, allowed: np.ndarray | None = None
) -> np.ndarray:
    """Return up to ``limit`` loose cells connected with one, nearest first, in rising order.

    ``allowed`` are the cells that may be let loose, else those not known exactly.
    """
    linked = knowledge.linked
    loose = knowledge.loose if allowed is None else allowed
    if not loose[cell]:
        return np.array([], dtype=np.int64)
    taken = np.zeros(len(loose), dtype=bool)
    taken[cell] = True
    front, size = np.array([cell]), 1
    while len(front) and size < limit:
        rows = np.unique(linked.columns[front].indices)
        reached = np.unique(linked.matrix[rows].indices)
        front = reached[loose[reached] & ~taken[reached]][: limit - size]
        taken[front] = True
        size += len(front)
    return np.flatnonzero(taken)
