"""A storage that does not do its part: what is wrong, said to staff and to those who run it.

`said_plainly` turns what a database driver raises into one Swedish sentence and one line of the
server's log. Broken rules of the data (constraints) are none of this and pass through.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tracking.domain.errors import StegvisError
from tracking.domain.server_events import ServerEvent
from tracking.store.server_log import forget, tell, tell_seldom

KEPT = "Det du har skrivit är kvar"
AGAIN = f"{KEPT}; försök igen om en stund."
TELL_SOMEBODY = f"{KEPT}; säg till den som sköter systemet."


class StorageUnavailable(StegvisError):
    """The database cannot be reached or written just now; nothing was stored."""


class StorageUncertain(StorageUnavailable):
    """The answer to a commit was lost. The same form sent again stores it once, not twice."""

    def __init__(self) -> None:
        super().__init__(
            "Förbindelsen med databasen bröts mitt i sparandet, så det är osäkert om det blev "
            f"sparat. {KEPT}: spara en gång till, det blir inte dubbelt."
        )


class UpgradedMeanwhile(StorageUnavailable):
    """Another version of the program has changed the schema under this running one."""

    def __init__(self) -> None:
        super().__init__(
            "Stegvis håller på att uppgraderas på servern, så inget sparades. "
            f"{KEPT}; försök igen om en stund."
        )


_SENTENCES = {
    ServerEvent.STORAGE_UNREACHABLE: f"Databasen kan inte nås just nu, så inget sparades. {AGAIN}",
    ServerEvent.STORAGE_BUSY: (
        f"Databasen är upptagen av något annat just nu, så inget sparades. {AGAIN}"
    ),
    ServerEvent.STORAGE_FULL: (
        f"Disken som databasen ligger på är full, så inget sparades. {TELL_SOMEBODY}"
    ),
    ServerEvent.STORAGE_READ_ONLY: (
        f"Databasen går bara att läsa just nu, så inget sparades. {TELL_SOMEBODY}"
    ),
    ServerEvent.STORAGE_FAILED: (
        f"Disken som databasen ligger på svarar med fel, så inget sparades. {TELL_SOMEBODY}"
    ),
    ServerEvent.STORAGE_DAMAGED: (
        f"Databasen är skadad eller är ingen databas, så inget sparades. {TELL_SOMEBODY}"
    ),
    ServerEvent.STORAGE_REPLACED: (
        f"Databasens fil finns inte där den ska, så inget sparades. {TELL_SOMEBODY}"
    ),
}

_SQLITE = {
    "SQLITE_FULL": ServerEvent.STORAGE_FULL,
    "SQLITE_READONLY": ServerEvent.STORAGE_READ_ONLY,
    "SQLITE_BUSY": ServerEvent.STORAGE_BUSY,
    "SQLITE_LOCKED": ServerEvent.STORAGE_BUSY,
    "SQLITE_CANTOPEN": ServerEvent.STORAGE_UNREACHABLE,
    "SQLITE_IOERR": ServerEvent.STORAGE_FAILED,
    "SQLITE_CORRUPT": ServerEvent.STORAGE_DAMAGED,
    "SQLITE_NOTADB": ServerEvent.STORAGE_DAMAGED,
}
"""By the beginning of SQLite's own name of the error; what follows only says where it met it."""

_POSTGRES = {
    "53100": ServerEvent.STORAGE_FULL,
    "25006": ServerEvent.STORAGE_READ_ONLY,
    "55P03": ServerEvent.STORAGE_BUSY,  # the lock was not to be had in time
    "40P01": ServerEvent.STORAGE_BUSY,  # a deadlock, of which this was the one to give way
    "40001": ServerEvent.STORAGE_BUSY,
    "53300": ServerEvent.STORAGE_BUSY,  # too many connections
    "58030": ServerEvent.STORAGE_FAILED,
    "XX001": ServerEvent.STORAGE_DAMAGED,
    "XX002": ServerEvent.STORAGE_DAMAGED,
    "57P01": ServerEvent.STORAGE_UNREACHABLE,  # shut down, crashed, starting up
    "57P02": ServerEvent.STORAGE_UNREACHABLE,
    "57P03": ServerEvent.STORAGE_UNREACHABLE,
}

STORAGE_EVENTS = tuple(_SENTENCES)


def unavailable(event: ServerEvent) -> StorageUnavailable:
    """Tell the log of a storage's fault, and the fault as a sentence to raise."""
    tell_seldom(event)
    return StorageUnavailable(_SENTENCES[event])


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a database that does not do its part into a sentence for the page.

    The first time it does again after a fault, the log is told.
    """
    try:
        yield
    except IntegrityError:
        raise
    except PoolTimeout as fault:
        raise unavailable(ServerEvent.STORAGE_BUSY) from fault
    except DBAPIError as fault:
        event = what_it_is(fault)
        if event is None:
            raise
        raise unavailable(event) from fault
    if forget(*STORAGE_EVENTS):
        tell(ServerEvent.STORAGE_BACK)


def what_it_is(fault: DBAPIError) -> ServerEvent | None:
    """Which of the storage's faults a driver's error is; None for a fault of ours."""
    name = getattr(fault.orig, "sqlite_errorname", None)
    if isinstance(name, str):
        return next((event for start, event in _SQLITE.items() if name.startswith(start)), None)
    state = getattr(fault.orig, "sqlstate", None)
    if isinstance(state, str) and state in _POSTGRES:
        return _POSTGRES[state]
    lost = state is None and type(fault).__name__ == "OperationalError"
    if lost or fault.connection_invalidated or str(state).startswith("08"):
        return ServerEvent.STORAGE_UNREACHABLE
    return None
