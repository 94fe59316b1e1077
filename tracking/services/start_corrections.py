"""What was said at the start and turns out otherwise: the start itself, the person's own facts,
consents that come or go later, and which spell followed on which.

Filling in what was never said is `starts.complete_start`. Consent to follow-up itself is not
here: without it the spell turns anonymous, see `withdrawals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, func, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken
from tracking.domain.identifiers import check_birth_year
from tracking.domain.ladder import FOLLOW_UP_WINDOW_AFTER, START_WINDOW_DAYS
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.situation import Occasion
from tracking.domain.swedish import iso
from tracking.services._deaths import hold_everyone_of
from tracking.services._rules import (
    Held,
    age_warnings,
    check_day,
    check_no_overlap,
    check_reason,
    check_within_insats,
    code_of,
    hold_spell,
)
from tracking.services._setup import check_unchanged
from tracking.services._writing import Writing, edit, writing
from tracking.services.followups import close_for_want_of_consent
from tracking.services.starts import check_previous
from tracking.store.database import Database
from tracking.store.tables import (
    Attendance,
    Code,
    FollowUp,
    Participant,
    Session,
    Spell,
    StepAssessment,
)

NOTHING_NEW = "Uppgifterna är desamma som förut: inget att rätta."
CONTACT_GIVEN = "contact_given"
DISCLOSURE_RECORDED = "disclosure_recorded"
LINKED = "linked"
"""Why a field changed that nobody had wrong, in the history."""


@dataclass(frozen=True)
class CorrectedStart:
    """The spell whose start was corrected; ``warnings`` tell what was let pass."""

    spell_id: int
    version: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CorrectedParticipant:
    """The participant whose facts were corrected, for all its spells."""

    participant_id: int
    version: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordedConsents:
    """The spell with its consents; the follow-ups (months) that stand again."""

    spell_id: int
    version: int
    opened: tuple[int, ...] = ()


@dataclass(frozen=True)
class LinkedSpell:
    """A spell and the one it followed on, if any."""

    spell_id: int
    previous_spell_id: int | None
    version: int


def correct_start(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    started_on: date,
    referrer: str,
    why: str,
    version: int,
    key: str,
) -> CorrectedStart:
    """Correct the day of the start and the remittent; the old ones stay in the history.

    ``why`` is a code of `correction_reason`. The ladder version stays the one that the spell
    began with. Raises `RuleBroken` with the field on a day after the end, after something
    recorded or outside the insats, and `Conflict` when the spell has changed since ``version``
    or another spell of the person in the insats lies there.
    """
    with writing(database, actor, "correct_start", key) as write:
        held = hold_spell(write, spell_id)
        spell = held.spell
        warnings = age_warnings(held.participant.birth_year, started_on)
        if write.repeated:
            return CorrectedStart(spell_id, spell.version, warnings)
        values = {"started_on": started_on, "referrer_id": _referrer(write, spell, referrer)}
        check_unchanged(spell, version, values)
        reason = check_reason(write, "correction_reason", why)
        if started_on != spell.started_on:
            _check_start(write, held, started_on)
        if not edit(write.work, actor, spell, values, why=reason, spell_id=spell_id):
            raise InvalidValue(NOTHING_NEW)
        write.finish(spell_id, Entry("correct_start", insats_id=held.insats_id, spell_id=spell_id))
        return CorrectedStart(spell_id, spell.version, warnings)


def _referrer(write: Writing, spell: Spell, key: str) -> int | None:
    """The chosen remittent; the one that stands may be retired and still stay."""
    stands = write.session.get(Code, spell.referrer_id)
    if stands is not None and stands.key == key:
        return stands.id
    return code_of(write, "referrer", key, field="referrer").id


def _check_start(write: Writing, held: Held, on: date) -> None:
    spell = held.spell
    check_day(on, write.today, field="started_on")
    check_within_insats(on, held.insats, field="started_on", what="Starten")
    if on.year <= held.participant.birth_year:
        raise RuleBroken("Starten ligger före eller på födelseåret.", field="started_on")
    if spell.ended_on is not None and on > spell.ended_on:
        raise RuleBroken(
            f"Starten kan inte ligga efter slutet {iso(spell.ended_on)}.", field="started_on"
        )
    _check_nothing_earlier(write, held.spell_id, on)
    check_no_overlap(
        write,
        participant_id=spell.participant_id,
        insats_id=spell.insats_id,
        started_on=on,
        ended_on=spell.ended_on,
        but=held.spell_id,
    )


def _check_nothing_earlier(write: Writing, spell_id: int, on: date) -> None:
    first_session = write.session.exec(
        select(func.min(Session.held_on))
        .join(Attendance, col(Attendance.session_id) == col(Session.id))
        .where(
            Attendance.spell_id == spell_id,
            col(Attendance.voided_at).is_(None),
            col(Session.voided_at).is_(None),
        )
    ).one()
    if first_session is not None and first_session < on:
        raise RuleBroken(
            f"Det finns ett samtal eller en träff {iso(first_session)}, före starten {iso(on)}. "
            "Välj en tidigare start, eller makulera det som är fel.",
            field="started_on",
        )
    steps = write.session.exec(
        select(StepAssessment)
        .where(StepAssessment.spell_id == spell_id, col(StepAssessment.voided_at).is_(None))
        .order_by(col(StepAssessment.assessed_on))
    ).all()
    for step in steps:
        away = abs((step.assessed_on - on).days)
        if step.occasion is Occasion.START and away > START_WINDOW_DAYS:
            raise RuleBroken(
                f"Stegbedömningen vid start är från {iso(step.assessed_on)}, mer än "
                f"{START_WINDOW_DAYS} dagar från {iso(on)}. Makulera den först om den är fel.",
                field="started_on",
            )
        if step.occasion is not Occasion.START and step.assessed_on < on:
            raise RuleBroken(
                f"Det finns en stegbedömning {iso(step.assessed_on)}, före starten {iso(on)}. "
                "Välj en tidigare start, eller makulera det som är fel.",
                field="started_on",
            )


def correct_participant(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    birth_year: int,
    gender: Gender,
    why: str,
    version: int,
    key: str,
) -> CorrectedParticipant:
    """Correct the birth year and kön of a spell's participant, for all the person's spells.

    ``version`` is the participant's, ``why`` a code of `correction_reason`. Raises
    `NotPermitted` for staff of another authority than the personuppgiftsansvariga, whose other
    insatser it concerns too; `RuleBroken` when a spell began in the birth year or before; and
    `Conflict` when the participant has changed since ``version``.
    """
    with writing(database, actor, "correct_participant", key) as write:
        hold_everyone_of(write, spell_id)
        held = hold_spell(write, spell_id)
        if actor.employer_id != held.spell.controller_id:
            raise NotPermitted(
                "Födelseår och kön gäller alla personens deltaganden och rättas av personal hos "
                "den personuppgiftsansvariga myndigheten."
            )
        person = write.session.exec(
            select(Participant)
            .where(Participant.id == held.spell.participant_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        assert person.id is not None
        warnings = age_warnings(birth_year, held.spell.started_on)
        if write.repeated:
            return CorrectedParticipant(person.id, person.version, warnings)
        values = {"birth_year": birth_year, "gender": Gender(gender)}
        check_unchanged(person, version, values)
        reason = check_reason(write, "correction_reason", why)
        check_birth_year(birth_year, today=write.today)
        first = write.session.exec(
            select(func.min(Spell.started_on)).where(Spell.participant_id == person.id)
        ).one()
        if first is not None and first.year <= birth_year:
            raise RuleBroken(
                "Födelseåret måste ligga före det år då personens första deltagande startade.",
                field="birth_year",
            )
        if not edit(write.work, actor, person, values, why=reason, participant_id=person.id):
            raise InvalidValue(NOTHING_NEW)
        write.finish(
            person.id,
            Entry(
                "correct_participant",
                insats_id=held.insats_id,
                participant_id=person.id,
                spell_id=spell_id,
            ),
        )
        return CorrectedParticipant(person.id, person.version, warnings)


def record_consents(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    contact: bool,
    disclosure_on: date | None,
    on: date,
    version: int,
    key: str,
) -> RecordedConsents:
    """Record that consent to contact, or sekretessbrytande samtycke, was given or taken back.

    ``on`` is the day it happened; ``disclosure_on`` the day from which the sekretessbrytande
    samtycke holds, None when there is none. Contact taken back closes the spell's follow-ups
    from that day; given, it opens those whose days are not over. Raises `InvalidValue` or
    `RuleBroken` with the field, and `Conflict` when the spell has changed since ``version``.
    """
    with writing(database, actor, "record_consents", key) as write:
        held = hold_spell(write, spell_id)
        spell = held.spell
        if write.repeated:
            return RecordedConsents(spell_id, spell.version)
        check_unchanged(
            spell, version, {"consent_contact": contact, "consent_disclosure_on": disclosure_on}
        )
        check_day(on, write.today, field="on")
        if on < spell.started_on:
            raise RuleBroken(
                f"Dagen kan inte ligga före starten {iso(spell.started_on)}.", field="on"
            )
        if disclosure_on is not None:
            check_day(disclosure_on, write.today, field="consent_disclosure_on")
        if (contact, disclosure_on) == (spell.consent_contact, spell.consent_disclosure_on):
            raise InvalidValue("Samtyckena är desamma som förut: inget att spara.")
        opened: tuple[int, ...] = ()
        if contact and not spell.consent_contact:
            opened = _contact_given(write, held)
        elif spell.consent_contact and not contact:
            close_for_want_of_consent(write, spell, on)
        given = {"consent_disclosure_on": disclosure_on}
        edit(write.work, actor, spell, given, why=DISCLOSURE_RECORDED, spell_id=spell_id)
        write.finish(
            spell_id, Entry("record_consents", insats_id=held.insats_id, spell_id=spell_id)
        )
        return RecordedConsents(spell_id, spell.version, opened)


def _contact_given(write: Writing, held: Held) -> tuple[int, ...]:
    """Open the follow-ups whose days are not over; those that are had no consent then."""
    given = {"consent_contact": True}
    edit(write.work, write.actor, held.spell, given, why=CONTACT_GIVEN, spell_id=held.spell_id)
    closed = write.session.exec(
        select(FollowUp)
        .where(
            FollowUp.spell_id == held.spell_id,
            FollowUp.status == FollowUpStatus.NO_CONTACT_CONSENT,
            col(FollowUp.due_on) >= write.today - timedelta(days=FOLLOW_UP_WINDOW_AFTER),
        )
        .order_by(col(FollowUp.months))
        .with_for_update()
    ).all()
    for follow_up in closed:
        edit(
            write.work,
            write.actor,
            follow_up,
            {"status": FollowUpStatus.DUE, "closed_on": None},
            why=CONTACT_GIVEN,
            spell_id=held.spell_id,
        )
    return tuple(follow_up.months for follow_up in closed)


def link_previous(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    previous_spell_id: int | None,
    version: int,
    key: str,
) -> LinkedSpell:
    """Say which spell of the same person this one followed on, or none.

    Raises `InvalidValue` or `RuleBroken` at ``previous_spell_id``, and `Conflict` when the spell
    has changed since ``version``.
    """
    with writing(database, actor, "link_previous", key) as write:
        held = hold_spell(write, spell_id)
        spell = held.spell
        if not write.repeated:
            values = {"previous_spell_id": previous_spell_id}
            check_unchanged(spell, version, values)
            _check_no_circle(write, spell_id, previous_spell_id)
            check_previous(write, spell.participant_id, spell.started_on, previous_spell_id)
            if not edit(write.work, actor, spell, values, why=LINKED, spell_id=spell_id):
                raise InvalidValue(NOTHING_NEW, field="previous_spell_id")
            write.finish(
                spell_id, Entry("link_previous", insats_id=held.insats_id, spell_id=spell_id)
            )
        return LinkedSpell(spell_id, spell.previous_spell_id, spell.version)


def _check_no_circle(write: Writing, spell_id: int, previous_id: int | None) -> None:
    """Two spells that started on the same day could otherwise each follow on the other."""
    while previous_id is not None:
        if previous_id == spell_id:
            raise Conflict(
                "Det deltagandet följer redan på det här. Välj ett annat.",
                field="previous_spell_id",
            )
        previous = write.session.get(Spell, previous_id)
        previous_id = None if previous is None else previous.previous_spell_id
