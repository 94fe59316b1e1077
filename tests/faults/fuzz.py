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
    """The long mode; 0 leaves a part out. What breaks a rule is raised, as short as can be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--inputs", type=int, default=10_000)
    options = parser.parse_args()
    for name in PARSERS if options.inputs else ():
        began = time.process_time()
        read, refused = try_parser(name, options.inputs)
        print(
            f"{name}: {options.inputs} inputs, {read} read, {refused} refused with a sentence, "
            f"no other fault ({time.process_time() - began:.0f} s of processor time)",
            flush=True,
        )
    if options.histories:
        _histories(options.histories, options.steps)
    return 0


def _histories(number: int, steps: int) -> None:
    began = time.process_time()
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=number,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    tally = Histories.tally
    done, refused = (sum(n for (_, held), n in tally.items() if held is it) for it in (True, False))
    print(
        f"{Histories.made} histories: {done} things done, {refused} refused "
        f"({time.process_time() - began:.0f} s of processor time)"
    )
    for name in sorted({name for name, _ in tally}):
        print(f"  {name}: {tally[name, True]} done, {tally[name, False]} refused")


if __name__ == "__main__":
    raise SystemExit(main())
