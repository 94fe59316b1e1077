"""Programs over atoms: they say of a part what programs over its cells would say."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.attack.disclosure_worlds import random_world, release_tables
from tracking.domain.disclosure.blocks import groups
from tracking.domain.disclosure.bounds import Knowledge, part
from tracking.domain.disclosure.cells import LinkedSet, link
from tracking.domain.disclosure.programs import Cheapest, Part
from tracking.domain.disclosure.published import blank_knowledge, joined_keys


def linked_world(seed: int) -> LinkedSet:
    world = random_world(random.Random(seed))
    for t in range(2):
        world.period_passes(t)
    tables = release_tables(world, 1)
    return link(tables.counts, joined_keys(tables, ()))


@pytest.mark.parametrize("seed", range(8))
def test_every_cell_is_the_sum_of_its_atoms(seed: int) -> None:
    linked = linked_world(seed)
    atoms = linked.atoms
    worlds = [linked.values[atoms.cells], np.ones(len(atoms.cells))]
    assert (atoms.sums @ worlds[0] == linked.values).all()
    assert not (atoms.rest @ worlds[0]).any()
    # What holds of the rest alone holds of every equation.
    for world in worlds:
        assert (linked.matrix @ (atoms.sums @ world) == atoms.rest @ world).all()


def some_parts(seed: int) -> list[tuple[Knowledge, Part]]:
    """Blocks of which some cells are known and some lie in a range."""
    linked, dice = linked_world(seed), np.random.default_rng(seed)
    knowledge = blank_knowledge(linked)
    known = dice.random(len(linked.keys)) < 0.2
    ranged = dice.random(len(linked.keys)) < 0.3
    values = linked.values
    knowledge.low = np.where(ranged, np.maximum(knowledge.low, values - 2), knowledge.low)
    knowledge.high = np.where(ranged, np.minimum(knowledge.high, values + 3), knowledge.high)
    knowledge.low[known] = knowledge.high[known] = values[known]
    blocks = [b for g in groups(linked, knowledge.loose, knowledge.loose) for b in g.blocks]
    parts = [part(knowledge, b[knowledge.loose[b]]) for b in blocks]
    return [(knowledge, loose) for loose in parts if len(loose.cells)][:4]


@pytest.mark.parametrize("seed", range(6))
def test_furthest_is_as_far_as_over_all_cells(seed: int) -> None:
    dice = np.random.default_rng(seed)
    for _, loose in some_parts(seed):
        for _ in range(4):
            direction = np.where(
                dice.random(len(loose.cells)) < 0.3, dice.normal(size=len(loose.cells)), 0.0
            )
            over_cells = milp(
                -direction,
                constraints=LinearConstraint(loose.matrix, loose.right, loose.right),
                bounds=Bounds(loose.low, loose.high),
                integrality=np.ones(len(direction)),
                options={"mip_rel_gap": 0},
            )
            found = loose.best(direction, loose.low, loose.high, whole=True)
            assert found is not None
            assert loose.holds(found)
            assert (loose.low <= found).all()
            assert (found <= loose.high).all()
            assert direction @ found == pytest.approx(-over_cells.fun, abs=1e-3, rel=2e-4)


@pytest.mark.parametrize("seed", range(6))
def test_cheapest_costs_what_it_does_over_all_cells(seed: int) -> None:
    dice = np.random.default_rng(seed)
    for knowledge, loose in some_parts(seed):
        number = len(loose.cells)
        cost = dice.integers(1, 90, number).astype(float)
        for cell in dice.choice(loose.cells, 4):
            at = int(np.searchsorted(loose.cells, cell))
            by = int(loose.high[at]) or int(loose.low[at])
            found = Cheapest(loose, cost, loose.low, loose.high, int(cell)).solved(by, False)
            ends = np.concatenate([np.maximum(loose.high, 0), np.maximum(-loose.low, 0)])
            least = np.zeros(2 * number)
            least[[at, at + number]] = ends[[at, at + number]] = max(by, 0), max(-by, 0)
            rows = np.hstack([loose.matrix.toarray(), -loose.matrix.toarray()])
            over_cells = milp(
                np.tile(cost, 2),
                constraints=LinearConstraint(rows, loose.right, loose.right),
                bounds=Bounds(least, ends),
            )
            assert (found is None) == (over_cells.x is None)
            if found is not None:
                assert found[0] == pytest.approx(over_cells.fun)
                assert knowledge.linked.matrix[:, loose.cells] @ found[1] == pytest.approx(0)


def test_cheapest_way_does_not_go_further_than_a_cell_may() -> None:
    (_, loose), *_ = some_parts(0)
    cell, beyond = int(loose.cells[0]), int(loose.high[0]) + 1
    ones = np.ones(len(loose.cells))
    assert Cheapest(loose, ones, loose.low, loose.high, cell).solved(beyond, False) is None
