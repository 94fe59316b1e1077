"""What a release says otherwise than earlier ones did of the same time: corrections since.

Nothing is released again, so a correction shows only where two releases speak of the same
thing: how many were ongoing on the day between two periods, and a year that is the sum of its
periods. Shown numbers alone are compared; where one of them is hidden nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from tracking.domain.figures import Table
from tracking.domain.periods import Period
from tracking.domain.swedish import whole
from tracking.outcomes.releasing.heads import ONGOING_AFTER, ONGOING_BEFORE
from tracking.outcomes.releasing.shapes import ReleasedInsats
from tracking.outcomes.releasing.tables import BY_GENDER
from tracking.outcomes.report_source import ReportSource
from tracking.reports.table_words import cell_of, exact, table_of, total

HEADS_OF = frozenset({BY_GENDER, "heads"})


@dataclass(frozen=True, slots=True)
class Correction:
    """A number that an earlier release gave as ``then`` and this one takes to be ``now``."""

    table_key: str
    label: str
    when: str
    then: int
    now: int

    @property
    def sentence(self) -> str:
        """The correction in words."""
        return (
            f"Rättat sedan det släpptes: {self.label}, {self.when}, var {whole(self.then)} och "
            f"räknas nu som {whole(self.now)}. Det som är fastställt ändras inte."
        )


def corrections(source: ReportSource) -> tuple[Correction, ...]:
    """Every number of an earlier period that this release shows to have been corrected."""
    return (*_at_the_border(source), *_in_the_year(source))


def _at_the_border(source: ReportSource) -> Iterator[Correction]:
    if not source.earlier:
        return
    head, before = source.earlier[-1]
    if head.period.end + timedelta(days=1) != source.release.period.start:
        return
    then = exact(cell_of(before.heads, ONGOING_AFTER))
    now = exact(cell_of(source.own.heads, ONGOING_BEFORE))
    if then is not None and now is not None and then != now:
        when = f"{head.period.end.isoformat()}"
        yield Correction("heads", "pågående deltaganden", when, then, now)


def _in_the_year(source: ReportSource) -> Iterator[Correction]:
    period = source.release.period
    in_year = [
        (head.period, insats)
        for head, insats in source.earlier
        if head.period.end.year == period.end.year
    ]
    if not in_year or period.end.month != 12:
        return
    months = sum(part.months or 0 for part, _ in in_year) + (period.months or 0)
    if months != 12:
        return
    when = f"{in_year[0][0].start.isoformat()} till {in_year[-1][0].end.isoformat()}"
    for table in source.own.tables:
        if table.period.months != 12:
            continue
        this = table_of(source.own, table.key, period)
        if this is not None:
            yield from _of_table(table, this, in_year, when)


def _of_table(
    of_year: Table, this: Table, parts: list[tuple[Period, ReleasedInsats]], when: str
) -> Iterator[Correction]:
    earlier = [table_of(insats, of_year.key, part) for part, insats in parts]
    for row in of_year.rows:
        in_year, now = exact(total(row)), exact(cell_of(this, row.label))
        then = [exact(cell_of(table, row.label)) for table in earlier]
        if in_year is None or now is None or None in then:
            continue
        said = sum(count or 0 for count in then)
        if in_year - now != said:
            label = row.label.lower()
            if of_year.key not in HEADS_OF:
                label = f"{of_year.title.lower()}, {label}"
            yield Correction(of_year.key, label, when, said, in_year - now)
