"""Answers to kompletterande frågor, read and put in tables: before and after, and anonymous slips.

One question is one table, of the spells that ended in a period. Answers that came too late for
their follow-up count as unanswered, like everything else of such a follow-up. Who may be
counted where is `cohorts`; what is better is `tracking.domain.questions`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, text
from sqlmodel import Session as DbSession
from sqlmodel import and_, col, or_, select

from tracking.domain.figures import Cell, FunnelStep, Row, Table
from tracking.domain.ladder import FOLLOW_UP_WINDOW_AFTER, FOLLOW_UP_WINDOW_BEFORE
from tracking.domain.periods import Period
from tracking.domain.questions import (
    AnswerChange,
    Option,
    answer_change,
    is_positive,
    tells_change,
)
from tracking.domain.records import QuestionKind
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.parts import Anonymous, GenderColumns, base_note
from tracking.store.tables import Question, QuestionOption
from tracking.store.types import IsoDate

Given = dict[tuple[int, str], frozenset[int]]
"""(spell, occasion) → the chosen answers; none of them is *vet ej*, no entry is no answer."""

START, END = "start", "end"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as results need it."""

    question_id: int
    wording: str
    kind: QuestionKind
    options: tuple[Option, ...]
    at_start: bool
    at_end: bool
    on_slips: bool

    def positive(self, chosen: Collection[int]) -> bool | None:
        """Whether an answer is positive; None for *vet ej*."""
        return is_positive(self.options, chosen)

    def change(self, before: Collection[int], after: Collection[int]) -> AnswerChange | None:
        """How a later answer compares with the first; None when either is lacking."""
        return answer_change(self.kind, self.options, before, after)


def read_questions(
    session: DbSession, insats_id: int, period: Period, *, also: Collection[int] = ()
) -> tuple[Asked, ...]:
    """Read the questions that the insats put on any day of the period, in their order.

    ``also`` are questions that targets name, whenever they were put.
    """
    options: dict[int, list[Option]] = defaultdict(list)
    for row in session.exec(select(QuestionOption).order_by(col(QuestionOption.value))):
        options[row.question_id].append(Option(row.value, row.label, row.positive))
    rows = session.exec(
        select(Question)
        .where(
            or_(col(Question.insats_id).is_(None), Question.insats_id == insats_id),
            or_(
                and_(
                    col(Question.valid_from) <= period.end,
                    or_(col(Question.valid_to).is_(None), col(Question.valid_to) >= period.start),
                ),
                col(Question.id).in_(also),
            ),
        )
        .order_by(col(Question.insats_id).is_not(None), col(Question.sort), col(Question.id))
    )
    return tuple(
        Asked(
            question_id=row.id or 0,
            wording=row.wording,
            kind=row.kind,
            options=tuple(options[row.id or 0]),
            at_start=row.asked_at_start,
            at_end=row.asked_at_end,
            on_slips=row.on_slips,
        )
        for row in rows
    )


def read_given(
    session: DbSession, insats_id: int, question_ids: Collection[int], as_of: date, since: date
) -> dict[int, Given]:
    """Read answers as known on a day, by question, of spells not ended before ``since``."""
    if not question_ids:
        return {}
    statement = text(
        "SELECT a.question_id, a.spell_id, a.occasion, a.answered_on, f.due_on, c.value"
        " FROM answer a JOIN spell p ON p.id = a.spell_id"
        " LEFT JOIN follow_up f ON f.spell_id = a.spell_id"
        " AND a.occasion = 'm' || CAST(f.months AS TEXT)"
        " LEFT JOIN answer_choice c ON c.answer_id = a.id"
        " WHERE p.insats_id = :insats_id AND a.voided_at IS NULL AND a.answered_on <= :as_of"
        " AND (p.ended_on IS NULL OR p.ended_on >= :since) AND a.question_id IN :questions"
    ).bindparams(
        bindparam("questions", expanding=True),
        bindparam("as_of", type_=IsoDate()),
        bindparam("since", type_=IsoDate()),
    )
    bound = {
        "insats_id": insats_id,
        "as_of": as_of,
        "since": since,
        "questions": sorted(question_ids),
    }
    chosen: dict[int, dict[tuple[int, str], set[int]]] = defaultdict(dict)
    # All at once: row by row takes three times as long.
    rows = session.execute(statement, bound).fetchall()
    for question_id, spell_id, occasion, answered_on, due_on, value in rows:
        if due_on is not None and not _in_time(str(answered_on), str(due_on)):
            continue
        answer = chosen[question_id].setdefault((spell_id, occasion), set())
        if value is not None:
            answer.add(value)
    return {
        question_id: {key: frozenset(values) for key, values in answers.items()}
        for question_id, answers in chosen.items()
    }


def _in_time(answered_on: str, due_on: str) -> bool:
    due = date.fromisoformat(due_on)
    first = due - timedelta(days=FOLLOW_UP_WINDOW_BEFORE)
    last = due + timedelta(days=FOLLOW_UP_WINDOW_AFTER)
    return first <= date.fromisoformat(answered_on) <= last


def positives(asked: Asked, given: Given) -> dict[tuple[int, str], bool | None]:
    """Whether each answer is positive."""
    # Many people, few different answers: each is judged once.
    judged = {chosen: asked.positive(chosen) for chosen in set(given.values())}
    return {key: judged[chosen] for key, chosen in given.items()}


def improvements(asked: Asked, given: Given) -> dict[tuple[int, str], bool | None]:
    """Whether each later answer is better than the one at the start; None without both."""
    none: frozenset[int] = frozenset()
    both = {
        (spell_id, occasion): (given.get((spell_id, START), none), chosen)
        for (spell_id, occasion), chosen in given.items()
        if occasion != START
    }
    judged = {pair: asked.change(*pair) for pair in set(both.values())}
    return {
        key: None if (change := judged[pair]) is None else change is AnswerChange.BETTER
        for key, pair in both.items()
    }


def question_tables(
    questions: Sequence[Asked],
    given: Mapping[int, Given],
    cohort: Cohort,
    anonymous: Anonymous,
) -> tuple[Table, ...]:
    """Return one exact table for each question put at the start or the end of spells."""
    return tuple(
        question_table(asked, given.get(asked.question_id, {}), cohort, anonymous)
        for asked in questions
        if not asked.on_slips and (asked.at_start or asked.at_end)
    )


def question_table(asked: Asked, given: Given, cohort: Cohort, anonymous: Anonymous) -> Table:
    """Positive answers of the ended at the start and at the end, and how answers changed.

    Shares are of those who answered; *vet ej* is no answer. Better and worse are of those who
    answered both times, and they add up with *oförändrat*.
    """
    ended = cohort.ended
    columns = GenderColumns.of(ended)

    def answered(occasion: str) -> list[SpellRow]:
        return [row for row in ended if given.get((row.spell_id, occasion))]

    def positive_row(label: str, occasion: str) -> Row:
        def is_yes(row: SpellRow) -> bool:
            return asked.positive(given[row.spell_id, occasion]) is True

        return Row(label, columns.shares(answered(occasion), is_yes))

    changes = {
        row.spell_id: asked.change(
            given.get((row.spell_id, START), frozenset()),
            given.get((row.spell_id, END), frozenset()),
        )
        for row in ended
    }
    rows: list[Row] = []
    funnel = [FunnelStep("Startade", len(cohort.started)), FunnelStep("Avslutade", len(ended))]
    lacking: set[int] = set()
    times = ((START, asked.at_start, "vid start"), (END, asked.at_end, "vid avslut"))
    for occasion, put, when in times:
        if put:
            there = answered(occasion)
            rows.append(positive_row(f"Positiva svar {when}", occasion))
            funnel.append(FunnelStep(f"Svar {when}", len(there)))
            lacking |= {row.spell_id for row in ended} - {row.spell_id for row in there}
    if asked.at_start and asked.at_end:
        funnel.append(FunnelStep("Svar båda gångerna", len(ended) - len(lacking)))
        if tells_change(asked.kind, asked.options):
            rows += _change_rows(changes, ended, columns)
    rows.append(
        Row(
            "Saknar något av svaren" if asked.at_start and asked.at_end else "Saknar svar",
            columns.counts([row for row in ended if row.spell_id in lacking]),
        )
    )
    rows.append(Row("Avslutade", columns.counts(ended), emphasis=True))
    return Table(
        key=f"question_{asked.question_id}",
        title=asked.wording,
        definition=_definition(asked),
        row_heading="Svar",
        columns=columns.headings,
        rows=tuple(rows),
        period=cohort.period,
        population="avslutade",
        funnel=tuple(funnel),
        notes=(*base_note(ended, "avslutade", cohort), anonymous.note),
    )


def _change_rows(
    changes: Mapping[int, AnswerChange | None], ended: Sequence[SpellRow], columns: GenderColumns
) -> list[Row]:
    both = [row for row in ended if changes[row.spell_id] is not None]

    def row_of(change: AnswerChange) -> Row:
        def is_it(row: SpellRow) -> bool:
            return changes[row.spell_id] is change

        label = {
            AnswerChange.BETTER: "Bättre svar än vid start",
            AnswerChange.SAME: "Oförändrat svar",
            AnswerChange.WORSE: "Sämre svar än vid start",
        }[change]
        return Row(label, columns.shares(both, is_it))

    return [row_of(change) for change in AnswerChange]


def _definition(asked: Asked) -> str:
    labels = [option.label for option in asked.options if option.positive]
    counted = f"Positiva svar: {', '.join(labels)}." if labels else "Inget svar är positivt."
    both = ""
    if asked.at_start and asked.at_end:
        scale = asked.kind is QuestionKind.SCALE
        steps = "varje steg på skalan" if scale else "positivt eller inte"
        both = f" Bättre och sämre gäller dem som svarat båda gångerna; där räknas {steps}."
    return f"{counted} Andelarna är av dem som har svarat; vet ej räknas inte som svar.{both}"


def slips_table(
    session: DbSession, insats_id: int, questions: Sequence[Asked], period: Period
) -> Table | None:
    """Return the anonymous slips of a period, each question by itself; None without any."""
    asked = {question.question_id: question for question in questions if question.on_slips}
    counts = read_slip_counts(session, insats_id, period)
    rows = []
    for question_id, question in asked.items():
        numbers = counts.get(question_id)
        if not numbers:
            continue
        answers = sum(numbers.values())
        up = sum(numbers.get(o.value, 0) for o in question.options if o.positive)
        rows.append(Row(question.wording, (Cell.of_share(up, answers), Cell.of_count(answers))))
    if not rows:
        return None
    return Table(
        key="slips",
        title="Anonyma lappar",
        definition=(
            "Positivt är de svar som frågan säger är positiva, var fråga för sig. Lapparna räknas "
            "som antal per svar och hör inte till någon person."
        ),
        row_heading="Fråga",
        columns=("positiva svar", "svar i allt"),
        rows=tuple(rows),
        period=period,
        population="svar på anonyma lappar",
        funnel=(FunnelStep("Svar på lappar, ingår", sum(r.cells[1].count or 0 for r in rows)),),
        notes=("Hur många lappar som delades ut är inte känt, så bortfallet kan inte anges.",),
    )


def read_slip_counts(
    session: DbSession, insats_id: int, period: Period
) -> dict[int, dict[int, int]]:
    """Read the anonymous slips of a period: question → answer → how many."""
    statement = text(
        "SELECT question_id, value, sum(number) FROM slip_count"
        " WHERE insats_id = :insats_id AND voided_at IS NULL"
        " AND collected_on BETWEEN :first AND :last GROUP BY question_id, value"
    ).bindparams(bindparam("first", type_=IsoDate()), bindparam("last", type_=IsoDate()))
    bound = {"insats_id": insats_id, "first": period.start, "last": period.end}
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for question_id, value, number in session.execute(statement, bound):
        found[question_id][value] = int(number)
    return dict(found)
