"""Which passwords may be chosen, and how they are kept."""

from __future__ import annotations

import unicodedata
from time import perf_counter

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from tracking.access.passwords import (
    LONGEST,
    Passwords,
    WeakPassword,
    check_new_password,
    common_passwords,
)

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
GOOD = "trappan knarrar om natten"


@pytest.mark.parametrize(
    "password",
    [
        "elva tecken",
        "lösenord2026!",
        "L0senord1234",
        "Lösenordlösenord",
        "Sommar2026!!!",
        "sommarVINTER-26",
        "Höst2025Höst2026",
        "Västerås2026!",
        "Password123!",
        "P@ssw0rd2026!",
        "welcome12345",
        "ÄndraMig2026",
        "hejhejhejhej",
        "qwertyuiop12",
        "asdfghjklöä1",
        "123456789012",
        "9876543210ab",
        "aaaaaaaaaaaa",
        "abababababab",
        "1qaz2wsx3edc",
        "correcthorsebatterystaple",
        "2026-2025-2024",
        "fredagfredag1",
        "Stegvis-2026",
        "x" * (LONGEST + 1) + GOOD,
    ],
)
def test_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_new_password(password, username="k.handlaggare")


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "Tolv-bokst8r",
        "kvarnen maler sent i oktober",
        "röd tråd, blå spik, vass sax",
        "Zk4-pq9.Lm2x",
    ],
)
def test_password_that_is_hard_to_guess_is_accepted(password: str) -> None:
    check_new_password(password, username="k.handlaggare")


def test_password_with_the_username_in_it_is_refused_forwards_and_backwards() -> None:
    for password in ("xy kh.kompassen 99z", "zz NESSAPMOK.HK 41q"):
        with pytest.raises(WeakPassword, match="användarnamnet"):
            check_new_password(password, username="kh.kompassen")


def test_a_refusal_never_repeats_the_password() -> None:
    with pytest.raises(WeakPassword) as refused:
        check_new_password("Sommar2026!!!", username="x.yz")
    assert "Sommar" not in str(refused.value)


def test_every_shipped_word_with_a_year_and_a_sign_is_refused() -> None:
    accepted = []
    for word in common_passwords():
        password = f"{word.capitalize()}-2026-2027!"
        try:
            check_new_password(password, username="k.handlaggare")
        except WeakPassword:
            continue
        accepted.append(word)
    assert len(common_passwords()) > 500
    assert accepted == []


def test_kept_password_is_argon2id_and_never_the_same_twice() -> None:
    first, second = CHEAP.hash(GOOD), CHEAP.hash(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert GOOD not in first


def test_default_parameters_are_at_least_what_argon2s_rfc_recommends_for_small_machines() -> None:
    hasher = PasswordHasher()
    assert Passwords().hasher.memory_cost >= hasher.memory_cost >= 65_536
    assert Passwords().hasher.time_cost >= 3


def test_right_password_is_right_and_another_is_not() -> None:
    kept = CHEAP.hash(GOOD)
    assert CHEAP.verify(kept, GOOD).right
    assert not CHEAP.verify(kept, GOOD + " ").right


def test_password_typed_on_another_keyboard_is_the_same() -> None:
    kept = CHEAP.hash("å ä ö på trappan")
    assert CHEAP.verify(kept, unicodedata.normalize("NFD", "å ä ö på trappan")).right


@given(st.text(max_size=40))
def test_no_password_opens_an_account_that_has_none(password: str) -> None:
    assert not CHEAP.verify(None, password).right


def test_what_stands_in_for_a_missing_account_opens_nothing() -> None:
    assert not CHEAP.verify(None, "no account has this password").right


def test_a_kept_hash_that_is_damaged_opens_nothing() -> None:
    assert not CHEAP.verify("not a hash", GOOD).right


def test_password_is_hashed_anew_when_the_parameters_have_grown() -> None:
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    kept = CHEAP.hash(GOOD)
    renewed = dearer.verify(kept, GOOD).new_hash
    assert renewed is not None
    assert dearer.verify(renewed, GOOD).new_hash is None
    assert dearer.verify(kept, "fel lösenord helt").new_hash is None


def test_missing_account_costs_as_much_work_as_a_real_one() -> None:
    """Compared as a ratio of medians: the same Argon2 parameters run in both cases."""
    passwords = Passwords(PasswordHasher(time_cost=3, memory_cost=8_192, parallelism=1))
    kept = passwords.hash(GOOD)

    def median(kept_or_none: str | None) -> float:
        times = []
        for _ in range(9):
            began = perf_counter()
            passwords.verify(kept_or_none, "fel lösenord helt")
            times.append(perf_counter() - began)
        return sorted(times)[4]

    assert 0.3 < median(None) / median(kept) < 3


def test_enormous_password_is_not_hashed_in_full() -> None:
    assert not CHEAP.verify(CHEAP.hash(GOOD), "x" * 10_000_000).right
