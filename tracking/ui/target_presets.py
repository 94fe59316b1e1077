"""What a target's form begins with: a target that is edited, a real plan's target, or nothing.

The targets of the plans ship as templates without results; a plan that states no number leaves
the value to whoever sets the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracking.domain.payback import PaybackAssumptions
from tracking.domain.targets import Comparison, Measure, PointInTime, Population
from tracking.outcomes.directory_views import QuestionView, TargetView
from tracking.services.setup import templates
from tracking.ui import shown

OWN = "eget"
PRESET = "choose::target_preset"


@dataclass(frozen=True, slots=True)
class Start:
    """The values that a form of one measure begins with. ``value`` None: nothing is proposed."""

    wording: str = ""
    comparison: Comparison = Comparison.AT_LEAST
    population: Population = Population.COMPLETED
    point: PointInTime | None = None
    value: Decimal | None = None
    codes: frozenset[str] = frozenset()
    question_id: int | None = None
    assumptions: PaybackAssumptions | None = None
    decided: str = ""


def begun(measure: Measure, target: TargetView | None, preset: Preset | None) -> Start:
    """What the form of a measure begins with."""
    if target is not None:
        spec = target.spec
        if spec.measure is not measure:
            return Start(wording=target.wording, decided=target.decided)
        return Start(
            wording=target.wording,
            comparison=spec.comparison,
            population=spec.population,
            point=spec.point,
            value=spec.value,
            codes=spec.codes,
            question_id=spec.question_id,
            assumptions=spec.assumptions,
            decided=target.decided,
        )
    if preset is None or preset.measure is not measure:
        usual = measure in (Measure.PAYBACK_MONTHS, Measure.COST_PER_PARTICIPANT)
        return Start(comparison=Comparison.AT_MOST if usual else Comparison.AT_LEAST)
    return preset.start


@dataclass(frozen=True, slots=True)
class Preset:
    """A target of a real plan, with the name of its template."""

    key: str
    label: str
    measure: Measure
    start: Start


def presets(questions: Sequence[QuestionView]) -> tuple[Preset, ...]:
    """The targets of the templates, each once, with this förbund's own questions."""
    by_key = {q.key: q.question_id for q in questions if q.valid_to is None}
    found: dict[str, Preset] = {}
    for template in templates():
        for target in template.targets:
            if target.wording in found:
                continue
            question_id = None if target.question is None else by_key.get(target.question)
            start = Start(
                wording=target.wording.removesuffix(" (planen anger ingen andel)"),
                comparison=target.comparison,
                population=target.population,
                point=target.point,
                value=target.value,
                codes=frozenset(target.codes),
                question_id=question_id,
                decided="",
            )
            found[target.wording] = Preset(
                key=str(len(found)), label=target.wording, measure=target.measure, start=start
            )
    return tuple(found.values())


def choose_preset(offered: Sequence[Preset]) -> Preset | None:
    """Let a new target begin with one of a real plan."""
    by_key = {preset.key: preset for preset in offered}
    chosen = shown.selectbox(
        "Utgå från ett mål ur en verksamhetsplan",
        [OWN, *by_key],
        key=PRESET,
        format_func=lambda key: by_key[key].label if key in by_key else "Inget, skriv ett eget",
        width=640,
    )
    return by_key.get(chosen or OWN)
