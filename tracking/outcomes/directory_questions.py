"""Kompletterande frågor, behovsgrupper and days of slips, as forms and lists show them.

None of it tells of a person: slips are counts, and questions and groups are set-up. Results
of the answers are in `questions`, one person's answers in `participant`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists
from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_record_slips
from tracking.outcomes.directory import codes_of
from tracking.outcomes.directory_views import CodeView, OptionView, QuestionView
from tracking.store.database import Database
from tracking.store.tables import Account, Answer, Code, Question, QuestionOption, SlipCount

NEED_GROUP = "need_group"


def questions(database: Database, insats_id: int | None = None) -> tuple[QuestionView, ...]:
    """The förbund's questions and, with an insats, after them that insats's own, in order."""
    with database.reading() as session:
        options: dict[int, list[OptionView]] = defaultdict(list)
        for option in session.exec(select(QuestionOption).order_by(col(QuestionOption.value))):
            options[option.question_id].append(
                OptionView(option.value, option.label, option.positive)
            )
        answered = _answered(session)
        rows = session.exec(
            select(Question)
            .where(or_(col(Question.insats_id).is_(None), Question.insats_id == insats_id))
            .order_by(col(Question.insats_id).is_not(None), col(Question.sort), col(Question.id))
        )
        return tuple(
            QuestionView(
                question_id=row.id or 0,
                insats_id=row.insats_id,
                key=row.key,
                wording=row.wording,
                kind=row.kind,
                asked_at_start=row.asked_at_start,
                asked_at_end=row.asked_at_end,
                asked_at_follow_up=row.asked_at_follow_up,
                on_slips=row.on_slips,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                options=tuple(options[row.id or 0]),
                answered=row.id in answered,
                version=row.version,
            )
            for row in rows
        )


def _answered(session: DbSession) -> set[int | None]:
    """The questions that anybody has answered; asked of the indexes, not of the answers."""
    told = or_(
        exists().where(col(Answer.question_id) == col(Question.id)),
        exists().where(col(SlipCount.question_id) == col(Question.id)),
    )
    return set(session.exec(select(Question.id).where(told)))


def need_groups(
    database: Database, insats_id: int, *, retired_too: bool = False
) -> tuple[CodeView, ...]:
    """An insats's own behovsgrupper in their order; those that may be chosen, or all."""
    own = select(Code).where(Code.list_key == NEED_GROUP, Code.insats_id == insats_id)
    with database.reading() as session:
        return codes_of(session, own, retired_too=retired_too)


@dataclass(frozen=True, slots=True)
class SlipDay:
    """A day's anonymous slips: question → answer → how many, and by which account.

    ``version`` is the day's, as `correct_slips` and `void_slips` ask for it.
    """

    collected_on: date
    numbers: Mapping[int, Mapping[int, int]]
    by: str
    version: int

    def total(self, question_id: int) -> int:
        """How many answered the question."""
        return sum(self.numbers.get(question_id, {}).values())


def slip_days(database: Database, actor: Actor, insats_id: int) -> tuple[SlipDay, ...]:
    """An insats's days with slips, the newest first.

    Raises `NotPermitted` outside the insats's own staff.
    """
    check_can_record_slips(actor, insats_id)
    with database.reading() as session:
        titles = dict(session.exec(select(Account.id, Account.title)).all())
        rows = session.exec(
            select(SlipCount)
            .where(SlipCount.insats_id == insats_id, col(SlipCount.voided_at).is_(None))
            .order_by(col(SlipCount.question_id), col(SlipCount.value))
        ).all()
    days: dict[date, list[SlipCount]] = defaultdict(list)
    for row in rows:
        days[row.collected_on].append(row)
    found = []
    for day in sorted(days, reverse=True):
        numbers: dict[int, dict[int, int]] = defaultdict(dict)
        for row in days[day]:
            numbers[row.question_id][row.value] = row.number
        by = titles.get(days[day][0].recorded_by, "")
        version = sum(row.version for row in days[day])
        found.append(SlipDay(day, dict(numbers), by, version))
    return tuple(found)
