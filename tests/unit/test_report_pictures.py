"""A report's drawing as it stands on the page: on the reader's ground, as wide as there is room."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import pytest

from tests.integration.report_contents import a_report
from tracking.reports.drawing import NARROW, draw
from tracking.ui.report_pictures import on_dark, picture, shown
from tracking.ui.tokens import DARK, LIGHT

OWN = "#7a1f3d"


def drawn(*, dark: bool) -> ElementTree.Element:
    section = next(one for one in a_report().sections if one.charts)
    chart = section.charts[0]
    made = picture(
        draw(chart, section, key="k", colour=OWN),
        draw(chart, section, key="k-n", colour=OWN, width=NARROW),
        dark=dark,
    )
    assert re.fullmatch(r"--wide: 605 / \d+; --narrow: 328 / \d+", made[1])
    assert 'alt="&quot;Steg&quot;"' in shown(made, '"Steg"')
    return ElementTree.fromstring(base64.b64decode(made[0].partition(",")[2]))


@pytest.mark.parametrize("dark", [False, True])
def test_one_picture_holds_the_drawing_for_a_page_and_the_one_for_a_telephone(dark: bool) -> None:
    kinds = [one.get("class") for one in drawn(dark=dark) if one.get("class")]
    assert kinds == ["wide", "narrow"]


def test_nothing_of_paper_is_left_on_a_dark_page() -> None:
    text = ElementTree.tostring(drawn(dark=True), encoding="unicode")
    assert LIGHT.ink not in text
    assert LIGHT.ground not in text
    assert OWN not in text
    assert DARK.ink in text


def test_a_colour_of_the_look_is_that_of_the_dark_one_and_another_is_lightened() -> None:
    said = on_dark(f'<rect fill="{LIGHT.women}"/><rect fill="#800000"/><a href="#k-hatch"/>')
    assert said == f'<rect fill="{DARK.women}"/><rect fill="#bf7f7f"/><a href="#k-hatch"/>'
