"""Every cell of a linked set as a sum of atoms: the cells that no equation divides further.

A world is a number for every atom, so programs in atoms need far fewer unknowns and equations
than programs in cells. What is known of the cells, and which may move, is in `bounds`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

_DEEPEST = 40


@dataclass(frozen=True)
class Atoms:
    """``sums`` times the atoms are the cells; ``members`` is its transpose.

    ``number`` is which atom a cell is, −1 for a sum. ``rest`` times the atoms is zero: what the
    equations demand beyond that (two breakdowns of the same people are as many). Most equations
    hold by themselves, and have an empty row there; ``demands`` is its transpose.
    """

    cells: np.ndarray
    number: np.ndarray
    sums: csr_array
    members: csr_array
    rest: csr_array
    demands: csr_array


def find_atoms(matrix: csr_array, at_head: np.ndarray, head_rows: np.ndarray) -> Atoms:
    """Return the atoms of cells, given their equations: a sum (1) and its parts (−1).

    ``at_head`` are the head counts, which are made of head counts only: by equations of
    ``head_rows``, never of the families that divide them.
    """
    number_of_cells = matrix.shape[1]
    entries = np.flatnonzero(matrix.data > 0)
    row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    sums_at, rows = matrix.indices[entries], row_of[entries]
    may_define = head_rows[rows] | ~at_head[sums_at]
    # The first equation that divides a cell says what it is; the others follow, or are the rest.
    divided, first = np.unique(sums_at[may_define], return_index=True)
    lines = csr_array(matrix[rows[may_define][first]])
    parts = csr_array((-np.minimum(lines.data, 0), lines.indices, lines.indptr), shape=lines.shape)
    cells = np.setdiff1d(np.arange(number_of_cells), divided)
    place = csr_array(
        (np.ones(len(divided)), (divided, np.arange(len(divided)))),
        (number_of_cells, len(divided)),
    )
    step = csr_array((np.ones(len(cells)), (cells, cells)), (number_of_cells, number_of_cells))
    step = csr_array(step + place @ parts)
    step.eliminate_zeros()
    undivided = np.zeros(number_of_cells, dtype=bool)
    undivided[cells] = True
    sums = step
    for _ in range(_DEEPEST):
        if undivided[sums.indices].all():
            break
        sums = csr_array(sums @ step)
    assert undivided[sums.indices].all(), "no cell is a part of itself"
    sums = csr_array(sums[:, cells])
    rest = csr_array(matrix @ sums)
    rest.eliminate_zeros()
    number = np.full(number_of_cells, -1)
    number[cells] = np.arange(len(cells))
    return Atoms(cells, number, sums, csr_array(sums.T), rest, csr_array(rest.T))
