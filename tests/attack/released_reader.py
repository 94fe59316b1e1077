"""What a board member makes of a release: tables and targets by their words, as equations.

Nothing is imported of what makes or protects a release. A reader knows that a person has one
place in each family of tables, that half-years add to the year, kön to the total and insatser to
all, that those to follow up ended half-years before, who has come less who has gone is who is
there, and what a mean can be made of.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.attack.released_worlds import FIRST, HALVES, LACKING, OF_STARTED, TABLES_OF, Unknown
from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.targets import Measure, Population
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleasedTarget

KON = ("woman", "man", "unknown")
COLUMN_KON = {"kvinnor": ("woman",), "män": ("man",), "totalt": KON}
HEAD_ROWS = {
    "Startade": "started",
    "Avslutade, alla avslut": "ended",
    "Fullföljda": "completed",
}
BOTH = ("done", "rest")
MANY = 1000.0


@dataclass(frozen=True)
class Line:
    """A statement: the least and greatest of a weighted sum of unknowns."""

    weights: Mapping[Unknown, float]
    low: float
    high: float
    said: str = ""

    def holds(self, truth: Counter[Unknown]) -> bool:
        """Say whether it is true."""
        value = sum(weight * truth[u] for u, weight in self.weights.items())
        return self.low - 1e-6 <= value <= self.high + 1e-6


@dataclass
class Reader:
    """Knows the words (``labels`` of every family) and the insatser; reads what is published."""

    insatser: tuple[str, ...]
    labels: Mapping[str, list[str]]

    def persons(
        self, insats: str | None, halves: Iterable[int], what: str, kon: Iterable[str] = KON
    ) -> list[Unknown]:
        """The unknowns of a head count: started, ended, completed or ongoing."""
        of = self.insatser if insats is None else (insats,)
        name = "ended" if what == "completed" else what
        scopes = {"completed": ("done",), "ended": BOTH}.get(what, ("",))
        return [
            (i, n, name, "", scope, g)
            for i, n, scope, g in itertools.product(of, halves, scopes, kon)
        ]

    def divided(
        self,
        insats: str | None,
        halves: Iterable[int],
        family: str,
        places: Iterable[str],
        scopes: Iterable[str] = BOTH,
        kon: Iterable[str] = KON,
    ) -> list[Unknown]:
        """The unknowns of some places of a family."""
        of = self.insatser if insats is None else (insats,)
        if family in OF_STARTED:
            scopes = ("",)
        return list(
            itertools.product(of, halves, (family,), tuple(places), tuple(scopes), tuple(kon))
        )

    def nature(self, halves: range) -> Iterator[Line]:
        """What holds of any people, and what an unknown adds up to."""
        for insats, n, g in itertools.product(self.insatser, halves, KON):
            for family, labels in self.labels.items():
                scopes = ("",) if family in OF_STARTED else BOTH
                whole = "started" if family in OF_STARTED else "ended"
                for scope in scopes:
                    parts = self.divided(insats, (n,), family, labels, (scope,), (g,))
                    yield Line(
                        {**dict.fromkeys(parts, 1.0), (insats, n, whole, "", scope, g): -1.0}, 0, 0
                    )
            flow = {(insats, n, "ongoing", "", "", g): 1.0, (insats, n, "started", "", "", g): 1.0}
            flow |= {(insats, n, "ended", "", scope, g): -1.0 for scope in BOTH}
            yield Line({**flow, (insats, n + 1, "ongoing", "", "", g): -1.0}, 0, 0)
        # When an insats begins is no secret: nobody was there before.
        before = [
            u
            for insats, n in itertools.product(self.insatser, range(FIRST))
            for what in ("started", "ended", "ongoing")
            for u in self.persons(insats, (n,), what)
        ]
        yield Line(dict.fromkeys(before, 1.0), 0, 0)

    def heads(self, insats: str | None, table: Table) -> Iterator[Line]:
        """Head counts of a half-year, exact."""
        (n,) = halves_of(table)
        words = {
            "Startade": "started",
            "Avslutade, alla avslut": "ended",
            "därav fullföljda": "completed",
        }
        for row in table.rows:
            number = row.cells[0].count
            assert number is not None
            if row.label in words:
                people = self.persons(insats, (n,), words[row.label])
            elif row.label == "Pågående vid periodens början":
                people = self.persons(insats, (n,), "ongoing")
            elif row.label == "Pågående vid periodens slut":
                people = self.persons(insats, (n + 1,), "ongoing")
            else:
                continue
            yield Line(dict.fromkeys(people, 1.0), number, number, f"head {insats} {row.label} {n}")

    def table(self, insats: str | None, table: Table) -> Iterator[Line]:
        """A breakdown, or the table of head counts by kön."""
        if table.key in ("due", "ors_means"):
            yield from self._means(insats, table) if table.key == "ors_means" else ()
            return
        late = re.match(r"sustained_(\d+)", table.key)
        halves = halves_of(table, back=int(late.group(1)) // 6 if late else 0)
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                kon = COLUMN_KON[column]
                if row.label in HEAD_ROWS and (row.emphasis or table.key == "heads_by_gender"):
                    people = self.persons(insats, halves, HEAD_ROWS[row.label], kon)
                elif row.emphasis:
                    people = self.persons(insats, halves, "ended", kon)
                else:
                    people = self.of_row(insats, halves, table.key, row.label, kon)
                what = f"{insats} {table.key} {table.period.key} {row.label} {column}"
                undivided = column == "totalt" and (row.emphasis or table.key == "heads_by_gender")
                yield from said(people, cell, f"head {what}" if undivided else what)

    def of_row(
        self, insats: str | None, halves: Iterable[int], key: str, label: str, kon: Iterable[str]
    ) -> list[Unknown]:
        """The unknowns of a row of a breakdown."""
        family = family_of(key)
        scopes = ("done",) if family == "step_move" else BOTH
        return self.divided(insats, halves, family, self.places(key, label), scopes, kon)

    def places(self, key: str, label: str) -> list[str]:
        """The places of a family that a row's words cover."""
        family = family_of(key)
        label = LACKING if label.startswith("Uppgift saknas eller") else label
        part = 1 if key in ("end_support", "occupation_grew") or key.startswith("ors_class") else 0
        within = {"ors_class_below": "Började under", "ors_class_above": "Började på"}.get(key, "")
        found = []
        for place in self.labels[family]:
            words = place.split("|")
            if words[min(part, len(words) - 1)] == label and place.startswith(within):
                found.append(place)
        assert found, (key, label)
        return found

    def _means(self, insats: str | None, table: Table) -> Iterator[Line]:
        """Scores are 0–40, below the cut-off (25 or, at an early age, 28) or not."""
        number, first, last = (row.cells[0] for row in table.rows)
        if number.count is None:
            return
        halves = halves_of(table)

        def at(key: str, *rows: str) -> list[Unknown]:
            return [u for row in rows for u in self.of_row(insats, halves, key, row, KON)]

        below = at("ors_start", "Började under gränsvärdet")
        above = at("ors_start", "Började på eller över")
        if first.value is not None:
            low, high = ((first.value + d) * number.count for d in (-0.051, 0.051))
            yield Line({**dict.fromkeys(below, 28.0), **dict.fromkeys(above, 40.0)}, low, np.inf)
            yield Line({**dict.fromkeys(above, 25.0)}, -np.inf, high)
        if first.value is None or last.value is None:
            return
        change = (last.value - first.value) * number.count
        slack = 0.11 * number.count
        levels = ("ors_class_below", "ors_class_above")
        better, same, worse = (
            [u for key in levels for u in at(key, words)]
            for words in (
                "Tillförlitligt förbättrad",
                "Ingen tillförlitlig förändring",
                "Tillförlitligt försämrad",
            )
        )
        for signs, limits in (
            ((40.0, 6.0, -4.0), (change - slack, np.inf)),
            ((4.0, -6.0, -40.0), (-np.inf, change + slack)),
        ):
            weights = {
                u: w for group, w in zip((better, same, worse), signs, strict=True) for u in group
            }
            yield Line(weights, *limits, f"{insats} means")

    def target(self, insats: str, target: ReleasedTarget, k: int) -> Iterator[Line]:
        """What a target says: how many meet it, and of those without an answer."""
        parts = self.parts_of(insats, target)
        if parts is None:
            return
        met, failed, lacking = parts
        everyone = [*met, *failed, *lacking]
        what = f"{insats} {target.measure} {target.population} {target.period.key}"
        if target.low is not None and target.high is not None:
            yield Line(dict.fromkeys(met, 1.0), target.low, target.high, what)
            number = re.fullmatch(r"\d+", target.missing)
            fewer = re.fullmatch(r"färre än (\d+)", target.missing)
            if number:
                yield Line(dict.fromkeys(lacking, 1.0), int(number[0]), int(number[0]), what)
            elif fewer:
                yield Line(dict.fromkeys(lacking, 1.0), 0, int(fewer[1]) - 1, what)
            if target.base is not None and (number or target.exact) and target.missing:
                known = dict.fromkeys([*met, *failed], 1.0)
                yield Line(known, target.base, target.base, what)
            elif target.base is not None:
                yield Line(dict.fromkeys(everyone, 1.0), target.base, target.base, what)
        elif target.verdict.value == "too_few":
            yield Line(dict.fromkeys([*met, *failed], 1.0), 0, max(10, 2 * k) - 1, what)

    def parts_of(
        self, insats: str, target: ReleasedTarget
    ) -> tuple[list[Unknown], list[Unknown], list[Unknown]] | None:
        """Those who meet a target, those who do not, and those without an answer."""
        scopes = ("done",) if target.population is Population.COMPLETED else BOTH
        back = {"m6": 1, "m12": 2, "m18": 3}.get(target.point.value, 0)
        halves = halves_of(target, back=back)
        if target.measure is Measure.SUPPORT_ENDED and not back:
            met = ["Offentlig försörjning|Ingen offentlig försörjning"]
            failed = ["Offentlig försörjning|Offentlig försörjning"]
            family = "support"
        else:
            asked = {
                Measure.STEP_FORWARD: ("step_move", ("Framåt",)),
                Measure.WORK_OR_STUDIES: ("end_occupation", ("Arbete eller studier",)),
                Measure.ACTIVE_PLANNING: ("active_planning", ("Ja",)),
                Measure.END_REASON_IN: ("end_reason", ("Arbete", "Studier")),
                Measure.STEP_SAME_OR_HIGHER: (f"sustained_{6 * back}", ("Samma eller högre steg",)),
            }
            if target.measure is Measure.ORS_RELIABLY_IMPROVED:
                family, met = "ors", [p for p in self.labels["ors"] if p.endswith("förbättrad")]
                lacks = [f"{LACKING}|"]
            elif target.measure in asked and not (
                back and "sustained" not in asked[target.measure][0]
            ):
                key, rows = asked[target.measure]
                family = family_of(key)
                met = [place for row in rows for place in self.places(key, row)]
                lacks = [p for p in self.labels[family] if p.split("|")[0] == LACKING]
            else:
                return None
            failed = [p for p in self.labels[family] if p not in (*met, *lacks)]
        lacking = [p for p in self.labels[family] if p not in (*met, *failed)]
        of = lambda places: self.divided(insats, halves, family, places, scopes)  # noqa: E731
        return of(met), of(failed), of(lacking)

    def release(self, insatser: Iterable[ReleasedInsats], k: int) -> list[Line]:
        """Every statement of a release."""
        found: list[Line] = []
        for one in insatser:
            name = None if one.insats_id is None else str(one.insats_id)
            found += self.heads(name, one.heads)
            for table in one.tables:
                found += self.table(name, table)
            for target in one.targets:
                found += self.target(str(name), target, k)
        return found


def family_of(key: str) -> str:
    """The family that a table belongs to."""
    found = [name for name, keys in TABLES_OF.items() if key in keys]
    assert found, f"a reader does not know the table {key}"
    return found[0]


def halves_of(what: Table | ReleasedTarget, back: int = 0) -> list[int]:
    """Which half-years a table's or a target's period is made of, so many half-years before."""
    found = [
        n
        for n, half in enumerate(HALVES)
        if what.period.start <= half.start and half.end <= what.period.end
    ]
    return [n - back for n in found if n - back >= 0]


def said(people: Iterable[Unknown], cell: Cell, what: str) -> Iterator[Line]:
    """What a cell says of a number of people."""
    if cell.kind is CellKind.HIDDEN:
        low, high = cell.low, cell.high
    else:
        low = high = 0 if cell.kind is CellKind.EMPTY else cell.count
    if low is not None and high is not None:
        yield Line(dict.fromkeys(people, 1.0), low, high, what)


class Solver:
    """Worlds that a set of statements allows."""

    def __init__(self, lines: Iterable[Line]) -> None:
        chosen = list(lines)
        self.order = sorted({u for line in chosen for u in line.weights})
        self.at = {u: n for n, u in enumerate(self.order)}
        entries = [
            (r, self.at[u], weight)
            for r, line in enumerate(chosen)
            for u, weight in line.weights.items()
        ]
        rows, columns, values = zip(*entries, strict=True)
        matrix = csr_array((values, (rows, columns)), (len(chosen), len(self.order)))
        self.limits = LinearConstraint(matrix, [x.low for x in chosen], [x.high for x in chosen])

    def vector(self, people: Iterable[Unknown]) -> np.ndarray:
        """Which unknowns a number is the sum of."""
        found = np.zeros(len(self.order))
        for unknown in people:
            found[self.at[unknown]] += 1
        return found

    def world(self, cost: np.ndarray, gap: float = 0.0) -> np.ndarray | None:
        """A world of least cost, or one near it; None when nothing was found."""
        found = milp(
            cost,
            constraints=self.limits,
            bounds=Bounds(0, MANY),
            integrality=np.ones(len(cost)),
            options={"mip_rel_gap": gap, "time_limit": 20},
        )
        return None if found.x is None else np.rint(found.x)
