"""Streamlit's HTML document in the reader's language, and addresses that lead nowhere led home.

Streamlit writes ``<html lang="en">`` and its own name in the title, and answers an unknown
address with an English box; none of the three is a setting.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracking.web.base_path import path_of, root_of
from tracking.web.headers import content_policy, script_hashes
from tracking.web.language import readers_language

TITLE = "Stegvis"
NOT_PAGES = frozenset({"_stcore", "static", "media", "component"})


def in_language(document: bytes, language: str) -> bytes:
    """The document with its language and title corrected."""
    return document.replace(b'<html lang="en">', f'<html lang="{language}">'.encode()).replace(
        b"<title>Streamlit</title>", f"<title>{TITLE}</title>".encode()
    )


class SwedishDocument:
    """Rewrites HTML answers and sends an address without a page to the first page."""

    def __init__(self, app: ASGIApp, addresses: frozenset[str]) -> None:
        self.app = app
        self.addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; hold an HTML answer until it is whole."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._leads_nowhere(scope):
            home = root_of(scope) + "/"
            await RedirectResponse(home, status_code=303)(scope, receive, send)
            return
        # A compressed document could not be read here; it is 8 KiB.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        plain = scope if self._is_file(scope) else {**scope, "headers": headers}
        await self.app(plain, receive, _Rewriting(send))

    def _is_file(self, scope: Scope) -> bool:
        path = path_of(scope).strip("/")
        return path.partition("/")[0] in NOT_PAGES or "." in path.rpartition("/")[2]

    def _leads_nowhere(self, scope: Scope) -> bool:
        if scope["method"] != "GET":
            return False
        path = path_of(scope).strip("/")
        first, _, rest = path.partition("/")
        # Deeper addresses are the browser asking where the app is mounted: a page of ours in
        # answer would make it believe that it is there.
        if rest or not first or first in NOT_PAGES or "." in first:
            return False
        return first not in self.addresses


class _Rewriting:
    """The sending side of one answer: HTML is collected, everything else passes."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = MutableHeaders(scope=message).get("content-type", "")
            if kind.startswith("text/html"):
                self.start = message
                return
        elif message["type"] == "http.response.body" and self.start is not None:
            self.body += message.get("body", b"")
            if message.get("more_body", False):
                return
            await self._send_whole(self.start)
            return
        await self.send(message)

    async def _send_whole(self, start: Message) -> None:
        document = in_language(self.body, readers_language())
        headers = MutableHeaders(scope=start)
        headers["Content-Security-Policy"] = content_policy(script_hashes(document))
        headers["Cache-Control"] = "no-cache"
        if self.body:  # a HEAD answer has a length and no body
            headers["Content-Length"] = str(len(document))
        for name in ("etag", "last-modified"):
            if name in headers:
                del headers[name]
        await self.send(start)
        await self.send({"type": "http.response.body", "body": document, "more_body": False})
