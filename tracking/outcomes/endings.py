"""Tables of how spells ended: avslutsanledning with both denominators said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracking.domain.endings import Outcome
from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.statistics import percent, sums_to_hundred
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.parts import ROUNDING_NOTE, Anonymous, GenderColumns, base_note

OF_ENDED = "andel av avslutade"
OF_COMPLETED = "andel av fullföljda"


def end_reasons_table(cohort: Cohort, labels: Mapping[str, str], anonymous: Anonymous) -> Table:
    """Avslutsanledning of the ended: count by kön, share of ended and share of fullföljda."""
    columns = GenderColumns.of(cohort.ended)
    ended, completed = len(cohort.ended), len(cohort.completed)

    def row(label: str, rows: Sequence[SpellRow], *, done: bool, emphasis: bool = False) -> Row:
        of_completed = Cell.of_share(len(rows), completed) if done else EMPTY
        cells = (*columns.counts(rows), Cell.of_share(len(rows), ended), of_completed)
        return Row(label, cells, emphasis)

    rows = []
    for outcome, part in (
        (Outcome.COMPLETED, cohort.completed),
        (Outcome.INTERRUPTED, cohort.interrupted),
    ):
        done = outcome is Outcome.COMPLETED
        rows += [
            row(
                f"{label}, {outcome.label}", [r for r in part if r.end_reason_key == key], done=done
            )
            for key, label in labels.items()
            if any(r.end_reason_key == key for r in part)
        ]
        heading = "Fullföljda" if done else "Avbrutna"
        rows.append(row(heading, part, done=done, emphasis=True))
    rows.append(row("Avslutade", cohort.ended, done=False, emphasis=True))
    notes = [*base_note(cohort.ended, "avslutade", cohort), anonymous.note]
    if cohort.outside:
        notes.append(f"Flytt eller avliden: {len(cohort.outside)}, i ingen av baserna.")
    if not (_adds_up(cohort.ended, ended) and _adds_up(cohort.completed, completed)):
        notes.append(ROUNDING_NOTE)
    return Table(
        key="end_reasons",
        title="Avslutsanledning",
        definition=(
            "Andelarna ges med båda nämnarna: alla avslutade (fullföljda och avbrutna) och "
            "enbart fullföljda."
        ),
        row_heading="Avslutsanledning",
        columns=(*columns.headings, OF_ENDED, OF_COMPLETED),
        rows=tuple(rows),
        period=cohort.period,
        population="avslutade",
        funnel=(
            FunnelStep("Startade", len(cohort.started)),
            FunnelStep("Avslutade", ended),
            FunnelStep("Fullföljda", completed),
        ),
        notes=tuple(notes),
    )


def _adds_up(rows: Sequence[SpellRow], base: int) -> bool:
    if not base:
        return True
    counts: dict[tuple[str | None, str | None], int] = {}
    for row in rows:
        key = (row.outcome, row.end_reason_key)
        counts[key] = counts.get(key, 0) + 1
    return sums_to_hundred([percent(n, base, 0) for n in counts.values()])
