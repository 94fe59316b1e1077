"""Så räknar vi: everybody has it, every figure is on it, and it can be searched."""

from __future__ import annotations

import pytest

import tracking
from tests.app.conftest import Open, words
from tests.app.world import World
from tracking.domain.change import DEFAULT_THRESHOLDS, LIMIT_LABELS
from tracking.domain.definitions import definitions
from tracking.domain.measures import Measure
from tracking.outcomes.breakdowns import BREAKDOWNS

PAGE = "sa_raknar_vi"


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board", "system"])
def test_everybody_reads_every_definition(open_as: Open, world: World, who: str) -> None:
    said = words(open_as(getattr(world, who), PAGE))
    for one in definitions():
        assert one.heading in said
    for measure in Measure:
        assert measure.label in said
    for table in BREAKDOWNS.values():
        assert table.title in said


def test_limits_stand_there_with_day_source_and_version(open_as: Open, world: World) -> None:
    said = words(open_as(world.board, PAGE))
    for label in LIMIT_LABELS.values():
        assert label in said
    assert f"Gäller från {DEFAULT_THRESHOLDS.valid_from.isoformat()}" in said
    assert "svenska normer saknas" in said
    assert f"version {tracking.__version__}" in said


def test_search_leaves_what_holds_the_words(open_as: Open, world: World) -> None:
    app = open_as(world.board, PAGE)
    app.text_input[0].set_value("wilsons intervall").run()
    assert not app.exception
    headings = [heading.value for heading in app.subheader]
    assert "Konfidensintervall för en andel" in headings
    assert "Tid i insatsen" not in headings
    app.text_input[0].set_value("finns inte alls").run()
    assert not app.subheader
    assert "träffar. Töm fältet för att se allt." in words(app)


def test_address_of_one_figure_shows_that_one(open_as: Open, world: World) -> None:
    app = open_as(world.worker, PAGE, rubrik="vanligt-forlopp")
    assert [heading.value for heading in app.subheader] == [
        "Vanligt förlopp bland våra tidigare deltagare"
    ]
    assert open_as(world.worker, PAGE, rubrik="okänd").subheader
