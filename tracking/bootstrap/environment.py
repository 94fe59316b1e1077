"""The project's own virtual environment: made, filled and renewed when the pins change.

Works with the standard library and pip alone, also where Debian has left ``ensurepip``
out: then the pip of the calling Python installs into the environment. An environment
that is already there is never thrown away unless its Python no longer runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

Kind = Literal["runtime", "dev"]

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = "stegvis-installed.json"


class CannotPrepare(Exception):
    """The environment can't be made; the text says what the person at the keyboard can do."""


def scripts_folder(venv: Path = VENV) -> Path:
    """The folder where an environment keeps its programs, by platform."""
    return venv / ("Scripts" if os.name == "nt" else "bin")


def program(name: str, venv: Path = VENV) -> Path:
    """The path of an installed program, such as ``python`` or ``stegvis``."""
    return scripts_folder(venv) / (f"{name}.exe" if os.name == "nt" else name)


def prepare(kind: Kind) -> None:
    """Make sure that the environment holds what ``requirements/<kind>.txt`` pins.

    Costs nothing when the pins are those of the last time.
    Raises CannotPrepare where it can't be done.
    """
    _ensure_environment()
    wanted = {name: _fingerprint(name) for name in _contained(kind)}
    have = _read_stamp()
    if all(have.get(name) == value for name, value in wanted.items()):
        return
    _say(f"Installing what requirements/{kind}.txt pins; a minute or two …")
    # Taken away first: an interrupted installation must not look finished.
    (VENV / STAMP).unlink(missing_ok=True)
    pip = _pip()
    install = [*pip, "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    _run([*install, "--require-hashes", "-r", f"requirements/{kind}.txt"])
    _run([*install, "--no-deps", "--no-build-isolation", "--no-index", "-e", "."])
    (VENV / STAMP).write_text(json.dumps(wanted), encoding="utf-8")


def clean_environ() -> dict[str, str]:
    """The environment variables without those that would lead Python or pip elsewhere."""
    misleading = {"PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    return {name: value for name, value in os.environ.items() if name not in misleading}


def _contained(kind: Kind) -> tuple[Kind, ...]:
    """``dev`` pins everything that ``runtime`` pins, at the same versions (a test holds it)."""
    return ("runtime", "dev") if kind == "dev" else ("runtime",)


def _say(words: str) -> None:
    """Beside what a command answers: a bill of materials is led to a file."""
    print(words, file=sys.stderr, flush=True)


def _fingerprint(kind: Kind) -> str:
    digest = hashlib.sha256()
    # pyproject.toml names the console script; the root is where the editable install points.
    for part in (
        (ROOT / "requirements" / f"{kind}.txt").read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        str(ROOT).encode(),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads((VENV / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _ensure_environment() -> None:
    if VENV.exists() and not _python_runs():
        _say("The environment in .venv no longer runs; making a new one …")
        shutil.rmtree(VENV)
    if VENV.exists():
        return
    _say("Making a virtual environment in .venv …")
    command = [sys.executable, "-m", "venv", str(VENV)]
    if find_spec("ensurepip") is None:
        command.append("--without-pip")
    if find_spec("venv") is None or subprocess.run(command, env=clean_environ()).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotPrepare(
            "No virtual environment could be made with this Python.\n"
            "On Debian and Ubuntu: sudo apt-get install python3-venv, then the same command again."
        )


def _python_runs() -> bool:
    python = program("python")
    if not python.exists():
        return False
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", check], env=clean_environ()).returncode == 0


def _pip() -> list[str]:
    """The pip to install with: the environment's own, or the calling Python's, or a new one."""
    python = str(program("python"))
    candidates = [
        [python, "-m", "pip"],
        [sys.executable, "-m", "pip", "--python", python],
    ]
    for candidate in candidates:
        if _works([*candidate, "--version"]):
            return candidate
    if _works([python, "-m", "ensurepip"]) and _works([*candidates[0], "--version"]):
        return candidates[0]
    raise CannotPrepare(
        "No usable pip was found.\n"
        "On Debian and Ubuntu: sudo apt-get install python3-venv python3-pip; elsewhere:\n"
        "python3 -m ensurepip. Then remove the folder .venv and run the same command again."
    )


def _works(command: list[str]) -> bool:
    return subprocess.run(command, env=clean_environ(), capture_output=True).returncode == 0


def _run(command: list[str]) -> None:
    # What it says goes where ours does: see `_say`.
    if subprocess.run(command, cwd=ROOT, env=clean_environ(), stdout=2).returncode:
        raise CannotPrepare(
            "pip could not install the requirements; its own message stands above.\n"
            "The command can be run again: it goes on where it stopped."
        )
