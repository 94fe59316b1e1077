"""``stegvis backup`` and ``stegvis restore``: copies that are proved before they count."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import closing
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from tracking.commands.common import (
    Commands,
    address,
    address_understood,
    database_as_it_is,
    database_option,
    schema,
)

if TYPE_CHECKING:
    from tracking.services.backups import Found
    from tracking.store.backup.envelope import Lock, Opener

PASSPHRASE_FILE = "STEGVIS_BACKUP_PASSPHRASE_FILE"
RECIPIENT = "STEGVIS_BACKUP_RECIPIENT"
FOLDER = "STEGVIS_BACKUP_FOLDER"


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the commands' words."""
    backup = commands.add_parser("backup", help="säkerhetskopiera medan andra arbetar")
    database_option(backup)
    backup.add_argument(
        "--to", type=Path, metavar="MAPP", help=f"var kopiorna läggs; utelämnad gäller {FOLDER}"
    )
    _passphrase(backup)
    backup.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="age1…",
        help=f"lås med en publik nyckel i stället; utelämnad gäller {RECIPIENT}",
    )
    backup.add_argument("--keep", type=int, metavar="N", help="ta bort äldre än de N senaste")
    backup.add_argument(
        "--include-key",
        action="store_true",
        help="ta med nyckeln för tvåfaktor, som annars förvaras för sig",
    )
    backup.add_argument("--work", type=Path, metavar="MAPP", help="var kopian prövas, okrypterad")
    backup.add_argument("--scratch", metavar="URL", help="server för provdatabasen (PostgreSQL)")
    backup.add_argument(
        "--new-key", type=Path, metavar="FIL", help="gör bara ett nytt nyckelpar, privat i filen"
    )
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="lägg tillbaka en säkerhetskopia")
    restore.add_argument("file", type=Path, metavar="fil")
    database_option(restore)
    _passphrase(restore)
    restore.add_argument("--identity-file", type=Path, metavar="FIL", help="den privata nyckeln")
    restore.add_argument(
        "--overwrite", action="store_true", help="byt ut databasen; den gamla flyttas undan"
    )
    restore.add_argument(
        "--key-out", type=Path, metavar="FIL", help="lägg nyckeln för tvåfaktor här"
    )
    restore.set_defaults(run=_restore)


def _passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FIL",
        help=f"fil med lösenfrasen; utelämnad gäller {PASSPHRASE_FILE}, annars frågas det",
    )


def _backup(options: argparse.Namespace) -> int:
    from tracking.domain.swedish import decimal, whole
    from tracking.services.backups import BackupPlan, back_up_from_console
    from tracking.store.backup.faults import CannotBackUp

    if options.new_key is not None:
        return _new_key(options.new_key)
    folder = options.to or (Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None)
    if folder is None:
        raise CannotBackUp(f"Ange mappen som kopian läggs i med --to eller {FOLDER}.")
    began = time.monotonic()
    with closing(database_as_it_is(options.database)) as database:
        plan = BackupPlan(
            folder=folder,
            lock=_lock(options),
            keep=options.keep,
            with_key=options.include_key,
            work=options.work,
            scratch=options.scratch,
        )
        made = back_up_from_console(database, plan)
    print(
        f"{made.file}: {whole(made.tables)} tabeller och {whole(made.rows)} rader, "
        f"{decimal(made.size / 1e6, 1)} MB, på {decimal(time.monotonic() - began, 1)} s. "
        "Kopian är läst tillbaka och jämförd."
    )
    print(f"Kontrollsumma (SHA-256): {made.sha256}")
    for gone in made.removed:
        print(f"Borttagen, eftersom bara de senaste behålls: {gone.name}")
    if not options.include_key:
        print("Nyckeln för tvåfaktor är inte med: förvara den för sig.")
    return _told(made.found)


def _told(found: Found) -> int:
    """Say what is wrong in the database itself; the copy is faithful all the same."""
    if found.log_faults is None:
        print("Databasen har ett äldre schema: loggen och sammanfattningen prövas efter migrering.")
        return 0
    if found.log_faults or found.summary_faults:
        print(
            f"Databasen själv har fel: {found.log_faults} i åtkomstloggens kedja, "
            f"{found.summary_faults} i sammanfattningen. Kör stegvis verify.",
            file=sys.stderr,
        )
        return 1
    print("Åtkomstloggens kedja och sammanfattningen stämmer.")
    return 0


def _new_key(file: Path) -> int:
    from tracking.store.backup.envelope import new_identity
    from tracking.store.backup.faults import CannotBackUp, told_of_files
    from tracking.store.new_file import write_new

    private, public = new_identity()
    if file.exists():
        raise CannotBackUp(f"Det finns redan en fil som heter {file}; en nyckel skrivs inte över.")
    with told_of_files(file.parent, CannotBackUp):
        write_new(file, f"# public key: {public}\n{private}\n".encode("ascii"))
    print(f"Privat nyckel i {file}: flytta den från servern och förvara den säkert.")
    print(f"Publik nyckel, för --recipient: {public}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from tracking.domain.swedish import whole
    from tracking.services.restoring import RestorePlan, restore_from_console

    plan = RestorePlan(
        file=options.file,
        opener=_opener(options),
        url=address(options.database),
        schema=schema(),
        overwrite=options.overwrite,
        key_out=options.key_out,
    )
    with address_understood():
        done = restore_from_console(plan)
    print(
        f"Återställd från {done.made_at:%Y-%m-%d %H:%M} UTC: {whole(done.tables)} tabeller och "
        f"{whole(done.rows)} rader, jämförda med säkerhetskopian."
    )
    if done.migrated:
        print(f"Schemat var {done.revision} och är fört till den här versionens.")
    if done.aside:
        print(
            f"Den tidigare databasen finns kvar: {done.aside}. "
            "Ta bort den när allt är kontrollerat."
        )
    if done.key:
        print(f"Nyckeln för tvåfaktor ligger i {done.key}.")
    elif done.key_waits:
        print("Nyckeln för tvåfaktor finns i kopian; hämta den med --key-out om den behövs.")
    else:
        print("Nyckeln för tvåfaktor finns inte i kopian: den ska vara densamma som förut.")
    return _told(done.found)


def _lock(options: argparse.Namespace) -> Lock:
    from tracking.store.backup.envelope import Lock

    recipients = tuple(options.recipient)
    if not recipients and options.passphrase_file is None and os.environ.get(RECIPIENT):
        recipients = tuple(os.environ[RECIPIENT].split())
    if recipients:
        typed = _read(options.passphrase_file) if options.passphrase_file else None
        return Lock(passphrase=typed, recipients=recipients)
    return Lock(passphrase=_typed(options, again=True))


def _opener(options: argparse.Namespace) -> Opener:
    from tracking.store.backup.envelope import Opener, identities_in

    if options.identity_file is not None:
        return Opener(identities=identities_in(_read(options.identity_file)))
    return Opener(passphrase=_typed(options, again=False))


def _typed(options: argparse.Namespace, *, again: bool) -> str | None:
    """The passphrase from its file, or asked for where somebody sits; None where nobody does."""
    from tracking.store.backup.faults import CannotBackUp

    kept = options.passphrase_file or os.environ.get(PASSPHRASE_FILE)
    if kept:
        return _read(Path(kept))
    if not sys.stdin.isatty():
        return None
    typed = getpass("Lösenfras: ")
    if again and getpass("Lösenfrasen en gång till: ") != typed:
        raise CannotBackUp("Lösenfraserna är inte lika.")
    return typed


def _read(file: Path) -> str:
    from tracking.store.backup.faults import WrongKey, told_of_files

    with told_of_files(file.parent, WrongKey):
        try:
            return file.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError as fault:
            raise WrongKey(f"{file} är ingen textfil.") from fault
