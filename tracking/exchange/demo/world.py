"""The people of the demo and what happens to them, insats by insats: pure, from dice alone.

Each insats is made whole before the next, so that a nation never lies in memory. Persons are
kept only as long as their controller has insatser to come, since they may turn up there again:
at the same time, or when one insats hands over to another. Numbers of persons and spells are
given here, from 1, because the database is empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracking.domain.endings import Outcome
from tracking.domain.records import Gender
from tracking.exchange.demo import course
from tracking.exchange.demo.after import MadeFollowUp, follow_ups
from tracking.exchange.demo.course import MadeRating, MadeTalk, Temper
from tracking.exchange.demo.dice import Dice
from tracking.exchange.demo.plan import PlannedInsats
from tracking.exchange.demo.standing import MadeAnswers, MadeSituation, MadeStep, Standing, standing

GROUP_SIZE = 12
WEEKDAY_OF_GROUPS = 2
"""Wednesday."""

INTERRUPTED_REASONS = (
    ("illness", 0.30),
    ("own_request", 0.30),
    ("ended_by_insats", 0.14),
    ("unknown", 0.18),
    ("parental_leave", 0.08),
)
OTHER_COMPLETED_REASONS = (
    ("continued_rehabilitation", 0.62),
    ("back_to_ordinary", 0.23),
    ("other_insats", 0.15),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A participant. ``number`` counts within the controller."""

    id: int
    number: int
    birth_year: int
    gender: Gender


@dataclass(slots=True)
class Story:
    """One spell with all that happened in it and after it."""

    id: int
    person: Person
    started_on: date
    ended_on: date | None
    outcome: Outcome | None
    reason: str | None
    outcome_reason: str | None
    active_planning: bool | None
    consent_contact: bool
    consent_disclosure: bool
    previous_spell_id: int | None
    temper: Temper
    talks: list[MadeTalk]
    steps: list[MadeStep] = field(default_factory=list)
    situations: list[MadeSituation] = field(default_factory=list)
    answers: list[MadeAnswers] = field(default_factory=list)
    follow_ups: list[MadeFollowUp] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A group meeting: who was expected, who came, and their G-SRS."""

    day: date
    members: tuple[tuple[int, bool, MadeRating | None], ...]


@dataclass(frozen=True, slots=True)
class MadeInsats:
    """All that happened in one insats. ``persons`` are those not seen before."""

    insats: PlannedInsats
    persons: list[Person]
    stories: list[Story]
    meetings: list[Meeting]


class World:
    """Makes the insatser one by one, in the order of the plan grouped by controller."""

    def __init__(self, seed: int, today: date, shares: dict[str, float]) -> None:
        self._seed = seed
        self._today = today
        self._shares = shares
        self._persons = 0
        self._spells = 0
        self._number_in: dict[tuple[str, int], int] = defaultdict(int)

    def insatser(self, plan: tuple[PlannedInsats, ...]) -> Iterator[MadeInsats]:
        """Every insats that works with persons."""
        by_controller: dict[tuple[str, int], list[PlannedInsats]] = defaultdict(list)
        for insats in plan:
            if insats.spells:
                by_controller[insats.pattern.controller, insats.controller_group].append(insats)
        for controller, group in by_controller.items():
            known: list[Story] = []
            for insats in group:
                made = self._insats(controller, insats, known)
                yield made
                for story in made.stories:
                    # Heavy, and nobody asks for them again.
                    story.talks = []
                known.extend(made.stories)

    def _insats(
        self, controller: tuple[str, int], insats: PlannedInsats, known: list[Story]
    ) -> MadeInsats:
        dice = Dice(self._seed, insats.place)
        starts = self._starts(dice, insats)
        completed = dice.quota(len(starts), insats.pattern.completed)
        women = dice.quota(len(starts), insats.pattern.women)
        ages = dice.spread(len(starts))
        persons: list[Person] = []
        stories: list[Story] = []
        open_until: dict[int, date] = {}
        for place, start in enumerate(starts):
            person, previous = self._someone(dice, insats, start, known, stories, open_until)
            if person is None:
                person = self._new_person(
                    dice, controller, insats, start, woman=women[place], age=ages[place]
                )
                persons.append(person)
            story = self._story(dice, insats, person, start, previous, full=completed[place])
            stories.append(story)
            open_until[person.id] = story.ended_on or date.max
        meetings = self._meetings(dice, insats, stories) if insats.pattern.groups else []
        return MadeInsats(insats, persons, stories, meetings)

    def _starts(self, dice: Dice, insats: PlannedInsats) -> list[date]:
        days = max(1, (insats.last_spell_on - insats.first_spell_on).days)
        starts = []
        for share in dice.spread(insats.spells):
            day = insats.first_spell_on + timedelta(days=int(share * days))
            if day.month == 7 and dice.chance(0.7):
                day = day + timedelta(days=31)
            day = course.workday(day)
            while day > insats.last_spell_on:
                day -= timedelta(days=3)
            starts.append(day if day.weekday() < 5 else day - timedelta(days=day.weekday() - 4))
        return sorted(starts)

    def _someone(
        self,
        dice: Dice,
        insats: PlannedInsats,
        start: date,
        known: list[Story],
        here: list[Story],
        open_until: dict[int, date],
    ) -> tuple[Person | None, int | None]:
        """Somebody who is known already, and the spell that hands over; or nobody."""
        luck = dice.even()
        if luck < self._shares["re_entry"]:
            return self._again(dice, start, here, open_until), None
        luck -= self._shares["re_entry"]
        wants_parallel = luck < self._shares["parallel"]
        if not wants_parallel and luck - self._shares["parallel"] >= self._shares["hand_over"]:
            return None, None
        fitting = [
            other
            for other in known
            if _goes_on(other, start, at_the_same_time=wants_parallel)
            and other.person.id not in open_until
            and _of_age(insats, other.person, start)
        ]
        if not fitting:
            return None, None
        other = dice.one_of(fitting)
        return other.person, None if wants_parallel else other.id

    def _again(
        self, dice: Dice, start: date, here: list[Story], open_until: dict[int, date]
    ) -> Person | None:
        """Somebody who left this insats two months ago or more."""
        for _ in range(8 if here else 0):
            earlier = dice.one_of(here)
            left = open_until[earlier.person.id]
            if left < start - timedelta(days=60) and earlier.reason != "deceased":
                return earlier.person
        return None

    def _new_person(
        self,
        dice: Dice,
        controller: tuple[str, int],
        insats: PlannedInsats,
        start: date,
        *,
        woman: bool,
        age: float,
    ) -> Person:
        self._persons += 1
        self._number_in[controller] += 1
        low, high = insats.pattern.ages
        # Wide insatser have more people in the upper half of their ages.
        years = int(low + (high + 1 - low) * age**0.7)
        gender = Gender.WOMAN if woman else Gender.MAN
        if dice.chance(self._shares["gender_unknown"]):
            gender = Gender.UNKNOWN
        return Person(self._persons, self._number_in[controller], start.year - years, gender)

    def _story(
        self,
        dice: Dice,
        insats: PlannedInsats,
        person: Person,
        start: date,
        previous: int | None,
        *,
        full: bool,
    ) -> Story:
        self._spells += 1
        pattern = insats.pattern
        reason: str | None
        outcome: Outcome | None
        reason, outcome, outcome_reason, days = self._ending(dice, insats, full=full)
        ended: date | None = course.workday(start + timedelta(days=days))
        last_day = self._today if insats.ends_on is None else insats.ends_on
        if ended is not None and ended > last_day:
            ended = last_day if insats.ends_on is not None else None
        if ended is None:
            reason = outcome = outcome_reason = None
        own = course.temper(dice, dropped_out=not full)
        talks = course.talks(
            dice,
            own,
            start,
            ended or self._today,
            pattern.interval,
            stays_away=not full,
            shares=self._shares,
        )
        if outcome is Outcome.MISREGISTERED:
            talks = []
        story = Story(
            id=self._spells,
            person=person,
            started_on=start,
            ended_on=ended,
            outcome=outcome,
            reason=reason,
            outcome_reason=outcome_reason,
            active_planning=dice.chance(0.93 if full else 0.55) if ended else None,
            consent_contact=not dice.chance(self._shares["no_contact_consent"]),
            consent_disclosure=dice.chance(self._shares["disclosure_consent"]),
            previous_spell_id=previous,
            temper=own,
            talks=talks,
        )
        if outcome is not Outcome.MISREGISTERED:
            self._add_standing(dice, insats, story)
        return story

    def _ending(
        self, dice: Dice, insats: PlannedInsats, *, full: bool
    ) -> tuple[str | None, Outcome, str | None, int]:
        """Reason, outcome, why the outcome was changed, and days in the insats."""
        pattern, shares = insats.pattern, self._shares
        usual = pattern.weeks * 7
        luck = dice.even()
        if luck < shares["misregistered"]:
            return None, Outcome.MISREGISTERED, None, dice.whole(0, 14)
        days = max(14, round(usual * (0.45 + 0.55 * dice.even() + dice.normal(0.25, 0.15))))
        luck -= shares["misregistered"]
        if luck < shares["moved"]:
            return "moved", Outcome.OUTSIDE, None, max(14, days // 2)
        if luck < shares["moved"] + shares["deceased"]:
            return "deceased", Outcome.OUTSIDE, None, max(14, days // 2)
        if full:
            work, studies = pattern.work, pattern.studies
            reason = dice.weighted(
                (
                    ("work", work / 0.8),
                    ("studies", studies / 0.8),
                    ("", max(0.0, 1 - (work + studies) / 0.8)),
                )
            )
            reason = reason or dice.weighted(OTHER_COMPLETED_REASONS)
            return reason, Outcome.COMPLETED, None, days
        reason = dice.weighted(INTERRUPTED_REASONS)
        # Long enough for a few talks as a rule; some never come again.
        days = max(10, round(usual * (0.10 + 0.75 * dice.even())))
        if reason == "illness" and dice.chance(0.06):
            return reason, Outcome.COMPLETED, "plan_carried_out", days
        return reason, Outcome.INTERRUPTED, None, days

    def _add_standing(self, dice: Dice, insats: PlannedInsats, story: Story) -> None:
        about = Standing(
            started_on=story.started_on,
            ended_on=story.ended_on,
            reason=story.reason,
            completed=story.outcome is Outcome.COMPLETED,
            gain_mm=story.temper.gain_mm,
            forward=insats.pattern.forward,
            support=insats.pattern.support,
            ladder=insats.pattern.ladder,
            twelve=insats.pattern.follow_up_12,
            today=self._today,
        )
        made = standing(dice, about)
        story.steps, story.situations, story.answers = made.steps, made.situations, made.answers
        if story.ended_on is not None and story.reason != "deceased":
            story.follow_ups = follow_ups(
                dice, about, made, contact=story.consent_contact, today=self._today
            )

    def _meetings(self, dice: Dice, insats: PlannedInsats, stories: list[Story]) -> list[Meeting]:
        """A meeting every other week with at most a dozen of those who are in the insats."""
        joins = [story for story in stories if dice.chance(0.6) and story.talks]
        meetings = []
        day = insats.first_spell_on
        day += timedelta(days=(WEEKDAY_OF_GROUPS - day.weekday()) % 7)
        first = 0
        while day <= min(self._today, insats.ends_on or self._today):
            while first < len(joins) and (joins[first].ended_on or date.max) < day:
                first += 1
            there: list[Story] = []
            for story in joins[first:]:
                if story.started_on > day or len(there) == GROUP_SIZE:
                    break
                if (story.ended_on or date.max) >= day:
                    there.append(story)
            if len(there) > 1 and day.month != 7:
                meetings.append(Meeting(day, tuple(_member(dice, story) for story in there)))
            day += timedelta(days=14)
        return meetings


def _member(dice: Dice, story: Story) -> tuple[int, bool, MadeRating | None]:
    if not dice.chance(0.82):
        return story.id, False, None
    return story.id, True, course.group_rating(dice, story.temper.alliance_mm)


def _goes_on(other: Story, start: date, *, at_the_same_time: bool) -> bool:
    """Whether a spell elsewhere runs on that day, or has just handed over to another insats."""
    until = other.ended_on or date.max
    if at_the_same_time:
        elsewhere = other.started_on < start < until
        return elsewhere and other.outcome not in (Outcome.MISREGISTERED, Outcome.OUTSIDE)
    return other.reason == "other_insats" and timedelta(0) < start - until < timedelta(90)


def _of_age(insats: PlannedInsats, person: Person, start: date) -> bool:
    low, high = insats.pattern.ages
    return low <= start.year - person.birth_year <= high
