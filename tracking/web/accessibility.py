"""The accessibility statement for those who are not signed in, and may not be able to."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from tracking.domain.accessibility import LEAD, statement
from tracking.outcomes import directory
from tracking.web.desk import Desk, Visit
from tracking.web.endpoint import route

ADDRESS = "/tillganglighetsredogorelse"


def routes(desk: Desk) -> tuple[Route, ...]:
    """The one page."""
    return (route(desk, ADDRESS, _show),)


def _show(visit: Visit) -> Response:
    forbund = directory.forbund(visit.desk.database)
    name, contact = ("Förbundet", None) if forbund is None else (forbund.name, forbund.contact)
    return visit.show(
        "statement.html", "Tillgänglighetsredogörelse", lead=LEAD, parts=statement(name, contact)
    )
