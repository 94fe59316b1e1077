"""``stegvis account``: accounts from the server's console, as whoever runs it sees them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlmodel import select

from tests.app.world import World, a_world
from tracking.access.log import verify
from tracking.access.passwords import Passwords
from tracking.cli import main
from tracking.domain import clock
from tracking.domain.roles import Role, Zone
from tracking.store.database import Database
from tracking.store.tables import AccessLogPayload, Account, Assignment, SecondFactor


@pytest.fixture
def world(tmp_path: Path) -> World:
    return a_world(f"sqlite:///{(tmp_path / 'real.db').as_posix()}", is_demo=False)


def run(world: World, *words: str) -> int:
    return main(["account", *words, "--database", world.url])


def account(world: World, username: str) -> Account:
    database = Database.open(world.url)
    with database.reading() as session:
        found = session.exec(select(Account).where(Account.username == username)).one()
    database.close()
    return found


CREATE = ("create", "ny.kollega", "--title", "Deltagaransvarig", "--zone", "insats")


def test_account_is_opened_with_a_password_that_must_be_changed(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, *CREATE, "--employer", "Exempelkommunen") == 0
    said = re.search(r"Första lösenordet: (\S+)", capsys.readouterr().out)
    assert said is not None
    made = account(world, "ny.kollega")
    assert made.zone is Zone.INSATS
    assert made.must_change_password
    assert Passwords().verify(made.password_hash, said.group(1)).right


def test_assignment_is_given_by_the_names_of_role_and_insats(world: World) -> None:
    run(world, *CREATE, "--employer", "Exempelkommunen")
    assert run(world, "assign", "ny.kollega", "case_worker", "--insats", "Vägen vidare") == 0
    database = Database.open(world.url)
    with database.reading() as session:
        made = account(world, "ny.kollega")
        given = session.exec(select(Assignment).where(Assignment.account_id == made.id)).one()
        assert verify(session) == []
        actions = set(session.exec(select(AccessLogPayload.action)))
    database.close()
    assert (given.role, given.insats_id) == (Role.CASE_WORKER, world.insats_id)
    assert given.starts_on == clock.today()
    assert {"console_open_account", "console_assign"} <= actions


def test_password_is_renewed_and_second_factor_taken_away(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database.open(world.url)
    with database.transaction() as work:
        now = clock.now()
        work.session.add(
            SecondFactor(
                account_id=world.lead,
                secret="sealed:" + "A" * 32,
                created_at=now,
                confirmed_at=now,
            )
        )
    assert run(world, "password", "ansvarig") == 0
    assert account(world, "ansvarig").must_change_password
    assert run(world, "reset-second-factor", "ansvarig") == 0
    with database.reading() as session:
        assert session.exec(select(SecondFactor)).all() == []
    database.close()
    capsys.readouterr()
    assert run(world, "reset-second-factor", "ansvarig") == 1
    assert capsys.readouterr().err == "Kontot har ingen tvåfaktor.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("password", "ingen"), "Det finns inget konto med namnet ingen."),
        (CREATE, "Personal i en insats ska ha en arbetsgivare."),
        ((*CREATE, "--employer", "Okänd"), "Det finns inte någon myndighet med namnet Okänd."),
        (
            ("assign", "styrelse", "case_worker", "--insats", "Vägen vidare"),
            "Rollen Deltagaransvarig hör till en annan zon än kontot.",
        ),
        (("assign", "personal", "case_worker"), "Rollen Deltagaransvarig gäller alltid en insats."),
    ],
)
def test_what_may_not_be_done_is_one_sentence_and_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    assert run(world, *words) == 1
    assert capsys.readouterr().err.strip() == sentence
