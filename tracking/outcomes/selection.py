"""A choice among an insats's participants: one kön, one age group, or both; else everybody.

For the insats's own pages only. Every table of a view is drawn from the spells that a choice
keeps, so that no two of them are about different people. What leaves the insats zone knows
nothing of it: the catalogue there is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracking.domain.periods import AGE_GROUPS
from tracking.domain.records import Gender
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.divisions import age_key
from tracking.outcomes.parts import Anonymous

AGES: dict[str, str] = {f"{low}–{high}": f"{low}–{high} år" for low, high in AGE_GROUPS}
"""The age groups by key; those outside 16–64 are nobody's choice."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom a view is about; None is no limit. ``age`` is a key of `AGES`.

    Raises ValueError on an age group that is not there.
    """

    gender: Gender | None = None
    age: str | None = None

    def __post_init__(self) -> None:
        if self.age is not None and self.age not in AGES:
            raise ValueError(f"no such age group: {self.age}")

    @property
    def is_everybody(self) -> bool:
        """Say whether nobody is left out."""
        return self.gender is None and self.age is None

    @property
    def words(self) -> str:
        """Return who is kept, for a sentence: ``kvinnor, 19–24 år``; empty for everybody."""
        said = [] if self.gender is None else [self.gender.plural]
        if self.age is not None:
            said.append(AGES[self.age])
        return ", ".join(said)

    def keeps(self, gender: str, birth_year: int, started_on: str) -> bool:
        """Say whether a spell is kept; ``started_on`` is ISO text."""
        if self.gender is not None and gender != self.gender:
            return False
        return self.age is None or age_key(birth_year, started_on) == self.age

    def rows(self, rows: Iterable[SpellRow]) -> tuple[SpellRow, ...]:
        """Return the spells that are kept."""
        if self.is_everybody:
            return tuple(rows)
        return tuple(r for r in rows if self.keeps(r.gender, r.birth_year, r.started_on))

    def cohort(self, cohort: Cohort) -> Cohort:
        """Return the cohort of those who are kept."""
        return cohort if self.is_everybody else replace(cohort, rows=self.rows(cohort.rows))

    def anonymous(self, anonymous: Anonymous) -> Anonymous:
        """Return the anonymous who are kept: they have a kön, but no age."""
        if self.is_everybody:
            return anonymous
        counts = {
            gender: number if self.gender in (None, gender) else 0
            for gender, number in anonymous.by_gender.items()
        }
        return replace(anonymous, by_gender=counts, without_age=self.age is not None)


EVERYBODY = Selection()
