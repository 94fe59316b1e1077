"""Change on ORS from first to last score: exclusive classes, means and their funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple

from tracking.domain.change import (
    ChangeClass,
    Thresholds,
    began_below,
    cannot_improve_reliably,
    classify,
)
from tracking.domain.figures import Cell, FunnelStep, Row, Table
from tracking.domain.paired import packed, unpacked
from tracking.domain.statistics import MeanChange, mean_change
from tracking.domain.swedish import whole
from tracking.domain.wording import listed
from tracking.outcomes.cohort_parts import Part, active
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.facts import ors_cutoff, ors_pair
from tracking.outcomes.parts import (
    Anonymous,
    GenderColumns,
    base_note_of,
    points,
    thresholds_text,
)

BELOW, ABOVE = "började under gränsvärdet", "började på eller över"
MEASURED = "avslutade med två skattningar"


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


class Scores(NamedTuple):
    """How many measured spells, and their first and last scores in mm, in the same order.

    The scores are `packed`, so that many are compared, and put together, at once.
    """

    n: int
    first: bytes
    last: bytes

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int]]) -> Scores:
        """Those of some spells, which may be none."""
        firsts, lasts = zip(*pairs, strict=True) if pairs else ((), ())
        return cls(len(pairs), packed(firsts), packed(lasts))


Group = tuple[bool, str]
"""Whether a measured spell began below its cut-off, and its kön."""


def ors_funnel(cohort: Cohort) -> tuple[FunnelStep, ...]:
    """From all spells of the period to those with two scores."""
    return funnel_and_note(cohort)[0]


def funnel_and_note(cohort: Cohort) -> tuple[tuple[FunnelStep, ...], tuple[str, ...]]:
    """The `ors_funnel`, and the `base_note` on those with two scores."""

    def both(parts: list[tuple[Sequence[int], ...]]) -> tuple[Any, Any]:
        counts, people = zip(*parts, strict=True)
        funnel = tuple(map(FunnelStep, _FUNNEL, map(sum, zip(*counts, strict=True))))
        # Of the cohort this takes the period, which a renewed one has as well.
        return funnel, base_note_of(list(chain.from_iterable(people)), MEASURED, cohort)

    return cohort.unless_changed("ors_base", cohort.known("ors_base", _base), both)


def _base(part: Part) -> tuple[Sequence[int], ...]:
    """How many there are at each step of the funnel, and whose the last are."""
    mine = _measured(part)
    rated_once = sum(row.ors_n > 0 for row in part.ended)
    counts = len(active(part)), len(part.ended), rated_once, len(mine)
    return counts, [row.participant_id for row in mine]


_FUNNEL = (
    "Deltaganden under perioden",
    "Avslutade",
    "Med minst en ORS",
    "Med två skattningar, ingår",
)


def measured(cohort: Cohort) -> list[SpellRow]:
    """The ended with a first and a last score."""
    return list(chain.from_iterable(map(_measured, cohort.parts)))


def _measured(part: Part) -> list[SpellRow]:
    return part.known("ors_measured", _with_two)


def _with_two(part: Part) -> list[SpellRow]:
    return [row for row in part.ended if ors_pair(row) is not None]


def scores_by_group(cohort: Cohort, thresholds: Thresholds) -> dict[Group, list[Scores]]:
    """The scores of the `measured`, by start level and by kön."""
    limits = thresholds.ors_cutoff_adult_mm, thresholds.ors_cutoff_young_mm
    groups: dict[Group, list[Scores]] = {}
    for part in cohort.known(("ors_scores", *limits), partial(_scores_by_group, thresholds)):
        for group, scores in part.items():
            groups.setdefault(group, []).append(scores)
    return groups


def _scores_by_group(thresholds: Thresholds, part: Part) -> dict[Group, Scores]:
    groups: dict[Group, list[tuple[int, int]]] = {}
    for row, pair in zip(_measured(part), _pairs(part), strict=True):
        below = began_below(pair[0], ors_cutoff(row, thresholds))
        groups.setdefault((below, row.gender), []).append(pair)
    return {group: Scores.of(pairs) for group, pairs in groups.items()}


def change_of(found: Iterable[Scores]) -> MeanChange:
    """Mean change of all these scores together, in millimetres."""
    _, firsts, lasts = zip(*found, strict=True)
    return mean_change(unpacked(firsts), unpacked(lasts))


def _pairs(part: Part) -> list[tuple[int, int]]:
    return [pair for row in _measured(part) if (pair := ors_pair(row)) is not None]


def _kinds(thresholds: Thresholds, part: Part) -> list[Kind]:
    """What the scores of the measured say, in their order."""
    other = _with_the_other_limit(thresholds)
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


@lru_cache
def _with_the_other_limit(thresholds: Thresholds) -> Thresholds:
    return replace(thresholds, reliable_change_mm=thresholds.alternative_reliable_change_mm)


def ors_mean(cohort: Cohort, threshold_k: int) -> MeanChange | None:
    """Mean change of the ended with two scores, in millimetres; None below k pairs."""
    found = cohort.known("ors_scores", lambda part: Scores.of(_pairs(part)))
    if sum(scores.n for scores in found) < threshold_k:
        return None
    return change_of(found)


def ors_change_table(cohort: Cohort, thresholds: Thresholds, anonymous: Anonymous) -> Table:
    """Classes of change of the ended with two scores, by start level and by kön."""
    funnel, note = funnel_and_note(cohort)
    found, columns, lines = cohort.unless_changed(
        "ors_classes", cohort.known(("ors_kinds", thresholds), partial(_kinds, thresholds)), _lines
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
        rows=lines,
        period=cohort.period,
        population=MEASURED,
        funnel=funnel,
        thresholds=thresholds_text(thresholds),
        notes=(
            *note,
            *_notes(found, thresholds),
            *_earlier_limits(found, thresholds),
            anonymous.note,
        ),
    )


def _lines(
    parts: list[list[Kind]],
) -> tuple[Mapping[Kind, int], GenderColumns, tuple[Row, ...]]:
    """How many there are of each kind, the columns of kön, and the lines of the table."""
    found = Counter(chain.from_iterable(parts))
    columns = GenderColumns.among({kind.gender for kind in found})
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

    return (
        found,
        columns,
        (
            *(line(change.label, (change,)) for change in ChangeClass),
            line("Alla tillförlitligt förbättrade", _IMPROVED, emphasis=True),
            Row("Med två skattningar", tuple(map(Cell.of_count, bases)), emphasis=True),
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
