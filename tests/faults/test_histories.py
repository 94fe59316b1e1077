"""Random histories and malformed input, short; the long modes are in ``tests.faults.fuzz``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.history_acts import Histories
from tests.faults.malformed import PARSERS, try_parser
from tests.faults.malformed_files import FILE_PARSERS

SHORT = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_several_people_do_in_whatever_order_every_rule_holds() -> None:
    Histories.tally.clear()
    run_state_machine_as_test(Histories, settings=SHORT)
    done = {name for name, held in Histories.tally if held}
    refused = {name for name, held in Histories.tally if not held}
    # Histories in which everything is refused would show nothing, nor would the opposite.
    assert len(done) >= 6
    assert len(refused) >= 6
    held = sum(number for (_, was_done), number in Histories.tally.items() if was_done)
    assert 4 * held >= Histories.tally.total()


@pytest.mark.parametrize("name", PARSERS)
def test_malformed_input_gets_a_sentence_and_never_a_traceback(name: str) -> None:
    inputs = 40 if name in FILE_PARSERS else 300
    read, refused = try_parser(name, inputs)
    assert read + refused == inputs
    assert refused > inputs // 20
