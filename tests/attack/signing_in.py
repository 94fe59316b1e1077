"""A server to attack: the sign-in pages and the middleware around a stand-in for Streamlit.

The stand-in answers with the identity it was given, so that a test sees what Streamlit would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from tracking.access.oidc import OidcSettings
from tracking.access.passwords import Passwords
from tracking.access.sealing import unseal
from tracking.access.sign_ins import current_actor
from tracking.domain import clock
from tracking.domain.roles import Role, Zone
from tracking.services.setup import set_up_forbund
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLogPayload,
    Account,
    Assignment,
)
from tracking.web.desk import Desk
from tracking.web.document import SwedishDocument
from tracking.web.headers import SecurityHeaders
from tracking.web.sign_in import asgi_parts

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PASSWORD = "trappan knarrar om natten"
OTHER = "kvarnen maler sent i oktober"
HOST = "stegvis.test"
SECRET_PAGE = "hemlig sida"


@dataclass
class World:
    """The server, its database, and what the tests look at."""

    database: Database
    desk: Desk
    app: Starlette

    def browser(self, *, encrypted: bool = False, address: str = "192.0.2.1") -> Browser:
        """A browser without a cookie."""
        scheme = "https" if encrypted else "http"
        client = TestClient(
            self.app,
            base_url=f"{scheme}://{HOST}",
            follow_redirects=False,
            client=(address, 50_000),
        )
        return Browser(self, client)

    def account(
        self, username: str, role: Role, *, must_change: bool = False, password: str = PASSWORD
    ) -> int:
        """An account with a password and an assignment; insats roles have no insats here."""
        with self.database.transaction() as work:
            account = Account(
                username=username,
                title=role.label,
                zone=role.zone,
                password_hash=CHEAP.hash(password),
                must_change_password=must_change,
                created_at=clock.now(),
            )
            work.session.add(account)
            work.session.flush()
            assert account.id is not None
            if role.zone is not Zone.INSATS:
                work.session.add(
                    Assignment(
                        account_id=account.id,
                        zone=role.zone,
                        role=role,
                        starts_on=clock.today(),
                        created_at=clock.now(),
                    )
                )
            return account.id

    def log(self) -> list[AccessLogPayload]:
        """What the access log says, in order."""
        with self.database.reading() as session:
            return list(session.exec(select(AccessLogPayload).order_by(text("log_id"))))

    def refusals(self) -> list[str | None]:
        """What the log says was refused."""
        return [row.detail for row in self.log() if row.action == "refused"]

    def everything_kept(self) -> str:
        """Every value of the sign-in tables and the log, as one text to search."""
        tables = ("sign_in", "sign_in_attempt", "access_log_payload", "oidc_request", "account")
        with self.database.reading() as session:
            rows = [session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]
        return repr(rows)

    def totp(self, account_id: int) -> str:
        """The code that the account's phone shows."""
        with self.database.reading() as session:
            secret = session.execute(
                text("SELECT secret FROM second_factor WHERE account_id = :id"), {"id": account_id}
            ).scalar_one()
        place = f"second_factor {account_id}"
        return pyotp.TOTP(unseal(self.database, secret, place=place)).at(clock.now())


@dataclass
class Browser:
    """What a person has in front of them."""

    world: World
    client: TestClient

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the form on a page."""
        return hidden(self.client.get(path).text)

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Any:
        """Send a form as a browser does, with its origin."""
        origin = str(self.client.base_url).rstrip("/")
        return self.client.post(
            path,
            content=urlencode(fields),
            headers={"content-type": "application/x-www-form-urlencoded", "origin": origin}
            | (headers or {}),
        )

    def sign_in(self, username: str = "sysadmin", password: str = PASSWORD) -> Any:
        """Fill in the sign-in form."""
        fields = self.form("/logga-in") | {"username": username, "password": password}
        return self.post("/logga-in", fields)

    def identity(self) -> dict[str, str]:
        """Who the stand-in for Streamlit was told this is; empty when it was not reached."""
        answer = self.client.get("/samtal")
        found: dict[str, str] = answer.json() if answer.status_code == 200 else {}
        return found

    @property
    def token(self) -> str:
        """The value of the sign-in cookie."""
        for name in ("__Host-stegvis", "stegvis"):
            if name in self.client.cookies:
                return str(self.client.cookies[name])
        return ""

    @contextmanager
    def websocket(self, **headers: str) -> Iterator[Any]:
        """An open websocket."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        address = str(self.client.base_url).replace("http", "ws", 1).rstrip("/") + "/_stcore/stream"
        with self.client.websocket_connect(address, headers=sent) as socket:
            yield socket


def hidden(page: str) -> dict[str, str]:
    """The hidden fields on a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def open_world(
    database: Database, *, set_up: bool = True, oidc: OidcSettings | None = None
) -> World:
    """A server on the database, with a systemadministratör and a board member."""
    desk = Desk(open_database=lambda: database, passwords=CHEAP, oidc=oidc, public_address="")
    parts = asgi_parts(desk)
    app = Starlette(
        routes=[
            *parts.routes,
            WebSocketRoute("/_stcore/stream", _stream),
            Route("/{anything:path}", _echo, methods=["GET", "POST", "PUT"]),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            *parts.middleware,
            Middleware(SwedishDocument, addresses=frozenset({"samtal"}) | parts.addresses),
        ],
    )
    app.state.database = database
    world = World(database, desk, app)
    if set_up:
        set_up_forbund(database, name="Förbundet")
        world.account("sysadmin", Role.SYSTEM_ADMIN)
        world.account("ledamot", Role.BOARD)
    return world


def _ours(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("x-stegvis")}


async def _echo(request: Request) -> JSONResponse | PlainTextResponse:
    if request.url.path.startswith(("/_stcore", "/static")):
        return PlainTextResponse("ok")
    return JSONResponse(_ours(request.headers) | {"page": SECRET_PAGE})


async def _stream(socket: WebSocket) -> None:
    """One open page: at every message it looks the actor up as the pages' guard does."""
    await socket.accept()
    identity = _ours(socket.headers)
    await socket.send_json(identity)
    async for _ in socket.iter_text():
        try:
            sign_in_id = int(identity["x-stegvis-sign-in"])
            actor = current_actor(socket.app.state.database, sign_in_id, today=clock.today())
        except Exception as fault:
            await socket.send_json({"refused": type(fault).__name__})
        else:
            await socket.send_json({"account": actor.account_id})
