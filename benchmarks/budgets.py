"""What the product promises of its speed, and the lines that say whether a run has kept it.

A `Line` is one thing that was measured, with what it was compared to in the same run and the
budget it is held to. Every benchmark gives lines; its own command and `python -m benchmarks`
print them alike. Nothing is measured here.

Förbund size is 20 insatser, 5 000 spells and 60 000 ratings; national size 1 000 insatser,
1 million spells and 10 million ratings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HELLO = "stock hello"
"""Streamlit's hello-world page under stock settings: server CPU per rerun, in the same run."""
EMPTY_LOADED = "empty page, same load"
DUCKDB_TIME = "DuckDB's time"
DUCKDB_SPEED = "DuckDB's speed"
DUCKDB_RAW = "DuckDB's speed, raw ratings"
EMPTY_DOCUMENT = "empty document"
BARE_COMMIT = "one row's commit"
"""One row written and committed by the driver alone, fsync included, in the same run."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be measured, or the least where ``at_least``.

    Of the ratio when ``of_ratio``, else of the number itself in the line's unit.
    """

    value: float
    of_ratio: bool = False
    at_least: bool = False


PAGE_AT_REST = Budget(1, of_ratio=True)
"""A page drawn again, nothing changed: less server CPU than stock Streamlit's hello page."""
AFTER_A_WRITE = Budget(3, of_ratio=True)
"""The first rerun of a dashboard after a write, at förbund size."""
TABLE = Budget(1, of_ratio=True, at_least=True)
"""A live table of one insats, after a write to it: times as fast as DuckDB over a columnar copy of
the summary."""
TABLE_RAW = Budget(10, of_ratio=True, at_least=True)
"""The same, times as fast as DuckDB over the raw ratings."""
RELEASE_S = Budget(60)
"""A release of a whole förbund, protected and audited against eight earlier ones."""
RELEASE_COUNTED = Budget(5, of_ratio=True)
"""The unprotected tables of a release at a million spells, times DuckDB's time."""
RECORDING_MS = Budget(10)
"""Server time of recording a talk, fsync included, at both sizes."""
ENTRY_P95_MS = Budget(100)
DASHBOARD_P95_MS = Budget(300)
REPORT_MS = Budget(2000)
"""A report of an insats of 500 spells in all four formats."""
NONE_AT_ALL = Budget(0)
"""Lost and doubled writes, lock errors, faults."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was measured. ``against`` says what ``ratio`` is a ratio to."""

    what: str
    measured: float
    unit: str = "ms"
    ratio: float | None = None
    against: str = ""
    budget: Budget | None = None

    @property
    def held(self) -> bool | None:
        """Whether the budget was kept; None where there is none."""
        if self.budget is None:
            return None
        found = self.ratio if self.budget.of_ratio else self.measured
        if found is None:
            raise ValueError(f"{self.what}: its budget is of a ratio, and there is none")
        return found >= self.budget.value if self.budget.at_least else found <= self.budget.value

    @property
    def verdict(self) -> str:
        """The same in words; empty where there is no budget."""
        if self.budget is None or self.held is None:
            return ""
        return "within" if self.held else "BELOW" if self.budget.at_least else "ABOVE"

    @property
    def budget_in_words(self) -> str:
        """For example ``at most 1 × stock hello``; empty where there is none."""
        if self.budget is None:
            return ""
        bound = "at least" if self.budget.at_least else "at most"
        unit = f"× {self.against}" if self.budget.of_ratio else self.unit
        return f"{bound} {self.budget.value:g} {unit}".rstrip()


def printed(title: str, lines: Iterable[Line]) -> str:
    """Return lines as one table, and below it how many are outside their budgets."""
    listed = list(lines)
    head = ("", "measured", "", "ratio to", "budget", "")
    rows = [
        (
            line.what,
            f"{_number(line.measured)} {line.unit}".rstrip(),
            "" if line.ratio is None else f"{line.ratio:.2f} ×",
            line.against,
            line.budget_in_words,
            line.verdict,
        )
        for line in listed
    ]
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    text = [title, ""]
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if n in (1, 2) else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        text.append("  ".join(cells).rstrip())
    judged = [line for line in listed if line.held is not None]
    outside = sum(not line.held for line in judged)
    text += ["", f"{len(judged)} lines with a budget, {outside} outside it."]
    return "\n".join(text)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.2f}"
