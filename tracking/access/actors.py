"""The actor: an account as it stands today, with the grants its dated assignments give.

Services and outcomes take an actor, never an account id alone; how somebody proved to be
that account is the business of signing in, not of this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session as DbSession
from sqlmodel import or_, select

from tracking.domain.errors import NotPermitted
from tracking.domain.instruments import Unit
from tracking.domain.roles import Role, Zone
from tracking.store.database import OPENED_BY, Database
from tracking.store.tables import Account, metadata


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in one insats, or in the whole förbund when there is no insats."""

    role: Role
    insats_id: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: account, employer, zone and today's grants.

    A page keeps its actor between two clicks; ``ask_again`` asks who is there now, and is None
    where nothing can have changed meanwhile (the console, a set-up). What it is refused is
    logged in ``database``, where it was loaded from.
    """

    account_id: int
    username: str
    title: str
    zone: Zone
    employer_id: int | None
    score_unit: Unit
    grants: tuple[Grant, ...]
    ask_again: Callable[[], Actor] | None = field(default=None, compare=False, repr=False)
    database: Database | None = field(default=None, compare=False, repr=False)

    def check_still_so(self) -> None:
        """Raise unless the account is still signed in and has the grants that it had.

        Every write asks it first. Raises `NotPermitted` when something about the account has
        changed, and whatever ``ask_again`` raises when nobody is there any more.
        """
        if self.ask_again is None:
            return
        now = self.ask_again()
        if (now.account_id, now.zone, now.employer_id, frozenset(now.grants)) != (
            self.account_id,
            self.zone,
            self.employer_id,
            frozenset(self.grants),
        ):
            raise NotPermitted("Ditt uppdrag har ändrats sedan sidan öppnades. Läs in sidan igen.")

    def roles_in(self, insats_id: int | None) -> frozenset[Role]:
        """The roles that count for an insats; a grant for the whole förbund counts for all."""
        return frozenset(
            g.role for g in self.grants if g.insats_id is None or g.insats_id == insats_id
        )

    def insatser_with(self, roles: frozenset[Role]) -> tuple[int, ...]:
        """The insatser where the actor holds one of ``roles`` by an assignment of its own."""
        return tuple(sorted({g.insats_id for g in self.grants if g.insats_id and g.role in roles}))


_ACCOUNT, _ASSIGNMENT = metadata.tables["account"], metadata.tables["assignment"]
_OF, _HELD = _ACCOUNT.c, _ASSIGNMENT.c
# Asked at every click: of the tables, since whole objects take several times as long.
_ACTOR = (
    columns(
        _OF.username,
        _OF.title,
        _OF.zone,
        _OF.employer_id,
        _OF.score_unit,
        _OF.active,
        _HELD.role,
        _HELD.insats_id,
    )
    .outerjoin_from(
        _ACCOUNT,
        _ASSIGNMENT,
        and_(
            _HELD.account_id == _OF.id,
            _HELD.starts_on <= bindparam("today"),
            or_(_HELD.ends_on.is_(None), _HELD.ends_on >= bindparam("today")),
        ),
    )
    .where(_OF.id == bindparam("account_id"))
    .order_by(_HELD.id)
)


def load_actor(session: DbSession, account_id: int, *, today: date) -> Actor:
    """The actor that an account is on ``today``.

    Raises `NotPermitted` when the account does not exist or is closed.
    """
    # What is not written yet counts as well; a question of tables does not see to that.
    session.flush()
    rows = session.execute(_ACTOR, {"account_id": account_id, "today": today}).all()
    if not rows or not rows[0].active:
        raise NotPermitted("Kontot finns inte eller är avslutat.")
    account = rows[0]
    return Actor(
        account_id=account_id,
        username=account.username,
        title=account.title,
        zone=account.zone,
        employer_id=account.employer_id,
        score_unit=account.score_unit,
        grants=tuple(Grant(row.role, row.insats_id) for row in rows if row.role is not None),
        database=session.info.get(OPENED_BY),
    )


def actor_named(session: DbSession, username: str, *, today: date) -> Actor:
    """The actor that the account of this name is, for the server's console.

    Raises `NotPermitted` when the account does not exist or is closed.
    """
    account_id = session.exec(select(Account.id).where(Account.username == username)).first()
    return load_actor(session, account_id or 0, today=today)
