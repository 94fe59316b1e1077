"""What every write has in common: done once, one transaction, told plainly when it collides.

`writing` opens the transaction and claims the form's key; `once` is the short way for an act
that answers with the id of what it wrote. `edit` changes a row and keeps what was there.
What may be written, and by whom, is each service's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as DbSession

from tracking.access import refusals
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.domain import clock
from tracking.domain.errors import Conflict, InvalidValue
from tracking.services._words import said
from tracking.store.database import Database, Transaction
from tracking.store.tables import Change, FinishedWrite
from tracking.store.types import Instant

DOES_NOT_FIT = (
    "Uppgiften går inte ihop med något som redan är sparat, så inget sparades. "
    "Läs in sidan igen och försök på nytt."
)

_CLAIM = text(
    "INSERT INTO finished_write (idempotency_key, action, account_id, finished_at)"
    " VALUES (:key, :action, :account_id, :now) ON CONFLICT (idempotency_key) DO NOTHING"
).bindparams(bindparam("now", type_=Instant()))
_FINISH = text("UPDATE finished_write SET record_id = :id WHERE idempotency_key = :key")

# What the database refuses when two people are quicker than a service's own questions.
_RACES = {
    "uq_spell_open": "Någon annan har just startat ett deltagande för samma person i insatsen.",
    "uq_spell_start": "Någon annan har just startat samma deltagande.",
    "uq_attendance_once": "Någon annan har just registrerat samma deltagande på träffen.",
    "uq_rating_once": "Någon annan har just registrerat samma skattning.",
    "uq_situation_occasion": "Någon annan har just registrerat situationen.",
    "uq_answer_once": "Någon annan har just registrerat svar på samma fråga.",
    "uq_slip_count_once": "Någon annan har just lagt in lappar för samma dag.",
}


@dataclass
class Writing:
    """A write under way. ``earlier`` is the record that the same key made before, if any."""

    work: Transaction
    actor: Actor
    action: str
    key: str
    today: date
    now: datetime
    repeated: bool = False
    earlier: int | None = None

    @property
    def session(self) -> DbSession:
        """The open session."""
        return self.work.session

    def finish(self, record_id: int, *entries: Entry) -> None:
        """Keep what the key made, and log the entries at the end of the transaction."""
        self.session.connection().execute(_FINISH, {"id": record_id, "key": self.key})
        if entries:
            record(self.work, self.actor, *entries)


@contextmanager
def writing(
    database: Database, actor: Actor, action: str, key: str, *, collision: str = DOES_NOT_FIT
) -> Iterator[Writing]:
    """A transaction in which the form ``key`` (a UUID) is claimed for this account and action.

    The claim comes first, so that a second thread with the same key waits for the first and
    then finds ``repeated`` true. Whatever raises inside undoes all, the claim included. Raises
    `Conflict` when the key was used for something else, or with ``collision`` when the database
    refuses the rows, and `InvalidValue` on a key that is none. Asks before all else whether the
    actor is still who it was; what it is not permitted is logged.
    """
    _check_key(key)
    actor.check_still_so()
    try:
        with (
            refusals.noting(database, actor.account_id, page=action),
            database.transaction() as work,
        ):
            write = Writing(work, actor, action, key, clock.today(), clock.now())
            _claim(write)
            yield write
            if not write.repeated and not work.logged:
                # A service that forgot to say what it did is logged all the same.
                record(work, actor, Entry(action))
    except IntegrityError as fault:
        said = str(fault.orig)
        for name, sentence in _RACES.items():
            if name in said:
                raise Conflict(f"{sentence} Inget sparades här; läs in sidan igen.") from fault
        raise Conflict(collision) from fault


def once(
    database: Database,
    actor: Actor,
    action: str,
    key: str,
    act: Callable[[Transaction], int],
    *,
    collision: str = DOES_NOT_FIT,
) -> int:
    """Run ``act`` in one transaction and return the id of the record that it wrote.

    Sent again by the same account for the same action the form writes nothing and the earlier
    id comes back. ``act`` asks for permission and logs. Raises as `writing`.
    """
    with writing(database, actor, action, key, collision=collision) as write:
        if write.repeated and write.earlier is not None:
            return write.earlier
        record_id = act(write.work)
        write.finish(record_id)
    return record_id


def _claim(write: Writing) -> None:
    claimed = write.session.connection().execute(
        _CLAIM,
        {
            "key": write.key,
            "action": write.action,
            "account_id": write.actor.account_id,
            "now": write.now,
        },
    )
    if claimed.rowcount == 1:
        return
    done = write.session.get(FinishedWrite, write.key)
    if done is None or (done.action, done.account_id) != (write.action, write.actor.account_id):
        raise Conflict("Formuläret är redan använt till något annat: läs in sidan igen.")
    write.repeated, write.earlier = True, done.record_id


def _check_key(key: str) -> None:
    try:
        UUID(key)
    except ValueError:
        raise InvalidValue("Formuläret saknar sin nyckel: läs in sidan igen.") from None


def check_version(stored: int, read: int, *, theirs: object, mine: object, what: str = "") -> None:
    """Raise `Conflict`, telling both values, when somebody has saved since the form was read.

    ``what`` is the field that they are values of, as the form calls it.
    """
    if stored != read:
        raise Conflict(
            "Någon annan har ändrat uppgiften sedan du öppnade den. "
            f"{f'{what}: nu' if what else 'Nu'} står det {said(theirs)}, du skrev {said(mine)}. "
            "Läs in sidan igen och ändra på nytt om det behövs."
        )


def edit(
    work: Transaction,
    actor: Actor,
    row: Any,
    values: Mapping[str, Any],
    *,
    why: str,
    spell_id: int | None = None,
    participant_id: int | None = None,
) -> tuple[str, ...]:
    """Set ``values`` on ``row``, keep what was in `Change`, and return the changed fields.

    Grows the row's version by one when anything changed. ``why`` is a code of a list of
    reasons.
    """
    changed: list[str] = []
    for field, new in values.items():
        old = getattr(row, field)
        if old == new:
            continue
        setattr(row, field, new)
        changed.append(field)
        work.session.add(
            Change(
                spell_id=spell_id,
                participant_id=participant_id,
                table_name=row.__tablename__,
                row_id=row.id,
                field=field,
                old=as_text(old),
                new=as_text(new),
                why=why,
                changed_at=clock.now(),
                changed_by=actor.account_id,
            )
        )
    if changed:
        row.version += 1
        work.session.add(row)
    return tuple(changed)


def as_text(value: object) -> str | None:
    """A stored value as the change history keeps it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
