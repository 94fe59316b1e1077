"""The two commands that work before anything is installed.

``python3 -m tracking start`` installs and starts the app, ``python3 -m tracking test``
installs and runs every check. Only the standard library is used here and in
``tracking/bootstrap``; what the commands do lives there. This file itself must be
readable to an old Python, so that it can say which one is wanted.
"""

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        f"Stegvis needs Python {OLDEST[0]}.{OLDEST[1]} or newer; "
        f"this is Python {sys.version_info[0]}.{sys.version_info[1]}.\n"
        "Install a newer one and run the same command with it, for example python3.11."
    )

from tracking.bootstrap.commands import main  # noqa: E402 - only after the check above

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
