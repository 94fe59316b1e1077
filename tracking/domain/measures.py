"""The words a target is built from: measures, populations, points in time, comparisons.

Each measure knows its unit, when it can be measured, and how its finding is worded. Whether
a target is well formed and met is ``targets``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class TargetUnit(StrEnum):
    """The unit of a target's value."""

    PERCENT = "percent"
    MONTHS = "months"
    NUMBER = "number"
    KRONOR = "kronor"
    YEAR_PLACES = "year_places"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "percent": "procent",
            "months": "månader",
            "number": "antal",
            "kronor": "kr",
            "year_places": "årsplatser",
        }[self.value]


class PointInTime(StrEnum):
    """When what the target asks about is looked at."""

    DURING = "during"
    AT_END = "at_end"
    M6 = "m6"
    M12 = "m12"
    M18 = "m18"
    PERIOD = "period"

    @property
    def label(self) -> str:
        """Return the Swedish phrase on the screen."""
        return {
            "during": "under insatsen",
            "at_end": "vid avslut",
            "m6": "6 månader efter",
            "m12": "12 månader efter",
            "m18": "18 månader efter",
            "period": "under perioden",
        }[self.value]

    @property
    def is_follow_up(self) -> bool:
        """Say whether the base is the spells whose follow-up falls due in the period."""
        return self in _AFTER


_AFTER = frozenset({PointInTime.M6, PointInTime.M12, PointInTime.M18})
_DURING = frozenset({PointInTime.DURING, PointInTime.AT_END})
_END = frozenset({PointInTime.AT_END})
_PERIOD = frozenset({PointInTime.PERIOD})


class Population(StrEnum):
    """The spells a target is about; the denominator is never left unsaid."""

    STARTED = "started"
    ENDED = "ended"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {"started": "startade", "ended": "avslutade", "completed": "fullföljda"}[self.value]


class Comparison(StrEnum):
    """Whether the outcome is to reach the value or to stay at it."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"

    @property
    def label(self) -> str:
        """Return the Swedish word on the screen."""
        return "minst" if self is Comparison.AT_LEAST else "högst"

    def holds(self, outcome: Fraction | Decimal | float, target: Fraction | Decimal) -> bool:
        """Say whether the outcome meets the target."""
        a, b = Fraction(outcome), Fraction(target)
        return a >= b if self is Comparison.AT_LEAST else a <= b


@dataclass(frozen=True, slots=True)
class _Meaning:
    label: str
    unit: TargetUnit
    points: frozenset[PointInTime]
    verb: str = ""
    missing: str = "saknar uppgift"


class Measure(StrEnum):
    """What a target can measure."""

    STEP_FORWARD = "step_forward"
    STEP_SAME_OR_HIGHER = "step_same_or_higher"
    END_REASON_IN = "end_reason_in"
    WORK_OR_STUDIES = "work_or_studies"
    SUPPORT_ENDED = "support_ended"
    ORS_RELIABLY_IMPROVED = "ors_reliably_improved"
    ORS_OVER_CUTOFF = "ors_over_cutoff"
    POSITIVE_ANSWERS = "positive_answers"
    POSITIVE_SLIPS = "positive_slips"
    YEAR_PLACES = "year_places"
    PARTICIPANTS = "participants"
    COST_PER_PARTICIPANT = "cost_per_participant"
    ACTIVE_PLANNING = "active_planning"
    PAYBACK_MONTHS = "payback_months"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return _MEANINGS[self].label

    @property
    def unit(self) -> TargetUnit:
        """Return the unit that a target on this measure is stated in."""
        return _MEANINGS[self].unit

    @property
    def is_share(self) -> bool:
        """Say whether the outcome is a share of a base."""
        return self.unit is TargetUnit.PERCENT

    @property
    def points(self) -> frozenset[PointInTime]:
        """Return the points in time at which it can be measured."""
        return _MEANINGS[self].points

    @property
    def verb(self) -> str:
        """Return what those who meet it did: *tog steg framåt*."""
        return _MEANINGS[self].verb

    @property
    def missing_phrase(self) -> str:
        """Return what those outside the base lack: *saknar bedömning*."""
        return _MEANINGS[self].missing


_PCT = TargetUnit.PERCENT
_MEANINGS = {
    Measure.STEP_FORWARD: _Meaning(
        "Stegförflyttning framåt", _PCT, _DURING, "tog steg framåt", "saknar bedömning"
    ),
    Measure.STEP_SAME_OR_HIGHER: _Meaning(
        "Samma eller högre steg",
        _PCT,
        _AFTER,
        "stod på samma eller högre steg",
        "saknar bedömning",
    ),
    Measure.END_REASON_IN: _Meaning(
        "Avslutsanledning", _PCT, _END, "avslutade med en av målets anledningar"
    ),
    Measure.WORK_OR_STUDIES: _Meaning(
        "Arbete eller studier", _PCT, _END | _AFTER, "arbetade eller studerade"
    ),
    Measure.SUPPORT_ENDED: _Meaning(
        "Ingen offentlig försörjning",
        _PCT,
        _END | _AFTER,
        "hade lämnat den offentliga försörjningen",
    ),
    Measure.ORS_RELIABLY_IMPROVED: _Meaning(
        "Tillförlitlig förbättring på ORS",
        _PCT,
        _DURING,
        "förbättrades tillförlitligt på ORS",
        "saknar två skattningar",
    ),
    Measure.ORS_OVER_CUTOFF: _Meaning(
        "Över gränsvärdet på ORS",
        _PCT,
        _DURING,
        "kom över gränsvärdet på ORS",
        "saknar två skattningar",
    ),
    Measure.POSITIVE_ANSWERS: _Meaning(
        "Positiva svar på en fråga",
        _PCT,
        _DURING | _AFTER | _PERIOD,
        "svarade positivt",
        "saknar svar",
    ),
    Measure.POSITIVE_SLIPS: _Meaning(
        "Positiva svar på anonyma lappar", _PCT, _PERIOD, "svarade positivt", "saknar svar"
    ),
    Measure.YEAR_PLACES: _Meaning("Årsplatser i bruk", TargetUnit.YEAR_PLACES, _PERIOD),
    Measure.PARTICIPANTS: _Meaning("Antal deltaganden", TargetUnit.NUMBER, _PERIOD),
    Measure.COST_PER_PARTICIPANT: _Meaning("Kostnad per deltagare", TargetUnit.KRONOR, _PERIOD),
    Measure.ACTIVE_PLANNING: _Meaning(
        "På rätt plats med tydlig aktivitetsplanering",
        _PCT,
        _END,
        "var på rätt plats med tydlig planering",
    ),
    Measure.PAYBACK_MONTHS: _Meaning("Återbetalningstid", TargetUnit.MONTHS, _END | _AFTER),
}
