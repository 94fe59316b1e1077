"""What came to a browser: everything, as texts that can be searched and compared.

Frames of the websocket as they are and as messages, answers that are not Streamlit's own, what
the page holds (hidden parts, tooltips, fields and the data of charts included), and files. How
the pages are walked is `board_walk`'s business.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Response, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TEXTS = (".xml", ".rels", ".svg", ".vml", ".txt", ".html")
OWN_OF_STREAMLIT = ("/static/", "/_stcore/health", "/_stcore/host-config", "/favicon")

IN_THE_PAGE = """() => {
  const found = new Set();
  const say = text => { text = (text || '').trim(); if (text) found.add(text); };
  const walk = root => {
    for (const node of root.querySelectorAll('*')) {
      if (['STYLE', 'SCRIPT'].includes(node.tagName)) continue;
      for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'value'])
        say(node.getAttribute(name));
      if (typeof node.value === 'string') say(node.value);
      for (const child of node.childNodes) if (child.nodeType === 3) say(child.textContent);
      if (node.data && node.layout) say(JSON.stringify([node.data, node.layout]));
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document.body);
  return [...found];
}"""


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


Said = dict[str, set[str]]
"""What one walk has said, by the page that it was said at."""


def of_one_alone(walks: Sequence[Said], others: Sequence[Said]) -> dict[str, str]:
    """What the walks over one database say and those over the other never do, and at which page.

    Said by more than half of the walks that came to the page: what a page tells of its database
    it tells at every visit, since no walk changes what is told. What a walk has met once, because
    a machine was slow, is not met again by most; and what one walk has missed, most have seen.
    Where the databases have been walked once each, all that differs is of one alone.
    """
    heard = {piece for walk in others for there in walk.values() for piece in there}
    found: dict[str, str] = {}
    for page in {page for walk in walks for page in walk}:
        visits = [walk[page] for walk in walks if page in walk]
        times = Counter(piece for there in visits for piece in there)
        found |= {piece: page for piece, n in times.items() if 2 * n > len(visits)}
    return {piece: page for piece, page in found.items() if piece not in heard}


@dataclass
class Received:
    """Everything that came to one browser, by where it came. ``at`` is the page it is at."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    at: str = ""

    def listen(self, page: Page) -> None:
        """Keep what comes from now on."""
        page.on("websocket", self._socket)
        page.on("response", self._answer)

    def stop(self, page: Page) -> None:
        """Keep nothing of what comes to it when it is opened anew."""
        page.remove_listener("websocket", self._socket)
        page.remove_listener("response", self._answer)

    def page(self, page: Page) -> None:
        """Keep what the page holds now."""
        self.keep(page.url, page.content())
        for text in page.evaluate(IN_THE_PAGE):
            self.keep("page", text)

    def file(self, name: str, raw: bytes) -> None:
        """Keep what a fetched file says."""
        self.keep(name, readable(raw))

    def keep(self, where: str, text: str) -> None:
        """Keep a text, with the page it came at."""
        self.texts.append((where, text))
        self.pages.append(self.at)

    def told(self, secrets: Secrets) -> dict[str, set[str]]:
        """What was found of them, and where."""
        found: dict[str, set[str]] = {}
        for where, text in self.texts:
            if told := secrets.found_in(text):
                found.setdefault(where, set()).update(told)
        return found

    def said(self) -> Said:
        """All that came, each thing once a page, without what is new at every run.

        Left out are the raw frames, which are the messages once more, and what the page holds,
        which is made of the messages in the browser, at a moment that is not always the same; and
        how far the making of a file has come, which is told as often as there is time for it.
        """
        found: Said = {}
        for (where, text), at in zip(self.texts, self.pages, strict=True):
            there = found.setdefault(at, set())
            if where in ("frame", "page", "table") or where.startswith("http"):
                continue
            if not (where == "message" and PASSING.search(text)):
                there.update(unmarked(piece) for piece in pieces(where, text))
        return found

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self._frame(payload))

    def _frame(self, payload: str | bytes) -> None:
        raw = payload.encode() if isinstance(payload, str) else payload
        self.keep("frame", raw.decode("utf-8", "replace"))
        message: Any = ForwardMsg()
        message.ParseFromString(raw)
        drawn = message.delta.new_element if message.WhichOneof("type") == "delta" else message
        self.keep("message", str(drawn))

    def _answer(self, answer: Response) -> None:
        path = answer.url.split("?", 1)[0]
        if any(part in path for part in OWN_OF_STREAMLIT) or answer.status >= 300:
            return
        try:
            self.keep(path, readable(answer.body()))
        except Exception as fault:
            # A download's answer belongs to the download, which is read as a file.
            self.keep(path, type(fault).__name__)


def readable(raw: bytes) -> str:
    """The text of an answer or a file; of an Office file, all its parts but pictures and fonts."""
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            return "\n".join(
                parts.read(name).decode("utf-8", "replace")
                for name in parts.namelist()
                if name.endswith(TEXTS)
            )
    return raw.decode("utf-8", "replace")


def pieces(where: str, text: str) -> Iterator[str]:
    """A text as its smallest parts that mean something by themselves: a file's by its marks."""
    if "." in where and where not in ("page", "message"):
        yield from (f"{where}: {part.strip()}" for part in re.split(r"[<>\r\n]", text))
    else:
        yield f"{where}: {text}"


UNMARKS = (
    (re.compile(r"(?:127\.0\.0\.1|localhost):\d+"), "HERE"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9a-f]{32,}\b"), "HASH"),
    (re.compile(r'\b(?:id|clip-path|class)="[^"]*"'), "NAMED"),
    (re.compile(r"url\([^)]*\)"), "NAMED"),
    (re.compile(r"DTSTAMP:\d{8}T\d{6}Z"), "DTSTAMP:NOW"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?"), "NOW"),
    (re.compile(r"\b\d\d[:.]\d\d(?:[:.]\d\d)?\b"), "CLOCK"),
)
PASSING = re.compile(r"Gör i ordning [^\"]* …|\bprogress \{")


def unmarked(text: str) -> str:
    """The text without addresses, identities and moments, which differ from run to run."""
    for mark, instead in UNMARKS:
        text = mark.sub(instead, text)
    return text
