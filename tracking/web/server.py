"""What goes around Streamlit on the way to the browser: headers, language, lost addresses.

`asgi_options` gives the arguments of `st.App` in app.py: the pages for signing in and the
middleware that decides who somebody is (`sign_in`, `identity`) are put together with the rest
here. What is on a page never belongs here: no Streamlit is imported in this room.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from tracking import __version__
from tracking.access.readiness import check_clock
from tracking.access.second_factor import seal_kept
from tracking.domain.errors import StegvisError
from tracking.domain.server_events import ServerEvent
from tracking.store.database import Database
from tracking.store.library_log import structure_the_servers
from tracking.store.migrate import newest_revision
from tracking.store.server_log import tell
from tracking.web.base_path import BasePath, as_base_path, under
from tracking.web.desk import Desk
from tracking.web.document import SwedishDocument
from tracking.web.headers import SecurityHeaders
from tracking.web.language import ReadersLanguage
from tracking.web.readiness import READY, readiness_route
from tracking.web.sign_in import announce_first_start, asgi_parts

PAGES = Path(__file__).resolve().parents[2] / "pages"


def page_addresses() -> frozenset[str]:
    """The first part of every address that has a page: the file's stem."""
    return frozenset(file.stem for file in PAGES.glob("*.py"))


def lifespan_of(desk: Desk) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """What happens around the server's life, for `st.App`."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        """Bring the database up to date before the first visitor, and say so if it fails.

        A database that does not answer does not stop the server: the pages say it in Swedish,
        and it may be back in a minute.
        """
        structure_the_servers()
        try:
            await asyncio.to_thread(_prepare)
            await asyncio.to_thread(announce_first_start, desk)
        except StegvisError as fault:
            tell(ServerEvent.START_INCOMPLETE, sentence=str(fault))
        yield
        tell(ServerEvent.SERVER_STOPPED)

    return lifespan


def _prepare() -> None:
    database = Database.open()
    try:
        seal_kept(database)
        check_clock(database)
        tell(
            ServerEvent.SERVER_STARTED,
            version=__version__,
            schema=newest_revision(),
            database=database.dialect,
        )
    finally:
        database.close()


def asgi_options(base_path: str | None = None) -> dict[str, Any]:
    """The keyword arguments of ``st.App``, which lies under ``base_path`` on its host."""
    parts = asgi_parts()
    addresses = page_addresses() | parts.addresses | {READY.strip("/")}
    base = as_base_path(base_path)
    return {
        "lifespan": lifespan_of(parts.desk),
        "routes": under(base, [*parts.routes, readiness_route(parts.desk)]),
        # The headers go on every answer, also on those that turn somebody away; an address
        # that leads nowhere is led home only for somebody who has been let in.
        "middleware": [
            Middleware(SecurityHeaders),
            Middleware(BasePath, base=base),
            Middleware(ReadersLanguage),
            *parts.middleware,
            Middleware(SwedishDocument, addresses=addresses),
        ],
    }
