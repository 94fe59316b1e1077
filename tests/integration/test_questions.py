"""Questions are defined, put, answered, corrected and voided; an answered one keeps its meaning."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.integration.worlds import (
    AT_WORK,
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    count,
    row,
    version_of,
)
from tracking.access.actors import Actor, load_actor
from tracking.domain.errors import (
    Conflict,
    InvalidValue,
    NotFound,
    NotPermitted,
    RuleBroken,
    StegvisError,
)
from tracking.domain.questions import Option, QuestionSpec, yes_no_options
from tracking.domain.records import FollowUpStatus, QuestionKind, WithdrawalReason
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.outcomes.directory_questions import need_groups, questions
from tracking.outcomes.participant import participant_page
from tracking.services import (
    end_spell,
    record_follow_up,
    reopen_spell,
    void_record,
    withdraw_consent,
)
from tracking.services.accounts import assign, create_account
from tracking.services.answers import correct_answer, record_answers, void_answer
from tracking.services.need_groups import (
    add_need_group,
    edit_need_group,
    move_need_group,
    retire_need_group,
)
from tracking.services.questions import (
    define_question,
    edit_question,
    move_question,
    retire_question,
)
from tracking.services.starts import StartDetails, complete_start
from tracking.store.database import Database
from tracking.store.tables import Answer, AnswerChoice, Change, Code, Question, QuestionOption

GOOD = frozenset({4})
POOR = frozenset({2})
UNKNOWN: frozenset[int] = frozenset()
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def admin(world: World) -> Actor:
    made = create_account(
        world.database, username="samordnare", title="Samordnare", zone=Role.FORBUND_ADMIN.zone
    ).account_id
    assign(
        world.database,
        account_id=made,
        role=Role.FORBUND_ADMIN,
        insats_id=None,
        starts_on=LONG_AGO,
    )
    with world.database.reading() as session:
        return load_actor(session, made, today=TODAY)


def a_spec(wording: str = "Vill du gå vidare?", **changes: Any) -> QuestionSpec:
    values: dict[str, Any] = {
        "kind": QuestionKind.YES_NO,
        "options": yes_no_options("yes"),
        "asked_at_start": True,
        "asked_at_end": True,
        "asked_at_follow_up": True,
    }
    return QuestionSpec(wording, **(values | changes))


def own(world: World, spec: QuestionSpec | None = None, **more: Any) -> int:
    return define_question(
        world.database,
        world.lead,
        insats_id=world.insats_id,
        spec=spec or a_spec(),
        key=a_key(),
        **({"valid_from": LONG_AGO} | more),
    ).question_id


def health(world: World) -> int:
    return int(row(world, Question, key="upplevd_halsa").id)


def answer(world: World, spell_id: int, question_id: int, choices: frozenset[int]) -> int:
    done = record_answers(
        world.database,
        world.worker,
        spell_id=spell_id,
        occasion=Occasion.START,
        on=STARTED,
        answers={question_id: choices},
        key=a_key(),
    )
    return done.answer_ids[question_id]


def test_health_and_employability_ship_and_are_put_at_start_and_end(world: World) -> None:
    found = {q.key: q for q in questions(world.database, world.insats_id)}
    for key in ("upplevd_halsa", "anstallningsbarhet"):
        assert found[key].asked_at_start
        assert found[key].asked_at_end
        assert [o.positive for o in found[key].options] == [False, False, False, True, True]
    assert sum(q.on_slips for q in found.values()) == 4


def test_answers_come_with_the_start_the_end_and_the_follow_up(world: World) -> None:
    question = own(world)
    yes, no = frozenset({1}), frozenset({2})
    spell = a_spell(world, date(2025, 1, 7), answers={health(world): POOR, question: no}).spell_id
    end_spell(
        world.database,
        world.worker,
        spell_id=spell,
        on=date(2025, 9, 1),
        reason="work",
        answers={health(world): GOOD, question: UNKNOWN},
        version=version_of(world, spell),
        key=a_key(),
    )
    record_follow_up(
        world.database,
        world.worker,
        spell_id=spell,
        months=6,
        status=FollowUpStatus.DONE,
        on=date(2026, 3, 2),
        situation=AT_WORK,
        answers={question: yes},
        version=1,
        key=a_key(),
    )
    view = participant_page(world.database, world.worker, spell, page="deltagaren").value
    said = [(a.question_id, a.occasion, a.said) for a in view.answers]
    assert said == [
        (health(world), Occasion.START, "Dålig"),
        (health(world), Occasion.END, "Bra"),
        (question, Occasion.START, "Nej"),
        (question, Occasion.END, "Vet ej"),
        (question, Occasion.M6, "Ja"),
    ]
    assert row(world, Answer, occasion=Occasion.M6).answered_on == date(2026, 3, 2)


def test_a_start_with_an_answer_at_fault_saves_nothing(world: World) -> None:
    with pytest.raises(InvalidValue) as caught:
        a_spell(world, answers={health(world): frozenset({9})})
    assert caught.value.field == f"question_{health(world)}"
    assert count(world, Answer) == 0


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"valid_from": TODAY}, "ställdes inte 2025-09-01"),
        ({"valid_to": STARTED - timedelta(days=1)}, "ställdes inte 2025-09-01"),
        ({"spec": a_spec(asked_at_start=False)}, "ställs inte vid start"),
    ],
)
def test_a_question_is_not_put_outside_its_days_and_occasions(
    world: World, more: dict[str, Any], sentence: str
) -> None:
    spell = a_spell(world).spell_id
    question = own(world, **more)
    with pytest.raises(StegvisError) as caught:
        answer(world, spell, question, frozenset({1}))
    assert sentence in str(caught.value)


def test_a_question_of_another_insats_is_not_put_here(world: World) -> None:
    question = own(world)
    spell = a_spell(world, actor=world.neighbour, insats_id=world.other_insats_id).spell_id
    with pytest.raises(NotFound):
        record_answers(
            world.database,
            world.neighbour,
            spell_id=spell,
            occasion=Occasion.START,
            on=STARTED,
            answers={question: frozenset({1})},
            key=a_key(),
        )


def test_a_question_is_answered_once_on_an_occasion_and_the_same_form_saves_once(
    world: World,
) -> None:
    spell = a_spell(world).spell_id
    key = a_key()
    for _ in range(2):
        record_answers(
            world.database,
            world.worker,
            spell_id=spell,
            occasion=Occasion.START,
            on=STARTED,
            answers={health(world): GOOD},
            key=key,
        )
    assert count(world, Answer) == 1
    with pytest.raises(Conflict) as caught:
        answer(world, spell, health(world), POOR)
    assert caught.value.field == f"question_{health(world)}"


def test_a_corrected_answer_keeps_the_old_one_in_the_history(world: World) -> None:
    spell = a_spell(world).spell_id
    made = answer(world, spell, health(world), POOR)
    done = correct_answer(
        world.database,
        world.worker,
        answer_id=made,
        choices=GOOD,
        why="typing_error",
        version=1,
        key=a_key(),
    )
    assert row(world, AnswerChoice, answer_id=made).value == 4
    change = row(world, Change, table_name="answer")
    assert (change.old, change.new, change.why) == ("Dålig", "Bra", "typing_error")
    view = participant_page(world.database, world.worker, spell, page="deltagaren").value
    (line,) = view.changes
    assert line.what == "svar vid start: Hur upplever du din hälsa just nu?"
    assert (line.field, line.old, line.new, line.why) == ("svar", "Dålig", "Bra", "Skrivfel")
    with pytest.raises(Conflict, match="Bra, du skrev Vet ej"):
        correct_answer(
            world.database,
            world.colleague,
            answer_id=made,
            choices=UNKNOWN,
            why="typing_error",
            version=done.version - 1,
            key=a_key(),
        )


def test_a_correction_that_changes_nothing_is_told_so(world: World) -> None:
    made = answer(world, a_spell(world).spell_id, health(world), GOOD)
    with pytest.raises(InvalidValue, match="detsamma"):
        correct_answer(
            world.database,
            world.worker,
            answer_id=made,
            choices=GOOD,
            why="typing_error",
            version=1,
            key=a_key(),
        )


def test_a_voided_answer_leaves_and_may_be_given_anew(world: World) -> None:
    spell = a_spell(world).spell_id
    made = answer(world, spell, health(world), POOR)
    void_answer(
        world.database,
        world.worker,
        answer_id=made,
        why="wrong_person",
        version=1,
        key=a_key(),
    )
    answer(world, spell, health(world), GOOD)
    view = participant_page(world.database, world.worker, spell, page="deltagaren").value
    standing = view.answer_to(health(world), Occasion.START)
    assert standing is not None
    assert standing.said == "Bra"
    assert "makulerad" in [change.field for change in view.changes]


def test_answers_go_with_the_end_or_the_follow_up_that_is_taken_back(world: World) -> None:
    question = own(world)
    spell = a_spell(world, date(2025, 1, 7)).spell_id
    end_spell(
        world.database,
        world.worker,
        spell_id=spell,
        on=date(2025, 9, 1),
        reason="work",
        answers={question: frozenset({1})},
        version=version_of(world, spell),
        key=a_key(),
    )
    record_follow_up(
        world.database,
        world.worker,
        spell_id=spell,
        months=6,
        status=FollowUpStatus.DONE,
        on=date(2026, 3, 2),
        situation=AT_WORK,
        answers={question: frozenset({1})},
        version=1,
        key=a_key(),
    )
    follow_up = participant_page(
        world.database, world.worker, spell, page="deltagaren"
    ).value.follow_ups[0]
    void_record(
        world.database,
        world.worker,
        table="follow_up",
        row_id=follow_up.follow_up_id,
        why="wrong_person",
        version=follow_up.version,
        key=a_key(),
    )
    assert row(world, Answer, occasion=Occasion.M6).voided_at is not None
    assert row(world, Answer, occasion=Occasion.END).voided_at is None
    reopen_spell(
        world.database,
        world.worker,
        spell_id=spell,
        why="wrong_person",
        version=version_of(world, spell),
        key=a_key(),
    )
    assert row(world, Answer, occasion=Occasion.END).voided_at is not None


def test_withdrawn_consent_erases_answers_and_their_history(world: World) -> None:
    spell = a_spell(world).spell_id
    made = answer(world, spell, health(world), POOR)
    correct_answer(
        world.database,
        world.worker,
        answer_id=made,
        choices=GOOD,
        why="typing_error",
        version=1,
        key=a_key(),
    )
    withdraw_consent(
        world.database,
        world.worker,
        spell_id=spell,
        reason=WithdrawalReason.CONSENT_WITHDRAWN,
        on=TODAY,
        key=a_key(),
    )
    assert [count(world, table) for table in (Answer, AnswerChoice, Change)] == [0, 0, 0]


@pytest.mark.parametrize("who", ["outsider", "neighbour", "lead", "nobody"])
def test_nobody_answers_for_somebody_they_do_not_see(world: World, who: str) -> None:
    spell = a_spell(world).spell_id
    made = answer(world, spell, health(world), POOR)
    actor = getattr(world, who)
    with pytest.raises(NotPermitted):
        record_answers(
            world.database,
            actor,
            spell_id=spell,
            occasion=Occasion.START,
            on=STARTED,
            answers={health(world): GOOD},
            key=a_key(),
        )
    with pytest.raises(NotPermitted):
        void_answer(
            world.database, actor, answer_id=made, why="wrong_person", version=1, key=a_key()
        )


# Defining


def test_only_the_administrator_asks_everybody_and_only_the_lead_the_insats(
    world: World, admin: Actor
) -> None:
    for actor, insats_id in (
        (world.lead, None),
        (world.worker, world.insats_id),
        (admin, world.insats_id),
        (world.lead, world.other_insats_id),
    ):
        with pytest.raises(NotPermitted):
            define_question(
                world.database,
                actor,
                insats_id=insats_id,
                spec=a_spec(),
                valid_from=TODAY,
                key=a_key(),
            )
    define_question(
        world.database, admin, insats_id=None, spec=a_spec(), valid_from=TODAY, key=a_key()
    )
    assert count(world, Question, wording="Vill du gå vidare?") == 1


def test_the_same_question_is_not_put_twice(world: World) -> None:
    own(world)
    with pytest.raises(Conflict):
        own(world)


def test_a_question_that_nobody_has_answered_may_be_changed(world: World) -> None:
    question = own(world)
    edit_question(
        world.database,
        world.lead,
        question_id=question,
        spec=a_spec("Vill du det?", options=yes_no_options("no")),
        valid_from=LONG_AGO,
        valid_to=None,
        version=1,
        key=a_key(),
    )
    assert row(world, Question, id=question).wording == "Vill du det?"
    assert row(world, QuestionOption, question_id=question, value=2).positive


@pytest.mark.parametrize(
    "spec",
    [
        a_spec("Vill du det?"),
        a_spec(options=yes_no_options("no")),
        a_spec(
            kind=QuestionKind.ONE_OF,
            options=(Option(1, "Ja", True), Option(2, "Nej", False)),
        ),
    ],
)
def test_an_answered_question_keeps_its_meaning(world: World, spec: QuestionSpec) -> None:
    question = own(world)
    answer(world, a_spell(world).spell_id, question, UNKNOWN)
    with pytest.raises(StegvisError, match="behåller sin ordalydelse"):
        edit_question(
            world.database,
            world.lead,
            question_id=question,
            spec=spec,
            valid_from=LONG_AGO,
            valid_to=None,
            version=1,
            key=a_key(),
        )
    edit_question(
        world.database,
        world.lead,
        question_id=question,
        spec=a_spec(asked_at_follow_up=False),
        valid_from=LONG_AGO,
        valid_to=TODAY,
        version=1,
        key=a_key(),
    )
    assert not row(world, Question, id=question).asked_at_follow_up


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE question SET wording = 'En annan' WHERE id = :id",
        "UPDATE question SET kind = 'scale' WHERE id = :id",
        "UPDATE question_option SET positive = 1 - positive WHERE question_id = :id",
        "UPDATE question_option SET label = 'Kanske' WHERE question_id = :id",
        "INSERT INTO question_option (question_id, value, label, positive)"
        " VALUES (:id, 3, 'Kanske', 0)",
        "DELETE FROM question_option WHERE question_id = :id AND value = 2",
    ],
)
def test_the_database_holds_the_meaning_of_an_answered_question(
    world: World, statement: str
) -> None:
    question = own(world)
    answer(world, a_spell(world).spell_id, question, frozenset({1}))
    with pytest.raises(IntegrityError), world.database.transaction() as work:
        work.session.execute(text(statement), {"id": question})


def test_a_replaced_question_ends_the_day_before_and_hands_on_its_key_and_place(
    world: World,
) -> None:
    question = own(world)
    answer(world, a_spell(world).spell_id, question, frozenset({1}))
    new = own(world, a_spec("Vill du det?"), replaces=question, valid_from=TODAY)
    old_row, new_row = row(world, Question, id=question), row(world, Question, id=new)
    assert old_row.valid_to == TODAY - timedelta(days=1)
    assert (new_row.key, new_row.sort) == (old_row.key, old_row.sort)
    with pytest.raises(StegvisError) as caught:
        own(world, a_spec("En till?"), replaces=new, valid_from=TODAY)
    assert caught.value.field == "valid_from"


def test_a_question_is_retired_and_put_again_and_the_second_editor_is_told(world: World) -> None:
    question = own(world)
    done = retire_question(
        world.database,
        world.lead,
        question_id=question,
        last_day=TODAY,
        version=1,
        key=a_key(),
    )
    with pytest.raises(Conflict):
        retire_question(
            world.database,
            world.lead,
            question_id=question,
            last_day=None,
            version=1,
            key=a_key(),
        )
    retire_question(
        world.database,
        world.lead,
        question_id=question,
        last_day=None,
        version=done.version,
        key=a_key(),
    )
    assert row(world, Question, id=question).valid_to is None


def test_questions_change_places_within_their_own_list(world: World) -> None:
    first, second = own(world, a_spec("Ett?")), own(world, a_spec("Två?"))
    move_question(world.database, world.lead, question_id=second, up=True, version=1, key=a_key())
    found = [
        q.question_id
        for q in questions(world.database, world.insats_id)
        if q.insats_id == world.insats_id
    ]
    assert found == [second, first]
    version = row(world, Question, id=second).version
    with pytest.raises(StegvisError, match="redan först"):
        move_question(
            world.database,
            world.lead,
            question_id=second,
            up=True,
            version=version,
            key=a_key(),
        )


# Behovsgrupper


def a_group(world: World, label: str = "Behöver tid") -> tuple[int, str]:
    made = add_need_group(
        world.database, world.lead, insats_id=world.insats_id, label=label, key=a_key()
    )
    return made.code_id, made.code_key


def test_a_behovsgrupp_is_the_insatss_own(world: World) -> None:
    _, key = a_group(world)
    spell = a_spell(world, need_group=key).spell_id
    view = participant_page(world.database, world.worker, spell, page="deltagaren").value
    assert view.head.need_group == "Behöver tid"
    assert need_groups(world.database, world.other_insats_id) == ()
    with pytest.raises(InvalidValue) as caught:
        a_spell(
            world,
            actor=world.neighbour,
            insats_id=world.other_insats_id,
            need_group=key,
        )
    assert caught.value.field == "need_group"


def test_a_retired_behovsgrupp_stays_where_it_is_and_is_chosen_no_longer(world: World) -> None:
    code_id, key = a_group(world)
    spell = a_spell(world, need_group=key).spell_id
    edit_need_group(
        world.database,
        world.lead,
        code_id=code_id,
        label="Behöver mer tid",
        version=1,
        key=a_key(),
    )
    retire_need_group(world.database, world.lead, code_id=code_id, on=TODAY, version=2, key=a_key())
    assert need_groups(world.database, world.insats_id) == ()
    assert len(need_groups(world.database, world.insats_id, retired_too=True)) == 1
    view = participant_page(world.database, world.worker, spell, page="deltagaren").value
    assert view.head.need_group == "Behöver mer tid"
    with pytest.raises(InvalidValue):
        complete_start(
            world.database,
            world.worker,
            spell_id=a_spell(world).spell_id,
            details=StartDetails(need_group=key),
            version=1,
            key=a_key(),
        )


def test_a_behovsgrupp_is_moved_one_place_and_the_start_offers_the_list_so(world: World) -> None:
    ids = [a_group(world, label)[0] for label in ("Först", "Mitten", "Sist")]

    def moved(code_id: int, *, up: bool) -> list[str]:
        move_need_group(
            world.database,
            world.lead,
            code_id=code_id,
            up=up,
            version=row(world, Code, id=code_id).version,
            key=a_key(),
        )
        return [group.label for group in need_groups(world.database, world.insats_id)]

    assert moved(ids[2], up=True) == ["Först", "Sist", "Mitten"]
    assert moved(ids[0], up=False) == ["Sist", "Först", "Mitten"]
    with pytest.raises(RuleBroken, match="redan först"):
        moved(ids[2], up=True)
    with pytest.raises(RuleBroken, match="redan sist"):
        moved(ids[1], up=False)
    version = row(world, Code, id=ids[0]).version
    with pytest.raises(Conflict):
        move_need_group(
            world.database,
            world.lead,
            code_id=ids[0],
            up=True,
            version=version - 1,
            key=a_key(),
        )


def test_only_the_lead_keeps_the_list_and_no_personal_number_gets_into_it(world: World) -> None:
    a_group(world)
    for actor in (world.worker, world.neighbour, world.nobody):
        with pytest.raises(NotPermitted):
            add_need_group(
                world.database, actor, insats_id=world.insats_id, label="Annat", key=a_key()
            )
    for label in ("Behöver tid", "8503" + "12-1" + "234", ""):
        with pytest.raises(StegvisError) as caught:
            a_group(world, label)
        assert caught.value.field == "label"


def test_the_same_list_may_stand_in_two_insatser(world: World, database: Database) -> None:
    _, here = a_group(world)
    with database.transaction() as work:
        work.session.execute(
            text("UPDATE code SET insats_id = :other WHERE key = :key"),
            {"other": world.other_insats_id, "key": here},
        )
    _, again = a_group(world)
    assert again != here
