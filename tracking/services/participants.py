"""Registering a participant, finding one who is known, the memory word.

A participant gets a code and a memory word from the system and has neither name nor text.
Starting a spell is in `starts`, counting the anonymous in `anonymous`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, func, select

from tracking.access import refusals
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_record, check_can_see_spell
from tracking.domain import clock, memory_words
from tracking.domain.errors import InvalidValue, NotFound, NotPermitted, RuleBroken
from tracking.domain.identifiers import check_birth_year, normalise_code, participant_code
from tracking.domain.records import Gender, InsatsKind
from tracking.services._rules import GONE, check_may_write
from tracking.services._writing import Writing, check_version, edit, writing
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLog,
    AccessLogPayload,
    Controller,
    Insats,
    Participant,
    Spell,
)

FOUND_ACTION = "find_known_participant"
NO_MATCH = "ingen träff"
MATCH = "träff"
WRONG_PAIRS_A_DAY = 10
"""Someone who has a code could otherwise try every birth year there is."""


@dataclass(frozen=True)
class RegisteredParticipant:
    """The participant that was registered, with the code and memory word that the system gave."""

    participant_id: int
    code: str
    memory_word: str


@dataclass(frozen=True)
class KnownParticipant:
    """A participant who is known by code and birth year."""

    participant_id: int
    code: str
    memory_word: str
    gender: Gender


@dataclass(frozen=True)
class ChangedWord:
    """The memory word that a participant has now."""

    participant_id: int
    memory_word: str


def register_participant(
    database: Database, actor: Actor, *, insats_id: int, birth_year: int, gender: Gender, key: str
) -> RegisteredParticipant:
    """Register a participant of the insats's controller and give it a code and a memory word.

    Raises `NotPermitted`, or `InvalidValue` on a birth year that cannot be true.
    """
    with writing(database, actor, "register_participant", key) as write:
        insats = insats_to_record_in(write, insats_id)
        if write.repeated:
            return _registered(write, write.earlier)
        participant = new_participant(write, insats, birth_year, gender)
        assert participant.id is not None
        write.finish(
            participant.id,
            Entry("register_participant", insats_id=insats_id, participant_id=participant.id),
        )
        return RegisteredParticipant(participant.id, participant.code, participant.memory_word)


def insats_to_record_in(write: Writing, insats_id: int) -> Insats:
    """The insats, if the actor may record there and it works with persons."""
    check_can_record(write.actor, insats_id)
    insats = write.session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    if insats.kind is not InsatsKind.INDIVIDUAL:
        raise RuleBroken("En strukturövergripande insats har inga deltagare att registrera.")
    return insats


def new_participant(
    write: Writing,
    insats: Insats,
    birth_year: int,
    gender: Gender,
    *,
    never_given: int | None = None,
    words_taken: set[str] | None = None,
) -> Participant:
    """Add a participant with the next löpnummer and a free memory word.

    ``never_given`` is a number that nobody has had and a file brings with it. ``words_taken``
    are the controller's memory words, where many participants are added at once; the new word
    is put among them.
    """
    check_birth_year(birth_year, today=write.today)
    session = write.session
    # Held until the commit: two who register at once get numbers one after the other.
    controller = session.exec(
        select(Controller)
        .where(Controller.id == insats.controller_id)
        .with_for_update(key_share=True)
    ).one()
    highest = session.exec(
        select(func.max(Participant.number)).where(
            Participant.controller_id == insats.controller_id
        )
    ).one()
    number = max(controller.last_number, highest or 0) + 1
    if never_given is not None:
        number = never_given
    controller.last_number = max(controller.last_number, highest or 0, number)
    session.add(controller)
    taken = words_taken_by(write, insats.controller_id) if words_taken is None else words_taken
    word = memory_words.propose(taken, number)
    taken.add(word)
    participant = Participant(
        controller_id=insats.controller_id,
        number=number,
        code=participant_code(number),
        memory_word=word,
        birth_year=birth_year,
        gender=Gender(gender),
        created_at=write.now,
        created_by=write.actor.account_id,
    )
    session.add(participant)
    session.flush()
    return participant


def words_taken_by(write: Writing, controller_id: int) -> set[str]:
    """The memory words that a controller's participants have."""
    return set(
        write.session.exec(
            select(Participant.memory_word).where(Participant.controller_id == controller_id)
        )
    )


def _registered(write: Writing, participant_id: int | None) -> RegisteredParticipant:
    participant = write.session.get(Participant, participant_id)
    if participant is None or participant.id is None:
        raise NotFound(GONE)
    return RegisteredParticipant(participant.id, participant.code, participant.memory_word)


def find_known_participant(
    database: Database, actor: Actor, *, insats_id: int, code: str, birth_year: int
) -> KnownParticipant:
    """The participant of the insats's controller with exactly this code and birth year.

    Every attempt is logged, hit or miss. Raises `NotFound` with a sentence that does not say
    which of the two was wrong, and `NotPermitted` for staff of another authority than the
    controller, or after ten misses in a day.
    """
    wanted = normalise_code(code, field="code")
    with (
        refusals.noting(database, actor.account_id, page=FOUND_ACTION),
        database.transaction() as work,
    ):
        check_can_record(actor, insats_id)
        insats = work.session.get(Insats, insats_id)
        if insats is None:
            raise NotFound("Insatsen finns inte.")
        if actor.employer_id != insats.controller_id:
            raise NotPermitted(
                "Bara personal hos den personuppgiftsansvariga myndigheten kan söka fram "
                "någon som är känd från en annan insats."
            )
        since = clock.now() - timedelta(days=1)
        misses = work.session.exec(
            select(func.count())
            .select_from(AccessLogPayload)
            .join(AccessLog, col(AccessLog.id) == col(AccessLogPayload.log_id))
            .where(
                AccessLogPayload.account_id == actor.account_id,
                AccessLogPayload.action == FOUND_ACTION,
                AccessLogPayload.detail == NO_MATCH,
                col(AccessLog.at) > since,
            )
        ).one()
        if misses >= WRONG_PAIRS_A_DAY:
            raise NotPermitted(
                "För många försök med fel kod eller födelseår det senaste dygnet. "
                "Kontrollera kodnyckeln och försök igen i morgon."
            )
        found = work.session.exec(
            select(Participant).where(
                Participant.controller_id == insats.controller_id,
                Participant.code == wanted,
                Participant.birth_year == birth_year,
            )
        ).one_or_none()
        record(
            work,
            actor,
            Entry(
                FOUND_ACTION,
                insats_id=insats_id,
                participant_id=None if found is None else found.id,
                detail=NO_MATCH if found is None else MATCH,
            ),
        )
    if found is None:
        raise NotFound(
            "Ingen deltagare har den koden och det födelseåret. Kontrollera båda i kodnyckeln.",
            field="code",
        )
    assert found.id is not None
    return KnownParticipant(found.id, found.code, found.memory_word, found.gender)


def check_may_start_for(write: Writing, participant: Participant) -> None:
    """Raise `NotPermitted` unless the actor knows this person in a way that counts.

    Just registered by the actor and without a spell yet, seen in a spell of the actor's own
    insatser, or found by code and birth year during the last day.
    """
    spells = write.session.exec(select(Spell).where(Spell.participant_id == participant.id)).all()
    if not spells and participant.created_by == write.actor.account_id:
        return
    for spell in spells:
        try:
            check_may_write(write, spell)
        except NotPermitted:
            continue
        return
    found = write.session.exec(
        select(AccessLogPayload.log_id)
        .join(AccessLog, col(AccessLog.id) == col(AccessLogPayload.log_id))
        .where(
            AccessLogPayload.account_id == write.actor.account_id,
            AccessLogPayload.action == FOUND_ACTION,
            AccessLogPayload.participant_id == participant.id,
            col(AccessLog.at) > write.now - timedelta(days=1),
        )
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotPermitted(
            "Sök först fram deltagaren med hela koden och födelseåret, så kan ett nytt "
            "deltagande startas."
        )


def propose_memory_words(
    database: Database, actor: Actor, *, spell_id: int, number: int = 5
) -> tuple[str, ...]:
    """Words that a participant's memory word may be changed to; the same ones each time."""
    with database.reading() as session:
        spell = session.get(Spell, spell_id)
        if spell is None:
            raise NotFound(GONE)
        check_can_record(actor, spell.insats_id)
        check_can_see_spell(
            actor,
            insats_id=spell.insats_id,
            controller_id=spell.controller_id,
            consent_disclosure_on=spell.consent_disclosure_on,
        )
        taken = set(
            session.exec(
                select(Participant.memory_word).where(
                    Participant.controller_id == spell.controller_id
                )
            )
        )
        return _proposed(taken, spell.participant_id, number)


def _proposed(taken: set[str], seed: int, number: int) -> tuple[str, ...]:
    taken, words = set(taken), []
    for n in range(number):
        word = memory_words.propose(taken, seed * 100 + n)
        taken.add(word)
        words.append(word)
    return tuple(words)


def change_memory_word(
    database: Database, actor: Actor, *, spell_id: int, word: str, version: int, key: str
) -> ChangedWord:
    """Change the memory word of a spell's participant to one of the proposed words.

    ``version`` is the participant's. Raises `InvalidValue` on a word that was not proposed.
    """
    with writing(database, actor, "change_memory_word", key) as write:
        spell = write.session.get(Spell, spell_id)
        if spell is None:
            raise NotFound(GONE)
        check_may_write(write, spell)
        participant = write.session.exec(
            select(Participant).where(Participant.id == spell.participant_id).with_for_update()
        ).one()
        assert participant.id is not None
        if not write.repeated:
            check_version(participant.version, version, theirs=participant.memory_word, mine=word)
            if word not in _proposed(words_taken_by(write, spell.controller_id), participant.id, 5):
                raise InvalidValue("Välj ett av de föreslagna minnesorden.", field="word")
            edit(
                write.work,
                actor,
                participant,
                {"memory_word": word},
                why="another_word",
                participant_id=participant.id,
            )
            write.finish(
                participant.id,
                Entry(
                    "change_memory_word",
                    insats_id=spell.insats_id,
                    participant_id=participant.id,
                    spell_id=spell_id,
                ),
            )
        return ChangedWord(participant.id, participant.memory_word)
