"""What surrounds the people: anonymous counts, slips, head counts, obstacles and money.

Everything is made from dice and from how many took part when, without persons.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from tracking.domain.periods import Calendar, smallest_periods
from tracking.domain.records import DeviationStatus, Gender, InsatsKind, WithdrawalReason
from tracking.exchange.demo.dice import Dice
from tracking.exchange.demo.plan import DemoPlan, PlannedInsats
from tracking.exchange.demo.rows import Row
from tracking.exchange.demo.setting_up import SetUp
from tracking.exchange.demo.world import MadeInsats

STREAM = 1_000_033
SLIP_ANSWERS = ((5, 0.46), (4, 0.36), (3, 0.11), (2, 0.05), (1, 0.02))
ORGANISATIONS = ("Kommunerna", "Regionen", "Försäkringskassan", "Arbetsförmedlingen")
WITHDRAWN_SHARE = 0.004
GROWTH = 0.03
EVERY, ESF, SHARE = 7, 0.2, 60
"""One insats in so many has such a part from ESF, and one is shared with another förbund."""

Tables = list[tuple[str, list[Row]]]


class Heads:
    """Counts, while people go by, how many took part in each insats and year."""

    def __init__(self) -> None:
        self.by_year: Counter[tuple[int, int]] = Counter()

    def see(self, made: MadeInsats, today: date) -> None:
        """Count the participants of an insats."""
        seen = {
            (year, story.person.id)
            for story in made.stories
            for year in range(story.started_on.year, (story.ended_on or today).year + 1)
        }
        self.by_year.update((made.insats.place, year) for year, _ in seen)


def anonymous(
    seed: int, plan: DemoPlan, insatser: tuple[PlannedInsats, ...], made: SetUp, heads: Heads
) -> Tables:
    """Anonymous participants by insats, year and kön, and the withdrawals among them."""
    dice = Dice(seed, STREAM, 1)
    share = plan.shares["anonymous"] / (1 - plan.shares["anonymous"])
    counts: list[Row] = []
    withdrawals: list[Row] = []
    patterns = {insats.place: insats.pattern for insats in insatser}
    for (place, year), number in sorted(heads.by_year.items()):
        frame = made.frames[place]
        all_of_them = round(number * share * (0.85 + 0.3 * dice.even()))
        women = round(all_of_them * patterns[place].women)
        converted = int(number * WITHDRAWN_SHARE + dice.even())
        for gender, found in ((Gender.WOMAN, women), (Gender.MAN, all_of_them - women)):
            turned = min(found, converted) if gender is Gender.WOMAN else 0
            counts.append(
                {
                    "insats_id": frame.insats_id,
                    "year": year,
                    "gender": gender,
                    "number": found - turned,
                    "converted": turned,
                    "version": 1,
                }
            )
            withdrawals += [
                {
                    "insats_id": frame.insats_id,
                    "withdrawn_on": date(year, 1, 1) + timedelta(days=dice.whole(10, 60)),
                    "reason": WithdrawalReason.CONSENT_WITHDRAWN,
                    "recorded_at": _noon(date(year, 3, 5)),
                    "recorded_by": frame.workers[0],
                }
                for _ in range(turned)
            ]
    return [("anonymous_count", counts), ("withdrawal", withdrawals)]


def slips(seed: int, insatser: tuple[PlannedInsats, ...], made: SetUp, today: date) -> Tables:
    """Anonymous slips about the four self-ratings, collected at the end of each half-year."""
    dice = Dice(seed, STREAM, 2)
    rows: list[Row] = []
    for insats in insatser:
        if insats.pattern.kind is not InsatsKind.INDIVIDUAL:
            continue
        frame = made.frames[insats.place]
        for day in _half_year_ends(insats, today):
            number = max(6, round(insats.spells / 8 * (0.6 + 0.5 * dice.even())))
            for question in made.slip_questions:
                given = Counter(
                    dice.weighted(SLIP_ANSWERS) for _ in range(min(200, number - dice.whole(0, 2)))
                )
                rows += [
                    {
                        "insats_id": frame.insats_id,
                        "question_id": question,
                        "value": value,
                        "collected_on": day,
                        "number": given[value],
                        "recorded_at": _noon(day),
                        "recorded_by": frame.workers[0],
                        "version": 1,
                    }
                    for value, _ in SLIP_ANSWERS
                ]
    return [("slip_count", rows)]


def head_counts(
    seed: int, plan: DemoPlan, insatser: tuple[PlannedInsats, ...], made: SetUp, today: date
) -> Tables:
    """Occasions of the strukturövergripande insatser, some five weeks apart."""
    dice = Dice(seed, STREAM, 3)
    occasions: list[Row] = []
    rows: list[Row] = []
    for insats in insatser:
        if insats.pattern.kind is not InsatsKind.STRUCTURAL:
            continue
        frame = made.frames[insats.place]
        day = insats.first_spell_on + timedelta(days=14)
        while day <= today:
            title, usual = dice.one_of(plan.events)
            occasions.append(
                {
                    "id": len(occasions) + 1,
                    "insats_id": frame.insats_id,
                    "held_on": day,
                    "title": title,
                    "recorded_at": _noon(day),
                    "recorded_by": frame.workers[0],
                    "version": 1,
                }
            )
            rows += [
                {
                    "occasion_id": len(occasions),
                    "organisation": organisation,
                    "gender": gender,
                    "number": max(0, round(dice.normal(usual * share / 4, 1.5))),
                    "version": 1,
                }
                for organisation in ORGANISATIONS
                for gender, share in ((Gender.WOMAN, 0.72), (Gender.MAN, 0.28))
            ]
            day += timedelta(days=dice.whole(28, 42))
    return [("structural_occasion", occasions), ("head_count", rows)]


def deviations(seed: int, plan: DemoPlan, made: SetUp, today: date) -> Tables:
    """Obstacles between the authorities, spread over the last year and a half.

    The last new one has not been cleared yet: it stands in its insats alone.
    """
    dice = Dice(seed, STREAM, 4)
    insatser = [frame for frame in made.frames.values() if frame.ladder_version_id]
    rows: list[Row] = []
    parties: list[Row] = []
    uncleared = max(
        (n for n, d in enumerate(plan.deviations, start=1) if d.status is DeviationStatus.NEW),
        default=0,
    )
    for number, deviation in enumerate(plan.deviations, start=1):
        frame = dice.one_of(insatser)
        day = today - timedelta(days=dice.whole(10, 540))
        kept = number == uncleared
        handled = deviation.status is not DeviationStatus.NEW
        rows.append(
            {
                "id": number,
                "insats_id": frame.insats_id,
                "noted_on": day,
                "what": deviation.what,
                "ladder_version_id": made.ladder_version_id,
                "step_position": deviation.step,
                "status": deviation.status,
                "handled": deviation.handled,
                "handled_on": day + timedelta(days=9) if handled else None,
                "cleared_at": None if kept else _noon(day + timedelta(days=2)),
                "cleared_by": None if kept else frame.workers[0],
                "recorded_at": _noon(day),
                "recorded_by": frame.workers[0],
                "version": 1,
            }
        )
        parties += [
            {"deviation_id": number, "controller_id": made.controllers[party, 0]}
            for party in deviation.parties
        ]
    return [("deviation", rows), ("deviation_party", parties)]


def money(
    seed: int, insatser: tuple[PlannedInsats, ...], made: SetUp, first: date, today: date
) -> Tables:
    """Budgets of every year; outcomes of the years that have ended."""
    dice = Dice(seed, STREAM, 5)
    rows: list[Row] = []
    whole: Counter[int] = Counter()
    years = range(first.year, today.year + 1)
    for insats in insatser:
        last = insats.ends_on or today
        for year in range(insats.starts_on.year, last.year + 1):
            budget = _thousands(insats.pattern.budget_kr * (1 + GROWTH) ** (year - first.year))
            whole[year] += budget
            rows.append(
                {
                    "insats_id": made.frames[insats.place].insats_id,
                    "year": year,
                    "planned_participants": insats.pattern.planned_participants
                    or insats.pattern.per_year
                    or None,
                    "budget_kr": budget,
                    "actual_kr": _thousands(budget * dice.normal(0.96, 0.04))
                    if year < today.year
                    else None,
                    "esf_kr": _thousands(budget * ESF) if insats.place % EVERY == 1 else None,
                    "cost_share_percent": SHARE if insats.place % EVERY == 2 else 100,
                    "version": 1,
                }
            )
    own = [
        {
            "year": year,
            "own_capital_kr": _thousands(whole[year] * 0.18),
            "state_contribution_kr": _thousands(whole[year] * 0.56),
            "region_contribution_kr": _thousands(whole[year] * 0.28),
            "municipal_contribution_kr": _thousands(whole[year] * 0.28),
            "administration_kr": _thousands(whole[year] * 0.11),
            "administration_actual_kr": _thousands(whole[year] * 0.105)
            if year < today.year
            else None,
            "version": 1,
        }
        for year in years
    ]
    return [("budget", rows), ("forbund_budget", own)]


def _half_year_ends(insats: PlannedInsats, today: date) -> list[date]:
    last = insats.ends_on or today
    return [
        period.end
        for year in range(insats.first_spell_on.year, last.year + 1)
        for period in smallest_periods(Calendar.HALF_YEAR, year)
        if insats.first_spell_on < period.end <= last
    ]


def _thousands(amount: float) -> int:
    return round(amount / 1000) * 1000


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(11), tzinfo=UTC)
