"""Lists of persons for the staff who work with them: search, group grid, all my ongoing.

Never chosen or ordered by a score, a sign or a situation: only by dates, assignment and code.
Every list is logged (see `_seen`). One person's page is in `participant`, what is due in `todo`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_persons
from tracking.domain import clock
from tracking.domain.change import Thresholds
from tracking.domain.endings import Outcome
from tracking.domain.periods import age_in_year
from tracking.domain.signals import Signal, not_seen_sentence, ors_signal
from tracking.outcomes._seen import ONGOING, log_list, own_insatser, visible
from tracking.outcomes.kinds import Persons
from tracking.store.database import Database
from tracking.store.tables import Insats, Participant, SpellSummary
from tracking.store.thresholds import thresholds_on


@dataclass(frozen=True, slots=True)
class TalkOptionRow:
    """An ongoing spell that a talk may be recorded for. ``instruments`` are keys."""

    spell_id: int
    code: str
    memory_word: str
    insats_id: int
    insats: str
    started_on: date
    last_talk_on: date | None
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupOptionRow:
    """An ongoing spell of the insats whose group meeting is recorded."""

    spell_id: int
    code: str
    memory_word: str
    started_on: date
    last_talk_on: date | None


@dataclass(frozen=True, slots=True)
class OngoingRow:
    """An ongoing spell with its sign and why. ``days_since`` counts from the last talk, or
    from the start where there was none; ``not_seen`` is a sentence from the fifteenth day.
    ``mine`` says whether the actor or nobody is named as responsible.
    """

    spell_id: int
    code: str
    memory_word: str
    insats_id: int
    insats: str
    started_on: date
    last_talk_on: date | None
    days_since: int
    not_seen: str | None
    signal: Signal
    mine: bool


def talk_options(
    database: Database, actor: Actor, *, page: str
) -> Persons[tuple[TalkOptionRow, ...]]:
    """Every ongoing spell that the actor may record a talk for, by code."""
    with database.reading() as session:
        rows = session.execute(
            select(  # type: ignore[call-overload, misc, unused-ignore]
                SpellSummary.spell_id,
                Participant.code,
                Participant.memory_word,
                SpellSummary.insats_id,
                Insats.name,
                SpellSummary.started_on,
                SpellSummary.last_seen_on,
                Insats.uses_ors,
                Insats.uses_srs,
                Insats.uses_gsrs,
            )
            .join(Participant, col(Participant.id) == col(SpellSummary.participant_id))
            .join(Insats, col(Insats.id) == col(SpellSummary.insats_id))
            .where(col(SpellSummary.ended_on).is_(None), *visible(actor, SpellSummary))
            .order_by(col(Participant.number), col(Insats.name))
        ).all()
    log_list(database, actor, page, ((row.insats_id, row.spell_id) for row in rows), ONGOING)
    return Persons(
        tuple(
            TalkOptionRow(
                spell_id=row.spell_id,
                code=row.code,
                memory_word=row.memory_word,
                insats_id=row.insats_id,
                insats=row.name,
                started_on=row.started_on,
                last_talk_on=row.last_seen_on,
                instruments=_instruments(row.uses_ors, row.uses_srs, row.uses_gsrs),
            )
            for row in rows
        )
    )


def _instruments(ors: bool, srs: bool, gsrs: bool) -> tuple[str, ...]:
    uses = (("ORS", ors), ("SRS", srs), ("GSRS", gsrs))
    return tuple(key for key, used in uses if used)


def ongoing_in(
    database: Database, actor: Actor, insats_id: int, *, page: str, on: date | None = None
) -> Persons[tuple[GroupOptionRow, ...]]:
    """The spells that were ongoing in an insats on a day (today when left out), by code."""
    check_can_see_persons(actor, insats_id)
    day = on or clock.today()
    with database.reading() as session:
        rows = session.execute(
            select(  # type: ignore[call-overload, misc, unused-ignore]
                SpellSummary.spell_id,
                Participant.code,
                Participant.memory_word,
                SpellSummary.started_on,
                SpellSummary.last_seen_on,
            )
            .join(Participant, col(Participant.id) == col(SpellSummary.participant_id))
            .where(
                SpellSummary.insats_id == insats_id,
                col(SpellSummary.started_on) <= day,
                or_(col(SpellSummary.ended_on).is_(None), col(SpellSummary.ended_on) >= day),
                or_(
                    col(SpellSummary.outcome).is_(None),
                    col(SpellSummary.outcome) != Outcome.MISREGISTERED,
                ),
                *visible(actor, SpellSummary),
            )
            .order_by(col(Participant.number))
        ).all()
    log_list(database, actor, page, ((insats_id, row.spell_id) for row in rows), ONGOING)
    return Persons(tuple(GroupOptionRow(*row) for row in rows))


def my_ongoing(database: Database, actor: Actor, *, page: str) -> Persons[tuple[OngoingRow, ...]]:
    """All the actor's ongoing spells, longest since the last talk first, each with its sign."""
    today = clock.today()
    with database.reading() as session:
        thresholds = thresholds_on(session, today)
        rows = session.execute(
            select(  # type: ignore[call-overload, misc, unused-ignore]
                SpellSummary.spell_id,
                Participant.code,
                Participant.memory_word,
                SpellSummary.insats_id,
                Insats.name,
                SpellSummary.started_on,
                SpellSummary.last_seen_on,
                SpellSummary.responsible_id,
                SpellSummary.birth_year,
                SpellSummary.ors_n,
                SpellSummary.ors_first_mm,
                SpellSummary.ors_first_on,
                SpellSummary.ors_last_mm,
            )
            .join(Participant, col(Participant.id) == col(SpellSummary.participant_id))
            .join(Insats, col(Insats.id) == col(SpellSummary.insats_id))
            .where(col(SpellSummary.ended_on).is_(None), *visible(actor, SpellSummary))
        ).all()
    log_list(database, actor, page, ((row.insats_id, row.spell_id) for row in rows), ONGOING)
    listed = [
        OngoingRow(
            spell_id=row.spell_id,
            code=row.code,
            memory_word=row.memory_word,
            insats_id=row.insats_id,
            insats=row.name,
            started_on=row.started_on,
            last_talk_on=row.last_seen_on,
            days_since=(today - (row.last_seen_on or row.started_on)).days,
            not_seen=not_seen_sentence(row.last_seen_on or row.started_on, today),
            signal=signal_of(
                thresholds,
                birth_year=row.birth_year,
                scores=row.ors_n,
                first_mm=row.ors_first_mm,
                first_on=row.ors_first_on,
                last_mm=row.ors_last_mm,
            ),
            mine=row.responsible_id in (None, actor.account_id),
        )
        for row in rows
    ]
    listed.sort(key=lambda row: (-row.days_since, row.code))
    return Persons(tuple(listed))


def signal_of(
    thresholds: Thresholds,
    *,
    birth_year: int,
    scores: int,
    first_mm: int | None,
    first_on: date | None,
    last_mm: int | None,
) -> Signal:
    """The sign of a spell from its summary: how many scores, the first and the last."""
    if first_mm is None or last_mm is None or first_on is None or scores < 2:
        return ors_signal([])
    # The sign asks for the first, the last and how many; those between have no say in it.
    totals = [first_mm] * (scores - 1) + [last_mm]
    cutoff = thresholds.ors_cutoff_for(age_in_year(birth_year, first_on))
    return ors_signal(totals, thresholds, cutoff_mm=cutoff)


def my_insatser(actor: Actor) -> tuple[int, ...]:
    """The insatser in which the actor may see and record persons."""
    return own_insatser(actor)
