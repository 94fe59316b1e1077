"""Change on ORS from first to last score: exclusive classes, means and their funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
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
from tracking.outcomes.cohort_parts import Part
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.facts import ors_cutoff, ors_pair
from tracking.outcomes.parts import Anonymous, GenderColumns, base_note, points, thresholds_text

BELOW, ABOVE = "började under gränsvärdet", "började på eller över"


class Kind(NamedTuple):
    """What first and last ORS of a measured spell say; many have the same."""

    began_below: bool
    gender: str
    change: str
    """A `ChangeClass`."""
    has_no_room: bool
    """It began too high to improve reliably."""
    moves: bool
    """It has another class with the other printed limit of a reliable change."""
    stored_with: str | None
    """From which day the thresholds were valid that its class is stored with."""
    stored_otherwise: bool
    """The class that is stored is another one."""


def ors_funnel(cohort: Cohort) -> tuple[FunnelStep, ...]:
    """From all spells of the period to those with two scores."""
    return (
        FunnelStep("Deltaganden under perioden", len(cohort.active)),
        FunnelStep("Avslutade", len(cohort.ended)),
        FunnelStep("Med minst en ORS", sum(cohort.known("ors_once", _rated_once))),
        FunnelStep("Med två skattningar, ingår", len(measured(cohort))),
    )


def _rated_once(part: Part) -> int:
    return sum(row.ors_n > 0 for row in part.ended)


def measured(cohort: Cohort) -> list[SpellRow]:
    """The ended with a first and a last score."""
    return list(chain.from_iterable(cohort.known("ors_measured", _measured)))


def _measured(part: Part) -> list[SpellRow]:
    return [row for row in part.ended if ors_pair(row) is not None]


def pairs(cohort: Cohort) -> list[tuple[int, int]]:
    """First and last score in mm of the `measured`, in their order."""
    return list(chain.from_iterable(cohort.known("ors_pairs", _pairs)))


def _pairs(part: Part) -> list[tuple[int, int]]:
    return [pair for row in part.ended if (pair := ors_pair(row)) is not None]


def kinds(cohort: Cohort, thresholds: Thresholds) -> list[Kind]:
    """What the scores of the `measured` say, in their order."""
    found = cohort.known(("ors_kinds", thresholds), partial(_kinds, thresholds))
    return list(chain.from_iterable(found))


def _kinds(thresholds: Thresholds, part: Part) -> list[Kind]:
    other = replace(thresholds, reliable_change_mm=thresholds.alternative_reliable_change_mm)
    found = []
    for row, pair in zip(_measured(part), _pairs(part), strict=True):
        cutoff = ors_cutoff(row, thresholds)
        change = classify(*pair, thresholds, cutoff_mm=cutoff)
        found.append(
            Kind(
                began_below=began_below(pair[0], cutoff),
                gender=row.gender,
                change=change.value,
                has_no_room=cannot_improve_reliably(pair[0], thresholds),
                moves=classify(*pair, other, cutoff_mm=cutoff) is not change,
                stored_with=row.ors_class_from,
                stored_otherwise=row.ors_class != change.value,
            )
        )
    return found


def ors_mean(cohort: Cohort, threshold_k: int) -> MeanChange | None:
    """Mean change of the ended with two scores, in millimetres; None below k pairs."""
    found = pairs(cohort)
    if len(found) < threshold_k:
        return None
    return mean_change([first for first, _ in found], [last for _, last in found])


def ors_change_table(cohort: Cohort, thresholds: Thresholds, anonymous: Anonymous) -> Table:
    """Classes of change of the ended with two scores, by start level and by kön."""
    rows = measured(cohort)
    columns = GenderColumns.of(rows)
    found = cohort.unless_changed("ors_kinds", kinds(cohort, thresholds), Counter)
    tallies = [
        *(_tally(found, 0, (began_below,)) for began_below in (True, False)),
        *(_tally(found, 1, (gender,)) for gender in columns.genders),
        _tally(found, 0, (True, False)),
    ]
    bases = [sum(tally.values()) for tally in tallies]

    def line(label: str, wanted: tuple[ChangeClass, ...], *, emphasis: bool = False) -> Row:
        cells = (
            Cell.of_share(sum(tally[one] for one in wanted), base)
            for tally, base in zip(tallies, bases, strict=True)
        )
        return Row(label, tuple(cells), emphasis)

    lines = [line(change.label, (change,)) for change in ChangeClass]
    lines.append(line("Alla tillförlitligt förbättrade", _IMPROVED, emphasis=True))
    lines.append(Row("Med två skattningar", tuple(map(Cell.of_count, bases)), emphasis=True))
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
            *_notes(found, thresholds),
            *_earlier_limits(found, thresholds),
            anonymous.note,
        ),
    )


_IMPROVED = tuple(change for change in ChangeClass if change.is_reliable_improvement)


def _tally(found: Mapping[Kind, int], place: int, among: Sequence[object]) -> Counter[str]:
    """How many there are of each class where began below (place 0) or kön (1) is ``among``."""
    tally: Counter[str] = Counter()
    for kind, number in found.items():
        if kind[place] in among:
            tally[kind.change] += number
    return tally


def _notes(found: Mapping[Kind, int], thresholds: Thresholds) -> tuple[str, ...]:
    capped = sum(number for kind, number in found.items() if kind.has_no_room)
    moved = sum(number for kind, number in found.items() if kind.moves)
    other = thresholds.alternative_reliable_change_mm
    return (
        f"{whole(capped)} började så högt att en tillförlitlig förbättring inte går att mäta.",
        f"Med {points(other)} poäng som gräns byter {whole(moved)} klass.",
    )


def _earlier_limits(found: Mapping[Kind, int], thresholds: Thresholds) -> tuple[str, ...]:
    """What a change of thresholds has done to the classes that spells were stored with."""
    today = thresholds.valid_from.isoformat()
    earlier = {kind: number for kind, number in found.items() if kind.stored_with != today}
    if not earlier:
        return ()
    days = listed(sorted({str(kind.stored_with) for kind in earlier}))
    moved = sum(number for kind, number in earlier.items() if kind.stored_otherwise)
    return (
        f"{whole(sum(earlier.values()))} av {whole(sum(found.values()))} skattade senast när andra "
        f"gränser gällde (från {days}); {whole(moved)} av dem har en annan klass här än med dem.",
    )


def class_of(row: SpellRow, thresholds: Thresholds) -> ChangeClass:
    """The class of change of a measured spell, by the cut-off of the person's age."""
    pair = ors_pair(row)
    assert pair is not None, "only measured spells are classed"
    return classify(*pair, thresholds, cutoff_mm=ors_cutoff(row, thresholds))
