"""Rules of setting up a förbund, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlmodel import select

from tests.integration.worlds import a_username
from tracking.access.actors import Actor, load_actor
from tracking.domain import clock
from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.errors import (
    Conflict,
    InvalidValue,
    NotFound,
    NotPermitted,
    RuleBroken,
    StegvisError,
)
from tracking.domain.periods import Calendar
from tracking.domain.records import AuthorityKind, InsatsKind
from tracking.domain.roles import Role, Zone
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.outcomes import directory
from tracking.outcomes.directory_questions import questions
from tracking.services import (
    ReleaseDayChoice,
    StepText,
    add_code,
    add_controller,
    add_ladder_version,
    assign,
    choose_calendar,
    create_account,
    create_insats,
    create_ladder,
    edit_code,
    edit_insats,
    proposed_release_days,
    remove_target,
    retire_code,
    set_budget,
    set_forbund_budget,
    set_target,
    set_up_forbund,
)
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLogPayload,
    Change,
    DataVersion,
    Forbund,
    Insats,
    Target,
)

START = date(2024, 1, 1)
FORWARD = TargetSpec(
    measure=Measure.STEP_FORWARD,
    population=Population.COMPLETED,
    point=PointInTime.DURING,
    comparison=Comparison.AT_LEAST,
    value=Decimal(80),
)


def key() -> str:
    return str(uuid4())


def actor_with(database: Database, role: Role, insats_id: int | None = None) -> Actor:
    employer = None
    if role.zone is Zone.INSATS:
        employer = directory.controllers(database)[0].controller_id
    account = create_account(
        database,
        username=a_username(),
        title=role.label,
        zone=role.zone,
        employer_id=employer,
    ).account_id
    assign(database, account_id=account, role=role, insats_id=insats_id, starts_on=START)
    with database.reading() as session:
        return load_actor(session, account, today=clock.today())


@pytest.fixture
def admin(database: Database) -> Actor:
    set_up_forbund(database, name="Samordningsförbundet Prov")
    return actor_with(database, Role.FORBUND_ADMIN)


@pytest.fixture
def controller_id(database: Database, admin: Actor) -> int:
    return add_controller(
        database, admin, name="Provköpings kommun", kind=AuthorityKind.MUNICIPALITY, key=key()
    ).controller_id


@pytest.fixture
def insats_id(database: Database, admin: Actor, controller_id: int) -> int:
    return new_insats(database, admin, controller_id)


def new_insats(
    database: Database, admin: Actor, controller_id: int, *, name: str = "Provet", **more: object
) -> int:
    values: dict[str, object] = {
        "owner": "Provköpings kommun",
        "kind": InsatsKind.INDIVIDUAL,
        "starts_on": START,
        "ladder_id": directory.ladders(database)[0].ladder_id,
        "key": key(),
    }
    values |= more
    return create_insats(
        database,
        admin,
        name=name,
        controller_id=controller_id,
        **values,  # type: ignore[arg-type]
    ).insats_id


def edited(database: Database, actor: Actor, insats_id: int, **changes: object) -> tuple[str, ...]:
    """Save the insats's form as it stands, with some fields changed."""
    now = directory.insats_settings(database, actor, insats_id)
    names = (
        *("name", "owner", "provider", "starts_on", "ends_on", "ladder_id", "version"),
        *("planned_places", "planned_weeks", "planned_participants", "age_from", "age_to"),
        *("uses_ors", "uses_srs", "uses_gsrs", "follow_up_12"),
    )
    values = {name: getattr(now, name) for name in names} | {"key": key()} | changes
    return edit_insats(database, actor, insats_id=insats_id, **values).changed


# --- the förbund ------------------------------------------------------------------------


def test_a_new_forbund_has_everything_that_ships(database: Database, admin: Actor) -> None:
    found = directory.forbund(database)
    assert found is not None
    assert (found.name, found.is_demo, found.calendar) == ("Samordningsförbundet Prov", False, None)
    assert len(directory.code_lists(database)) == 10
    assert directory.code_list(database, "referrer")[0].key == "employment_service"
    assert len(directory.ladders(database)[0].versions[0].steps) == 6
    assert len(questions(database)) == 6


def test_a_second_forbund_in_one_database_is_refused(database: Database, admin: Actor) -> None:
    with pytest.raises(Conflict):
        set_up_forbund(database, name="Ett till")


def test_the_calendar_is_chosen_once(database: Database, admin: Actor) -> None:
    days = proposed_release_days(Calendar.HALF_YEAR)
    choose_calendar(database, admin, calendar=Calendar.HALF_YEAR, release_days=days, key=key())
    found = directory.forbund(database)
    assert found is not None
    assert found.calendar is Calendar.HALF_YEAR
    assert [(d.number, d.years_after) for d in found.release_days] == [(1, 0), (2, 1)]
    with pytest.raises(Conflict, match="halvår"):
        choose_calendar(
            database,
            admin,
            calendar=Calendar.TERTIAL,
            release_days=proposed_release_days(Calendar.TERTIAL),
            key=key(),
        )


@pytest.mark.parametrize(
    "days",
    [
        (ReleaseDayChoice(1, 8, 15),),
        (ReleaseDayChoice(1, 6, 30), ReleaseDayChoice(2, 2, 1, 1)),
        (ReleaseDayChoice(1, 2, 29), ReleaseDayChoice(2, 2, 1, 1)),
        (ReleaseDayChoice(1, 8, 15), ReleaseDayChoice(2, 8, 15, 0)),
    ],
    ids=["too few", "before the period's end", "a day that some years lack", "before it began"],
)
def test_a_release_day_comes_after_its_period_every_year(
    database: Database, admin: Actor, days: tuple[ReleaseDayChoice, ...]
) -> None:
    with pytest.raises(StegvisError):
        choose_calendar(database, admin, calendar=Calendar.HALF_YEAR, release_days=days, key=key())
    found = directory.forbund(database)
    assert found is not None
    assert found.calendar is None


# --- who may ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_only_the_administrator_sets_up_the_forbund(
    database: Database, insats_id: int, role: Role
) -> None:
    other = actor_with(database, role)
    with pytest.raises(NotPermitted):
        add_controller(database, other, name="Annan", kind=AuthorityKind.REGION, key=key())
    with pytest.raises(NotPermitted):
        set_target(
            database,
            other,
            insats_id=insats_id,
            spec=FORWARD,
            wording="80 %",
            valid_from=START,
            key=key(),
        )
    with pytest.raises(NotPermitted):
        set_budget(database, other, insats_id=insats_id, year=2025, key=key())


def test_a_case_worker_may_not_edit_the_insats(database: Database, insats_id: int) -> None:
    worker = actor_with(database, Role.CASE_WORKER, insats_id)
    with pytest.raises(NotPermitted):
        edited(database, worker, insats_id, planned_places=12)


def test_the_lead_edits_capacity_but_not_what_the_forbund_decides(
    database: Database, insats_id: int
) -> None:
    lead = actor_with(database, Role.INSATS_LEAD, insats_id)
    assert edited(database, lead, insats_id, planned_places=12) == ("planned_places",)
    with pytest.raises(NotPermitted):
        edited(database, lead, insats_id, name="Ett annat namn")


def test_somebody_without_an_assignment_cannot_read_the_settings(
    database: Database, admin: Actor, controller_id: int, insats_id: int
) -> None:
    other = new_insats(database, admin, controller_id, name="En annan insats")
    worker = actor_with(database, Role.CASE_WORKER, other)
    assert [item.insats_id for item in directory.my_insatser(database, worker)] == [other]
    with pytest.raises(NotPermitted):
        directory.insats_settings(database, worker, insats_id)


def test_a_demos_accounts_are_listed_on_a_demo_alone(database: Database, admin: Actor) -> None:
    with pytest.raises(NotPermitted):
        directory.demo_accounts(database)


# --- insatser ---------------------------------------------------------------------------


def test_a_template_brings_its_targets_with_numbers(
    database: Database, admin: Actor, controller_id: int
) -> None:
    made = new_insats(
        database, admin, controller_id, template_key="utvecklingsplatser_aka", name="Platser"
    )
    targets = directory.targets_of(database, admin, made)
    assert [target.spec.measure for target in targets] == [
        Measure.PARTICIPANTS,
        *[Measure.POSITIVE_SLIPS] * 4,
    ]
    assert targets[0].spec.value == 50
    assert targets[1].spec.codes == {"tillganglighet"}
    assert targets[1].spec.question_id is not None
    settings = directory.insats_settings(database, admin, made)
    assert (settings.uses_ors, settings.uses_gsrs) == (True, True)


def test_a_template_whose_targets_need_a_ladder_asks_for_one(
    database: Database, admin: Actor, controller_id: int
) -> None:
    with pytest.raises(RuleBroken) as caught:
        new_insats(database, admin, controller_id, template_key="samordningsteam", ladder_id=None)
    assert caught.value.field == "measure"
    with database.reading() as session:
        assert session.exec(select(Insats)).all() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "Provet \U0001f600"),
        ("owner", ""),
        ("planned_weeks", 0),
        ("planned_places", -1),
        ("planned_participants", 10_000_000),
        ("age_from", 4),
        ("ends_on", date(2023, 12, 31)),
        ("starts_on", date(1890, 1, 1)),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(
    database: Database, admin: Actor, controller_id: int, field: str, value: object
) -> None:
    with pytest.raises(StegvisError) as caught:
        new_insats(database, admin, controller_id, **{field: value})
    assert caught.value.field == field
    with database.reading() as session:
        assert session.exec(select(Insats)).all() == []


def test_a_name_with_a_personal_identity_number_is_refused(
    database: Database, admin: Actor, controller_id: int
) -> None:
    number = "".join(["1985", "0312", "-", "1234"])
    with pytest.raises(InvalidValue) as caught:
        new_insats(database, admin, controller_id, name=f"Insats {number}")
    assert number not in str(caught.value)


def test_two_insatser_cannot_share_a_name(
    database: Database, admin: Actor, controller_id: int, insats_id: int
) -> None:
    with pytest.raises(Conflict) as caught:
        new_insats(database, admin, controller_id)
    assert caught.value.field == "name"


def test_the_same_form_sent_twice_makes_one_insats(
    database: Database, admin: Actor, controller_id: int
) -> None:
    same = key()
    first = new_insats(database, admin, controller_id, key=same)
    assert new_insats(database, admin, controller_id, key=same) == first
    with database.reading() as session:
        assert len(session.exec(select(Insats)).all()) == 1


def test_an_edit_keeps_what_was_and_is_logged(
    database: Database, admin: Actor, insats_id: int
) -> None:
    assert edited(database, admin, insats_id, planned_places=30, owner="Region Prov") == (
        "owner",
        "planned_places",
    )
    with database.reading() as session:
        changes = {c.field: (c.old, c.new) for c in session.exec(select(Change))}
        logged = [p.action for p in session.exec(select(AccessLogPayload))]
    assert changes == {
        "owner": ("Provköpings kommun", "Region Prov"),
        "planned_places": (None, "30"),
    }
    assert logged[-1] == "edit_insats"


def test_the_second_of_two_editors_is_told_both_values(
    database: Database, admin: Actor, insats_id: int
) -> None:
    read = directory.insats_settings(database, admin, insats_id).version
    edited(database, admin, insats_id, planned_places=30)
    with pytest.raises(Conflict, match=r"30.*45"):
        edited(database, admin, insats_id, planned_places=45, version=read)
    assert directory.insats_settings(database, admin, insats_id).planned_places == 30


# --- targets ----------------------------------------------------------------------------


def test_a_target_is_set_edited_and_taken_away_with_its_history(
    database: Database, admin: Actor, insats_id: int
) -> None:
    def version_of_figures() -> int:
        with database.reading() as session:
            row = session.get(DataVersion, insats_id)
            return row.version if row else 0

    before = version_of_figures()
    target_id = set_target(
        database,
        admin,
        insats_id=insats_id,
        spec=FORWARD,
        wording="80 % tar steg framåt",
        valid_from=START,
        decided="Styrelsen § 12",
        key=key(),
    ).target_id
    (view,) = directory.targets_of(database, admin, insats_id)
    assert (view.spec, view.decided, view.version) == (FORWARD, "Styrelsen § 12", 1)
    stricter = TargetSpec(
        FORWARD.measure, FORWARD.population, FORWARD.point, FORWARD.comparison, Decimal(85)
    )
    again = set_target(
        database,
        admin,
        insats_id=insats_id,
        spec=stricter,
        wording="85 % tar steg framåt",
        valid_from=START,
        decided="Styrelsen § 12",
        target_id=target_id,
        version=1,
        key=key(),
    )
    assert again.target_id == target_id
    with database.reading() as session:
        assert {c.field for c in session.exec(select(Change))} == {"value", "wording"}
    remove_target(database, admin, target_id=target_id, why="no_longer_valid", version=2, key=key())
    assert directory.targets_of(database, admin, insats_id) == ()
    with database.reading() as session:
        kept = session.get(Target, target_id)
        assert kept is not None
        assert kept.void_reason == "no_longer_valid"
    assert version_of_figures() == before + 3


def test_two_who_edit_a_target_do_not_overwrite_each_other(
    database: Database, admin: Actor, insats_id: int
) -> None:
    def save(wording: str, **which: int) -> int:
        return set_target(
            database,
            admin,
            insats_id=insats_id,
            spec=FORWARD,
            wording=wording,
            valid_from=START,
            key=key(),
            **which,  # type: ignore[arg-type]
        ).target_id

    target_id = save("Första")
    save("Andra", target_id=target_id, version=1)
    with pytest.raises(Conflict, match=r"Andra.*Tredje"):
        save("Tredje", target_id=target_id, version=1)


@pytest.mark.parametrize("percent", ["100.1", "-1", "NaN"])
def test_a_percentage_outside_0_to_100_is_refused(percent: str) -> None:
    with pytest.raises(InvalidValue):
        TargetSpec(
            FORWARD.measure,
            FORWARD.population,
            FORWARD.point,
            FORWARD.comparison,
            Decimal(percent),
        )


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (
            TargetSpec(
                Measure.END_REASON_IN,
                Population.ENDED,
                PointInTime.AT_END,
                Comparison.AT_LEAST,
                Decimal(25),
                codes=frozenset({"no_such_reason"}),
            ),
            "codes",
        ),
        (
            TargetSpec(
                Measure.POSITIVE_SLIPS,
                Population.STARTED,
                PointInTime.PERIOD,
                Comparison.AT_LEAST,
                Decimal(80),
            ),
            "question_id",
        ),
        (
            TargetSpec(
                Measure.POSITIVE_SLIPS,
                Population.STARTED,
                PointInTime.PERIOD,
                Comparison.AT_LEAST,
                Decimal(80),
                question_id=1,
            ),
            "question_id",
        ),
    ],
    ids=["unknown avslutsanledning", "no question", "a question that is not on slips"],
)
def test_a_target_asks_only_for_what_there_is(
    database: Database, admin: Actor, insats_id: int, spec: TargetSpec, field: str
) -> None:
    with pytest.raises(StegvisError) as caught:
        set_target(
            database,
            admin,
            insats_id=insats_id,
            spec=spec,
            wording="Ett mål",
            valid_from=START,
            key=key(),
        )
    assert caught.value.field == field
    assert directory.targets_of(database, admin, insats_id) == ()


def test_a_strukturovergripande_insats_has_no_target_on_spells(
    database: Database, admin: Actor, controller_id: int
) -> None:
    forum = new_insats(database, admin, controller_id, name="Forum", kind=InsatsKind.STRUCTURAL)
    with pytest.raises(RuleBroken):
        set_target(
            database,
            admin,
            insats_id=forum,
            spec=FORWARD,
            wording="80 %",
            valid_from=START,
            key=key(),
        )


# --- ladders, lists, money, accounts ----------------------------------------------------


def test_a_new_version_of_a_ladder_leaves_the_old_one_as_it_was(
    database: Database, admin: Actor
) -> None:
    steps = (StepText("Början", needs="stöd"), StepText("Mitten"), StepText("Slutet"))
    made = create_ladder(
        database, admin, name="Egen trappa", steps=steps, valid_from=START, key=key()
    )
    with pytest.raises(RuleBroken):
        add_ladder_version(
            database,
            admin,
            ladder_id=made.ladder_id,
            steps=steps[:2],
            valid_from=START,
            key=key(),
        )
    later = add_ladder_version(
        database,
        admin,
        ladder_id=made.ladder_id,
        steps=steps[:2],
        valid_from=date(2025, 1, 1),
        key=key(),
    )
    assert later.number == 2
    ladder = next(x for x in directory.ladders(database) if x.ladder_id == made.ladder_id)
    assert [len(version.steps) for version in ladder.versions] == [2, 3]
    assert ladder.versions[1].steps[0].needs == "stöd"


def test_a_ladder_of_one_step_is_none(database: Database, admin: Actor) -> None:
    with pytest.raises(RuleBroken):
        create_ladder(
            database, admin, name="Ett steg", steps=[StepText("Bara")], valid_from=START, key=key()
        )


def test_a_code_is_added_renamed_and_retired_but_never_taken_away(
    database: Database, admin: Actor
) -> None:
    made = add_code(database, admin, list_key="municipality", label="Älvnäs", key=key())
    assert made.code_key == "alvnas"
    with pytest.raises(Conflict):
        add_code(database, admin, list_key="municipality", label="älvnäs", key=key())
    edit_code(database, admin, code_id=made.code_id, label="Älvnäs kommun", version=1, key=key())
    with pytest.raises(Conflict, match="Älvnäs kommun"):
        edit_code(database, admin, code_id=made.code_id, label="Annat", version=1, key=key())
    retire_code(database, admin, code_id=made.code_id, on=clock.today(), version=2, key=key())
    assert directory.code_list(database, "municipality") == ()
    (kept,) = directory.code_list(database, "municipality", retired_too=True)
    assert (kept.key, kept.label) == ("alvnas", "Älvnäs kommun")


def test_a_new_avslutsanledning_says_what_it_proposes_and_its_group(
    database: Database, admin: Actor
) -> None:
    with pytest.raises(RuleBroken) as caught:
        add_code(database, admin, list_key="end_reason", label="Sommarjobb", key=key())
    assert caught.value.field == "proposes"
    add_code(
        database,
        admin,
        list_key="end_reason",
        label="Sommarjobb",
        proposes=Outcome.COMPLETED,
        group=EndGroup.WORK,
        key=key(),
    )
    added = directory.code_list(database, "end_reason")[-1]
    assert (added.key, added.proposes, added.group_key) == ("sommarjobb", "completed", "work")


def test_a_year_of_money_is_saved_edited_and_guarded(
    database: Database, admin: Actor, insats_id: int
) -> None:
    set_budget(database, admin, insats_id=insats_id, year=2025, budget_kr=450_000, key=key())
    with pytest.raises(Conflict):
        set_budget(database, admin, insats_id=insats_id, year=2025, budget_kr=1, key=key())
    set_budget(
        database,
        admin,
        insats_id=insats_id,
        year=2025,
        budget_kr=450_000,
        actual_kr=441_000,
        version=1,
        key=key(),
    )
    (year,) = directory.budgets(database, admin, insats_id)
    assert (year.budget_kr, year.actual_kr, year.version) == (450_000, 441_000, 2)
    with pytest.raises(InvalidValue):
        set_budget(
            database, admin, insats_id=insats_id, year=2026, cost_share_percent=101, key=key()
        )


def test_the_forbunds_own_year_keeps_its_history(database: Database, admin: Actor) -> None:
    set_forbund_budget(database, admin, year=2025, own_capital_kr=1000, key=key())
    set_forbund_budget(database, admin, year=2025, own_capital_kr=2000, version=1, key=key())
    with database.reading() as session:
        (change,) = session.exec(select(Change))
        assert (change.table_name, change.old, change.new) == ("forbund_budget", "1000", "2000")
    with pytest.raises(Conflict, match=r"Eget kapital: nu står det 2.000, du skrev 3.000"):
        set_forbund_budget(database, admin, year=2025, own_capital_kr=3000, version=1, key=key())


def test_a_role_of_another_zone_cannot_be_assigned(database: Database, insats_id: int) -> None:
    board = create_account(database, username="styrelse", title="Styrelse", zone=Zone.FORBUND)
    with pytest.raises(RuleBroken):
        assign(
            database,
            account_id=board.account_id,
            role=Role.CASE_WORKER,
            insats_id=insats_id,
            starts_on=START,
        )


def test_staff_of_an_insats_have_an_employer_and_a_username_of_their_own(
    database: Database, admin: Actor, controller_id: int
) -> None:
    with pytest.raises(RuleBroken):
        create_account(database, username="ab", title="Deltagaransvarig", zone=Zone.INSATS)
    create_account(database, username="revisor", title="Revisor", zone=Zone.FORBUND)
    with pytest.raises(Conflict):
        create_account(database, username="revisor", title="Revisor 2", zone=Zone.FORBUND)


def test_a_username_is_never_a_personal_identity_number(database: Database) -> None:
    for username in ("8503" + "12-1234", "1985" + "03121234"):
        with pytest.raises(InvalidValue) as refused:
            create_account(database, username=username, title="Revisor", zone=Zone.FORBUND)
        assert refused.value.field == "username"


def test_a_missing_insats_is_not_found(database: Database, admin: Actor) -> None:
    with pytest.raises(NotFound):
        set_budget(database, admin, insats_id=99, year=2025, key=key())
    with database.reading() as session:
        assert session.get(Forbund, 1) is not None
