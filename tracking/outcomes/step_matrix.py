"""From which step to which: a matrix of start and end levels on the processtrappa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, text
from sqlmodel import Session as DbSession

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.ladder import NO_PROSPECTS_LABEL
from tracking.domain.wording import capitalised
from tracking.outcomes.breakdown_tables import ALL_ROW, Basis, funnel
from tracking.outcomes.breakdowns import Head
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.parts import base_note
from tracking.store.summary import NO_PROSPECTS

NOT_ASSESSED = "Bedömning saknas"


def read_step_names(
    session: DbSession, rows: Sequence[SpellRow], ladder_id: int | None
) -> dict[int, str]:
    """Read the names of the steps of the spells' ladder versions, the newest's where they
    differ; without spells those of the ladder's newest version.
    """
    versions = sorted({row.ladder_version_id for row in rows if row.ladder_version_id is not None})
    if not versions:
        newest = session.execute(
            text("SELECT max(id) FROM ladder_version WHERE ladder_id = :ladder"),
            {"ladder": ladder_id},
        ).scalar()
        versions = [] if newest is None else [newest]
    statement = text(
        "SELECT position, name FROM ladder_step WHERE ladder_version_id IN :versions"
        " ORDER BY ladder_version_id, position"
    ).bindparams(bindparam("versions", expanding=True))
    names = {place: name for place, name in session.execute(statement, {"versions": versions})}
    return dict(sorted(names.items()))


def step_matrix_table(basis: Basis, head: Head, names: Mapping[int, str]) -> Table:
    """Rows are levels at the start, columns levels at the end, of the ended or fullföljda."""
    rows = head.rows(basis.cohort)
    counts: dict[tuple[int | None, int | None], int] = {}
    for row in rows:
        pair = row.step_start, row.step_end
        counts[pair] = counts.get(pair, 0) + 1
    seen = {level for pair in counts for level in pair if level is not None}
    positions = sorted((seen | set(names)) - {NO_PROSPECTS})
    levels: list[tuple[int | None, str]] = [
        (position, f"{position} {names[position]}" if position in names else f"Steg {position}")
        for position in positions
    ]
    levels += [(NO_PROSPECTS, capitalised(NO_PROSPECTS_LABEL)), (None, NOT_ASSESSED)]

    def line(label: str, numbers: list[int], *, emphasis: bool = False) -> Row:
        return Row(label, tuple(map(Cell.of_count, (*numbers, sum(numbers)))), emphasis)

    lines = [
        line(label, [counts.get((start, end), 0) for end, _ in levels]) for start, label in levels
    ]
    sums = [sum(counts.get((start, end), 0) for start, _ in levels) for end, _ in levels]
    lines.append(line(ALL_ROW, sums, emphasis=True))
    several = len({row.ladder_version_id for row in rows} - {None}) > 1
    both = sum(n for (start, end), n in counts.items() if start is not None and end is not None)
    return Table(
        key=f"step_matrix_{head.value}",
        title=f"Steg vid start och vid avslut, {head.label}",
        definition=(
            "Varje rad är steget vid start och varje kolumn steget vid avslut. Steget vid start "
            "är det första som bedömts inom 30 dagar, steget vid avslut det sista från 30 dagar "
            "före till 30 dagar efter."
        ),
        row_heading="Vid start",
        columns=(*(label for _, label in levels), "totalt"),
        rows=tuple(lines),
        period=basis.cohort.period,
        population=head.label,
        funnel=funnel(basis.cohort, head, both),
        notes=(
            *base_note(rows, head.label, basis.cohort),
            *(["Deltagandena följer olika versioner av trappan."] if several else []),
            basis.anonymous.note,
        ),
    )
