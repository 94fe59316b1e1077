"""How a spell ends: the avslutsanledningar that ship, what each proposes, and its group.

The list is data: a förbund may add, rename and retire values, each with a proposed outcome
and a group. What may not be edited away are the four outcomes and the four groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracking.domain.errors import RuleBroken


class Outcome(StrEnum):
    """What an ended spell counts as. Outside and misregistered stand in neither base."""

    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    OUTSIDE = "outside"
    MISREGISTERED = "misregistered"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "completed": "fullföljt",
            "interrupted": "avbrutet",
            "outside": "räknas för sig",
            "misregistered": "felregistrering",
        }[self.value]


class EndGroup(StrEnum):
    """The four groups in which avslutsanledning leaves the insats zone."""

    WORK = "work"
    STUDIES = "studies"
    CONTINUED = "continued"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "work": "Arbete",
            "studies": "Studier",
            "continued": "Fortsatt rehabilitering",
            "other": "Övrigt",
        }[self.value]


@dataclass(frozen=True, slots=True)
class EndReason:
    """One avslutsanledning: what it proposes, its group, and what it sets off.

    ``links_next`` asks which spell follows; ``stops_follow_up`` ends all follow-ups.
    """

    key: str
    label: str
    proposes: Outcome
    group: EndGroup
    links_next: bool = False
    stops_follow_up: bool = False


_C, _I = Outcome.COMPLETED, Outcome.INTERRUPTED
_OTHER = EndGroup.OTHER

END_REASONS: dict[str, EndReason] = {
    reason.key: reason
    for reason in (
        EndReason("work", "Arbete", _C, EndGroup.WORK),
        EndReason("studies", "Studier", _C, EndGroup.STUDIES),
        EndReason("continued_rehabilitation", "Fortsatt rehabilitering", _C, EndGroup.CONTINUED),
        EndReason("back_to_ordinary", "Åter till ordinarie handläggning", _C, _OTHER),
        EndReason("other_insats", "Övergång till annan insats", _C, _OTHER, links_next=True),
        EndReason("illness", "Sjukdom", _I, _OTHER),
        EndReason("parental_leave", "Föräldraledighet", _I, _OTHER),
        EndReason("own_request", "Avbrott på egen begäran", _I, _OTHER),
        EndReason("ended_by_insats", "Avbrott från insatsens sida", _I, _OTHER),
        EndReason("unknown", "Okänt", _I, _OTHER),
        EndReason("moved", "Flytt", Outcome.OUTSIDE, _OTHER),
        EndReason("deceased", "Avliden", Outcome.OUTSIDE, _OTHER, stops_follow_up=True),
        EndReason(
            "misregistered",
            "Felregistrering",
            Outcome.MISREGISTERED,
            _OTHER,
            stops_follow_up=True,
        ),
    )
}


class OutcomeChange(StrEnum):
    """Why fullföljt/avbrutet differs from what the avslutsanledning proposes.

    A closed list, since free text about a person is never stored.
    """

    PLAN_CARRIED_OUT = "plan_carried_out"
    PLAN_NOT_CARRIED_OUT = "plan_not_carried_out"
    ENDED_EARLY = "ended_early"
    CORRECTION = "correction"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "plan_carried_out": "planen var genomförd trots anledningen",
            "plan_not_carried_out": "planen var inte genomförd trots anledningen",
            "ended_early": "avslutades innan planen hade börjat",
            "correction": "rättelse av tidigare uppgift",
        }[self.value]


def may_change(proposed: Outcome, chosen: Outcome, why: str | None) -> bool:
    """Say whether ``check_outcome`` would let the choice pass."""
    try:
        check_outcome(proposed, chosen, why)
    except RuleBroken:
        return False
    return True


def check_outcome(proposed: Outcome, chosen: Outcome, why: str | None) -> None:
    """Raise RuleBroken unless the chosen outcome may stand beside the avslutsanledning.

    Fullföljt and avbrutet may be exchanged with a reason. Flytt and avliden (outside) and
    felregistrering follow from the avslutsanledning alone, in both directions.
    """
    if chosen is proposed:
        return
    exchangeable = {Outcome.COMPLETED, Outcome.INTERRUPTED}
    if {proposed, chosen} != exchangeable:
        raise RuleBroken(
            f"Avslutsanledningen ger {proposed.label}; välj en annan anledning i stället.",
            field="outcome",
        )
    if not (why or "").strip():
        raise RuleBroken(
            f"Anledningen föreslår {proposed.label}: ange varför det ändras till {chosen.label}.",
            field="outcome_reason",
        )
