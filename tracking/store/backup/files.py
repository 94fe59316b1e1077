"""The folder of backups: names that sort by time, no half file under a final name, rotation."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

from sqlalchemy.engine import URL

from tracking.store.backup.faults import CannotBackUp, told_of_files
from tracking.store.backup.sqlite import sync_folder

_WORK = ".stegvis-kopia-"
_LEFT_OVER_SECONDS = 24 * 3600
_STAMP = "%Y%m%dT%H%M%SZ"
SUFFIX = ".tar"


def name_of(url: URL, schema: str | None) -> str:
    """What a database's backups are called: its own name, and the schema's where there are many."""
    own = Path(url.database or "stegvis").stem
    whole = own if schema in (None, "public") else f"{own}-{schema}"
    return re.sub(r"[^A-Za-z0-9_-]+", "-", whole).strip("-") or "stegvis"


def file_name(name: str, at: datetime) -> str:
    """``stegvis-<name>-<UTC>.tar``."""
    return f"stegvis-{name}-{at.astimezone(UTC).strftime(_STAMP)}{SUFFIX}"


def finished(folder: Path, name: str) -> list[Path]:
    """The finished backups of one database in a folder, oldest first."""
    pattern = re.compile(rf"stegvis-{re.escape(name)}-\d{{8}}T\d{{6}}Z{re.escape(SUFFIX)}")
    return sorted(file for file in folder.iterdir() if pattern.fullmatch(file.name))


def remove_all_but(folder: Path, name: str, keep: int) -> tuple[Path, ...]:
    """Remove the oldest finished backups of the database until ``keep`` are left."""
    gone = tuple(finished(folder, name)[:-keep])
    with told_of_files(folder, CannotBackUp):
        for file in gone:
            file.unlink()
    return gone


@contextmanager
def work_folder(beside: Path) -> Iterator[Path]:
    """A folder that only its owner reads, gone afterwards; what a killed run left is removed."""
    with told_of_files(beside, CannotBackUp):
        for left_over in beside.glob(f"{_WORK}*"):
            if _is_left_over(left_over):
                shutil.rmtree(left_over, ignore_errors=True)
        folder = beside / f"{_WORK}{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_left_over(folder: Path) -> bool:
    """Whether who made it has ended; what lies in it is not encrypted."""
    process = folder.name.removeprefix(_WORK).split("-")[0]
    if os.name != "nt" and process.isdigit():
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False  # somebody else's process
    return time.time() - folder.stat().st_mtime > _LEFT_OVER_SECONDS


@contextmanager
def unfinished(folder: Path, final: str) -> Iterator[Path]:
    """A file to write beside the final name; removed unless `finish` has given it its name."""
    part = folder / f".{final}.{secrets.token_hex(4)}.part"
    with told_of_files(folder, CannotBackUp):
        for left_over in folder.glob(".stegvis-*.part"):
            if time.time() - left_over.stat().st_mtime > _LEFT_OVER_SECONDS:
                left_over.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def finish(part: Path, final: Path) -> None:
    """Give the whole file its final name; never in another file's place."""
    with told_of_files(final.parent, CannotBackUp):
        with part.open("rb") as opened:
            os.fsync(opened.fileno())
        if final.exists():
            raise CannotBackUp(f"Det finns redan en fil som heter {final}.")
        os.replace(part, final)
        sync_folder(final.parent)


def sha256_of(file: Path) -> str:
    """The checksum that ``sha256sum`` prints."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
