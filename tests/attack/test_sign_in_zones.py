"""The database itself keeps the zones apart: no account ever stands in two, whoever writes.

Tried below every service, with plain SQL, on both databases, and with two writers at once.
"""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.domain.roles import Role, Zone
from tracking.services import accounts, set_up_forbund
from tracking.store.database import Database
from tracking.store.tables import Assignment

ROLES = [(role, zone) for role in Role for zone in Zone if role.zone is not zone]


@pytest.fixture
def board(database: Database) -> int:
    set_up_forbund(database, name="Förbundet")
    return accounts.create_account(
        database, username="styrelse", title="Styrelsen", zone=Zone.FORBUND
    ).account_id


def written(database: Database, account_id: int, role: Role, zone: Zone) -> None:
    with database.transaction() as work:
        work.session.add(
            Assignment(
                account_id=account_id,
                zone=zone,
                role=role,
                insats_id=None,
                starts_on=date(2026, 1, 1),
                created_at=clock.now(),
            )
        )


@pytest.mark.parametrize(("role", "zone"), ROLES)
def test_database_refuses_a_role_under_another_zones_name(
    database: Database, board: int, role: Role, zone: Zone
) -> None:
    with pytest.raises(DBAPIError):
        written(database, board, role, zone)


@pytest.mark.parametrize("role", [role for role in Role if role.zone is not Zone.FORBUND])
def test_database_refuses_a_role_of_another_zone_than_the_accounts(
    database: Database, board: int, role: Role
) -> None:
    with pytest.raises(DBAPIError):
        written(database, board, role, role.zone)


def test_database_refuses_to_move_an_account_with_an_assignment_to_another_zone(
    database: Database, board: int
) -> None:
    written(database, board, Role.BOARD, Zone.FORBUND)
    with pytest.raises(DBAPIError), database.transaction() as work:
        work.session.execute(
            text("UPDATE account SET zone = 'system' WHERE id = :id"), {"id": board}
        )


def test_of_two_who_give_roles_of_two_zones_at_once_one_is_refused(
    database: Database, board: int
) -> None:
    """Each alone would be right at the moment it looked; together they never are."""
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def gives(role: Role, zone: Zone, *, move: bool) -> None:
        start.wait()
        try:
            with database.transaction() as work:
                if move:
                    work.session.execute(
                        text("UPDATE account SET zone = :zone WHERE id = :id"),
                        {"zone": zone.value, "id": board},
                    )
                work.session.add(
                    Assignment(
                        account_id=board,
                        zone=zone,
                        role=role,
                        starts_on=date(2026, 1, 1),
                        created_at=clock.now(),
                    )
                )
        except (DBAPIError, StegvisError):
            outcomes.append("refused")
        else:
            outcomes.append("given")

    threads = [
        threading.Thread(target=gives, args=(Role.BOARD, Zone.FORBUND), kwargs={"move": False}),
        threading.Thread(
            target=gives, args=(Role.SYSTEM_ADMIN, Zone.SYSTEM), kwargs={"move": True}
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["given", "refused"]
    with database.reading() as session:
        zones = session.execute(
            text(
                "SELECT count(DISTINCT a.zone), min(a.zone), min(k.zone) FROM assignment a"
                " JOIN account k ON k.id = a.account_id WHERE a.account_id = :id"
            ),
            {"id": board},
        ).one()
    assert zones[0] == 1
    assert zones[1] == zones[2]
