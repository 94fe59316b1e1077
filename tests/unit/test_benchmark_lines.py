"""What a benchmark prints: every promise of speed has its budget, and what breaks one says so."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as together
from benchmarks import budgets
from benchmarks.budgets import DUCKDB_SPEED, HELLO, Budget, Line, printed
from benchmarks.load import DASHBOARD, EMPTY, ENTRY, Tally, _times


def test_line_within_its_budget_says_so_and_names_the_budget() -> None:
    line = Line("a page", 12.0, ratio=0.5, against=HELLO, budget=budgets.PAGE_AT_REST)
    assert line.held is True
    shown = printed("Speed", [line]).splitlines()
    assert shown[3].endswith("12 ms  0.50 ×  stock hello  at most 1 × stock hello  within")
    assert shown[-1] == "1 lines with a budget, 0 outside it."


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (Line("a talk", 10.0, budget=budgets.RECORDING_MS), "within"),
        (Line("a talk", 10.1, budget=budgets.RECORDING_MS), "ABOVE"),
        (Line("a page", 1.0, ratio=1.01, budget=budgets.PAGE_AT_REST), "ABOVE"),
        (Line("a table", 9.0, ratio=0.99, budget=budgets.TABLE), "BELOW"),
        (Line("a table", 9.0, ratio=10.0, budget=budgets.TABLE_RAW), "within"),
        (Line("lost", 1, "", budget=budgets.NONE_AT_ALL), "ABOVE"),
        (Line("a page without a promise", 900.0), ""),
    ],
)
def test_line_outside_its_budget_says_so_in_a_word(line: Line, verdict: str) -> None:
    assert line.verdict == verdict
    assert printed("", [line]).splitlines()[3].endswith(verdict or "900 ms")


def test_lines_outside_their_budgets_are_counted_below_the_table() -> None:
    lines = [
        Line("a talk", 11.0, budget=budgets.RECORDING_MS),
        Line("a table", 1.0, ratio=0.5, against=DUCKDB_SPEED, budget=budgets.TABLE),
        Line("a page", 1.0),
    ]
    assert printed("", lines).splitlines()[-1] == "2 lines with a budget, 2 outside it."


def test_budget_of_a_ratio_without_a_ratio_is_a_fault_of_the_benchmark() -> None:
    with pytest.raises(ValueError, match="a page"):
        _ = Line("a page", 1.0, budget=budgets.PAGE_AT_REST).held


def test_clicks_under_load_stand_beside_the_empty_page_and_their_budgets() -> None:
    tally, empty = Tally(), Tally()
    tally.took[ENTRY] = [50.0] * 90 + [400.0] * 10
    tally.took[DASHBOARD] = [50.0] * 100
    empty.took[EMPTY] = [100.0] * 100
    found = {line.what: line for line in _times(tally, empty)}
    entry, dashboard = found[f"{ENTRY}, p95 of 100"], found[f"{DASHBOARD}, p95 of 100"]
    assert (entry.verdict, entry.ratio) == ("ABOVE", 4.0)
    assert (dashboard.verdict, dashboard.ratio) == ("within", 0.5)
    assert found[f"{EMPTY}, p50 of 100"].ratio == 1.0


def test_every_budget_is_held_by_what_the_joint_command_measures() -> None:
    """A promise that nothing measures is no promise."""
    promised = {name for name, value in vars(budgets).items() if isinstance(value, Budget)}
    modules = [together.load, together.main_job, together.pages, together.release]
    modules += [together.reports, together.tables, together.disclosure]
    used = {name for module in modules for name in promised if hasattr(module, name)}
    assert used == promised
    assert set(together.SPEED) == {module.__name__.split(".")[1] for module in modules[1:]}
