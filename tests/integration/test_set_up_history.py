"""The history of the set-up: every addition, change and removal, in words, for its keepers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4

import pytest
import time_machine

from tests.databases import Sqlite
from tests.integration.test_setup_services import actor_with, new_insats
from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.errors import Conflict, NotPermitted, RuleBroken
from tracking.domain.records import AuthorityKind
from tracking.domain.roles import Role
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.outcomes import directory
from tracking.outcomes.directory_questions import questions
from tracking.outcomes.set_up_history import SetUp, SetUpChange, set_up_history
from tracking.services.codes import add_code, edit_code, move_code, retire_code
from tracking.services.ladders import StepText, add_ladder_version, create_ladder
from tracking.services.questions import retire_question
from tracking.services.setup import add_controller, set_up_forbund
from tracking.services.targets import remove_target, set_target
from tracking.store.database import Database
from tracking.store.tables import Change, Code

TODAY = date(2026, 3, 2)


class House(NamedTuple):
    """A database with an insats, its förbundsadministratör and somebody who records."""

    database: Database
    insats: int
    admin: Actor
    worker: Actor


@pytest.fixture
def house(sqlite_databases: Sqlite) -> Iterator[House]:
    with (
        sqlite_databases.fresh(migrated=True) as url,
        time_machine.travel("2026-03-02 09:00", tick=True),
    ):
        database = Database.open(url)
        set_up_forbund(database, name="Samordningsförbundet Prov")
        admin = actor_with(database, Role.FORBUND_ADMIN)
        controller = add_controller(
            database, admin, name="Provköping", kind=AuthorityKind.MUNICIPALITY, key=key()
        ).controller_id
        insats = new_insats(database, admin, controller)
        yield House(database, insats, admin, actor_with(database, Role.CASE_WORKER, insats))
        database.close()


def key() -> str:
    return str(uuid4())


def told(found: tuple[SetUpChange, ...]) -> list[tuple[str, str, str, str, str]]:
    return [(one.what, one.did, one.field, one.old, one.new) for one in found]


def test_a_value_is_followed_from_its_adding_to_its_retiring(house: House) -> None:
    of = {"database": house.database, "actor": house.admin}
    made = add_code(**of, list_key="referrer", label="Ungdomshuset", key=key())  # type: ignore[arg-type]
    edit_code(**of, code_id=made.code_id, label="Ungdomens hus", version=1, key=key())  # type: ignore[arg-type]
    retire_code(**of, code_id=made.code_id, on=TODAY, version=2, key=key())  # type: ignore[arg-type]
    found = set_up_history(house.database, house.admin, SetUp.CODES, list_key="referrer")
    assert told(found) == [
        ("Ungdomens hus", "ändrades", "väljs inte längre från", "–", "2026-03-02"),
        ("Ungdomens hus", "ändrades", "värdet", "Ungdomshuset", "Ungdomens hus"),
        ("Ungdomens hus", "lades till", "", "", ""),
    ]
    assert {one.by for one in found} == {house.admin.title}
    assert set_up_history(house.database, house.admin, SetUp.CODES, list_key="education") == ()


def test_a_value_moves_one_place_and_never_past_the_ends(house: House) -> None:
    first, second = directory.code_list(house.database, "education")[:2]

    def move(code_id: int, version: int, *, up: bool) -> None:
        move_code(house.database, house.admin, code_id=code_id, up=up, version=version, key=key())

    with pytest.raises(RuleBroken, match="redan först"):
        move(first.code_id, first.version, up=True)
    move(second.code_id, second.version, up=True)
    now = directory.code_list(house.database, "education")
    assert [one.code_id for one in now[:2]] == [second.code_id, first.code_id]
    with pytest.raises(Conflict):
        move(second.code_id, second.version, up=False)
    last = now[-1]
    with pytest.raises(RuleBroken, match="redan sist"):
        move(last.code_id, last.version, up=False)


def test_a_target_is_followed_from_its_setting_to_its_removal(house: House) -> None:
    def spec(value: int) -> TargetSpec:
        return TargetSpec(
            Measure.STEP_FORWARD,
            Population.COMPLETED,
            PointInTime.DURING,
            Comparison.AT_LEAST,
            Decimal(value),
        )

    def put(value: int, target_id: int | None = None) -> int:
        return set_target(
            house.database,
            house.admin,
            insats_id=house.insats,
            spec=spec(value),
            wording="Fler går framåt",
            valid_from=date(2026, 1, 1),
            target_id=target_id,
            version=None if target_id is None else 1,
            key=key(),
        ).target_id

    target_id = put(60)
    put(70, target_id)
    why = directory.code_list(house.database, "void_reason")[0].key
    remove_target(house.database, house.admin, target_id=target_id, why=why, version=2, key=key())
    found = set_up_history(house.database, house.admin, SetUp.TARGETS, insats_id=house.insats)
    assert [(one.did, one.field, one.old, one.new) for one in found] == [
        ("togs bort", "", "", ""),
        ("ändrades", "målvärdet", "60", "70"),
        ("lades till", "", "", ""),
    ]


def test_each_version_of_a_ladder_is_a_line(house: House) -> None:
    steps = [StepText("Nära"), StepText("Längre fram")]
    made = create_ladder(
        house.database,
        house.admin,
        name="Egen trappa",
        steps=steps,
        valid_from=date(2026, 1, 1),
        key=key(),
    )
    add_ladder_version(
        house.database,
        house.admin,
        ladder_id=made.ladder_id,
        steps=steps,
        valid_from=date(2026, 7, 1),
        key=key(),
    )
    found = set_up_history(house.database, house.admin, SetUp.LADDERS)
    own = [one for one in found if one.what.startswith("Egen trappa")]
    assert [(one.what, one.new, one.by) for one in own] == [
        ("Egen trappa, version 2", "gäller från 2026-07-01", house.admin.title),
        ("Egen trappa, version 1", "gäller från 2026-01-01", house.admin.title),
    ]


def test_a_question_that_ends_is_told(house: House) -> None:
    question = questions(house.database)[0]
    retire_question(
        house.database,
        house.admin,
        question_id=question.question_id,
        last_day=TODAY,
        version=question.version,
        key=key(),
    )
    (line,) = set_up_history(house.database, house.admin, SetUp.QUESTIONS)
    assert (line.what, line.did, line.new) == (question.wording, "ändrades", "2026-03-02")


@pytest.mark.parametrize("part", list(SetUp))
def test_only_who_sets_up_reads_the_history(house: House, part: SetUp) -> None:
    set_up_history(house.database, house.admin, part)
    with pytest.raises(NotPermitted):
        set_up_history(house.database, house.worker, part)
    with pytest.raises(NotPermitted):
        set_up_history(house.database, house.worker, part, insats_id=house.insats)


def test_behovsgrupper_are_in_no_history_of_the_forbund(house: House) -> None:
    with house.database.transaction() as work:
        group = Code(
            list_key="need_group", key="own", label="Egen grupp", sort=1, insats_id=house.insats
        )
        work.session.add(group)
        work.session.flush()
        assert group.id is not None
        work.session.add(
            Change(
                table_name="code",
                row_id=group.id,
                field="label",
                old="Förr",
                new="Egen grupp",
                why="edited",
                changed_at=clock.now(),
                changed_by=house.admin.account_id,
            )
        )
    assert set_up_history(house.database, house.admin, SetUp.CODES, list_key="need_group") == ()
