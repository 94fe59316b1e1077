"""Sysselsättning before and after, and how many began or increased work or studies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tracking.domain.figures import Row, Table
from tracking.domain.situation import WorkKind
from tracking.outcomes import divisions as by
from tracking.outcomes.breakdown_tables import (
    Basis,
    before_and_after,
    before_and_after_rows,
    funnel,
    rounding_note,
)
from tracking.outcomes.breakdowns import Head
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.divisions import EITHER, MISSING, YES
from tracking.outcomes.parts import GenderColumns, base_note


def occupation_tables(basis: Basis) -> tuple[Table, ...]:
    """Before and after, and what of it began or increased."""
    return occupation_change_table(basis), occupation_grew_table(basis)


def occupation_change_table(basis: Basis) -> Table:
    """Work, studies, both, seeking or none at the start and at the end of the ended."""
    cohort, setting = basis.cohort, basis.setting
    rows = cohort.ended
    headings, tallies, bases = before_and_after(
        GenderColumns.of(rows),
        rows,
        lambda row: by.start_occupation(row, setting),
        lambda row: by.end_occupation(row, setting),
    )
    known = sum(
        MISSING not in (by.start_occupation(row, setting), by.end_occupation(row, setting))
        for row in rows
    )
    return Table(
        key="occupation_change",
        title="Sysselsättning före och efter",
        definition=(
            "Arbete, studier och arbetssökande vid start och vid avslut för dem som avslutades i "
            "perioden. Arbete och studier går före arbetssökande. Anställd men sjukskriven räknas "
            "som inte i arbete, arbetsmarknadsutbildning som studier."
        ),
        row_heading="Sysselsättning",
        columns=headings,
        rows=before_and_after_rows("end_occupation", basis, tallies, bases),
        period=cohort.period,
        population="avslutade",
        funnel=funnel(cohort, Head.ENDED, known),
        notes=(
            *base_note(rows, "avslutade", cohort),
            *rounding_note(tallies),
            "Ett vet ej som avgör räknas som uppgift saknas.",
            basis.anonymous.note,
        ),
    )


def occupation_grew_table(basis: Basis) -> Table:
    """Who works or studies at the end, how many of them began or increased, and the work."""
    cohort, setting = basis.cohort, basis.setting
    columns = GenderColumns.of(cohort.ended)
    known = [row for row in cohort.ended if by.end_occupation(row, setting) != MISSING]
    active = [row for row in known if by.end_occupation(row, setting) in EITHER]
    working = [row for row in active if row.end_work == YES]
    studying = [row for row in active if row.end_studies == YES]

    def line(label: str, base: Sequence[SpellRow], meets: Callable[[SpellRow], bool]) -> Row:
        return Row(label, columns.shares(base, meets))

    lines = [
        line(
            "Arbetar eller studerar vid avslut",
            known,
            lambda row: by.end_occupation(row, setting) in EITHER,
        ),
        line(
            "därav började eller ökade arbete eller studier",
            active,
            lambda row: by.occupation_grew(row, setting) == YES,
        ),
        line(
            "därav går det inte att säga",
            active,
            lambda row: by.occupation_grew(row, setting) == MISSING,
        ),
        line(
            "Av dem som arbetar: började eller ökade",
            working,
            lambda row: by.work_grew(row) is True,
        ),
        line(
            "Av dem som studerar: började eller ökade",
            studying,
            lambda row: by.studies_grew(row) is True,
        ),
        *(
            line(
                f"Av dem som arbetar: {kind.label}",
                working,
                partial(_is_of, kind),
            )
            for kind in WorkKind
        ),
        Row("Avslutade", columns.counts(cohort.ended), emphasis=True),
    ]
    return Table(
        key="occupation_grew",
        title="Arbete och studier som började eller ökade",
        definition=(
            "Bland avslutade med känd sysselsättning vid avslut. Började: inte vid start men vid "
            "avslut. Ökade: större omfattning i procent vid avslut än vid start."
        ),
        row_heading="Arbete och studier",
        columns=columns.headings,
        rows=tuple(lines),
        period=cohort.period,
        population="avslutade med känd sysselsättning vid avslut",
        funnel=funnel(cohort, Head.ENDED, len(known)),
        notes=(*base_note(cohort.ended, "avslutade", cohort), basis.anonymous.note),
    )


def _is_of(kind: WorkKind, row: SpellRow) -> bool:
    return row.end_work_kind == kind
