"""The rules of the house that no linter knows, held over every tracked file.

What a room may import is held by the contracts in pyproject.toml; here stand the pages
(which lie outside the package), the size of files, and what must never be committed.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
LONGEST = 400
LONGER_FOR_A_REASON = {
    "tracking/domain/memory_word_list.py": "a list of words, one a line, and nothing else",
    "tracking/store/migrations/versions/0001_the_whole_model.py": "every table, written once",
}
DATA_LIBRARIES = {"sqlalchemy", "sqlmodel", "alembic", "sqlite3", "psycopg"}


def tracked_files(*patterns: str) -> list[Path]:
    """The files that git keeps, or would keep if they were added now."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listing.stdout.decode().split("\0")
    return sorted({ROOT / name for name in names if name and (ROOT / name).is_file()})


def texts(files: list[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        try:
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def imported_packages(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def first_call(tree: ast.Module) -> str | None:
    """The name of the function that a script calls before it does anything else."""
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        value = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            return value.func.id
        return None
    return None


def has_guard(source: str) -> bool:
    tree = ast.parse(source)
    guards = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "tracking.ui.guard"
        for name in node.names
        if name.name == "require"
    }
    return first_call(tree) in guards


def test_there_are_pages() -> None:
    assert PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_asks_the_guard_before_anything_else(page: Path) -> None:
    assert has_guard(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "import streamlit as st\nst.title('x')\n",
        "from tracking.ui.guard import require\nx = 1\nrequire()\n",
        "from elsewhere import require\nrequire()\n",
        "from tracking.ui.guard import require\nif True:\n    require()\n",
    ],
)
def test_page_that_does_anything_before_the_guard_is_seen(source: str) -> None:
    assert not has_guard(source)


def test_page_may_keep_what_the_guard_answers() -> None:
    assert has_guard('"""Sida."""\nfrom tracking.ui.guard import require\nactor = require(1)\n')


@pytest.mark.parametrize("script", [*PAGES, ROOT / "app.py"], ids=lambda script: script.name)
def test_page_holds_no_sql(script: Path) -> None:
    assert not imported_packages(ast.parse(script.read_text("utf-8"))) & DATA_LIBRARIES


def test_app_is_the_literal_call_that_streamlit_looks_for() -> None:
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    calls = [ast.unparse(n.value.func) for n in tree.body if _is_app_assignment(n)]
    assert calls == ["st.App"]


def _is_app_assignment(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "app"
        and isinstance(node.value, ast.Call)
    )


def test_a_file_is_one_idea_of_at_most_400_lines() -> None:
    files = tracked_files("tracking/**/*.py", "tracking/*.py", "pages/*.py", "app.py")
    lengths = {name: len(text.splitlines()) for name, text in texts(files)}
    assert lengths
    too_long = {n: k for n, k in lengths.items() if k > LONGEST and n not in LONGER_FOR_A_REASON}
    assert not too_long


def test_every_function_in_a_test_file_that_looks_like_a_test_is_run() -> None:
    """pytest collects only ``test_*``; an assertion in anything else at the top might never run."""
    lost = []
    for name, text in texts(tracked_files("tests/**/test_*.py")):
        functions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
        called = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
        lost += [
            f"{name}: {function.name}"
            for function in functions
            if not function.name.startswith("test_")
            and not function.decorator_list
            and function.name not in called
        ]
    assert not lost


def test_every_test_file_is_collected() -> None:
    """A file of tests under another name would silently never run."""
    strays = [
        name
        for name, text in texts(tracked_files("tests/**/*.py"))
        if re.search(r"^(async )?def test_", text, re.MULTILINE)
        and not Path(name).name.startswith("test_")
    ]
    assert not strays


def test_nothing_is_left_for_later() -> None:
    # Put together here so that this file does not find itself.
    words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]
    pattern = re.compile(r"\b(" + "|".join(words) + r")\b")
    found = [
        f"{name}: {line.strip()}"
        for name, text in texts(tracked_files("*.py", "*.toml", "*.js", "*.css", "*.typ", ".ci/*"))
        for line in text.splitlines()
        if pattern.search(line)
    ]
    assert not found


def test_no_test_is_left_out() -> None:
    pattern = re.compile(r"mark\.(" + "skip|xfail" + r")|pytest\.(" + "skip|xfail" + r")\(")
    found = [name for name, text in texts(tracked_files("tests/**/*.py")) if pattern.search(text)]
    assert not found


def test_no_address_of_a_registry_and_no_path_of_a_machine_is_kept() -> None:
    # Put together here so that this file does not find itself. An option that keeps an
    # index's address out of a file (--no-emit-…) is welcome, one that names it is not.
    hosts = r"pypi\.org|pythonhosted\.org|npmjs\.(com|org)|(?<!-emit-)index" + "-url"
    folders = r"(?<![\w.-])/(root|work|home/\w+|Users/\w+)" + "/"
    pattern = re.compile(f"{hosts}|{folders}")
    found = [
        f"{name}: {line.strip()[:120]}"
        for name, text in texts(tracked_files())
        for line in text.splitlines()
        if pattern.search(line)
    ]
    assert not found


def test_runtime_and_dev_pin_the_same_versions() -> None:
    """An environment made for the tests is then good for starting the app, and what is
    tested is what is started.
    """
    runtime, dev = pins("runtime"), pins("dev")
    assert runtime
    assert runtime <= dev


def pins(kind: str) -> set[str]:
    text = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^[a-z0-9][^\s\\]*==[^\\\n]*[^\\\s]", text, re.MULTILINE))


def test_the_two_commands_need_nothing_but_the_standard_library() -> None:
    """``-S`` leaves out everything that is installed."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import tracking.bootstrap.commands"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
