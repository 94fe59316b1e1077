"""Sealing what has to be read again, with a key that does not lie in the database.

Whoever gets hold of a copy of the database alone cannot read what is sealed. The key is
STEGVIS_SECRET_KEY, or else a file beside an embedded database that only its owner reads. What
is sealed (today the secrets of second factors) is the business of whoever calls.
"""

from __future__ import annotations

import base64
import errno
import os
import secrets
from binascii import Error as NotBase64
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracking.domain.errors import StegvisError
from tracking.domain.server_events import ServerEvent
from tracking.store.database import Database
from tracking.store.server_log import tell_seldom

KEY_VARIABLE = "STEGVIS_SECRET_KEY"
SHORTEST_KEY = 32
SEALED = "sealed:"
"""How a sealed value begins; the database refuses a second factor whose secret does not."""

_NONCE = 12


class NoKey(StegvisError):
    """There is no key to seal with, or it is too short."""


class KeyNotKept(NoKey):
    """The file that the key lies in cannot be written or read just now."""


class SealBroken(StegvisError):
    """What was sealed cannot be read: another key, another place, or it was changed."""


def seal(database: Database, text: str, *, place: str) -> str:
    """``text`` sealed for ``place``: moved to another place it cannot be read.

    Raises `NoKey`.
    """
    nonce = secrets.token_bytes(_NONCE)
    hidden = AESGCM(_key(database)).encrypt(nonce, text.encode(), place.encode())
    return SEALED + base64.urlsafe_b64encode(nonce + hidden).decode()


def is_sealed(text: str) -> bool:
    """Whether the text is sealed already."""
    return text.startswith(SEALED)


def unseal(database: Database, sealed: str, *, place: str) -> str:
    """What was sealed for ``place``. Raises `SealBroken` or `NoKey`."""
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(SEALED))
        plain = AESGCM(_key(database)).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
    except (InvalidTag, NotBase64, ValueError) as fault:
        raise SealBroken(
            "Tvåfaktorn kan inte läsas, för nyckeln utanför databasen är en annan än förut. Den "
            "som sköter Stegvis lägger tillbaka nyckeln, eller tar bort tvåfaktorn så att den "
            "ställs in på nytt."
        ) from fault
    return plain.decode()


def key_file(database: Database) -> Path | None:
    """The file beside an embedded database that the key lies in when no variable is set."""
    url = database.engine.url
    if database.dialect != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).with_suffix(".key")


def key_text(database: Database) -> str:
    """The key as it is kept, to be copied with the database. Raises `NoKey`, `KeyNotKept`."""
    text = os.environ.get(KEY_VARIABLE, "").strip() or _kept(key_file(database))
    if len(text) < SHORTEST_KEY:
        raise NoKey(
            f"Nyckeln för tvåfaktor saknas eller är för kort: sätt {KEY_VARIABLE} till minst "
            f"{SHORTEST_KEY} slumpade tecken på servern och starta om."
        )
    return text


def _key(database: Database) -> bytes:
    """The 256 bits to seal with, derived from whatever text the key is."""
    text = key_text(database)
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"stegvis sealing 1").derive(text.encode())


def _kept(file: Path | None) -> str:
    """The key in the file, made at the first need; empty when there is no such place.

    Raises `KeyNotKept`.
    """
    if file is None:
        return ""
    try:
        if not file.exists():
            _make(file)
        return file.read_text(encoding="ascii").strip()
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            tell_seldom(ServerEvent.STORAGE_FULL)
            raise KeyNotKept(
                "Disken är full, så nyckeln för tvåfaktor fick inte plats bredvid databasen och "
                "inget sparades. Säg till den som sköter Stegvis, och försök igen när det finns "
                "plats."
            ) from fault
        tell_seldom(ServerEvent.STORAGE_READ_ONLY)
        raise KeyNotKept(
            "Nyckeln för tvåfaktor bredvid databasen går inte att läsa eller skriva, så inget "
            "sparades. Säg till den som sköter Stegvis."
        ) from fault


def _make(file: Path) -> None:
    """Write a new key that only its owner reads; the first of two processes wins.

    What cannot be written whole is taken away. Raises `OSError`.
    """
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48) + "\n")
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(fresh, file)  # unlike a rename, it never replaces another's key
    finally:
        fresh.unlink(missing_ok=True)
