"""All that a real browser receives as somebody of the förbund zone, searched for people.

The database is made for it: every participant has a code, a memory word and a birth year that
occur nowhere else, written in after the release was made. Each role's menu is walked, every
folded part opened, every choice made, every file fetched; and every frame of the websocket,
every answer that is not Streamlit's own, the document and the files are searched. Last, a planted
leak shows that the search would find one.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, Response, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.attack.role_scene import NOW, a_scene
from tests.browser.conftest import browser_context_args, browser_type_launch_args
from tests.browser.person import Person, Served, plain
from tests.browser.serving import Server
from tracking.store.database import Database

__all__ = ["browser_context_args", "browser_type_launch_args"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

READERS = ("board", "forbund_admin", "auditor", "steering_group", "styrgrupp för insatsen")
K = 5
OWN_OF_STREAMLIT = ("/static/", "/_stcore/health", "/_stcore/host-config", "/favicon")
MOST_CHOICES = 3
"""Of a list with more options than this the first ones are chosen."""

OFFICE = (".docx", ".xlsx")
OF_NOBODY = frozenset({"Exakta", "Intervall", "Dolda", "Granskningar"})
"""Columns that count cells of a release or reviews of the log, and no participants."""

INVENTED = "påhittad"
"""What the captions of worked examples say."""


@dataclass(frozen=True)
class Secrets:
    """What tells of a person."""

    codes: tuple[str, ...]
    words: tuple[str, ...]
    years: tuple[int, ...]

    def found_in(self, text: str) -> set[str]:
        """The secrets that stand in a text, also where Swedish letters are written as escapes."""
        plain_text = text if "\\u" not in text else text + _unescaped(text)
        told = {secret for secret in (*self.codes, *self.words) if secret in plain_text}
        years = {int(year) for year in re.findall(r"(?<![\w.-])(19[0-4]\d)(?![\w:-])", plain_text)}
        return told | {str(year) for year in years & set(self.years)}


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)


@dataclass
class Received:
    """Everything that came to one browser, by where it came."""

    texts: list[tuple[str, str]] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Keep what comes from now on."""
        page.on("websocket", self._socket)
        page.on("response", self._answer)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self._frame(payload))

    def _frame(self, payload: str | bytes) -> None:
        raw = payload.encode() if isinstance(payload, str) else payload
        self.texts.append(("frame", raw.decode("utf-8", "replace")))
        message = ForwardMsg()
        message.ParseFromString(raw)
        self.texts.append(("message", str(message)))

    def _answer(self, answer: Response) -> None:
        path = answer.url.split("?", 1)[0]
        if any(part in path for part in OWN_OF_STREAMLIT) or answer.status >= 300:
            return
        try:
            self.texts.append((path, readable(answer.body())))
        except Exception as fault:
            # A download's answer belongs to the download, which is read as a file.
            self.texts.append((path, type(fault).__name__))

    def told(self, secrets: Secrets) -> dict[str, set[str]]:
        """What was found, and where."""
        found: dict[str, set[str]] = {}
        for where, text in self.texts:
            if told := secrets.found_in(text):
                found.setdefault(where, set()).update(told)
        return found


def readable(raw: bytes) -> str:
    """The text of an answer or a file; of an Office file, all of its parts."""
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            return "\n".join(
                parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
            )
    return raw.decode("utf-8", "replace")


@dataclass(frozen=True)
class House:
    """The app on the database, what is secret in it, and the release as it is stored."""

    served: Served
    secrets: Secrets
    titles: dict[str, str]


def make(folder: Path) -> Path:
    """The database, with secrets that are nowhere else."""
    file = folder / "board.db"
    with time_machine.travel(NOW, tick=False):
        database = Database.open(f"sqlite:///{file.as_posix()}")
        a_scene(database, is_demo=True, crowd=34)
        database.close()
    with sqlite3.connect(file) as connection:
        connection.execute(
            "UPDATE participant SET memory_word = 'Hemligord' || id || 'q',"
            " birth_year = 1931 + id % 9"
        )
    return file


def secrets_of(file: Path) -> Secrets:
    with sqlite3.connect(file) as connection:
        rows = connection.execute(
            "SELECT code, memory_word, birth_year FROM participant"
        ).fetchall()
    return Secrets(
        tuple(code for code, _, _ in rows),
        tuple(word for _, word, _ in rows),
        tuple({year for _, _, year in rows}),
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("board")
    file = make(folder)
    with Server(file, folder) as server:
        yield House(Served(server.url, file, server.log), secrets_of(file), {})


def walk(me: Person, account: str, to: Path, *, choosing: bool = False) -> Received:
    """Everything that the account's menu leads to, opened and fetched; with ``choosing`` also
    what the choices on the pages lead to.
    """
    received = Received()
    received.listen(me.page)
    me.page.goto(me.served.url)
    me.page.get_by_role("button", name=account, exact=True).click()
    expect(me.page.get_by_role("link", name="Byt konto")).to_be_visible()
    for name in me.page.get_by_test_id("stSidebarNavLink").all_inner_texts():
        me.page.get_by_test_id("stSidebarNavLink").filter(has_text=name.strip()).first.click()
        expect(me.page).to_have_title(f"{name.strip()} – Stegvis")
        me.drawn()
        look(me, received, to)
        if choosing:
            choose_everything(me, received, to)
    return received


def look(me: Person, received: Received, to: Path) -> None:
    """The page as it stands: unfolded, its files fetched, its small numbers in order."""
    for folded in me.main.locator("details:not([open]) > summary").all():
        if folded.is_visible():
            folded.click()
    me.settled()
    received.texts.append((me.page.url, me.page.content()))
    received.texts += [("table", f"{me.page.url}: {fault}") for fault in small_cells(me)]
    for button in me.main.get_by_test_id("stDownloadButton").get_by_role("button").all():
        with me.page.expect_download() as fetched:
            button.click()
        target = to / fetched.value.suggested_filename
        fetched.value.save_as(target)
        received.texts.append((target.name, readable(target.read_bytes())))


def choose_everything(me: Person, received: Received, to: Path) -> None:
    """Each option of each list and each group of radios, one after the other."""
    for place in range(me.main.get_by_role("combobox").count()):
        box = me.main.get_by_role("combobox").nth(place)
        if not box.is_visible():
            continue
        box.click()
        options = me.page.get_by_role("option").all_inner_texts()[:MOST_CHOICES]
        me.page.keyboard.press("Escape")
        for option in options[1:]:
            box.click()
            me.page.get_by_role("option").filter(has_text=option).first.click()
            me.settled()
            look(me, received, to)
            if not box.is_visible():
                return


TOTALS = re.compile(r"alla|tot|startade|avslutade|pågående|fullföljda|anonyma", re.IGNORECASE)


def small_cells(me: Person) -> list[str]:
    """Counts from 0 to k − 1 in a table that is not of undivided head counts.

    The head counts of an insats are exact by rule; they stand in tables whose rows or columns
    are the flows themselves.
    """
    faults = []
    for table in me.main.get_by_role("table").all():
        caption = plain(table.evaluate("node => node.closest('[aria-label]')?.ariaLabel || ''"))
        rows = table.locator("tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        )
        if not rows or INVENTED in caption:
            continue
        head = [plain(text) for text in rows[0]]
        for row in rows[1:]:
            first = plain(row[0]) if row else ""
            for column, cell in zip(head[1:], row[1:], strict=False):
                if column in OF_NOBODY or TOTALS.search(column) or TOTALS.search(first):
                    continue
                count = re.fullmatch(r"(\d)(?: \(\d.*\)| av \d+.*)?", plain(cell))
                if count and int(count.group(1)) < K:
                    faults.append(f"SMALL {caption}: {first} × {column} = {plain(cell)}")
    return faults


@pytest.mark.parametrize("account", READERS)
def test_nothing_that_the_browser_receives_tells_of_a_person(
    page: Page, house: House, tmp_path: Path, account: str
) -> None:
    me = Person(page, house.served)
    received = walk(me, account, tmp_path, choosing=account == "board")
    assert sum(where == "frame" for where, _ in received.texts) > 10
    assert any("Stigen" in text for _, text in received.texts), "the release was read"
    assert received.told(house.secrets) == {}
    fetched = {where: text for where, text in received.texts if where.endswith(OFFICE)}
    assert {Path(name).suffix for name in fetched} >= {".docx", ".xlsx"}
    small = sorted({text for where, text in received.texts if where == "table"})
    assert not small, "\n".join(small)


def test_stored_release_names_no_birth_year_that_was_there_when_it_was_made(house: House) -> None:
    """The years were changed afterwards; those of the release itself are looked for here."""
    for (content,) in house.served.rows("SELECT content FROM released_table"):
        assert not re.search(r"(?<![\d.])19[4-9]\d(?![\d:])", content)
        assert not house.secrets.found_in(content)


# --- the search can fail ---------------------------------------------------------------------


def test_search_finds_a_code_a_word_and_a_year_planted_in_a_release(
    page: Page, house: House, tmp_path: Path
) -> None:
    """The same walk over a release that names a person, as a fault would have stored it."""
    planted = tmp_path / "planted.db"
    shutil.copy(house.served.database, planted)
    code, word = house.secrets.codes[0], house.secrets.words[1]
    leak = f"Stigen {code} {word} {house.secrets.years[0]}"
    with sqlite3.connect(planted) as connection:
        connection.execute("DROP TRIGGER guard_released_table_update")
        rows = connection.execute("SELECT id, content FROM released_table").fetchall()
        for row_id, content in rows:
            changed = content.replace('"Stigen"', json.dumps(leak, ensure_ascii=False))
            connection.execute(
                "UPDATE released_table SET content = ?, sha256 = ? WHERE id = ?",
                (changed, sha256(changed.encode()).hexdigest(), row_id),
            )
    with Server(planted, tmp_path) as server:
        served = Served(server.url, planted, server.log)
        received = walk(Person(page, served), "board", tmp_path)
    told = received.told(house.secrets)
    assert {code, word, str(house.secrets.years[0])} <= set().union(*told.values())
    assert {"frame", "message"} <= set(told), "in the websocket"
    assert any(where.endswith(".docx") for where in told), "and in a file"


def test_search_finds_what_is_written_as_escapes_and_what_lies_in_an_office_file() -> None:
    secrets = Secrets(("ST-1234",), ("Ängsull",), (1934,))
    assert secrets.found_in(json.dumps({"x": ["Ängsull"]})) == {"Ängsull"}
    assert secrets.found_in("född 1934.") == {"1934"}
    assert secrets.found_in("lag 1934:12 och 21934") == set()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", "<w:t>ST-1234</w:t>")
    assert secrets.found_in(readable(packed.getvalue())) == {"ST-1234"}
