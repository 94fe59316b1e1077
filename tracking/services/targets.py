"""Targets (mål) of an insats: set, edit, take away.

What can be measured, and whether measure, population and point in time go together, is
`tracking.domain.targets`; how many meet a target is read in the outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.errors import InvalidValue, NotFound, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.payback import calculation_name
from tracking.domain.questions import Option, tells_change
from tracking.domain.records import InsatsKind
from tracking.domain.targets import Measure, PointInTime, TargetSpec
from tracking.services._setup import EDITED, check_span, check_unchanged, found, insats_of
from tracking.services._writing import Writing, edit, writing
from tracking.store.database import Database
from tracking.store.shipped import InsatsTemplate
from tracking.store.tables import (
    Code,
    Insats,
    PaybackCalculation,
    Question,
    QuestionOption,
    Target,
)

LONGEST_WORDING = 300


@dataclass(frozen=True, slots=True)
class SetTarget:
    """A target that was set or edited."""

    target_id: int


def set_target(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    spec: TargetSpec,
    wording: str,
    valid_from: date,
    valid_to: date | None = None,
    decided: str = "",
    codes: Sequence[str] = (),
    question_id: int | None = None,
    calculation_id: int | None = None,
    target_id: int | None = None,
    version: int | None = None,
    key: str,
) -> SetTarget:
    """Set a target, or edit one (``target_id`` with the ``version`` that was read).

    ``wording`` is the plan's own, ``decided`` where it was decided. ``codes`` and ``question_id``
    may be given here or in ``spec``. With ``calculation_id`` återbetalningstid gets the
    assumptions of that saved calculation, which never change under it. Raises `Conflict` when
    somebody else has edited it, `InvalidValue` or `RuleBroken` with the field.
    """
    with writing(database, actor, "set_target", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SetTarget(write.earlier)
        insats = insats_of(write.session, insats_id)
        check_span(valid_from, valid_to, start_field="valid_from", end_field="valid_to")
        values = _columns(spec, spec.codes | frozenset(codes), spec.question_id or question_id)
        values |= {
            "wording": clean_text(
                wording, field="wording", max_length=LONGEST_WORDING, required=True
            ),
            "valid_from": valid_from,
            "valid_to": valid_to,
            "decided": clean_text(decided, field="decided") or None,
        }
        if calculation_id is not None:
            values |= _saved_assumptions(write.session, insats_id, spec, calculation_id)
        _check_fits(write.session, insats, spec, values)
        if target_id is None:
            target = _add(write, insats_id, values)
        else:
            target = _kept(write.session, target_id, insats_id)
            check_unchanged(target, version or 0, values)
            edit(write.work, actor, target, values, why=EDITED)
        assert target.id is not None
        detail = f"target {target.id}"
        write.finish(target.id, Entry("set_target", insats_id=insats_id, detail=detail))
        return SetTarget(target.id)


def remove_target(
    database: Database, actor: Actor, *, target_id: int, why: str, version: int, key: str
) -> SetTarget:
    """Void a target: it leaves every result from now on and stays in the history.

    ``why`` is a key of the code list `void_reason`. A target that has simply run out is edited
    to end (``valid_to``) instead.
    """
    with writing(database, actor, "remove_target", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SetTarget(write.earlier)
        target = _kept(write.session, target_id, None)
        check_unchanged(target, version, {"wording": target.wording})
        reason = select(Code.key).where(Code.list_key == "void_reason", Code.key == why)
        if write.session.exec(reason).first() is None:
            raise InvalidValue("Välj ett skäl i listan.", field="why")
        target.voided_at, target.voided_by = write.now, actor.account_id
        target.void_reason = why
        target.version += 1
        write.session.add(target)
        detail = f"target {target_id}"
        write.finish(target_id, Entry("remove_target", insats_id=target.insats_id, detail=detail))
        return SetTarget(target_id)


def add_from_template(write: Writing, insats: Insats, template: InsatsTemplate) -> None:
    """Add the targets of a template that state a number, valid from the insats's start."""
    assert insats.id is not None
    for pattern in template.targets:
        if pattern.value is None:
            continue
        question_id = None
        if pattern.question is not None:
            question_id = _shared_question(write.session, pattern.question)
        spec = pattern.spec(pattern.value, question_id)
        values = _columns(spec, spec.codes, question_id)
        values |= {
            "wording": pattern.wording,
            "valid_from": insats.starts_on,
            "decided": template.modelled_on,
        }
        _check_fits(write.session, insats, spec, values)
        _add(write, insats.id, values)


def _columns(spec: TargetSpec, codes: frozenset[str], question_id: int | None) -> dict[str, Any]:
    assumed = spec.assumptions
    return {
        "measure": spec.measure.value,
        "population": spec.population,
        "point_in_time": spec.point.value,
        "comparison": spec.comparison,
        "value": float(spec.value),
        "unit": spec.unit.value,
        "codes": " ".join(sorted(codes)) or None,
        "question_id": question_id,
        "support_month_kr": None if assumed is None else assumed.support_month_kr,
        "production_month_kr": None if assumed is None else assumed.production_month_kr,
        "deadweight_percent": None if assumed is None else assumed.deadweight_percent,
        "discount_hundredths": None if assumed is None else assumed.discount_hundredths,
        "assumptions_from": None,
    }


def _saved_assumptions(
    session: DbSession, insats_id: int, spec: TargetSpec, calculation_id: int
) -> dict[str, Any]:
    if spec.measure is not Measure.PAYBACK_MONTHS:
        raise RuleBroken("Sparade antaganden hör till återbetalningstid.", field="calculation_id")
    saved = found(session, PaybackCalculation, calculation_id, what="Den sparade beräkningen")
    if saved.insats_id != insats_id:
        raise NotFound("Beräkningen hör till en annan insats.", field="calculation_id")
    return {
        "support_month_kr": saved.support_month_kr,
        "production_month_kr": saved.production_month_kr,
        "deadweight_percent": saved.deadweight_percent,
        "discount_hundredths": saved.discount_hundredths,
        "assumptions_from": calculation_name(saved.name, saved.number),
    }


def _check_fits(
    session: DbSession, insats: Insats, spec: TargetSpec, values: dict[str, Any]
) -> None:
    """Raise unless the insats has what the target asks about."""
    if insats.kind is InsatsKind.STRUCTURAL and spec.point is not PointInTime.PERIOD:
        raise RuleBroken(
            "En strukturövergripande insats har inga deltaganden att mäta målet på.",
            field="measure",
        )
    steps = spec.measure in (Measure.STEP_FORWARD, Measure.STEP_SAME_OR_HIGHER)
    if steps and insats.ladder_id is None:
        raise RuleBroken("Insatsen har ingen processtrappa att mäta målet på.", field="measure")
    if spec.measure is Measure.END_REASON_IN:
        listed = select(Code.key).where(Code.list_key == "end_reason")
        known = session.exec(listed).all()
        unknown = set(str(values["codes"]).split()) - set(known)
        if unknown:
            raise InvalidValue("Välj avslutsanledningar i listan.", field="codes")
    question_id = values["question_id"]
    if spec.measure.names_a_question and question_id is None:
        raise RuleBroken("Välj den fråga som målet gäller.", field="question_id")
    if question_id is not None and not spec.measure.names_a_question:
        raise RuleBroken("Målet mäts inte på en fråga.", field="question_id")
    if question_id is not None:
        question = found(session, Question, question_id, what="Frågan")
        if question.insats_id not in (None, insats.id):
            raise NotFound("Frågan hör till en annan insats.", field="question_id")
        if question.on_slips is not (spec.measure is Measure.POSITIVE_SLIPS):
            raise RuleBroken(
                "Frågan besvaras på ett annat sätt än målet mäter.", field="question_id"
            )
        _check_put(session, question, spec)


def _check_put(session: DbSession, question: Question, spec: TargetSpec) -> None:
    """Raise unless the question is put when the target looks, and its answers can meet it."""
    if spec.measure.asks_a_question:
        put = {
            PointInTime.AT_START: question.asked_at_start,
            PointInTime.AT_END: question.asked_at_end,
        }.get(spec.point, question.asked_at_follow_up)
        if not put:
            raise RuleBroken(f"Frågan ställs inte {spec.point.label}.", field="point_in_time")
        if spec.measure is Measure.ANSWERS_IMPROVED and not question.asked_at_start:
            raise RuleBroken(
                "Frågan ställs inte vid start, så svaren kan inte jämföras.", field="question_id"
            )
    options = [
        Option(row.value, row.label, row.positive)
        for row in session.exec(
            select(QuestionOption).where(QuestionOption.question_id == question.id)
        )
    ]
    if not any(option.positive for option in options):
        raise RuleBroken("Frågan har inget positivt svar att räkna.", field="question_id")
    if spec.measure is Measure.ANSWERS_IMPROVED and not tells_change(question.kind, options):
        raise RuleBroken(
            "Frågans positiva svar säger inte åt vilket håll skalan blir bättre.",
            field="question_id",
        )


def _shared_question(session: DbSession, question_key: str) -> int:
    question_id = session.exec(
        select(Question.id).where(
            Question.key == question_key,
            col(Question.insats_id).is_(None),
            col(Question.valid_to).is_(None),
        )
    ).first()
    if question_id is None:
        raise NotFound(f"Mallens fråga {question_key} finns inte i förbundet.")
    return question_id


def _kept(session: DbSession, target_id: int, insats_id: int | None) -> Target:
    target = found(session, Target, target_id, what="Målet")
    if target.voided_at is not None or insats_id not in (None, target.insats_id):
        raise NotFound("Målet finns inte längre: läs in sidan igen.")
    return target


def _add(write: Writing, insats_id: int, values: dict[str, Any]) -> Target:
    last = select(func.max(Target.sort)).where(Target.insats_id == insats_id)
    sort = write.session.exec(last).one() or 0
    target = Target(insats_id=insats_id, sort=sort + 1, created_at=write.now, **values)
    write.session.add(target)
    write.session.flush()
    return target
