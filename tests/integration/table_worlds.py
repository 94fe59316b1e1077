"""Random small worlds as plain records: one insats each, written to a database in one go.

The records are made without any of the product's rules, so that the slow tables of
`tests.integration.slow_tables` can be worked out from them alone. Days lie around what windows
hang on, since chance alone seldom meets an edge.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session as DbSession
from sqlmodel import select

from tests.integration.result_worlds import building
from tracking.access.actors import Actor, load_actor
from tracking.domain.endings import END_REASONS
from tracking.domain.periods import Period, add_months, half_year, tertial, year
from tracking.domain.roles import Role
from tracking.domain.situation import SupportSource
from tracking.store.database import Database
from tracking.store.tables import (
    AnonymousCount,
    Assignment,
    Attendance,
    Code,
    CodeList,
    FollowUp,
    Participant,
    Rating,
    Session,
    Situation,
    SituationSupport,
    Spell,
    StepAssessment,
)

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
TODAY = date(2025, 11, 15)
LISTS = {
    "education": ("compulsory", "upper_secondary", "unknown"),
    "municipality": ("here", "there"),
    "need_group": ("time", "training"),
    "support_band": ("none", "under_1_year", "2_to_5_years", "own_band"),
}
REFERRERS = ("self", "region")
EDGES = (-61, -31, -30, -29, -1, 0, 1, 29, 30, 31, 60, 61)
TABLES = {
    "participant": Participant,
    "spell": Spell,
    "session": Session,
    "attendance": Attendance,
    "rating": Rating,
    "step": StepAssessment,
    "situation": Situation,
    "source": SituationSupport,
    "follow_up": FollowUp,
    "anonymous": AnonymousCount,
}

Record = dict[str, Any]


@dataclass
class Records:
    """One world: every record of one insats, by kind."""

    insats_id: int
    period: Period
    of: dict[str, list[Record]] = field(default_factory=lambda: {name: [] for name in TABLES})


@dataclass(frozen=True)
class Worlds:
    """Worlds that lie in one database, and somebody who may see them all."""

    database: Database
    actor: Actor
    worlds: tuple[Records, ...]
    maker: Maker


class Maker:
    """Makes records with numbers that no two records share."""

    def __init__(self, random: Random, ground: Ground) -> None:
        self.random = random
        self.ground = ground
        self.numbers: dict[str, Iterator[int]] = {n: itertools.count(1) for n in TABLES}

    def world(self, insats_id: int) -> Records:
        """A random world of up to nine spells."""
        made = Records(insats_id, self._period())
        for _ in range(self.random.choice((0, 1, 2, 4, 6, 9))):
            self.spell(made)
        for gender in ("woman", "unknown"):
            if self.random.random() < 0.3:
                self.anonymous(made, made.period.end.year, gender, self.random.randrange(5))
        return made

    def _period(self) -> Period:
        in_year = self.random.choice((2024, 2025))
        start = date(in_year, 1, 1) + timedelta(days=self.random.randrange(300))
        return self.random.choice(
            (
                half_year(in_year, self.random.choice((1, 2))),
                tertial(in_year, self.random.choice((1, 2, 3))),
                year(in_year),
                Period(start, start + timedelta(days=self.random.randrange(200))),
            )
        )

    def spell(self, made: Records, **fixed: Any) -> Record:
        """A random spell with everything about it, or with some of it given."""
        random, ground = self.random, self.ground
        person_id = next(self.numbers["participant"])
        started = date(2023, 6, 1) + timedelta(days=random.randrange(900))
        earlier = [row for row in made.of["spell"] if row["ended_on"] is not None]
        if "started_on" in fixed:
            started = fixed["started_on"]
        elif earlier and random.random() < 0.2:
            before = random.choice(earlier)
            latest = max(
                row["ended_on"] or date.max
                for row in made.of["spell"]
                if row["participant_id"] == before["participant_id"]
            )
            if latest < date(2025, 9, 1):
                person_id, started = before["participant_id"], latest + timedelta(days=3)
        if person_id not in {row["id"] for row in made.of["participant"]}:
            made.of["participant"].append(
                {
                    "id": person_id,
                    "controller_id": ground.controller_id,
                    "number": person_id,
                    "code": f"K{person_id:06d}",
                    "memory_word": f"ord{person_id}",
                    "birth_year": random.choice((1955, 1962, 1975, 1990, 2001, 2008, 2012)),
                    "gender": random.choice(("woman", "woman", "man", "man", "unknown")),
                    "created_at": NOW,
                    "created_by": ground.account_id,
                }
            )
        known = random.choice((None, "months", "band", "unknown"))
        row: Record = {
            "id": next(self.numbers["spell"]),
            "participant_id": person_id,
            "controller_id": ground.controller_id,
            "insats_id": made.insats_id,
            "started_on": started,
            "referrer_id": ground.codes["referrer", random.choice(REFERRERS)],
            "consent_follow_up": True,
            "consent_contact": True,
            "ladder_version_id": ground.ladder_version_id,
            "support_months_known": known,
            "support_months": random.choice((0, 12, 13, 60, 200)) if known == "months" else None,
            "support_band_id": (
                ground.codes["support_band", random.choice(LISTS["support_band"])]
                if known == "band"
                else None
            ),
            "created_at": NOW,
            "created_by": ground.account_id,
            "ended_on": None,
            "outcome": None,
            "end_reason_id": None,
            "misregistered_reason": None,
            "active_planning": None,
        }
        for name in ("education", "municipality", "need_group"):
            chosen = random.choice((None, *LISTS[name]))
            row[f"{name}_id"] = None if chosen is None else ground.codes[name, chosen]
        row |= self._end(started) | fixed
        made.of["spell"].append(row)
        self._course(made, row)
        return row

    def _end(self, started: date) -> Record:
        random = self.random
        if random.random() < 0.2:
            return {}
        ended = started + timedelta(days=random.choice((0, 20, 89, 90, 180, 181, 300, 500)))
        end: Record = {"ended_on": ended}
        if random.random() < 0.08:
            return end | {"outcome": "misregistered", "misregistered_reason": "wrong_person"}
        reasons = [r for r in END_REASONS.values() if r.key != "misregistered"]
        reason = random.choice(reasons)
        outcome = reason.proposes.value
        if outcome != "outside" and random.random() < 0.2:
            outcome = {"completed": "interrupted", "interrupted": "completed"}[outcome]
        return end | {
            "outcome": outcome,
            "end_reason_id": self.ground.codes["end_reason", reason.key],
            "active_planning": random.choice((None, "yes", "no", "unknown")),
        }

    def _near(self, day: date) -> date:
        return day + timedelta(days=self.random.choice(EDGES))

    def _void(self) -> Record:
        if self.random.random() < 0.12:
            return self.voided()
        return {"voided_at": None, "voided_by": None, "void_reason": None}

    def voided(self) -> Record:
        """What a voided record bears."""
        by = self.ground.account_id
        return {"voided_at": NOW, "voided_by": by, "void_reason": "entered_twice"}

    def _recorded(self) -> Record:
        return {"recorded_at": NOW, "recorded_by": self.ground.account_id}

    def _course(self, made: Records, spell: Record) -> None:
        random = self.random
        anchors: dict[str, date] = {"start": spell["started_on"]}
        ended = spell["ended_on"]
        if ended is not None:
            anchors["end"] = ended
            if spell["outcome"] != "misregistered":
                for months in (6, 12, 18):
                    if months != 12 or random.random() < 0.4:
                        anchors[f"m{months}"] = add_months(ended, months)
                        self._follow_up(made, spell, months)
        for occasion, day in anchors.items():
            if random.random() < 0.75:
                self._situation(made, spell, occasion, self._near(day))
            for _ in range(random.choice((0, 1, 1, 2))):
                self.step(made, spell, occasion, self._near(day))
        for _ in range(random.choice((0, 1, 2, 3, 5))):
            self.talk(made, spell, spell["started_on"] + timedelta(days=random.randrange(400)))

    def _follow_up(self, made: Records, spell: Record, months: int) -> None:
        status = self.random.choice(
            ("due", "done", "done", "done", "not_reached", "declined", "no_contact_consent")
            if self.random.random() < 0.95
            else ("deceased",)
        )
        due = add_months(spell["ended_on"], months)
        on = self._near(due)
        made.of["follow_up"].append(
            {
                "id": next(self.numbers["follow_up"]),
                "spell_id": spell["id"],
                "months": months,
                "due_on": due,
                "status": status,
                "done_on": on if status == "done" else None,
                "closed_on": on if status not in ("done", "due") else None,
            }
        )

    def _situation(self, made: Records, spell: Record, occasion: str, on: date) -> None:
        random = self.random
        support = random.choice(("none", "unknown", "some", "some"))
        work, studies = (random.choice(("yes", "no", "no", "unknown")) for _ in range(2))
        row: Record = {
            "id": next(self.numbers["situation"]),
            "spell_id": spell["id"],
            "occasion": occasion,
            "described_on": on,
            "no_support": support == "none",
            "support_unknown": support == "unknown",
            "work": work,
            "work_percent": random.choice((None, 25, 50, 100)) if work == "yes" else None,
            "work_kind": (
                random.choice(("unsubsidised", "subsidised", "own_business"))
                if work == "yes"
                else None
            ),
            "studies": studies,
            "studies_percent": random.choice((None, 50, 100)) if studies == "yes" else None,
            "seeking": random.choice(("yes", "no", "unknown")),
            "registered": "no",
            **self._recorded(),
            **self._void(),
        }
        made.of["situation"].append(row)
        if support == "some":
            for source in random.sample(list(SupportSource), random.choice((1, 1, 2, 3))):
                made.of["source"].append(
                    {
                        "situation_id": row["id"],
                        "source": source.value,
                        "no_support": False,
                        "support_unknown": False,
                    }
                )

    def step(self, made: Records, spell: Record, occasion: str, on: date, **fixed: Any) -> Record:
        """A step assessment on a day."""
        level = self.random.choice((-1, 0, 1, 2, 3, 5))
        row = {
            "id": next(self.numbers["step"]),
            "spell_id": spell["id"],
            "ladder_version_id": self.ground.ladder_version_id,
            "position": None if level < 0 else level,
            "no_prospects": level < 0,
            "occasion": occasion,
            "assessed_on": on,
            **self._recorded(),
            **self._void(),
            **fixed,
        }
        made.of["step"].append(row)
        return row

    def talk(self, made: Records, spell: Record, on: date, **fixed: Any) -> Record:
        """A session that the participant mostly came to, with some ratings."""
        random = self.random
        session = {
            "id": next(self.numbers["session"]),
            "insats_id": made.insats_id,
            "held_on": on,
            "order_in_day": random.choice((1, 2)),
            "kind": random.choice(("individual", "individual", "group", "phone")),
            **self._recorded(),
            **self._void(),
            **fixed,
        }
        attendance = {
            "id": next(self.numbers["attendance"]),
            "session_id": session["id"],
            "spell_id": spell["id"],
            "insats_id": made.insats_id,
            "status": random.choice(("present", "present", "present", "absent")),
            **self._void(),
        }
        made.of["session"].append(session)
        made.of["attendance"].append(attendance)
        if attendance["status"] == "present":
            for instrument in ("ORS", "ORS", "SRS", "GSRS")[:: random.choice((1, 1, -1))]:
                there = {r["instrument"] for r in made.of["rating"] if _same(r, attendance)}
                if instrument not in there and random.random() < 0.7:
                    made.of["rating"].append(self._rating(attendance, instrument))
        return session

    def _rating(self, attendance: Record, instrument: str) -> Record:
        random = self.random
        # Half of them near the top, where a fall of exactly one point is all that there is.
        marks = random.choice(((0, 40, 60, 89, 90, 100), (89, 90, 100, 100)))
        scales = [random.choice(marks) for _ in range(4)]
        status = random.choice(("filled", "filled", "total_only", "not_filled", "incomplete"))
        total = {"filled": sum(scales), "total_only": random.choice((0, 240, 250, 280, 360, 400))}
        row = {
            "id": next(self.numbers["rating"]),
            "attendance_id": attendance["id"],
            "instrument": instrument,
            "status": status,
            "total": total.get(status),
            **self._recorded(),
            **self._void(),
        }
        return row | {
            f"scale_{n}": value if status == "filled" else None for n, value in enumerate(scales, 1)
        }

    def anonymous(self, made: Records, in_year: int, gender: str, number: int) -> None:
        """Anonymous participants of a calendar year."""
        made.of["anonymous"].append(
            {
                "id": next(self.numbers["anonymous"]),
                "insats_id": made.insats_id,
                "year": in_year,
                "gender": gender,
                "number": number,
                "converted": 0,
            }
        )


def _same(rating: Record, attendance: Record) -> bool:
    return bool(rating["attendance_id"] == attendance["id"])


@dataclass(frozen=True)
class Ground:
    """What all worlds of a database share."""

    controller_id: int
    account_id: int
    ladder_version_id: int
    codes: dict[tuple[str, str], int]


def write(session: DbSession, made: Records) -> None:
    """Write a world's records, those that others refer to first."""
    for name, table in TABLES.items():
        if made.of[name]:
            session.execute(insert(table), made.of[name])


def build(database: Database, number: int, seed: int) -> Worlds:
    """Write so many random worlds to an empty database."""
    with building(database) as world:
        session = world.session
        for list_key, keys in LISTS.items():
            session.add(CodeList(key=list_key, title=list_key))
            session.flush()
            session.add_all(
                Code(list_key=list_key, key=key, label=key.capitalize(), sort=sort)
                for sort, key in enumerate(keys)
            )
        session.add(Code(list_key="referrer", key="region", label="Region", sort=1))
        session.flush()
        codes = {(row.list_key, row.key): row.id for row in session.exec(select(Code)).all()}
        assert world.account.id is not None
        ground = Ground(
            world.controller.id,
            world.account.id,
            world.ladder_version.id,
            codes,  # type: ignore[arg-type]
        )
        maker = Maker(Random(seed), ground)
        reader = world.actor(Role.CASE_WORKER, world.insats("Insats 0"))
        insatser = [
            world.insats(f"Insats {n}", planned_places=10, planned_weeks=16)
            for n in range(1, number + 1)
        ]
        session.add_all(
            Assignment(
                account_id=reader.account_id,
                zone=Role.CASE_WORKER.zone,
                role=Role.CASE_WORKER,
                insats_id=insats_id,
                starts_on=date(2015, 1, 1),
                created_at=NOW,
            )
            for insats_id in insatser
        )
        worlds = tuple(maker.world(insats_id) for insats_id in insatser)
        for made in worlds:
            write(session, made)
        session.flush()
        actor = load_actor(session, reader.account_id, today=TODAY)
    return Worlds(database, actor, worlds, maker)
