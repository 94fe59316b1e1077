"""Money on the styrelse's overview: budget and utfall, cost per deltagande and per årsplats.

What something cost is worked out here and shown beside what it is worked out from: kronor of
the förbund's own, and exact head counts of one release. Where either is lacking it says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracking.domain.figures import CellKind
from tracking.domain.periods import year
from tracking.domain.records import InsatsKind
from tracking.domain.statistics import round_half_up
from tracking.domain.swedish import decimal, kronor, thousands_of_kronor, whole
from tracking.domain.targets import Measure
from tracking.domain.wording import EN_DASH
from tracking.outcomes.money import InsatsMoney
from tracking.outcomes.releasing.heads import ANONYMOUS, ENDED, ONGOING_AFTER
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleaseInShort
from tracking.outcomes.releasing.tables import BY_GENDER
from tracking.ui import frame, tables
from tracking.ui.overview_style import notes

NO_YEAR = (
    "Kostnaden per deltagande kan räknas när ett släpp avslutar ett kalenderår: först då är årets "
    "deltaganden släppta."
)
HOW = (
    "Deltaganden: årets alla avslut och de som pågår vid årets slut, med årets anonyma. Kostnaden "
    "är årets utfall delat med dem. Årsplatser i bruk är släppta för insatser som har ett mål om "
    "dem och tillräckligt många deltaganden. Budget och utfall är förbundets egna uppgifter i dag "
    "och kan ändras efter släppet; ESF och andra medel ingår inte."
)


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
    def per_participant(self) -> int | None:
        """Utfall through deltaganden, in whole kronor."""
        if self.actual is None or not self.participants:
            return None
        return int(round_half_up(Fraction(self.actual, self.participants)))

    @property
    def per_place(self) -> int | None:
        """Utfall through årsplatser in use, in whole kronor."""
        if self.actual is None or not self.places:
            return None
        return int(round_half_up(self.actual / self.places))


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


def _line(money: InsatsMoney, closing: ReleaseInShort | None, of_year: int) -> CostLine:
    entered = money.of(of_year)
    found = None if closing is None else closing.of(money.insats_id)
    people = None if found is None else participants_of(found, of_year)
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


def participants_of(insats: ReleasedInsats, of_year: int) -> int | None:
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


def finding(lines: Sequence[CostLine]) -> str:
    """The answer in a sentence, made from the lines."""
    if not lines:
        return "Ingen budget är inlagd."
    spent = [line.actual for line in lines if line.actual is not None]
    planned = [line.budget for line in lines if line.budget is not None]
    of_year = lines[0].year
    if not spent:
        if not planned:
            return f"Ingen budget är inlagd för {of_year}."
        return f"Budgeten för {of_year} är {thousands_of_kronor(sum(planned))}; utfallet saknas än."
    budget = f" av en budget på {thousands_of_kronor(sum(planned))}" if planned else ""
    who = lines[0].name if len(lines) == 1 else "Insatserna"
    told = f"{who} kostade {thousands_of_kronor(sum(spent))} {of_year}{budget}."
    people = [line for line in lines if line.per_participant is not None]
    if people:
        cost = sum(line.actual or 0 for line in people)
        number = sum(line.participants or 0 for line in people)
        each = int(round_half_up(Fraction(cost, number)))
        told += f" Det är {kronor(each)} per deltagande, {whole(number)} deltaganden och anonyma"
        told += "." if len(people) == len(spent) else f" i {whole(len(people))} insatser."
    return told


COLUMNS = ("Budget", "Utfall", "Deltaganden och anonyma", "Kr per deltagande",
           "Årsplatser i bruk", "Kr per årsplats")  # fmt: skip


def cells(line: CostLine) -> tuple[str, ...]:
    """The cells of a line, in the order of `COLUMNS`."""
    numbers = (line.budget, line.actual, line.participants, line.per_participant)
    told = [EN_DASH if number is None else whole(number) for number in numbers]
    told.append(EN_DASH if line.places is None else decimal(line.places))
    told.append(EN_DASH if line.per_place is None else whole(line.per_place))
    return tuple(told)


def draw(lines: Sequence[CostLine], history: Sequence[ReleaseInShort]) -> None:
    """The sentence, the table, and what is lacking and why."""
    frame.lead_sentence(finding(lines))
    if not lines:
        return
    if closed_year(history) is None:
        frame.small(NO_YEAR)
    table(lines)
    lacking = (f"{names} {words}." for words, names in _lacking(lines).items())
    notes((HOW, *lacking))


def table(lines: Sequence[CostLine]) -> None:
    """The table, an insats a row."""
    tables.show_list(
        f"Kostnader {lines[0].year}, kronor",
        ("Insats", *COLUMNS),
        [(line.name, *cells(line)) for line in lines],
        numbers=frozenset(range(1, len(COLUMNS) + 1)),
    )


def _lacking(lines: Sequence[CostLine]) -> dict[str, str]:
    """What is lacking, with the insatser that lack it."""
    found: dict[str, list[str]] = {}
    for line in lines:
        for words in line.lacking:
            found.setdefault(words, []).append(line.name)
    return {words: ", ".join(names) for words, names in found.items()}
