"""Exact tables of the registry's breakdowns, with funnel, definition and notes.

`Basis` is what every exact table of one insats and period is drawn from. A table of one kön
is the table of the basis ``only`` for that kön.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tracking.domain.change import Thresholds
from tracking.domain.figures import Cell, FunnelStep, Row, Table
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.statistics import percent, sums_to_hundred
from tracking.outcomes.breakdowns import BREAKDOWNS, Breakdown, Head
from tracking.outcomes.cohorts import Cohort, SpellRow, follow_up_of
from tracking.outcomes.divisions import MISSING, Setting
from tracking.outcomes.parts import (
    ROUNDING_NOTE,
    Anonymous,
    GenderColumns,
    alliance_thresholds_text,
    base_note,
    thresholds_text,
)

ALL_ROW = "Alla"
_LIMITS: dict[str, Callable[[Thresholds], str]] = {
    "ors_": thresholds_text,
    "srs_": alliance_thresholds_text,
}
"""The thresholds that the breakdowns of an instrument use, by how their keys begin."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The spells of a period, its anonymous, and what spells are divided by."""

    cohort: Cohort
    anonymous: Anonymous
    setting: Setting
    threshold_k: int

    def only(self, gender: Gender) -> Basis:
        """The same of one kön alone."""
        rows = tuple(row for row in self.cohort.rows if row.gender == gender)
        counts = {g: n if g == gender else 0 for g, n in self.anonymous.by_gender.items()}
        return replace(
            self,
            cohort=replace(self.cohort, rows=rows),
            anonymous=replace(self.anonymous, by_gender=counts),
        )


def breakdown_table(found: Breakdown, basis: Basis) -> Table:
    """One breakdown by kön: count and share of every category, missing ones last."""
    cohort, setting = basis.cohort, basis.setting
    rows = found.rows(cohort, setting)
    columns = GenderColumns.of(rows)
    parts = columns.split(rows)
    tallies = [found.exact.tally(part, setting) for part in parts[:-1]]
    whole = {key: sum(tally[key] for tally in tallies) for key in tallies[0]}
    tallies.append(whole)
    lines = [
        Row(
            item.label,
            tuple(
                Cell.of_share(tally[item.key], len(part))
                for tally, part in zip(tallies, parts, strict=True)
            ),
        )
        for item in found.exact.categories(setting)
        if whole[item.key] or not item.retired
    ]
    lines.append(Row(ALL_ROW, tuple(Cell.of_count(len(part)) for part in parts), emphasis=True))
    known = len(rows) - whole.get(MISSING, 0)
    notes = [*base_note(rows, found.head.label, cohort), *rounding_note(tallies)]
    said = next((words for start, words in _LIMITS.items() if found.key.startswith(start)), None)
    return Table(
        key=found.key,
        title=found.title,
        definition=found.definition,
        row_heading=found.row_heading,
        columns=columns.headings,
        rows=tuple(lines),
        period=cohort.period,
        population=found.head.label,
        funnel=funnel(cohort, found.head, known),
        thresholds=None if said is None else said(setting.thresholds),
        notes=(*notes, basis.anonymous.note),
    )


def funnel(cohort: Cohort, head: Head, included: int) -> tuple[FunnelStep, ...]:
    """From those who started to those that a table counts."""
    steps = [FunnelStep("Startade", len(cohort.started))]
    if head is Head.STARTED:
        return (*steps, FunnelStep("Med uppgift, ingår", included))
    steps.append(FunnelStep("Avslutade", len(cohort.ended)))
    if head is Head.COMPLETED:
        steps.append(FunnelStep("Fullföljda", len(cohort.completed)))
    if head.months is not None:
        rows = head.rows(cohort)
        done = sum(follow_up_of(row, head.months).status == FollowUpStatus.DONE for row in rows)
        steps.append(FunnelStep(f"Att följa upp efter {head.months} månader", len(rows)))
        steps.append(FunnelStep("Svarade", done))
    return (*steps, FunnelStep("Med uppgift, ingår", included))


def rounding_note(tallies: Iterable[dict[str, int]]) -> tuple[str, ...]:
    """The sentence of a column whose rounded per cent don't add to 100."""
    for tally in tallies:
        base = sum(tally.values())
        if base and not sums_to_hundred([percent(n, base, 0) for n in tally.values()]):
            return (ROUNDING_NOTE,)
    return ()


def before_and_after(
    columns: GenderColumns,
    rows: Sequence[SpellRow],
    before: Callable[[SpellRow], str],
    after: Callable[[SpellRow], str],
) -> tuple[tuple[str, ...], list[dict[str, int]], list[int]]:
    """Headings, tallies and bases of two columns a kön: at the start and at the end."""
    headings: list[str] = []
    tallies: list[dict[str, int]] = []
    bases: list[int] = []
    for heading, part in zip(columns.headings, columns.split(rows), strict=True):
        for when, sorting in (("vid start", before), ("vid avslut", after)):
            counts: dict[str, int] = {}
            for row in part:
                key = sorting(row)
                counts[key] = counts.get(key, 0) + 1
            headings.append(f"{heading}, {when}")
            tallies.append(counts)
            bases.append(len(part))
    return tuple(headings), tallies, bases


def before_and_after_rows(
    key: str, basis: Basis, tallies: Sequence[dict[str, int]], bases: Sequence[int]
) -> tuple[Row, ...]:
    """The rows of `before_and_after`: every category of the breakdown ``key``, then all."""
    lines = [
        Row(
            item.label,
            tuple(
                Cell.of_share(tally.get(item.key, 0), base)
                for tally, base in zip(tallies, bases, strict=True)
            ),
        )
        for item in BREAKDOWNS[key].exact.categories(basis.setting)
    ]
    return (*lines, Row(ALL_ROW, tuple(map(Cell.of_count, bases)), emphasis=True))
