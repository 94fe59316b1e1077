"""Secondary hiding at the least cost, for small blocks: one mixed-integer program (HiGHS).

A cell is shown or hidden, at the cost of its usefulness; for every cell that needs several
possible values there are two worlds that agree with what stays shown and lie that far apart
(Fischetti & Salazar 2001, with a sliding protection level). Larger blocks are for `secondary`.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, diags_array

from tracking.domain.disclosure.bounds import part
from tracking.domain.disclosure.secondary import System

LARGEST = 60
"""Up to so many linked cells of a block, of the release and all before it, it is used."""

MOST_WORLDS = 10
"""And for up to so many cells that still lack possible values."""

NODES = 500
"""How far the search goes: a count, since a clock would not give the same release twice."""


def solve_optimally(system: System, block: np.ndarray) -> np.ndarray:
    """Return the least useful cells to hide that give every cell of a block its values.

    Nothing when the block is too large or there are too many worlds, when there is no solution (a
    target's range stands in the way), or when none is proved best before the search ends.
    """
    nothing = np.array([], dtype=np.int64)
    seen = system.witnesses
    cells = block[system.knowledge.loose[block] | system.shown[block]]
    if len(cells) > LARGEST:
        return nothing
    seen.settle_block(block)
    wanting = [int(i) for i in seen.lacking(cells) if not system.depends(int(i))]
    if not wanting or len(wanting) > MOST_WORLDS:
        return nothing
    shown = np.flatnonzero(system.shown[cells])
    worlds, n, linked = 2 * len(wanting), len(cells), system.linked
    loose, truth = part(system.knowledge, cells), linked.values[cells]
    high = np.where(system.shown[cells], system.high[cells] - truth, loose.high)
    low = np.where(system.shown[cells], system.low[cells] - truth, loose.low)
    pick = csr_array((np.ones(len(shown)), (np.arange(len(shown)), shown)), (len(shown), n))
    rows: list[list[csr_array | None]] = []
    row_low: list[np.ndarray] = []
    row_high: list[np.ndarray] = []

    def constrain(
        world: int, lines: csr_array, binary: csr_array | None, lo: float, hi: float
    ) -> None:
        line: list[csr_array | None] = [None] * (worlds + 1)
        line[world], line[-1] = lines, binary
        rows.append(line)
        row_low.append(np.full(lines.shape[0], lo))
        row_high.append(np.full(lines.shape[0], hi))

    for world in range(worlds):
        constrain(world, loose.matrix, None, 0, 0)
        constrain(world, pick, -diags_array(high[shown].astype(float)), -np.inf, 0)
        constrain(world, pick, -diags_array(low[shown].astype(float)), 0, np.inf)
    world_low, world_high = np.tile(low, worlds), np.tile(high, worlds)
    for i, cell in enumerate(wanting):
        where = int(np.searchsorted(cells, cell))
        down, up = (int(goal[0]) for goal in seen.goals(np.array([cell])))
        apart = int(seen.needed[cell]) - 1
        if seen.aims[cell]:
            value, apart = int(linked.values[cell]), up - down
            if not low[where] <= down - value <= up - value <= high[where]:
                return nothing
            world_low[2 * i * n + where] = up - value
            world_high[(2 * i + 1) * n + where] = down - value
        at = csr_array(([1.0], ([0], [where])), (1, n))
        constrain(2 * i, at, None, -np.inf, np.inf)
        rows[-1][2 * i + 1] = -at
        row_low[-1][:] = apart
    # Every column of blocks has to have its width, also where it stands alone.
    width = csr_array((1, len(shown)))
    constrain(0, csr_array((1, n)), width, -np.inf, np.inf)
    solved = milp(
        np.concatenate([np.zeros(worlds * n), linked.weight[cells][shown].astype(float)]),
        constraints=LinearConstraint(
            csr_array(block_array(rows)), np.concatenate(row_low), np.concatenate(row_high)
        ),
        bounds=Bounds(
            np.concatenate([world_low, np.zeros(len(shown))]),
            np.concatenate([world_high, np.ones(len(shown))]),
        ),
        integrality=np.ones(worlds * n + len(shown)),
        options={"node_limit": NODES},
    )
    if solved.status != 0:
        return nothing
    chosen: np.ndarray = cells[shown[solved.x[worlds * n :] > 0.5]]
    return chosen
