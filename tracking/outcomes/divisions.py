"""Where one spell belongs in each breakdown: pure functions from a summary row to a category.

Every function is total: each spell has exactly one category, and what is not known is
`MISSING`. What is divided, by what words and for whose eyes is `tracking.outcomes.breakdowns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from tracking.domain.change import ChangeClass, Thresholds, began_below, classify
from tracking.domain.endings import EndGroup
from tracking.domain.ladder import sustained
from tracking.domain.periods import AGE_GROUPS, age_group
from tracking.domain.records import FollowUpStatus, SupportMonthsKnown
from tracking.domain.situation import SupportSource
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.facts import began_or_increased, level, move_of, ors_cutoff, ors_pair
from tracking.store.summary import SOURCE_BITS

MISSING = "missing"
UNKNOWN = "unknown"
OUTSIDE_AGES = "outside"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Listed:
    """A value of a code list. A retired one stays on the spells that have it."""

    key: str
    label: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What a division may need beside the spell: the förbund's lists and the thresholds."""

    lists: Mapping[str, tuple[Listed, ...]]
    thresholds: Thresholds


# Background, known at the start

SUPPORT_BANDS: dict[str, tuple[int | None, str]] = {
    "none": (0, "Ingen tid"),
    "under_1_year": (12, "Upp till 1 år"),
    "1_to_2_years": (24, "1–2 år"),
    "2_to_5_years": (60, "2–5 år"),
    "5_to_10_years": (120, "5–10 år"),
    "over_10_years": (None, "Mer än 10 år"),
}
"""The bands that months are sorted into, with the most months of each; the keys are those of
the list that ships, since a band may be given instead of months."""


def age(row: SpellRow, _setting: Setting) -> str:
    """The group of start year less birth year; those outside 16–64 are one category."""
    return age_key(row.birth_year, row.started_on)


def age_key(birth_year: int, started_on: str) -> str:
    """The same from a birth year and the start as ISO text."""
    years = int(started_on[:4]) - birth_year
    if AGE_GROUPS[0][0] <= years <= AGE_GROUPS[-1][1]:
        return age_group(years)
    return OUTSIDE_AGES


def referrer(row: SpellRow, _setting: Setting) -> str:
    """Remittent, which every spell has."""
    return row.referrer_key


def education(row: SpellRow, _setting: Setting) -> str:
    """Level of education; *vet ej* is an answer of the list."""
    return row.education_key or MISSING


def municipality(row: SpellRow, _setting: Setting) -> str:
    """Hemkommun."""
    return row.municipality_key or MISSING


def need_group(row: SpellRow, _setting: Setting) -> str:
    """The insats's own behovsgrupp."""
    return row.need_group_key or MISSING


def support_time(row: SpellRow, _setting: Setting) -> str:
    """The band of time in offentlig försörjning before the start, given or from months."""
    if row.support_months_known == SupportMonthsKnown.UNKNOWN:
        return UNKNOWN
    if row.support_months is not None:
        return next(
            key
            for key, (most, _) in SUPPORT_BANDS.items()
            if most is None or row.support_months <= most
        )
    return row.support_band_key or MISSING


# Försörjning

SUPPORT_GROUPS: dict[str, tuple[str, tuple[SupportSource, ...]]] = {
    "health": (
        "Ohälsa",
        (
            SupportSource.SICKNESS_BENEFIT,
            SupportSource.REHABILITATION_BENEFIT,
            SupportSource.SICKNESS_COMPENSATION,
            SupportSource.ACTIVITY_COMPENSATION,
        ),
    ),
    "labour_market": (
        "Arbetsmarknadsstöd",
        (
            SupportSource.UNEMPLOYMENT_BENEFIT,
            SupportSource.ACTIVITY_SUPPORT,
            SupportSource.ESTABLISHMENT_BENEFIT,
        ),
    ),
    "income_support": ("Ekonomiskt bistånd", (SupportSource.INCOME_SUPPORT,)),
    "study_support": ("Studiestöd", (SupportSource.STUDY_SUPPORT,)),
    "other": ("Annan offentlig försörjning", (SupportSource.OTHER,)),
}
"""Groups of sources in order of precedence: who has several stands in the first that fits, so
that a person with sjukpenning filled up by försörjningsstöd is counted under ohälsa."""

_GROUP_MASKS = tuple(
    (key, sum(SOURCE_BITS[source] for source in sources))
    for key, (_, sources) in SUPPORT_GROUPS.items()
)
NO_SUPPORT = "none"


def _support_group(support: str | None, sources: int | None) -> str:
    if support == "none":
        return NO_SUPPORT
    return next((key for key, mask in _GROUP_MASKS if (sources or 0) & mask), MISSING)


def start_support(row: SpellRow, _setting: Setting) -> str:
    """The group of försörjning at the start; *vet ej* is missing."""
    return _support_group(row.start_support, row.start_sources)


def end_support(row: SpellRow, _setting: Setting) -> str:
    """The group of försörjning at the end; *vet ej* is missing."""
    return _support_group(row.end_support, row.end_sources)


def any_support(group: str) -> str:
    """Whether a group means any offentlig försörjning: some, none or missing."""
    return group if group in (NO_SUPPORT, MISSING) else "some"


# Sysselsättning

BOTH, WORK, STUDIES, SEEKING, NEITHER = "both", "work", "studies", "seeking", "none"
EITHER = frozenset({BOTH, WORK, STUDIES})


def _occupation(work: str | None, studies: str | None, seeking: str | None) -> str:
    if work == YES:
        return BOTH if studies == YES else WORK
    if studies == YES:
        return STUDIES
    if (work, studies) != (NO, NO):
        return MISSING
    return {YES: SEEKING, NO: NEITHER}.get(seeking or "", MISSING)


def start_occupation(row: SpellRow, _setting: Setting) -> str:
    """Work, studies, both, seeking, none at the start; a *vet ej* that decides is missing."""
    return _occupation(row.start_work, row.start_studies, row.start_seeking)


def end_occupation(row: SpellRow, _setting: Setting) -> str:
    """Work, studies, both, seeking, none at the end; a *vet ej* that decides is missing."""
    return _occupation(row.end_work, row.end_studies, row.end_seeking)


def works_or_studies(occupation: str) -> str:
    """An occupation, with work, studies and both as one."""
    return YES if occupation in EITHER else occupation


def work_grew(row: SpellRow) -> bool | None:
    """Whether work began or increased from start to end."""
    return began_or_increased(
        row.start_work, row.start_work_percent, row.end_work, row.end_work_percent
    )


def studies_grew(row: SpellRow) -> bool | None:
    """Whether studies began or increased from start to end."""
    return began_or_increased(
        row.start_studies, row.start_studies_percent, row.end_studies, row.end_studies_percent
    )


def occupation_grew(row: SpellRow, _setting: Setting) -> str:
    """Whether work or studies began or increased from start to end: yes, no or missing."""
    found = work_grew(row), studies_grew(row)
    if True in found:
        return YES
    return MISSING if None in found else NO


# The end, steps and ratings


def end_reason(row: SpellRow, _setting: Setting) -> str:
    """Avslutsanledning."""
    return row.end_reason_key or MISSING


def end_group(row: SpellRow, _setting: Setting) -> str:
    """The group of the avslutsanledning; one without a group is among the others."""
    return row.end_group_key or EndGroup.OTHER.value


def outcome(row: SpellRow, _setting: Setting) -> str:
    """Fullföljt or avbrutet."""
    return row.outcome or MISSING


def active_planning(row: SpellRow, _setting: Setting) -> str:
    """Whether there was a clear aktivitetsplanering at the end; *vet ej* is missing."""
    return row.active_planning if row.active_planning in (YES, NO) else MISSING


def move(row: SpellRow, _setting: Setting) -> str:
    """The stegförflyttning; a class of its own for *inga utsikter för arbete*."""
    return move_of(row).value


def ors_start(row: SpellRow, setting: Setting) -> str:
    """Began below or above the cut-off; missing without two scores."""
    pair = ors_pair(row)
    if pair is None:
        return MISSING
    return "below" if began_below(pair[0], ors_cutoff(row, setting.thresholds)) else "above"


def ors_class(row: SpellRow, setting: Setting) -> str:
    """The class of change on ORS; missing without two scores."""
    pair = ors_pair(row)
    if pair is None:
        return MISSING
    cutoff = ors_cutoff(row, setting.thresholds)
    return classify(*pair, setting.thresholds, cutoff_mm=cutoff).value


def ors_direction(ors_class: str) -> str:
    """A class as improved, unchanged or deteriorated; crossing the cut-off is no change."""
    if ors_class in (ChangeClass.RECOVERED, ChangeClass.IMPROVED):
        return ChangeClass.IMPROVED.value
    return ChangeClass.UNCHANGED.value if ors_class == ChangeClass.CROSSED else ors_class


def srs_signal(row: SpellRow, setting: Setting) -> str:
    """Whether the last SRS raises something to talk about: low total, low scale, or a fall."""
    if row.srs_last_mm is None:
        return MISSING
    limits = setting.thresholds
    raised = (
        row.srs_last_mm < limits.srs_total_mm
        or (row.srs_lowest_mm is not None and row.srs_lowest_mm < limits.srs_scale_mm)
        or (
            row.srs_before_mm is not None
            and row.srs_before_mm - row.srs_last_mm >= limits.srs_fall_mm
        )
    )
    return YES if raised else NO


# Time

STAY_BANDS: dict[str, tuple[int | None, str]] = {
    "days_90": (90, "Högst 90 dagar"),
    "days_180": (180, "91–180 dagar"),
    "days_365": (365, "181–365 dagar"),
    "days_730": (730, "366–730 dagar"),
    "longer": (None, "Mer än 730 dagar"),
}


def days_in(row: SpellRow, until: date) -> int:
    """Days from the start to the end, or to ``until`` while it runs; the first day is day 1."""
    end = until if row.ended_on is None else date.fromisoformat(row.ended_on)
    return (end - date.fromisoformat(row.started_on)).days + 1


def stay(row: SpellRow, _setting: Setting) -> str:
    """The band of days in the insats of a spell that has ended."""
    if row.ended_on is None:
        return MISSING
    days = days_in(row, date.max)
    return next(key for key, (most, _) in STAY_BANDS.items() if most is None or days <= most)


# Follow-up

KEPT, NOT_KEPT = "kept", "not_kept"


def follow_up(row: SpellRow, months: int) -> str:
    """What came of a follow-up: the level kept or not, else why that is not known."""
    status, later = _FOLLOW_UP[months](row)
    kept = sustained(level(row.step_end), level(later))
    if kept is not None:
        return KEPT if kept else NOT_KEPT
    return MISSING if status in (None, FollowUpStatus.DONE) else str(status)


def follow_up_columns(months: int) -> tuple[str, ...]:
    """What `follow_up` asks of a row."""
    return f"m{months}_status", f"step_m{months}", "step_end"


_FOLLOW_UP = {months: attrgetter(*follow_up_columns(months)[:2]) for months in (6, 12, 18)}
