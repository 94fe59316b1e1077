"""What the sign-in pages and the middleware share: the database, the rules, and one request.

`Desk` is made once per process; `Visit` is one request as the pages see it. Which page does
what is not here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from tracking.access import first_start, refusals
from tracking.access.oidc import OidcSettings
from tracking.access.passwords import Passwords
from tracking.access.rate import Rates
from tracking.access.sign_ins import Found, Limits, SignedIn, Stage, limits_from_environment
from tracking.store.database import Database
from tracking.web import forms, html
from tracking.web.base_path import path_of, root_of
from tracking.web.forms import CookieNames, FormMarks

FOUND = "stegvis.found"
"""Where the middleware leaves what the cookie led to, for the pages behind it."""

STAGE_PAGES: Mapping[Stage, str] = {
    Stage.SECOND_FACTOR: "/tvafaktor",
    Stage.LOCKED: "/las-upp",
    Stage.CHANGE_PASSWORD: "/byt-losenord",
    Stage.ENROL: "/tvafaktor",
}

_FIRST_PART = re.compile(r"/[a-z_-]{0,40}")


@lru_cache(maxsize=1)
def shared_database() -> Database:
    """The database of this process, opened at the first request."""
    return Database.open()


@dataclass
class Desk:
    """The rules of signing in and where they are kept, for one process."""

    open_database: Callable[[], Database] = shared_database
    passwords: Passwords = field(default_factory=Passwords)
    limits: Limits = field(default_factory=limits_from_environment)
    rates: Rates = field(default_factory=Rates)
    oidc: OidcSettings | None = None
    public_address: str = field(
        default_factory=lambda: os.environ.get("STEGVIS_PUBLIC_ADDRESS", "").rstrip("/")
    )
    _settled: first_start.State | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def database(self) -> Database:
        """The open database. Raises `StorageUnavailable`."""
        return self.open_database()

    def state(self) -> first_start.State:
        """Whether set-up waits; asked of the database until it does not, and then remembered."""
        if self._settled is not None:
            return self._settled
        with self._lock:
            state = first_start.state(self.database)
            if not state.needs_set_up:
                self._settled = state
        return state

    def cookie_names(self, scope: Scope) -> CookieNames:
        """The names of the cookies on this connection."""
        encrypted = scope.get("scheme") in ("https", "wss")
        return CookieNames.of(
            secure=encrypted or self.public_address.startswith("https://"), root=root_of(scope)
        )

    def own_address(self, request: Request) -> str:
        """Scheme and host that the browser knows us by."""
        return self.public_address or f"{request.url.scheme}://{request.url.netloc}"

    def refuse(self, what: str, scope: Scope, *, account_id: int | None = None) -> None:
        """Write down a refusal: no token, no password, and of the address its first part."""
        path = path_of(scope)
        refusals.note(
            self.database,
            what,
            address=client_address(scope),
            page=path if _FIRST_PART.fullmatch(path) else "okänd sida",
            account_id=account_id,
        )


@dataclass(frozen=True)
class Visit:
    """One request to a page of ours."""

    desk: Desk
    request: Request
    names: CookieNames
    form_secret: str
    till: str

    @classmethod
    def of(cls, desk: Desk, request: Request, till: str | None) -> Visit:
        """The request, with the browser's form cookie or a new one."""
        names = desk.cookie_names(request.scope)
        secret = request.cookies.get(names.form) or forms.new_form_secret()
        return cls(desk, request, names, secret, forms.safe_path(till))

    @property
    def path(self) -> str:
        """The address of the page, without what stands before it."""
        return path_of(self.request.scope)

    @property
    def root(self) -> str:
        """What addresses begin with behind a proxy or under a base path."""
        return root_of(self.request.scope)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return client_address(self.request.scope)

    @property
    def found(self) -> Found | None:
        """What the cookie led to, as the middleware found it."""
        found: Found | None = self.request.scope.get(FOUND)
        return found

    @property
    def signed_in(self) -> SignedIn | None:
        """The live sign-in of this browser, however far it has come."""
        return None if self.found is None else self.found.signed_in

    @property
    def wants_json(self) -> bool:
        """Whether a script on an open page asks, and not the browser itself."""
        return "application/json" in self.request.headers.get("accept", "")

    def marks(self) -> FormMarks:
        """The hidden fields of a form on this page."""
        return forms.marks(self.form_secret, self.path, self.till)

    def show(self, template: str, title: str, *, status: int = 200, **values: Any) -> Response:
        """A page with a form."""
        response = html.page(
            template, status=status, title=title, form=self.marks(), root=self.root, **values
        )
        return self.keep_form_secret(response)

    def keep_form_secret(self, response: Response) -> Response:
        """Give the browser its form cookie, unless it has one."""
        if self.request.cookies.get(self.names.form) != self.form_secret:
            forms.set_cookie(response, self.names, self.names.form, self.form_secret)
        return response

    def go(self, path: str) -> Response:
        """On to another page, by GET."""
        return see_other(self.root, path)

    def go_on(self) -> Response:
        """On to where the visitor was going; the middleware stops them if something is left."""
        return self.go(self.till)


def see_other(root: str, path: str, *, till: str | None = None) -> Response:
    """303 to one of our pages, which goes on to ``till`` afterwards."""
    query = f"?till={quote(till, safe='/')}" if till and till != "/" else ""
    return RedirectResponse(
        root + path + query, status_code=303, headers={"Cache-Control": "no-store"}
    )


def client_address(scope: Scope) -> str:
    """The address that the connection comes from; a proxy's word for it is the server's to
    check (uvicorn believes one on the same machine).
    """
    client = scope.get("client")
    return str(client[0]) if client else "okänd"


def cookie(scope: Scope, name: str) -> str | None:
    """One cookie of a request that has not become a `Request`, a websocket's too."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(name)
