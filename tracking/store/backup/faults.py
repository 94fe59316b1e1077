"""What can go wrong with a backup, each as a sentence that an operator can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracking.domain.errors import StegvisError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class CannotBackUp(StegvisError):
    """No backup was made; nothing was left under a finished backup's name."""


class CannotRestore(StegvisError):
    """Nothing was restored; the database that was there is there still."""


class NotABackup(StegvisError):
    """The file is no backup of Stegvis's, or one cut short or changed."""


class WrongKey(StegvisError):
    """The passphrase or key is not the one that the backup was locked with."""


class NotWritten(StegvisError):
    """A file that was asked for could not be written; nothing of it was left."""


class NotTheSame(StegvisError):
    """What was read back is not what was copied."""


@contextmanager
def told_of_files(folder: Path, error: type[StegvisError]) -> Iterator[None]:
    """Turn what a file system refuses into a sentence about ``folder``."""
    try:
        yield
    except OSError as fault:
        raise error(_sentence(fault, folder)) from fault


def _sentence(fault: OSError, folder: Path) -> str:
    if fault.errno in _FULL:
        return f"Det finns inte plats nog i {folder}. Gör plats där och kör kommandot igen."
    if fault.errno in _CLOSED:
        return f"Det går inte att skriva i {folder}. Ge användaren som kör kommandot rätt till det."
    if fault.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"Mappen {folder} finns inte. Skapa den, eller ange en annan."
    return f"Filerna i {folder} går inte att läsa eller skriva: {fault.strerror or fault}."
