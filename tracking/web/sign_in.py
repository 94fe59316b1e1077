"""The pages for signing in, out, and unlocking; and the parts that the server takes in.

`asgi_parts` gives the routes and the middleware; `announce_first_start` prints the one-time
code on the console.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tracking.access import first_start as access_first_start
from tracking.access import password_sign_in, sign_ins
from tracking.access.oidc import settings_from_environment
from tracking.access.password_sign_in import FormUsedTwice, WrongPassword
from tracking.access.sign_ins import SignedIn, Stage
from tracking.domain.errors import StegvisError
from tracking.domain.server_events import ServerEvent
from tracking.store.server_log import tell
from tracking.web import accessibility, external, first_start, own_account
from tracking.web.desk import Desk, Visit
from tracking.web.endpoint import elsewhere, for_signed_in, for_signed_in_to_post, route, told
from tracking.web.forms import drop_cookie, set_cookie
from tracking.web.identity import Identity


@dataclass(frozen=True)
class AsgiParts:
    """What `st.App` is given: routes, middleware, and the first parts of their addresses."""

    desk: Desk
    routes: list[Route]
    middleware: list[Middleware]
    addresses: frozenset[str]


def asgi_parts(desk: Desk | None = None) -> AsgiParts:
    """Everything that signing in adds to the server."""
    if desk is None:
        desk = Desk()
        try:
            desk.oidc = settings_from_environment()
        except StegvisError as fault:
            tell(ServerEvent.SETTINGS_REFUSED, setting="OIDC", sentence=str(fault))
    routes = [
        route(desk, "/logga-in", _show_sign_in, _sign_in),
        route(desk, "/logga-ut", _show_sign_out, _sign_out),
        route(desk, "/las-upp", _show_unlock, for_signed_in_to_post(_unlock)),
        *first_start.routes(desk),
        *own_account.routes(desk),
        *external.routes(desk),
        *accessibility.routes(desk),
    ]
    addresses = frozenset(each.path.strip("/") for each in routes)
    middleware = [Middleware(Identity, desk=desk, addresses=addresses)]
    return AsgiParts(desk, routes, middleware, addresses)


def announce_first_start(desk: Desk) -> None:
    """Print the one-time code, when the förbund waits to be set up."""
    code = access_first_start.issue_code(desk.database)
    if code is not None:
        print(
            f"\n  Stegvis är inte uppsatt än. Öppna sidan /forsta-start och ange engångskoden:"
            f"\n\n      {code}\n",
            file=sys.stderr,
            flush=True,
        )


def _show_sign_in(visit: Visit) -> Response:
    signed_in = visit.signed_in
    if signed_in is not None:
        return elsewhere(visit, signed_in) or visit.go_on()
    return _sign_in_form(visit)


def _sign_in_form(visit: Visit, fault: WrongPassword | None = None, username: str = "") -> Response:
    oidc = visit.desk.oidc
    return visit.show(
        "sign_in.html",
        "Logga in",
        status=200 if fault is None else 401,
        error="" if fault is None else str(fault),
        faulty=None if fault is None else fault.field,
        username=username,
        oidc_label=None if oidc is None else oidc.label,
    )


def _sign_in(visit: Visit, fields: dict[str, str]) -> Response:
    desk = visit.desk
    username = fields.get("username", "")
    try:
        begun = password_sign_in.sign_in(
            desk.database,
            desk.passwords,
            username=username,
            password=fields.get("password", ""),
            address=visit.address,
            form_key=fields["key"],
            limits=desk.limits,
            rates=desk.rates,
        )
    except WrongPassword as fault:
        return _sign_in_form(visit, fault, username)
    except FormUsedTwice as fault:
        desk.refuse("form_used_twice", visit.request.scope)
        return told(visit, "Formuläret är redan skickat", fault, status=409, go="/")
    if visit.signed_in is not None:
        sign_ins.end(desk.database, visit.signed_in.sign_in_id)
    response = visit.go_on()
    set_cookie(response, visit.names, visit.names.token, begun.token)
    return response


def _show_sign_out(visit: Visit) -> Response:
    signed_in = visit.signed_in
    if signed_in is None:
        return visit.go("/logga-in")
    return visit.show("sign_out.html", "Logga ut", username=signed_in.username)


def _sign_out(visit: Visit, fields: dict[str, str]) -> Response:
    signed_in = visit.signed_in
    if signed_in is not None:
        sign_ins.end(visit.desk.database, signed_in.sign_in_id)
        # Whoever finds a locked page may sign it out, but not all its owner's other computers.
        if fields.get("everywhere") == "1" and signed_in.stage is Stage.OPEN:
            sign_ins.end_everywhere(visit.desk.database, signed_in.account_id)
    response = visit.go("/logga-in")
    drop_cookie(response, visit.names, visit.names.token)
    return response


def _show_unlock(visit: Visit) -> Response:
    if visit.wants_json:
        marks = visit.marks()
        locked = visit.signed_in is not None and visit.signed_in.stage is Stage.LOCKED
        body = {
            "signed_in": visit.signed_in is not None,
            "locked": locked,
            "has_password": visit.signed_in is not None and visit.signed_in.has_password,
            "key": marks.key,
            "proof": marks.proof,
        }
        return visit.keep_form_secret(JSONResponse(body))
    return for_signed_in(_unlock_or_go_on)(visit)


def _unlock_or_go_on(visit: Visit, signed_in: SignedIn) -> Response:
    if signed_in.stage is not Stage.LOCKED:
        return visit.go_on()
    return _unlock_form(visit, signed_in)


def _unlock_form(visit: Visit, signed_in: SignedIn, fault: WrongPassword | None = None) -> Response:
    oidc = visit.desk.oidc
    return visit.show(
        "unlock.html",
        "Sidan är låst",
        status=200 if fault is None else 401,
        error="" if fault is None else str(fault),
        faulty=None if fault is None else fault.field,
        username=signed_in.username,
        has_password=signed_in.has_password,
        oidc_label=None if oidc is None else oidc.label,
    )


def _unlock(visit: Visit, signed_in: SignedIn, fields: dict[str, str]) -> Response:
    try:
        password_sign_in.unlock(
            visit.desk.database,
            visit.desk.passwords,
            signed_in,
            password=fields.get("password", ""),
            address=visit.address,
            rates=visit.desk.rates,
        )
    except WrongPassword as fault:
        if visit.wants_json:
            return JSONResponse({"sentence": str(fault)}, status_code=401)
        return _unlock_form(visit, signed_in, fault)
    return Response(status_code=204) if visit.wants_json else visit.go_on()
