"""Passwords: which may be chosen, how one is kept, how one is checked.

Kept as Argon2id hashes only. Which account a password belongs to, and how often somebody may
try, is not asked here.
Source: NIST SP 800-63B-4 (length before composition, a list of refused passwords, no expiry).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from tracking.domain.errors import InvalidValue

SHORTEST = 12
LONGEST = 128
FEWEST_DIFFERENT = 5
LONGEST_RUN = 8
COMMON = Path(__file__).resolve().parents[2] / "data" / "common_passwords.txt"

_LOOKALIKES = str.maketrans("013457@$!åäöéü", "oleastasiaaoeu")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyzåäö",
    "01234567890123456789",
    "qwertyuiopåasdfghjklöäzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0pö-",
    "1q2w3e4r5t6y7u8i9o0p",
)


class WeakPassword(InvalidValue):
    """The password is too short, too common or too easy to guess."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a password was right; ``new_hash`` is set when it should be kept anew."""

    right: bool
    new_hash: str | None = None


@dataclass(frozen=True)
class Passwords:
    """Hashes and checks passwords with one set of Argon2id parameters."""

    hasher: PasswordHasher = field(default_factory=lambda: PasswordHasher(type=Type.ID))
    stand_in: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Made at once: made at the first unknown name, that one answer would be slower.
        object.__setattr__(self, "stand_in", self.hasher.hash("no account has this password"))

    def hash(self, password: str) -> str:
        """The hash to keep."""
        return self.hasher.hash(_normal(password))

    def verify(self, kept: str | None, password: str) -> Verified:
        """Check a password against what is kept.

        Where nothing is kept (no such account, no password yet) a hash of the same cost is
        checked all the same, so that the time taken tells nothing.
        """
        if len(password) > LONGEST:
            # No accepted password is this long; hashing it would only be work for an attacker
            # to order.
            password = password[:LONGEST]
            kept = None
        try:
            self.hasher.verify(kept or self.stand_in, _normal(password))
        except (VerificationError, InvalidHashError):
            return Verified(right=False)
        if kept is None:
            return Verified(right=False)
        renew = self.hasher.check_needs_rehash(kept)
        return Verified(right=True, new_hash=self.hash(password) if renew else None)


def check_new_password(password: str, *, username: str, field: str = "password") -> None:
    """Raise `WeakPassword`, with the reason, unless the password may be chosen."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise WeakPassword(
            f"Lösenordet ska ha minst {SHORTEST} tecken. Flera ord i rad går bra.", field=field
        )
    if len(normal) > LONGEST:
        raise WeakPassword(f"Lösenordet får ha högst {LONGEST} tecken.", field=field)
    plain = normal.casefold()
    if len(set(plain)) < FEWEST_DIFFERENT or _follows_a_run(plain):
        raise WeakPassword(
            "Lösenordet upprepar sig eller följer tangenterna. Välj något mindre förutsägbart.",
            field=field,
        )
    if not any(sign.isalpha() for sign in plain):
        raise WeakPassword("Lösenordet behöver bokstäver också.", field=field)
    name = username.strip().casefold()
    if len(name) >= 3 and (name in plain or name[::-1] in plain):
        raise WeakPassword("Lösenordet får inte innehålla användarnamnet.", field=field)
    if _is_common(plain):
        raise WeakPassword(
            "Lösenordet hör till de vanligaste och gissas först. Välj ett annat.", field=field
        )


def _normal(password: str) -> str:
    """One form whatever keyboard typed it: å may arrive as one character or as two."""
    return unicodedata.normalize("NFKC", password)


def _follows_a_run(plain: str) -> bool:
    """Whether most of it walks along the alphabet, the digits or the keyboard."""
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        for start in range(len(plain) - LONGEST_RUN + 1):
            if plain[start : start + LONGEST_RUN] in run:
                return True
    return False


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The shipped words, as `_plain_letters` sees them."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    words = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return frozenset(_plain_letters(word.casefold()) for word in words) - {""}


def _plain_letters(text: str) -> str:
    """Only the letters, with digits and signs that stand for letters read as those."""
    return "".join(sign for sign in text.translate(_LOOKALIKES) if sign.isalpha())


def _is_common(plain: str) -> bool:
    """Whether it is common words with years, numbers and signs around them.

    Up to three words of the list count as one password: Sommar2026Sverige is guessed as early
    as Sommar2026 is. A digit or sign may stand for a letter (l0senord) or be mere filling.
    """
    words = common_passwords()
    core = plain.strip("".join(sign for sign in plain if not sign.isalpha()))
    filled = "".join(sign for sign in plain if sign.isalpha())
    return any(_made_of(_plain_letters(text), words, 3) for text in (plain, core, filled))


def _made_of(text: str, words: frozenset[str], most: int) -> bool:
    if text in words:
        return True
    if most == 1:
        return False
    return any(
        text[:cut] in words and _made_of(text[cut:], words, most - 1)
        for cut in range(2, len(text) - 1)
    )
