"""The checks of data quality: what each asks for, of whom, in which order of urgency.

Running them over the records of an insats is `quality_checks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracking.domain.ladder import (
    END_WINDOW_AFTER,
    END_WINDOW_BEFORE,
    FOLLOW_UP_WINDOW_BEFORE,
    START_WINDOW_DAYS,
)

NOT_SEEN = 30
"""Days without a talk after which somebody who is ongoing is asked about."""

FIRST_WITHIN = 14
LAST_WITHIN = 28
"""Days from the start, and before the end, within which the first and last ORS should lie."""


class Check(StrEnum):
    """The checks, the most urgent first: what makes figures wrong, what soon is too late, what
    can be filled in at any time.
    """

    OUTSIDE_SPELL = "outside_spell"
    OVERLAP = "overlap"
    STEP_OUTSIDE = "step_outside"
    STEP_OFF_LADDER = "step_off_ladder"
    FOLLOW_UP_EARLY = "follow_up_early"
    FOLLOW_UP_LATE = "follow_up_late"
    NOT_SEEN = "not_seen"
    END_SITUATION = "end_situation"
    END_STEP = "end_step"
    END_PLANNING = "end_planning"
    START_SITUATION = "start_situation"
    START_STEP = "start_step"
    TALK_WITHOUT_ORS = "talk_without_ors"
    TALK_WITHOUT_SRS = "talk_without_srs"
    FIRST_ORS = "first_ors"
    LAST_ORS = "last_ors"
    MISREGISTERED = "misregistered"

    @property
    def label(self) -> str:
        """What lacks, on the screen."""
        return _CHECKS[self].label

    @property
    def unit(self) -> str:
        """What the base counts."""
        return _CHECKS[self].unit

    @property
    def definition(self) -> str:
        """What is asked, of whom, in one sentence."""
        return _CHECKS[self].definition

    @property
    def is_impossible(self) -> bool:
        """Whether the records contradict each other, so that figures are wrong meanwhile."""
        return self in _IMPOSSIBLE

    @property
    def can_be_mended(self) -> bool:
        """Whether staff can do something about it now."""
        return self not in (Check.FIRST_ORS, Check.LAST_ORS, Check.MISREGISTERED)


@dataclass(frozen=True, slots=True)
class _Meaning:
    label: str
    unit: str
    definition: str


_SPELLS, _TALKS, _STEPS, _FOLLOW_UPS = "deltaganden", "samtal", "bedömningar", "uppföljningar"
_IMPOSSIBLE = frozenset(
    {
        Check.OUTSIDE_SPELL,
        Check.OVERLAP,
        Check.STEP_OUTSIDE,
        Check.STEP_OFF_LADDER,
        Check.FOLLOW_UP_EARLY,
    }
)
_CHECKS = {
    Check.OUTSIDE_SPELL: _Meaning(
        "Samtal och träffar utanför deltagandet",
        "samtal och träffar",
        "Före deltagandets start eller efter dess slut, av alla hos periodens deltaganden.",
    ),
    Check.OVERLAP: _Meaning(
        "Deltaganden som överlappar ett annat",
        _SPELLS,
        "Samma person har två deltaganden i insatsen på samma dag.",
    ),
    Check.STEP_OUTSIDE: _Meaning(
        "Stegbedömningar på omöjlig dag",
        _STEPS,
        f"Vid start mer än {START_WINDOW_DAYS} dagar från starten, under insatsen utanför "
        f"deltagandet eller vid avslut mer än {END_WINDOW_AFTER} dagar från slutet.",
    ),
    Check.STEP_OFF_LADDER: _Meaning(
        "Stegbedömningar utanför trappan",
        _STEPS,
        "Steget finns inte i den version av processtrappan som deltagandet började med.",
    ),
    Check.FOLLOW_UP_EARLY: _Meaning(
        "Uppföljningar gjorda för tidigt",
        _FOLLOW_UPS,
        f"Genomförda mer än {FOLLOW_UP_WINDOW_BEFORE} dagar före den dag de förföll.",
    ),
    Check.FOLLOW_UP_LATE: _Meaning(
        "Försenade uppföljningar",
        _FOLLOW_UPS,
        "Förföll i perioden och är inte gjorda, av alla som förföll i perioden.",
    ),
    Check.NOT_SEEN: _Meaning(
        f"Pågående utan samtal på {NOT_SEEN} dagar",
        _SPELLS,
        "I dag, av alla pågående; utan något samtal räknas från starten.",
    ),
    Check.END_SITUATION: _Meaning(
        "Avslutade utan situation vid avslut", _SPELLS, "Av dem som avslutades i perioden."
    ),
    Check.END_STEP: _Meaning(
        "Avslutade utan steg vid avslut",
        _SPELLS,
        f"Ingen bedömning från {END_WINDOW_BEFORE} dagar före till {END_WINDOW_AFTER} dagar "
        "efter slutet, av dem som avslutades i perioden.",
    ),
    Check.END_PLANNING: _Meaning(
        "Avslutade utan svar om aktivitetsplanering",
        _SPELLS,
        "Av dem som avslutades i perioden.",
    ),
    Check.START_SITUATION: _Meaning(
        "Startade utan situation vid start", _SPELLS, "Av dem som startade i perioden."
    ),
    Check.START_STEP: _Meaning(
        "Startade utan steg vid start",
        _SPELLS,
        f"Ingen bedömning inom {START_WINDOW_DAYS} dagar från starten, av dem som startade i "
        "perioden.",
    ),
    Check.TALK_WITHOUT_ORS: _Meaning(
        "Enskilda samtal utan ORS-blankett",
        _TALKS,
        "Ingen blankett lämnades, av periodens enskilda samtal; en ofullständig räknas som lämnad.",
    ),
    Check.TALK_WITHOUT_SRS: _Meaning(
        "Enskilda samtal utan SRS-blankett",
        _TALKS,
        "Ingen blankett lämnades, av periodens enskilda samtal; en ofullständig räknas som lämnad.",
    ),
    Check.FIRST_ORS: _Meaning(
        "Utan ORS inom två veckor från starten",
        _SPELLS,
        "Ingen ORS med summa, av dem som startade i perioden och vars två veckor har gått.",
    ),
    Check.LAST_ORS: _Meaning(
        "Utan ORS de sista fyra veckorna",
        _SPELLS,
        "Ingen ORS med summa de 28 dagarna före slutet, av dem som avslutades i perioden.",
    ),
    Check.MISREGISTERED: _Meaning(
        "Stängda som felregistrering",
        _SPELLS,
        "De lämnar alla resultat; av alla som registrerades med start i perioden.",
    ),
}
