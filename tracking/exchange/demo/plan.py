"""What the demo is to be: data/demo.toml, checked, and scaled from a förbund to a nation.

Scale 1 is the file as it stands. A larger scale multiplies the spells, first in more insatser
of the same patterns (up to twenty), then in larger ones, then one more insats for every
thousand spells, so that scale 1 400 or so is all of Sweden: a thousand insatser, a million
spells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracking.domain.errors import InvalidValue
from tracking.domain.periods import add_months
from tracking.domain.records import AuthorityKind, DeviationStatus, InsatsKind
from tracking.store.shipped import DATA
from tracking.store.toml import Fields

FORBUND_INSATSER = 20
SPELLS_PER_INSATS = 1000
COPIES_PER_CONTROLLER = 3
LARGEST_SCALE = 5000


@dataclass(frozen=True, slots=True)
class Pattern:
    """An insats of the file. Shares are 0–1; see the comments there."""

    key: str
    name: str
    short: str
    template: str | None
    controller: str
    owner: str
    provider: str
    kind: InsatsKind
    per_year: int
    weeks: int
    interval: int
    ages: tuple[int, int]
    women: float
    completed: float
    work: float
    studies: float
    forward: float
    groups: bool
    ladder: bool
    follow_up_12: bool
    support: str
    budget_kr: int
    planned_places: int | None
    planned_participants: int | None
    planned_weeks: int | None
    months_ago: int | None
    ended_months_ago: int | None


@dataclass(frozen=True, slots=True)
class DemoDeviation:
    """A systemavvikelse of the file."""

    what: str
    parties: tuple[str, ...]
    step: int
    status: DeviationStatus
    handled: str


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The whole file."""

    name: str
    months: int
    municipalities: tuple[str, ...]
    need_groups: tuple[str, ...]
    shares: dict[str, float]
    controllers: tuple[tuple[str, str, AuthorityKind], ...]
    patterns: tuple[Pattern, ...]
    events: tuple[tuple[str, int], ...]
    deviations: tuple[DemoDeviation, ...]


@dataclass(frozen=True, slots=True)
class PlannedInsats:
    """One insats to make: its pattern, its own name, when it runs and how many spells start.

    ``place`` numbers all insatser from 0, ``copy`` those of one pattern. ``controller_group``
    tells apart the controllers of a pattern when there are many copies.
    """

    place: int
    copy: int
    controller_group: int
    pattern: Pattern
    name: str
    starts_on: date
    ends_on: date | None
    first_spell_on: date
    last_spell_on: date
    spells: int


def read() -> DemoPlan:
    """The demo's plan. Raises `ShippedDataFault` when the file does not hold together."""
    file = Fields.of(DATA / "demo.toml")
    shares = file.table("shares").weights()
    plan = DemoPlan(
        name=file.text("name"),
        months=file.whole("months"),
        municipalities=file.texts("municipalities"),
        need_groups=file.texts("need_groups"),
        shares=shares,
        controllers=tuple(_controller(table) for table in file.tables("controller")),
        patterns=tuple(_pattern(table) for table in file.tables("insats")),
        events=tuple(_event(table) for table in file.tables("event")),
        deviations=tuple(_deviation(table) for table in file.tables("deviation")),
    )
    file.done()
    known = {key for key, _, _ in plan.controllers}
    for pattern in plan.patterns:
        if pattern.controller not in known:
            raise file.fault(pattern.key, "har en myndighet som inte finns")
    return plan


def planned(plan: DemoPlan, scale: float, today: date) -> tuple[PlannedInsats, ...]:
    """Every insats of the demo at this scale. Raises `InvalidValue` on an impossible scale."""
    if not 0 < scale <= LARGEST_SCALE:
        raise InvalidValue(f"Skalan ska vara större än 0 och högst {LARGEST_SCALE}.")
    first = add_months(today, -plan.months)
    weights = [pattern.per_year for pattern in plan.patterns]
    total = round(sum(weights) * plan.months / 12 * scale)
    base = len(plan.patterns)
    number = max(base, min(FORBUND_INSATSER, round(base * scale)), round(total / SPELLS_PER_INSATS))
    places = [plan.patterns[place % base] for place in range(number)]
    whole = sum(pattern.per_year for pattern in places)
    return tuple(
        _planned_insats(
            place, place // base, pattern, round(total * pattern.per_year / whole), first, today
        )
        for place, pattern in enumerate(places)
    )


def _planned_insats(
    place: int, copy: int, pattern: Pattern, spells: int, first: date, today: date
) -> PlannedInsats:
    began = first if pattern.months_ago is None else add_months(today, -pattern.months_ago)
    ended = None
    if pattern.ended_months_ago is not None:
        ended = add_months(today, -pattern.ended_months_ago)
    last = today if ended is None else ended - timedelta(weeks=pattern.weeks)
    return PlannedInsats(
        place=place,
        copy=copy,
        controller_group=copy // COPIES_PER_CONTROLLER,
        pattern=pattern,
        name=pattern.name if copy == 0 else f"{pattern.name} {copy + 1}",
        starts_on=date(began.year, began.month, 1),
        ends_on=ended,
        first_spell_on=began,
        last_spell_on=last,
        spells=spells,
    )


def _controller(table: Fields) -> tuple[str, str, AuthorityKind]:
    found = (table.text("key"), table.text("name"), table.choice("kind", AuthorityKind))
    table.done()
    return found


def _pattern(table: Fields) -> Pattern:
    kind = table.choice("kind", InsatsKind)
    works_with_people = kind is InsatsKind.INDIVIDUAL
    ages = table.whole_pair("ages") if works_with_people else (0, 0)

    def share(key: str) -> float:
        return table.share(key) if works_with_people else 0.0

    pattern = Pattern(
        key=table.text("key"),
        name=table.text("name"),
        short=table.text("short"),
        template=table.text_or_none("template"),
        controller=table.text("controller"),
        owner=table.text("owner"),
        provider=table.text("provider"),
        kind=kind,
        per_year=table.whole("per_year"),
        weeks=table.whole("weeks") if works_with_people else 0,
        interval=table.whole("interval") if works_with_people else 0,
        ages=ages,
        women=share("women"),
        completed=share("completed"),
        work=share("work"),
        studies=share("studies"),
        forward=share("forward"),
        groups=table.flag("groups"),
        ladder=table.flag("ladder"),
        follow_up_12=table.flag("follow_up_12"),
        support=table.text("support") if works_with_people else "",
        budget_kr=table.whole("budget_kr"),
        planned_places=table.whole_or_none("planned_places"),
        planned_participants=table.whole_or_none("planned_participants"),
        planned_weeks=table.whole_or_none("planned_weeks"),
        months_ago=table.whole_or_none("months_ago"),
        ended_months_ago=table.whole_or_none("ended_months_ago"),
    )
    table.done()
    return pattern


def _event(table: Fields) -> tuple[str, int]:
    found = (table.text("title"), table.whole("heads"))
    table.done()
    return found


def _deviation(table: Fields) -> DemoDeviation:
    found = DemoDeviation(
        what=table.text("what"),
        parties=table.texts("parties"),
        step=table.whole("step"),
        status=table.choice("status", DeviationStatus),
        handled=table.text("handled", ""),
    )
    table.done()
    return found
