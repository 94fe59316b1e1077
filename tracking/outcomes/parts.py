"""What every table of spells is put together from: kön columns, notes, thresholds, anonymous.

Order and words of the columns are decided here once: kvinnor, män, (uppgift saknas), totalt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from sqlalchemy import text
from sqlmodel import Session as DbSession

from tracking.domain.change import Thresholds
from tracking.domain.figures import Cell
from tracking.domain.records import Gender
from tracking.domain.swedish import decimal, whole
from tracking.domain.wording import counted
from tracking.outcomes.cohorts import Cohort, SpellRow

TOTAL = "totalt"
ROUNDING_NOTE = "Procenttalen är avrundade och summerar ej alltid till 100 p.g.a. avrundning."


_GENDER = attrgetter("gender")


@dataclass(frozen=True, slots=True)
class GenderColumns:
    """The kön columns of one table; *uppgift saknas* is there only when somebody needs it."""

    genders: tuple[Gender, ...]

    @classmethod
    def of(cls, *populations: Iterable[SpellRow]) -> GenderColumns:
        """Columns for tables over these spells."""
        return cls.among(chain.from_iterable(map(_GENDER, rows) for rows in populations))

    @classmethod
    def among(cls, genders: Iterable[str]) -> GenderColumns:
        """Columns for tables over spells of these kön."""
        unknown = Gender.UNKNOWN in genders
        return cls(tuple(Gender) if unknown else (Gender.WOMAN, Gender.MAN))

    @property
    def headings(self) -> tuple[str, ...]:
        """kvinnor, män, (uppgift saknas), totalt."""
        return (*(gender.plural for gender in self.genders), TOTAL)

    def split(self, rows: Sequence[SpellRow]) -> tuple[list[SpellRow], ...]:
        """The spells of each column, all of them last."""
        parts: dict[str, list[SpellRow]] = {gender.value: [] for gender in Gender}
        for row in rows:
            parts[row.gender].append(row)
        return (*(parts[gender] for gender in self.genders), list(rows))

    def counts(self, rows: Sequence[SpellRow]) -> tuple[Cell, ...]:
        """How many spells in each column."""
        found = Counter(map(_GENDER, rows))
        numbers = [found[gender] for gender in self.genders]
        return tuple(map(Cell.of_count, (*numbers, len(rows))))

    def shares(
        self, base: Sequence[SpellRow], meets: Callable[[SpellRow], bool]
    ) -> tuple[Cell, ...]:
        """The share of each column's base that meets a condition."""
        return tuple(Cell.of_share(sum(map(meets, part)), len(part)) for part in self.split(base))


def base_note(rows: Collection[SpellRow], population: str, cohort: Cohort) -> tuple[str, ...]:
    """How many deltaganden of how many unika deltagare a table counts; of none, that it is none.

    ``population`` names them in the plural, as in *Inga avslutade i perioden*.
    """
    return base_note_of([row.participant_id for row in rows], population, cohort)


def base_note_of(
    participant_ids: Collection[int], population: str, cohort: Cohort
) -> tuple[str, ...]:
    """The same, told one participant id for each deltagande."""
    begun = cohort.due_by >= cohort.period.start
    said = () if begun else ("Perioden har inte börjat.",)
    if participant_ids:
        return (*said, people_note(participant_ids))
    return said or (f"Inga {population} i perioden.",)


def people_note(participant_ids: Collection[int]) -> str:
    """How many unika deltagare the deltaganden of a table are; one id for each deltagande."""
    spells = counted(len(participant_ids), "deltagande", "deltaganden")
    people = counted(len(set(participant_ids)), "unik", "unika")
    return f"Räknar {spells} av {people} deltagare."


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Anonymous participants of one calendar year, by kön.

    Their age is not known, so none of them is counted (``without_age``) in a choice by age.
    """

    year: int
    by_gender: dict[str, int]
    without_age: bool = False

    @property
    def total(self) -> int:
        """All of them."""
        return 0 if self.without_age else sum(self.by_gender.values())

    @property
    def note(self) -> str:
        """The sentence that every outcome table bears."""
        if self.without_age:
            return "Anonyma deltagare har ingen ålder och ingår inte i urvalet."
        if not self.total:
            return f"Inga anonyma deltagare är registrerade {self.year}."
        return (
            f"Därutöver {whole(self.total)} anonyma deltagare {self.year} (hittills under året); "
            "de räknas i volym, aldrig i resultat."
        )


def read_anonymous(session: DbSession, insats_id: int, year: int) -> Anonymous:
    """Read the anonymous participants of a calendar year, withdrawn ones included."""
    rows = session.execute(
        text(
            "SELECT gender, number, converted FROM anonymous_count"
            " WHERE insats_id = :insats_id AND year = :year"
        ),
        {"insats_id": insats_id, "year": year},
    )
    counts = {gender.value: 0 for gender in Gender}
    for gender, number, converted in rows:
        counts[gender] += number + converted
    return Anonymous(year, counts)


def points(mm: int) -> str:
    """Millimetres of a limit as points, without a decimal that says nothing: 25, 24,5."""
    return decimal(mm / 10, 0 if mm % 10 == 0 else 1)


@lru_cache
def thresholds_text(thresholds: Thresholds) -> str:
    """The thresholds on ORS with their source, as printed beside the figures that use them."""
    adult, young, change = map(
        points,
        (
            thresholds.ors_cutoff_adult_mm,
            thresholds.ors_cutoff_young_mm,
            thresholds.reliable_change_mm,
        ),
    )
    ties = "" if thresholds.tie_counts else " (mer än)"
    return (
        f"Gränsvärde ORS {adult} poäng (13–17 år {young}), tillförlitlig förändring "
        f"{change} poäng{ties}. {_from_source(thresholds)}"
    )


def alliance_thresholds_text(thresholds: Thresholds) -> str:
    """The thresholds on SRS and G-SRS with their source."""
    return (
        f"Gränser SRS: summa {points(thresholds.srs_total_mm)}, en skala "
        f"{points(thresholds.srs_scale_mm)}, fall {points(thresholds.srs_fall_mm)} poäng; "
        f"G-SRS: summa {points(thresholds.gsrs_total_mm)} poäng. {_from_source(thresholds)}"
    )


def _from_source(thresholds: Thresholds) -> str:
    # Every page says so; most sources already do.
    norms = "" if "normer" in thresholds.source else " Det finns inga svenska normer."
    return f"Gäller från {thresholds.valid_from.isoformat()}. Källa: {thresholds.source}{norms}"


def read_threshold_k(session: DbSession) -> int:
    """Read the förbund's smallest count that is shown (k)."""
    found = session.execute(text("SELECT disclosure_threshold FROM forbund")).scalar()
    return 5 if found is None else int(found)


def read_labels(session: DbSession, list_key: str) -> dict[str, str]:
    """Read a code list's labels by key, in the list's own order, retired values included."""
    rows = session.execute(
        text("SELECT key, label FROM code WHERE list_key = :list ORDER BY sort, id"),
        {"list": list_key},
    )
    return {key: label for key, label in rows}
