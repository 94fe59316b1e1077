"""What was refused before anybody was known: written down, and never more than can be read.

Every refusal is a line on stderr; the first of its kind from an address in a minute goes into
the access log as well, so that whoever knocks a thousand times does not fill the log that
others have to review. Neither says a token, a password or what was typed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from tracking.access.log import Entry, record_for
from tracking.domain import clock
from tracking.domain.errors import NotPermitted
from tracking.domain.server_events import ServerEvent
from tracking.store.database import Database
from tracking.store.server_log import tell
from tracking.store.unavailable import StorageUnavailable

QUIET = timedelta(minutes=1)
MOST_REMEMBERED = 10_000

_lock = threading.Lock()
_latest: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()


def note(
    database: Database, what: str, *, address: str, page: str, account_id: int | None = None
) -> None:
    """Write down that ``what`` was refused on ``page``. The caller answers the request.

    A storage that cannot take the row does not let anybody in: the refusal stands, and that its
    row is missing is told beside it.
    """
    tell(ServerEvent.REFUSED, refused=what, page=page, address=address, account=account_id)
    if _is_first(str(database.engine.url), what, address):
        try:
            with database.transaction() as work:
                record_for(work, account_id, Entry("refused", page=page, detail=what))
        except StorageUnavailable:
            tell(ServerEvent.REFUSAL_NOT_LOGGED, refused=what, page=page)


def note_not_permitted(database: Database, account_id: int | None, *, page: str) -> None:
    """Write down that an account was refused what its assignments do not allow, on a page or
    in a write; who it is, is known here, so it is counted by account.
    """
    note(
        database,
        f"not_permitted {page}",
        address=f"account {account_id}",
        page=page,
        account_id=account_id,
    )


def note_refusal(
    database: Database, account_id: int | None, error: NotPermitted, *, page: str
) -> None:
    """Write ``error`` down as `note_not_permitted` does, once wherever on its way it is met."""
    if not error.noted:
        error.noted = True
        note_not_permitted(database, account_id, page=page)


@contextmanager
def noting(database: Database, account_id: int | None, *, page: str) -> Iterator[None]:
    """Write down, outside any transaction, what an account is refused in the block."""
    try:
        yield
    except NotPermitted as error:
        note_refusal(database, account_id, error, page=page)
        raise


def _is_first(place: str, what: str, address: str) -> bool:
    now = clock.now()
    with _lock:
        before = _latest.pop((place, what, address), None)
        first = before is None or not timedelta(0) <= now - before < QUIET
        _latest[(place, what, address)] = now if before is None or first else before
        while len(_latest) > MOST_REMEMBERED:
            _latest.popitem(last=False)
    return first
