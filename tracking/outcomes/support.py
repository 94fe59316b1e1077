"""Försörjning before and after: by group, by source, and as a flow between groups.

Who has several sources stands in one group, by the precedence of
`tracking.outcomes.divisions.SUPPORT_GROUPS`; the table of sources counts every source.
"""

from __future__ import annotations

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.situation import SupportSource
from tracking.domain.wording import listed
from tracking.outcomes import divisions as by
from tracking.outcomes.breakdown_tables import (
    ALL_ROW,
    Basis,
    before_and_after,
    before_and_after_rows,
    funnel,
    rounding_note,
)
from tracking.outcomes.breakdowns import BREAKDOWNS, Head
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.divisions import MISSING, SUPPORT_GROUPS
from tracking.outcomes.parts import GenderColumns, base_note
from tracking.store.summary import SOURCE_BITS

PRECEDENCE = (
    "Den som har flera försörjningar räknas i den första grupp som passar, i ordningen "
    + listed([label.lower() for label, _ in SUPPORT_GROUPS.values()])
    + ". Ohälsa är sjukpenning, rehabiliteringspenning, sjukersättning och "
    "aktivitetsersättning; arbetsmarknadsstöd är a-kassa, aktivitetsstöd eller "
    "utvecklingsersättning och etableringsersättning."
)


def support_tables(basis: Basis) -> tuple[Table, ...]:
    """Before and after by group, the flow between groups, and every source by itself."""
    return support_change_table(basis), support_flow_table(basis), support_sources_table(basis)


def support_change_table(basis: Basis) -> Table:
    """Groups of försörjning at the start and at the end of the same ended spells."""
    cohort, setting = basis.cohort, basis.setting
    rows = cohort.ended
    headings, tallies, bases = before_and_after(
        GenderColumns.of(rows),
        rows,
        lambda row: by.start_support(row, setting),
        lambda row: by.end_support(row, setting),
    )
    return Table(
        key="support_change",
        title="Försörjning före och efter",
        definition=(
            "Försörjning vid start och vid avslut för dem som avslutades i perioden. " + PRECEDENCE
        ),
        row_heading="Försörjning",
        columns=headings,
        rows=before_and_after_rows("end_support", basis, tallies, bases),
        period=cohort.period,
        population="avslutade",
        funnel=funnel(cohort, Head.ENDED, sum(_known(row, basis) for row in rows)),
        notes=(
            *base_note(rows, "avslutade", cohort),
            *rounding_note(tallies),
            "Vet ej räknas som uppgift saknas.",
            basis.anonymous.note,
        ),
    )


def support_flow_table(basis: Basis) -> Table:
    """From which group at the start to which at the end: a matrix of at most seven groups."""
    cohort, setting = basis.cohort, basis.setting
    categories = BREAKDOWNS["end_support"].exact.categories(setting)
    counts: dict[tuple[str, str], int] = {}
    for row in cohort.ended:
        pair = by.start_support(row, setting), by.end_support(row, setting)
        counts[pair] = counts.get(pair, 0) + 1
    keys = [item.key for item in categories]

    def line(label: str, numbers: list[int], *, emphasis: bool = False) -> Row:
        return Row(label, tuple(map(Cell.of_count, (*numbers, sum(numbers)))), emphasis)

    lines = [
        line(item.label, [counts.get((item.key, after), 0) for after in keys])
        for item in categories
    ]
    sums = [sum(counts.get((before, after), 0) for before in keys) for after in keys]
    lines.append(line(ALL_ROW, sums, emphasis=True))
    return Table(
        key="support_flow",
        title="Försörjning, från start till avslut",
        definition=(
            "Varje rad är en grupp vid start och varje kolumn en grupp vid avslut, för dem som "
            "avslutades i perioden. " + PRECEDENCE
        ),
        row_heading="Vid start",
        columns=(*(f"{item.label} vid avslut" for item in categories), "totalt"),
        rows=tuple(lines),
        period=cohort.period,
        population="avslutade",
        funnel=funnel(cohort, Head.ENDED, sum(_known(row, basis) for row in cohort.ended)),
        notes=(*base_note(cohort.ended, "avslutade", cohort), basis.anonymous.note),
    )


def support_sources_table(basis: Basis) -> Table:
    """Every source by itself, of those whose försörjning is known at that time."""
    cohort = basis.cohort
    columns = GenderColumns.of(cohort.ended)
    headings: list[str] = []
    parts: list[list[int]] = []
    for heading, rows in zip(columns.headings, columns.split(cohort.ended), strict=True):
        headings += [f"{heading}, vid start", f"{heading}, vid avslut"]
        known = ("none", "some")
        parts.append([r.start_sources or 0 for r in rows if r.start_support in known])
        parts.append([r.end_sources or 0 for r in rows if r.end_support in known])

    def line(label: str, bit: int | None) -> Row:
        return Row(
            label,
            tuple(
                Cell.of_share(sum(not s if bit is None else bool(s & bit) for s in part), len(part))
                for part in parts
            ),
        )

    lines = [line(source.label, SOURCE_BITS[source]) for source in SupportSource]
    lines.append(line("Ingen offentlig försörjning", None))
    counts = tuple(Cell.of_count(len(part)) for part in parts)
    lines.append(Row("Med känd försörjning", counts, emphasis=True))
    return Table(
        key="support_sources",
        title="Försörjning, varje slag för sig",
        definition=(
            "Hur många som har varje försörjning, av dem vars försörjning är känd vid tillfället. "
            "En person kan ha flera, så andelarna kan bli mer än 100 % tillsammans."
        ),
        row_heading="Försörjning",
        columns=tuple(headings),
        rows=tuple(lines),
        period=cohort.period,
        population="avslutade",
        funnel=funnel(cohort, Head.ENDED, len(parts[-1])),
        notes=(*base_note(cohort.ended, "avslutade", cohort), basis.anonymous.note),
    )


def _known(row: SpellRow, basis: Basis) -> bool:
    """Whether the group is known both at the start and at the end."""
    setting = basis.setting
    return MISSING not in (by.start_support(row, setting), by.end_support(row, setting))
