"""Numbers in Swedish are written as Babel's rules of the language have them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.swedish import LOCALE, THIN, decimal, percent

WRITTEN = [
    (4.25, 1, "4,3"),
    (-4.25, 1, "\u22124,3"),
    (0.05, 1, "0,1"),
    (-0.05, 1, "\u22120,1"),
    (-0.04, 1, "0,0"),
    (-0.4, 0, "0"),
    (1234567.891, 2, f"1{THIN}234{THIN}567,89"),
    (999.5, 0, f"1{THIN}000"),
    (Fraction(1, 3), 4, "0,3333"),
    (0.0000001, 3, "0,000"),
    (1e22, 0, f"10{THIN}000{THIN}000{THIN}000{THIN}000{THIN}000{THIN}000{THIN}000"),
    (7, 0, "7"),
]


@pytest.mark.parametrize(("number", "decimals", "text"), WRITTEN)
def test_a_number_has_decimal_comma_thin_spaces_and_a_true_minus_sign(
    number: float | Fraction, decimals: int, text: str
) -> None:
    assert decimal(number, decimals) == text


@given(
    st.one_of(
        st.integers(-(10**12), 10**12),
        st.floats(-1e12, 1e12),
        st.decimals(-5000, 5000, places=2).map(float),
    ),
    st.integers(0, 4),
)
def test_a_number_is_written_as_babel_writes_it(number: float, decimals: int) -> None:
    rounded = Decimal(str(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    theirs = format_decimal(rounded or abs(rounded), format=pattern, locale=LOCALE)
    assert decimal(number, decimals) == theirs.replace("\u00a0", THIN).replace("-", "\u2212")


def test_a_share_in_per_cent_is_rounded_once() -> None:
    assert percent(34, 55) == f"62{THIN}%"
    assert percent(1, 8, 1) == f"12,5{THIN}%"
    assert percent(1, 2000, 1) == f"0,1{THIN}%"
