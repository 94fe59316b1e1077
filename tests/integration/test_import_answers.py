"""Answers to kompletterande frågor in a file: beside the spell, at a follow-up, or alone."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlmodel import col, select

from tests.databases import on_sqlite
from tests.integration.test_import_undoing import undone
from tests.integration.test_import_workbooks import CONSENTS, people, read_in, summary_is_right
from tests.integration.worlds import World, a_key, count, row
from tests.workbooks import a_workbook
from tracking.domain.errors import Conflict
from tracking.domain.import_records import ImportKind
from tracking.domain.questions import Option, QuestionSpec
from tracking.domain.records import FollowUpStatus, QuestionKind
from tracking.domain.situation import Occasion
from tracking.exchange import Plan, apply, dry_run, propose_mapping, read_workbook
from tracking.exchange.importing.mapping import Mapping
from tracking.exchange.importing.templates import template
from tracking.outcomes.imports import import_vocabulary
from tracking.services.answers import correct_answer
from tracking.services.import_undoing import ChangedSince
from tracking.services.questions import define_question
from tracking.store.tables import Answer, AnswerChoice, FollowUp, Question, Spell

pytestmark = on_sqlite

HEALTH = "Hur upplever du din hälsa just nu?"
REGISTER = ["Nr", "Född", "Kön", "Start", "Remittent", "Slut", "Avslut till"]
SITUATION = ["Försörjning", "Arbetar", "Studerar", "Söker arbete", "Inskriven AF"]
AFTER = ["CSN", "nej", "ja", "nej", "nej"]


def asks(
    world: World,
    wording: str,
    *labels: str,
    kind: QuestionKind = QuestionKind.ONE_OF,
    valid_from: date = date(2023, 1, 1),
    valid_to: date | None = None,
) -> int:
    """A question of the insats's own, put at the start, the end and the follow-ups."""
    options = tuple(Option(place, label, place == 1) for place, label in enumerate(labels, start=1))
    spec = QuestionSpec(
        wording, kind, options, asked_at_start=True, asked_at_end=True, asked_at_follow_up=True
    )
    return define_question(
        world.database,
        world.lead,
        insats_id=world.insats_id,
        spec=spec,
        valid_from=valid_from,
        valid_to=valid_to,
        key=a_key(),
    ).question_id


def tried(
    world: World, file: bytes, *, kind: ImportKind | None = None, **constants: str
) -> tuple[Mapping, Plan]:
    """The mapping as the page proposes it, which knows the insats's questions, and its plan."""
    vocabulary = import_vocabulary(world.database, world.worker, world.insats_id)
    table = read_workbook(file, words=vocabulary.answers).table()
    guess = propose_mapping(table, kind=kind, questions=vocabulary.questions)
    mapping = Mapping(guess.kind, guess.columns, guess.constants | constants, guess.unit)
    return mapping, dry_run(table, mapping, world.worker, insats_id=world.insats_id)


def taken_in(world: World, file: bytes, **told: Any) -> Plan:
    """Read a file in as it is proposed."""
    _, plan = tried(world, file, **told)
    assert plan.refused == 0, plan.rows
    apply(plan, world.worker)
    return plan


def refused(world: World, file: bytes, **told: Any) -> str:
    """The sentence of the one row that is refused; nothing may be read in."""
    _, plan = tried(world, file, **told)
    assert not plan.may_be_applied
    (found,) = [one for one in plan.rows if one.state == "refused"]
    return found.said


def answers(world: World) -> set[tuple[str, Occasion, date, int]]:
    """Every answer that stands: question, occasion, day and what was chosen."""
    with world.database.reading() as session:
        rows = session.exec(
            select(Question.key, Answer.occasion, Answer.answered_on, AnswerChoice.value)
            .join(Answer, col(Answer.question_id) == col(Question.id))
            .join(AnswerChoice, col(AnswerChoice.answer_id) == col(Answer.id))
            .where(col(Answer.voided_at).is_(None))
        ).all()
    return {(key, occasion, on, value) for key, occasion, on, value in rows}


def a_register(*more: tuple[str, Any]) -> bytes:
    """One participant who has ended, with more columns."""
    head = [*REGISTER, *(heading for heading, _ in more)]
    line = [1, 1990, "k", "2024-06-02", "Kommun", "2024-12-01", "Studier", *(v for _, v in more)]
    return a_workbook([head, line])


def test_columns_with_a_questions_wording_or_key_are_answers_at_the_start_and_the_end(
    world: World,
) -> None:
    file = a_register(
        (HEALTH, "Bra"),
        (f"{HEALTH} vid avslut", "mycket bra"),
        ("anstallningsbarhet start", 2),
        ("Anställningsbarhet slut", "vet ej"),
    )
    taken_in(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    assert answers(world) == {
        ("upplevd_halsa", Occasion.START, date(2024, 6, 2), 4),
        ("upplevd_halsa", Occasion.END, date(2024, 12, 1), 5),
        ("anstallningsbarhet", Occasion.START, date(2024, 6, 2), 2),
    }
    # Vet ej is an answer without a choice, and unlike a question that was never put.
    assert count(world, Answer) == 4
    assert summary_is_right(world)


def test_answers_that_are_there_already_change_nothing_and_others_are_refused(
    world: World,
) -> None:
    told = {"kind": ImportKind.SPELLS, **CONSENTS}
    taken_in(world, a_register((HEALTH, "Bra")), **told)
    _, again = tried(world, a_register((HEALTH, 4)), **told)
    assert (again.new, again.same) == (0, 1)
    said = refused(world, a_register((HEALTH, "Dålig")), **told)
    assert said == f"{HEALTH} Svaret vid start finns redan med andra uppgifter. Rätta för hand " + (
        "i stället."
    )


def test_spell_that_is_there_may_get_its_answers_from_a_later_file(world: World) -> None:
    told = {"kind": ImportKind.SPELLS, **CONSENTS}
    taken_in(world, a_register(), **told)
    plan = taken_in(world, a_register((f"{HEALTH} vid start", "Dålig")), **told)
    assert [one.said for one in plan.rows] == ["1\N{NO-BREAK SPACE}svar vid start, 2024-06-02."]
    assert count(world, Spell) == 1
    assert undone(world).voided == 1
    assert answers(world) == set()
    assert count(world, Spell, outcome="misregistered") == 0


@pytest.mark.parametrize(
    ("heading", "value", "sentence"),
    [
        (HEALTH, "Utmärkt", f"{HEALTH} Svaret är inget av frågans svar: Mycket dålig, Dålig, "
         "Varken bra eller dålig, Bra, Mycket bra."),
        (HEALTH, 6, f"{HEALTH} Svaret ska ligga mellan 1 och 5."),
        (HEALTH, 0, f"{HEALTH} Svaret ska ligga mellan 1 och 5."),
        ("Vad behöver du mest?", "Stöd, Tid", "Vad behöver du mest? Svaret är inget av frågans "
         "svar: Tid, Stöd."),
        ("Hur gick det då?", "Bra", "Hur gick det då? Frågan ställdes inte 2024-06-02."),
        (HEALTH, "=1+1", f"{HEALTH}: Cellen är en formel. Kopiera kolumnen och klistra in den som "
         "värden, så läses den."),
    ],
)  # fmt: skip
def test_answer_that_is_none_of_the_questions_is_refused_in_words_with_its_row(
    world: World, heading: str, value: object, sentence: str
) -> None:
    asks(world, "Vad behöver du mest?", "Tid", "Stöd")
    asks(world, "Hur gick det då?", "Bra", "Illa", valid_to=date(2024, 1, 31))
    file = a_register((heading, value))
    _, plan = tried(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    (only,) = plan.rows
    assert (only.row, only.said) == (2, sentence)
    assert count(world, Answer) == count(world, Spell) == 0


def test_answer_at_an_end_that_never_was_is_refused(world: World) -> None:
    lines = [[*REGISTER[:5], f"{HEALTH} vid avslut"], [1, 1990, "k", "2025-01-08", "Kommun", 3]]
    said = refused(world, a_workbook(lines), kind=ImportKind.SPELLS, **CONSENTS)
    assert said == "Svar vid avslut finns men inget slutdatum."


def test_several_answers_and_answers_with_a_comma_of_their_own(world: World) -> None:
    asks(world, "Vad hjälper?", "Tid, och lugn", "Samtal", "Arbete", kind=QuestionKind.SEVERAL_OF)
    file = a_register(("Vad hjälper?", "Arbete; tid, och lugn"))
    taken_in(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    assert {value for *_, value in answers(world)} == {1, 3}


def test_follow_up_brings_its_answers_and_takes_them_back_with_it(world: World) -> None:
    asks(world, "Har du det bra?", "Ja", "Nej", kind=QuestionKind.YES_NO)
    taken_in(world, a_register(), kind=ImportKind.SPELLS, **CONSENTS)
    file = a_workbook(
        [
            ["Nr", "Månader", "Resultat", "Datum", *SITUATION, "Har du det bra?"],
            [1, 6, "genomförd", "2025-06-03", *AFTER, "x"],
        ]
    )
    taken_in(world, file, kind=ImportKind.FOLLOW_UPS)
    ((_, occasion, on, value),) = answers(world)
    assert (occasion, on, value) == (Occasion.M6, date(2025, 6, 3), 1)
    undone(world)
    assert answers(world) == set()
    assert row(world, FollowUp, months=6).status is FollowUpStatus.DUE
    assert summary_is_right(world)


@pytest.mark.parametrize(
    "lines",
    [
        [["Nr", "Tillfälle", "Fråga", "Svar"], [1, "start", HEALTH, "Bra"],
         [1, "vid avslut", "upplevd_halsa", 5]],
        [["Nr", "Tillfälle", HEALTH], [1, "start", "Bra"], [1, "avslut", "Mycket bra"]],
        [["Nr", f"{HEALTH} vid start", f"{HEALTH} vid avslut"], [1, 4, 5]],
    ],
)  # fmt: skip
def test_answers_alone_one_a_row_or_a_column_for_each_question(
    world: World, lines: list[list[Any]]
) -> None:
    taken_in(world, a_register(), kind=ImportKind.SPELLS, **CONSENTS)
    mapping, _ = tried(world, a_workbook(lines))
    assert mapping.kind is ImportKind.SITUATIONS
    taken_in(world, a_workbook(lines))
    assert answers(world) == {
        ("upplevd_halsa", Occasion.START, date(2024, 6, 2), 4),
        ("upplevd_halsa", Occasion.END, date(2024, 12, 1), 5),
    }
    assert undone(world).voided == 2
    assert answers(world) == set()


def test_answers_alone_are_judged_as_by_hand(world: World) -> None:
    people(world, "1")
    head = ["Nr", "Tillfälle", "Datum", "Fråga", "Svar"]

    def said(*line: Any) -> str:
        return refused(world, a_workbook([head, list(line)]), kind=ImportKind.SITUATIONS)

    assert said(1, "start", "2025-09-01", HEALTH, 3).startswith("Svar vid start lämnas högst 30")
    assert said(1, "avslut", None, HEALTH, 3).startswith("Det finns inget vid avslut att svara")
    assert said(1, "6 mån", "2025-09-01", HEALTH, 3).startswith("Svaren 6 månader efter")
    assert said(1, "start", None, "Vad heter du?", 3) == "Frågan är ingen av insatsens frågor."
    assert said(7, "start", None, HEALTH, 3).startswith("Deltagaren finns inte i insatsen.")


def test_answer_that_was_corrected_since_stands_in_the_way_of_taking_the_spell_back(
    world: World,
) -> None:
    taken_in(world, a_register((HEALTH, "Bra")), kind=ImportKind.SPELLS, **CONSENTS)
    correct_answer(
        world.database,
        world.worker,
        answer_id=row(world, Answer).id,
        choices=frozenset({5}),
        why="typing_error",
        version=1,
        key=a_key(),
    )
    with pytest.raises(ChangedSince, match="svaret är ändrat"):
        undone(world)


def test_spell_that_is_taken_back_takes_its_answers_along(world: World) -> None:
    taken_in(world, a_register((HEALTH, "Bra")), kind=ImportKind.SPELLS, **CONSENTS)
    undone(world)
    assert answers(world) == set()
    assert row(world, Answer).void_reason == "wrong_form"
    with pytest.raises(Conflict):
        undone(world)


@pytest.mark.parametrize("kind", [ImportKind.SPELLS, ImportKind.FOLLOW_UPS, ImportKind.SITUATIONS])
def test_templates_have_a_column_for_each_question_which_is_read_as_that(
    world: World, kind: ImportKind
) -> None:
    asks(world, "Har du det bra?", "Ja", "Nej", kind=QuestionKind.YES_NO)
    vocabulary = import_vocabulary(world.database, world.worker, world.insats_id)
    book = openpyxl.load_workbook(io.BytesIO(template(kind, vocabulary)))
    headings = [cell.value for cell in book["Fyll i"][1]]
    assert any("Har du det bra?" in heading for heading in headings)
    table = read_workbook(template(kind, vocabulary)).table("Fyll i")
    mapping = propose_mapping(table, kind=kind, questions=vocabulary.questions)
    assert [column.heading for column in mapping.columns] == headings
    fields = [c.field for c in mapping.columns if "Har du det bra?" in c.heading]
    assert len(set(fields)) == len(fields) == (2 if kind is ImportKind.SPELLS else 1)


def test_remembered_mapping_of_a_question_that_is_gone_refuses_and_never_loses_a_column(
    world: World,
) -> None:
    file = a_register((HEALTH, "Bra"))
    mapping, _ = tried(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    table = read_workbook(file).table()
    again = Mapping.from_json(mapping.to_json().replace("upplevd_halsa", "en_annan"), table)
    plan = dry_run(table, again, world.worker, insats_id=world.insats_id)
    assert [one.said for one in plan.rows] == [f"{HEALTH}: Frågan ställs inte längre i insatsen."]


def test_words_of_a_questions_answers_are_no_names(world: World) -> None:
    asks(world, "Vem stöttar dig?", "Familjen", "Vänner", "Kollegor", "Handläggaren", "Ingen")
    lines = [
        [str(n), 1990, "k", "2025-01-08", "Kommun", said]
        for n, said in enumerate(("Familjen", "Vänner", "Kollegor", "Handläggaren"), start=1)
    ]
    file = a_workbook([[*REGISTER[:5], "Vem stöttar dig?"], *lines])
    taken_in(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    assert count(world, Answer) == 4


def test_file_without_answers_reads_as_before(world: World) -> None:
    read_in(world, a_register(), kind=ImportKind.SPELLS, **CONSENTS)
    assert count(world, Answer) == 0
