"""A browser for the browser tests: which one is here, and how to get one where there is none.

Any installed Chromium, Chrome or Edge will do; ``STEGVIS_CHROMIUM`` names another. Chromium's own
headless shell goes before them: the same engine without a window around it, which asks the
processor for a quarter less. On Debian the packages that the tests want are installed where that
needs no password. Nothing is ever downloaded from anywhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHOSEN = "STEGVIS_CHROMIUM"

SHELL = "chromium-headless-shell"
_COMMANDS = (
    SHELL,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
    "msedge",
)
_MAC_APPS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS_PROGRAMS = (
    r"Chromium\Application\chrome.exe",
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
_DEBIAN_CHROMIUM = Path("/usr/bin/chromium")
_DEBIAN_SWEDISH = Path("/usr/lib/chromium/locales/sv.pak")


class NoBrowser(Exception):
    """The browser named in ``STEGVIS_CHROMIUM`` does not exist."""


def find_browser() -> Path | None:
    """The browser that the tests are to use, or None.

    Raises NoBrowser when ``STEGVIS_CHROMIUM`` is set and points to nothing: a person who
    chose a browser should not silently get another.
    """
    chosen = os.environ.get(CHOSEN)
    if chosen:
        if not Path(chosen).is_file():
            raise NoBrowser(f"{CHOSEN} points to {chosen}, and there is no such file.")
        return Path(chosen)
    return next((path for path in _usual_places() if path.is_file()), None)


def missing_packages(*, shell: bool = True) -> list[str]:
    """The Debian packages that the tests would use and that are not here. Without ``shell`` they
    are those for a release of Debian that has no headless shell.
    """
    missing = []
    browser = find_browser()
    if shell and browser in (None, _DEBIAN_CHROMIUM) and CHOSEN not in os.environ:
        missing.append(SHELL)
    elif browser is None:
        missing += ["chromium", "chromium-l10n"]
    elif browser == _DEBIAN_CHROMIUM and not _DEBIAN_SWEDISH.exists():
        missing.append("chromium-l10n")
    if shutil.which("pdftoppm") is None:
        missing.append("poppler-utils")
    return missing


def install(packages: list[str]) -> bool:
    """Install Debian packages, where apt-get is here and needs no password; True if it worked."""
    prefix = _apt_prefix()
    if prefix is None:
        return False
    print(f"Installing {', '.join(packages)} with apt-get …", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"]
    for command in (
        ["update", *quiet],
        ["install", "--yes", "--no-install-recommends", *quiet, *packages],
    ):
        done = subprocess.run([*prefix, *command], env=environ, stdin=subprocess.DEVNULL)
        if done.returncode:
            return False
    return True


def _apt_prefix() -> list[str] | None:
    if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    asks_nothing = (
        shutil.which("sudo") is not None
        and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )
    return ["sudo", "-n", "apt-get"] if asks_nothing else None


def _usual_places() -> Iterator[Path]:
    for command in _COMMANDS:
        found = shutil.which(command)
        if found:
            yield Path(found)
    yield Path("/snap/bin/chromium")
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for app in _MAC_APPS:
            yield folder / app
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        folder_name = os.environ.get(variable)
        if folder_name:
            for installed in _WINDOWS_PROGRAMS:
                yield Path(folder_name) / installed
