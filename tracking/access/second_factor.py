"""The second factor: six digits from a phone (TOTP, RFC 6238), or a recovery code.

Every account of the insats zone has one; others may. A code works once, and within half a
minute of its time; recovery codes work once each and are kept as hashes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session as DbSession
from sqlmodel import col, func, select

from tracking.access import sealing, sign_ins
from tracking.access.log import Entry, record_for
from tracking.access.rate import Rates, TooManyAttempts, begin_attempt, digest, succeeded
from tracking.access.sign_ins import SignedIn
from tracking.domain import clock
from tracking.domain.errors import Conflict, StegvisError
from tracking.store.database import Database, Transaction
from tracking.store.tables import AttemptKind, RecoveryCode, SecondFactor

ISSUER = "Stegvis"
STEP = 30
EITHER_SIDE = 1
"""How many steps a phone's clock may differ: 30 seconds either way."""

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(StegvisError):
    """The code was wrong, too old, or used already."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a phone needs: the secret in groups to type, the same as an address for a QR code."""

    grouped_secret: str
    uri: str


def enrolment(database: Database, signed_in: SignedIn) -> Enrolment:
    """The secret that waits to be confirmed, made if there is none; it stays the same when the
    page is loaded again. Raises `Conflict` when the account has a second factor already.
    """
    with database.transaction() as work:
        factor = work.session.get(SecondFactor, signed_in.account_id)
        if factor is None:
            factor = SecondFactor(
                account_id=signed_in.account_id,
                secret=_sealed(database, signed_in.account_id, pyotp.random_base32()),
                created_at=clock.now(),
            )
            work.session.add(factor)
        if factor.confirmed_at is not None:
            raise Conflict("Kontot har redan tvåfaktor.")
        secret = _secret(database, factor)
    uri = pyotp.TOTP(secret).provisioning_uri(name=signed_in.username, issuer_name=ISSUER)
    return Enrolment(" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), uri)


def confirm(
    database: Database, signed_in: SignedIn, *, code: str, address: str, rates: Rates
) -> tuple[str, ...]:
    """Prove that the phone has the secret, and return the recovery codes, shown this once.

    Raises `WrongCode`, `TooManyAttempts`, or `Conflict` when it is confirmed already.
    """
    attempt = _attempt(database, signed_in, address, rates)
    right = False
    with database.transaction() as work:
        factor = work.session.get(SecondFactor, signed_in.account_id)
        if factor is None or factor.confirmed_at is not None:
            raise Conflict("Tvåfaktor är redan klar, eller inte påbörjad.")
        step = _matching_step(_secret(database, factor), code)
        if step is not None:
            right = True
            factor.confirmed_at = clock.now()
            factor.last_step = step
            work.session.add(factor)
            succeeded(work.session, attempt)
            sign_ins.second_factor_passed(work, signed_in.sign_in_id)
            codes = _new_recovery_codes(work, signed_in.account_id)
            record_for(work, signed_in.account_id, Entry("enrol_second_factor"))
    if not right:
        _refuse(database, signed_in)
    return codes


def show(database: Database, signed_in: SignedIn, *, code: str, address: str, rates: Rates) -> None:
    """Let the sign-in pass by a phone's code or a recovery code.

    Raises `WrongCode` or `TooManyAttempts`.
    """
    attempt = _attempt(database, signed_in, address, rates)
    with database.transaction() as work:
        how = _used(database, work.session, signed_in.account_id, code)
        if how is not None:
            succeeded(work.session, attempt)
            sign_ins.second_factor_passed(work, signed_in.sign_in_id)
            record_for(work, signed_in.account_id, Entry("second_factor", detail=how))
    if how is None:
        _refuse(database, signed_in)


def new_recovery_codes(database: Database, signed_in: SignedIn) -> tuple[str, ...]:
    """Ten new codes instead of those that are left. Raises `Conflict` without a second factor."""
    with database.transaction() as work:
        factor = work.session.get(SecondFactor, signed_in.account_id)
        if factor is None or factor.confirmed_at is None:
            raise Conflict("Kontot har ingen tvåfaktor.")
        codes = _new_recovery_codes(work, signed_in.account_id)
        record_for(work, signed_in.account_id, Entry("new_recovery_codes"))
    return codes


def recovery_codes_left(database: Database, account_id: int) -> int:
    """How many recovery codes have not been used."""
    with database.reading() as session:
        return session.exec(
            select(func.count())
            .select_from(RecoveryCode)
            .where(col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used_at).is_(None))
        ).one()


def forget(work: Transaction, account_id: int) -> bool:
    """Take away an account's second factor and its codes; the next sign-in asks for a new one."""
    done = work.session.execute(
        delete(SecondFactor).where(col(SecondFactor.account_id) == account_id)
    )
    return _changed_one(done)


def seal_kept(database: Database) -> int:
    """Seal the secrets that an earlier version kept as they were; how many there were.

    Raises `sealing.NoKey`.
    """
    with database.transaction() as work:
        plain = [
            factor
            for factor in work.session.exec(select(SecondFactor).with_for_update())
            if not sealing.is_sealed(factor.secret)
        ]
        for factor in plain:
            factor.secret = _sealed(database, factor.account_id, factor.secret)
            work.session.add(factor)
    return len(plain)


def _sealed(database: Database, account_id: int, secret: str) -> str:
    return sealing.seal(database, secret, place=f"second_factor {account_id}")


def _secret(database: Database, factor: SecondFactor) -> str:
    """The secret that the phone has. Raises `sealing.SealBroken`."""
    if not sealing.is_sealed(factor.secret):
        return factor.secret  # an earlier version's, until the next start seals it
    return sealing.unseal(database, factor.secret, place=f"second_factor {factor.account_id}")


def _attempt(database: Database, signed_in: SignedIn, address: str, rates: Rates) -> int:
    try:
        return begin_attempt(
            database,
            AttemptKind.SECOND_FACTOR,
            signed_in.username,
            address,
            rates=rates,
            now=clock.now(),
        )
    except TooManyAttempts as fault:
        fault.account_id = signed_in.account_id
        raise


def _refuse(database: Database, signed_in: SignedIn) -> None:
    with database.transaction() as work:
        record_for(work, signed_in.account_id, Entry("second_factor_refused"))
    raise WrongCode("Fel kod. Vänta på nästa kod i telefonen och försök igen.", field="code")


def _matching_step(secret: str, code: str) -> int | None:
    """The time step whose code this is, among those that count now."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    totp = pyotp.TOTP(secret, interval=STEP)
    now = int(clock.now().timestamp()) // STEP
    found: int | None = None
    for step in range(now - EITHER_SIDE, now + EITHER_SIDE + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            found = step
    return found


def _used(database: Database, session: DbSession, account_id: int, code: str) -> str | None:
    """Use up the code; which kind it was, or None when it is no code of the account's."""
    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.confirmed_at is None:
        return None
    step = _matching_step(_secret(database, factor), code)
    if step is not None:
        # Conditional, so that the same code in two browsers at once counts in one.
        newer = update(SecondFactor).where(
            col(SecondFactor.account_id) == account_id,
            (col(SecondFactor.last_step).is_(None)) | (col(SecondFactor.last_step) < step),
        )
        return "totp" if _changed_one(session.execute(newer.values(last_step=step))) else None
    unused = update(RecoveryCode).where(
        col(RecoveryCode.account_id) == account_id,
        col(RecoveryCode.code_hash) == _code_digest(code),
        col(RecoveryCode.used_at).is_(None),
    )
    used = session.execute(unused.values(used_at=clock.now()))
    return "recovery_code" if _changed_one(used) else None


def _new_recovery_codes(work: Transaction, account_id: int) -> tuple[str, ...]:
    work.session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    codes = tuple(random_code(4) for _ in range(RECOVERY_CODES))
    work.session.flush()
    work.session.add_all(
        RecoveryCode(account_id=account_id, code_hash=_code_digest(code)) for code in codes
    )
    return codes


def random_code(groups: int) -> str:
    """A code to read and type: groups of four letters and digits that are not mistaken for
    each other; almost 20 bits a group.
    """
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(groups))


def _code_digest(code: str) -> str:
    return digest(plain_code(code))


def plain_code(code: str) -> str:
    """A typed code without the signs and spaces that make it readable."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())


def _changed_one(result: object) -> bool:
    assert isinstance(result, CursorResult)
    return bool(result.rowcount == 1)
