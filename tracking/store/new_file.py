"""Writing a small file that was not there: whole or not at all, and for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(file: Path, content: bytes) -> None:
    """Write a new file that only whoever runs the program may read.

    Raises `FileExistsError` where there is one already, and `OSError` as the file system does; of
    a file that there was no room for nothing is left, since a half key looks like a key.
    """
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        file.unlink(missing_ok=True)
        raise
