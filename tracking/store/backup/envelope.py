"""The encrypted file: a plain tar that the ``tar`` and ``age`` commands open without Stegvis.

With a public key it holds ``innehall.age`` alone, encrypted to that key and to a second one that
is made for the run, tries the finished file, and is forgotten. With a passphrase it holds
``nyckel.age`` as well: the key of ``innehall.age``, itself encrypted with the passphrase (what
``age -d -i`` calls a passphrase-protected identity), since age reads a passphrase's content
only whole in memory. age tells of every changed or missing byte.
"""

from __future__ import annotations

import os
import tarfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from tracking.store.backup.faults import CannotBackUp, NotABackup, WrongKey

KEY_ENTRY = "nyckel.age"
CONTENT_ENTRY = "innehall.age"
SHORTEST_PASSPHRASE = 16

_DAMAGED = (
    "Filen är avkortad eller skadad och kan inte läsas. Hämta den igen, eller ta en annan kopia."
)
_NONE = "Filen är ingen säkerhetskopia från Stegvis."

Identity = Any  # pyrage's X25519 identity, for which there are no types


@dataclass(frozen=True)
class Lock:
    """What locks a backup: a passphrase, or public keys (``age1…``); exactly one of them."""

    passphrase: str | None = None
    recipients: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise `CannotBackUp` unless this can lock anything."""
        if self.passphrase is None and not self.recipients:
            raise CannotBackUp(
                "En säkerhetskopia krypteras alltid: ange --passphrase-file eller --recipient."
            )
        if self.passphrase is not None and self.recipients:
            raise CannotBackUp("Ange antingen en lösenfras eller en publik nyckel, inte båda.")
        if self.passphrase is not None and len(self.passphrase) < SHORTEST_PASSPHRASE:
            raise CannotBackUp(f"Lösenfrasen måste ha minst {SHORTEST_PASSPHRASE} tecken.")
        self._recipients()

    def _recipients(self) -> list[Any]:
        try:
            return [pyrage.x25519.Recipient.from_str(text) for text in self.recipients]
        except pyrage.RecipientError as fault:
            raise CannotBackUp(
                "Den publika nyckeln går inte att tolka; den börjar med age1 och skrivs ut av "
                "stegvis backup --new-key."
            ) from fault

    def for_run(self, identity: Identity) -> list[Any]:
        """Whom the content is encrypted to: the run's own key, and the public ones."""
        return [identity.to_public(), *self._recipients()]


@dataclass(frozen=True)
class Opener:
    """What opens a backup: a passphrase, or private keys (``AGE-SECRET-KEY-1…``)."""

    passphrase: str | None = None
    identities: tuple[Identity, ...] = ()


def new_identity() -> tuple[str, str]:
    """A new private key and its public one, as text."""
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def identities_in(text: str) -> tuple[Identity, ...]:
    """The private keys in a key file's text; lines that begin with # are words.

    Raises `WrongKey` when a line is no key.
    """
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = tuple(
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        )
    except pyrage.IdentityError as fault:
        raise WrongKey(
            "Nyckelfilen går inte att tolka; nyckeln i den börjar med AGE-SECRET-KEY-1."
        ) from fault
    if not found:
        raise WrongKey("Nyckelfilen är tom.")
    return found


def write_sealed(file: BinaryIO, lock: Lock, pack: Callable[[BinaryIO], None]) -> Identity:
    """Write what ``pack`` writes to its argument, encrypted, and return the run's own key.

    ``file`` can be sought in. Raises `OSError` as the file system does.
    """
    identity = pyrage.x25519.Identity.generate()
    if lock.passphrase is not None:
        kept = pyrage.passphrase.encrypt(f"{identity}\n".encode(), lock.passphrase)
        file.write(_header(KEY_ENTRY, len(kept)) + kept + _padding(len(kept)))
    # The length is known when it has been written: its header is written twice.
    header_at = file.tell()
    file.write(_header(CONTENT_ENTRY, 0))
    began = file.tell()
    kept_out = _Kept(file)
    try:
        _through_pipe(
            pack, lambda plain: pyrage.encrypt_io(plain, kept_out, lock.for_run(identity))
        )
    except pyrage.EncryptError as fault:
        raise (kept_out.fault or fault) from fault
    length = file.tell() - began
    file.write(_padding(length) + bytes(2 * tarfile.BLOCKSIZE))
    file.seek(header_at)
    file.write(_header(CONTENT_ENTRY, length))
    return identity


def read_sealed(file: Path, opener: Opener, unpack: Callable[[BinaryIO], None]) -> None:
    """Hand the decrypted content of ``file`` to ``unpack``.

    Raises `NotABackup` when the file is something else, cut short or changed, and `WrongKey`.
    """
    try:
        with tarfile.open(file, "r:") as outer:
            entries = {entry.name: entry for entry in outer.getmembers()}
            if CONTENT_ENTRY not in entries:
                raise NotABackup(_NONE)
            key = None
            if KEY_ENTRY in entries:
                # A key is some hundred bytes: never read what somebody calls one into memory.
                held = outer.extractfile(entries[KEY_ENTRY])
                key = held.read(10_000) if held is not None else None
            identities = _identities(key, opener)
            content = outer.extractfile(entries[CONTENT_ENTRY])
            if content is None:
                raise NotABackup(_NONE)
            _decrypt(content, identities, unpack)
    except tarfile.ReadError as fault:
        raise NotABackup(_DAMAGED if _begins_as_one(file) else _NONE) from fault


def _begins_as_one(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(20).startswith((KEY_ENTRY.encode(), CONTENT_ENTRY.encode()))


def _identities(key: bytes | None, opener: Opener) -> tuple[Identity, ...]:
    if opener.identities:
        return opener.identities
    if opener.passphrase is None:
        needs = "en lösenfras" if key is not None else "en privat nyckel (--identity-file)"
        raise WrongKey(f"Säkerhetskopian är låst med {needs}; ange den.")
    if key is None:
        raise WrongKey(
            "Säkerhetskopian är låst med en publik nyckel, inte med en lösenfras: ange den privata "
            "nyckeln med --identity-file."
        )
    try:
        return identities_in(pyrage.passphrase.decrypt(key, opener.passphrase).decode())
    except pyrage.DecryptError as fault:
        raise WrongKey("Lösenfrasen är inte den som säkerhetskopian låstes med.") from fault


def _decrypt(
    content: Any, identities: tuple[Identity, ...], unpack: Callable[[BinaryIO], None]
) -> None:
    def write(plain: BinaryIO) -> None:
        pyrage.decrypt_io(content, plain, list(identities))

    try:
        _through_pipe(write, unpack)
    except pyrage.DecryptError as fault:
        if "No matching keys" in str(fault):
            raise WrongKey(
                "Den privata nyckeln hör inte till säkerhetskopian; ange den som hör till den "
                "publika nyckel som kopian låstes med."
            ) from fault
        raise NotABackup(_DAMAGED) from fault
    except (tarfile.ReadError, EOFError) as fault:
        raise NotABackup(_DAMAGED) from fault
    except OSError as fault:
        if fault.errno is None:  # age's own: a part of the content is not what was written
            raise NotABackup(_DAMAGED) from fault
        raise


class _Kept:
    """A file to write to that keeps what the file system refused: age hides the number of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.fault: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._put(data)
        except OSError as fault:
            self.fault = fault
            raise

    def _put(self, data: bytes) -> int:
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _through_pipe(write: Callable[[BinaryIO], None], read: Callable[[BinaryIO], Any]) -> None:
    """Run ``write`` in a thread of its own and ``read`` in this one, with a pipe between them.

    Raises what went wrong first: a full disk at the reader, or else what the writer met; a pipe
    that closes early is the other's fault.
    """
    into, out_of = os.pipe()
    faults: list[BaseException] = []

    def writing() -> None:
        try:
            with os.fdopen(out_of, "wb") as plain:
                write(plain)
        except BaseException as fault:
            faults.append(fault)

    writer = threading.Thread(target=writing, daemon=True)
    writer.start()
    failed: BaseException | None = None
    try:
        with os.fdopen(into, "rb") as plain:
            read(plain)
            while plain.read(1 << 16):
                pass  # what a reader leaves must still be decrypted to the end, and so proved
    except BaseException as fault:
        failed = fault
    writer.join()
    first = [fault for fault in faults if not isinstance(fault, BrokenPipeError)]
    if first and not (isinstance(failed, OSError) and failed.errno is not None):
        raise first[0] from failed
    if failed is not None:
        raise failed


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry.tobuf(format=tarfile.GNU_FORMAT)


def _padding(length: int) -> bytes:
    return bytes(-length % tarfile.BLOCKSIZE)
