"""All that is measured, as one table for speed and one for load, each line beside its budget.

`python -m benchmarks` fills a demo of förbund size, which takes some minutes, and measures on it;
`--quick` takes a small one and few repetitions, to see that everything runs. On a database that is
there already, for example of national size: `--database sqlite:////data/copy.db`. Every ratio is
to something measured in the same run: stock Streamlit's hello page, DuckDB over a columnar copy,
an empty document, an empty page under the same load. The exit status is 1 when a line is outside
its budget.

That no request leaves the server's own address at the first load is no number: every test in
tests/browser fails when one does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks import disclosure, load, main_job, pages, release, reports, tables
from benchmarks.budgets import Line, printed
from benchmarks.ground import Ground, add_options, ground

SPEED: Mapping[str, Callable[[Ground], Iterator[Line]]] = {
    "tables": tables.measured,
    "release": release.measured,
    "disclosure": lambda here: disclosure.measured(here.quick),
    "reports": reports.measured,
    "pages": pages.measured,
    "main_job": main_job.measured,
}
"""What is measured of speed, what only reads first."""
LOAD = "load"
QUICK_SECONDS, SECONDS = 20, 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill or open, measure, print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add_options(parser)
    parser.add_argument("--only", choices=(*SPEED, LOAD), action="append", help="may be repeated")
    parser.add_argument("--seconds", type=float, help="how long the load lasts; left out: 300")
    options = parser.parse_args(arguments)
    chosen = options.only or (*SPEED, LOAD)
    crowd = load.Crowd(seconds=options.seconds or (QUICK_SECONDS if options.quick else SECONDS))
    speed: list[Line] = []
    under_load: list[Line] = []
    with ground(options) as here:
        for name in SPEED:
            if name in chosen:
                print(f"measuring {name} …", file=sys.stderr, flush=True)
                speed += SPEED[name](here)
        if speed:
            print(printed(f"Speed\n{here.in_words}", speed), flush=True)
        if LOAD in chosen:
            print(f"measuring {LOAD} …", file=sys.stderr, flush=True)
            under_load += load.measured(here, crowd)
            print("\n" + printed(f"Load\n{here.in_words}; {crowd.in_words}", under_load))
    return int(any(line.held is False for line in (*speed, *under_load)))


if __name__ == "__main__":
    raise SystemExit(main())
