"""A linked set falls into blocks that tell nothing of each other.

Undivided head counts are constants. Without them the set falls into groups: the kön of some head
counts, and the families that divide them, each with its insatser, periods, categories and kön.
Given the kön of the head counts, the families of a group are independent blocks again. So a
world is found block by block: first of the head counts, then of every family beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from tracking.domain.disclosure.cells import LinkedSet


@dataclass(frozen=True)
class Group:
    """Head counts by kön that hang together, and the families that divide them."""

    cells: np.ndarray
    heads: np.ndarray
    blocks: tuple[np.ndarray, ...]


def groups(linked: LinkedSet, movable: np.ndarray, new: np.ndarray) -> list[Group]:
    """Return the groups of the cells that may not be known exactly, in a fixed order.

    ``movable`` are those cells. Groups without any of ``new`` are left out: they consist of what
    earlier releases published, and nothing new is said of them.
    """
    whole = _components(linked, movable)
    apart = _components(linked, movable & ~linked.at_head)
    touched = np.unique(whole[new & movable])
    members = _by_label(whole, movable)
    found = []
    for label in touched:
        cells = members[int(label)]
        blocks = _by_label(apart[cells], ~linked.at_head[cells])
        found.append(
            Group(
                cells,
                cells[linked.at_head[cells]],
                tuple(cells[blocks[name]] for name in sorted(blocks, key=lambda n: blocks[n][0])),
            )
        )
    return sorted(found, key=lambda group: int(group.cells.min()))


def _components(linked: LinkedSet, movable: np.ndarray) -> np.ndarray:
    cells = np.flatnonzero(movable)
    labels = np.full(len(movable), -1)
    if len(cells):
        matrix = csr_array(linked.matrix[:, cells])
        graph = csr_array(block_array([[None, matrix], [csr_array(matrix.T), None]]))
        labels[cells] = connected_components(graph, directed=False)[1][matrix.shape[0] :]
    return labels


def _by_label(labels: np.ndarray, chosen: np.ndarray) -> dict[int, np.ndarray]:
    cells = np.flatnonzero(chosen)
    order = cells[np.argsort(labels[cells], kind="stable")]
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return {int(labels[part[0]]): part for part in np.split(order, cuts) if len(part)}
