"""The words of every division: which categories there are, in order, missing last.

Nothing is sorted here; that is `tracking.outcomes.divisions`. Who is divided, and what may
leave the insats zone, is `tracking.outcomes.breakdowns`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tracking.domain.change import ChangeClass
from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.ladder import StepMove
from tracking.domain.periods import AGE_GROUPS
from tracking.domain.records import FollowUpStatus
from tracking.outcomes import divisions as by
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.divisions import MISSING, NO, UNKNOWN, YES, Listed, Setting

MISSING_LABEL = "Uppgift saknas"
Sorting = Callable[[SpellRow, Setting], str]


@dataclass(frozen=True, slots=True)
class Division:
    """One way to sort spells: categories in order with their words, and who belongs where.

    ``columns`` is all that ``of`` asks of a spell. ``fixed`` are the categories that the program
    knows; those of ``code_list`` stand before them, in the förbund's order.
    """

    of: Sorting
    columns: tuple[str, ...]
    fixed: tuple[Listed, ...]
    code_list: str | None = None

    def categories(self, setting: Setting) -> tuple[Listed, ...]:
        """Every possible category, missing last."""
        if self.code_list is None:
            return self.fixed
        listed = setting.lists.get(self.code_list, ())
        known = {item.key for item in listed}
        return (*listed, *(item for item in self.fixed if item.key not in known))

    def tally(self, rows: Iterable[SpellRow], setting: Setting) -> dict[str, int]:
        """How many spells each possible category has, zeros included, in order."""
        counts = {item.key: 0 for item in self.categories(setting)}
        of = self.of
        for row in rows:
            counts[of(row, setting)] += 1
        return counts


def _fixed(words: Mapping[str, str], *, missing: str | None = MISSING_LABEL) -> tuple[Listed, ...]:
    last = () if missing is None else (Listed(MISSING, missing),)
    return (*(Listed(key, label) for key, label in words.items()), *last)


def _coarser(sorting: Sorting, joined: Callable[[str], str]) -> Sorting:
    return lambda row, setting: joined(sorting(row, setting))


def _answered(category: str) -> str:
    return category if category in (by.KEPT, by.NOT_KEPT) else MISSING


_AGES = {f"{low}–{high}": f"{low}–{high} år" for low, high in AGE_GROUPS}
_AGES[by.OUTSIDE_AGES] = "under 16 eller över 64 år"
_BANDS = {key: label for key, (_, label) in by.SUPPORT_BANDS.items()} | {UNKNOWN: "Vet ej"}
_GROUPS = {key: label for key, (label, _) in by.SUPPORT_GROUPS.items()}
_GROUPS[by.NO_SUPPORT] = "Ingen offentlig försörjning"
_ANY_SUPPORT = {"some": "Offentlig försörjning", by.NO_SUPPORT: "Ingen offentlig försörjning"}
_OCCUPATIONS = {
    by.WORK: "Arbete",
    by.STUDIES: "Studier",
    by.BOTH: "Arbete och studier",
    by.SEEKING: "Söker arbete aktivt",
    by.NEITHER: "Varken arbete, studier eller arbetssökande",
}
_EITHER = {
    YES: "Arbete eller studier",
    by.SEEKING: _OCCUPATIONS[by.SEEKING],
    by.NEITHER: _OCCUPATIONS[by.NEITHER],
}
_GREW = {YES: "Började eller ökade", NO: "Varken började eller ökade"}
_TWO_SCORES = "Färre än två skattningar"
_DIRECTIONS = {
    ChangeClass.IMPROVED.value: "Tillförlitligt förbättrad",
    ChangeClass.UNCHANGED.value: "Ingen tillförlitlig förändring",
    ChangeClass.DETERIORATED.value: "Tillförlitligt försämrad",
}
FOLLOW_UP = {
    by.KEPT: "Samma eller högre steg",
    by.NOT_KEPT: "Lägre steg eller inga utsikter för arbete",
    FollowUpStatus.NOT_REACHED.value: "Inte nådda",
    FollowUpStatus.DECLINED.value: "Avböjde",
    FollowUpStatus.NO_CONTACT_CONSENT.value: "Utan samtycke till kontakt",
    FollowUpStatus.DUE.value: "Ännu inte gjorda",
}

_START_SUPPORT, _END_SUPPORT = ("start_support", "start_sources"), ("end_support", "end_sources")
_START_OCCUPATION = ("start_work", "start_studies", "start_seeking")
_END_OCCUPATION = ("end_work", "end_studies", "end_seeking")
_EXTENTS = tuple(
    f"{occasion}_{name}"
    for occasion in ("start", "end")
    for name in ("work", "work_percent", "studies", "studies_percent")
)
_ORS = ("ors_n", "ors_first_mm", "ors_first_on", "ors_last_mm", "birth_year")

AGE = Division(by.age, ("birth_year", "started_on"), _fixed(_AGES, missing=None))
REFERRER = Division(by.referrer, ("referrer_key",), (), "referrer")
EDUCATION = Division(by.education, ("education_key",), _fixed({}), "education")
SUPPORT_TIME = Division(
    by.support_time,
    ("support_months_known", "support_months", "support_band_key"),
    _fixed(_BANDS),
    "support_band",
)
MUNICIPALITY = Division(by.municipality, ("municipality_key",), _fixed({}), "municipality")
NEED_GROUP = Division(by.need_group, ("need_group_key",), _fixed({}), "need_group")
END_REASON = Division(by.end_reason, ("end_reason_key",), (), "end_reason")
END_GROUP = Division(
    by.end_group,
    ("end_group_key",),
    _fixed({group.value: group.label for group in EndGroup}, missing=None),
)
OUTCOME = Division(
    by.outcome,
    ("outcome",),
    _fixed(
        {Outcome.COMPLETED.value: "Fullföljt", Outcome.INTERRUPTED.value: "Avbrutet"}, missing=None
    ),
)
START_GROUPS = Division(by.start_support, _START_SUPPORT, _fixed(_GROUPS))
END_GROUPS = Division(by.end_support, _END_SUPPORT, _fixed(_GROUPS))
START_ANY = Division(
    _coarser(by.start_support, by.any_support), _START_SUPPORT, _fixed(_ANY_SUPPORT)
)
END_ANY = Division(_coarser(by.end_support, by.any_support), _END_SUPPORT, _fixed(_ANY_SUPPORT))
START_OCCUPATION = Division(by.start_occupation, _START_OCCUPATION, _fixed(_OCCUPATIONS))
END_OCCUPATION = Division(by.end_occupation, _END_OCCUPATION, _fixed(_OCCUPATIONS))
END_EITHER = Division(
    _coarser(by.end_occupation, by.works_or_studies), _END_OCCUPATION, _fixed(_EITHER)
)
GREW = Division(by.occupation_grew, _EXTENTS, _fixed(_GREW))
PLANNING = Division(by.active_planning, ("active_planning",), _fixed({YES: "Ja", NO: "Nej"}))
MOVES = Division(
    by.move,
    ("step_start", "step_end"),
    _fixed(
        {move.value: move.label.capitalize() for move in StepMove if move.in_base},
        missing="Bedömning saknas",
    ),
)
ORS_START = Division(
    by.ors_start,
    _ORS,
    _fixed(
        {"below": "Började under gränsvärdet", "above": "Började på eller över"},
        missing=_TWO_SCORES,
    ),
)
ORS_CLASS = Division(
    by.ors_class,
    _ORS,
    _fixed({found.value: found.label.capitalize() for found in ChangeClass}, missing=_TWO_SCORES),
)
ORS_DIRECTION = Division(
    _coarser(by.ors_class, by.ors_direction), _ORS, _fixed(_DIRECTIONS, missing=None)
)
SRS_SIGNAL = Division(
    by.srs_signal,
    ("srs_last_mm", "srs_lowest_mm", "srs_before_mm"),
    _fixed({YES: "Något att ta upp", NO: "Inget att ta upp"}, missing="Ingen SRS"),
)
STAY = Division(
    by.stay,
    ("started_on", "ended_on"),
    _fixed({key: label for key, (_, label) in by.STAY_BANDS.items()}, missing=None),
)


def follow_up(months: int) -> Division:
    """What came of a follow-up, and whether the level was kept."""
    return Division(
        lambda row, _setting: by.follow_up(row, months),
        by.follow_up_columns(months),
        _fixed(FOLLOW_UP, missing="Bedömning saknas"),
    )


def follow_up_answered(months: int) -> Division:
    """Whether the level was kept, with everything that is not known as one."""
    return Division(
        lambda row, _setting: _answered(by.follow_up(row, months)),
        by.follow_up_columns(months),
        _fixed(
            {by.KEPT: FOLLOW_UP[by.KEPT], by.NOT_KEPT: FOLLOW_UP[by.NOT_KEPT]},
            missing="Svar eller bedömning saknas",
        ),
    )
