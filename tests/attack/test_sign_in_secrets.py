"""What a copy of the database gives away, and what is kept of signing in and for how long.

The secret of a second factor has to be read again, so it is sealed with a key that lies
elsewhere; rows of sign-ins go when they have been over for a month; a page that stands open
acts with what its account may do at the click, not with what it might when it was drawn.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pyotp
import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from tracking.access import second_factor, sign_ins
from tracking.access.actors import Actor, load_actor
from tracking.access.rate import Rates
from tracking.access.sealing import (
    KEY_VARIABLE,
    KeyNotKept,
    NoKey,
    SealBroken,
    key_file,
    seal,
    unseal,
)
from tracking.access.sign_ins import KEPT_AFTER, Limits, SignedIn, SignedOut
from tracking.domain import clock
from tracking.domain.errors import NotPermitted
from tracking.domain.records import AuthorityKind
from tracking.domain.roles import Role, Zone
from tracking.services import accounts, add_employer, set_up_forbund
from tracking.services.sign_in_accounts import end_assignment, give_assignment
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLogPayload,
    Assignment,
    Controller,
    SecondFactor,
    SignIn,
    SignInMethod,
)
from tracking.store.triggers import GUARDS

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PLACE = "second_factor 1"


@pytest.fixture
def hands() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as moved:
        yield moved


@dataclass
class House:
    """A förbund with two systemadministratörer and a way in for each."""

    database: Database
    first: int
    second: int

    def signed_in(self, account_id: int) -> SignedIn:
        with self.database.transaction() as work:
            begun = sign_ins.begin(
                work,
                account_id,
                method=SignInMethod.OIDC,
                form_key=str(uuid4()),
                limits=Limits(),
            )
        found = sign_ins.find(self.database, begun.token, limits=Limits())
        assert found.signed_in is not None
        return found.signed_in

    def actor(self, signed_in: SignedIn) -> Actor:
        return sign_ins.current_actor(self.database, signed_in.sign_in_id, today=clock.today())

    def kept(self, account_id: int) -> str:
        with self.database.reading() as session:
            return session.get_one(SecondFactor, account_id).secret


@pytest.fixture
def house(database: Database, hands: time_machine.Coordinates) -> House:
    set_up_forbund(database, name="Förbundet")
    made = []
    for name in ("drift-a", "drift-b"):
        account = accounts.create_account(database, username=name, title="Drift", zone=Zone.SYSTEM)
        accounts.assign(
            database,
            account_id=account.account_id,
            role=Role.SYSTEM_ADMIN,
            insats_id=None,
            starts_on=clock.today(),
        )
        made.append(account.account_id)
    return House(database, *made)


# --- sealed -----------------------------------------------------------------------------


def test_secret_of_a_second_factor_is_not_in_the_database(house: House) -> None:
    me = house.signed_in(house.first)
    shown = second_factor.enrolment(house.database, me)
    secret = shown.grouped_secret.replace(" ", "")
    kept = house.kept(house.first)
    assert secret not in kept
    assert unseal(house.database, kept, place=f"second_factor {house.first}") == secret
    code = pyotp.TOTP(secret).at(clock.now())
    assert second_factor.confirm(house.database, me, code=code, address="192.0.2.1", rates=Rates())


def test_two_seals_of_the_same_are_not_alike(database: Database) -> None:
    assert seal(database, "a", place=PLACE) != seal(database, "a", place=PLACE)


def test_the_database_refuses_a_secret_kept_as_it_is(house: House) -> None:
    with pytest.raises(DBAPIError), house.database.transaction() as work:
        work.session.add(
            SecondFactor(
                account_id=house.first, secret=pyotp.random_base32(), created_at=clock.now()
            )
        )
    assert any(guard.table == "second_factor" for guard in GUARDS)


def test_seal_moved_to_another_account_opens_nothing(house: House) -> None:
    """Whoever can write in the database cannot give somebody the second factor of their own."""
    mine, theirs = house.signed_in(house.first), house.signed_in(house.second)
    secret = second_factor.enrolment(house.database, mine).grouped_secret.replace(" ", "")
    second_factor.enrolment(house.database, theirs)
    with house.database.transaction() as work:
        factor = work.session.get_one(SecondFactor, house.second)
        factor.secret = house.kept(house.first)
        work.session.add(factor)
    code = pyotp.TOTP(secret).at(clock.now())
    with pytest.raises(SealBroken):
        second_factor.confirm(house.database, theirs, code=code, address="192.0.2.1", rates=Rates())


@pytest.mark.parametrize("change", ["", "x", "sealed:", "sealed:AAAA"])
def test_seal_that_was_changed_is_told_in_words(database: Database, change: str) -> None:
    whole = seal(database, "hemlig", place=PLACE)
    changed = whole[:-2] + change if change in ("", "x") else change
    with pytest.raises(SealBroken, match="nyckeln"):
        unseal(database, changed, place=PLACE)


def test_another_key_opens_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(database, "hemlig", place=PLACE)
    monkeypatch.setenv(KEY_VARIABLE, "another key that is long enough to be one")
    with pytest.raises(SealBroken):
        unseal(database, sealed, place=PLACE)


def test_short_key_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "kort")
    with pytest.raises(NoKey, match=KEY_VARIABLE):
        seal(database, "hemlig", place=PLACE)


@pytest.fixture
def file_beside(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an embedded database has its key when no variable names one; not there yet."""
    monkeypatch.delenv(KEY_VARIABLE)
    file = key_file(sqlite_database)
    assert file is not None
    assert not file.exists()
    return file


def test_without_a_variable_the_key_lies_beside_an_embedded_database(
    sqlite_database: Database, file_beside: Path
) -> None:
    file = file_beside
    try:
        sealed = seal(sqlite_database, "hemlig", place=PLACE)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert unseal(sqlite_database, sealed, place=PLACE) == "hemlig"
        assert [found.name for found in file.parent.glob(f"*{file.name}*")] == [file.name]
        file.unlink()
        with pytest.raises(SealBroken):
            unseal(sqlite_database, sealed, place=PLACE)
    finally:
        file.unlink(missing_ok=True)


def test_key_file_that_cannot_be_read_is_told_in_words_and_left_as_it_is(
    sqlite_database: Database, file_beside: Path
) -> None:
    file = file_beside
    file.mkdir()  # whoever runs the test, nobody can read this as a file
    try:
        with pytest.raises(KeyNotKept, match="går inte att läsa"):
            seal(sqlite_database, "hemlig", place=PLACE)
        assert [found.name for found in file.parent.glob(f"*{file.name}*")] == [file.name]
    finally:
        file.rmdir()


def test_without_a_variable_a_server_database_says_what_is_missing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    if key_file(database) is None:
        with pytest.raises(NoKey, match=KEY_VARIABLE):
            seal(database, "hemlig", place=PLACE)
    assert (key_file(database) is None) == (database.dialect == "postgresql")


def test_secret_of_an_earlier_version_works_and_is_sealed_at_the_next_start(
    house: House,
) -> None:
    me = house.signed_in(house.first)
    plain = pyotp.random_base32()
    with house.database.transaction() as work:
        # As an earlier version left it: there was no guard then.
        for statement in _without_guard(house.database.dialect):
            work.session.execute(text(statement))
        work.session.add(
            SecondFactor(
                account_id=house.first,
                secret=plain,
                created_at=clock.now(),
                confirmed_at=clock.now(),
            )
        )
    code = pyotp.TOTP(plain).at(clock.now())
    second_factor.show(house.database, me, code=code, address="192.0.2.1", rates=Rates())
    assert second_factor.seal_kept(house.database) == 1
    assert second_factor.seal_kept(house.database) == 0
    kept = house.kept(house.first)
    assert plain not in kept
    assert unseal(house.database, kept, place=f"second_factor {house.first}") == plain


def _without_guard(dialect: str) -> tuple[str, ...]:
    name = "guard_second_factor_insert"
    return (f"DROP TRIGGER {name}" + (" ON second_factor" if dialect == "postgresql" else ""),)


# --- kept no longer than needed ----------------------------------------------------------


def test_sign_in_that_has_been_over_for_a_month_is_gone_and_the_log_keeps_that_it_was(
    house: House, hands: time_machine.Coordinates
) -> None:
    old = house.signed_in(house.first)
    hands.shift(Limits().lasts + KEPT_AFTER - timedelta(minutes=1))
    young = house.signed_in(house.second)
    assert _sign_ins(house) == [old.sign_in_id, young.sign_in_id]
    hands.shift(timedelta(minutes=2))
    newest = house.signed_in(house.second)
    assert _sign_ins(house) == [young.sign_in_id, newest.sign_in_id]
    with house.database.reading() as session:
        begun = session.exec(
            select(AccessLogPayload).where(
                AccessLogPayload.action == "sign_in", AccessLogPayload.account_id == house.first
            )
        ).all()
    assert len(begun) == 1


def test_number_of_a_sign_in_that_is_gone_is_given_to_nobody_else(
    house: House, hands: time_machine.Coordinates
) -> None:
    newest = house.signed_in(house.first)
    hands.shift(Limits().lasts + KEPT_AFTER + timedelta(minutes=1))
    assert house.signed_in(house.second).sign_in_id > newest.sign_in_id


def _sign_ins(house: House) -> list[int]:
    with house.database.reading() as session:
        return [number for number in session.exec(select(SignIn.id)) if number is not None]


# --- a page that stands open ---------------------------------------------------------------


def an_employer(house: House, actor: Actor) -> None:
    add_employer(
        house.database, actor, name="Testregionen", kind=AuthorityKind.REGION, key=str(uuid4())
    )


def employers(house: House) -> int:
    with house.database.reading() as session:
        return len(session.exec(select(Controller)).all())


def test_actor_of_a_page_that_stands_open_writes_while_nothing_has_changed(house: House) -> None:
    an_employer(house, house.actor(house.signed_in(house.first)))
    assert employers(house) == 1


def test_actor_of_a_page_that_stands_open_writes_nothing_after_sign_out(house: House) -> None:
    me = house.signed_in(house.first)
    actor = house.actor(me)
    sign_ins.end(house.database, me.sign_in_id)
    with pytest.raises(SignedOut):
        an_employer(house, actor)
    assert employers(house) == 0


def test_actor_of_a_page_that_stands_open_writes_nothing_when_its_assignment_has_ended(
    house: House, hands: time_machine.Coordinates
) -> None:
    """Drawn ten minutes before midnight and clicked ten after: the assignment was over."""
    hands.move_to(datetime(2026, 3, 2, 22, 50, tzinfo=UTC))
    with house.database.reading() as session:
        other = load_actor(session, house.second, today=clock.today())
        mine = session.exec(select(Assignment.id).where(Assignment.account_id == house.first)).one()
    assert mine is not None
    actor = house.actor(house.signed_in(house.first))
    end_assignment(house.database, other, assignment_id=mine, on=clock.today(), key=str(uuid4()))
    an_employer(house, actor)
    hands.shift(timedelta(minutes=20))
    with pytest.raises(NotPermitted, match="har ändrats"):
        an_employer(house, actor)
    assert employers(house) == 1


def test_actor_of_a_page_that_stands_open_writes_nothing_when_its_assignments_have_grown(
    house: House,
) -> None:
    with house.database.reading() as session:
        other = load_actor(session, house.second, today=clock.today())
    board = accounts.create_account(
        house.database, username="styrelse", title="Styrelsen", zone=Zone.FORBUND
    ).account_id
    actor = house.actor(house.signed_in(board))
    give_assignment(
        house.database,
        other,
        account_id=board,
        role=Role.BOARD,
        insats_id=None,
        starts_on=clock.today(),
        ends_on=None,
        key=str(uuid4()),
    )
    with pytest.raises(NotPermitted, match="har ändrats"):
        actor.check_still_so()
