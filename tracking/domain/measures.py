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

    AT_START = "at_start"
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
            "at_start": "vid start",
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
_START = frozenset({PointInTime.AT_START})
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
    help: str = ""


class Measure(StrEnum):
    """What a target can measure."""

    STEP_FORWARD = "step_forward"
    STEP_SAME_OR_HIGHER = "step_same_or_higher"
    END_REASON_IN = "end_reason_in"
    WORK_OR_STUDIES = "work_or_studies"
    WORK_OR_STUDIES_INCREASED = "work_or_studies_increased"
    SUPPORT_ENDED = "support_ended"
    ORS_RELIABLY_IMPROVED = "ors_reliably_improved"
    ORS_OVER_CUTOFF = "ors_over_cutoff"
    POSITIVE_ANSWERS = "positive_answers"
    ANSWERS_IMPROVED = "answers_improved"
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

    @property
    def help(self) -> str:
        """Return who meets it and what stands outside, for whoever sets a target."""
        return _MEANINGS[self].help

    @property
    def asks_a_question(self) -> bool:
        """Say whether a target on this measure names a kompletterande fråga of participants."""
        return self in (Measure.POSITIVE_ANSWERS, Measure.ANSWERS_IMPROVED)

    @property
    def names_a_question(self) -> bool:
        """Say whether a target on this measure names a question, of slips or of participants."""
        return self.asks_a_question or self is Measure.POSITIVE_SLIPS


_PCT = TargetUnit.PERCENT
_MEANINGS = {
    Measure.STEP_FORWARD: _Meaning(
        "Stegförflyttning framåt",
        _PCT,
        _DURING,
        "tog steg framåt",
        "saknar bedömning",
        "Steget vid avslut är högre än steget vid start. Den som saknar någon av bedömningarna "
        "räknas som saknad; inga utsikter för arbete räknas i basen men aldrig som framåt.",
    ),
    Measure.STEP_SAME_OR_HIGHER: _Meaning(
        "Samma eller högre steg",
        _PCT,
        _AFTER,
        "stod på samma eller högre steg",
        "saknar bedömning",
        "Steget vid uppföljningen är minst lika högt som vid avslut. Basen är dem vars "
        "uppföljning förfaller i perioden; avlidna lämnar basen.",
    ),
    Measure.END_REASON_IN: _Meaning(
        "Avslutsanledning",
        _PCT,
        _END,
        "avslutade med en av målets anledningar",
        help="Andelen som slutade med någon av de anledningar som kryssas för. Flytt och avliden "
        "står utanför basen.",
    ),
    Measure.WORK_OR_STUDIES: _Meaning(
        "Arbete eller studier",
        _PCT,
        _END | _AFTER,
        "arbetade eller studerade",
        help="Arbetar eller studerar, i vilken omfattning som helst. Vet ej räknas som saknad.",
    ),
    Measure.WORK_OR_STUDIES_INCREASED: _Meaning(
        "Arbete eller studier, påbörjat eller utökat",
        _PCT,
        _END | _AFTER,
        "hade börjat arbeta eller studera, eller gjorde det mer än vid start",
        help="Arbetar eller studerar, och gjorde det inte eller i mindre omfattning vid start. "
        "Samma bas som Arbete eller studier; den som saknar situationen vid start eller en "
        "omfattning som behövs räknas som saknad.",
    ),
    Measure.SUPPORT_ENDED: _Meaning(
        "Ingen offentlig försörjning",
        _PCT,
        _END | _AFTER,
        "hade lämnat den offentliga försörjningen",
        help="Hade offentlig försörjning vid start och har ingen nu. Den som inte hade någon vid "
        "start står utanför basen.",
    ),
    Measure.ORS_RELIABLY_IMPROVED: _Meaning(
        "Tillförlitlig förbättring på ORS",
        _PCT,
        _DURING,
        "förbättrades tillförlitligt på ORS",
        "saknar två skattningar",
        "Sista ORS är minst så mycket högre än den första som tröskeln för tillförlitlig "
        "förändring säger.",
    ),
    Measure.ORS_OVER_CUTOFF: _Meaning(
        "Över gränsvärdet på ORS",
        _PCT,
        _DURING,
        "kom över gränsvärdet på ORS",
        "saknar två skattningar",
        "Första ORS låg under gränsvärdet och den sista på det eller över. Den som började över "
        "står utanför basen.",
    ),
    Measure.POSITIVE_ANSWERS: _Meaning(
        "Positiva svar på en fråga",
        _PCT,
        _START | _END | _AFTER,
        "svarade positivt",
        "saknar svar",
        "Andelen positiva bland dem som har svarat vid tidpunkten. Vilka svar som är positiva "
        "står på frågan. Vet ej räknas som saknad.",
    ),
    Measure.ANSWERS_IMPROVED: _Meaning(
        "Bättre svar på en fråga än vid start",
        _PCT,
        _END | _AFTER,
        "svarade bättre än vid start",
        "saknar något av svaren",
        "Bland dem som har svarat både vid start och vid tidpunkten: andelen vars svar har blivit "
        "bättre. På en skala räknas varje steg åt det positiva hållet.",
    ),
    Measure.POSITIVE_SLIPS: _Meaning(
        "Positiva svar på anonyma lappar",
        _PCT,
        _PERIOD,
        "svarade positivt",
        "saknar svar",
        "Svar på anonyma lappar under perioden, var fråga för sig. Basen är lappar med svar, "
        "inte personer.",
    ),
    Measure.YEAR_PLACES: _Meaning(
        "Årsplatser i bruk",
        TargetUnit.YEAR_PLACES,
        _PERIOD,
        help="Deltagandenas dagar i perioden delat med periodens dagar. En plats om 16 veckor "
        "som används 50 gånger är 15,3 årsplatser.",
    ),
    Measure.PARTICIPANTS: _Meaning(
        "Deltaganden och anonyma deltagare",
        TargetUnit.NUMBER,
        _PERIOD,
        help="Alla deltaganden med minst en dag i perioden. Anonyma deltagare räknas med när "
        "perioden börjar med kalenderåret.",
    ),
    Measure.COST_PER_PARTICIPANT: _Meaning(
        "Kostnad per deltagande, anonyma inräknade",
        TargetUnit.KRONOR,
        _PERIOD,
        help="Årets utfall delat med deltaganden och anonyma. Kan bara beräknas för ett kalenderår "
        "med inlagt utfall.",
    ),
    Measure.ACTIVE_PLANNING: _Meaning(
        "På rätt plats med tydlig aktivitetsplanering",
        _PCT,
        _END,
        "var på rätt plats med tydlig planering",
        help="Svaret ja på frågan om aktivitetsplanering vid avslut. Vet ej räknas som saknad.",
    ),
    Measure.PAYBACK_MONTHS: _Meaning(
        "Återbetalningstid",
        TargetUnit.MONTHS,
        _END | _AFTER,
        help="Årets utfall delat med vinsten per månad: försörjning som har upphört och arbete "
        "som har tillkommit sedan start, värderat med antagandena nedan. Är vinsten inte positiv "
        "går tiden inte att beräkna.",
    ),
}
