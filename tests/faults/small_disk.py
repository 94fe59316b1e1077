"""A disk of a few megabytes that fills up, for one process and nobody else.

Where a process may have a view of its own of the file systems (root does, and most others by a
namespace of their own) it is a file system in memory, and the kernel's answer is that no space is
left. Where it may not, as in some containers, no file may grow beyond a limit, which the kernel
refuses in the same system call with another number. A test that fills a disk asks `FULL` for what
is then said, and is skipped nowhere.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.faults.elsewhere import PROCESSES

SIZE = 6 << 20
FILLER = "filler"
DISK, LIMIT = "disk", "limit"
FULL = {DISK: "är full", LIMIT: "svarar med fel"}
"""How the storage's sentence begins to tell it, by what the small disk is."""

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000
_PRIVATE, _ALL_BELOW = 1 << 18, 1 << 14


def on_a_small_disk(
    act: Callable[..., dict[str, Any]], *given: Any, size: int = SIZE
) -> dict[str, Any]:
    """What ``act(disk, *given)`` tells, called in a process of its own; `Disk` is its small disk
    of ``size`` bytes.

    Raises AssertionError with what went wrong in that process.
    """
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_live, args=(act, given, size, theirs))
    process.start()
    theirs.close()
    told = ours.recv()
    process.join(20)
    assert isinstance(told, dict), told
    return told


class Disk:
    """A small disk under ``folder``. ``kind`` is `DISK` or `LIMIT`."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind

    def fill_up(self) -> None:
        """Leave no room at all."""
        if self.kind == LIMIT:
            _limit(0)
            return
        with open(self.folder / FILLER, "wb", buffering=0) as filler:
            while True:
                try:
                    filler.write(b"x" * 4096)
                except OSError:
                    return

    def make_room(self) -> None:
        """As when somebody has cleared a full disk."""
        if self.kind == LIMIT:
            _limit(-1)
        else:
            (self.folder / FILLER).unlink()


@contextmanager
def log_on(disk: Disk) -> Iterator[Path]:
    """The server's log goes to a file on the disk, as a service's does."""
    import sys

    file = disk.folder / "server.log"
    before = sys.stderr
    with open(file, "a", encoding="utf-8") as sys.stderr:
        try:
            yield file
        finally:
            sys.stderr = before


def _live(
    act: Callable[..., dict[str, Any]], given: tuple[Any, ...], size: int, told: Connection
) -> None:
    import tempfile
    import traceback

    folder = Path(tempfile.mkdtemp(prefix="stegvis-small-"))
    try:
        told.send(act(Disk(folder, _make(folder, size)), *given))
    except BaseException:
        told.send(traceback.format_exc())
    finally:
        _remove(folder)


def mount(folder: Path, size: int) -> bool:
    """A file system in memory of ``size`` bytes under the folder, if this process may."""
    libc = ctypes.CDLL(None, use_errno=True)
    data = f"size={size},mode=0755".encode()
    return libc.mount(b"none", str(folder).encode(), b"tmpfs", 0, data) == 0


def _make(folder: Path, size: int) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_NEW_MOUNTS) != 0:
        if libc.unshare(_NEW_MOUNTS | _NEW_USERS) != 0:
            return LIMIT
        try:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        except OSError:
            return LIMIT
    if libc.mount(None, b"/", None, _PRIVATE | _ALL_BELOW, None) != 0:
        return LIMIT
    return DISK if mount(folder, size) else LIMIT


def _limit(most: int) -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if most < 0 else most, hard))


def _remove(folder: Path) -> None:
    import shutil

    ctypes.CDLL(None).umount2(str(folder).encode(), 2)
    shutil.rmtree(folder, ignore_errors=True)
