"""Protected cells as tables to read: rows and words from the registry, one mark for what is hidden.

Nothing is decided here. A table gets its columns by kön where its split stands; a cell shows its
number, the range that follows from the release, or that it is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracking.domain.disclosure import (
    ALL,
    HIDDEN_REASON,
    TOTAL,
    CellKey,
    ProtectedTables,
)
from tracking.domain.figures import Cell, CellKind, FunnelStep, Row, Table
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.outcomes.breakdowns import Breakdown
from tracking.outcomes.divisions import MISSING
from tracking.outcomes.parts import thresholds_text
from tracking.outcomes.releasing.catalogue import KNOWN, Catalogue
from tracking.outcomes.releasing.catalogue_counts import SUMS
from tracking.outcomes.releasing.catalogue_heads import SCOPES, is_late
from tracking.outcomes.releasing.catalogue_tables import Filled
from tracking.outcomes.releasing.heads import COMPLETED, ENDED, STARTED
from tracking.outcomes.releasing.shapes import Whole

COLLAPSED_NOTE: Final = (
    "Uppdelningen på kvinnor och män visas inte: för mycket av den skulle ha behövt döljas."
)
GENDER_NOTE: Final = "I totalt ingår även de vars kön saknas."
DUE = "due"
BY_GENDER = "heads_by_gender"
ORS_MEANS = "ors_means"

_HEAD_WORDS = {"started": STARTED, "ended": ENDED, "completed": COMPLETED.removeprefix("därav ")}
_ON_ORS = ("ors_start", "ors_class_below", "ors_class_above")


@dataclass(frozen=True, slots=True)
class Laid:
    """A table of the release and whether its split by kön stands."""

    table: Table
    by_gender: Whole


class Layout:
    """The tables of one insats (or all) and one period of a release."""

    def __init__(
        self,
        catalogue: Catalogue,
        protected: ProtectedTables,
        filled: Filled,
    ) -> None:
        self.catalogue, self.protected, self.heads = catalogue, protected, filled.heads
        # Below the catalogue's limit a target may read a cell or two of a table that is not
        # there; they stand with the target, and no table is made of them.
        self.held = {(t.unit, t.period.key, t.measure) for t in filled.tables.newest if t.shown}
        self.by_table: dict[tuple[str, str, str], set[str]] = {}
        for key in protected.cells:
            self.by_table.setdefault(key[:3], set()).add(key.gender)

    def tables(self, unit: str, period: Period) -> Iterator[Laid]:
        """Return every table there is, in the order of a page."""
        yield from self._by_gender(unit, period)
        yield from self._due(unit, period)
        for breakdown in self.catalogue.breakdowns:
            if (unit, period.key, breakdown.key) in self.held:
                yield self._breakdown(unit, period, breakdown)
            if breakdown.key == _ON_ORS[-1]:
                yield from self._means(unit, period)

    def _by_gender(self, unit: str, period: Period) -> Iterator[Laid]:
        measures = [m for m in _HEAD_WORDS if (unit, period.key, m) in self.by_table]
        if not measures:
            return
        tables = [(unit, period.key, measure) for measure in measures]
        stands = any(table not in self.protected.collapsed for table in tables)
        columns, genders = _columns(stands)
        rows = tuple(
            Row(
                _HEAD_WORDS[measure].capitalize(),
                tuple(self._count(CellKey(unit, period.key, measure, TOTAL, g)) for g in genders),
            )
            for measure in measures
        )
        table = Table(
            key=BY_GENDER,
            title="Deltaganden, kvinnor och män",
            definition="Startade, avslutade (alla avslut) och fullföljda i perioden.",
            row_heading="Deltaganden",
            columns=columns,
            rows=rows,
            period=period,
            population=_whose(unit),
            notes=_notes(rows, stands, collapsed=not stands),
        )
        yield Laid(table, Whole.SPLIT if stands else Whole.COLLAPSED)

    def _due(self, unit: str, period: Period) -> Iterator[Laid]:
        rows = tuple(
            Row(
                f"Att följa upp efter {measure.removeprefix('due_')} månader",
                (Cell.of_count(self.heads[unit, period.key, measure]),),
            )
            for measure in SCOPES
            if is_late(measure) and (unit, period.key, measure) in self.by_table
        )
        if rows:
            table = Table(
                key=DUE,
                title="Uppföljningar som faller ut i perioden",
                definition="Alla avslut så många månader tidigare, även flytt och avliden.",
                row_heading="Deltaganden",
                columns=("totalt",),
                rows=rows,
                period=period,
                population=_whose(unit),
            )
            yield Laid(table, Whole.UNDIVIDED)

    def _breakdown(self, unit: str, period: Period, breakdown: Breakdown) -> Laid:
        at = (unit, period.key, breakdown.key)
        divided = len(self.by_table[at]) > 1
        stands = divided and at not in self.protected.collapsed
        columns, genders = _columns(stands)
        head = breakdown.head.value
        rows = []
        if breakdown.within is None:
            cells = (CellKey(unit, period.key, head, TOTAL, g) for g in genders)
            rows.append(Row(_head_words(breakdown), tuple(map(self._count, cells)), emphasis=True))
        for row in self.catalogue.rows(breakdown):
            within = self.catalogue.parts[row.measure].within
            rows.append(
                Row(
                    row.label,
                    tuple(
                        self._cell(
                            CellKey(unit, period.key, row.measure, row.category, g),
                            None
                            if row.category == MISSING
                            else CellKey(unit, period.key, *within, g),
                        )
                        for g in genders
                    ),
                )
            )
        table = Table(
            key=breakdown.key,
            title=breakdown.title,
            definition=breakdown.definition,
            row_heading=breakdown.row_heading,
            columns=columns,
            rows=tuple(rows),
            period=period,
            population=f"{_head_words(breakdown).lower()}, {_whose(unit)}",
            funnel=self._funnel(unit, period, breakdown),
            thresholds=(
                thresholds_text(self.catalogue.setting.thresholds)
                if breakdown.key in _ON_ORS
                else None
            ),
            notes=_notes(tuple(rows), stands, collapsed=divided and not stands),
        )
        whole = Whole.SPLIT if stands else Whole.COLLAPSED if divided else Whole.UNDIVIDED
        return Laid(table, whole)

    def _funnel(self, unit: str, period: Period, breakdown: Breakdown) -> tuple[FunnelStep, ...]:
        head = self.heads[unit, period.key, breakdown.head.value]
        steps = [FunnelStep(_head_words(breakdown), head)]
        known = self.protected.cells.get(CellKey(unit, period.key, f"{breakdown.key}?", KNOWN))
        if known is not None:
            steps.append(FunnelStep("Med uppgift", known.low if known.is_exact else None))
        return tuple(steps)

    def _means(self, unit: str, period: Period) -> Iterator[Laid]:
        group = CellKey(unit, period.key, "ors_start?", KNOWN)
        found = {
            name: self.protected.sums.get(CellKey(unit, period.key, name, "sum")) for name in SUMS
        }
        people = self.protected.cells.get(group)
        if people is None:
            return
        cells = []
        for value in found.values():
            exact = value is not None and people.is_exact and people.low > 0
            mean = Cell.of_number(value / people.low / 10, 1) if exact and value else Cell.hidden()
            cells.append(mean)
        rows = (
            Row("Antal med två skattningar", (self._count(group),)),
            Row("Första ORS, medeltal", (cells[0],)),
            Row("Sista ORS, medeltal", (cells[1],)),
        )
        table = Table(
            key=ORS_MEANS,
            title="ORS i medeltal",
            definition=(
                "Medeltal i poäng (0–40) av första och sista ORS för avslutade med minst två "
                "skattningar, på minst tio deltaganden. En förändring före–efter; vad den beror "
                "på säger den inte."
            ),
            row_heading="ORS",
            columns=("totalt",),
            rows=rows,
            period=period,
            population=f"avslutade, {_whose(unit)}",
            thresholds=thresholds_text(self.catalogue.setting.thresholds),
            notes=_notes(rows, stands=False, collapsed=False),
        )
        yield Laid(table, Whole.UNDIVIDED)

    def _count(self, key: CellKey) -> Cell:
        return self._cell(key, None)

    def _cell(self, key: CellKey, base: CellKey | None) -> Cell:
        """A cell with its per cent where the number that it is a part of is shown, too."""
        found = self.protected.cells.get(key)
        if found is None:
            head = self.heads.get((key.unit, key.period, key.measure))
            return Cell.hidden() if head is None or key.gender else Cell.of_count(head)
        if not found.is_exact:
            return (
                Cell.hidden(found.low, found.high, found.base)
                if found.says_something
                else Cell.hidden()
            )
        whole = self._base(base)
        return Cell.of_count(found.low) if not whole else Cell.of_share(found.low, whole)

    def _base(self, key: CellKey | None) -> int | None:
        if key is None:
            return None
        found = self.protected.cells.get(key)
        if found is None:
            return None if key.gender else self.heads.get((key.unit, key.period, key.measure))
        return found.low if found.is_exact else None


def _columns(stands: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if stands:
        return (
            (Gender.WOMAN.plural, Gender.MAN.plural, "totalt"),
            (Gender.WOMAN.value, Gender.MAN.value, TOTAL),
        )
    return ("totalt",), (TOTAL,)


def _head_words(breakdown: Breakdown) -> str:
    head = breakdown.head.value
    if is_late(head):
        return f"Alla avslut att följa upp efter {breakdown.head.months} månader"
    return _HEAD_WORDS[head].capitalize()


def _whose(unit: str) -> str:
    return "alla insatser" if unit == ALL else "insatsen"


def _notes(rows: tuple[Row, ...], stands: bool, *, collapsed: bool) -> tuple[str, ...]:
    hidden = any(cell.kind is CellKind.HIDDEN for row in rows for cell in row.cells)
    return (
        *((GENDER_NOTE,) if stands else ()),
        *((COLLAPSED_NOTE,) if collapsed else ()),
        *((HIDDEN_REASON,) if hidden else ()),
    )
