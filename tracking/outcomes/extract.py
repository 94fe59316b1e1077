"""Register extract (GDPR article 15): everything held about one participant, and who has read it.

From a page it holds the spells that the actor may see, since staff of one insats are not told
of another; from the server's console all that the authority has. Both are logged before they
are given out. What it looks like as files is `tracking.reports.register_extract`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.log import Entry, record, record_for
from tracking.access.permissions import check_can_see_spell
from tracking.domain import clock
from tracking.domain.clock import SWEDEN
from tracking.domain.errors import Conflict, NotFound
from tracking.domain.log_actions import action_words
from tracking.domain.records import Gender
from tracking.domain.retention import RetentionRule
from tracking.outcomes._seen import visible
from tracking.outcomes.kinds import Persons
from tracking.outcomes.participant import read_view
from tracking.outcomes.participant_views import ParticipantView
from tracking.store.database import Database, Transaction
from tracking.store.retention import rules
from tracking.store.tables import (
    AccessLog,
    AccessLogPayload,
    Account,
    Controller,
    Forbund,
    Insats,
    Participant,
    Spell,
)

TAKEN, FROM_CONSOLE = "download_register_extract", "console_extract"


@dataclass(frozen=True, slots=True)
class Registered:
    """When a spell's record was begun, and what was consented to at the start."""

    created_on: date
    by: str
    consent_follow_up: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """What somebody did about the person on one day. ``who`` is a function, never a name."""

    day: date
    who: str
    employer: str
    act: str
    insats: str
    times: int


@dataclass(frozen=True)
class RegisterExtract:
    """Everything about one participant. ``complete`` is False where only some spells are told;
    ``by`` is the function of who took it out.
    """

    controller: str
    forbund: str
    code: str
    gender: Gender
    birth_year: int
    registered_on: date
    made_at: datetime
    by: str
    complete: bool
    spells: tuple[tuple[Registered, ParticipantView], ...]
    log: tuple[LogLine, ...]
    persons_rule: RetentionRule
    log_rule: RetentionRule


def register_extract(
    database: Database, actor: Actor, spell_id: int, *, page: str, form: str
) -> Persons[RegisterExtract]:
    """Return what is held about a spell's participant, of the spells that the actor may see.

    Logged for each spell, with ``form`` (what kind of file). Raises `NotFound`, `NotPermitted`.
    """
    with database.reading() as session:
        spell = session.get(Spell, spell_id)
    if spell is None:
        raise NotFound("Deltagandet finns inte: sök fram det på nytt.")
    check_can_see_spell(
        actor,
        insats_id=spell.insats_id,
        controller_id=spell.controller_id,
        consent_disclosure_on=spell.consent_disclosure_on,
    )
    actor.check_still_so()
    with database.transaction() as work:
        extract = _read(work, actor, spell.participant_id)
        entries = [
            Entry(
                TAKEN,
                insats_id=view.head.insats_id,
                spell_id=view.head.spell_id,
                page=page,
                detail=form,
            )
            for _, view in extract.spells
        ]
        record(work, actor, *entries)
    return Persons(extract)


def extract_from_console(
    database: Database, *, code: str, birth_year: int, controller: str | None, form: str
) -> RegisterExtract:
    """Return everything that an authority holds about a participant, at the server's console.

    Raises `NotFound` when code and birth year do not fit anybody, and `Conflict` when they fit
    somebody in more than one authority and ``controller`` does not say which.
    """
    with database.transaction() as work:
        statement = (
            select(Participant)
            .join(Controller, col(Controller.id) == col(Participant.controller_id))
            .where(Participant.code == code.strip(), Participant.birth_year == birth_year)
        )
        if controller is not None:
            statement = statement.where(Controller.name == controller)
        people = work.session.exec(statement).all()
        if not people:
            raise NotFound("Ingen deltagare har den koden och det födelseåret.")
        if len(people) > 1:
            raise Conflict("Koden finns hos flera myndigheter: ange --controller med namnet.")
        (person,) = people
        assert person.id is not None
        extract = _read(work, None, person.id)
        record_for(
            work,
            None,
            Entry(FROM_CONSOLE, participant_id=person.id, detail=form),
            *(
                Entry(FROM_CONSOLE, insats_id=v.head.insats_id, spell_id=v.head.spell_id)
                for _, v in extract.spells
            ),
        )
    return extract


def _read(work: Transaction, actor: Actor | None, participant_id: int) -> RegisterExtract:
    session = work.session
    person = session.get_one(Participant, participant_id)
    seen = () if actor is None else visible(actor, Spell)
    rows = session.exec(
        select(Spell, Insats)
        .join(Insats, col(Insats.id) == col(Spell.insats_id))
        .where(Spell.participant_id == participant_id, *seen)
        .order_by(col(Spell.started_on), col(Spell.id))
    ).all()
    titles = dict(session.exec(select(Account.id, Account.title)).all())
    holding = rules(session)
    forbund = session.get(Forbund, 1)
    return RegisterExtract(
        controller=session.get_one(Controller, person.controller_id).name,
        forbund="" if forbund is None else forbund.name,
        code=person.code,
        gender=person.gender,
        birth_year=person.birth_year,
        registered_on=person.created_at.astimezone(SWEDEN).date(),
        made_at=clock.now(),
        by="serverns konsol" if actor is None else actor.title,
        complete=actor is None,
        spells=tuple(
            (
                Registered(
                    spell.created_at.astimezone(SWEDEN).date(),
                    titles.get(spell.created_by, ""),
                    spell.consent_follow_up,
                ),
                read_view(session, actor, spell, person, insats),
            )
            for spell, insats in rows
        ),
        log=_log_of(session, participant_id, [spell.id or 0 for spell, _ in rows], actor),
        persons_rule=holding[person.controller_id],
        log_rule=holding[None],
    )


def _log_of(
    session: DbSession, participant_id: int, spell_ids: Sequence[int], actor: Actor | None
) -> tuple[LogLine, ...]:
    """Who has read and changed, by day, function and act; the newest first."""
    of_person = col(AccessLogPayload.participant_id) == participant_id
    of_spells = col(AccessLogPayload.spell_id).in_(spell_ids)
    # What names the person alone may have been done in an insats that the actor is not told of.
    wanted = or_(of_person, of_spells) if actor is None else of_spells
    rows = session.exec(
        select(AccessLog, AccessLogPayload)
        .join(AccessLogPayload, col(AccessLogPayload.log_id) == col(AccessLog.id))
        .where(wanted)
        .order_by(col(AccessLog.id))
    )
    accounts = {
        account.id: (account.title, account.employer_id)
        for account in session.exec(select(Account))
    }
    employers = dict(session.exec(select(Controller.id, Controller.name)).all())
    insatser = dict(session.exec(select(Insats.id, Insats.name)).all())
    counted: Counter[tuple[date, str, str, str, str]] = Counter()
    for link, payload in rows:
        who, employer = accounts.get(payload.account_id, ("serverns konsol", None))
        day = link.at.astimezone(SWEDEN).date()
        insats = "" if payload.insats_id is None else insatser.get(payload.insats_id, "")
        act = action_words(payload.action)
        counted[day, who, employers.get(employer, "") if employer else "", act, insats] += 1
    return tuple(
        LogLine(day, who, employer, act, insats, times)
        for (day, who, employer, act, insats), times in sorted(
            counted.items(), key=lambda item: item[0][0], reverse=True
        )
    )
