"""What every write has in common: done once, one transaction, told plainly when it collides.

A service hands `once` the function that writes and gets back the id of the record, the same
id when the same form is sent twice. What may be written, and by whom, is the service's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from tracking.access.actors import Actor
from tracking.domain.clock import now
from tracking.domain.errors import Conflict, InvalidValue
from tracking.store.database import Database, Transaction
from tracking.store.tables import Change, FinishedWrite

DOES_NOT_FIT = (
    "Uppgiften går inte ihop med något som redan är sparat, så inget sparades. "
    "Läs in sidan igen och försök på nytt."
)


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

    ``key`` is the idempotency key (a UUID) of the form: sent again by the same account for the
    same action it writes nothing and returns the earlier id. Raises `Conflict` with the sentence
    ``collision`` when the database refuses the rows, and `InvalidValue` on a key that is none.
    """
    _check_key(key)
    try:
        with database.transaction() as work:
            done = _finished(work, actor, action, key)
            if done is not None:
                return done
            record_id = act(work)
            work.session.add(
                FinishedWrite(
                    idempotency_key=key,
                    action=action,
                    account_id=actor.account_id,
                    record_id=record_id,
                    finished_at=now(),
                )
            )
        return record_id
    except IntegrityError as fault:
        # A double click on two connections: the first one has it, and that is the answer.
        with database.transaction() as work:
            done = _finished(work, actor, action, key)
        if done is not None:
            return done
        raise Conflict(collision) from fault


def _check_key(key: str) -> None:
    try:
        UUID(key)
    except ValueError:
        raise InvalidValue("Formuläret saknar sin nyckel: läs in sidan igen.") from None


def _finished(work: Transaction, actor: Actor, action: str, key: str) -> int | None:
    earlier = work.session.get(FinishedWrite, key)
    if earlier is None:
        return None
    if earlier.action != action or earlier.account_id != actor.account_id:
        raise Conflict("Formuläret är redan använt till något annat: läs in sidan igen.")
    return earlier.record_id


def check_version(stored: int, read: int, *, theirs: object, mine: object) -> None:
    """Raise `Conflict`, telling both values, when somebody has saved since the form was read."""
    if stored != read:
        raise Conflict(
            "Någon annan har ändrat uppgiften sedan du öppnade den. "
            f"Nu står det {as_text(theirs) or 'inget'}, du skrev {as_text(mine) or 'inget'}. "
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

    Grows the row's version by one when anything changed. ``why`` is a code of the list
    `correction_reason`.
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
                changed_at=now(),
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
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
