"""Money on the styrelse's overview, in words and as a table.

What something cost is worked out in `tracking.outcomes.released_costs`; here it is said beside
what it is worked out from.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tracking.domain.statistics import round_half_up
from tracking.domain.swedish import decimal, kronor, thousands_of_kronor, whole
from tracking.domain.wording import EN_DASH
from tracking.outcomes.released_costs import CostLine, closed_year, together
from tracking.outcomes.releasing.shapes import ReleaseInShort
from tracking.ui import tables
from tracking.ui.kept import Sheet

NO_YEAR = (
    "Kostnaden per deltagande kan räknas när ett släpp avslutar ett kalenderår: först då är årets "
    "deltaganden släppta."
)
HOW = (
    "Deltaganden: årets alla avslut och de som pågår vid årets slut, med årets anonyma. Kostnaden "
    "är årets utfall delat med dem. Årsplatser i bruk är släppta för insatser som har ett mål om "
    "dem och tillräckligt många deltaganden. Budget och utfall är förbundets egna uppgifter i dag "
    "och kan ändras efter släppet; medel från ESF är inte avdragna."
)


def finding(lines: Sequence[CostLine]) -> str:
    """The answer in a sentence, made from the lines."""
    if not lines:
        return "Ingen budget är inlagd."
    of_year, found = lines[0].year, together(lines)
    planned = None if found.planned is None else thousands_of_kronor(found.planned)
    if found.spent is None:
        if planned is None:
            return f"Ingen budget är inlagd för {of_year}."
        return f"Budgeten för {of_year} är {planned}; utfallet saknas än."
    budget = "" if planned is None else f" av en budget på {planned}"
    who = lines[0].name if len(lines) == 1 else "Insatserna"
    told = f"{who} kostade {thousands_of_kronor(found.spent)} {of_year}{budget}."
    if found.each is not None:
        each, people = in_kronor(found.each), whole(found.participants)
        told += f" Det är {each} per deltagande, {people} deltaganden och anonyma"
        told += (
            "." if found.insatser == found.with_spent else f" i {whole(found.insatser)} insatser."
        )
    return told


def in_kronor(cost: Fraction) -> str:
    """A cost by deltagande or årsplats, rounded once."""
    return kronor(int(round_half_up(cost)))


COLUMNS = ("Budget", "Utfall", "Deltaganden och anonyma", "Kr per deltagande",
           "Årsplatser i bruk", "Kr per årsplats")  # fmt: skip


def cells(line: CostLine) -> tuple[str, ...]:
    """The cells of a line, in the order of `COLUMNS`."""
    each, place = (
        None if cost is None else int(round_half_up(cost))
        for cost in (line.per_participant, line.per_place)
    )
    numbers = (line.budget, line.actual, line.participants, each)
    told = [EN_DASH if number is None else whole(number) for number in numbers]
    told.append(EN_DASH if line.places is None else decimal(line.places))
    told.append(EN_DASH if place is None else whole(place))
    return tuple(told)


def put(sheet: Sheet, lines: Sequence[CostLine], history: Sequence[ReleaseInShort]) -> None:
    """The sentence, the table, and what is lacking and why."""
    sheet.lead(finding(lines))
    if not lines:
        return
    if closed_year(history) is None:
        sheet.small(NO_YEAR)
    sheet.html(table_html(lines))
    lacking = (f"{names} {words}." for words, names in _lacking(lines).items())
    sheet.notes((HOW, *lacking))


def table_html(lines: Sequence[CostLine]) -> str:
    """The table, an insats a row."""
    return tables.list_html(
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
