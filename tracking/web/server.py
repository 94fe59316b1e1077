"""What goes around Streamlit on the way to the browser: headers, language, lost addresses.

`asgi_options` gives the arguments of `st.App` in app.py. Who somebody is does not belong here
yet, and what is on a page never does: no Streamlit is imported in this room.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from tracking.domain.errors import StegvisError
from tracking.store.database import Database
from tracking.web.document import SwedishDocument
from tracking.web.headers import SecurityHeaders

PAGES = Path(__file__).resolve().parents[2] / "pages"


def page_addresses() -> frozenset[str]:
    """The first part of every address that has a page: the file's stem."""
    return frozenset(file.stem for file in PAGES.glob("*.py"))


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Bring the database up to date before the first visitor, and say so if it fails.

    A database that does not answer does not stop the server: the pages say it in Swedish, and
    it may be back in a minute.
    """
    try:
        database = await asyncio.to_thread(Database.open)
        await asyncio.to_thread(database.close)
    except StegvisError as fault:
        line = {"level": "error", "what": "database", "sentence": str(fault)}
        print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)
    yield


def asgi_options() -> dict[str, Any]:
    """The keyword arguments of ``st.App``."""
    return {
        "lifespan": lifespan,
        "middleware": [
            Middleware(SecurityHeaders),
            Middleware(SwedishDocument, addresses=page_addresses()),
        ],
    }
