"""Where the app lies on its host: at the root, behind a proxy's prefix, or under a base path.

A base path (``server.baseUrlPath``) stands in every address that comes in, and Streamlit's own
routes bear it. The middleware here notes it once; everybody else asks `root_of` and `path_of`.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

BASE = "stegvis.base_path"


def as_base_path(option: str | None) -> str:
    """A base path as it stands in addresses: ``/stegvis``, or empty for none."""
    inner = (option or "").strip("/")
    return f"/{inner}" if inner else ""


def root_of(scope: Scope) -> str:
    """What the browser's addresses begin with, before the page."""
    return str(scope.get("root_path") or "") + str(scope.get(BASE) or "")


def path_of(scope: Scope) -> str:
    """The address of the page, without what stands before it."""
    return str(scope["path"]).removeprefix(root_of(scope)) or "/"


def under(base: str, routes: Sequence[Route]) -> list[Route]:
    """The same routes under a base path."""
    return [
        Route(base + each.path, each.endpoint, methods=list(each.methods or ()), name=each.name)
        for each in routes
    ]


class BasePath:
    """Lets in what lies under the base path; the way there is shown, the rest is not found.

    An address beside it is nobody's page: the browser asks for some to find out where the app
    lies, and must not get a page of ours in answer.
    """

    def __init__(self, app: ASGIApp, base: str) -> None:
        self.app = app
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its base path noted, or turn it away."""
        if scope["type"] not in ("http", "websocket") or not self.base:
            await self.app(scope, receive, send)
            return
        path = path_of(scope)
        if path.startswith(self.base + "/"):
            await self.app({**scope, BASE: self.base}, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
        elif scope["method"] in ("GET", "HEAD") and path in ("/", self.base):
            home = f"{root_of(scope)}{self.base}/"
            await RedirectResponse(home, status_code=303)(scope, receive, send)
        else:
            answer = PlainTextResponse("Det finns ingen sida här.\n", status_code=404)
            await answer(scope, receive, send)
