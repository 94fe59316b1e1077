"""The command ``stegvis``. What each command does lives in tracking/commands.

A broken rule becomes one sentence and exit status 1, never a traceback. What a command needs
is imported when it runs, so that asking for help costs nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from tracking.commands import (
    account,
    backup,
    course,
    demo,
    extract,
    import_,
    migrate,
    retention,
    schema,
    verify,
)
from tracking.domain.errors import StegvisError

COMMANDS = (
    demo,
    migrate,
    verify,
    backup,
    schema,
    account,
    course,
    import_,
    retention,
    extract,
)
"""In the order of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except StegvisError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nAvbrutet.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stegvis", description="Uppföljning av deltagare och resultat i samordningsförbund."
    )
    commands = parser.add_subparsers(required=True, metavar="kommando")
    for command in COMMANDS:
        command.add_to(commands)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
