"""Which of our own counts is of the same kind as an earlier one, by its words."""

from __future__ import annotations

import pytest

from tracking.outcomes.earlier import OwnCount, beside_what


@pytest.mark.parametrize(
    ("measure", "has_base", "own"),
    [
        ("Antal deltagare", False, OwnCount.THERE),
        ("Nya deltagare", False, OwnCount.STARTED),
        ("Startade", False, OwnCount.STARTED),
        ("Avslutade deltagare", False, OwnCount.ENDED),
        ("I arbete vid avslut", True, None),
        ("Kostnad per plats", False, None),
    ],
)
def test_only_a_count_of_the_same_kind_stands_beside(
    measure: str, has_base: bool, own: OwnCount | None
) -> None:
    assert beside_what(measure, has_base=has_base) is own
