"""Random worlds for the attack on disclosure control: people, what befalls them, and releases.

A world is a förbund of some insatser whose people start, end, answer or not. After each half-year
a release is due; between releases records are corrected, voided, registered late, and consents
withdrawn. Nothing here knows how a release is protected.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tracking.domain.disclosure import ALL, CountTable, ReleaseTables, SumTable, TargetLine
from tracking.domain.measures import Comparison
from tracking.domain.periods import Period, half_year, month_span
from tracking.domain.records import Gender

REASONS = ("work", "studies", "continued", "other")
AGES = ("16-18", "19-24", "25-29", "30-44", "45-64")
REFERRERS = ("employment", "insurance", "municipality", "region", "other", "self")
EDUCATION = ("primary", "secondary", "tertiary", "unknown")
SUPPORT = ("under_12", "12-36", "37-72", "over_72", "unknown")
CLASSES = ("recovered", "improved", "unchanged", "worse")
FIRST_YEAR = 2023


@dataclass
class Person:
    """One spell. ``started`` and ``ended`` are numbers of half-years."""

    unit: str
    started: int
    ended: int | None
    gender: Gender
    traits: dict[str, str]
    score: int


@dataclass
class World:
    """A förbund: its people as registered today."""

    rng: random.Random
    units: list[str]
    breakdowns: dict[str, tuple[str, ...]]
    people: list[Person] = field(default_factory=list)
    unknown_gender: float = 0.0
    sizes: dict[str, int] = field(default_factory=dict)
    corrections: float = 1.0

    def half_year_passes(self, t: int) -> None:
        """Some end, some start, and some records of before are put right."""
        rng = self.rng
        if t:
            self._correct(t)
        for person in self.people:
            if person.ended is None and person.started < t and rng.random() < 0.45:
                person.ended = t
        for unit, size in self.sizes.items():
            for _ in range(round(size * rng.uniform(0.3, 0.7))):
                self.people.append(self._person(unit, t))

    def _person(self, unit: str, t: int) -> Person:
        rng = self.rng
        gender = rng.choice((Gender.WOMAN, Gender.MAN))
        if rng.random() < self.unknown_gender:
            gender = Gender.UNKNOWN
        traits = {
            name: rng.choices(values, [1 / (i + 1) for i in range(len(values))])[0]
            for name, values in self.breakdowns.items()
        }
        traits |= {
            "completed": "yes" if rng.random() < 0.7 else "no",
            "step": rng.choices(("forward", "same", "missing"), (6, 3, 1))[0],
        }
        ended = t if rng.random() < 0.1 else None
        return Person(unit, t, ended, gender, traits, rng.randint(40, 390))

    def _correct(self, t: int) -> None:
        """What changes about half-years that were already released."""
        rng = self.rng
        for person in list(self.people):
            fate = rng.random() / (self.corrections or 1e-9)
            if fate < 0.003:  # a consent withdrawn, or a spell that was voided
                self.people.remove(person)
            elif fate < 0.01 and self.breakdowns:  # a value that was wrong
                name = rng.choice(list(self.breakdowns))
                person.traits[name] = rng.choice(self.breakdowns[name])
            elif fate < 0.013:
                person.gender = Gender.WOMAN if person.gender is Gender.MAN else Gender.MAN
            elif fate < 0.016:
                person.score = rng.randint(40, 390)
        if rng.random() < 0.2 * self.corrections:  # somebody registered late
            self.people.append(self._person(rng.choice(self.units), t - 1))


def random_world(rng: random.Random, large: bool = False) -> World:
    """A world of insatser with 3–120 people; ``large`` is a whole förbund of twenty."""
    units = [f"i{n:02}" for n in range(20 if large else rng.choice((1, 1, 2, 2, 2, 3, 3, 5)))]
    every = {
        "age": AGES,
        "referrer": REFERRERS,
        "education": EDUCATION,
        "support": SUPPORT,
        "reason": REASONS,
        "class": CLASSES,
    }
    chosen = list(every) if large else rng.sample(list(every), rng.choice((0, 1, 1, 1, 2)))
    return World(
        rng=rng,
        units=units,
        breakdowns={name: every[name] for name in chosen},
        unknown_gender=rng.choice((0, 0, 0.02)) if not large else 0.002,
        sizes={unit: round(rng.triangular(3, 120, 25)) for unit in units},
        corrections=rng.choice((0.0, 0.3, 1.0)) if not large else 0.3,
    )


def release_tables(world: World, t: int, targets: bool = True) -> ReleaseTables:
    """All tables as the world stands after half-year ``t``, earlier periods included."""
    counts: list[CountTable] = []
    sums: list[SumTable] = []
    lines: list[TargetLine] = []
    for q in range(t + 1):
        for span in ((q,), (q - 1, q)) if q else ((q,),):
            for unit in (*world.units, ALL):
                people = [p for p in world.people if unit in (ALL, p.unit)]
                counts += _tables(world, unit, span, people)
                sums.append(_sum(unit, span, people))
                if targets and unit != ALL and q == t and len(span) == 2:
                    lines += _targets(unit, span)
    return ReleaseTables(tuple(counts), tuple(sums), tuple(lines))


def period(span: tuple[int, ...]) -> Period:
    """The calendar period of one half-year, or of two."""
    first = half_year(FIRST_YEAR + span[0] // 2, span[0] % 2 + 1)
    return month_span(first.start.year, first.start.month, 6 * len(span))


def _tables(
    world: World, unit: str, span: tuple[int, ...], people: list[Person]
) -> Iterable[CountTable]:
    when = period(span)
    started = [p for p in people if p.started in span]
    ended = [p for p in people if p.ended in span]
    completed = [p for p in ended if p.traits["completed"] == "yes"]

    def table(
        measure: str,
        group: list[Person],
        categories: tuple[str, ...],
        of: Callable[[Person], str],
        within: tuple[str, str] | None,
        weight: int = 1,
    ) -> CountTable:
        found = Counter((of(p), p.gender) for p in group)
        counts = {c: {g: found[c, g] for g in Gender} for c in categories}
        return CountTable(unit, when, measure, counts, within, weight=weight)

    def trait(name: str) -> Callable[[Person], str]:
        return lambda p: p.traits[name]

    for name, group in (("started", started), ("ended", ended), ("completed", completed)):
        yield table(name, group, ("",), lambda _: "", None)
    for name, values in world.breakdowns.items():
        head, group = ("ended", ended) if name in ("reason", "class") else ("started", started)
        yield table(name, group, values, trait(name), (head, ""))
    known = [p for p in completed if p.traits["step"] != "missing"]
    yield table(
        "step",
        completed,
        ("answered", "missing"),
        lambda p: "missing" if p.traits["step"] == "missing" else "answered",
        ("completed", ""),
        2,
    )
    yield table("forward", known, ("forward", "same"), trait("step"), ("step", "answered"), 3)


def _sum(unit: str, span: tuple[int, ...], people: list[Person]) -> SumTable:
    group = [p for p in people if p.ended in span]
    sums = {g: sum(p.score for p in group if p.gender is g) for g in Gender}
    return SumTable(unit, period(span), "ors_last", ("ended", ""), sums)


def _targets(unit: str, span: tuple[int, ...]) -> Iterable[TargetLine]:
    yield TargetLine(
        key=f"{unit}:{period(span).key}:forward",
        unit=unit,
        period=period(span),
        measure="forward",
        numerator=frozenset({"forward"}),
        missing=("step", "missing"),
        percent=Decimal(70),
        comparison=Comparison.AT_LEAST,
    )
