"""``/redo``: whether this process can serve now, for a load balancer or a watch.

Answers 200 ``redo``, or 503 with one sentence; always within `ANSWER_SECONDS`, open to anybody,
and without a word about what is stored. ``/_stcore/health`` says only that the process lives.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tracking.access.readiness import check_ready
from tracking.domain.errors import StegvisError
from tracking.domain.server_events import ServerEvent
from tracking.store.server_log import places, tell
from tracking.web.desk import Desk

READY = "/redo"
ANSWER_SECONDS = 2.0
UNUSABLE = "Databasen går inte att använda."
SLOW = "Databasen svarar inte inom två sekunder."


def readiness_route(desk: Desk) -> Route:
    """The one address. However many ask at once, the database is asked by one of them."""
    asking: list[asyncio.Future[str]] = []

    def look() -> str:
        try:
            check_ready(desk.database)
        except StegvisError as fault:
            return str(fault)
        except Exception as error:  # the watch is answered, whatever it is
            kind = type(error).__name__
            tell(ServerEvent.FAULT, during="readiness", kind=kind, where=places(error))
            return UNUSABLE
        return ""

    async def answer(_: Request) -> Response:
        if not asking or asking[0].done():
            asking[:] = [asyncio.ensure_future(asyncio.to_thread(look))]
        try:
            fault = await asyncio.wait_for(asyncio.shield(asking[0]), ANSWER_SECONDS)
        except TimeoutError:
            fault = SLOW
        return PlainTextResponse(
            f"{fault or 'redo'}\n",
            status_code=503 if fault else 200,
            headers={"Cache-Control": "no-store"} | ({"Retry-After": "5"} if fault else {}),
        )

    return Route(READY, answer, methods=["GET"], name=READY)
