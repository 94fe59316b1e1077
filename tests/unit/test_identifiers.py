"""The guard against identity numbers, cleaned text, codes and birth years.

No number is stored here: each is built at run time from a date and a check digit.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue
from tracking.domain.identifiers import (
    age_warning,
    check_birth_year,
    clean_text,
    code_number,
    looks_like_personal_identity_number,
    normalise_code,
    participant_code,
    refuse_personal_identity_number,
)

TODAY = date(2026, 6, 30)


def with_check_digit(nine: str) -> str:
    total = 0
    for place, digit in enumerate(nine):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return nine + str(-total % 10)


def a_number(born: date, serial: int = 123, coordination: bool = False) -> tuple[str, str, str]:
    """Return century, date part and last four of a number that nobody need have."""
    day = born.day + (60 if coordination else 0)
    digits = with_check_digit(f"{born:%y%m}{day:02d}{serial:03d}")
    return f"{born.year // 100}", digits[:6], digits[6:]


born = st.dates(date(1900, 1, 1), date(2026, 12, 31))
serial = st.integers(1, 999)
separators = ["", "-", "+", " ", "\u2009", "\u00a0", "\u202f", "\u2007", "\u2010", "\u2011"]
separators += ["\u2012", "\u2013", "\u2014", "\u2212", "\ufe63", "\uff0d", " - ", " – ", "\t"]
separators += ["\n", "\u200b", "\u00ad", ".", "/", "_", ":"]
surroundings = ["{}", "se {} i akten", "pnr:{}", "({})", "abc{}def", "{}, {}", "ST-0042 {}", "x{}."]


@given(
    born,
    serial,
    st.booleans(),
    st.booleans(),
    st.sampled_from(separators),
    st.sampled_from(surroundings),
)
def test_no_true_number_passes_however_it_is_joined_or_embedded(
    birth: date, n: int, coordination: bool, with_century: bool, separator: str, around: str
) -> None:
    century, day, last = a_number(birth, n, coordination)
    written = f"{century if with_century else ''}{day}{separator}{last}"
    assert looks_like_personal_identity_number(around.format(written, written))


@given(born, serial, st.booleans(), st.sampled_from(["-", ".", "/", " "]), st.sampled_from("-+ "))
def test_no_true_number_passes_with_a_dashed_date(
    birth: date, n: int, with_century: bool, inner: str, separator: str
) -> None:
    century, day, last = a_number(birth, n)
    parts = inner.join((day[:2], day[2:4], day[4:]))
    written = f"{century if with_century else ''}{parts}{separator}{last}"
    assert looks_like_personal_identity_number(written)


@given(born, serial, st.booleans())
def test_no_true_number_passes_with_a_space_between_all_digits(
    birth: date, n: int, with_century: bool
) -> None:
    century, day, last = a_number(birth, n)
    digits = (century if with_century else "") + day + last
    assert looks_like_personal_identity_number(" ".join(digits))


@given(born, st.integers(0, 999), st.sampled_from(["", "-", "+", " ", "–"]), st.booleans())
def test_reserve_numbers_with_a_letter_are_found(
    birth: date, n: int, separator: str, with_century: bool
) -> None:
    century = f"{birth.year // 100}" if with_century else ""
    for letter in "TRAtr":
        assert looks_like_personal_identity_number(
            f"{century}{birth:%y%m%d}{separator}{letter}{n:03d}"
        )


def test_digits_of_other_scripts_and_full_width_are_read() -> None:
    century, day, last = a_number(date(1985, 3, 12))
    for zero in ("٠", "０", "०"):
        table = {ord("0") + d: ord(zero) + d for d in range(10)}
        assert looks_like_personal_identity_number(f"{century}{day}-{last}".translate(table))


def test_a_coordination_number_without_known_birth_date_is_found() -> None:
    assert looks_like_personal_identity_number("85" + "0060" + "-" + "1234")


def test_a_mistyped_number_is_refused_as_well() -> None:
    century, day, last = a_number(date(1985, 3, 12))
    wrong = str((int(last[-1]) + 1) % 10)
    for separator in ("", "-", " "):
        assert looks_like_personal_identity_number(f"{day}{separator}{last[:3]}{wrong}")
        assert looks_like_personal_identity_number(f"{century}{day}{separator}{last[:3]}{wrong}")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-15",
        "20260115",
        "260115",
        "2026-01-15 14:30",
        "2026-01-15T14:30:00",
        "2026-01-15 – 2026-06-30",
        "2026-01-15--2026-06-30",
        "2026-01-15-2026-06-30",
        "2025-07--2026-06",
        "20260115-20260630",
        "070-123 45 67",
        "0701234567",
        "070-1234567",
        "+46 70 123 45 67",
        "0046701234567",
        "0220-121 00",
        "021-39 00 00",
        "021-390000",
        "dnr 2021/0045",
        "dnr 2021-0045",
        "dnr KS 2021/00451-12",
        "§ 45/2021",
        "1 200 000 kr",
        "1 203 151 234 kr",
        "12 345 678,50",
        "1200000",
        "ST-0042",
        "ST-1234567",
        "556016-0680",
        "5560160680",
        "lag (2003:1210)",
        "2018:1937",
        "EN 301 549",
        "vecka 12, 2026",
        "50 × 16 veckor",
        "bankgiro 5050-1055",
        "722 10 Västerås",
        "",
        "åäö",
        "0–10",
        "1985",
        "12 av 16",
        "2026-H1",
        "131212-45",
        "850312-123",
        "8503129-1234567",
        "9913991234",
        "850230-1234",
        "851312-1234",
    ],
)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert not looks_like_personal_identity_number(text)


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(0, 1000))
def test_a_period_between_two_dates_is_left_alone(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    for dash in ("–", " – ", "--", " - ", " till ", "/"):
        assert not looks_like_personal_identity_number(f"{start}{dash}{end}")


@given(st.integers(1, 9_999_999))
def test_participant_codes_are_left_alone(n: int) -> None:
    code = participant_code(n)
    assert not looks_like_personal_identity_number(code)
    assert normalise_code(code) == code
    assert code_number(code) == n


@given(st.text(max_size=60))
def test_the_guard_answers_on_any_text(text: str) -> None:
    assert looks_like_personal_identity_number(text) in (True, False)


def test_the_refusal_never_repeats_the_number() -> None:
    _, day, last = a_number(date(1985, 3, 12))
    with pytest.raises(InvalidValue) as caught:
        refuse_personal_identity_number(f"{day}-{last}", field="name")
    assert caught.value.field == "name"
    assert day not in str(caught.value)
    assert last not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Träffpunkt Åkern  ", "Träffpunkt Åkern"),
        ("a\u030angstrom", "ångstrom"),
        ("Café é ü ø – ”citat” 12 °C § 4 ½ €", "Café é ü ø – ”citat” 12 °C § 4 ½ €"),
        ("av\u00adstavat\u200b", "avstavat"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_clean_text_keeps_what_people_write(typed: str, stored: str) -> None:
    assert clean_text(typed) == stored


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("bra 😀", "emoji"),
        ("✅ klart", "emoji"),
        ("❤️", "emoji"),
        ("1️⃣", "emoji"),
        ("🇸🇪", "emoji"),
        ("👩‍👩‍👧", "emoji"),
        ("a\x00b", "styrtecken"),
        ("a\x1b[31mb", "styrtecken"),
        ("a\u202eb", "styrtecken"),
        ("rad\nrad", "en rad"),
        ("kol\tumn", "en rad"),
        ("x" * 201, "högst 200"),
    ],
)
def test_clean_text_refuses_with_one_sentence(typed: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part) as caught:
        clean_text(typed, field="wording")
    assert caught.value.field == "wording"


def test_required_text_must_hold_something() -> None:
    with pytest.raises(InvalidValue, match="fyllas i"):
        clean_text(" \n ", required=True)


def test_multiline_text_keeps_its_lines() -> None:
    assert clean_text("rad\r\nrad\n", multiline=True) == "rad\nrad"


def test_clean_text_refuses_identity_numbers() -> None:
    _, day, last = a_number(date(1985, 3, 12))
    with pytest.raises(InvalidValue, match="personnummer"):
        clean_text(f"möte om {day}{last}")


@pytest.mark.parametrize(
    "typed", ["st 42", "0042", "ST-42", "42", "ST0042", "st-0042", " St–42 ", "-42"]
)
def test_a_code_may_be_typed_in_short(typed: str) -> None:
    assert normalise_code(typed) == "ST-0042"


@pytest.mark.parametrize("typed", ["", "ST", "0", "ST-0", "vår", "ST-12345678", "ST-4 2", "42a"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValue):
        normalise_code(typed)


@pytest.mark.parametrize(("n", "code"), [(1, "ST-0001"), (9999, "ST-9999"), (100000, "ST-100000")])
def test_a_code_grows_past_four_digits(n: int, code: str) -> None:
    assert participant_code(n) == code


@pytest.mark.parametrize("n", [0, -1, 10**7])
def test_a_code_needs_a_positive_number(n: int) -> None:
    with pytest.raises(InvalidValue):
        participant_code(n)


@pytest.mark.parametrize("year", [1926, 1962, 2010, 2016])
def test_a_possible_birth_year_passes(year: int) -> None:
    assert check_birth_year(year, today=TODAY) == year


@pytest.mark.parametrize("year", [85, 1925, 2017, 2027, 20010, -1])
def test_an_impossible_birth_year_is_refused(year: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_birth_year(year, today=TODAY)
    assert caught.value.field == "birth_year"


def test_an_age_outside_the_law_warns_and_passes() -> None:
    assert [age for age in range(10, 80) if age_warning(age) is None] == list(range(16, 65))
