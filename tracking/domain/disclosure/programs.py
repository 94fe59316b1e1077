"""Linear programs over atoms: how a part can move furthest, or a cell most cheaply, by HiGHS.

A program is kept between questions that differ in costs and limits only, and starts from where
the last one ended. Which questions are asked is `witnesses` and `secondary`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack

from tracking.domain.disclosure.cells import LinkedSet

_WHOLE = 1e-6
_PRICED = 0.01
"""A sum of atoms whose step costs less has no price of its own: its atoms have one."""

Limits = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Part:
    """Some cells let loose, as ways to deviate from the truth, and the equations they touch.

    ``right`` is what ``matrix`` times the deviation has to be: zero, unless other cells deviate,
    as ``world`` says. ``low`` and ``high`` are how far each cell may deviate.
    """

    linked: LinkedSet
    cells: np.ndarray
    rows: np.ndarray
    matrix: csr_array
    right: np.ndarray
    low: np.ndarray
    high: np.ndarray
    world: np.ndarray | None = None

    def best(
        self, direction: np.ndarray, low: np.ndarray, high: np.ndarray, whole: bool = False
    ) -> np.ndarray | None:
        """Return the deviation furthest in a direction, or None when no whole one was found."""
        found = self.furthest.solved(direction, (low, high), whole)
        if found is None:
            return None
        deviation = np.rint(found)
        # What was left out of the program has to hold as well, and does.
        outside = np.any(deviation < low) or np.any(deviation > high)
        if outside or np.abs(found - deviation).max() > _WHOLE or not self.holds(deviation):
            return None
        whole_numbers: np.ndarray = deviation.astype(np.int64)
        return whole_numbers

    def holds(self, deviation: np.ndarray) -> bool:
        """Say whether a deviation agrees with every equation."""
        return not np.any(self.matrix @ deviation != self.right)

    @cached_property
    def furthest(self) -> Furthest:
        """The program behind `best`."""
        return Furthest(self)


class _Frame:
    """The atoms of a part, the sums among its cells, and the equations between the atoms."""

    def __init__(self, part: Part) -> None:
        atoms, cells = part.linked.atoms, part.cells
        numbers = atoms.number[cells]
        self.is_atom = numbers >= 0
        chosen = numbers[self.is_atom]
        self.sums = csr_array(atoms.sums[cells][:, chosen])
        own = np.zeros(len(atoms.number), dtype=bool)
        own[cells] = True
        # Cells that are not let loose keep still; the other equations are what is left of them.
        touched = np.zeros(len(atoms.number), dtype=bool)
        touched[atoms.members[chosen].indices] = True
        held = np.flatnonzero(touched & ~own)
        asked = np.zeros(part.linked.matrix.shape[0], dtype=bool)
        asked[atoms.demands[chosen].indices] = True
        demands = part.rows[asked[part.rows]]
        left = csr_array(atoms.rest[demands])
        self.equal = csr_array(vstack([atoms.sums[held], left], format="csr")[:, chosen])
        self.right = np.zeros(self.equal.shape[0])
        if part.world is not None:
            self.right[len(held) :] = -(left @ part.world[atoms.cells])
        values, roots = part.linked.values[cells], part.linked.root[cells]
        # What a sum of counts is at least and at most follows, while the head count is held.
        limited = own[roots]
        self.natural_low = np.where(limited, -np.inf, -values)
        self.natural_high = np.where(limited, np.inf, part.linked.values[roots] - values)

    def narrower(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Say which sums are limited more than their atoms are."""
        found: np.ndarray = ~self.is_atom & ((low > self.natural_low) | (high < self.natural_high))
        return found


class Furthest:
    """How far a part can move in a direction; one program for all directions."""

    def __init__(self, part: Part) -> None:
        self.frame = _Frame(part)
        self.limited = np.zeros(len(part.cells), dtype=bool)
        self.program: _Program | None = None

    def solved(self, direction: np.ndarray, limits: Limits, whole: bool) -> np.ndarray | None:
        """Return the deviation of every cell, whole or not, None when there is none."""
        frame, (low, high) = self.frame, limits
        needed = frame.narrower(low, high)
        if self.program is None or np.any(needed & ~self.limited):
            # A cell that is to move will sooner or later be told how far.
            self.limited |= needed | (~frame.is_atom & (direction != 0))
            rows = vstack([frame.sums[self.limited], frame.equal], format="csc")
            self.program = _Program(csc_array(rows))
        sums, at, limited = frame.sums, frame.is_atom, self.limited
        found = self.program.solved(
            -(direction @ sums),
            (low[at], high[at]),
            (
                np.concatenate([low[limited], frame.right]),
                np.concatenate([high[limited], frame.right]),
            ),
            whole,
        )
        if found is None:
            return None
        deviation: np.ndarray = sums @ found
        return deviation


class Cheapest:
    """The least costly way in which a part can move one cell so far, or fit its world at all.

    ``cost`` is that of each step of a cell, either way; ``low`` and ``high`` how far it may go.
    A sum of next to no cost has none: its atoms have theirs.
    """

    def __init__(
        self, part: Part, cost: np.ndarray, low: np.ndarray, high: np.ndarray, cell: int | None
    ) -> None:
        self.frame = frame = _Frame(part)
        self.rise, self.fall = np.maximum(high, 0.0), np.maximum(-low, 0.0)
        self.at = -1
        if cell is not None:
            at = int(np.searchsorted(part.cells, cell))
            self.at = at if at < len(part.cells) and part.cells[at] == cell else -1
        priced = ~frame.is_atom & (cost >= _PRICED)
        if self.at >= 0 and not frame.is_atom[self.at]:
            priced[self.at] = True
        limited = frame.narrower(low, high) & ~priced
        # Up and down are unknowns of their own: first of the atoms, then of sums with a price.
        self.own = np.concatenate([np.flatnonzero(frame.is_atom), np.flatnonzero(priced)])
        self.cost = np.tile(cost[self.own], 2)
        up = hstack([frame.sums[priced], -eye_array(int(priced.sum()))])
        blank = csr_array((limited.sum() + len(frame.right), priced.sum()))
        rows = vstack([up, hstack([vstack([frame.sums[limited], frame.equal]), blank])])
        still = np.zeros(priced.sum())
        self.rows = (
            np.concatenate([still, low[limited], frame.right]),
            np.concatenate([still, high[limited], frame.right]),
        )
        self.program = _Program(csc_array(hstack([rows, -rows])))

    def solved(self, by: int, whole: bool) -> tuple[float, np.ndarray] | None:
        """Return the cost and the deviation of every cell, whole or not; None if there is none."""
        least, most = np.zeros(2 * len(self.rise)), np.concatenate([self.rise, self.fall])
        if by or self.at >= 0:
            ends = np.array([self.at, self.at + len(self.rise)])
            if self.at < 0 or not -self.fall[self.at] <= by <= self.rise[self.at]:
                return None
            least[ends] = most[ends] = max(by, 0), max(-by, 0)
        own = np.concatenate([self.own, self.own + len(self.rise)])
        found = self.program.solved(self.cost, (least[own], most[own]), self.rows, whole)
        if found is None:
            return None
        atoms = self.frame.sums.shape[1]
        moved = found[: len(self.own)] - found[len(self.own) :]
        return float(self.cost @ found), self.frame.sums @ moved[:atoms]


class _Program:
    """Unknowns and equations whose costs and limits change from question to question."""

    def __init__(self, matrix: csc_array) -> None:
        self.matrix = matrix
        self.rows: Limits | None = None

    def solved(
        self, cost: np.ndarray, columns: Limits, rows: Limits, whole: bool
    ) -> np.ndarray | None:
        """Return the unknowns of least cost, or None when none are found."""
        number = self.matrix.shape[1]
        if not number:
            return np.zeros(0)
        highs = _solver.highs
        if _solver.loaded is not self:
            self._load(highs, rows)
        every = np.arange(number, dtype=np.int32)
        highs.changeColsCost(number, every, cost)
        highs.changeColsBounds(number, every, *(limit.astype(float) for limit in columns))
        self._limit(highs, rows)
        if whole:
            # A search for whole numbers is rare, and leaves nothing to start from.
            highs.changeColsIntegrality(number, every, np.ones(number, dtype=np.uint8))
            _solver.loaded = None
        highs.setOptionValue("presolve", "on" if whole else "off")
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            _solver.loaded = None
            return None
        return np.array(highs.getSolution().col_value)

    def _load(self, highs: highspy.Highs, rows: Limits) -> None:
        linear = highspy.HighsLp()
        linear.num_row_, linear.num_col_ = self.matrix.shape
        matrix = linear.a_matrix_
        matrix.num_row_, matrix.num_col_ = self.matrix.shape
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_, matrix.index_ = self.matrix.indptr, self.matrix.indices
        matrix.value_ = self.matrix.data
        linear.col_cost_ = linear.col_lower_ = linear.col_upper_ = np.zeros(self.matrix.shape[1])
        linear.row_lower_, linear.row_upper_ = (limit.astype(float) for limit in rows)
        highs.clearSolver()
        highs.passModel(linear)
        self.rows, _solver.loaded = rows, self

    def _limit(self, highs: highspy.Highs, rows: Limits) -> None:
        assert self.rows is not None, "loaded before"
        for row in np.flatnonzero((self.rows[0] != rows[0]) | (self.rows[1] != rows[1])).tolist():
            highs.changeRowBounds(row, float(rows[0][row]), float(rows[1][row]))
        self.rows = rows


class _Solver(threading.local):
    """The solver of this thread, and the program that it holds."""

    def __init__(self) -> None:
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.highs.silent()
        for name, value in (("parallel", "off"), ("threads", 1)):
            self.highs.setOptionValue(name, value)
        self.loaded: _Program | None = None


_solver = _Solver()
