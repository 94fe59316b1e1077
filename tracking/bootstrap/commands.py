"""The command line of ``python3 -m tracking``: ``start``, ``start demo``, ``test``, ``sbom`` and
``licences``.

Each command first makes the environment ready, then hands over to the programs installed
in it. What the app itself can do on the command line is ``stegvis`` (tracking/commands).
"""

from __future__ import annotations

import argparse
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tracking.bootstrap import browser
from tracking.bootstrap.environment import ROOT, CannotPrepare, clean_environ, prepare, program

ADDRESS = "127.0.0.1"
PORT = 8501
DEMO_DATABASE = ROOT / "data" / "demo.db"
DATABASE_URL = "STEGVIS_DATABASE_URL"
STARTED = "STEGVIS_TEST_STARTED"


def main(arguments: Sequence[str]) -> int:
    """Run one command and answer its exit code."""
    # pytest's arguments are pytest's own business, in the order they were given.
    command, pytest_arguments = arguments[:1], arguments[1:]
    asks_for_tests = list(command) == ["test"] and not {"-h", "--help"} & set(pytest_arguments)
    options = _parser().parse_args(command if asks_for_tests else arguments)
    try:
        if options.command == "start":
            return start(demo=options.what == "demo", port=options.port)
        if options.command in ("sbom", "licences"):
            return _supply(options.command)
        return test(pytest_arguments)
    except (CannotPrepare, browser.NoBrowser) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def start(*, demo: bool, port: int) -> int:
    """Install, and serve the app on this machine until it is stopped with Ctrl+C.

    The app's own start-up makes or migrates its database. With ``demo`` a database of
    synthetic people is filled first, once, and nothing else is read or written.
    """
    prepare("runtime")
    if not _port_is_free(port):
        print(
            f"Port {port} is in use already. Choose another: "
            f"python3 -m tracking start{' demo' if demo else ''} --port {port + 1}",
            file=sys.stderr,
        )
        return 1
    environ = clean_environ()
    if demo:
        if not DEMO_DATABASE.exists() and (failed := _fill_demo(environ)):
            return failed
        environ[DATABASE_URL] = _sqlite_url(DEMO_DATABASE)
    print(f"Stegvis: http://{ADDRESS}:{port}  (Ctrl+C stops it)", flush=True)
    command = [str(program("python")), "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", ADDRESS, "--server.port", str(port)]
    os.chdir(ROOT)
    if os.name == "nt":
        return subprocess.run(command, env=environ).returncode
    # The server takes this process's place, so that whoever stops this stops the server.
    os.execve(command[0], command, environ)


def test(pytest_arguments: Sequence[str]) -> int:
    """Install, and run every check; with arguments, only pytest with those arguments.

    pytest runs last, so that its closing line is the last one printed.
    Answers 0 only when every check passed.
    """
    os.environ[STARTED] = str(time.time())
    prepare("dev")
    has_browser = _browser_ready()
    if not has_browser and in_ci():
        print(
            "\nNo Chromium, Chrome or Edge was found, and none could be installed. In CI the "
            "browser tests\nmust run, so this run has failed.",
            file=sys.stderr,
        )
        return 1
    os.chdir(ROOT)
    pytest = [str(program("python")), "-m", "pytest"]
    if not has_browser:
        pytest += ["-m", "not browser"]
    failed: list[str] = []
    if pytest_arguments:
        pytest += pytest_arguments
    else:
        # A file is one worker's, since its tests share what they start from, a server among it;
        # marked groups are not, as pytest-xdist 3.8 cannot name them to pytest 9.2.
        pytest += ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
        pytest += ["--durations", "15"]
        failed = [name for name, command in _checks() if not _passes(name, command)]
    # Said before pytest, whose closing line is to be the last.
    if failed:
        print(f"\nFAILED before pytest: {', '.join(failed)}. This run will exit with 1.\n")
    if not has_browser:
        print(
            "\n*** No browser: the browser tests are NOT run. Install Chromium, Chrome or Edge, or"
            f"\n*** name one in {browser.CHOSEN}, and run this again before you trust the result.\n"
        )
    return _call(pytest) or int(bool(failed))


def _supply(what: str) -> int:
    """Install what production has, and tell of it from inside."""
    prepare("runtime")
    return _call([str(program("python")), "-m", "tracking.bootstrap.supply", what])


def in_ci() -> bool:
    """Whether this is an unattended run, where nothing may be left out."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m tracking", description="Install Stegvis, and start it or test it."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start", help="install and start the app on this machine")
    starting.add_argument(
        "what", nargs="?", choices=["demo"], help="the demo, on a database of its own"
    )
    starting.add_argument("--port", type=int, default=PORT, help=f"default {PORT}")
    commands.add_parser("sbom", help="print what Stegvis is made of, as CycloneDX")
    commands.add_parser("licences", help="write docs/licences.md anew")
    commands.add_parser(
        "test",
        help="install and run every check and test",
        usage="%(prog)s [pytest's arguments]",
        description="With arguments only pytest is run, with them.",
    )
    return parser


def _port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def _sqlite_url(database: Path) -> str:
    return f"sqlite:///{database.as_posix()}"


def _fill_demo(environ: dict[str, str]) -> int:
    """Fill the demo's database beside its place and move it there when it is whole."""
    DEMO_DATABASE.parent.mkdir(exist_ok=True)
    unfinished = DEMO_DATABASE.with_name("demo-unfinished.db")
    for left_over in unfinished.parent.glob(f"{unfinished.name}*"):
        left_over.unlink()
    print("Filling the demo's database with synthetic people …", flush=True)
    url = _sqlite_url(unfinished)
    command = [str(program("stegvis")), "demo", "--database", url, "--seed", "1"]
    failed = subprocess.run(command, cwd=ROOT, env={**environ, DATABASE_URL: url}).returncode
    if failed:
        print("The demo could not be made; the message stands above.", file=sys.stderr)
        return failed
    # What SQLite still keeps beside the file has to be in it before it moves.
    connection = sqlite3.connect(unfinished)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    unfinished.replace(DEMO_DATABASE)
    return 0


def _browser_ready() -> bool:
    for shell in (True, False):
        missing = browser.missing_packages(shell=shell)
        if not missing or browser.install(missing):
            break
        print(f"Not here, and could not be installed: {', '.join(missing)}.", flush=True)
    return browser.find_browser() is not None


def _checks() -> list[tuple[str, list[str]]]:
    python = str(program("python"))
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [python, "-m", "mypy"]),
        ("import contracts", [str(program("lint-imports")), "--no-logo", "--no-cache"]),
    ]


def _passes(name: str, command: list[str]) -> bool:
    print(f"\n--- {name}", flush=True)
    began = time.monotonic()
    passed = _call(command) == 0
    print(f"--- {name}: {'ok' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s")
    return passed


def _call(command: list[str]) -> int:
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, env=clean_environ()).returncode
