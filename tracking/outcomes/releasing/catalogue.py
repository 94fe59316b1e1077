"""The catalogue of a release: what leaves the insats zone, fixed and public. Nothing else does.

Which tables there are rests on the calendar, on the registry of breakdowns, on which targets an
insats has, and on undivided head counts, which are public: so that a table is there, or is not,
tells nothing. What may be shown in it is decided by `tracking.domain.disclosure`.

* **Head counts**, undivided, exact: ongoing, started, ended, fullföljda, anonymous, and those to
  follow up after 6 and 18 months, of each insats and of all, for the smallest period and, when
  that closes the year, for the year. Released *avslutade* are all endings, flytt and avliden
  included, and those to follow up are the same people later: what is counted out of a base
  would, subtracted from the head count, tell how many have died or moved. In breakdowns and
  targets they stand with those who lack the value.
* **Kön** divides started, ended and fullföljda, and what breaks these down. It divides no stock
  and no one to follow up: the kön of those to follow up is the kön of those who ended half a year
  before, and ongoing follow from started and ended, so that two tables hidden each in its own
  way would give each other away.
* **Breakdowns** from the registry, of all insatser in the smallest period and the year; of one
  insats in the year from `LEAST_IN_YEAR` in the head count, in the smallest period from
  `LEAST_IN_PERIOD`; by kön from `LEAST_BY_GENDER`. What is known only after a period has ended
  (follow-ups) is broken down for the year alone: in a half-year a third would not be answered.
* **Targets** of each insats, undivided, for the latest twelve months at every release, from a
  base of ten. The windows overlap; the smallest periods in them are in the linked set without
  being shown, so that subtraction is no way in.
* **Longer periods are sums of smallest ones**, all as known on the last day of the release's
  period. What an earlier release said of a part is not repeated; a correction shows in the sum,
  and the difference is part of what is protected.
* **Nothing is said twice in two ways.** Every released number is one cell of one linked set, or
  follows from exact head counts. A target reads the cells of a breakdown where one asks the same
  (`BREAKDOWN_OF`), also for fullföljda out of avslutade: then both, and the rest, are in the set.
  A target that no breakdown asks has a table of its own; one whose number would follow from a
  breakdown without being one of its cells (`NEVER`) is not released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from tracking.domain.disclosure import TOTAL
from tracking.domain.endings import Outcome
from tracking.domain.records import FollowUpStatus
from tracking.outcomes.breakdowns import Breakdown, released_breakdowns
from tracking.outcomes.categories import Division
from tracking.outcomes.cohorts import SpellRow, row_of
from tracking.outcomes.divisions import MISSING, NO, UNKNOWN, YES, Setting
from tracking.outcomes.releasing.catalogue_alike import alike_of
from tracking.outcomes.releasing.catalogue_cells import Cells, Numbers
from tracking.outcomes.releasing.catalogue_heads import (
    COMPLETED,
    ENDED,
    FAMILIES,
    SCOPES,
    HeadCount,
    scoped,
)
from tracking.outcomes.releasing.catalogue_reads import BREAKDOWN_OF, OCCUPATION

LEAST_IN_YEAR = 20
"""Head count of one insats and year from which its breakdowns are in the catalogue: below, hardly
a cell of four or more would be shown, and what is hidden costs others. Targets go down to ten."""

LEAST_IN_PERIOD = 30
"""Head count of one insats and smallest period from which its breakdowns are in the catalogue."""

LEAST_BY_GENDER = 60
"""Head count from which the breakdown of one insats is there by kön: below, it is nearly all
small, and collapses."""

KNOWN = "known"
Of = Callable[[SpellRow], "str | None"]


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the linked set: whom of a head it divides, into what.

    ``of`` gives a spell's category, or None where the spell is not among those divided. It asks
    for nothing of a spell but ``columns``; None where it asks who the spell is as well.
    ``breakdown`` is the key of the registry's breakdown that it belongs to, empty for a target's
    own and for what is only there to tie others together.
    """

    measure: str
    head: str
    within: tuple[str, str]
    categories: tuple[str, ...]
    of: Of
    columns: tuple[str, ...] | None = None
    combines: tuple[str, ...] = ()
    breakdown: str = ""
    weight: int = 1

    @property
    def needs(self) -> tuple[str, ...]:
        """The measures that have to be there with it."""
        outer = () if self.within[1] == TOTAL else (self.within[0],)
        return (*outer, *self.combines)


class Kinds(dict[tuple[Any, ...], int]):
    """What each kind of spell is judged to be, a kind being what it has in some columns.

    Of many spells few are of different kinds: each kind is judged once, the first time that it is
    asked for, by the same rules as a single spell. A rule that asks for another column fails. It
    lasts as long as its catalogue, since lists and thresholds are in the rules. Kinds with the
    same categories have one number, their place in ``categories``.
    """

    def __init__(
        self, columns: tuple[str, ...], rules: Iterable[tuple[HeadCount, Of]], setting: Setting
    ) -> None:
        super().__init__()
        self.categories: list[tuple[str | None, ...]] = []
        self._numbers: dict[tuple[str | None, ...], int] = {}
        self._row = row_of(columns)
        self._alike = alike_of(columns, setting)
        self._rules = tuple(rules)

    def of_each(self, spells: Iterable[tuple[Any, ...]], number: int) -> Numbers:
        """The number of each of so many spells, given what it has in the columns."""
        kinds = spells if self._alike is None else map(self._alike, spells)
        return np.fromiter(map(self.__getitem__, kinds), np.int64, number)

    def __missing__(self, values: tuple[Any, ...]) -> int:
        row = self._row._make(values)
        done = row.outcome == Outcome.COMPLETED
        found = {of: of(row) for of in {of for head, of in self._rules if head.takes(done)}}
        judged = tuple(found[of] if head.takes(done) else None for head, of in self._rules)
        number = self[values] = self._numbers.setdefault(judged, len(self.categories))
        if number == len(self.categories):
            self.categories.append(judged)
        return number


@dataclass(frozen=True, slots=True)
class Judge:
    """What sorts the spells of a head, and of its parts, into what asks the same ``columns``."""

    measures: tuple[str, ...]
    columns: tuple[str, ...]
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row of a released table: its words, and the cell of the linked set that it shows."""

    label: str
    measure: str
    category: str


@dataclass(frozen=True)
class Catalogue:
    """The parts that the registry gives under the förbund's lists and thresholds."""

    setting: Setting

    @cached_property
    def cells(self) -> Cells:
        """Where the numbers of all insatser that are counted by it lie."""
        return Cells()

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Every part by its measure, those of `BREAKDOWN_OF` also for the other population."""
        plain = {part.measure: part for part in self._plain()}
        return plain | {part.measure: part for part in _scoped(plain)}

    @cached_property
    def judges(self) -> dict[str, tuple[Judge, ...]]:
        """By head that counts all: one judge for all parts that ask the same columns, or some of
        these. The first counts the heads themselves as well."""
        return {whole.measure: tuple(self._judges(heads)) for whole, heads in FAMILIES.items()}

    def _judges(self, heads: Sequence[HeadCount]) -> Iterator[Judge]:
        named = {head.measure: head for head in heads}
        asking: dict[tuple[str, ...], list[tuple[str, HeadCount, Of]]] = {}
        for part in self.parts.values():
            assert part.columns is not None, "only a target's own part asks who a spell is"
            if part.head in named:
                of_part = part.measure, named[part.head], part.of
                asking.setdefault(part.columns, []).append(of_part)
        for columns in sorted(asking, key=len):
            if wider := next((c for c in asking if set(columns) < set(c)), None):
                asking[wider] += asking.pop(columns)
        everybody = [(head.measure, head, _everybody) for head in heads]
        for n, (columns, parts) in enumerate(asking.items()):
            judged = parts if n else everybody + parts
            kinds = Kinds(columns, ((head, of) for _, head, of in judged), self.setting)
            yield Judge(tuple(measure for measure, _, _ in judged), columns, kinds)

    @cached_property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """The registry's breakdowns that are released, in order."""
        return released_breakdowns()

    def rows(self, breakdown: Breakdown) -> tuple[RowOf, ...]:
        """The rows of a released breakdown, what is missing last."""
        key = breakdown.key
        found = []
        for item in _division(breakdown).categories(self.setting):
            if item.key == MISSING:
                found.append(RowOf(_LACKING, f"{key}?", MISSING))
            elif item.key in (YES,) or key != OCCUPATION:
                found.append(RowOf(item.label, key, item.key))
            else:
                found.append(RowOf(item.label, f"{key}:no", item.key))
        if key == OCCUPATION:
            found.insert(-1, RowOf("Vet ej om arbete söks", f"{key}:no", UNKNOWN))
        return tuple(found)

    def _plain(self) -> Iterator[Part]:
        for breakdown in self.breakdowns:
            yield from self._parts_of(breakdown)
        # What is improved below and above the cut-off, as one cell for a target to read.
        names = ("ors_class_below", "ors_class_above")
        below, above = (p for b in self.breakdowns if b.key in names for p in self._parts_of(b))
        yield Part(
            "ors_class",
            ENDED,
            ("ors_start?", KNOWN),
            below.categories,
            lambda row: below.of(row) or above.of(row),
            below.columns,
            names,
        )

    def _parts_of(self, breakdown: Breakdown) -> Iterator[Part]:
        key, head = breakdown.key, breakdown.head.value
        sorting, columns = self._sorting(breakdown), self._columns(breakdown)
        categories = tuple(c.key for c in _division(breakdown).categories(self.setting))
        within = breakdown.within or (head, TOTAL)
        if key == OCCUPATION:
            yield from _occupation(breakdown, sorting, columns)
            return
        if len(set(categories) - {MISSING}) < 2:
            return  # a list of the förbund's with nothing to divide by
        weight = 3 if key in _FIRST else 1
        if MISSING in categories:
            known = _known(sorting)
            yield Part(f"{key}?", head, within, (KNOWN, MISSING), known, columns, (), key, weight)
            within = (f"{key}?", KNOWN)
        inner = tuple(c for c in categories if c != MISSING)
        found = _unless_missing(sorting)
        yield Part(key, head, within, inner, found, columns, (), key, weight)

    def _sorting(self, breakdown: Breakdown) -> Of:
        """Who is divided and where they belong; who left the base lacks the value."""
        division, setting = _division(breakdown), self.setting
        lacking = any(c.key == MISSING for c in division.categories(setting))
        months = breakdown.head.months

        def of(row: SpellRow) -> str | None:
            if lacking and _left_the_base(row, months):
                return MISSING
            return division.of(row, setting)

        if breakdown.within is None:
            return of
        outer_key, wanted = breakdown.within
        outer = self._sorting(next(b for b in self.breakdowns if b.key == outer_key))
        return lambda row: of(row) if outer(row) == wanted else None

    def _columns(self, breakdown: Breakdown) -> tuple[str, ...]:
        """What `_sorting` asks of a spell, each column once."""
        months = breakdown.head.months
        status = () if months is None else (f"m{months}_status",)
        outer: tuple[str, ...] = ()
        if breakdown.within is not None:
            outer = self._columns(next(b for b in self.breakdowns if b.key == breakdown.within[0]))
        every = ("outcome", *status, *_division(breakdown).columns, *outer)
        return tuple(dict.fromkeys(every))


_LACKING = "Uppgift saknas eller står utanför basen"
_FIRST = ("step_move", "end_reason", "sustained_6", "sustained_12", "sustained_18")


def _division(breakdown: Breakdown) -> Division:
    assert breakdown.released is not None, "only released breakdowns are here"
    return breakdown.released


def _left_the_base(row: SpellRow, months: int | None) -> bool:
    if row.outcome == Outcome.OUTSIDE:
        return True
    return months is not None and _STATUS[months](row) == FollowUpStatus.DECEASED


_STATUS = {months: attrgetter(f"m{months}_status") for months in (6, 12, 18)}


def _everybody(_row: SpellRow) -> str:
    return TOTAL


def _known(of: Of) -> Of:
    def known(row: SpellRow) -> str | None:
        found = of(row)
        return found if found in (None, MISSING) else KNOWN

    return known


def _unless_missing(of: Of) -> Of:
    def known(row: SpellRow) -> str | None:
        found = of(row)
        return None if found == MISSING else found

    return known


def _occupation(breakdown: Breakdown, of: Of, columns: tuple[str, ...]) -> Iterator[Part]:
    """Work or studies first, which targets ask for; then what the others do.

    Who neither works nor studies has answered the target also where it is not known whether
    they seek work.
    """
    key, head = breakdown.key, breakdown.head.value

    def either(row: SpellRow) -> str:
        found = of(row)
        if found == YES:
            return YES
        if found != MISSING:
            return NO
        told = (row.end_work, row.end_studies) == (NO, NO) and not _left_the_base(row, None)
        return NO if told else MISSING

    def others(row: SpellRow) -> str | None:
        found = of(row)
        if either(row) != NO:
            return None
        return UNKNOWN if found == MISSING else found

    inner = [c.key for c in _division(breakdown).fixed if c.key not in (YES, MISSING)]
    known, told = _known(either), _unless_missing(either)
    yield Part(f"{key}?", head, (head, TOTAL), (KNOWN, MISSING), known, columns, (), key)
    yield Part(key, head, (f"{key}?", KNOWN), (YES, NO), told, columns, (), key, 2)
    yield Part(f"{key}:no", head, (key, NO), (*inner, UNKNOWN), others, columns, (), key)


# Fullföljda out of avslutade


def _scoped(plain: Mapping[str, Part]) -> Iterator[Part]:
    """The parts of `BREAKDOWN_OF` for the population that the registry does not have.

    A sum and its two parts: of all who ended, those who completed and the others.
    """
    for name in needed((reads.measure for reads in BREAKDOWN_OF.values()), plain):
        part = plain[name]
        if part.head == COMPLETED:
            yield _in_scope(part, "ended", ENDED, (name, scoped(name, "rest")))
            yield _in_scope(part, "rest", SCOPES[ENDED][1])
            continue
        done, rest = SCOPES[part.head]
        yield _in_scope(part, "completed", done)
        yield _in_scope(part, "rest", rest)
        if not part.combines:
            yield replace(part, combines=(scoped(name, "completed"), scoped(name, "rest")))


def _in_scope(part: Part, scope: str, head: str, combines: tuple[str, ...] = ()) -> Part:
    at_head = part.within[1] == TOTAL
    return replace(
        part,
        measure=scoped(part.measure, scope),
        head=head,
        within=(head, TOTAL) if at_head else (scoped(part.within[0], scope), part.within[1]),
        combines=combines or tuple(scoped(name, scope) for name in part.combines),
        breakdown="",
    )


def needed(names: Iterable[str], parts: Mapping[str, Part]) -> list[str]:
    """Return measures with all that have to be there for them, outer ones first."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        if name in found or name not in parts:
            return
        found[name] = None
        for other in parts[name].needs:
            add(other)

    for name in names:
        add(name)
    return [name for name in parts if name in found]
