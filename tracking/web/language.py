"""The reader's language on the way to the browser: the address that chooses it, and the pages here.

``/sprak?pa=en&till=/oversikt`` keeps the choice in a cookie that holds the language and nothing
else, and goes on to the page. The choice is open to everybody, also before signing in.
"""

from __future__ import annotations

from contextvars import ContextVar
from urllib.parse import parse_qs, quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tracking.language import COOKIE, LANGUAGES, SWEDISH, catalogue, language_of_cookie
from tracking.web.base_path import path_of, root_of
from tracking.web.forms import safe_path

CHOOSE = "/sprak"
A_YEAR = 365 * 24 * 3600

_readers: ContextVar[str] = ContextVar("readers_language", default=SWEDISH)
_here: ContextVar[str] = ContextVar("page_asked_for", default="/")


class ReadersLanguage:
    """Notes the reader's language for what is made behind it, and answers the choice of one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its language noted, or keep the choice and go on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if path_of(scope) == CHOOSE and scope["method"] == "GET":
            await _chosen(Request(scope))(scope, receive, send)
            return
        language = _readers.set(language_of_cookie(HTTPConnection(scope).cookies))
        query = scope["query_string"].decode("latin-1")
        here = _here.set(safe_path(path_of(scope) + (f"?{query}" if query else "")))
        try:
            await self.app(scope, receive, send)
        finally:
            _here.reset(here)
            _readers.reset(language)


def readers_language() -> str:
    """The language of whoever asked for what is being made, as ``sv``."""
    return _readers.get()


def in_readers_language(document: str) -> str:
    """A whole HTML document of ours in the reader's language."""
    language = readers_language()
    if language == SWEDISH:
        return document
    said = catalogue(language).html(document)
    return said.replace(f'<html lang="{SWEDISH}">', f'<html lang="{language}">')


def way_to_choose(root: str) -> tuple[str, str, str]:
    """Another language than the reader's: its key, how it is offered, and the way there and back
    to the page that was asked for.
    """
    other = next(key for key in LANGUAGES if key != readers_language())
    return other, LANGUAGES[other], f"{root}{CHOOSE}?pa={other}&till={quote(_here.get(), safe='/')}"


def _chosen(request: Request) -> PlainTextResponse:
    asked = parse_qs(request.url.query)
    language = asked.get("pa", [SWEDISH])[0]
    root = root_of(request.scope)
    on = root + safe_path(asked.get("till", ["/"])[0])
    answer = PlainTextResponse(
        "", status_code=303, headers={"Location": on, "Cache-Control": "no-store"}
    )
    answer.set_cookie(
        COOKIE,
        language if language in LANGUAGES else SWEDISH,
        max_age=A_YEAR,
        path=root or "/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer
