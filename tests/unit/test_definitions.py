"""Every figure has its definition where it is computed, and the page can print each of them."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from importlib import import_module

import pytest

from tracking.domain.change import LIMIT_LABELS, Thresholds
from tracking.domain.definitions import Definition, Part, defined, definitions
from tracking.domain.measures import Measure

FOUND = {one.key: one for one in definitions()}

# Public functions that compute no figure of their own, and where the page says what they do.
SAID_UNDER = {
    "change.limit_words": "gransvarde",
    "change.began_below": "gransvarde",
    "change.crossed_cutoff": "forandringsklass",
    "signals.not_seen_sentence": "ej-sedd",
    "signals.ors_sentence": "forandringsklass",
    "signals.srs_sentence": "srs",
    "signals.saved_sentence": "forandringsklass",
    "statistics.hedges_factor": "medelforandring",
    "rounding.round_half_up": "avrundning",
    "rounding.sums_to_hundred": "avrundning",
    "rounding.whole_counts": "avrundning",
    "course.numbered": "vanligt-forlopp",
    "course.enough_scores": "vanligt-forlopp",
    "course.first_scores": "vanligt-forlopp",
    "course.open_ranges": "vanligt-forlopp",
    "course.beside": "vanligt-forlopp",
    "course.standing": "vanligt-forlopp",
}


def public_functions(module: str) -> list[str]:
    code = import_module(f"tracking.domain.{module}")
    return [
        f"{module}.{name}"
        for name, value in vars(code).items()
        if inspect.isfunction(value) and value.__module__ == code.__name__ and name[0] != "_"
    ]


@pytest.mark.parametrize(
    "function",
    [
        function
        for module in ("change", "signals", "course", "statistics", "capacity", "rounding")
        for function in public_functions(module)
    ],
)
def test_public_function_of_figures_has_an_entry(function: str) -> None:
    own = [one.key for one in FOUND.values() if one.function == f"domain.{function}"]
    assert own or SAID_UNDER[function] in FOUND


def test_nothing_is_said_under_a_function_that_is_gone() -> None:
    known = {
        f
        for m in ("change", "signals", "statistics", "rounding", "course")
        for f in public_functions(m)
    }
    assert set(SAID_UNDER) <= known


@pytest.mark.parametrize("measure", Measure)
def test_measure_of_a_target_has_its_words(measure: Measure) -> None:
    assert measure.label
    assert measure.help.endswith(".")


@pytest.mark.parametrize("one", FOUND.values(), ids=FOUND.keys())
def test_definition_is_whole_and_in_plain_words(one: Definition) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", one.key), "the key is an anchor in an address"
    assert one.heading[0].isupper()
    assert one.says.endswith(".")
    assert one.source.endswith(".")
    assert one.checked.endswith(".")
    assert one.formula
    assert one.unit
    module, name = one.function.rsplit(".", 1)
    assert callable(getattr(import_module(f"tracking.{module}"), name))
    assert set(one.limits) <= set(LIMIT_LABELS) <= {f.name for f in fields(Thresholds)}
    assert "effekt " not in one.says.lower()
    assert "!" not in one.says


def test_each_part_of_the_page_has_something_and_parts_come_in_order() -> None:
    parts = [one.part for one in definitions()]
    assert parts == sorted(parts, key=list(Part).index)
    assert set(parts) == set(Part)


def test_two_figures_never_share_an_anchor() -> None:
    taken = next(iter(FOUND))

    def another() -> None:
        """A function that computes nothing."""

    with pytest.raises(ValueError, match=taken):
        defined(
            taken,
            part=Part.TIME,
            heading="",
            says="",
            formula="",
            unit="",
            source="",
            checked="",
        )(another)
