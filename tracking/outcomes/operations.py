"""What the systemadministratör sees of the running: the database's kind and schema, and backups.

Nothing of any participant is read here. Backups are made by `tracking.services.backups`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import Action, check
from tracking.domain import clock
from tracking.domain.backups import BackupRunFacts, BackupState, newest_proved, state_of
from tracking.store.database import Database
from tracking.store.migrate import newest_revision
from tracking.store.tables import BackupRun, Forbund

RUNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Operations:
    """How it stands. ``runs`` the newest first; ``newest`` may be older than all of them."""

    dialect: str
    revision: str
    is_demo: bool
    state: BackupState
    newest: BackupRunFacts | None
    runs: tuple[BackupRunFacts, ...]


def how_it_runs(database: Database, actor: Actor) -> Operations:
    """The database and its backups.

    Raises `NotPermitted` for anybody but a systemadministratör.
    """
    check(actor, Action.SEE_OPERATIONS)
    by_time = col(BackupRun.started_at).desc(), col(BackupRun.id).desc()
    with database.reading() as session:
        runs = session.exec(select(BackupRun).order_by(*by_time).limit(RUNS_SHOWN)).all()
        proved = session.exec(
            select(BackupRun).where(col(BackupRun.fault).is_(None)).order_by(*by_time).limit(1)
        ).all()
        forbund = session.exec(select(Forbund)).first()
    newest = newest_proved([_facts(run) for run in proved])
    return Operations(
        dialect=database.dialect,
        revision=newest_revision(),
        is_demo=forbund is not None and forbund.is_demo,
        state=state_of(newest, clock.now()),
        newest=newest,
        runs=tuple(_facts(run) for run in runs),
    )


def _facts(run: BackupRun) -> BackupRunFacts:
    return BackupRunFacts(
        started_at=run.started_at,
        finished_at=run.finished_at,
        file_name=run.file_name,
        size_kb=run.size_kb,
        rows_n=run.rows_n,
        log_faults=run.log_faults,
        summary_faults=run.summary_faults,
        with_key=run.with_key,
        fault=run.fault,
    )
