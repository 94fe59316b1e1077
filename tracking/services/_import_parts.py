"""Whether what belongs to a spell may be added: talks, situations, steps and follow-ups.

Part of `_import_checks`, which asks; the same rules as when it is recorded by hand.
"""

from __future__ import annotations

from datetime import date

from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from tracking.domain.import_records import (
    FollowUpRecord,
    PersonRecord,
    RowState,
    SituationRecord,
    StepRecord,
    TalkRecord,
)
from tracking.domain.ladder import StepLevel
from tracking.domain.periods import add_months
from tracking.domain.records import FollowUpStatus, SessionKind
from tracking.domain.situation import FOLLOW_UPS, Occasion, SituationValue, follow_up_months
from tracking.domain.swedish import iso
from tracking.services._deaths import STANDING
from tracking.services._import_picture import (
    OTHERWISE,
    Look,
    PersonSeen,
    Picture,
    SpellSeen,
    TalkSeen,
)
from tracking.services._rules import check_day, check_within_spell
from tracking.services._standing import check_not_early, check_step_day
from tracking.services.sessions import check_ratings
from tracking.store.tables import FollowUp


def check_level(picture: Picture, version: int | None, level: StepLevel) -> None:
    """Raise unless the step is on the version of the ladder."""
    if version is None:
        raise RuleBroken("Insatsen har ingen processtrappa att bedöma steg på.", field="step")
    if level.position is not None and level.position not in picture.positions[version]:
        raise InvalidValue("Steget finns inte på deltagandets trappa.", field="step")


def spell_of(person: PersonSeen, record: PersonRecord, on: date | None) -> SpellSeen:
    """The spell that is meant: the one named by its start, the only one, or the one of the day."""
    if record.started_on is not None:
        for seen in person.spells:
            if seen.spell.started_on == record.started_on:
                return seen
        raise NotFound(f"Deltagaren har inget deltagande som startade {iso(record.started_on)}.")
    if len(person.spells) == 1:
        return person.spells[0]
    if on is not None:
        running = [
            seen
            for seen in person.spells
            if seen.spell.started_on <= on <= (seen.spell.ended_on or date.max)
        ]
        if len(running) == 1:
            return running[0]
    raise InvalidValue(
        "Deltagaren har flera deltaganden i insatsen: skriv i en egen kolumn vilken dag det "
        "startade som raden gäller.",
        field="started_on",
    )


_KINDS = {kind: place for place, kind in enumerate(SessionKind)}
_LOW = (1 << 48) - 1


def of_talk(picture: Picture, record: TalkRecord, person: PersonSeen) -> Look:
    """A talk, or somebody's part in a group meeting."""
    seen = spell_of(person, record, record.held_on)
    check_day(record.held_on, picture.today, field="held_on")
    check_within_spell(record.held_on, seen.spell, field="held_on", what="Samtalet")
    check_ratings(record.attendance, record.ratings, picture.insats, record.kind)
    what = _what(record)
    key = (seen.place * 3 + _KINDS[record.kind]) << 24 | record.held_on.toordinal()
    earlier = picture.in_file.get(key)
    if earlier is not None and earlier >> 24 == what:
        raise Conflict(f"Samma samtal står redan på rad {earlier & 0xFFFFFF}.", field="held_on")
    stored = seen.talks.get((record.held_on, record.kind), ())
    joins: TalkSeen | None = None
    for talk in (one for one in stored if one.status == record.attendance):
        if all(talk.ratings.get(name) == value for name, value in record.ratings.items()):
            return Look(RowState.SAME, "Samtalet finns redan.", person, seen)
        if not set(talk.ratings) & set(record.ratings):
            joins = talk
    if stored and joins is None and record.place is None:
        raise Conflict(f"Ett samtal {iso(record.held_on)} {OTHERWISE}", field="held_on")
    picture.in_file[key] = what << 24 | min(record.row, 0xFFFFFF)
    if joins is not None:
        joins.ratings |= record.ratings
        said = f"Skattning till samtalet {iso(record.held_on)}."
        return Look(RowState.NEW, said, person, seen, joins)
    return Look(RowState.NEW, f"{_called(record.kind)} {iso(record.held_on)}.", person, seen)


def _called(kind: SessionKind) -> str:
    return {"individual": "Samtal", "group": "Gruppträff", "phone": "Telefonsamtal"}[kind.value]


def _what(record: TalkRecord) -> int:
    """A number for what a talk says; two talks of one day that say the same are one."""
    said = tuple(
        (name, value.status, value.scales, value.total)
        for name, value in sorted(record.ratings.items())
    )
    return hash((record.attendance, record.place, said)) & _LOW


def of_situation(
    picture: Picture, record: SituationRecord, value: SituationValue, person: PersonSeen
) -> Look:
    """A situation at the start or the end."""
    seen = spell_of(person, record, record.on)
    if record.occasion not in (Occasion.START, Occasion.END):
        raise RuleBroken("Situationen vid en uppföljning läses in med uppföljningen.")
    on = record.on or _default_day(seen, record.occasion)
    check_day(on, picture.today, field="on")
    if record.occasion is Occasion.END:
        _ended(seen)
    _check_whole(value)
    if record.occasion in seen.situations:
        if seen.situations[record.occasion] == value:
            return Look(RowState.SAME, "Situationen finns redan.", person, seen)
        raise Conflict(f"Situationen {record.occasion.label} {OTHERWISE}", field="occasion")
    seen.situations[record.occasion] = value
    return Look(RowState.NEW, f"Situation {record.occasion.label}.", person, seen)


def _check_whole(value: SituationValue) -> None:
    if missing := value.unanswered:
        field, sentence = next(iter(missing.items()))
        raise InvalidValue(sentence, field=field)


def _ended(seen: SpellSeen) -> date:
    if seen.spell.ended_on is None:
        raise RuleBroken("Deltagandet är inte avslutat än.", field="occasion")
    return seen.spell.ended_on


def _default_day(seen: SpellSeen, occasion: Occasion) -> date:
    if occasion is Occasion.START:
        return seen.spell.started_on
    if occasion is Occasion.END:
        return _ended(seen)
    raise InvalidValue("Datum saknas.", field="on")


def of_step(picture: Picture, record: StepRecord, person: PersonSeen) -> Look:
    """A step assessment."""
    seen = spell_of(person, record, record.on)
    on = record.on or _default_day(seen, record.occasion)
    check_day(on, picture.today, field="on")
    check_level(picture, seen.spell.ladder_version_id, record.level)
    kept = seen.steps.get((record.occasion, on))
    if kept is not None:
        if kept == record.level:
            return Look(RowState.SAME, "Stegbedömningen finns redan.", person, seen)
        raise Conflict(f"Stegbedömningen {iso(on)} {OTHERWISE}", field="on")
    if record.occasion in FOLLOW_UPS:
        _check_follow_up_step(seen, record.occasion, on)
    else:
        check_step_day(seen.spell, record.occasion, on)
    seen.steps[record.occasion, on] = record.level
    return Look(RowState.NEW, f"Steg {record.occasion.label}, {iso(on)}.", person, seen)


def _check_follow_up_step(seen: SpellSeen, occasion: Occasion, on: date) -> None:
    follow_up = _planned(seen, follow_up_months(occasion))
    if follow_up.status is not FollowUpStatus.DONE:
        raise RuleBroken("Läs in uppföljningen först: den är inte genomförd.", field="occasion")
    check_not_early(follow_up, on, field="on")
    if any(kept is occasion for kept, _ in seen.steps):
        raise Conflict(f"Steget {occasion.label} {OTHERWISE}", field="on")


def _planned(seen: SpellSeen, months: int) -> FollowUp:
    _ended(seen)
    if months not in seen.follow_ups:
        raise NotFound(f"Deltagandet har ingen uppföljning efter {months} månader.", field="months")
    return seen.follow_ups[months]


def of_follow_up(picture: Picture, record: FollowUpRecord, person: PersonSeen) -> Look:
    """What came of a follow-up."""
    seen = _spell_of_follow_up(person, record)
    follow_up = _planned(seen, record.months)
    check_day(record.on, picture.today, field="on")
    if record.on < _ended(seen):
        raise RuleBroken("Uppföljningen kan inte ligga före avslutet.", field="on")
    occasion = next(one for one in FOLLOW_UPS if follow_up_months(one) == record.months)
    if follow_up.status is record.status and record.on in (follow_up.done_on, follow_up.closed_on):
        kept = (seen.situations.get(occasion), record.situation)
        if record.situation is None or kept[0] == kept[1]:
            return Look(RowState.SAME, "Uppföljningen finns redan.", person, seen)
    if follow_up.status not in STANDING:
        raise Conflict(f"Uppföljningen är redan {follow_up.status.label}.", field="status")
    told = record.situation is not None or record.step is not None or record.answers
    if record.status is FollowUpStatus.DONE:
        check_not_early(follow_up, record.on, field="on")
        if record.situation is None:
            raise InvalidValue(
                "En genomförd uppföljning behöver situationen: försörjning och sysselsättning.",
                field="sources",
            )
        _check_whole(record.situation)
        if record.step is not None:
            check_level(picture, seen.spell.ladder_version_id, record.step)
            seen.steps[occasion, record.on] = record.step
        seen.situations[occasion] = record.situation
    elif told:
        raise RuleBroken(
            "Situation, steg och svar hör till en genomförd uppföljning.", field="status"
        )
    elif record.status is FollowUpStatus.NOT_REACHED:
        check_not_early(follow_up, record.on, field="on")
        if record.way is None:
            raise RuleBroken("Skriv hur deltagaren söktes.", field="way")
    elif record.status is FollowUpStatus.DUE:
        raise InvalidValue("Skriv vad uppföljningen ledde till.", field="status")
    _close(seen, follow_up, record)
    said = f"Uppföljning efter {record.months} månader: {record.status.label}."
    return Look(RowState.NEW, said, person, seen)


def _spell_of_follow_up(person: PersonSeen, record: FollowUpRecord) -> SpellSeen:
    """Without a start it is that of the last spell whose follow-up may be due by then."""
    if record.started_on is None and len(person.spells) > 1:
        ended = [
            seen
            for seen in person.spells
            if seen.spell.ended_on is not None
            and add_months(seen.spell.ended_on, record.months - 1) <= record.on
        ]
        if len(ended) == 1:
            return ended[0]
    return spell_of(person, record, None)


def _close(seen: SpellSeen, follow_up: FollowUp, record: FollowUpRecord) -> None:
    """Keep the picture in step; consent withdrawn and death close the others as well."""
    together = [follow_up]
    if record.status in (FollowUpStatus.NO_CONTACT_CONSENT, FollowUpStatus.DECEASED):
        together = [one for one in seen.follow_ups.values() if one.status in STANDING]
    for one in together:
        done = record.status is FollowUpStatus.DONE
        copy = FollowUp(
            id=one.id,
            spell_id=one.spell_id,
            months=one.months,
            due_on=one.due_on,
            status=record.status,
            done_on=record.on if done else None,
            closed_on=None if done else record.on,
            version=one.version,
        )
        seen.follow_ups[one.months] = copy
