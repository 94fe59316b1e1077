"""Random histories and malformed input, short; the long modes are in ``tests.faults.fuzz``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.faults.histories import Histories
from tests.faults.malformed import PARSERS, try_parser

TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", PARSERS)
def test_malformed_input_gets_a_sentence_and_never_a_traceback(name: str) -> None:
    inputs = 40 if "file" in name else 300
    read, refused = try_parser(name, inputs)
    assert read + refused == inputs
    assert refused > inputs // 20
