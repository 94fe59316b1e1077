"""Small random förbund in a real database, released by the real functions, and the truth of it.

Participants come and go over two years; between releases days and kön are corrected, a spell is
voided and a consent withdrawn. The truth is counted with the registry's own definitions of the
words on a page, never with what the disclosure control is given.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import time_machine
from sqlmodel import select

from tests.integration.result_worlds import NO, YES, World, building
from tracking.access.actors import Actor
from tracking.domain.endings import Outcome
from tracking.domain.periods import Period, add_months, half_year
from tracking.domain.records import FollowUpStatus, Gender, WithdrawalReason
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.targets import Measure, PointInTime, Population
from tracking.outcomes.breakdowns import BREAKDOWNS
from tracking.outcomes.cohorts import SpellRow, follow_up_of, read_cohort
from tracking.outcomes.divisions import MISSING
from tracking.outcomes.lists import read_setting
from tracking.outcomes.releases import prepare_and_publish
from tracking.services import withdraw_consent
from tracking.store.database import Database
from tracking.store.tables import Code, Participant, Spell
from tracking.store.thresholds import thresholds_on

HALVES = tuple(half_year(y, n) for y in (2023, 2024, 2025) for n in (1, 2))
"""The first two are there for follow-ups to look back on; all insatser begin with the third."""

FIRST = 2
LACKING = "?"
SEEKING_UNKNOWN = "Vet ej om arbete söks"
TABLES_OF = {
    "age": ("age",),
    "referrer": ("referrer",),
    "end_reason": ("end_reason",),
    "support": ("start_support", "end_support"),
    "occupation": ("end_occupation", "occupation_grew"),
    "active_planning": ("active_planning",),
    "ors": ("ors_start", "ors_class_below", "ors_class_above"),
    "stay": ("stay",),
    "step_move": ("step_move",),
    "sustained_6": ("sustained_6",),
    "sustained_12": ("sustained_12",),
    "sustained_18": ("sustained_18",),
    "support_time": ("support_time",),
}
"""What is divided together: a person has one place in each, however many tables tell of it."""

OF_STARTED = ("age", "referrer", "support_time")
Unknown = tuple[str, int, str, str, str, str]
"""Insats, half-year, family, place in it, fullföljt or not, kön."""


@dataclass
class Forbund:
    """A world: where it is, who may read and release it, and what was done on the way."""

    database: Database
    admin: Actor
    board: Actor
    responsible: Actor
    insatser: tuple[int, ...]
    dice: random.Random
    corrected: bool = False
    released: list[str] = field(default_factory=list)

    def release(self, half: Period) -> None:
        """Prepare and publish, a month after the half-year."""
        with time_machine.travel(add_months(half.end, 1) + timedelta(days=3), tick=False):
            prepare_and_publish(self.database, self.admin, half.key, key=str(uuid4()))
        self.released.append(half.key)

    def correct(self, half: Period) -> None:
        """Move an end, change a kön, void a spell, withdraw a consent."""
        self.corrected = True
        dice = self.dice
        with building(self.database) as world:
            spells = world.session.exec(select(Spell).where(Spell.ended_on <= half.end)).all()  # type: ignore[operator]
            gone = next(spell for spell in spells if spell.insats_id == self.insatser[-1])
            moved, void, other = dice.sample([spell for spell in spells if spell is not gone], 3)
            assert moved.ended_on is not None
            moved.ended_on = moved.ended_on + timedelta(days=dice.choice((1, 30, 200)))
            void.outcome, void.end_reason_id = Outcome.MISREGISTERED, None
            void.misregistered_reason = "wrong_person"
            person = world.session.get(Participant, other.participant_id)
            assert person is not None
            person.gender = Gender.MAN if person.gender is Gender.WOMAN else Gender.WOMAN
            for row in (moved, void, person):
                world.session.add(row)
            gone_id = int(gone.id or 0)
        with time_machine.travel(add_months(half.end, 2), tick=False):
            withdraw_consent(
                self.database,
                self.responsible,
                spell_id=gone_id,
                reason=WithdrawalReason.CONSENT_WITHDRAWN,
                on=half.end,
                key=str(uuid4()),
            )

    def truth(self, until: date) -> Counter[Unknown]:
        """Every unknown of a board's reader, as known on a day."""
        found: Counter[Unknown] = Counter()
        whole = Period(date(2015, 1, 1), until)
        with self.database.reading() as session:
            setting = read_setting(session, thresholds_on(session, until), None)
            for insats in self.insatser:
                for row in read_cohort(session, insats, whole, today=until).rows:
                    found.update(_places(str(insats), row, setting))
        return found


def labels(setting: object) -> dict[str, list[str]]:
    """The places of every family, as a page names them."""
    known: dict[str, list[str]] = {}
    for family, keys in TABLES_OF.items():
        own = [_words(key, setting) for key in keys]
        if family == "support":
            known[family] = [f"{a}|{b}" for a in own[0].values() for b in own[1].values()]
        elif family == "ors":
            directions = list(own[1].values())
            known[family] = [
                *(f"{own[0][level]}|{d}" for level in ("below", "above") for d in directions),
                f"{LACKING}|",
            ]
        elif family == "occupation":
            works = own[0]["yes"]
            known[family] = [
                *(f"{works}|{grew}" for grew in own[1].values()),
                *(f"{label}|" for key, label in own[0].items() if key != "yes"),
                f"{SEEKING_UNKNOWN}|",
            ]
        else:
            known[family] = list(own[0].values())
    return known


def _words(key: str, setting: object) -> dict[str, str]:
    division = BREAKDOWNS[key].released
    assert division is not None
    return {
        item.key: LACKING if item.key == MISSING else item.label
        for item in division.categories(setting)  # type: ignore[arg-type]
    }


def half_of(day: str | None) -> int | None:
    """Which of the half-years a day lies in."""
    return next(
        (
            n
            for n, h in enumerate(HALVES)
            if day and h.start.isoformat() <= day <= h.end.isoformat()
        ),
        None,
    )


def _places(insats: str, row: SpellRow, setting: object) -> list[Unknown]:
    found: list[Unknown] = []
    started, ended = half_of(row.started_on), half_of(row.ended_on)
    for n in range(len(HALVES) + 1):
        first = (half_year(2023 + n // 2, n % 2 + 1).start).isoformat()
        if row.started_on < first and (row.ended_on is None or row.ended_on >= first):
            found.append((insats, n, "ongoing", "", "", row.gender))
    if started is not None:
        found.append((insats, started, "started", "", "", row.gender))
        for family in OF_STARTED:
            found.append((insats, started, family, _place(family, row, setting), "", row.gender))
    if ended is not None:
        scope = "done" if row.outcome == Outcome.COMPLETED else "rest"
        found.append((insats, ended, "ended", "", scope, row.gender))
        for family in TABLES_OF.keys() - set(OF_STARTED):
            place = _place(family, row, setting)
            found.append((insats, ended, family, place, scope, row.gender))
    return found


def _place(family: str, row: SpellRow, setting: object) -> str:
    keys = TABLES_OF[family]
    own = [_category(key, row, setting) for key in keys]
    if family == "support":
        return f"{own[0]}|{own[1]}"
    if family == "ors":
        return f"{own[0]}|" if own[0] == LACKING else f"{own[0]}|{own[1]}"
    if family == "occupation":
        left = row.outcome == Outcome.OUTSIDE
        if own[0] == LACKING and (row.end_work, row.end_studies) == ("no", "no") and not left:
            return f"{SEEKING_UNKNOWN}|"
        works = _words(keys[0], setting)["yes"]
        return f"{own[0]}|{own[1]}" if own[0] == works else f"{own[0]}|"
    return own[0]


def _category(key: str, row: SpellRow, setting: object) -> str:
    breakdown = BREAKDOWNS[key]
    assert breakdown.released is not None
    words = _words(key, setting)
    months = breakdown.head.months
    dead = months is not None and follow_up_of(row, months).status == FollowUpStatus.DECEASED
    if MISSING in words and (row.outcome == Outcome.OUTSIDE or dead):
        return LACKING
    if key.startswith("ors_class") and row.ors_n < 2:
        return LACKING
    return words[breakdown.released.of(row, setting)]  # type: ignore[arg-type]


# Making one

REASONS = ("work", "studies", "continued_rehabilitation", "illness", "own_request", "moved")
ASKED = (
    (Measure.STEP_FORWARD, Population.COMPLETED, PointInTime.DURING, ()),
    (Measure.STEP_FORWARD, Population.ENDED, PointInTime.DURING, ()),
    (Measure.SUPPORT_ENDED, Population.ENDED, PointInTime.AT_END, ()),
    (Measure.SUPPORT_ENDED, Population.COMPLETED, PointInTime.AT_END, ()),
    (Measure.WORK_OR_STUDIES, Population.ENDED, PointInTime.AT_END, ()),
    (Measure.WORK_OR_STUDIES, Population.COMPLETED, PointInTime.AT_END, ()),
    (Measure.ACTIVE_PLANNING, Population.ENDED, PointInTime.AT_END, ()),
    (Measure.ORS_RELIABLY_IMPROVED, Population.ENDED, PointInTime.DURING, ()),
    (Measure.END_REASON_IN, Population.ENDED, PointInTime.AT_END, ("work", "studies")),
    (Measure.STEP_SAME_OR_HIGHER, Population.ENDED, PointInTime.M6, ()),
    (Measure.STEP_SAME_OR_HIGHER, Population.COMPLETED, PointInTime.M18, ()),
    (Measure.YEAR_PLACES, Population.STARTED, PointInTime.PERIOD, ()),
)


def random_forbund(
    database: Database, number: int, sizes: tuple[int, ...] = (), *, wide: bool = False
) -> Forbund:
    """A förbund of two or three insatser with 3–40 participants, or of the sizes given.

    A ``wide`` one has three, which also ask for slips, årsplatser, what a participant costs and
    work or studies half a year later.
    """
    dice = random.Random(number)
    if wide:
        sizes = sizes or tuple(dice.choice((8, 15, 25, 40)) for _ in range(3))
    sizes = sizes or tuple(dice.choice((3, 8, 15, 25, 40)) for _ in range(dice.choice((2, 3))))
    closing = dice.random() < 0.4
    with building(database) as world:
        world.calendar()
        region = Code(list_key="referrer", key="region", label="Regionen", sort=9)
        world.session.add(region)
        world.session.flush()
        world.codes["referrer", "region"] = region.id
        insatser = tuple(
            world.insats(f"Insats {n + 1}", starts_on=date(2024, 1, 1)) for n in range(len(sizes))
        )
        for n, (insats, size) in enumerate(zip(insatser, sizes, strict=True)):
            rates = [dice.uniform(0.1, 0.9) for _ in range(8)]
            for _ in range(size):
                _person(world, insats, dice, rates, all_end=closing and n == 0)
            for measure, population, point, codes in dice.sample(ASKED, 3):
                world.target(
                    insats,
                    measure,
                    value=dice.choice((20, 40, 60, 80)),
                    population=population,
                    point=point,
                    codes=codes,
                )
            if wide:
                _asks_more(world, insats, dice, sizes[n])
        found = Forbund(
            database,
            world.actor(Role.FORBUND_ADMIN),
            world.actor(Role.BOARD),
            world.actor(Role.CASE_WORKER, insatser[-1]),
            insatser,
            dice,
        )
    return found


def _asks_more(world: World, insats: int, dice: random.Random, size: int) -> None:
    question = world.slip_question(f"fraga-{insats}")
    for half in HALVES[FIRST:]:
        numbers = [dice.randrange(size // 3 + 1) for _ in range(5)]
        world.slips(insats, question, half.start + timedelta(days=30), numbers)
    for year in (2024, 2025):
        world.budget(insats, year, 50_000 * size)
    ended = Population.ENDED
    world.target(insats, Measure.POSITIVE_SLIPS, question_id=question)
    world.target(insats, Measure.WORK_OR_STUDIES, population=ended, point=PointInTime.M6)
    world.target(insats, Measure.YEAR_PLACES, population=Population.STARTED)
    world.target(insats, Measure.COST_PER_PARTICIPANT, population=Population.STARTED)


def _person(
    world: World, insats: int, dice: random.Random, rates: list[float], *, all_end: bool
) -> None:
    started = date(2024, 1, 1) + timedelta(days=dice.randrange(500 if all_end else 700))
    ended: date | None = started + timedelta(days=dice.choice((40, 150, 150, 300)))
    if all_end:
        ended = min(ended or started, date(2025, 12, 20))
    elif dice.random() < 0.15:
        ended = None
    gender = dice.choices(
        (Gender.WOMAN, Gender.MAN, Gender.UNKNOWN), (rates[0], 1 - rates[0], 0.03)
    )[0]
    ors = []
    for day in (started, started + timedelta(days=30)):
        if dice.random() < 0.8:
            ors.append((day, dice.choice((120, 200, 240, 280, 340))))
    spell = world.spell(
        insats,
        started,
        ended,
        reason=dice.choices(REASONS, (3, 1, 5, 2, 1, 0.3))[0],
        gender=gender,
        birth_year=dice.choice((1970, 1990, 2000)),
        steps=(1, dice.choice((None, 0, 1, 2, 2, 3))),
        ors=ors,
        active_planning=dice.choice((None, YES, NO)),
    )
    row = world.session.get(Spell, spell)
    assert row is not None
    if dice.random() < rates[1]:
        row.referrer_id = int(world.codes["referrer", "region"] or 0)
    for occasion, day, none in ((Occasion.START, started, 0.05), (Occasion.END, ended, rates[2])):
        if day is not None and dice.random() < 0.93:
            support = "none" if dice.random() < none else dice.choice(("some",) * 9 + ("unknown",))
            work = YES if occasion is Occasion.END and dice.random() < rates[3] else NO
            world.situation(spell, occasion, day, support=support, work=work)
    if ended is None or row.outcome not in (Outcome.COMPLETED, Outcome.INTERRUPTED):
        return
    for months in (6, 18):
        if add_months(ended, months) <= HALVES[-1].end and dice.random() < 0.8:
            level = dice.choice((0, 1, 2, 3))
            world.follow_up(spell, months, FollowUpStatus.DONE, step=level)
