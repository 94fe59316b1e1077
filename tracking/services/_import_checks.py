"""Whether a record of a file may be added: the rules of recording by hand, asked of a picture.

`look` answers with what would happen, and takes a record that may be added up in the picture.
The rules themselves are the services' own; those that ask the database when something is
written by hand are asked here of `Picture`, and once more by the writing itself.
"""

from __future__ import annotations

from datetime import date

from tracking.domain.endings import Outcome, check_outcome
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken, StegvisError
from tracking.domain.identifiers import check_birth_year, code_number
from tracking.domain.import_records import (
    FollowUpRecord,
    HistoryRecord,
    ImportRecord,
    RowState,
    SituationRecord,
    SpellRecord,
    StepRecord,
    TalkRecord,
    is_own_code,
)
from tracking.domain.situation import FOLLOW_UPS, Occasion, follow_up_months
from tracking.domain.swedish import iso
from tracking.services._import_answers import added, new_answers, of_answers, take_up
from tracking.services._import_parts import (
    check_level,
    of_follow_up,
    of_situation,
    of_step,
    of_talk,
)
from tracking.services._import_picture import DETAILS, OTHERWISE, Look, PersonSeen, Picture
from tracking.services._rules import check_day, check_within_insats
from tracking.services.progress import MISREGISTERED_REASON, proposed_outcome
from tracking.services.starts import StartDetails, check_support
from tracking.store.tables import Spell

NOT_KNOWN = (
    "Deltagaren finns inte i insatsen. Läs in deltaganden först, eller starta deltagandet för hand."
)


def look(picture: Picture, record: ImportRecord) -> Look:
    """What would happen with the record; a fault of it is an answer and is never raised."""
    try:
        if isinstance(record, HistoryRecord):
            return _history(picture, record)
        if isinstance(record, SpellRecord):
            return _spell(picture, record)
        person = picture.people.get(record.key)
        if person is None or not person.spells:
            raise NotFound(NOT_KNOWN)
        if isinstance(record, TalkRecord):
            return of_talk(picture, record, person)
        if isinstance(record, SituationRecord):
            return _situation(picture, record, person)
        if isinstance(record, StepRecord):
            return of_step(picture, record, person)
        return _follow_up(picture, record, person)
    except StegvisError as fault:
        return Look(RowState.REFUSED, fault.sentence)


def _history(picture: Picture, record: HistoryRecord) -> Look:
    key = (record.year, record.measure, record.source, record.gender)
    if record.year > picture.today.year:
        raise InvalidValue("Året ligger i framtiden.", field="year")
    if record.base is not None and record.number > record.base:
        raise RuleBroken("Antalet är större än basen.", field="number")
    values = (record.number, record.base)
    if key in picture.history:
        if picture.history[key] == values:
            return Look(RowState.SAME, "Uppgiften finns redan.")
        raise Conflict(f"Uppgiften {OTHERWISE}")
    picture.history[key] = values
    return Look(RowState.NEW, f"{record.measure} {record.year}")


# ---------------------------------------------------------------------------------------
# Participants and spells


def _spell(picture: Picture, record: SpellRecord) -> Look:
    person = picture.people.get(record.key)
    started_on = record.started_on
    assert started_on is not None, "the reading of a file asks for it"
    if person is None:
        _check_new_key(picture, record.key)
    elif (person.birth_year, person.gender) != (record.birth_year, record.gender):
        raise Conflict(
            "Födelseåret eller könet är ett annat än det som är registrerat för deltagaren.",
            field="birth_year",
        )
    details = _details(picture, record)
    days = {Occasion.START: started_on, Occasion.END: record.ended_on}
    for seen in () if person is None else person.spells:
        assert person is not None
        if seen.spell.started_on == started_on:
            if all(seen.details[name] == value for name, value in details.items()):
                if answers := new_answers(picture, seen, record.answers, days):
                    return added(person, seen, answers)
                return Look(RowState.SAME, "Deltagandet finns redan.", person, seen)
            raise Conflict(f"Deltagandet som startar {iso(started_on)} {OTHERWISE}")
    _check_start(picture, record, started_on)
    if person is not None:
        _check_alone(person, started_on, record.ended_on)
    version = picture.ladder_version(started_on)
    if record.step is not None:
        check_level(picture, version, record.step)
    answers = new_answers(picture, None, record.answers, days)
    new = person is None
    if person is None:
        person = picture.people[record.key] = PersonSeen(record.birth_year, record.gender)
        if is_own_code(record.key):
            picture.numbers_taken.add(code_number(record.key))
    spell = Spell(
        participant_id=0,
        controller_id=picture.insats.controller_id,
        insats_id=picture.insats.id or 0,
        started_on=started_on,
        referrer_id=0,
        consent_follow_up=True,
        consent_contact=record.consent_contact,
        ladder_version_id=version,
        ended_on=record.ended_on,
        created_at=picture.insats.created_at,
        created_by=0,
    )
    seen = picture.add_spell(person, spell, dict.fromkeys(DETAILS) | details)
    take_up(seen, answers)
    said = "Ny deltagare" if new else "Nytt deltagande"
    until = "" if record.ended_on is None else f" till {iso(record.ended_on)}"
    told = f"{said} från {iso(started_on)}{until}."
    return Look(RowState.NEW, told, person, seen, answers=answers)


def _situation(picture: Picture, record: SituationRecord, person: PersonSeen) -> Look:
    """A situation, answers of the same occasion, or both."""
    if record.value is None:
        return of_answers(picture, record, person)
    found = of_situation(picture, record, record.value, person)
    if record.answers and found.spell is not None:
        with_answers = of_answers(picture, record, person)
        if found.state is RowState.SAME:
            return with_answers
        found.answers = with_answers.answers
    return found


def _follow_up(picture: Picture, record: FollowUpRecord, person: PersonSeen) -> Look:
    """A follow-up with the answers that were given then; one that is stored may get answers."""
    found = of_follow_up(picture, record, person)
    if not record.answers or found.spell is None:
        return found
    occasion = next(one for one in FOLLOW_UPS if follow_up_months(one) == record.months)
    answers = new_answers(picture, found.spell, record.answers, {occasion: record.on})
    if found.state is RowState.SAME:
        return added(person, found.spell, answers) if answers else found
    take_up(found.spell, answers)
    found.answers = answers
    return found


def _check_new_key(picture: Picture, key: str) -> None:
    """A code of ours belongs to somebody, unless its number has never been given."""
    if is_own_code(key) and code_number(key) <= picture.last_number:
        raise NotFound(
            "Koden finns inte i insatsen. Någon som är känd från en annan insats startas för hand "
            "under Registrera deltagare."
        )


def _details(picture: Picture, record: SpellRecord) -> dict[str, object]:
    """What the record says of the spell; what it leaves out is not compared."""
    details: dict[str, object] = {
        name: getattr(record, name) for name in DETAILS if getattr(record, name) is not None
    }
    reason = picture.end_reasons.get(record.end_reason or "")
    if reason is not None:
        details.setdefault("outcome", proposed_outcome(reason))
    return details


def _check_start(picture: Picture, record: SpellRecord, started_on: date) -> None:
    check_birth_year(record.birth_year, today=picture.today)
    check_day(started_on, picture.today, field="started_on")
    check_within_insats(started_on, picture.insats, field="started_on", what="Starten")
    if started_on.year <= record.birth_year:
        raise RuleBroken("Starten ligger före eller på födelseåret.", field="started_on")
    if not record.consent_follow_up:
        raise RuleBroken(
            "Utan samtycke till uppföljning registreras personen som anonym deltagare.",
            field="consent_follow_up",
        )
    if record.consent_disclosure_on is not None:
        check_day(record.consent_disclosure_on, picture.today, field="consent_disclosure_on")
    check_support(
        StartDetails(
            support_months_known=record.support_months_known,
            support_months=record.support_months,
            support_band=record.support_band,
        )
    )
    if record.ended_on is None:
        if record.end_reason is not None or record.outcome is not None:
            raise RuleBroken("Avslutsanledning finns men inget slutdatum.", field="ended_on")
        return
    check_day(record.ended_on, picture.today, field="ended_on")
    if record.ended_on < started_on:
        raise RuleBroken(f"Slutet ligger före starten {iso(started_on)}.", field="ended_on")
    check_within_insats(record.ended_on, picture.insats, field="ended_on", what="Slutet")
    reason = picture.end_reasons.get(record.end_reason or "")
    if reason is None:
        raise RuleBroken("Slutdatum finns men ingen avslutsanledning.", field="end_reason")
    if reason.key == MISREGISTERED_REASON or record.outcome is Outcome.MISREGISTERED:
        raise RuleBroken("En felregistrering läses inte in.", field="end_reason")
    proposed = proposed_outcome(reason)
    check_outcome(proposed, record.outcome or proposed, record.outcome_reason)


def _check_alone(person: PersonSeen, started_on: date, ended_on: date | None) -> None:
    """As `_rules.check_no_overlap`: no two spells of one person in the insats at one time."""
    for seen in person.spells:
        began, ended = seen.spell.started_on, seen.spell.ended_on
        if (ended is None or ended >= started_on) and (ended_on is None or began <= ended_on):
            until = "pågår" if ended is None else f"slutade {iso(ended)}"
            raise Conflict(
                f"Deltagaren har ett annat deltagande i insatsen som startade {iso(began)} och "
                f"{until}. Två deltaganden i samma insats kan inte pågå samtidigt.",
                field="started_on",
            )
