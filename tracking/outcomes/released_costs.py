"""What the insatser cost by deltagande and årsplats, as far as releases and money allow.

Worked out from kronor of the förbund's own and from exact head counts of one release that
closed a calendar year; nothing is subtracted between releases. Where either is lacking it says
which. The words around it are the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracking.domain.cost import unit_cost
from tracking.domain.figures import CellKind
from tracking.domain.periods import year
from tracking.domain.records import InsatsKind
from tracking.domain.targets import Measure
from tracking.outcomes.money import InsatsMoney
from tracking.outcomes.releasing.heads import ANONYMOUS, ENDED, ONGOING_AFTER
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleaseInShort
from tracking.outcomes.releasing.tables import BY_GENDER


@dataclass(frozen=True, slots=True)
class CostLine:
    """One insats and year. Money in whole kronor; None where nothing is known or shown.

    ``places`` are årsplatser in use. ``lacking`` says in words what cost per deltagande and per
    årsplats need and do not have.
    """

    name: str
    insats_id: int | None
    year: int
    budget: int | None
    actual: int | None
    participants: int | None
    places: Fraction | None
    lacking: tuple[str, ...] = ()

    @property
    def per_participant(self) -> Fraction | None:
        """Utfall through deltaganden and anonymous, in kronor."""
        return unit_cost(self.actual, self.participants)

    @property
    def per_place(self) -> Fraction | None:
        """Utfall through årsplatser in use, in kronor."""
        return unit_cost(self.actual, self.places)


@dataclass(frozen=True, slots=True)
class CostTogether:
    """Several insatser added. ``spent`` and ``planned`` are None where nobody has entered any.

    ``each`` is the cost by deltagande of the ``insatser`` that have both, who together have so
    many ``participants``.
    """

    spent: int | None
    planned: int | None
    with_spent: int
    insatser: int
    participants: int
    each: Fraction | None


def closed_year(history: Sequence[ReleaseInShort]) -> ReleaseInShort | None:
    """The latest release that closed a calendar year, or None."""
    closing = [
        one
        for one in history
        if (one.release.period.end.month, one.release.period.end.day) == (12, 31)
    ]
    return closing[-1] if closing else None


def cost_lines(
    money: Sequence[InsatsMoney], history: Sequence[ReleaseInShort], this_year: int
) -> list[CostLine]:
    """One line an insats in the order given, for the latest year that a release has closed.

    Deltaganden are three stored numbers of that release added: the year's endings, those ongoing
    at its end and the year's anonymous. Before any year is closed, the budget of ``this_year``.
    """
    closing = closed_year(history)
    of_year = this_year if closing is None else closing.release.period.end.year
    return [_line(one, closing, of_year) for one in money]


def together(lines: Sequence[CostLine]) -> CostTogether:
    """Add lines of one year, and the cost by deltagande of those that have one."""
    spent = [line.actual for line in lines if line.actual is not None]
    planned = [line.budget for line in lines if line.budget is not None]
    whole = [line for line in lines if line.per_participant is not None]
    participants = sum(line.participants or 0 for line in whole)
    return CostTogether(
        spent=sum(spent) if spent else None,
        planned=sum(planned) if planned else None,
        with_spent=len(spent),
        insatser=len(whole),
        participants=participants,
        each=unit_cost(sum(line.actual or 0 for line in whole), participants),
    )


def _line(money: InsatsMoney, closing: ReleaseInShort | None, of_year: int) -> CostLine:
    entered = money.of(of_year)
    found = None if closing is None else closing.of(money.insats_id)
    people = None if found is None else _participants(found, of_year)
    places = None if found is None else _places(found, of_year)
    actual = None if entered is None else entered.actual_kr
    lacking = []
    if money.kind is InsatsKind.STRUCTURAL:
        lacking.append("är strukturövergripande och har inga deltaganden")
    else:
        if actual is None:
            lacking.append(f"saknar utfall för {of_year}")
        if people is None and closing is not None:
            lacking.append(f"har inga släppta deltaganden för {of_year}")
        if places is None:
            lacking.append("har inga släppta årsplatser i bruk")
    return CostLine(
        money.name,
        money.insats_id,
        of_year,
        None if entered is None else entered.budget_kr,
        actual,
        people,
        places,
        tuple(lacking),
    )


def _participants(insats: ReleasedInsats, of_year: int) -> int | None:
    """Deltaganden of a year with the anonymous, of the release that closed it; None without."""
    whole_year = year(of_year)
    table = next((t for t in insats.tables if t.key == BY_GENDER and t.period == whole_year), None)
    ended = None
    for row in () if table is None else table.rows:
        if row.label == ENDED and row.cells[-1].kind is CellKind.COUNT:
            ended = row.cells[-1].count
    heads = {row.label: row.cells[0].count for row in insats.heads.rows}
    parts = (ended, heads.get(ONGOING_AFTER), heads.get(ANONYMOUS))
    if insats.heads.period.end != whole_year.end or any(part is None for part in parts):
        return None
    return sum(part or 0 for part in parts)


def _places(insats: ReleasedInsats, of_year: int) -> Fraction | None:
    for target in insats.targets:
        if target.measure is Measure.YEAR_PLACES and target.period == year(of_year):
            return None if target.outcome is None else Fraction(str(target.outcome))
    return None
