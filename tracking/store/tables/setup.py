"""What a förbund decides before anyone is registered: itself, its calendar and lists,
the insatser with their ladders, targets and budgets.
"""

from __future__ import annotations

from sqlalchemy import REAL, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from tracking.domain.periods import Calendar
from tracking.domain.records import AuthorityKind, InsatsKind
from tracking.domain.targets import Comparison, Population
from tracking.store.tables.base import (
    STRICT,
    Base,
    Voidable,
    date,
    datetime,
    day,
    flag,
    instant,
    key,
    millimetres,
    refers,
    string,
    void_whole,
    words,
)


class Forbund(Base, table=True):
    """The one förbund of this database. ``calendar`` is empty until it is chosen, once.

    ``contact`` is how anybody reaches the förbund, for the accessibility statement.
    """

    __tablename__ = "forbund"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("disclosure_threshold BETWEEN 3 AND 10", name="threshold_range"),
        STRICT,
    )

    id: int = Field(default=1, primary_key=True)
    name: str = string()
    is_demo: bool = flag(default=False)
    calendar: Calendar | None = words(Calendar, default=None)
    disclosure_threshold: int = 5
    contact: str | None = string(default=None)
    created_at: datetime = instant()
    version: int = 1


class ReleaseDay(Base, table=True):
    """The day on which the figures of the year's n-th period are released.

    ``years_after`` is 1 for a period released in the year after it ended.
    """

    __tablename__ = "release_day"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 3", name="number_range"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month_range"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day_range"),
        CheckConstraint("years_after IN (0, 1)", name="years_after_range"),
        STRICT,
    )

    number: int = Field(primary_key=True)
    month: int
    day: int
    years_after: int = 0


class ThresholdSet(Base, table=True):
    """The dated, sourced thresholds of the instruments, in millimetres."""

    __tablename__ = "threshold_set"
    __table_args__ = (
        CheckConstraint("reliable_change_mm > 0", name="reliable_change_positive"),
        STRICT,
    )

    id: int | None = key()
    valid_from: date = day(unique=True)
    ors_cutoff_adult_mm: int = millimetres(400)
    ors_cutoff_young_mm: int = millimetres(400)
    reliable_change_mm: int = millimetres(400)
    alternative_reliable_change_mm: int = millimetres(400)
    srs_total_mm: int = millimetres(400)
    srs_scale_mm: int = millimetres(100)
    srs_fall_mm: int = millimetres(400)
    gsrs_total_mm: int = millimetres(400)
    tie_counts: bool = flag(default=True)
    source: str = string()


class CodeList(Base, table=True):
    """A list of codes that the förbund edits: remittent, avslutsanledning, hemkommun …"""

    __tablename__ = "code_list"
    __table_args__ = (STRICT,)

    key: str = string(primary_key=True)
    title: str = string()


class Code(Base, table=True):
    """One value of a code list. A retired value stays on the spells that have it.

    ``proposes`` and ``group_key`` are used by avslutsanledning: the outcome it proposes and
    the group that leaves the insats zone. ``insats_id`` is set on behovsgrupper, which each
    insats has of its own.
    """

    __tablename__ = "code"
    __table_args__ = (
        UniqueConstraint("list_key", "key"),
        UniqueConstraint("id", "list_key"),
        STRICT,
    )

    id: int | None = key()
    list_key: str = string(foreign_key="code_list.key")
    key: str = string()
    label: str = string()
    sort: int = 0
    proposes: str | None = string(default=None)
    group_key: str | None = string(default=None)
    retired_on: date | None = day(default=None)
    insats_id: int | None = refers("insats.id", default=None, index=False)
    version: int = 1


class Controller(Base, table=True):
    """An authority: personuppgiftsansvarig for its insatser, employer of its staff.

    ``last_number`` is the highest löpnummer ever given: an erased participant's code stays
    in the paper kodnyckel and must never come to mean somebody else.
    """

    __tablename__ = "controller"
    __table_args__ = (STRICT,)

    id: int | None = key()
    name: str = string(unique=True)
    kind: AuthorityKind = words(AuthorityKind)
    last_number: int = 0
    created_at: datetime = instant()


class Ladder(Base, table=True):
    """A processtrappa: shared in the förbund, or one insats's own (the insats points here)."""

    __tablename__ = "ladder"
    __table_args__ = (STRICT,)

    id: int | None = key()
    name: str = string()
    shared: bool = flag(default=True)


class LadderVersion(Base, table=True):
    """One version of a ladder; a spell keeps the version that it began with."""

    __tablename__ = "ladder_version"
    __table_args__ = (UniqueConstraint("ladder_id", "number"), STRICT)

    id: int | None = key()
    ladder_id: int = refers("ladder.id", index=False)
    number: int
    valid_from: date = day()
    decided: str | None = string(default=None)
    created_at: datetime = instant()


class LadderStep(Base, table=True):
    """One step: what the person needs and manages there, the insats's work, and the goal."""

    __tablename__ = "ladder_step"
    __table_args__ = (
        CheckConstraint("position BETWEEN 0 AND 20", name="position_range"),
        STRICT,
    )

    ladder_version_id: int = refers("ladder_version.id", primary_key=True, index=False)
    position: int = Field(primary_key=True)
    name: str = string()
    needs: str = string(default="")
    manages: str = string(default="")
    activity: str = string(default="")
    goal: str = string(default="")


class Insats(Base, table=True):
    """A programme that the förbund finances and a controller runs."""

    __tablename__ = "insats"
    __table_args__ = (
        UniqueConstraint("id", "controller_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("planned_places >= 0", name="places_not_negative"),
        CheckConstraint("planned_weeks BETWEEN 1 AND 520", name="weeks_range"),
        CheckConstraint("planned_participants >= 0", name="participants_not_negative"),
        CheckConstraint(
            "age_from IS NULL OR age_to IS NULL OR age_to >= age_from", name="ages_in_order"
        ),
        STRICT,
    )

    id: int | None = key()
    controller_id: int = refers("controller.id")
    name: str = string(unique=True)
    owner: str = string()
    provider: str = string(default="")
    kind: InsatsKind = words(InsatsKind)
    starts_on: date = day()
    ends_on: date | None = day(default=None)
    planned_places: int | None = None
    planned_weeks: int | None = None
    planned_participants: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    ladder_id: int | None = refers("ladder.id", default=None)
    uses_ors: bool = flag(default=True)
    uses_srs: bool = flag(default=True)
    uses_gsrs: bool = flag(default=False)
    follow_up_12: bool = flag(default=False)
    template_key: str | None = string(default=None)
    created_at: datetime = instant()
    version: int = 1


class Target(Voidable, Base, table=True):
    """A mål of an insats as its plan words it, and what is measured for it.

    ``value`` is in ``unit`` (percent, months, number, kronor, year_places). ``codes`` holds
    the keys of the set that END_REASON_IN counts, separated by a space.
    ``support_month_kr`` and ``production_month_kr`` are what återbetalningstid assumes: a
    month of offentlig försörjning, and what a month of full-time work is worth;
    ``deadweight_percent`` and ``discount_hundredths`` (None: none) and ``assumptions_from``, the
    saved calculation that they were taken from, come with it.
    """

    __tablename__ = "target"
    __table_args__ = (
        void_whole(),
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("unit <> 'percent' OR value <= 100", name="percent_at_most_100"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        CheckConstraint("support_month_kr >= 0", name="support_month_not_negative"),
        CheckConstraint("production_month_kr >= 0", name="production_month_not_negative"),
        CheckConstraint("deadweight_percent BETWEEN 0 AND 100", name="deadweight_percent_range"),
        CheckConstraint("discount_hundredths BETWEEN 0 AND 2000", name="discount_hundredths_range"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    wording: str = string()
    measure: str = string()
    population: Population = words(Population)
    point_in_time: str = string()
    comparison: Comparison = words(Comparison)
    value: float = Field(sa_type=REAL)
    unit: str = string()
    codes: str | None = string(default=None)
    question_id: int | None = refers("question.id", default=None)
    support_month_kr: int | None = None
    production_month_kr: int | None = None
    deadweight_percent: int | None = None
    discount_hundredths: int | None = None
    assumptions_from: str | None = string(default=None)
    valid_from: date = day()
    valid_to: date | None = day(default=None)
    decided: str | None = string(default=None)
    sort: int = 0
    created_at: datetime = instant()
    version: int = 1


class Budget(Base, table=True):
    """An insats's year in whole kronor: planned participants, budget and utfall."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("insats_id", "year"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        CheckConstraint("cost_share_percent BETWEEN 0 AND 100", name="cost_share_range"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id", index=False)
    year: int
    planned_participants: int | None = None
    budget_kr: int | None = None
    actual_kr: int | None = None
    esf_kr: int | None = None
    cost_share_percent: int = 100
    version: int = 1


class ForbundBudget(Base, table=True):
    """The förbund's own year in whole kronor: what it has, and its administration.

    ``own_capital_kr`` is the capital that the year began with. ``administration_kr`` is planned,
    ``administration_actual_kr`` spent.
    """

    __tablename__ = "forbund_budget"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        STRICT,
    )

    year: int = Field(primary_key=True)
    own_capital_kr: int | None = None
    state_contribution_kr: int | None = None
    region_contribution_kr: int | None = None
    municipal_contribution_kr: int | None = None
    administration_kr: int | None = None
    administration_actual_kr: int | None = None
    version: int = 1
