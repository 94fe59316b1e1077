"""The page of the first start, which is all there is until the förbund is set up."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from tracking.access.first_start import WrongSetUpCode
from tracking.domain.errors import InvalidValue, StegvisError
from tracking.services.first_start import set_up
from tracking.web.desk import Desk, Visit
from tracking.web.endpoint import route


def routes(desk: Desk) -> list[Route]:
    """The set-up page."""
    return [route(desk, "/forsta-start", _show, _set_up)]


def _show(visit: Visit) -> Response:
    if not visit.desk.state().needs_set_up:
        return visit.go("/logga-in")
    return _form(visit, {})


def _form(visit: Visit, fields: dict[str, str], fault: StegvisError | None = None) -> Response:
    return visit.show(
        "first_start.html",
        "Lägg upp förbundet",
        status=200 if fault is None else 400,
        error="" if fault is None else str(fault),
        faulty=None if fault is None else _FIELDS.get(fault.field or "", fault.field),
        code=fields.get("code", ""),
        forbund=fields.get("forbund", ""),
        username=fields.get("username", ""),
    )


_FIELDS = {"name": "forbund"}


def _set_up(visit: Visit, fields: dict[str, str]) -> Response:
    desk = visit.desk
    if not desk.state().needs_set_up:
        return visit.go("/logga-in")
    password = fields.get("password", "")
    try:
        if password != fields.get("again", ""):
            raise InvalidValue("De två lösenorden är inte lika.", field="again")
        set_up(
            desk.database,
            desk.passwords,
            code=fields.get("code", ""),
            forbund_name=fields.get("forbund", ""),
            username=fields.get("username", ""),
            password=password,
            address=visit.address,
            rates=desk.rates,
        )
    except (WrongSetUpCode, InvalidValue) as fault:
        return _form(visit, fields, fault)
    return visit.go("/logga-in")
