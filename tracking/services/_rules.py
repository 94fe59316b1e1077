"""Rules that several acts share: which spell may be written, which days and codes will do.

Each function either gives back what was asked for or raises the sentence that the page
shows. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, or_, select

from tracking.access.permissions import check_can_record, check_can_see_spell
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from tracking.domain.identifiers import age_warning
from tracking.domain.periods import age_in_year
from tracking.domain.swedish import iso
from tracking.services._writing import Writing
from tracking.store.tables import Code, Insats, Participant, Spell

_HOLD = (
    select(Spell, Participant, Insats)
    .join(Participant, col(Participant.id) == col(Spell.participant_id))
    .join(Insats, col(Insats.id) == col(Spell.insats_id))
    .where(col(Spell.id).in_(bindparam("spell_ids", expanding=True)))
    # In one order, so that two writers never wait for each other.
    .order_by(col(Spell.id))
    .with_for_update(of=Spell, key_share=True)
)

GONE = "Uppgiften finns inte längre: läs in sidan igen."


@dataclass(frozen=True)
class Held:
    """A spell that this write holds until it commits, with whom and what it is about."""

    spell: Spell
    participant: Participant
    insats: Insats

    @property
    def spell_id(self) -> int:
        """The spell's number."""
        assert self.spell.id is not None
        return self.spell.id

    @property
    def insats_id(self) -> int:
        """The insats's number."""
        return self.spell.insats_id


def hold_spells(write: Writing, spell_ids: tuple[int, ...]) -> dict[int, Held]:
    """Lock spells for writing, after asking whether the actor may record and see each.

    Raises `NotFound` when one is missing and `NotPermitted` when one may not be written.
    """
    rows = write.session.exec(_HOLD, params={"spell_ids": spell_ids}).all()
    held = {spell.id: Held(spell, person, insats) for spell, person, insats in rows if spell.id}
    for one in held.values():
        check_may_write(write, one.spell)
    if missing := set(spell_ids) - set(held):
        raise NotFound(f"Deltagandet finns inte längre ({len(missing)}): läs in sidan igen.")
    return held


def hold_spell(write: Writing, spell_id: int, *, misregistered_too: bool = False) -> Held:
    """Lock one spell for writing; see `hold_spells`. A felregistrering takes no more writes."""
    held = hold_spells(write, (spell_id,))[spell_id]
    if not misregistered_too:
        refuse_misregistered(held.spell)
    return held


def check_may_write(write: Writing, spell: Spell) -> None:
    """Raise `NotPermitted` unless the actor may record in the insats and see the spell."""
    check_can_record(write.actor, spell.insats_id)
    check_can_see_spell(
        write.actor,
        insats_id=spell.insats_id,
        controller_id=spell.controller_id,
        consent_disclosure_on=spell.consent_disclosure_on,
    )


def refuse_misregistered(spell: Spell) -> None:
    """Raise `RuleBroken` when the spell is closed as felregistrering."""
    if spell.outcome is Outcome.MISREGISTERED:
        raise RuleBroken(
            "Deltagandet är avslutat som felregistrering och tar inte emot fler uppgifter."
        )


def check_day(day: date, today: date, *, field: str) -> None:
    """Raise `InvalidValue` when the day lies in the future."""
    if day > today:
        raise InvalidValue(f"Datumet {iso(day)} ligger i framtiden.", field=field)


def check_within_insats(day: date, insats: Insats, *, field: str, what: str) -> None:
    """Raise `RuleBroken` when the insats did not run on that day."""
    if day < insats.starts_on:
        raise RuleBroken(
            f"{what} kan inte ligga före insatsens start {iso(insats.starts_on)}.", field=field
        )
    if insats.ends_on is not None and day > insats.ends_on:
        raise RuleBroken(
            f"{what} kan inte ligga efter insatsens slut {iso(insats.ends_on)}.", field=field
        )


def check_within_spell(day: date, spell: Spell, *, field: str, what: str) -> None:
    """Raise `RuleBroken` when the day lies before the spell's start or after its end."""
    if day < spell.started_on:
        raise RuleBroken(
            f"{what} kan inte ligga före deltagandets start {iso(spell.started_on)}.", field=field
        )
    if spell.ended_on is not None and day > spell.ended_on:
        raise RuleBroken(
            f"{what} kan inte ligga efter deltagandets slut {iso(spell.ended_on)}.", field=field
        )


def check_no_overlap(
    write: Writing,
    *,
    participant_id: int,
    insats_id: int,
    started_on: date,
    ended_on: date | None,
    but: int | None = None,
) -> None:
    """Raise `Conflict` when the participant has another spell in the insats on these days.

    ``ended_on`` None is a spell that goes on; spell ``but`` is left out. An earlier spell may
    be registered after a later one, but only together with its end.
    """
    statement = select(col(Spell.started_on), col(Spell.ended_on)).where(
        Spell.participant_id == participant_id,
        Spell.insats_id == insats_id,
        Spell.id != but,
        or_(col(Spell.ended_on).is_(None), col(Spell.ended_on) >= started_on),
        or_(col(Spell.outcome).is_(None), col(Spell.outcome) != Outcome.MISREGISTERED),
    )
    if ended_on is not None:
        statement = statement.where(col(Spell.started_on) <= ended_on)
    other = write.session.exec(statement.order_by(col(Spell.started_on))).first()
    if other is None:
        return
    began, ended = other
    if began == started_on:
        raise Conflict(
            f"Deltagandet som startar {iso(began)} är redan registrerat.", field="started_on"
        )
    until = "pågår" if ended is None else f"slutade {iso(ended)}"
    if ended_on is None and began > started_on:
        raise Conflict(
            f"Deltagaren har ett senare deltagande i insatsen, som startade {iso(began)}. Ett "
            "tidigare deltagande registreras tillsammans med sitt slut, som ska ligga före det.",
            field="started_on",
        )
    if ended_on is None:
        raise Conflict(
            f"Deltagaren har redan ett deltagande i insatsen som startade {iso(began)} och "
            f"{until}. Det måste ha slutat innan ett nytt kan starta.",
            field="started_on",
        )
    raise Conflict(
        f"Deltagaren har ett annat deltagande i insatsen som startade {iso(began)} och {until}. "
        "Två deltaganden i samma insats kan inte pågå samtidigt.",
        field="started_on",
    )


def code_of(write: Writing, list_key: str, key: str, *, field: str) -> Code:
    """The code with this key, if it may still be chosen; else raises `InvalidValue`."""
    code = write.session.exec(
        select(Code).where(Code.list_key == list_key, Code.key == key)
    ).one_or_none()
    if code is None:
        raise InvalidValue("Välj ett värde i listan.", field=field)
    if code.retired_on is not None and code.retired_on <= write.today:
        raise InvalidValue(
            f"Värdet {code.label} används inte längre: välj ett annat i listan.", field=field
        )
    return code


def code_id(write: Writing, list_key: str, key: str | None, *, field: str) -> int | None:
    """The number of a code that may be left out."""
    return None if key is None else code_of(write, list_key, key, field=field).id


def check_reason(write: Writing, list_key: str, key: str, *, field: str = "why") -> str:
    """The key of a reason, which is always chosen in a list and never written freely."""
    if not key:
        raise InvalidValue("Välj ett skäl i listan.", field=field)
    return code_of(write, list_key, key, field=field).key


def age_warnings(birth_year: int, started_on: date) -> tuple[str, ...]:
    """What to tell about an age that is allowed but unusual."""
    warning = age_warning(age_in_year(birth_year, started_on))
    return () if warning is None else (warning,)
