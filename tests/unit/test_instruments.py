"""Rules of ratings and of typed scores.

Entry cases after the public import rules of OpenFIT (in own words): items or total, never
both, never some of the items, and zero is no placeholder.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import (
    GSRS,
    INSTRUMENTS,
    ORS,
    SRS,
    RatingStatus,
    RatingValue,
    Unit,
    format_points,
    parse_score,
    parse_total,
)

NONE = (None, None, None, None)


@pytest.mark.parametrize("mm", range(101))
def test_every_millimetre_can_be_typed_in_points_with_comma_or_point(mm: int) -> None:
    whole, tenth = divmod(mm, 10)
    assert parse_score(f"{whole},{tenth}", Unit.POINTS) == mm
    assert parse_score(f" {whole}.{tenth} ", Unit.POINTS) == mm
    if not tenth:
        assert parse_score(f"{whole}", Unit.POINTS) == mm


@pytest.mark.parametrize("mm", range(101))
@pytest.mark.parametrize("unit", Unit)
def test_millimetres_with_their_unit_are_always_accepted(mm: int, unit: Unit) -> None:
    for text in (f"{mm}mm", f"{mm} mm", f"{mm}MM"):
        assert parse_score(text, unit) == mm


@pytest.mark.parametrize("mm", range(101))
def test_whole_numbers_are_millimetres_only_for_who_chose_them(mm: int) -> None:
    assert parse_score(str(mm), Unit.MM) == mm


@pytest.mark.parametrize("number", range(11, 101))
def test_whole_number_above_ten_in_points_is_refused_with_both_ways_to_write_it(
    number: int,
) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_score(str(number), Unit.POINTS, field="ors_1")
    points = format_points(number).removesuffix(",0")
    assert f"skriv {points} eller {number}mm" in str(caught.value)
    assert caught.value.field == "ors_1"


BAD_SCORES = [
    "10,1",
    "11,0",
    "101",
    "999999",
    "-1",
    "−1",
    "–0,5",
    "fyra",
    "4,55",
    "4,",
    ",5",
    "4,5,6",
    "4 5",
    "05",
    "00",
    "1e1",
    "+4",
    "0x4",
    "٤",
    "４",
    "½",
    "4²",
    "😀",
    "4😀",
    "nan",
    "inf",
    "",
    "   ",
    "101mm",
    "4,5mm",
    "-4mm",
    "4cm",
    "7" * 200,
    "ä" * 200,
    "850312-1234",
    "4_5",
    "'; drop",
]


@pytest.mark.parametrize("text", BAD_SCORES)
@pytest.mark.parametrize("parse", [parse_score])
def test_bad_score_gives_one_clear_sentence(text: str, parse) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValue) as caught:
        parse(text, Unit.POINTS, field="srs_2")
    sentence = str(caught.value)
    assert caught.value.field == "srs_2"
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")
    assert len(sentence) < 120
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("10,1", "över 10"),
        ("-1", "mindre än 0"),
        ("fyra", "med siffror"),
        ("45", "skriv 4,5 eller 45mm"),
        ("4,55", "högst en decimal"),
        ("x" * 200, "för lång"),
        ("05", "utan nolla i början"),
    ],
)
def test_sentence_says_what_is_wrong(text: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part):
        parse_score(text, Unit.POINTS)


@pytest.mark.parametrize("text", ["4,5", "101", "-1", "x"])
def test_millimetre_users_get_millimetre_sentences(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_score(text, Unit.MM)


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_a_score_or_a_sentence(text: str) -> None:
    for unit, (parse, top) in product(Unit, ((parse_score, 100), (parse_total, 400))):
        assert gives_score_or_sentence(lambda: parse(text, unit), top)  # noqa: B023


def gives_score_or_sentence(typed: Callable[[], int], top: int) -> bool:
    try:
        return 0 <= typed() <= top
    except InvalidValue as error:
        return str(error).endswith(".")


@pytest.mark.parametrize("mm", range(401))
def test_total_in_points_and_millimetres(mm: int) -> None:
    assert parse_total(format_points(mm), Unit.POINTS) == mm
    assert parse_total(f"{mm}", Unit.MM) == mm
    assert parse_total(f"{mm}mm", Unit.POINTS) == mm


@pytest.mark.parametrize("text", ["40,1", "401", "41", "220", "401mm", "-3"])
def test_total_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_total(text, Unit.POINTS)


def test_total_of_220_in_points_is_hinted_as_22_or_220mm() -> None:
    with pytest.raises(InvalidValue, match="skriv 22 eller 220mm"):
        parse_total("220", Unit.POINTS)


@pytest.mark.parametrize(
    ("mm", "text"), [(0, "0,0"), (220, "22,0"), (249, "24,9"), (400, "40,0"), (-65, "−6,5")]
)
def test_points_are_written_with_comma_and_one_decimal(mm: int, text: str) -> None:
    assert format_points(mm) == text


def test_four_items_make_the_total() -> None:
    value = RatingValue.from_entry((45, 60, 55, 60), None, None, instrument=ORS)
    assert value == RatingValue.filled(45, 60, 55, 60)
    assert value.total == 220


def test_a_total_is_never_spread_over_invented_items() -> None:
    value = RatingValue.from_entry(NONE, 220, None)
    assert (value.status, value.scales, value.total) == (RatingStatus.TOTAL_ONLY, None, 220)


def test_items_plus_total_are_refused_even_when_they_agree() -> None:
    with pytest.raises(InvalidValue, match="inte båda"):
        RatingValue.from_entry((45, 60, 55, 60), 220, None)


@pytest.mark.parametrize("pattern", list(product((True, False), repeat=4))[1:-1])
def test_partly_filled_names_every_missing_topic_and_points_at_the_first(
    pattern: tuple[bool, ...],
) -> None:
    scales = [50 if there else None for there in pattern]
    with pytest.raises(InvalidValue) as caught:
        RatingValue.from_entry(scales, None, None, instrument=SRS)
    for topic, there in zip(SRS.scales, pattern, strict=True):
        assert (topic in str(caught.value)) is not there
    assert caught.value.field == SRS.field(pattern.index(False))


@pytest.mark.parametrize("hint", [RatingStatus.NOT_FILLED, RatingStatus.INCOMPLETE])
@pytest.mark.parametrize(
    ("scales", "total"), [((0, 0, 0, 0), None), ((None, 0, None, None), None), (NONE, 0)]
)
def test_zero_is_a_score_and_no_sign_of_a_missing_form(
    hint: RatingStatus, scales: tuple[int | None, ...], total: int | None
) -> None:
    with pytest.raises(InvalidValue, match="har siffror"):
        RatingValue.from_entry(scales, total, hint)
    assert RatingValue.from_entry((0, 0, 0, 0), None, None).total == 0


@pytest.mark.parametrize("hint", [RatingStatus.NOT_FILLED, RatingStatus.INCOMPLETE])
def test_a_marked_form_has_no_numbers(hint: RatingStatus) -> None:
    value = RatingValue.from_entry(NONE, None, hint)
    assert (value.status, value.scales, value.total) == (hint, None, None)


def test_nothing_typed_and_nothing_marked_is_no_rating() -> None:
    with pytest.raises(InvalidValue, match="markera ej ifylld"):
        RatingValue.from_entry((), None, None)


@pytest.mark.parametrize(
    ("scales", "total", "hint"),
    [(NONE, None, RatingStatus.TOTAL_ONLY), (NONE, 200, RatingStatus.FILLED)],
)
def test_a_mark_that_the_numbers_contradict_is_refused(
    scales: tuple[int | None, ...], total: int | None, hint: RatingStatus
) -> None:
    with pytest.raises(InvalidValue):
        RatingValue.from_entry(scales, total, hint)


@pytest.mark.parametrize(
    "make",
    [
        lambda: RatingValue.filled(0, 0, 0, 101),
        lambda: RatingValue.filled(-1, 0, 0, 0),
        lambda: RatingValue.filled(True, 0, 0, 0),
        lambda: RatingValue.total_only(401),
        lambda: RatingValue(RatingStatus.FILLED, (1, 2, 3, 4), 11),
        lambda: RatingValue(RatingStatus.FILLED, None, 10),
        lambda: RatingValue(RatingStatus.TOTAL_ONLY, (1, 2, 3, 4), 10),
        lambda: RatingValue(RatingStatus.TOTAL_ONLY, None, None),
        lambda: RatingValue(RatingStatus.INCOMPLETE, None, 10),
        lambda: RatingValue(RatingStatus.NOT_FILLED, (1, 2, 3, 4), 10),
    ],
)
def test_a_rating_cannot_be_half_right(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValue):
        make()


def test_instruments_have_four_named_scales_and_own_form_fields() -> None:
    assert list(INSTRUMENTS) == ["ORS", "SRS", "GSRS"]
    for instrument in INSTRUMENTS.values():
        assert len(set(instrument.scales)) == 4
    assert GSRS.title == "G-SRS"
    assert (ORS.field(0), ORS.total_field) == ("ors_1", "ors_total")
