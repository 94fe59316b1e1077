"""What ships as data: code lists, thresholds, ladders, questions and templates of insatser.

The files lie under data/ as TOML; here they become frozen dataclasses that have been checked.
A förbund begins with a copy of them and edits its own copy; nothing is read from here later
except the templates, when an insats is set up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from tracking.domain.change import Thresholds
from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.errors import StegvisError
from tracking.domain.records import InsatsKind, QuestionKind
from tracking.domain.targets import (
    Comparison,
    Measure,
    PointInTime,
    Population,
    TargetSpec,
    TargetUnit,
)
from tracking.store.toml import Fields, ShippedDataFault

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True, slots=True)
class ShippedCode:
    """One value of a code list. The last two are avslutsanledning's alone."""

    key: str
    label: str
    proposes: Outcome | None
    group: EndGroup | None


@dataclass(frozen=True, slots=True)
class ShippedList:
    """A code list with the values it begins with, in order."""

    key: str
    title: str
    codes: tuple[ShippedCode, ...]


@dataclass(frozen=True, slots=True)
class ShippedStep:
    """One step of a ladder."""

    position: int
    name: str
    needs: str
    manages: str
    activity: str
    goal: str


@dataclass(frozen=True, slots=True)
class ShippedLadder:
    """A processtrappa with its steps from the lowest, and the exit's name."""

    key: str
    name: str
    decided: str
    valid_from: date
    exit: str
    steps: tuple[ShippedStep, ...]


@dataclass(frozen=True, slots=True)
class ShippedOption:
    """One possible answer."""

    value: int
    label: str
    positive: bool


@dataclass(frozen=True, slots=True)
class ShippedQuestion:
    """A kompletterande fråga, asked of participants or on anonymous slips."""

    key: str
    wording: str
    kind: QuestionKind
    asked_at_start: bool
    asked_at_end: bool
    on_slips: bool
    options: tuple[ShippedOption, ...]


@dataclass(frozen=True, slots=True)
class TemplateTarget:
    """A target of a template. ``value`` is None where the plan states no number: whoever
    sets up the insats decides it, nothing is invented. ``question`` is a question's key.
    """

    wording: str
    measure: Measure
    population: Population
    point: PointInTime
    comparison: Comparison
    value: Decimal | None
    codes: tuple[str, ...]
    question: str | None

    @property
    def unit(self) -> TargetUnit:
        """The unit of ``value``."""
        return self.measure.unit

    def spec(self, value: Decimal, question_id: int | None) -> TargetSpec:
        """The target that it makes with a value and the database's own question."""
        codes = self.codes
        if self.measure is Measure.POSITIVE_SLIPS and self.question is not None:
            codes = (self.question,)
        return TargetSpec(
            measure=self.measure,
            population=self.population,
            point=self.point,
            comparison=self.comparison,
            value=value,
            codes=frozenset(codes),
            question_id=question_id,
        )


@dataclass(frozen=True, slots=True)
class InsatsTemplate:
    """A pattern for an insats: its frame and targets, never anybody's results."""

    key: str
    name: str
    modelled_on: str
    kind: InsatsKind
    planned_places: int | None
    planned_weeks: int | None
    planned_participants: int | None
    age_from: int | None
    age_to: int | None
    budget_kr: int | None
    ladder: str | None
    uses_ors: bool
    uses_srs: bool
    uses_gsrs: bool
    follow_up_12: bool
    targets: tuple[TemplateTarget, ...]
    notes: tuple[str, ...]


@lru_cache
def code_lists() -> tuple[ShippedList, ...]:
    """The code lists that a förbund begins with."""
    file = Fields.of(DATA / "code_lists.toml")
    lists = tuple(_code_list(table) for table in file.tables("list"))
    file.done()
    _refuse_twice(file, [code_list.key for code_list in lists])
    return lists


@lru_cache
def thresholds() -> Thresholds:
    """The thresholds of the instruments that a förbund begins with, in millimetres."""
    file = Fields.of(DATA / "thresholds.toml")
    try:
        shipped = Thresholds(
            valid_from=file.day("valid_from"),
            source=file.text("source"),
            ors_cutoff_adult_mm=file.whole("ors_cutoff_adult_mm"),
            ors_cutoff_young_mm=file.whole("ors_cutoff_young_mm"),
            reliable_change_mm=file.whole("reliable_change_mm"),
            alternative_reliable_change_mm=file.whole("alternative_reliable_change_mm"),
            srs_total_mm=file.whole("srs_total_mm"),
            srs_scale_mm=file.whole("srs_scale_mm"),
            srs_fall_mm=file.whole("srs_fall_mm"),
            gsrs_total_mm=file.whole("gsrs_total_mm"),
            tie_counts=file.flag("tie_counts", True),
        )
    except ShippedDataFault:
        raise
    except StegvisError as fault:
        raise file.fault(fault.field or "källan", f"duger inte ({fault})") from fault
    file.done()
    return shipped


@lru_cache
def ladders() -> tuple[ShippedLadder, ...]:
    """The processtrappor that ship, by file name."""
    return tuple(_ladder(path) for path in sorted((DATA / "ladders").glob("*.toml")))


@lru_cache
def questions() -> tuple[ShippedQuestion, ...]:
    """The kompletterande frågor that ship, in order."""
    file = Fields.of(DATA / "questions.toml")
    found = tuple(_question(table) for table in file.tables("question"))
    file.done()
    _refuse_twice(file, [question.key for question in found])
    return found


@lru_cache
def templates() -> tuple[InsatsTemplate, ...]:
    """The templates of insatser, by name. A template's common targets are its own here."""
    files = [Fields.of(path) for path in sorted((DATA / "templates").glob("*.toml"))]
    read = [_template(file) for file in files]
    by_key = {template.key: template for template, _ in read}
    whole = []
    for file, (template, also) in zip(files, read, strict=True):
        unknown = [key for key in also if key not in by_key]
        if unknown:
            raise file.fault("also", f"nämner {unknown[0]}, som inte finns")
        common = tuple(target for key in also for target in by_key[key].targets)
        whole.append(replace(template, targets=template.targets + common))
    return tuple(sorted(whole, key=lambda template: template.name))


def _code_list(table: Fields) -> ShippedList:
    key = table.text("key")
    codes = []
    for row in table.tables("codes"):
        code = ShippedCode(
            key=row.text("key"),
            label=row.text("label"),
            proposes=row.choice_or_none("proposes", Outcome),
            group=row.choice_or_none("group", EndGroup),
        )
        row.done()
        if (code.proposes is None or code.group is None) == (key == "end_reason"):
            raise row.fault(code.key, "ska ha proposes och group i end_reason och bara där")
        codes.append(code)
    title = table.text("title")
    table.done()
    _refuse_twice(table, [code.key for code in codes])
    return ShippedList(key, title, tuple(codes))


def _ladder(path: Path) -> ShippedLadder:
    file = Fields.of(path)
    steps = []
    for row in file.tables("step"):
        steps.append(
            ShippedStep(
                position=row.whole("position"),
                name=row.text("name"),
                needs=row.text("needs"),
                manages=row.text("manages"),
                activity=row.text("activity"),
                goal=row.text("goal"),
            )
        )
        row.done()
    if [step.position for step in steps] != list(range(len(steps))):
        raise file.fault("position", "ska gå från 0 utan hopp")
    ladder = ShippedLadder(
        key=file.text("key"),
        name=file.text("name"),
        decided=file.text("decided"),
        valid_from=file.day("valid_from"),
        exit=file.text("exit"),
        steps=tuple(steps),
    )
    file.done()
    return ladder


def _question(table: Fields) -> ShippedQuestion:
    options = []
    for row in table.tables("options"):
        options.append(ShippedOption(row.whole("value"), row.text("label"), row.flag("positive")))
        row.done()
    question = ShippedQuestion(
        key=table.text("key"),
        wording=table.text("wording"),
        kind=table.choice("kind", QuestionKind),
        asked_at_start=table.flag("asked_at_start"),
        asked_at_end=table.flag("asked_at_end"),
        on_slips=table.flag("on_slips"),
        options=tuple(options),
    )
    table.done()
    _refuse_twice(table, [str(option.value) for option in options])
    return question


def _template(file: Fields) -> tuple[InsatsTemplate, tuple[str, ...]]:
    template = InsatsTemplate(
        key=file.text("key"),
        name=file.text("name"),
        modelled_on=file.text("modelled_on"),
        kind=file.choice("kind", InsatsKind),
        planned_places=file.whole_or_none("planned_places"),
        planned_weeks=file.whole_or_none("planned_weeks"),
        planned_participants=file.whole_or_none("planned_participants"),
        age_from=file.whole_or_none("age_from"),
        age_to=file.whole_or_none("age_to"),
        budget_kr=file.whole_or_none("budget_kr"),
        ladder=file.text_or_none("ladder"),
        uses_ors=file.flag("uses_ors"),
        uses_srs=file.flag("uses_srs"),
        uses_gsrs=file.flag("uses_gsrs"),
        follow_up_12=file.flag("follow_up_12"),
        targets=tuple(_target(table) for table in file.tables("target", required=False)),
        notes=file.texts("notes"),
    )
    if template.ladder is not None and template.ladder not in {ladder.key for ladder in ladders()}:
        raise file.fault("ladder", "nämner en trappa som inte finns")
    also = file.texts("also")
    file.done()
    return template, also


def _target(table: Fields) -> TemplateTarget:
    target = TemplateTarget(
        wording=table.text("wording"),
        measure=table.choice("measure", Measure),
        population=table.choice("population", Population),
        point=table.choice("point", PointInTime),
        comparison=table.choice("comparison", Comparison),
        value=table.decimal_or_none("value"),
        codes=table.texts("codes"),
        question=table.text_or_none("question"),
    )
    if table.choice("unit", TargetUnit) is not target.unit:
        raise table.fault("unit", f"ska vara {target.unit.value} för {target.measure.value}")
    if target.question is not None and target.question not in {q.key for q in questions()}:
        raise table.fault("question", "nämner en fråga som inte finns")
    try:
        target.spec(target.value or Decimal(0), None if target.question is None else 0)
    except StegvisError as fault:
        raise table.fault(target.wording, f"går inte ihop ({fault})") from fault
    table.done()
    return target


def _refuse_twice(file: Fields, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise file.fault(key, "står två gånger")
