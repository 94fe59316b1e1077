"""A table beside that of the period before: every number met by its row and column."""

from __future__ import annotations

from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.periods import year
from tracking.outcomes.before import beside_before
from tracking.outcomes.comparison import NOT_APART, TOO_FEW

SMALLEST = 5


def table(of_year: int, *rows: Row, columns: tuple[str, ...] = ("kvinnor", "totalt")) -> Table:
    return Table(
        key="kinds",
        title="Slag",
        definition="Hur många av varje slag.",
        row_heading="Slag",
        columns=columns,
        rows=rows,
        period=year(of_year),
        population="avslutade",
        funnel=(FunnelStep("Startade", 9), FunnelStep("Avslutade", None)),
        notes=("Gäller alla.", f"Gjord {of_year}."),
    )


def shares(label: str, *pairs: tuple[int, int], emphasis: bool = False) -> Row:
    return Row(label, tuple(Cell.of_share(*pair) for pair in pairs), emphasis)


def said(one: Table, label: str) -> tuple[str | None, ...]:
    row = next(row for row in one.rows if row.label == label)
    return tuple(cell.text for cell in row.cells[-2:])


def test_shares_are_told_apart_only_where_the_interval_lacks_zero() -> None:
    now = table(2025, shares("a", (1, 2), (40, 50)), shares("b", (1, 2), (20, 50)))
    then = table(2024, shares("a", (1, 2), (10, 50)), shares("b", (1, 2), (19, 50)))
    both = beside_before(now, then, SMALLEST)
    assert both.columns == (
        "kvinnor", "kvinnor, före", "totalt", "totalt, före", "skillnad, totalt", "jämförelse",
    )  # fmt: skip
    words, verdict = said(both, "a")
    assert (words or "").startswith("60 procentenheter (")
    assert verdict == "högre"
    assert said(both, "b")[1] == NOT_APART
    assert said(beside_before(then, now, SMALLEST), "a")[1] == "lägre"


def test_shares_on_too_few_are_not_compared() -> None:
    now, then = (table(of, shares("a", (1, 2), (4, 4))) for of in (2025, 2024))
    assert said(beside_before(now, then, SMALLEST), "a") == (None, TOO_FEW)


def test_counts_and_measures_have_a_signed_difference_and_no_verdict() -> None:
    def made(of: int, count: int, value: float) -> Table:
        return table(
            of,
            Row("antal", (EMPTY, Cell.of_count(count)), emphasis=True),
            Row("medel", (EMPTY, Cell.of_number(value))),
            Row("ord", (EMPTY, Cell.of_text("inget mått"))),
        )

    both = beside_before(made(2025, 7, 20.25), made(2024, 9, 18.0), SMALLEST)
    assert said(both, "antal") == ("\N{MINUS SIGN}2", None)
    assert said(both, "medel") == ("+2,3", None)
    assert said(both, "ord") == (None, None)
    assert [row.emphasis for row in both.rows] == [True, False, False]


def test_what_one_period_alone_has_is_there_and_empty_in_the_other() -> None:
    now = table(2025, shares("a", (1, 5), (2, 9)), shares("c", (1, 5), (2, 9)))
    then = table(
        2024,
        shares("a", (1, 5), (0, 1), (2, 9)),
        shares("b", (1, 5), (0, 1), (2, 9)),
        columns=("kvinnor", "uppgift saknas", "totalt"),
    )
    both = beside_before(now, then, SMALLEST)
    assert [row.label for row in both.rows] == ["a", "b", "c"]
    assert both.columns[2:4] == ("uppgift saknas", "uppgift saknas, före")
    assert both.rows[1].cells[0] == EMPTY
    assert both.rows[2].cells[1] == EMPTY
    assert both.rows[0].cells[3] == Cell.of_share(0, 1)


def test_rows_called_alike_are_met_in_their_order() -> None:
    now, then = (
        table(of, shares("av dem", (1, 5), (first, 9)), shares("av dem", (1, 5), (second, 9)))
        for of, first, second in ((2025, 2, 3), (2024, 4, 5))
    )
    both = beside_before(now, then, SMALLEST)
    assert [(row.cells[2].count, row.cells[3].count) for row in both.rows] == [(2, 4), (3, 5)]


def test_the_period_before_is_named_with_its_way_and_its_own_notes() -> None:
    both = beside_before(table(2025), table(2024), SMALLEST)
    assert both.notes == (
        "Gäller alla.",
        "Gjord 2025.",
        "Före: januari–december 2024 (startade 9).",
        "Före: Gjord 2024.",
    )
    assert beside_before(table(2025), None, SMALLEST).notes[-1] == (
        "Perioden före har ingen sådan tabell."
    )


def test_a_table_without_a_total_stands_beside_the_other_without_a_difference() -> None:
    now, then = (
        table(of, Row("a", (Cell.of_count(1),)), columns=("vid start",)) for of in (2025, 2024)
    )
    assert beside_before(now, then, SMALLEST).columns == ("vid start", "vid start, före")
