"""Taking back an end that was wrong: the spell runs on, and the history keeps what it said.

Ending is in `progress`; what becomes of a follow-up is in `followups` and `corrections`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, func, or_, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, RuleBroken
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion
from tracking.domain.swedish import iso
from tracking.services._answers import void_answers
from tracking.services._deaths import hold_everyone_of, open_all
from tracking.services._rules import Held, check_reason, hold_spell
from tracking.services._writing import Writing, check_version, edit, writing
from tracking.services.corrections import strike_out
from tracking.services.progress import stops_follow_up
from tracking.store.database import Database
from tracking.store.tables import Attempt, Code, FollowUp, Situation, Spell, StepAssessment


@dataclass(frozen=True)
class ReopenedSpell:
    """The spell that runs again, with its new version."""

    spell_id: int
    version: int


def reopen_spell(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    why: str,
    version: int,
    key: str,
) -> ReopenedSpell:
    """Take back a wrong end: the spell is ongoing again, as if it had never been ended.

    ``why`` is a code of `void_reason`. The end's own fields are cleared with their old values
    in the history, its situation and steps are voided, and the planned follow-ups are removed.
    Raises `RuleBroken` when a follow-up has been answered or attempted, when the participant
    has another spell in the insats that is open or later, or when the insats is over, and
    `Conflict` when the spell has changed since ``version`` or has not ended.
    """
    with writing(database, actor, "reopen_spell", key) as write:
        hold_everyone_of(write, spell_id)
        held = hold_spell(write, spell_id)
        spell = held.spell
        if not write.repeated:
            if spell.ended_on is None:
                raise Conflict(
                    "Deltagandet pågår redan, så det finns inget avslut att ta tillbaka."
                )
            check_version(
                spell.version,
                version,
                theirs=f"avslutat {iso(spell.ended_on)}",
                mine="avslutet taget tillbaka",
            )
            reason = check_reason(write, "void_reason", why)
            _check_insats_runs(write, held)
            _check_no_other(write, held)
            elsewhere = _take_death_back(write, spell, reason)
            _remove_follow_ups(write, spell_id)
            _void_what_belongs_to_the_end(write, spell_id, reason)
            edit(
                write.work,
                actor,
                spell,
                {
                    "ended_on": None,
                    "outcome": None,
                    "end_reason_id": None,
                    "outcome_reason": None,
                    "active_planning": None,
                },
                why=reason,
                spell_id=spell_id,
            )
            write.session.flush()
            write.finish(
                spell_id,
                Entry("reopen_spell", insats_id=held.insats_id, spell_id=spell_id),
                *elsewhere,
            )
        return ReopenedSpell(spell_id, spell.version)


def _take_death_back(write: Writing, spell: Spell, reason: str) -> tuple[Entry, ...]:
    """If the end said that the person had died, the other spells' follow-ups stand again."""
    code = write.session.get(Code, spell.end_reason_id)
    if code is None or not stops_follow_up(code):
        return ()
    assert spell.id is not None
    return open_all(write, spell.participant_id, reason, death=spell.id)


def _check_insats_runs(write: Writing, held: Held) -> None:
    """As when an insats is closed: nobody may be left in it after its last day."""
    last = held.insats.ends_on
    if last is not None and last < write.today:
        raise RuleBroken(
            f"Insatsen slutade {iso(last)}, så deltagandet kan inte pågå. Ändra insatsens slut "
            "först om det är fel."
        )


def _check_no_other(write: Writing, held: Held) -> None:
    """Two spells of one participant in one insats never run at the same time."""
    spell = held.spell
    other = write.session.exec(
        select(col(Spell.started_on)).where(
            Spell.participant_id == spell.participant_id,
            Spell.insats_id == spell.insats_id,
            Spell.id != spell.id,
            or_(col(Spell.ended_on).is_(None), col(Spell.started_on) > spell.started_on),
            or_(col(Spell.outcome).is_(None), col(Spell.outcome) != Outcome.MISREGISTERED),
        )
    ).first()
    if other is not None:
        raise RuleBroken(
            f"Deltagaren har ett annat deltagande i insatsen som startade {iso(other)}, så det här "
            "avslutet kan inte tas tillbaka. Är det andra deltagandet fel stängs det först som "
            "felregistrering."
        )


def _remove_follow_ups(write: Writing, spell_id: int) -> None:
    """Nothing is lost: what the end planned, the next end plans anew from its own day."""
    planned = write.session.exec(
        select(FollowUp).where(FollowUp.spell_id == spell_id).with_for_update()
    ).all()
    for follow_up in planned:
        # Planned without consent to contact it stands closed from the first, in version 1.
        never_asked = (
            follow_up.status is FollowUpStatus.NO_CONTACT_CONSENT and follow_up.version == 1
        )
        if follow_up.status is not FollowUpStatus.DUE and not never_asked:
            raise RuleBroken(
                f"Ta tillbaka uppföljningen först: den efter {follow_up.months} månader är "
                f"{follow_up.status.label}. Makulera den under Samtal."
            )
        attempts = write.session.exec(
            select(func.count()).select_from(Attempt).where(Attempt.follow_up_id == follow_up.id)
        ).one()
        if attempts:
            # An attempt was made whatever the end was, and cannot be struck out.
            raise RuleBroken(
                f"Uppföljningen efter {follow_up.months} månader är påbörjad med försök att nå "
                "personen, så avslutet kan inte tas tillbaka. Starta ett nytt deltagande i stället."
            )
    for follow_up in planned:
        write.session.delete(follow_up)


def _void_what_belongs_to_the_end(write: Writing, spell_id: int, reason: str) -> None:
    for row in [
        *write.session.exec(
            select(Situation).where(
                Situation.spell_id == spell_id,
                Situation.occasion == Occasion.END,
                col(Situation.voided_at).is_(None),
            )
        ),
        *write.session.exec(
            select(StepAssessment).where(
                StepAssessment.spell_id == spell_id,
                StepAssessment.occasion == Occasion.END,
                col(StepAssessment.voided_at).is_(None),
            )
        ),
    ]:
        strike_out(write, row, reason)
    void_answers(write, spell_id, Occasion.END, reason)
