"""The colours of the look: contrast computed as WCAG 2 does, and one value for one meaning."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tracking.domain.records import Gender
from tracking.ui import charts, style
from tracking.ui.tokens import DARK, LIGHT, Tokens

THEME = tomllib.loads(
    (Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text("utf-8")
)["theme"]


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_has_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", [LIGHT.ground, LIGHT.soft])
@pytest.mark.parametrize("ink", LIGHT.inks)
def test_every_word_on_light_has_five_and_a_half_to_one(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 5.5


@pytest.mark.parametrize("ink", DARK.inks)
def test_every_word_on_dark_has_seven_to_one(ink: str) -> None:
    assert contrast(ink, DARK.ground) >= 7
    assert contrast(ink, DARK.soft) >= 5.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_words_of_the_primary_button_are_read(tokens: Tokens) -> None:
    assert contrast(tokens.ground, tokens.primary) >= 5.5
    assert "color: var(--sv-ground) !important" in style._COMMON


@pytest.mark.parametrize(("name", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_the_theme_of_the_framework_has_the_same_colours(name: str, tokens: Tokens) -> None:
    theme = THEME[name]
    assert theme["textColor"] == tokens.ink
    assert theme["primaryColor"] == theme["linkColor"] == tokens.primary
    assert theme["backgroundColor"] == tokens.ground
    assert theme["secondaryBackgroundColor"] == tokens.soft
    for ground in (tokens.ground, tokens.soft):
        assert contrast(theme["borderColor"], ground) >= 3, "the edge of a field is seen"


@pytest.mark.parametrize(
    ("palette", "tokens"), [(charts.LIGHT, LIGHT), (charts.DARK, DARK)], ids=["light", "dark"]
)
def test_a_chart_has_the_same_colours(palette: charts.Palette, tokens: Tokens) -> None:
    assert (palette.ground, palette.ink, palette.second) == (
        tokens.ground,
        tokens.ink,
        tokens.second,
    )
    assert palette.primary == tokens.primary
    assert palette.genders[Gender.WOMAN] == tokens.women
    assert palette.genders[Gender.MAN] == tokens.men
    assert palette.genders[None] == tokens.everybody


def test_no_typeface_is_fetched_from_elsewhere() -> None:
    assert THEME["font"] == "sans-serif"
    assert "fontFaces" not in THEME
    assert "http" not in str(THEME)
