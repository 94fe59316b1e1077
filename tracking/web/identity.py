"""Who a request comes from, for HTTP and websockets alike, decided before Streamlit sees it.

The cookie leads to a sign-in in the database; two headers carry it further. Whatever headers
of that kind the browser sends itself are taken away first. A websocket is let in by its
handshake alone, so every rerun asks again (`tracking.access.sign_ins.current_actor`).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracking.access import sign_ins
from tracking.access.sign_ins import Found, Gone, Stage
from tracking.domain.errors import StegvisError
from tracking.store.unavailable import StorageUnavailable
from tracking.web import html
from tracking.web.base_path import path_of, root_of
from tracking.web.desk import FOUND, STAGE_PAGES, Desk, cookie, see_other
from tracking.web.forms import safe_path
from tracking.web.readiness import READY
from tracking.web.windows import Windows

HEADER_START = b"x-stegvis-"
SIGN_IN_HEADER = b"x-stegvis-sign-in"
ACCOUNT_HEADER = b"x-stegvis-account"

NO_SIGN_IN, FOREIGN = 4401, 4403
"""The codes that a refused websocket is closed with."""

ALWAYS_OPEN = ("/_stcore/health", READY, "/_stcore/host-config", "/favicon.ico", "/favicon.png")
LIBRARY = "/static/"
"""Streamlit's own scripts and fonts: the same for everybody, nothing of ours."""

CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
NOT_PAGES = ("/_stcore/", "/media/", "/component/", "/app/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_START = "/forsta-start"
NAMES = {
    Gone.FORGED: "forged_cookie",
    Gone.ENDED: "used_after_sign_out",
    Gone.EXPIRED: "expired_sign_in",
    Gone.CLOSED: "closed_account",
}


class Identity:
    """Lets in whoever is signed in, and tells Streamlit who it is."""

    def __init__(self, app: ASGIApp, desk: Desk, addresses: frozenset[str]) -> None:
        self.app = app
        self.desk = desk
        self.own_pages = frozenset(f"/{address}" for address in addresses)
        self.windows = Windows()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, turned away, or with the headers of who it is."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = [(k, v) for k, v in scope["headers"] if not _is_ours(k)]
        spoofed = len(headers) != len(scope["headers"])
        scope = {**scope, "headers": headers}
        path = path_of(scope)
        if path in ALWAYS_OPEN or path.startswith(LIBRARY):
            await self.app(scope, receive, send)
            return
        try:
            if spoofed:
                await self._note("spoofed_header", scope)
            decided = await self._decide(scope, path)
        except StorageUnavailable as fault:
            home = root_of(scope) + "/"
            decided = html.message(
                "Stegvis vilar", str(fault), status=503, go=home, go_label="Försök igen"
            )
        except StegvisError as fault:
            decided = html.message("Det gick inte", str(fault), status=500, go=root_of(scope) + "/")
        if isinstance(decided, Response):
            await _turn_away(decided, scope, receive, send)
            return
        if path in self.own_pages:
            send = _not_stored(send)
        scope = {**scope, **decided}
        if scope["type"] == "websocket":
            scope, send = await self._own_window(scope, send)
        await self.app(scope, receive, send)

    async def _own_window(self, scope: Scope, send: Send) -> tuple[Scope, Send]:
        """A websocket goes on with a window of its own account's, or a new one."""
        found = next((v for k, v in scope["headers"] if k == ACCOUNT_HEADER), None)
        if found is None:
            return scope, send
        account_id = int(found)
        if self.windows.is_anothers(scope, account_id):
            await self._note("anothers_session", scope, account_id)
            scope = self.windows.without(scope)
        return scope, self.windows.noting(send, account_id)

    async def _decide(self, scope: Scope, path: str) -> Response | Scope:
        """What to add to the scope, or the answer that turns the request away."""
        home = root_of(scope) + "/"
        if any(path == closed or path.startswith(closed + "/") for closed in CLOSED):
            return html.message(
                "Sidan finns inte", "Det finns ingen sida här.", status=404, go=home
            )
        if _is_foreign(scope, self.desk.public_address):
            await self._note("foreign_origin", scope)
            sentence = "Begäran kom från en annan webbplats och har avvisats."
            return html.message("Avvisad", sentence, status=403, go=home)
        state = await to_thread.run_sync(self.desk.state)
        if state.is_demo:
            return {}
        if state.needs_set_up:
            return (
                {} if path == FIRST_START else self._elsewhere(scope, path, FIRST_START, "set_up")
            )
        found = await self._find(scope)
        if path in self.own_pages:
            return {FOUND: found}
        return await self._let_in(scope, path, found)

    async def _let_in(self, scope: Scope, path: str, found: Found | None) -> Response | Scope:
        signed_in = None if found is None else found.signed_in
        if signed_in is None:
            gone = "no_sign_in" if found is None or found.gone is None else NAMES[found.gone]
            if gone != "no_sign_in" or scope["type"] == "websocket" or not _is_page(scope, path):
                await self._note(gone, scope, None if found is None else found.account_id)
            return self._elsewhere(scope, path, "/logga-in", gone)
        locked_page = signed_in.stage is Stage.LOCKED and scope["type"] == "websocket"
        if signed_in.stage is not Stage.OPEN and not locked_page:
            return self._elsewhere(scope, path, STAGE_PAGES[signed_in.stage], "unfinished")
        # A locked page keeps its connection, and with it what was typed; the pages' guard
        # shows nothing until it is unlocked.
        ours = [
            (SIGN_IN_HEADER, str(signed_in.sign_in_id).encode()),
            (ACCOUNT_HEADER, str(signed_in.account_id).encode()),
        ]
        return {"headers": [*scope["headers"], *ours]}

    async def _find(self, scope: Scope) -> Found | None:
        token = cookie(scope, self.desk.cookie_names(scope).token)
        if not token:
            return None
        return await to_thread.run_sync(
            lambda: sign_ins.find(self.desk.database, token, limits=self.desk.limits)
        )

    async def _note(self, what: str, scope: Scope, account_id: int | None = None) -> None:
        await to_thread.run_sync(lambda: self.desk.refuse(what, scope, account_id=account_id))

    def _elsewhere(self, scope: Scope, path: str, page: str, why: str) -> Response:
        if scope["type"] == "http" and _is_page(scope, path):
            query = scope.get("query_string", b"").decode("latin-1")
            wanted = safe_path(f"{path}?{query}" if query else path)
            return see_other(root_of(scope), page, till=wanted)
        return PlainTextResponse(
            "Logga in först.\n",
            status_code=401,
            headers={"X-Refused": why, "Cache-Control": "no-store"},
        )


def _is_ours(name: bytes) -> bool:
    return name.lower().replace(b"_", b"-").startswith(HEADER_START)


def _is_page(scope: Scope, path: str) -> bool:
    """Whether a person is on the way to a page, who can be sent to another."""
    return scope.get("method") in ("GET", "HEAD") and not path.startswith(NOT_PAGES)


def _is_foreign(scope: Scope, public_address: str) -> bool:
    """Whether another site's page sends this. Who is no browser says nothing of an origin and
    has no cookie that a browser would have sent along.
    """
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return False
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    hosts: Sequence[str] = (headers.get("host", ""), urlsplit(public_address).netloc)
    return not (host := urlsplit(origin).netloc) or host not in hosts


async def _turn_away(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer(scope, receive, send)
        return
    await receive()
    code = FOREIGN if answer.status_code == 403 else NO_SIGN_IN
    await send({"type": "websocket.close", "code": code})


def _not_stored(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Cache-Control"] = "no-store"
        await send(message)

    return wrapped
