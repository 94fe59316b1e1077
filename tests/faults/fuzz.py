"""Random histories and malformed input, many: the long modes of `test_histories`.

python -m tests.faults.fuzz --histories 500 --steps 60 --inputs 10000
"""

from __future__ import annotations

import argparse
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.history_acts import Histories
from tests.faults.malformed import PARSERS, try_parser


def main() -> int:
    """The long mode; whatever breaks a rule is raised with the shortest history that does."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--inputs", type=int, default=10_000)
    options = parser.parse_args()
    for name in PARSERS:
        began = time.monotonic()
        read, refused = try_parser(name, options.inputs)
        print(
            f"{name}: {options.inputs} inputs, {read} read, {refused} refused with a sentence, "
            f"no other fault ({time.monotonic() - began:.0f} s)",
            flush=True,
        )
    began = time.monotonic()
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=options.histories,
            stateful_step_count=options.steps,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    done = {name: number for (name, held), number in Histories.tally.items() if held}
    refused = sum(number for (_, held), number in Histories.tally.items() if not held)
    print(
        f"{Histories.made} histories: {sum(done.values())} things done {done}, {refused} refused "
        f"({time.monotonic() - began:.0f} s)"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
