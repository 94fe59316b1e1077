"""The page Drift in its parts: how old the newest proved backup is, and what each run came to."""

from __future__ import annotations

from html import escape

from tracking.domain import clock
from tracking.domain.backups import BackupRunFacts, BackupState
from tracking.domain.swedish import decimal, whole
from tracking.domain.wording import counted
from tracking.outcomes.operations import Operations
from tracking.ui import frame, shown, tables

_KINDS = {"sqlite": "SQLite, en fil på servern", "postgresql": "PostgreSQL"}


def answer(seen: Operations) -> str:
    """The page's first sentence: how old the newest proved backup is."""
    if seen.newest is None:
        return "Det finns ingen säkerhetskopia."
    age = ago(seen.newest)
    if seen.state is BackupState.LATE:
        return f"Den senaste säkerhetskopian togs för {age} sedan. Det ska gå högst 24 timmar."
    return f"Den senaste säkerhetskopian togs för {age} sedan och är prövad."


def ago(run: BackupRunFacts) -> str:
    """The age of what the run copied, in minutes, hours or days."""
    minutes = max(0, int((clock.now() - run.started_at).total_seconds()) // 60)
    if minutes < 60:
        return counted(minutes, "minut", "minuter")
    if minutes < 48 * 60:
        return counted(minutes // 60, "timme", "timmar")
    return counted(minutes // (24 * 60), "dag", "dagar")


def warning(seen: Operations) -> str | None:
    """What has to be done about the backups, or None; a demo has nothing to lose."""
    if seen.is_demo or seen.state is BackupState.FRESH:
        failed = _failed_since(seen)
        return f"Varning: det senaste försöket misslyckades. {failed}" if failed else None
    failed = _failed_since(seen)
    if seen.newest is None:
        first = "Varning: det finns ingen säkerhetskopia. Går servern sönder är allt borta."
    else:
        first = (
            f"Varning: den senaste säkerhetskopian togs för {ago(seen.newest)} sedan. Går servern "
            "sönder är det som skrivits sedan dess borta."
        )
    return f"{first} Det senaste försöket misslyckades: {failed}" if failed else first


def _failed_since(seen: Operations) -> str | None:
    newest = seen.runs[0] if seen.runs else None
    return None if newest is None else newest.fault


def warn(seen: Operations) -> None:
    """Say the warning, if there is one."""
    said = warning(seen)
    if said is not None:
        shown.html(
            "<style>.stegvis-late { border-left: 4px solid var(--sv-unsure);"
            " padding: .1rem 0 .1rem .8rem; max-width: 70ch; }</style>"
            f'<p class="stegvis-late" role="alert">{escape(said)}</p>'
        )


def facts(seen: Operations) -> None:
    """The database, and the newest backup's file."""
    pairs = [("Databas", _KINDS[seen.dialect]), ("Schema", seen.revision)]
    if seen.newest is not None:
        pairs += [
            ("Senaste kopian", seen.newest.file_name or ""),
            ("Tagen", _at(seen.newest)),
            ("Rader", whole(seen.newest.rows_n)),
            ("Nyckeln för tvåfaktor", "finns i kopian" if seen.newest.with_key else "inte med"),
        ]
    frame.facts(pairs)


def runs(seen: Operations) -> None:
    """What each run came to, the newest first."""
    frame.heading("Körningar")
    if not seen.runs:
        frame.small("Ingen säkerhetskopia har tagits än.")
        return
    tables.show_list(
        "Säkerhetskopior, den senaste först",
        ("Tagen", "Tid", "Storlek", "Utfall"),
        [(_at(run), _took(run), _size(run), outcome(run)) for run in seen.runs],
        numbers=frozenset({1, 2}),
        show_caption=False,
    )


def outcome(run: BackupRunFacts) -> str:
    """What a run came to, in words."""
    if run.fault is not None:
        return f"Misslyckades. {run.fault}"
    wrong = [
        words
        for count, words in (
            (run.log_faults, f"{run.log_faults} fel i åtkomstloggens kedja"),
            (run.summary_faults, f"{run.summary_faults} fel i sammanfattningen"),
        )
        if count
    ]
    if wrong:
        return f"Prövad, men databasen själv har {' och '.join(wrong)}: kör stegvis verify"
    return "Prövad: läst tillbaka och jämförd"


def _at(run: BackupRunFacts) -> str:
    return f"{run.started_at.astimezone(clock.SWEDEN):%Y-%m-%d %H:%M}"


def _took(run: BackupRunFacts) -> str:
    return f"{decimal((run.finished_at - run.started_at).total_seconds(), 0)} s"


def _size(run: BackupRunFacts) -> str:
    return "–" if run.fault is not None else f"{decimal(run.size_kb / 1000, 1)} MB"
