"""Starting a spell, with what is required at the start and what may be filled in later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_see_spell
from tracking.domain.errors import InvalidValue, NotFound, RuleBroken
from tracking.domain.ladder import StepLevel
from tracking.domain.records import Gender, SupportMonthsKnown
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion, SituationValue
from tracking.domain.swedish import iso
from tracking.services._answers import Choices, add_answers
from tracking.services._rules import (
    GONE,
    age_warnings,
    check_day,
    check_may_write,
    check_no_overlap,
    check_reason,
    check_within_insats,
    code_id,
    code_of,
    hold_spell,
)
from tracking.services._setup import check_unchanged
from tracking.services._standing import add_situation, add_step
from tracking.services._writing import Writing, edit, writing
from tracking.services.need_groups import need_group_id
from tracking.services.participants import (
    check_may_start_for,
    insats_to_record_in,
    new_participant,
)
from tracking.services.progress import MISREGISTERED_REASON, plan_after_end, proposed_outcome
from tracking.store.database import Database
from tracking.store.tables import Assignment, Insats, LadderVersion, Participant, Spell

LONGEST_SUPPORT_MONTHS = 720


@dataclass(frozen=True, kw_only=True)
class StartDetails:
    """What is asked at the start and may come later. None means: not known yet.

    Codes are keys of the förbund's lists; ``support_months`` goes with MONTHS and
    ``support_band`` with BAND.
    """

    municipality: str | None = None
    education: str | None = None
    support_months_known: SupportMonthsKnown | None = None
    support_months: int | None = None
    support_band: str | None = None
    need_group: str | None = None
    responsible_id: int | None = None


@dataclass(frozen=True)
class PastEnd:
    """The end of a spell that is registered when it is already over.

    ``reason`` is a code of `end_reason`; the outcome is what it proposes. Situation and step at
    the end come on the to-do list.
    """

    on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class SpellStart(StartDetails):
    """What a spell starts with. Date, remittent and the consents are required.

    ``end`` registers a whole spell that is over; one that lies before another spell of the
    same person in the insats cannot be registered without it. ``answers`` are to
    kompletterande frågor, by question; an empty set of choices is *vet ej*.
    """

    started_on: date
    referrer: str
    consent_follow_up: bool
    consent_contact: bool
    consent_disclosure_on: date | None = None
    situation: SituationValue | None = None
    step: StepLevel | None = None
    previous_spell_id: int | None = None
    end: PastEnd | None = None
    answers: Mapping[int, Choices] = field(default_factory=dict)


@dataclass(frozen=True)
class StartedSpell:
    """The spell that was started; ``warnings`` are sentences about what was let pass."""

    spell_id: int
    code: str
    memory_word: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompletedStart:
    """The spell whose start details were filled in, with its new version."""

    spell_id: int
    version: int


def start_spell(
    database: Database,
    actor: Actor,
    *,
    participant_id: int,
    insats_id: int,
    start: SpellStart,
    key: str,
) -> StartedSpell:
    """Start a spell for a participant whom the actor has registered, knows or has found.

    Raises `NotPermitted`, `InvalidValue` or `RuleBroken` with the field, and `Conflict` when
    the person already has a spell in the insats at that time.
    """
    with writing(database, actor, "start_spell", key) as write:
        insats = insats_to_record_in(write, insats_id)
        if write.repeated:
            return _started(write, write.earlier)
        participant = write.session.exec(
            select(Participant)
            .where(Participant.id == participant_id)
            .with_for_update(key_share=True)
        ).one_or_none()
        if participant is None or participant.controller_id != insats.controller_id:
            raise NotFound("Deltagaren finns inte hos insatsens personuppgiftsansvariga.")
        check_may_start_for(write, participant)
        return add_spell(write, insats, participant, start)


def register_and_start(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    birth_year: int,
    gender: Gender,
    start: SpellStart,
    key: str,
) -> StartedSpell:
    """Register a participant and start the first spell, both or neither."""
    with writing(database, actor, "register_and_start", key) as write:
        insats = insats_to_record_in(write, insats_id)
        if write.repeated:
            return _started(write, write.earlier)
        participant = new_participant(write, insats, birth_year, gender)
        return add_spell(write, insats, participant, start)


def _started(write: Writing, spell_id: int | None) -> StartedSpell:
    spell = write.session.get(Spell, spell_id)
    if spell is None or spell.id is None:
        raise NotFound(GONE)
    check_may_write(write, spell)
    person = write.session.get_one(Participant, spell.participant_id)
    warnings = age_warnings(person.birth_year, spell.started_on)
    return StartedSpell(spell.id, person.code, person.memory_word, warnings)


def add_spell(
    write: Writing, insats: Insats, participant: Participant, start: SpellStart
) -> StartedSpell:
    """Start a spell within a write, by every rule that a start has; raises as `start_spell`."""
    assert participant.id is not None
    assert insats.id is not None
    check_day(start.started_on, write.today, field="started_on")
    check_within_insats(start.started_on, insats, field="started_on", what="Starten")
    check_consents(write, insats, start)
    if start.started_on.year <= participant.birth_year:
        raise RuleBroken("Starten ligger före eller på födelseåret.", field="started_on")
    end = start.end
    if end is not None:
        _check_past_end(write, insats, start.started_on, end)
    check_no_overlap(
        write,
        participant_id=participant.id,
        insats_id=insats.id,
        started_on=start.started_on,
        ended_on=None if end is None else end.on,
    )
    check_previous(write, participant.id, start.started_on, start.previous_spell_id)
    referrer = code_of(write, "referrer", start.referrer, field="referrer")
    assert referrer.id is not None
    spell = Spell(
        participant_id=participant.id,
        controller_id=insats.controller_id,
        insats_id=insats.id,
        started_on=start.started_on,
        referrer_id=referrer.id,
        consent_follow_up=start.consent_follow_up,
        consent_contact=start.consent_contact,
        consent_disclosure_on=start.consent_disclosure_on,
        ladder_version_id=_ladder_version(write, insats, start.started_on),
        previous_spell_id=start.previous_spell_id,
        created_at=write.now,
        created_by=write.actor.account_id,
        **_detail_values(write, insats.id, start),
    )
    reason = None
    if end is not None:
        # At once, since a later spell may be open and a person has one open in an insats.
        reason = code_of(write, "end_reason", end.reason, field="end_reason")
        if reason.key == MISREGISTERED_REASON:
            raise RuleBroken("En felregistrering avslutas för sig.", field="end_reason")
        spell.ended_on, spell.end_reason_id = end.on, reason.id
        spell.outcome = proposed_outcome(reason)
    write.session.add(spell)
    write.session.flush()
    assert spell.id is not None
    elsewhere = () if reason is None else plan_after_end(write, spell, insats, reason)
    if start.situation is not None:
        add_situation(write, spell, start.situation, Occasion.START, start.started_on)
    if start.step is not None:
        add_step(write, spell, start.step, Occasion.START, start.started_on)
    add_answers(write, spell, Occasion.START, start.started_on, start.answers)
    write.finish(
        spell.id,
        Entry(write.action, insats_id=insats.id, participant_id=participant.id, spell_id=spell.id),
        *elsewhere,
    )
    return StartedSpell(
        spell.id,
        participant.code,
        participant.memory_word,
        age_warnings(participant.birth_year, start.started_on),
    )


def check_consents(write: Writing, insats: Insats, start: SpellStart) -> None:
    """Raise unless a person may be followed up, and the spell be seen, with these consents."""
    if not start.consent_follow_up:
        raise RuleBroken(
            "Utan samtycke till uppföljning registreras personen som anonym deltagare.",
            field="consent_follow_up",
        )
    if start.consent_disclosure_on is not None:
        check_day(start.consent_disclosure_on, write.today, field="consent_disclosure_on")
    assert insats.id is not None
    check_can_see_spell(
        write.actor,
        insats_id=insats.id,
        controller_id=insats.controller_id,
        consent_disclosure_on=start.consent_disclosure_on,
    )


def _check_past_end(write: Writing, insats: Insats, started_on: date, end: PastEnd) -> None:
    check_day(end.on, write.today, field="ended_on")
    if end.on < started_on:
        raise RuleBroken(f"Slutet kan inte ligga före starten {iso(started_on)}.", field="ended_on")
    check_within_insats(end.on, insats, field="ended_on", what="Slutet")


def check_previous(
    write: Writing, participant_id: int, started_on: date, previous_id: int | None
) -> None:
    """Raise unless the earlier spell is the same person's, began no later and may be seen."""
    if previous_id is None:
        return
    previous = write.session.get(Spell, previous_id)
    if previous is None or previous.participant_id != participant_id:
        raise InvalidValue("Välj ett tidigare deltagande i listan.", field="previous_spell_id")
    check_may_write(write, previous)
    if previous.started_on > started_on:
        raise RuleBroken(
            f"Det tidigare deltagandet startade {iso(previous.started_on)}, efter det här.",
            field="previous_spell_id",
        )


def _ladder_version(write: Writing, insats: Insats, on: date) -> int | None:
    """The ladder's newest version that was valid on the day, else its first."""
    if insats.ladder_id is None:
        return None
    versions = write.session.exec(
        select(LadderVersion)
        .where(LadderVersion.ladder_id == insats.ladder_id)
        .order_by(col(LadderVersion.number))
    ).all()
    return valid_version(versions, on)


def valid_version(versions: Sequence[LadderVersion], on: date) -> int | None:
    """The number of the last of a ladder's versions that was valid on the day, else the first."""
    valid = [version for version in versions if version.valid_from <= on]
    chosen = valid[-1] if valid else next(iter(versions), None)
    return None if chosen is None else chosen.id


def _detail_values(write: Writing, insats_id: int, details: StartDetails) -> dict[str, Any]:
    """The details as columns of the spell."""
    check_support(details)
    if details.responsible_id is not None:
        _check_responsible(write, insats_id, details.responsible_id)
    return {
        "municipality_id": code_id(
            write, "municipality", details.municipality, field="municipality"
        ),
        "education_id": code_id(write, "education", details.education, field="education"),
        "support_months_known": details.support_months_known,
        "support_months": details.support_months,
        "support_band_id": code_id(
            write, "support_band", details.support_band, field="support_band"
        ),
        "need_group_id": need_group_id(write, insats_id, details.need_group),
        "responsible_id": details.responsible_id,
    }


def check_support(details: StartDetails) -> None:
    """Raise unless the time in offentlig försörjning is months, a band, *vet ej* or nothing."""
    known, months = details.support_months_known, details.support_months
    if (known is SupportMonthsKnown.MONTHS) != (months is not None):
        raise RuleBroken(
            "Ange antal månader i offentlig försörjning, eller välj ett spann eller vet ej.",
            field="support_months",
        )
    if (known is SupportMonthsKnown.BAND) != (details.support_band is not None):
        raise RuleBroken("Välj ett spann i listan.", field="support_band")
    if months is not None and (
        isinstance(months, bool) or not 0 <= months <= LONGEST_SUPPORT_MONTHS
    ):
        raise InvalidValue(
            f"Antalet månader ska vara mellan 0 och {LONGEST_SUPPORT_MONTHS}.",
            field="support_months",
        )


def _check_responsible(write: Writing, insats_id: int, account_id: int) -> None:
    found = write.session.exec(
        select(Assignment.id).where(
            Assignment.account_id == account_id,
            Assignment.insats_id == insats_id,
            Assignment.role == Role.CASE_WORKER,
            col(Assignment.starts_on) <= write.today,
            or_(col(Assignment.ends_on).is_(None), col(Assignment.ends_on) >= write.today),
        )
    ).first()
    if found is None:
        raise InvalidValue(
            "Välj en ansvarig som har uppdrag som deltagaransvarig i insatsen.",
            field="responsible_id",
        )


def complete_start(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    details: StartDetails,
    version: int,
    why: str | None = None,
    key: str,
) -> CompletedStart:
    """Fill in start details; those left as None stay as they are.

    Replacing a detail that was already there is a correction and needs ``why``, a code of
    `correction_reason`. Raises `Conflict` when the spell has changed since ``version``.
    """
    with writing(database, actor, "complete_start", key) as write:
        held = hold_spell(write, spell_id)
        spell = held.spell
        if write.repeated:
            return CompletedStart(spell_id, spell.version)
        given = {f.name for f in fields(StartDetails) if getattr(details, f.name) is not None}
        if not given:
            raise InvalidValue("Fyll i minst en uppgift.")
        values = _detail_values(write, held.insats_id, details)
        support = {"support_months_known", "support_months", "support_band_id"}
        chosen = {
            name: value
            for name, value in values.items()
            if value is not None or (name in support and details.support_months_known is not None)
        }
        replaced = [n for n in chosen if getattr(spell, n) not in (None, chosen[n])]
        check_unchanged(spell, version, chosen)
        if replaced:
            why = check_reason(write, "correction_reason", why or "")
        edit(write.work, actor, spell, chosen, why=why or "completed", spell_id=spell_id)
        write.finish(spell_id, Entry("complete_start", insats_id=held.insats_id, spell_id=spell_id))
        return CompletedStart(spell_id, spell.version)
