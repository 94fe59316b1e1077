"""Findings of the tables of an insats: the title above a table's chart, made from its cells.

Reads the tables of `tracking.outcomes` by the words of their rows and columns, and gives the
charts the parts they draw. The same rule as in `findings`: no number that is not in the table.
"""

from __future__ import annotations

from tracking.domain.change import ChangeClass
from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.ladder import StepMove
from tracking.domain.records import Gender
from tracking.domain.statistics import MeanChange
from tracking.domain.swedish import count_and_share, decimal, percent, whole
from tracking.domain.wording import capitalised, counted, per_cent
from tracking.outcomes.parts import TOTAL
from tracking.ui.charts_classes import Group, Part
from tracking.ui.charts_flows import MOST_PLACES, Flow, Flows
from tracking.ui.findings import SMALLEST_BASE

COMPLETED = "fullföljda"
COMPLETED_TOTAL = f"{COMPLETED}, {TOTAL}"
POPULATIONS = ("startade", "avslutade", COMPLETED_TOTAL)
MISSING_ROW = "Bedömning saknas"
AT_END = " vid avslut"
WITHOUT_SUPPORT = "Ingen offentlig försörjning"
BY_GENDER = {Gender.WOMAN.plural: "Kvinnor", Gender.MAN.plural: "Män", TOTAL: "Totalt"}


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


def by_gender(table: Table, row: Row) -> tuple[Cell, ...]:
    """The cells of kvinnor, män and totalt."""
    return tuple(row.cells[table.columns.index(name)] for name in BY_GENDER)


def end_reason_shares(table: Table) -> list[tuple[str, tuple[Cell, ...]]]:
    """Every reason as a share of the ended kvinnor, män and totalt."""
    bases = [number(table, "Avslutade", name) for name in BY_GENDER]
    return [
        (
            row.label,
            tuple(
                Cell.of_share(found.count or 0, base)
                for found, base in zip(by_gender(table, row), bases, strict=True)
            ),
        )
        for row in table.rows
        if not row.emphasis
    ]


def share_finding(row: Row, verb: str) -> str:
    """``12 av 48 (25 %) arbetar eller studerar vid avslut``."""
    total = row.cells[-1]
    if not total.base:
        return f"För ingen är det känt om hen {verb}"
    return few(total.base, f"{of_base(total.count or 0, total.base)} {verb}")


def nobody_or_many(table: Table) -> str:
    """Why a matrix is no chart: nobody is in it, or there are too many places."""
    size = table.rows[-1].cells[-1].count or 0
    if not size:
        return f"Inga {table.population} i perioden"
    return f"{table.title}: {whole(size)} deltaganden, på fler ställen än en bild rymmer"


def support_rows(table: Table) -> list[tuple[str, tuple[Cell, ...]]]:
    """Those without offentlig försörjning, before and after, of kvinnor, män and totalt."""
    row = next(row for row in table.rows if row.label == WITHOUT_SUPPORT)
    return [
        (
            f"{WITHOUT_SUPPORT} {when}",
            tuple(row.cells[table.columns.index(f"{name}, {when}")] for name in BY_GENDER),
        )
        for when in ("vid start", "vid avslut")
    ]


def support_finding(table: Table) -> str:
    """``9 av 108 (8 %) utan offentlig försörjning vid start, 7 av 108 (6 %) vid avslut``."""
    (_, before), (_, after) = support_rows(table)
    if not before[-1].base:
        return f"Inga {table.population} i perioden"
    first, second = (
        of_base(cells[-1].count or 0, cells[-1].base or 0) for cells in (before, after)
    )
    return f"{first} utan offentlig försörjning vid start, {second} vid avslut"


def end_reasons_finding(table: Table) -> str:
    """``51 av 95 avslutade (54 %) fullföljde``."""
    ended, completed = number(table, "Avslutade"), number(table, "Fullföljda")
    if not ended:
        return "Inga deltaganden avslutades i perioden"
    return few(ended, f"{of_base(completed, ended, 'avslutade')} fullföljde")


# Steg


def step_groups(table: Table) -> tuple[Group, ...]:
    """The populations divided by stegförflyttning, those without assessment last.

    Startade, avslutade, fullföljda, and of the last kvinnor and män.
    """
    moves = [move.label for move in StepMove if move.in_base]
    names = {column: capitalised(column.split(",")[0]) for column in POPULATIONS}
    names |= {
        column: capitalised(column)
        for column in (f"{COMPLETED}, {gender.plural}" for gender in (Gender.WOMAN, Gender.MAN))
    }
    return tuple(
        Group(
            name,
            (
                *(Part(move, number(table, move, column)) for move in moves),
                Part("bedömning saknas", number(table, MISSING_ROW, column), unknown=True),
            ),
        )
        for column, name in names.items()
    )


def steps_finding(table: Table) -> str:
    """``21 av 34 fullföljda (62 %) tog steg framåt``."""
    base = number(table, "I basen", COMPLETED_TOTAL)
    if not base:
        return "Ingen fullföljd har stegbedömning vid både start och avslut"
    forward = number(table, StepMove.FORWARD.label, COMPLETED_TOTAL)
    return few(base, f"{of_base(forward, base, 'fullföljda')} tog steg framåt")


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
            share = of_base(found.count or 0, found.base, "fullföljda")
            return f"{share} stod på samma eller högre steg efter {months} månader"
    due = sum(row.cells[0].count or 0 for row in table.rows if row.label.endswith("avslutade"))
    if not due:
        return "Inga uppföljningar skulle göras i perioden"
    return (
        f"{counted(due, 'uppföljning', 'uppföljningar')} skulle göras; ingen har svar att jämföra"
    )


KEPT = "Samma eller högre steg"
LOWER = "Lägre steg eller inga utsikter för arbete"


def kept_groups(table: Table) -> tuple[Group, ...]:
    """A follow-up by kön: kept the step, did not, and every reason why it is not known."""
    unknown = [
        row.label for row in table.rows if row.label not in (KEPT, LOWER) and not row.emphasis
    ]
    return tuple(
        Group(
            name,
            (
                Part(KEPT, number(table, KEPT, column), tone=0),
                Part(LOWER, number(table, LOWER, column), tone=2),
                Part(
                    "Svar eller bedömning saknas",
                    sum(number(table, label, column) for label in unknown),
                    unknown=True,
                ),
            ),
        )
        for column, name in BY_GENDER.items()
    )


def kept_finding(groups: tuple[Group, ...], months: int) -> str:
    """``12 av 30 (40 %) med svar stod på samma eller högre steg efter 6 månader``."""
    kept, lower, lacking = groups[-1].parts
    known = kept.count + lower.count
    if not groups[-1].size:
        return f"Inga uppföljningar efter {months} månader skulle göras i perioden"
    if not known:
        due = counted(groups[-1].size, "uppföljning", "uppföljningar")
        return f"{due} efter {months} månader skulle göras; ingen har svar att jämföra"
    return few(
        known,
        f"{of_base(kept.count, known, 'med svar')} stod på samma eller högre steg efter "
        f"{months} månader; {whole(lacking.count)} saknas",
    )


def kept_bounds(groups: tuple[Group, ...]) -> str:
    """What the share could be if none, and if all, of the missing had kept their step."""
    kept, _, lacking = groups[-1].parts
    size = groups[-1].size
    if not size or not lacking.count:
        return ""
    least, most = percent(kept.count, size), percent(kept.count + lacking.count, size)
    return (
        f"Om ingen av de {whole(lacking.count)} som saknas hade hållit steget: {least} av "
        f"{whole(size)}; om alla hade det: {most}."
    )


# ORS


CHANGE_TONES = {
    ChangeClass.RECOVERED: 0,
    ChangeClass.IMPROVED: 1,
    ChangeClass.CROSSED: 3,
    ChangeClass.UNCHANGED: 4,
    ChangeClass.DETERIORATED: 2,
}
"""Blue has gained, amber has lost, grey neither; the same as in the chart of persons."""


def change_groups(table: Table) -> tuple[Group, ...]:
    """The classes of change of kvinnor, män and totalt, and by where they began."""
    names = BY_GENDER | {
        column: capitalised(column) for column in table.columns if column.startswith("började")
    }
    return tuple(
        Group(
            name,
            tuple(
                Part(capitalised(one.label), number(table, one.label, column), tone=tone)
                for one, tone in CHANGE_TONES.items()
            ),
        )
        for column, name in names.items()
    )


def change_finding(table: Table) -> str:
    """``12 av 30 (40 %) förbättrades tillförlitligt på ORS, 2 försämrades``."""
    base = number(table, "Med två skattningar")
    if not base:
        return "Ingen avslutad har två ORS att jämföra"
    improved = number(table, "Alla tillförlitligt förbättrade")
    worse = number(table, ChangeClass.DETERIORATED.label)
    return (
        f"{of_base(improved, base)} förbättrades tillförlitligt på ORS, {whole(worse)} försämrades"
    )


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


def few(base: int, finding: str) -> str:
    """A finding that says first that it rests on too few, where it does."""
    return f"För få för att bedöma: {finding}" if base < SMALLEST_BASE else finding


def of_base(count: int, base: int, whom: str = "") -> str:
    """``21 av 34 fullföljda (62 %)``; without the share where the base is small."""
    if base < SMALLEST_BASE:
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
