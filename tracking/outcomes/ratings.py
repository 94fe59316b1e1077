"""Change on ORS from first to last score: exclusive classes, means and their funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from tracking.domain.change import (
    ChangeClass,
    Thresholds,
    began_below,
    cannot_improve_reliably,
    classify,
)
from tracking.domain.figures import Cell, FunnelStep, Row, Table
from tracking.domain.statistics import MeanChange, mean_change
from tracking.domain.swedish import whole
from tracking.domain.wording import listed
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.facts import ors_cutoff, ors_pair
from tracking.outcomes.parts import Anonymous, GenderColumns, base_note, points, thresholds_text

BELOW, ABOVE = "började under gränsvärdet", "började på eller över"


def ors_funnel(cohort: Cohort) -> tuple[FunnelStep, ...]:
    """From all spells of the period to those with two scores."""
    return (
        FunnelStep("Deltaganden under perioden", len(cohort.active)),
        FunnelStep("Avslutade", len(cohort.ended)),
        FunnelStep("Med minst en ORS", sum(row.ors_n > 0 for row in cohort.ended)),
        FunnelStep("Med två skattningar, ingår", len(measured(cohort.ended))),
    )


def measured(rows: Sequence[SpellRow]) -> list[SpellRow]:
    """Those with a first and a last score."""
    return [row for row in rows if ors_pair(row) is not None]


def ors_mean(cohort: Cohort, threshold_k: int) -> MeanChange | None:
    """Mean change of the ended with two scores, in millimetres; None below k pairs."""
    pairs = [pair for row in cohort.ended if (pair := ors_pair(row)) is not None]
    if len(pairs) < threshold_k:
        return None
    return mean_change([first for first, _ in pairs], [last for _, last in pairs])


def ors_change_table(cohort: Cohort, thresholds: Thresholds, anonymous: Anonymous) -> Table:
    """Classes of change of the ended with two scores, by start level and by kön."""
    rows = measured(cohort.ended)
    columns = GenderColumns.of(rows)
    found = {row.spell_id: _classed(row, thresholds) for row in rows}
    below = [row for row in rows if found[row.spell_id].began_below]
    above = [row for row in rows if not found[row.spell_id].began_below]
    parts = (below, above, *columns.split(rows))
    tallies = [Counter(found[row.spell_id].change for row in part) for part in parts]

    def line(label: str, wanted: tuple[ChangeClass, ...], *, emphasis: bool = False) -> Row:
        cells = (
            Cell.of_share(sum(tally[one] for one in wanted), len(part))
            for tally, part in zip(tallies, parts, strict=True)
        )
        return Row(label, tuple(cells), emphasis)

    lines = [line(change.label, (change,)) for change in ChangeClass]
    improved = tuple(change for change in ChangeClass if change.is_reliable_improvement)
    lines.append(line("Alla tillförlitligt förbättrade", improved, emphasis=True))
    lines.append(
        Row("Med två skattningar", tuple(Cell.of_count(len(p)) for p in parts), emphasis=True)
    )
    return Table(
        key="ors_change",
        title="Förändring på ORS",
        definition=(
            "Första och sista ORS för avslutade med minst två skattningar. Klasserna utesluter "
            "varandra. Den som börjar lågt stiger av slumpen allena; läs därför under och över "
            "gränsvärdet var för sig."
        ),
        row_heading="Förändring",
        columns=(BELOW, ABOVE, *columns.headings),
        rows=tuple(lines),
        period=cohort.period,
        population="avslutade med två skattningar",
        funnel=ors_funnel(cohort),
        thresholds=thresholds_text(thresholds),
        notes=(
            *base_note(rows, "avslutade med två skattningar", cohort),
            *_notes(found.values(), thresholds),
            *_earlier_limits(rows, found, thresholds),
            anonymous.note,
        ),
    )


class _Classed(NamedTuple):
    """One measured spell: its scores and cut-off in mm, and what they say."""

    first: int
    last: int
    cutoff: int
    began_below: bool
    change: ChangeClass


def _classed(row: SpellRow, thresholds: Thresholds) -> _Classed:
    pair = ors_pair(row)
    assert pair is not None, "only measured spells are classed"
    cutoff = ors_cutoff(row, thresholds)
    change = classify(*pair, thresholds, cutoff_mm=cutoff)
    return _Classed(*pair, cutoff, began_below(pair[0], cutoff), change)


def _notes(found: Collection[_Classed], thresholds: Thresholds) -> tuple[str, ...]:
    capped = sum(cannot_improve_reliably(one.first, thresholds) for one in found)
    other = thresholds.alternative_reliable_change_mm
    changed = replace(thresholds, reliable_change_mm=other)
    moved = sum(
        classify(one.first, one.last, changed, cutoff_mm=one.cutoff) is not one.change
        for one in found
    )
    return (
        f"{whole(capped)} började så högt att en tillförlitlig förbättring inte går att mäta.",
        f"Med {points(other)} poäng som gräns byter {whole(moved)} klass.",
    )


def _earlier_limits(
    rows: Sequence[SpellRow], found: Mapping[int, _Classed], thresholds: Thresholds
) -> tuple[str, ...]:
    """What a change of thresholds has done to the classes that spells were stored with."""
    today = thresholds.valid_from.isoformat()
    earlier = [row for row in rows if row.ors_class_from != today]
    if not earlier:
        return ()
    days = listed(sorted({str(row.ors_class_from) for row in earlier}))
    moved = sum(row.ors_class != found[row.spell_id].change for row in earlier)
    return (
        f"{whole(len(earlier))} av {whole(len(rows))} skattade senast när andra gränser gällde "
        f"(från {days}); {whole(moved)} av dem har en annan klass här än med dem.",
    )


def class_of(row: SpellRow, thresholds: Thresholds) -> ChangeClass:
    """The class of change of a measured spell, by the cut-off of the person's age."""
    return _classed(row, thresholds).change
