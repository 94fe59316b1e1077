"""Försörjning and sysselsättning at a point in time, and the points in time there are.

The variables and coding rules of SUS live on here, so that older series continue. A value
checks itself once; afterwards every question of it has one answer: yes, no or not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tracking.domain.errors import InvalidValue, RuleBroken


class SupportSource(StrEnum):
    """Sources of offentlig försörjning, in the order of the form."""

    SICKNESS_BENEFIT = "sickness_benefit"
    REHABILITATION_BENEFIT = "rehabilitation_benefit"
    SICKNESS_COMPENSATION = "sickness_compensation"
    ACTIVITY_COMPENSATION = "activity_compensation"
    UNEMPLOYMENT_BENEFIT = "unemployment_benefit"
    ACTIVITY_SUPPORT = "activity_support"
    ESTABLISHMENT_BENEFIT = "establishment_benefit"
    INCOME_SUPPORT = "income_support"
    STUDY_SUPPORT = "study_support"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    SupportSource.SICKNESS_BENEFIT: "Sjukpenning",
    SupportSource.REHABILITATION_BENEFIT: "Rehabiliteringspenning",
    SupportSource.SICKNESS_COMPENSATION: "Sjukersättning",
    SupportSource.ACTIVITY_COMPENSATION: "Aktivitetsersättning",
    SupportSource.UNEMPLOYMENT_BENEFIT: "A-kassa",
    SupportSource.ACTIVITY_SUPPORT: "Aktivitetsstöd/utvecklingsersättning",
    SupportSource.ESTABLISHMENT_BENEFIT: "Etableringsersättning",
    SupportSource.INCOME_SUPPORT: "Försörjningsstöd",
    SupportSource.STUDY_SUPPORT: "Studiestöd",
    SupportSource.OTHER: "Annan offentlig försörjning",
}
NO_SUPPORT_LABEL = "Ingen offentlig försörjning"

# SUS's coding rules as help beside the question they belong to.
CODING_HELP = {
    "support": (
        "Föräldrapenning, tillfällig föräldrapenning, ålderspension och delpension räknas som "
        "ingen offentlig försörjning. Direkt före betyder inom en vecka. Ett uppehåll på högst "
        "en månad räknas inte som avbrott."
    ),
    "work": "Anställd men sjukskriven räknas som inte i arbete. 100 % är 40 timmar i veckan.",
    "studies": "Arbetsmarknadsutbildning räknas som studier.",
}


class WorkKind(StrEnum):
    """The kind of work."""

    UNSUBSIDISED = "unsubsidised"
    SUBSIDISED = "subsidised"
    OWN_BUSINESS = "own_business"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            WorkKind.UNSUBSIDISED: "osubventionerat",
            WorkKind.SUBSIDISED: "subventionerat",
            WorkKind.OWN_BUSINESS: "eget företag",
        }[self]


class YesNoUnknown(StrEnum):
    """An answer; *vet ej* is an answer too, unlike a question that was never asked."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Return the Swedish word on the screen."""
        return {"yes": "ja", "no": "nej", "unknown": "vet ej"}[self.value]

    @property
    def as_bool(self) -> bool | None:
        """Return True, False, or None for *vet ej*."""
        return {"yes": True, "no": False, "unknown": None}[self.value]


_UNANSWERED = {
    "sources": "Välj försörjning, ingen offentlig försörjning eller vet ej.",
    "work": "Svara ja, nej eller vet ej på om personen arbetar.",
    "work_kind": "Välj slag av arbete.",
    "studies": "Svara ja, nej eller vet ej på om personen studerar.",
    "seeking": "Svara ja, nej eller vet ej på om personen söker arbete aktivt.",
    "registered_af": "Svara ja, nej eller vet ej på om personen är inskriven hos "
    "Arbetsförmedlingen.",
}


@dataclass(frozen=True, slots=True)
class SituationValue:
    """A situation that cannot contradict itself. None means: not asked yet.

    ``no_support`` True excludes every source; False needs at least one; None together with
    ``support_unknown`` is *vet ej*. Per cent are 1–100 of 40 hours a week and may be left
    out; they and ``work_kind`` stand only beside a yes. Raises RuleBroken or InvalidValue.
    """

    no_support: bool | None = None
    sources: frozenset[SupportSource] = field(default_factory=frozenset)
    support_unknown: bool = False
    work: YesNoUnknown | None = None
    work_percent: int | None = None
    work_kind: WorkKind | None = None
    studies: YesNoUnknown | None = None
    studies_percent: int | None = None
    seeking: YesNoUnknown | None = None
    registered_af: YesNoUnknown | None = None

    def __post_init__(self) -> None:
        if self.no_support and self.sources:
            raise RuleBroken(
                f"{NO_SUPPORT_LABEL} kan inte väljas tillsammans med en annan försörjning.",
                field="sources",
            )
        if self.support_unknown and (self.sources or self.no_support is not None):
            raise RuleBroken(
                "Vet ej kan inte väljas tillsammans med en känd försörjning.", field="sources"
            )
        if self.sources and self.no_support is None:
            # Said by naming a source; kept so that the stored value has one form only.
            object.__setattr__(self, "no_support", False)
        if self.no_support is False and not self.sources:
            raise RuleBroken("Välj minst en försörjning.", field="sources")
        if self.work is not YesNoUnknown.YES and self.work_kind is not None:
            raise RuleBroken("Ange slag av arbete bara för den som arbetar.", field="work_kind")
        _check_percent(self.work, self.work_percent, "work_percent", "arbetar")
        _check_percent(self.studies, self.studies_percent, "studies_percent", "studerar")

    @property
    def is_self_supporting(self) -> bool | None:
        """Say whether the person has no offentlig försörjning; None when not known."""
        return self.no_support

    @property
    def is_working(self) -> bool | None:
        """Say whether the person works, to whatever extent; None when not known."""
        return None if self.work is None else self.work.as_bool

    @property
    def is_studying(self) -> bool | None:
        """Say whether the person studies; None when not known."""
        return None if self.studies is None else self.studies.as_bool

    @property
    def works_or_studies(self) -> bool | None:
        """Say whether the person does either; None when neither is known to be so."""
        either = (self.is_working, self.is_studying)
        if True in either:
            return True
        return None if None in either else False

    @property
    def unanswered(self) -> dict[str, str]:
        """Return what has no answer yet: field → sentence. *Vet ej* is an answer."""
        answered = {
            "sources": self.support_unknown or self.no_support is not None,
            "work": self.work is not None,
            "work_kind": not self.is_working or self.work_kind is not None,
            "studies": self.studies is not None,
            "seeking": self.seeking is not None,
            "registered_af": self.registered_af is not None,
        }
        return {name: _UNANSWERED[name] for name, known in answered.items() if not known}

    @property
    def is_answered(self) -> bool:
        """Say whether försörjning, work and studies have all been asked about."""
        asked_support = self.support_unknown or self.no_support is not None
        return asked_support and self.work is not None and self.studies is not None


def _check_percent(
    answer: YesNoUnknown | None, percent: int | None, field_name: str, verb: str
) -> None:
    if percent is None:
        return
    if answer is not YesNoUnknown.YES:
        raise RuleBroken(f"Ange procent bara för den som {verb}.", field=field_name)
    if isinstance(percent, bool) or not 1 <= percent <= 100:
        raise InvalidValue("Omfattningen ska vara mellan 1 och 100 procent.", field=field_name)


def began_or_increased_work(before: SituationValue, after: SituationValue) -> bool | None:
    """Say whether somebody who works after began to, or works more; None when not known."""
    if after.is_working is not True:
        return after.is_working
    if before.is_working is not True:
        return None if before.is_working is None else True
    if before.work_percent is None or after.work_percent is None:
        return None
    return after.work_percent > before.work_percent


class Occasion(StrEnum):
    """The points in time at which a step or a situation is assessed."""

    START = "start"
    DURING = "during"
    END = "end"
    M6 = "m6"
    M12 = "m12"
    M18 = "m18"

    @property
    def label(self) -> str:
        """Return the Swedish phrase on the screen."""
        return {
            "start": "vid start",
            "during": "under insatsen",
            "end": "vid avslut",
            "m6": "6 månader efter",
            "m12": "12 månader efter",
            "m18": "18 månader efter",
        }[self.value]


FOLLOW_UPS = (Occasion.M6, Occasion.M12, Occasion.M18)
_MONTHS = {Occasion.M6: 6, Occasion.M12: 12, Occasion.M18: 18}


def follow_up_months(occasion: Occasion) -> int:
    """Return 6, 12 or 18; raises InvalidValue for an occasion that is no follow-up."""
    months = _MONTHS.get(occasion)
    if months is None:
        raise InvalidValue(
            "En uppföljning görs 6, 12 eller 18 månader efter avslut.", field="occasion"
        )
    return months


def situation_words(value: SituationValue) -> tuple[str, str, str, str, str]:
    """A situation in words: support, work, studies, seeking, registered."""
    if value.no_support:
        support = NO_SUPPORT_LABEL
    elif value.support_unknown:
        support = "vet ej"
    else:
        support = ", ".join(sorted(source.label for source in value.sources)) or "–"
    kind = None if value.work_kind is None else value.work_kind.label
    return (
        support,
        _extent(value.work, value.work_percent, kind),
        _extent(value.studies, value.studies_percent, None),
        _answer(value.seeking),
        _answer(value.registered_af),
    )


def _answer(answer: YesNoUnknown | None) -> str:
    return "–" if answer is None else answer.label


def _extent(answer: YesNoUnknown | None, percent: int | None, kind: str | None) -> str:
    if answer is not YesNoUnknown.YES:
        return _answer(answer)
    extent = "" if percent is None else f"{percent}\u00a0%"
    return ", ".join(part for part in ("ja", extent, kind) if part)
