"""Every exact table once more: slow, obvious, from raw records, without the product's rules.

Used to be held against the real tables. A cell is plain: a number, ``(count, base)`` for a
share, a rounded measured number as text, words, or None for a dash.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import scipy.stats

from tests.integration.table_worlds import Ground, Record, Records
from tracking.domain.endings import END_REASONS
from tracking.domain.periods import add_months

Cell = Any
Lines = dict[str, tuple[Cell, ...]]
K = 5
CUTOFF, YOUNG_CUTOFF, RELIABLE = 250, 280, 60


@dataclass
class Seen:
    """One spell as known on a day."""

    person: Record
    spell: Record
    ended: date | None
    outcome: str | None
    reason: str | None
    start: Record | None
    end: Record | None
    start_sources: set[str]
    end_sources: set[str]
    step_start: int | None
    step_end: int | None
    follow_ups: dict[int, Record]
    later_step: dict[int, int | None]
    scores: dict[str, list[Record]]
    first_ors_on: date | None
    codes: dict[str, str | None]

    @property
    def gender(self) -> str:
        return str(self.person["gender"])

    @property
    def started(self) -> date:
        day: date = self.spell["started_on"]
        return day


def seen(made: Records, ground: Ground, as_of: date) -> list[Seen]:
    """Every spell that had started by a day, without what was voided or is dated later."""
    keys = {code_id: key for (_, key), code_id in ground.codes.items()}
    found = []
    for spell in made.of["spell"]:
        if spell["started_on"] > as_of or spell["outcome"] == "misregistered":
            continue
        person = next(p for p in made.of["participant"] if p["id"] == spell["participant_id"])
        ended = spell["ended_on"]
        if ended is not None and ended > as_of:
            ended = None
        own = {
            kind: [
                row
                for row in made.of[kind]
                if row["spell_id"] == spell["id"] and row.get("voided_at") is None
            ]
            for kind in ("step", "situation", "attendance", "follow_up")
        }
        steps = [row for row in own["step"] if row["assessed_on"] <= as_of]
        situations = {
            row["occasion"]: row for row in own["situation"] if row["described_on"] <= as_of
        }
        follow_ups: dict[int, Record] = {}
        later: dict[int, int | None] = {}
        for row in own["follow_up"]:
            if ended is None:
                continue
            closed = row["done_on"] or row["closed_on"]
            status = "due" if closed is not None and closed > as_of else row["status"]
            follow_ups[row["months"]] = row | {"status": status}
            later[row["months"]] = _nearest(steps, f"m{row['months']}", row["due_on"])
        scores: dict[str, list[Record]] = {"ORS": [], "SRS": [], "GSRS": []}
        for attendance in own["attendance"]:
            held = next(s for s in made.of["session"] if s["id"] == attendance["session_id"])
            if held["voided_at"] is not None or held["held_on"] > as_of:
                continue
            for rating in made.of["rating"]:
                counts = rating["voided_at"] is None and rating["total"] is not None
                if counts and rating["attendance_id"] == attendance["id"]:
                    when = (held["held_on"], held["order_in_day"], rating["id"])
                    scores[rating["instrument"]].append(rating | {"when": when})
        for ratings in scores.values():
            ratings.sort(key=lambda rating: rating["when"])
        sources: dict[str, set[str]] = {"start": set(), "end": set()}
        for occasion, named in sources.items():
            if occasion in situations:
                for row in made.of["source"]:
                    if row["situation_id"] == situations[occasion]["id"]:
                        named.add(row["source"])
        reason = keys.get(spell["end_reason_id"] or 0) if ended else None
        found.append(
            Seen(
                person=person,
                spell=spell,
                ended=ended,
                outcome=spell["outcome"] if ended else None,
                reason=reason,
                start=situations.get("start"),
                end=situations.get("end"),
                start_sources=sources["start"],
                end_sources=sources["end"],
                step_start=_first(steps, spell["started_on"]),
                step_end=None if ended is None else _last(steps, ended),
                follow_ups=follow_ups,
                later_step=later,
                scores=scores,
                first_ors_on=scores["ORS"][0]["when"][0] if scores["ORS"] else None,
                codes={
                    name: keys.get(spell[f"{name}_id"] or 0)
                    for name in ("referrer", "education", "municipality", "need_group")
                }
                | {"support_band": keys.get(spell["support_band_id"] or 0)},
            )
        )
    return found


def _level(row: Record) -> int:
    return -1 if row["no_prospects"] else int(row["position"])


def _first(steps: list[Record], day: date) -> int | None:
    near = [s for s in steps if abs((s["assessed_on"] - day).days) <= 30]
    near.sort(key=lambda s: (s["assessed_on"], s["id"]))
    return _level(near[0]) if near else None


def _last(steps: list[Record], day: date) -> int | None:
    near = [s for s in steps if abs((s["assessed_on"] - day).days) <= 30]
    near.sort(key=lambda s: (s["assessed_on"], s["id"]))
    return _level(near[-1]) if near else None


def _nearest(steps: list[Record], occasion: str, due: date) -> int | None:
    own = [
        s for s in steps if s["occasion"] == occasion and -30 <= (s["assessed_on"] - due).days <= 60
    ]
    own.sort(key=lambda s: (abs((s["assessed_on"] - due).days), s["assessed_on"], s["id"]))
    return _level(own[0]) if own else None


# What one spell says


def age(s: Seen) -> str:
    years = s.started.year - s.person["birth_year"]
    for low, high in ((16, 18), (19, 24), (25, 29), (30, 44), (45, 64)):
        if low <= years <= high:
            return f"{low}–{high} år"
    return "under 16 eller över 64 år"


def support_time(s: Seen) -> str:
    known = s.spell["support_months_known"]
    if known == "unknown":
        return "Vet ej"
    if known == "band":
        return str(s.codes["support_band"]).capitalize()
    if known is None:
        return "Uppgift saknas"
    months = s.spell["support_months"]
    if months == 0:
        return "None"
    if months <= 12:
        return "Under_1_year"
    if months <= 24:
        return "1–2 år"
    return "2_to_5_years" if months <= 60 else "5–10 år" if months <= 120 else "Mer än 10 år"


def listed(name: str) -> Callable[[Seen], str]:
    return lambda s: str(s.codes[name]).capitalize() if s.codes[name] else "Uppgift saknas"


SICK = {
    "sickness_benefit",
    "rehabilitation_benefit",
    "sickness_compensation",
    "activity_compensation",
}
MARKET = {"unemployment_benefit", "activity_support", "establishment_benefit"}


def support(situation: Record | None, sources: set[str]) -> str:
    if situation is None or situation["support_unknown"]:
        return "Uppgift saknas"
    if situation["no_support"]:
        return "Ingen offentlig försörjning"
    if sources & SICK:
        return "Ohälsa"
    if sources & MARKET:
        return "Arbetsmarknadsstöd"
    if "income_support" in sources:
        return "Ekonomiskt bistånd"
    return "Studiestöd" if "study_support" in sources else "Annan offentlig försörjning"


GROUPS = (
    "Ohälsa",
    "Arbetsmarknadsstöd",
    "Ekonomiskt bistånd",
    "Studiestöd",
    "Annan offentlig försörjning",
    "Ingen offentlig försörjning",
    "Uppgift saknas",
)


def occupation(situation: Record | None) -> str:
    if situation is None:
        return "Uppgift saknas"
    work, studies, seeking = (situation[name] for name in ("work", "studies", "seeking"))
    if work == "yes" and studies == "yes":
        return "Arbete och studier"
    if work == "yes":
        return "Arbete"
    if studies == "yes":
        return "Studier"
    if "unknown" in (work, studies, seeking):
        return "Uppgift saknas"
    if seeking == "yes":
        return "Söker arbete aktivt"
    return "Varken arbete, studier eller arbetssökande"


OCCUPATIONS = (
    "Arbete",
    "Studier",
    "Arbete och studier",
    "Söker arbete aktivt",
    "Varken arbete, studier eller arbetssökande",
    "Uppgift saknas",
)
ACTIVE = OCCUPATIONS[:3]


def grew_in(s: Seen, what: str) -> bool | None:
    if s.end is None or s.end[what] == "unknown":
        return None
    if s.end[what] == "no":
        return False
    if s.start is None or s.start[what] == "unknown":
        return None
    if s.start[what] == "no":
        return True
    before, after = s.start[f"{what}_percent"], s.end[f"{what}_percent"]
    return None if before is None or after is None else after > before


def grew(s: Seen) -> bool | None:
    both = grew_in(s, "work"), grew_in(s, "studies")
    return True if True in both else None if None in both else False


def move(s: Seen) -> str:
    if s.step_end == -1:
        return "Inga utsikter för arbete"
    if s.step_start is None or s.step_end is None:
        return "Bedömning saknas"
    if s.step_start == -1:
        return "Inga utsikter för arbete"
    if s.step_end > s.step_start:
        return "Framåt"
    return "Bakåt" if s.step_end < s.step_start else "Oförändrat"


def kept(s: Seen, months: int) -> bool | None:
    later = s.later_step.get(months)
    if s.step_end is None or later is None:
        return None
    return s.step_end >= 0 and later >= 0 and later >= s.step_end


def after(s: Seen, months: int) -> str:
    known = kept(s, months)
    if known is not None:
        return "Samma eller högre steg" if known else "Lägre steg eller inga utsikter för arbete"
    return {
        "not_reached": "Inte nådda",
        "declined": "Avböjde",
        "no_contact_consent": "Utan samtycke till kontakt",
        "due": "Ännu inte gjorda",
    }.get(s.follow_ups[months]["status"], "Bedömning saknas")


def totals(s: Seen, instrument: str) -> list[int]:
    return [int(rating["total"]) for rating in s.scores[instrument]]


def pair(s: Seen, instrument: str = "ORS") -> tuple[int, int] | None:
    found = totals(s, instrument)
    return (found[0], found[-1]) if len(found) > 1 else None


def cutoff(s: Seen) -> int:
    assert s.first_ors_on is not None
    years = s.first_ors_on.year - s.person["birth_year"]
    return YOUNG_CUTOFF if 13 <= years <= 17 else CUTOFF


def below(s: Seen) -> bool:
    return totals(s, "ORS")[0] < cutoff(s)


CLASSES = (
    "tillförlitligt förbättrad och över gränsvärdet",
    "tillförlitligt förbättrad",
    "över gränsvärdet utan tillförlitlig förändring",
    "oförändrad",
    "tillförlitligt försämrad",
)


def ors_class(s: Seen) -> str:
    found = pair(s)
    assert found is not None
    crossed = below(s) and found[1] >= cutoff(s)
    if found[1] - found[0] >= RELIABLE:
        return CLASSES[0] if crossed else CLASSES[1]
    if found[0] - found[1] >= RELIABLE:
        return CLASSES[4]
    return CLASSES[2] if crossed else CLASSES[3]


def srs_raises(s: Seen) -> bool:
    last = s.scores["SRS"][-1]
    scales = [last[f"scale_{n}"] for n in (1, 2, 3, 4)]
    falls = len(s.scores["SRS"]) > 1 and s.scores["SRS"][-2]["total"] - last["total"] >= 10
    return last["total"] < 360 or falls or (None not in scales and min(scales) < 90)


# Writing numbers


def number(value: float | Fraction | None, decimals: int = 1) -> str | None:
    if value is None:
        return None
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator)
        if isinstance(value, Fraction)
        else Decimal(repr(float(value)))
    )
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{rounded if rounded else abs(rounded):,}"
    return text.replace(",", "\u202f").replace(".", ",").replace("-", "−")


def share(count: int, base: int) -> Cell:
    return (count, base) if base else None


def wilson(count: int, base: int) -> tuple[float, float]:
    z = scipy.stats.norm.ppf(0.975)
    p = count / base
    middle = (p + z * z / (2 * base)) / (1 + z * z / base)
    half = z / (1 + z * z / base) * math.sqrt(p * (1 - p) / base + z * z / (4 * base * base))
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == base else middle + half
    return low, high


def difference(first: tuple[int, int], second: tuple[int, int]) -> tuple[Cell, Cell]:
    (k1, n1), (k2, n2) = first, second
    if n1 == 0 or n2 == 0:
        return None, "ingen uppgift att jämföra med"
    if n1 < K or n2 < K:
        return None, "för få för att jämföra"
    (low1, high1), (low2, high2) = wilson(k1, n1), wilson(k2, n2)
    p1, p2 = k1 / n1, k2 / n2
    middle = float(Fraction(k1, n1) - Fraction(k2, n2))
    low = middle - math.hypot(p1 - low1, high2 - p2)
    high = middle + math.hypot(high1 - p1, p2 - low2)
    points = number(100 * middle, 0)
    unit = "procentenhet" if points in ("1", "−1") else "procentenheter"
    words = f"{points} {unit} ({number(100 * low, 0)} till {number(100 * high, 0)})"
    if low <= 0 <= high:
        return words, "går inte att skilja åt"
    return words, "högre" if middle > 0 else "lägre"


def means(pairs: list[tuple[int, int]]) -> tuple[Cell, ...]:
    n = len(pairs)
    if n < K:
        return (n, *[None] * 9)
    firsts, lasts = [a for a, _ in pairs], [b for _, b in pairs]
    changes = [b - a for a, b in pairs]
    mean = statistics.fmean(changes)
    spread = statistics.stdev(changes)
    half = scipy.stats.t.ppf(0.975, n - 1) * spread / math.sqrt(n)
    first_spread = statistics.stdev(firsts)
    effect = mean / first_spread * (1 - 3 / (4 * n - 5)) if first_spread else None
    moved = [change for change in changes if change]
    p_value = float(scipy.stats.wilcoxon(moved).pvalue) if moved else 1.0
    return (
        n,
        number(statistics.fmean(firsts) / 10),
        number(statistics.fmean(lasts) / 10),
        number(mean / 10),
        f"{number((mean - half) / 10)} till {number((mean + half) / 10)}" if spread else None,
        number(statistics.median(changes) / 10),
        number(spread / 10),
        number(effect, 2),
        "< 0,001" if p_value < 0.001 else number(p_value, 3),
        "osäkert" if n < 30 else "minst 30 par",
    )


def kaplan_meier(stays: list[tuple[int, bool]]) -> list[int | None]:
    quartiles: list[int | None] = [None, None, None]
    still = Fraction(1)
    for days in sorted({days for days, _ in stays}):
        at_risk = sum(other >= days for other, _ in stays)
        left = sum(other == days and ended for other, ended in stays)
        still *= 1 - Fraction(left, at_risk)
        for place, limit in enumerate((Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))):
            if quartiles[place] is None and still <= limit:
                quartiles[place] = days
    return quartiles


# The populations of a period


POPULATIONS = (
    "spells",
    "started",
    "completed",
    "interrupted",
    "outside",
    "ended",
    "at_start",
    "at_end",
    "active",
)


class Slow:
    """One world in its period, and every table of it."""

    def __init__(self, made: Records, ground: Ground, today: date, start: date, end: date) -> None:
        self.made, self.ground, self.today = made, ground, today
        self.start, self.end = start, end
        self.spells = seen(made, ground, end)
        self.started = [s for s in self.spells if s.started >= start]
        over = [s for s in self.spells if s.ended is not None and s.ended >= start]
        self.completed = [s for s in over if s.outcome == "completed"]
        self.interrupted = [s for s in over if s.outcome == "interrupted"]
        self.outside = [s for s in over if s.outcome == "outside"]
        self.ended = self.completed + self.interrupted
        self.at_start = [
            s for s in self.spells if s.started < start and (s.ended is None or s.ended >= start)
        ]
        self.at_end = [s for s in self.spells if s.ended is None]
        self.active = self.at_start + self.started

    def only(self, gender: str) -> Slow:
        """The same of one kön alone."""
        one = copy(self)
        for name in POPULATIONS:
            rows = [s for s in getattr(self, name) if s.gender == gender]
            setattr(one, name, rows)
        return one

    def due(self, months: int) -> list[Seen]:
        last = min(self.end, self.today)
        return [
            s
            for s in self.spells
            if s.outcome in ("completed", "interrupted")
            and months in s.follow_ups
            and self.start <= s.follow_ups[months]["due_on"] <= last
        ]

    def alive(self, months: int) -> list[Seen]:
        return [s for s in self.due(months) if s.follow_ups[months]["status"] != "deceased"]


def genders(*populations: Iterable[Seen]) -> list[str]:
    unknown = any(s.gender == "unknown" for rows in populations for s in rows)
    return ["woman", "man", "unknown"] if unknown else ["woman", "man"]


def parts(rows: list[Seen], columns: list[str]) -> list[list[Seen]]:
    return [[s for s in rows if s.gender == gender] for gender in columns] + [rows]


def divided(
    rows: list[Seen], labels: Iterable[str], says: Callable[[Seen], str], total: str = "Alla"
) -> Lines:
    columns = parts(rows, genders(rows))
    lines: Lines = {
        label: tuple(share(sum(says(s) == label for s in part), len(part)) for part in columns)
        for label in labels
    }
    return lines | {total: tuple(len(part) for part in columns)}


def before_after(
    rows: list[Seen],
    labels: Iterable[str],
    first: Callable[[Seen], str],
    last: Callable[[Seen], str],
) -> Lines:
    columns = parts(rows, genders(rows))
    lines: Lines = {}
    for label in labels:
        cells: list[Cell] = []
        for part in columns:
            cells += [share(sum(f(s) == label for s in part), len(part)) for f in (first, last)]
        lines[label] = tuple(cells)
    return lines | {"Alla": tuple(len(part) for part in columns for _ in (0, 1))}


REASONS = tuple(reason.label for reason in END_REASONS.values())
LABEL_OF_REASON = {reason.key: reason.label for reason in END_REASONS.values()}
DAY = timedelta(days=1)
THREE_YEARS = -36


def stays(slow: Slow) -> list[tuple[str, int, bool]]:
    until = min(slow.end, slow.today)
    first = add_months(until, THREE_YEARS)
    found = []
    for spell in slow.made.of["spell"]:
        if spell["outcome"] == "misregistered" or not first < spell["started_on"] <= until:
            continue
        over = spell["ended_on"] is not None and spell["ended_on"] <= until
        last = spell["ended_on"] if over else until
        person = next(p for p in slow.made.of["participant"] if p["id"] == spell["participant_id"])
        days = (last - spell["started_on"]).days + 1
        found.append((person["gender"], days, over and spell["outcome"] != "outside"))
    return found
