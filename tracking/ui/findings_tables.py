"""Findings of the tables of an insats: the title above a table's chart, made from its cells.

Reads the tables of `tracking.outcomes` by the words of their rows and columns, and gives the
charts the parts they draw. The same rule as in `findings`: no number that is not in the table.
"""

from __future__ import annotations

from tracking.domain.change import ChangeClass
from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.ladder import StepMove
from tracking.domain.statistics import MeanChange
from tracking.domain.swedish import count_and_share, decimal, percent, whole
from tracking.domain.wording import capitalised, counted, per_cent
from tracking.outcomes.ors_pairs import OrsPairs
from tracking.outcomes.parts import TOTAL
from tracking.ui.charts_classes import Group, Part
from tracking.ui.charts_flows import MOST_PLACES, Flow, Flows

COMPLETED_TOTAL = f"fullföljda, {TOTAL}"
POPULATIONS = ("startade", "avslutade", COMPLETED_TOTAL)
MISSING_ROW = "Bedömning saknas"
AT_END = " vid avslut"


def cell(table: Table, row: str, column: str) -> Cell:
    """The cell under two headings. Raises KeyError when the table has no such row or column."""
    for found in table.rows:
        if found.label == row:
            if column not in table.columns:
                raise KeyError(f"{table.key}: {column}")
            return found.cells[table.columns.index(column)]
    raise KeyError(f"{table.key}: {row}")


def number(table: Table, row: str, column: str = TOTAL) -> int:
    """The count in a cell, a share's own count included; an empty cell counts nobody."""
    return cell(table, row, column).count or 0


# Deltagare


def flows_finding(table: Table) -> str:
    """``12 startade och 34 avslutades; 21 pågår vid periodens slut``."""
    return (
        f"{whole(number(table, 'Startade'))} startade och "
        f"{whole(number(table, 'Avslutade'))} avslutades; "
        f"{whole(number(table, 'Pågående vid periodens slut'))} pågick vid periodens slut"
    )


# Avslut


def end_reason_parts(table: Table) -> tuple[tuple[Part, ...], int]:
    """Every reason with its count, and how many ended in all; sums are left out."""
    parts = tuple(
        Part(row.label, number(table, row.label)) for row in table.rows if not row.emphasis
    )
    return parts, number(table, "Avslutade")


def end_reasons_finding(table: Table) -> str:
    """``51 av 95 avslutade (54 %) fullföljde``."""
    ended, completed = number(table, "Avslutade"), number(table, "Fullföljda")
    if not ended:
        return "Inga deltaganden avslutades i perioden"
    return f"{_of(completed, ended, 'avslutade')} fullföljde"


# Steg


def step_groups(table: Table) -> tuple[Group, ...]:
    """The three populations divided by stegförflyttning, those without assessment last."""
    moves = [move.label for move in StepMove if move.in_base]
    return tuple(
        Group(
            capitalised(column.split(",")[0]),
            (
                *(Part(move, number(table, move, column)) for move in moves),
                Part("bedömning saknas", number(table, MISSING_ROW, column), unknown=True),
            ),
        )
        for column in POPULATIONS
    )


def steps_finding(table: Table) -> str:
    """``21 av 34 fullföljda (62 %) tog steg framåt``."""
    base = number(table, "I basen", COMPLETED_TOTAL)
    if not base:
        return "Ingen fullföljd har stegbedömning vid både start och avslut"
    forward = number(table, StepMove.FORWARD.label, COMPLETED_TOTAL)
    return f"{_of(forward, base, 'fullföljda')} tog steg framåt"


def steps_base(table: Table) -> str:
    """Who the step moves are about, with those who lack an assessment."""
    base = number(table, "I basen", COMPLETED_TOTAL)
    lacking = number(table, MISSING_ROW, COMPLETED_TOTAL)
    return f"Fullföljda, {table.period.label}, n = {whole(base)}, {whole(lacking)} saknar bedömning"


def sustained_finding(table: Table) -> str:
    """The first follow-up that anybody in the base has answered, in words."""
    kept = "samma eller högre steg"
    for row in table.rows:
        found = row.cells[table.columns.index(kept)]
        if row.label.endswith("fullföljda") and found.kind is CellKind.SHARE and found.base:
            months = row.label.split(" månader")[0]
            share = _of(found.count or 0, found.base, "fullföljda")
            return f"{share} stod på samma eller högre steg efter {months} månader"
    due = sum(row.cells[0].count or 0 for row in table.rows if row.label.endswith("avslutade"))
    if not due:
        return "Inga uppföljningar skulle göras i perioden"
    return (
        f"{counted(due, 'uppföljning', 'uppföljningar')} skulle göras; ingen har svar att jämföra"
    )


# ORS


def change_parts(table: Table) -> tuple[tuple[Part, ...], int]:
    """The exclusive classes of change, best first, and how many have two scores."""
    parts = tuple(Part(capitalised(c.label), number(table, c.label)) for c in ChangeClass)
    return parts, number(table, "Med två skattningar")


def change_finding(table: Table) -> str:
    """``12 av 30 (40 %) förbättrades tillförlitligt på ORS, 2 försämrades``."""
    base = number(table, "Med två skattningar")
    if not base:
        return "Ingen avslutad har två ORS att jämföra"
    improved = number(table, "Alla tillförlitligt förbättrade")
    worse = number(table, ChangeClass.DETERIORATED.label)
    return f"{_of(improved, base)} förbättrades tillförlitligt på ORS, {whole(worse)} försämrades"


def mean_words(mean: MeanChange | None) -> str:
    """The mean change in points with its interval; scores come in millimetres."""
    if mean is None:
        return "För få har två ORS för att ange ett medelvärde."
    change = f"{'+' if mean.mean_change > 0 else ''}{decimal(mean.mean_change / 10)}"
    words = (
        f"Medelvärde {decimal(mean.mean_first / 10)} → {decimal(mean.mean_last / 10)} poäng, "
        f"förändring {change}"
    )
    if mean.interval is not None:
        low, high = (decimal(end / 10) for end in (mean.interval.low, mean.interval.high))
        words += f" ({per_cent(95)} KI {low} till {high})"
    unsure = " Osäkert: färre än 30 par." if mean.is_uncertain else ""
    return f"{words}, n = {whole(mean.n)}.{unsure}"


def parts_alt(parts: tuple[Part, ...], base: int) -> str:
    """A chart of classes for somebody who does not see it."""
    said = ", ".join(f"{part.label} {whole(part.count)}" for part in parts)
    return f"Av {whole(base)}: {said}."


def groups_alt(groups: tuple[Group, ...]) -> str:
    """A chart of divided groups for somebody who does not see it."""
    return " ".join(f"{group.label}: {parts_alt(group.parts, group.size)}" for group in groups)


def _of(count: int, base: int, whom: str = "") -> str:
    """``21 av 34 fullföljda (62 %)``; without the share where the base is small."""
    if base < 5:
        return f"{whole(count)} av {whole(base)}{' ' + whom if whom else ''}"
    if not whom:
        return count_and_share(count, base)
    return f"{whole(count)} av {whole(base)} {whom} ({percent(count, base)})"


# Before and after: a matrix of places at the start and at the end


def matrix_flows(table: Table) -> Flows | None:
    """The flows of a matrix whose rows are places before and whose columns are places after.

    Places where nobody was are left out; None where there is nobody, or more places than a
    chart can show.
    """
    rows = [row for row in table.rows if not row.emphasis]
    counts = [[cell.count or 0 for cell in row.cells[:-1]] for row in rows]
    before = [n for n, line in enumerate(counts) if sum(line)]
    after = [n for n in range(len(table.columns) - 1) if sum(line[n] for line in counts)]
    if not before or max(len(before), len(after)) > MOST_PLACES:
        return None
    return Flows(
        before=tuple(rows[n].label for n in before),
        after=tuple(table.columns[n].removesuffix(AT_END) for n in after),
        flows=tuple(
            Flow(left, right, counts[row][column])
            for left, row in enumerate(before)
            for right, column in enumerate(after)
        ),
        before_title="Vid start",
        after_title="Vid avslut",
        quiet=frozenset(row.label for row in rows if "saknas" in row.label),
    )


def matrix_finding(flows: Flows, same_words: str) -> str:
    """How many stand in the same place after as before, of those who are known both times.

    ``same_words`` say what that is: *stod på samma steg*.
    """
    known = [
        (flows.before[flow.before], flows.after[flow.after], flow.count)
        for flow in flows.flows
        if not {flows.before[flow.before], flows.after[flow.after]} & flows.quiet
    ]
    size = sum(count for _, _, count in known)
    same = sum(count for before, after, count in known if before == after)
    if not size:
        return "För ingen är läget känt både vid start och vid avslut"
    return f"{count_and_share(same, size)} {same_words} vid avslut som vid start"


def matrix_alt(flows: Flows) -> str:
    """Every flow in words, the largest first."""
    largest = sorted((f for f in flows.flows if f.count), key=lambda f: -f.count)
    return "; ".join(
        f"från {flows.before[f.before]} till {flows.after[f.after]}: {whole(f.count)}"
        for f in largest
    )


# First against last ORS, one point a person


def pairs_finding(found: OrsPairs) -> str:
    """How many gained more than measurement error explains."""
    if not found.pairs:
        return "Ingen som avslutats har två skattningar av ORS"
    gained = sum(pair.change.is_reliable_improvement for pair in found.pairs)
    return f"{count_and_share(gained, len(found.pairs))} blev tillförlitligt förbättrade på ORS"


def pairs_base(found: OrsPairs) -> str:
    """Who is counted, and how many of them are not drawn."""
    unseen = f"; {whole(found.unseen)} visas inte för dig" if found.unseen else ""
    n = whole(len(found.pairs))
    return f"Avslutade med två skattningar, {found.period.label}, n = {n}{unseen}"


def pairs_alt(found: OrsPairs) -> str:
    """The classes with their counts; the chart says no more that words can."""
    counts = [
        f"{change.label}: {whole(sum(pair.change is change for pair in found.pairs))}"
        for change in ChangeClass
    ]
    return "Första ORS mot sista, en punkt per person. " + "; ".join(counts) + "."
