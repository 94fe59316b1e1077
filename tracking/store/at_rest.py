"""An embedded database that is encrypted on its disk (SQLCipher), when a key is set.

STEGVIS_SQLITE_KEY, or the file that STEGVIS_SQLITE_KEY_FILE names, holds at least 32 characters
of chance. The whole file is encrypted with what is derived from it, the write-ahead log too;
without the key it is noise. Needs the package ``sqlcipher3`` (the extra ``encrypted``).
"""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracking.domain.errors import StegvisError

KEY_VARIABLE = "STEGVIS_SQLITE_KEY"
FILE_VARIABLE = "STEGVIS_SQLITE_KEY_FILE"
SHORTEST_KEY = 32
_PLAIN = b"SQLite format 3\x00"


class CannotUnlock(StegvisError):
    """The encrypted database cannot be opened: no key, another key, or no program for it."""


def key() -> str | None:
    """The key as SQLCipher takes it, or None when none is set. Raises `CannotUnlock`."""
    text = os.environ.get(KEY_VARIABLE, "").strip() or _in_file()
    if not text:
        return None
    if len(text) < SHORTEST_KEY:
        raise CannotUnlock(f"{KEY_VARIABLE} ska ha minst {SHORTEST_KEY} slumpade tecken.")
    # A key of its own from the text: SQLCipher then need not stretch it at every connection.
    raw = HKDF(hashes.SHA256(), 32, salt=None, info=b"stegvis sqlite 1").derive(text.encode())
    return f"x'{raw.hex()}'"


def _in_file() -> str:
    name = os.environ.get(FILE_VARIABLE)
    if not name:
        return ""
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotUnlock(f"Nyckelfilen {name} i {FILE_VARIABLE} går inte att läsa.") from fault


def driver() -> ModuleType:
    """The driver that reads encrypted files. Raises `CannotUnlock` when it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError as fault:
        raise CannotUnlock(
            "Krypterad SQLite behöver paketet sqlcipher3, som inte är installerat: installera "
            "stegvis[encrypted]."
        ) from fault
    found: ModuleType = dbapi2
    return found


def is_plain(file: Path) -> bool:
    """Whether the file is a database that anybody can read."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(_PLAIN)) == _PLAIN


def unlock(connection: Any, secret: str, file: str | None) -> None:
    """Give a new connection the key, before anything else. Raises `CannotUnlock`."""
    if file and is_plain(Path(file)):
        raise CannotUnlock(
            f"Databasen är inte krypterad, fast {KEY_VARIABLE} är satt. Kryptera den så: stegvis "
            "backup utan nyckeln, och stegvis restore --overwrite med den."
        )
    connection.execute(f'PRAGMA key = "{secret}"')
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver().DatabaseError as fault:
        if "not a database" not in str(fault):
            raise
        raise CannotUnlock(
            f"Databasen kan inte läsas med nyckeln i {KEY_VARIABLE}. Ange den nyckel som den "
            "krypterades med."
        ) from fault


def encrypted_copy(plain: Path, encrypted: Path, secret: str) -> None:
    """Write an encrypted copy of a database that nobody has open to a new file."""
    connection = driver().connect(str(plain), isolation_level=None)
    try:
        connection.execute(f'ATTACH ? AS locked KEY "{secret}"', (str(encrypted),))
        connection.execute("SELECT sqlcipher_export('locked')").fetchone()
        connection.execute("DETACH locked")
    finally:
        connection.close()
