"""The two commands: what is installed when, which browser is used, and when a run has failed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tracking.bootstrap import browser, commands, environment


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run; each of them passes."""
    seen: list[list[str]] = []

    def call(command: list[str]) -> int:
        seen.append(command)
        return 0

    monkeypatch.setattr(commands, "_call", call)
    monkeypatch.setattr(commands, "prepare", lambda kind: None)
    monkeypatch.setattr(commands, "_browser_ready", lambda: True)
    monkeypatch.setenv(commands.STARTED, "0")
    monkeypatch.chdir(environment.ROOT)
    return seen


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """What pip was asked for, in a small project of its own."""
    seen: list[list[str]] = []
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/runtime.txt", "requirements/dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text("first")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "_ensure_environment", lambda: None)
    monkeypatch.setattr(environment, "_pip", lambda: ["pip"])
    monkeypatch.setattr(environment, "_run", seen.append)
    return seen


def test_requirements_are_installed_with_their_hashes(installed: list[list[str]]) -> None:
    environment.prepare("runtime")
    assert installed[0][-3:] == ["--require-hashes", "-r", "requirements/runtime.txt"]


def test_nothing_is_installed_while_the_pins_are_the_same(installed: list[list[str]]) -> None:
    environment.prepare("dev")
    installed.clear()
    environment.prepare("dev")
    environment.prepare("runtime")
    assert installed == []


@pytest.mark.parametrize("name", ["requirements/dev.txt", "pyproject.toml"])
def test_changed_pins_are_installed_again(installed: list[list[str]], name: str) -> None:
    environment.prepare("dev")
    installed.clear()
    (environment.ROOT / name).write_text("second")
    environment.prepare("dev")
    assert installed


def test_installation_that_failed_is_begun_again(
    installed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str]) -> None:
        raise environment.CannotPrepare("pip failed")

    with monkeypatch.context() as patch:
        patch.setattr(environment, "_run", fail)
        with pytest.raises(environment.CannotPrepare):
            environment.prepare("runtime")
    environment.prepare("runtime")
    assert installed


def test_chosen_browser_goes_before_an_installed_one_and_no_other_is_wanted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = tmp_path / "browser"
    chosen.touch()
    monkeypatch.setenv(browser.CHOSEN, str(chosen))
    assert browser.find_browser() == chosen
    assert browser.SHELL not in browser.missing_packages()


@pytest.fixture
def _poppler_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debian where nothing of what the browser tests want is here but poppler."""
    monkeypatch.delenv(browser.CHOSEN, raising=False)
    monkeypatch.setattr(shutil, "which", {"pdftoppm": "/usr/bin/pdftoppm"}.get)
    monkeypatch.setattr(browser, "_usual_places", lambda: iter(()))


@pytest.mark.usefixtures("_poppler_alone")
def test_machine_without_a_browser_wants_the_shell_and_then_the_whole_one() -> None:
    assert browser.missing_packages() == ["chromium-headless-shell"]
    assert browser.missing_packages(shell=False) == ["chromium", "chromium-l10n"]


@pytest.mark.usefixtures("_poppler_alone")
def test_debians_whole_chromium_is_used_where_the_shell_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = tmp_path / "chromium"
    whole.touch()
    monkeypatch.setattr(browser, "_DEBIAN_CHROMIUM", whole)
    monkeypatch.setattr(browser, "_DEBIAN_SWEDISH", tmp_path / "sv.pak")
    monkeypatch.setattr(browser, "_usual_places", lambda: iter([whole]))
    asked: list[list[str]] = []

    def install(packages: list[str]) -> bool:
        asked.append(packages)
        return False

    monkeypatch.setattr(browser, "install", install)
    assert commands._browser_ready()
    assert asked == [["chromium-headless-shell"], ["chromium-l10n"]]


def test_chosen_browser_that_is_not_there_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ran: list[list[str]]
) -> None:
    monkeypatch.setenv(browser.CHOSEN, "nowhere/browser")
    monkeypatch.setattr(commands, "_browser_ready", browser.find_browser)
    assert commands.main(["test"]) == 1
    assert "nowhere/browser" in capsys.readouterr().err
    assert ran == []


def test_run_in_ci_without_a_browser_fails(
    monkeypatch: pytest.MonkeyPatch, ran: list[list[str]]
) -> None:
    monkeypatch.setattr(commands, "_browser_ready", lambda: False)
    monkeypatch.setenv("CI", "true")
    assert commands.main(["test"]) == 1
    assert ran == []


def test_browser_tests_are_left_out_loudly_where_nobody_relies_on_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ran: list[list[str]]
) -> None:
    monkeypatch.setattr(commands, "_browser_ready", lambda: False)
    monkeypatch.delenv("CI", raising=False)
    assert commands.main(["test"]) == 0
    assert "not browser" in ran[-1]
    assert "NOT run" in capsys.readouterr().out


def test_every_check_is_run_and_pytest_is_the_last(ran: list[list[str]]) -> None:
    commands.main(["test"])
    steps = ("check", "format", "mypy", "lint-imports", "pytest")
    words = [{Path(word).stem for word in command} for command in ran]
    assert [next(step for step in steps if step in said) for said in words] == list(steps)


def test_failed_check_fails_the_run_although_pytest_passes(
    monkeypatch: pytest.MonkeyPatch, ran: list[list[str]]
) -> None:
    monkeypatch.setattr(commands, "_call", lambda command: int("mypy" in command))
    assert commands.main(["test"]) == 1


def test_arguments_go_to_pytest_in_the_order_given(ran: list[list[str]]) -> None:
    commands.main(["test", "-k", "ladder", "tests/unit", "-x"])
    assert [command[-4:] for command in ran] == [["-k", "ladder", "tests/unit", "-x"]]


def test_demo_that_could_not_be_filled_leaves_no_half_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ran: list[list[str]]
) -> None:
    def half_fill(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        (tmp_path / "demo-unfinished.db").touch()
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(commands, "DEMO_DATABASE", tmp_path / "demo.db")
    monkeypatch.setattr(subprocess, "run", half_fill)
    monkeypatch.setattr(commands, "_port_is_free", lambda port: True)
    assert commands.main(["start", "demo"]) == 3
    assert not (tmp_path / "demo.db").exists()
