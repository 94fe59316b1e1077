"""The first start: the förbund and its first systemadministratör, against the console's code.

Nobody is an actor yet, so the code takes the permission's place. Everything after this has an
actor.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from tracking.access import first_start
from tracking.access.log import Entry, record_for
from tracking.access.passwords import Passwords, check_new_password
from tracking.access.rate import Rates
from tracking.domain import clock
from tracking.domain.errors import Conflict, InvalidValue
from tracking.domain.roles import Role, Zone
from tracking.services.accounts import USERNAME
from tracking.services.setup import set_up_forbund
from tracking.store.database import Database
from tracking.store.tables import Account, Assignment, Forbund


@dataclass(frozen=True, slots=True)
class SetUp:
    """The förbund is there, and so is the account that signs in first."""

    account_id: int


def set_up(
    database: Database,
    passwords: Passwords,
    *,
    code: str,
    forbund_name: str,
    username: str,
    password: str,
    address: str,
    rates: Rates,
) -> SetUp:
    """Set up the förbund and its first systemadministratör.

    Raises `WrongSetUpCode`, `TooManyAttempts`, `WeakPassword`, `InvalidValue` on the names, and
    `Conflict` when it is done already. Broken off half-way it can be done again: what waits is
    the administrator, not the förbund.
    """
    first_start.check_code(database, code, address=address, rates=rates)
    if not USERNAME.fullmatch(username):
        raise InvalidValue(
            "Användarnamnet ska ha 2–40 tecken: små bokstäver a–z, siffror, punkt och streck.",
            field="username",
        )
    check_new_password(password, username=username)
    kept = passwords.hash(password)
    with database.reading() as session:
        there = session.get(Forbund, 1) is not None
    if not there:
        set_up_forbund(database, name=forbund_name)
    try:
        with database.transaction() as work:
            first_start.use_up(work, code)
            account = Account(
                username=username,
                title=Role.SYSTEM_ADMIN.label,
                zone=Zone.SYSTEM,
                password_hash=kept,
                must_change_password=False,
                created_at=clock.now(),
            )
            work.session.add(account)
            work.session.flush()
            assert account.id is not None
            work.session.add(
                Assignment(
                    account_id=account.id,
                    zone=Zone.SYSTEM,
                    role=Role.SYSTEM_ADMIN,
                    starts_on=clock.today(),
                    created_at=clock.now(),
                )
            )
            record_for(work, account.id, Entry("set_up"))
    except IntegrityError as fault:
        raise Conflict("Användarnamnet finns redan.", field="username") from fault
    return SetUp(account.id)
