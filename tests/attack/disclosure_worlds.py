"""Random worlds for the attack on disclosure control: people, what befalls them, and releases.

A world is a förbund of some insatser whose people start, end, answer or not. After each half-year
or tertial a release is due; between releases records are corrected, voided, registered late, and
consents withdrawn. The catalogue has the shape of the real one: breakdowns of small insatser for
the year only, targets on twelve months that overlap. Nothing here knows how it is protected.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from tracking.domain.disclosure import ALL, CountTable, ReleaseTables, SumTable, TargetLine
from tracking.domain.measures import Comparison
from tracking.domain.periods import Period, month_span
from tracking.domain.records import Gender

FIRST_YEAR = 2023
LEAST_IN_YEAR, LEAST_IN_PERIOD, LEAST_BY_GENDER = 10, 30, 20

AT_START = {
    "age": ("16-18", "19-24", "25-29", "30-44", "45-64"),
    "referrer": ("employment", "insurance", "municipality", "region", "other", "self"),
    "education": ("primary", "secondary", "tertiary", "unknown"),
    "support": ("under_12", "12-36", "37-72", "over_72", "unknown"),
    "family": ("alone", "alone_children", "couple", "couple_children", "unknown"),
    "housing": ("own", "others", "unknown"),
    "language": ("no", "some", "well", "unknown"),
}
AT_END = {
    "reason": ("work", "studies", "continued", "other"),
    "class": ("recovered", "improved", "unchanged", "worse"),
    "length": ("under_6", "6-12", "over_12"),
    "living": ("wage", "benefit", "support", "unknown"),
}
STEP = ("forward", "same", "missing")


@dataclass
class Person:
    """One spell. ``started`` and ``ended`` are numbers of smallest periods."""

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
    per_year: int = 2
    targets: tuple[str, ...] = ("forward",)
    steps_released: bool = False
    scoped: bool = False
    held: dict[tuple[str, str, str], tuple[bool, bool]] = field(default_factory=dict)

    def period_passes(self, t: int) -> None:
        """Some end, some start, and some records of before are put right."""
        rng = self.rng
        if t:
            self._correct(t)
        for person in self.people:
            if person.ended is None and person.started < t and rng.random() < 0.45:
                person.ended = t
        for unit, size in self.sizes.items():
            for _ in range(round(2 * size * rng.uniform(0.3, 0.7) / self.per_year)):
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
            "step": rng.choices(STEP, (7, 2, 1))[0],
        }
        ended = t if rng.random() < 0.1 else None
        return Person(unit, t, ended, gender, traits, rng.randint(40, 390))

    def _correct(self, t: int) -> None:
        """What changes about periods that were already released."""
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
            elif fate < 0.019:
                person.traits["step"] = rng.choice(STEP)
        if rng.random() < 0.2 * self.corrections:  # somebody registered late
            self.people.append(self._person(rng.choice(self.units), t - 1))


def random_world(rng: random.Random) -> World:
    """A world of insatser with 3–120 people a year."""
    units = [f"i{n:02}" for n in range(rng.choices((1, 2, 3, 5, 8), (16, 16, 8, 3, 1))[0])]
    every = AT_START | AT_END
    chosen = rng.sample(list(every), rng.choices((0, 1, 2), (3, 5, 1))[0])
    targets = [name for name in ("forward", "reason") if name == "forward" or name in chosen]
    return World(
        rng=rng,
        units=units,
        breakdowns={name: every[name] for name in chosen},
        unknown_gender=rng.choice((0, 0, 0.02)),
        sizes={unit: round(rng.triangular(3, 120, 25)) for unit in units},
        corrections=rng.choice((0.0, 0.3, 1.0)),
        per_year=rng.choice((2, 2, 3)),
        targets=tuple(rng.sample(targets, rng.randint(0, len(targets)))),
        steps_released=rng.random() < 0.4,
        scoped=rng.random() < 0.2,
    )


def large_world(rng: random.Random, insatser: int = 20) -> World:
    """A whole förbund: about 55 starts per insats and year, twelve breakdowns, two targets."""
    units = [f"i{n:02}" for n in range(insatser)]
    return World(
        rng=rng,
        units=units,
        breakdowns=AT_START | AT_END,
        sizes={unit: round(rng.triangular(12, 120, 33)) for unit in units},
        corrections=0.0,
        targets=("forward", "reason"),
        steps_released=True,
    )


def period(world: World, first: int, number: int) -> Period:
    """The calendar period of ``number`` smallest periods from the given one."""
    months = 12 // world.per_year
    year, n = divmod(first, world.per_year)
    return month_span(FIRST_YEAR + year, 1 + n * months, number * months)


Counts = dict[tuple[str, int], dict[str, Counter[tuple[str, Gender]]]]


def release_tables(world: World, t: int, targets: bool = True) -> ReleaseTables:
    """All tables as the world stands after period ``t``, earlier periods included."""
    return _Tables(world, t, targets).made()


class _Tables:
    def __init__(self, world: World, t: int, targets: bool) -> None:
        self.world, self.t, self.targets = world, t, world.targets if targets else ()
        self.counts: list[CountTable] = []
        self.sums: list[SumTable] = []
        self.found: Counts = defaultdict(lambda: defaultdict(Counter))
        self.scores: Counter[tuple[str, int, Gender]] = Counter()
        for person in world.people:
            for unit in (person.unit, ALL):
                self._count(unit, person)

    def _count(self, unit: str, person: Person) -> None:
        traits, gender = person.traits, person.gender
        at_start = self.found[unit, person.started]
        at_start["started"]["", gender] += 1
        for name in self.world.breakdowns:
            if name in AT_START:
                at_start[name][traits[name], gender] += 1
        if person.ended is None:
            return
        at_end = self.found[unit, person.ended]
        done = traits["completed"] == "yes"
        at_end["ended"]["", gender] += 1
        at_end["completed" if done else "uncompleted"]["", gender] += 1
        self.scores[unit, person.ended, gender] += person.score
        for name in self.world.breakdowns:
            if name in AT_END:
                at_end[name][traits[name], gender] += 1
                at_end[f"{name}@{'done' if done else 'rest'}"][traits[name], gender] += 1
        if done:
            known = traits["step"] != "missing"
            at_end["step"]["answered" if known else "missing", gender] += 1
            if known:
                at_end["forward"][traits["step"], gender] += 1

    def made(self) -> ReleaseTables:
        world, lines = self.world, []
        per_year = world.per_year
        for q in range(self.t + 1):
            self._period(q, 1)
            if q + 1 >= per_year:
                closes = (q + 1) % per_year == 0
                self._period(q + 1 - per_year, per_year, window_only=not closes)
        if self.t + 1 >= per_year:
            lines = list(self._lines(period(world, self.t + 1 - per_year, per_year)))
        return ReleaseTables(tuple(self.counts), tuple(self.sums), tuple(lines))

    def _period(self, first: int, number: int, window_only: bool = False) -> None:
        world, when = self.world, period(self.world, first, number)
        for unit in (*world.units,) if window_only else (*world.units, ALL):
            self.inside = [self.found[unit, q] for q in range(first, first + number)]
            self._heads(unit, when, shown=not window_only)
            for name, values in world.breakdowns.items():
                if window_only and (name not in self.targets or unit == ALL):
                    continue
                head = "ended" if name in AT_END else "started"
                combines = (f"{name}@done", f"{name}@rest") if self._is_scoped(name) else ()
                self._table(unit, when, name, values, (head, ""), not window_only, combines)
                for part in combines:
                    within = ("completed" if part.endswith("done") else "uncompleted", "")
                    self._table(unit, when, part, values, within, False)
            if "forward" in self.targets or (world.steps_released and not window_only):
                out = world.steps_released and not window_only
                answered = ("answered", "missing")
                self._table(unit, when, "step", answered, ("completed", ""), out)
                self._table(unit, when, "forward", STEP[:2], ("step", "answered"), out)
            if not window_only and (unit == ALL or number > 1):
                self._sum(unit, when, range(first, first + number))

    def _is_scoped(self, name: str) -> bool:
        return self.world.scoped and name in AT_END

    def _heads(self, unit: str, when: Period, shown: bool) -> None:
        for name in ("started", "ended", "completed", "uncompleted"):
            combines = ("completed", "uncompleted") if name == "ended" else ()
            out = shown and name != "uncompleted"
            counts = self._counts(name, ("",))
            self.counts.append(
                CountTable(unit, when, name, counts, combines=combines, shown=out, divided=out)
            )

    def _counts(self, measure: str, categories: tuple[str, ...]) -> dict[str, dict[Gender, int]]:
        found: Counter[tuple[str, Gender]] = Counter()
        for tally in self.inside:
            found.update(tally[measure])
        return {c: {g: found[c, g] for g in Gender} for c in categories}

    def _table(
        self,
        unit: str,
        when: Period,
        measure: str,
        categories: tuple[str, ...],
        within: tuple[str, str],
        held: bool,
        combines: tuple[str, ...] = (),
    ) -> None:
        at = (unit, when.key, measure)
        head = within[0] if within[0] != "step" else "completed"
        number = sum(sum(tally[head].values()) for tally in self.inside)
        least = LEAST_IN_YEAR if when.months == 12 else LEAST_IN_PERIOD
        shown = held and (unit == ALL or number >= least)
        divided = shown and (unit == ALL or number >= LEAST_BY_GENDER)
        # Once published, a table stays in the catalogue, however its head count is corrected.
        shown, divided = self.world.held.setdefault(at, (shown, divided))
        counts = self._counts(measure, categories)
        self.counts.append(
            CountTable(
                unit,
                when,
                measure,
                counts,
                within,
                combines=combines,
                weight=2 if measure in ("reason", "forward") else 1,
                shown=shown,
                divided=divided,
            )
        )

    def _sum(self, unit: str, when: Period, inside: range) -> None:
        sums = {g: sum(self.scores[unit, q, g] for q in inside) for g in Gender}
        self.sums.append(SumTable(unit, when, "ors_last", ("ended", ""), sums))

    def _lines(self, when: Period) -> Iterator[TargetLine]:
        kinds: dict[str, tuple[frozenset[str], tuple[str, str] | None, int]] = {
            "forward": (frozenset({"forward"}), ("step", "missing"), 70),
            "reason": (frozenset({"work", "studies"}), None, 45),
        }
        for unit in self.world.units:
            for name in self.targets:
                numerator, missing, percent = kinds[name]
                yield TargetLine(
                    key=f"{unit}:{when.key}:{name}",
                    unit=unit,
                    period=when,
                    measure=name,
                    numerator=numerator,
                    missing=missing,
                    percent=Decimal(percent),
                    comparison=Comparison.AT_LEAST,
                )
