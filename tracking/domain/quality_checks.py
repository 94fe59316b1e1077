"""Running the checks of data quality over one insats's records, given as plain facts.

`run_checks` answers, for each check, how many lack what it asks for, of how many, and which they
are. Where the facts are read and who may see which person is not known here. A felregistrering
stands in its own check alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracking.domain.endings import END_REASONS, Outcome
from tracking.domain.ladder import (
    END_WINDOW_AFTER,
    END_WINDOW_BEFORE,
    FOLLOW_UP_WINDOW_BEFORE,
    START_WINDOW_DAYS,
)
from tracking.domain.periods import Period
from tracking.domain.quality import FIRST_WITHIN, LAST_WITHIN, NOT_SEEN, Check
from tracking.domain.quality_facts import Facts, SpellFact, StepFact
from tracking.domain.records import FollowUpStatus, SessionKind
from tracking.domain.situation import Occasion
from tracking.domain.swedish import iso


@dataclass(frozen=True, slots=True)
class Lacking:
    """One record that a check found: whose, since when, why in words, and what it is about.

    ``about`` is the attendance's number or the follow-up's months. ``to_mend`` is False where
    it is known to stay as it is (a form that was marked *ej ifylld*).
    """

    spell_id: int
    since: date
    sentence: str
    about: int | None = None
    to_mend: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """A check's answer: what it found, oldest first, and how many it looked at."""

    check: Check
    base: int
    found: tuple[Lacking, ...] = field(default=())

    @property
    def lacking(self) -> int:
        """How many it found."""
        return len(self.found)

    @property
    def to_mend(self) -> tuple[Lacking, ...]:
        """What staff can do something about."""
        if not self.check.can_be_mended:
            return ()
        return tuple(one for one in self.found if one.to_mend)


def run_checks(facts: Facts, period: Period, today: date) -> tuple[Checked, ...]:
    """Run every check that the insats has something for, the most urgent first."""
    return _Run(facts, period, today).all()


class _Run:
    """The facts sorted once, and a method for each few checks."""

    def __init__(self, facts: Facts, period: Period, today: date) -> None:
        self._facts = facts
        self._period = period
        self._today = today
        self._kept = [one for one in facts.spells if one.outcome is not Outcome.MISREGISTERED]
        self._by_id = {one.spell_id: one for one in self._kept}
        self._active = {
            one.spell_id
            for one in self._kept
            if one.started_on <= period.end
            and (one.ended_on is None or one.ended_on >= period.start)
        }
        self._started = [one for one in self._kept if period.contains(one.started_on)]
        self._ended = [
            one
            for one in self._kept
            if one.ended_on is not None
            and period.contains(one.ended_on)
            and one.outcome in (Outcome.COMPLETED, Outcome.INTERRUPTED)
        ]
        self._has_ladder = any(one.has_ladder for one in self._kept)
        self._ors_on: dict[int, list[date]] = defaultdict(list)
        for talk in facts.talks:
            if "ORS" in talk.scored:
                self._ors_on[talk.spell_id].append(talk.held_on)

    def all(self) -> tuple[Checked, ...]:
        found = [self._outside(), self._overlap()]
        if self._has_ladder:
            found += [self._step_outside(), self._step_off_ladder()]
        found += [self._early(), self._late(), self._not_seen(), *self._ends(), *self._starts()]
        if self._facts.uses_ors:
            found.append(self._forms(Check.TALK_WITHOUT_ORS, "ORS"))
        if self._facts.uses_srs:
            found.append(self._forms(Check.TALK_WITHOUT_SRS, "SRS"))
        if self._facts.uses_ors:
            found += [self._first_ors(), self._last_ors()]
        return (*found, self._misregistered())

    def _outside(self) -> Checked:
        looked_at = [talk for talk in self._facts.talks if talk.spell_id in self._active]
        found = []
        for talk in looked_at:
            spell = self._by_id[talk.spell_id]
            if talk.held_on < spell.started_on:
                why = f"före starten {iso(spell.started_on)}"
            elif spell.ended_on is not None and talk.held_on > spell.ended_on:
                why = f"efter slutet {iso(spell.ended_on)}"
            else:
                continue
            sentence = f"{talk.kind.label.capitalize()} {iso(talk.held_on)} ligger {why}."
            found.append(Lacking(talk.spell_id, talk.held_on, sentence, talk.attendance_id))
        return _checked(Check.OUTSIDE_SPELL, len(looked_at), found)

    def _overlap(self) -> Checked:
        of_person: dict[int, list[SpellFact]] = defaultdict(list)
        for spell in self._kept:
            of_person[spell.participant_id].append(spell)
        found = []
        for spells in of_person.values():
            spells.sort(key=lambda one: (one.started_on, one.spell_id))
            for place, later in enumerate(spells):
                for earlier in spells[:place]:
                    if later.spell_id not in self._active:
                        continue
                    if earlier.ended_on is None or earlier.ended_on >= later.started_on:
                        until = "pågår" if earlier.ended_on is None else iso(earlier.ended_on)
                        sentence = (
                            f"Startade {iso(later.started_on)}, men personens deltagande från "
                            f"{iso(earlier.started_on)} {_until(until)}."
                        )
                        found.append(Lacking(later.spell_id, later.started_on, sentence))
                        break
        return _checked(Check.OVERLAP, len(self._active), found)

    def _step_outside(self) -> Checked:
        looked_at = [step for step in self._facts.steps if step.spell_id in self._active]
        found = [
            Lacking(
                step.spell_id,
                step.assessed_on,
                f"Steget {step.occasion.label} är bedömt {iso(step.assessed_on)}.",
            )
            for step in looked_at
            if not _step_day_fits(self._by_id[step.spell_id], step)
        ]
        return _checked(Check.STEP_OUTSIDE, len(looked_at), found)

    def _step_off_ladder(self) -> Checked:
        looked_at = [step for step in self._facts.steps if step.spell_id in self._active]
        found = [
            Lacking(
                step.spell_id,
                step.assessed_on,
                f"Steget från {iso(step.assessed_on)} finns inte på deltagandets trappa.",
            )
            for step in looked_at
            if not step.on_ladder
        ]
        return _checked(Check.STEP_OFF_LADDER, len(looked_at), found)

    def _early(self) -> Checked:
        looked_at = [
            one
            for one in self._facts.follow_ups
            if one.spell_id in self._by_id
            and one.status is FollowUpStatus.DONE
            and one.done_on is not None
            and self._period.contains(one.done_on)
        ]
        found = [
            Lacking(
                one.spell_id,
                one.done_on,
                f"Uppföljningen {one.months} månader gjordes {iso(one.done_on)} och förföll "
                f"{iso(one.due_on)}.",
                one.months,
            )
            for one in looked_at
            if one.done_on is not None
            and one.done_on < one.due_on - timedelta(days=FOLLOW_UP_WINDOW_BEFORE)
        ]
        return _checked(Check.FOLLOW_UP_EARLY, len(looked_at), found)

    def _late(self) -> Checked:
        last = min(self._period.end, self._today)
        looked_at = [
            one
            for one in self._facts.follow_ups
            if one.spell_id in self._by_id
            and self._period.start <= one.due_on <= last
            and one.status is not FollowUpStatus.DECEASED
        ]
        found = [
            Lacking(
                one.spell_id,
                one.due_on,
                f"Uppföljningen {one.months} månader förföll {iso(one.due_on)}.",
                one.months,
            )
            for one in looked_at
            if one.status is FollowUpStatus.DUE and one.due_on < self._today
        ]
        return _checked(Check.FOLLOW_UP_LATE, len(looked_at), found)

    def _not_seen(self) -> Checked:
        ongoing = [one for one in self._kept if one.ended_on is None]
        found = []
        for spell in ongoing:
            since = spell.last_seen_on or spell.started_on
            if (self._today - since).days >= NOT_SEEN:
                what = "Senaste samtalet" if spell.last_seen_on else "Inget samtal sedan starten"
                found.append(Lacking(spell.spell_id, since, f"{what} {iso(since)}."))
        return _checked(Check.NOT_SEEN, len(ongoing), found)

    def _ends(self) -> list[Checked]:
        # Of somebody who has died nothing more is asked.
        asked = [one for one in self._ended if not _stops(one.end_reason)]
        stepped = [one for one in asked if one.has_ladder]
        checks = [
            _of_spells(
                Check.END_SITUATION,
                asked,
                (one for one in asked if not one.has_end_situation),
                "Situation vid avslut saknas, slutade",
            )
        ]
        if self._has_ladder:
            checks.append(
                _of_spells(
                    Check.END_STEP,
                    stepped,
                    (one for one in stepped if not one.has_end_step),
                    "Steg vid avslut saknas, slutade",
                )
            )
        checks.append(
            _of_spells(
                Check.END_PLANNING,
                asked,
                (one for one in asked if not one.has_planning),
                "Svar om aktivitetsplanering saknas, slutade",
            )
        )
        return checks

    def _starts(self) -> list[Checked]:
        stepped = [one for one in self._started if one.has_ladder]
        checks = [
            _of_spells(
                Check.START_SITUATION,
                self._started,
                (one for one in self._started if not one.has_start_situation),
                "Situation vid start saknas, startade",
                by_end=False,
            )
        ]
        if self._has_ladder:
            checks.append(
                _of_spells(
                    Check.START_STEP,
                    stepped,
                    (one for one in stepped if not one.has_start_step),
                    "Steg vid start saknas, startade",
                    by_end=False,
                )
            )
        return checks

    def _forms(self, check: Check, instrument: str) -> Checked:
        looked_at = [
            talk
            for talk in self._facts.talks
            if talk.spell_id in self._by_id
            and talk.kind is SessionKind.INDIVIDUAL
            and self._period.contains(talk.held_on)
        ]
        found = [
            Lacking(
                talk.spell_id,
                talk.held_on,
                f"Samtalet {iso(talk.held_on)} saknar {instrument}-blankett.",
                talk.attendance_id,
                to_mend=instrument not in talk.marked,
            )
            for talk in looked_at
            if instrument not in talk.handed_in
        ]
        return _checked(check, len(looked_at), found)

    def _first_ors(self) -> Checked:
        reach = timedelta(days=FIRST_WITHIN)
        looked_at = [one for one in self._started if one.started_on + reach <= self._today]
        found = [
            Lacking(
                one.spell_id,
                one.started_on,
                f"Ingen ORS till och med {iso(one.started_on + reach)}.",
            )
            for one in looked_at
            if not any(day <= one.started_on + reach for day in self._ors_on[one.spell_id])
        ]
        return _checked(Check.FIRST_ORS, len(looked_at), found)

    def _last_ors(self) -> Checked:
        found = []
        for one in self._ended:
            assert one.ended_on is not None
            since = one.ended_on - timedelta(days=LAST_WITHIN)
            if not any(since <= day <= one.ended_on for day in self._ors_on[one.spell_id]):
                sentence = f"Ingen ORS från {iso(since)} till slutet {iso(one.ended_on)}."
                found.append(Lacking(one.spell_id, one.ended_on, sentence))
        return _checked(Check.LAST_ORS, len(self._ended), found)

    def _misregistered(self) -> Checked:
        registered = [one for one in self._facts.spells if self._period.contains(one.started_on)]
        found = [
            Lacking(one.spell_id, one.started_on, "Stängt som felregistrering.")
            for one in registered
            if one.outcome is Outcome.MISREGISTERED
        ]
        return _checked(Check.MISREGISTERED, len(registered), found)


def _checked(check: Check, base: int, found: Iterable[Lacking]) -> Checked:
    return Checked(check, base, tuple(sorted(found, key=lambda one: (one.since, one.spell_id))))


def _of_spells(
    check: Check,
    base: Sequence[SpellFact],
    lacking: Iterable[SpellFact],
    words: str,
    *,
    by_end: bool = True,
) -> Checked:
    found = []
    for one in lacking:
        day = one.ended_on if by_end and one.ended_on is not None else one.started_on
        found.append(Lacking(one.spell_id, day, f"{words} {iso(day)}."))
    return _checked(check, len(base), found)


def _until(word: str) -> str:
    return word if word == "pågår" else f"slutade {word}"


def _stops(end_reason: str | None) -> bool:
    known = END_REASONS.get(end_reason or "")
    return known is not None and known.stops_follow_up


def _step_day_fits(spell: SpellFact, step: StepFact) -> bool:
    """Whether the assessment lies on a day that its occasion can have."""
    on = step.assessed_on
    if step.occasion is Occasion.START:
        return abs((on - spell.started_on).days) <= START_WINDOW_DAYS
    if step.occasion is Occasion.DURING:
        return on >= spell.started_on and (spell.ended_on is None or on <= spell.ended_on)
    if spell.ended_on is None:
        return False
    if step.occasion is Occasion.END:
        return -END_WINDOW_BEFORE <= (on - spell.ended_on).days <= END_WINDOW_AFTER
    return on > spell.ended_on
