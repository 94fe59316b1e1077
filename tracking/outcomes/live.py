"""What the live tables of an insats are drawn from, kept in memory from one write to the next.

A reading is kept by insats, period, columns and day, and ends with the data version that it was
read at. After a write of this process only the spells that the write touched are read again
(`tracking.store.touches`); after anybody else's, or one that touched many, all of them. So it is
never another one than a fresh reading. Only sessions that read get it: what a transaction sees
may yet be undone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import column, text
from sqlmodel import Session as DbSession

from tracking.domain.periods import Period
from tracking.outcomes.breakdown_tables import Basis
from tracking.outcomes.cohorts import read_cohort, renewed
from tracking.outcomes.lists import read_setting
from tracking.outcomes.parts import read_anonymous, read_threshold_k
from tracking.store.database import OPENED_BY, Database, only_reads
from tracking.store.often import Often
from tracking.store.thresholds import thresholds_on

MOST_ROWS = 40_000
"""So many spells are kept for one database, a spell once for each reading that holds it."""

MOST_RENEWED = 40
"""More spells than so are not asked for one by one: all are read."""

Asked = tuple[int, Period, frozenset[str], date]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A reading and the state that it was read at."""

    version: int
    codes: tuple[int, int]
    basis: Basis


_kept: WeakKeyDictionary[Database, OrderedDict[Asked, _Kept]] = WeakKeyDictionary()
_one_at_a_time = threading.Lock()

# A new value of a list touches no insats, and yet stands in tables as a row of zeros.
_STATE = Often(
    text(
        "SELECT coalesce((SELECT version FROM data_version WHERE insats_id = :insats_id), 0),"
        " (SELECT count(*) FROM code), (SELECT coalesce(max(id), 0) FROM code)"
    ).columns(column("version"), column("codes"), column("newest_code"))
)


def read_live(
    session: DbSession, insats_id: int, period: Period, *, today: date, columns: Collection[str]
) -> Basis:
    """Read, or renew, what the tables of one insats and period are drawn from, of everybody."""
    if not only_reads(session):
        return _fresh(session, insats_id, period, today, columns)
    ((version, *codes),) = _STATE.rows(session.connection(), {"insats_id": insats_id})
    asked = (insats_id, period, frozenset(columns), today)
    database: Database = session.info[OPENED_BY]
    with _one_at_a_time:
        kept = _kept.setdefault(database, OrderedDict()).get(asked)
    state = (version, (codes[0], codes[1]))
    if kept is not None and (kept.version, kept.codes) == state:
        return kept.basis
    basis = None if kept is None else _renewed(session, database, kept, state, asked)
    if basis is None:
        basis = _fresh(session, insats_id, period, today, columns)
    _keep(database, asked, _Kept(*state, basis))
    return basis


def _fresh(
    session: DbSession, insats_id: int, period: Period, today: date, columns: Collection[str]
) -> Basis:
    return Basis(
        cohort=read_cohort(session, insats_id, period, today=today, columns=columns),
        anonymous=read_anonymous(session, insats_id, period.end.year),
        setting=read_setting(session, thresholds_on(session, today), insats_id),
        threshold_k=read_threshold_k(session),
    )


def _renewed(
    session: DbSession,
    database: Database,
    kept: _Kept,
    state: tuple[int, tuple[int, int]],
    asked: Asked,
) -> Basis | None:
    """The kept reading with what was touched since; None where that is not known, or much."""
    insats_id, _, columns, today = asked
    version, codes = state
    touched = database.touches.between(insats_id, kept.version, version)
    if touched is None or touched.spells is None or len(touched.spells) > MOST_RENEWED:
        return None
    basis = kept.basis
    cohort = renewed(session, basis.cohort, touched.spells, columns)
    if not touched.besides and codes == kept.codes:
        return replace(basis, cohort=cohort)
    return Basis(
        cohort=cohort,
        anonymous=read_anonymous(session, insats_id, cohort.period.end.year),
        setting=read_setting(session, thresholds_on(session, today), insats_id),
        threshold_k=read_threshold_k(session),
    )


def _keep(database: Database, asked: Asked, kept: _Kept) -> None:
    with _one_at_a_time:
        all_kept = _kept.setdefault(database, OrderedDict())
        before = all_kept.pop(asked, None)
        # Somebody whose reading began later may have been faster.
        all_kept[asked] = before if before and before.version > kept.version else kept
        rows = sum(len(one.basis.cohort.rows) for one in all_kept.values())
        while rows > MOST_ROWS and len(all_kept) > 1:
            _, gone = all_kept.popitem(last=False)
            rows -= len(gone.basis.cohort.rows)
