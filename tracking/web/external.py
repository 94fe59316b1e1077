"""Signing in at another issuer: leaving for it, and coming back."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tracking.access import oidc, sign_ins
from tracking.access.oidc import NotLinked, OidcRefused, OidcSettings
from tracking.access.sign_ins import Stage
from tracking.domain.errors import NotFound
from tracking.web import forms
from tracking.web.desk import Desk, Visit
from tracking.web.endpoint import route, told

BACK = "/extern-inloggning-svar"


def routes(desk: Desk) -> list[Route]:
    """The way out and the way back."""
    return [route(desk, "/extern-inloggning", _leave), route(desk, BACK, _return)]


def _leave(visit: Visit) -> Response:
    settings = _settings(visit)
    try:
        departure = oidc.depart(
            visit.desk.database, settings, redirect_uri=_uri(visit), return_to=visit.till
        )
    except OidcRefused as fault:
        return told(visit, "Inloggningen gick inte", fault, status=502, go="/logga-in")
    response = RedirectResponse(departure.address, 303, headers={"Cache-Control": "no-store"})
    seconds = int(oidc.ANSWER_WITHIN.total_seconds())
    forms.set_cookie(response, visit.names, visit.names.oidc, departure.state, seconds=seconds)
    return response


def _return(visit: Visit) -> Response:
    desk, query = visit.desk, visit.request.query_params
    try:
        settings = _settings(visit)
        arrival = oidc.arrive(
            desk.database,
            settings,
            state=query.get("state", ""),
            cookie_state=visit.request.cookies.get(visit.names.oidc, ""),
            code=query.get("code", ""),
            issuer=query.get("iss"),
            redirect_uri=_uri(visit),
        )
    except OidcRefused as fault:
        desk.refuse("oidc_refused", visit.request.scope)
        return told(visit, "Inloggningen gick inte", fault, status=403, go="/logga-in")
    except NotLinked as fault:
        return visit.show(
            "not_linked.html",
            "Kontot är inte kopplat",
            status=403,
            sentence=str(fault),
            code=fault.link_code,
        )
    present = visit.signed_in
    response = visit.go(forms.safe_path(arrival.return_to))
    forms.drop_cookie(response, visit.names, visit.names.oidc)
    if (
        present is not None
        and present.stage is Stage.LOCKED
        and present.account_id == arrival.account_id
    ):
        sign_ins.unlock_proved(desk.database, present)
        return response
    begun = oidc.sign_in(desk.database, settings, arrival, limits=desk.limits)
    if present is not None:
        sign_ins.end(desk.database, present.sign_in_id)
    forms.set_cookie(response, visit.names, visit.names.token, begun.token)
    return response


def _settings(visit: Visit) -> OidcSettings:
    if visit.desk.oidc is None:
        raise NotFound("Inloggning hos någon annan är inte inställd här.")
    return visit.desk.oidc


def _uri(visit: Visit) -> str:
    return visit.desk.own_address(visit.request) + visit.root + BACK
