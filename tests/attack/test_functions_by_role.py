"""Every function that a page could reach, called by every role: what the permission table does
not allow is refused, changes nothing, and is written down, once.

The functions are found, not listed: a new one without a line in `role_functions` fails here.
Visitors are all roles, staff and boards of another insats, somebody of another authority,
assignments that ended yesterday or begin tomorrow, and accounts without any.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import time_machine
from sqlalchemy import event

from tests.attack.role_functions import (
    LINES,
    SHOWS_PERSONS,
    Line,
    Rule,
    may,
    sees_persons,
)
from tests.attack.role_scene import NOW, Scene, Visitor, a_scene, note_changes, touched
from tests.databases import Sqlite
from tracking import outcomes, reports, services
from tracking.access import permissions, refusals
from tracking.access.actors import Actor
from tracking.access.permissions import ACTION_LABELS, PERMISSIONS, Action
from tracking.access.sign_ins import SignedOut
from tracking.domain.errors import NotFound, NotPermitted, StegvisError
from tracking.domain.roles import Role
from tracking.store.database import Database

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (services, outcomes, reports)
NEEDS_A_TRANSACTION = ("Session", "DbSession", "Transaction", "Writing", "Connection")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def functions() -> Iterator[tuple[str, Any]]:
    """Every function of the three packages that does not begin with an underscore, by its
    package and its name: in which file it lies may change.
    """
    for package in PACKAGES:
        for module in modules(package):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    yield called(module.__name__, name), function


def called(module: str, name: str) -> str:
    return f"{module.split('.')[1]}.{name}"


def annotations(function: Any) -> list[str]:
    return [str(p.annotation) for p in inspect.signature(function).parameters.values()]


def takes(function: Any, *types: str) -> bool:
    return any(annotation.strip("'\"") in types for annotation in annotations(function))


def public_names(module_name: str) -> bool:
    return not any(part.startswith("_") for part in module_name.split("."))


FOUND = [
    (name, function)
    for name, function in functions()
    if takes(function, "Database") and public_names(function.__module__)
]
REACHABLE = dict(FOUND)


def of_line(name: str) -> str:
    return name.partition(",")[0]


@pytest.fixture(scope="module")
def scene(sqlite_databases: Sqlite) -> Iterator[Scene]:
    with sqlite_databases.fresh(migrated=True) as url, time_machine.travel(NOW, tick=False):
        database = Database.open(url)
        # Written to the file as ever, but not waited for: a power cut is another test's.
        event.listen(database.engine, "connect", _do_not_wait)
        database.engine.dispose()
        yield a_scene(database)
        database.close()


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="module")
def file(scene: Scene) -> str:
    return str(scene.database.engine.url.database)


@pytest.fixture(scope="module")
def kept(scene: Scene, file: str) -> Iterator[sqlite3.Connection]:
    """The scene as it was, to be put back after each write."""
    memory = sqlite3.connect(":memory:")
    with sqlite3.connect(file) as source:
        note_changes(source)
        source.commit()
        source.backup(memory)
    yield memory
    memory.close()


@pytest.fixture(scope="module")
def watcher(file: str) -> Iterator[sqlite3.Connection]:
    """A connection beside the app's own, which sees what has been committed."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
    yield connection
    connection.close()


def put_back(kept: sqlite3.Connection, file: str) -> None:
    target = sqlite3.connect(file)
    target.execute("PRAGMA synchronous=OFF")
    kept.backup(target)
    target.close()


def logged(watcher: sqlite3.Connection) -> int:
    found = watcher.execute("SELECT coalesce(max(log_id), 0) FROM access_log_payload")
    return int(found.fetchone()[0])


def refusals_of(watcher: sqlite3.Connection, account_id: int, since: int) -> list[str | None]:
    found = watcher.execute(
        "SELECT detail FROM access_log_payload"
        " WHERE action = 'refused' AND account_id = ? AND log_id > ?",
        (account_id, since),
    )
    return [detail for (detail,) in found.fetchall()]


def tried(line: Line, scene: Scene, actor: Actor) -> tuple[object, StegvisError | None]:
    try:
        return line.call(scene, actor), None
    except StegvisError as error:
        return None, error


# --- complete ------------------------------------------------------------------------------


def test_every_function_has_a_line_and_every_line_a_function() -> None:
    assert len(FOUND) == len(REACHABLE), "two functions of one name in a package"
    lines = {of_line(name) for name in LINES}
    assert not set(REACHABLE) - lines, "give each of these a line in role_functions.py"
    assert not lines - set(REACHABLE), "these lines are of no function"


def test_every_function_that_takes_an_actor_maps_to_an_action_or_to_its_own_account() -> None:
    for name, line in LINES.items():
        has_actor = takes(REACHABLE[of_line(name)], "Actor")
        assert has_actor == (line.rule not in (Rule.OPEN, Rule.CONSOLE)), name
        assert (line.action is None) == (
            line.rule in (Rule.OPEN, Rule.CONSOLE, Rule.SELF, Rule.OWN, Rule.ANY_ROLE)
        ), name


def test_every_action_stands_in_the_table_and_has_words() -> None:
    assert set(PERMISSIONS) == set(ACTION_LABELS) == set(Action)
    assert all(PERMISSIONS.values())
    assert {role for roles in PERMISSIONS.values() for role in roles} == set(Role)


def test_every_action_is_asked_for_by_a_function() -> None:
    used = {line.action for line in LINES.values()} | {line.also for line in LINES.values()}
    assert not set(Action) - used


def test_every_pair_asks_the_table_alike_and_somebody_asks_it() -> None:
    """`check_can_x` and `can_x` come in twos, and each is used on floors 4 to 6."""
    names = {name for name, _ in inspect.getmembers(permissions, inspect.isfunction)}
    checks = {name.removeprefix("check_") for name in names if name.startswith("check_can_")}
    asks = {name for name in names if name.startswith("can_")}
    assert asks == checks
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("services", "outcomes", "reports", "exchange", "ui")
        for path in (ROOT / "tracking" / room).rglob("*.py")
    )
    unused = {ask for ask in asks if f"{ask}(" not in text}
    # What a report asks of the table is put together in a module beside it.
    rights = (ROOT / "tracking" / "access" / "report_rights.py").read_text(encoding="utf-8")
    unused = {ask for ask in unused if f"{ask}(" not in rights}
    # check_can_x contains can_x: one of the two is enough.
    assert not unused


def test_pages_reach_only_functions_that_have_a_line() -> None:
    """What works in a transaction that somebody else opened is never called from a page, nor is
    what has no actor and is the console's.
    """
    inside = {name for name, function in functions() if takes(function, *NEEDS_A_TRANSACTION)}
    console = {name for name, line in LINES.items() if line.rule is Rule.CONSOLE}
    may_import = {("tracking/web/first_start.py", "services.set_up")}
    found = []
    for room in ("tracking/ui", "tracking/web", "pages"):
        for path in (ROOT / room).rglob("*.py"):
            where = path.relative_to(ROOT).as_posix()
            for module, name in imported(path):
                full = resolved(module, name)
                if (full in inside or full in console) and (where, full) not in may_import:
                    found.append(f"{where} imports {full}")
    assert not found, "\n".join(found)


def imported(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name


def resolved(module: str, name: str) -> str:
    """What an import statement brings, by package and name; empty when it is none of ours."""
    if not module.startswith(("tracking.services", "tracking.outcomes", "tracking.reports")):
        return ""
    return called(module, name)


# --- every function by every role -----------------------------------------------------------


@pytest.mark.parametrize("name", sorted(LINES))
def test_function_gives_and_changes_only_what_the_table_allows(
    scene: Scene,
    file: str,
    kept: sqlite3.Connection,
    watcher: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    line = LINES[name]
    if line.rule is Rule.CONSOLE:
        assert not takes(REACHABLE[name], "Actor")
        return
    asked: set[Action] = set()
    real = permissions.can

    def noting(actor: Actor, action: Action, insats_id: int | None = None) -> bool:
        asked.add(action)
        return real(actor, action, insats_id)

    monkeypatch.setattr(permissions, "can", noting)
    put_back(kept, file)
    faults: list[str] = []
    let_in = 0
    for visitor in scene.visitors.values():
        refusals._latest.clear()
        actor = scene.actor(visitor.account_id)
        since = logged(watcher)
        answer, error = tried(line, scene, actor)
        changed = touched(watcher)
        if may(line, actor, scene):
            let_in += 1
            faults += wrong_for_allowed(line, visitor, error, bool(changed))
        else:
            faults += wrong_for_refused(line, visitor, error, changed)
            rows = refusals_of(watcher, visitor.account_id, since)
            if len(rows) != isinstance(error, NotPermitted):
                faults.append(f"{visitor.name}: {error!r} is in the log as {rows}")
        faults += too_much(name, visitor, scene, answer)
        if changed:
            put_back(kept, file)
    assert not faults, "\n".join(faults)
    assert bool(let_in) == (line.rule is not Rule.NOBODY)
    if line.rule in (Rule.INSATS, Rule.FORBUND, Rule.SPELL, Rule.CONSENTED):
        assert let_in < len(scene.visitors) / 2
        assert line.action in asked, f"never asked for {line.action}, but for {asked}"


def wrong_for_allowed(
    line: Line, visitor: Visitor, error: StegvisError | None, changed: bool
) -> list[str]:
    if line.then is not None:
        right = isinstance(error, line.then) and (
            line.rule is Rule.OPEN or not isinstance(error, NotPermitted)
        )
        return [] if right else [f"{visitor.name}: met {error!r} instead of {line.then}"]
    if error is not None and not (line.rule is Rule.OWN and isinstance(error, NotPermitted)):
        return [f"{visitor.name}: may, and was refused: {error!r}"]
    if line.writes and not changed:
        return [f"{visitor.name}: may, and nothing was written"]
    if changed and not line.writes:
        return [f"{visitor.name}: reading changed something"]
    return []


def wrong_for_refused(
    line: Line, visitor: Visitor, error: StegvisError | None, changed: object
) -> list[str]:
    faults = []
    if not isinstance(error, NotPermitted | NotFound):
        faults.append(f"{visitor.name}: may not, and got {error!r}")
    if changed:
        faults.append(f"{visitor.name}: may not, and changed {changed}")
    return faults


def too_much(name: str, visitor: Visitor, scene: Scene, answer: object) -> list[str]:
    """Codes, words and birth years of the insats stand in an answer only for those who see them,
    and do stand there for them where persons are shown.
    """
    said = repr(getattr(answer, "value", answer))
    told = {secret for secret in (*scene.codes, *scene.words) if secret in said}
    own = {secret for secret in told if is_of_consented(scene, secret)}
    sees = sees_persons(visitor, scene)
    if told and not sees and not (told <= own and sees_consented(visitor, scene)):
        allowed = LINES[name].rule is Rule.CONSENTED or name.startswith("services.")
        if not (allowed and may(LINES[name], scene.actor(visitor.account_id), scene)):
            return [f"{visitor.name}: was told {sorted(told)}"]
    if sees and name in SHOWS_PERSONS and not told:
        return [f"{visitor.name}: sees persons, and was shown none"]
    return []


def is_of_consented(scene: Scene, secret: str) -> bool:
    return secret in (scene.codes[2], scene.words[2])


def sees_consented(visitor: Visitor, scene: Scene) -> bool:
    roles = scene.actor(visitor.account_id).roles_in(scene.insats)
    return bool(roles & PERMISSIONS[Action.SEE_PERSONS])


def test_what_is_written_is_noticed_and_put_back(
    scene: Scene, file: str, kept: sqlite3.Connection, watcher: sqlite3.Connection
) -> None:
    put_back(kept, file)
    name = "services.set_budget"
    LINES[name].call(scene, scene.actor(scene.admin))
    assert touched(watcher) >= {"finished_write", "budget"}
    put_back(kept, file)
    assert not touched(watcher)


# --- whoever is no longer there -------------------------------------------------------------


WRITES = sorted(
    name
    for name, line in LINES.items()
    if line.writes and line.rule is not Rule.CONSOLE and not name.endswith("change_own_password")
)


@pytest.mark.parametrize("name", WRITES)
def test_write_asks_first_whether_whoever_the_page_was_drawn_for_is_still_there(
    scene: Scene, file: str, kept: sqlite3.Connection, watcher: sqlite3.Connection, name: str
) -> None:
    """Whatever the page forgets: the write itself asks, and nothing is written if not."""
    line = LINES[name]
    put_back(kept, file)

    def gone() -> Actor:
        raise SignedOut

    for visitor in scene.visitors.values():
        actor = scene.actor(visitor.account_id)
        if not may(line, actor, scene):
            continue
        with pytest.raises(SignedOut):
            line.call(scene, replace(actor, ask_again=gone))
        assert not touched(watcher), visitor.name
        return
    raise AssertionError("nobody may do it")
