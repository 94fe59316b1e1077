"""What forms and lists show of a förbund's set-up, as plain data. Read by `directory`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracking.domain.periods import Calendar
from tracking.domain.records import AuthorityKind, Gender, InsatsKind, QuestionKind
from tracking.domain.roles import Role, Zone
from tracking.domain.targets import TargetSpec


@dataclass(frozen=True, slots=True)
class ReleaseDayView:
    """The day on which the year's n-th period is released."""

    number: int
    month: int
    day: int
    years_after: int


@dataclass(frozen=True, slots=True)
class ForbundView:
    """The förbund. ``calendar`` is None until it is chosen, ``contact`` until it is filled in."""

    name: str
    is_demo: bool
    calendar: Calendar | None
    disclosure_threshold: int
    release_days: tuple[ReleaseDayView, ...]
    contact: str | None
    version: int


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of a demo that anybody may choose; ``where`` names its insatser."""

    account_id: int
    username: str
    title: str
    zone: Zone
    employer: str | None
    roles: tuple[Role, ...]
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ControllerView:
    """An authority."""

    controller_id: int
    name: str
    kind: AuthorityKind


@dataclass(frozen=True, slots=True)
class InsatsItem:
    """An insats in a list, with the actor's own roles there."""

    insats_id: int
    name: str
    kind: InsatsKind
    controller_id: int
    controller_name: str
    starts_on: date
    ends_on: date | None
    roles: frozenset[Role]
    uses_ors: bool
    uses_srs: bool
    uses_gsrs: bool


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target as it is edited."""

    target_id: int
    insats_id: int
    spec: TargetSpec
    wording: str
    valid_from: date
    valid_to: date | None
    decided: str
    version: int


@dataclass(frozen=True, slots=True)
class InsatsSettings:
    """An insats as it is edited, with the version that `edit_insats` asks for."""

    insats_id: int
    name: str
    kind: InsatsKind
    controller_id: int
    controller_name: str
    owner: str
    provider: str
    starts_on: date
    ends_on: date | None
    planned_places: int | None
    planned_weeks: int | None
    planned_participants: int | None
    age_from: int | None
    age_to: int | None
    ladder_id: int | None
    ladder_name: str | None
    uses_ors: bool
    uses_srs: bool
    uses_gsrs: bool
    follow_up_12: bool
    template_key: str | None
    version: int


@dataclass(frozen=True, slots=True)
class CodeView:
    """One value of a code list; ``retired_on`` is None while it may be chosen."""

    code_id: int
    list_key: str
    key: str
    label: str
    sort: int
    proposes: str | None
    group_key: str | None
    retired_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class CodeListView:
    """A code list by its key and title."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a ladder version."""

    position: int
    name: str
    needs: str
    manages: str
    activity: str
    goal: str


@dataclass(frozen=True, slots=True)
class LadderVersionView:
    """One version of a ladder with its steps from the lowest."""

    version_id: int
    number: int
    valid_from: date
    decided: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class LadderView:
    """A ladder with its versions, the newest first."""

    ladder_id: int
    name: str
    shared: bool
    versions: tuple[LadderVersionView, ...]


@dataclass(frozen=True, slots=True)
class OptionView:
    """One possible answer."""

    value: int
    label: str
    positive: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A kompletterande fråga with its answers. ``answered``: by anybody, voided too; then it
    keeps its meaning.
    """

    question_id: int
    insats_id: int | None
    key: str
    wording: str
    kind: QuestionKind
    asked_at_start: bool
    asked_at_end: bool
    asked_at_follow_up: bool
    on_slips: bool
    valid_from: date
    valid_to: date | None
    options: tuple[OptionView, ...]
    answered: bool
    version: int


@dataclass(frozen=True, slots=True)
class BudgetView:
    """An insats's year in whole kronor."""

    budget_id: int
    year: int
    planned_participants: int | None
    budget_kr: int | None
    actual_kr: int | None
    esf_kr: int | None
    cost_share_percent: int
    version: int


@dataclass(frozen=True, slots=True)
class AnonymousView:
    """How many anonymous participants an insats had in a year: entered, and turned anonymous.

    ``version`` is None where nothing has been entered yet.
    """

    gender: Gender
    number: int
    converted: int
    version: int | None
