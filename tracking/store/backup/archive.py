"""What lies in a backup: the copied database, what it was like, and the key if it was asked for.

A gzipped tar of three names at most; whatever else a file may hold is never unpacked.
"""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from tracking.store.backup.faults import NotABackup
from tracking.store.backup.fingerprint import Fingerprint

MANIFEST = "manifest.json"
DATABASE = "database"
KEY = "secret.key"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: which kind and version, when, and what every table held."""

    kind: str
    revision: str
    schema: str | None
    made_at: str
    program: str
    tables: Fingerprint
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        """The manifest as it lies in the archive."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, file: Path) -> Manifest:
        """Raises `NotABackup` when the file is of a later format, or none."""
        try:
            found: dict[str, Any] = json.loads(file.read_bytes())
            newer = int(found["format"]) > FORMAT
            tables = {
                name: (int(rows), str(sum_)) for name, (rows, sum_) in found["tables"].items()
            }
            made = cls(**{**found, "tables": tables}) if not newer else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise NotABackup("Filen är ingen säkerhetskopia från Stegvis.") from fault
        if made is None:
            raise NotABackup(
                "Säkerhetskopian är gjord av en senare version av Stegvis; installera den."
            )
        return made


def packer(database: Path, manifest: Manifest, key: str | None) -> Callable[[BinaryIO], None]:
    """What writes the archive to a stream."""

    def pack(out: BinaryIO) -> None:
        with (
            gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as zipped,
            tarfile.open(fileobj=zipped, mode="w|") as inner,
        ):
            texts = [(MANIFEST, manifest.as_bytes())]
            texts += [(KEY, key.encode())] if key is not None else []
            for name, content in texts:
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                inner.addfile(entry, BytesIO(content))
            inner.add(database, arcname=DATABASE)

    return pack


def unpacker(folder: Path) -> Callable[[BinaryIO], None]:
    """What lays the archive's files in ``folder``, which is there already."""

    def unpack(plain: BinaryIO) -> None:
        with tarfile.open(fileobj=plain, mode="r|gz") as inner:
            for entry in inner:
                if entry.name in (MANIFEST, DATABASE, KEY) and entry.isreg():
                    entry.mode = 0o600
                    inner.extract(entry, folder, filter="data")

    return unpack
