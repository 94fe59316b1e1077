"""That a backup was made, and that it was proved: what the administrator's page tells of.

The fact is kept in the database itself, since several app processes on several machines show it
and none of them has to reach the folder of the backups. No word about a person.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from tracking.store.tables.base import STRICT, Base, datetime, flag, instant, key, string


class BackupRun(Base, table=True):
    """One run of ``stegvis backup``, proved by restoring it, or failed with a ``fault``.

    ``size_kb`` is the finished file's; ``log_faults`` and ``summary_faults`` are faults of the
    database that the copy faithfully shares.
    """

    __tablename__ = "backup_run"
    __table_args__ = (
        CheckConstraint("finished_at >= started_at", name="in_order"),
        CheckConstraint(
            "(fault IS NULL) = (file_name IS NOT NULL) AND (fault IS NULL) = (sha256 IS NOT NULL)",
            name="proved_or_failed",
        ),
        CheckConstraint("length(sha256) = 64", name="sha256_is_digest"),
        CheckConstraint(
            "size_kb >= 0 AND tables_n >= 0 AND rows_n >= 0"
            " AND log_faults >= 0 AND summary_faults >= 0",
            name="counted",
        ),
        STRICT,
    )

    id: int | None = key()
    started_at: datetime = instant()
    finished_at: datetime = instant(index=True)
    file_name: str | None = string(default=None)
    sha256: str | None = string(default=None)
    revision: str = string()
    size_kb: int = 0
    tables_n: int = 0
    rows_n: int = 0
    log_faults: int = 0
    summary_faults: int = 0
    with_key: bool = flag(default=False)
    fault: str | None = string(default=None)
