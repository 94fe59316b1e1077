"""The one registry of breakdowns: what spells are divided by, of whom, in which words.

Exact tables for the insats and the catalogue of a release are both made from it, so that a
word means the same in both. A breakdown is a partition: every spell of its population has one
category, *missing* is a category and the last. What leaves the insats zone is coarser, or
nothing (``released`` is None). The released ones are chosen so that no equation holds between
two of them that ``within`` does not say. How a spell is sorted is `tracking.outcomes.divisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracking.domain.records import FollowUpStatus
from tracking.outcomes import categories as words
from tracking.outcomes.categories import Division
from tracking.outcomes.cohorts import Cohort, SpellRow, follow_up_of
from tracking.outcomes.divisions import YES, Setting


class Head(StrEnum):
    """The populations that are broken down."""

    STARTED = "started"
    ENDED = "ended"
    COMPLETED = "completed"
    DUE_6 = "due_6"
    DUE_12 = "due_12"
    DUE_18 = "due_18"

    @property
    def label(self) -> str:
        """The population in Swedish."""
        return _HEAD_LABELS.get(self) or f"avslutade att följa upp efter {self.months} månader"

    @property
    def months(self) -> int | None:
        """The months of a follow-up; None for the others."""
        return int(self[4:]) if self.startswith("due_") else None

    def rows(self, cohort: Cohort) -> Sequence[SpellRow]:
        """The spells of the population; of a follow-up without those who have died."""
        if self is Head.STARTED:
            return cohort.started
        if self is Head.ENDED:
            return cohort.ended
        if self is Head.COMPLETED:
            return cohort.completed
        months = int(self[4:])
        return [
            row
            for row in cohort.due(months)
            if follow_up_of(row, months).status != FollowUpStatus.DECEASED
        ]


_HEAD_LABELS = {
    Head.STARTED: "startade",
    Head.ENDED: "avslutade",
    Head.COMPLETED: "fullföljda",
}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A partition of a population. ``key`` names it everywhere, also in a release.

    ``within`` names the (breakdown, category) whose spells are divided; None for the whole
    head. ``released`` is the form that may leave the insats zone, ``kept_because`` why none may.
    """

    key: str
    title: str
    definition: str
    row_heading: str
    head: Head
    exact: Division
    released: Division | None
    within: tuple[str, str] | None = None
    kept_because: str = ""

    def rows(self, cohort: Cohort, setting: Setting) -> Sequence[SpellRow]:
        """The spells that are divided."""
        rows = self.head.rows(cohort)
        if self.within is None:
            return rows
        outer = BREAKDOWNS[self.within[0]]
        of = (outer.released or outer.exact).of
        return [row for row in rows if of(row, setting) == self.within[1]]


def _sustained(months: int) -> Breakdown:
    return Breakdown(
        key=f"sustained_{months}",
        title=f"Uppföljning efter {months} månader",
        definition=(
            f"Steget {months} månader efter avslut jämfört med steget vid avslut, för avslutade "
            "vars uppföljning skulle göras i perioden. Avlidna lämnar basen."
        ),
        row_heading="Uppföljning",
        head=Head(f"due_{months}"),
        exact=words.follow_up(months),
        released=words.follow_up_answered(months),
    )


def _ors_within(level: str, who: str) -> Breakdown:
    return Breakdown(
        f"ors_class_{level}",
        f"Förändring på ORS, {who}",
        f"Första och sista ORS för dem som {who}, med tillförlitlig förändring som gräns.",
        "Förändring",
        Head.ENDED,
        words.ORS_DIRECTION,
        words.ORS_DIRECTION,
        within=("ors_start", level),
    )


_STARTED = (
    Breakdown(
        "age",
        "Ålder",
        "Startår minus födelseår.",
        "Ålder vid start",
        Head.STARTED,
        words.AGE,
        words.AGE,
    ),
    Breakdown(
        "referrer",
        "Remittent",
        "Den som deltagaren kom från.",
        "Remittent",
        Head.STARTED,
        words.REFERRER,
        words.REFERRER,
    ),
    Breakdown(
        "education",
        "Utbildningsnivå",
        "Högsta utbildning vid start.",
        "Utbildning",
        Head.STARTED,
        words.EDUCATION,
        words.EDUCATION,
    ),
    Breakdown(
        "support_time",
        "Tid i offentlig försörjning före start",
        "Sammanlagd tid före start, angiven i månader eller som ett spann.",
        "Tid",
        Head.STARTED,
        words.SUPPORT_TIME,
        words.SUPPORT_TIME,
    ),
    Breakdown(
        "municipality",
        "Hemkommun",
        "Kommunen där deltagaren bor vid start.",
        "Hemkommun",
        Head.STARTED,
        words.MUNICIPALITY,
        words.MUNICIPALITY,
    ),
    Breakdown(
        "need_group",
        "Behovsgrupp",
        "Insatsens egen indelning.",
        "Behovsgrupp",
        Head.STARTED,
        words.NEED_GROUP,
        None,
        kept_because="Behovsgrupper är känsliga och stannar i insatsen.",
    ),
)

_ENDED = (
    Breakdown(
        "end_reason",
        "Avslutsanledning",
        "Anledningen till att deltagandet avslutades.",
        "Avslutsanledning",
        Head.ENDED,
        words.END_REASON,
        words.END_GROUP,
    ),
    Breakdown(
        "outcome",
        "Fullföljt eller avbrutet",
        "Vad avslutet räknas som.",
        "Utfall",
        Head.ENDED,
        words.OUTCOME,
        None,
        kept_because="Fullföljda står redan bland antalen.",
    ),
    Breakdown(
        "start_support",
        "Försörjning vid start",
        "Försörjning vid start för dem som avslutades; den som har flera räknas i den första "
        "grupp som passar.",
        "Försörjning",
        Head.ENDED,
        words.START_GROUPS,
        words.START_ANY,
    ),
    Breakdown(
        "end_support",
        "Försörjning vid avslut",
        "Försörjning vid avslut; den som har flera räknas i den första grupp som passar.",
        "Försörjning",
        Head.ENDED,
        words.END_GROUPS,
        words.END_ANY,
    ),
    Breakdown(
        "start_occupation",
        "Sysselsättning vid start",
        "Arbete, studier och arbetssökande vid start för dem som avslutades.",
        "Sysselsättning",
        Head.ENDED,
        words.START_OCCUPATION,
        None,
        kept_because="Tillsammans med avslutet skulle den begränsa hur många som började.",
    ),
    Breakdown(
        "end_occupation",
        "Sysselsättning vid avslut",
        "Arbete, studier och arbetssökande vid avslut. Ett vet ej som avgör räknas som saknat.",
        "Sysselsättning",
        Head.ENDED,
        words.END_OCCUPATION,
        words.END_EITHER,
    ),
    Breakdown(
        "occupation_grew",
        "Började eller ökade",
        "Om arbete eller studier började eller ökade från start till avslut, för dem som arbetar "
        "eller studerar vid avslut.",
        "Arbete eller studier",
        Head.ENDED,
        words.GREW,
        words.GREW,
        within=("end_occupation", YES),
    ),
    Breakdown(
        "active_planning",
        "På rätt plats med tydlig aktivitetsplanering",
        "Bedömningen vid avslut. Vet ej räknas som saknat.",
        "Aktivitetsplanering",
        Head.ENDED,
        words.PLANNING,
        words.PLANNING,
    ),
    Breakdown(
        "ors_start",
        "ORS vid start",
        "Första ORS mot gränsvärdet för åldern, för dem med minst två skattningar.",
        "Första ORS",
        Head.ENDED,
        words.ORS_START,
        words.ORS_START,
    ),
    Breakdown(
        "ors_class",
        "Förändring på ORS",
        "Första och sista ORS i klasser som utesluter varandra.",
        "Förändring",
        Head.ENDED,
        words.ORS_CLASS,
        None,
        kept_because="Den släpps för sig för dem som började under och över gränsvärdet.",
    ),
    _ors_within("below", "började under gränsvärdet"),
    _ors_within("above", "började på eller över gränsvärdet"),
    Breakdown(
        "srs_signal",
        "Sista SRS",
        "Om sista SRS ger något att ta upp: låg summa, låg skala eller en summa som sjunkit.",
        "Sista SRS",
        Head.ENDED,
        words.SRS_SIGNAL,
        None,
        kept_because="Den gäller samtalet mellan personal och deltagare.",
    ),
    Breakdown(
        "stay",
        "Tid i insatsen",
        "Dagar från start till avslut, båda räknade.",
        "Tid i insatsen",
        Head.ENDED,
        words.STAY,
        words.STAY,
    ),
)

_COMPLETED = (
    Breakdown(
        "step_move",
        "Stegförflyttning",
        "Steget vid avslut jämfört med steget vid start.",
        "Stegförflyttning",
        Head.COMPLETED,
        words.MOVES,
        words.MOVES,
    ),
)

BREAKDOWNS: dict[str, Breakdown] = {
    found.key: found for found in (*_STARTED, *_ENDED, *_COMPLETED, *map(_sustained, (6, 12, 18)))
}
"""Every breakdown by its key, in the order of the report."""


def of_head(head: Head) -> tuple[Breakdown, ...]:
    """The breakdowns of one population, in order."""
    return tuple(found for found in BREAKDOWNS.values() if found.head is head)


def released_breakdowns() -> tuple[Breakdown, ...]:
    """Those that have a form for outside the insats zone, in order."""
    return tuple(found for found in BREAKDOWNS.values() if found.released is not None)
